/*
 * upload.js - goal: a person puts pictures and files into a draft, sees how far
 * they are, and gets them back; with JavaScript and without.
 *
 * SCRIPT=off switches JavaScript off; SCREENSHOTS is as in layout.js.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const fs = require("fs");
const { assert, at, form, login, press, run, test } =
    require("./browser.js");

const script = process.env.SCRIPT !== "off";
const how = script ? "" : "_without_javascript";
const shots = process.env.SCREENSHOTS;
const save = form("drafts") + " button[value=save]";

function file(name, type, buffer) {
	return { name, mimeType: type, buffer };
}

/* A picture that any browser can draw: of the page itself. */
async function picture(page) {
	return file("tea.png", "image/png", await page.screenshot());
}

/* Has the browser drawn it? */
function drawn(image) {
	return image.evaluate((img) => img.decode().then(() =>
	    img.naturalWidth > 0));
}

async function write(page, title, files) {
	await page.goto(at("drafts?new=1"));
	await page.fill("#title", title);
	await page.fill("#text", "Have some wine");
	await page.setInputFiles("#files", files);
}

/* Click on a link that the browser saves; its bytes and its name. */
async function saved(page, link) {
	const [download] = await Promise.all([page.waitForEvent("download"),
		link.click()]);

	return { bytes: fs.readFileSync(await download.path()),
		name: download.suggestedFilename() };
}

test("s71_a_picture_is_shown_and_comes_back" + how, async (page) => {
	const title = "A mad tea party" + how;

	await login(page);
	const tea = await picture(page);
	const page_file = file("page.html", "text/html",
	    Buffer.from("<script>alert(1)</script>"));

	await write(page, title, [tea, page_file]);
	await press(page, save);
	assert.strictEqual(await page.locator(".note.good").count(), 1);

	const row = page.locator("li", { hasText: title });

	assert.strictEqual(await row.locator("img").count(), 1);
	if (script)
		assert.ok(await drawn(row.locator("img")));
	await row.locator("a.title").click();
	await page.waitForURL(/drafts\?id=/);
	assert.strictEqual(await page.locator(".files img").count(), 1);

	/* A click saves what could be a page, and opens nothing. */
	const links = page.locator(".files a");

	for (const [i, sent] of [tea, page_file].entries()) {
		const got = await saved(page, links.nth(i));

		assert.ok(got.bytes.equals(sent.buffer), sent.name);
		assert.strictEqual(got.name, sent.name);
	}
	assert.match(page.url(), /drafts\?id=/);

	/* One goes; the text and the other one stay. */
	await page.locator(".files input").first().check();
	await press(page, save);
	await row.locator("a.title").click();
	await page.waitForURL(/drafts\?id=/);
	assert.strictEqual(await page.locator(".files li").count(), 1);
	assert.strictEqual(await page.inputValue("#text"), "Have some wine");
});

test("s75_a_file_that_is_too_large_costs_no_text" + how, async (page) => {
	await login(page);
	await write(page, "large" + how, [file("large", "", Buffer.alloc(
	    5000001))]);
	if (script) {
		await page.click(save);
		await page.waitForSelector("#too-large", { state: "visible" });
	} else {
		assert.strictEqual((await press(page, save)).status(), 413);
		assert.strictEqual(await page.locator(".note.warn[role=alert]" +
		    ":not([hidden])").count(), 1);
	}
	assert.strictEqual(await page.inputValue("#text"), "Have some wine");
	assert.strictEqual(await page.inputValue("#title"), "large" + how);
	if (shots)
		await page.screenshot({ fullPage: true,
		    path: shots + "/too-large" + how + ".png" });
	await page.setInputFiles("#files", []);
	await press(page, save);
	assert.strictEqual(await page.locator("a.title", { hasText: "large" +
	    how }).count(), 1);
});

/*
 * Have the page note what its bar shows: nobody can ask it from outside while
 * its form is being sent.
 */
function note_bar(page) {
	return page.evaluate(() => {
		const bar = document.getElementById("sent");

		sessionStorage.setItem("bar", "0");
		new MutationObserver(() => {
			if (bar.checkVisibility())
				sessionStorage.setItem("bar",
				    sessionStorage.getItem("bar") + " " +
				    bar.value);
		}).observe(bar, { attributes: true });
	});
}

/* A look at it, half-way. */
async function picture_bar(page) {
	const set = (hidden, value) => page.evaluate(([h, v]) => {
		document.getElementById("sending").hidden = h;
		document.getElementById("sent").value = v;
	}, [hidden, value]);

	await set(false, 0.4);
	await page.screenshot({ fullPage: true,
	    path: shots + "/sending-360-light.png" });
	await page.emulateMedia({ colorScheme: "dark" });
	await page.screenshot({ fullPage: true,
	    path: shots + "/sending-360-dark.png" });
	await set(true, 0);
}

if (script)
	test("s78_the_bar_moves_while_files_are_sent", async (page, context) => {
		const wire = await context.newCDPSession(page);

		await login(page);
		await page.setViewportSize({ width: 360, height: 800 });
		await write(page, "slowly", [file("slow", "",
		    Buffer.alloc(2000000, 1))]);
		assert.strictEqual(await page.isVisible("#sent"), false);
		await wire.send("Network.enable");
		await wire.send("Network.emulateNetworkConditions", {
			offline: false, latency: 0, downloadThroughput: -1,
			uploadThroughput: 400000 });
		if (shots)
			await picture_bar(page);
		await note_bar(page);
		await press(page, save);
		const seen = (await page.evaluate(() =>
		    sessionStorage.getItem("bar"))).split(" ").map(Number);

		assert.ok(seen.filter((v) => v > 0 && v < 1).length >= 3,
		    "seen: " + seen);
		assert.deepStrictEqual(seen, seen.slice().sort((a, b) => a - b));
		assert.strictEqual(await page.locator("a.title", { hasText:
		    "slowly" }).count(), 1);
	});

run({ javaScriptEnabled: script });

/*
 * layout.js - goal: every page fits a small telephone and a wide window, by
 * day and by night, in each language.
 *
 * SCREENSHOTS, if it is set, is a folder for pictures of them all.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const { assert, at, choose, light, login, press, run, test } =
    require("./browser.js");

const shots = process.env.SCREENSHOTS;
const sizes = [{ width: 320, height: 800 }, { width: 1100, height: 800 }];
const word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen".
    repeat(3);

/* A visitor of whom every page has much to show; returns them by name. */
async function furnish(page) {
	const pages = {};

	await login(page, "bob", "builder-2049");
	const wall = await page.screenshot();

	for (const title of ["On walls", word, "Mortar: how much, how often, and " +
	    "what else one might want to know about it on a Sunday"]) {
		await page.goto(at("drafts?new=1"));
		await page.fill("#title", title);
		await page.fill("#text", word + "\n" + "brick ".repeat(200));
		await press(page, "button[value=save]");
	}
	await page.goto(at("drafts"));
	await press(page, "a.title");
	await page.setInputFiles("#files", ["wall.png", word + ".png",
		"Plan of the wall.pdf", word + ".txt"].map((name) => ({ name,
		mimeType: "text/html", buffer: name.endsWith("png") ? wall :
		Buffer.from(name.repeat(500)) })));
	await press(page, "button[value=save]");
	pages.drafts = at("drafts");
	await press(page, "a.title");
	pages.editor = page.url();
	pages.question = page.url().replace("id=", "delete=");
	for (const item of ["pen", "umbrella", "hourglass"]) {
		await page.goto(at("shop"));
		await page.fill("#n-" + item, "33");
		await press(page, "li:has(#n-" + item + ") button");
	}
	await page.goto(at("billing"));
	await page.fill("#name", "Bob " + word);
	await page.fill("#street", "Wall Street 1");
	await page.fill("#city", "Town");
	await press(page, "button[value=pay]");
	pages.receipt = page.url();
	for (const item of ["pen", "umbrella", "cookies"]) {
		await page.goto(at("shop"));
		await press(page, "li:has(#n-" + item + ") button");
	}
	for (const name of ["visits", "login", "shop", "cart", "billing", "prefs",
		"signup", "account", "devices", "password"])
		pages[name] = at(name);
	pages["login-again"] = at("login?again=1&next=billing");
	pages.greeting = at("visits?name=" + word);
	pages.nothing = at("drafts?id=999999");
	pages.index = at("../");
	return pages;
}

/* What sticks out at the right of the window; "" if nothing does. */
function overflow(page) {
	return page.evaluate(() => {
		const root = document.documentElement;
		const out = Array.from(document.querySelectorAll("body *"))
		    .filter((e) => e.getBoundingClientRect().right >
		    root.clientWidth + 1 && !e.closest(".off, .skip"))
		    .map((e) => e.tagName + "." + e.className);

		return root.scrollWidth > root.clientWidth ?
		    root.scrollWidth + " px: " + out.slice(0, 9).join(" ") : "";
	});
}

async function visit_all(page, pages, label, picture) {
	for (const [name, url] of Object.entries(pages)) {
		await page.goto(url);
		assert.strictEqual(await overflow(page), "", name + label);
		if (picture && shots)
			await page.screenshot({ fullPage: true,
			    path: shots + "/" + name + label + ".png" });
	}
}

test("s70_every_page_fits_by_day_and_by_night", async (page) => {
	const pages = await furnish(page);

	for (const size of sizes)
		for (const theme of ["light", "dark"]) {
			await page.setViewportSize(size);
			await page.emulateMedia({ colorScheme: theme });
			await visit_all(page, pages, "-" + size.width + "-" +
			    theme, true);
			await page.goto(at("visits"));
			assert.strictEqual(await light(page) > 0.5,
			    theme === "light");
		}
	await page.setViewportSize(sizes[0]);
	for (const lang of ["de", "fr"]) {
		await choose(page, lang, "auto");
		await visit_all(page, pages, "-320-" + lang, false);
	}
});

/* The page as a stranger sees it, and what it says when something is wrong. */
test("s70_pages_of_a_stranger_fit_too", async (page) => {
	await page.setViewportSize(sizes[0]);
	await visit_all(page, { "login-first": at("billing"),
		"cart-empty": at("cart"), "prefs-first": at("prefs"),
		"signup-first": at("signup?next=billing"),
		"visits-first": at("visits"), "refused": at("logout") },
	    "-320-light", true);
	await login(page, word, "wrong");
	assert.strictEqual(await overflow(page), "");
	if (shots)
		await page.screenshot({ fullPage: true,
		    path: shots + "/login-wrong-320-light.png" });
});

/*
 * WCAG 2.1, 1.4.3: text has a contrast of 4.5 to what is behind it.  Where a
 * colour has an alpha the one behind it is mixed in.
 */
function faint(page) {
	return page.evaluate(() => {
		const canvas = document.createElement("canvas").
		    getContext("2d", { willReadFrequently: true });
		const rgba = (color) => {
			canvas.clearRect(0, 0, 1, 1);
			canvas.fillStyle = color;
			canvas.fillRect(0, 0, 1, 1);
			return Array.from(canvas.getImageData(0, 0, 1, 1).data);
		};
		const over = (top, under) => {
			const a = top[3] / 255;

			return [0, 1, 2].map((i) => top[i] * a +
			    under[i] * (1 - a)).concat(255);
		};
		const behind = (e) => {
			const own = e === null ? [255, 255, 255, 255] :
			    rgba(getComputedStyle(e).backgroundColor);

			return own[3] === 255 ? own :
			    over(own, behind(e.parentElement));
		};
		const luminance = (c) => {
			const [r, g, b] = c.slice(0, 3).map((v) => v / 255)
			    .map((v) => v <= 0.03928 ? v / 12.92 :
			    ((v + 0.055) / 1.055) ** 2.4);

			return 0.2126 * r + 0.7152 * g + 0.0722 * b;
		};
		const found = [];

		for (const e of document.querySelectorAll("body *")) {
			const words = Array.from(e.childNodes).some((n) =>
			    n.nodeType === 3 && n.data.trim() !== "");

			if (!words || e.closest(".off, .skip, noscript"))
				continue;
			const under = behind(e);
			const [a, b] = [over(rgba(getComputedStyle(e).color),
			    under), under].map(luminance);
			const ratio = (Math.max(a, b) + 0.05) /
			    (Math.min(a, b) + 0.05);

			if (ratio < 4.5)
				found.push(e.tagName + "." + e.className + " " +
				    ratio.toFixed(2));
		}
		return Array.from(new Set(found)).join(", ");
	});
}

test("s70_text_has_contrast_by_day_and_by_night", async (page) => {
	await login(page);
	for (const theme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme: theme });
		for (const name of ["visits", "login", "drafts", "drafts?new=1",
			"shop", "cart", "billing", "prefs", "signup", "account",
			"devices", "password", "login?again=1", "../"]) {
			await page.goto(at(name));
			assert.strictEqual(await faint(page), "", name + " " +
			    theme);
		}
	}
});

run({});

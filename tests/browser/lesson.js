/*
 * lesson.js - goal: a reader walks through the whole lesson, with mouse or
 * keyboard, on a desktop or a phone, with JavaScript or without.
 *
 * STEPS is how many steps there are.  A state is reached once; then the window
 * changes around it.  SCREENSHOTS, if it is set, is a folder for pictures.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const fs = require("fs");
const { assert, base, count, picture, run, test_window, until } =
    require("./browsers.js");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const steps = Number(process.env.STEPS);

/* What a reader sees is the program that is installed. */
function lesson(query) {
	return base + "/release/lesson" + query;
}

/* ---- What is looked for -------------------------------------------------- */

/* All that the pages to come complain about. */
function complaints(page) {
	const list = [];

	page.on("console", (message) => {
		if (message.type() === "error" || message.type() === "warn")
			list.push(message.text());
	});
	page.on("pageerror", (error) => list.push(String(error)));
	page.on("dialog", (dialog) => {
		list.push(dialog.message());
		dialog.dismiss();
	});
	page.on("requestfailed", (request) => {
		if (request.failure().errorText !== "net::ERR_ABORTED")
			list.push(request.url());
	});
	return list;
}

/* Is the window wide enough for all of it? */
function fits(page) {
	return page.evaluate(() => document.documentElement.scrollWidth <=
	    document.documentElement.clientWidth);
}

/* What breaks these rules (undefined: any). */
function violations(page, only) {
	return page.evaluate(async (rules) => {
		const options = { resultTypes: ["violations"],
		    rules: { "target-size": { enabled: true } } };

		if (rules)
			options.runOnly = { type: "rule", values: rules };
		const found = await window.axe.run(document, options);

		return found.violations.map((v) => v.id + ": " +
		    v.nodes.slice(0, 3).map((n) => n.target + " " +
		    n.failureSummary).join("; "));
	}, only);
}

function dress(page, theme) {
	return page.emulateMediaFeatures([
		{ name: "prefers-color-scheme", value: theme }]);
}

/* How light the page is, from 0 to 1. */
function light(page) {
	return page.evaluate(() => {
		const color = getComputedStyle(document.body).backgroundColor;
		const [r, g, b] = color.match(/[\d.]+/g).map(Number);

		return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
	});
}

/* In windows that a reader may have, and then as it was. */
async function inspect(page, how, name, pictures) {
	for (const width of how.axe ? [1280, 390, 320] : [how.width, 320])
		for (const theme of ["light", "dark"]) {
			const where = name + "-" + width + "-" + theme;

			await page.setViewport({ width, height: 800 });
			await dress(page, theme);
			assert.ok(await fits(page), where + " is too wide");
			assert.strictEqual(await light(page) > 0.5,
			    theme === "light", where);
			if (pictures && width !== 320)
				await picture(page, where);
		}
	await page.setViewport({ width: how.width, height: 800 });
	await dress(page, "light");
}

/* By the rules of axe-core; in the dark only colours are others. */
async function judge(page, name) {
	await page.evaluate(axe);
	/* What lies below the phone's menu now is no target. */
	await page.evaluate(() => scrollTo(0, 0));
	assert.deepStrictEqual(await violations(page), [], name);
	await dress(page, "dark");
	assert.deepStrictEqual(await violations(page, ["color-contrast"]), [],
	    name + " in the dark");
	await dress(page, "light");
}

/* ---- Steps --------------------------------------------------------------- */

/* Follow a link, by a click or by Enter. */
async function follow(page, how, selector) {
	const link = await page.$(selector);

	if (how.keys)
		await link.evaluate((e) => e.focus());
	await Promise.all([page.waitForNavigation({ waitUntil: "load" }),
		how.keys ? page.keyboard.press("Enter") : link.click()]);
}

/* Open all that opens on the wire, each by a click, or by Tab and Enter. */
async function open_parts(page, how, name) {
	const parts = await page.$$(".parts summary");

	assert.ok(parts.length > 10, name);
	assert.strictEqual(await count(page, ".parts li"), parts.length,
	    name + ": a part that does not open");
	await parts[0].focus();
	for (const [i, part] of parts.entries())
		if (how.keys) {
			assert.ok(await part.evaluate((e) =>
			    e === document.activeElement), name + ": part " + i);
			await page.keyboard.press("Enter");
			await page.keyboard.press("Tab");
		} else
			await part.click();
	assert.deepStrictEqual(await page.$$eval(".parts details",
	    (all) => all.filter((e) => !e.open ||
	    e.querySelector("p").getBoundingClientRect().height < 10)
	    .map((e) => e.innerText)), [], name + ": parts that stay closed");
	await page.$$eval(".lesson details", (all) => all.forEach((e) => {
		e.open = true;
	}));
}

/* Before the reader has said something there is a question, and no picture. */
async function question(page, name) {
	assert.strictEqual(await count(page, ".ask h2"), 1, name);
	assert.strictEqual(await count(page, ".lanes, .claims, .columns, .right"),
	    0, name + " shows the answer");
	assert.ok(await count(page, ".answers a") >= 2, name);
}

/* Then the question stands before the picture, and nothing failed. */
async function shown(page, name) {
	assert.ok(await page.evaluate(() => document.querySelector(".ask")
	    .compareDocumentPosition(document.querySelector(".lanes")) &
	    Node.DOCUMENT_POSITION_FOLLOWING), name);
	assert.strictEqual(await count(page, ".answers .right"), 1, name);
	assert.strictEqual(await count(page, ".answers .chosen"), 1, name);
	assert.strictEqual(await count(page, ".claims .fails"), 0, name);
	assert.ok(await count(page, ".claims .holds") > 0, name);
	assert.strictEqual(await count(page, ".arrow.lit"), 1, name);
}

/* An arrow leads to what is lit: here the first one that is not. */
async function light_arrow(page, how, name) {
	const number = (selector) => page.$eval(selector + " .n",
	    (e) => e.textContent);
	const to = await number(".arrow:not(.lit)");

	await follow(page, how, ".arrow:not(.lit)");
	assert.strictEqual(await number(".arrow.lit"), to, name);
	assert.match(page.url(), new RegExp("&at=" + to + "#sequence$"));
	assert.strictEqual(await count(page, ".exchanges [aria-current]"), 1,
	    name);
}

/* On a phone the arrows are there in words. */
async function light_words(page, how, name) {
	const to = await page.$eval(".words li:not(.lit)", (e) => e.value);

	await follow(page, how, ".words li:not(.lit) a");
	assert.strictEqual(await page.$eval(".words .lit", (e) => e.value), to,
	    name);
}

/* Without JavaScript nothing is offered that would need it. */
async function silent(page, name) {
	assert.deepStrictEqual(await page.$$eval(
	    "#big, .keys, [data-start], [data-status]",
	    (all) => all.filter((e) => e.getBoundingClientRect().height > 0)
	    .map((e) => e.outerHTML)), [], name);
	assert.deepStrictEqual(await page.$$eval("[data-needs-script]",
	    (all) => all.filter((e) => e.innerText.length < 20 ||
	    e.getBoundingClientRect().height === 0).length), 0, name);
}

async function walk_step(page, how, n) {
	const name = how.name + "-" + String(n).padStart(2, "0");

	assert.strictEqual(await page.$eval(".rail [aria-current]",
	    (e) => parseInt(e.textContent, 10)), n, name);
	await question(page, name);
	if (how.axe) {
		await inspect(page, how, name + "-ask", false);
		await judge(page, name + "-ask");
	}
	await follow(page, how, ".answers li:nth-child(" +
	    (n % await count(page, ".answers a") + 1) + ") a");
	await shown(page, name);
	await inspect(page, how, name, how.pictures);
	if (how.script === false)
		await silent(page, name);
	await open_parts(page, how, name);
	if (how.axe) {
		await inspect(page, how, name + "-open", false);
		await judge(page, name + "-open");
	}
	await (how.width > 1000 ? light_arrow : light_words)(page, how, name);
}

async function walk(page, how) {
	const heard = complaints(page);

	await page.setExtraHTTPHeaders({ "Accept-Language": how.lang });
	await page.setViewport({ width: how.width, height: 800 });
	await page.setJavaScriptEnabled(how.script !== false);
	await page.goto(lesson(""));
	assert.strictEqual(await page.$eval("html", (e) => e.lang), how.lang);
	for (let n = 1; n <= steps; n++) {
		await walk_step(page, how, n);
		if (n < steps)
			await follow(page, how, n % 2 ? "a[rel=next]" :
			    ".end > a:last-child");
	}
	assert.strictEqual(await count(page, "a[rel=next]"), 0);
	assert.deepStrictEqual(heard, []);
}

for (const how of [
	{ name: "desktop", lang: "en", width: 1280, axe: true,
	    pictures: true },
	{ name: "phone_by_keyboard", lang: "de", width: 390, keys: true,
	    axe: true },
	{ name: "desktop_by_keyboard_without_javascript", lang: "de",
	    width: 1280, keys: true, script: false },
	{ name: "phone_without_javascript", lang: "en", width: 390,
	    script: false },
])
	test_window("the_lesson_is_walked_on_a_" + how.name,
	    (page) => walk(page, how));

/* ---- With JavaScript ----------------------------------------------------- */

async function arrow_key(page, key) {
	await Promise.all([page.waitForNavigation({ waitUntil: "load" }),
		page.keyboard.press(key)]);
}

test_window("the_arrow_keys_walk_through_the_lesson", async (page) => {
	const heard = complaints(page);

	await page.goto(lesson("?step=1"));
	for (let n = 2; n <= steps; n++) {
		await arrow_key(page, "ArrowRight");
		assert.match(page.url(), new RegExp("step=" + n + "$"));
	}
	for (let n = steps - 1; n >= 1; n--) {
		await arrow_key(page, "ArrowLeft");
		assert.match(page.url(), new RegExp("step=" + n + "$"));
	}
	await page.keyboard.press("ArrowLeft");         /* there is no way */
	assert.match(page.url(), /step=1$/);
	assert.deepStrictEqual(heard, []);
});

test_window("the_lesson_fills_a_projector_until_it_is_told_otherwise",
    async (page) => {
	await page.setViewport({ width: 1280, height: 800 });
	await page.goto(lesson("?step=1&say=0"));
	const size = () => page.$eval(".told p", (e) =>
	    parseFloat(getComputedStyle(e).fontSize));
	const small = await size();

	await page.click("#big");
	assert.ok(await size() > small);
	await arrow_key(page, "ArrowRight");
	assert.strictEqual(await page.$eval("#big", (e) =>
	    e.getAttribute("aria-pressed")), "true");
	assert.ok(await fits(page));
	await page.click("#big");
	await arrow_key(page, "ArrowLeft");
	assert.strictEqual(await page.$eval("#big", (e) =>
	    e.getAttribute("aria-pressed")), "false");
});

/* Which step it is, nobody has to know. */
async function find_step(page, selector) {
	for (let n = 1; n <= steps; n++) {
		await page.goto(lesson("?step=" + n + "&say=0"));
		if (await count(page, selector) > 0)
			return n;
	}
	throw new Error("no step has " + selector);
}

test_window("s50_the_table_is_measured_in_the_lesson_itself",
    async (page, window) => {
	const heard = complaints(page);

	await find_step(page, "#measure");
	const names = async () => (await window.cookies()).map((c) => c.name);
	const before = await names();

	await page.click("[data-start]");
	await until(page, () => document.querySelector("[data-start]")
	    .hasAttribute("aria-disabled") === false &&
	    document.querySelector("[data-status]").textContent.length > 20);
	assert.deepStrictEqual(await page.$$eval("[data-cell]", (all) =>
	    all.filter((e) => !e.dataset.word ||
	    /not-yet|unasked|failed/.test(e.dataset.word))
	    .map((e) => e.dataset.cell + " " + e.dataset.word)), []);
	assert.deepStrictEqual(await names(), before);
	assert.deepStrictEqual(heard, []);
	await picture(page, "measured");
});

run();

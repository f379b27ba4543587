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
const { assert, back, base, count, picture, run, test_window, until } =
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

/* ---- The drawing --------------------------------------------------------- */

/* Every step as it is, with each switch, and with all of them. */
async function each_place(page, what) {
	for (let n = 1; n <= steps; n++) {
		const place = "?step=" + n + "&say=0";

		await page.goto(lesson(place));
		const switches = await count(page, ".switch");

		await what(place);
		for (let i = 1; i <= switches + 1; i++) {
			const on = i > switches ? (1 << switches) - 1 :
			    1 << i - 1;

			if (on === 0 || i > switches && switches < 2)
				continue;
			await page.goto(lesson(place + "&with=" + on));
			await what(place + "&with=" + on);
		}
	}
}

/* What stands in the drawing where something else stands, too. */
function overlaps(page) {
	return page.evaluate(() => {
		const seen = [...document.querySelectorAll(".lanes .label, " +
		    ".lanes circle, .lanes .pause text, .lanes .lane rect")];
		const boxes = seen.map((e) => e.getBoundingClientRect());
		const all = document.querySelector(".sequence")
		    .getBoundingClientRect();
		const name = (e) => e.textContent || e.tagName + " " +
		    e.parentNode.textContent.trim();
		const found = [];

		boxes.forEach((a, i) => {
			if (a.left < all.left || a.right > all.right)
				found.push(name(seen[i]) + " is cut");
			boxes.slice(i + 1).forEach((b, k) => {
				if (a.left < b.right && b.left < a.right &&
				    a.top + 2 < b.bottom && b.top + 2 < a.bottom)
					found.push(name(seen[i]) + " / " +
					    name(seen[i + 1 + k]));
			});
		});
		return found;
	});
}

/* Labels that are longer than their arrow. */
function too_long(page) {
	return page.$$eval(".arrow", (all) => all.filter((e) => {
		const [shaft, label] = [".hit", ".label"].map((s) =>
		    e.querySelector(s).getBoundingClientRect());
		const room = e.querySelector("[marker-end*=cross]") ?
		    shaft.width * 4 / 3 : shaft.width;

		return label.width > room - 12;
	}).map((e) => e.querySelector(".label").textContent));
}

for (const lang of ["en", "de"])
	test_window("each_label_of_the_drawing_has_its_room_in_" + lang,
	    async (page) => {
		await page.setExtraHTTPHeaders({ "Accept-Language": lang });
		await page.setViewport({ width: 1280, height: 800 });
		await each_place(page, async (place) => {
			assert.deepStrictEqual(await overlaps(page), [], place);
			assert.deepStrictEqual(await too_long(page), [], place);
		});
	});

/* An address that is shortened is whole where it is read out. */
test_window("a_long_address_is_whole_beside_the_drawing", async (page) => {
	await page.setViewport({ width: 1280, height: 800 });
	await find_step(page, ".switch");
	const found = [];

	await each_place(page, async () => {
		for (const [drawn, told] of await page.$$eval(".arrow",
		    (all) => all.map((e) => [
		    e.querySelector(".label").textContent,
		    e.getAttribute("aria-label")])))
			if (drawn.includes("…"))
				found.push([drawn.split("…"), told]);
	});
	assert.ok(found.length > 0);
	for (const [[begin, end], told] of found) {
		const whole = told.split(": ").pop();

		assert.ok(whole.startsWith(begin) && whole.endsWith(end), told);
		assert.ok(!whole.includes("…"), told);
	}
});

/* On a phone each message has its words, its number and its arrow. */
test_window("on_a_phone_each_arrow_has_its_words", async (page) => {
	await page.setViewport({ width: 390, height: 800 });
	await each_place(page, async (place) => {
		const rows = await page.$$eval(".words li", (all) =>
		    all.map((e) => {
			const box = (s) => e.querySelector(s)
			    .getBoundingClientRect();
			const words = box("a > span:not(.off)");

			return { value: e.value, n: e.querySelector(".n")
			    .textContent, lit: e.classList.contains("lit"),
			    text: e.querySelector("a > span:not(.off)")
			    .innerText, top: words.top, bottom: words.bottom,
			    circle: box("circle").top,
			    end: e.getBoundingClientRect().bottom,
			    left: words.left, right: words.right };
		}));

		assert.ok(rows.length > 0, place);
		assert.strictEqual(await page.$eval(".lanes", (e) =>
		    e.getBoundingClientRect().height), 0, place);
		rows.forEach((row, i) => {
			assert.strictEqual(row.n, String(row.value));
			assert.ok(row.text.length > 2, place);
			assert.ok(row.left >= 0 && row.right <= 390, row.text);
			assert.ok(row.bottom <= row.circle + 3, row.text);
			assert.ok(i === 0 || rows[i - 1].end <= row.top + 3,
			    row.text);
		});
		assert.strictEqual(rows.filter((row) => row.lit).length, 1);
	});
});

/* ---- The clock ----------------------------------------------------------- */

test_window("the_clock_says_units_and_the_drawing_shows_the_time",
    async (page) => {
	const n = await find_step(page, ".clock");
	const clock = () => page.$eval(".clock p", (e) => e.innerText.trim());
	const later = () => page.$$eval(".pause text", (all) =>
	    all.map((e) => e.textContent).join());
	const turn = async (text) => {
		const links = await page.$$(".clock a");
		const says = await Promise.all(links.map((e) =>
		    e.evaluate((a) => a.textContent)));
		const at = says.findIndex((t) => t.startsWith(text));

		assert.ok(at >= 0, text + ": " + says);
		await Promise.all([page.waitForNavigation(
		    { waitUntil: "load" }), links[at].click()]);
	};

	await page.setViewport({ width: 1280, height: 800 });
	assert.match(await clock(), /31 minutes .*the step’s own setting/i);
	assert.match(await later(), /31 minutes later/);
	await turn("+1 minute");
	assert.match(await clock(), /32 minutes .*own setting: 31 minutes/);
	assert.match(await later(), /32 minutes later/);
	assert.strictEqual(await page.$$eval(".arrow", (all) => all.filter(
	    (e) => e.getAttribute("aria-label").startsWith("32 minutes later"))
	    .length), 1);
	await turn("+8 hours");
	assert.match(await clock(), /8 h 32 min/);
	await turn("+30 minutes");
	await turn("−1 minute");
	assert.match(await clock(), /9 h 1 min/);
	await turn("back to the step’s own 31 minutes");
	assert.match(page.url(), new RegExp("step=" + n + "&say=0#change$"));
});

/* ---- What remains -------------------------------------------------------- */

test_window("exchanges_that_ask_the_same_are_told_apart", async (page) => {
	await find_step(page, "[marker-end='url(#cross)']");
	const told = await page.$$eval(".exchanges a > span", (all) =>
	    all.map((e) => e.innerText));

	assert.ok(told.length > 2);
	assert.deepStrictEqual(told, [...new Set(told)]);
});

test_window("after_the_last_step_each_sentence_stands_with_its_step",
    async (page) => {
	await page.goto(lesson("?step=" + (steps - 1) + "&say=0"));
	assert.strictEqual(await count(page, ".sentences"), 0);
	await page.goto(lesson("?step=" + steps));
	assert.strictEqual(await count(page, ".sentences"), 0);
	await page.goto(lesson("?step=" + steps + "&say=0"));
	const rows = await page.$$eval(".sentences li", (all) => all.map((e) =>
	    [e.querySelector("a").href, e.innerText.split("\n").pop()]));

	assert.strictEqual(rows.length, steps);
	for (const [i, [href, text]] of rows.entries()) {
		assert.match(href, new RegExp("step=" + (i + 1) + "$"));
		await page.goto(href + "&say=0");
		assert.ok((await page.$eval(".keep", (e) => e.innerText))
		    .includes(text), text);
	}
});

/* ---- On paper ------------------------------------------------------------ */

for (const script of [true, false])
	test_window("on_paper_the_parts_are_open_" + (script ? "with" :
	    "without") + "_javascript", async (page) => {
		const folded = ".parts details, details.record";
		const closed = () => page.$$eval(folded, (all) => all.filter(
		    (e) => !e.lastElementChild.checkVisibility()).length);

		await page.setJavaScriptEnabled(script);
		await page.setViewport({ width: 718, height: 1000 });
		await page.goto(lesson("?step=" + steps + "&say=0"));
		assert.ok(await closed() > 0);
		await page.emulateMediaType("print");
		if (script)
			await page.evaluate(() => dispatchEvent(
			    new Event("beforeprint")));
		assert.strictEqual(await closed(), 0);
		assert.deepStrictEqual(await page.$$eval("nav, .walk, .full, " +
		    ".change, button", (all) => all.filter((e) =>
		    e.getBoundingClientRect().height > 0)
		    .map((e) => e.outerHTML)), []);
		assert.ok(await fits(page));
		if (script)
			await page.evaluate(() => dispatchEvent(
			    new Event("afterprint")));
		await page.emulateMediaType("screen");
		assert.ok(await closed() > 0);
	});

/* ---- The reader's place -------------------------------------------------- */

const top_of_part = (page) => page.$eval("#sequence", (e) =>
    Math.round(e.getBoundingClientRect().top));

async function scroll_to_columns(page) {
	await page.setViewport({ width: 1280, height: 800 });
	await page.goto(lesson("?step=1&say=0"));
	await page.$eval(".exchanges", (e) => e.scrollIntoView());
	return page.evaluate(() => Math.round(scrollY));
}

const other_exchange = ".exchanges a:not([aria-current])";

test_window("a_link_within_the_step_leaves_the_page_where_it_is",
    async (page) => {
	const heard = complaints(page);
	const y = await scroll_to_columns(page);
	const top = await top_of_part(page);

	assert.ok(y > 300 && top < -100, y + " " + top);
	await follow(page, {}, other_exchange);
	await until(page, () => sessionStorage.getItem("lesson-top") === "");
	assert.ok(Math.abs(await top_of_part(page) - top) < 3,
	    await top_of_part(page) + " and not " + top);
	await page.evaluate(() => scrollTo(0, 0));
	await back(page, "say=0");
	await until(page, (was) => Math.abs(scrollY - was) < 3, y);
	assert.deepStrictEqual(heard, []);
});

for (const how of ["without_storage", "without_javascript"])
	test_window("a_link_within_the_step_leads_to_its_part_" + how,
	    async (page) => {
		const heard = complaints(page);

		if (how === "without_storage")
			await page.evaluateOnNewDocument(() =>
			    Object.defineProperty(window, "sessionStorage", {
			    get: () => { throw new Error("off"); } }));
		await page.setJavaScriptEnabled(how === "without_storage");
		await scroll_to_columns(page);
		await follow(page, {}, other_exchange);
		const top = await top_of_part(page);

		assert.ok(top >= 0 && top < 200, String(top));
		assert.deepStrictEqual(heard, []);
	});

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

test_window("escape_leaves_the_full_window_and_the_page_says_so",
    async (page) => {
	const said = () => page.$eval("#full [role=status]", (e) => e.innerText);
	const pressed = () => page.$eval("#big", (e) =>
	    e.getAttribute("aria-pressed"));
	const paint = () => page.$eval("#big", (e) =>
	    getComputedStyle(e).backgroundColor);

	await page.setViewport({ width: 1280, height: 800 });
	await page.goto(lesson("?step=1&say=0"));
	assert.strictEqual(await said(), "");
	const plain = await paint();

	await page.focus("#big");
	await page.keyboard.press("Enter");
	assert.strictEqual(await pressed(), "true");
	assert.notStrictEqual(await paint(), plain);
	assert.match(await said(), /Esc/);
	/* A key that is typed into a field is the field's. */
	await page.evaluate(() => document.querySelector(".lesson").append(
	    document.createElement("input")));
	await page.focus(".lesson input");
	await page.keyboard.press("Escape");
	assert.strictEqual(await pressed(), "true");
	await page.keyboard.press("ArrowRight");
	assert.match(page.url(), /step=1&say=0$/);
	await page.focus("#big");
	await page.keyboard.press("Escape");
	assert.strictEqual(await pressed(), "false");
	assert.strictEqual(await said(), "");
	await arrow_key(page, "ArrowRight");
	assert.strictEqual(await pressed(), "false");
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

/*
 * axe.js - goal: every page, in each of its states, is right by all rules of
 * axe-core and fits its window: light and dark, on three widths, in each
 * language.
 *
 * A state is reached once in each language; then the window changes around
 * it.  SCREENSHOTS, if it is set, is a folder for pictures of them all.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const fs = require("fs");
const { assert, at, form, light, login, look, press, run, test } =
    require("./browser.js");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const shots = process.env.SCREENSHOTS;
const langs = ["en", "de", "fr"];
const word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen".
    repeat(3);

/* ---- What is looked for ------------------------------------------------- */

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

/* What breaks these rules (null: all of them); "" if nothing does. */
function violations(page, rules) {
	return page.evaluate(async (only) => {
		const options = { resultTypes: ["violations"],
		    rules: { "target-size": { enabled: true } } };

		if (only !== null)
			options.runOnly = { type: "rule", values: only };
		const found = await window.axe.run(document, options);

		return found.violations.map((v) => v.id + ": " + v.nodes.map(
		    (n) => n.target + " " + n.failureSummary).join("; "))
		    .join("\n");
	}, rules);
}

function note(found, where, what) {
	if (what !== "")
		found.push(where + ": " + what);
}

/* The text at 200 percent: WCAG 2.1, 1.4.4, on the narrowest window. */
async function twice_the_text(page, name, found) {
	await page.setViewportSize({ width: 320, height: 800 });
	await page.evaluate(() => {
		document.documentElement.style.fontSize = "200%";
	});
	note(found, name + " at 200 percent", await overflow(page));
	if (shots)
		await picture(page, name + "-320-twice");
	await page.evaluate(() => {
		document.documentElement.style.fontSize = "";
	});
}

function picture(page, name) {
	return page.screenshot({ fullPage: true,
	    path: shots + "/" + name.replaceAll("/", "_") + ".png" });
}

/*
 * All rules once; of other windows those that are about colour and size,
 * since the rest look at the document alone.
 */
async function inspect(page, name, found) {
	let rules = null;

	assert.strictEqual(await page.evaluate(() =>
	    getComputedStyle(document.body).marginTop), "0px", name +
	    " has its style");
	await page.evaluate(axe);
	for (const width of [1280, 360, 320])
		for (const theme of ["light", "dark"]) {
			const shot = name + "-" + width + "-" + theme;

			await page.setViewportSize({ width, height: 800 });
			await page.emulateMedia({ colorScheme: theme });
			assert.strictEqual(await light(page) > 0.5,
			    theme === "light", shot);
			note(found, shot, await overflow(page));
			note(found, shot, await violations(page, rules));
			if (shots)
				await picture(page, shot);
			rules = ["color-contrast", "target-size"];
		}
	await twice_the_text(page, name, found);
}

/* ---- The states ---------------------------------------------------------- */

/* Send a form with these in its fields, which the browser itself might not. */
async function typed(page, where, fields, button) {
	await page.goto(at(where));
	await page.evaluate(() => {
		for (const f of document.forms)
			f.noValidate = true;
		for (const e of document.querySelectorAll("[maxlength]"))
			e.removeAttribute("maxlength");
	});
	for (const [name, text] of Object.entries(fields))
		await page.fill("#" + name, text);
	return press(page, button || form(where.split("?")[0]) + " button");
}

/* A user of whom every page has much to show; returns a draft's number. */
async function furnish(page) {
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
	await page.goto(at("drafts"));
	await press(page, "a.title");
	return Number(page.url().match(/id=(\d+)/)[1]);
}

async function fill_cart(page, numbers) {
	for (const [item, n] of Object.entries(numbers)) {
		await page.goto(at("shop"));
		await page.fill("#n-" + item, String(n));
		await press(page, "li:has(#n-" + item + ") button");
	}
}

async function order(page) {
	await page.goto(at("billing"));
	await page.fill("#name", "Bob " + word);
	await page.fill("#street", "Wall Street 1");
	await page.fill("#city", "Town");
	return press(page, "button[value=pay]");
}

/* Another tab saves the draft while this one writes. */
async function conflict(page, draft) {
	const other = await page.context().newPage();

	await page.goto(at("drafts?id=" + draft));
	await other.goto(at("drafts?id=" + draft));
	await press(other, "button[value=save]");
	await other.close();
	await page.fill("#text", word);
	return press(page, "button[value=save]");
}

/* Each state of each page, for a user who is logged in: how to come to it. */
function states_of_bob(page, draft) {
	const go = (where) => () => page.goto(at(where));

	return {
		"index": go("index"), "visits": go("visits"),
		"greeting": go("visits?name=" + word),
		"login": go("login"), "signup": go("signup"),
		"login-again": go("login?again=1&next=billing"),
		"login-again-wrong": () => typed(page, "login?again=1",
		    { password: "not mine" }),
		"drafts": go("drafts"), "editor": go("drafts?id=" + draft),
		"new": go("drafts?new=1"), "question": go("drafts?delete=" +
		    draft),
		"too-long": () => typed(page, "drafts?id=" + draft,
		    { title: "x".repeat(500) }, "button[value=save]"),
		"conflict": () => conflict(page, draft),
		"nothing": go("drafts?id=999999"),
		"shop": go("shop"), "cart-empty": go("cart"),
		"billing-empty": go("billing"),
		"cart": async () => {
			await fill_cart(page, { pen: 33, umbrella: 1 });
			return page.goto(at("cart"));
		},
		"cart-wrong": () => typed(page, "cart", { "n-pen": "0" },
		    "li:has(#n-pen) form.row button"),
		"billing": go("billing"),
		"billing-wrong": () => typed(page, "billing",
		    { name: "Bob", street: "", city: " " },
		    "button[value=pay]"),
		"receipt": () => order(page),
		"prefs": go("prefs"), "account": go("account"),
		"devices": go("devices"), "password": go("password"),
		"password-wrong": () => typed(page, "password",
		    { current: "not mine", new: "some other words" }),
		"password-weak": () => typed(page, "password",
		    { current: "builder-2049", new: "password1" }),
	};
}

function states_of_a_stranger(page) {
	const go = (where) => () => page.goto(at(where));

	return {
		"index-first": go("index"), "visits-first": go("visits"),
		"login-first": go("billing"), "shop-first": go("shop"),
		"signup-first": go("signup?next=billing"),
		"cart-first": go("cart"), "prefs-first": go("prefs"),
		"login-wrong": () => typed(page, "login", { user: word,
		    password: "wrong" }),
		"signup-short": () => typed(page, "signup", { user: "sue",
		    password: "short" }),
		"signup-name": () => typed(page, "signup", { user: " " + word,
		    password: "some good words" }),
		"logged-out": go("login?bye=1"), "refused": go("logout"),
	};
}

/* From now on the browser asks for this language. */
async function speak(page, lang) {
	const devtools = await page.context().newCDPSession(page);

	await devtools.send("Network.setUserAgentOverride", {
		userAgent: await page.evaluate(() => navigator.userAgent),
		acceptLanguage: lang });
}

async function inspect_all(page, states, lang) {
	const found = [];

	await speak(page, lang);
	for (const [name, reach] of Object.entries(states)) {
		await reach();
		assert.ok((await look(page)).startsWith(lang), name);
		await inspect(page, name + "-" + lang, found);
	}
	assert.deepStrictEqual(found, []);
}

/* One visitor for all languages: no page is to remember a choice. */
test("s70_pages_of_a_user_fit_and_axe_finds_nothing", async (page) => {
	const draft = await furnish(page);

	for (const lang of langs)
		await inspect_all(page, states_of_bob(page, draft), lang);
});

test("s70_pages_of_a_stranger_fit_and_axe_finds_nothing", async (page) => {
	for (const lang of langs)
		await inspect_all(page, states_of_a_stranger(page), lang);
});

/* With all that can be opened, on the page after a login: the longest. */
test("what_just_happened_fits_and_axe_finds_nothing", async (page) => {
	const found = [];

	for (const lang of langs) {
		await speak(page, lang);
		await page.goto(process.env.TEACH + "/cgi-bin/login");
		await login(page, "bob", "builder-2049");
		assert.strictEqual(await page.locator(".panel ol").count(), 2);
		await page.evaluate(() => document.querySelectorAll(
		    ".panel details").forEach((d) => {
			d.open = true;
		}));
		await inspect(page, "panel-" + lang, found);
		await press(page, "header form[action=logout] button");
	}
	assert.deepStrictEqual(found, []);
});

/* ---- What neither finds -------------------------------------------------- */

/* Colours that the system forces: WCAG 1.4.1, not by the weight alone. */
test("the_menu_tells_where_one_is_in_forced_colours", async (page) => {
	await page.emulateMedia({ forcedColors: "active" });
	await page.goto(at("shop"));
	const lines = await page.evaluate(() => Array.from(
	    document.querySelectorAll("nav a")).map((a) => ({
		current: a.hasAttribute("aria-current"),
		color: getComputedStyle(a).borderBottomColor })));
	const here = lines.filter((l) => l.current).map((l) => l.color);
	const others = lines.filter((l) => !l.current).map((l) => l.color);

	assert.strictEqual(here.length, 1);
	assert.ok(!others.includes(here[0]), here + " among " + others);
});

/* WCAG 3.3.1, 4.1.3: of a form that was not taken, title and field say so. */
test("a_form_that_is_not_taken_marks_its_field", async (page) => {
	const marked = () => page.evaluate(() => Array.from(
	    document.querySelectorAll("[aria-invalid=true]")).filter((e) =>
	    e.getAttribute("aria-describedby").split(" ").includes(
	    document.querySelector("[role=alert]").id)).map((e) => e.id)
	    .join(" "));
	const wrong = async (fields, ...how) => {
		await typed(page, ...how);
		assert.strictEqual(await marked(), fields, how[0]);
		assert.ok((await page.title()).startsWith("Error: "), how[0]);
	};

	await wrong("user password", "login", { user: "x", password: "y" });
	await wrong("user", "signup", { user: " ", password: "good old words" });
	await wrong("user", "signup", { user: "Bob",
	    password: "good old words" });
	await wrong("password", "signup", { user: "sue", password: "short" });
	await login(page);
	assert.ok(!(await page.title()).startsWith("Error"));
	await wrong("current", "password", { current: "no",
	    new: "good old words" });
	await wrong("new", "password", { current: "wonderland-1865", new: "x" });
	await wrong("password", "login?again=1", { password: "no" });
	await wrong("title", "drafts?new=1", { title: "x".repeat(500) },
	    "button[value=save]");
	await fill_cart(page, { pen: 1, key: 1 });
	await wrong("n-pen", "cart", { "n-pen": "0" },
	    "li:has(#n-pen) form.row button");
	await wrong("street city", "billing", { name: "Al", street: "",
	    city: " " }, "button[value=pay]");
});

test("the_heading_of_a_draft_is_the_title_of_its_page", async (page) => {
	await login(page);
	for (const where of ["drafts?new=1", "drafts"]) {
		await page.goto(at(where));
		assert.strictEqual(await page.title(),
		    await page.textContent("h1") + " – libsess");
	}
});

run({});

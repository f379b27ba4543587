/*
 * click.js - goal: a person can do all that the demo site is for, by clicking
 * and typing, with JavaScript and without.
 *
 * SCRIPT=off switches JavaScript off.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const { assert, at, base, choose, cookie, form, light, login, look, press,
	run, test } = require("./browser.js");

const script = process.env.SCRIPT !== "off";
const how = script ? "" : "_without_javascript";

/* The number of a page: its visits, what is in the cart, ... */
async function number(page, selector) {
	return Number(await page.locator(selector).first().innerText());
}

test("s18_visits_are_counted" + how, async (page, context) => {
	await page.goto(base + "/");
	await press(page, "main a[href$=visits]");
	assert.strictEqual(await number(page, ".figure b"), 1);
	const first = await cookie(context);
	await press(page, "main a.button");
	assert.strictEqual(await number(page, ".figure b"), 2);
	await page.reload();
	assert.strictEqual(await number(page, ".figure b"), 3);
	assert.strictEqual((await cookie(context)).value, first.value);
});

test("s64_the_cookie_is_as_browsers_see_it" + how, async (page, context) => {
	await page.goto(at("visits"));
	const anonymous = await cookie(context);
	await login(page);
	const known = await cookie(context);

	assert.notStrictEqual(known.value, anonymous.value);
	for (const c of await context.cookies()) {
		assert.strictEqual(c.httpOnly, true, c.name);
		assert.strictEqual(c.sameSite, "Lax", c.name);
		assert.strictEqual(c.expires < 0, c.name !== "device", c.name);
		assert.strictEqual(c.path, "/", c.name);
		assert.strictEqual(c.domain, "127.0.0.1", c.name);
	}
	assert.match(known.value, /^[A-Za-z0-9_-]{32}$/);
	if (script)
		assert.strictEqual(await page.evaluate(() => document.cookie),
		    "");
});

test("s38_a_wrong_password_stays_at_the_login" + how, async (page) => {
	const answer = await login(page, "alice", "looking-glass");

	assert.strictEqual(answer.status(), 401);
	assert.strictEqual(await page.locator(".note.bad").count(), 1);
	assert.strictEqual(await page.inputValue("#user"), "alice");
	assert.strictEqual(await page.inputValue("#password"), "");
	await login(page);
	assert.match(page.url(), /\/drafts$/);
});

test("s07_login_leads_to_the_page_that_was_wanted" + how, async (page) => {
	await page.goto(at("billing"));
	assert.match(page.url(), /\/login\?next=billing$/);
	await login(page);
	assert.match(page.url(), /\/billing$/);
	assert.strictEqual(await page.innerText(".who b"), "alice");
});

test("s08_a_draft_is_written_changed_and_deleted" + how, async (page) => {
	const title = "Advice from a caterpillar" + how;

	await login(page);
	await press(page, "main a.button");
	await page.fill("#title", title);
	await page.fill("#text", "One side makes you taller,\nthe other ...");
	await press(page, form("drafts") + " button[value=save]");
	assert.strictEqual(await page.locator(".note.good").count(), 1);

	const item = page.locator("a.title", { hasText: title });

	assert.strictEqual(await item.count(), 1);
	await item.click();
	await page.waitForURL(/drafts\?id=/);
	assert.strictEqual(await page.inputValue("#text"),
	    "One side makes you taller,\nthe other ...");
	await page.fill("#text", "shorter");
	await press(page, form("drafts") + " button[value=save]");
	await item.click();
	await page.waitForURL(/drafts\?id=/);
	assert.strictEqual(await page.inputValue("#text"), "shorter");
	await press(page, "a.side");
	await press(page, "button.danger");
	assert.strictEqual(await item.count(), 0);
});

test("s59_the_shop_from_the_shelf_to_the_receipt" + how, async (page) => {
	const add = async (item, n) => {
		await page.goto(at("shop"));
		await page.fill("#n-" + item, String(n));
		await press(page, "li:has(#n-" + item + ") button");
		assert.match(page.url(), /\/cart$/);
	};

	await add("pen", 2);
	await add("teapot", 1);
	await add("pen", 1);
	assert.strictEqual(await page.inputValue("#n-pen"), "3");
	await page.fill("#n-teapot", "2");
	await press(page, "li:has(#n-teapot) button.quiet >> nth=0");
	await add("key", 1);
	await press(page, "li:has(#n-key) button.quiet >> nth=1");
	assert.strictEqual(await page.locator("#n-key").count(), 0);
	assert.match(await page.innerText(".total b"), /^206[.]00/);

	/* not logged in up to now: the cart comes along */
	await press(page, "main .actions a.button");
	assert.match(page.url(), /\/login/);
	await login(page);
	assert.match(page.url(), /\/billing$/);
	assert.match(await page.innerText("tfoot b"), /^206[.]00/);
	await page.fill("#name", "Alice Liddell");
	await page.fill("#street", "Deanery Garden 1");
	await page.fill("#city", "Oxford");
	await press(page, "button[value=pay]");
	assert.match(page.url(), /\/billing\?order=\d+$/);
	assert.match(await page.innerText("tfoot b"), /^206[.]00/);
	assert.match(await page.innerText("main"), /Deanery Garden 1/);

	/* Back, and there is nothing to pay any more. */
	await page.goBack();
	assert.match(page.url(), /\/billing$/);
	assert.strictEqual(await page.locator("button[value=pay]").count(), 0);
	await page.goto(at("cart"));
	assert.strictEqual(await page.locator("ul.cart li").count(), 0);
});

test("s70_language_and_theme_on_every_page" + how, async (page) => {
	await page.goto(at("visits"));
	assert.strictEqual(await look(page), "en ");
	assert.ok(await light(page) > 0.7);
	const english = await page.innerText("h1");

	await login(page);
	await choose(page, "de", "dark");
	for (const name of ["visits", "login", "drafts", "drafts?new=1", "shop",
		"cart", "billing", "prefs", "nothing"]) {
		await page.goto(name === "nothing" ? at("drafts?id=999999") :
		    at(name));
		assert.strictEqual(await look(page), "de dark", name);
		assert.ok(await light(page) < 0.3, name);
	}
	await page.goto(at("visits"));
	assert.notStrictEqual(await page.innerText("h1"), english);
	await choose(page, "fr", "light");
	await page.emulateMedia({ colorScheme: "dark" });
	assert.strictEqual(await look(page), "fr light");
	assert.ok(await light(page) > 0.7);
	await choose(page, "fr", "auto");
	assert.ok(await light(page) < 0.3);
	await page.emulateMedia({ colorScheme: "light" });
	assert.ok(await light(page) > 0.7);
});

test("s35_logout_forgets_all_but_what_the_browser_keeps" + how,
    async (page, context, browser) => {
	await login(page);
	await choose(page, "de", "dark");
	assert.strictEqual(await page.innerText("#browser-theme"),
	    script ? "dark" : "–");
	const old = await cookie(context);

	await press(page, ".who form button");
	assert.match(page.url(), /\/login\?bye=1$/);
	assert.strictEqual(await cookie(context), undefined);

	/* The session's language is gone; the theme is the browser's own. */
	for (const name of ["visits", "shop", "prefs"]) {
		await page.goto(at(name));
		assert.strictEqual(await look(page),
		    script ? "en dark" : "en ", name);
	}
	if (script)
		assert.deepStrictEqual(await page.evaluate(() =>
		    Object.entries(localStorage)), [["theme", "dark"]]);
	await page.goto(at("drafts"));
	assert.match(page.url(), /\/login/);

	/* A thief who kept the cookie has nothing. */
	const thief = await browser.newContext();

	await thief.addCookies([old]);
	const other = await thief.newPage();

	await other.goto(at("drafts"));
	assert.match(other.url(), /\/login/);
	await other.goto(at("visits"));
	assert.strictEqual(await number(other, ".figure b"), 1);
	assert.notStrictEqual((await cookie(thief)).value, old.value);
	await thief.close();
});

test("s63_a_draft_from_an_older_login_is_not_lost" + how,
    async (page, context) => {
	await login(page);
	await page.goto(at("drafts?new=1"));
	await page.fill("#title", "late" + how);
	await page.fill("#text", "Curiouser and curiouser!");
	await context.clearCookies();           /* as if it had expired */
	await press(page, form("drafts") + " button[value=save]");
	assert.match(page.url(), /\/login/);
	await login(page);
	assert.match(page.url(), /\/drafts\?saved=1$/);
	assert.strictEqual(await page.inputValue("#text"),
	    "Curiouser and curiouser!");
	await press(page, form("drafts") + " button[value=save]");
	assert.strictEqual(await page.locator("a.title", { hasText: "late" +
	    how }).count(), 1);
});

test("r40_ten_tabs_and_the_way_back_work" + how, async (page, context) => {
	const tabs = [];

	await page.goto(at("visits"));
	for (let i = 0; i < 10; i++) {
		tabs.push(await context.newPage());
		await tabs[i].goto(at("shop"));
	}
	for (const tab of tabs)
		assert.strictEqual((await press(tab,
		    "li:has(#n-lantern) button")).status(), 200);
	await page.goto(at("cart"));
	assert.strictEqual(await page.inputValue("#n-lantern"), "10");
	await tabs[0].goBack();
	await press(tabs[0], "li:has(#n-umbrella) button");
	assert.strictEqual(await tabs[0].inputValue("#n-umbrella"), "1");
});

run({ javaScriptEnabled: script });

/*
 * walk.js - goal: a person walks through the demo site, in Chromium and in
 * Firefox, over https, with the cookies that a real site has.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const { assert, at, back, close, cookie, count, fill, form, login, new_profile,
	new_tab, open, picture, press, run, tab, test, text, until, value } =
	require("./browsers.js");

const cookies = "li:has(#n-cookies) button";
const save = form("drafts") + " button[value=save]";

/* A session, so that no later answer changes a cookie. */
async function begin(page) {
	await page.goto(at("shop"));
	await press(page, "li:has(#n-pen) button");
	await page.goto(at("shop"));
}

/* Is this page once more what it was, or was it loaded anew? */
function mark(page) {
	return page.evaluate(() => { window.kept = true; });
}

function is_kept(page) {
	return page.evaluate(() => window.kept === true);
}

test("r93_back_and_another_number_is_added", async (page) => {
	await begin(page);
	await press(page, cookies);
	assert.strictEqual(await value(page, "#n-cookies"), "1");
	await back(page, "/shop");
	await fill(page, "#n-cookies", "5");
	await press(page, cookies);
	assert.strictEqual(await value(page, "#n-cookies"), "6");
	await picture(page, "cart-after-back");
});

test("r93_back_and_the_same_number_is_added_or_told", async (page) => {
	await begin(page);
	await fill(page, "#n-cookies", "5");
	await press(page, cookies);
	await back(page, "/shop");
	await fill(page, "#n-cookies", "5");
	await press(page, cookies);
	const told = await count(page, ".note.warn");

	assert.strictEqual(await value(page, "#n-cookies"), told ? "5" : "10");
	await picture(page, "cart-same-again");
});

test("r93_a_page_that_is_shown_again_is_loaded_anew", async (page) => {
	await begin(page);
	await page.goto(at("cart"));
	await mark(page);
	await page.goto(at("shop"));
	const other = await new_tab(page.browser());

	await other.goto(at("shop"));
	await press(other, cookies);
	await other.close();
	await back(page, "/cart");
	await until(page, () => document.querySelector("#n-cookies") !==
	    null);
	assert.strictEqual(await is_kept(page), false);
});

test("r93_text_that_is_half_written_stays", async (page) => {
	await login(page);
	await page.goto(at("drafts?new=1"));
	await mark(page);
	await fill(page, "#text", "Why, sometimes I've believed");
	await press(page, "nav a[href=shop]");
	await back(page, "/drafts");
	await until(page, () => document.documentElement.style.visibility ===
	    "");
	/* Firefox keeps no such page, and loads it without the text. */
	if (await is_kept(page))
		assert.strictEqual(await value(page, "#text"),
		    "Why, sometimes I've believed");
	else
		assert.strictEqual(process.env.BROWSER, "firefox");
});

test("r93_back_shows_nothing_of_a_session_that_was_ended_elsewhere",
    async (page) => {
	const elsewhere = await tab(await open(new_profile()));

	await login(page);
	await page.goto(at("drafts"));
	await page.goto(at("shop"));
	await login(elsewhere);
	await elsewhere.goto(at("devices"));
	await press(elsewhere, "button[value=others]");
	await back(page, "/login");
	assert.strictEqual(await text(page, ".who b"), null);
	await picture(page, "back-after-the-end");
});

test("r93_nor_does_a_page_with_half_written_text", async (page) => {
	const elsewhere = await tab(await open(new_profile()));

	await login(page);
	await page.goto(at("drafts?new=1"));
	await fill(page, "#text", "six impossible things");
	await press(page, "nav a[href=shop]");
	await login(elsewhere);
	await elsewhere.goto(at("devices"));
	await press(elsewhere, "button[value=others]");
	await back(page, "/login");
	assert.strictEqual(await text(page, ".who b"), null);
});

test("r12_who_is_remembered_is_known_when_the_browser_opens_again",
    async (page, browser, profile) => {
	await login(page, "alice", "wonderland-1865", true);
	assert.strictEqual(await text(page, ".who b"), "alice");
	const sent = await cookie(browser, "__Host-remember");

	assert.ok(sent.httpOnly && sent.secure);
	await close(browser);
	const again = await open(profile);
	const reopened = await tab(again);

	await reopened.goto(at("drafts"));
	assert.strictEqual(await text(reopened, ".who b"), "alice");
	await picture(reopened, "remembered");
});

run();

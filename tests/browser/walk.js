/*
 * walk.js - goal: a person walks through the demo site, in Chromium and in
 * Firefox, over https, with the cookies that a real site has.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const fs = require("fs");
const { assert, at, back, close, clock, cookie, count, fill, firefox, form,
	login, new_profile, new_tab, open, picture, press, run, tab, test,
	test_window, text, until, value } = require("./browsers.js");

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

test_window("r93_back_and_another_number_is_added", async (page) => {
	await begin(page);
	await press(page, cookies);
	assert.strictEqual(await value(page, "#n-cookies"), "1");
	await back(page, "/shop");
	await fill(page, "#n-cookies", "5");
	await press(page, cookies);
	assert.strictEqual(await value(page, "#n-cookies"), "6");
	await picture(page, "cart-after-back");
});

test_window("r93_back_and_the_same_number_is_added_or_told", async (page) => {
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

test_window("r93_a_page_that_is_shown_again_is_loaded_anew",
    async (page, window) => {
	await begin(page);
	await page.goto(at("cart"));
	await mark(page);
	await page.goto(at("shop"));
	const other = await new_tab(window);

	await other.goto(at("shop"));
	await press(other, cookies);
	await other.close();
	await back(page, "/cart");
	await until(page, () => document.querySelector("#n-cookies") !==
	    null);
	assert.strictEqual(await is_kept(page), false);
});

test_window("r93_text_that_is_half_written_stays", async (page) => {
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
		assert.ok(firefox);
});

test_window("r93_back_shows_nothing_of_a_session_that_was_ended_elsewhere",
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

test_window("r93_nor_does_a_page_with_half_written_text", async (page) => {
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


/* ---- A draft with a picture --------------------------------------------- */

test_window("s71_a_draft_with_a_picture_is_saved_and_shown", async (page) => {
	const tea = process.env.PROFILES + "/tea.png";

	await login(page);
	await page.screenshot({ path: tea });
	await page.goto(at("drafts?new=1"));
	await fill(page, "#title", "Tea");
	await fill(page, "#text", "Have some wine");
	await (await page.$("#files")).uploadFile(tea);
	await press(page, save);
	assert.strictEqual(await count(page, ".note.good"), 1);
	await press(page, "a.title");
	assert.strictEqual(await value(page, "#text"), "Have some wine");
	assert.strictEqual(await page.$eval(".files img", (img) =>
	    img.decode().then(() => img.naturalWidth > 0)), true);
	await picture(page, "draft");
});

/* ---- Two tabs ----------------------------------------------------------- */

function added(page, item) {
	return press(page, "li:has(#n-" + item + ") button");
}

test_window("r93_an_impatient_second_click_counts_once", async (page) => {
	await begin(page);
	await fill(page, "#n-cookies", "5");
	await (await page.$(cookies)).click({ count: 2 });
	await until(page, () => location.href.includes("/cart") &&
	    document.readyState === "complete");
	assert.strictEqual(await value(page, "#n-cookies"), "5");
});

/* Each tab was opened before the other one's cookie had come. */
test_window("r97_both_of_two_tabs_of_a_first_visit_work",
    async (page, window) => {
	const second = await new_tab(window);

	await page.goto(at("shop"));
	await window.deleteCookie(await cookie(window, "__Host-pre"));
	await second.goto(at("shop"));
	assert.strictEqual(await added(page, "pen"), 200);
	assert.strictEqual(await added(second, "key"), 200);
	assert.strictEqual(await count(second, "#n-key"), 1);
});

/* The page that refuses, and its link back to the form. */
async function refused(page, reason) {
	assert.strictEqual(await page.$eval("main", (e) => e.dataset.reason),
	    reason);
	await picture(page, "refused-" + reason);
	if (reason === "plain-http") {
		assert.strictEqual(await count(page, "#back"), 0);
		return;         /* it would lead there again */
	}
	await press(page, "#back");
	assert.match(page.url(), /\/shop$/);
}

test_window("r97_a_login_in_another_tab_leaves_a_way_back",
    async (page, window) => {
	const other = await new_tab(window);

	await begin(page);
	await login(other);
	assert.strictEqual(await added(page, "key"), 403);
	await refused(page, "other-tab");
	assert.strictEqual(await added(page, "key"), 200);
	assert.strictEqual(await count(page, "#n-key"), 1);
});

test_window("r97_a_logout_in_another_tab_leaves_a_way_back",
    async (page, window) => {
	const other = await new_tab(window);

	await login(page);
	await page.goto(at("shop"));
	await other.goto(at("visits"));
	await press(other, ".who form button");
	assert.strictEqual(await added(page, "key"), 403);
	await refused(page, "session-over");
	assert.strictEqual(await added(page, "key"), 200);
});

/* ---- Time --------------------------------------------------------------- */

test_window("r97_a_session_that_is_over_leaves_a_way_back", async (page) => {
	await login(page);
	await page.goto(at("shop"));
	clock(1900);
	assert.strictEqual(await added(page, "key"), 403);
	await refused(page, "session-over");
	assert.strictEqual(await added(page, "key"), 200);
});

test_window("r97_a_form_that_a_stranger_left_open_for_hours_works",
    async (page) => {
	await page.goto(at("shop"));
	clock(3 * 3600);
	assert.strictEqual(await added(page, "key"), 200);
	assert.strictEqual(await count(page, "#n-key"), 1);
});

test_window("s63_a_draft_of_a_session_that_is_over_is_not_lost",
    async (page) => {
	await login(page);
	await page.goto(at("drafts?new=1"));
	await fill(page, "#title", "late");
	await fill(page, "#text", "Curiouser and curiouser!");
	clock(1900);
	await press(page, save);
	assert.match(page.url(), /\/login/);
	await picture(page, "login-for-a-draft");
	await login(page);
	assert.strictEqual(await value(page, "#text"),
	    "Curiouser and curiouser!");
	await press(page, save);
	assert.strictEqual(await count(page, ".note.good"), 1);
});

/* ---- Without cookies ---------------------------------------------------- */

/* A browser that takes none; the setting of a person who is careful. */
async function without_cookies() {
	const profile = new_profile();

	if (!firefox) {
		fs.mkdirSync(profile + "/Default");
		fs.writeFileSync(profile + "/Default/Preferences",
		    JSON.stringify({ profile: { default_content_setting_values:
		    { cookies: 2 } } }));
	}
	return open(profile, { "network.cookie.cookieBehavior": 2 });
}

test_window("r97_a_browser_that_takes_no_cookies_is_told", async () => {
	const page = await tab(await without_cookies());

	await page.goto(at("shop"));
	assert.strictEqual(await added(page, "key"), 403);
	await refused(page, "no-cookie");
});

test_window("r97_plain_http_is_told", async (page) => {
	await page.goto(process.env.PLAIN + "/cgi-bin/shop");
	assert.strictEqual(await added(page, "key"), 403);
	await refused(page, "plain-http");
});

/* ---- A script of another origin ----------------------------------------- */

test_window("r99_a_script_of_another_origin_posts_with_a_bearer",
    async (page) => {
	/*
	 * "localhost" is another site than "127.0.0.1"; a file there, since a
	 * page of ours may fetch from its own site alone.
	 */
	await page.goto(process.env.SECURE.replace("127.0.0.1", "localhost") +
	    "/style.css");
	assert.deepStrictEqual(await page.evaluate(async (url) => {
		const first = await fetch(url);
		const token = first.headers.get("X-Session-Token");
		const seen = [await first.json()];

		for (const method of ["GET", "POST"]) {
			const answer = await fetch(url, { method, headers: {
				"Authorization": "Bearer " + token } });

			seen.push(answer.status, (await answer.json()).n);
		}
		return seen;
	}, at("api")), [{ n: 1 }, 200, 2, 200, 3]);
});

run();

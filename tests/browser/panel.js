/*
 * panel.js - goal: a person sees at the foot of a page what just happened: the
 * steps of the form that they sent, and those of the page that came of it.
 *
 * TEACH is where the site shows it; SCRIPT=off switches JavaScript off.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const { assert, cookie, form, press, run, test } = require("./browser.js");

const script = process.env.SCRIPT !== "off";
const how = script ? "" : "_without_javascript";

function at(page) {
	return process.env.TEACH + "/cgi-bin/" + page;
}

/* The steps of each request in the panel: [["request", "carry", ...], ...]. */
async function steps(page) {
	const lists = [];

	for (const list of await page.locator(".panel ol").all())
		lists.push(await list.evaluate((ol) => Array.from(ol.children)
		    .map((li) => li.dataset.step)));
	return lists;
}

/* Do these words stand in the list, in this order? */
function in_order(list, ...words) {
	let from = 0;

	for (const word of words) {
		from = list.indexOf(word, from) + 1;
		assert.ok(from > 0, word + " in its place: " + list);
	}
}

/* Is this nowhere on the page, neither shown nor hidden? */
async function lacks(page, secret) {
	assert.ok(secret.length >= 12);
	assert.strictEqual((await page.content()).split(secret).length - 1, 0);
}

async function log_in(page) {
	await page.goto(at("login"));
	await page.fill("#user", "alice");
	await page.fill("#password", "wonderland-1865");
	await press(page, form("login") + " button");
}

test("s12_the_id_is_checked_and_looked_up_before_the_page_is_made" + how,
    async (page) => {
	await page.goto(at("visits"));
	await page.goto(at("visits"));
	const [list, ...others] = await steps(page);

	in_order(list, "request", "carry", "token", "find", "handler", "edit",
	    "commit");
	assert.deepStrictEqual(others, []);
});

test("the_panel_is_closed_and_a_key_opens_it" + how, async (page) => {
	await page.goto(at("visits"));
	const panel = page.locator(".panel > details");

	assert.strictEqual(await panel.getAttribute("open"), null);
	assert.strictEqual(await page.locator(".panel ol").isVisible(), false);
	await page.locator(".panel summary").first().focus();
	await page.keyboard.press("Enter");
	assert.strictEqual(await page.locator(".panel ol").isVisible(), true);
	const statement = panel.locator("li details").first();

	await statement.locator("summary").focus();
	await page.keyboard.press("Enter");
	assert.strictEqual(await statement.locator("code").isVisible(), true);
});

test("s71_a_form_and_its_page_are_shown_and_no_id" + how,
    async (page, context) => {
	await page.goto(at("shop"));
	await page.fill("#n-pen", "2");
	await press(page, "li:has(#n-pen) button");
	const [sent, shown, ...others] = await steps(page);

	in_order(sent, "request", "csrf", "handler", "edit", "before", "store",
	    "after", "commit", "cookie");
	in_order(shown, "request", "token", "find", "handler");
	assert.ok(!shown.includes("commit"), "who looks changes nothing");
	assert.deepStrictEqual(others, []);
	assert.match(await page.locator(".panel li[data-step=edit]").first()
	    .textContent(), /cart\.pen/);
	await lacks(page, (await cookie(context)).value);
	await page.reload();
	assert.strictEqual((await steps(page)).length, 1, "shown once");
});

test("s65_a_login_and_a_logout_are_shown_and_no_secret" + how,
    async (page, context) => {
	await page.goto(at("visits"));
	const old = await cookie(context);

	await log_in(page);
	const [sent] = await steps(page);
	const id = await cookie(context);

	in_order(sent, "password", "edit", "before", "after", "commit",
	    "cookie");
	assert.notStrictEqual(id.value, old.value);
	await lacks(page, old.value);
	for (const c of await context.cookies())
		await lacks(page, c.value);
	await lacks(page, "wonderland-1865");
	await press(page, "header form[action=logout] button");
	const [ended] = await steps(page);

	assert.match(page.url(), /bye=1$/);
	in_order(ended, "find", "edit", "before", "after", "commit", "cookie");
	await lacks(page, id.value);
});

test("a_proxy_in_between_hides_the_panel" + how, async (page) => {
	await page.goto(at("visits"));
	assert.strictEqual(await page.locator(".panel").count(), 1);
	await page.setExtraHTTPHeaders({ Via: "1.1 somebody" });
	await page.goto(at("visits"));
	assert.strictEqual(await page.locator(".panel").count(), 0);
	assert.strictEqual(await page.locator("footer").count(), 1);
});

run({ javaScriptEnabled: script });

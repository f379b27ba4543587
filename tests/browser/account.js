/*
 * account.js - goal: a person with two browsers makes an account, sees both,
 * ends one from the other, is remembered, and is asked once more before the
 * money, with JavaScript and without.
 *
 * SCRIPT=off switches JavaScript off.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const { assert, at, form, login, press, run, test } = require("./browser.js");

const script = process.env.SCRIPT !== "off";
const how = script ? "" : "_without_javascript";
const user = "dinah" + how;
const password = "a cat of Cheshire";

/* Another browser, with nothing in it but these cookies. */
async function another(browser, cookies) {
	const context = await browser.newContext({ javaScriptEnabled: script });

	await context.addCookies(cookies || []);
	return context.newPage();
}

function who(page) {
	return page.innerText(".who b");
}

async function to_account(page) {
	await press(page, ".who a");
	assert.match(page.url(), /\/account$/);
}

/* Its next click is at the login page. */
async function is_out(page) {
	await press(page, "nav a[href=drafts]");
	assert.match(page.url(), /\/login\?next=drafts$/);
	assert.strictEqual(await page.locator(".note.warn").count(), 1);
}

test("a_person_signs_up" + how, async (page) => {
	await page.goto(at("billing"));
	await press(page, form("login") + " a");
	await page.fill("#user", user);
	await page.fill("#password", "Password1");
	await press(page, form("signup") + " button");
	assert.strictEqual(await page.locator(".note.bad").count(), 1);
	assert.strictEqual(await page.inputValue("#user"), user);
	assert.strictEqual(await page.inputValue("#password"), "");
	await page.fill("#password", password);
	await press(page, form("signup") + " button");
	assert.match(page.url(), /\/billing$/);
	assert.strictEqual(await who(page), user);
});

test("r12_a_session_is_ended_from_another_browser" + how,
    async (page, context, browser) => {
	const other = await another(browser);

	await login(page, user, password);
	await login(other, user, password);
	await to_account(page);
	await press(page, "main a[href=devices]");
	const here = page.locator("li.card", { has: page.locator(".tag.good") });
	const there = page.locator("li.card",
	    { hasNot: page.locator(".tag.good") });

	/* the one that signed up is there too */
	assert.strictEqual(await here.count(), 1);
	assert.strictEqual(await there.count(), 2);
	for (const title of await page.locator("li.card h2").allInnerTexts())
		assert.strictEqual(title, "Chrome on Linux");
	for (let left = 2; left > 0; left--) {
		await press(page, "li:not(:has(.tag.good)) button");
		assert.strictEqual(await page.locator(".flash").count(), 1);
		assert.strictEqual(await there.count(), left - 1);
	}
	await is_out(other);
	await login(other, user, password);
	assert.match(other.url(), /\/drafts$/);
	await page.reload();
	await press(page, "button[value=others]");
	assert.strictEqual(await there.count(), 0);
	await is_out(other);
	await press(page, "li.card button");
	assert.match(page.url(), /\/login\?bye=1$/);
	await other.context().close();
});

test("who_is_remembered_is_known_when_the_browser_opens_again" + how,
    async (page, context, browser) => {
	await page.goto(at("login"));
	await page.check("[name=remember]");
	await login(page, user, password);
	const kept = (await context.cookies()).filter((c) => c.expires > 0);
	const forgetful = await another(browser);

	await login(forgetful, user, password);
	const next = await another(browser, (await forgetful.context().cookies())
	    .filter((c) => c.expires > 0));

	await next.goto(at("drafts"));
	assert.match(next.url(), /\/login/);
	for (const c of kept)
		assert.strictEqual(c.httpOnly, true, c.name);
	const opened = await another(browser, kept);

	await opened.goto(at("drafts"));
	assert.match(opened.url(), /\/drafts$/);
	assert.strictEqual(await who(opened), user);
	await opened.goto(at("devices"));
	assert.ok(await opened.locator(".tag:not(.good)").count() > 0);

	/* Remembered is not proved: what was typed waits for the password. */
	await opened.goto(at("shop"));
	await press(opened, "li:has(#n-pen) button");
	await press(opened, "main .actions a.button");
	await opened.fill("#name", "Dinah <b>\"L.\"");
	await opened.fill("#street", "Deanery Garden 1");
	await opened.fill("#city", "Oxford");
	await press(opened, "button[value=pay]");
	assert.match(opened.url(), /\/login\?again=1/);
	assert.strictEqual(await opened.inputValue("#user"), user);
	await opened.fill("#password", "not mine");
	await press(opened, form("login") + " button");
	assert.strictEqual(await opened.locator(".note.bad").count(), 1);
	await opened.fill("#password", password);
	await press(opened, form("login") + " button");
	assert.match(opened.url(), /\/billing$/);
	assert.strictEqual(await opened.inputValue("#name"),
	    "Dinah <b>\"L.\"");
	assert.strictEqual(await opened.inputValue("#street"),
	    "Deanery Garden 1");
	assert.strictEqual(await opened.inputValue("#city"), "Oxford");
	await press(opened, "button[value=pay]");
	assert.match(opened.url(), /\/billing\?order=\d+$/);
	for (const tab of [forgetful, next, opened])
		await tab.context().close();
});

test("r11_another_password_and_then_no_account" + how,
    async (page, context, browser) => {
	const other = await another(browser);

	await login(page, user, password);
	await login(other, user, password);
	await to_account(page);
	await press(page, "main a[href=password]");
	await page.fill("#current", password);
	await page.fill("#new", password + " grins");
	await press(page, form("password") + " button");
	assert.match(page.url(), /\/account$/);
	assert.strictEqual(await page.locator(".note.good").count(), 1);
	await is_out(other);
	assert.strictEqual((await login(other, user, password)).status(), 401);
	await login(other, user, password + " grins");
	assert.match(other.url(), /\/drafts$/);

	await page.goto(at("account"));
	assert.strictEqual(await page.locator(".note.good").count(), 0);
	assert.strictEqual(await page.locator("button.danger").isVisible(), false);
	await page.locator("summary").focus();
	await page.keyboard.press("Enter");
	await press(page, "button.danger");
	assert.match(page.url(), /\/login\?bye=1$/);
	await is_out(other);
	assert.strictEqual((await login(other, user, password + " grins"))
	    .status(), 401);
	await other.context().close();
});

run({ javaScriptEnabled: script });

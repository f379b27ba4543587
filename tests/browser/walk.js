/*
 * walk.js - goal: a person walks through the demo site, in Chromium and in
 * Firefox, over https, with the cookies that a real site has.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const { assert, at, close, cookie, login, open, picture, press, run, tab, test,
	text } = require("./browsers.js");

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

/*
 * statements.js - goal: what is said of sessions in general is true of the demo
 * site in a browser; and the trace in the server's log shows why.
 *
 * TRACE is the log of the server, which writes down each step of a request.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const fs = require("fs");
const { assert, at, clock, close, cookie, count, form, login, new_profile,
	new_tab, open, press, run, tab, test, test_window, text } =
    require("./browsers.js");

/* ---- What happened ------------------------------------------------------- */

/*
 * The requests of this page in what was written since then.  The answer is
 * sent before its own line is written, which may never come: a server ends
 * the program when it has all that it was promised.
 */
function requests_of(page, begin) {
	const requests = [];
	const lines = fs.readFileSync(process.env.TRACE).subarray(begin)
	    .toString().split("\n");

	for (const line of lines) {
		const found = /app=(\w+) event=trace step=(\w+) us=\d+(.*)/
		    .exec(line);

		if (!found || found[1] !== page || / row=/.test(line))
			continue;
		const parts = { step: found[2] };

		for (const [, name, value] of found[3].matchAll(
		    / (\w+)="?((?<=")[^"]*|[^ "]*)/g))
			parts[name] = value;
		if (parts.step === "request")
			requests.push([]);
		requests.at(-1).push(parts);
	}
	return requests;
}

/*
 * steps() with what a person does: then the steps of each request of this
 * page, in order: [[{ step, ...parts }, ...], ...].
 */
async function traced(page, steps) {
	const begin = fs.statSync(process.env.TRACE).size;

	await steps();
	return requests_of(page, begin);
}

function names(request) {
	return request.map((s) => s.step);
}

function the(request, step) {
	return request.find((s) => s.step === step);
}

/* Do they stand there in this order? */
function in_order(request, ...wanted) {
	let from = 0;

	for (const step of wanted) {
		from = names(request).indexOf(step, from) + 1;
		assert.ok(from > 0, step + " in its place: " + names(request));
	}
}

/* The headers that went over the wire, by kind. */
async function wire(page) {
	const client = await page.createCDPSession();
	const seen = { sent: [], came: [] };

	await client.send("Network.enable");
	client.on("Network.requestWillBeSentExtraInfo", (event) =>
	    seen.sent.push(event.headers));
	client.on("Network.responseReceivedExtraInfo", (event) =>
	    seen.came.push(event.headers));
	return seen;
}

function field(headers, name) {
	const key = Object.keys(headers).find((k) => k.toLowerCase() === name);

	return key && headers[key];
}

async function visit(page) {
	await page.goto(at("visits"));
	return Number(await text(page, ".figure b"));
}

/* What <html> says of language and theme: "de dark". */
function look(page) {
	return page.evaluate(() => document.documentElement.lang + " " +
	    document.documentElement.dataset.theme);
}

async function choose(page, lang, theme) {
	await page.goto(at("prefs"));
	await page.select("#lang", lang);
	await page.click("input[name=theme][value=" + theme + "]");
	return press(page, form("prefs") + " button");
}

/* This cookie, in a browser that has no other. */
async function give(window, c) {
	await window.setCookie({ name: c.name, value: c.value,
		domain: c.domain, path: c.path, httpOnly: true });
}

/* ---- The id -------------------------------------------------------------- */

test_window("s04_the_first_answer_has_the_page_and_the_id",
    async (page, window) => {
	const seen = await wire(page);
	const [first] = await traced("visits", () => visit(page));
	const set = field(seen.came[0], "set-cookie");

	assert.strictEqual(await text(page, ".figure b"), "1");
	assert.match(set, /^sid=[\w-]{32}; /);
	assert.ok(set.startsWith("sid=" + (await cookie(window, "sid")).value));
	in_order(first, "request", "handler", "commit", "cookie");
	assert.strictEqual(the(first, "commit").change, "create");
	assert.strictEqual(the(first, "cookie").act, "set");
});

test_window("s05_without_the_cookie_two_requests_are_not_linked",
    async (page, window) => {
	const requests = await traced("visits", async () => {
		assert.strictEqual(await visit(page), 1);
		await window.deleteCookie(await cookie(window, "sid"));
		assert.strictEqual(await visit(page), 1);
		assert.strictEqual(await visit(page), 2);
	});

	assert.strictEqual(requests.length, 3);
	for (const one of requests.slice(0, 2)) {
		assert.strictEqual(the(one, "carry").count, "0");
		assert.ok(!names(one).includes("find"), "nothing to look for");
		assert.strictEqual(the(one, "commit").change, "create");
	}
	assert.strictEqual(the(requests[2], "carry").count, "1");
	assert.strictEqual(the(requests[2], "find").found, "live");
});

test_window("s06_the_same_id_is_the_same_session", async (page, window) => {
	const requests = await traced("visits", async () => {
		for (const n of [1, 2, 3])
			assert.strictEqual(await visit(page), n);
	});
	const id = (await cookie(window, "sid")).value;

	for (const one of requests.slice(1)) {
		assert.strictEqual(the(one, "token").id, id.slice(0, 4) + "...");
		assert.strictEqual(the(one, "token").key,
		    the(requests[0], "commit").key);
	}
	const other = await (await open(new_profile())).newPage();

	assert.strictEqual(await visit(other), 1);
	assert.strictEqual(await visit(page), 4);
});

test_window("s24_nobody_has_to_add_the_id_by_hand", async (page, window) => {
	await visit(page);
	const id = (await cookie(window, "sid")).value;

	for (const link of ["nav a[href=shop]", "li:has(#n-pen) button",
		"nav a[href=visits]", "main a.button"]) {
		await press(page, link);
		assert.ok(!page.url().includes(id), link);
		assert.ok(!(await page.content()).includes(id), link);
	}
	assert.strictEqual(await text(page, ".figure b"), "3");
	await page.goto(at("cart"));
	assert.strictEqual(await count(page, "#n-pen"), 1);
});

test_window("s56_the_server_tells_the_browser_and_the_browser_sends_it_back",
    async (page) => {
	const seen = await wire(page);

	await visit(page);
	const set = field(seen.came[0], "set-cookie");

	assert.strictEqual(field(seen.sent[0], "cookie"), undefined);
	seen.sent.length = seen.came.length = 0;
	await visit(page);
	assert.strictEqual(field(seen.sent[0], "cookie"), set.split(";")[0]);
	assert.strictEqual(field(seen.came[0], "set-cookie"), undefined);
});

test_window("s71_the_id_is_the_only_link", async (page, window) => {
	await login(page);
	assert.strictEqual(await visit(page), 1);
	const known = await cookie(window, "sid");

	/* All else that the browser keeps is no part of it. */
	for (const c of await window.cookies())
		if (c.name !== "sid")
			await window.deleteCookie(c);
	await page.evaluate(() => localStorage.clear());
	assert.strictEqual(await visit(page), 2);
	assert.strictEqual(await text(page, ".who b"), "alice");

	/* Another browser with it is the same visitor; without it none is. */
	const copy = await open(new_profile());
	const elsewhere = await tab(copy);

	await give(copy, known);
	assert.strictEqual(await visit(elsewhere), 3);
	assert.strictEqual(await text(elsewhere, ".who b"), "alice");
	await window.deleteCookie(known);
	assert.strictEqual(await visit(page), 1);
	assert.strictEqual(await text(page, ".who b"), null);
});

/* ---- How long it lasts --------------------------------------------------- */

test("s34_the_session_ends_when_the_browser_is_closed",
    async (page, browser, profile) => {
	await visit(page);
	assert.strictEqual(await visit(page), 2);
	assert.strictEqual((await cookie(browser, "sid")).expires, -1);
	await close(browser);
	const again = await open(profile);
	const reopened = await tab(again);

	assert.strictEqual(await cookie(again, "sid"), undefined);
	assert.strictEqual(await visit(reopened), 1);
});

test_window("s52_a_cookie_has_its_own_end_and_a_session_that_of_the_server",
    async (page, window) => {
	await login(page, "alice", "wonderland-1865", true);
	const left = async (name) => (await cookie(window, name)).expires -
	    Date.now() / 1000;
	const month = 30 * 86400;

	assert.ok(Math.abs(await left("remember") - month) < 600);
	assert.strictEqual((await cookie(window, "sid")).expires, -1);

	/* The browser keeps the cookie; the server ends the session. */
	await window.deleteCookie(await cookie(window, "remember"));
	assert.strictEqual(await visit(page), 1);
	clock(1790);
	assert.strictEqual(await visit(page), 2);
	clock(1790 + 1801);
	const [late] = await traced("visits", () => visit(page));

	assert.strictEqual(the(late, "find").found, "expired");
	assert.strictEqual(await text(page, ".figure b"), "1");
	assert.strictEqual(await text(page, ".who b"), null);
});

test_window("s54_a_value_is_there_at_once_and_a_cookie_with_the_next_request",
    async (page) => {
	const seen = await wire(page);
	const [first] = await traced("visits", () => visit(page));

	assert.strictEqual(await text(page, ".figure b"), "1");
	assert.strictEqual(the(first, "request").cookies, "0");
	in_order(first, "edit", "commit");
	assert.strictEqual(field(seen.sent[0], "cookie"), undefined);
	const [second] = await traced("visits", () => visit(page));

	assert.strictEqual(the(second, "request").cookies, "1");
});

test_window("s65_the_id_changes_at_the_login_and_the_old_one_is_dead",
    async (page, window) => {
	await visit(page);
	const old = await cookie(window, "sid");
	const [, sent] = await traced("login", () => login(page));

	in_order(sent, "password", "edit", "commit", "cookie");
	assert.strictEqual(the(sent, "commit").change, "renew");
	assert.notStrictEqual((await cookie(window, "sid")).value, old.value);
	const thief = await open(new_profile());
	const elsewhere = await tab(thief);

	await give(thief, old);
	await elsewhere.goto(at("drafts"));
	assert.match(elsewhere.url(), /\/login/);
	assert.strictEqual(await text(elsewhere, ".who b"), null);
});

test_window("s65_the_id_changes_on_the_timer_and_the_old_one_dies",
    async (page, window) => {
	await login(page);
	const old = await cookie(window, "sid");

	for (const [n, ahead] of [1700, 3400, 3650].entries()) {
		clock(ahead);
		assert.strictEqual(await visit(page), n + 1);
	}
	assert.notStrictEqual((await cookie(window, "sid")).value, old.value);
	assert.strictEqual(await visit(page), 4);
	clock(3650 + 60);
	const thief = await open(new_profile());
	const elsewhere = await tab(thief);

	await give(thief, old);
	await elsewhere.goto(at("drafts"));
	assert.match(elsewhere.url(), /\/login/);
});

/* ---- What is kept in it -------------------------------------------------- */

test_window("s20_language_and_theme_are_those_of_one_visitor",
    async (page, window) => {
	const other = await tab(await open(new_profile()));

	await login(page);
	await choose(page, "de", "dark");
	await login(other, "bob", "builder-2049");
	await choose(other, "fr", "light");
	const second = await new_tab(window);

	for (const name of ["visits", "drafts", "shop", "cart"]) {
		await page.goto(at(name));
		await other.goto(at(name));
		await second.goto(at(name));
		assert.strictEqual(await look(page), "de dark", name);
		assert.strictEqual(await look(second), "de dark", name);
		assert.strictEqual(await look(other), "fr light", name);
	}
});

test_window("s69_the_cart_of_a_stranger_is_there_after_the_login",
    async (page) => {
	await page.goto(at("shop"));
	await press(page, "li:has(#n-teapot) button");
	await page.goto(at("shop"));
	await press(page, "li:has(#n-pen) button");
	const [, sent] = await traced("login", () => login(page));

	assert.strictEqual(the(sent, "commit").change, "renew");
	assert.strictEqual(await text(page, ".who b"), "alice");
	await page.goto(at("cart"));
	assert.strictEqual(await count(page, "ul.cart li"), 2);
	assert.strictEqual(await count(page, "#n-teapot, #n-pen"), 2);
});

run();

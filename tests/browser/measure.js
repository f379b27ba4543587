/*
 * measure.js - goal: the table "session, cookie, local storage" tells what this
 * browser really does, and measuring it costs the site's own cookies nothing.
 *
 * The page is the fragment of the lesson with its words; a small server stands
 * in for the lesson and counts what comes.  PEM is a key with a certificate.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const fs = require("fs");
const http = require("http");
const https = require("https");
const { assert, back, firefox, new_profile, open, picture, run, tab, test,
    test_window, until } = require("./browsers.js");

const www = __dirname + "/../../www/";
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const pem = fs.readFileSync(process.env.PEM);
const policy = "default-src 'self'; frame-ancestors 'none'; " +
    "form-action 'self'; base-uri 'none'";

/* ---- The page ------------------------------------------------------------ */

/* The words of this language, by key. */
function words(lang) {
	const all = {};
	let key;

	for (const line of fs.readFileSync(www + "words.txt", "utf8")
	    .split("\n")) {
		if (/^[a-z]/.test(line))
			key = line;
		else if (line.startsWith("\t" + lang + " "))
			all[key] = line.slice(4);
	}
	return all;
}

function escaped(text) {
	return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}

function html(lang) {
	const said = words(lang);
	const part = fs.readFileSync(www + "pages/lesson-measure.html", "utf8")
	    .replace(/\{\{@([\w.-]+)\}\}/g, (all, key) => escaped(said[key]))
	    .replace(/\{\{>([^}]+)\}\}/g, "$1");

	assert.ok(!part.includes("{{"), "a tag that this test does not fill");
	return "<!doctype html><html lang=" + lang + "><title>Lesson</title>" +
	    "<meta name=viewport content='width=device-width'>" +
	    "<link rel=stylesheet href=../style.css><main><h1>Lesson</h1>" +
	    part + "</main></html>";
}

/* ---- The server ---------------------------------------------------------- */

/* It stands in for the lesson; deaf: its probe does not answer. */
function serve(request, response) {
	const url = new URL(request.url, "http://x");
	const file = { "/style.css": "text/css",
		"/lesson-measure.js": "text/javascript" }[url.pathname];
	const came = (request.headers.cookie || "").split("; ");
	const names = came.map((pair) => pair.split("=")[0]);
	const id = this.id.split("=")[0];

	response.setHeader("Content-Security-Policy", policy);
	if (file) {
		response.setHeader("Content-Type", file);
		response.end(fs.readFileSync(www + url.pathname));
	} else if (url.searchParams.has("probe")) {
		response.statusCode = this.deaf ? 503 : 200;
		response.setHeader("Content-Type", "application/json");
		response.end(this.deaf ? "<p>busy" : JSON.stringify({
			cookies: names.filter((n) => n.startsWith("lesson-")),
			id: came.includes(this.id) ? id : null }));
	} else {
		if (url.searchParams.has("start"))
			response.setHeader("Set-Cookie", this.id + "; Path=/" +
			    (url.searchParams.has("open") ? "" : "; HttpOnly") +
			    "; SameSite=Lax" + (this.pem ? "; Secure" : ""));
		if (url.searchParams.has("end"))
			response.setHeader("Set-Cookie", id +
			    "=; Path=/; Max-Age=0");
		response.setHeader("Content-Type", "text/html; charset=utf-8");
		response.end(html(url.searchParams.get("lang") || "en"));
	}
}

/* Start it; over https it gives out the cookie of a real site. */
async function site(secure) {
	const s = { deaf: false, pem: secure,
		id: (secure ? "__Host-sid" : "sid") + "=c2Vzc2lvbg" };

	s.server = secure ? https.createServer({ key: pem, cert: pem },
	    serve.bind(s)) : http.createServer(serve.bind(s));
	await new Promise((resolve) => s.server.listen(0, "127.0.0.1",
	    resolve));
	s.base = (secure ? "https" : "http") + "://127.0.0.1:" +
	    s.server.address().port + "/cgi-bin/";
	return s;
}

/* steps(page, site, browser) in a tab, with a site of their own. */
function with_site(steps, secure) {
	return async (page, browser) => {
		const s = await site(secure);

		try {
			await steps(page, s, browser);
		} finally {
			s.server.closeAllConnections();
			s.server.close();
		}
	};
}

/* ---- Steps --------------------------------------------------------------- */

function press(page) {
	return page.evaluate(() =>
	    document.querySelector("[data-start]").click());
}

/* Press the button; what then stands in each cell: [word, number]. */
async function measure(page) {
	await press(page);
	await until(page, () => !document.querySelector("[data-start]")
	    .hasAttribute("aria-disabled"));
	return page.evaluate(() => Object.fromEntries(Array.from(
	    document.querySelectorAll("[data-cell]")).map((e) =>
	    [e.dataset.cell, [e.dataset.word.replace(e.dataset.cell + "-", ""),
	    Number(e.dataset.kept)]])));
}

function status(page) {
	return page.$eval("[data-status]", (e) => e.textContent);
}

function text(page, cell) {
	return page.$eval("[data-cell=" + cell + "]", (e) => e.textContent);
}

/* What the browser has: every cookie of any path, and the local storage. */
async function kept(page, browser) {
	const names = (await browser.cookies()).map((c) => c.name).sort();

	return { cookies: names, local: await page.evaluate(() =>
	    Object.keys(localStorage).sort()) };
}

/* Does the browser send the id of the session? */
function has_id(page, s) {
	return page.evaluate(async () => (await (await fetch("lesson?probe=1"))
	    .json()).id).then((id) => id === s.id.split("=")[0]);
}

/*
 * In pages to come: the browser does this when it is asked for the nth time
 * what cookies it has, which is in the middle of counting.
 */
function at_question(page, nth, what) {
	return page.evaluateOnNewDocument(`{
		const ask = cookieStore.getAll.bind(cookieStore);
		let n = 0;

		cookieStore.getAll = () => ++n === ${nth} ? ${what} : ask();
	}`);
}

/* It gets no answer, and the page says that it is there. */
const half = "new Promise(() => { window.half = true; })";

/* In pages to come: what a script sets goes through this function first. */
function set_through(page, change) {
	return page.evaluateOnNewDocument(`{
		const own = Object.getOwnPropertyDescriptor(Document.prototype,
		    "cookie");

		Object.defineProperty(document, "cookie", {
			get: () => own.get.call(document),
			set: (text) => {
				const so = (${change})(text);

				if (so)
					own.set.call(document, so);
			},
		});
	}`);
}

/* ---- What is measured ---------------------------------------------------- */

test_window("s50_a_cookie_of_4096_bytes_is_kept_and_one_of_4097_is_not",
    with_site(async (page, s) => {
	await page.goto(s.base + "lesson");
	const cells = await measure(page);

	assert.deepStrictEqual(cells["longest-cookie"], ["limit", 4096]);
	assert.match(await text(page, "longest-cookie"), /4,096 .* 4,097 /);
	assert.match(await status(page), /^Done\. .*: 4,096\. /);
	await picture(page, "measured");
}));

/* The number is tried again from here, under a name of the same length. */
test_window("s50_as_many_characters_as_it_says_fit_into_the_local_storage",
    with_site(async (page, s) => {
	await page.goto(s.base + "lesson");
	const [word, number] = (await measure(page))["longest-local"];
	const fits = (n) => page.evaluate((size) => {
		try {
			localStorage.setItem("another-", "x".repeat(size));
			return true;
		} catch (e) {
			return false;
		} finally {
			localStorage.clear();
		}
	}, n - "another-".length + "lesson-m-".length);

	assert.strictEqual(word, "limit");
	console.log("# " + number + " characters");
	assert.deepStrictEqual([await fits(number), await fits(number + 1)],
	    [true, false]);
}));

/*
 * RFC 6265bis, 6.1: at least 50.  S50 says 20.  Every time the number is that
 * of a browser without a session: the jar has no other cookie.
 */
async function counted_ten_times(page, s, browser) {
	await page.goto(s.base + "lesson");
	const first = (await measure(page))["count-cookie"];

	console.log("# " + first[1] + " cookies");
	assert.strictEqual(first[0], "limit");
	assert.ok(first[1] >= 50);
	await page.goto(s.base + "lesson?start=1");
	const before = await kept(page, browser);

	for (let i = 0; i < 10; i++) {
		assert.deepStrictEqual((await measure(page))["count-cookie"],
		    first);
		assert.ok(await has_id(page, s), "measurement " + i);
		assert.deepStrictEqual(await kept(page, browser), before);
	}
}

for (const secure of [false, true])
	test("s50_cookies_are_counted_ten_times_and_the_session_stays_" +
	    (secure ? "https" : "http"), with_site(counted_ten_times, secure));

test_window("s50_a_script_changes_the_cookie_and_the_local_storage",
    with_site(async (page, s) => {
	await page.goto(s.base + "lesson");
	const cells = await measure(page);

	assert.deepStrictEqual([cells["change-cookie"][0],
		cells["change-local"][0], cells["read-cookie"][0],
		cells["read-local"][0]],
		["changed", "changed", "read", "read"]);
}));

test_window("s51_a_number_comes_out_of_both_as_text",
    with_site(async (page, s) => {
	await page.goto(s.base + "lesson");
	const cells = await measure(page);

	assert.strictEqual(cells["kind-cookie"][0], "string");
	assert.strictEqual(cells["kind-local"][0], "string");
	assert.match(await text(page, "kind-cookie"), /“42”/);
	assert.match(await text(page, "kind-local"), /“42”/);
}));

test_window("the_next_request_has_the_cookie_and_not_the_local_storage",
    with_site(async (page, s) => {
	await page.goto(s.base + "lesson");
	const cells = await measure(page);

	assert.strictEqual(cells["when-cookie"][0], "next");
	assert.strictEqual(cells["when-local"][0], "never");
}));

test_window("a_cookie_that_does_not_arrive_is_told",
    with_site(async (page, s) => {
	s.server.prependListener("request", (request) => {
		request.headers.cookie = "";
	});
	await page.goto(s.base + "lesson");
	assert.strictEqual((await measure(page))["when-cookie"][0], "never");
}));

/* One page, measured again each time. */
test_window("the_id_of_the_session_is_looked_for_among_the_cookies",
    with_site(async (page, s) => {
	const looked = async (query) => {
		await page.evaluate((where) => fetch(where), "lesson" + query);
		return (await measure(page))["read-session"][0];
	};

	await page.goto(s.base + "lesson");
	assert.strictEqual(await looked(""), "none");
	assert.strictEqual(await looked("?start=1"), "hidden");
	assert.match(await text(page, "read-session"), / sid .* 0 cookies/);
	assert.strictEqual(await looked("?start=1&open=1"), "shown");
}));

/* ---- What goes wrong ----------------------------------------------------- */

test_window("a_measuring_that_breaks_off_leaves_nothing",
    with_site(async (page, s, browser) => {
	await at_question(page, 50, "Promise.reject(new Error('broken'))");
	await page.goto(s.base + "lesson?start=1");
	await page.evaluate(() => localStorage.setItem("theme", "dark"));
	const cells = await measure(page);

	assert.strictEqual(cells["count-cookie"][0], "not-yet");
	assert.strictEqual(await status(page), words("en")["measure.failed"]);
	assert.deepStrictEqual(await kept(page, browser),
	    { cookies: ["sid"], local: ["theme"] });
}));

test_window("a_reader_who_leaves_in_the_middle_leaves_nothing",
    with_site(async (page, s, browser) => {
	await at_question(page, 50, half);
	await page.goto(s.base + "lesson?start=1");
	await press(page);
	await until(page, () => window.half);
	assert.strictEqual((await kept(page, browser)).cookies.length, 51);
	await page.goto(s.base + "elsewhere");
	assert.deepStrictEqual(await kept(page, browser),
	    { cookies: ["sid"], local: [] });
}));

/* Browsers may keep the page as it was, to show it again at once. */
test_window("a_reader_who_comes_back_finds_a_page_that_measures_nothing",
    with_site(async (page, s) => {
	await at_question(page, 50, half);
	await page.goto(s.base + "lesson");
	await press(page);
	await until(page, () => window.half);
	await page.goto(s.base + "elsewhere?lang=de");
	await back(page, "/lesson");
	await until(page, () => document.querySelector("[data-start]") &&
	    !document.querySelector("[data-start]")
	    .hasAttribute("aria-disabled"));
	assert.strictEqual(await text(page, "longest-cookie"),
	    words("en")["measure.not-yet"]);
}));

test_window("a_session_that_ends_meanwhile_is_told",
    with_site(async (page, s) => {
	await at_question(page, 50, "fetch('lesson?end=1')");
	await page.goto(s.base + "lesson?start=1");
	await measure(page);
	assert.strictEqual(await status(page), words("en")["measure.lost-id"]);
}));

/* Safari and others, of some years ago: the attribute means nothing to them. */
test_window("a_browser_without_a_separate_jar_is_not_filled",
    with_site(async (page, s) => {
	await set_through(page, (text) => {
		window.names = (window.names || new Set())
		    .add(text.split("=")[0]);
		return text.replace(/; (Secure|Partitioned)/g, "");
	});
	await page.goto(s.base + "lesson?start=1");
	const cells = await measure(page);

	assert.strictEqual(cells["count-cookie"][0], "unsafe");
	assert.ok(await page.evaluate(() => window.names.size) < 10);
	assert.ok(await has_id(page, s));
}));

test_window("what_is_switched_off_is_told", with_site(async (page, s) => {
	await set_through(page, () => null);
	await page.evaluateOnNewDocument(() => {
		Object.defineProperty(window, "localStorage", { get: () => {
			throw new DOMException("no", "SecurityError");
		} });
	});
	await page.goto(s.base + "lesson");
	const cells = Object.entries(await measure(page));

	for (const [name, [word]] of cells)
		assert.strictEqual(word, name.endsWith("cookie") ?
		    "cookies-off" : name.endsWith("local") ? "local-off" :
		    "none", name);
	assert.match(await status(page), /^Done(.*: –\.){3} /);
}));

test_window("without_an_answer_of_the_server_the_rest_is_measured",
    with_site(async (page, s) => {
	await page.goto(s.base + "lesson");
	s.deaf = true;
	const cells = await measure(page);
	const unasked = Object.keys(cells).filter((c) =>
	    cells[c][0] === "unasked").sort();

	assert.deepStrictEqual(unasked, ["read-session", "when-cookie",
		"when-local"]);
	assert.strictEqual(cells["longest-cookie"][1], 4096);
}));

/* Two tabs have the same cookies: each measures alone. */
test_window("two_tabs_measure_one_after_the_other",
    with_site(async (page, s, window) => {
	const other = await window.newPage();
	const results = [];

	for (const each of [page, other])
		await each.goto(s.base + "lesson");
	await press(page);
	results.push(await measure(other));
	await until(page, () => !document.querySelector("[data-start]")
	    .hasAttribute("aria-disabled"));
	results.push(await measure(page));
	assert.deepStrictEqual(results[0], results[1]);
	assert.strictEqual(results[0]["count-cookie"][0], "limit");
}));

/* ---- How it is shown ----------------------------------------------------- */

test_window("nothing_is_measured_before_the_button_is_pressed",
    with_site(async (page, s) => {
	await set_through(page, (text) => {
		window.touched = true;
		return text;
	});
	await page.goto(s.base + "lesson");
	assert.strictEqual(await page.evaluate(() => window.touched),
	    undefined);
	assert.strictEqual(await page.$$eval(".tag.good", (a) => a.length), 0);
	await measure(page);
	assert.strictEqual(await page.evaluate(() => window.touched), true);
}));

test_window("the_numbers_are_written_as_the_readers_language_does",
    with_site(async (page, s) => {
	await page.goto(s.base + "lesson?lang=de");
	await measure(page);
	assert.match(await text(page, "longest-cookie"), /4\.096 .* 4\.097 /);
	assert.match(await text(page, "longest-cookie"), /gemessen$/);
	assert.match(await status(page), /^Fertig\..* 4\.096\. .* entfernt\.$/);
}));

/* Firefox's switch is a setting that its driver does not have. */
test("without_javascript_the_page_says_what_would_be_measured",
    with_site(async (page, s) => {
	if (firefox)
		page = await tab(await open(new_profile(),
		    { "javascript.enabled": false }));
	else
		await page.setJavaScriptEnabled(false);
	await page.goto(s.base + "lesson");
	const shown = await page.evaluate(() => Array.from(
	    document.querySelectorAll("[data-needs-script], [data-start]"))
	    .map((e) => e.getBoundingClientRect().height > 0));

	assert.deepStrictEqual(shown, [true, false]);
}));

for (const width of [1280, 360])
	test_window("axe_finds_nothing_at_" + width,
	    with_site(async (page, s) => {
		const violations = () => page.evaluate(async () =>
		    (await window.axe.run()).violations.map((v) => v.id + ": " +
		    v.nodes.map((n) => n.html).join(" ")));

		await page.setViewport({ width, height: 800 });
		await page.goto(s.base + "lesson");
		await page.evaluate(axe);
		assert.deepStrictEqual(await violations(), []);
		await measure(page);
		assert.deepStrictEqual(await violations(), []);
		assert.ok(await page.evaluate(() =>
		    document.documentElement.scrollWidth <= innerWidth));
		await picture(page, "measured-" + width);
	}));

run();

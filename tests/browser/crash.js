/*
 * crash.js - goal: a visitor who is remembered stays so when the browser is
 * killed just after it came back.  Chromium writes cookies to its disk every
 * 30 s, so it starts again with the remember-me cookie that it had used already.
 * Now and then it writes earlier; what it had on its disk is put back, so that
 * the newest cookie is lost every time.
 *
 * CLOCK is the file by which the server's clock is set: nobody waits.  HOME is
 * an empty folder.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const { assert, at, login } = require("./browser.js");
const { spawn } = require("child_process");
const fs = require("fs");
const { chromium } = require("playwright-core");

const profile = fs.mkdtempSync(process.env.HOME + "/crash-");
let running;    /* the browser that was started last */

function sleep(ms) {
	return new Promise((done) => setTimeout(done, ms));
}

/* The server's clock is so far ahead. */
function ahead(seconds) {
	fs.writeFileSync(process.env.CLOCK, "+" + seconds + "\n");
}

/* A browser as a person starts it; its address is in its profile. */
async function start() {
	const port = profile + "/DevToolsActivePort";

	fs.rmSync(port, { force: true });
	fs.rmSync(profile + "/SingletonLock", { force: true });
	const child = running = spawn(process.env.CHROMIUM, ["--headless",
		"--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync",
		"--disable-dev-shm-usage", "--password-store=basic",
		"--remote-debugging-port=0", "--user-data-dir=" + profile,
		"about:blank"], { stdio: "ignore" });

	for (let i = 0; i < 200; i++) {
		const text = fs.existsSync(port) ?
		    fs.readFileSync(port, "utf8") : "";

		if (/^\d+\n/.test(text)) {
			const browser = await chromium.connectOverCDP(
			    "http://127.0.0.1:" + parseInt(text, 10));
			const context = browser.contexts()[0];

			context.setDefaultTimeout(20000);
			return { child, browser, context,
				page: await context.newPage() };
		}
		await sleep(100);
	}
	throw new Error("Chromium does not start");
}

/* Closed by its person: what it has is written down. */
async function close(b) {
	const gone = new Promise((done) => b.child.on("exit", done));
	const session = await b.browser.newBrowserCDPSession();

	await session.send("Browser.close").catch(() => {});
	await gone;
}

/* Killed: what it had not written is lost. */
async function crash(b) {
	const gone = new Promise((done) => b.child.on("exit", done));

	b.child.kill("SIGKILL");
	await gone;
	await sleep(500);       /* its own processes notice that */
}

async function remembered_by(b) {
	const all = await b.context.cookies();

	return (all.find((c) => c.name === "remember") || {}).value;
}

/* The file of its cookies. */
function cookies() {
	return ["Cookies", "Network/Cookies"].map((name) => profile +
	    "/Default/" + name).find((path) => fs.existsSync(path));
}

/* It comes back, is logged in, and dies before it has written its cookies. */
async function come_back_and_crash(want) {
	const file = cookies(), before = fs.readFileSync(file);
	const b = await start();

	assert.strictEqual(await remembered_by(b), want, "what it starts with");
	await b.page.goto(at("drafts"));
	assert.match(b.page.url(), /\/drafts$/, "it is logged in");
	assert.notStrictEqual(await remembered_by(b), want, "a new token");
	await crash(b);
	fs.writeFileSync(file, before);
	fs.rmSync(file + "-journal", { force: true });
}

/* What the account page has to ask about. */
async function alarms(b) {
	await b.page.goto(at("account"));
	return b.page.locator("li.alarm").allInnerTexts();
}

async function log_in() {
	const b = await start();

	await b.page.goto(at("login"));
	await b.page.check("input[name=remember]");
	await login(b.page, "alice", "wonderland-1865");
	const token = await remembered_by(b);

	assert.ok(token, "it is remembered");
	await close(b);
	return token;
}

async function a_known_browser_that_crashed_is_let_in() {
	const token = await log_in();

	await come_back_and_crash(token);
	ahead(66);
	await come_back_and_crash(token);
	ahead(590);
	const b = await start();

	assert.strictEqual(await remembered_by(b), token, "lost once more");
	assert.deepStrictEqual(await alarms(b), []);
	assert.match(b.page.url(), /\/account$/, "no password was asked for");
	await close(b);
}

async function after_ten_minutes_the_account_names_a_crash_as_a_reason() {
	ahead(2000);
	const token = await log_in();

	await come_back_and_crash(token);
	ahead(2601);
	const b = await start();

	assert.strictEqual(await remembered_by(b), token, "lost");
	await b.page.goto(at("drafts"));
	assert.match(b.page.url(), /\/login\?next=drafts$/);
	await login(b.page, "alice", "wonderland-1865");
	const told = await alarms(b);

	assert.strictEqual(told.length, 1, told.join());
	assert.match(told[0], /crashed Was it you\?/);
	if (process.env.SCREENSHOTS)
		await b.page.screenshot({ fullPage: true,
			path: process.env.SCREENSHOTS + "/after-crash.png" });
	await close(b);
}

(async () => {
	for (const steps of [a_known_browser_that_crashed_is_let_in,
	    after_ten_minutes_the_account_names_a_crash_as_a_reason]) {
		try {
			await steps();
			console.log("ok - r96_" + steps.name);
		} catch (error) {
			running.kill("SIGKILL");
			console.log("not ok - r96_" + steps.name + "\n# " +
			    String(error.stack).replace(/\n/g, "\n# "));
		}
	}
	console.log("# all done");
	process.exit(0);
})();

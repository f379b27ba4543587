/*
 * browsers.js - what the tests share that run in Chromium and in Firefox: one
 * browser to start, end and start again, and the steps that a person makes.
 *
 * BROWSER is "chromium" or "firefox", CHROMIUM and FIREFOX are the programs,
 * SECURE is where the site is, over https; PROFILES is a folder for what the
 * browsers keep, SCREENSHOTS, if it is set, one for pictures.  Names below
 * .test are those of this machine.  ONLY chooses tests, TIMES=1 times them.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const assert = require("assert");
const fs = require("fs");
const puppeteer = require("puppeteer-core");

const firefox = process.env.BROWSER === "firefox";
const base = process.env.SECURE;
const shots = process.env.SCREENSHOTS;
const wait = 20000;     /* ms */
const tests = [];
const running = [];

function at(page) {
	return base + "/cgi-bin/" + page;
}

/* ---- Browsers ---------------------------------------------------------- */

function options(profile, prefs) {
	const both = { headless: true, acceptInsecureCerts: true,
		userDataDir: profile, defaultViewport: { width: 1100,
		height: 800 }, timeout: 60000, protocolTimeout: 60000 };

	if (firefox)
		return Object.assign(both, { browser: "firefox",
			executablePath: process.env.FIREFOX,
			extraPrefsFirefox: Object.assign({
				/* one host may ask another on loopback */
				"network.lna.blocking": false,
				"network.dns.localDomains": "shop.test",
				"intl.accept_languages": "en-GB" }, prefs) });
	return Object.assign(both, { browser: "chrome",
		executablePath: process.env.CHROMIUM,
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
			"--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync",
			"--disable-dev-shm-usage", "--lang=en-GB",
			"--host-resolver-rules=MAP *.test 127.0.0.1"],
		/* A person's Back button does not ask the server. */
		ignoreDefaultArgs: ["--disable-back-forward-cache"] });
}

/* A folder for a browser that nobody has used. */
function new_profile() {
	return fs.mkdtempSync(process.env.PROFILES + "/" +
	    process.env.BROWSER + "-");
}

/* Start a browser; what it kept in this folder is there again. */
async function open(profile, prefs) {
	const browser = await puppeteer.launch(options(profile, prefs));

	running.push(browser);
	return browser;
}

/* End it as a person does. */
async function close(browser) {
	running.splice(running.indexOf(browser), 1);
	await browser.close();
}

/* End it as a power cut does: it and its children get no word. */
async function crash(browser) {
	const child = browser.process();
	const over = new Promise((resolve) => child.once("exit", resolve));

	running.splice(running.indexOf(browser), 1);
	process.kill(-child.pid, "SIGKILL");
	await over;
}

/* Its first tab; of a browser, or of one of its windows. */
async function tab(browser) {
	const page = (await browser.pages())[0] || await browser.newPage();

	page.setDefaultTimeout(wait);
	return page;
}

async function new_tab(browser) {
	const page = await browser.newPage();

	page.setDefaultTimeout(wait);
	return page;
}

/* ---- Steps ------------------------------------------------------------- */

/* Click on what goes to another page; returns the status of that. */
async function press(page, selector) {
	await page.bringToFront();      /* the tab behind draws nothing */
	const [response] = await Promise.all([
		page.waitForNavigation({ waitUntil: "load" }),
		page.locator(selector).click(),
	]);

	return response.status();
}

/* The Back button, until the page at this address is shown. */
async function back(page, address) {
	await page.evaluate(() => { setTimeout(() => history.back(), 0); });
	await until(page, (href) => location.href.includes(href) &&
	    document.readyState === "complete", address);
}

/*
 * Until the page says so.  It may be on its way to another one meanwhile, and
 * then cannot be asked.
 */
async function until(page, condition, ...values) {
	const end = Date.now() + wait;

	for (;;) {
		const so = await page.evaluate(condition, ...values)
		    .catch(() => false);

		if (so)
			return;
		assert.ok(Date.now() < end, "in vain at " + page.url() +
		    " waited for " + condition + " " + values);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

async function fill(page, selector, value) {
	await page.bringToFront();
	await page.locator(selector).fill(value);
}

/* What is written at the first of these; null if there is none. */
function text(page, selector) {
	return page.evaluate((s) => {
		const e = document.querySelector(s);

		return e && e.innerText;
	}, selector);
}

/* What stands in this field. */
function value(page, selector) {
	return page.$eval(selector, (e) => e.value);
}

function count(page, selector) {
	return page.evaluate((s) => document.querySelectorAll(s).length,
	    selector);
}

/* The form that sends this action, by the name of its program. */
function form(program) {
	return "main form[action='" + program + "']";
}

async function login(page, user, password, remember) {
	if (!page.url().includes("/login"))
		await page.goto(at("login"));
	await fill(page, "#user", user || "alice");
	await fill(page, "#password", password || "wonderland-1865");
	if (remember)
		await page.click("[name=remember]");
	return press(page, form("login") + " button");
}

/* The cookie of this name, or undefined. */
async function cookie(browser, name) {
	return (await browser.cookies()).find((c) => c.name === name);
}

/* A picture, if somebody wants to look. */
async function picture(page, name) {
	if (shots)
		await page.screenshot({ fullPage: true, path: shots + "/" +
		    process.env.BROWSER + "-" + name + ".png" });
}

/* The test clock, by so many seconds ahead of the machine's. */
function clock(ahead) {
	fs.writeFileSync(process.env.CLOCK, "+" + ahead + "\n");
}

/* ---- Tests ------------------------------------------------------------- */

/*
 * test(NAME, steps): steps throws where something is not as it should be.  It
 * gets a page, its browser and the browser's profile, all of them new.
 */
function test(name, steps) {
	tests.push({ name, steps, alone: true });
}

/*
 * The same in less time: a page and its window, which has cookies of its own, in
 * a browser that stays for the next test.
 */
function test_window(name, steps) {
	tests.push({ name, steps, alone: false });
}

async function end(browser) {
	await close(browser).catch(() => crash(browser));
}

let shared;

async function try_alone(steps) {
	const profile = new_profile();
	const browser = await open(profile);

	await steps(await tab(browser), browser, profile);
}

async function try_window(steps) {
	shared = shared || await open(new_profile());
	const window = await shared.createBrowserContext();

	await steps(await new_tab(window), window);
	await window.close();
}

async function try_one({ name, steps, alone }) {
	const started = Date.now();

	clock(0);
	try {
		await (alone ? try_alone : try_window)(steps);
		console.log("ok - " + name);
	} catch (error) {
		console.log("not ok - " + name);
		console.log(String(error.stack || error).replace(/^/gm, "# "));
		process.exitCode = 1;
	}
	for (const browser of running.slice())
		if (browser !== shared)
			await end(browser);
	if (process.env.TIMES)
		console.log("# " + (Date.now() - started) + " ms");
}

async function run() {
	const only = new RegExp(process.env.ONLY || "");

	for (const each of tests) {
		each.name += "_in_" + process.env.BROWSER;
		if (only.test(each.name))
			await try_one(each);
	}
	if (shared)
		await end(shared);
	console.log("# all done");
}

module.exports = {
	assert, at, back, base, clock, close, cookie, count, crash, fill,
	firefox, form, login, new_profile, new_tab, open, picture, press, run,
	tab, test, test_window, text, until, value,
};

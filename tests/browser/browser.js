/*
 * browser.js - what the browser tests share: a Chromium, comparisons in TAP,
 * and the steps that a person makes.
 *
 * BASE is where the demo site is, PROFILE an empty folder.  Texts of the pages
 * are not looked at, because they come in three languages.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const assert = require("assert");
const { chromium } = require("playwright-core");

const base = process.env.BASE;
const tests = [];

/* Anything that a page complains about is a failure of the test at work. */
let complaints = [];

function at(page) {
	return base + "/cgi-bin/" + page;
}

/* They were meant to come. */
function forgive() {
	complaints = [];
}

/* test(NAME, steps): steps throws where something is not as it should be. */
function test(name, steps) {
	tests.push({ name, steps });
}

function watch(context) {
	const complain = (what) => (text) => complaints.push(what + text);

	context.on("console", (message) => {
		/* a status that the test asked for is no complaint */
		if (message.type() === "error" &&
		    !message.text().startsWith("Failed to load resource"))
			complain("console: ")(message.text());
	});
	context.on("weberror", (error) => complain("error: ")(error.error()));
	context.on("dialog", (dialog) => {
		complain("dialog: ")(dialog.message());
		dialog.dismiss();
	});
	context.on("requestfailed", (request) => {
		if (request.failure().errorText !== "net::ERR_ABORTED" &&
		    request.frame().url().startsWith(base))
			complain("failed: ")(request.url());
	});
	return context;
}

/* Run all, each in a browser window with nothing remembered from before. */
async function run(options) {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM,
		headless: true,
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
			"--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync",
			"--disable-dev-shm-usage"],
	});

	for (const { name, steps } of tests) {
		const context = watch(await browser.newContext(Object.assign(
			{ locale: "en-GB", viewport: { width: 1100, height: 800 } },
			options)));

		context.setDefaultTimeout(20000);
		const started = Date.now();

		complaints = [];
		try {
			await steps(await context.newPage(), context, browser);
			assert.deepStrictEqual(complaints, [], "complaints");
			console.log("ok - " + name);
			if (process.env.TIMES)
				console.log("# " + (Date.now() - started) + " ms");
		} catch (error) {
			const why = String(error.stack || error);

			console.log("not ok - " + name);
			console.log(why.replace(/^/gm, "# "));
			process.exitCode = 1;
		}
		await context.close();
	}
	await browser.close();
	console.log("# all done");
}

/* ---- Steps ----------------------------------------------------------------- */

/* Click on what goes to another page; returns its response. */
async function press(page, selector) {
	const [response] = await Promise.all([
		page.waitForResponse((r) => r.request().isNavigationRequest() &&
		    r.status() !== 303),
		page.waitForNavigation(),
		page.locator(selector).first().click(),
	]);

	return response;
}

/* The form that sends this action, by the name of its program. */
function form(program) {
	return "main form[action='" + program + "']";
}

async function login(page, user, password) {
	if (!page.url().includes("/login"))
		await page.goto(at("login"));
	await page.fill("#user", user || "alice");
	await page.fill("#password", password || "wonderland-1865");
	return press(page, form("login") + " button");
}

async function choose(page, lang, theme) {
	await page.goto(at("prefs"));
	await page.selectOption("#lang", lang);
	await page.check("input[name=theme][value=" + theme + "]");
	return press(page, form("prefs") + " button");
}

/* The cookie of the session, or undefined. */
async function cookie(context) {
	return (await context.cookies()).find((c) => c.name === "sid");
}

/* What <html> says of language and theme: "de dark". */
function look(page) {
	return page.evaluate(() => document.documentElement.lang + " " +
	    document.documentElement.dataset.theme);
}

/* How light the page is, from 0 to 1. */
function light(page) {
	return page.evaluate(() => {
		const color = getComputedStyle(document.body).backgroundColor;
		const [r, g, b] = color.match(/[\d.]+/g).map(Number);

		return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
	});
}

module.exports = {
	assert, at, base, choose, cookie, forgive, form, light, login, look, press,
	run, test,
};

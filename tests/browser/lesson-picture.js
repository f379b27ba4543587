/*
 * lesson-picture.js - makes www/lesson.png, README's first picture.
 *
 *	./quickstart &
 *	cd tests/browser && npm ci
 *	BASE=http://127.0.0.1:8080 CHROMIUM=/usr/bin/chromium \
 *	    node lesson-picture.js ../../www/lesson.png
 *
 * It is the step in which a session begins, as a reader sees it who answered
 * right.  A claim that does not hold is a failure, and no picture is made.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const { chromium } = require("playwright-core");

async function picture(file) {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM,
		args: ["--no-sandbox", "--disable-gpu"] });
	const page = await browser.newPage({ locale: "en-GB",
		colorScheme: "light", deviceScaleFactor: 1280 / 1440,
		viewport: { width: 1440, height: 1125 } });

	await page.goto(process.env.BASE + "/cgi-bin/lesson?step=2&say=2");
	if (await page.locator(".claims .fails").count() > 0 ||
	    await page.locator(".claims .holds").count() === 0 ||
	    await page.locator(".verdict.right").count() !== 1)
		throw new Error("not all is as it should be in this step");
	await page.screenshot({ path: file });
	await browser.close();
}

picture(process.argv[2]).catch((error) => {
	console.error(error);
	process.exit(1);
});

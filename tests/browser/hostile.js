/*
 * hostile.js - goal: what others write stays text, and what other sites send
 * is refused.  A real HTML parser judges the first, real rules on cookies and
 * origins the second.
 *
 * ACROSS is another site, BESIDE another port of this host: its "site" is the
 * same, and so it gets cookies, but its origin is not.  Both have /evil.html.
 */
/* SPDX-License-Identifier: ISC */
"use strict";
const { assert, at, base, cookie, forgive, form, login, look, press, run,
	test } = require("./browser.js");

const lines = [
	"<script>document.title = 'owned'; alert(1)</script>",
	"\"><img src=x onerror=alert(1)>",
	"' onmouseover='alert(1)",
	"\" onfocus=\"alert(1)\" autofocus=\"",
	"</textarea><b>x</b>", "</title><b>x</b>", "</a></li><b>x</b>",
	"&#x3c;b&#x3e;", "&lt;b&gt;", "&amp;amp;", "&", "&quot", "&notit;",
	"<", ">", "<!-- x", "--> x", "]]>", "<![CDATA[x", "</", "<b",
	"{{csrf}}", "{{text}} {{>logout}} {{@login.wrong}}", "{{#id}}", "}}",
	"javascript:alert(1)", "a'b\"c`d", "\\u003cb\\u003e", "%3Cb%3E",
	" spaces  inside  and around ", "\ttab", "\u00a0", "\u2028",
	"\u202eright to left", "\ufeffmark", "e\u0301 \u00e9",
	"\u{1f375} \u{1f468}\u200d\u{1f469}\u200d\u{1f467}", "\u0001\u001b[2J",
	"0", "null",
];

/* As many as a title can hold, 200 bytes, in each: fewer pages to load. */
const titles = lines.reduce((all, line) => {
	const longer = all.pop() + " " + line;

	return all.concat(Buffer.byteLength(longer) <= 200 ? longer :
	    [longer.slice(0, -1 - line.length), line]);
}, [""]);

const texts = titles.concat([
	"\n", "\n\nthe first line counts too", "one\ntwo\n\n",
	lines.join("\n"), "\n</textarea>\n<script>alert(1)</script>",
]);

/* Web servers refuse control characters in addresses. */
const addressable = titles.map((text) => text.replace(/[\0-\x1f]/g, ""));

/* The elements of a page and their attributes' names: its bare bones. */
function bones(page) {
	return page.evaluate(() => Array.from(document.querySelectorAll("*"),
	    (e) => e.tagName + " " + e.getAttributeNames().join(" ")).join("\n"));
}

async function save(page, title, text) {
	await page.fill("#title", title);
	await page.fill("#text", text);
	await press(page, form("drafts") + " button[value=save]");
}

/* The bones of list, editor and question, with one harmless draft. */
async function all_bones(page) {
	const found = { list: await bones(page) };

	await press(page, "a.title");
	found.editor = await bones(page);
	await press(page, "a.side");
	found.question = await bones(page);
	return found;
}

test("r42_hostile_drafts_come_back_as_the_same_text", async (page) => {
	await login(page, "bob", "builder-2049");
	await page.goto(at("drafts?new=1"));
	await save(page, "harmless", "harmless");
	const wanted = await all_bones(page);

	for (let i = 0; i < texts.length; i++) {
		/* a title is one line */
		const title = titles[i % titles.length], text = texts[i];
		const say = JSON.stringify([title, text]);

		await page.goto(at("drafts"));
		await press(page, "a.title");
		await save(page, title, text);
		assert.strictEqual(await page.locator("a.title").first()
		    .evaluate((a) => a.textContent), title, say);
		assert.strictEqual(await bones(page), wanted.list, say);
		await press(page, "a.title");
		assert.strictEqual(await page.inputValue("#title"), title, say);
		assert.strictEqual(await page.inputValue("#text"), text, say);
		assert.strictEqual(await bones(page), wanted.editor, say);
		await press(page, "a.side");
		assert.strictEqual(await page.locator("main form p b")
		    .evaluate((b) => b.textContent), title, say);
		assert.strictEqual(await bones(page), wanted.question, say);
	}
	await press(page, "button.danger");
	assert.strictEqual(await page.locator("a.title").count(), 0);
});

test("r42_both_texts_of_a_conflict_stay_text", async (page, context) => {
	const other = await context.newPage();
	const text = "\n</pre></textarea><script>alert(1)</script>&lt;";

	await login(page, "bob", "builder-2049");
	await page.goto(at("drafts?new=1"));
	await save(page, "two tabs", "x");
	await press(page, "a.title");
	await other.goto(page.url());
	await save(other, "theirs <b>", text);
	await page.fill("#text", "mine" + text);
	await page.fill("#title", "mine <b>");
	const answer = await press(page, "button[value=save]");

	assert.strictEqual(answer.status(), 409);
	assert.strictEqual(await page.inputValue("#text"), "mine" + text);
	assert.strictEqual(await page.inputValue("#title"), "mine <b>");
	/* forms send line ends as CR LF */
	assert.strictEqual((await page.locator("pre").evaluate((e) =>
	    e.textContent)).replace(/\r\n/g, "\n"), text);
	assert.strictEqual(await page.locator("main h3").evaluate((e) =>
	    e.textContent), "theirs <b>");
	assert.strictEqual(await page.locator("main b, main script:not([src])")
	    .count(), 0);
	assert.strictEqual(await page.locator("main script").count(), 1);
});

test("r42_what_was_typed_comes_back_as_typed", async (page) => {
	await page.goto(at("visits?name=Ada"));
	const greeting = await page.innerText("h1");
	const wanted = await bones(page);

	for (const text of addressable) {
		await page.goto(at("visits?name=" + encodeURIComponent(text)));
		assert.strictEqual(await page.locator("h1").evaluate((e) =>
		    e.textContent), greeting.replace("Ada", () => text));
		assert.strictEqual(await bones(page), wanted, text);
	}
	await login(page, "x", "y");
	const refused = await bones(page);

	for (const text of titles) {
		await login(page, text, "y");
		assert.strictEqual(await page.inputValue("#user"), text);
		assert.strictEqual(await bones(page), refused, text);
	}
	for (const text of lines.filter((line) => /^[!-~]+$/.test(line))) {
		await page.goto(at("login?next=" + encodeURIComponent(text)));
		const next = await page.locator("[name=next]").evaluateAll((all) =>
		    all.map((e) => e.value));

		/* one that leads to another site is not taken */
		assert.deepStrictEqual(next, /^javascript:|\\/.test(text) ?
		    [] : [text]);
	}
	await login(page);
	await page.goto(at("shop"));
	await press(page, "li:has(#n-pen) button");
	for (const text of titles) {
		await page.goto(at("billing"));
		await page.fill("#name", text);
		await page.fill("#street", text);
		await page.fill("#city", " ");          /* incomplete */
		await press(page, "button[value=pay]");
		assert.strictEqual(await page.inputValue("#name"), text);
		assert.strictEqual(await page.inputValue("#street"), text);
	}
	await page.fill("#name", lines[0]);
	await page.fill("#street", lines[1]);
	await page.fill("#city", lines[2]);
	await press(page, "button[value=pay]");
	assert.match(page.url(), /order=/);
	assert.ok((await page.innerText("main")).includes(lines[0] + "\n" +
	    lines[1] + "\n" + lines[2]));
});

test("r12_what_a_browser_calls_itself_stays_text",
    async (page, context, browser) => {
	for (const text of [lines[0], lines[1], lines[4], lines[7]]) {
		const other = await browser.newContext({ userAgent: text });
		const tab = await other.newPage();

		await login(tab);
		for (const name of ["devices", "account"]) {
			await tab.goto(at(name));
			assert.ok((await tab.locator("main bdi").allTextContents())
			    .includes(text), name + ": " + text);
			assert.strictEqual(await tab.locator("main script, main img")
			    .count(), 0);
		}
		await other.close();
	}
});

/* ---- Other sites ------------------------------------------------------------ */

/* What the answers to the forms of the evil page were: "403 403 ...". */
async function attack(page, site) {
	const answers = [];

	for (const name of ["prefs", "cart", "drafts", "logout", "login"]) {
		await page.goto(site + "/evil.html");
		answers.push((await press(page, "#" + name)).status());
	}
	return answers.join(" ");
}

async function unharmed(page, context, id) {
	await page.goto(at("visits"));
	assert.strictEqual(await look(page), "en ");
	assert.strictEqual(await page.innerText(".who b"), "alice");
	assert.strictEqual((await cookie(context)).value, id);
	await page.goto(at("cart"));
	assert.strictEqual(await page.locator("ul.cart li").count(), 0);
	await page.goto(at("drafts"));
	assert.strictEqual(await page.locator("a.title",
	    { hasText: "evil" }).count(), 0);
	assert.strictEqual(await page.locator("a[href*=saved]").count(), 0);
}

test("r40_forms_of_another_site_are_refused", async (page, context) => {
	await login(page);
	const { value } = await cookie(context);

	assert.strictEqual(await attack(page, process.env.ACROSS),
	    "403 403 403 403 403");
	await unharmed(page, context, value);
});

test("r40_forms_of_another_port_are_refused", async (page, context) => {
	await login(page);
	const { value } = await cookie(context);

	assert.strictEqual(await attack(page, process.env.BESIDE),
	    "403 403 403 403 403");
	await unharmed(page, context, value);
});

test("r40_pictures_and_links_of_another_site_change_nothing",
    async (page, context) => {
	await login(page);
	const { value } = await cookie(context);

	await page.goto(process.env.BESIDE + "/pictures.html");
	await page.waitForLoadState("networkidle");
	await unharmed(page, context, value);

	/* but a link from anywhere finds the visitor logged in (Lax) */
	await page.goto(process.env.ACROSS + "/evil.html");
	await press(page, "#link");
	assert.strictEqual(await page.innerText(".who b"), "alice");
});

test("r23_no_page_can_be_framed", async (page) => {
	await page.goto(process.env.BESIDE + "/evil.html");
	const shown = await page.evaluate(async (url) => {
		const frame = document.createElement("iframe");

		frame.src = url;
		document.body.append(frame);
		await new Promise((resolve) => { frame.onload = resolve; });
		try {
			return frame.contentDocument !== null;
		} catch (e) {
			return false;
		}
	}, at("visits"));
	const frames = page.frames().filter((f) => f.url().startsWith(base));

	assert.strictEqual(shown, false);
	for (const frame of frames)
		assert.strictEqual(await frame.locator(".figure").count(), 0);
	forgive();              /* it said that it was blocked */
});

run({});

/*
 * lesson-measure.js - the table "session, cookie, local storage" of the lesson,
 * measured in the reader's own browser.
 *
 * Nothing needs this file: without it the table has what can be told, and says
 * what would be measured.  It works where the page has #measure; the words are
 * in its <template>, the places in its [data-cell].
 *
 * Everything that is set has a name of its own, cookies also the path of the
 * lesson and a life of a minute, and is removed when the measuring ends, fails
 * or is broken off.
 */
/* SPDX-License-Identifier: ISC */
(function () {
	"use strict";
	const NAME = "lesson-m-";       /* the server tells names of lesson-* */
	const COOKIE_MAX = 8192;        /* bytes; a server refuses more */
	const COUNT_MAX = 256;
	const LOCAL_MAX = 5 << 20;      /* characters */
	const root = document.getElementById("measure");

	if (!root)
		return;

	const probe = new URL(root.dataset.probe, location.href);
	const LIFE = "; Path=" + probe.pathname + "; SameSite=Lax; Max-Age=";
	/*
	 * A jar beside the site's own (CHIPS), where the browser has such a
	 * thing: cookies that do not fit push each other out of it, and none of
	 * the site's.
	 */
	const JAR = "; Secure; Partitioned";
	const button = root.querySelector("[data-start]");
	const status = root.querySelector("[data-status]");
	const words = root.querySelector("template").content;
	let busy = false;

	/* ---- Cookies --------------------------------------------------- */

	/* Chromium pushes out cookies of a low priority first. */
	function put(name, value, jar) {
		document.cookie = NAME + name + "=" + value + LIFE +
		    "60; Priority=Low" + (jar || "");
	}

	/* Every cookie that a script can read: [name, value]. */
	function cookies() {
		return document.cookie.split("; ").filter(Boolean)
		    .map(function (pair) {
			const at = pair.indexOf("=");

			return at < 0 ? ["", pair] :
			    [pair.slice(0, at), pair.slice(at + 1)];
		});
	}

	function ours() {
		return cookies().filter(([name]) => name.startsWith(NAME));
	}

	/* The values of this cookie: one in each jar. */
	function values(name) {
		return ours().filter((pair) => pair[0] === NAME + name)
		    .map((pair) => pair[1]);
	}

	function drop(name) {
		for (const jar of ["", JAR])
			document.cookie = NAME + name + "=" + LIFE + "0" + jar;
	}

	function cookies_work() {
		put("try", "1");
		const work = values("try").length === 1;

		drop("try");
		return work;
	}

	/* ---- Local storage --------------------------------------------- */

	/* Keep this, and return what is then there. */
	function keep(value) {
		localStorage.setItem(NAME, value);
		return localStorage.getItem(NAME);
	}

	function local_works() {
		try {
			return keep("1") === "1";
		} catch (e) {
			return false;   /* it is switched off, or full */
		}
	}

	/* ---- Both ------------------------------------------------------ */

	/*
	 * The page may be drawn here.  A timer would take a second where the
	 * tab is not the one in front.
	 */
	function pause() {
		return new Promise(function (resolve) {
			const channel = new MessageChannel();

			channel.port1.onmessage = resolve;
			channel.port2.postMessage(null);
		});
	}

	/* The largest number up to max that fits. */
	async function largest(fits, max) {
		let low = 0, high = max + 1;

		if (fits(max))
			return max;
		while (high - low > 1) {
			const middle = Math.floor((low + high) / 2);

			await pause();
			if (fits(middle))
				low = middle;
			else
				high = middle;
		}
		return low;
	}

	/*
	 * What the server sees in a request that is sent now: our cookies, and
	 * the name of the one that brought the session's id, or null.
	 * Undefined: it did not answer.
	 */
	async function ask() {
		try {
			const answer = await fetch(probe,
			    { cache: "no-store" });
			const seen = await answer.json();

			return Array.isArray(seen.cookies) ? seen : undefined;
		} catch (e) {
			return undefined;
		}
	}

	/* Remove what is ours; is nothing left? */
	function clean() {
		let local = null;

		for (const [name] of ours())
			drop(name.slice(NAME.length));
		try {
			localStorage.removeItem(NAME);
			local = localStorage.getItem(NAME);
		} catch (e) {
			/* there is none */
		}
		return ours().length === 0 && local === null;
	}

	/* ---- What is measured ------------------------------------------ */

	/* Each of these returns the end of its word's name, and its numbers. */

	/* Name and value count together: RFC 6265bis. */
	async function longest_cookie() {
		const kept = await largest(function (size) {
			const name = NAME + "long";
			const value = "x".repeat(Math.max(0,
			    size - name.length));

			put("long", value);
			const same = values("long")[0] === value;

			drop("long");
			return same;
		}, COOKIE_MAX);

		return [kept < COOKIE_MAX ? "limit" : "more",
			{ kept, lost: kept + 1 }];
	}

	async function longest_local() {
		const kept = await largest(function (size) {
			try {
				return keep("x".repeat(size)).length === size;
			} catch (e) {
				return false;
			} finally {
				localStorage.removeItem(NAME);
			}
		}, LOCAL_MAX);

		return [kept < LOCAL_MAX ? "limit" : "more",
			{ kept, lost: kept + 1 }];
	}

	/*
	 * Has the browser such a jar?  Where it has none, the second cookie
	 * replaces the first one, or is refused.
	 */
	function has_jar() {
		put("jar", "outside");
		put("jar", "inside", JAR);
		const both = values("jar").sort().join() === "inside,outside";

		drop("jar");
		return both && values("jar").length === 0;
	}

	/* Until the browser has done what it does with a new cookie. */
	function settled() {
		return window.cookieStore ? window.cookieStore.getAll() :
		    new Promise((resolve) => setTimeout(resolve, 20));
	}

	/*
	 * Firefox pushes out what was used least lately.  That would be the id
	 * of the session, so in the site's own jar nothing is counted.
	 */
	async function count_cookie() {
		if (!has_jar())
			return ["unsafe"];
		for (let n = 1; n <= COUNT_MAX; n++) {
			put(n, "1", JAR);
			await settled();
			if (ours().length < n)
				return ["limit", { kept: n - 1, lost: n }];
		}
		return ["more", { kept: COUNT_MAX }];
	}

	function change_cookie() {
		put("price", "5");
		put("price", "1");
		return values("price").join() === "1" ? ["changed"] : null;
	}

	function change_local() {
		keep("5");
		return keep("1") === "1" ? ["changed"] : null;
	}

	function read_session(seen) {
		const names = cookies().map((pair) => pair[0]);

		if (typeof seen.id !== "string")
			return ["none"];
		return [names.includes(seen.id) ? "shown" : "hidden",
			{ id: seen.id, cookies: names.length }];
	}

	function read_cookie() {
		put("note", "tea");
		return values("note").join() === "tea" ? ["read"] : null;
	}

	function read_local() {
		return keep("tea") === "tea" ? ["read"] : null;
	}

	/* Nothing is in the request before; is it in the one after? */
	async function when_cookie(before) {
		const name = NAME + "when";

		put("when", "1");
		const after = await ask();

		if (!after || before.cookies.includes(name))
			return null;
		return [after.cookies.includes(name) ? "next" : "never"];
	}

	async function when_local() {
		keep("1");
		const after = await ask();

		return after && !after.cookies.includes(NAME) ? ["never"] :
		    null;
	}

	/* A number goes in: what comes out? */
	function kind_cookie() {
		put("kind", 42);
		const value = values("kind")[0];

		return typeof value === "string" ? ["string", { value }] : null;
	}

	function kind_local() {
		const value = keep(42);

		return typeof value === "string" ? ["string", { value }] : null;
	}

	/* ---- How it is shown ------------------------------------------- */

	/* The text of this word, with {name} replaced; unknown: a dash. */
	function text(word, numbers) {
		const lang = document.documentElement.lang || undefined;

		return words.getElementById(word)
		    .textContent.replace(/\{(\w+)\}/g, function (all, name) {
			const value = (numbers || {})[name];

			return value === undefined ? "–" :
			    typeof value === "number" ?
			    value.toLocaleString(lang) : value;
		});
	}

	function say(word, numbers) {
		status.className = "note";
		status.textContent = text(word, numbers);
	}

	/* Fill a cell; what is measured is marked so, and tests read it. */
	function show(cell, word, numbers, measured) {
		const place = root.querySelector("[data-cell=" + cell + "]");
		const tag = document.createElement("span");

		place.textContent = text(word, numbers);
		place.dataset.word = word;
		place.dataset.kept = numbers && numbers.kept || "";
		if (!measured)
			return;
		tag.className = "tag good";
		tag.textContent = text("measured");
		place.append(" ", tag);
	}

	function forget() {
		for (const place of root.querySelectorAll("[data-cell]"))
			show(place.dataset.cell, "not-yet");
	}

	/* ---- The order of it ------------------------------------------- */

	/*
	 * Measure what stands in one cell.  missing is the word for what is not
	 * there and without which nothing is measured, or null.
	 */
	async function cell(name, missing, measure) {
		const result = missing ? null : await measure();

		clean();
		if (result)
			show(name, name + "-" + result[0], result[1],
			    result[0] !== "unsafe");
		else
			show(name, missing || "unasked");
		return result && result[1] ? result[1].kept : undefined;
	}

	/* Fill the table; returns the word for its end, and its numbers. */
	async function cells() {
		const before = await ask();
		const cookie = cookies_work() ? null : "cookies-off";
		const local = local_works() ? null : "local-off";
		const unasked = before ? null : "unasked";

		await cell("read-session", unasked, () => read_session(before));
		const bytes = await cell("longest-cookie", cookie,
		    longest_cookie);
		await cell("change-cookie", cookie, change_cookie);
		await cell("change-local", local, change_local);
		await cell("read-cookie", cookie, read_cookie);
		await cell("read-local", local, read_local);
		await cell("when-cookie", cookie || unasked,
		    () => when_cookie(before));
		await cell("when-local", local || unasked, when_local);
		await cell("kind-cookie", cookie, kind_cookie);
		await cell("kind-local", local, kind_local);
		const count = await cell("count-cookie", cookie, count_cookie);
		const room = await cell("longest-local", local, longest_local);
		const after = await ask();

		return [before && after && before.id !== after.id ?
		    "lost-id" : "done", { bytes, count, room }];
	}

	/* Two tabs share cookies and storage: one waits for the other. */
	function alone(work) {
		return navigator.locks ?
		    navigator.locks.request("lesson-measure", work) : work();
	}

	async function measure() {
		let word = "failed", numbers;

		clean();
		try {
			[word, numbers] = await cells();
		} catch (e) {
			console.error(e);
		}
		if (!clean())
			word = "left";
		say(word, numbers);
	}

	button.addEventListener("click", async function () {
		if (busy)
			return;
		busy = true;
		button.setAttribute("aria-disabled", "true");
		forget();
		say("busy");
		await alone(measure);
		button.removeAttribute("aria-disabled");
		busy = false;
	});

	window.addEventListener("pagehide", function () {
		if (busy)
			clean();
	});

	/* The page was kept half measured, and its cookies are gone. */
	window.addEventListener("pageshow", function (event) {
		if (event.persisted && busy)
			location.reload();
	});

	root.querySelector("[data-needs-script]").hidden = true;
	root.querySelector("[data-with-script]").hidden = false;
})();

/*
 * back.js - a page that the browser shows once more without asking the server.
 *
 * Some browsers keep the page that one leaves, and show it again at the Back
 * button (Chromium does so for three minutes, even with "no-store").  By then
 * the cart may hold other things, or the session may have been ended from
 * another browser.  So the page is loaded once more.  Where the visitor has
 * typed something that would lose it: there the server is asked who is logged
 * in, and if that has not changed, the page stays.
 *
 * Nothing needs this file.  Without it, the server still refuses what a
 * session that is over asks for, and counts the same form once.
 */
/* SPDX-License-Identifier: ISC */
(function () {
	"use strict";
	var WAIT = 3000;        /* ms: nobody looks at nothing for longer */

	function each(list, is) {
		return Array.prototype.some.call(list, is);
	}

	/* Has the visitor changed this part of a form? */
	function is_typed(e) {
		if (e.type === "file")
			return e.files.length > 0;
		if (e.type === "checkbox" || e.type === "radio")
			return e.checked !== e.defaultChecked;
		if (e.options)
			return each(e.options, function (o) {
				return o.selected !== o.defaultSelected;
			});
		return e.value !== e.defaultValue;
	}

	/* An answer that refuses a form has in it what was typed. */
	function is_refusal() {
		var loaded = performance.getEntriesByType("navigation")[0];

		return Boolean(loaded && loaded.responseStatus >= 400);
	}

	function holds_text() {
		return is_refusal() || each(document.querySelectorAll(
		    "input:not([type=hidden]), textarea, select"), is_typed);
	}

	function who(page) {
		var name = page.querySelector(".who b");

		return name ? name.textContent : "";
	}

	/* A GET, also where the page was the answer to a form. */
	function load() {
		location.replace(location.pathname + location.search);
	}

	function show() {
		document.documentElement.style.visibility = "";
	}

	/* Nobody knows where no page comes back: then it stays. */
	function compare(answer) {
		if (answer.type === "opaqueredirect")
			return load();
		if (!answer.ok)
			return show();
		return answer.text().then(function (text) {
			var page = new DOMParser().parseFromString(text,
			    "text/html");

			if (who(page) === who(document))
				show();
			else
				load();
		});
	}

	window.addEventListener("pageshow", function (event) {
		if (!event.persisted)
			return;
		document.documentElement.style.visibility = "hidden";
		if (!holds_text()) {
			load();
			return;
		}
		setTimeout(show, WAIT);
		fetch(location.href, { cache: "no-store", redirect: "manual" })
		    .then(compare).catch(show);
	});
})();

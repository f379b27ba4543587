/*
 * lesson.js - the arrow keys, a window for a projector, and the reader's place.
 *
 * Nothing needs this file: back and next are links, and a link within a step
 * leads to its part of the page.  With it the left and right arrow keys follow
 * back and next; a button gives the lesson the whole window in large type,
 * which the browser remembers until the tab is closed; a link within a step
 * leaves the page where it stands in the window; and what is closed is open on
 * paper.
 */
/* SPDX-License-Identifier: ISC */
(function () {
	"use strict";
	var root = document.documentElement;
	var ways = { ArrowLeft: "prev", ArrowRight: "next" };
	var fields = "input, textarea, select";
	var within = "a[href$='#sequence'], a[href$='#change']";

	/* Storage may be switched off; then nothing is remembered. */
	function recall(name) {
		try {
			return sessionStorage.getItem(name);
		} catch (e) {
			return null;
		}
	}

	function remember(name, value) {
		try {
			sessionStorage.setItem(name, value);
		} catch (e) {
			/* see above */
		}
	}

	/* ---- Keys ------------------------------------------------------- */

	/* The key has a meaning of its own in these. */
	function is_taken(event, where) {
		return event.defaultPrevented || event.altKey ||
		    event.ctrlKey || event.metaKey || event.shiftKey ||
		    event.target.closest(where);
	}

	function walk(event) {
		var link = ways[event.key] &&
		    !is_taken(event, fields + ", [tabindex]") &&
		    document.querySelector("a[rel=" + ways[event.key] + "]");

		if (link) {
			event.preventDefault();
			link.click();
		}
	}

	/* ---- The whole window ------------------------------------------- */

	function show_big(big) {
		root.classList.toggle("big", big);
		document.getElementById("big").setAttribute("aria-pressed",
		    String(big));
		document.getElementById("leave").hidden = !big;
	}

	function set_big(big) {
		remember("lesson-big", big ? "yes" : "");
		show_big(big);
	}

	function is_big() {
		return root.classList.contains("big");
	}

	function leave(event) {
		if (event.key === "Escape" && is_big() &&
		    !is_taken(event, fields)) {
			event.preventDefault();
			set_big(false);
		}
	}

	function offer_big() {
		document.getElementById("full").hidden = false;
		show_big(is_big());
		document.addEventListener("keydown", leave);
		document.getElementById("big").addEventListener("click",
		    function () {
			set_big(!is_big());
		});
	}

	/* ---- The reader's place ----------------------------------------- */

	/* How far below the top of the window a link's part of the page is. */
	function top_of(hash) {
		var part = hash && document.getElementById(hash.slice(1));

		return part ? part.getBoundingClientRect().top : NaN;
	}

	function keep_place(event) {
		var link = event.target.closest(within);

		if (link && event.button === 0 && !is_taken(event, fields))
			remember("lesson-top", String(top_of(link.getAttribute(
			    "href").replace(/^.*#/, "#"))));
	}

	/* Back and forward are the browser's own. */
	function is_link_followed() {
		var entry = performance.getEntriesByType("navigation")[0];

		return Boolean(entry) && entry.type === "navigate";
	}

	/* A number that is remembered once, or NaN. */
	function take(name) {
		var number = parseFloat(recall(name) || "");

		remember(name, "");
		return number;
	}

	function find_place() {
		var before = take("lesson-top"), y = take("lesson-y");

		if (!isNaN(y))
			scrollTo(0, y);
		else if (is_link_followed() &&
		    !isNaN(top_of(location.hash) - before))
			scrollBy(0, top_of(location.hash) - before);
	}

	/* back.js loads a page once more that is shown again. */
	function keep_height(event) {
		if (event.persisted)
			remember("lesson-y", String(scrollY));
	}

	/* ---- On paper --------------------------------------------------- */

	/* The page's own source and the statements stay as the reader has them. */
	function open_all() {
		document.querySelectorAll(".parts details:not([open]), " +
		    "details.record:not([open])").forEach(function (part) {
			part.open = true;
			part.dataset.printed = "yes";
		});
	}

	function close_again() {
		document.querySelectorAll("[data-printed]").forEach(
		    function (part) {
			part.open = false;
			delete part.dataset.printed;
		});
	}

	root.classList.toggle("big", recall("lesson-big") === "yes");
	document.addEventListener("keydown", walk);
	document.addEventListener("click", keep_place);
	addEventListener("load", find_place);
	addEventListener("pageshow", keep_height);
	addEventListener("beforeprint", open_all);
	addEventListener("afterprint", close_again);
	document.addEventListener("DOMContentLoaded", function () {
		if (document.getElementById("big"))
			offer_big();
		document.querySelectorAll(".keys").forEach(function (hint) {
			hint.hidden = false;
		});
	});
})();

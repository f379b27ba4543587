/*
 * lesson.js - the arrow keys, and a window for a projector.
 *
 * Nothing needs this file: back and next are links.  With it the left and
 * right arrow keys follow them, and a button gives the lesson the whole window
 * in large type.  The browser remembers that until the tab is closed.
 */
/* SPDX-License-Identifier: ISC */
(function () {
	"use strict";
	var root = document.documentElement;
	var ways = { ArrowLeft: "prev", ArrowRight: "next" };

	/* Storage may be switched off; then each page begins small. */
	function is_big() {
		try {
			return sessionStorage.getItem("lesson-big") === "yes";
		} catch (e) {
			return false;
		}
	}

	function remember(big) {
		try {
			sessionStorage.setItem("lesson-big", big ? "yes" : "");
		} catch (e) {
			/* see above */
		}
	}

	/* The key has a meaning of its own in these. */
	function is_taken(event) {
		return event.defaultPrevented || event.altKey ||
		    event.ctrlKey || event.metaKey || event.shiftKey ||
		    event.target.closest("input, textarea, select, pre");
	}

	document.addEventListener("keydown", function (event) {
		var link = ways[event.key] && !is_taken(event) &&
		    document.querySelector("a[rel=" + ways[event.key] + "]");

		if (link) {
			event.preventDefault();
			link.click();
		}
	});

	function show_button(button) {
		button.hidden = false;
		button.setAttribute("aria-pressed", String(is_big()));
		button.addEventListener("click", function () {
			var big = root.classList.toggle("big");

			remember(big);
			button.setAttribute("aria-pressed", String(big));
		});
	}

	root.classList.toggle("big", is_big());
	document.addEventListener("DOMContentLoaded", function () {
		var button = document.getElementById("big");

		if (button)
			show_button(button);
		document.querySelectorAll(".keys").forEach(function (hint) {
			hint.hidden = false;
		});
	});
})();

/*
 * prefs.js - what the browser itself remembers of the theme.
 *
 * Nothing needs this file.  It keeps the theme in the browser's local
 * storage, so that the pages look the same when the server has forgotten
 * (after a logout), and shows on the page of preferences what is kept there.
 * No session id comes near it: the cookie cannot be read from here.
 */
/* SPDX-License-Identifier: ISC */
(function () {
	"use strict";
	var root = document.documentElement;
	var known = ["auto", "light", "dark"];

	/* Storage may be switched off; then the browser remembers nothing. */
	function stored() {
		try {
			var theme = localStorage.getItem("theme");
			return known.indexOf(theme) < 0 ? null : theme;
		} catch (e) {
			return null;
		}
	}

	function store(theme) {
		try {
			localStorage.setItem("theme", theme);
		} catch (e) {
			/* see above */
		}
	}

	function show() {
		var place = document.getElementById("browser-theme");

		if (place)
			place.textContent = stored() || "–";
	}

	/* The server's word counts; where it has none, ours does. */
	if (!root.dataset.theme && stored())
		root.dataset.theme = stored();

	document.addEventListener("DOMContentLoaded", function () {
		var form = document.getElementById("prefs");

		show();
		if (form)
			form.addEventListener("submit", function () {
				store(form.elements.theme.value);
			});
	});
})();

/*
 * upload.js - how far an upload is, shown while it is sent.
 *
 * Nothing needs this file: the form is sent by the browser itself, with it and
 * without.  It names the upload in the form's address; the server notes there
 * how much has arrived, and this page asks for that until the answer comes.
 */
/* SPDX-License-Identifier: ISC */
(function () {
	"use strict";
	var EVERY = 400;        /* ms between two questions */
	var form = document.getElementById("draft");
	var sending = document.getElementById("sending");
	var bar = document.getElementById("sent");
	var large = document.getElementById("too-large");
	var plain, timer;

	function random() {
		var bytes = new Uint8Array(12), text = "";

		crypto.getRandomValues(bytes);
		bytes.forEach(function (b) {
			text += (b + 256).toString(16).slice(1);
		});
		return text;
	}

	/* The form's address with one more thing in its query. */
	function address(name, value) {
		var url = new URL(plain, location.href);

		url.searchParams.set(name, value);
		return url.href;
	}

	function show(far) {
		if (!far || far.total <= 0)
			return;         /* nobody knows: the bar only moves */
		bar.value = Math.min(1, far.got / far.total);
		bar.textContent = Math.round(100 * bar.value) + " %";
	}

	/* One question after the other; a lost one is no matter. */
	function watch(name) {
		fetch(address("progress", name), { cache: "no-store" })
		    .then(function (answer) {
			return answer.json();
		}).then(show).catch(function () {
			/* the page goes, or the server is busy */
		}).then(function () {
			if (timer)
				timer = setTimeout(watch, EVERY, name);
		});
	}

	function stop() {
		clearTimeout(timer);
		timer = 0;
		sending.hidden = true;
		if (plain)
			form.setAttribute("action", plain);
	}

	/* What the server would refuse need not be sent. */
	function fits(files) {
		var all = 0, most = 0;

		Array.prototype.forEach.call(files, function (file) {
			all += file.size;
			most = Math.max(most, file.size);
		});
		return all <= Number(form.dataset.uploadMax) &&
		    most <= Number(form.dataset.fileMax);
	}

	form.addEventListener("submit", function (event) {
		var files = document.getElementById("files").files;
		var name = random();

		stop();
		large.hidden = fits(files);
		if (!large.hidden) {
			event.preventDefault();
			return;
		}
		if (files.length === 0)
			return;
		plain = plain || form.getAttribute("action");
		form.action = address("upload", name);
		bar.removeAttribute("value");
		sending.hidden = false;
		timer = setTimeout(watch, EVERY, name);
	});

	/* Back from the next page: nothing is on its way. */
	window.addEventListener("pageshow", stop);
})();

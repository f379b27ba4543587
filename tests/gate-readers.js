/*
 * gate-readers.js - does any reader find another page in a path than the one
 * that the gate has let through?
 *
 *	node gate-readers.js paths
 *	node gate-readers.js rules N
 *	node gate-readers.js compare N URIS PHP-PATHS VERDICTS
 *
 * Paths are made of what is read in several ways, from a fixed seed, and of
 * what browsers send.  The readers are those of others: WHATWG URL, url.parse,
 * decodeURI, path.normalize, and PHP's (gate-readers.php).
 */
/* SPDX-License-Identifier: ISC */
'use strict';
const fs = require('fs');
const path = require('path');
const url = require('url');

const ODD = 20000;
const HONEST = 4000;
const USERS = [null, 'alice', 'bob'];
const BASE = 'http://h';

// Who may see what: the prefix as a person means it, "" is everybody, "*" is
// who has logged in.  In each, something more open lies below something less
// open, and the other way round.
const RULES = [
	{
		'/': '', '/private': '*', '/private/open': '',
		'/private/open/deep': 'alice', '/admin': 'alice',
		'/admin.php': 'alice', '/a b': '*', '/c++': 'bob', '/caf\u00e9': '*',
		'/p@q': 'alice', '/100%': '*', '/a+b': 'bob',
	}, {
		'/': '*', '/login': '', '/open': '', '/open/private': 'alice',
		'/open/a b': 'bob', '/c++': '', '/p@q': '', '/caf\u00e9': '',
		'/private': 'alice', '/private/open': '', '/admin.php': 'bob',
	}, {
		'/open': '', '/open/private': '*', '/open/private/x': '',
		'/private': 'alice', '/caf\u00e9': 'bob', '/caf\u00e9/open': '*',
		'/a b': 'alice', '/a b/open': '', '/p@q': '',
	},
];

function rulesText(rules) {
	const who = { '': 'public', '*': 'signed-in' };
	return 'login: /login\n' + Object.entries(rules).map(([prefix, w]) =>
		prefix.split('/').map(encodeURIComponent).join('/') + ': ' +
		(who[w] ?? 'users ' + w) + '\n').join('');
}

// ---- Paths -------------------------------------------------------------------

// mulberry32: the same numbers each time.
let seed = 70;
function random(below) {
	seed = (seed + 0x6D2B79F5) | 0;
	let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) % below;
}
const any = (list) => list[random(list.length)];
const often = (percent) => random(100) < percent;

const NAMES = ['private', 'open', 'deep', 'admin', 'admin.php', 'public',
	'a b', 'a+b', 'c++', 'caf\u00e9', 'p@q', 'x', '100%', 'h'];
const DOTS = ['.', '..', '%2e', '%2E%2e', '.%2e', '...', '..%20', '. ',
	'..;', '%2e%2e;x', '..%00', '%252e%252e', '..%5c', '.+'];
const TAILS = ['.', '..', '%2e', '%20', '+', '%2B', ';', ';x=1', '%3B', '%3F',
	'%3Fx', '%23', '%5C', '\\', '%00', '%0a', '%25', '%2', ':80', ':80x',
	':8080', '%3A80', ':', '%C0%AF', '%ff', '%2f', '%2F..', '%2Fopen',
	'|', '~', '"', '%u002e', '%EF%BC%8F', '%7f', '%252fopen'];
const SLASHES = ['//', '///', '/./', '/../', '/%2e/', '\\', '%2f', '%5c', '/+/',
	'/%20/', '/:80/', '/.../', '//h/'];

// Letters that need no escape get one; capitals or not.
function escaped(text) {
	return text.replace(/[a-z@+.]/g, (c) => {
		const hex = '%' + c.charCodeAt(0).toString(16);
		return often(70) ? c : often(50) ? hex : hex.toUpperCase();
	});
}

function segment() {
	if (often(12))
		return any(DOTS);
	const name = any(NAMES);
	let text = name.split('/').map(often(70) ? encodeURI : encodeURIComponent)
		.join('/');
	if (often(10))
		text = text.replace(/%../g, (e) => e.toLowerCase());
	if (often(3))
		text = name.replace(/%/g, '%25').replace(/ /g, '+');
	if (often(15))
		text = escaped(text);
	if (often(5))
		text = any(['%20', '+', '.']) + text;
	return often(15) ? text + any(TAILS) : text;
}

function oddPath() {
	let text = often(95) ? '/' : any(['//', '', 'http://h/', '*', '\\', '//h/']);
	for (let n = 1 + random(4); n > 0; n--)
		text += segment() + (n === 1 ? '' :
			often(75) ? '/' : any(SLASHES));
	if (often(15))
		text += any(['/', '//', '/..', '/.', '/%2e%2e', '/%20', '/../..']);
	if (often(10))
		text += any(['?', '?x=1', '?/../private', '?a:80/', '#', '#x']);
	return text;
}

// What a browser sends for a name: no escape that it would not write itself.
function honestPath() {
	const names = ['Caf\u00e9', 'caf\u00e9', 'a b', 'p@q', 'private', 'open',
		'deep', 'admin', 'admin.php', 'x', 'ab-c_d~e.f', '.well-known', 'v1.2',
		'100%', 'x,y=(1)', '\u65e5\u672c', 'a:b'];
	let text = '';
	for (let n = 1 + random(4); n > 0; n--)
		text += '/' + any(names);
	text = new URL(text.replace(/%/g, '%25'), BASE).pathname;
	return text + any(['', '', '/', '?', '?x=%2e%2e&y=//', '?a:80/']);
}

function paths() {
	const all = [];
	for (let i = 0; i < ODD; i++)
		all.push(oddPath().replace(/\n/g, ''));
	for (let i = 0; i < HONEST; i++)
		all.push(honestPath());
	return all;
}

// ---- Readers -----------------------------------------------------------------

function attempt(read) {
	try {
		return [read()];
	} catch {
		return [];      // this one refuses it
	}
}

// {raw, decoded}: the paths that Node's own functions find.
function nodePaths(uri) {
	const cut = uri.split('?', 1)[0];
	const raw = [
		...attempt(() => cut),
		...attempt(() => new URL(uri, BASE).pathname),
		...attempt(() => new URL(BASE + uri).pathname),
		...attempt(() => url.parse(uri).pathname ?? ''),
	];
	const decoded = raw.flatMap((p) => [
		...attempt(() => decodeURIComponent(p)),
		...attempt(() => decodeURI(p)),
		...attempt(() => decodeURIComponent(p.replace(/\+/g, ' '))),
		...attempt(() => url.fileURLToPath('file://' + p)),
	]);
	return { raw, decoded };
}

// What servers, frameworks and file systems make of a path that they have.
const each = (f) => (p) => p.split('/').map(f).join('/');
const HABITS = [
	(p) => p,
	(p) => p.replace(/\\/g, '/'),
	each((s) => s.replace(/;.*/, '')),
	(p) => p.replace(/[#?].*/, ''),
	(p) => p.replace(/\0.*/, ''),
	each((s) => s.replace(/[. ]+$/, '')),
	each((s) => s === '.' || s === '..' ? s : s.replace(/[. ]+$/, '')),
	each((s) => s.trim()),
	(p) => p.trim(),
];
const THEN = [
	(p) => p,
	(p) => p.replace(/\/{2,}/g, '/'),
	(p) => path.posix.normalize(p),
];

function readings(found) {
	const all = new Set();
	for (const p of new Set(found))
		for (const q of new Set(HABITS.map((habit) => habit(p))))
			for (const then of THEN)
				attempt(() => all.add(then(q)));
	return all;
}

// ---- The comparison ------------------------------------------------------------

// A router that knows the prefixes, each ending where a segment ends.
function router(rules, written) {
	const prefixes = Object.keys(rules).map((p) => [written(p), rules[p]]);
	prefixes.sort((a, b) => b[0].length - a[0].length);
	return (p) => (prefixes.find(([prefix]) => prefix === '/' ||
		p === prefix || p.startsWith(prefix + '/')) ?? [])[1];
}

const may = (who, user) => who === '' || (user !== null &&
	(who === '*' || who === user));
const asBrowsersWrite = (p) => new URL(p.replace(/%/g, '%25'), BASE).pathname;

const lines = (file) => fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);

function compare(n, uriFile, phpFile, verdictFile) {
	const rules = RULES[n];
	const routes = { raw: router(rules, asBrowsersWrite),
		decoded: router(rules, (p) => p) };
	const uris = lines(uriFile), php = lines(phpFile);
	const verdicts = lines(verdictFile);
	const wrong = [], strict = [], passed = USERS.map(() => 0);
	let read = 0;

	if (uris.length !== ODD + HONEST || php.length !== uris.length ||
		verdicts.length !== uris.length)
		throw new Error('the lines do not belong together');
	uris.forEach((uri, i) => {
		const ok = USERS.map((user, u) => verdicts[i][u] === '+');
		if (i >= ODD) {
			const who = routes.raw(uri.split('?', 1)[0]);
			if (USERS.some((user, u) => ok[u] !== may(who, user)))
				strict.push(`${uri}: ${verdicts[i]}`);
		} else
			ok.forEach((yes, u) => passed[u] += yes);
		if (!ok.includes(true))
			return;
		const ours = nodePaths(uri), theirs = JSON.parse(php[i]);
		for (const kind of ['raw', 'decoded']) {
			const all = readings([...ours[kind], ...theirs[kind]]);
			read += all.size;
			for (const p of all)
				USERS.forEach((user, u) => {
					if (ok[u] && !may(routes[kind](p), user))
						wrong.push(`${uri} for ${user}: ${p}`);
				});
		}
	});
	const told = (list) => list.slice(0, 20).map((line) =>
		`# ${JSON.stringify(line)}`).join('\n');
	console.log(`# rules ${n}: ${ODD} odd paths, let in: nobody ${passed[0]}, ` +
		`alice ${passed[1]}, bob ${passed[2]}; ${read} readings`);
	console.log(`wrong ${wrong.length}\nstrict ${strict.length}\n` +
		`few ${passed.filter((k) => k < ODD / 100).length}`);
	console.log(told(wrong) + '\n' + told(strict));
}

const [what, n, ...files] = process.argv.slice(2);
if (what === 'paths')
	process.stdout.write(paths().join('\n') + '\n');
else if (what === 'rules')
	process.stdout.write(rulesText(RULES[n]));
else
	compare(Number(n), ...files);

<?php
// behind_front.php - a front controller that routes by the raw URI, for
// 86-gate.sh.  It has one router for each way in which PHP programs read a
// path, and says what they found.
// SPDX-License-Identifier: ISC

function readings($uri)
{
	$raw = explode('?', $uri)[0];
	yield from [$raw, rawurldecode($raw), urldecode($raw)];
	yield (string)strtok(urldecode($uri), '?');
	yield rawurldecode((string)parse_url($uri, PHP_URL_PATH));
	yield rawurldecode((string)parse_url("http://x$uri", PHP_URL_PATH));
	yield (string)parse_url(rawurldecode($uri), PHP_URL_PATH);
	yield implode('/', array_map('trim', explode('/', urldecode($raw))));
}

// The first prefix wins, as in most routers.
function route($path)
{
	$routes = ['/private/open' => 'OPEN', '/private' => 'SECRET',
		'/admin.php' => 'SECRET', '/a b' => 'SECRET'];
	foreach ($routes as $prefix => $word)
		if ($path === $prefix || str_starts_with($path, "$prefix/"))
			return $word;
	return 'HOME';
}

$user = htmlspecialchars(rawurldecode($_SERVER['SESS_USER'] ?? ''));
header('Content-Type: text/html; charset=utf-8');
echo "<!doctype html>\n<title>Behind the gate</title>\n<p>PHP: <b>",
	$user !== '' ? $user : 'nobody', "</b>\n";
foreach (readings($_SERVER['REQUEST_URI']) as $path)
	echo '<p>', route($path), " for [$user], the path was [",
		htmlspecialchars($path), "]\n";

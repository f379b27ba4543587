<?php
// gate-readers.php - how PHP programs read the path of a request.
// Standard input: a URI a line.  Output: for each a line of JSON, the paths
// that programs find in it, {"raw": [...], "decoded": [...]}.
// SPDX-License-Identifier: ISC

function cut($uri)
{
	return explode('?', $uri, 2)[0];
}

// False where parse_url() finds no path; programs take that for "".
function parsed($uri)
{
	return (string)parse_url($uri, PHP_URL_PATH);
}

$in = fopen('php://stdin', 'r');
while (($uri = fgets($in)) !== false) {
	$uri = rtrim($uri, "\n");
	$once = rawurldecode(cut($uri));
	echo json_encode([
		'raw' => [cut($uri), strtok($uri, '?'), parsed($uri)],
		'decoded' => [
			$once,
			urldecode(cut($uri)),
			rawurldecode($once),            // a server, then a program
			urldecode($once),
			cut(rawurldecode($uri)),        // decoded too early
			cut(urldecode($uri)),
			rawurldecode(parsed($uri)),
			urldecode(parsed($uri)),
			parsed(rawurldecode($uri)),
			parsed(urldecode($uri)),
			parsed('http://x' . rawurldecode($uri)),
		],
	], JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}

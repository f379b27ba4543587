<?php
// behind.php - a page that lives behind the gate.
// SPDX-License-Identifier: ISC

// Percent-encoded by the gate; empty or missing: nobody has logged in.
$user = rawurldecode($_SERVER['SESS_USER'] ?? '');
$theme = rawurldecode($_SERVER['SESS_THEME'] ?? '');

header('Content-Type: text/html; charset=utf-8');
?>
<!doctype html>
<title>Behind the gate</title>
<p>PHP: <b><?= htmlspecialchars($user !== '' ? $user : 'nobody') ?></b>
<p>Theme: <i><?= htmlspecialchars($theme !== '' ? $theme : 'none') ?></i>

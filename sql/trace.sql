-- What a trace reads to show rows, where somebody looks.  It has no purpose of
-- its own in what happens, and is not traced itself.
-- SPDX-License-Identifier: ISC

-- trace_whose:
SELECT s.pk, s.user, s.family FROM token t JOIN session s ON s.pk = t.session
WHERE t.key = ?1;

-- trace_begun:
SELECT pk FROM session WHERE user = ?1 AND family = ?2
ORDER BY pk DESC LIMIT 1;

-- trace_session:
SELECT * FROM session WHERE pk = ?1;

-- trace_token:
SELECT * FROM token WHERE key = ?1;

-- trace_tokens:
SELECT * FROM token WHERE session = ?1 ORDER BY serial DESC LIMIT 20;

-- trace_fields:
SELECT name, value, session FROM field WHERE session = ?1
ORDER BY name LIMIT 256;

-- trace_once:
SELECT form, made, session FROM once WHERE session = ?1
ORDER BY made DESC, form LIMIT 20;

-- trace_marks:
SELECT name, got, total, at, session FROM progress WHERE session = ?1
ORDER BY name LIMIT 20;

-- trace_others:
-- The user's sessions but this one.
SELECT pk FROM session WHERE user = ?1 AND pk <> ?2 ORDER BY pk LIMIT 20;

-- trace_family:
SELECT * FROM family WHERE key = ?1;

-- trace_families:
-- The user's remember-me tokens but this one.
SELECT * FROM family WHERE user = ?1 AND key IS NOT ?2 ORDER BY key LIMIT 20;

-- trace_account:
SELECT * FROM account WHERE name = ?1;

-- trace_events:
SELECT * FROM event WHERE user IS ?1 ORDER BY id DESC LIMIT 3;

-- trace_bucket:
SELECT * FROM bucket WHERE key = ?1;

-- trace_over:
-- The counters that bucket_sweep deletes.
SELECT * FROM bucket WHERE key IN (
	SELECT key FROM bucket WHERE key > ?1 ORDER BY key LIMIT 8)
AND gone <= ?2;

-- trace_tally:
SELECT * FROM tally;

-- What a trace reads to show rows, where somebody looks.  It has no purpose of
-- its own in what happens, and is not traced itself.
-- SPDX-License-Identifier: ISC

-- trace_whose:
SELECT s.pk, s.user, s.family FROM token t JOIN session s ON s.pk = t.session
WHERE t.key = ?1;

-- trace_begun:
SELECT pk FROM session WHERE user = ?2 AND family = ?1
ORDER BY pk DESC LIMIT 1;

-- trace_session:
SELECT * FROM session WHERE pk = ?1;

-- trace_sessions:
SELECT * FROM session WHERE user = ?1 ORDER BY pk LIMIT 20;

-- trace_token:
SELECT * FROM token WHERE key = ?1;

-- trace_tokens:
SELECT * FROM token WHERE session = ?1 ORDER BY serial DESC LIMIT 20;

-- trace_fields:
SELECT name, value FROM field WHERE session = ?1 ORDER BY name LIMIT 256;

-- trace_family:
SELECT * FROM family WHERE key = ?1;

-- trace_account:
SELECT * FROM account WHERE name = ?1;

-- trace_events:
SELECT * FROM event WHERE user = ?1 ORDER BY id DESC LIMIT 3;

-- trace_bucket:
SELECT * FROM bucket WHERE key = ?1;

-- Every statement that the SQLite store runs.  "-- name: purpose" begins one.  A
-- trace shows the purpose to people who have never seen this file; more lines
-- of comment are for its readers.
-- SPDX-License-Identifier: ISC

-- find: look up the hash of the id: its session, with one row for each field
SELECT t.serial, t.until, t.void,
       s.user, s.created, s.seen, s.auth, s.idle, s.ends, s.secret,
       s.newest, s.turned, s.confirmed, s.handle, s.agent, s.address,
       s.family IS NOT NULL, s.news, s.alerts_seen, f.name, f.value
FROM token t
JOIN session s ON s.pk = t.session
LEFT JOIN field f ON f.session = s.pk
WHERE t.key = ?1;

-- begin: begin a change: from here on no other program writes
-- Only with the gate held.
BEGIN IMMEDIATE;

-- commit: keep all of the change
COMMIT;

-- rollback: undo all of the change
ROLLBACK;

-- hold: is the session of this id still alive?  The change applies to no other
SELECT s.pk, t.serial, s.newest, s.turned, s.handle, s.user IS NULL
FROM token t
JOIN session s ON s.pk = t.session
WHERE t.key = ?1 AND t.void = 0 AND (t.until IS NULL OR ?2 < t.until)
  AND ?2 < s.seen + s.idle AND ?2 < s.ends;

-- anonymous: count one more session without a user, if there is room
UPDATE tally SET anonymous = anonymous + 1 WHERE anonymous < ?1;

-- anonymous_gone: count one fewer session without a user
-- The sweep has counted it, if it has been there.
UPDATE tally SET anonymous = max(0, anonymous - 1),
	counted = counted - (?1 <= swept);

-- create: write a new session
INSERT INTO session (user, auth, created, seen, turned, idle, ends, secret,
                     handle)
VALUES (?1, ?2, ?3, ?3, ?3, ?4, ?5, ?6, ?7);

-- token: write the hash of a new id
INSERT INTO token (key, session, serial, made) VALUES (?1, ?2, ?3, ?4);

-- replaced: the old id works for a few minutes more
UPDATE token SET until = min(coalesce(until, ?2), ?2) WHERE key = ?1;

-- void: all ids from before the login end now
-- Whatever the clock does.
UPDATE token SET until = min(coalesce(until, ?2), ?2),
       void = iif(until IS NULL OR until > ?2, 1, 2)
WHERE session = ?1 AND void = 0;

-- turn: note which id of the session is the newest
UPDATE session SET newest = ?2, turned = ?3 WHERE pk = ?1;

-- renew: note which id is the newest; forms get a new secret
UPDATE session SET newest = ?2, turned = ?3, confirmed = ?2, secret = ?4
WHERE pk = ?1;

-- login: note who logged in, and start both time limits again
UPDATE session SET user = ?2, auth = ?3, seen = ?3, idle = ?4, ends = ?5
WHERE pk = ?1;

-- end: delete the session
DELETE FROM session WHERE pk = ?1;

-- end_ids: delete the session's ids
DELETE FROM token WHERE session = ?1;

-- end_fields: delete the session's fields
DELETE FROM field WHERE session = ?1;

-- end_once: delete the session's notes on forms
DELETE FROM once WHERE session = ?1;

-- end_marks: delete the session's progress of uploads
DELETE FROM progress WHERE session = ?1;

-- end_family: delete the remember-me token of the session
DELETE FROM family WHERE key = (SELECT family FROM session WHERE pk = ?1);

-- life: set other time limits (0 keeps one)
UPDATE session SET idle = iif(?2 > 0, ?2, idle), ends = iif(?3 > 0, ?3, ends)
WHERE pk = ?1;

-- moved: note the browser and the address that use the session now
UPDATE session SET agent = ?2, address = ?3 WHERE pk = ?1;

-- stale: the last login proves no longer who it is
UPDATE session SET auth = 0 WHERE pk = ?1;

-- alerts_seen: note which alerts the user has seen
UPDATE session SET alerts_seen = max(coalesce(alerts_seen, 0), ?2)
WHERE pk = ?1;

-- touch: note when the session was last used
UPDATE session SET seen = max(seen, ?2) WHERE pk = ?1;

-- confirm: note that the browser has its newest id
UPDATE session SET confirmed = max(confirmed, ?2) WHERE pk = ?1;

-- retire: ids before it end in a few seconds
UPDATE token SET until = min(coalesce(until, ?3), ?3)
WHERE session = ?1 AND serial < ?2;

-- clear: delete all fields
DELETE FROM field WHERE session = ?1;

-- set: write a field
INSERT INTO field VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET value = excluded.value;

-- del: delete a field
DELETE FROM field WHERE session = ?1 AND name = ?2;

-- add: add to a number
-- No further than an integer goes.
INSERT INTO field VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET value = value + excluded.value
WHERE typeof(value) = 'integer'
  AND typeof(value + excluded.value) = 'integer';

-- append: lengthen a text
INSERT INTO field VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET value = value || excluded.value
WHERE typeof(value) = 'text';

-- take: read a field and delete it, in one step
DELETE FROM field WHERE session = ?1 AND name = ?2 RETURNING value;

-- swap: replace a text, if it is still what the page has seen
UPDATE field SET value = ?4 WHERE session = ?1 AND name = ?2 AND value = ?3;

-- swap_new: write a text, if the field is not there
INSERT INTO field VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- weigh: how many fields has the session, how many bytes, and in one value?
SELECT count(*), coalesce(sum(length(name) + size), 0),
       coalesce(max(size), 0)
FROM (SELECT name, iif(typeof(value) = 'integer', 8,
                       length(CAST(value AS BLOB))) AS size
      FROM field WHERE session = ?1);

-- once: note this form, unless it is noted already
INSERT INTO once VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- once_trim: keep the hundred newest of these notes
DELETE FROM once WHERE session = ?1 AND form IN (
	SELECT form FROM once WHERE session = ?1
	ORDER BY made DESC LIMIT -1 OFFSET 100);

-- sweep_next: look at the next few sessions: how many are over?
-- Of those without a user: how many stay, and how many are over.
SELECT coalesce((SELECT swept FROM tally), 0), max(pk), count(*),
       count(*) FILTER (WHERE nobody AND NOT over),
       count(*) FILTER (WHERE nobody AND over)
FROM (SELECT pk, user IS NULL AS nobody,
             ?2 >= seen + idle OR ?2 >= ends AS over
      FROM session WHERE pk > (SELECT swept FROM tally)
      ORDER BY pk LIMIT ?1);

-- sweep_note: tell the users whose sessions are over
INSERT INTO event (at, kind, user, session, address, agent, told)
SELECT ?3, 'expire', user, handle, address, agent, 1 FROM session
WHERE pk > ?1 AND pk <= ?2 AND user IS NOT NULL
AND (?3 >= seen + idle OR ?3 >= ends);

-- sweep_drop: delete the sessions that are over
DELETE FROM session WHERE pk > ?1 AND pk <= ?2
AND (?3 >= seen + idle OR ?3 >= ends) RETURNING pk;

-- sweep_done: note how far this clean-up has come
-- After the last stretch (0) all are counted: the number is right, whatever
-- other programs have done.
UPDATE tally SET swept = ?1,
	anonymous = iif(?1 = 0, counted + ?2, max(0, anonymous - ?3)),
	counted = iif(?1 = 0, 0, counted + ?2);

-- left_ids: delete ids of sessions that are gone
-- Other programs left them.  One table at a time.
DELETE FROM token WHERE key IN (
	SELECT key FROM token WHERE session > ?1 AND session <= ?2
	AND session NOT IN (SELECT pk FROM session) LIMIT ?3);

-- left_fields: delete fields of sessions that are gone
DELETE FROM field WHERE (session, name) IN (
	SELECT session, name FROM field WHERE session > ?1 AND session <= ?2
	AND session NOT IN (SELECT pk FROM session) LIMIT ?3);

-- left_once: delete notes on forms of sessions that are gone
DELETE FROM once WHERE (session, form) IN (
	SELECT session, form FROM once WHERE session > ?1 AND session <= ?2
	AND session NOT IN (SELECT pk FROM session) LIMIT ?3);

-- left_marks: delete progress of uploads of sessions that are gone
DELETE FROM progress WHERE (session, name) IN (
	SELECT session, name FROM progress WHERE session > ?1 AND session <= ?2
	AND session NOT IN (SELECT pk FROM session) LIMIT ?3);

-- mark: note how far the upload is
INSERT INTO progress VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO UPDATE SET got = excluded.got, total = excluded.total,
	at = excluded.at;

-- mark_trim: keep the newest few uploads
DELETE FROM progress WHERE session = ?1 AND name IN (
	SELECT name FROM progress WHERE session = ?1 AND name <> ?2
	ORDER BY at DESC LIMIT -1 OFFSET ?3);

-- mark_find: read how far the upload is
SELECT p.got, p.total
FROM token t
JOIN session s ON s.pk = t.session
JOIN progress p ON p.session = s.pk AND p.name = ?3
WHERE t.key = ?1 AND t.void = 0 AND (t.until IS NULL OR ?2 < t.until)
  AND ?2 < s.seen + s.idle AND ?2 < s.ends;

-- whose: find the session of this id, even if it is over
SELECT s.pk, ?2 >= s.seen + s.idle OR ?2 >= s.ends, s.user IS NULL
FROM token t
JOIN session s ON s.pk = t.session
WHERE t.key = ?1;

-- account_find: find the account of this name
SELECT name, hash, version, disabled, created, changed
FROM account WHERE name = ?1;

-- account_new: write a new account, if the name is free
INSERT INTO account (name, hash, created, changed) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT DO NOTHING;

-- account_rehash: replace the password's hash by a stronger one
UPDATE account SET hash = ?3 WHERE name = ?1 AND hash = ?2;

-- account_password: replace the password's hash by that of a new password
UPDATE account SET hash = ?3, changed = ?4, version = version + 1
WHERE name = ?1 AND hash = ?2 AND disabled = 0;

-- account_disable: disable the account, or enable it
UPDATE account SET disabled = ?2, version = version + (disabled <> ?2)
WHERE name = ?1 RETURNING name;

-- account_good: is the account still as it was when the password was checked?
SELECT 1 FROM account WHERE name = ?1 AND version = ?2 AND disabled = 0;

-- devices: list the user's sessions
SELECT handle, family IS NOT NULL, max(auth, created), seen, agent, address
FROM session
WHERE user = ?1 AND ?2 < seen + idle AND ?2 < ends
ORDER BY seen DESC, pk DESC;

-- crowd: count the user's other sessions
SELECT count(*) FROM session
WHERE user = ?1 AND pk <> ?2 AND ?3 < seen + idle AND ?3 < ends;

-- oldest: find the user's session that was unused for longest
SELECT handle FROM session
WHERE user = ?1 AND pk <> ?2 AND ?3 < seen + idle AND ?3 < ends
ORDER BY seen, pk LIMIT 1;

-- revoke_note: note which of the user's sessions are ended
INSERT INTO event (at, kind, user, session, address, agent, why, told)
SELECT ?4, 'revoke', user, handle, address, agent, ?5, 1 FROM session
WHERE user = ?1 AND iif(?2 > 0, handle = ?2, handle <> ?3)
AND ?4 < seen + idle AND ?4 < ends;

-- revoke_family: delete the remember-me token of a session
DELETE FROM family WHERE key IN (
	SELECT family FROM session WHERE user = ?1 AND handle = ?2);

-- revoke_families: delete the user's remember-me tokens, but one
DELETE FROM family WHERE user = ?1 AND key NOT IN (
	SELECT family FROM session
	WHERE user = ?1 AND handle = ?2 AND family IS NOT NULL);

-- revoke: delete these sessions of the user
DELETE FROM session
WHERE user = ?1 AND iif(?2 > 0, handle = ?2, handle <> ?3) RETURNING pk;

-- family_new: write the hashes of a remember-me token
INSERT INTO family (key, user, token, turned, until)
VALUES (?1, ?2, ?3, ?4, ?5);

-- family_of: note that the session has a remember-me token
UPDATE session SET family = ?2 WHERE pk = ?1;

-- family_has: note that the session of this id has a remember-me token
UPDATE session SET family = ?2
WHERE pk = (SELECT session FROM token WHERE key = ?1);

-- family_find: look up the hash of the remember-me token's family
SELECT user, token, before, turned, until, browser FROM family WHERE key = ?1;

-- family_turn: write the hash of the next remember-me token
UPDATE family SET before = token, token = ?2, turned = ?3, browser = ?4
WHERE key = ?1;

-- family_end: delete the remember-me token
DELETE FROM family WHERE key = ?1;

-- family_session: find the session that this remember-me token began
SELECT pk, newest, handle FROM session
WHERE user = ?2 AND family = ?1 AND ?3 < seen + idle AND ?3 < ends
ORDER BY pk DESC LIMIT 1;

-- family_clear: delete the sessions that this remember-me token began before
DELETE FROM session WHERE user = ?2 AND family = ?1 RETURNING pk;

-- family_sweep: delete a few remember-me tokens that are over
-- Behind the last key comes the first.
DELETE FROM family WHERE until <= ?2 AND key IN (
	SELECT key FROM (
		SELECT key FROM family WHERE key > ?1 ORDER BY key LIMIT 4)
	UNION ALL
	SELECT key FROM (SELECT key FROM family ORDER BY key LIMIT 4)
	LIMIT 4);

-- bucket: read how often this was tried
SELECT n, until, gone FROM bucket WHERE key = ?1;

-- bucket_put: write how often this was tried
INSERT INTO bucket VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET n = excluded.n, until = excluded.until,
	gone = excluded.gone;

-- bucket_drop: forget how often this was tried
DELETE FROM bucket WHERE key = ?1;

-- bucket_sweep: forget a few counts that are over
-- Keys are hashes, so any stretch is as good.
DELETE FROM bucket WHERE key IN (
	SELECT key FROM bucket WHERE key > ?1 ORDER BY key LIMIT 8)
AND gone <= ?2;

-- note: write what happened, for the user to see (an alert once in ten minutes)
-- Of an alert told is 0.
INSERT INTO event (at, kind, user, session, address, agent, why, told)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ?8 <> 0 OR NOT EXISTS (
	SELECT 1 FROM event
	WHERE user = ?3 AND kind = ?2 AND session = ?4 AND at > ?1 - 600);

-- event_rotate: forget that the session had a new id before this one
DELETE FROM event WHERE user = ?1 AND session = ?2 AND kind = 'rotate';

-- alert: point all sessions of the user to this alert
UPDATE session SET news = ?2 WHERE user = ?1;

-- event_trim: keep the newest events of this kind
-- Of a user, and of nobody.
DELETE FROM event WHERE user IS ?1 AND kind = ?2 AND id <= (
	SELECT id FROM event WHERE user IS ?1 AND kind = ?2
	ORDER BY id DESC LIMIT 1 OFFSET ?3);

-- event_sweep: delete a few events that are too old
DELETE FROM event WHERE id IN (SELECT id FROM event ORDER BY id LIMIT 8)
AND at <= ?1;

-- events: list what happened to the user's sessions
SELECT at, kind, session, address, agent, why, told FROM event
WHERE user = ?1 AND at > ?2 ORDER BY id DESC LIMIT ?3;

-- alerts: count the alerts that the user has not seen
SELECT count(*) FROM event
WHERE user = ?1 AND at > ?2 AND told <> 1 AND id > ?3;

-- news: point the new session to its user's newest alert
UPDATE session SET news = coalesce((
	SELECT max(id) FROM event WHERE user = ?2 AND told <> 1), 0)
WHERE pk = ?1 RETURNING news;

-- secret: read the secret of the store
SELECT secret FROM tally;

-- secret_put: write the secret of the store, if it has none
UPDATE tally SET secret = coalesce(secret, ?1);

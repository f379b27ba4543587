-- Every statement that the SQLite store runs.  "-- name: what" begins one.
-- SPDX-License-Identifier: ISC

-- find: an id's session with its fields, one row a field
SELECT t.serial, t.until, t.void,
       s.user, s.created, s.seen, s.auth, s.idle, s.ends, s.secret,
       s.newest, s.turned, s.confirmed, s.handle, s.agent, s.address,
       s.family IS NOT NULL, s.news, s.alerts_seen, f.name, f.value
FROM token t
JOIN session s ON s.pk = t.session
LEFT JOIN field f ON f.session = s.pk
WHERE t.key = ?1;

-- begin: only with the gate held
BEGIN IMMEDIATE;

-- commit: all of it
COMMIT;

-- rollback: none of it
ROLLBACK;

-- hold: the session that a change applies to, if it is still there
SELECT s.pk, t.serial, s.newest, s.turned, s.handle, s.user IS NULL
FROM token t
JOIN session s ON s.pk = t.session
WHERE t.key = ?1 AND t.void = 0 AND (t.until IS NULL OR ?2 < t.until)
  AND ?2 < s.seen + s.idle AND ?2 < s.ends;

-- anonymous: one more session without user, if there is room
UPDATE tally SET anonymous = anonymous + 1 WHERE anonymous < ?1;

-- anonymous_gone: one less; the sweep has counted it, if it has been there
UPDATE tally SET anonymous = max(0, anonymous - 1),
	counted = counted - (?1 <= swept);

-- create: a session
INSERT INTO session (user, auth, created, seen, turned, idle, ends, secret,
                     handle)
VALUES (?1, ?2, ?3, ?3, ?3, ?4, ?5, ?6, ?7);

-- token: one more id
INSERT INTO token (key, session, serial, made) VALUES (?1, ?2, ?3, ?4);

-- replaced: the id that asked for a new one works on for a while
UPDATE token SET until = min(coalesce(until, ?2), ?2) WHERE key = ?1;

-- void: the ids before a login die now, whatever the clock does
UPDATE token SET until = min(coalesce(until, ?2), ?2),
       void = iif(until IS NULL OR until > ?2, 1, 2)
WHERE session = ?1 AND void = 0;

-- turn: the session has a new newest id
UPDATE session SET newest = ?2, turned = ?3 WHERE pk = ?1;

-- renew: so it has, and the older ones are of the past already
UPDATE session SET newest = ?2, turned = ?3, confirmed = ?2, secret = ?4
WHERE pk = ?1;

-- login: who it is, and both limits anew
UPDATE session SET user = ?2, auth = ?3, seen = ?3, idle = ?4, ends = ?5
WHERE pk = ?1;

-- end: the session ...
DELETE FROM session WHERE pk = ?1;

-- end_ids: ... and all that hangs on it
DELETE FROM token WHERE session = ?1;

-- end_fields: the same
DELETE FROM field WHERE session = ?1;

-- end_once: the same
DELETE FROM once WHERE session = ?1;

-- end_marks: the same
DELETE FROM progress WHERE session = ?1;

-- end_family: what would begin it anew
DELETE FROM family WHERE key = (SELECT family FROM session WHERE pk = ?1);

-- life: other limits; 0 keeps one
UPDATE session SET idle = iif(?2 > 0, ?2, idle), ends = iif(?3 > 0, ?3, ends)
WHERE pk = ?1;

-- moved: where it is used now
UPDATE session SET agent = ?2, address = ?3 WHERE pk = ?1;

-- stale: the last login proves no more
UPDATE session SET auth = 0 WHERE pk = ?1;

-- alerts_seen: the user has seen those up to this one, here
UPDATE session SET alerts_seen = max(coalesce(alerts_seen, 0), ?2)
WHERE pk = ?1;

-- touch: last seen
UPDATE session SET seen = max(seen, ?2) WHERE pk = ?1;

-- confirm: this id has arrived ...
UPDATE session SET confirmed = max(confirmed, ?2) WHERE pk = ?1;

-- retire: ... so those before it are done with
UPDATE token SET until = min(coalesce(until, ?3), ?3)
WHERE session = ?1 AND serial < ?2;

-- clear: all fields
DELETE FROM field WHERE session = ?1;

-- set: a field
INSERT INTO field VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET value = excluded.value;

-- del: a field
DELETE FROM field WHERE session = ?1 AND name = ?2;

-- add: to an integer, and no further than one goes
INSERT INTO field VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET value = value + excluded.value
WHERE typeof(value) = 'integer'
  AND typeof(value + excluded.value) = 'integer';

-- append: to a text
INSERT INTO field VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET value = value || excluded.value
WHERE typeof(value) = 'text';

-- take: a field, for good
DELETE FROM field WHERE session = ?1 AND name = ?2 RETURNING value;

-- swap: a text for another
UPDATE field SET value = ?4 WHERE session = ?1 AND name = ?2 AND value = ?3;

-- swap_new: nothing for a text
INSERT INTO field VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- weigh: how many fields, how many bytes, and how many in one value
SELECT count(*), coalesce(sum(length(name) + size), 0),
       coalesce(max(size), 0)
FROM (SELECT name, iif(typeof(value) = 'integer', 8,
                       length(CAST(value AS BLOB))) AS size
      FROM field WHERE session = ?1);

-- once: has this form had its effect?
INSERT INTO once VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- once_trim: the hundred newest are enough
DELETE FROM once WHERE session = ?1 AND form IN (
	SELECT form FROM once WHERE session = ?1
	ORDER BY made DESC LIMIT -1 OFFSET 100);

-- sweep_next: the stretch of sessions to look at; how many there are, and how
-- many without user that stay, and that are over
SELECT coalesce((SELECT swept FROM tally), 0), max(pk), count(*),
       count(*) FILTER (WHERE nobody AND NOT over),
       count(*) FILTER (WHERE nobody AND over)
FROM (SELECT pk, user IS NULL AS nobody,
             ?2 >= seen + idle OR ?2 >= ends AS over
      FROM session WHERE pk > (SELECT swept FROM tally)
      ORDER BY pk LIMIT ?1);

-- sweep_note: tell the users of it whose sessions are over ...
INSERT INTO event (at, kind, user, session, address, agent, told)
SELECT ?3, 'expire', user, handle, address, agent, 1 FROM session
WHERE pk > ?1 AND pk <= ?2 AND user IS NOT NULL
AND (?3 >= seen + idle OR ?3 >= ends);

-- sweep_drop: ... and drop all that are
DELETE FROM session WHERE pk > ?1 AND pk <= ?2
AND (?3 >= seen + idle OR ?3 >= ends) RETURNING pk;

-- sweep_done: go on from here the next time.  After the last stretch (0) all
-- are counted: the number is right, whatever other programs have done
UPDATE tally SET swept = ?1,
	anonymous = iif(?1 = 0, counted + ?2, max(0, anonymous - ?3)),
	counted = iif(?1 = 0, 0, counted + ?2);

-- left_ids: some of what other programs left of sessions that are gone, ...
DELETE FROM token WHERE key IN (
	SELECT key FROM token WHERE session > ?1 AND session <= ?2
	AND session NOT IN (SELECT pk FROM session) LIMIT ?3);

-- left_fields: ... in each table that hangs on them
DELETE FROM field WHERE (session, name) IN (
	SELECT session, name FROM field WHERE session > ?1 AND session <= ?2
	AND session NOT IN (SELECT pk FROM session) LIMIT ?3);

-- left_once: the same
DELETE FROM once WHERE (session, form) IN (
	SELECT session, form FROM once WHERE session > ?1 AND session <= ?2
	AND session NOT IN (SELECT pk FROM session) LIMIT ?3);

-- left_marks: the same
DELETE FROM progress WHERE (session, name) IN (
	SELECT session, name FROM progress WHERE session > ?1 AND session <= ?2
	AND session NOT IN (SELECT pk FROM session) LIMIT ?3);

-- mark: how far an upload is
INSERT INTO progress VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO UPDATE SET got = excluded.got, total = excluded.total,
	at = excluded.at;

-- mark_trim: beside this one, so many of the newest are enough
DELETE FROM progress WHERE session = ?1 AND name IN (
	SELECT name FROM progress WHERE session = ?1 AND name <> ?2
	ORDER BY at DESC LIMIT -1 OFFSET ?3);

-- mark_find: how far was it?
SELECT p.got, p.total
FROM token t
JOIN session s ON s.pk = t.session
JOIN progress p ON p.session = s.pk AND p.name = ?3
WHERE t.key = ?1 AND t.void = 0 AND (t.until IS NULL OR ?2 < t.until)
  AND ?2 < s.seen + s.idle AND ?2 < s.ends;

-- whose: the session of an id, in whatever state it is
SELECT s.pk, ?2 >= s.seen + s.idle OR ?2 >= s.ends, s.user IS NULL
FROM token t
JOIN session s ON s.pk = t.session
WHERE t.key = ?1;

-- account_find: by its name
SELECT name, hash, version, disabled, created, changed
FROM account WHERE name = ?1;

-- account_new: if the name is free
INSERT INTO account (name, hash, created, changed) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT DO NOTHING;

-- account_rehash: the same password, if it is that still
UPDATE account SET hash = ?3 WHERE name = ?1 AND hash = ?2;

-- account_password: another one
UPDATE account SET hash = ?3, changed = ?4, version = version + 1
WHERE name = ?1 AND hash = ?2 AND disabled = 0;

-- account_disable: or not
UPDATE account SET disabled = ?2, version = version + (disabled <> ?2)
WHERE name = ?1 RETURNING name;

-- account_good: may a login that was proved for this version take place?
SELECT 1 FROM account WHERE name = ?1 AND version = ?2 AND disabled = 0;

-- devices: a user's sessions
SELECT handle, family IS NOT NULL, max(auth, created), seen, agent, address
FROM session
WHERE user = ?1 AND ?2 < seen + idle AND ?2 < ends
ORDER BY seen DESC, pk DESC;

-- crowd: how many others he has
SELECT count(*) FROM session
WHERE user = ?1 AND pk <> ?2 AND ?3 < seen + idle AND ?3 < ends;

-- oldest: the one that was unused for the longest time
SELECT handle FROM session
WHERE user = ?1 AND pk <> ?2 AND ?3 < seen + idle AND ?3 < ends
ORDER BY seen, pk LIMIT 1;

-- revoke_note: of a user, one session, or all but one
INSERT INTO event (at, kind, user, session, address, agent, why, told)
SELECT ?4, 'revoke', user, handle, address, agent, ?5, 1 FROM session
WHERE user = ?1 AND iif(?2 > 0, handle = ?2, handle <> ?3)
AND ?4 < seen + idle AND ?4 < ends;

-- revoke_family: what would begin them anew, ...
DELETE FROM family WHERE key IN (
	SELECT family FROM session WHERE user = ?1 AND handle = ?2);

-- revoke_families: ... all of it, even where no session is left, but one
DELETE FROM family WHERE user = ?1 AND key NOT IN (
	SELECT family FROM session
	WHERE user = ?1 AND handle = ?2 AND family IS NOT NULL);

-- revoke: the sessions
DELETE FROM session
WHERE user = ?1 AND iif(?2 > 0, handle = ?2, handle <> ?3) RETURNING pk;

-- family_new: a browser is remembered
INSERT INTO family (key, user, token, turned, until)
VALUES (?1, ?2, ?3, ?4, ?5);

-- family_of: the session is its
UPDATE session SET family = ?2 WHERE pk = ?1;

-- family_has: so is that of this id
UPDATE session SET family = ?2
WHERE pk = (SELECT session FROM token WHERE key = ?1);

-- family_find: by the name that it goes by
SELECT user, token, before, turned, until, browser FROM family WHERE key = ?1;

-- family_turn: the next token
UPDATE family SET before = token, token = ?2, turned = ?3, browser = ?4
WHERE key = ?1;

-- family_end: none any more
DELETE FROM family WHERE key = ?1;

-- family_session: what it has begun, and is still there
SELECT pk, newest, handle FROM session
WHERE user = ?2 AND family = ?1 AND ?3 < seen + idle AND ?3 < ends
ORDER BY pk DESC LIMIT 1;

-- family_clear: what it began before, which its browser has lost
DELETE FROM session WHERE user = ?2 AND family = ?1 RETURNING pk;

-- family_sweep: some that are over; behind the last key comes the first
DELETE FROM family WHERE until <= ?2 AND key IN (
	SELECT key FROM (
		SELECT key FROM family WHERE key > ?1 ORDER BY key LIMIT 4)
	UNION ALL
	SELECT key FROM (SELECT key FROM family ORDER BY key LIMIT 4)
	LIMIT 4);

-- bucket: how often something was tried
SELECT n, until, gone FROM bucket WHERE key = ?1;

-- bucket_put: once more
INSERT INTO bucket VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET n = excluded.n, until = excluded.until,
	gone = excluded.gone;

-- bucket_drop: never
DELETE FROM bucket WHERE key = ?1;

-- bucket_sweep: forget some; keys are hashes, so any stretch is as good
DELETE FROM bucket WHERE key IN (
	SELECT key FROM bucket WHERE key > ?1 ORDER BY key LIMIT 8)
AND gone <= ?2;

-- note: what happened; an alarm (0) not all the time
INSERT INTO event (at, kind, user, session, address, agent, why, told)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ?8 <> 0 OR NOT EXISTS (
	SELECT 1 FROM event
	WHERE user = ?3 AND kind = ?2 AND session = ?4 AND at > ?1 - 600);

-- event_rotate: of the new ids of one session the last one is enough
DELETE FROM event WHERE user = ?1 AND session = ?2 AND kind = 'rotate';

-- alert: the sessions that the user has are told of it
UPDATE session SET news = ?2 WHERE user = ?1;

-- event_trim: of each kind the newest of a user, and of nobody, are enough
DELETE FROM event WHERE user IS ?1 AND kind = ?2 AND id <= (
	SELECT id FROM event WHERE user IS ?1 AND kind = ?2
	ORDER BY id DESC LIMIT 1 OFFSET ?3);

-- event_sweep: some of the oldest are too old
DELETE FROM event WHERE id IN (SELECT id FROM event ORDER BY id LIMIT 8)
AND at <= ?1;

-- events: a user's
SELECT at, kind, session, address, agent, why, told FROM event
WHERE user = ?1 AND at > ?2 ORDER BY id DESC LIMIT ?3;

-- alerts: how many of them the user should look at
SELECT count(*) FROM event
WHERE user = ?1 AND at > ?2 AND told <> 1 AND id > ?3;

-- news: a session that begins is told of the alerts that are there
UPDATE session SET news = coalesce((
	SELECT max(id) FROM event WHERE user = ?2 AND told <> 1), 0)
WHERE pk = ?1 RETURNING news;

-- secret: the key of what the store hashes with one ...
SELECT secret FROM tally;

-- secret_put: ... if it has none
UPDATE tally SET secret = coalesce(secret, ?1);

-- Every statement that the SQLite store runs.  "-- name: what" begins one.

-- find: an id's session with its fields, one row a field
SELECT t.serial, t.until, t.void,
       s.user, s.created, s.seen, s.auth, s.idle, s.ends, s.secret,
       s.newest, s.turned, s.confirmed, f.name, f.value
FROM token t
JOIN session s ON s.pk = t.session
LEFT JOIN field f ON f.session = s.pk
WHERE t.key = ?1 AND ?2 < s.seen + s.idle AND ?2 < s.ends;

-- begin: only with the gate held
BEGIN IMMEDIATE;

-- commit: all of it
COMMIT;

-- rollback: none of it
ROLLBACK;

-- hold: the session that a change applies to, if it is still there
SELECT s.pk, t.serial, s.newest, s.turned
FROM token t
JOIN session s ON s.pk = t.session
WHERE t.key = ?1 AND t.void = 0 AND (t.until IS NULL OR ?2 < t.until)
  AND ?2 < s.seen + s.idle AND ?2 < s.ends;

-- anonymous: how many sessions have no user
SELECT anonymous FROM tally;

-- create: a session
INSERT INTO session (user, auth, created, seen, turned, idle, ends, secret)
VALUES (?1, ?2, ?3, ?3, ?3, ?4, ?5, ?6);

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

-- end: the session, and by cascade all that hangs on it
DELETE FROM session WHERE pk = ?1;

-- life: other limits; 0 keeps one
UPDATE session SET idle = iif(?2 > 0, ?2, idle), ends = iif(?3 > 0, ?3, ends)
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

-- sweep_next: the stretch of sessions to look at
SELECT coalesce((SELECT swept FROM tally), 0), max(pk), count(*) FROM (
	SELECT pk FROM session WHERE pk > (SELECT swept FROM tally)
	ORDER BY pk LIMIT ?1);

-- sweep_drop: those of it that are over
DELETE FROM session WHERE pk > ?1 AND pk <= ?2
AND (?3 >= seen + idle OR ?3 >= ends);

-- sweep_done: go on from here the next time
UPDATE tally SET swept = ?1;

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

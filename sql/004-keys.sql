-- Upgrade 4: no key is used twice, by any writer, and alerts that stay.
--
-- A plain CGI program parses all of this at each visit, so there are as few
-- triggers as will do.  The three that counted sessions go: commits count, and
-- the sweep puts right what other programs have changed.  So do the foreign
-- keys: they held only for programs that asked for them, and made a visit that
-- begins a session an eighth dearer.
-- SPDX-License-Identifier: ISC

CREATE TABLE session_4 (
	pk        INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice
	user      TEXT CHECK (user <> ''),      -- NULL: not logged in
	created   INTEGER NOT NULL,
	seen      INTEGER NOT NULL,             -- last use, to the minute
	auth      INTEGER NOT NULL DEFAULT 0,   -- last login
	idle      INTEGER NOT NULL,             -- over at seen + idle ...
	ends      INTEGER NOT NULL,             -- ... and at this time
	secret    BLOB NOT NULL,                -- of the tokens in forms
	newest    INTEGER NOT NULL DEFAULT 1,   -- serial of the newest id
	turned    INTEGER NOT NULL,             -- when that was made
	confirmed INTEGER NOT NULL DEFAULT 1,   -- newest serial seen in use
	handle    INTEGER NOT NULL DEFAULT 0,   -- public number; opens nothing
	agent     TEXT,                         -- where it was used last, ...
	address   TEXT,                         -- ... of a user's
	family    BLOB,                         -- a remembered login's
	news      INTEGER NOT NULL DEFAULT 0,   -- newest alert of its user;
	                                        -- it is to be shown above ...
	alerts_seen INTEGER                     -- ... this, acknowledged here
) STRICT;

-- AUTOINCREMENT adds one to the greatest key: it must not be the greatest
-- number.  No program counts that far, but a person can write it.
INSERT INTO session_4
SELECT pk, user, created, seen, auth, idle, ends, secret, newest, turned,
       confirmed, handle, agent, address, family,
       coalesce((SELECT max(id) FROM event
                 WHERE user = session.user AND told <> 1), 0), NULL
FROM session WHERE pk < 1 << 62;

DROP TABLE session;
ALTER TABLE session_4 RENAME TO session;
CREATE INDEX session_user ON session (user) WHERE user IS NOT NULL;

-- Of sessions that are not there any more: the next key is above theirs, too.
DELETE FROM sqlite_sequence WHERE name = 'session';
INSERT INTO sqlite_sequence (name, seq) SELECT 'session', min(max(
	coalesce((SELECT max(pk) FROM session), 0),
	coalesce((SELECT max(session) FROM token), 0),
	coalesce((SELECT max(session) FROM field), 0),
	coalesce((SELECT max(session) FROM once), 0),
	coalesce((SELECT max(session) FROM progress), 0)), 1 << 62);

-- What hangs on a session: with their columns as they were, and without what is
-- left of sessions that are gone.
CREATE TABLE token_4 (
	key     BLOB PRIMARY KEY,
	session INTEGER NOT NULL,
	serial  INTEGER NOT NULL,               -- 1, 2, ... in its session
	made    INTEGER NOT NULL,
	until   INTEGER,                        -- NULL: not replaced
	void    INTEGER NOT NULL DEFAULT 0      -- 1: a login ended it;
	                                        -- 2: it was over before that
) STRICT, WITHOUT ROWID;

INSERT INTO token_4
SELECT * FROM token WHERE session IN (SELECT pk FROM session);
DROP TABLE token;
ALTER TABLE token_4 RENAME TO token;
CREATE INDEX token_session ON token (session);

CREATE TABLE field_4 (
	session INTEGER NOT NULL,
	name    TEXT NOT NULL,
	value   ANY NOT NULL,                   -- TEXT, INTEGER or BLOB
	PRIMARY KEY (session, name)
) STRICT, WITHOUT ROWID;

INSERT INTO field_4
SELECT * FROM field WHERE session IN (SELECT pk FROM session);
DROP TABLE field;
ALTER TABLE field_4 RENAME TO field;

CREATE TABLE once_4 (
	session INTEGER NOT NULL,
	form    BLOB NOT NULL,
	made    INTEGER NOT NULL,
	PRIMARY KEY (session, form)
) STRICT, WITHOUT ROWID;

INSERT INTO once_4
SELECT * FROM once WHERE session IN (SELECT pk FROM session);
DROP TABLE once;
ALTER TABLE once_4 RENAME TO once;

CREATE TABLE progress_4 (
	session INTEGER NOT NULL,
	name    TEXT NOT NULL,                  -- chosen by the page
	got     INTEGER NOT NULL,               -- bytes
	total   INTEGER NOT NULL,               -- -1: not known
	at      INTEGER NOT NULL,
	PRIMARY KEY (session, name)
) STRICT, WITHOUT ROWID;

INSERT INTO progress_4
SELECT * FROM progress WHERE session IN (SELECT pk FROM session);
DROP TABLE progress;
ALTER TABLE progress_4 RENAME TO progress;

-- REPLACE, and a program that deletes sessions alone, leave rows behind, and
-- any may put them there in advance: they are not a new session's.
CREATE TRIGGER session_new AFTER INSERT ON session
BEGIN
	DELETE FROM token WHERE session = new.pk;
	DELETE FROM field WHERE session = new.pk;
	DELETE FROM once WHERE session = new.pk;
	DELETE FROM progress WHERE session = new.pk;
END;

-- SQLite compares the names: each that the key goes by is one of its own.
CREATE TRIGGER session_key BEFORE UPDATE OF pk, rowid, oid, _rowid_ ON session
BEGIN
	SELECT RAISE(ABORT, 'a session keeps its key');
END;

-- The number of an alert says whether it was acknowledged: it is its own, too.
CREATE TABLE event_4 (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	at      INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	user    TEXT,                           -- NULL: of nobody known
	session INTEGER NOT NULL,               -- its handle, or 0
	address TEXT,
	agent   TEXT,
	why     TEXT,
	told    INTEGER NOT NULL                -- 1: no alert; else it is one
) STRICT;

INSERT INTO event_4
SELECT id, at, kind, user, session, address, agent, why, iif(told = 1, 1, 0)
FROM event WHERE id < 1 << 62;

DROP TABLE event;
ALTER TABLE event_4 RENAME TO event;
CREATE INDEX event_user ON event (user, kind);

-- Sessions without user in this round of the sweep, as far as it has come.
ALTER TABLE tally ADD COLUMN counted INTEGER;
UPDATE tally SET swept = 0, counted = 0,
	anonymous = (SELECT count(*) FROM session WHERE user IS NULL);

PRAGMA user_version = 4;

-- Upgrade 1: sessions, their ids, their fields.
--
-- Times are seconds since 1970-01-01 UTC.  No id is kept, only
-- key = SHA-256("libsess-sid-1" || 0x00 || id).  For other languages, see
-- live.sql.  A program that lives for a millisecond reads the schema each time
-- it runs, so there is nothing here but what every request needs.
-- SPDX-License-Identifier: ISC

CREATE TABLE session (
	pk        INTEGER PRIMARY KEY,          -- internal; from version 4 on
	                                        -- never used twice
	user      TEXT CHECK (user <> ''),      -- NULL: not logged in
	created   INTEGER NOT NULL,
	seen      INTEGER NOT NULL,             -- last use, to the minute
	auth      INTEGER NOT NULL DEFAULT 0,   -- last login
	idle      INTEGER NOT NULL,             -- over at seen + idle ...
	ends      INTEGER NOT NULL,             -- ... and at this time
	secret    BLOB NOT NULL,                -- of the tokens in forms
	newest    INTEGER NOT NULL DEFAULT 1,   -- serial of the newest id
	turned    INTEGER NOT NULL,             -- when that was made
	confirmed INTEGER NOT NULL DEFAULT 1    -- newest serial seen in use
) STRICT;

CREATE TABLE token (
	key     BLOB PRIMARY KEY,
	session INTEGER NOT NULL REFERENCES session (pk) ON DELETE CASCADE,
	serial  INTEGER NOT NULL,               -- 1, 2, ... in its session
	made    INTEGER NOT NULL,
	until   INTEGER,                        -- NULL: not replaced
	void    INTEGER NOT NULL DEFAULT 0      -- 1: a login ended it;
	                                        -- 2: it was over before that
) STRICT, WITHOUT ROWID;

CREATE INDEX token_session ON token (session);

CREATE TABLE field (
	session INTEGER NOT NULL REFERENCES session (pk) ON DELETE CASCADE,
	name    TEXT NOT NULL,
	value   ANY NOT NULL,                   -- TEXT, INTEGER or BLOB
	PRIMARY KEY (session, name)
) STRICT, WITHOUT ROWID;

-- Forms that were sent and have had their effect.
CREATE TABLE once (
	session INTEGER NOT NULL REFERENCES session (pk) ON DELETE CASCADE,
	form    BLOB NOT NULL,
	made    INTEGER NOT NULL,
	PRIMARY KEY (session, form)
) STRICT, WITHOUT ROWID;

-- One row: how many sessions have no user, and where the sweep stands.
CREATE TABLE tally (
	one       INTEGER PRIMARY KEY CHECK (one = 1),
	anonymous INTEGER NOT NULL,
	swept     INTEGER NOT NULL
) STRICT;

INSERT INTO tally VALUES (1, 0, 0);

CREATE TRIGGER tally_insert AFTER INSERT ON session WHEN new.user IS NULL
BEGIN
	UPDATE tally SET anonymous = anonymous + 1;
END;

CREATE TRIGGER tally_delete AFTER DELETE ON session WHEN old.user IS NULL
BEGIN
	UPDATE tally SET anonymous = anonymous - 1;
END;

CREATE TRIGGER tally_login AFTER UPDATE OF user ON session
WHEN old.user IS NULL AND new.user IS NOT NULL
BEGIN
	UPDATE tally SET anonymous = anonymous - 1;
END;

PRAGMA user_version = 1;

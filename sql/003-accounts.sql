-- Upgrade 3: accounts, a user's sessions, remember-me, tries, and what was.
-- SPDX-License-Identifier: ISC

-- Of a session that somebody has logged in to, what he knows it by: a number
-- that opens nothing, and where it was used last.
ALTER TABLE session ADD COLUMN handle INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN agent TEXT;
ALTER TABLE session ADD COLUMN address TEXT;
ALTER TABLE session ADD COLUMN family BLOB;     -- a remembered login's
ALTER TABLE session ADD COLUMN news INTEGER NOT NULL DEFAULT 0;

UPDATE session SET handle = abs(random() / 2) + 1;

CREATE INDEX session_user ON session (user) WHERE user IS NOT NULL;

-- The names are the user ids.  version is that of who may log in: a login that
-- began before it changed does not end in a session.
CREATE TABLE account (
	name     TEXT PRIMARY KEY COLLATE NOCASE,
	hash     TEXT NOT NULL,
	version  INTEGER NOT NULL DEFAULT 1,
	disabled INTEGER NOT NULL DEFAULT 0,
	created  INTEGER NOT NULL,
	changed  INTEGER NOT NULL               -- the password
) STRICT, WITHOUT ROWID;

-- Remember-me: one row for all the tokens of a browser, of which only the
-- newest counts.  key and tokens are SHA-256, as those of ids are.
CREATE TABLE family (
	key    BLOB PRIMARY KEY,
	user   TEXT NOT NULL,
	token  BLOB NOT NULL,
	before BLOB,                            -- the one before it ...
	turned INTEGER NOT NULL,                -- ... was used then
	until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX family_user ON family (user);

-- How often something was tried.  key is an HMAC: no name, no address.
CREATE TABLE bucket (
	key   BLOB PRIMARY KEY,
	n     INTEGER NOT NULL,
	until INTEGER NOT NULL,                 -- no more before then
	gone  INTEGER NOT NULL                  -- counts no more from then on
) STRICT, WITHOUT ROWID;

-- What happened, for the user whom it concerns and who runs the site.
CREATE TABLE event (
	id      INTEGER PRIMARY KEY,
	at      INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	user    TEXT,                           -- NULL: of nobody known
	session INTEGER NOT NULL,               -- its handle, or 0
	address TEXT,
	agent   TEXT,
	why     TEXT,
	told    INTEGER NOT NULL                -- 0: he is to hear of it
) STRICT;

CREATE INDEX event_user ON event (user);

-- The key of what the store hashes with one; made when first needed.
ALTER TABLE tally ADD COLUMN secret BLOB;

PRAGMA user_version = 3;

-- Upgrade 2: how far uploads are, so that another request can show it.
-- SPDX-License-Identifier: ISC

CREATE TABLE progress (
	session INTEGER NOT NULL REFERENCES session (pk) ON DELETE CASCADE,
	name    TEXT NOT NULL,                  -- chosen by the page
	got     INTEGER NOT NULL,               -- bytes
	total   INTEGER NOT NULL,               -- -1: not known
	at      INTEGER NOT NULL,
	PRIMARY KEY (session, name)
) STRICT, WITHOUT ROWID;

-- A database of somebody else has no such table, and stays as it is.
UPDATE tally SET one = 1;

PRAGMA user_version = 2;

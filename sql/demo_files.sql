-- demo_files.sql - schema 2 of the demo site's database: files of drafts.
--
-- The bytes are in a folder beside the database, each in a file that is named
-- by its number.  A number that was committed is never used again.
-- SPDX-License-Identifier: ISC

PRAGMA user_version = 2;

CREATE TABLE file (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	draft INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
	name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 255),
	type TEXT NOT NULL,
	size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 5000000),
	made_by TEXT
) STRICT;

CREATE INDEX file_draft ON file (draft);

-- Rows that are gone, whose bytes perhaps are not yet: a process that dies
-- between the one and the other leaves the rest to the next one.
CREATE TABLE file_gone (id INTEGER PRIMARY KEY) STRICT;

CREATE TRIGGER file_goes AFTER DELETE ON file
BEGIN
	INSERT INTO file_gone VALUES (old.id);
END;

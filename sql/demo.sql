-- demo.sql - what the demo site keeps for good: users, drafts, orders.
--
-- Sessions are not here: they end, and these stay.  The whole file runs in
-- one transaction when the site is opened for the first time (data.c).
-- Times are seconds since 1970-01-01 UTC, money is in cents.
-- SPDX-License-Identifier: ISC

PRAGMA user_version = 1;

-- Accounts are in the store of the sessions.  A hash is that of somebody who
-- was here before there were any, and '' that of anybody else.
CREATE TABLE user (
	id TEXT PRIMARY KEY,
	hash TEXT NOT NULL
) STRICT;

-- made_by and saved_by name the forms that made the draft and saved it last:
-- the same form sent again finds itself there, and has no second effect.
CREATE TABLE draft (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	user TEXT NOT NULL REFERENCES user (id),
	title TEXT NOT NULL CHECK (length(CAST(title AS BLOB)) <= 200),
	text TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 16000),
	version INTEGER NOT NULL DEFAULT 1,
	changed INTEGER NOT NULL,
	made_by TEXT,
	saved_by TEXT,
	UNIQUE (user, made_by)
) STRICT;

-- An order keeps the prices of its day.
CREATE TABLE purchase (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	user TEXT NOT NULL REFERENCES user (id),
	name TEXT NOT NULL,
	street TEXT NOT NULL,
	city TEXT NOT NULL,
	made INTEGER NOT NULL,
	made_by TEXT,
	UNIQUE (user, made_by)
) STRICT;

CREATE TABLE purchase_line (
	purchase INTEGER NOT NULL REFERENCES purchase (id),
	item TEXT NOT NULL,
	n INTEGER NOT NULL CHECK (n BETWEEN 1 AND 99),
	price INTEGER NOT NULL CHECK (price >= 0),
	PRIMARY KEY (purchase, item)
) STRICT, WITHOUT ROWID;

-- The two users of the demo.  Their passwords are on the login page; a real
-- site would know only these hashes (argon2id, 19 MiB, 2 passes).
INSERT INTO user (id, hash) VALUES
    ('alice', '$argon2id$v=19$m=19456,t=2,p=1$Zr4nC6WCRwSxui0Mhe8ycQ$coMor70piX9H5k8TvTDkNYakqNTGLnsbc3JracpT1Vo'),
    ('bob', '$argon2id$v=19$m=19456,t=2,p=1$yagF9on5+Bm6P8zeFWZByA$6x8V0ao6NDvd/yXAWp7YddMlTApn9/bVIVz35ZOi2z4');

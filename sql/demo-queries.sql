-- demo-queries.sql - all that the demo pages ask their database.
--
-- Each query gets its name from the heading above it, and its values by
-- binding.  What belongs to a person is always asked for with the user (?1).
-- SPDX-License-Identifier: ISC

-- name: foreign_keys
PRAGMA foreign_keys = ON;

-- name: get_schema
PRAGMA user_version;

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: user_old
SELECT id, hash FROM user WHERE id = ?1 COLLATE NOCASE AND hash <> '';

-- name: user_new
INSERT OR IGNORE INTO user (id, hash) VALUES (?1, '');

-- One row a file; one for a draft without.
-- name: draft_list
SELECT d.id, version, changed, title, '', coalesce(f.id, 0),
	coalesce(size, 0), coalesce(name, ''), coalesce(type, '')
FROM draft d LEFT JOIN file f ON f.draft = d.id
WHERE user = ?1 ORDER BY changed DESC, d.id DESC, f.id;

-- name: draft_one
SELECT id, version, changed, title, text FROM draft
WHERE user = ?1 AND id = ?2;

-- A form that made a draft already is ignored; so is one draft too many.
-- name: draft_new
INSERT OR IGNORE INTO draft (user, made_by, title, text, changed)
SELECT ?1, ?2, ?3, ?4, unixepoch()
WHERE ?5 > (SELECT count(*) FROM draft WHERE user = ?1);

-- name: draft_by
SELECT id FROM draft WHERE user = ?1 AND made_by = ?2;

-- name: draft_save
UPDATE draft SET saved_by = ?2, title = ?3, text = ?4,
	changed = unixepoch(), version = version + 1
WHERE user = ?1 AND id = ?5 AND version = ?6;

-- The same form with another text is not the same: somebody went back.
-- name: draft_same
SELECT id FROM draft
WHERE user = ?1 AND saved_by = ?2 AND title = ?3 AND text = ?4 AND id = ?5;

-- name: draft_delete
DELETE FROM draft WHERE user = ?1 AND id = ?2;

-- name: file_list
SELECT f.id, size, name, type FROM file f JOIN draft d ON d.id = f.draft
WHERE user = ?1 AND d.id = ?2 ORDER BY f.id;

-- name: file_one
SELECT f.id, size, name, type FROM file f JOIN draft d ON d.id = f.draft
WHERE user = ?1 AND f.id = ?2;

-- How many of this draft, and how many bytes in all.
-- name: file_room
SELECT count(*) FILTER (WHERE d.id = ?2), coalesce(sum(size), 0)
FROM file f JOIN draft d ON d.id = f.draft WHERE user = ?1;

-- name: file_new
INSERT INTO file (draft, made_by, name, type, size)
VALUES (?1, ?2, ?3, ?4, ?5);

-- Has this form brought this file already?
-- name: file_sent
SELECT count(*) FROM file
WHERE draft = ?1 AND made_by = ?2 AND name = ?3 AND size = ?4;

-- name: file_delete
DELETE FROM file WHERE id = ?3 AND draft IN (
	SELECT id FROM draft WHERE user = ?1 AND id = ?2);

-- name: file_gone
SELECT id FROM file_gone LIMIT 1;

-- name: file_forget
DELETE FROM file_gone WHERE id = ?1;

-- name: order_new
INSERT OR IGNORE INTO purchase (user, made_by, name, street, city, made)
VALUES (?1, ?2, ?3, ?4, ?5, unixepoch());

-- name: order_by
SELECT id FROM purchase WHERE user = ?1 AND made_by = ?2;

-- name: order_one
SELECT id, made, name, street, city FROM purchase
WHERE user = ?1 AND id = ?2;

-- name: line_new
INSERT INTO purchase_line (purchase, item, n, price)
VALUES (?1, ?2, ?3, ?4);

-- name: line_list
SELECT item, n, price FROM purchase_line JOIN purchase ON id = purchase
WHERE user = ?1 AND id = ?2 ORDER BY item;

-- demo-queries.sql - all that the demo pages ask their database.
--
-- Each query gets its name from the heading above it, and its values by
-- binding.  What belongs to a person is always asked for with the user (?1).

-- name: foreign_keys
PRAGMA foreign_keys = ON;

-- name: get_schema
PRAGMA user_version;

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: user_hash
SELECT hash FROM user WHERE id = ?1;

-- name: draft_list
SELECT id, version, changed, title, text FROM draft
WHERE user = ?1 ORDER BY changed DESC, id DESC;

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
-- name: draft_saved
SELECT id FROM draft
WHERE user = ?1 AND saved_by = ?2 AND title = ?3 AND text = ?4 AND id = ?5;

-- name: draft_delete
DELETE FROM draft WHERE user = ?1 AND id = ?2;

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

-- Upgrade 5: which browser used a remember-me token.
-- SPDX-License-Identifier: ISC

-- An HMAC of what it sent; NULL: nothing tells it from others.
ALTER TABLE family ADD COLUMN browser BLOB;

PRAGMA user_version = 5;

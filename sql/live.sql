-- For programs in other languages: who is it, and what is in the session?
--
--	:key = SHA-256("libsess-sid-1" || 0x00 || value of the cookie)
--
-- No row: nobody.  One row a field otherwise; a session without fields gives
-- one with name NULL.  Read only: what a request writes is libsess's business.
-- In Python: hashlib.sha256(b"libsess-sid-1\0" + sid.encode()).digest()
-- SPDX-License-Identifier: ISC

SELECT s.user, s.created, s.seen, s.ends, f.name, f.value
FROM token t
JOIN session s ON s.pk = t.session
LEFT JOIN field f ON f.session = s.pk
WHERE t.key = :key
  AND t.void = 0 AND (t.until IS NULL OR unixepoch() < t.until)
  AND unixepoch() < s.seen + s.idle
  AND unixepoch() < s.ends;

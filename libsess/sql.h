/* Made from sql/ by embed-sql.awk. */
enum sql {
	SQL_FIND,
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_HOLD,
	SQL_ANONYMOUS,
	SQL_CREATE,
	SQL_TOKEN,
	SQL_REPLACED,
	SQL_VOID,
	SQL_TURN,
	SQL_RENEW,
	SQL_LOGIN,
	SQL_END,
	SQL_LIFE,
	SQL_TOUCH,
	SQL_CONFIRM,
	SQL_RETIRE,
	SQL_CLEAR,
	SQL_SET,
	SQL_DEL,
	SQL_ADD,
	SQL_APPEND,
	SQL_TAKE,
	SQL_SWAP,
	SQL_SWAP_NEW,
	SQL_WEIGH,
	SQL_ONCE,
	SQL_ONCE_TRIM,
	SQL_SWEEP_NEXT,
	SQL_SWEEP_DROP,
	SQL_SWEEP_DONE,
	SQL_COUNT
};

#ifdef SQL_TEXTS
static const char *const sql_text[] = {
	[SQL_FIND] =
	    "SELECT t.serial, t.until, t.void, "
	    "s.user, s.created, s.seen, s.auth, s.idle, s.ends, s.secret, "
	    "s.newest, s.turned, s.confirmed, f.name, f.value "
	    "FROM token t "
	    "JOIN session s ON s.pk = t.session "
	    "LEFT JOIN field f ON f.session = s.pk "
	    "WHERE t.key = ?1 AND ?2 < s.seen + s.idle AND ?2 < s.ends; ",
	[SQL_BEGIN] =
	    "BEGIN IMMEDIATE; ",
	[SQL_COMMIT] =
	    "COMMIT; ",
	[SQL_ROLLBACK] =
	    "ROLLBACK; ",
	[SQL_HOLD] =
	    "SELECT s.pk, t.serial, s.newest, s.turned "
	    "FROM token t "
	    "JOIN session s ON s.pk = t.session "
	    "WHERE t.key = ?1 AND t.void = 0 AND (t.until IS NULL OR ?2 < t.until) "
	    "AND ?2 < s.seen + s.idle AND ?2 < s.ends; ",
	[SQL_ANONYMOUS] =
	    "SELECT anonymous FROM tally; ",
	[SQL_CREATE] =
	    "INSERT INTO session (user, auth, created, seen, turned, idle, ends, secret) "
	    "VALUES (?1, ?2, ?3, ?3, ?3, ?4, ?5, ?6); ",
	[SQL_TOKEN] =
	    "INSERT INTO token (key, session, serial, made) VALUES (?1, ?2, ?3, ?4); ",
	[SQL_REPLACED] =
	    "UPDATE token SET until = min(coalesce(until, ?2), ?2) WHERE key = ?1; ",
	[SQL_VOID] =
	    "UPDATE token SET until = min(coalesce(until, ?2), ?2), "
	    "void = iif(until IS NULL OR until > ?2, 1, 2) "
	    "WHERE session = ?1 AND void = 0; ",
	[SQL_TURN] =
	    "UPDATE session SET newest = ?2, turned = ?3 WHERE pk = ?1; ",
	[SQL_RENEW] =
	    "UPDATE session SET newest = ?2, turned = ?3, confirmed = ?2, secret = ?4 "
	    "WHERE pk = ?1; ",
	[SQL_LOGIN] =
	    "UPDATE session SET user = ?2, auth = ?3, seen = ?3, idle = ?4, ends = ?5 "
	    "WHERE pk = ?1; ",
	[SQL_END] =
	    "DELETE FROM session WHERE pk = ?1; ",
	[SQL_LIFE] =
	    "UPDATE session SET idle = iif(?2 > 0, ?2, idle), ends = iif(?3 > 0, ?3, ends) "
	    "WHERE pk = ?1; ",
	[SQL_TOUCH] =
	    "UPDATE session SET seen = max(seen, ?2) WHERE pk = ?1; ",
	[SQL_CONFIRM] =
	    "UPDATE session SET confirmed = max(confirmed, ?2) WHERE pk = ?1; ",
	[SQL_RETIRE] =
	    "UPDATE token SET until = min(coalesce(until, ?3), ?3) "
	    "WHERE session = ?1 AND serial < ?2; ",
	[SQL_CLEAR] =
	    "DELETE FROM field WHERE session = ?1; ",
	[SQL_SET] =
	    "INSERT INTO field VALUES (?1, ?2, ?3) "
	    "ON CONFLICT DO UPDATE SET value = excluded.value; ",
	[SQL_DEL] =
	    "DELETE FROM field WHERE session = ?1 AND name = ?2; ",
	[SQL_ADD] =
	    "INSERT INTO field VALUES (?1, ?2, ?3) "
	    "ON CONFLICT DO UPDATE SET value = value + excluded.value "
	    "WHERE typeof(value) = 'integer' "
	    "AND typeof(value + excluded.value) = 'integer'; ",
	[SQL_APPEND] =
	    "INSERT INTO field VALUES (?1, ?2, ?3) "
	    "ON CONFLICT DO UPDATE SET value = value || excluded.value "
	    "WHERE typeof(value) = 'text'; ",
	[SQL_TAKE] =
	    "DELETE FROM field WHERE session = ?1 AND name = ?2 RETURNING value; ",
	[SQL_SWAP] =
	    "UPDATE field SET value = ?4 WHERE session = ?1 AND name = ?2 AND value = ?3; ",
	[SQL_SWAP_NEW] =
	    "INSERT INTO field VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING; ",
	[SQL_WEIGH] =
	    "SELECT count(*), coalesce(sum(length(name) + size), 0), "
	    "coalesce(max(size), 0) "
	    "FROM (SELECT name, iif(typeof(value) = 'integer', 8, "
	    "length(CAST(value AS BLOB))) AS size "
	    "FROM field WHERE session = ?1); ",
	[SQL_ONCE] =
	    "INSERT INTO once VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING; ",
	[SQL_ONCE_TRIM] =
	    "DELETE FROM once WHERE session = ?1 AND form IN ( "
	    "SELECT form FROM once WHERE session = ?1 "
	    "ORDER BY made DESC LIMIT -1 OFFSET 100); ",
	[SQL_SWEEP_NEXT] =
	    "SELECT coalesce((SELECT swept FROM tally), 0), max(pk), count(*) FROM ( "
	    "SELECT pk FROM session WHERE pk > (SELECT swept FROM tally) "
	    "ORDER BY pk LIMIT ?1); ",
	[SQL_SWEEP_DROP] =
	    "DELETE FROM session WHERE pk > ?1 AND pk <= ?2 "
	    "AND (?3 >= seen + idle OR ?3 >= ends); ",
	[SQL_SWEEP_DONE] =
	    "UPDATE tally SET swept = ?1; ",
};

static const char *const sql_upgrades[] = {
	/* to version 1 */
	    "CREATE TABLE session ( "
	    "pk INTEGER PRIMARY KEY, "
	    "user TEXT CHECK (user <> ''), "
	    "created INTEGER NOT NULL, "
	    "seen INTEGER NOT NULL, "
	    "auth INTEGER NOT NULL DEFAULT 0, "
	    "idle INTEGER NOT NULL, "
	    "ends INTEGER NOT NULL, "
	    "secret BLOB NOT NULL, "
	    "newest INTEGER NOT NULL DEFAULT 1, "
	    "turned INTEGER NOT NULL, "
	    "confirmed INTEGER NOT NULL DEFAULT 1 "
	    ") STRICT; "
	    "CREATE TABLE token ( "
	    "key BLOB PRIMARY KEY, "
	    "session INTEGER NOT NULL REFERENCES session (pk) ON DELETE CASCADE, "
	    "serial INTEGER NOT NULL, "
	    "made INTEGER NOT NULL, "
	    "until INTEGER, "
	    "void INTEGER NOT NULL DEFAULT 0 "
	    ") STRICT, WITHOUT ROWID; "
	    "CREATE INDEX token_session ON token (session); "
	    "CREATE TABLE field ( "
	    "session INTEGER NOT NULL REFERENCES session (pk) ON DELETE CASCADE, "
	    "name TEXT NOT NULL, "
	    "value ANY NOT NULL, "
	    "PRIMARY KEY (session, name) "
	    ") STRICT, WITHOUT ROWID; "
	    "CREATE TABLE once ( "
	    "session INTEGER NOT NULL REFERENCES session (pk) ON DELETE CASCADE, "
	    "form BLOB NOT NULL, "
	    "made INTEGER NOT NULL, "
	    "PRIMARY KEY (session, form) "
	    ") STRICT, WITHOUT ROWID; "
	    "CREATE TABLE tally ( "
	    "one INTEGER PRIMARY KEY CHECK (one = 1), "
	    "anonymous INTEGER NOT NULL, "
	    "swept INTEGER NOT NULL "
	    ") STRICT; "
	    "INSERT INTO tally VALUES (1, 0, 0); "
	    "CREATE TRIGGER tally_insert AFTER INSERT ON session WHEN new.user IS NULL "
	    "BEGIN "
	    "UPDATE tally SET anonymous = anonymous + 1; "
	    "END; "
	    "CREATE TRIGGER tally_delete AFTER DELETE ON session WHEN old.user IS NULL "
	    "BEGIN "
	    "UPDATE tally SET anonymous = anonymous - 1; "
	    "END; "
	    "CREATE TRIGGER tally_login AFTER UPDATE OF user ON session "
	    "WHEN old.user IS NULL AND new.user IS NOT NULL "
	    "BEGIN "
	    "UPDATE tally SET anonymous = anonymous - 1; "
	    "END; "
	    "PRAGMA user_version = 1; ",
};
#endif

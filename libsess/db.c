/* db.c - a SQLite database and the fixed statements that run on it. */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "db.h"
#include "db_fault.h"
#include "store.h"
#define SQL_TEXTS
#include "sql.h"

/*
 * Pages in the log before it is copied back.  A plain CGI process that finds
 * no other has to read the whole log when it opens the database, so the log
 * stays short; more would save work only for those who stay.
 */
#define CHECKPOINT_PAGES 100

#define SMALLEST_PAGE 512       /* bytes */
#define STRAIGHT "libsess"      /* how files are opened; see below */

#define SCHEMA_VERSION ((int)(sizeof sql_upgrades / sizeof *sql_upgrades))

struct db {
	sqlite3 *handle;
	sqlite3_stmt *statements[SQL_COUNT];
	int log_pages, wait_ms;
	bool durable;
	struct db_env env;
};

/* A fault that SQLite knows nothing of. */
__attribute__((format(printf, 2, 3)))
static enum sess_err
unfit(struct db *db, const char *format, ...)
{
	char why[DB_FAULT_MAX];
	int n = snprintf(why, sizeof why, "store: %.300s ", db->env.file);
	va_list ap;

	va_start(ap, format);
	vsnprintf(why + n, sizeof why - (size_t)n, format, ap);
	va_end(ap);
	db->env.fault(db->env.arg, SESS_ECONF, why);
	return SESS_ECONF;
}

/* The number that this statement gives; what SQLite says of it. */
static int
number(struct db *db, const char *sql, int *n)
{
	sqlite3_stmt *st = NULL;
	int code = sqlite3_prepare_v2(db->handle, sql, -1, &st, NULL);

	if (code == SQLITE_OK && (code = sqlite3_step(st)) == SQLITE_ROW)
		*n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int
version(struct db *db, int *n)
{
	return number(db, "PRAGMA user_version", n);
}

static enum sess_err
newer(struct db *db, int have)
{
	return unfit(db, "has schema %d, and this program knows those up to "
	    "%d: a newer libsess wrote it: install that libsess and restart "
	    "the program", have, SCHEMA_VERSION);
}

static enum db_failure
failure_of(int code)
{
	switch (code) {
	case SQLITE_FULL: return DB_FULL;
	case SQLITE_IOERR: return DB_UNREADABLE;
	case SQLITE_READONLY: return DB_READONLY;
	case SQLITE_CANTOPEN: return DB_CLOSED;
	case SQLITE_NOTADB: return DB_FOREIGN;
	case SQLITE_CORRUPT: return DB_DAMAGED;
	case SQLITE_ERROR: return DB_INCOMPLETE;
	case SQLITE_BUSY: return DB_LOCKED;
	default: return DB_OTHER;
	}
}

/*
 * All that SQLite says of it, before the handle is asked for anything else.  Of
 * an error in a statement it names tables and columns; our statements have no
 * values in their texts.
 */
static struct db_error
error_of(sqlite3 *h, int code)
{
	int extended = h != NULL ? sqlite3_extended_errcode(h) : code;
	bool by_system = h != NULL &&
	    (code == SQLITE_CANTOPEN || code == SQLITE_IOERR);

	return (struct db_error){ .failure = failure_of(code),
		.code = (extended & 0xff) == code ? extended : code,
		.said = h != NULL && code == SQLITE_ERROR ?
		    sqlite3_errmsg(h) : sqlite3_errstr(code),
		.os_errno = by_system ? sqlite3_system_errno(h) : 0 };
}

/*
 * What SQLite said, as one of ours; the reason goes to the log, once.  A newer
 * program may have changed the schema under one that stays.
 */
static enum sess_err
failed(struct db *db, int code)
{
	char why[DB_FAULT_MAX];
	struct db_error e;
	enum sess_err err;
	int have = 0;

	if (code == SQLITE_NOMEM)
		return SESS_ENOMEM;
	if (code == SQLITE_CONSTRAINT)
		return SESS_EINVAL;
	e = error_of(db->handle, code);
	err = db_fault(why, &e, db->env.file, db->env.path, db->env.wait);
	if (code == SQLITE_ERROR && version(db, &have) == SQLITE_OK &&
	    have > SCHEMA_VERSION)
		return newer(db, have);
	db->env.fault(db->env.arg, err, why);
	return err;
}

/* ---- the trace --------------------------------------------------------- */

static const bool nobody_looks = false;

bool
db_traced(const struct db *db)
{
	return *db->env.traced;
}

void
db_step(const struct db *db, enum sess_step step,
    const struct sess_trace_part *parts, size_t n)
{
	db->env.step(db->env.arg, step, parts, n);
}

/* A statement runs.  One without a purpose is the trace's own. */
__attribute__((cold, noinline))
static void
traced(const struct db *db, const char *purpose, const char *sql)
{
	const struct sess_trace_part parts[] = {
		{ "purpose", SESS_TRACE_TEXT, purpose,
		    purpose != NULL ? strlen(purpose) : 0 },
		{ "sql", SESS_TRACE_SQL, sql, strlen(sql) },
	};

	if (purpose != NULL)
		db_step(db, SESS_STEP_STORE, parts, 2);
}

static enum sess_err
exec(struct db *db, const char *sql)
{
	int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? SESS_OK : failed(db, code);
}

/* ---- paths ------------------------------------------------------------- */

static int
as_given(sqlite3_vfs *vfs, const char *path, int size, char *full)
{
	(void)vfs;
	return snprintf(full, (size_t)size, "%s", path) < size ? SQLITE_OK :
	    SQLITE_CANTOPEN;
}

/*
 * SQLite's own way to files, but for this: it follows the symbolic links of a
 * path first, and opens what comes out.  A path by way of a descriptor
 * (place_path()) would become the folder's name again, which may be another
 * folder by then.  SQLite keeps it in a list of its own, for good.
 */
static void
straight_make(void)
{
	static sqlite3_vfs straight;
	const sqlite3_vfs *usual = sqlite3_vfs_find(NULL);

	if (usual == NULL)              /* no memory: nothing can be opened */
		return;
	straight = *usual;
	straight.zName = STRAIGHT;
	straight.xFullPathname = as_given;
	sqlite3_vfs_register(&straight, 0);
}

/* ---- opening ----------------------------------------------------------- */

static int
on_log(void *arg, sqlite3 *handle, const char *schema, int pages)
{
	struct db *db = arg;

	(void)handle;
	(void)schema;
	db->log_pages = pages;
	return SQLITE_OK;
}

/*
 * Checkpoints happen behind the gate only: not after a commit, not at close
 * (SQLite before 3.51.3 can corrupt a database when two of them meet, and
 * Debian 12 has 3.40.1).  Foreign keys are off: the schema has none since
 * version 4, and an upgrade that rebuilds a table would delete its children.
 */
static void
configure(struct db *db)
{
	sqlite3 *h = db->handle;

	sqlite3_extended_result_codes(h, 0);
	sqlite3_busy_timeout(h, db->wait_ms);
	sqlite3_db_config(h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_wal_hook(h, on_log, db);        /* in place of autocheckpoint */
}

/*
 * SQLite takes a file that is shorter than any page for an empty one, and
 * would write over what somebody else left there.  A database in memory has ""
 * for a path.
 */
static bool
is_too_short(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0 &&
	    st.st_size < SMALLEST_PAGE;
}

enum sess_err
db_open(struct db **opened, const struct db_env *env)
{
	struct db *db = calloc(1, sizeof *db);
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	enum sess_err err;
	int code;

	if (db == NULL)
		return SESS_ENOMEM;
	pthread_once(&once, straight_make);
	db->env = *env;
	if (env->traced == NULL)
		db->env.traced = &nobody_looks;
	db->wait_ms = (int)env->wait * 1000;
	db->durable = true;             /* SQLite's own default */
	code = sqlite3_open_v2(env->path, &db->handle, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, STRAIGHT);
	if (code == SQLITE_OK &&
	    is_too_short(sqlite3_db_filename(db->handle, "main")))
		code = SQLITE_NOTADB;
	if (code != SQLITE_OK) {
		err = failed(db, code);
		db_close(db);
		return err;
	}
	configure(db);
	*opened = db;
	return SESS_OK;
}

void
db_close(struct db *db)
{
	int i;

	if (db == NULL)
		return;
	for (i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->handle);
	free(db);
}

/* ---- statements -------------------------------------------------------- */

static enum sess_err
prepare(struct db *db, enum sql sql)
{
	int code = sqlite3_prepare_v3(db->handle, sql_text[sql], -1,
	    SQLITE_PREPARE_PERSISTENT, &db->statements[sql], NULL);

	return code == SQLITE_OK ? SESS_OK : failed(db, code);
}

static int
bind_value(sqlite3_stmt *st, int at, const struct sess_value *v)
{
	if (v->type == SESS_INT)
		return sqlite3_bind_int64(st, at, v->num);
	if (v->type == SESS_TEXT)
		return sqlite3_bind_text64(st, at, v->data, v->len,
		    SQLITE_STATIC, SQLITE_UTF8);
	return sqlite3_bind_blob64(st, at, v->data, v->len, SQLITE_STATIC);
}

/* Values are bound where they lie: they outlive the statement's run. */
static int
bind(sqlite3_stmt *st, const char *types, va_list ap)
{
	int at, code = SQLITE_OK;

	for (at = 1; *types != '\0' && code == SQLITE_OK; types++, at++)
		switch (*types) {
		case 'i':
			code = sqlite3_bind_int64(st, at,
			    va_arg(ap, int64_t));
			break;
		case 't':
			code = sqlite3_bind_text(st, at,
			    va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		case 'k':
			code = sqlite3_bind_blob(st, at,
			    va_arg(ap, const uint8_t *), SESS_KEY_LEN,
			    SQLITE_STATIC);
			break;
		case 'f':
			code = sqlite3_bind_blob(st, at,
			    va_arg(ap, const uint8_t *), 16, SQLITE_STATIC);
			break;
		default:
			code = bind_value(st, at,
			    va_arg(ap, const struct sess_value *));
		}
	return code;
}

enum sess_err
db_next(struct db *db, enum sql sql)
{
	int code = sqlite3_step(db->statements[sql]);

	if (code == SQLITE_ROW)
		return SESS_OK;
	db_done(db, sql);
	return code == SQLITE_DONE ? SESS_NONE : failed(db, code);
}

static enum sess_err
start(struct db *db, enum sql sql, const char *types, va_list ap)
{
	enum sess_err err;
	int code;

	if (db->statements[sql] == NULL && (err = prepare(db, sql)) != SESS_OK)
		return err;
	if (*db->env.traced)
		traced(db, sql_purposes[sql], sql_text[sql]);
	code = bind(db->statements[sql], types, ap);
	return code == SQLITE_OK ? db_next(db, sql) : failed(db, code);
}

enum sess_err
db_query(struct db *db, enum sql sql, const char *types, ...)
{
	enum sess_err err;
	va_list ap;

	va_start(ap, types);
	err = start(db, sql, types, ap);
	va_end(ap);
	return err;
}

enum sess_err
db_run(struct db *db, enum sql sql, const char *types, ...)
{
	enum sess_err err;
	va_list ap;

	va_start(ap, types);
	err = start(db, sql, types, ap);
	va_end(ap);
	if (err == SESS_OK)
		db_done(db, sql);
	return err == SESS_NONE ? SESS_OK : err;
}

void
db_done(struct db *db, enum sql sql)
{
	if (db->statements[sql] != NULL)
		sqlite3_reset(db->statements[sql]);
}

int
db_columns(struct db *db, enum sql sql)
{
	return sqlite3_column_count(db->statements[sql]);
}

const char *
db_column(struct db *db, enum sql sql, int column)
{
	return sqlite3_column_name(db->statements[sql], column);
}

bool
db_is_null(struct db *db, enum sql sql, int column)
{
	return sqlite3_column_type(db->statements[sql], column) ==
	    SQLITE_NULL;
}

int64_t
db_int(struct db *db, enum sql sql, int column)
{
	return sqlite3_column_int64(db->statements[sql], column);
}

struct sess_value
db_value(struct db *db, enum sql sql, int column)
{
	sqlite3_stmt *st = db->statements[sql];
	struct sess_value v = { .type = SESS_BYTES };

	switch (sqlite3_column_type(st, column)) {
	case SQLITE_INTEGER:
		v.type = SESS_INT;
		v.num = sqlite3_column_int64(st, column);
		return v;
	case SQLITE_TEXT:
		v.type = SESS_TEXT;
		v.data = (const char *)sqlite3_column_text(st, column);
		break;
	default:
		v.data = sqlite3_column_blob(st, column);
	}
	v.len = (size_t)sqlite3_column_bytes(st, column);
	return v;
}

enum sess_err
db_keep(const struct sess_memory *m, struct sess_value *v)
{
	char *copy;

	if (v->type == SESS_INT)
		return SESS_OK;
	if ((copy = m->alloc(m->arg, v->len + 1)) == NULL)
		return SESS_ENOMEM;
	if (v->len > 0)
		memcpy(copy, v->data, v->len);
	copy[v->len] = '\0';
	v->data = copy;
	return SESS_OK;
}

enum sess_err
db_text(struct db *db, enum sql sql, int column, const struct sess_memory *m,
    const char **text)
{
	struct sess_value v = db_value(db, sql, column);
	enum sess_err err;

	*text = NULL;
	if (db_is_null(db, sql, column))
		return SESS_OK;
	if ((err = db_keep(m, &v)) == SESS_OK)
		*text = v.data;
	return err;
}

bool
db_grow(const struct sess_memory *m, void *list, size_t n, size_t size)
{
	void *old, *more;

	if ((n & (n - 1)) != 0)         /* full at 0, 1, 2, 4, 8, ... */
		return true;
	if ((more = m->alloc(m->arg, (n > 0 ? 2 * n : 1) * size)) == NULL)
		return false;
	memcpy(&old, list, sizeof old);
	if (n > 0)
		memcpy(more, old, n * size);
	memcpy(list, &more, sizeof more);
	return true;
}

int64_t
db_changes(struct db *db)
{
	return sqlite3_changes64(db->handle);
}

int64_t
db_inserted(struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

/* ---- schema, durability, checkpoints ----------------------------------- */

/*
 * Truncate: after a mere copy only processes that stay write the log from its
 * start again.  A process that opens the database alone rebuilds the index and
 * knows nothing of the copy.  Readers are not waited for; what they still
 * need stays in the log till the next time.
 */
static void
checkpoint(struct db *db)
{
	sqlite3_busy_timeout(db->handle, 0);
	sqlite3_wal_checkpoint_v2(db->handle, NULL,
	    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(db->handle, db->wait_ms);
	db->log_pages = 0;
}

enum sess_err
db_is_current(struct db *db, bool *current)
{
	int have = 0, code = version(db, &have);

	*current = have == SCHEMA_VERSION;
	return code == SQLITE_OK ? SESS_OK : failed(db, code);
}

/* Each upgrade sets user_version itself, within its transaction. */
static enum sess_err
upgrade_to(struct db *db, int n)
{
	enum sess_err err = exec(db, "BEGIN IMMEDIATE");

	if (err != SESS_OK)
		return err;
	if ((err = exec(db, sql_upgrades[n - 1])) != SESS_OK ||
	    (err = exec(db, "COMMIT")) != SESS_OK)
		db_rollback(db);
	return err;
}

/* Tables of somebody else, who would find ours among them? */
static enum sess_err
begin_schema(struct db *db)
{
	int others = 0;
	int code = number(db, "SELECT count(*) FROM sqlite_schema", &others);

	if (code != SQLITE_OK)
		return failed(db, code);
	if (others > 0)
		return unfit(db, "is the database of another program: it has "
		    "tables, and none of libsess: leave it, and " STORE_SET
		    ", a new file");
	return exec(db, "PRAGMA journal_mode = WAL");
}

enum sess_err
db_upgrade(struct db *db)
{
	int have = 0, code = version(db, &have);
	enum sess_err err = SESS_OK;

	if (code != SQLITE_OK)
		return failed(db, code);
	if (have < 0 || have > SCHEMA_VERSION)
		return newer(db, have);
	if (have == 0)
		err = begin_schema(db);
	while (err == SESS_OK && have < SCHEMA_VERSION)
		err = upgrade_to(db, ++have);
	/* What it wrote is no concern of those who come next. */
	if (err == SESS_OK)
		checkpoint(db);
	return err;
}

void
db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->handle))
		db_run(db, SQL_ROLLBACK, "");
}

enum sess_err
db_durable(struct db *db, bool durable)
{
	const char *sql = durable ? "PRAGMA synchronous = FULL" :
	    "PRAGMA synchronous = NORMAL";
	enum sess_err err;

	if (durable == db->durable)
		return SESS_OK;
	if (db_traced(db))
		traced(db, durable ? "wait for the disk: what follows must "
		    "survive a power cut" : "do not wait for the disk: what "
		    "follows may be lost in a power cut", sql);
	err = exec(db, sql);
	if (err == SESS_OK)
		db->durable = durable;
	return err;
}

void
db_checkpoint(struct db *db)
{
	if (db->log_pages >= CHECKPOINT_PAGES)
		checkpoint(db);
}

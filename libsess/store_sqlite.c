/*
 * store_sqlite.c - sessions in a SQLite database.
 *
 * Reading is one statement and takes no lock that a writer waits for.  A
 * change is one transaction, with the gate held around it.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "gate.h"
#include "mark.h"
#include "place.h"
#include "sql.h"
#include "store.h"

struct sess_store {
	struct db *db;
	struct gate gate;
	struct sess_store_env env;
	pid_t pid;              /* who opened it: a handle does not survive fork */
};

static enum sess_err
fault(struct sess_store *st, const char *why)
{
	st->env.fault(st->env.arg, why);
	return SESS_ESTORE;
}

static enum sess_err
enter(struct sess_store *st)
{
	if (gate_enter(&st->gate, st->env.wait) != SESS_OK)
		return fault(st, "store: locked past the deadline");
	return SESS_OK;
}

/* ---- opening ----------------------------------------------------------- */

static enum sess_err
open_gate(struct sess_store *st, const char *path)
{
	char lock[PATH_MAX];

	snprintf(lock, sizeof lock, "%s-lock", path);
	if (gate_open(&st->gate, lock) != SESS_OK)
		return fault(st, "store: its lock cannot be opened");
	return SESS_OK;
}

/* Two that find an empty file upgrade it one after the other. */
static enum sess_err
upgrade(struct sess_store *st)
{
	bool current;
	enum sess_err err = db_is_current(st->db, &current);

	if (err != SESS_OK || current)
		return err;
	if ((err = enter(st)) != SESS_OK)
		return err;
	err = db_upgrade(st->db);
	gate_leave(&st->gate);
	return err;
}

static void
sqlite_close(struct sess_store *st)
{
	if (st == NULL)
		return;
	db_close(st->db);
	gate_close(&st->gate);
	free(st);
}

static enum sess_err
sqlite_open(struct sess_store **opened, const char *path,
    const struct sess_store_env *env)
{
	struct sess_store *st = calloc(1, sizeof *st);
	const char *why;
	enum sess_err err;

	if (st == NULL)
		return SESS_ENOMEM;
	st->gate = (struct gate)GATE_INIT;
	st->env = *env;
	st->pid = getpid();
	if ((err = place_make(path, env->document_root, &why)) != SESS_OK)
		fault(st, why);
	else if ((err = open_gate(st, path)) == SESS_OK &&
	    (err = db_open(&st->db, path, env->wait, env->step, env->fault,
	    env->arg)) == SESS_OK)
		err = upgrade(st);
	if (err != SESS_OK) {
		sqlite_close(st);
		return err;
	}
	*opened = st;
	return SESS_OK;
}

/* ---- finding ----------------------------------------------------------- */

enum { SERIAL, UNTIL, VOID, USER, CREATED, SEEN, AUTH, IDLE, ENDS, SECRET,
	NEWEST, TURNED, CONFIRMED, NAME, VALUE };       /* columns of SQL_FIND */

static enum sess_found
judge(struct db *db, int64_t now)
{
	int64_t until = db_int(db, SQL_FIND, UNTIL);

	int64_t is_void = db_int(db, SQL_FIND, VOID);

	if (is_void == 1)
		return now < until + SESS_OLD_AFTER_SEEN ? SESS_FOUND_LATE :
		    SESS_FOUND_NONE;
	if (is_void == 0 && (db_is_null(db, SQL_FIND, UNTIL) || now < until))
		return SESS_FOUND_LIVE;
	return SESS_FOUND_REPLAY;
}

static enum sess_err
read_session(struct sess_store *st, const struct sess_memory *m,
    struct sess_record *rec)
{
	struct db *db = st->db;
	struct sess_value user = db_value(db, SQL_FIND, USER);
	struct sess_value secret = db_value(db, SQL_FIND, SECRET);
	enum sess_err err;

	memset(rec, 0, sizeof *rec);
	if (!db_is_null(db, SQL_FIND, USER)) {
		if ((err = db_keep(m, &user)) != SESS_OK)
			return err;
		rec->user = user.data;
	}
	if (secret.type != SESS_BYTES || secret.len != sizeof rec->secret)
		return fault(st, "store: a session without its secret");
	memcpy(rec->secret, secret.data, sizeof rec->secret);
	rec->created = db_int(db, SQL_FIND, CREATED);
	rec->seen = db_int(db, SQL_FIND, SEEN);
	rec->auth = db_int(db, SQL_FIND, AUTH);
	rec->idle = db_int(db, SQL_FIND, IDLE);
	rec->ends = db_int(db, SQL_FIND, ENDS);
	rec->serial = db_int(db, SQL_FIND, SERIAL);
	rec->newest = db_int(db, SQL_FIND, NEWEST);
	rec->turned = db_int(db, SQL_FIND, TURNED);
	rec->confirmed = db_int(db, SQL_FIND, CONFIRMED);
	return SESS_OK;
}

/* Room for one more field, doubled as needed. */
static struct sess_field *
one_more(struct sess_record *rec, const struct sess_memory *m)
{
	size_t n = rec->nfields;
	struct sess_field *more;

	if ((n & (n - 1)) == 0) {       /* full at 0, 1, 2, 4, 8, ... */
		more = m->alloc(m->arg, (n > 0 ? 2 * n : 1) * sizeof *more);
		if (more == NULL)
			return NULL;
		if (n > 0)
			memcpy(more, rec->fields, n * sizeof *more);
		rec->fields = more;
	}
	return &rec->fields[rec->nfields++];
}

static enum sess_err
read_fields(struct db *db, const struct sess_memory *m,
    struct sess_record *rec)
{
	enum sess_err err = SESS_OK;
	struct sess_field *field;
	struct sess_value name;

	if (db_is_null(db, SQL_FIND, NAME))
		return SESS_OK;         /* a session without fields */
	for (; err == SESS_OK; err = db_next(db, SQL_FIND)) {
		name = db_value(db, SQL_FIND, NAME);
		if ((field = one_more(rec, m)) == NULL)
			return SESS_ENOMEM;
		field->value = db_value(db, SQL_FIND, VALUE);
		if ((err = db_keep(m, &name)) != SESS_OK ||
		    (err = db_keep(m, &field->value)) != SESS_OK)
			return err;
		field->name = name.data;
	}
	return err == SESS_NONE ? SESS_OK : err;
}

static enum sess_err
sqlite_find(struct sess_store *st, const uint8_t key[SESS_KEY_LEN],
    int64_t now, const struct sess_memory *m, enum sess_found *found,
    struct sess_record *rec)
{
	enum sess_err err;

	*found = SESS_FOUND_NONE;
	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	err = db_query(st->db, SQL_FIND, "ki", key, now);
	if (err == SESS_NONE)
		return SESS_OK;
	if (err != SESS_OK)
		return err;
	*found = judge(st->db, now);
	if (*found == SESS_FOUND_LIVE &&
	    (err = read_session(st, m, rec)) == SESS_OK)
		err = read_fields(st->db, m, rec);
	db_done(st->db, SQL_FIND);
	return err;
}

/* ---- transactions ------------------------------------------------------ */

static enum sess_err
begin(struct sess_store *st, bool durable)
{
	enum sess_err err;

	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	if ((err = enter(st)) != SESS_OK)
		return err;
	if ((err = db_durable(st->db, durable)) != SESS_OK ||
	    (err = db_run(st->db, SQL_BEGIN, "")) != SESS_OK)
		gate_leave(&st->gate);
	return err;
}

static enum sess_err
finish(struct sess_store *st, enum sess_err err)
{
	if (err == SESS_OK)
		err = db_run(st->db, SQL_COMMIT, "");
	if (err != SESS_OK)
		db_rollback(st->db);
	else
		db_checkpoint(st->db);
	gate_leave(&st->gate);
	return err;
}

static enum sess_err
sqlite_commit(struct sess_store *st, const struct sess_change *c,
    const struct sess_memory *m, struct sess_outcome *out)
{
	enum sess_err err = begin(st, c->durable), end;
	bool full;

	if (err != SESS_OK)
		return err;
	err = change_apply(st->db, c, m, out, &full);
	if (full)
		fault(st, "store: max_anonymous sessions are in use");
	end = finish(st, full ? SESS_OK : err);
	return err != SESS_OK ? err : end;
}

static enum sess_err
sqlite_sweep(struct sess_store *st, int64_t now, int rows, int *dropped)
{
	enum sess_err err = begin(st, false);

	return err != SESS_OK ? err :
	    finish(st, change_sweep(st->db, now, rows, dropped));
}

/* The check is before the gate: who has no session keeps nobody waiting. */
static enum sess_err
sqlite_mark(struct sess_store *st, const uint8_t key[SESS_KEY_LEN],
    int64_t now, const struct sess_mark *m)
{
	enum sess_err err;

	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	if ((err = mark_check(st->db, key, now)) != SESS_OK ||
	    (err = begin(st, false)) != SESS_OK)
		return err;
	return finish(st, mark_put(st->db, key, now, m));
}

static enum sess_err
sqlite_find_mark(struct sess_store *st, const uint8_t key[SESS_KEY_LEN],
    int64_t now, struct sess_mark *m)
{
	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	return mark_find(st->db, key, now, m);
}

const struct sess_store_ops sqlite_store = {
	.scheme = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.find = sqlite_find,
	.commit = sqlite_commit,
	.sweep = sqlite_sweep,
	.mark = sqlite_mark,
	.find_mark = sqlite_find_mark,
};

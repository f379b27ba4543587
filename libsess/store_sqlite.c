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

#include "db.h"
#include "gate.h"
#include "place.h"
#include "sql.h"
#include "store.h"

#define SWEEP_EVERY 8   /* sessions made ... */
#define SWEEP_ROWS 64   /* ... for so many looked at: it keeps up, and holds
			   the gate for a millisecond at most */

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

/* ---- opening ------------------------------------------------------------------ */

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
	enum sess_err err;

	if (db_is_current(st->db))
		return SESS_OK;
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

/* ---- finding -------------------------------------------------------------------- */

enum { SERIAL, UNTIL, VOID, USER, CREATED, SEEN, AUTH, IDLE, ENDS, SECRET,
	NEWEST, TURNED, CONFIRMED, NAME, VALUE };       /* columns of SQL_FIND */

static enum sess_found
judge(struct db *db, int64_t now)
{
	int64_t until = db_int(db, SQL_FIND, UNTIL);

	if (db_is_null(db, SQL_FIND, UNTIL) || now < until)
		return SESS_FOUND_LIVE;
	if (db_int(db, SQL_FIND, VOID) == 0)
		return SESS_FOUND_REPLAY;
	return now < until + SESS_OLD_AFTER_SEEN ? SESS_FOUND_LATE :
	    SESS_FOUND_NONE;
}

/* A copy in the caller's memory, with a NUL behind. */
static enum sess_err
keep(const struct sess_memory *m, struct sess_value *v)
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

static enum sess_err
read_session(struct db *db, const struct sess_memory *m,
    struct sess_record *rec)
{
	struct sess_value user = db_value(db, SQL_FIND, USER);
	struct sess_value secret = db_value(db, SQL_FIND, SECRET);
	enum sess_err err;

	memset(rec, 0, sizeof *rec);
	if (!db_is_null(db, SQL_FIND, USER)) {
		if ((err = keep(m, &user)) != SESS_OK)
			return err;
		rec->user = user.data;
	}
	if (secret.type != SESS_BYTES || secret.len != sizeof rec->secret)
		return SESS_ESTORE;
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
		if ((err = keep(m, &name)) != SESS_OK ||
		    (err = keep(m, &field->value)) != SESS_OK)
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
	    (err = read_session(st->db, m, rec)) == SESS_OK)
		err = read_fields(st->db, m, rec);
	db_done(st->db, SQL_FIND);
	return err;
}

/* ---- one change, step by step ------------------------------------------------------- */

struct change {
	struct sess_store *st;
	struct db *db;
	const struct sess_change *c;
	const struct sess_memory *m;
	struct sess_outcome *out;
	/* the session that it applies to */
	int64_t pk, serial, newest, turned;
	bool full;              /* no room for one more without login */
};

static enum sess_err
hold(struct change *x)
{
	enum sess_err err = db_query(x->db, SQL_HOLD, "ki", x->c->key,
	    x->c->now);

	if (err != SESS_OK)
		return err == SESS_NONE ? SESS_EGONE : err;
	x->pk = db_int(x->db, SQL_HOLD, 0);
	x->serial = db_int(x->db, SQL_HOLD, 1);
	x->newest = db_int(x->db, SQL_HOLD, 2);
	x->turned = db_int(x->db, SQL_HOLD, 3);
	db_done(x->db, SQL_HOLD);
	return SESS_OK;
}

/*
 * Look at the next stretch of sessions and drop those that are over; at the
 * end begin again.  It walks the primary key, because an index on a time
 * that changes with each visit would cost every visit.
 */
static enum sess_err
sweep(struct sess_store *st, int64_t now, int rows, int *dropped)
{
	struct db *db = st->db;
	int64_t from, to, seen;
	enum sess_err err = db_query(db, SQL_SWEEP_NEXT, "i", (int64_t)rows);

	if (err != SESS_OK)
		return err;
	from = db_int(db, SQL_SWEEP_NEXT, 0);
	to = db_int(db, SQL_SWEEP_NEXT, 1);
	seen = db_int(db, SQL_SWEEP_NEXT, 2);
	db_done(db, SQL_SWEEP_NEXT);
	if (seen > 0 && (err = db_run(db, SQL_SWEEP_DROP, "iii", from, to,
	    now)) != SESS_OK)
		return err;
	*dropped = seen > 0 ? (int)db_changes(db) : 0;
	return db_run(db, SQL_SWEEP_DONE, "i", seen < rows ? 0 : to);
}

/*
 * A flood of visitors without login may fill its own share, and no more.
 * Before it is refused, look whether some of it is over.
 */
static enum sess_err
check_share(struct change *x)
{
	int dropped = 0, tries;
	int64_t n;
	enum sess_err err;

	for (tries = 0; tries < 2; tries++) {
		if ((err = db_query(x->db, SQL_ANONYMOUS, "")) != SESS_OK)
			return err;
		n = db_int(x->db, SQL_ANONYMOUS, 0);
		db_done(x->db, SQL_ANONYMOUS);
		if (n < (int64_t)x->c->max_anonymous)
			return SESS_OK;
		if ((err = sweep(x->st, x->c->now, SWEEP_ROWS, &dropped)) !=
		    SESS_OK)
			return err;
	}
	fault(x->st, "store: max_anonymous sessions are in use");
	x->full = true;
	return SESS_ELIMIT;
}

/* The session that ends as this one begins; it may be gone already. */
static enum sess_err
end_old(struct change *x)
{
	enum sess_err err;

	if (x->c->key == NULL || (err = hold(x)) == SESS_EGONE)
		return SESS_OK;
	return err == SESS_OK ? db_run(x->db, SQL_END, "i", x->pk) : err;
}

static enum sess_err
create(struct change *x)
{
	const struct sess_change *c = x->c;
	int dropped = 0;
	enum sess_err err;

	if (c->user == NULL && (err = check_share(x)) != SESS_OK)
		return err;
	if ((err = end_old(x)) != SESS_OK)
		return err;
	err = db_run(x->db, SQL_CREATE, "tiiiik", c->user,
	    c->user != NULL ? c->now : 0, c->now, c->idle, c->ends,
	    c->secret);
	if (err != SESS_OK)
		return err;
	x->pk = db_inserted(x->db);
	if (x->pk % SWEEP_EVERY == 0 &&
	    (err = sweep(x->st, c->now, SWEEP_ROWS, &dropped)) != SESS_OK)
		return err;
	return db_run(x->db, SQL_TOKEN, "kiii", c->next, x->pk, (int64_t)1,
	    c->now);
}

/*
 * Parallel requests on one id share a successor: whoever comes within the
 * pause gets none of its own.
 */
static enum sess_err
rotate(struct change *x)
{
	const struct sess_change *c = x->c;
	bool has_one = x->serial < x->newest &&
	    c->now - x->turned < SESS_ROTATE_PAUSE;
	enum sess_err err;

	x->out->turned = !has_one;
	if (has_one)
		return SESS_OK;
	if ((err = db_run(x->db, SQL_TOKEN, "kiii", c->next, x->pk,
	    x->newest + 1, c->now)) != SESS_OK ||
	    (err = db_run(x->db, SQL_REPLACED, "ki", c->key,
	    c->now + SESS_OLD_AT_MOST)) != SESS_OK)
		return err;
	return db_run(x->db, SQL_TURN, "iii", x->pk, x->newest + 1, c->now);
}

static enum sess_err
renew(struct change *x)
{
	const struct sess_change *c = x->c;
	enum sess_err err;

	if ((err = db_run(x->db, SQL_VOID, "ii", x->pk, c->now)) != SESS_OK ||
	    (err = db_run(x->db, SQL_TOKEN, "kiii", c->next, x->pk,
	    x->newest + 1, c->now)) != SESS_OK ||
	    (err = db_run(x->db, SQL_RENEW, "iiik", x->pk, x->newest + 1,
	    c->now, c->secret)) != SESS_OK || c->user == NULL)
		return err;
	return db_run(x->db, SQL_LOGIN, "itiii", x->pk, c->user, c->now,
	    c->idle, c->ends);
}

static enum sess_err
turn(struct change *x)
{
	enum sess_err err;

	x->out->turned = true;
	if (x->c->turn == SESS_TURN_CREATE)
		return create(x);
	if ((err = hold(x)) != SESS_OK)
		return err;
	switch (x->c->turn) {
	case SESS_TURN_ROTATE:
		return rotate(x);
	case SESS_TURN_RENEW:
		return renew(x);
	case SESS_TURN_END:
		return db_run(x->db, SQL_END, "i", x->pk);
	default:
		x->out->turned = false;
		return SESS_OK;
	}
}

/* What is noted about the session itself, beside its fields. */
static enum sess_err
note(struct change *x)
{
	const struct sess_change *c = x->c;
	enum sess_err err = SESS_OK;

	if (c->user == NULL && c->turn != SESS_TURN_CREATE &&
	    (c->idle > 0 || c->ends > 0))
		err = db_run(x->db, SQL_LIFE, "iii", x->pk, c->idle, c->ends);
	if (err == SESS_OK && c->touch)
		err = db_run(x->db, SQL_TOUCH, "ii", x->pk, c->now);
	if (err == SESS_OK && c->confirm)
		err = db_run(x->db, SQL_CONFIRM, "ii", x->pk, x->serial);
	if (err == SESS_OK && c->confirm)
		err = db_run(x->db, SQL_RETIRE, "iii", x->pk, x->serial,
		    c->now + SESS_OLD_AFTER_SEEN);
	return err;
}

static enum sess_err
take(struct change *x, const char *name)
{
	enum sess_err err = db_query(x->db, SQL_TAKE, "it", x->pk, name);

	if (err == SESS_NONE)
		return SESS_OK;
	if (err != SESS_OK)
		return err;
	x->out->taken = db_value(x->db, SQL_TAKE, 0);
	err = keep(x->m, &x->out->taken);
	db_done(x->db, SQL_TAKE);
	return err;
}

static enum sess_err
swap(struct change *x, const struct sess_edit *e)
{
	enum sess_err err = e->from == NULL ?
	    db_run(x->db, SQL_SWAP_NEW, "itv", x->pk, e->name, &e->value) :
	    db_run(x->db, SQL_SWAP, "ittv", x->pk, e->name, e->from,
	    &e->value);

	x->out->swapped = err == SESS_OK && db_changes(x->db) > 0;
	return err;
}

static enum sess_err
edit(struct change *x, const struct sess_edit *e)
{
	enum sess_err err;

	switch (e->kind) {
	case SESS_EDIT_SET:
		return db_run(x->db, SQL_SET, "itv", x->pk, e->name,
		    &e->value);
	case SESS_EDIT_DEL:
		return db_run(x->db, SQL_DEL, "it", x->pk, e->name);
	case SESS_EDIT_TAKE:
		return take(x, e->name);
	case SESS_EDIT_CAS:
		return swap(x, e);
	case SESS_EDIT_ADD:
	case SESS_EDIT_APPEND:
		break;
	}
	err = db_run(x->db, e->kind == SESS_EDIT_ADD ? SQL_ADD : SQL_APPEND,
	    "itv", x->pk, e->name, &e->value);
	/* Another request has made it a value of another type meanwhile. */
	if (err == SESS_OK && db_changes(x->db) == 0)
		err = SESS_ETYPE;
	return err;
}

/* Is the session within its quota with what others added to it meanwhile? */
static enum sess_err
weigh(struct change *x)
{
	enum sess_err err = db_query(x->db, SQL_WEIGH, "i", x->pk);
	int64_t count, bytes;

	if (err != SESS_OK)
		return err;
	count = db_int(x->db, SQL_WEIGH, 0);
	bytes = db_int(x->db, SQL_WEIGH, 1);
	db_done(x->db, SQL_WEIGH);
	return count > (int64_t)x->c->max_fields ||
	    bytes > (int64_t)x->c->max_bytes ? SESS_ELIMIT : SESS_OK;
}

static enum sess_err
once(struct change *x)
{
	enum sess_err err;

	if (x->c->once == NULL)
		return SESS_OK;
	err = db_run(x->db, SQL_ONCE, "ifi", x->pk, x->c->once, x->c->now);
	x->out->repeated = err == SESS_OK && db_changes(x->db) == 0;
	if (err == SESS_OK)
		err = db_run(x->db, SQL_ONCE_TRIM, "i", x->pk);
	return err;
}

static enum sess_err
edits(struct change *x)
{
	const struct sess_edit *e = x->c->edits, *end = e + x->c->nedits;
	enum sess_err err = SESS_OK;

	if (x->c->clear)
		err = db_run(x->db, SQL_CLEAR, "i", x->pk);
	for (; err == SESS_OK && e < end; e++)
		err = edit(x, e);
	if (err == SESS_OK && x->c->nedits > 0)
		err = weigh(x);
	return err;
}

static enum sess_err
apply(struct change *x)
{
	enum sess_err err;

	if ((err = turn(x)) != SESS_OK || x->c->turn == SESS_TURN_END ||
	    (err = note(x)) != SESS_OK || (err = once(x)) != SESS_OK ||
	    x->out->repeated)
		return err;
	return edits(x);
}

/* ---- transactions ------------------------------------------------------------------- */

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
	struct change x = { .st = st, .db = st->db, .c = c, .m = m,
	    .out = out };
	enum sess_err err;

	memset(out, 0, sizeof *out);
	if ((err = begin(st, c->durable)) != SESS_OK ||
	    (err = apply(&x)) == SESS_OK)
		return err == SESS_OK ? finish(st, SESS_OK) : err;
	/* When it was full, all that was done is the sweep: let it get on. */
	finish(st, x.full ? SESS_OK : err);
	return err;
}

static enum sess_err
sqlite_sweep(struct sess_store *st, int64_t now, int rows, int *dropped)
{
	enum sess_err err = begin(st, false);

	return err == SESS_OK ? finish(st, sweep(st, now, rows, dropped)) :
	    err;
}

const struct sess_store_ops sqlite_store = {
	.scheme = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.find = sqlite_find,
	.commit = sqlite_commit,
	.sweep = sqlite_sweep,
};

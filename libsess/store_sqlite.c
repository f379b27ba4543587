/*
 * store_sqlite.c - sessions in a SQLite database.
 *
 * Reading is one statement and takes no lock that a writer waits for.  A
 * change is one transaction, with the gate held around it.  "sqlite::memory:"
 * is a database in memory, which has the same tables and no gate.
 */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "crypt.h"
#include "family.h"
#include "gate.h"
#include "mark.h"
#include "past.h"
#include "people.h"
#include "place.h"
#include "rows.h"
#include "sql.h"
#include "store.h"
#include "tries.h"

/*
 * Where a database is: in a file, which other programs have open too, or in
 * memory, which only this store has.  Nothing else here knows which of the two
 * it is.
 */
struct home {
	enum sess_err (*open)(struct sess_store *);     /* as far as st->path */
	void (*db_fault)(void *st, enum sess_err, const char *why);
	enum sess_err (*enter)(struct sess_store *);    /* one writer at a */
	void (*leave)(struct sess_store *);             /* time */
	enum sess_err (*check)(struct sess_store *);    /* is it still there? */
	enum sess_err (*slot_take)(struct sess_store *);
	void (*slot_leave)(struct sess_store *);
};

struct sess_store {
	struct db *db;
	const struct home *home;
	struct gate gate;
	char *file;             /* its path, as the settings have it */
	struct place place;
	char path[PATH_MAX];    /* of the database, by way of its folder */
	struct sess_store_env env;
	pid_t pid;              /* that opened it: a handle does not survive fork */
};

static enum sess_err
fault(struct sess_store *st, const char *why)
{
	st->env.fault(st->env.arg, why);
	return SESS_ESTORE;
}

/* The same, of the file and with what is to be done. */
__attribute__((format(printf, 2, 3)))
static enum sess_err
file_fault(struct sess_store *st, const char *format, ...)
{
	char why[1000];
	int n = snprintf(why, sizeof why, "store: %.300s ", st->file);
	va_list ap;

	va_start(ap, format);
	vsnprintf(why + n, sizeof why - (size_t)n, format, ap);
	va_end(ap);
	return fault(st, why);
}

/* ---- in a file --------------------------------------------------------- */

static enum sess_err
file_enter(struct sess_store *st)
{
	if (gate_enter(&st->gate, st->env.wait) != SESS_OK)
		return file_fault(st, "was locked for longer than %" PRId64
		    " s: another program of this store wrote for so long, or "
		    "hangs: fuser -v %.300s-lock shows those that have it "
		    "open: kill the one that hangs, or raise wait = %" PRId64
		    "s (variable LIBSESS_WAIT)", st->env.wait, st->file,
		    st->env.wait);
	return SESS_OK;
}

static void
file_leave(struct sess_store *st)
{
	gate_leave(&st->gate);
}

static enum sess_err
open_gate(struct sess_store *st)
{
	int fd;
	enum sess_err err = place_open_beside(&st->place, "-lock", &fd);

	if (err == SESS_OK && gate_open(&st->gate, fd) != SESS_OK)
		err = place_lock_wrong(&st->place, "-lock", errno);
	if (err != SESS_OK)
		fault(st, st->place.why);
	return err;
}

/* SQLite does not say which of its files is that of another user. */
static void
file_db_fault(void *arg, enum sess_err err, const char *why)
{
	struct sess_store *st = arg;

	if (err == SESS_ECONF &&
	    (place_look_beside(&st->place, "-wal") != SESS_OK ||
	    place_look_beside(&st->place, "-shm") != SESS_OK))
		why = st->place.why;
	fault(st, why);
}

/* By way of the folder that is checked; see place.h. */
static enum sess_err
file_open(struct sess_store *st)
{
	enum sess_err err = place_open(&st->place, st->file,
	    st->env.document_root);

	if (err != SESS_OK) {
		fault(st, st->place.why);
		return err;
	}
	place_path(&st->place, st->path);
	return open_gate(st);
}

static enum sess_err
file_check(struct sess_store *st)
{
	return place_check(&st->place) == SESS_OK ? SESS_OK :
	    fault(st, st->place.why);
}

static enum sess_err
file_slot_take(struct sess_store *st)
{
	return gate_slot_take(&st->gate);
}

static void
file_slot_leave(struct sess_store *st)
{
	gate_slot_leave(&st->gate);
}

static const struct home in_file = {
	.open = file_open, .db_fault = file_db_fault,
	.enter = file_enter, .leave = file_leave, .check = file_check,
	.slot_take = file_slot_take, .slot_leave = file_slot_leave,
};

/* ---- in memory --------------------------------------------------------- */

static enum sess_err
memory_open(struct sess_store *st)
{
	snprintf(st->path, sizeof st->path, "%s", st->file);
	return SESS_OK;
}

static void
memory_db_fault(void *arg, enum sess_err err, const char *why)
{
	(void)err;
	fault(arg, why);
}

static enum sess_err
granted(struct sess_store *st)
{
	(void)st;
	return SESS_OK;
}

static void
let_go(struct sess_store *st)
{
	(void)st;
}

/*
 * A service is used by one thread at a time.  So nobody else writes, and no
 * more than one password is hashed.
 */
static const struct home in_memory = {
	.open = memory_open, .db_fault = memory_db_fault,
	.enter = granted, .leave = let_go, .check = granted,
	.slot_take = granted, .slot_leave = let_go,
};

/* ---- opening ----------------------------------------------------------- */

static void
on_step(void *arg, enum sess_step step, const struct sess_trace_part *parts,
    size_t n)
{
	struct sess_store *st = arg;

	st->env.step(st->env.arg, step, parts, n);
}

static enum sess_err
open_db(struct sess_store *st)
{
	const struct db_env env = {
		.path = st->path, .file = st->file,
		.wait = st->env.wait,
		.step = on_step, .traced = st->env.traced,
		.fault = st->home->db_fault, .arg = st,
	};

	return db_open(&st->db, &env);
}

/* Two that find an empty file upgrade it one after the other. */
static enum sess_err
upgrade(struct sess_store *st)
{
	bool current;
	enum sess_err err = db_is_current(st->db, &current);

	if (err != SESS_OK || current)
		return err;
	if ((err = st->home->enter(st)) != SESS_OK)
		return err;
	err = db_upgrade(st->db);
	st->home->leave(st);
	return err;
}

static void
sqlite_close(struct sess_store *st)
{
	if (st == NULL)
		return;
	db_close(st->db);
	gate_close(&st->gate);
	place_close(&st->place);
	free(st->file);
	free(st);
}

static enum sess_err
sqlite_open(struct sess_store **opened, const char *path,
    const struct sess_store_env *env)
{
	struct sess_store *st = calloc(1, sizeof *st);
	enum sess_err err;

	if (st == NULL)
		return SESS_ENOMEM;
	st->gate = (struct gate)GATE_INIT;
	st->place.folder = -1;
	st->env = *env;
	st->pid = getpid();
	st->home = strcmp(path, ":memory:") == 0 ? &in_memory : &in_file;
	if ((st->file = strdup(path)) == NULL)
		err = SESS_ENOMEM;
	else if ((err = st->home->open(st)) == SESS_OK &&
	    (err = open_db(st)) == SESS_OK)
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
	NEWEST, TURNED, CONFIRMED, HANDLE, AGENT, ADDRESS, REMEMBERED, ALERT,
	ALERTS_SEEN, NAME, VALUE };                          /* columns of SQL_FIND */

static bool
is_over(struct db *db, int64_t now)
{
	return now >= db_int(db, SQL_FIND, SEEN) +
	    db_int(db, SQL_FIND, IDLE) || now >= db_int(db, SQL_FIND, ENDS);
}

static enum sess_found
judge(struct db *db, int64_t now)
{
	int64_t until = db_int(db, SQL_FIND, UNTIL);
	int64_t is_void = db_int(db, SQL_FIND, VOID);
	bool over = is_over(db, now);

	if (is_void == 1)
		return now < until + SESS_OLD_AFTER_SEEN && !over ?
		    SESS_FOUND_LATE : SESS_FOUND_NONE;
	if (is_void == 0 && (db_is_null(db, SQL_FIND, UNTIL) || now < until))
		return over ? SESS_FOUND_EXPIRED : SESS_FOUND_LIVE;
	return over ? SESS_FOUND_NONE : SESS_FOUND_REPLAY;
}

static enum sess_err
read_session(struct sess_store *st, const struct sess_memory *m,
    struct sess_record *rec)
{
	struct db *db = st->db;
	struct sess_value secret = db_value(db, SQL_FIND, SECRET);
	enum sess_err err;

	memset(rec, 0, sizeof *rec);
	if ((err = db_text(db, SQL_FIND, USER, m, &rec->user)) != SESS_OK ||
	    (err = db_text(db, SQL_FIND, AGENT, m, &rec->agent)) != SESS_OK ||
	    (err = db_text(db, SQL_FIND, ADDRESS, m, &rec->address)) !=
	    SESS_OK)
		return err;
	if (secret.type != SESS_BYTES || secret.len != sizeof rec->secret)
		return file_fault(st, "has a session without its secret: "
		    "it is damaged, or another program wrote to it: "
		    STORE_RESTORE);
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
	rec->handle = db_int(db, SQL_FIND, HANDLE);
	rec->remembered = db_int(db, SQL_FIND, REMEMBERED) != 0;
	rec->alert = db_int(db, SQL_FIND, ALERT);
	rec->alerts_seen = db_int(db, SQL_FIND, ALERTS_SEEN);
	return SESS_OK;
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
		if (!db_grow(m, &rec->fields, rec->nfields, sizeof *field))
			return SESS_ENOMEM;
		field = &rec->fields[rec->nfields++];
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
	static const char *const words[] = { "none", "live", "late", "replay",
		"expired" };
	struct rows *rows;
	enum sess_err err;

	*found = SESS_FOUND_NONE;
	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	err = db_query(st->db, SQL_FIND, "k", key);
	if (err != SESS_OK && err != SESS_NONE)
		return err;             /* so nobody knows what is there */
	rows = rows_find(st->db, key);
	if (err == SESS_NONE) {
		rows_found(rows, words[*found]);
		return SESS_OK;
	}
	*found = judge(st->db, now);
	if (*found != SESS_FOUND_NONE && *found != SESS_FOUND_LATE)
		err = read_session(st, m, rec);
	if (err == SESS_OK && *found == SESS_FOUND_LIVE)
		err = read_fields(st->db, m, rec);
	db_done(st->db, SQL_FIND);
	rows_found(rows, words[*found]);
	return err;
}

/* ---- transactions ------------------------------------------------------ */

static enum sess_err
begin(struct sess_store *st, bool durable)
{
	enum sess_err err;

	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	if ((err = st->home->enter(st)) != SESS_OK)
		return err;
	if ((err = db_durable(st->db, durable)) != SESS_OK ||
	    (err = db_run(st->db, SQL_BEGIN, "")) != SESS_OK)
		st->home->leave(st);
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
	st->home->leave(st);
	return err;
}

/*
 * Nothing but to forget a cookie that was made up?  That is found out before
 * the gate, and keeps nobody waiting.
 */
static enum sess_err
look_first(struct sess_store *st, const struct sess_change *c)
{
	if (c->key != NULL || c->turn != SESS_TURN_NONE || c->forget == NULL)
		return SESS_OK;
	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	return family_look(st->db, c->forget->family);
}

/* An alert is noted in all of the user's sessions. */
static bool
has_alert(const struct sess_change *c)
{
	size_t i;

	for (i = 0; i < c->nnotes; i++)
		if (c->notes[i].alarm)
			return true;
	return false;
}

/* What a change is about.  Afterwards its session may have a new id. */
static struct rows_of
rows_of(const struct sess_change *c, bool turned)
{
	return (struct rows_of){ .account = c->user,
		.key = turned && c->next != NULL ? c->next : c->key,
		.family = c->forget != NULL ? c->forget->family : NULL,
		.sessions = c->forget != NULL || c->password != NULL ||
		    has_alert(c),
		.crowd = c->user != NULL ? c->max_sessions : 0,
		.tries = c->limit, .ntries = c->limit != NULL, .now = c->now,
		.tally = c->turn != SESS_TURN_NONE &&
		    c->turn != SESS_TURN_ROTATE };
}

static enum sess_err
sqlite_commit(struct sess_store *st, const struct sess_change *c,
    const struct sess_memory *m, struct sess_outcome *out)
{
	enum sess_err err = look_first(st, c), end;
	struct rows *rows;
	bool full;

	memset(out, 0, sizeof *out);
	if (err != SESS_OK)
		return err == SESS_NONE ? SESS_OK : err;
	if ((err = begin(st, c->durable)) != SESS_OK)
		return err;
	rows = rows_before(st->db, "commit", rows_of(c, false));
	err = change_apply(st->db, c, m, out, &full);
	rows_after(rows, rows_of(c, out->turned));
	if (full)
		file_fault(st, "has %zu sessions without a user, as many as "
		    "the setting max_anonymous allows: raise it, or lower "
		    "max_new", c->max_anonymous);
	end = finish(st, full ? SESS_OK : err);
	rows_done(rows, err == SESS_OK && end == SESS_OK);
	return err != SESS_OK ? err : end;
}

static enum sess_err
sqlite_end(struct sess_store *st, const uint8_t key[SESS_KEY_LEN],
    int64_t now, bool over, const struct sess_note *note, bool *ended)
{
	const struct rows_of of = { .key = key, .tally = true };
	enum sess_err err = begin(st, true);
	struct rows *rows;

	if (err != SESS_OK)
		return err;
	rows = rows_before(st->db, "end", of);
	err = change_end(st->db, key, now, over, note, ended);
	rows_after(rows, of);
	err = finish(st, err);
	rows_done(rows, err == SESS_OK);
	return err;
}

static enum sess_err
sqlite_sweep(struct sess_store *st, int64_t now, int rows, int *dropped)
{
	uint8_t die;
	enum sess_err err;

	if ((err = st->env.random(st->env.arg, "where to sweep", &die,
	    sizeof die)) != SESS_OK ||
	    (err = begin(st, false)) != SESS_OK)
		return err;
	return finish(st, change_sweep(st->db, now, rows, die, dropped));
}

/* The check is before the gate: without a session nobody is kept waiting. */
static enum sess_err
sqlite_mark(struct sess_store *st, const uint8_t key[SESS_KEY_LEN],
    int64_t now, const struct sess_mark *m)
{
	enum sess_err err;

	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	if ((err = change_live(st->db, key, now)) != SESS_OK ||
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

/* ---- users ------------------------------------------------------------- */

static enum sess_err
sqlite_find_account(struct sess_store *st, const char *name,
    const struct sess_memory *m, struct sess_account *a)
{
	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	return people_find(st->db, name, m, a);
}

static enum sess_err
sqlite_account(struct sess_store *st, enum sess_account_act act,
    const char *name, const char *hash, const char *from, int64_t now)
{
	const struct rows_of of = { .account = name,
		.sessions = act == SESS_ACCOUNT_DISABLE };
	enum sess_err err = begin(st, true);
	struct rows *rows;

	if (err != SESS_OK)
		return err;
	rows = rows_before(st->db, "account", of);
	err = people_account(st->db, act, name, hash, from, now);
	rows_after(rows, of);
	err = finish(st, err);
	rows_done(rows, err == SESS_OK);
	return err;
}

static enum sess_err
sqlite_devices(struct sess_store *st, const char *user, int64_t now,
    const struct sess_memory *m, struct sess_device **list, size_t *n)
{
	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	return people_devices(st->db, user, now, m, list, n);
}

static enum sess_err
sqlite_revoke(struct sess_store *st, const struct sess_revoke *r,
    int64_t now, int64_t *ended)
{
	struct rows_of of = { .account = r->user, .sessions = true };
	enum sess_err err = begin(st, true);
	struct rows *rows;

	*ended = 0;
	if (err != SESS_OK)
		return err;
	rows = rows_before(st->db, "revoke", of);
	if (r->by != NULL)
		err = change_live(st->db, r->by, now);
	if (err == SESS_OK)
		err = people_revoke(st->db, r, now, ended);
	of.ended = ended;
	rows_after(rows, of);
	err = finish(st, err);
	rows_done(rows, err == SESS_OK);
	return err;
}

/* A token that nobody has is looked for as well. */
static void
rows_redeem_nothing(struct db *db)
{
	const struct rows_of of = { .found = "nothing" };
	struct rows *rows = rows_before(db, "redeem", of);

	rows_after(rows, of);
	rows_done(rows, true);
}

/* A made-up token holds up nobody: it is found out before the gate. */
static enum sess_err
sqlite_redeem(struct sess_store *st, const struct sess_redeem *r,
    int64_t now, const struct sess_memory *m, struct sess_redemption *out)
{
	static const char *const words[] = {
		[SESS_REDEEMED_NOT] = "nothing", [SESS_REDEEMED] = "good",
		[SESS_REDEEMED_JOINED] = "shared",
		[SESS_REDEEMED_STOLEN] = "stolen",
	};
	struct rows_of of = { .key = r->begin.key, .family = r->family,
		.sessions = true, .tally = true };
	struct rows *rows;
	enum sess_err err;

	*out = (struct sess_redemption){ .how = SESS_REDEEMED_NOT };
	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	if ((err = family_look(st->db, r->family)) == SESS_NONE) {
		rows_redeem_nothing(st->db);
		return SESS_OK;
	}
	if (err != SESS_OK || (err = begin(st, true)) != SESS_OK)
		return err;
	rows = rows_before(st->db, "redeem", of);
	err = family_redeem(st->db, r, now, m, out);
	of.key = r->begin.next;
	of.found = words[out->how];
	rows_after(rows, of);
	err = finish(st, err);
	rows_done(rows, err == SESS_OK);
	return err;
}

/* ---- tries ------------------------------------------------------------- */

/* A refused try holds up nobody: that is found out before the gate. */
static enum sess_err
sqlite_count(struct sess_store *st, const struct sess_try *tries, size_t n,
    int64_t now, struct sess_tried *tried)
{
	const struct rows_of of = { .tries = tries, .ntries = n,
		.now = now };
	struct rows *rows;
	enum sess_err err;

	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	memset(tried, 0, n * sizeof *tried);
	if ((err = tries_look(st->db, tries, n, now, tried)) != SESS_OK ||
	    (err = begin(st, false)) != SESS_OK)
		return err == SESS_ETRIES ? SESS_OK : err;
	rows = rows_before(st->db, "count", of);
	err = tries_count(st->db, tries, n, now, tried);
	rows_after(rows, of);
	err = finish(st, err);
	rows_done(rows, err == SESS_OK);
	return err == SESS_ETRIES ? SESS_OK : err;
}

/* ---- events ------------------------------------------------------------ */

static enum sess_err
sqlite_note(struct sess_store *st, const struct sess_note *note)
{
	const struct rows_of of = { .account = note->user, .events = true,
		.sessions = note->alarm };
	enum sess_err err = begin(st, false);
	struct rows *rows;

	if (err != SESS_OK)
		return err;
	rows = rows_before(st->db, "note", of);
	err = past_add(st->db, note);
	rows_after(rows, of);
	err = finish(st, err);
	rows_done(rows, err == SESS_OK);
	return err;
}

static enum sess_err
sqlite_events(struct sess_store *st, const char *user, int64_t now,
    const struct sess_memory *m, struct sess_happening **list, size_t *n)
{
	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	return past_list(st->db, user, now, m, list, n);
}

static enum sess_err
sqlite_alerts(struct sess_store *st, const char *user, int64_t now,
    int64_t seen, int64_t *n)
{
	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	return past_alerts(st->db, user, now, seen, n);
}

/* ---- what all share ---------------------------------------------------- */

static enum sess_err
read_secret(struct sess_store *st, uint8_t secret[SESS_KEY_LEN])
{
	struct sess_value v;
	enum sess_err err = db_query(st->db, SQL_SECRET, "");

	if (err != SESS_OK)
		return err == SESS_NONE ? SESS_ESTORE : err;
	v = db_value(st->db, SQL_SECRET, 0);
	if (v.len == SESS_KEY_LEN)
		memcpy(secret, v.data, SESS_KEY_LEN);
	else
		err = SESS_NONE;
	db_done(st->db, SQL_SECRET);
	return err;
}

static enum sess_err
make_secret(struct sess_store *st, const uint8_t fresh[SESS_KEY_LEN])
{
	const struct rows_of of = { .tally = true };
	enum sess_err err = begin(st, true);
	struct rows *rows;

	if (err != SESS_OK)
		return err;
	rows = rows_before(st->db, "secret", of);
	err = db_run(st->db, SQL_SECRET_PUT, "k", fresh);
	rows_after(rows, of);
	err = finish(st, err);
	rows_done(rows, err == SESS_OK);
	return err;
}

static enum sess_err
sqlite_secret(struct sess_store *st, uint8_t secret[SESS_KEY_LEN])
{
	uint8_t fresh[SESS_KEY_LEN];
	enum sess_err err;

	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	if ((err = read_secret(st, secret)) != SESS_NONE)
		return err;
	err = st->env.random(st->env.arg, "secret of the store", fresh,
	    sizeof fresh);
	if (err == SESS_OK)
		err = make_secret(st, fresh);
	crypt_wipe(fresh, sizeof fresh);
	return err != SESS_OK ? err : read_secret(st, secret);
}

/* The key of nobody: no hash of an id or of an address is all zeros. */
static enum sess_err
sqlite_check(struct sess_store *st, int64_t now)
{
	const struct sess_try write = { .kind = SESS_TRY_WINDOW, .most = 1,
		.period = 1 };
	struct sess_tried tried;
	enum sess_err err;

	if (st->pid != getpid())
		return fault(st, "store: used after fork");
	if ((err = st->home->check(st)) != SESS_OK)
		return err;
	err = db_query(st->db, SQL_FIND, "k", write.key);
	db_done(st->db, SQL_FIND);
	return err != SESS_OK && err != SESS_NONE ? err :
	    sqlite_count(st, &write, 1, now, &tried);
}

static enum sess_err
sqlite_slot_take(struct sess_store *st)
{
	return st->home->slot_take(st);
}

static void
sqlite_slot_leave(struct sess_store *st)
{
	st->home->slot_leave(st);
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
	.end = sqlite_end,
	.find_account = sqlite_find_account,
	.account = sqlite_account,
	.devices = sqlite_devices,
	.revoke = sqlite_revoke,
	.redeem = sqlite_redeem,
	.count = sqlite_count,
	.note = sqlite_note,
	.events = sqlite_events,
	.alerts = sqlite_alerts,
	.check = sqlite_check,
	.secret = sqlite_secret,
	.slot_take = sqlite_slot_take,
	.slot_leave = sqlite_slot_leave,
};

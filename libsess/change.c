/* change.c - what one request changed, statement by statement. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "change.h"
#include "family.h"
#include "past.h"
#include "people.h"
#include "sql.h"
#include "tries.h"

/*
 * One session in two that are made looks at 16 rows: eight times as many as
 * come, so the sweep keeps up, and in pieces that no visitor notices (64 rows
 * for one in eight: p99 of 1.65 times a quiet store; this way: 1.33).
 */
#define SWEEP_EVERY 2
#define SWEEP_ROWS 16
#define SWEEP_LEFT 64           /* rows of sessions that are gone */

enum sess_err
change_live(struct db *db, const uint8_t key[SESS_KEY_LEN], int64_t now)
{
	enum sess_err err = db_query(db, SQL_HOLD, "ki", key, now);

	db_done(db, SQL_HOLD);
	return err == SESS_NONE ? SESS_EGONE : err;
}

/* The schema needs no pragma to be right, so nothing cascades in it. */
static enum sess_err
drop_parts(struct db *db, int64_t pk)
{
	enum sess_err err;

	if ((err = db_run(db, SQL_END_IDS, "i", pk)) != SESS_OK ||
	    (err = db_run(db, SQL_END_FIELDS, "i", pk)) != SESS_OK ||
	    (err = db_run(db, SQL_END_ONCE, "i", pk)) != SESS_OK)
		return err;
	return db_run(db, SQL_END_MARKS, "i", pk);
}

enum sess_err
change_dropped(struct db *db, enum sql sql, enum sess_err first, int64_t *n)
{
	enum sess_err err;

	for (err = first; err == SESS_OK; err = db_next(db, sql)) {
		if ((err = drop_parts(db, db_int(db, sql, 0))) != SESS_OK)
			break;
		(*n)++;
	}
	db_done(db, sql);
	return err == SESS_NONE ? SESS_OK : err;
}

/* What one step of the sweep looks at: the sessions above from, up to to. */
struct stretch {
	int64_t from, to, sessions;
	int64_t anonymous, over;        /* without user: that stay, and not */
	bool last;                      /* none comes after it */
};

static enum sess_err
look_ahead(struct db *db, int64_t now, int rows, struct stretch *s)
{
	enum sess_err err = db_query(db, SQL_SWEEP_NEXT, "ii", (int64_t)rows,
	    now);

	if (err != SESS_OK)
		return err;
	*s = (struct stretch){
		.from = db_int(db, SQL_SWEEP_NEXT, 0),
		.to = db_int(db, SQL_SWEEP_NEXT, 1),
		.sessions = db_int(db, SQL_SWEEP_NEXT, 2),
		.anonymous = db_int(db, SQL_SWEEP_NEXT, 3),
		.over = db_int(db, SQL_SWEEP_NEXT, 4),
	};
	db_done(db, SQL_SWEEP_NEXT);
	s->last = s->sessions < rows;
	return SESS_OK;
}

static enum sess_err
drop_stretch(struct db *db, int64_t now, const struct stretch *s,
    int *dropped)
{
	int64_t n = 0;
	enum sess_err err;

	*dropped = 0;
	if (s->sessions == 0)
		return SESS_OK;
	if ((err = db_run(db, SQL_SWEEP_NOTE, "iii", s->from, s->to, now)) ==
	    SESS_OK)
		err = change_dropped(db, SQL_SWEEP_DROP, db_query(db,
		    SQL_SWEEP_DROP, "iii", s->from, s->to, now), &n);
	*dropped = (int)n;
	return err;
}

/* One table a step: a program that comes for one visit prepares one. */
static enum sess_err
drop_left(struct db *db, const struct stretch *s, unsigned die)
{
	static const enum sql left[] = { SQL_LEFT_IDS, SQL_LEFT_FIELDS,
		SQL_LEFT_ONCE, SQL_LEFT_MARKS };

	return db_run(db, left[die % (sizeof left / sizeof *left)], "iii",
	    s->from, s->last ? INT64_MAX : s->to, (int64_t)SWEEP_LEFT);
}

enum sess_err
change_sweep(struct db *db, int64_t now, int rows, unsigned die, int *dropped)
{
	struct stretch s;
	enum sess_err err;

	if ((err = look_ahead(db, now, rows, &s)) != SESS_OK ||
	    (err = drop_stretch(db, now, &s, dropped)) != SESS_OK ||
	    (err = drop_left(db, &s, die)) != SESS_OK)
		return err;
	return db_run(db, SQL_SWEEP_DONE, "iii", s.last ? 0 : s.to,
	    s.anonymous, s.over);
}

struct change {
	struct db *db;
	const struct sess_change *c;
	const struct sess_memory *m;
	struct sess_outcome *out;
	bool *full;
	/* the session that it applies to */
	int64_t pk, serial, newest, turned, handle;
	bool anonymous;                 /* it has no user */
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
	x->handle = db_int(x->db, SQL_HOLD, 4);
	x->anonymous = db_int(x->db, SQL_HOLD, 5) != 0;
	db_done(x->db, SQL_HOLD);
	return SESS_OK;
}

/*
 * A flood of visitors without login may fill its own share, and no more.
 * Before it is refused, look whether some of it is over.
 */
static enum sess_err
take_share(struct change *x)
{
	int64_t most = (int64_t)x->c->max_anonymous;
	int dropped, swept;
	enum sess_err err;

	for (swept = 0; ; swept++) {
		if ((err = db_run(x->db, SQL_ANONYMOUS, "i", most)) !=
		    SESS_OK || db_changes(x->db) > 0)
			return err;
		if (swept > 0)
			break;
		if ((err = change_sweep(x->db, x->c->now, SWEEP_ROWS,
		    x->c->next[1], &dropped)) != SESS_OK)
			return err;
	}
	*x->full = true;
	return SESS_EFULL;
}

/* Nor may they all be of one address. */
static enum sess_err
check_limit(struct change *x)
{
	struct sess_tried tried = { .refused = false };
	enum sess_err err = x->c->limit == NULL ? SESS_OK :
	    tries_count(x->db, x->c->limit, 1, x->c->now, &tried);

	x->out->until = tried.until;
	x->out->tried = tried.n;
	return err;
}

/* What may begin the next one stays. */
static enum sess_err
drop(struct db *db, int64_t pk, bool anonymous)
{
	enum sess_err err;

	if ((err = db_run(db, SQL_END, "i", pk)) != SESS_OK ||
	    (err = drop_parts(db, pk)) != SESS_OK)
		return err;
	return anonymous ? db_run(db, SQL_ANONYMOUS_GONE, "i", pk) : SESS_OK;
}

/* With all that would begin it anew. */
static enum sess_err
end(struct change *x)
{
	enum sess_err err = db_run(x->db, SQL_END_FAMILY, "i", x->pk);

	return err != SESS_OK ? err : drop(x->db, x->pk, x->anonymous);
}

enum sess_err
change_end(struct db *db, const uint8_t key[SESS_KEY_LEN], int64_t now,
    bool over, const struct sess_note *note, bool *ended)
{
	struct change x = { .db = db };
	enum sess_err err = db_query(db, SQL_WHOSE, "ki", key, now);

	*ended = false;
	if (err != SESS_OK)
		return err == SESS_NONE ? SESS_OK : err;
	x.pk = db_int(db, SQL_WHOSE, 0);
	*ended = !over || db_int(db, SQL_WHOSE, 1) != 0;
	x.anonymous = db_int(db, SQL_WHOSE, 2) != 0;
	db_done(db, SQL_WHOSE);
	if (!*ended)
		return SESS_OK;
	/* A user who was away for long may be remembered. */
	err = over ? drop(db, x.pk, x.anonymous) : end(&x);
	return err == SESS_OK && note->user != NULL ? past_add(db, note) :
	    err;
}

/* The session that ends as this one begins, if it is not gone already. */
static enum sess_err
end_old(struct change *x, bool *ended)
{
	enum sess_err err = x->c->key != NULL ? hold(x) : SESS_EGONE;

	*ended = err == SESS_OK;
	if (err == SESS_EGONE)
		return SESS_OK;
	return err == SESS_OK ? end(x) : err;
}

/*
 * A session without user takes its share.  In place of its own there is room:
 * a logout is never refused.
 */
static enum sess_err
admit(struct change *x, bool in_place)
{
	enum sess_err err;

	if (x->c->user != NULL)
		return SESS_OK;
	if (in_place)
		return db_run(x->db, SQL_ANONYMOUS, "i", INT64_MAX);
	err = take_share(x);
	return err != SESS_OK ? err : check_limit(x);
}

static enum sess_err
create(struct change *x)
{
	const struct sess_change *c = x->c;
	int dropped = 0;
	bool ended;
	enum sess_err err;

	if ((err = end_old(x, &ended)) != SESS_OK)
		return err;
	if ((err = admit(x, ended)) != SESS_OK)
		return err;
	err = db_run(x->db, SQL_CREATE, "tiiiiki", c->user,
	    c->user != NULL && !c->stale ? c->now : 0, c->now, c->idle,
	    c->ends, c->secret, c->handle);
	if (err != SESS_OK)
		return err;
	x->pk = db_inserted(x->db);
	x->handle = c->handle;
	/* Keys are hashes: their first byte is as good as a die. */
	if (c->next[0] % SWEEP_EVERY == 0 &&
	    (err = change_sweep(x->db, c->now, SWEEP_ROWS, c->next[1],
	    &dropped)) != SESS_OK)
		return err;
	return db_run(x->db, SQL_TOKEN, "kiii", c->next, x->pk, (int64_t)1,
	    c->now);
}

/*
 * Parallel requests on one id share a successor: one that comes within the
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
	if (x->anonymous && (err = db_run(x->db, SQL_ANONYMOUS_GONE, "i",
	    x->pk)) != SESS_OK)
		return err;
	return db_run(x->db, SQL_LOGIN, "itiii", x->pk, c->user, c->now,
	    c->idle, c->ends);
}

/* A logout where no session is left. */
static bool
has_no_session(const struct sess_change *c)
{
	return c->turn == SESS_TURN_NONE && c->key == NULL;
}

static enum sess_err
turn(struct change *x)
{
	enum sess_err err;

	if (has_no_session(x->c))
		return x->c->forget != NULL ? SESS_OK : SESS_EGONE;
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
		return end(x);
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
	if (err == SESS_OK && c->address != NULL)
		err = db_run(x->db, SQL_MOVED, "itt", x->pk, c->agent,
		    c->address);
	if (err == SESS_OK && c->stale && c->turn != SESS_TURN_CREATE)
		err = db_run(x->db, SQL_STALE, "i", x->pk);
	if (err == SESS_OK && c->alerts_seen > 0)
		err = db_run(x->db, SQL_ALERTS_SEEN, "ii", x->pk,
		    c->alerts_seen);
	if (err == SESS_OK && c->touch)
		err = db_run(x->db, SQL_TOUCH, "ii", x->pk, c->now);
	if (err == SESS_OK && c->confirm)
		err = db_run(x->db, SQL_CONFIRM, "ii", x->pk, x->serial);
	if (err == SESS_OK && c->confirm)
		err = db_run(x->db, SQL_RETIRE, "iii", x->pk, x->serial,
		    c->now + SESS_OLD_AFTER_SEEN);
	return err;
}

/* After the session's own end: that takes its own family along. */
static enum sess_err
forget(struct change *x)
{
	return x->c->forget == NULL ? SESS_OK : family_forget(x->db,
	    x->c->forget, x->c->now, x->m, &x->out->stolen_from);
}

/* A user logs in: what comes with it, and what must go for it. */
static enum sess_err
enter(struct change *x)
{
	const struct sess_change *c = x->c;
	enum sess_err err = SESS_OK;

	if (c->user == NULL)
		return SESS_OK;
	if ((err = people_admit(x->db, c, x->pk, &x->out->ended)) != SESS_OK)
		return err;
	if (c->password != NULL && (err = people_password(x->db, c, x->pk,
	    x->handle, &x->out->ended)) != SESS_OK)
		return err;
	if (c->family != NULL && (err = family_begin(x->db, c->family,
	    c->user, x->pk, c->now)) != SESS_OK)
		return err;
	return past_alert(x->db, c->user, x->pk, &x->out->alert);
}

static enum sess_err
keep_notes(struct change *x)
{
	const struct sess_note *n = x->c->notes, *last = n + x->c->nnotes;
	enum sess_err err = SESS_OK;

	for (; err == SESS_OK && n < last; n++)
		if (n->user != NULL &&  /* or nobody could ask for it */
		    (x->out->turned || !n->if_turned))
			err = past_add(x->db, n);
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
	err = db_keep(x->m, &x->out->taken);
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
	int64_t count, bytes, largest;

	if (err != SESS_OK)
		return err;
	count = db_int(x->db, SQL_WEIGH, 0);
	bytes = db_int(x->db, SQL_WEIGH, 1);
	largest = db_int(x->db, SQL_WEIGH, 2);
	db_done(x->db, SQL_WEIGH);
	return count > (int64_t)x->c->max_fields ||
	    bytes > (int64_t)x->c->max_bytes ||
	    largest > (int64_t)x->c->max_value ? SESS_ELIMIT : SESS_OK;
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

enum sess_err
change_apply(struct db *db, const struct sess_change *c,
    const struct sess_memory *m, struct sess_outcome *out, bool *full)
{
	struct change x = { .db = db, .c = c, .m = m, .out = out,
	    .full = full };
	enum sess_err err;

	memset(out, 0, sizeof *out);
	*full = false;
	if ((err = turn(&x)) != SESS_OK || (err = forget(&x)) != SESS_OK ||
	    (err = keep_notes(&x)) != SESS_OK || has_no_session(c) ||
	    c->turn == SESS_TURN_END || (err = enter(&x)) != SESS_OK ||
	    (err = note(&x)) != SESS_OK || (err = once(&x)) != SESS_OK ||
	    out->repeated)
		return err;
	return edits(&x);
}

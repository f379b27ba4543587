/* tries.c - how often something was tried, in the database. */
/* SPDX-License-Identifier: ISC */
#include "tries.h"
#include "sql.h"

/* s: a series without success that went on so long ago is no series. */
#define SERIES_LIFE (30 * 24 * 3600)

/* s: a try counted before may be ahead of one that has waited since it came. */
#define LATE 60

struct bucket {
	int64_t n, until, gone;
};

static enum sess_err
read_bucket(struct db *db, const struct sess_try *t, struct bucket *b)
{
	enum sess_err err = db_query(db, SQL_BUCKET, "k", t->key);

	*b = (struct bucket){ 0, 0, 0 };
	if (err != SESS_OK)
		return err == SESS_NONE ? SESS_OK : err;
	b->n = db_int(db, SQL_BUCKET, 0);
	b->until = db_int(db, SQL_BUCKET, 1);
	b->gone = db_int(db, SQL_BUCKET, 2);
	db_done(db, SQL_BUCKET);
	return SESS_OK;
}

/* After this many, how long until the next? */
static int64_t
pause(const struct sess_try *t, int64_t n)
{
	int64_t doublings = n - t->most;

	if (doublings < 0)
		return 0;
	return doublings < 32 && INT64_C(1) << doublings < t->period ?
	    INT64_C(1) << doublings : t->period;
}

/*
 * What of it counts now.  A time further ahead than one is ever set is of a
 * clock that was ahead: what was counted stays, and one more goes through, so
 * that its times are set anew.
 */
static void
settle(const struct sess_try *t, int64_t now, struct bucket *b)
{
	bool series = t->kind == SESS_TRY_SERIES;
	int64_t life = series ? SERIES_LIFE : t->period;

	if (b->until == SESS_NEVER)
		return;
	if (now >= b->gone)
		*b = (struct bucket){ 0, 0, 0 };
	if (b->gone - now > life + LATE)
		*b = (struct bucket){ b->n, 0, now + life };
	if (series && b->until - now > t->period + LATE)
		b->until = 0;
}

static void
add_one(const struct sess_try *t, int64_t now, struct bucket *b)
{
	if (t->kind == SESS_TRY_WINDOW) {
		if (b->n++ == 0)
			b->gone = now + t->period;
		b->until = b->n >= t->most ? b->gone : 0;
	} else if (++b->n >= t->stop)
		b->until = b->gone = SESS_NEVER;
	else {
		b->until = now + pause(t, b->n);
		b->gone = now + SERIES_LIFE;
	}
}

static enum sess_err
put(struct db *db, const struct sess_try *t, int64_t now,
    const struct bucket *b)
{
	enum sess_err err = db_run(db, SQL_BUCKET_PUT, "kiii", t->key, b->n,
	    b->until, b->gone);

	return err != SESS_OK ? err :
	    db_run(db, SQL_BUCKET_SWEEP, "ki", t->key, now);
}

static enum sess_err
give_back(struct db *db, const struct sess_try *t, int64_t now,
    struct bucket *b)
{
	if (b->n <= 1)
		return db_run(db, SQL_BUCKET_DROP, "k", t->key);
	b->n--;
	b->until = 0;
	if (b->gone == SESS_NEVER)
		b->gone = now + SERIES_LIFE;
	return put(db, t, now, b);
}

static enum sess_err
look_one(struct db *db, const struct sess_try *t, int64_t now,
    struct sess_tried *tried)
{
	struct bucket b;
	enum sess_err err = read_bucket(db, t, &b);

	settle(t, now, &b);
	*tried = (struct sess_tried){ .refused = now < b.until, .n = b.n,
		.until = b.until };
	return err;
}

static enum sess_err
count_one(struct db *db, const struct sess_try *t, int64_t now,
    struct sess_tried *tried)
{
	struct bucket b;
	enum sess_err err;

	if (t->kind == SESS_TRY_RESET)
		return db_run(db, SQL_BUCKET_DROP, "k", t->key);
	if ((err = read_bucket(db, t, &b)) != SESS_OK)
		return err;
	if (t->kind == SESS_TRY_BACK)
		return give_back(db, t, now, &b);
	settle(t, now, &b);
	tried->refused = now < b.until;
	if (!tried->refused) {
		add_one(t, now, &b);
		err = put(db, t, now, &b);
	}
	tried->n = b.n;
	tried->until = b.until;
	return err;
}

/* ---- several, of which all count or none ------------------------------- */

static bool
is_for_now(const struct sess_tried *t)
{
	return t->refused && t->until != SESS_NEVER;
}

enum sess_err
tries_look(struct db *db, const struct sess_try *tries, size_t n,
    int64_t now, struct sess_tried *tried)
{
	size_t i, refused = 0;
	enum sess_err err;

	for (i = 0; i < n; i++) {
		if (tries[i].kind == SESS_TRY_BACK ||
		    tries[i].kind == SESS_TRY_RESET)
			continue;
		if ((err = look_one(db, &tries[i], now, &tried[i])) !=
		    SESS_OK)
			return err;
		if (is_for_now(&tried[i]))
			return SESS_ETRIES;
		refused += tried[i].refused;
	}
	return refused < n ? SESS_OK : SESS_ETRIES;
}

enum sess_err
tries_count(struct db *db, const struct sess_try *tries, size_t n,
    int64_t now, struct sess_tried *tried)
{
	enum sess_err err = SESS_OK;
	size_t i;

	for (i = 0; i < n && err == SESS_OK; i++) {
		err = count_one(db, &tries[i], now, &tried[i]);
		if (err == SESS_OK && is_for_now(&tried[i]))
			err = SESS_ETRIES;
	}
	return err;
}

/* rows.c - rows of the database, as parts of a step of the trace. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "pool.h"
#include "rows.h"
#include "sql.h"

#define PARTS_MAX 1600          /* a session of 256 fields has 1,300 */
#define BYTES_MAX (512 * 1024)
#define OTHERS_MAX 20           /* as trace_others has them at most */

struct rows {
	struct db *db;
	struct pool pool;               /* of the values, wiped at the end */
	struct sess_trace_part parts[PARTS_MAX];
	size_t n;
	/* whose they are, as far as it was found out */
	int64_t pk;                     /* or 0 */
	const char *user;               /* or NULL */
	const uint8_t *family;          /* or NULL */
	bool crowded;                   /* so many sessions that some may end */
};

/* ---- parts ------------------------------------------------------------- */

/* One that finds no room is left out; so are those after it. */
static void
add(struct rows *r, const char *name, enum sess_trace_kind kind,
    const char *value, size_t len)
{
	if (r->n < PARTS_MAX && name != NULL && value != NULL)
		r->parts[r->n++] = (struct sess_trace_part){ name, kind, value,
			len };
	else
		r->pool.left = 0;
}

/* Of no memory: nothing. */
static struct sess_value
hex(struct pool *pool, const struct sess_value *v)
{
	char *text = pool_alloc(pool, 2 * v->len + 1);

	if (text != NULL)
		encode_hex_text(text, v->data, v->len);
	return (struct sess_value){ .type = SESS_TEXT, .data = text,
		.len = text != NULL ? 2 * v->len : 0 };
}

/* What opens something, or is the visitor's; the rest anybody may read. */
static bool
is_secret(const char *column)
{
	static const char *const names[] = { "secret", "value", "hash",
		"token", "before", "browser", "form" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(column, names[i]) == 0)
			return true;
	return false;
}

static size_t
in_digits(char digits[24], int64_t n)
{
	return (size_t)snprintf(digits, 24, "%" PRId64, n);
}

/* Numbers as digits, keys in hex, and a visitor's bytes as they are. */
static void
add_column(struct rows *r, enum sql sql, int column)
{
	const char *name = db_column(r->db, sql, column);
	struct sess_value v = db_value(r->db, sql, column);
	enum sess_trace_kind kind = is_secret(name) ? SESS_TRACE_SECRET :
	    v.type == SESS_INT ? SESS_TRACE_NUMBER : SESS_TRACE_TEXT;
	char digits[24];

	if (db_is_null(r->db, sql, column))
		return;
	if (v.type == SESS_INT) {
		v.len = in_digits(digits, v.num);
		v.data = digits;
	} else if (v.type == SESS_BYTES && strcmp(name, "value") != 0)
		v = hex(&r->pool, &v);
	add(r, pool_text(&r->pool, name), kind,
	    pool_copy(&r->pool, v.data, v.len), v.len);
}

/* Each row that the statement gives; `first` is what it gave at once. */
static void
add_rows(struct rows *r, const char *table, enum sql sql, enum sess_err first)
{
	enum sess_err err;
	int i;

	for (err = first; err == SESS_OK; err = db_next(r->db, sql)) {
		add(r, table, SESS_TRACE_ROW, "", 0);
		for (i = 0; i < db_columns(r->db, sql); i++)
			add_column(r, sql, i);
	}
	db_done(r->db, sql);
}

/* ---- whose ------------------------------------------------------------- */

/* What is known from before stays, where it is NULL now. */
static void
learn_user(struct rows *r, enum sql sql, int column)
{
	const struct sess_value v = db_value(r->db, sql, column);

	if (!db_is_null(r->db, sql, column))
		r->user = pool_copy(&r->pool, v.data, v.len);
}

static void
learn_family(struct rows *r, enum sql sql, int column)
{
	const struct sess_value v = db_value(r->db, sql, column);

	if (v.type == SESS_BYTES && v.len == SESS_KEY_LEN)
		r->family = (const uint8_t *)pool_copy(&r->pool, v.data,
		    v.len);
}

static void
by_key(struct rows *r, const uint8_t *key)
{
	if (db_query(r->db, SQL_TRACE_WHOSE, "k", key) != SESS_OK)
		return;
	r->pk = db_int(r->db, SQL_TRACE_WHOSE, 0);
	learn_user(r, SQL_TRACE_WHOSE, 1);
	learn_family(r, SQL_TRACE_WHOSE, 2);
	db_done(r->db, SQL_TRACE_WHOSE);
}

/* The newest session that a remember-me token began, if no id came with it. */
static void
by_family(struct rows *r, const uint8_t *family)
{
	if (db_query(r->db, SQL_TRACE_FAMILY, "k", family) != SESS_OK)
		return;
	learn_family(r, SQL_TRACE_FAMILY, 0);
	if (r->user == NULL)
		learn_user(r, SQL_TRACE_FAMILY, 1);
	db_done(r->db, SQL_TRACE_FAMILY);
	if (r->pk != 0 || r->user == NULL || db_query(r->db,
	    SQL_TRACE_BEGUN, "tk", r->user, family) != SESS_OK)
		return;
	r->pk = db_int(r->db, SQL_TRACE_BEGUN, 0);
	db_done(r->db, SQL_TRACE_BEGUN);
}

static void
find_out(struct rows *r, const struct rows_of *of)
{
	r->pk = 0;
	if (of->key != NULL)
		by_key(r, of->key);
	if (of->family != NULL)
		by_family(r, of->family);
	if (of->account != NULL)
		r->user = pool_text(&r->pool, of->account);
}

/* ---- reading ----------------------------------------------------------- */

static void
read_session(struct rows *r, int64_t pk)
{
	static const struct {
		const char *table;
		enum sql sql;
	} parts[] = {
		{ "session", SQL_TRACE_SESSION }, { "token", SQL_TRACE_TOKENS },
		{ "field", SQL_TRACE_FIELDS }, { "once", SQL_TRACE_ONCE },
		{ "progress", SQL_TRACE_MARKS },
	};
	size_t i;

	if (pk == 0)
		return;
	for (i = 0; i < sizeof parts / sizeof *parts; i++)
		add_rows(r, parts[i].table, parts[i].sql,
		    db_query(r->db, parts[i].sql, "i", pk));
}

static size_t
list_others(struct rows *r, int64_t pks[OTHERS_MAX])
{
	enum sess_err err = db_query(r->db, SQL_TRACE_OTHERS, "ti", r->user,
	    r->pk);
	size_t n = 0;

	for (; err == SESS_OK && n < OTHERS_MAX;
	    err = db_next(r->db, SQL_TRACE_OTHERS))
		pks[n++] = db_int(r->db, SQL_TRACE_OTHERS, 0);
	db_done(r->db, SQL_TRACE_OTHERS);
	return n;
}

static void
read_others(struct rows *r, const struct rows_of *of)
{
	int64_t pks[OTHERS_MAX];
	size_t i, n = list_others(r, pks);

	r->crowded |= of->crowd > 0 && (n >= of->crowd || n == OTHERS_MAX);
	if (!of->sessions && !r->crowded)
		return;
	for (i = 0; i < n; i++)
		read_session(r, pks[i]);
	add_rows(r, "family", SQL_TRACE_FAMILIES,
	    db_query(r->db, SQL_TRACE_FAMILIES, "tk", r->user, r->family));
}

static void
read_user(struct rows *r, const struct rows_of *of)
{
	if (r->user != NULL && (of->sessions || of->crowd > 0))
		read_others(r, of);
	if (r->user != NULL && !of->events)
		add_rows(r, "account", SQL_TRACE_ACCOUNT,
		    db_query(r->db, SQL_TRACE_ACCOUNT, "t", r->user));
	if (r->user != NULL || of->events)
		add_rows(r, "event", SQL_TRACE_EVENTS,
		    db_query(r->db, SQL_TRACE_EVENTS, "t", r->user));
}

/* Each count forgets a few that are over. */
static void
read_counter(struct rows *r, const struct sess_try *t, int64_t now)
{
	add_rows(r, "bucket", SQL_TRACE_BUCKET,
	    db_query(r->db, SQL_TRACE_BUCKET, "k", t->key));
	add_rows(r, "bucket", SQL_TRACE_OVER,
	    db_query(r->db, SQL_TRACE_OVER, "ki", t->key, now));
}

static void
read_all(struct rows *r, const struct rows_of *of)
{
	size_t i;

	find_out(r, of);
	read_session(r, r->pk);
	if (r->family != NULL)
		add_rows(r, "family", SQL_TRACE_FAMILY,
		    db_query(r->db, SQL_TRACE_FAMILY, "k", r->family));
	read_user(r, of);
	for (i = 0; i < of->ntries; i++)
		read_counter(r, &of->tries[i], of->now);
	if (of->tally)
		add_rows(r, "tally", SQL_TRACE_TALLY,
		    db_query(r->db, SQL_TRACE_TALLY, ""));
}

/* ---- steps ------------------------------------------------------------- */

static struct rows *
rows_new(struct db *db, const char *name, const char *value)
{
	struct rows *r = malloc(sizeof *r);

	if (r == NULL)
		return NULL;
	r->db = db;
	r->pool = (struct pool)POOL_INIT(BYTES_MAX);
	r->n = 0;
	r->pk = 0;
	r->user = NULL;
	r->family = NULL;
	r->crowded = false;
	add(r, name, SESS_TRACE_TEXT, value, strlen(value));
	return r;
}

static void
rows_free(struct rows *r)
{
	pool_release(&r->pool);
	free(r);
}

struct rows *
rows_read_before(struct db *db, const char *act, const struct rows_of *of)
{
	struct rows *r = rows_new(db, "act", act);

	if (r == NULL)
		return NULL;
	read_all(r, of);
	db_step(db, SESS_STEP_BEFORE, r->parts, r->n);
	return r;
}

static void
add_outcome(struct rows *r, const struct rows_of *of)
{
	char digits[24];
	size_t len;

	if (of->found != NULL)
		add(r, "found", SESS_TRACE_TEXT, of->found, strlen(of->found));
	if (of->ended == NULL)
		return;
	len = in_digits(digits, *of->ended);
	add(r, "ended", SESS_TRACE_NUMBER, pool_copy(&r->pool, digits, len),
	    len);
}

void
rows_read_after(struct rows *r, const struct rows_of *of)
{
	r->n = 1;
	add_outcome(r, of);
	read_all(r, of);
}

void
rows_end(struct rows *r, bool kept)
{
	if (kept)
		db_step(r->db, SESS_STEP_AFTER, r->parts, r->n);
	rows_free(r);
}

struct rows *
rows_read_find(struct db *db, const uint8_t key[SESS_KEY_LEN])
{
	struct rows *r = rows_new(db, "found", "");

	if (r == NULL)
		return NULL;
	by_key(r, key);
	if (r->pk == 0)
		return r;
	add_rows(r, "session", SQL_TRACE_SESSION,
	    db_query(db, SQL_TRACE_SESSION, "i", r->pk));
	add_rows(r, "token", SQL_TRACE_TOKEN,
	    db_query(db, SQL_TRACE_TOKEN, "k", key));
	add_rows(r, "field", SQL_TRACE_FIELDS,
	    db_query(db, SQL_TRACE_FIELDS, "i", r->pk));
	return r;
}

void
rows_end_find(struct rows *r, const char *found)
{
	r->parts[0].value = found;
	r->parts[0].len = strlen(found);
	db_step(r->db, SESS_STEP_FIND, r->parts, r->n);
	rows_free(r);
}

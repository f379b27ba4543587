/* rows.c - rows of the database, as parts of a step of the trace. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "rows.h"
#include "sql.h"

#define PARTS_MAX 1200          /* a session of 256 fields has 1,000 */
#define BYTES_MAX (512 * 1024)

struct rows {
	struct db *db;
	struct pool pool;               /* of the values, wiped at the end */
	struct sess_trace_part parts[PARTS_MAX];
	size_t n;
	/* whose they are, as far as it was found out */
	int64_t pk;                     /* or 0 */
	const char *user;               /* or NULL */
	const uint8_t *family;          /* or NULL */
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
	size_t i;

	for (i = 0; text != NULL && i < v->len; i++) {
		text[2 * i] = "0123456789abcdef"[(uint8_t)v->data[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[v->data[i] & 15];
	}
	return (struct sess_value){ .type = SESS_TEXT, .data = text,
		.len = text != NULL ? 2 * v->len : 0 };
}

/* What opens something, or is the visitor's; the rest anybody may read. */
static bool
is_secret(const char *column)
{
	static const char *const names[] = { "secret", "value", "hash",
		"token", "before", "browser" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(column, names[i]) == 0)
			return true;
	return false;
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
		v.len = (size_t)snprintf(digits, sizeof digits, "%" PRId64,
		    v.num);
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

/* The newest session that a remember-me token began, if there is no other. */
static void
by_family(struct rows *r, const uint8_t *family)
{
	if (db_query(r->db, SQL_TRACE_FAMILY, "k", family) != SESS_OK)
		return;
	learn_family(r, SQL_TRACE_FAMILY, 0);
	if (r->pk == 0)
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
read_session(struct rows *r)
{
	struct db *db = r->db;

	if (r->pk == 0)
		return;
	add_rows(r, "session", SQL_TRACE_SESSION,
	    db_query(db, SQL_TRACE_SESSION, "i", r->pk));
	add_rows(r, "token", SQL_TRACE_TOKENS,
	    db_query(db, SQL_TRACE_TOKENS, "i", r->pk));
	add_rows(r, "field", SQL_TRACE_FIELDS,
	    db_query(db, SQL_TRACE_FIELDS, "i", r->pk));
}

static void
read_user(struct rows *r, bool sessions)
{
	struct db *db = r->db;

	if (r->user == NULL)
		return;
	if (sessions)
		add_rows(r, "session", SQL_TRACE_SESSIONS,
		    db_query(db, SQL_TRACE_SESSIONS, "t", r->user));
	add_rows(r, "account", SQL_TRACE_ACCOUNT,
	    db_query(db, SQL_TRACE_ACCOUNT, "t", r->user));
	add_rows(r, "event", SQL_TRACE_EVENTS,
	    db_query(db, SQL_TRACE_EVENTS, "t", r->user));
}

static void
read_all(struct rows *r, const struct rows_of *of)
{
	size_t i;

	find_out(r, of);
	read_session(r);
	if (r->family != NULL)
		add_rows(r, "family", SQL_TRACE_FAMILY,
		    db_query(r->db, SQL_TRACE_FAMILY, "k", r->family));
	read_user(r, of->sessions);
	for (i = 0; i < of->ntries; i++)
		add_rows(r, "bucket", SQL_TRACE_BUCKET,
		    db_query(r->db, SQL_TRACE_BUCKET, "k", of->tries[i].key));
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

void
rows_read_after(struct rows *r, const struct rows_of *of)
{
	r->n = 1;
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

/*
 * ask.c - open the demo site's database and ask it.  SQLite is met here and
 * nowhere else among the pages.
 */
/* SPDX-License-Identifier: ISC */
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ask.h"

#define PAGES_DATA_SQL
#include "pages_data.h"

#ifndef DEMO_DB
#define DEMO_DB "/var/lib/libsess/demo.db"
#endif

#define WAIT_MS 5000            /* for another program that is writing */

/* Each makes of the schema before it the one of its number, from 1. */
static const char *const upgrades[] = { demo_sql, demo_files_sql };

#define SCHEMA ((int64_t)(sizeof(upgrades) / sizeof(upgrades[0])))

struct data {
	sqlite3 *db;
	sqlite3_stmt *asked;            /* the one statement at work */
	bool failed;
};

/* ---- Asking ------------------------------------------------------------ */

/* Say once what went wrong; SQLite's texts hold no value of a visitor. */
static void
fail(struct data *d)
{
	if (!d->failed)
		fprintf(stderr, "demo database: %s\n", sqlite3_errmsg(d->db));
	d->failed = true;
}

void
ask_fail(struct data *d, const char *why)
{
	if (d == NULL)
		return;
	if (!d->failed)
		fprintf(stderr, "demo database: %s\n", why);
	d->failed = true;
}

const char *
ask_path(struct data *d)
{
	return sqlite3_db_filename(d->db, "main");
}

/* Bind what types names: 't' text (or NULL), 'i' int64_t. */
static int
bind(sqlite3_stmt *st, const char *types, va_list ap)
{
	int rc = SQLITE_OK;

	for (int i = 1; *types != '\0' && rc == SQLITE_OK; i++, types++) {
		if (*types == 't')
			rc = sqlite3_bind_text(st, i, va_arg(ap, const char *),
			    -1, SQLITE_TRANSIENT);
		else
			rc = sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
	}
	return rc;
}

void
ask_query(struct data *d, enum query q, const char *types, ...)
{
	va_list ap;
	int rc;

	if (d == NULL || d->failed)
		return;
	sqlite3_finalize(d->asked);
	rc = sqlite3_prepare_v2(d->db, queries[q], -1, &d->asked, NULL);
	if (rc == SQLITE_OK) {
		va_start(ap, types);
		rc = bind(d->asked, types, ap);
		va_end(ap);
	}
	if (rc != SQLITE_OK)
		fail(d);
}

bool
ask_next(struct data *d)
{
	int rc;

	if (d == NULL || d->failed)
		return false;
	rc = sqlite3_step(d->asked);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		fail(d);
	return rc == SQLITE_ROW;
}

int
ask_done(struct data *d)
{
	while (ask_next(d))
		;
	return data_failed(d) ? 0 : sqlite3_changes(d->db);
}

const char *
ask_text(struct data *d, int column)
{
	const unsigned char *t = sqlite3_column_text(d->asked, column);

	if (t == NULL)          /* no column may be NULL: out of memory */
		fail(d);
	return t != NULL ? (const char *)t : "";
}

int64_t
ask_num(struct data *d, int column)
{
	return sqlite3_column_int64(d->asked, column);
}

int64_t
ask_one(struct data *d)
{
	return ask_next(d) ? ask_num(d, 0) : 0;
}

int64_t
ask_made(struct data *d, bool now, enum query by, const char *user,
    const char *form_id)
{
	if (now)
		return sqlite3_last_insert_rowid(d->db);
	ask_query(d, by, "tt", user, form_id);
	return ask_one(d);
}

void
ask_begin(struct data *d)
{
	ask_query(d, BEGIN, "");
	ask_done(d);
}

void
ask_commit(struct data *d)
{
	ask_query(d, COMMIT, "");
	ask_done(d);
}

void
ask_rollback(struct data *d)
{
	ask_query(d, ROLLBACK, "");
	ask_done(d);
}

/* ---- Opening ----------------------------------------------------------- */

static int64_t
schema(struct data *d)
{
	ask_query(d, GET_SCHEMA, "");
	return ask_one(d);
}

/*
 * Make the tables that nobody has made.  Two programs may come at the same
 * moment: the second one waits at BEGIN, and then finds them made.
 */
static void
make_tables(struct data *d)
{
	int64_t have;

	if (schema(d) == SCHEMA)
		return;
	ask_begin(d);
	for (have = schema(d); !d->failed && have >= 0 && have < SCHEMA; have++)
		if (sqlite3_exec(d->db, upgrades[have], NULL, NULL, NULL) !=
		    SQLITE_OK)
			fail(d);
	ask_commit(d);
	if (schema(d) != SCHEMA && !d->failed) {
		fputs("demo database: of another version\n", stderr);
		d->failed = true;
	}
}

const char *
data_path(const struct sess_req *req)
{
	const char *path = sess_req_var(req, "DEMO_DB");

	return path != NULL && *path != '\0' ? path : DEMO_DB;
}

struct data *
data_open(const struct sess_req *req)
{
	const char *path = data_path(req);
	struct data *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	/* a private file, because sess_cgi() has set the umask */
	if (sqlite3_open_v2(path, &d->db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
		fail(d);
	else
		sqlite3_busy_timeout(d->db, WAIT_MS);
	ask_query(d, FOREIGN_KEYS, "");
	ask_done(d);
	make_tables(d);
	return d;
}

void
data_close(struct data *d)
{
	if (d == NULL)
		return;
	sqlite3_finalize(d->asked);
	sqlite3_close(d->db);
	free(d);
}

bool
data_failed(const struct data *d)
{
	return d == NULL || d->failed;
}


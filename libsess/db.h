/*
 * db.h - a SQLite database and the fixed statements that run on it.
 *
 * Statements are prepared once, when first used, and only their values
 * change: nothing is ever formatted into SQL.  Meets SQLite.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_DB_H
#define SESS_DB_H

#include "sess_store.h"

enum sql;               /* the statements, by name: sql.h, made from sql/ */
struct db;

/* What a database is opened with; the texts are borrowed until it is closed. */
struct db_env {
	const char *path;       /* opened as it stands (place_path()), or
				   ":memory:" */
	const char *file;       /* the same file, as the log names it */
	int64_t wait;           /* s: for the locks of others */
	const bool *traced;     /* does anybody look, now?  NULL: never */
	void (*step)(void *arg, enum sess_step, const struct sess_trace_part *,
	    size_t n);          /* called only where somebody does */
	void (*fault)(void *arg, enum sess_err, const char *why);
	void *arg;
};

/*
 * A file must exist.  Here and below SESS_ECONF is a fault that a person has
 * to mend, and SESS_ESTORE one that may pass; each is told by `fault`.
 */
enum sess_err db_open(struct db **, const struct db_env *);
void db_close(struct db *);

/* A step of the trace: only where db_traced() says that somebody looks. */
bool db_traced(const struct db *);
void db_step(const struct db *, enum sess_step,
    const struct sess_trace_part *, size_t n);

/* The schema's version, and the way to the newest one.  Gate held. */
enum sess_err db_upgrade(struct db *);
enum sess_err db_is_current(struct db *, bool *);

/*
 * Give a statement its values and run it to its first row or its end.
 * `types`, one letter a value: i int64_t, t text or NULL, k key (32 bytes),
 * f form id (16 bytes), v struct sess_value *.
 * db_query: SESS_OK with a row, SESS_NONE without.  db_run wants no row.
 */
enum sess_err db_query(struct db *, enum sql, const char *types, ...);
enum sess_err db_run(struct db *, enum sql, const char *types, ...);

enum sess_err db_next(struct db *, enum sql);   /* the next row */
void db_done(struct db *, enum sql);            /* no more rows are wanted */

int db_columns(struct db *, enum sql);
const char *db_column(struct db *, enum sql, int column);      /* its name */
bool db_is_null(struct db *, enum sql, int column);
int64_t db_int(struct db *, enum sql, int column);

/* Borrowed till the next row. */
struct sess_value db_value(struct db *, enum sql, int column);

/* Keep it: a copy in the caller's memory, with a NUL behind. */
enum sess_err db_keep(const struct sess_memory *, struct sess_value *);

/* A text of a column, kept; NULL where it is NULL. */
enum sess_err db_text(struct db *, enum sql, int column,
    const struct sess_memory *, const char **);

/* Room for one more in a list of n, which doubles; false: no memory. */
bool db_grow(const struct sess_memory *, void *list, size_t n, size_t size);

int64_t db_changes(struct db *);                /* rows of the last statement */
int64_t db_inserted(struct db *);               /* its rowid */

/* Undo a transaction, if SQLite has not done so by itself. */
void db_rollback(struct db *);

/* The next transaction: must it survive a power cut? */
enum sess_err db_durable(struct db *, bool);

/* Copy the log back into the database if it is getting long.  Gate held. */
void db_checkpoint(struct db *);

#endif

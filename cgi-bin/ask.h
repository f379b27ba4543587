/*
 * ask.h - ask the demo site's database.
 *
 * All statements are constants, from sql/demo-queries.sql; a value reaches
 * SQL by binding only (r43).  One statement is at work at a time: the next
 * one ends it, and with it the texts that came out of it.
 */
/* SPDX-License-Identifier: ISC */
#ifndef ASK_H
#define ASK_H

#include "data.h"

/* enum query: one for each "-- name:" of the file */
#define PAGES_DATA_QUERIES
#include "pages_data.h"
#undef PAGES_DATA_QUERIES

/* Begin a statement with its values; types: 't' text or NULL, 'i' int64_t. */
void ask_query(struct data *, enum query, const char *types, ...);

/* The next row, if there is one; runs a statement that has no rows. */
bool ask_next(struct data *);

/* Run to the end; returns the number of rows changed. */
int ask_done(struct data *);

/* What is no error of the database, and as bad: `why` is for the log. */
void ask_fail(struct data *, const char *why);

/* The file that the database is in. */
const char *ask_path(struct data *);

/* The columns of the present row, from 0. */
const char *ask_text(struct data *, int column);
int64_t ask_num(struct data *, int column);

/* The number that the statement asks for, or 0. */
int64_t ask_one(struct data *);

/*
 * The row that this form made: just now, or else an earlier time.  0 if
 * neither.  (A request with its token in a header has no form to name.)
 */
int64_t ask_made(struct data *, bool now, enum query by, const char *user,
    const char *form_id);

void ask_begin(struct data *);

/* Where something failed, data_close() rolls back instead. */
void ask_commit(struct data *);
void ask_rollback(struct data *);

#endif

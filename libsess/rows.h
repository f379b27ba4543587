/*
 * rows.h - rows of the database, as parts of a step of the trace.
 *
 * They are read only where somebody looks (db_traced()); the callers ask.
 * A change is watched so, inside its transaction:
 *
 *	struct rows *rows = rows_before(db, "commit", of);
 *	...
 *	rows_after(rows, of);		reads
 *	COMMIT
 *	rows_done(rows, true);		shows, and frees
 *
 * Memory that is missing leaves rows out, and nothing else happens.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_ROWS_H
#define SESS_ROWS_H

#include "db.h"

struct rows;

/* Whose rows?  What is NULL, false or 0 is left out. */
struct rows_of {
	const uint8_t *key;             /* of an id: its session, with all that
					   hangs on it, and its user's */
	const uint8_t *family;          /* of a remember-me token: the same */
	const char *account;            /* its row and its events ... */
	bool events;                    /* ... or these alone; without an account
					   those of nobody known */
	bool sessions;                  /* the user's other sessions, with all
					   that hangs on them, and remember-me
					   tokens */
	size_t crowd;                   /* the same, if so many are there */
	const struct sess_try *tries;   /* counters, ... */
	size_t ntries;
	int64_t now;                    /* ... and those over that go along */
	bool tally;
	/* what came of it, beside the rows */
	const char *found;
	const int64_t *ended;
};

/* Where nobody looks, these come to a comparison each. */
struct rows *rows_read_before(struct db *, const char *act,
    const struct rows_of *);
void rows_read_after(struct rows *, const struct rows_of *);
void rows_end(struct rows *, bool kept);
struct rows *rows_read_find(struct db *, const uint8_t key[SESS_KEY_LEN]);
void rows_end_find(struct rows *, const char *found);

/* SESS_STEP_BEFORE.  NULL: nobody looks, and the rest does nothing. */
static inline struct rows *
rows_before(struct db *db, const char *act, const struct rows_of of)
{
	return db_traced(db) ? rows_read_before(db, act, &of) : NULL;
}

/* Read what the change leaves: the same, or now under another id. */
static inline void
rows_after(struct rows *r, const struct rows_of of)
{
	if (r != NULL)
		rows_read_after(r, &of);
}

/* SESS_STEP_AFTER, if the change is there to stay. */
static inline void
rows_done(struct rows *r, bool kept)
{
	if (r != NULL)
		rows_end(r, kept);
}

/*
 * SESS_STEP_FIND: what was found, with the rows that say so.  While the
 * statement that found it is not done, they are as that saw them.
 */
static inline struct rows *
rows_find(struct db *db, const uint8_t key[SESS_KEY_LEN])
{
	return db_traced(db) ? rows_read_find(db, key) : NULL;
}

static inline void
rows_found(struct rows *r, const char *found)
{
	if (r != NULL)
		rows_end_find(r, found);
}

#endif

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

/* Whose rows?  What is NULL is left out. */
struct rows_of {
	const uint8_t *key;             /* of an id: its session, with all that
					   hangs on it, and its user's */
	const uint8_t *family;          /* of a remember-me token: the same */
	const char *account;            /* its row and its events */
	bool sessions;                  /* ... and its sessions */
	const struct sess_try *tries;   /* counters */
	size_t ntries;
};

/* SESS_STEP_BEFORE.  NULL: nobody looks, and the rest does nothing. */
struct rows *rows_before(struct db *, const char *act, struct rows_of);

/* Read what the change leaves: the same, or now under another id. */
void rows_after(struct rows *, struct rows_of);

/* SESS_STEP_AFTER, if the change is there to stay. */
void rows_done(struct rows *, bool kept);

/*
 * SESS_STEP_FIND: what was found, with the rows that say so.  While the
 * statement that found it is not done, they are as that saw them.
 */
struct rows *rows_find(struct db *, const uint8_t key[SESS_KEY_LEN]);
void rows_found(struct rows *, const char *found);

#endif

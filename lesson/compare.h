/*
 * compare.h - the rows of an exchange before and after, and what differs.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_COMPARE_H
#define LESSON_COMPARE_H

#include "lesson/world.h"

#define COMPARE_ROWS 48

/*
 * A row of a table.  Its first column tells it from the others; where rows
 * hang on a session, the number of that does as well.
 */
struct row {
	const char *table;
	const struct sess_trace_part *cells;
	size_t ncells;
};

struct rows {
	struct row at[COMPARE_ROWS];
	size_t n;
};

/*
 * As the exchange found them, and as it left them, whatever number of
 * transactions it took: a login counts the try before it commits.
 */
void compare_before(const struct capture *, struct rows *);
void compare_after(const struct capture *, struct rows *);

/* The same row among these, or NULL. */
const struct row *compare_same(const struct rows *, const struct row *);

/* Is the column at this place another there, or not there at all? */
bool compare_differs(const struct row *, size_t cell, const struct row *);

#endif

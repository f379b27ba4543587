/*
 * rows.h - the rows of an exchange before and after, and what differs.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_ROWS_H
#define LESSON_ROWS_H

#include "lesson/world.h"

#define ROWS_MAX 48

/* A row of a table; its first column tells it from the others. */
struct row {
	const char *table;
	const struct sess_trace_part *cells;
	size_t ncells;
};

struct rows {
	struct row at[ROWS_MAX];
	size_t n;
};

/* As the exchange found them, and as it left them. */
void rows_before(const struct capture *, struct rows *);
void rows_after(const struct capture *, struct rows *);

/* The same row among these, or NULL. */
const struct row *rows_same(const struct rows *, const struct row *);

/* Does the cell at this place differ there? */
bool rows_cell_differs(const struct row *, size_t cell, const struct row *);

#endif

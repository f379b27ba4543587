/* compare.c - the rows of an exchange before and after, and what differs. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lesson/compare.h"

static void
cut(const struct sess_trace_step *s, struct rows *rows)
{
	size_t i;

	rows->n = 0;
	for (i = 0; i < s->nparts; i++) {
		if (s->parts[i].kind == SESS_TRACE_ROW) {
			if (rows->n == COMPARE_ROWS)
				return;
			rows->at[rows->n++] = (struct row){
				.table = s->parts[i].name,
				.cells = &s->parts[i] + 1 };
		} else if (rows->n > 0)
			rows->at[rows->n - 1].ncells++;
	}
}

/* The first step of this kind, or the last one; NULL: there is none. */
static const struct sess_trace_step *
step_of(const struct capture *c, enum sess_step step, bool last)
{
	const struct sess_trace_step *found = NULL;
	size_t i;

	for (i = 0; i < c->nsteps; i++)
		if (c->steps[i].step == step && (last || found == NULL))
			found = &c->steps[i];
	return found;
}

/* What was read, where nothing was written. */
static void
take(const struct capture *c, enum sess_step step, bool last,
    struct rows *rows)
{
	const struct sess_trace_step *s = step_of(c, step, last);

	if (s == NULL)
		s = step_of(c, SESS_STEP_FIND, true);
	rows->n = 0;
	if (s != NULL)
		cut(s, rows);
}

void
compare_before(const struct capture *c, struct rows *rows)
{
	take(c, SESS_STEP_BEFORE, false, rows);
}

void
compare_after(const struct capture *c, struct rows *rows)
{
	take(c, SESS_STEP_AFTER, true, rows);
}

static bool
is_equal(const struct sess_trace_part *a, const struct sess_trace_part *b)
{
	return strcmp(a->name, b->name) == 0 && a->len == b->len &&
	    memcmp(a->value, b->value, a->len) == 0;
}

const struct row *
compare_same(const struct rows *rows, const struct row *row)
{
	size_t i;

	for (i = 0; i < rows->n; i++)
		if (strcmp(rows->at[i].table, row->table) == 0 &&
		    row->ncells > 0 && rows->at[i].ncells > 0 &&
		    is_equal(&rows->at[i].cells[0], &row->cells[0]))
			return &rows->at[i];
	return NULL;
}

bool
compare_differs(const struct row *row, size_t cell, const struct row *other)
{
	return cell >= other->ncells ||
	    !is_equal(&row->cells[cell], &other->cells[cell]);
}

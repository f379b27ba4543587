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

static bool
is_equal(const struct sess_trace_part *a, const struct sess_trace_part *b)
{
	return strcmp(a->name, b->name) == 0 && a->len == b->len &&
	    memcmp(a->value, b->value, a->len) == 0;
}

/* The number of the session that a row hangs on, or NULL. */
static const struct sess_trace_part *
session_of(const struct row *row)
{
	size_t i;

	for (i = 0; i < row->ncells; i++)
		if (strcmp(row->cells[i].name, "session") == 0)
			return &row->cells[i];
	return NULL;
}

/* Two sessions can have fields of one name. */
static bool
is_same_row(const struct row *a, const struct row *b)
{
	const struct sess_trace_part *of = session_of(a), *other =
	    session_of(b);

	return strcmp(a->table, b->table) == 0 && a->ncells > 0 &&
	    b->ncells > 0 && is_equal(&a->cells[0], &b->cells[0]) &&
	    (of == NULL) == (other == NULL) &&
	    (of == NULL || is_equal(of, other));
}

const struct row *
compare_same(const struct rows *rows, const struct row *row)
{
	size_t i;

	for (i = 0; i < rows->n; i++)
		if (is_same_row(&rows->at[i], row))
			return &rows->at[i];
	return NULL;
}

/* ---- several transactions ---------------------------------------------- */

/* Where this row is among these, or their number. */
static size_t
place(const struct rows *rows, const struct row *row)
{
	const struct row *same = compare_same(rows, row);

	return same != NULL ? (size_t)(same - rows->at) : rows->n;
}

static void
put(struct rows *rows, const struct row *row)
{
	size_t i = place(rows, row);

	if (i == COMPARE_ROWS)
		return;
	rows->at[i] = *row;
	rows->n += i == rows->n;
}

static void
drop(struct rows *rows, const struct row *row)
{
	size_t i = place(rows, row);

	if (i == rows->n)
		return;
	rows->n--;
	memmove(&rows->at[i], &rows->at[i + 1], (rows->n - i) *
	    sizeof(rows->at[0]));
}

/* The rows that the exchange found and those that it left, so far. */
struct history {
	struct rows first, last;
	struct rows known;              /* all that was seen */
	struct rows found;              /* by the transaction that runs */
};

/* What an earlier transaction of the exchange has made was not there before. */
static void
begin(struct history *h, const struct sess_trace_step *s)
{
	const struct row *r;

	cut(s, &h->found);
	for (r = h->found.at; r < h->found.at + h->found.n; r++) {
		if (compare_same(&h->known, r) == NULL)
			put(&h->first, r);
		put(&h->known, r);
		put(&h->last, r);
	}
}

static void
end(struct history *h, const struct sess_trace_step *s)
{
	struct rows left;
	const struct row *r;

	cut(s, &left);
	for (r = h->found.at; r < h->found.at + h->found.n; r++)
		if (compare_same(&left, r) == NULL)
			drop(&h->last, r);
	for (r = left.at; r < left.at + left.n; r++) {
		put(&h->known, r);
		put(&h->last, r);
	}
}

/* Where nothing was written, what was read is there before and after. */
static void
tell(const struct capture *c, struct history *h)
{
	const struct sess_trace_step *s, *read = NULL;

	h->first.n = h->last.n = h->known.n = h->found.n = 0;
	for (s = c->steps; s < c->steps + c->nsteps; s++) {
		if (s->step == SESS_STEP_BEFORE)
			begin(h, s);
		else if (s->step == SESS_STEP_AFTER)
			end(h, s);
		else if (s->step == SESS_STEP_FIND)
			read = s;
	}
	if (h->known.n > 0 || read == NULL)
		return;
	cut(read, &h->first);
	h->last = h->first;
}

void
compare_before(const struct capture *c, struct rows *rows)
{
	struct history h;

	tell(c, &h);
	*rows = h.first;
}

void
compare_after(const struct capture *c, struct rows *rows)
{
	struct history h;

	tell(c, &h);
	*rows = h.last;
}

/* By its name: a column that is NULL is left out of a row. */
bool
compare_differs(const struct row *row, size_t cell, const struct row *other)
{
	size_t i;

	for (i = 0; i < other->ncells; i++)
		if (is_equal(&row->cells[cell], &other->cells[i]))
			return false;
	return true;
}

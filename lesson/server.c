/* server.c - the server's column: rows, and the statements that ran. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lesson/compare.h"
#include "lesson/fill.h"
#include "lesson/fresh.h"
#include "lesson/server.h"

/* Times of this world are shown as times. */
static void
cell_value(struct page *p, const struct sess_trace_part *cell)
{
	int64_t n = cell->kind == SESS_TRACE_NUMBER ?
	    strtoll(cell->value, NULL, 10) : 0;
	time_t t = (time_t)n;
	char text[1024];
	struct tm tm;

	if (n > WORLD_BEGIN - 366 * 86400 && n < WORLD_BEGIN + 366 * 86400 &&
	    gmtime_r(&t, &tm) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	else
		sess_trace_text(cell, false, text, sizeof(text));
	page_text(p, "value", text);
}

/* What the rows of a page need, and the tables that were explained so far. */
struct rows_view {
	const struct ids *ids;
	const char *told[16];
	size_t ntold;
};

/* What a table or a column is for, where there is such a text. */
static void
row_word(struct page *p, const char *name, const char *table,
    const char *column)
{
	char text[FILL_KEY_MAX];

	snprintf(text, sizeof(text), "row.%.24s%s%.24s", table,
	    *column != '\0' ? "." : "", column);
	fill_text(p, name, text);
}

/* A table is explained where it comes first. */
static void
table_word(struct page *p, struct rows_view *v, const char *table)
{
	size_t i;

	for (i = 0; i < v->ntold; i++)
		if (strcmp(v->told[i], table) == 0)
			return;
	if (v->ntold < sizeof(v->told) / sizeof(v->told[0]))
		v->told[v->ntold++] = table;
	row_word(p, "table.why", table, "");
}

static void
cell(struct page *p, const char *list, const struct ids *ids,
    const struct row *r, size_t i, bool new)
{
	page_row(p, list);
	page_text(p, "name", r->cells[i].name);
	cell_value(p, &r->cells[i]);
	fill_id(p, ids, r->cells[i].value);
	row_word(p, "cell.why", r->table, r->cells[i].name);
	page_bool(p, "new", new);
	page_end(p);
}

/* A column may be there on one side only. */
static bool
is_changed(const struct row *r, const struct row *other)
{
	bool changed = other != NULL && r->ncells != other->ncells;
	size_t i;

	for (i = 0; other != NULL && i < r->ncells; i++)
		changed |= compare_differs(r, i, other);
	return changed;
}

/* Of a row that changes, what stays the same is folded, but for its key. */
static void
cells(struct page *p, const struct ids *ids, const struct row *r,
    const struct row *other)
{
	bool all = !is_changed(r, other);
	size_t i, folded = 0;

	for (i = 0; i < r->ncells; i++) {
		bool differs = other != NULL && compare_differs(r, i, other);
		bool shown = all || differs || i == 0;

		cell(p, shown ? "cells" : "rest", ids, r, i, differs);
		folded += !shown;
	}
	if (folded > 0)
		page_int(p, "folded", (int64_t)folded);
}

/* What tells a row from others of its table, where it is short or an id's. */
static void
row_key(struct page *p, const struct ids *ids, const struct row *r)
{
	const char *key = r->ncells > 0 ? r->cells[0].value : "";

	fill_id(p, ids, key);
	page_text(p, "row.key", strlen(key) <= 24 ? key : "");
}

static void
row(struct page *p, const char *list, struct rows_view *v,
    const struct row *r, const struct row *other, bool is_after)
{
	page_row(p, list);
	page_text(p, "table", r->table);
	row_key(p, v->ids, r);
	table_word(p, v, r->table);
	page_bool(p, "is.new", is_after && other == NULL);
	page_bool(p, "is.gone", !is_after && other == NULL);
	page_bool(p, "is.changed", is_after && is_changed(r, other));
	page_bool(p, "open", other == NULL || is_changed(r, other));
	cells(p, v->ids, r, other);
	page_end(p);
}

#define EVENTS_READ 3           /* sql/trace.sql: the newest ones of a user */

/* An older event was not read, and may be there still. */
static bool
may_be_there(const struct row *gone, const struct rows *after)
{
	size_t i, newer = 0;

	for (i = 0; i < after->n; i++)
		newer += strcmp(after->at[i].table, gone->table) == 0 &&
		    strtoll(after->at[i].cells[0].value, NULL, 10) >
		    strtoll(gone->cells[0].value, NULL, 10);
	return strcmp(gone->table, "event") == 0 && newer >= EVENTS_READ;
}

/* What the exchange changed; and what it only read, apart from that. */
static void
rows(struct page *p, const struct ids *ids, const struct capture *c)
{
	struct rows_view v = { .ids = ids };
	struct rows before, after;
	const struct row *other;
	bool moved = false, same = false;
	size_t i;

	compare_before(c, &before);
	compare_after(c, &after);
	for (i = 0; i < before.n; i++) {
		other = compare_same(&after, &before.at[i]);
		if (other != NULL && !is_changed(&before.at[i], other))
			continue;
		if (other == NULL && may_be_there(&before.at[i], &after))
			continue;
		row(p, "before", &v, &before.at[i], other, false);
		moved = true;
	}
	for (i = 0; i < after.n; i++) {
		other = compare_same(&before, &after.at[i]);
		if (other != NULL && !is_changed(&after.at[i], other)) {
			row(p, "same", &v, &after.at[i], other, true);
			same = true;
			continue;
		}
		row(p, "after", &v, &after.at[i], other, true);
		moved = true;
	}
	page_bool(p, "rows.moved", moved);
	page_bool(p, "rows.same", same);
	page_bool(p, "rows.none", before.n + after.n == 0);
}

/* Returns whether it is lit. */
static bool
statement(struct page *p, const struct sess_trace_step *s, size_t n,
    const struct capture *before)
{
	const struct sess_trace_part *sql = sess_trace_part(s, "sql");
	const struct sess_trace_part *purpose = sess_trace_part(s, "purpose");
	const char *text = sql != NULL ? sql->value : "";
	bool new = fresh_sql(text, before);

	page_row(p, "sql");
	page_int(p, "sql.n", (int64_t)n);
	page_text(p, "purpose", purpose != NULL ? purpose->value : text);
	page_text(p, "text", text);
	page_bool(p, "new", new);
	page_end(p);
	return new;
}

#define STATEMENTS_OPEN 8               /* a longer list is closed */

static void
statements(struct page *p, const struct show *sh, const struct capture *c)
{
	const struct capture *before = fresh_before(sh, c);
	size_t i, n = 0, lit = 0;

	for (i = 0; i < c->nsteps; i++)
		if (c->steps[i].step == SESS_STEP_STORE)
			lit += statement(p, &c->steps[i], ++n, before);
	if (n == 0)
		return;
	page_int(p, "sql.count", (int64_t)n);
	page_int(p, "sql.lit", (int64_t)lit);
	page_bool(p, "sql.open", n <= STATEMENTS_OPEN);
}

void
server_show(struct page *p, const struct show *sh, const struct ids *ids,
    const struct capture *c)
{
	rows(p, ids, c);
	statements(p, sh, c);
}

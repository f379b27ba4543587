/*
 * test_lesson_rows.c - the rows that the lesson shows are those that changed.
 *
 * The store of each step is read whole before and after each exchange, by a
 * way of its own, and held against the rows that the step shows.
 */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sess_door.h"

TestSuite(lesson_rows, .timeout = 300);

/* ---- the store, read whole --------------------------------------------- */

#define ROWS_MAX 400
#define COLUMNS_MAX 24
#define EXCHANGES_MAX 64

/* Each row as one text: its table, then its columns that are not NULL. */
struct texts {
	char *at[ROWS_MAX];
	size_t n;
};

struct exchanged {
	struct texts before, after;
};

/* A step may open one more world while its own is open. */
static struct watched {
	sqlite3 *store;
	struct exchanged at[EXCHANGES_MAX];     /* by the capture's number */
	size_t n;
} worlds[2];
static size_t nworlds;

/* "name=value" of a row, to be sorted. */
struct columns {
	char *at[COLUMNS_MAX];
	size_t n;
};

static void
columns_add(struct columns *c, char *text)
{
	cr_assert_lt(c->n, (size_t)COLUMNS_MAX);
	c->at[c->n++] = text;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Frees the columns. */
static void
texts_add(struct texts *t, const char *table, struct columns *c)
{
	char *text = NULL;
	size_t i, size;
	FILE *f = open_memstream(&text, &size);

	cr_assert(f != NULL && t->n < ROWS_MAX);
	fputs(table, f);
	qsort(c->at, c->n, sizeof(c->at[0]), by_text);
	for (i = 0; i < c->n; i++) {
		fprintf(f, " %s", c->at[i]);
		free(c->at[i]);
	}
	fclose(f);
	t->at[t->n++] = text;
}

static void
texts_free(struct texts *t)
{
	while (t->n > 0)
		free(t->at[--t->n]);
}

static bool
texts_have(const struct texts *t, const char *text)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->at[i], text) == 0)
			return true;
	return false;
}

static void
read_column(struct columns *c, sqlite3_stmt *st, int i)
{
	const char *name = sqlite3_column_name(st, i);
	const unsigned char *bytes = sqlite3_column_blob(st, i);
	bool hex = sqlite3_column_type(st, i) == SQLITE_BLOB &&
	    strcmp(name, "value") != 0;
	char text[8192];
	int k, at = snprintf(text, sizeof(text), "%s=", name);

	if (sqlite3_column_type(st, i) == SQLITE_NULL)
		return;
	cr_assert_lt(2 * sqlite3_column_bytes(st, i), 8000);
	for (k = 0; hex && k < sqlite3_column_bytes(st, i); k++)
		at += snprintf(text + at, 3, "%02x", bytes[k]);
	if (!hex)
		snprintf(text + at, sizeof(text) - (size_t)at, "%s",
		    (const char *)sqlite3_column_text(st, i));
	columns_add(c, strdup(text));
}

static void
read_table(sqlite3 *store, struct texts *t, const char *table)
{
	struct columns c = { .n = 0 };
	char sql[100];
	sqlite3_stmt *st;
	int i;

	snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"", table);
	cr_assert_eq(sqlite3_prepare_v2(store, sql, -1, &st, NULL),
	    SQLITE_OK);
	for (; sqlite3_step(st) == SQLITE_ROW; c.n = 0) {
		for (i = 0; i < sqlite3_column_count(st); i++)
			read_column(&c, st, i);
		texts_add(t, table, &c);
	}
	sqlite3_finalize(st);
}

/* A store that no exchange has opened yet has no rows. */
static void
read_store(sqlite3 *store, struct texts *t)
{
	sqlite3_stmt *st;

	if (store == NULL)
		return;
	cr_assert_eq(sqlite3_prepare_v2(store, "SELECT name FROM "
	    "sqlite_schema WHERE type = 'table'", -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW)
		read_table(store, t, (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
}

/* ---- around the library ------------------------------------------------ */

/* The first database that a service opens is its store. */
static int
on_database(sqlite3 *db, char **why, const struct sqlite3_api_routines *api)
{
	(void)why;
	(void)api;
	if (worlds[nworlds - 1].store == NULL)
		worlds[nworlds - 1].store = db;
	return SQLITE_OK;
}

static struct sess_service *
watched_open(const struct sess_app *app, struct sess_wire *wire)
{
	sqlite3_auto_extension((void (*)(void))on_database);
	cr_assert_lt(nworlds++, sizeof(worlds) / sizeof(*worlds));
	return sess_open(app, wire);
}

static void
watched_close(struct sess_service *service)
{
	struct watched *w = &worlds[--nworlds];

	sess_close(service);
	w->store = NULL;
	while (w->n > 0) {
		texts_free(&w->at[--w->n].before);
		texts_free(&w->at[w->n].after);
	}
}

/* One that comes meanwhile has the next number, and ends before. */
static void
watched_serve(struct sess_service *service, struct sess_wire *wire)
{
	struct watched *w = &worlds[nworlds - 1];
	struct exchanged *x = &w->at[w->n++];

	cr_assert_lt(w->n, (size_t)EXCHANGES_MAX);
	read_store(w->store, &x->before);
	sess_serve(service, wire);
	read_store(w->store, &x->after);
}

#define sess_open watched_open
#define sess_close watched_close
#define sess_serve watched_serve
#include "lesson.h"
#undef sess_open
#undef sess_close
#undef sess_serve

#include "lesson/arrows.h"
#include "lesson/compare.h"

/* ---- what is shown ----------------------------------------------------- */

static void
shown_rows(struct texts *t, const struct rows *rows)
{
	struct columns c;
	const struct row *r;
	char text[8192];
	size_t i;

	for (r = rows->at; r < rows->at + rows->n; r++) {
		c.n = 0;
		for (i = 0; i < r->ncells; i++) {
			snprintf(text, sizeof(text), "%s=%s",
			    r->cells[i].name, r->cells[i].value);
			columns_add(&c, strdup(text));
		}
		texts_add(t, r->table, &c);
	}
}

struct shown {
	struct texts before, after;
};

static void
shown_of(struct shown *s, const struct capture *c)
{
	struct rows rows;

	compare_before(c, &rows);
	cr_expect_lt(rows.n, (size_t)COMPARE_ROWS);
	shown_rows(&s->before, &rows);
	compare_after(c, &rows);
	cr_expect_lt(rows.n, (size_t)COMPARE_ROWS);
	shown_rows(&s->after, &rows);
}

static void
shown_free(struct shown *s)
{
	texts_free(&s->before);
	texts_free(&s->after);
}

/* ---- what is shown against what is so ---------------------------------- */

/* What changes and is not shown. */
static bool
is_left_out(const char *row)
{
	/* SQLite's own: the greatest number that it has given. */
	return strncmp(row, "sqlite_sequence ", 16) == 0;
}

/* Each row that is in the one and not in the other must be shown. */
static size_t
expect_shown(const char *where, const char *what, const struct texts *in,
    const struct texts *not_in, const struct texts *shown)
{
	size_t i, changed = 0;

	for (i = 0; i < in->n; i++) {
		if (texts_have(not_in, in->at[i]) || is_left_out(in->at[i]))
			continue;
		changed++;
		cr_expect(texts_have(shown, in->at[i]), "%s: %s: %.300s",
		    where, what, in->at[i]);
	}
	return changed;
}

static void
expect_there(const char *where, const char *what, const struct texts *shown,
    const struct texts *there)
{
	size_t i;

	for (i = 0; i < shown->n; i++)
		cr_expect(texts_have(there, shown->at[i]), "%s: %s: %.300s",
		    where, what, shown->at[i]);
}

/* What came meanwhile has changed the store, too, between the two looks. */
static size_t
check_rows(const char *where, const struct walk *w, const struct capture *c)
{
	const struct exchanged *x = &worlds[0].at[c->number - 1];
	struct shown own = { .before.n = 0 };
	size_t i, n;

	(void)w;
	for (i = 0; i <= c->meanwhile; i++)
		shown_of(&own, c + i);
	n = expect_shown(where, "changed or gone, and not shown before",
	    &x->before, &x->after, &own.before);
	n += expect_shown(where, "new or changed, and not shown after",
	    &x->after, &x->before, &own.after);
	if (c->meanwhile == 0) {
		expect_there(where, "shown before, and was not there",
		    &own.before, &x->before);
		expect_there(where, "shown after, and is not there",
		    &own.after, &x->after);
	}
	shown_free(&own);
	return n;
}

/* ---- all that can be walked -------------------------------------------- */

static void
each_capture(const struct walk *w,
    size_t (*check)(const char *, const struct walk *, const struct capture *),
    size_t *sum)
{
	char where[160];
	size_t i, n;
	const struct capture *c = world_captures(w->sh.world, &n);

	for (i = 0; i < n; i++) {
		snprintf(where, sizeof(where), "%s, with %u, %d minutes, "
		    "%zu: %s %s %s", w->step->name, w->where.with,
		    (int)w->where.minutes, i + 1, c[i].who, c[i].method,
		    c[i].target);
		*sum += check(where, w, &c[i]);
	}
}

/* Each step with all its switches, and with its clock turned. */
static size_t
each_walk(size_t (*check)(const char *, const struct walk *,
    const struct capture *))
{
	static const int64_t clocks[] = { -1, 0, 1, 29, 31, 482 };
	const size_t nclocks = sizeof(clocks) / sizeof(clocks[0]);
	size_t i, k, sum = 0;
	unsigned with;
	struct walk w;

	for (i = 0; i < steps_count; i++)
		for (with = 0; with < 1u << steps[i].switches; with++)
			for (k = 0; k < (steps[i].minutes > 0 ? nclocks : 1);
			    k++) {
				walk(&w, steps[i].name, with, clocks[k]);
				each_capture(&w, check, &sum);
				show_close(&w.sh);
			}
	return sum;
}

Test(lesson_rows, each_row_that_changes_is_shown_and_as_it_is)
{
	cr_expect_gt(each_walk(check_rows), (size_t)500);
}

/* Is this the text of an id that the request has brought? */
static bool
has_come(const struct capture *c, const struct sess_trace_step *token)
{
	const struct sess_trace_part *id = sess_trace_part(token, "id");

	return id != NULL && capture_sent(c, id->value);
}

/* An arrow has its words, and so has what the store has found. */
static void
expect_words(const char *where, const struct arrow *a)
{
	char say[64], said[64];

	snprintf(say, sizeof(say), "%s.say", a->word);
	snprintf(said, sizeof(said), "said.%s", a->detail);
	cr_expect(lesson_has(a->word) && lesson_has(say), "%s: %s", where,
	    a->word);
	cr_expect(strcmp(a->word, "arrow.found") != 0 || lesson_has(said),
	    "%s: %s", where, said);
}

static size_t
check_arrows(const char *where, const struct walk *w, const struct capture *c)
{
	static struct arrow arrows[ARROWS_MAX];
	size_t i, n = arrows_list(&w->sh, arrows), ids = 0, asked = 0;
	const struct sess_trace_step *s;

	for (i = 0; (s = capture_step(c, SESS_STEP_TOKEN, i)) != NULL; i++)
		ids += has_come(c, s);
	cr_expect_lt(n, (size_t)ARROWS_MAX, "%s", where);
	for (i = 0; i < n; i++) {
		expect_words(where, &arrows[i]);
		asked += arrows[i].capture == c &&
		    strcmp(arrows[i].word, "arrow.find") == 0;
	}
	cr_expect_eq(asked, ids, "%s: %zu ids of their shape came, and the "
	    "store was asked whose it is %zu times", where, ids, asked);
	return asked;
}

Test(lesson_rows, the_store_is_asked_whose_an_id_is_where_one_came)
{
	cr_expect_gt(each_walk(check_arrows), (size_t)100);
}

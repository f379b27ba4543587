/* view.c - a step of the lesson as the values of its page. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lesson/arrows.h"
#include "lesson/code.h"
#include "lesson/parts.h"
#include "lesson/compare.h"
#include "lesson/texts.h"
#include "lesson/view.h"

#define KEY_MAX 64

/* "login.claim.new-id" */
static const char *
key(char to[KEY_MAX], const struct where *at, const char *what,
    const char *name)
{
	snprintf(to, KEY_MAX, "%s.%s%s", steps[at->step - 1].name, what, name);
	return to;
}

/* A text of the lesson; one that is not there is left out. */
static void
text_of(struct page *p, const char *name, const char *of)
{
	char marked[KEY_MAX + 1];

	if (!lesson_has(of))
		return;
	snprintf(marked, sizeof(marked), LESSON_MARK "%s", of);
	page_word(p, name, marked);
}

static void
word(struct page *p, const char *name, const struct where *at,
    const char *what, const char *of)
{
	char text[KEY_MAX];

	text_of(p, name, key(text, at, what, of));
}

static void
word_n(struct page *p, const char *name, const struct where *at,
    const char *what, int n)
{
	char of[16];

	snprintf(of, sizeof(of), "%d", n);
	word(p, name, at, what, of);
}

static void
link_to(struct page *p, const char *name, const struct where *at)
{
	char link[WHERE_LINK_MAX];

	page_link(p, name, "%s", where_link(link, at));
}

/* A step from its beginning. */
static struct where
step_at(int step)
{
	return (struct where){ .step = step, .minutes = -1 };
}

/* ---- where the reader is ----------------------------------------------- */

static void
contents(struct page *p, const struct where *at)
{
	size_t i;

	for (i = 0; i < steps_count; i++) {
		const struct where there = step_at((int)i + 1);

		page_row(p, "steps");
		page_int(p, "n", there.step);
		word(p, "title", &there, "title", "");
		link_to(p, "link", &there);
		page_bool(p, "here", there.step == at->step);
		page_end(p);
	}
}

static void
neighbours(struct page *p, const struct where *at)
{
	const struct where before = step_at(at->step - 1);
	const struct where after = step_at(at->step + 1);

	if (before.step >= 1)
		link_to(p, "prev", &before);
	if (after.step <= (int)steps_count)
		link_to(p, "next", &after);
}

/* Before the step is shown each answer is a link; then it is a verdict. */
static void
question(struct page *p, const struct where *at)
{
	const struct step *s = &steps[at->step - 1];
	struct where next = *at;

	word(p, "ask", at, "ask", "");
	if (at->said)
		return;
	next.said = true;
	for (next.say = 1; next.say <= s->answers; next.say++) {
		page_row(p, "answers");
		word_n(p, "text", at, "a", next.say);
		link_to(p, "link", &next);
		page_bool(p, "chosen", false);
		page_bool(p, "right", false);
		page_end(p);
	}
	next.say = 0;
	link_to(p, "skip", &next);
}

void
view_place(struct page *p, const struct where *at)
{
	page_int(p, "n", at->step);
	page_int(p, "count", (int64_t)steps_count);
	word(p, "step.title", at, "title", "");
	page_bool(p, "shown", at->said);
	contents(p, at);
	neighbours(p, at);
	question(p, at);
}

/* ---- what the reader said, and what they can change --------------------- */

static void
verdict(struct page *p, const struct show *sh)
{
	const struct where *at = sh->where;
	int i;

	for (i = 1; i <= steps[at->step - 1].answers; i++) {
		page_row(p, "answers");
		word_n(p, "text", at, "a", i);
		page_text(p, "link", "");
		page_bool(p, "chosen", i == at->say);
		page_bool(p, "right", i == sh->right);
		page_end(p);
	}
	page_bool(p, "verdict.right", at->say > 0 && at->say == sh->right);
	page_bool(p, "verdict.wrong", at->say > 0 && at->say != sh->right);
	page_bool(p, "verdict.skipped", at->say == 0);
	word(p, "text", at, "text", "");
	word(p, "keep", at, "keep", "");
}

/* What the texts of the step name: {{visits.now}}. */
static void
values(struct page *p, const struct show *sh)
{
	size_t i;

	for (i = 0; i < sh->nvalues; i++)
		page_text(p, sh->values[i].name, sh->values[i].text);
}

static void
claims(struct page *p, const struct show *sh)
{
	size_t i;

	for (i = 0; i < sh->nclaims; i++) {
		page_row(p, "claims");
		word(p, "text", sh->where, "claim.", sh->claims[i].name);
		page_bool(p, "holds", sh->claims[i].holds);
		page_bool(p, "fails", !sh->claims[i].holds);
		page_end(p);
	}
}

static void
switches(struct page *p, const struct show *sh)
{
	int i;

	for (i = 1; i <= steps[sh->where->step - 1].switches; i++) {
		struct where other = *sh->where;

		other.with ^= 1u << (i - 1);
		other.at = 0;
		page_row(p, "switches");
		word_n(p, "text", sh->where, "with", i);
		link_to(p, "link", &other);
		page_bool(p, "on", show_with(sh, i));
		page_end(p);
	}
}

static void
clock_link(struct page *p, const struct show *sh, int64_t minutes,
    const char *text)
{
	struct where other = *sh->where;

	if (minutes > WHERE_MINUTES_MAX)
		return;                 /* where_read() knows no such place */
	other.minutes = minutes;
	other.at = 0;
	page_row(p, "clock.links");
	text_of(p, "text", text);
	link_to(p, "link", &other);
	page_end(p);
}

/* The clock that the reader can turn, where the step has one. */
static void
clock_values(struct page *p, const struct show *sh)
{
	const struct step *s = &steps[sh->where->step - 1];
	int64_t now = sh->where->minutes >= 0 ? sh->where->minutes :
	    s->minutes;

	if (s->minutes == 0)
		return;
	page_int(p, "clock.now", now);
	if (now >= 1)
		clock_link(p, sh, now - 1, "clock.minute-less");
	clock_link(p, sh, now + 1, "clock.minute");
	clock_link(p, sh, now + 30, "clock.half-hour");
	clock_link(p, sh, now + 480, "clock.working-day");
}

static void
change(struct page *p, const struct show *sh)
{
	const struct step *s = &steps[sh->where->step - 1];

	page_bool(p, "change", s->switches > 0 || s->minutes > 0);
	switches(p, sh);
	clock_values(p, sh);
}

/* ---- the diagram ------------------------------------------------------- */

/* Across in hundredths of its width, down in hundredths of a line's height. */
#define LANE_LEFT 12
#define LANE_RIGHT 88
#define ARROW_TOP 395
#define ARROW_STEP 225
#define ARROW_END 310

/* Browsers stand on the left, then the server, then the store. */
static int64_t
lane_x(const struct show *sh, int who)
{
	int64_t last = (int64_t)sh->nbrowsers + 1;
	int64_t lane = who >= 0 ? who : last - (who == ARROW_SERVER);

	return LANE_LEFT + lane * (LANE_RIGHT - LANE_LEFT) / last;
}

/* "21.45" */
static void
hundredths(struct page *p, const char *name, int64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64 ".%02d", n / 100,
	    (int)(n % 100));
	page_text(p, name, text);
}

static void
lane(struct page *p, const struct show *sh, int who)
{
	page_row(p, "lanes");
	page_int(p, "x", lane_x(sh, who));
	if (who >= 0)
		page_text(p, "label", sh->browsers[who]->who);
	else
		text_of(p, "label", who == ARROW_SERVER ? "lane.server" :
		    "lane.store");
	page_end(p);
}

/* What the trace calls it, in the reader's language: "live", "unknown ids". */
static void
detail(struct page *p, const char *said)
{
	char of[KEY_MAX], *c;

	snprintf(of, sizeof(of), "said.%s", said);
	for (c = of; *c != '\0'; c++)
		*c = *c == ' ' ? '-' : *c;
	if (lesson_has(of))
		text_of(p, "detail", of);
	else
		page_text(p, "detail", said);
}

static void
arrow(struct page *p, const struct show *sh, const struct arrow *a, int n,
    bool lit)
{
	int64_t from = lane_x(sh, a->from), to = lane_x(sh, a->to);
	struct where there = *sh->where;
	char say[KEY_MAX];

	there.at = n;
	snprintf(say, sizeof(say), "%s.say", a->word);
	if (a->lost)
		to = (from + to) / 2;
	page_row(p, "arrows");
	page_int(p, "n", n);
	hundredths(p, "y", ARROW_TOP + (n - 1) * ARROW_STEP);
	page_int(p, "x1", from);
	page_int(p, "x2", to);
	page_int(p, "xt", (from + to) / 2);
	page_text(p, "who", a->capture->who);
	detail(p, a->detail);
	text_of(p, "label", a->word);
	text_of(p, "say", say);
	link_to(p, "link", &there);
	page_bool(p, "lit", lit);
	page_bool(p, "back", a->back);
	page_bool(p, "lost", a->lost);
	page_bool(p, "self", false);
	page_end(p);
}

/* Returns the arrow that is lit, from 1. */
static int
lit_arrow(const struct show *sh, const struct arrow *a, size_t n)
{
	size_t i;

	if (sh->where->at >= 1 && (size_t)sh->where->at <= n)
		return sh->where->at;
	for (i = n; i > 0; i--)
		if (a[i - 1].capture == sh->key &&
		    a[i - 1].step == sh->key_step)
			return (int)i;
	return 1;
}

static void
diagram(struct page *p, const struct show *sh, const struct arrow *a,
    size_t n, int lit)
{
	size_t i;

	hundredths(p, "diagram.height", ARROW_END + (int64_t)n * ARROW_STEP);
	word(p, "diagram.title", sh->where, "title", "");
	for (i = 0; i < sh->nbrowsers; i++)
		lane(p, sh, (int)i);
	lane(p, sh, ARROW_SERVER);
	lane(p, sh, ARROW_STORE);
	for (i = 0; i < n; i++)
		arrow(p, sh, &a[i], (int)i + 1, (int)i + 1 == lit);
}

/* ---- browser, wire, server --------------------------------------------- */

static void
cookie(struct page *p, const char *list, const struct kept_cookie *c,
    bool new, bool gone)
{
	page_row(p, list);
	page_text(p, "name", c->name);
	page_text(p, "value", c->value);
	page_text(p, "attributes", c->attributes);
	page_bool(p, "new", new);
	page_bool(p, "gone", gone);
	page_end(p);
}

static bool
is_kept(const struct kept *k, const struct kept_cookie *c, bool same)
{
	size_t i;

	for (i = 0; k != NULL && i < k->n; i++)
		if (strcmp(k->at[i].name, c->name) == 0 &&
		    (!same || strcmp(k->at[i].value, c->value) == 0))
			return true;
	return false;
}

/* The jar after this exchange; lit is what differs from before it. */
static void
jar(struct page *p, const char *list, const struct browser *b,
    const struct capture *c)
{
	const struct kept *now = browser_kept(b, c);
	const struct kept *before = now != NULL && now->capture == c ?
	    now->before : now;
	size_t i;

	for (i = 0; now != NULL && i < now->n; i++)
		cookie(p, list, &now->at[i], !is_kept(before, &now->at[i],
		    true), false);
	for (i = 0; before != NULL && i < before->n; i++)
		if (!is_kept(now, &before->at[i], false))
			cookie(p, list, &before->at[i], false, true);
}

static void
jars(struct page *p, const struct show *sh, const struct capture *c)
{
	size_t i;
	bool other = false;

	for (i = 0; i < sh->nbrowsers; i++) {
		struct browser *b = sh->browsers[i];

		if (strcmp(b->who, c->who) == 0)
			jar(p, "jar", b, c);
		else if (!other) {
			other = true;
			page_text(p, "jar2.who", b->who);
			jar(p, "jar2", b, c);
		}
	}
	page_text(p, "page", c->body);
}

static void
exchanges(struct page *p, const struct show *sh, const struct arrow *a,
    size_t n, const struct capture *lit)
{
	struct where there = *sh->where;
	int number = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (a[i].step != SESS_STEP_REQUEST)
			continue;
		there.at = (int)i + 1;
		page_row(p, "exchanges");
		page_int(p, "n", ++number);
		page_text(p, "label", a[i].detail);
		link_to(p, "link", &there);
		page_bool(p, "lit", a[i].capture == lit);
		page_end(p);
	}
}

static void
part(struct page *p, const struct show *sh, const char *list,
    const struct http_part *part)
{
	char *text = world_printf(sh->world, "%.*s", (int)part->len,
	    part->text);
	char more[KEY_MAX], label[KEY_MAX];

	snprintf(more, sizeof(more), "%s.std", part->key);
	snprintf(label, sizeof(label), "%s.label", part->key);
	page_row(p, list);
	if (lesson_has(label))
		text_of(p, "part", label);
	else
		page_text(p, "part", text);
	page_int(p, "depth", part->depth);
	text_of(p, "why", part->key);
	text_of(p, "more", more);
	page_bool(p, "new", false);
	page_bool(p, "absent", lesson_has(label));
	page_end(p);
}

static void
parts(struct page *p, const struct show *sh, const struct capture *c)
{
	struct http_part list[PARTS_MAX];
	char *whole = world_printf(sh->world, "%s\r\n%s", c->request,
	    c->form);
	size_t i, n;

	n = whole != NULL ? parts_request(whole, list, PARTS_MAX) : 0;
	for (i = 0; i < n; i++)
		part(p, sh, "request", &list[i]);
	n = parts_answer(c->answer, list, PARTS_MAX);
	for (i = 0; i < n; i++)
		part(p, sh, "answer", &list[i]);
}

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

static void
row(struct page *p, const char *list, const struct row *r,
    const struct row *other, bool is_after)
{
	bool changed = false;
	size_t i;

	for (i = 0; other != NULL && i < r->ncells; i++)
		changed |= compare_differs(r, i, other);
	page_row(p, list);
	page_text(p, "table", r->table);
	page_bool(p, "is.new", is_after && other == NULL);
	page_bool(p, "is.gone", !is_after && other == NULL);
	page_bool(p, "is.changed", is_after && changed);
	for (i = 0; i < r->ncells; i++) {
		page_row(p, "cells");
		page_text(p, "name", r->cells[i].name);
		cell_value(p, &r->cells[i]);
		page_bool(p, "new", is_after && other != NULL &&
		    compare_differs(r, i, other));
		page_end(p);
	}
	page_end(p);
}

static void
rows(struct page *p, const struct capture *c)
{
	struct rows before, after;
	size_t i;

	compare_before(c, &before);
	compare_after(c, &after);
	for (i = 0; i < before.n; i++)
		row(p, "before", &before.at[i], compare_same(&after,
		    &before.at[i]), false);
	for (i = 0; i < after.n; i++)
		row(p, "after", &after.at[i], compare_same(&before, &after.at[i]),
		    true);
}

static void
statements(struct page *p, const struct capture *c)
{
	const struct sess_trace_part *sql, *purpose;
	size_t i;

	for (i = 0; i < c->nsteps; i++) {
		if (c->steps[i].step != SESS_STEP_STORE)
			continue;
		sql = sess_trace_part(&c->steps[i], "sql");
		purpose = sess_trace_part(&c->steps[i], "purpose");
		page_row(p, "sql");
		page_text(p, "purpose", purpose != NULL ? purpose->value :
		    sql != NULL ? sql->value : "");
		page_text(p, "text", sql != NULL ? sql->value : "");
		page_end(p);
	}
}

static void
codes(struct page *p, const struct show *sh)
{
	size_t i;

	for (i = 0; i < sh->ncodes; i++) {
		const struct code *c = code_find(sh->codes[i]);

		if (c == NULL)
			continue;
		page_row(p, "code");
		page_text(p, "name", c->name);
		page_text(p, "file", c->file);
		page_link(p, "link", "lesson?file=%s", c->file);
		page_text(p, "lines", c->lines);
		page_end(p);
	}
}

void
view_show(struct page *p, const struct show *sh)
{
	struct arrow arrows[ARROWS_MAX];
	size_t n = arrows_list(sh, arrows);
	int lit = lit_arrow(sh, arrows, n);
	const struct capture *c = arrows[n > 0 ? lit - 1 : 0].capture;

	values(p, sh);
	verdict(p, sh);
	claims(p, sh);
	change(p, sh);
	diagram(p, sh, arrows, n, lit);
	page_bool(p, "wire", n > 0);
	page_bool(p, "measure", steps[sh->where->step - 1].measured);
	codes(p, sh);
	if (n == 0)
		return;
	exchanges(p, sh, arrows, n, c);
	jars(p, sh, c);
	parts(p, sh, c);
	rows(p, c);
	statements(p, c);
}

/* view.c - a step of the lesson as the values of its page. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lesson/arrows.h"
#include "lesson/code.h"
#include "lesson/compare.h"
#include "lesson/fresh.h"
#include "lesson/ids.h"
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

/* The guess was about the step as it is, and not as the reader has made it. */
static void
judge(struct page *p, const struct show *sh)
{
	const struct where *at = sh->where;
	bool turned = at->with != 0 || at->minutes >= 0;

	page_bool(p, "verdict.turned", turned);
	page_bool(p, "verdict.right", !turned && at->say > 0 &&
	    at->say == sh->right);
	page_bool(p, "verdict.wrong", !turned && at->say > 0 &&
	    at->say != sh->right);
	page_bool(p, "verdict.skipped", !turned && at->say == 0);
}

/* A switch may have a text of its own: the last one that is on counts. */
static void
prose(struct page *p, const struct where *at)
{
	char of[KEY_MAX], name[24];
	int i;

	for (i = steps[at->step - 1].switches; i > 0; i--) {
		snprintf(name, sizeof(name), "text.with%d", i);
		if ((at->with >> (i - 1) & 1) != 0 &&
		    lesson_has(key(of, at, name, "")))
			break;
	}
	word(p, "text", at, i > 0 ? name : "text", "");
}

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
	judge(p, sh);
	prose(p, at);
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

/* Is this claim another without the reader's change? */
static bool
differs(const struct show *sh, const struct show *plain, size_t claim)
{
	size_t i;

	for (i = 0; plain->where != NULL && i < plain->nclaims; i++)
		if (strcmp(plain->claims[i].name, sh->claims[claim].name) == 0)
			return plain->claims[i].holds !=
			    sh->claims[claim].holds;
	return false;
}

static void
claims(struct page *p, const struct show *sh, const struct show *plain)
{
	size_t i;

	for (i = 0; i < sh->nclaims; i++) {
		page_row(p, "claims");
		word(p, "text", sh->where, "claim.", sh->claims[i].name);
		page_bool(p, "holds", sh->claims[i].holds);
		page_bool(p, "fails", !sh->claims[i].holds);
		page_bool(p, "differs", differs(sh, plain, i));
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
	if (now != s->minutes)
		clock_link(p, sh, -1, "clock.reset");
	if (now >= 1)
		clock_link(p, sh, now - 1, "clock.minute-less");
	clock_link(p, sh, now + 1, "clock.minute");
	clock_link(p, sh, now + 30, "clock.half-hour");
	clock_link(p, sh, now + 480, "clock.working-day");
}

static void
change(struct page *p, const struct show *sh, const struct show *plain)
{
	const struct step *s = &steps[sh->where->step - 1];
	bool another = plain->right != sh->right;
	size_t i;

	for (i = 0; i < sh->nclaims; i++)
		another |= differs(sh, plain, i);

	page_bool(p, "change", s->switches > 0 || s->minutes > 0);
	page_bool(p, "changed", plain->where != NULL && another);
	page_bool(p, "unchanged", plain->where != NULL && !another);
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
	for (i = 0; i < sh->nbrowsers; i++)
		lane(p, sh, (int)i);
	lane(p, sh, ARROW_SERVER);
	lane(p, sh, ARROW_STORE);
	for (i = 0; i < n; i++)
		arrow(p, sh, &a[i], (int)i + 1, (int)i + 1 == lit);
}

/* ---- browser, wire, server --------------------------------------------- */

/* The letter of an id or of its hash, or nothing. */
static void
mark(struct page *p, const struct ids *ids, const char *text)
{
	char letter[2];

	page_text(p, "id", ids_letter(ids, text != NULL ? text : "", letter));
}

static void
cookie(struct page *p, const char *list, const struct ids *ids,
    const struct kept_cookie *c, bool new, bool gone)
{
	page_row(p, list);
	mark(p, ids, c->value);
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
jar(struct page *p, const char *list, const struct ids *ids,
    const struct browser *b, const struct capture *c)
{
	const struct kept *now = browser_kept(b, c);
	const struct kept *before = now != NULL && now->after == c->number ?
	    now->before : now;
	size_t i;

	for (i = 0; now != NULL && i < now->n; i++)
		cookie(p, list, ids, &now->at[i], !is_kept(before,
		    &now->at[i], true), false);
	for (i = 0; before != NULL && i < before->n; i++)
		if (!is_kept(now, &before->at[i], false))
			cookie(p, list, ids, &before->at[i], false,
			    true);
}

static void
jars(struct page *p, const struct show *sh, const struct ids *ids,
    const struct capture *c)
{
	size_t i;
	bool other = false;

	for (i = 0; i < sh->nbrowsers; i++) {
		struct browser *b = sh->browsers[i];

		if (strcmp(b->who, c->who) == 0)
			jar(p, "jar", ids, b, c);
		else if (!other) {
			other = true;
			page_text(p, "jar2.who", b->who);
			jar(p, "jar2", ids, b, c);
		}
	}
	page_text(p, "jar.who", c->who);
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
part(struct page *p, const struct show *sh, const struct ids *ids,
    const struct http_part *part, bool new)
{
	char *text = world_printf(sh->world, "%.*s", (int)part->len,
	    part->text);
	char more[KEY_MAX], label[KEY_MAX];

	snprintf(more, sizeof(more), "%s.std", part->key);
	snprintf(label, sizeof(label), "%s.label", part->key);
	if (lesson_has(label))
		text_of(p, "part", label);
	else
		page_text(p, "part", text);
	mark(p, ids, text);
	page_int(p, "depth", part->depth);
	text_of(p, "why", part->key);
	text_of(p, "more", more);
	page_bool(p, "new", new);
	page_bool(p, "absent", lesson_has(label));
}

static size_t
request_of(const struct show *sh, const struct capture *c,
    struct http_part *list)
{
	return c != NULL ? parts_request(fresh_request(sh, c), list,
	    PARTS_MAX) : 0;
}

static size_t
answer_of(const struct show *sh, const struct capture *c,
    struct http_part *list)
{
	(void)sh;
	return c != NULL ? parts_answer(c->answer, list, PARTS_MAX) : 0;
}

/* The parts of a message; lit is what the message before it had not. */
static void
message(struct page *p, const struct show *sh, const struct ids *ids,
    const char *name, const struct capture *c,
    size_t (*cut)(const struct show *, const struct capture *,
    struct http_part *))
{
	const struct capture *before = fresh_before(sh, c);
	struct http_part list[PARTS_MAX], other[PARTS_MAX];
	size_t i, n = cut(sh, c, list), nother = cut(sh, before, other);

	for (i = 0; i < n; i++) {
		page_row(p, name);
		part(p, sh, ids, &list[i], fresh_part(&list[i], other, nother,
		    before == NULL));
		page_end(p);
	}
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
	char text[KEY_MAX];

	snprintf(text, sizeof(text), "row.%.24s%s%.24s", table,
	    *column != '\0' ? "." : "", column);
	text_of(p, name, text);
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
	mark(p, ids, r->cells[i].value);
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

	mark(p, ids, key);
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
		/* The newest three are shown: one that is older is not gone. */
		if (other == NULL && strcmp(before.at[i].table, "event") == 0)
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
	page_int(p, "sql.count", (int64_t)n);
	page_int(p, "sql.lit", (int64_t)lit);
	page_bool(p, "sql.open", n <= STATEMENTS_OPEN);
}

static void
codes(struct page *p, const struct show *sh)
{
	size_t i;

	for (i = 0; i < sh->ncodes; i++) {
		const struct code *c = code_find(sh->codes[i]);
		char here[WHERE_LINK_MAX];

		if (c == NULL)
			continue;
		page_row(p, "code");
		page_text(p, "name", c->name);
		page_text(p, "file", c->file);
		page_text(p, "code.name", c->name);
		page_link(p, "link", "%s&file=%s&piece=%s",
		    where_link(here, sh->where), c->file, c->name);
		page_text(p, "lines", c->lines);
		page_end(p);
	}
}

void
view_show(struct page *p, const struct show *sh, const struct show *plain)
{
	struct arrow arrows[ARROWS_MAX];
	size_t n = arrows_list(sh, arrows);
	int lit = lit_arrow(sh, arrows, n);
	const struct capture *c;
	struct ids ids;

	values(p, sh);
	verdict(p, sh);
	claims(p, sh, plain);
	change(p, sh, plain);
	diagram(p, sh, arrows, n, lit);
	page_bool(p, "wire", n > 0);
	page_bool(p, "measure", steps[sh->where->step - 1].measured);
	codes(p, sh);
	if (n == 0)
		return;
	c = arrows[lit - 1].capture;
	exchanges(p, sh, arrows, n, c);
	ids_list(sh, &ids);
	jars(p, sh, &ids, c);
	message(p, sh, &ids, "request", c, request_of);
	message(p, sh, &ids, "answer", c, answer_of);
	rows(p, &ids, c);
	statements(p, sh, c);
}

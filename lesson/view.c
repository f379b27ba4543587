/* view.c - a step of the lesson as the values of its page. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "lesson/code.h"
#include "lesson/columns.h"
#include "lesson/diagram.h"
#include "lesson/fill.h"
#include "lesson/texts.h"
#include "lesson/view.h"

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
		fill_step(p, "title", &there, "title", "");
		fill_link(p, "link", &there);
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
		fill_link(p, "prev", &before);
	if (after.step <= (int)steps_count)
		fill_link(p, "next", &after);
}

/* Before the step is shown each answer is a link; then it is a verdict. */
static void
question(struct page *p, const struct where *at)
{
	const struct step *s = &steps[at->step - 1];
	struct where next = *at;

	fill_step(p, "ask", at, "ask", "");
	if (at->said)
		return;
	next.said = true;
	for (next.say = 1; next.say <= s->answers; next.say++) {
		page_row(p, "answers");
		fill_step_n(p, "text", at, "a", next.say);
		fill_link(p, "link", &next);
		page_bool(p, "chosen", false);
		page_bool(p, "right", false);
		page_end(p);
	}
	next.say = 0;
	fill_link(p, "skip", &next);
}

void
view_place(struct page *p, const struct where *at)
{
	page_int(p, "n", at->step);
	page_int(p, "count", (int64_t)steps_count);
	fill_step(p, "step.title", at, "title", "");
	page_bool(p, "shown", at->said);
	contents(p, at);
	neighbours(p, at);
	question(p, at);
}

/* ---- what remains ------------------------------------------------------- */

/* After the last step: the sentence of each. */
static void
sentences(struct page *p, const struct where *at)
{
	size_t i;

	if (!at->said || at->step != (int)steps_count)
		return;
	page_int(p, "sentences.count", (int64_t)steps_count);
	for (i = 0; i < steps_count; i++) {
		const struct where there = step_at((int)i + 1);

		page_row(p, "sentences");
		fill_step(p, "title", &there, "title", "");
		fill_step(p, "text", &there, "keep", "");
		fill_link(p, "link", &there);
		page_end(p);
	}
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

/*
 * The step may have chosen a text by what was captured.  If it has not, a
 * switch may have a text of its own: the last one that is on counts.
 */
static void
prose(struct page *p, const struct show *sh)
{
	const struct where *at = sh->where;
	char of[FILL_KEY_MAX], name[24];
	int i;

	if (sh->text != NULL) {
		fill_step(p, "text", at, "text.", sh->text);
		return;
	}

	for (i = steps[at->step - 1].switches; i > 0; i--) {
		snprintf(name, sizeof(name), "text.with%d", i);
		if ((at->with >> (i - 1) & 1) != 0 &&
		    lesson_has(fill_key(of, at, name, "")))
			break;
	}
	fill_step(p, "text", at, i > 0 ? name : "text", "");
}

static void
verdict(struct page *p, const struct show *sh)
{
	const struct where *at = sh->where;
	int i;

	for (i = 1; i <= steps[at->step - 1].answers; i++) {
		page_row(p, "answers");
		fill_step_n(p, "text", at, "a", i);
		page_text(p, "link", "");
		page_bool(p, "chosen", i == at->say);
		page_bool(p, "right", i == sh->right);
		page_end(p);
	}
	judge(p, sh);
	prose(p, sh);
	fill_step(p, "keep", at, "keep", "");
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
		fill_step(p, "text", sh->where, "claim.", sh->claims[i].name);
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
		fill_step_n(p, "text", sh->where, "with", i);
		fill_link(p, "link", &other);
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
	fill_text(p, "text", text);
	fill_link(p, "link", &other);
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
	page_bool(p, "clock", true);
	page_row(p, "clock.now");
	fill_span(p, now);
	fill_step(p, "says", sh->where, "clock", "");
	page_end(p);
	fill_span(p, s->minutes);       /* the step's own */
	fill_text(p, "clock.own", now == s->minutes ? "clock.is-own" :
	    "clock.own");
	if (now >= 1)
		clock_link(p, sh, now - 1, "clock.minute-less");
	clock_link(p, sh, now + 1, "clock.minute");
	clock_link(p, sh, now + 30, "clock.half-hour");
	clock_link(p, sh, now + 480, "clock.working-day");
	if (now != s->minutes)
		clock_link(p, sh, -1, "clock.reset");
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
	int lit = diagram_lit(sh, arrows, n);
	const struct capture *c;

	values(p, sh);
	verdict(p, sh);
	claims(p, sh, plain);
	change(p, sh, plain);
	sentences(p, sh->where);
	diagram_show(p, sh, arrows, n, lit);
	page_bool(p, "wire", n > 0);
	page_bool(p, "measure", steps[sh->where->step - 1].measured);
	codes(p, sh);
	if (n == 0)
		return;
	c = arrows[lit - 1].capture;
	diagram_exchanges(p, sh, arrows, n, c);
	columns_show(p, sh, c);
}

/* diagram.c - the sequence diagram of a step. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "lesson/diagram.h"
#include "lesson/fill.h"
#include "lesson/texts.h"

/* Across in hundredths of its width, down in hundredths of a line's height. */
#define LANE_LEFT 7
#define LANE_SERVER 50
#define LANE_STORE 93
#define ARROW_TOP 395
#define ARROW_STEP 225
#define ARROW_END 85
#define PAUSE 200               /* where time passes, ... */
#define PAUSE_UP 40             /* ... and its words, so far up in it */

/* Browsers stand on the left, then the server, then the store. */
static int64_t
lane_x(const struct show *sh, int who)
{
	if (who == ARROW_STORE)
		return LANE_STORE;
	if (who == ARROW_SERVER)
		return LANE_SERVER;
	return LANE_LEFT + who * (LANE_SERVER - LANE_LEFT) /
	    (int64_t)sh->nbrowsers;
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
		fill_who(p, "label", sh->browsers[who]->who);
	else
		fill_text(p, "label", who == ARROW_SERVER ? "lane.server" :
		    "lane.store");
	page_end(p);
}

/* What the trace calls it, in the reader's language: "live", "unknown ids". */
static void
said(struct page *p, const char *name, const char *word)
{
	char of[FILL_KEY_MAX], *c;

	snprintf(of, sizeof(of), "said.%s", word);
	for (c = of; *c != '\0'; c++)
		*c = *c == ' ' ? '-' : *c;
	if (lesson_has(of))
		fill_text(p, name, of);
	else
		page_text(p, name, word);
}

/* How many letters stand between two lanes that are so far from each other. */
static size_t
letters(int64_t across)
{
	return across > 16 ? (size_t)(across * 113 / 100 - 5) : 12;
}

/* An address that is too long for the drawing loses its middle. */
static void
drawn(struct page *p, const struct arrow *a, size_t most)
{
	size_t len = strlen(a->detail), end = most / 3;
	char text[128];

	page_row(p, "drawn");
	if (a->step == SESS_STEP_REQUEST && len > most) {
		snprintf(text, sizeof(text), "%.*s\u2026%s",
		    (int)(most - end - 1), a->detail, a->detail + len - end);
		page_text(p, "detail", text);
	}
	fill_text(p, "label", a->word);
	page_end(p);
}

/* Minutes between this message and the one before it. */
static int64_t
pause_before(const struct arrow *a, size_t i)
{
	int64_t seconds = i > 0 ? a[i].capture->at - a[i - 1].capture->at : 0;

	return seconds > 0 ? seconds / 60 : 0;
}

static void
pause_values(struct page *p, int64_t minutes, int64_t y)
{
	if (minutes == 0)
		return;
	fill_span(p, minutes);
	fill_text(p, "later", "span.later");
	hundredths(p, "later.y", y);
}

/* What the server does by itself has the room up to the store for its label. */
static void
place(struct page *p, const struct show *sh, const struct arrow *a, int64_t y)
{
	bool self = a->from == a->to;
	int64_t from = lane_x(sh, a->from);
	int64_t to = lane_x(sh, self ? ARROW_STORE : a->to);

	page_bool(p, "self", self);
	hundredths(p, "y", y);
	page_int(p, "x1", from);
	page_int(p, "x2", a->lost ? (from + 3 * to) / 4 : to);
	page_int(p, "xt", (from + to) / 2);
	drawn(p, a, letters(from < to ? to - from : from - to));
}

static void
label(struct page *p, const struct arrow *a)
{
	page_text(p, "from", a->step == SESS_STEP_REQUEST ?
	    capture_from(a->capture) : "");
	said(p, "detail", a->detail);
	fill_text(p, "label", a->word);
}

static void
arrow(struct page *p, const struct show *sh, const struct arrow *a, int n,
    bool lit)
{
	struct where there = *sh->where;
	char say[FILL_KEY_MAX], browser[FILL_KEY_MAX];

	there.at = n;
	snprintf(say, sizeof(say), "%s.say", a->word);
	page_int(p, "n", n);
	snprintf(browser, sizeof(browser), "%s.browser", a->capture->who);
	fill_who(p, "browser", browser);
	label(p, a);
	fill_text(p, "say", say);
	fill_link(p, "link", &there);
	page_bool(p, "lit", lit);
	page_bool(p, "back", a->back);
	page_bool(p, "lost", a->lost);
	page_bool(p, "inside", a->from < 0 && a->to < 0);
}

int
diagram_lit(const struct show *sh, const struct arrow *a, size_t n)
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

void
diagram_show(struct page *p, const struct show *sh, const struct arrow *a,
    size_t n, int lit)
{
	int64_t y = ARROW_TOP, minutes;
	size_t i;

	for (i = 0; i < sh->nbrowsers; i++)
		lane(p, sh, (int)i);
	lane(p, sh, ARROW_SERVER);
	lane(p, sh, ARROW_STORE);
	for (i = 0; i < n; i++) {
		page_row(p, "arrows");
		minutes = pause_before(a, i);
		pause_values(p, minutes, y - PAUSE_UP);
		y += minutes > 0 ? PAUSE : 0;
		place(p, sh, &a[i], y);
		arrow(p, sh, &a[i], (int)i + 1, (int)i + 1 == lit);
		page_end(p);
		y += ARROW_STEP;
	}
	hundredths(p, "diagram.height", y - ARROW_STEP + ARROW_END);
}

/* What tells it from others: the commit's change, or else what was found. */
static const char *
told(const struct capture *c)
{
	const char *change = capture_value(c, SESS_STEP_COMMIT, "change");

	return *change != '\0' && strcmp(change, "none") != 0 ? change :
	    capture_value(c, SESS_STEP_FIND, "found");
}

void
diagram_exchanges(struct page *p, const struct show *sh, const struct arrow *a,
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
		fill_who(p, "who", a[i].capture->who);
		label(p, &a[i]);
		pause_values(p, pause_before(a, i), 0);
		said(p, "found", told(a[i].capture));
		fill_link(p, "link", &there);
		page_bool(p, "lit", a[i].capture == lit);
		page_end(p);
	}
}

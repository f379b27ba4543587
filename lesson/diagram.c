/* diagram.c - the sequence diagram of a step. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "lesson/diagram.h"
#include "lesson/fill.h"
#include "lesson/texts.h"

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
		fill_text(p, "label", who == ARROW_SERVER ? "lane.server" :
		    "lane.store");
	page_end(p);
}

/* What the trace calls it, in the reader's language: "live", "unknown ids". */
static void
detail(struct page *p, const char *said)
{
	char of[FILL_KEY_MAX], *c;

	snprintf(of, sizeof(of), "said.%s", said);
	for (c = of; *c != '\0'; c++)
		*c = *c == ' ' ? '-' : *c;
	if (lesson_has(of))
		fill_text(p, "detail", of);
	else
		page_text(p, "detail", said);
}

static void
label(struct page *p, const struct arrow *a)
{
	page_text(p, "from", a->step == SESS_STEP_REQUEST ?
	    capture_from(a->capture) : "");
	detail(p, a->detail);
	fill_text(p, "label", a->word);
}

static void
arrow(struct page *p, const struct show *sh, const struct arrow *a, int n,
    bool lit)
{
	int64_t from = lane_x(sh, a->from), to = lane_x(sh, a->to);
	struct where there = *sh->where;
	char say[FILL_KEY_MAX];

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
	label(p, a);
	fill_text(p, "say", say);
	fill_link(p, "link", &there);
	page_bool(p, "lit", lit);
	page_bool(p, "back", a->back);
	page_bool(p, "lost", a->lost);
	page_bool(p, "self", false);
	page_end(p);
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
	size_t i;

	hundredths(p, "diagram.height", ARROW_END + (int64_t)n * ARROW_STEP);
	for (i = 0; i < sh->nbrowsers; i++)
		lane(p, sh, (int)i);
	lane(p, sh, ARROW_SERVER);
	lane(p, sh, ARROW_STORE);
	for (i = 0; i < n; i++)
		arrow(p, sh, &a[i], (int)i + 1, (int)i + 1 == lit);
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
		label(p, &a[i]);
		fill_link(p, "link", &there);
		page_bool(p, "lit", a[i].capture == lit);
		page_end(p);
	}
}

/* fill.c - texts, places and ids of the lesson as values of a page. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "lesson/fill.h"
#include "lesson/steps.h"
#include "lesson/texts.h"

const char *
fill_key(char key[FILL_KEY_MAX], const struct where *at, const char *what,
    const char *name)
{
	snprintf(key, FILL_KEY_MAX, "%s.%s%s", steps[at->step - 1].name, what,
	    name);
	return key;
}

void
fill_text(struct page *p, const char *name, const char *key)
{
	char marked[FILL_KEY_MAX + 1];

	if (!lesson_has(key))
		return;
	snprintf(marked, sizeof(marked), LESSON_MARK "%s", key);
	page_word(p, name, marked);
}

void
fill_step(struct page *p, const char *name, const struct where *at,
    const char *what, const char *of)
{
	char key[FILL_KEY_MAX];

	fill_text(p, name, fill_key(key, at, what, of));
}

void
fill_step_n(struct page *p, const char *name, const struct where *at,
    const char *what, int n)
{
	char of[16];

	snprintf(of, sizeof(of), "%d", n);
	fill_step(p, name, at, what, of);
}

static const char *
span_key(int64_t days, int64_t hours, int64_t minutes)
{
	if (days > 0 && (hours > 0 || minutes > 0))
		return "span.days-hours";
	if (hours > 0 && minutes > 0)
		return "span.hours-minutes";
	if (days > 0)
		return days == 1 ? "span.day" : "span.days";
	if (hours > 0)
		return hours == 1 ? "span.hour" : "span.hours";
	return minutes == 1 ? "span.minute" : "span.minutes";
}

void
fill_span(struct page *p, int64_t minutes)
{
	int64_t hours = minutes / 60, days = hours / 24;

	page_int(p, "span.days", days);
	page_int(p, "span.hours", hours % 24);
	page_int(p, "span.minutes", minutes % 60);
	fill_text(p, "span", span_key(days, hours % 24, minutes % 60));
}

void
fill_link(struct page *p, const char *name, const struct where *at)
{
	char link[WHERE_LINK_MAX];

	page_link(p, name, "%s", where_link(link, at));
}

void
fill_who(struct page *p, const char *name, const char *who)
{
	char key[FILL_KEY_MAX];

	snprintf(key, sizeof(key), "who.%s", who);
	fill_text(p, name, key);
}

void
fill_id(struct page *p, const struct ids *ids, const char *text)
{
	char letter[2];

	page_text(p, "id", ids_letter(ids, text != NULL ? text : "", letter));
}

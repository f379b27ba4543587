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

void
fill_link(struct page *p, const char *name, const struct where *at)
{
	char link[WHERE_LINK_MAX];

	page_link(p, name, "%s", where_link(link, at));
}

void
fill_id(struct page *p, const struct ids *ids, const char *text)
{
	char letter[2];

	page_text(p, "id", ids_letter(ids, text != NULL ? text : "", letter));
}

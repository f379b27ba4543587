/*
 * fill.h - what page.c gathers and fill.c puts into a template.
 *
 * The values of a page are one flat list, in the order given.  A row is what
 * stands between its FILL_ROW and the FILL_END that belongs to it.
 */
/* SPDX-License-Identifier: ISC */
#ifndef FILL_H
#define FILL_H

#include "sess.h"

enum fill_kind {
	FILL_TEXT,              /* a value */
	FILL_WORD,              /* a value that is the key of a word */
	FILL_ROW, FILL_END
};

/* Offsets into the texts, because these move while they grow. */
struct fill_item {
	enum fill_kind kind;
	size_t name, value;
};

struct fill {
	struct sess_res *res;
	struct sess *s;
	int lang;               /* of words.h */
	const char *(*words)(int lang, const char *key);
	const char *body;       /* the template that {{body}} stands for */
	const char *(*piece)(const char *name); /* the one of {{+name}} */
	const struct fill_item *items;
	size_t count;
	const char *texts;
};

/* Put the template into the answer, filled. */
void fill_template(const struct fill *, const char *template);

#endif

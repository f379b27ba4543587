/*
 * texts.h - the texts of the lesson, in English and German.
 *
 * They are those of the www/lesson*.txt, in a table apart from the words of
 * the pages: a page that is not the lesson does not carry them.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_TEXTS_H
#define LESSON_TEXTS_H

#include <stdbool.h>

/* Languages of lesson_text(); the same numbers as in words.h. */
enum {
	LESSON_EN,
	LESSON_DE,
};

/*
 * The text of a key, already escaped for HTML.  The language is one of
 * words.h; one that the lesson does not speak gets English.  Without such a
 * text the answer is the key itself, so that a gap is seen and nothing breaks.
 */
const char *lesson_text(int lang, const char *key);

/*
 * A page has words of all pages and texts of the lesson, and both have a
 * "cart.title": the lesson's are asked for with this mark in front.
 */
#define LESSON_MARK "~"

/* The language that the lesson is shown in to a reader of this one. */
int lesson_speaks(int lang);

/* Is there one? */
bool lesson_has(const char *key);

/*
 * The key at this place of the sorted table, or NULL past the last one: for
 * tests and lists.
 */
const char *lesson_key(unsigned int i);

#endif

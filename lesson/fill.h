/*
 * fill.h - texts, places and ids of the lesson as values of a page.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_FILL_H
#define LESSON_FILL_H

#include "lesson/ids.h"
#include "page.h"

#define FILL_KEY_MAX 64

/* The key of a step's text, such as "login.claim.new-id". */
const char *fill_key(char key[FILL_KEY_MAX], const struct where *,
    const char *what, const char *name);

/* A text of the lesson; one that is not there is left out. */
void fill_text(struct page *, const char *name, const char *key);

/* A text of this step: "claim." and "new-id"; or "with" and 2. */
void fill_step(struct page *, const char *name, const struct where *,
    const char *what, const char *of);
void fill_step_n(struct page *, const char *name, const struct where *,
    const char *what, int n);

/* As "span" so much time, in units that people use: "8 h 31 min". */
void fill_span(struct page *, int64_t minutes);

/* A link to this place. */
void fill_link(struct page *, const char *name, const struct where *);

/* Whose browser it is, in the reader's language: "Ada's phone". */
void fill_who(struct page *, const char *name, const char *who);

/* As "id" the letter of an id or of its hash; of another text none. */
void fill_id(struct page *, const struct ids *, const char *text);

#endif

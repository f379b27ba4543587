/*
 * diagram.h - the sequence diagram of a step: lanes, and an arrow a message.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_DIAGRAM_H
#define LESSON_DIAGRAM_H

#include "lesson/arrows.h"
#include "page.h"

/* The arrow that is lit, from 1: the reader's, or else the step's own. */
int diagram_lit(const struct show *, const struct arrow *, size_t n);

void diagram_show(struct page *, const struct show *, const struct arrow *,
    size_t n, int lit);

/* The exchanges as a list of links, for where the diagram is out of sight. */
void diagram_exchanges(struct page *, const struct show *,
    const struct arrow *, size_t n, const struct capture *lit);

#endif

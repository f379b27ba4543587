/*
 * view.h - a step of the lesson as the values of its page.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_VIEW_H
#define LESSON_VIEW_H

#include "lesson/show.h"
#include "lesson/steps.h"
#include "page.h"

/* Where the reader is, and the question; before the step is performed. */
void view_place(struct page *, const struct where *);

/*
 * What was performed; and beside it, where the reader changed something, what
 * is performed without the change: then that has a place, too.
 */
void view_show(struct page *, const struct show *, const struct show *plain);

#endif

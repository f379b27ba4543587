/*
 * arrows.h - what was captured, as the messages of a sequence diagram.
 *
 * Each step of the trace that goes from one to another is an arrow: browser to
 * server, server to store, and back; or what the server does by itself.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_ARROWS_H
#define LESSON_ARROWS_H

#include "lesson/show.h"

#define ARROWS_MAX 96

/* Lanes that are no browser; browsers are numbered from 0. */
enum { ARROW_SERVER = -1, ARROW_STORE = -2 };

struct arrow {
	const struct capture *capture;
	enum sess_step step;
	int from, to;
	bool back;                      /* an answer */
	bool lost;                      /* it does not arrive */
	const char *word;               /* the key of its text, ... */
	const char *detail;             /* ... which may hold {{detail}} */
};

/* All of them, in order; how many. */
size_t arrows_list(const struct show *, struct arrow[ARROWS_MAX]);

#endif

/*
 * where.h - where the reader is in the lesson: all of it stands in the URL.
 *
 *	lesson?step=8&say=2&with=1&minutes=31&at=4
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_WHERE_H
#define LESSON_WHERE_H

#include "sess.h"

#define WHERE_MINUTES_MAX 86400         /* 60 days: further is nothing new */
#define WHERE_AT_MAX 200
#define WHERE_LINK_MAX 96

struct where {
	int step;               /* from 1; 0: the first page */
	int say;                /* the answer chosen, from 1; 0: skipped */
	bool said;              /* answered or skipped: the step is shown */
	unsigned with;          /* a bit for each switch that is on */
	int64_t minutes;        /* the clock, turned so far; -1: as the step
				   has it */
	int at;                 /* the arrow that is lit, from 1; 0: the step's
				   own */
};

/* False: there is no such place. */
bool where_read(const struct sess_req *, struct where *);

/* The address of a place. */
const char *where_link(char link[WHERE_LINK_MAX], const struct where *);

#endif

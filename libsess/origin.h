/* origin.h - where each setting comes from, and how a person is told of it. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_ORIGIN_H
#define SESS_ORIGIN_H

#include "buf.h"
#include "setting.h"

/* A line of the file, or one of these. */
enum { ORIGIN_DEFAULT = 0, ORIGIN_PROGRAM = -1, ORIGIN_VARIABLE = -2 };

struct origins {
	int at[SETTINGS];
};

/* What is not zero is the program's, the rest the default. */
void origins_begin(struct origins *, const struct sess_conf *);

/* From now on this one comes from there. */
void origin_note(struct origins *, const char *key, int origin);

/*
 * "idle = 9h (LIBSESS_IDLE)".  A text that stands in the file is not told, and
 * no number is that was not understood.
 */
void origin_show(struct buf *, const struct sess_conf *,
    const struct origins *, const char *key);

/* "LIBSESS_IDLE" */
void origin_variable(struct buf *, const struct setting *);

/*
 * The setting that somebody may have meant who wrote this name, with or without
 * LIBSESS_ in front; NULL: it is like none.
 */
const struct setting *origin_near(const char *name, size_t n);

/* "90, 90s, 30m, 8h, 2d" */
void origin_takes(struct buf *, const struct setting *);

#endif

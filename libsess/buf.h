/*
 * buf.h - a growing string of bytes that knows its maximum.
 *
 * Invariants: data[len] is NUL; len <= max.  The first failure (over the
 * maximum, no memory) sticks in err, and nothing is added after it, so a
 * caller writes in a straight line and looks once at the end.
 *
 * The len bytes are wiped when they move and at the end, so what writes into
 * buf_room() raises len, and nothing but buf_cut() lowers it.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_BUF_H
#define SESS_BUF_H

#include <stdarg.h>

#include "sess.h"

struct buf {
	char *data;
	size_t len, size, max;
	enum sess_err err;
};

/* A fresh buffer is valid and empty; there is none without a maximum. */
#define BUF_INIT(maximum) { .data = buf_empty, .max = (maximum) }

extern char buf_empty[1];       /* always "" */

void buf_release(struct buf *);

void buf_add(struct buf *, const void *, size_t);
void buf_addc(struct buf *, char);
void buf_adds(struct buf *, const char *);
void buf_addf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *, const char *, va_list)
    __attribute__((format(printf, 2, 0)));

/* Room for n more bytes at data + len, or NULL; the caller raises len. */
char *buf_room(struct buf *, size_t n);

/* Back to the first len bytes; what was behind them, and err, is forgotten. */
void buf_cut(struct buf *, size_t len);

#endif

/*
 * pool.h - memory of one request: taken piece by piece, given back at once.
 *
 * What lives as long as the request lives here, so that nothing of one
 * request can be seen in the next and no page needs to free anything.  What was
 * used is wiped before it is given back: passwords, ids and tokens pass here.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_POOL_H
#define SESS_POOL_H

#include "sess.h"

struct pool {
	struct pool_chunk *chunks;
	size_t left;            /* bytes that may still be taken */
};

#define POOL_INIT(maximum) { .left = (maximum) }

void pool_release(struct pool *);

/* Aligned for any type, zeroed; NULL: no memory, or over the maximum. */
void *pool_alloc(struct pool *, size_t);

/* A copy, with a NUL behind it; NULL as above. */
char *pool_copy(struct pool *, const void *, size_t);
char *pool_text(struct pool *, const char *);
char *pool_printf(struct pool *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

#endif

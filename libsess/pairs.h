/* pairs.h - names and values in the order they came, doubles kept. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_PAIRS_H
#define SESS_PAIRS_H

#include "sess.h"

struct pairs {
	struct sess_pair *at;
	size_t n;
};

/* The next pair of this name after the given one (NULL: the first). */
const struct sess_pair *pairs_next(const struct pairs *, const char *name,
    const struct sess_pair *after);

/* The first value of this name, if it is text; else NULL. */
const char *pairs_text(const struct pairs *, const char *name);

#endif

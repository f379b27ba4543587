/* wiped.h - memory that may hold secrets: nothing stays where it was. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_WIPED_H
#define SESS_WIPED_H

#include <stddef.h>

/*
 * Room for `size` bytes with the first `used` of these, which are wiped where
 * they were; NULL is taken.  NULL: no memory, and nothing has changed.
 */
void *wiped_grow(void *, size_t used, size_t size);

/* NULL is taken. */
void wiped_free(void *, size_t used);

#endif

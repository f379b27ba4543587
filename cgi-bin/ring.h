/*
 * ring.h - the steps of requests that redirected, kept for the next page.
 *
 * A small file of fixed size in which the oldest entry makes room for the
 * newest.  It holds texts of transcript.h, which are masked, and is for its owner
 * alone (0600).  An entry is taken once, within a minute.
 */
/* SPDX-License-Identifier: ISC */
#ifndef RING_H
#define RING_H

#include "sess.h"

#define RING_SLOTS 32
#define RING_SLOT (32 * 1024)           /* bytes of one, with its head: a
					   login with all its rows has 14 KiB */
#define RING_TEXT_MAX (RING_SLOT - 64)  /* bytes of a text */
#define RING_LIFE 60                    /* seconds */

/*
 * Whose it is: the session's public number; where there is none, as after a
 * logout, what is the same in two requests of one browser.
 */
struct ring_key {
	int64_t session;        /* sess_handle(), or 0 */
	uint64_t browser;
};

/*
 * Keep a text.  `first`: it begins something new, and what is kept for this key
 * is forgotten.  False: the file cannot be made, or is not a file of this user
 * alone, or stays locked.  A damaged one is begun again.
 */
bool ring_put(const char *path, const struct ring_key *, int64_t now,
    bool first, const char *text, size_t len);

/*
 * The oldest text that is kept for this key, with a NUL; then it is gone.
 * Returns its length; 0: there is none.
 */
size_t ring_take(const char *path, const struct ring_key *, int64_t now,
    char text[RING_TEXT_MAX + 1]);

#endif

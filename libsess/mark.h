/* mark.h - how far uploads are, in the database. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_MARK_H
#define SESS_MARK_H

#include "db.h"

/* Within a transaction that the caller began; SESS_EGONE: not of a live session. */
enum sess_err mark_put(struct db *, const uint8_t key[SESS_KEY_LEN],
    int64_t now, const struct sess_mark *);

/* SESS_NONE: not of a live session, or nothing is known of it. */
enum sess_err mark_find(struct db *, const uint8_t key[SESS_KEY_LEN],
    int64_t now, struct sess_mark *);

#endif

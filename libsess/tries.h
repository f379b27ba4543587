/* tries.h - how often something was tried, in the database. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_TRIES_H
#define SESS_TRIES_H

#include "db.h"

/*
 * Would there be anything to count?  SESS_ETRIES: no, one of them is refused
 * for now, or all for ever.  No transaction is needed.
 */
enum sess_err tries_look(struct db *, const struct sess_try *, size_t n,
    int64_t now, struct sess_tried *);

/*
 * Count them, within a transaction of the caller's, who rolls it back where one
 * is refused for now: SESS_ETRIES.
 */
enum sess_err tries_count(struct db *, const struct sess_try *, size_t n,
    int64_t now, struct sess_tried *);

#endif

/* change.h - what one request changed, statement by statement. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_CHANGE_H
#define SESS_CHANGE_H

#include "db.h"

/*
 * Apply a change within a transaction that the caller began.  *full: it was
 * refused because no session without login fits in any more (SESS_EFULL),
 * and all that was done is a sweep, which is worth committing.
 */
enum sess_err change_apply(struct db *, const struct sess_change *,
    const struct sess_memory *, struct sess_outcome *, bool *full);

/* Is the session of this id live?  SESS_EGONE: no. */
enum sess_err change_live(struct db *, const uint8_t key[SESS_KEY_LEN],
    int64_t now);

/*
 * What hangs on the sessions that a statement deletes goes with them; it has
 * been asked, answers with their keys, and this was its first answer.  How
 * many there were is added to *n.
 */
enum sess_err change_dropped(struct db *, enum sql, enum sess_err first,
    int64_t *n);

/* End the session of this id, `over`: only if it is.  Within a transaction. */
enum sess_err change_end(struct db *, const uint8_t key[SESS_KEY_LEN],
    int64_t now, bool over, const struct sess_note *, bool *ended);

/*
 * Look at the next stretch of sessions and drop those that are over; at the
 * end begin again.  It walks the primary key, because an index on a time
 * that changes with each visit would cost every visit.
 *
 * What other programs did without us is put right on the way: the number of
 * sessions without user, and what hangs on sessions that are gone, in one of
 * the tables that the die names.
 */
enum sess_err change_sweep(struct db *, int64_t now, int rows, unsigned die,
    int *dropped);

#endif

/* change.h - what one request changed, statement by statement. */
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

/* End the session of this id, `over`: only if it is.  Within a transaction. */
enum sess_err change_end(struct db *, const uint8_t key[SESS_KEY_LEN],
    int64_t now, bool over, const struct sess_note *, bool *ended);

/*
 * Look at the next stretch of sessions and drop those that are over; at the
 * end begin again.  It walks the primary key, because an index on a time
 * that changes with each visit would cost every visit.
 */
enum sess_err change_sweep(struct db *, int64_t now, int rows, int *dropped);

#endif

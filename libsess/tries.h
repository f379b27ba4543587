/* tries.h - how often something was tried, in the database. */
#ifndef SESS_TRIES_H
#define SESS_TRIES_H

#include "db.h"

/* Would it be refused?  Nothing is counted, and no transaction is needed. */
enum sess_err tries_look(struct db *, const struct sess_try *, int64_t now,
    struct sess_tried *);

/* Count it, if it is not refused.  Within a transaction of the caller's. */
enum sess_err tries_count(struct db *, const struct sess_try *, int64_t now,
    struct sess_tried *);

#endif

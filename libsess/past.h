/* past.h - what happened, in the database. */
#ifndef SESS_PAST_H
#define SESS_PAST_H

#include "db.h"

/* Within a transaction of the caller's.  Old ones make room. */
enum sess_err past_add(struct db *, const struct sess_note *);

/* A user's, newest first. */
enum sess_err past_list(struct db *, const char *user,
    const struct sess_memory *, struct sess_happening **, size_t *n);

/* Alarms that the user has not heard of go with this session; how many. */
enum sess_err past_news(struct db *, const char *user, int64_t pk,
    int64_t *news);

#endif

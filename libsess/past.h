/* past.h - what happened, in the database. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_PAST_H
#define SESS_PAST_H

#include "db.h"

/*
 * Within a transaction of the caller's.  Old ones of its kind make room, and
 * an alert is pointed out to the sessions that its user has.
 */
enum sess_err past_add(struct db *, const struct sess_note *);

/* A user's, newest first. */
enum sess_err past_list(struct db *, const char *user, int64_t now,
    const struct sess_memory *, struct sess_happening **, size_t *n);

/* Point the alerts that there are out to this session; the newest one. */
enum sess_err past_alert(struct db *, const char *user, int64_t pk,
    int64_t *alert);

/* How many alerts a user has after this one. */
enum sess_err past_alerts(struct db *, const char *user, int64_t now,
    int64_t seen, int64_t *n);

#endif

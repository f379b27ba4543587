/* people.h - accounts, and a user's sessions, in the database. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_PEOPLE_H
#define SESS_PEOPLE_H

#include "db.h"

/* These change something within a transaction of the caller's. */
enum sess_err people_account(struct db *, enum sess_account_act,
    const char *name, const char *hash, const char *from, int64_t now);
enum sess_err people_revoke(struct db *, const struct sess_revoke *,
    int64_t now, int64_t *ended);

/*
 * A session with this number begins to be the user's: may it, and what must
 * end for it?
 */
enum sess_err people_admit(struct db *, const struct sess_change *,
    int64_t pk, int64_t *ended);

/* The user of the session with this number and handle has a new password. */
enum sess_err people_password(struct db *, const struct sess_change *,
    int64_t pk, int64_t handle, int64_t *ended);

/* And these look. */
enum sess_err people_find(struct db *, const char *name,
    const struct sess_memory *, struct sess_account *);
enum sess_err people_devices(struct db *, const char *user, int64_t now,
    const struct sess_memory *, struct sess_device **, size_t *n);

#endif

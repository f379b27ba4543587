/* family.h - the remember-me tokens of a browser, in the database. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_FAMILY_H
#define SESS_FAMILY_H

#include "db.h"

/* All within a transaction of the caller's. */

/* The session has one from now on, and none that it had before. */
enum sess_err family_begin(struct db *, const struct sess_family *,
    const char *user, int64_t pk, int64_t now);

/* Before any transaction: SESS_NONE, there is no such family. */
enum sess_err family_look(struct db *, const uint8_t key[SESS_KEY_LEN]);

/*
 * No token of it counts any more, and what it began ends.  *stolen_from: the
 * user, if this token was used before; or NULL.
 */
enum sess_err family_forget(struct db *, const struct sess_forget *,
    int64_t now, const struct sess_memory *, const char **stolen_from);

enum sess_err family_redeem(struct db *, const struct sess_redeem *,
    int64_t now, const struct sess_memory *, struct sess_redemption *);

#endif

/* password.h - hashes of passwords, with a salt that is the caller's. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_PASSWORD_H
#define SESS_PASSWORD_H

#include "sess.h"

#define PASSWORD_SALT 16        /* bytes */

/*
 * What sess_password_hash() does, for a caller that has settings: they say
 * where random bytes come from.  The salt is drawn for this hash alone.
 */
enum sess_err password_hash(char hash[SESS_HASH_MAX], const char *password,
    const uint8_t salt[PASSWORD_SALT]);

#endif

/* hash.h - is the hash of a password whole, and its cost bearable? */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_HASH_H
#define SESS_HASH_H

#include "sess.h"

enum hash_kind {
	HASH_BAD = 0,   /* cut, corrupt, absurd, or of a kind we do not know */
	HASH_ARGON2,    /* libargon2 reads it */
	HASH_CRYPT      /* libxcrypt reads it */
};

/* By the shape and the parameters alone: no work is done for the hash. */
enum hash_kind hash_kind(const char *hash);

/* Its scheme's name, "argon2id"; NULL: one that we do not know. */
const char *hash_scheme(const char *hash);

#endif

/* crypt.h - randomness, hashes and comparison of secrets.  Meets OpenSSL. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_CRYPT_H
#define SESS_CRYPT_H

#include "sess.h"

#define SHA256_LEN 32

/* SESS_ERANDOM when the system gives none: then there is no session. */
enum sess_err crypt_random(void *, size_t);

/* Of label, its NUL and the bytes: equal bytes for two uses never meet. */
void crypt_sha256(uint8_t out[SHA256_LEN], const char *label,
    const void *, size_t);

/* RFC 2104 with SHA-256, over label, its NUL and the bytes. */
void crypt_hmac(uint8_t out[SHA256_LEN], const uint8_t key[SHA256_LEN],
    const char *label, const void *, size_t);

/* In a time that depends on n alone.  Not for ordering. */
bool crypt_equal(const void *, const void *, size_t n);

/* Overwrite; the compiler may not leave it out. */
void crypt_wipe(void *, size_t);

#endif

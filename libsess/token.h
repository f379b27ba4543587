/*
 * token.h - session ids: 24 random bytes as 32 characters of base64url.
 *
 * The store never sees one.  It keeps the key, SHA-256("libsess-sid-1" || 0
 * || id): a reader of the store can not become anybody, and looking up a key
 * gives nothing away about ids by its time.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_TOKEN_H
#define SESS_TOKEN_H

#include "log.h"
#include "sess_store.h"

#define TOKEN_BYTES 24
#define TOKEN_LEN 32

/* Drawn from the settings' source: see random.h. */
enum sess_err token_new(const struct log *, char token[TOKEN_LEN + 1]);

/* Checked before any lookup. */
bool token_shape_ok(const char *, size_t len);

void token_key(uint8_t key[SESS_KEY_LEN], const char token[TOKEN_LEN]);

#endif

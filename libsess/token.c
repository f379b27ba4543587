/* token.c - session ids: 24 random bytes as 32 characters of base64url. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "crypt.h"
#include "encode.h"
#include "random.h"
#include "token.h"

_Static_assert(BASE64URL_LEN(TOKEN_BYTES) == TOKEN_LEN, "no padding");
_Static_assert(SHA256_LEN == SESS_KEY_LEN, "keys are hashes");

enum sess_err
token_new(const struct log *log, char token[TOKEN_LEN + 1])
{
	uint8_t bytes[TOKEN_BYTES];
	enum sess_err err = random_bytes(log, "id", bytes, sizeof bytes);

	if (err == SESS_OK)
		encode_base64url(token, bytes, sizeof bytes);
	crypt_wipe(bytes, sizeof bytes);
	return err;
}

bool
token_shape_ok(const char *token, size_t len)
{
	uint8_t bytes[TOKEN_BYTES];

	return len == TOKEN_LEN &&
	    decode_base64url(bytes, sizeof bytes, token, len);
}

void
token_key(uint8_t key[SESS_KEY_LEN], const char token[TOKEN_LEN])
{
	crypt_sha256(key, "libsess-sid-1", token, TOKEN_LEN);
}

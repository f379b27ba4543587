/* token.c - fuzz target: the shape of ids, base64url both ways. */
/* SPDX-License-Identifier: ISC */
#include "encode.h"
#include "fuzz.h"
#include "token.h"

/* Any bytes come back. */
static void
check_bytes(const uint8_t *bytes, size_t n)
{
	char *text = malloc(BASE64URL_LEN(n) + 1);
	uint8_t *back = malloc(n > 0 ? n : 1);

	require(text != NULL && back != NULL);
	encode_base64url(text, bytes, n);
	require(strlen(text) == BASE64URL_LEN(n));
	require(decode_base64url(back, n, text, strlen(text)));
	require(n == 0 || memcmp(back, bytes, n) == 0);
	free(text);
	free(back);
}

/* A text that is taken is the only spelling of its bytes. */
static void
check_text(const char *text, size_t len)
{
	size_t n = len * 3 / 4;
	uint8_t *out = malloc(n > 0 ? n : 1);
	char *again = malloc(BASE64URL_LEN(n) + 1);

	require(out != NULL && again != NULL);
	if (decode_base64url(out, n, text, len)) {
		encode_base64url(again, out, n);
		require(strlen(again) == len);
		require(memcmp(again, text, len) == 0);
	}
	free(out);
	free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = (const char *)bytes;
	uint8_t key[SESS_KEY_LEN];

	check_bytes(bytes, n);
	check_text(text, n);
	if (token_shape_ok(text, n)) {
		require(n == TOKEN_LEN);
		require(memchr(text, '/', n) == NULL);
		require(memchr(text, '\0', n) == NULL);
		token_key(key, text);
	}
	return 0;
}

/* hash.c - fuzz target: what a hash of a password may look like and cost. */
/* SPDX-License-Identifier: ISC */
#include <crypt.h>

#include "fuzz.h"
#include "hash.h"

#define LETTERS "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* libxcrypt knows it, its cost is bearable, and no part of it is another. */
static void
check_crypt(char *hash, size_t n)
{
	long cost;

	require(sess_password_old(hash));
	require(crypt_checksalt(hash) == CRYPT_SALT_OK);
	if (hash[1] == '2') {
		cost = strtol(hash + 4, NULL, 10);
		require(n == 60 && cost >= 4 && cost <= 14);
	}
	if (strncmp(hash, "$6$rounds=", 10) == 0) {
		cost = strtol(hash + 10, NULL, 10);
		require(cost >= 1000 && cost <= 1000000);
	}
	hash[n - 1] = '\0';
	require(hash_kind(hash) == HASH_BAD);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *hash = text_of(bytes, n);
	enum hash_kind kind = hash_kind(hash);

	n = strlen(hash);
	if (kind != HASH_BAD) {
		require(n < SESS_HASH_MAX);
		require(strspn(hash, LETTERS "$=,+") == n);
	}
	if (kind == HASH_CRYPT)
		check_crypt(hash, n);
	free(hash);
	return 0;
}

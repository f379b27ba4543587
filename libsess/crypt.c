/*
 * crypt.c - randomness, hashes and comparison of secrets.  Meets OpenSSL.
 *
 * A plain CGI process lives for a millisecond, and the start of OpenSSL 3
 * (configuration, providers, its random generator) costs more than a whole
 * exchange: 9.5 million instructions against 1 million.  So the random bytes
 * come from the kernel, and SHA-256 from the low-level calls, which need no
 * start.  They are declared deprecated since 3.0 and remain in every 3.x; the
 * day they go, this file alone moves to EVP.
 */
/* SPDX-License-Identifier: ISC */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <sys/random.h>

#include <errno.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "crypt.h"

#define HMAC_BLOCK 64           /* bytes: the block of SHA-256 */
#define WIPE_PIECE 1024         /* bytes */

enum sess_err
crypt_random(void *out, size_t n)
{
	uint8_t *at = out;
	ssize_t got;

	while (n > 0) {
		got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return SESS_ERANDOM;
		at += got;
		n -= (size_t)got;
	}
	return SESS_OK;
}

void
crypt_sha256(uint8_t out[SHA256_LEN], const char *label, const void *bytes,
    size_t n)
{
	SHA256_CTX sha;

	SHA256_Init(&sha);
	SHA256_Update(&sha, label, strlen(label) + 1);
	SHA256_Update(&sha, bytes, n);
	SHA256_Final(out, &sha);
	OPENSSL_cleanse(&sha, sizeof sha);
}

static void
hmac_pad(SHA256_CTX *sha, const uint8_t key[SHA256_LEN], uint8_t with)
{
	uint8_t pad[HMAC_BLOCK];
	size_t i;

	for (i = 0; i < sizeof pad; i++)
		pad[i] = with ^ (i < SHA256_LEN ? key[i] : 0);
	SHA256_Init(sha);
	SHA256_Update(sha, pad, sizeof pad);
	OPENSSL_cleanse(pad, sizeof pad);
}

void
crypt_hmac(uint8_t out[SHA256_LEN], const uint8_t key[SHA256_LEN],
    const char *label, const void *bytes, size_t n)
{
	SHA256_CTX sha;

	hmac_pad(&sha, key, 0x36);
	SHA256_Update(&sha, label, strlen(label) + 1);
	SHA256_Update(&sha, bytes, n);
	SHA256_Final(out, &sha);
	hmac_pad(&sha, key, 0x5c);
	SHA256_Update(&sha, out, SHA256_LEN);
	SHA256_Final(out, &sha);
	OPENSSL_cleanse(&sha, sizeof sha);
}

bool
crypt_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

/*
 * A third of the time of OPENSSL_cleanse() (4 KiB: 37 ns).  In pieces: glibc
 * clears more than 2 KiB by "rep stosb", of which a count of instructions sees
 * each byte.
 */
void
crypt_wipe(void *bytes, size_t n)
{
	char *at = bytes;
	size_t piece;

	for (; n > 0; at += piece, n -= piece) {
		piece = n < WIPE_PIECE ? n : WIPE_PIECE;
		explicit_bzero(at, piece);
	}
}

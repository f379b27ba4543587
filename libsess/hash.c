/* hash.c - is the hash of a password whole, and its cost bearable? */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "hash.h"

/* What a hash that is read may ask for: more would be an attack. */
#define MEMORY_KIB_MAX (256 * 1024)
#define PASSES_MAX 16
#define LANES_MAX 8
#define ROUNDS_MIN 1000                 /* of sha512crypt's specification */
#define ROUNDS_MAX 1000000
#define LOG2_BLOCKS_MAX 21              /* of 128 bytes: 256 MiB */

/* crypt(5): 22 letters of salt and 31 of hash, together; and so on. */
#define BCRYPT_LEN (22 + 31)
#define SHA512_SALT_MAX 16
#define SHA512_LEN 86
#define SCRYPT_SALT_MAX 86              /* 512 bits, as yescrypt has it */
#define SCRYPT_LEN 43

#define ALNUM "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define BASE64 ALNUM "+/"               /* RFC 4648 */

/* The value of a letter of crypt(5)'s own base 64; below 0: it is none. */
static int
value(char c)
{
	static const char all[] = "./" ALNUM;
	const char *at = c != '\0' ? strchr(all, c) : NULL;

	return at != NULL ? (int)(at - all) : -1;
}

/* min to max letters, then `end`: what is behind it; else NULL. */
static const char *
letters(const char *s, size_t min, size_t max, char end)
{
	size_t n = 0;

	while (n <= max && value(s[n]) >= 0)
		n++;
	return n >= min && n <= max && s[n] == end ? s + n + 1 : NULL;
}

/* A name and its number, in one spelling and not absurd: what is behind. */
static const char *
number(const char *s, const char *name, long min, long max)
{
	size_t n = strlen(name);
	char *end;
	long found;

	if (s == NULL || strncmp(s, name, n) != 0 || s[n] < '1' ||
	    s[n] > '9')
		return NULL;
	found = strtol(s + n, &end, 10);
	return found >= min && found <= max ? end : NULL;
}

/*
 * "m=19456,t=2,p=1$SALT$...": libargon2 is strict about the rest, save that it
 * takes some bytes over 0x7F for letters.
 */
static bool
argon2_ok(const char *s)
{
	s = number(s, "m=", 8, MEMORY_KIB_MAX);
	s = number(s, ",t=", 1, PASSES_MAX);
	s = number(s, ",p=", 1, LANES_MAX);
	return s != NULL && *s == '$' && strspn(s, BASE64 "$") == strlen(s);
}

/* "10$...": costs 04 to 14. */
static bool
bcrypt_ok(const char *s)
{
	bool low = s[0] == '0' && s[1] >= '4' && s[1] <= '9';
	bool high = s[0] == '1' && s[1] >= '0' && s[1] <= '4';

	return (low || high) && s[2] == '$' &&
	    letters(s + 3, BCRYPT_LEN, BCRYPT_LEN, '\0') != NULL;
}

/* "rounds=5000$SALT$..." or "SALT$...", which has no "=" in it. */
static bool
sha512_ok(const char *s)
{
	const char *salt = number(s, "rounds=", ROUNDS_MIN, ROUNDS_MAX);

	if (salt != NULL && *salt == '$')
		s = salt + 1;
	s = letters(s, 1, SHA512_SALT_MAX, '$');
	return s != NULL && letters(s, SHA512_LEN, SHA512_LEN, '\0') != NULL;
}

/* scrypt works on N * r blocks, p times. */
static bool
blocks_ok(int log2_n, int64_t r, int64_t p)
{
	return log2_n >= 1 && log2_n <= LOG2_BLOCKS_MAX && r >= 1 &&
	    p >= 1 && r * p <= (1 << LOG2_BLOCKS_MAX) >> log2_n;
}

static bool
scrypt_tail_ok(const char *s)
{
	s = letters(s, 1, SCRYPT_SALT_MAX, '$');
	return s != NULL && letters(s, SCRYPT_LEN, SCRYPT_LEN, '\0') != NULL;
}

/* 30 bits in five letters, the lowest first. */
static int64_t
five_letters(const char *s)
{
	int64_t sum = 0;
	int i;

	for (i = 4; i >= 0; i--)
		sum = sum << 6 | value(s[i]);
	return sum;
}

/* "CU..../....SALT$...": log2 N in one letter, r and p in five each. */
static bool
scrypt_ok(const char *s)
{
	return letters(s, 11, SESS_HASH_MAX, '$') != NULL &&
	    blocks_ok(value(s[0]), five_letters(s + 1),
		five_letters(s + 6)) && scrypt_tail_ok(s + 11);
}

/*
 * "j9T$SALT$...": the flavor that everybody writes, log2 N and r, each less
 * one.  Over 48 they would take more letters, but that is too much anyway.
 */
static bool
yescrypt_ok(const char *s)
{
	const char *salt = letters(s, 3, 3, '$');

	return salt != NULL && s[0] == 'j' && value(s[2]) < 48 &&
	    blocks_ok(value(s[1]) + 1, value(s[2]) + 1, 1) &&
	    scrypt_tail_ok(salt);
}

static const struct kind {
	const char *head;
	bool (*ok)(const char *behind);
	enum hash_kind kind;
	const char *scheme;
} kinds[] = {
	{ "$argon2id$v=19$", argon2_ok, HASH_ARGON2, "argon2id" },
	{ "$2a$", bcrypt_ok, HASH_CRYPT, "bcrypt" },
	{ "$2b$", bcrypt_ok, HASH_CRYPT, "bcrypt" },
	{ "$2y$", bcrypt_ok, HASH_CRYPT, "bcrypt" },
	{ "$6$", sha512_ok, HASH_CRYPT, "sha512crypt" },
	{ "$7$", scrypt_ok, HASH_CRYPT, "scrypt" },
	{ "$y$", yescrypt_ok, HASH_CRYPT, "yescrypt" },
};

static const struct kind *
find_kind(const char *hash)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strncmp(hash, kinds[i].head, strlen(kinds[i].head)) == 0)
			return &kinds[i];
	return NULL;
}

enum hash_kind
hash_kind(const char *hash)
{
	const struct kind *k;

	if (strnlen(hash, SESS_HASH_MAX) == SESS_HASH_MAX ||
	    (k = find_kind(hash)) == NULL)
		return HASH_BAD;
	return k->ok(hash + strlen(k->head)) ? k->kind : HASH_BAD;
}

const char *
hash_scheme(const char *hash)
{
	const struct kind *k = find_kind(hash);

	return k != NULL ? k->scheme : NULL;
}

/* password.c - hashes of passwords.  Meets libargon2. */
#include <stdlib.h>
#include <string.h>

#include <argon2.h>

#include "crypt.h"
#include "sess.h"

/* OWASP Password Storage: argon2id, 19 MiB, 2 passes, 1 lane. */
#define MEMORY_KIB 19456
#define PASSES 2
#define LANES 1
#define SALT_LEN 16
#define HASH_LEN 32

/* What a hash that is read may ask for: more would be an attack. */
#define MEMORY_KIB_MAX (256 * 1024)
#define PASSES_MAX 16
#define LANES_MAX 8

static bool
length_ok(const char *password)
{
	size_t n = strnlen(password, SESS_PASSWORD_MAX + 1);

	return n >= 1 && n <= SESS_PASSWORD_MAX;
}

enum sess_err
sess_password_hash(char hash[SESS_HASH_MAX], const char *password)
{
	uint8_t salt[SALT_LEN];
	enum sess_err err;

	if (!length_ok(password))
		return SESS_EINVAL;
	if ((err = crypt_random(salt, sizeof salt)) != SESS_OK)
		return err;
	if (argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password,
	    strlen(password), salt, sizeof salt, HASH_LEN, hash,
	    SESS_HASH_MAX) != ARGON2_OK)
		return SESS_ENOMEM;
	return SESS_OK;
}

/* "m=19456,t=2,p=1": each number where it should be, and not absurd. */
static const char *
number(const char *s, const char *name, long min, long max)
{
	size_t n = strlen(name);
	char *end;
	long value;

	if (s == NULL || strncmp(s, name, n) != 0 || s[n] < '1' ||
	    s[n] > '9')
		return NULL;
	value = strtol(s + n, &end, 10);
	return value >= min && value <= max ? end : NULL;
}

static bool
cost_ok(const char *hash)
{
	static const char head[] = "$argon2id$v=19$";
	const char *s = hash;

	if (strlen(hash) >= SESS_HASH_MAX ||
	    strncmp(hash, head, sizeof head - 1) != 0)
		return false;
	s = number(s + sizeof head - 1, "m=", 8, MEMORY_KIB_MAX);
	s = number(s, ",t=", 1, PASSES_MAX);
	s = number(s, ",p=", 1, LANES_MAX);
	return s != NULL && *s == '$';
}

/* The same work as for a hash that is there. */
static enum sess_err
check_nobody(const char *password)
{
	char hash[SESS_HASH_MAX];
	enum sess_err err = sess_password_hash(hash, password);

	crypt_wipe(hash, sizeof hash);
	return err == SESS_OK || err == SESS_EINVAL ? SESS_NONE : err;
}

enum sess_err
sess_password_check(const char *hash, const char *password)
{
	if (hash == NULL || !length_ok(password))
		return check_nobody(length_ok(password) ? password : "-");
	if (!cost_ok(hash))
		return SESS_EINVAL;
	switch (argon2id_verify(hash, password, strlen(password))) {
	case ARGON2_OK:
		return SESS_OK;
	case ARGON2_VERIFY_MISMATCH:
		return SESS_NONE;
	case ARGON2_MEMORY_ALLOCATION_ERROR:
	case ARGON2_THREAD_FAIL:
		return SESS_ENOMEM;
	default:
		return SESS_EINVAL;
	}
}

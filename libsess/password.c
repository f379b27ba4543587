/* password.c - hashes of passwords.  Meets libargon2 and libxcrypt. */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <argon2.h>
#include <crypt.h>

#include "crypt.h"
#include "hash.h"
#include "password.h"

/* OWASP Password Storage: argon2id, 19 MiB, 2 passes, 1 lane. */
#define MEMORY_KIB 19456
#define PASSES 2
#define LANES 1
#define HASH_LEN 32

/* The same as a hash says it. */
#define HEAD "$argon2id$v=19$m=19456,t=2,p=1$"

/* Salt and hash are zeros: a hash like ours, of no password anybody knows. */
static const char nobody[] = HEAD "AAAAAAAAAAAAAAAAAAAAAA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static bool
length_ok(const char *password)
{
	size_t n = strnlen(password, SESS_PASSWORD_MAX + 1);

	return n >= 1 && n <= SESS_PASSWORD_MAX;
}

enum sess_err
password_hash(char hash[SESS_HASH_MAX], const char *password,
    const uint8_t salt[PASSWORD_SALT])
{
	if (!length_ok(password))
		return SESS_EINVAL;
	if (argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password,
	    strlen(password), salt, PASSWORD_SALT, HASH_LEN, hash,
	    SESS_HASH_MAX) != ARGON2_OK)
		return SESS_ENOMEM;
	return SESS_OK;
}

/* It has no settings, so the salt is the system's. */
enum sess_err
sess_password_hash(char hash[SESS_HASH_MAX], const char *password)
{
	uint8_t salt[PASSWORD_SALT];
	enum sess_err err;

	if (!length_ok(password))
		return SESS_EINVAL;
	err = crypt_random(salt, sizeof salt);
	return err == SESS_OK ? password_hash(hash, password, salt) : err;
}

bool
sess_password_old(const char *hash)
{
	return strncmp(hash, HEAD, sizeof HEAD - 1) != 0 ||
	    strlen(hash) != sizeof nobody - 1;
}

static enum sess_err
check_argon2(const char *hash, const char *password)
{
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

/*
 * Of kinds that others wrote.  bcrypt reads 72 bytes: more were never in the
 * hash, and after the upgrade at a login each byte is.
 */
static enum sess_err
check_crypt(const char *hash, const char *password)
{
	struct crypt_data *data = calloc(1, sizeof *data); /* 32 KiB */
	const char *made;
	enum sess_err err;

	if (data == NULL)
		return SESS_ENOMEM;
	made = crypt_rn(password, hash, data, sizeof *data);
	if (made == NULL)
		err = errno == ENOMEM ? SESS_ENOMEM : SESS_EINVAL;
	else if (strlen(made) == strlen(hash) &&
	    crypt_equal(made, hash, strlen(hash)))
		err = SESS_OK;
	else
		err = SESS_NONE;
	crypt_wipe(data, sizeof *data);
	free(data);
	return err;
}

/* The same work as for a hash of ours, and never right. */
static enum sess_err
check_nobody(const char *password)
{
	enum sess_err err = check_argon2(nobody, password);

	return err == SESS_OK ? SESS_NONE : err;
}

enum sess_err
sess_password_check(const char *hash, const char *password)
{
	if (!length_ok(password))
		return check_nobody("-");
	if (hash == NULL)
		return check_nobody(password);
	switch (hash_kind(hash)) {
	case HASH_ARGON2:
		return check_argon2(hash, password);
	case HASH_CRYPT:
		/* libxcrypt takes no more. */
		if (strlen(password) >= CRYPT_MAX_PASSPHRASE_SIZE)
			return check_nobody(password);
		return check_crypt(hash, password);
	default:
		return SESS_EINVAL;
	}
}

/* once.c - a form that is sent twice has one effect. */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "crypt.h"
#include "encode.h"
#include "exchange.h"

#define FORM_ID_LEN 16
#define CSRF "csrf"             /* the field of the token */
#define PIECE 16384             /* bytes of a file that are read at a time */

/* ---- what names a form ------------------------------------------------- */

/*
 * One more part for the hash.  Each part is hashed on its own, with the hash
 * of those before it as the key: so "a", "bc" and "ab", "c" differ.
 */
static void
mix(uint8_t hash[SHA256_LEN], const char *what, const void *bytes, size_t n)
{
	uint8_t before[SHA256_LEN];

	memcpy(before, hash, sizeof before);
	crypt_hmac(hash, before, what, bytes, n);
}

static bool
is_token_field(const struct sess_pair *p)
{
	return p->name_len == strlen(CSRF) &&
	    memcmp(p->name, CSRF, p->name_len) == 0;
}

/* With its length before it, so that no two lists of parts look the same. */
static uint8_t *
add_part(uint8_t *to, const void *bytes, size_t n)
{
	memcpy(to, &n, sizeof n);
	if (n > 0)
		memcpy(to + sizeof n, bytes, n);
	return to + sizeof n + n;
}

/*
 * All fields in order, in one piece: a hash for each would cost more than all
 * else that a form does.  The token is in the hash already.  False: no memory.
 */
static bool
mix_fields(uint8_t hash[SHA256_LEN], struct pool *pool,
    const struct pairs *fields)
{
	const struct sess_pair *p, *end = fields->at + fields->n;
	uint8_t *all, *to;
	size_t n = 1;

	for (p = fields->at; p < end; p++)
		n += 2 * sizeof n + p->name_len + p->value_len;
	if ((to = all = pool_alloc(pool, n)) == NULL)
		return false;
	for (p = fields->at; p < end; p++) {
		if (is_token_field(p))
			continue;
		to = add_part(to, p->name, p->name_len);
		to = add_part(to, p->value, p->value_len);
	}
	mix(hash, "fields", all, (size_t)(to - all));
	return true;
}

/* The bytes of a file, which stays at its start.  False: it cannot be read. */
static bool
mix_bytes(uint8_t hash[SHA256_LEN], int fd, char piece[PIECE])
{
	off_t at = 0;
	ssize_t n;

	do {
		n = pread(fd, piece, PIECE, at);
		if (n > 0) {
			mix(hash, "bytes", piece, (size_t)n);
			at += n;
		}
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n == 0;
}

static bool
mix_files(uint8_t hash[SHA256_LEN], const struct sess_req *req)
{
	const struct sess_upload *u = req->file.at, *end = u + req->file.n;
	char *piece = u < end ? pool_alloc(req->pool, PIECE) : NULL;

	for (; u < end; u++) {
		mix(hash, "file", u->name, strlen(u->name));
		mix(hash, "filename", u->filename, strlen(u->filename));
		if (piece == NULL || !mix_bytes(hash, u->fd, piece))
			return false;
	}
	return true;
}

/* Each writing of a form has a token of its own, and so that names it. */
static bool
name_writing(const struct sess_req *req, uint8_t hash[SHA256_LEN])
{
	const char *token = csrf_brought(req);

	if (token == NULL || *token == '\0')
		return false;
	crypt_sha256(hash, "libsess-form-1", token, strlen(token));
	return true;
}

const char *
sess_form_id(const struct sess_req *req)
{
	uint8_t hash[SHA256_LEN];
	char text[BASE64URL_LEN(FORM_ID_LEN) + 1];

	if (!name_writing(req, hash))
		return NULL;
	encode_base64url(text, hash, FORM_ID_LEN);
	return pool_text(req->pool, text);
}

/* ---- one effect -------------------------------------------------------- */

/*
 * The token alone would not do: a browser shows a page once more without
 * asking us, and there a visitor sends the same writing with other values.
 */
void
sess_once(struct sess *s, const struct sess_req *req)
{
	uint8_t hash[SHA256_LEN];

	if (!name_writing(req, hash))
		return;
	if (!mix_fields(hash, req->pool, &req->field)) {
		session_fail(s, SESS_ENOMEM, "once");
		return;
	}
	if (!mix_files(hash, req)) {
		session_fail(s, SESS_EUPLOAD, "once");
		return;
	}
	s->once = (const uint8_t *)pool_copy(s->fields.pool, hash,
	    FORM_ID_LEN);
	if (s->once == NULL)
		session_fail(s, SESS_ENOMEM, "once");
}

bool
sess_form_repeated(const struct sess *s)
{
	return s->repeated;
}

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

/* All fields in order.  The token is in the hash already. */
static void
mix_fields(uint8_t hash[SHA256_LEN], const struct pairs *fields)
{
	const struct sess_pair *p = fields->at, *end = p + fields->n;

	for (; p < end; p++) {
		if (p->name_len == strlen(CSRF) &&
		    memcmp(p->name, CSRF, p->name_len) == 0)
			continue;
		mix(hash, "name", p->name, p->name_len);
		mix(hash, "value", p->value, p->value_len);
	}
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
	mix_fields(hash, &req->field);
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

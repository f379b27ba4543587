/* body.c - the body of a request: its length, its type, its bytes. */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>

#include "body.h"
#include "crypt.h"

#define PIECE 8192      /* bytes a read */

enum sess_err
body_length(const struct sess_wire *wire, size_t *length)
{
	const char *s = wire_var(wire, "CONTENT_LENGTH");
	size_t n = 0, digit;

	if (wire_twice(wire, "CONTENT_LENGTH"))
		return SESS_ESYNTAX;            /* RFC 9112, 6.3 */
	if (s == NULL || *s == '\0')
		return SESS_NONE;
	for (; *s >= '0' && *s <= '9'; s++) {
		digit = (size_t)(*s - '0');
		n = n > (SIZE_MAX - digit) / 10 ? SIZE_MAX : n * 10 + digit;
	}
	*length = n;
	return *s == '\0' ? SESS_OK : SESS_ESYNTAX;
}

/* A form, in the one character set that forms of today are sent in. */
static enum body_kind
kind_of(struct ctype *type, const char *content_type)
{
	if (content_type == NULL || !ctype_parse(type, content_type) ||
	    (*type->charset != '\0' && strcmp(type->charset, "utf-8") != 0))
		return BODY_NONE;
	if (strcmp(type->essence, "application/x-www-form-urlencoded") == 0)
		return BODY_URLENCODED;
	if (strcmp(type->essence, "multipart/form-data") == 0 &&
	    *type->boundary != '\0')
		return BODY_MULTIPART;
	return BODY_NONE;
}

static const char *
over(const struct body *b)
{
	return b->kind == BODY_MULTIPART ? "body over max_upload_bytes" :
	    "body over max_body_bytes";
}

enum sess_err
body_open(struct body *b, size_t max_urlencoded, size_t max_multipart)
{
	const char *type = wire_var(b->wire, "CONTENT_TYPE");
	enum sess_err err;

	b->length = 0;
	b->kind = kind_of(&b->type, type);
	b->max = b->kind == BODY_MULTIPART ? max_multipart : max_urlencoded;
	b->why = "CONTENT_LENGTH is no number, or came twice";
	if ((err = body_length(b->wire, &b->length)) == SESS_ESYNTAX)
		return err;
	b->why = over(b);
	if (b->length > b->max)
		return SESS_EBODY;
	if ((type == NULL || *type == '\0') && b->length == 0)
		return SESS_OK;         /* nothing was sent */
	if (err == SESS_NONE)
		b->length = SIZE_MAX;
	b->why = "body is no form";
	return b->kind != BODY_NONE ? SESS_OK : SESS_EMEDIA;
}

static void
tell(const struct body *b, size_t got)
{
	if (b->progress != NULL)
		b->progress(b->progress_arg, (int64_t)got,
		    b->length == SIZE_MAX ? -1 : (int64_t)b->length);
}

/* Of a body that is not whole; n is what the last read() said. */
static enum sess_err
not_whole(struct body *b, ssize_t n)
{
	switch (n < 0 ? errno : 0) {
	case ETIMEDOUT:
		b->why = "body too slow: over 30 s and under 1 KiB/s, nothing "
		    "for 30 s, or the program is ending or too full";
		return SESS_ETIMEOUT;
	case ENOSPC:
		b->why = "upload_dir: no room there to keep a body";
		return SESS_EUPLOAD;
	default:
		b->why = n < 0 ? "body broke off" :
		    "body shorter than CONTENT_LENGTH";
		return SESS_ELENGTH;
	}
}

static enum sess_err
read_pieces(struct body *b, char piece[PIECE],
    enum sess_err (*take)(void *arg, const char *, size_t, const char **why),
    void *arg)
{
	size_t got = 0, left;
	ssize_t n = 0;
	enum sess_err err;

	for (; (left = b->length - got) > 0; tell(b, got)) {
		errno = 0;
		n = b->wire->read(b->wire, piece, left < PIECE ? left : PIECE);
		if (n <= 0)
			break;
		got += (size_t)n;
		b->why = over(b);
		if (got > b->max)
			return SESS_EBODY;
		if ((err = take(arg, piece, (size_t)n, &b->why)) != SESS_OK)
			return err;
	}
	return n < 0 || (left > 0 && b->length != SIZE_MAX) ?
	    not_whole(b, n) : SESS_OK;
}

/* A password may have been in the last piece. */
enum sess_err
body_read(struct body *b,
    enum sess_err (*take)(void *arg, const char *, size_t, const char **why),
    void *arg)
{
	char piece[PIECE];
	enum sess_err err = read_pieces(b, piece, take, arg);

	crypt_wipe(piece, b->length < sizeof piece ? b->length : sizeof piece);
	return err;
}

/* body.c - the body of a request: its length, its type, its bytes. */
#include <string.h>

#include "body.h"
#include "ctype.h"

#define PIECE 8192      /* bytes a read */

enum sess_err
body_length(const struct sess_wire *wire, size_t *length)
{
	const char *s = wire_var(wire, "CONTENT_LENGTH");
	size_t n = 0, digit;

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
static bool
is_form(const char *content_type)
{
	struct ctype ct;

	return content_type != NULL && ctype_parse(&ct, content_type) &&
	    strcmp(ct.essence, "application/x-www-form-urlencoded") == 0 &&
	    (*ct.charset == '\0' || strcmp(ct.charset, "utf-8") == 0);
}

static enum sess_err
read_exactly(struct buf *b, struct sess_wire *wire, size_t n, const char **why)
{
	ssize_t got;
	char *to;

	for (; n > 0; n -= (size_t)got) {
		if ((to = buf_room(b, n < PIECE ? n : PIECE)) == NULL)
			return b->err;
		got = wire->read(wire, to, n < PIECE ? n : PIECE);
		if (got <= 0) {
			*why = "body shorter than CONTENT_LENGTH";
			return SESS_ELENGTH;
		}
		b->len += (size_t)got;
		b->data[b->len] = '\0';
	}
	return SESS_OK;
}

static enum sess_err
read_to_end(struct buf *b, struct sess_wire *wire, const char **why)
{
	char piece[PIECE];
	ssize_t got;

	while ((got = wire->read(wire, piece, sizeof piece)) > 0) {
		buf_add(b, piece, (size_t)got);
		if (b->err == SESS_ELIMIT) {
			*why = "body over max_body_bytes";
			return SESS_EBODY;
		}
	}
	if (got < 0) {
		*why = "body broke off";
		return SESS_ELENGTH;
	}
	return b->err;
}

enum sess_err
body_read(struct buf *b, struct sess_wire *wire, size_t max, const char **why)
{
	const char *type = wire_var(wire, "CONTENT_TYPE");
	size_t length = 0;
	enum sess_err err = body_length(wire, &length);

	b->max = max;
	*why = "CONTENT_LENGTH is no number";
	if (err == SESS_ESYNTAX)
		return err;
	*why = "body over max_body_bytes";
	if (length > max)
		return SESS_EBODY;
	if (type != NULL && *type == '\0')
		type = NULL;
	if (type == NULL && length == 0)
		return SESS_OK;         /* nothing was sent */
	*why = "body is no form";
	if (!is_form(type))
		return SESS_EMEDIA;
	return err == SESS_OK ? read_exactly(b, wire, length, why) :
	    read_to_end(b, wire, why);
}

/* file.c - a file as the body of an answer: its name and its bytes. */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "encode.h"
#include "file.h"
#include "invisible.h"
#include "utf8.h"

#define PIECE 65536     /* bytes a write */

/* ---- the name ---------------------------------------------------------- */

/*
 * What no system takes in a name, or takes for something else; and what makes
 * a name look like another one: marks of direction let "gpj.exe" read
 * "exe.jpg".
 */
static bool
is_wild(const char *s, int n)
{
	return invisible_acts(utf8_character(s, n)) ||
	    (n == 1 && strchr("\"*/:<>?\\|", *s) != NULL);
}

/*
 * For clients that know no filename* (RFC 6266, 4.3 and D): ASCII, without
 * what a quoted string must escape, and without "%", which some decode.
 */
static void
add_ascii(struct buf *b, const char *name)
{
	for (; *name != '\0'; name++) {
		if ((uint8_t)*name >= 0x80) {
			while (((uint8_t)name[1] & 0xc0) == 0x80)
				name++;
			buf_addc(b, '_');
		} else {
			buf_addc(b, *name == '%' ? '_' : *name);
		}
	}
}

/* The name with "_" for each character that is wild, and not too long. */
static void
tame(struct buf *b, const char *name)
{
	size_t len = strlen(name);
	int n;

	for (; len > 0; name += n, len -= (size_t)n) {
		n = utf8_step(name, len);
		if (n < 0 ? b->len >= FILE_NAME_MAX :
		    b->len + (size_t)n > FILE_NAME_MAX)
			return;
		/* A dot in front hides a file, or names a folder. */
		if (n < 0 || is_wild(name, n) ||
		    (b->len == 0 && *name == '.'))
			buf_addc(b, '_');
		else
			buf_add(b, name, (size_t)n);
		n = n < 0 ? -n : n;
	}
}

void
file_disposition(struct buf *b, const char *name)
{
	struct buf tamed = BUF_INIT(FILE_NAME_MAX);

	buf_adds(b, "attachment");
	if (name != NULL)
		tame(&tamed, name);
	if (tamed.len > 0) {
		buf_adds(b, "; filename=\"");
		add_ascii(b, tamed.data);
		buf_adds(b, "\"; filename*=UTF-8''");   /* RFC 8187, 3.2 */
		encode_url(b, tamed.data, tamed.len);
	}
	if (tamed.err != SESS_OK)
		b->err = tamed.err;
	buf_release(&tamed);
}

/* ---- the bytes --------------------------------------------------------- */

enum sess_err
file_size(int fd, int64_t *size)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return SESS_EINVAL;
	*size = st.st_size;
	return SESS_OK;
}

static ssize_t
read_at(int fd, void *to, size_t n, int64_t at)
{
	ssize_t got;

	do
		got = pread(fd, to, n, at);
	while (got < 0 && errno == EINTR);
	return got;
}

enum sess_err
file_send(struct sess_wire *wire, int fd, int64_t size)
{
	struct buf piece = BUF_INIT(PIECE);
	char *room = buf_room(&piece, PIECE);
	enum sess_err err = room != NULL ? SESS_OK : SESS_ENOMEM;
	int64_t at, left;
	ssize_t got;

	for (at = 0; err == SESS_OK && at < size; at += got) {
		left = size - at;
		got = read_at(fd, room, left < PIECE ? (size_t)left : PIECE,
		    at);
		if (got > (ssize_t)piece.len)
			piece.len = (size_t)got;        /* to be wiped */
		if (got <= 0)
			err = SESS_ELENGTH;
		else if (!wire->write(wire, room, (size_t)got))
			err = SESS_EWIRE;
	}
	buf_release(&piece);
	return err;
}

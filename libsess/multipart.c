/* multipart.c - multipart/form-data, cut into its parts as its bytes come. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "multipart.h"

void
multipart_init(struct multipart *m, const char *boundary, size_t max_parts,
    const struct multipart_to *to)
{
	size_t n = strnlen(boundary, MULTIPART_BOUNDARY_MAX);

	m->to = to;
	m->why = NULL;
	m->err = SESS_OK;
	m->state = MULTIPART_PREAMBLE;
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary, n);
	m->delimiter_len = 4 + n;
	m->matched = m->before = 2;    /* the first one may start the body */
	m->parts = m->header_len = 0;
	m->max_parts = max_parts;
}

static void
fail(struct multipart *m, enum sess_err err, const char *why)
{
	m->err = err;
	m->why = why;
}

/* ---- looking for a delimiter ------------------------------------------- */

/*
 * Bytes that are none: of a part.  Before the first one only line ends may
 * stand, as some programs send them.  RFC 2046, 5.1.1, lets anything stand
 * there, but no browser sends any, and it may be a part whose delimiter is
 * damaged: that must not be lost in silence.
 */
static void
pass(struct multipart *m, const char *s, size_t n)
{
	if (n == 0)
		return;
	if (m->state == MULTIPART_BODY)
		m->err = m->to->bytes(m->to->arg, s, n, &m->why);
	else if (n != 2 || memcmp(s, "\r\n", 2) != 0)
		fail(m, SESS_ESYNTAX, "form: only CR LF may stand before the "
		    "first delimiter");
}

static void
found(struct multipart *m)
{
	if (m->state == MULTIPART_BODY)
		m->err = m->to->end(m->to->arg, &m->why);
	m->matched = m->before = 0;
	m->state = MULTIPART_BOUNDARY;
}

/* Up to where a delimiter might begin. */
static size_t
skip(struct multipart *m, const char *s, size_t n)
{
	const char *cr = memchr(s, '\r', n);
	size_t len = cr != NULL ? (size_t)(cr - s) : n;

	pass(m, s, len);
	m->matched = cr != NULL;
	return len + m->matched;
}

/*
 * Further into what may be one.  If it is none, all of it was of the part: a
 * boundary holds no CR, so that no other delimiter began within.
 */
static size_t
match(struct multipart *m, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n && m->matched < m->delimiter_len &&
	    s[i] == m->delimiter[m->matched]; i++)
		m->matched++;
	if (m->matched == m->delimiter_len)
		found(m);
	else if (i < n) {
		pass(m, m->delimiter + m->before, m->matched - m->before);
		m->matched = m->before = 0;
	}
	return i;
}

/* ---- the rest of its line ---------------------------------------------- */

/* The state behind one byte of it. */
static enum multipart_state
step(enum multipart_state state, char c)
{
	bool blank = c == ' ' || c == '\t';

	if (state == MULTIPART_BOUNDARY && c == '-')
		return MULTIPART_DASH;
	if (state == MULTIPART_BOUNDARY || state == MULTIPART_PADDING)
		return blank ? MULTIPART_PADDING :
		    c == '\r' ? MULTIPART_LINE_END : MULTIPART_MALFORMED;
	if (state == MULTIPART_LINE_END && c == '\n')
		return MULTIPART_HEADER;
	if (state == MULTIPART_DASH && c == '-')
		return MULTIPART_LAST;
	if (state == MULTIPART_LAST)
		return blank ? MULTIPART_LAST :
		    c == '\r' ? MULTIPART_LAST_END : MULTIPART_MALFORMED;
	if (state == MULTIPART_LAST_END && c == '\n')
		return MULTIPART_EPILOGUE;
	return MULTIPART_MALFORMED;
}

static void
line(struct multipart *m, char c)
{
	m->state = step(m->state, c);
	if (m->state == MULTIPART_MALFORMED)
		fail(m, SESS_ESYNTAX, "form: a delimiter is malformed");
	if (m->state != MULTIPART_HEADER)
		return;
	m->header_len = 0;
	if (++m->parts > m->max_parts)
		fail(m, SESS_EBODY, "form over max_parts");
}

/* ---- a part's header --------------------------------------------------- */

/*
 * A delimiter can follow at once, in place of an empty body: its line end is
 * then that of the header (RFC 2046, 5.1.1).
 */
static void
begin(struct multipart *m)
{
	struct part part;

	m->err = part_parse(&part, m->header, m->header_len - 2, &m->why);
	if (m->err == SESS_OK)
		m->err = m->to->part(m->to->arg, &part, &m->why);
	m->state = MULTIPART_BODY;
	m->matched = m->before = 2;
}

/* Does the header end with these n bytes, at the start of a line? */
static bool
ends_with(const struct multipart *m, const char *end, size_t n)
{
	return m->header_len >= n &&
	    memcmp(m->header + m->header_len - n, end, n) == 0;
}

/* Up to the end of a line, and no further. */
static size_t
collect(struct multipart *m, const char *s, size_t n)
{
	const char *lf = memchr(s, '\n', n);
	size_t len = lf != NULL ? (size_t)(lf - s) + 1 : n;

	if (len > sizeof m->header - m->header_len) {
		fail(m, SESS_EBODY, "form: a part's header over 8 KiB");
		return len;
	}
	memcpy(m->header + m->header_len, s, len);
	m->header_len += len;
	if (lf == NULL)
		return len;
	if (!ends_with(m, "\r\n", 2))
		fail(m, SESS_ESYNTAX, "form: a line that ends without CR");
	else if (m->header_len == 2 || ends_with(m, "\r\n\r\n", 4))
		begin(m);
	return len;
}

/* ---- all together ------------------------------------------------------ */

/* Go on with some of the n bytes; how many they were. */
static size_t
go(struct multipart *m, const char *s, size_t n)
{
	switch (m->state) {
	case MULTIPART_PREAMBLE:
	case MULTIPART_BODY:
		return m->matched > 0 ? match(m, s, n) : skip(m, s, n);
	case MULTIPART_HEADER:
		return collect(m, s, n);
	case MULTIPART_EPILOGUE:
		return n;
	default:
		line(m, *s);
		return 1;
	}
}

enum sess_err
multipart_feed(struct multipart *m, const char *s, size_t n)
{
	size_t used;

	for (; n > 0 && m->err == SESS_OK; s += used, n -= used)
		used = go(m, s, n);
	return m->err;
}

enum sess_err
multipart_end(struct multipart *m)
{
	if (m->err == SESS_OK && m->state != MULTIPART_LAST &&
	    m->state != MULTIPART_EPILOGUE)
		fail(m, SESS_ESYNTAX, "form: it ends before its last delimiter");
	return m->err;
}

/*
 * multipart.c - fuzz target: multipart forms, and back.
 *
 * The first line of the input is the boundary.  However the rest is cut, the
 * same comes of it; and what came, written as a browser would, comes again.
 */
/* SPDX-License-Identifier: ISC */
#include "buf.h"
#include "fuzz.h"
#include "multipart.h"

#define MAX_PARTS 8
#define MOST (16 << 20)

/* What came: name, filename and bytes, with their lengths before them. */
static struct buf told;
static size_t parts, bytes_at;
static bool open_part;

/* The same as a form, as a browser would write it. */
static struct buf form;
static char boundary[MULTIPART_BOUNDARY_MAX + 1];
static bool ambiguous;

static void
put(const char *s, size_t n)
{
	buf_addf(&told, "%zu:", n);
	buf_add(&told, s, n);
}

/* A token's "%22" is no quote, and a browser has no way to say so. */
static void
put_quoted(const char *s, size_t n)
{
	ambiguous = ambiguous || memmem(s, n, "%22", 3) != NULL ||
	    memmem(s, n, "%0D", 3) != NULL || memmem(s, n, "%0A", 3) != NULL;
	for (; n > 0; s++, n--)
		if (*s == '"' || *s == '\r' || *s == '\n')
			buf_addf(&form, "%%%02X", (unsigned)*s);
		else
			buf_addc(&form, *s);
	buf_addc(&form, '"');
}

static enum sess_err
on_part(void *arg, const struct part *part, const char **why)
{
	(void)arg;
	(void)why;
	require(!open_part && part->name != NULL && ++parts <= MAX_PARTS);
	open_part = true;
	put(part->name, part->name_len);
	if (part->filename != NULL)
		put(part->filename, part->filename_len);
	if (part->type != NULL)
		put(part->type, strlen(part->type));
	buf_addf(&form, "--%s\r\nContent-Disposition: form-data; name=\"",
	    boundary);
	put_quoted(part->name, part->name_len);
	if (part->filename != NULL) {
		buf_adds(&form, "; filename=\"");
		put_quoted(part->filename, part->filename_len);
	}
	if (part->type != NULL)
		buf_addf(&form, "\r\nContent-Type: %s", part->type);
	buf_adds(&form, "\r\n\r\n");
	bytes_at = told.len;
	return SESS_OK;
}

static enum sess_err
on_bytes(void *arg, const char *s, size_t n, const char **why)
{
	(void)arg;
	(void)why;
	require(open_part && n > 0);
	buf_add(&told, s, n);
	buf_add(&form, s, n);
	return SESS_OK;
}

static enum sess_err
on_end(void *arg, const char **why)
{
	(void)arg;
	(void)why;
	require(open_part);
	open_part = false;
	buf_addf(&told, ";%zu\n", told.len - bytes_at);
	buf_adds(&form, "\r\n");
	return SESS_OK;
}

/* In pieces of so many bytes, each in memory of its own size. */
static enum sess_err
parse(const char *s, size_t n, size_t piece)
{
	static const struct multipart_to to = { on_part, on_bytes, on_end,
		NULL };
	struct multipart m;
	enum sess_err err;
	size_t i, len;
	char *copy;

	buf_release(&told);
	buf_release(&form);
	told = form = (struct buf)BUF_INIT(MOST);
	parts = 0;
	open_part = ambiguous = false;
	multipart_init(&m, boundary, MAX_PARTS, &to);
	for (i = 0; i < n; i += len) {
		len = n - i < piece ? n - i : piece;
		copy = malloc(len);
		require(copy != NULL);
		memcpy(copy, s + i, len);
		multipart_feed(&m, copy, len);
		free(copy);
	}
	err = multipart_end(&m);
	require(err == SESS_OK || m.why != NULL);
	require(err == SESS_OK || err == SESS_ESYNTAX || err == SESS_EBODY);
	require(err != SESS_OK || !open_part);
	require(told.err == SESS_OK && form.err == SESS_OK);
	return err;
}

/* Take what a buffer has; it is left empty. */
static struct buf
taken(struct buf *b)
{
	struct buf copy = *b;

	*b = (struct buf)BUF_INIT(MOST);
	return copy;
}

static void
expect_told(const struct buf *b)
{
	require(told.len == b->len && memcmp(told.data, b->data, b->len) == 0);
}

static void
check(const char *s, size_t n)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64 };
	enum sess_err err = parse(s, n, n + 1);
	bool back = err == SESS_OK && !ambiguous;
	struct buf first = taken(&told), again = taken(&form);
	size_t i;

	for (i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		require(parse(s, n, pieces[i]) == err);
		expect_told(&first);
	}
	buf_addf(&again, "--%s--", boundary);
	if (back && parse(again.data, again.len, again.len) != SESS_EBODY)
		expect_told(&first);
	buf_release(&first);
	buf_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t *end = n > 0 ? memchr(bytes, '\n', n) : NULL;
	size_t len = end != NULL ? (size_t)(end - bytes) : 0;

	if (len == 0 || len >= sizeof boundary)
		return 0;
	memcpy(boundary, bytes, len);
	boundary[len] = '\0';
	if (strcspn(boundary, "\r") != len)
		return 0;               /* ctype.h lets no such one through */
	check((const char *)end + 1, n - len - 1);
	return 0;
}

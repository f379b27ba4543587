/* test_body.c - the body of a request: its length, its type, its bytes. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "body.h"
#include "buf.h"
#include "guard.h"

#define FORM "CONTENT_TYPE=application/x-www-form-urlencoded"

/* A wire that counts.  It hands out so many bytes a read, at most. */
struct source {
	struct sess_wire wire;
	size_t left;            /* bytes that it has */
	size_t piece;           /* 0: as many as are asked for */
	bool breaks;            /* at its end */
	int why;                /* errno of that */
	size_t reads, given;
};

static ssize_t
source_read(struct sess_wire *wire, void *to, size_t n)
{
	struct source *s = (struct source *)wire;

	s->reads++;
	if (s->left == 0 && s->breaks) {
		if (s->why != 0)
			errno = s->why;
		return -1;
	}
	if (s->piece > 0 && n > s->piece)
		n = s->piece;
	if (n > s->left)
		n = s->left;
	memset(to, 'x', n);
	s->left -= n;
	s->given += n;
	return (ssize_t)n;
}

static const char *why;

static enum sess_err
take(void *arg, const char *s, size_t n, const char **w)
{
	struct buf *b = arg;

	*w = "over the buffer";
	buf_add(b, s, n);
	return b->err;
}

static enum sess_err
read_body(struct source *s, struct buf *b, size_t max, const char *length,
    const char *type)
{
	char *vars[3], copy[2][512];
	struct body body = { .wire = &s->wire };
	enum sess_err err;
	size_t n = 0;

	if (length != NULL) {
		snprintf(copy[n], sizeof *copy, "CONTENT_LENGTH=%s", length);
		vars[n] = copy[n];
		n++;
	}
	if (type != NULL) {
		snprintf(copy[n], sizeof *copy, "%s", type);
		vars[n] = copy[n];
		n++;
	}
	vars[n] = NULL;
	s->wire = (struct sess_wire){ .vars = vars, .read = source_read };
	*b = (struct buf)BUF_INIT(max);
	if ((err = body_open(&body, max, max)) == SESS_OK)
		err = body_read(&body, take, b);
	why = body.why;
	return err;
}

/* A cap of 1000 bytes; so many were sent. */
static const struct {
	const char *length;
	size_t sent;
	enum sess_err err;
	size_t got;             /* bytes of the body */
	bool touched;           /* was the wire asked for anything? */
	const char *why;
} rows[] = {
	{ NULL, 0, SESS_OK, 0, true, "no length, no body" },
	{ NULL, 5, SESS_OK, 5, true, "no length, a body: to its end" },
	{ NULL, 1000, SESS_OK, 1000, true, "no length, the most" },
	{ NULL, 1001, SESS_EBODY, 0, true, "no length, one more" },
	{ "", 5, SESS_OK, 5, true, "empty is as none (RFC 3875, 4.1.2)" },
	{ "0", 0, SESS_OK, 0, false, "nothing" },
	{ "0", 5, SESS_OK, 0, false, "nothing, though there is more" },
	{ "5", 5, SESS_OK, 5, true, "as many" },
	{ "005", 5, SESS_OK, 5, true, "digits are digits" },
	{ "5", 50, SESS_OK, 5, true, "longer: not a byte past it" },
	{ "5", 4, SESS_ELENGTH, 0, true, "shorter" },
	{ "5", 0, SESS_ELENGTH, 0, true, "nothing came" },
	{ "1000", 1000, SESS_OK, 1000, true, "the most" },
	{ "1000", 999, SESS_ELENGTH, 0, true, "the most, cut" },
	{ "1001", 1001, SESS_EBODY, 0, false, "one more" },
	{ "2147483647", 5, SESS_EBODY, 0, false, "2^31-1" },
	{ "2147483648", 5, SESS_EBODY, 0, false, "2^31" },
	{ "4294967296", 5, SESS_EBODY, 0, false, "2^32" },
	{ "4294967301", 5, SESS_EBODY, 0, false, "2^32+5" },
	{ "9223372036854775807", 5, SESS_EBODY, 0, false, "2^63-1" },
	{ "9223372036854775808", 5, SESS_EBODY, 0, false, "2^63" },
	{ "9223372036854775813", 5, SESS_EBODY, 0, false, "2^63+5" },
	{ "18446744073709551615", 5, SESS_EBODY, 0, false, "2^64-1" },
	{ "18446744073709551616", 5, SESS_EBODY, 0, false, "2^64" },
	{ "18446744073709551621", 5, SESS_EBODY, 0, false, "2^64+5" },
	{ "184467440737095516160", 5, SESS_EBODY, 0, false, "10 * 2^64" },
	{ "340282366920938463463374607431768211461", 5, SESS_EBODY, 0, false,
	    "2^128+5" },
	{ "-1", 5, SESS_ESYNTAX, 0, false, "a sign" },
	{ "-0", 0, SESS_ESYNTAX, 0, false, "a sign" },
	{ "+5", 5, SESS_ESYNTAX, 0, false, "a sign" },
	{ " 5", 5, SESS_ESYNTAX, 0, false, "a blank" },
	{ "5 ", 5, SESS_ESYNTAX, 0, false, "a blank" },
	{ "\t5", 5, SESS_ESYNTAX, 0, false, "a tab" },
	{ "5\r\n", 5, SESS_ESYNTAX, 0, false, "a line end" },
	{ " ", 5, SESS_ESYNTAX, 0, false, "a blank" },
	{ "0x10", 16, SESS_ESYNTAX, 0, false, "hex" },
	{ "1e3", 5, SESS_ESYNTAX, 0, false, "a power" },
	{ "5.0", 5, SESS_ESYNTAX, 0, false, "a fraction" },
	{ "5,5", 5, SESS_ESYNTAX, 0, false, "two fields, joined" },
	{ "5, 5", 5, SESS_ESYNTAX, 0, false, "two fields, joined" },
	{ "5;6", 5, SESS_ESYNTAX, 0, false, "something behind" },
	{ "1_0", 5, SESS_ESYNTAX, 0, false, "no digit" },
	{ "\xD9\xA5", 5, SESS_ESYNTAX, 0, false, "an Arabic five" },
	{ "five", 5, SESS_ESYNTAX, 0, false, "a word" },
	{ "NaN", 5, SESS_ESYNTAX, 0, false, "a word" },
	{ "99999999999999999999x", 5, SESS_ESYNTAX, 0, false, "both" },
};

Test(body, r29_content_length_is_what_counts)
{
	static const size_t pieces[] = { 0, 1, 7 };
	size_t i, p;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (p = 0; p < 3; p++) {
			struct source s = { .left = rows[i].sent,
			    .piece = pieces[p] };
			struct buf b;
			enum sess_err err = read_body(&s, &b, 1000,
			    rows[i].length, FORM);

			cr_assert_eq(err, rows[i].err, "row %zu: %s: %s", i,
			    rows[i].why, sess_err_name(err));
			cr_assert_eq(s.reads > 0, rows[i].touched,
			    "row %zu: %s: %zu reads", i, rows[i].why, s.reads);
			if (err == SESS_OK)
				cr_assert(b.len == rows[i].got && s.given ==
				    b.len && b.data[b.len] == '\0',
				    "row %zu: %s: %zu", i, rows[i].why, b.len);
			else
				cr_assert_neq(*why, '\0', "row %zu", i);
			buf_release(&b);
		}
}

Test(body, r29_the_statuses_are_those_of_http)
{
	cr_assert_eq(sess_err_status(SESS_ESYNTAX), 400);
	cr_assert_eq(sess_err_status(SESS_ELENGTH), 400);
	cr_assert_eq(sess_err_status(SESS_EBODY), 413);
	cr_assert_eq(sess_err_status(SESS_EMEDIA), 415);
}

/* Not past its length, and not far past the cap, where it has none. */
Test(body, r29_is_never_read_past_its_length)
{
	static const size_t lengths[] = { 1, 8191, 8192, 8193, 100000 };
	char text[32];
	size_t i;

	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct source s = { .left = SIZE_MAX }, open = s;
		struct buf b;

		snprintf(text, sizeof text, "%zu", lengths[i]);
		cr_assert_eq(read_body(&s, &b, lengths[i], text, FORM),
		    SESS_OK);
		cr_assert_eq(b.len, lengths[i]);
		cr_assert_eq(s.given, lengths[i], "%zu of %zu", s.given,
		    lengths[i]);
		buf_release(&b);
		cr_assert_eq(read_body(&open, &b, lengths[i], NULL, FORM),
		    SESS_EBODY);
		cr_assert_leq(open.given, lengths[i] + 65536);
		cr_assert_leq(b.len, lengths[i]);
		buf_release(&b);
	}
}

Test(body, r29_what_breaks_off_is_no_body)
{
	static const struct { const char *length; size_t sent; } breaks[] = {
		{ "5", 4 }, { "5", 0 }, { NULL, 4 }, { NULL, 0 },
		{ "900", 899 },
	};
	size_t i;

	for (i = 0; i < sizeof breaks / sizeof *breaks; i++) {
		struct source s = { .left = breaks[i].sent, .breaks = true,
		    .piece = 3 };
		struct buf b;

		cr_assert_eq(read_body(&s, &b, 1000, breaks[i].length, FORM),
		    SESS_ELENGTH, "row %zu", i);
		buf_release(&b);
	}
}

/* errno counts only where the wire has set it in this read. */
Test(body, r71_what_comes_too_slowly_is_408_and_what_breaks_is_400)
{
	static const struct { int why, before, status; } breaks[] = {
		{ ETIMEDOUT, 0, 408 }, { ETIMEDOUT, EPIPE, 408 },
		{ 0, ETIMEDOUT, 400 }, { ECONNRESET, ETIMEDOUT, 400 },
		{ ENOSPC, 0, 503 },
	};
	static const char *const lengths[] = { "900", NULL };
	size_t i, l;

	for (i = 0; i < sizeof breaks / sizeof *breaks; i++)
		for (l = 0; l < 2; l++) {
			struct source s = { .left = 10, .breaks = true,
			    .why = breaks[i].why };
			struct buf b;

			errno = breaks[i].before;
			cr_assert_eq(sess_err_status(read_body(&s, &b, 1000,
			    lengths[l], FORM)), breaks[i].status, "row %zu",
			    i);
			cr_assert_eq(strstr(why, "too slow") != NULL,
			    breaks[i].status == 408, "row %zu: %s", i, why);
			buf_release(&b);
		}
}

Test(body, r29_a_declared_length_takes_no_memory_before_it_comes)
{
	struct source s = { .left = 10 };
	struct buf b;

	cr_assert_eq(read_body(&s, &b, (size_t)1 << 40, "1000000000000",
	    FORM), SESS_ELENGTH);
	cr_assert_leq(b.size, 65536, "%zu bytes", b.size);
	buf_release(&b);
}

#define TYPE(text) "CONTENT_TYPE=" text
#define URLENCODED "application/x-www-form-urlencoded"

static const struct {
	const char *type;
	enum sess_err err;
} types[] = {
	{ TYPE(URLENCODED), SESS_OK },
	{ TYPE("APPLICATION/X-WWW-FORM-URLENCODED"), SESS_OK },
	{ TYPE(URLENCODED ";charset=utf-8"), SESS_OK },
	{ TYPE(URLENCODED "; charset=UTF-8"), SESS_OK },
	{ TYPE(URLENCODED " ; charset=\"utf-8\" ; x=y"), SESS_OK },
	{ TYPE(URLENCODED ";"), SESS_OK },
	{ NULL, SESS_EMEDIA },
	{ TYPE(""), SESS_EMEDIA },
	{ TYPE(" "), SESS_EMEDIA },
	{ TYPE("x"), SESS_EMEDIA },
	{ TYPE("/"), SESS_EMEDIA },
	{ TYPE("text/plain"), SESS_EMEDIA },
	{ TYPE("text/html"), SESS_EMEDIA },
	{ TYPE("text/xml; charset=utf-8"), SESS_EMEDIA },
	{ TYPE("application/json"), SESS_EMEDIA },
	{ TYPE("application/octet-stream"), SESS_EMEDIA },
	{ TYPE("multipart/form-data"), SESS_EMEDIA },
	{ TYPE("multipart/form-data; boundary=x"), SESS_OK },
	{ TYPE("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""),
	    SESS_OK },
	{ TYPE("multipart/form-data; boundary="), SESS_EMEDIA },
	{ TYPE("multipart/form-data; boundary=\"\""), SESS_EMEDIA },
	{ TYPE("multipart/form-data; boundary=x; boundary=x"), SESS_EMEDIA },
	{ TYPE("multipart/form-data; boundary=x; boundary=y"), SESS_EMEDIA },
	{ TYPE("multipart/form-data; charset=utf-16; boundary=x"),
	    SESS_EMEDIA },
	{ TYPE("multipart/form-data, multipart/form-data; boundary=x"),
	    SESS_EMEDIA },
	{ TYPE("multipart/mixed; boundary=x"), SESS_EMEDIA },
	{ TYPE("application/x-www-form-urlencode"), SESS_EMEDIA },
	{ TYPE("application/x-www-form-urlencodedx"), SESS_EMEDIA },
	{ TYPE("x" URLENCODED), SESS_EMEDIA },
	{ TYPE("x-www-form-urlencoded"), SESS_EMEDIA },
	{ TYPE("application/x-www-form-urlencoded/x"), SESS_EMEDIA },
	{ TYPE("application /x-www-form-urlencoded"), SESS_EMEDIA },
	{ TYPE("text/plain, " URLENCODED), SESS_EMEDIA },
	{ TYPE(URLENCODED ", text/plain"), SESS_EMEDIA },
	{ TYPE(URLENCODED " text/plain"), SESS_EMEDIA },
	{ TYPE("text/plain; " URLENCODED), SESS_EMEDIA },
	{ TYPE("text/plain; a=\"; " URLENCODED "\""), SESS_EMEDIA },
	{ TYPE("\"" URLENCODED "\""), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset=iso-8859-1"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset=utf-7"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset=utf-16"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset=utf-8x"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset="), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset=\"utf-8"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset=utf-8; charset=utf-8"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset=utf-8; charset=utf-7"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset =utf-8"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; charset= utf-8"), SESS_EMEDIA },
	{ TYPE(URLENCODED ";\r\n charset=utf-8"), SESS_EMEDIA },
	{ TYPE(URLENCODED "\r\n"), SESS_EMEDIA },
	{ TYPE(URLENCODED "; =utf-8"), SESS_EMEDIA },
	{ TYPE(URLENCODED " (a form)"), SESS_EMEDIA },
	{ TYPE("application/x-www-form-urlencoded\x7F"), SESS_EMEDIA },
	{ TYPE("application/x-www-form-urlencoded\xC2\xA0"), SESS_EMEDIA },
	{ TYPE("application/x\xE2\x80\x90www-form-urlencoded"), SESS_EMEDIA },
	{ TYPE("*/*"), SESS_EMEDIA },
};

Test(body, r30_another_type_is_refused_before_anything_is_read)
{
	size_t i;

	cr_assert_geq(sizeof types / sizeof *types, 40);
	for (i = 0; i < sizeof types / sizeof *types; i++) {
		struct source s = { .left = 5 };
		struct buf b;

		cr_assert_eq(read_body(&s, &b, 1000, "5", types[i].type),
		    types[i].err, "row %zu: %s", i, types[i].type);
		cr_assert_eq(s.reads > 0, types[i].err == SESS_OK,
		    "row %zu: %s", i, types[i].type);
		buf_release(&b);
	}
}

/* Neither length nor type: such a request has no body (RFC 9112, 6.3). */
Test(body, r30_no_type_and_no_length_is_no_body)
{
	struct source s = { .left = 5 };
	struct buf b;

	cr_assert_eq(read_body(&s, &b, 1000, NULL, NULL), SESS_OK);
	cr_assert_eq(read_body(&s, &b, 1000, "0", NULL), SESS_OK);
	cr_assert_eq(read_body(&s, &b, 1000, "", TYPE("")), SESS_OK);
	cr_assert_eq(s.reads, 0);
	cr_assert_eq(b.len, 0);
	buf_release(&b);
}

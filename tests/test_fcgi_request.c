/* test_fcgi_request.c - requests out of the bytes of a connection. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <string.h>

#include "fcgi_request.h"
#include "guard.h"

static struct fcgi_request r;
static struct outbox out;

static unsigned char bytes[200000];
static size_t n;

/* ---- what a server says ------------------------------------------------ */

static void
record(unsigned type, unsigned id, const void *content, size_t len,
    size_t padding)
{
	record_header(bytes + n, type, id, len);
	bytes[n + 6] = (unsigned char)padding;
	n += RECORD_HEADER;
	memcpy(bytes + n, content, len);
	memset(bytes + n + len, 0xee, padding);
	n += len + padding;
}

static void
begin(unsigned id, unsigned char role, unsigned char flags)
{
	const unsigned char body[8] = { 0, role, flags };

	record(RECORD_BEGIN_REQUEST, id, body, sizeof body, 0);
}

static void
params(unsigned id, const char *pairs, size_t len)
{
	if (len > 0)
		record(RECORD_PARAMS, id, pairs, len, 3);
	record(RECORD_PARAMS, id, "", 0, 0);
}

static void
body(unsigned id, const char *text)
{
	record(RECORD_STDIN, id, text, strlen(text), 5);
	record(RECORD_STDIN, id, "", 0, 0);
}

/* ---- what comes of it -------------------------------------------------- */

static void
setup(void)
{
	fcgi_request_init(&r);
	out.n = n = 0;
}

static void
teardown(void)
{
	fcgi_request_release(&r);
}

/* All of it, in pieces, each of which ends where memory ends. */
static void
feed(size_t piece)
{
	const unsigned char *at, *end;
	size_t from, len;
	char *in;

	for (from = 0; from < n && r.state != FCGI_WHOLE &&
	    r.state != FCGI_BAD_PARAMS && r.state != FCGI_BROKEN;
	    from += len) {
		len = piece < n - from ? piece : n - from;
		in = guard(bytes + from, len);
		at = (unsigned char *)in;
		end = at + len;
		while (at != end && r.state != FCGI_WHOLE &&
		    r.state != FCGI_BAD_PARAMS && r.state != FCGI_BROKEN)
			at = fcgi_request_feed(&r, at, end, &out);
		len = (size_t)(at - (unsigned char *)in);
		unguard(in, piece < n - from ? piece : n - from);
	}
}

#define A_POST "\16\4REQUEST_METHODPOST\13\0HTTP_COOKIE\1\1ab"

TestSuite(fcgi_request, .init = setup, .fini = teardown);

Test(fcgi_request, comes_out_the_same_however_its_bytes_are_cut)
{
	static const char vars[] = "REQUEST_METHOD=POST\0HTTP_COOKIE=\0a=b";
	char got[20];
	size_t piece;

	for (piece = 1; piece < 120; piece++) {
		setup();
		begin(7, 1, KEEP_CONN);
		params(7, A_POST, sizeof A_POST - 1);
		body(7, "op=get");
		feed(piece);
		cr_assert_eq(r.state, FCGI_WHOLE, "in pieces of %zu", piece);
		cr_assert_eq(r.nvars, 3);
		cr_assert_arr_eq(r.vars, vars, sizeof vars);
		cr_assert(r.id == 7 && r.keep && !r.authorizer);
		cr_assert_eq(spool_read(&r.body, got, sizeof got), 6);
		cr_assert_arr_eq(got, "op=get", 6);
		cr_assert_eq(out.n, 0);
		fcgi_request_release(&r);
	}
}

Test(fcgi_request, stops_behind_the_first_of_two)
{
	const unsigned char *at = bytes;
	size_t first;

	begin(1, 1, KEEP_CONN);
	params(1, A_POST, sizeof A_POST - 1);
	body(1, "a");
	first = n;
	begin(1, 1, 0);
	while (r.state != FCGI_WHOLE)
		at = fcgi_request_feed(&r, at, bytes + n, &out);
	cr_assert_eq((size_t)(at - bytes), first);
	fcgi_request_answered(&r);
	cr_assert_eq(r.state, FCGI_IDLE);
	while (at != bytes + n)
		at = fcgi_request_feed(&r, at, bytes + n, &out);
	cr_assert_eq(r.state, FCGI_HEAD);
	cr_assert_not(r.keep);
}

/* It was answered before all of its body came. */
Test(fcgi_request, drops_what_still_comes_of_one_that_was_answered)
{
	const unsigned char *at = bytes;

	begin(1, 1, KEEP_CONN);
	params(1, A_POST, sizeof A_POST - 1);
	record(RECORD_STDIN, 1, "abc", 3, 0);
	feed(n);
	cr_assert_eq(r.state, FCGI_BODY);
	fcgi_request_answered(&r);
	cr_assert_eq(r.state, FCGI_SKIP);
	n = 0;
	body(1, "defghi");
	begin(1, 1, 0);
	while (at != bytes + n)
		at = fcgi_request_feed(&r, at, bytes + n, &out);
	cr_assert_eq(r.state, FCGI_HEAD);
	cr_assert_eq(r.body.n, 0);
}

Test(fcgi_request, an_authorizer_has_no_body)
{
	begin(1, 2, 0);
	params(1, A_POST, sizeof A_POST - 1);
	feed(n);
	cr_assert_eq(r.state, FCGI_WHOLE);
	cr_assert(r.authorizer);
}

Test(fcgi_request, refuses_parameters_that_are_no_variables)
{
	static const struct {
		const char *pairs;
		size_t n;
		const char *why;
	} rows[] = {
		{ "\3\1ab", 4, "cut" },
		{ "\2\1a\0x", 5, "a NUL in a name" },
		{ "\1\2ax\0", 5, "a NUL in a value" },
		{ "\2\1a=x", 5, "= in a name" },
		{ "\0\1x", 3, "no name" },
		{ "\377\377\377\377\1x", 6, "longer than all there can be" },
		{ "\200", 1, "a cut length" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		setup();
		begin(1, 1, 0);
		params(1, rows[i].pairs, rows[i].n);
		feed(n);
		cr_assert_eq(r.state, FCGI_BAD_PARAMS, "%s", rows[i].why);
		fcgi_request_release(&r);
	}
}

/* "\1\377..." would be a long length; 65,533 bytes of value. */
Test(fcgi_request, takes_as_many_parameters_as_there_may_be_and_not_one_more)
{
	static char pairs[FCGI_PARAMS_MAX + 1];
	size_t more;

	for (more = 0; more <= 1; more++) {
		memset(pairs, 'x', sizeof pairs);
		memcpy(pairs, "\1\200\0\377\371a", 6);
		pairs[4] = (char)(0xf9 + more);
		setup();
		begin(1, 1, 0);
		record(RECORD_PARAMS, 1, pairs, 40000, 0);
		record(RECORD_PARAMS, 1, pairs + 40000, 25535 + more, 0);
		record(RECORD_PARAMS, 1, "", 0, 0);
		feed(8192);
		cr_assert_eq(r.state, more == 0 ? FCGI_BODY :
		    FCGI_BAD_PARAMS);
		fcgi_request_release(&r);
	}
}

Test(fcgi_request, is_over_where_its_records_are_out_of_order)
{
	static const struct {
		unsigned type;
		const char *why;
	} rows[] = {
		{ RECORD_STDIN, "a body before the parameters" },
		{ 2, "FCGI_ABORT_REQUEST" },
		{ 8, "FCGI_DATA" },
		{ 78, "no record that there is" },
		{ RECORD_BEGIN_REQUEST, "it begins twice" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		setup();
		begin(1, 1, 0);
		record(rows[i].type, 1, "12345678", 8, 0);
		feed(n);
		cr_assert_eq(r.state, FCGI_BROKEN, "%s", rows[i].why);
		fcgi_request_release(&r);
	}
}

Test(fcgi_request, another_one_at_the_same_time_is_turned_away)
{
	begin(1, 1, 0);
	begin(2, 1, 0);
	record(RECORD_PARAMS, 2, "\1\1ab", 4, 0);
	params(1, A_POST, sizeof A_POST - 1);
	feed(n);
	cr_assert_eq(r.state, FCGI_BODY);
	cr_assert_eq(r.nvars, 3);
	cr_assert_eq(out.n, 16);
	cr_assert_arr_eq(out.bytes, "\1\3\0\2\0\10\0\0\0\0\0\0\1\0\0\0", 16);
}

/* However many it asks for, and if nobody reads the answers. */
Test(fcgi_request, never_says_more_than_there_is_room_for)
{
	static const unsigned char answer[] =
	    "\1\12\0\0\0\22\0\0\017\001FCGI_MPXS_CONNS0";
	const unsigned char *at = bytes, *end;
	size_t i, said = 0;

	for (i = 0; i < 5000; i++)
		record(RECORD_GET_VALUES, 0, "\17\0FCGI_MPXS_CONNS", 17, 0);
	end = bytes + n;
	while (at != end) {
		at = fcgi_request_feed(&r, at, end, &out);
		cr_assert_leq(out.n, sizeof out.bytes);
		cr_assert_arr_eq(out.bytes, answer, sizeof answer - 1);
		said += out.n;
		out.n = 0;
	}
	cr_assert_eq(said, 5000 * (sizeof answer - 1));
}

Test(fcgi_request, keeps_no_more_of_a_body_than_is_wanted)
{
	char got[20];

	begin(1, 1, 0);
	params(1, A_POST, sizeof A_POST - 1);
	feed(n);
	spool_expect(&r.body, 4, -1);
	n = 0;
	body(1, "abcdefgh");
	feed(3);
	cr_assert_eq(r.state, FCGI_WHOLE);
	cr_assert_eq(spool_read(&r.body, got, sizeof got), 4);
	cr_assert_arr_eq(got, "abcd", 4);
}

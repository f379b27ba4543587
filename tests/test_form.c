/* test_form.c - application/x-www-form-urlencoded: queries and form bodies. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "form.h"
#include "guard.h"
#include "steps.h"

#define BYTES(text) text, sizeof text - 1

static struct pool pool;
static struct pairs pairs;

static enum sess_err
parse(const char *bytes, size_t n, size_t max_pairs, size_t max_name)
{
	char *in = guard(bytes, n);
	enum sess_err err;

	pool_release(&pool);
	pool = (struct pool)POOL_INIT(64 << 20);
	memset(&pairs, 0, sizeof pairs);
	err = form_parse(&pairs, &pool, in, n, max_pairs, max_name);
	unguard(in, n);
	return err;
}

static void
teardown(void)
{
	pool_release(&pool);
}

TestSuite(form, .fini = teardown);

struct part {
	const char *bytes;
	size_t n;
};

#define P(text) { text, sizeof text - 1 }

/* The rules of the URL standard (5.1), one by one. */
static const struct {
	const char *bytes;
	size_t n;
	size_t count;
	struct part parts[6];           /* name, value, name, value */
	const char *why;
} rows[] = {
	{ BYTES(""), 0, { P("") }, "nothing" },
	{ BYTES("a=1"), 1, { P("a"), P("1") }, "one" },
	{ BYTES("a=1&b=2"), 2, { P("a"), P("1"), P("b"), P("2") }, "two" },
	{ BYTES("a=1&a=2"), 2, { P("a"), P("1"), P("a"), P("2") }, "kept" },
	{ BYTES("a"), 1, { P("a"), P("") }, "no =: no value" },
	{ BYTES("a="), 1, { P("a"), P("") }, "an empty value" },
	{ BYTES("=1"), 1, { P(""), P("1") }, "an empty name is a name" },
	{ BYTES("="), 1, { P(""), P("") }, "both empty" },
	{ BYTES("&"), 0, { P("") }, "empty pieces go" },
	{ BYTES("&&a=1&&&b&"), 2, { P("a"), P("1"), P("b"), P("") },
	    "empty pieces go" },
	{ BYTES("a=b=c"), 1, { P("a"), P("b=c") }, "the first = divides" },
	{ BYTES("a==1"), 1, { P("a"), P("=1") }, "the first = divides" },
	{ BYTES("a;b=1;c"), 1, { P("a;b"), P("1;c") }, "; divides nothing" },
	{ BYTES("a?b#c=1?2#3"), 1, { P("a?b#c"), P("1?2#3") },
	    "nor do ? and #" },
	{ BYTES("a+b=c+d"), 1, { P("a b"), P("c d") }, "+ is a blank" },
	{ BYTES("a%20b=c%2Bd"), 1, { P("a b"), P("c+d") }, "%20, %2B" },
	{ BYTES("%2B=+%2b"), 1, { P("+"), P(" +") }, "in this order" },
	{ BYTES("a%3Db=1%262"), 1, { P("a=b"), P("1&2") },
	    "what is escaped divides nothing" },
	{ BYTES("%61%4A%4a=%7e"), 1, { P("aJJ"), P("~") }, "both cases" },
	{ BYTES("a[b][c]=1&a[]=2"), 2, { P("a[b][c]"), P("1"), P("a[]"),
	    P("2") }, "brackets are bytes: nothing nests" },
	{ BYTES("a.b=1&$x=2"), 2, { P("a.b"), P("1"), P("$x"), P("2") },
	    "no name is changed" },
	{ BYTES(" a = 1 "), 1, { P(" a "), P(" 1 ") }, "blanks stay" },
	{ BYTES("_charset_=x&isindex=y"), 2, { P("_charset_"), P("x"),
	    P("isindex"), P("y") }, "no names of old" },
	{ BYTES("a=1\r\nb"), 1, { P("a"), P("1\r\nb") }, "line ends stay" },

	/* r25: percent escapes */
	{ BYTES("%"), 1, { P("%"), P("") }, "alone" },
	{ BYTES("a=%"), 1, { P("a"), P("%") }, "at the end" },
	{ BYTES("a=%0"), 1, { P("a"), P("%0") }, "cut" },
	{ BYTES("a=%0&b=1"), 2, { P("a"), P("%0"), P("b"), P("1") },
	    "the & is not eaten" },
	{ BYTES("a%0=1"), 1, { P("a%0"), P("1") }, "nor is the =" },
	{ BYTES("a%=1"), 1, { P("a%"), P("1") }, "nor is the =" },
	{ BYTES("a=%zz"), 1, { P("a"), P("%zz") }, "no digits" },
	{ BYTES("a=%4g%g4"), 1, { P("a"), P("%4g%g4") }, "one digit" },
	{ BYTES("a=%%41"), 1, { P("a"), P("%A") }, "% before an escape" },
	{ BYTES("a=%4%41"), 1, { P("a"), P("%4A") }, "half before a whole" },
	{ BYTES("a=%+1"), 1, { P("a"), P("% 1") }, "no sign" },
	{ BYTES("a=% 1%1 "), 1, { P("a"), P("% 1%1 ") }, "no blank" },
	{ BYTES("a=%0x41"), 1, { P("a"), P("%0x41") }, "no 0x" },
	{ BYTES("a=%u0041"), 1, { P("a"), P("%u0041") }, "no %u" },
	{ BYTES("a=%2541"), 1, { P("a"), P("%41") }, "decoded once" },
	{ BYTES("a=%252541"), 1, { P("a"), P("%2541") }, "decoded once" },
	{ BYTES("a=%25%34%31"), 1, { P("a"), P("%41") }, "decoded once" },
	{ BYTES("a=1%002"), 1, { P("a"), P("1\0" "2") }, "NUL stays" },
	{ BYTES("a%00b=1"), 1, { P("a\0b"), P("1") }, "NUL stays" },
	{ BYTES("a=1\0b=2&c=3"), 2, { P("a"), P("1\0b=2"), P("c"), P("3") },
	    "a bare NUL ends nothing" },
	{ BYTES("a=%C0%AF"), 1, { P("a"), P("\xC0\xAF") }, "bytes stay" },
	{ BYTES("a=%ff\xFE"), 1, { P("a"), P("\xFF\xFE") }, "bytes stay" },
	{ BYTES("%EF%BB%BF" "a=\xEF\xBB\xBF"), 1, { P("\xEF\xBB\xBF" "a"),
	    P("\xEF\xBB\xBF") }, "a BOM stays" },
};

static void
expect_part(const char *at, size_t n, const struct part *part, size_t row)
{
	cr_assert_eq(n, part->n, "row %zu: %s: <%s>", row, rows[row].why, at);
	cr_assert_eq(memcmp(at, part->bytes, n), 0, "row %zu: %s: <%s>", row,
	    rows[row].why, at);
	cr_assert_eq(at[n], '\0', "row %zu: a NUL behind", row);
}

Test(form, r24_is_parsed_as_the_url_standard_says)
{
	size_t i, j;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_assert_eq(parse(rows[i].bytes, rows[i].n, 10, 100),
		    SESS_OK, "row %zu: %s", i, rows[i].why);
		cr_assert_eq(pairs.n, rows[i].count, "row %zu: %s", i,
		    rows[i].why);
		for (j = 0; j < pairs.n; j++) {
			expect_part(pairs.at[j].name, pairs.at[j].name_len,
			    &rows[i].parts[2 * j], i);
			expect_part(pairs.at[j].value, pairs.at[j].value_len,
			    &rows[i].parts[2 * j + 1], i);
		}
	}
}

/* What a browser writes comes back: %XX for each byte, in both places. */
Test(form, r25_every_byte_comes_back)
{
	char text[16];
	int c;

	for (c = 0; c < 256; c++) {
		snprintf(text, sizeof text, "x%%%02X=%%%02xy", (unsigned)c,
		    (unsigned)c);
		cr_assert_eq(parse(text, strlen(text), 10, 100), SESS_OK);
		cr_assert(pairs.n == 1 && pairs.at[0].name_len == 2 &&
		    pairs.at[0].value_len == 2, "byte %d", c);
		cr_assert_eq((unsigned char)pairs.at[0].name[1], c);
		cr_assert_eq((unsigned char)pairs.at[0].value[0], c);
	}
}

Test(form, r25_text_is_utf8_without_nul_and_bytes_are_what_came)
{
	static const struct { const char *form, *text, *why; } texts[] = {
		{ "a=x", "x", "text" }, { "a=", "", "empty text" },
		{ "a=%C3%BC", "\xC3\xBC", "UTF-8" },
		{ "a=%00", NULL, "NUL" }, { "a=x%00y", NULL, "NUL" },
		{ "a=%C0%AF", NULL, "too long" }, { "a=%C0%80", NULL, "NUL" },
		{ "a=%FC", NULL, "Latin-1" }, { "a=%ED%A0%80", NULL, "half" },
		{ "a=%FF&a=x", NULL, "the first counts" },
		{ "b=x", NULL, "not there" }, { "A=x", NULL, "case" },
		{ "a%00=x", NULL, "another name" },
	};
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *form = texts[i].form, *text;

		cr_assert_eq(parse(form, strlen(form), 10, 100), SESS_OK);
		text = pairs_text(&pairs, "a");
		if (texts[i].text == NULL)
			cr_assert_null(text, "%s: %s", form, texts[i].why);
		else
			cr_assert_str_eq(text, texts[i].text, "%s", form);
	}
}

static const char *
pieces(size_t n, const char *piece, size_t *len)
{
	static char form[1 << 20];
	size_t each = strlen(piece) + 1, i;

	cr_assert_lt(n * each, sizeof form);
	for (i = 0; i < n; i++) {
		memcpy(form + i * each, piece, each - 1);
		form[(i + 1) * each - 1] = '&';
	}
	*len = n > 0 ? n * each - 1 : 0;
	return form;
}

Test(form, r24_takes_the_maximum_of_pairs_and_not_one_more)
{
	static const size_t maxima[] = { 1, 2, 1000, 100000 };
	static const char *const kinds[] = { "a=1", "a", "=", "%" };
	size_t i, k, n;

	for (i = 0; i < 4; i++)
		for (k = 0; k < 4; k++) {
			const char *form = pieces(maxima[i], kinds[k], &n);

			cr_assert_eq(parse(form, n, maxima[i], 9), SESS_OK);
			cr_assert_eq(pairs.n, maxima[i], "%zu of <%s>",
			    maxima[i], kinds[k]);
			form = pieces(maxima[i] + 1, kinds[k], &n);
			cr_assert_eq(parse(form, n, maxima[i], 9),
			    SESS_ELIMIT, "%zu of <%s>", maxima[i] + 1,
			    kinds[k]);
			cr_assert_eq(pairs.n, 0, "none of them");
		}
	/* What is no pair does not count. */
	cr_assert_eq(parse(BYTES("&&&&a&&&&"), 1, 9), SESS_OK);
}

Test(form, r24_takes_the_maximum_of_a_name_and_not_a_byte_more)
{
	static const struct { const char *form; enum sess_err err; } names[] = {
		{ "12345678=x", SESS_OK }, { "123456789=x", SESS_ELIMIT },
		{ "12345678", SESS_OK }, { "123456789", SESS_ELIMIT },
		{ "%31%32%33%34%35%36%37%38=x", SESS_OK },     /* decoded */
		{ "%31%32%33%34%35%36%37%38%39=x", SESS_ELIMIT },
		{ "a=123456789", SESS_OK },
		{ "a=1&123456789=2", SESS_ELIMIT },
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		cr_assert_eq(parse(names[i].form, strlen(names[i].form), 10,
		    8), names[i].err, "%s", names[i].form);
	cr_assert_eq(parse(BYTES("a=1"), 10, 0), SESS_ELIMIT);
	cr_assert_eq(parse(BYTES("=1"), 10, 0), SESS_OK);
}

/*
 * There is no hash to flood.  100000 names of one hash for PHP's function
 * ("Ez" and "FY" are interchangeable) cost as much as any other.
 */
Test(form, r24_100000_colliding_names_are_as_good_as_any)
{
	static char form[100000 * 40];
	size_t n = 0, i, bit;

	alarm(60);
	for (i = 0; i < 100000; i++) {
		for (bit = 0; bit < 17; bit++, n += 2)
			memcpy(form + n, i >> bit & 1 ? "Ez" : "FY", 2);
		memcpy(form + n, "=&", 2);
		n += 2;
	}
	cr_assert_eq(parse(form, n, 100000, 256), SESS_OK);
	cr_assert_eq(pairs.n, 100000);
	for (i = 0; i < 100000; i++)
		cr_assert_eq(memcmp(pairs.at[i].name, form + i * 36, 34), 0,
		    "name %zu", i);
}

Test(form, takes_a_mebibyte_of_anything)
{
	static char form[1 << 20];
	size_t expected;
	int c;

	alarm(60);
	for (c = 0; c < 256; c += c == '%' || c == '&' ? 1 : 5) {
		memset(form, c, sizeof form);
		cr_assert_eq(parse(form, sizeof form, 10, sizeof form),
		    SESS_OK, "byte %d", c);
		expected = c == '&' ? 0 : sizeof form - (c == '=');
		cr_assert_eq(pairs.n, expected > 0, "byte %d", c);
		cr_assert(pairs.n == 0 || pairs.at[0].name_len +
		    pairs.at[0].value_len == expected, "byte %d", c);
	}
}

static void
parse_only(void *arg)
{
	struct pool own = POOL_INIT(64 << 20);
	struct pairs p;

	form_parse(&p, &own, arg, strlen(arg), 100000, 100000);
	pool_release(&own);
}

Test(form, r24_work_grows_with_the_length_and_not_with_its_square)
{
	static const char *const kinds[] = { "%", "&", "Ez=1&" };
	static char form[101];          /* one chunk of a pool */
	size_t i, n;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		for (n = 0; n < sizeof form - 1; n++)
			form[n] = kinds[i][n % strlen(kinds[i])];
		cr_assert(steps_linear(parse_only, form, n, 1000000), "<%s>",
		    kinds[i]);
	}
}

Test(form, r26_pairs_are_found_in_order_and_all_of_them)
{
	const struct sess_pair *p = NULL;
	const char *const expected[] = { "1", "", "3" };
	size_t i;

	cr_assert_eq(parse(BYTES("a=1&aa=x&a&A=y&a=3"), 10, 9), SESS_OK);
	for (i = 0; i < 3; i++) {
		p = pairs_next(&pairs, "a", p);
		cr_assert_not_null(p);
		cr_assert_str_eq(p->value, expected[i]);
	}
	cr_assert_null(pairs_next(&pairs, "a", p));
	cr_assert_null(pairs_next(&pairs, "", NULL));
	cr_assert_eq(parse(BYTES("=1"), 10, 9), SESS_OK);
	cr_assert_str_eq(pairs_text(&pairs, ""), "1");
	pairs.n = 0;
	cr_assert_null(pairs_next(&pairs, "", NULL));
}

Test(form, a_pool_too_small_is_no_memory)
{
	struct pool small = POOL_INIT(40);

	cr_assert_eq(form_parse(&pairs, &small, BYTES("a=1&b=2"), 10, 9),
	    SESS_ENOMEM);
	pool_release(&small);
}

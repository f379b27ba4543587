/* test_utf8.c - is it UTF-8, and if not, where does it stop being so? */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "utf8.h"

#define BYTES(text) text, sizeof text - 1

/* How the decoder of the Encoding standard cuts bytes up: 8.1.1. */
static const struct {
	const char *bytes;
	size_t n;
	int steps[10];          /* ends with 0 */
	const char *why;
} rows[] = {
	{ BYTES("a"), { 1 }, "ASCII" },
	{ BYTES("\0"), { 1 }, "NUL is a character" },
	{ BYTES("\x7F"), { 1 }, "the last of one byte" },
	{ BYTES("\xC2\x80"), { 2 }, "the first of two" },
	{ BYTES("\xDF\xBF"), { 2 }, "the last of two" },
	{ BYTES("\xE0\xA0\x80"), { 3 }, "the first of three" },
	{ BYTES("\xED\x9F\xBF"), { 3 }, "the last before the surrogates" },
	{ BYTES("\xEE\x80\x80"), { 3 }, "the first behind them" },
	{ BYTES("\xEF\xBF\xBF"), { 3 }, "the last of three" },
	{ BYTES("\xF0\x90\x80\x80"), { 4 }, "the first of four" },
	{ BYTES("\xF4\x8F\xBF\xBF"), { 4 }, "the last of all" },

	{ BYTES("\x80"), { -1 }, "nothing to continue" },
	{ BYTES("\xBF" "a"), { -1, 1 }, "nothing to continue" },
	{ BYTES("\xC0\x80"), { -1, -1 }, "NUL in two bytes" },
	{ BYTES("\xC0\xAF"), { -1, -1 }, "a slash in two bytes" },
	{ BYTES("\xC1\xBF"), { -1, -1 }, "too long" },
	{ BYTES("\xE0\x80\x80"), { -1, -1, -1 }, "NUL in three bytes" },
	{ BYTES("\xE0\x9F\xBF"), { -1, -1, -1 }, "too long" },
	{ BYTES("\xED\xA0\x80"), { -1, -1, -1 }, "the first surrogate" },
	{ BYTES("\xED\xBF\xBF"), { -1, -1, -1 }, "the last surrogate" },
	{ BYTES("\xF0\x80\x80\x80"), { -1, -1, -1, -1 }, "in four bytes" },
	{ BYTES("\xF0\x8F\xBF\xBF"), { -1, -1, -1, -1 }, "too long" },
	{ BYTES("\xF4\x90\x80\x80"), { -1, -1, -1, -1 }, "over U+10FFFF" },
	{ BYTES("\xF5\x80\x80\x80"), { -1, -1, -1, -1 }, "no first byte" },
	{ BYTES("\xF8\x88\x80\x80\x80"), { -1, -1, -1, -1, -1 }, "of five" },
	{ BYTES("\xFE\xFF"), { -1, -1 }, "never in UTF-8" },

	{ BYTES("\xC2"), { -1 }, "cut" },
	{ BYTES("\xE2\x82"), { -2 }, "cut: one error" },
	{ BYTES("\xF0\x9F"), { -2 }, "cut: one error" },
	{ BYTES("\xF0\x9F\x98"), { -3 }, "cut: one error" },
	{ BYTES("\xE2" "a"), { -1, 1 }, "the letter is not eaten" },
	{ BYTES("\xE2\x82" "a"), { -2, 1 }, "the letter is not eaten" },
	{ BYTES("\xF0\x9F\x98<"), { -3, 1 }, "nor is what HTML acts on" },
	{ BYTES("\xC2\xC2\xA9"), { -1, 2 }, "a new start" },
	{ BYTES("\xF1\x80\x80\xE2\x82\xAC"), { -3, 3 }, "a new start" },
	{ BYTES("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF" "A"),
	    { -2, -1, -3, -2, 1 }, "all cut in different places" },
	{ BYTES("\xF4\x91\x92\x93\xFF" "A\x80\xBF" "B"),
	    { -1, -1, -1, -1, -1, 1, -1, -1, 1 }, "all wrong otherwise" },
};

Test(utf8, errors_are_cut_as_the_encoding_standard_cuts_them)
{
	size_t i, j, at;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *in = guard(rows[i].bytes, rows[i].n);
		bool valid = true;

		for (at = j = 0; rows[i].steps[j] != 0; j++) {
			int step = rows[i].steps[j];

			cr_assert_lt(at, rows[i].n, "row %zu", i);
			cr_assert_eq(utf8_step(in + at, rows[i].n - at), step,
			    "row %zu, byte %zu: %s", i, at, rows[i].why);
			at += (size_t)abs(step);
			valid = valid && step > 0;
		}
		cr_assert_eq(at, rows[i].n, "row %zu: all bytes", i);
		cr_assert_eq(utf8_valid(in, rows[i].n), valid, "row %zu: %s",
		    i, rows[i].why);
		unguard(in, rows[i].n);
	}
}

/* The beginnings of all characters, by the definition of UTF-8. */
static unsigned char begins[1 << 24];   /* bit n: the first n+1 bytes do */

static size_t
encode(unsigned char out[4], uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;

	for (i = n; i-- > 1; c >>= 6)
		out[i] = (unsigned char)(0x80 | (c & 63));
	out[0] = (unsigned char)(n == 1 ? c : (0xF00u >> n & 0xFF) | c);
	return n;
}

static void
note_beginnings(void)
{
	unsigned char b[4];
	uint32_t c;
	size_t n;

	for (c = 0x80; c <= 0x10FFFF; c++) {
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		n = encode(b, c);
		begins[b[0] << 16] |= 1;
		begins[b[0] << 16 | b[1] << 8] |= 2;
		if (n > 2)
			begins[b[0] << 16 | b[1] << 8 | b[2]] |= 4;
	}
}

static int
expected(const unsigned char *b)
{
	int n = b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3 : 4;

	if (b[0] < 0x80)
		return 1;
	if ((begins[b[0] << 16] & 1) == 0 ||
	    (begins[b[0] << 16 | b[1] << 8] & 2) == 0)
		return -1;
	if (n == 2)
		return 2;
	if ((begins[b[0] << 16 | b[1] << 8 | b[2]] & 4) == 0)
		return -2;
	return n == 3 ? 3 : -3;
}

Test(utf8, every_three_bytes_are_judged_by_the_definition)
{
	unsigned char b[3];
	uint32_t i;
	int step;

	note_beginnings();
	for (i = 0; i < 1 << 24; i++) {
		b[0] = (unsigned char)(i >> 16);
		b[1] = (unsigned char)(i >> 8);
		b[2] = (unsigned char)i;
		step = utf8_step((const char *)b, 3);
		if (step != expected(b))
			cr_assert_fail("%06x: %d, not %d", i, step,
			    expected(b));
	}
}

Test(utf8, every_character_is_valid_and_no_surrogate_is)
{
	unsigned char b[4];
	uint32_t c;
	size_t n;

	for (c = 0; c < 0x140000; c++) {
		bool valid = c < 0xD800 || (c > 0xDFFF && c <= 0x10FFFF);

		n = encode(b, c);
		if (valid && utf8_character((const char *)b, (int)n) != c)
			cr_assert_fail("U+%04X is read as another", c);
		if (utf8_valid((const char *)b, n) != valid ||
		    utf8_text((const char *)b, n) != (valid && c != 0) ||
		    sess_is_text(b, n) != (valid && c != 0))
			cr_assert_fail("U+%04X", c);
		if (valid && utf8_step((const char *)b, n) != (int)n)
			cr_assert_fail("U+%04X: length", c);
	}
}

Test(utf8, text_holds_no_nul)
{
	cr_assert(utf8_valid(BYTES("a\0b")));
	cr_assert_not(utf8_text(BYTES("a\0b")));
	cr_assert_not(utf8_text(BYTES("\0")));
	cr_assert(utf8_text("", 0));
	cr_assert(utf8_text("a\0b", 1), "it looks at n bytes only");
	cr_assert_not(sess_is_text(BYTES("a\xC0\x80")));
}

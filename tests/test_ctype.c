/* test_ctype.c - the type of a body: the Content-Type header field. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "ctype.h"
#include "guard.h"

#define FORM "application/x-www-form-urlencoded"
#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

static const struct {
	const char *field, *essence, *charset, *why;
} good[] = {
	{ FORM, FORM, "", "as browsers send it" },
	{ "Application/X-WWW-Form-URLencoded", FORM, "", "any case" },
	{ FORM "; charset=utf-8", FORM, "utf-8", "charset" },
	{ FORM ";charset=utf-8", FORM, "utf-8", "no blank" },
	{ FORM " \t;\t CharSet=UTF-8 ", FORM, "utf-8", "blanks, case" },
	{ FORM "; charset=\"UTF-8\"", FORM, "utf-8", "quoted" },
	{ FORM "; charset=\"u\\tf-8\"", FORM, "utf-8", "quoted pairs" },
	{ FORM ";", FORM, "", "an empty parameter (5.6.6)" },
	{ FORM " ; ; ;", FORM, "", "some" },
	{ " \t" FORM, FORM, "", "blanks in front" },
	{ FORM "; a=b; c=\"d;e=f\"; charset=x", FORM, "x", "others" },
	{ FORM "; a=\"\"", FORM, "", "an empty string that is no charset" },
	{ FORM "; a=\"\\\"\"; charset=y", FORM, "y", "a quote in quotes" },
	{ FORM "; boundary=\"charset=z\"", FORM, "", "inside a string" },
	{ "a/b", "a/b", "", "the shortest" },
	{ "multipart/form-data; boundary=----x", "multipart/form-data", "",
	    "multipart" },
	{ "text/plain", "text/plain", "", "text" },
	{ "!#$%&'*+-.^_`|~0/9", "!#$%&'*+-.^_`|~0/9", "", "all of tchar" },
	{ X60 "x/y", X60 "x/y", "", "the longest: 63 bytes" },
	{ "a/b; " X10 X10 X10 "x=1", "a/b", "", "a name of 31" },
	{ "a/b; c=" X60 X60 "1234567", "a/b", "", "a value of 127" },
	{ "a/b; charset=" X10 X10 X10 "x", "a/b", X10 X10 X10 "x",
	    "a charset of 31" },
};

static const struct { const char *field, *why; } bad[] = {
	{ "", "nothing" },
	{ " ", "a blank" },
	{ "a", "no subtype" },
	{ "a/", "no subtype" },
	{ "/b", "no type" },
	{ "/", "neither" },
	{ "a//b", "two slashes" },
	{ "a/b/c", "two slashes" },
	{ "a /b", "blank before the slash" },
	{ "a/ b", "blank behind it" },
	{ "a/b c", "something behind" },
	{ "a/b, c/d", "a list" },
	{ "a/b;charset", "no value" },
	{ "a/b;charset=", "no value" },
	{ "a/b;charset =x", "blank before the =" },
	{ "a/b;charset= x", "blank behind it" },
	{ "a/b;=x", "no name" },
	{ "a/b;charset=\"\"", "an empty charset" },
	{ "a/b;charset=x;charset=x", "twice" },
	{ "a/b;charset=x;CHARSET=y", "twice" },
	{ "a/b;charset=x;charset=\"y\"", "twice" },
	{ "a/b;charset=x y", "blank in a token" },
	{ "a/b;charset=x,y", "comma" },
	{ "a/b;charset='x y'", "no such quotes" },
	{ "a/b;charset=\"x", "not closed" },
	{ "a/b;charset=\"", "not closed" },
	{ "a/b;charset=\"x\\", "cut in a pair" },
	{ "a/b;charset=\"x\\\"", "the quote is escaped" },
	{ "a/b;charset=\"x\"y", "something behind the string" },
	{ "a/b;charset=\"x\" y", "something behind the string" },
	{ "a/b;charset==x", "two =" },
	{ "a/b charset=x", "no ;" },
	{ "\"a\"/b", "quoted type" },
	{ "a/b\r\n", "line end" },
	{ "a/b;\r\n charset=x", "folded" },
	{ "a/b;charset=x\n", "line end" },
	{ "a\x7F/b", "control" },
	{ "\xC3\xBC/b", "not ASCII" },
	{ "a/b;\xC3\xBC=x", "not ASCII" },
	{ "a/b;c=\xC3\xBC", "not ASCII in a token" },
	{ "a/b;c=d e/f", "two types" },
	{ "(comment) a/b", "a comment" },
	{ X60 "xx/y", "64 bytes" },
	{ X60 "xxxxx/y", "a long type" },
	{ "a/" X60 "xx", "64 bytes" },
	{ "a/b; " X10 X10 X10 "xx=1", "a name of 32" },
	{ "a/b; c=" X60 X60 "12345678", "a value of 128" },
	{ "a/b; c=\"" X60 X60 "12345678\"", "a string of 128" },
	{ "a/b; charset=" X10 X10 X10 "xx", "a charset of 32" },
};

static bool
parse(struct ctype *ct, const char *field)
{
	char *in = guard_text(field);
	bool ok;

	memset(ct, 'x', sizeof *ct);    /* it must not lean on what was there */
	ok = ctype_parse(ct, in);
	unguard_text(in, strlen(field));
	return ok;
}

Test(ctype, r30_what_the_standard_allows)
{
	struct ctype ct;
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		cr_assert(parse(&ct, good[i].field), "row %zu: %s", i,
		    good[i].why);
		cr_assert_str_eq(ct.essence, good[i].essence, "row %zu: %s",
		    i, good[i].why);
		cr_assert_str_eq(ct.charset, good[i].charset, "row %zu: %s",
		    i, good[i].why);
	}
}

Test(ctype, r30_what_it_does_not_allow)
{
	struct ctype ct;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_assert_not(parse(&ct, bad[i].field), "row %zu: %s", i,
		    bad[i].why);
}

/* tchar (5.6.2), in each place where a token stands. */
static bool
tchar(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

Test(ctype, r30_every_byte_in_a_token)
{
	static const char *const forms[] = { "a%cb/c", "a/b%cc", "a/b;c%cd=e",
		"a/b;c=d%ce" };
	char field[32];
	struct ctype ct;
	size_t i;
	int c;

	for (i = 0; i < 4; i++)
		for (c = 1; c < 256; c++) {
			/* What divides things makes others of them. */
			if ((c == ';' && i != 0) || (c == '/' && i == 0) ||
			    (c == '=' && i >= 2))
				continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(field, sizeof field, forms[i], c);
#pragma GCC diagnostic pop
			cr_assert_eq(parse(&ct, field), tchar(c),
			    "byte %d in %s", c, forms[i]);
		}
}

/* qdtext and quoted-pair (5.6.4): no control but the tab, any 0x80-0xFF. */
Test(ctype, r30_every_byte_in_a_quoted_string)
{
	char field[] = "a/b;c=\"d?e\"", pair[] = "a/b;c=\"d\\?e\"";
	struct ctype ct;
	int c;

	for (c = 1; c < 256; c++) {
		bool text = c == '\t' || (c >= ' ' && c != 0x7F);

		field[8] = (char)c;
		pair[9] = (char)c;
		cr_assert_eq(parse(&ct, field), text && c != '"',
		    "byte %d", c);
		cr_assert_eq(parse(&ct, pair), text, "byte %d behind \\", c);
	}
}

/* ---- boundaries (RFC 2046, 5.1.1) --------------------------------------- */

#define MULTIPART "multipart/form-data; boundary="

static const struct { const char *field, *boundary, *why; } boundaries[] = {
	{ MULTIPART "x", "x", "the shortest" },
	{ MULTIPART X60 "1234567890", X60 "1234567890", "the longest: 70" },
	{ MULTIPART X60 "12345678901", NULL, "71 bytes" },
	{ MULTIPART "\"" X60 "12345678901\"", NULL, "71 bytes" },
	{ MULTIPART, NULL, "nothing" },
	{ MULTIPART "\"\"", NULL, "nothing, quoted" },
	{ "multipart/form-data", "", "not given" },
	{ "multipart/form-data; Boundary=aB", "aB", "its case is kept" },
	{ MULTIPART "\"aB\"", "aB", "quoted" },
	{ MULTIPART "\"a\\b\"", "ab", "a quoted pair" },
	{ MULTIPART "\"a b\"", "a b", "a blank within" },
	{ MULTIPART "\"a \"", NULL, "a blank at the end" },
	{ MULTIPART "\" \"", NULL, "nothing but a blank" },
	{ MULTIPART "x; charset=utf-8", "x", "something behind it" },
	{ MULTIPART "x; boundary=x", NULL, "twice" },
	{ MULTIPART "x; BOUNDARY=y", NULL, "twice" },
	{ MULTIPART "x, y", NULL, "a list" },
	{ MULTIPART "\"a\tb\"", NULL, "a tab" },
	{ MULTIPART "\"\xC3\xBC\"", NULL, "no ASCII" },
};

Test(ctype, r27_a_boundary_is_given_once_and_has_1_to_70_bytes)
{
	struct ctype ct;
	size_t i;

	for (i = 0; i < sizeof boundaries / sizeof *boundaries; i++) {
		bool ok = parse(&ct, boundaries[i].field);

		cr_assert_eq(ok, boundaries[i].boundary != NULL,
		    "row %zu: %s", i, boundaries[i].why);
		if (ok)
			cr_assert_str_eq(ct.boundary, boundaries[i].boundary,
			    "row %zu: %s", i, boundaries[i].why);
	}
}

Test(ctype, r27_every_byte_in_a_boundary)
{
	char field[] = MULTIPART "\"a\\?b\"";
	struct ctype ct;
	int c;

	for (c = 1; c < 256; c++) {
		field[sizeof field - 4] = (char)c;
		cr_assert_eq(parse(&ct, field), (c >= '0' && c <= '9') ||
		    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    strchr("'()+_,-./:=? ", c) != NULL, "byte %d", c);
	}
}

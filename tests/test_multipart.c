/* test_multipart.c - multipart/form-data, cut into its parts as it comes. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "multipart.h"
#include "steps.h"

#define BYTES(text) text, sizeof text - 1

/* ---- what was handed on, as a text -------------------------------------- */

/* "(name|filename|type)bytes;" for each part. */
static struct buf told;
static const char *why;
static bool open_part;

static enum sess_err
on_part(void *arg, const struct part *part, const char **w)
{
	(void)w;
	cr_assert(arg == &told && !open_part);
	open_part = true;
	buf_addc(&told, '(');
	buf_add(&told, part->name, part->name_len);
	if (part->filename != NULL) {
		buf_addc(&told, '|');
		buf_add(&told, part->filename, part->filename_len);
	}
	if (part->type != NULL)
		buf_addf(&told, "|%s", part->type);
	buf_addc(&told, ')');
	return told.err;
}

static enum sess_err
on_bytes(void *arg, const char *s, size_t n, const char **w)
{
	(void)arg;
	(void)w;
	cr_assert(open_part && n > 0);
	buf_add(&told, s, n);
	return told.err;
}

static enum sess_err
on_end(void *arg, const char **w)
{
	(void)arg;
	(void)w;
	cr_assert(open_part);
	open_part = false;
	buf_addc(&told, ';');
	return told.err;
}

static const struct multipart_to to = { on_part, on_bytes, on_end, &told };
static struct multipart m;

static void
start(const char *boundary, size_t max_parts)
{
	buf_release(&told);
	told = (struct buf)BUF_INIT(64 << 20);
	open_part = false;
	memset(&m, 'x', sizeof m);      /* it must not lean on what was there */
	multipart_init(&m, boundary, max_parts, &to);
}

/* In memory that ends where the piece ends. */
static void
feed(const char *bytes, size_t n)
{
	char *piece = malloc(n > 0 ? n : 1);

	cr_assert_not_null(piece);
	if (n > 0)
		memcpy(piece, bytes, n);
	multipart_feed(&m, piece, n);
	free(piece);
}

static enum sess_err
finish(void)
{
	enum sess_err err = multipart_end(&m);

	why = m.why;
	cr_assert(err == SESS_OK ? !open_part : why != NULL);
	return err;
}

/* In pieces of so many bytes. */
static enum sess_err
parse(const char *bytes, size_t n, size_t piece)
{
	size_t i;

	start("X", 100);
	for (i = 0; i < n; i += piece)
		feed(bytes + i, n - i < piece ? n - i : piece);
	return finish();
}

static void
teardown(void)
{
	buf_release(&told);
}

TestSuite(multipart, .fini = teardown);

/* ---- the table ---------------------------------------------------------- */

#define D "--X\r\n"             /* the first delimiter */
#define N "\r\n--X\r\n"         /* the next one */
#define E "\r\n--X--\r\n"       /* the last one */
#define CD "Content-Disposition: "
#define F "form-data; name=\"a\""
#define A D CD F "\r\n\r\n"     /* up to the bytes of a field "a" */
#define H(header) D CD F "\r\n" header "\r\n\r\nv" E
#define V(value) D CD value "\r\n\r\nv" E

static const struct {
	const char *body;
	size_t n;
	const char *told;
	size_t told_len;
	const char *why;
} good[] = {
	{ BYTES("--X--"), BYTES(""), "no part: an empty form of a script" },
	{ BYTES("--X--\r\n"), BYTES(""), "the same, with an epilogue" },
	{ BYTES("\r\n--X--"), BYTES(""), "an empty preamble" },
	{ BYTES(A "1" E), BYTES("(a)1;"), "one" },
	{ BYTES(A "1\r\n--X--"), BYTES("(a)1;"), "no line end at the end" },
	{ BYTES(A "1" N CD "form-data; name=\"b\"\r\n\r\n2" E),
	    BYTES("(a)1;(b)2;"), "two" },
	{ BYTES(A "1" N CD F "\r\n\r\n2" E), BYTES("(a)1;(a)2;"), "kept" },
	{ BYTES(A E), BYTES("(a);"), "an empty value" },
	{ BYTES(A "--X--\r\n"), BYTES("(a);"),
	    "no body: the header's line end is the delimiter's" },
	{ BYTES(A D CD F "\r\n\r\n2" E), BYTES("(a);(a)2;"), "the same" },
	{ BYTES(A "\r\n" E), BYTES("(a)\r\n;"), "a line end" },
	{ BYTES(A "\r\n\r\n" E), BYTES("(a)\r\n\r\n;"), "two" },
	{ BYTES(A "1\r\n" E), BYTES("(a)1\r\n;"), "at the end" },
	{ BYTES(A "\r" E), BYTES("(a)\r;"), "CR" },
	{ BYTES(A "\n" E), BYTES("(a)\n;"), "LF" },
	{ BYTES(A "\r\r\r" E), BYTES("(a)\r\r\r;"), "CR CR CR" },
	{ BYTES(A "\n--X--\r\n" E), BYTES("(a)\n--X--\r\n;"),
	    "LF alone starts no delimiter" },
	{ BYTES(A "\r--X--" E), BYTES("(a)\r--X--;"), "nor does CR" },
	{ BYTES(A "--Y" E), BYTES("(a)--Y;"), "almost, at the start" },
	{ BYTES(A "-" E), BYTES("(a)-;"), "almost, at the start" },
	{ BYTES(A "--\r\n--x" E), BYTES("(a)--\r\n--x;"), "case counts" },
	{ BYTES(A "1--X--" E), BYTES("(a)1--X--;"), "within a line" },
	{ BYTES(A "\r\n-X" E), BYTES("(a)\r\n-X;"), "one dash" },
	{ BYTES(A "\r\n---X" E), BYTES("(a)\r\n---X;"), "three" },
	{ BYTES(A "\r\n --X" E), BYTES("(a)\r\n --X;"), "a blank before" },
	{ BYTES(A "\r\n--\r\n--" E), BYTES("(a)\r\n--\r\n--;"), "twice" },
	{ BYTES(A "\r\n-\r\r\n-\r\n" E), BYTES("(a)\r\n-\r\r\n-\r\n;"),
	    "cut by another" },
	{ BYTES(A "\0\1\377\0" E), BYTES("(a)\0\1\377\0;"), "any byte" },

	/* before the first delimiter, behind the last */
	{ BYTES("\r\n" A "1" E), BYTES("(a)1;"), "a line end before" },
	{ BYTES("\r\n\r\n" A "1" E), BYTES("(a)1;"),
	    "two: python-multipart, single_field_with_leading_newlines" },
	{ BYTES(A "1" E "more"), BYTES("(a)1;"), "an epilogue" },
	{ BYTES(A "1" E A "2" E), BYTES("(a)1;"), "it is no part" },
	{ BYTES(A "1" E "\0\r\r\n\n"), BYTES("(a)1;"), "nor looked at" },
	{ BYTES("--X \t \r\n" CD F "\r\n\r\n1\r\n--X\t\r\n" CD F
	    "\r\n\r\n2\r\n--X--  \t\r\n"), BYTES("(a)1;(a)2;"), "padding" },
	{ BYTES(A "1\r\n--X-- \t"), BYTES("(a)1;"), "at the very end" },

	/* Content-Disposition */
	{ BYTES(V("form-data; name=a")), BYTES("(a)v;"), "a token" },
	{ BYTES(V("FORM-Data; NAME=\"a\"")), BYTES("(a)v;"), "any case" },
	{ BYTES(D "content-DISPOSITION:" F "\r\n\r\nv" E), BYTES("(a)v;"),
	    "any case, no blank" },
	{ BYTES(V("\t form-data \t;\t name=\"a\" \t")), BYTES("(a)v;"),
	    "blanks" },
	{ BYTES(V(F ";")), BYTES("(a)v;"), "an empty parameter" },
	{ BYTES(V("form-data; name=\"\"")), BYTES("()v;"),
	    "an empty name is a name" },
	{ BYTES(V("form-data; x=y; z=\"name=q\"; name=\"a\"")),
	    BYTES("(a)v;"), "others" },
	{ BYTES(V("form-data; name=\"A; filename=b\"")),
	    BYTES("(A; filename=b)v;"), "inside a string" },
	{ BYTES(V("form-data; name=\"a[b]\"")), BYTES("(a[b])v;"),
	    "nothing nests" },
	{ BYTES(V("form-data; name=\"_charset_\"")), BYTES("(_charset_)v;"),
	    "no names of old" },
	{ BYTES(V("form-data; name=\"\xC3\xBC\xFF\x01\x7F\"")),
	    BYTES("(\xC3\xBC\xFF\x01\x7F)v;"), "bytes" },
	{ BYTES(V("form-data; filename=\"f\"; name=\"a\"")),
	    BYTES("(a|f)v;"), "in any order" },
	{ BYTES(V(F "; filename=\"\"")), BYTES("(a|)v;"), "no file" },
	{ BYTES(V(F "; filename=f.txt")), BYTES("(a|f.txt)v;"), "a token" },
	{ BYTES(V(F "; filename=\"../../etc/passwd\"")),
	    BYTES("(a|../../etc/passwd)v;"), "as it came" },
	{ BYTES(V(F "; filename=\"C:\\\"")), BYTES("(a|C:\\)v;"),
	    "a backslash is a backslash" },
	{ BYTES(V(F "; filename=\"C:\\\\x\\n\"")),
	    BYTES("(a|C:\\\\x\\n)v;"), "two are two" },
	{ BYTES(V("form-data; name=\"%22%0D%0A\"; filename=\"%0A%22\"")),
	    BYTES("(\"\r\n|\n\")v;"), "what browsers escape" },
	{ BYTES(V("form-data; name=\"%2522%25\"")), BYTES("(%2522%25)v;"),
	    "decoded once, and nothing else" },
	{ BYTES(V("form-data; name=\"%41%0d%0a%00%\"")),
	    BYTES("(%41%0d%0a%00%)v;"), "browsers write capitals" },
	{ BYTES(V("form-data; name=\"%2\"; filename=\"%\"")),
	    BYTES("(%2|%)v;"), "cut" },
	{ BYTES(V("form-data; name=\"%%22%2%22\"")), BYTES("(%\"%2\")v;"),
	    "half before a whole" },
	{ BYTES(V("form-data; name=%22")), BYTES("(%22)v;"),
	    "a token is no string" },
	{ BYTES(V(F "; filename*=UTF-8''evil.sh")), BYTES("(a)v;"),
	    "filename* is nobody's" },
	{ BYTES(V(F "; filename*=UTF-8''evil.sh; filename=\"good\"")),
	    BYTES("(a|good)v;"), "beside filename" },
	{ BYTES(V(F "; filename*0=ev; filename*1=il; name*=UTF-8''b")),
	    BYTES("(a)v;"), "nor are its pieces" },

	/* the other fields */
	{ BYTES(H("Content-Type: text/plain")), BYTES("(a|text/plain)v;"),
	    "a type" },
	{ BYTES(H("content-type:  text/plain; charset=\"x\" \t")),
	    BYTES("(a|text/plain; charset=\"x\")v;"), "as it came" },
	{ BYTES(H("Content-Type:")), BYTES("(a|)v;"), "an empty one" },
	{ BYTES(D "Content-Type: x\r\n" CD F "\r\n\r\nv" E),
	    BYTES("(a|x)v;"), "in any order" },
	{ BYTES(H("X-Any: \xFF\x01\r\nY:")), BYTES("(a)v;"), "others" },
	{ BYTES(H("Content-Transfer-Encoding: 7bit")), BYTES("(a)v;"), "" },
	{ BYTES(H("Content-Transfer-Encoding: 8BIT")), BYTES("(a)v;"), "" },
	{ BYTES(H("content-transfer-encoding:binary")), BYTES("(a)v;"), "" },
	{ BYTES(H("Content-Type: multipart/mixed; boundary=X")),
	    BYTES("(a|multipart/mixed; boundary=X)v;"), "nothing nests" },
};

static const struct {
	const char *body;
	size_t n;
	const char *why;
} bad[] = {
	{ BYTES(""), "nothing" },
	{ BYTES("--X"), "no line end" },
	{ BYTES("--X\r\n"), "a delimiter" },
	{ BYTES("--X-"), "half of the last" },
	{ BYTES("\r\n"), "a line end" },
	{ BYTES(A "1"), "no end" },
	{ BYTES(A "1" N), "no end" },
	{ BYTES(A "1\r\n--Y--\r\n"), "another boundary" },
	{ BYTES(A "1\r\n--x--\r\n"), "case counts" },
	{ BYTES(A "1--X--\r\n"), "no line end before the last" },
	{ BYTES("--X\n" CD F "\n\n1\n--X--\n"), "LF alone" },
	{ BYTES("--X\r\n" CD F "\n\r\n1" E), "LF alone behind a field" },
	{ BYTES("--X\r\n" CD F "\r\n\n1" E), "... behind the header" },
	{ BYTES("--X\r" CD F "\r\n\r\n1" E), "CR alone" },
	{ BYTES(A "1\n--X--\n"), "LF before the last" },
	{ BYTES(A "1\r\n--X--\n"), "... behind it" },
	{ BYTES(A "1\r\n--X--\r"), "half a line end" },
	{ BYTES(A "1\r\n--X--\r--X--"), "CR alone" },
	{ BYTES(A "1\r\n--X--x\r\n"), "something behind the last" },
	{ BYTES(A "1\r\n--X---\r\n"), "a third dash" },
	{ BYTES(A "1\r\n--X -- \r\n" E), "padding within" },
	{ BYTES(A "1\r\n--Xx\r\n" E), "a longer boundary" },
	{ BYTES(A "1\r\n--X-\r\n" E), "one dash" },
	{ BYTES(A "1\r\n--X-x\r\n" E), "one dash" },
	{ BYTES(A "1\r\n--X x\r\n" E), "something in the padding" },
	{ BYTES("--Xx--\r\n" A "1" E), "the first one too" },

	{ BYTES(D "\r\nv" E), "no header" },
	{ BYTES(D "X: y\r\n\r\nv" E), "no Content-Disposition" },
	{ BYTES(V("")), "an empty one" },
	{ BYTES(V("form-data")), "no name" },
	{ BYTES(V("form-data;")), "no name" },
	{ BYTES(V("form-data; filename=\"f\"")), "no name" },
	{ BYTES(V("form-data; name*=UTF-8''a")), "name* is none" },
	{ BYTES(V("attachment; name=\"a\"")), "no form-data" },
	{ BYTES(V("form-datax; name=\"a\"")), "no form-data" },
	{ BYTES(V("form-data name=\"a\"")), "no ;" },
	{ BYTES(V("\"form-data\"; name=\"a\"")), "quoted" },
	{ BYTES(V("name=\"a\"; form-data")), "the order" },
	{ BYTES(V("form-data; name")), "no value" },
	{ BYTES(V("form-data; name=")), "no value" },
	{ BYTES(V("form-data; name=;x=y")), "no value" },
	{ BYTES(V("form-data; =\"a\"")), "no name of it" },
	{ BYTES(V("form-data; name =\"a\"")), "blank before the =" },
	{ BYTES(V("form-data; name= \"a\"")), "blank behind it" },
	{ BYTES(V("form-data; name=\"a")), "not closed" },
	{ BYTES(V("form-data; name=\"")), "not closed" },
	{ BYTES(V("form-data; name=\"a\"b")), "something behind" },
	{ BYTES(V("form-data; name=\"a\" b=c")), "something behind" },
	{ BYTES(V("form-data; name=\"a\\\"b\"")), "\\ escapes nothing" },
	{ BYTES(V("form-data; name=a b")), "blank in a token" },
	{ BYTES(V("form-data; name=\xC3\xBC")), "no token" },
	{ BYTES(V("form-data; name='a b'")), "no such quotes" },
	{ BYTES(V(F "; name=\"b\"")), "a name twice" },
	{ BYTES(V(F "; NAME=b")), "a name twice" },
	{ BYTES(V(F "; filename=x; filename=y")), "a filename twice" },
	{ BYTES(V(F "; filename=\"a\0b\"")), "NUL" },
	{ BYTES(V(F "; filename=\"a\rb\"")), "CR" },
	{ BYTES(V(F "; filename=\"a\nb\"")), "LF" },
	{ BYTES(V(F "; filename=\"a\r\nX: b\"")), "a line in a name" },
	{ BYTES(H(CD F)), "twice" },
	{ BYTES(H(CD "form-data; name=\"b\"")), "twice" },
	{ BYTES(V("form-data;\r\n name=\"a\"")), "folded" },
	{ BYTES(H("X: y\r\n z")), "folded" },
	{ BYTES(H("X: y\r\n\tz")), "folded" },
	{ BYTES(D " " CD F "\r\n\r\nv" E), "a blank in front" },
	{ BYTES(H("X")), "no colon" },
	{ BYTES(H(": x")), "no name" },
	{ BYTES(H("X : y")), "blank before the colon" },
	{ BYTES(H("X y: z")), "blank in a name" },
	{ BYTES(H("X\0: y")), "NUL" },
	{ BYTES(H("X: \0")), "NUL" },
	{ BYTES(H("X: a\rb")), "CR" },
	{ BYTES(H("X: a\nb: c")), "LF" },
	{ BYTES(H("Content-Type: a\r\nContent-Type: a")), "twice" },
	{ BYTES(H("Content-Type: a\x01")), "a control" },
	{ BYTES(H("Content-Type: a\x7F")), "a control" },
	{ BYTES(H("Content-Transfer-Encoding: base64")), "base64" },
	{ BYTES(H("Content-Transfer-Encoding: quoted-printable")), "of mail" },
	{ BYTES(H("Content-Transfer-Encoding: 7bit, base64")), "two" },
	{ BYTES(H("Content-Transfer-Encoding:")), "an empty one" },
	{ BYTES(H("Content-Transfer-Encoding: 7bit\r\n"
	    "Content-Transfer-Encoding: base64")), "the second counts too" },
};

/*
 * The first delimiter is damaged, and behind it comes a form that is whole:
 * a reader that looks for the next delimiter loses a part, and tells nobody.
 */
static const struct {
	const char *body;
	size_t n;
	const char *why;
} damaged[] = {
	{ BYTES("x" A "1" N CD F "\r\n\r\n2" E), "a byte before" },
	{ BYTES("A" A "1\r\n--X--\r\n"), "Rack, preceding_boundary" },
	{ BYTES("--W\r\n" CD F "\r\n\r\n1\r\n--X--"),
	    "python-multipart, bad_initial_boundary" },
	{ BYTES("--W\r\n" CD F "\r\n\r\n1" N CD F "\r\n\r\n2" E),
	    "the same, and a part behind it" },
	{ BYTES("--x\r\n" A "1" E), "python-multipart, bad_start_boundary" },
	{ BYTES("--\r\n" A "1" E), "no boundary" },
	{ BYTES("-X\r\n" A "1" E), "one dash" },
	{ BYTES("---X\r\n" A "1" E), "three" },
	{ BYTES("-" A "1" E), "three" },
	{ BYTES("X\r\n" A "1" E), "no dash" },
	{ BYTES(" " A "1" E), "a blank before" },
	{ BYTES("\n" A "1" E), "LF before" },
	{ BYTES("\r" A "1" E), "CR before" },
	{ BYTES("\r\r\n" A "1" E), "CR before a line end" },
	{ BYTES("\n\r\n" A "1" E), "LF before a line end" },
	{ BYTES("\r\n\n" A "1" E), "LF behind it" },
	{ BYTES("\r\nx" A "1" E), "a byte behind it" },
	{ BYTES("\r\n-" A "1" E), "a dash behind it" },
	{ BYTES("\xEF\xBB\xBF" A "1" E), "a byte order mark" },
	{ BYTES("\0" A "1" E), "NUL" },
	{ BYTES("for mail\r\n" A "1" E), "a preamble of mail" },
	{ BYTES("MIME-Version: 1.0\r\n\r\n" A "1" E), "a header of mail" },
	{ BYTES("-\r\n-\r\n--\r\n--x\n--X\r\r\n" A "1" E), "almost" },
	{ BYTES("x--X--\r\n" A "1" E), "the last one within a line" },
	{ BYTES("\r\n\r\nx--X--\r\n" A "1" E), "behind line ends" },
};

static bool
was_told(const char *expected, size_t len)
{
	return told.len == len && memcmp(told.data, expected, len) == 0;
}

Test(multipart, r27_parts_are_found_as_the_standards_say)
{
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		cr_assert_eq(parse(good[i].body, good[i].n, SIZE_MAX / 2),
		    SESS_OK, "row %zu: %s: %s", i, good[i].why, why);
		cr_assert(was_told(good[i].told, good[i].told_len),
		    "row %zu: %s: %s", i, good[i].why, told.data);
	}
}

Test(multipart, r27_what_is_malformed_is_refused)
{
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		cr_assert_eq(parse(bad[i].body, bad[i].n, SIZE_MAX / 2),
		    SESS_ESYNTAX, "row %zu: %s: %s", i, bad[i].why,
		    told.data);
		cr_assert_eq(strncmp(why, "form: ", 6), 0, "row %zu", i);
	}
}

Test(multipart, r91_a_form_whose_first_delimiter_is_damaged_is_refused)
{
	size_t i;

	for (i = 0; i < sizeof damaged / sizeof *damaged; i++) {
		cr_expect_eq(parse(damaged[i].body, damaged[i].n,
		    SIZE_MAX / 2), SESS_ESYNTAX, "row %zu: %s: %s", i,
		    damaged[i].why, told.data);
		cr_expect_eq(told.len, 0, "row %zu: %s", i, told.data);
	}
}

/* ---- cut into pieces ---------------------------------------------------- */

/* What came of it the last time, to compare with. */
static struct buf before;
static enum sess_err before_err;

static void
remember(enum sess_err err)
{
	buf_release(&before);
	before = (struct buf)BUF_INIT(64 << 20);
	buf_add(&before, told.data, told.len);
	before_err = err;
}

static void
expect_same(enum sess_err err, size_t row, size_t cut)
{
	cr_assert_eq(err, before_err, "row %zu, cut at %zu", row, cut);
	cr_assert(was_told(before.data, before.len), "row %zu, cut at %zu",
	    row, cut);
}

static void
cut_everywhere(const char *body, size_t n, size_t row)
{
	size_t cut;

	remember(parse(body, n, SIZE_MAX / 2));
	for (cut = 0; cut <= n; cut++) {
		start("X", 100);
		feed(body, cut);
		feed(body + cut, n - cut);
		expect_same(finish(), row, cut);
	}
	for (cut = 1; cut <= 9; cut++)
		expect_same(parse(body, n, cut), row, cut);
	buf_release(&before);
}

Test(multipart, r27_every_body_cut_at_every_byte_gives_the_same)
{
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++)
		cut_everywhere(good[i].body, good[i].n, i);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		cut_everywhere(bad[i].body, bad[i].n, 1000 + i);
	for (i = 0; i < sizeof damaged / sizeof *damaged; i++)
		cut_everywhere(damaged[i].body, damaged[i].n, 2000 + i);
}

/* Up to the last dash of the last delimiter, nothing is a whole form. */
Test(multipart, r27_every_body_that_is_short_is_malformed)
{
	static const char body[] = "\r\n" A "1" N CD F
	    "; filename=\"f\"\r\nContent-Type: x\r\n\r\n\r\n--\r\n--X--";
	size_t n;

	cr_assert_eq(parse(body, sizeof body - 1, 1), SESS_OK);
	for (n = 0; n < sizeof body - 1; n++)
		cr_assert_eq(parse(body, n, SIZE_MAX / 2), SESS_ESYNTAX,
		    "%zu bytes", n);
}

Test(multipart, r27_the_first_error_sticks)
{
	start("X", 100);
	feed(BYTES("--Xx"));
	feed(BYTES(A "1" E));
	cr_assert_eq(finish(), SESS_ESYNTAX);
	cr_assert_eq(told.len, 0);
}

/* ---- boundaries --------------------------------------------------------- */

#define SEVENTY "0123456789012345678901234567890123456789" \
	"012345678901234567890123456789"

Test(multipart, r27_a_boundary_has_1_to_70_bytes)
{
	static const char *const boundaries[] = { "X", "-", "--", "'()+_,-./:=?",
		"a b", "----WebKitFormBoundary7MA4YWxkTrZu0gW", SEVENTY };
	char body[512];
	size_t i;

	for (i = 0; i < sizeof boundaries / sizeof *boundaries; i++) {
		const char *b = boundaries[i];
		int n = snprintf(body, sizeof body, "--%s\r\n" CD F "\r\n\r\n"
		    "-\r\n--%.*s\r\n\r\n--%s--\r\n", b, (int)strlen(b) - 1,
		    b, b);

		start(b, 100);
		feed(body, (size_t)n);
		cr_assert_eq(finish(), SESS_OK, "<%s>: %s", b, why);
		cr_assert_eq(strncmp(told.data, "(a)-\r\n--", 8), 0, "<%s>",
		    b);
	}
}

/* ---- caps, each at n and n + 1 ------------------------------------------ */

static char big[4 << 20];

/* `head`, n bytes, `tail`; the length of it all. */
static size_t
around(const char *head, char c, size_t n, const char *tail)
{
	size_t h = strlen(head), t = strlen(tail);

	cr_assert_lt(h + n + t, sizeof big);
	memcpy(big, head, h);
	memset(big + h, c, n);
	memcpy(big + h + n, tail, t);
	return h + n + t;
}

/* Whole, byte by byte, and in pieces of an odd size. */
static void
expect_all(size_t n, enum sess_err err, const char *what)
{
	static const size_t pieces[] = { SIZE_MAX / 2, 1, 8191 };
	size_t i;

	for (i = 0; i < 3; i++)
		cr_assert_eq(parse(big, n, pieces[i]), err, "%s: pieces of "
		    "%zu: %s", what, pieces[i], why);
	cr_assert(err == SESS_OK || strstr(why, what) != NULL, "%s", why);
}

/* python-multipart, test_multipart_parser_preamble_before_first_boundary */
Test(multipart, r91_line_ends_before_the_first_delimiter_are_no_limit)
{
	size_t i, n = 1 << 20;

	for (i = 0; i < n; i += 2)
		memcpy(big + i, "\r\n", 2);
	memcpy(big + n, BYTES(A "1" E));
	expect_all(n + sizeof(A "1" E) - 1, SESS_OK, "");
	cr_assert(was_told(BYTES("(a)1;")));
	big[n / 2] = 'x';
	expect_all(n + sizeof(A "1" E) - 1, SESS_ESYNTAX, "before the first");
}

Test(multipart, r27_a_header_has_8_kib_and_not_a_byte_more)
{
	static const char head[] = D CD F "\r\nX: ";
	const size_t own = sizeof head - 1 - 5 + 4;     /* without D; ends */

	expect_all(around(head, 'x', 8192 - own, "\r\n\r\n1" E), SESS_OK, "");
	expect_all(around(head, 'x', 8193 - own, "\r\n\r\n1" E), SESS_EBODY,
	    "header over");
	expect_all(around(head, 'x', sizeof big / 2, ""), SESS_EBODY,
	    "header over");
	cut_everywhere(big, around(head, 'x', 8192 - own, "\r\n\r\n1" E), 0);
	cut_everywhere(big, around(head, 'x', 8193 - own, "\r\n\r\n1" E), 1);
}

Test(multipart, r27_a_header_has_16_fields_and_not_one_more)
{
	static const char field[] = "X: y\r\n";
	char head[400] = D CD F "\r\n";
	size_t n = strlen(head), i;

	for (i = 1; i < 16; i++, n += sizeof field - 1)
		memcpy(head + n, field, sizeof field);
	expect_all(around(head, 'x', 0, "\r\n1" E), SESS_OK, "");
	expect_all(around(head, 'x', 0, "Z: y\r\n\r\n1" E), SESS_EBODY,
	    "too many header fields");
}

Test(multipart, r27_there_are_as_many_parts_as_allowed_and_not_one_more)
{
	static const size_t maxima[] = { 1, 2, 100, 1000 };
	static const char part[] = CD F "\r\n\r\n1" N;
	struct buf body = BUF_INIT(1 << 20);
	size_t i, k;

	for (i = 0; i < 4; i++) {
		body.len = 0;
		buf_adds(&body, D);
		for (k = 1; k < maxima[i]; k++)
			buf_adds(&body, part);
		start("X", maxima[i]);
		feed(body.data, body.len);
		feed(BYTES(CD F "\r\n\r\n1" E));
		cr_assert_eq(finish(), SESS_OK, "%zu parts", maxima[i]);
		start("X", maxima[i]);
		feed(body.data, body.len);
		feed(BYTES(CD F "\r\n\r\n1" N CD F "\r\n\r\n1" E));
		cr_assert_eq(finish(), SESS_EBODY, "%zu parts", maxima[i] + 1);
		cr_assert_str_eq(why, "form over max_parts");
	}
	buf_release(&body);
}

/* ---- time and memory ---------------------------------------------------- */

/* Memory is the struct's: there is no other (see multipart.h). */
Test(multipart, r27_a_parser_is_small)
{
	cr_assert_leq(sizeof(struct multipart), 16384);
}

static const char *const hostile[] = { "\r", "-", "\n", "\r\n", "\r\n--",
	"\r\n--Y", "--X", "\r\r\n--", "\r\n--\r\n--\r", "x", "\r-" };

#define HOSTILE (sizeof hostile / sizeof *hostile)

static void
fill(char *at, size_t n, const char *with)
{
	size_t i, len = strlen(with);

	for (i = 0; i < n; i++)
		at[i] = with[i % len];
}

Test(multipart, r27_a_mebibyte_of_anything_comes_through)
{
	static char value[1 << 20];
	size_t i;

	alarm(120);
	for (i = 0; i < HOSTILE; i++) {
		fill(value, sizeof value, hostile[i]);
		value[0] = 'v';
		start("X", 100);
		feed(BYTES(A));
		feed(value, sizeof value);
		feed(BYTES(E));
		cr_assert_eq(finish(), SESS_OK, "<%s>: %s", hostile[i], why);
		cr_assert_eq(told.len, sizeof value + 4, "<%s>", hostile[i]);
		cr_assert_eq(memcmp(told.data + 3, value, sizeof value), 0,
		    "<%s>", hostile[i]);
	}
}

static enum sess_err
nothing_part(void *arg, const struct part *part, const char **w)
{
	(void)arg;
	(void)part;
	(void)w;
	return SESS_OK;
}

static enum sess_err
nothing_bytes(void *arg, const char *s, size_t n, const char **w)
{
	(void)arg;
	(void)s;
	(void)n;
	(void)w;
	return SESS_OK;
}

static enum sess_err
nothing_end(void *arg, const char **w)
{
	(void)arg;
	(void)w;
	return SESS_OK;
}

#define LONG "--X-----------------Y"
#define HEAD LONG "\r\n" CD F

/* Each place where bytes are looked at: there, many of these, and then that. */
static const struct place { const char *head, *with, *tail; } places[] = {
	{ "", "\r\n", "" }, { "", "-", "" }, { "", "\r\n--X------", "" },
	{ LONG, " ", "" },
	{ LONG "\r\n", "x", "" }, { LONG "\r\n", "\r", "" },
	{ LONG "\r\n" CD "form-data; name=\"", "%22", "\"\r\n\r\n" },
	{ LONG "\r\n" CD "form-data; name=\"", "%", "\"\r\n\r\n" },
	{ HEAD, ";", "\r\n\r\n" }, { HEAD, " ;a=b", "\r\n\r\n" },
	{ HEAD, ";filename*=UTF-8''x", "\r\n\r\n" },
	{ HEAD "\r\nX:", " ", "\r\n\r\n" },
	{ HEAD "\r\nX", "x", ":\r\n\r\n" },
	{ HEAD "\r\n\r\n", "\r", "" }, { HEAD "\r\n\r\n", "-", "" },
	{ HEAD "\r\n\r\n", "x", "" }, { HEAD "\r\n\r\n", "\r\n--X----", "" },
	{ HEAD "\r\n\r\n", "\r\n", "" }, { HEAD "\r\n\r\n", "\r\r\n--", "" },
	{ LONG "--\r\n", "\r\n" LONG, "" },
};

static const struct place *place;

static void
parse_only(void *text)
{
	static const struct multipart_to nobody = { nothing_part,
		nothing_bytes, nothing_end, NULL };

	multipart_init(&m, LONG + 2, 100000, &nobody);
	multipart_feed(&m, place->head, strlen(place->head));
	multipart_feed(&m, text, strlen(text));
	multipart_feed(&m, place->tail, strlen(place->tail));
}

Test(multipart, r27_work_grows_with_the_length_and_not_with_its_square)
{
	static char text[121];
	size_t i;

	for (i = 0; i < sizeof places / sizeof *places; i++) {
		place = &places[i];
		fill(text, sizeof text - 1, place->with);
		cr_assert(steps_linear(parse_only, text, sizeof text - 1,
		    1000000), "<%s><%s>", place->head, place->with);
	}
}

/* test_encode.c - bytes written so that they are safe where they go. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "guard.h"
#include "utf8.h"

#define FFFD "\xEF\xBF\xBD"
#define BYTES(text) text, sizeof text - 1

typedef void encoder(struct buf *, const char *, size_t);

/* What the encoder makes of bytes that end where memory ends. */
static struct buf
encoded(encoder *encode, const char *bytes, size_t n)
{
	struct buf b = BUF_INIT(1 << 20);
	char *in = guard(bytes, n);

	encode(&b, in, n);
	unguard(in, n);
	cr_assert_eq(b.err, SESS_OK);
	return b;
}

/* ---- base64url and hex --------------------------------------------------- */

Test(encode, base64url_is_that_of_rfc_4648)
{
	static const struct { const char *bytes; size_t n; const char *text; }
	rows[] = {
		{ BYTES(""), "" }, { BYTES("f"), "Zg" }, { BYTES("fo"), "Zm8" },
		{ BYTES("foo"), "Zm9v" }, { BYTES("foob"), "Zm9vYg" },
		{ BYTES("fooba"), "Zm9vYmE" }, { BYTES("foobar"), "Zm9vYmFy" },
		{ BYTES("\0\0\0"), "AAAA" }, { BYTES("\xFF\xFF\xFF"), "____" },
		{ BYTES("\xFB\xEF\xBE"), "----" },
		{ BYTES("\x00\x10\x83\x10\x51\x87"), "ABCDEFGH" },
	};
	uint8_t back[16];
	char out[16];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *text = rows[i].text;
		size_t n = rows[i].n;

		encode_base64url(out, (const uint8_t *)rows[i].bytes, n);
		cr_assert_str_eq(out, text, "row %zu", i);
		cr_assert_eq(BASE64URL_LEN(n), strlen(text), "row %zu", i);
		cr_assert(decode_base64url(back, n, text, strlen(text)));
		cr_assert_eq(memcmp(back, rows[i].bytes, n), 0, "row %zu", i);
	}
}

Test(encode, base64url_comes_back_and_needs_no_quotes_anywhere)
{
	uint8_t in[80], back[80];
	char out[128];
	size_t n, i, round;

	for (n = 0; n <= sizeof in; n++)
		for (round = 0; round < 20; round++) {
			for (i = 0; i < n; i++)
				in[i] = (uint8_t)(rand() >> 7);
			memset(out, 'x', sizeof out);
			encode_base64url(out, in, n);
			cr_assert_eq(strlen(out), BASE64URL_LEN(n));
			cr_assert_eq(strspn(out, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789-_"),
			    strlen(out), "%s", out);
			cr_assert(decode_base64url(back, n, out, strlen(out)));
			cr_assert_eq(memcmp(back, in, n), 0, "%zu bytes", n);
		}
}

Test(encode, base64url_has_one_spelling_only)
{
	static const struct { const char *text; size_t n; const char *why; }
	rows[] = {
		{ "Zg==", 1, "padding" }, { "Zg=", 1, "padding" },
		{ "Zh", 1, "bits beyond the last byte" },
		{ "Zm9", 2, "bits beyond the last byte" },
		{ "Z", 1, "too short" }, { "Zm8", 1, "too long" },
		{ "Zg", 2, "of another length" }, { "", 1, "empty" },
		{ "Zm9v", 0, "of another length" },
		{ "Zm 9", 3, "blank" }, { "Zm9\n", 3, "line end" },
		{ "Zm+/", 3, "the other alphabet" }, { "Zm9%", 3, "%" },
		{ "Zm9\x80", 3, "not ASCII" }, { "Zm9\xFF", 3, "not ASCII" },
	};
	uint8_t out[8];
	char text[5] = "AAAA";
	size_t i;
	int c;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *in = guard(rows[i].text, strlen(rows[i].text));

		cr_assert_not(decode_base64url(out, rows[i].n, in,
		    strlen(rows[i].text)), "row %zu: %s", i, rows[i].why);
		unguard(in, strlen(rows[i].text));
	}
	for (c = 0; c < 256; c++) {
		bool digit = (c >= '0' && c <= '9') || c == '-' || c == '_' ||
		    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		text[2] = (char)c;
		cr_assert_eq(decode_base64url(out, 3, text, 4), digit,
		    "byte %d", c);
	}
}

Test(encode, hex_has_two_digits_a_byte)
{
	struct buf b = BUF_INIT(512);
	uint8_t all[256];
	char two[3];
	int c;

	for (c = 0; c < 256; c++)
		all[c] = (uint8_t)c;
	encode_hex(&b, all, sizeof all);
	cr_assert_eq(b.len, 512);
	for (c = 0; c < 256; c++) {
		snprintf(two, sizeof two, "%02x", (unsigned)c);
		cr_assert_eq(memcmp(b.data + 2 * c, two, 2), 0, "byte %d", c);
		cr_assert_eq(hex_digit((char)c),
		    c >= '0' && c <= '9' ? c - '0' :
		    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1, "byte %d", c);
	}
	buf_release(&b);
}

/* ---- HTML ---------------------------------------------------------------- */

static const struct { const char *bytes; size_t n; const char *html; }
html_rows[] = {
	{ BYTES(""), "" },
	{ BYTES("plain"), "plain" },
	{ BYTES("<script>alert('x')</script>"),
	    "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" },
	{ BYTES("\" onload=\"x"), "&quot; onload=&quot;x" },
	{ BYTES("' onload='x"), "&#39; onload=&#39;x" },
	{ BYTES("&lt;"), "&amp;lt;" },
	{ BYTES("&amp;amp;"), "&amp;amp;amp;" },
	{ BYTES("&#60;"), "&amp;#60;" },
	{ BYTES("<!--"), "&lt;!--" },
	{ BYTES("]]>"), "]]&gt;" },
	{ BYTES("a\0b"), "a" FFFD "b" },
	{ BYTES("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80"),
	    "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80" },
	{ BYTES("\xC3<b>"), FFFD "&lt;b&gt;" },
	{ BYTES("\xE2\x82<"), FFFD "&lt;" },
	{ BYTES("\xC0\xBCscript>"), FFFD FFFD "script&gt;" },
	{ BYTES("\xF0\x9F\x98"), FFFD },
	{ BYTES("\xC3\""), FFFD "&quot;" },
	{ BYTES("+ADw-script+AD4-"), "+ADw-script+AD4-" },
};

Test(encode, r42_html_of_hostile_texts)
{
	size_t i;

	for (i = 0; i < sizeof html_rows / sizeof *html_rows; i++) {
		struct buf b = encoded(encode_html, html_rows[i].bytes,
		    html_rows[i].n);

		cr_assert_str_eq(b.data, html_rows[i].html, "row %zu", i);
		buf_release(&b);
	}
}

/* Nothing that begins or ends a tag, an attribute or an entity. */
static void
expect_inert(const struct buf *b, const char *why, unsigned row)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;",
		"&quot;", "&#39;", "&#13;" };
	const char *at = b->data;
	size_t i;

	cr_assert_eq(strlen(at), b->len, "%s %04x: NUL", why, row);
	cr_assert(utf8_valid(at, b->len), "%s %04x: UTF-8", why, row);
	cr_assert_eq(strcspn(at, "<>\"'"), b->len, "%s %04x: %s", why, row,
	    at);
	for (; (at = strchr(at, '&')) != NULL; at++) {
		for (i = 0; i < 6; i++)
			if (strncmp(at, entities[i], strlen(entities[i])) == 0)
				break;
		cr_assert_lt(i, 6, "%s %04x: %s", why, row, at);
	}
}

Test(encode, r42_html_of_every_two_bytes_is_inert)
{
	char two[3] = "";
	unsigned i;

	for (i = 0; i < 0x10000; i++) {
		struct buf b = BUF_INIT(64);

		two[0] = (char)(i >> 8);
		two[1] = (char)i;
		encode_html(&b, two, 2);
		expect_inert(&b, "bytes", i);
		buf_release(&b);
	}
}

/*
 * What a browser's parser makes of text between tags, or of a quoted
 * attribute: line ends are normalised first (HTML, 13.2.3.5), then entities
 * are replaced.
 */
static void
parse_html(char *out, const char *html)
{
	static const struct { const char *entity; char c; } entities[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&quot;", '"' }, { "&#39;", '\'' }, { "&#13;", '\r' },
	};
	size_t i;

	while (*html != '\0') {
		for (i = 0; i < 6; i++)
			if (strncmp(html, entities[i].entity,
			    strlen(entities[i].entity)) == 0)
				break;
		if (i < 6) {
			*out++ = entities[i].c;
			html += strlen(entities[i].entity);
		} else if (*html == '\r') {
			*out++ = '\n';
			html += html[1] == '\n' ? 2 : 1;
		} else
			*out++ = *html++;
	}
	*out = '\0';
}

static void
expect_html_back(const char *text)
{
	struct buf b = encoded(encode_html, text, strlen(text));
	char *back = malloc(b.len + 1);

	cr_assert_not_null(back);
	parse_html(back, b.data);
	cr_assert_str_eq(back, text, "%s", b.data);
	free(back);
	buf_release(&b);
}

Test(encode, r42_html_gives_the_same_text_back)
{
	char text[] = "a?b";
	size_t i;
	int c;

	for (c = 1; c < 128; c++) {
		text[1] = (char)c;
		if (c != '\r')
			expect_html_back(text);
	}
	for (i = 0; i < sizeof html_rows / sizeof *html_rows; i++)
		if (utf8_text(html_rows[i].bytes, html_rows[i].n))
			expect_html_back(html_rows[i].bytes);
	expect_html_back("\n two\n lines\n");
}

/* A parser makes a line feed of a bare one, and of the two of a line end. */
Test(encode, r42_html_gives_carriage_returns_back)
{
	expect_html_back("one\r\ntwo");
	expect_html_back("\r");
}

/* ---- JSON ---------------------------------------------------------------- */

static const struct { const char *bytes; size_t n; const char *json; }
json_rows[] = {
	{ BYTES(""), "\"\"" },
	{ BYTES("a\"b\\c/"), "\"a\\\"b\\\\c/\"" },
	{ BYTES("\b\f\n\r\t"), "\"\\u0008\\u000c\\n\\r\\t\"" },
	{ BYTES("\0\x01\x1F\x7F"), "\"\\u0000\\u0001\\u001f\x7F\"" },
	{ BYTES("</script><!--"), "\"\\u003c/script>\\u003c!--\"" },
	{ BYTES("\xE2\x82\xAC"), "\"\xE2\x82\xAC\"" },
	{ BYTES("\xF0\x9F\x98\x80"), "\"\xF0\x9F\x98\x80\"" },
	{ BYTES("\xC3\""), "\"" FFFD "\\\"\"" },
	{ BYTES("\xED\xA0\x80"), "\"" FFFD FFFD FFFD "\"" },
	{ BYTES("\xE2\x82"), "\"" FFFD "\"" },
};

/* A JSON string's text (RFC 8259, 7), or NULL where it is none. */
static char *
parse_json(const struct buf *json, size_t *n)
{
	char *out = malloc(json->len + 1), *to = out;
	const char *s = json->data, *end = s + json->len - 1;
	static const char escapes[] = "\"\\/bfnrt", bytes[] =
	    "\"\\/\b\f\n\r\t";
	const char *at;
	unsigned code;

	cr_assert(out != NULL && json->len >= 2 && *s == '"' && *end == '"');
	for (s++; s < end; s++) {
		cr_assert((unsigned char)*s >= ' ' && *s != '"', "%s", s);
		if (*s != '\\')
			*to++ = *s;
		else if (*++s == 'u') {
			cr_assert_eq(sscanf(s + 1, "%4x", &code), 1);
			cr_assert_lt(code, 0x80);
			*to++ = (char)code;
			s += 4;
		} else {
			at = *s != '\0' ? strchr(escapes, *s) : NULL;
			cr_assert_not_null(at, "%s", s);
			*to++ = bytes[at - escapes];
		}
	}
	cr_assert_eq(s, end);
	*n = (size_t)(to - out);
	return out;
}

Test(encode, r42_json_of_hostile_texts)
{
	size_t i, n;

	for (i = 0; i < sizeof json_rows / sizeof *json_rows; i++) {
		struct buf b = encoded(encode_json, json_rows[i].bytes,
		    json_rows[i].n);
		char *back = parse_json(&b, &n);

		cr_assert_str_eq(b.data, json_rows[i].json, "row %zu", i);
		if (utf8_valid(json_rows[i].bytes, json_rows[i].n))
			cr_assert(n == json_rows[i].n &&
			    memcmp(back, json_rows[i].bytes, n) == 0,
			    "row %zu: back", i);
		free(back);
		buf_release(&b);
	}
}

Test(encode, r42_json_of_every_two_bytes_is_a_string_and_ends_no_script)
{
	char two[3] = "";
	unsigned i;
	size_t n;

	for (i = 0; i < 0x10000; i++) {
		struct buf b = BUF_INIT(64);
		char *back;

		two[0] = (char)(i >> 8);
		two[1] = (char)i;
		encode_json(&b, two, 2);
		back = parse_json(&b, &n);
		if (utf8_valid(two, 2))
			cr_assert(n == 2 && memcmp(back, two, 2) == 0,
			    "%04x", i);
		cr_assert(utf8_valid(b.data, b.len), "%04x", i);
		cr_assert_null(strchr(b.data, '<'), "%04x", i);
		free(back);
		buf_release(&b);
	}
}

/* ---- URLs ---------------------------------------------------------------- */

Test(encode, r42_url_keeps_the_unreserved_and_escapes_all_else)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	char byte, expected[4];
	int c;

	for (c = 0; c < 256; c++) {
		struct buf b;

		byte = (char)c;
		b = encoded(encode_url, &byte, 1);
		if (c != 0 && strchr(unreserved, c) != NULL)
			snprintf(expected, sizeof expected, "%c", c);
		else
			snprintf(expected, sizeof expected, "%%%02X",
			    (unsigned)c);
		cr_assert_str_eq(b.data, expected, "byte %d", c);
		buf_release(&b);
	}
}

/* ---- limits -------------------------------------------------------------- */

Test(encode, nothing_is_written_over_the_maximum)
{
	static encoder *const encoders[] = { encode_html, encode_json,
		encode_url };
	static const char text[] = "a<\"\xC3\x9F\xFF&\0z";
	size_t i, max;

	for (i = 0; i < 3; i++) {
		struct buf whole = encoded(encoders[i], BYTES(text));

		for (max = 0; max <= whole.len; max++) {
			struct buf b = BUF_INIT(max);

			encoders[i](&b, BYTES(text));
			cr_assert_leq(b.len, max);
			cr_assert_eq(b.err, max < whole.len ? SESS_ELIMIT :
			    SESS_OK, "encoder %zu, maximum %zu", i, max);
			cr_assert_eq(memcmp(b.data, whole.data, b.len), 0);
			buf_release(&b);
		}
		buf_release(&whole);
	}
}

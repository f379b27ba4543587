/* encode.c - bytes written so that they are safe where they go. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "encode.h"
#include "utf8.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
encode_base64url(char *out, const uint8_t *in, size_t n)
{
	uint32_t bits = 0;
	int have = 0;

	while (n-- > 0) {
		bits = bits << 8 | *in++;
		for (have += 8; have >= 6; have -= 6)
			*out++ = alphabet[bits >> (have - 6) & 63];
	}
	if (have > 0)
		*out++ = alphabet[bits << (6 - have) & 63];
	*out = '\0';
}

static int
base64url_digit(char c)
{
	const char *at = c != '\0' ? strchr(alphabet, c) : NULL;

	return at != NULL ? (int)(at - alphabet) : -1;
}

bool
decode_base64url(uint8_t *out, size_t n, const char *text, size_t len)
{
	uint32_t bits = 0;
	int have = 0, digit;
	size_t i;

	if (len != BASE64URL_LEN(n))
		return false;
	for (i = 0; i < len; i++) {
		if ((digit = base64url_digit(text[i])) < 0)
			return false;
		bits = bits << 6 | (uint32_t)digit;
		if ((have += 6) >= 8)
			*out++ = (uint8_t)(bits >> (have -= 8));
	}
	return (bits & ((1u << have) - 1)) == 0;        /* one spelling only */
}

int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static const char hex_digits[] = "0123456789abcdef";

void
encode_hex(struct buf *b, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (; n > 0; n--, p++) {
		buf_addc(b, hex_digits[*p >> 4]);
		buf_addc(b, hex_digits[*p & 15]);
	}
}

void
encode_hex_text(char *out, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (; n > 0; n--, p++) {
		*out++ = hex_digits[*p >> 4];
		*out++ = hex_digits[*p & 15];
	}
	*out = '\0';
}

/* The entity for a character that HTML or a quoted attribute would act on. */
static const char *
entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	case '\r': return "&#13;";      /* a parser would make it "\n" */
	case '\0': return "\xEF\xBF\xBD";
	default: return NULL;
	}
}

/* The escape for a character that may not stand in a JSON string as it is. */
static const char *
escape(char c)
{
	switch (c) {
	case '"': return "\\\"";
	case '\\': return "\\\\";
	case '\n': return "\\n";
	case '\r': return "\\r";
	case '\t': return "\\t";
	case '<': return "\\u003c";     /* so "</script>" ends nothing */
	default: return NULL;
	}
}

/*
 * Copy UTF-8, each ASCII character through `replace`; an error becomes one
 * U+FFFD.  Runs that need no change are copied in one piece.
 */
static void
copy_utf8(struct buf *b, const char *s, size_t n,
    const char *(*replace)(char), bool escape_controls)
{
	const char *run = s, *end = s + n, *with;
	int step;

	for (; s < end; s += step) {
		step = utf8_step(s, (size_t)(end - s));
		with = step < 0 ? "\xEF\xBF\xBD" : step > 1 ? NULL : replace(*s);
		step = step < 0 ? -step : step;
		if (with == NULL && (!escape_controls || (*s & 0xE0) != 0))
			continue;
		buf_add(b, run, (size_t)(s - run));
		if (with != NULL)
			buf_adds(b, with);
		else
			buf_addf(b, "\\u%04x", (unsigned)*s);
		run = s + step;
	}
	buf_add(b, run, (size_t)(end - run));
}

void
encode_html(struct buf *b, const char *s, size_t n)
{
	copy_utf8(b, s, n, entity, false);
}

void
encode_json(struct buf *b, const char *s, size_t n)
{
	buf_addc(b, '"');
	copy_utf8(b, s, n, escape, true);
	buf_addc(b, '"');
}

void
encode_url(struct buf *b, const char *s, size_t n)
{
	static const char unreserved[] = "-._~";

	for (; n > 0; n--, s++) {
		if ((*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= 'a' && *s <= 'z') ||
		    (*s != '\0' && strchr(unreserved, *s) != NULL))
			buf_addc(b, *s);
		else
			buf_addf(b, "%%%02X", (unsigned)(unsigned char)*s);
	}
}

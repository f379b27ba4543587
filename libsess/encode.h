/* encode.h - bytes written so that they are safe where they go. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_ENCODE_H
#define SESS_ENCODE_H

#include "buf.h"

#define BASE64URL_LEN(n) (((n) * 4 + 2) / 3)

/* RFC 4648, 5, without padding; out gets BASE64URL_LEN(n) bytes and a NUL. */
void encode_base64url(char *out, const uint8_t *in, size_t n);

/* False unless text is exactly the encoding of n bytes. */
bool decode_base64url(uint8_t *out, size_t n, const char *text, size_t len);

void encode_hex(struct buf *, const void *, size_t);

/* The same into memory: out gets 2 * n bytes and a NUL. */
void encode_hex_text(char *out, const void *, size_t n);

/* HTML text and quoted attributes; what is not UTF-8 becomes U+FFFD. */
void encode_html(struct buf *, const char *, size_t);

/* All but the unreserved characters of RFC 3986, 2.3. */
void encode_url(struct buf *, const char *, size_t);

/* A JSON string with its quotes (RFC 8259, 7); not UTF-8: U+FFFD. */
void encode_json(struct buf *, const char *, size_t);

/* One hex digit's value, or -1. */
int hex_digit(char);

#endif

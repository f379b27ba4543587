/* utf8.h - is it UTF-8, and if not, where does it stop being so? */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_UTF8_H
#define SESS_UTF8_H

#include "sess.h"

/*
 * Length of the character at the start of s (n > 0 bytes).  Below 0: that
 * many bytes make one error, and one U+FFFD stands for them, as the decoder
 * of the WHATWG Encoding standard (8.1.1) counts errors.
 */
int utf8_step(const char *s, size_t n);

/* The character of `step` bytes at the start of s, as utf8_step() found it. */
uint32_t utf8_character(const char *s, int step);

bool utf8_valid(const char *s, size_t n);

/* Valid UTF-8 without NUL: what a `const char *` may hold. */
bool utf8_text(const char *s, size_t n);

#endif

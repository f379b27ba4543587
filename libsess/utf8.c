/* utf8.c - is it UTF-8, and if not, where does it stop being so? */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "utf8.h"

/* Bytes after this first byte, and the range of the first of them. */
static int
follows(unsigned char first, unsigned char *low, unsigned char *high)
{
	*low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
	*high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
	if (first < 0x80)
		return 0;
	if (first >= 0xC2 && first <= 0xDF)
		return 1;
	if (first >= 0xE0 && first <= 0xEF)
		return 2;
	if (first >= 0xF0 && first <= 0xF4)
		return 3;
	return -1;
}

int
utf8_step(const char *s, size_t n)
{
	unsigned char low, high, byte;
	int i, more = follows((unsigned char)s[0], &low, &high);

	if (more < 0)
		return -1;
	for (i = 1; i <= more; i++) {
		byte = (size_t)i < n ? (unsigned char)s[i] : 0;
		if (byte < low || byte > high)
			return -i;
		low = 0x80;
		high = 0xBF;
	}
	return more + 1;
}

uint32_t
utf8_character(const char *s, int step)
{
	uint32_t c = (unsigned char)*s;

	if (step > 1)
		c &= 0x7Fu >> step;
	while (--step > 0)
		c = c << 6 | ((unsigned char)*++s & 0x3F);
	return c;
}

bool
utf8_valid(const char *s, size_t n)
{
	int step;

	for (; n > 0; s += step, n -= (size_t)step)
		if ((step = utf8_step(s, n)) < 0)
			return false;
	return true;
}

bool
utf8_text(const char *s, size_t n)
{
	return memchr(s, '\0', n) == NULL && utf8_valid(s, n);
}

bool
sess_is_text(const void *bytes, size_t len)
{
	return utf8_text(bytes, len);
}

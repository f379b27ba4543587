/*
 * picture.c - is it a picture?
 */
/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "picture.h"

#define LOOK 12         /* bytes that tell */

static bool
has(const char *bytes, size_t n, size_t at, const char *mark, size_t len)
{
	return at + len <= n && memcmp(bytes + at, mark, len) == 0;
}

/* WHATWG MIME Sniffing, 6.1 */
const char *
picture_type(int fd)
{
	char b[LOOK];
	ssize_t got = pread(fd, b, sizeof(b), 0);
	size_t n = got > 0 ? (size_t)got : 0;

	if (has(b, n, 0, "\x89PNG\r\n\x1a\n", 8))
		return "image/png";
	if (has(b, n, 0, "\xff\xd8\xff", 3))
		return "image/jpeg";
	if (has(b, n, 0, "GIF87a", 6) || has(b, n, 0, "GIF89a", 6))
		return "image/gif";
	if (has(b, n, 0, "RIFF", 4) && has(b, n, 8, "WEBP", 4))
		return "image/webp";
	return "";
}

/* io.c - all bytes, to a descriptor that may take them in pieces. */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <unistd.h>

#include "io.h"

bool
io_write(int fd, const void *bytes, size_t n)
{
	const char *from = bytes;
	ssize_t put;

	while (n > 0) {
		put = write(fd, from, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		from += put;
		n -= (size_t)put;
	}
	return true;
}

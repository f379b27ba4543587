/* spool.c - bytes that wait to be read: some in memory, many in a file. */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "spool.h"
#include "wiped.h"

#define FIRST 1024      /* bytes: a form has fewer, mostly */

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

void
spool_expect(struct spool *s, size_t want, int fd)
{
	s->want = want > s->n ? want : s->n;
	s->fd = fd;
}

bool
spool_is_full(const struct spool *s)
{
	return s->n >= s->want;
}

static bool
make_room(struct spool *s, size_t n)
{
	size_t room = s->room > 0 ? s->room : FIRST;
	unsigned char *more;

	while (room < n)
		room *= 2;
	if (room == s->room)
		return true;
	if ((more = wiped_grow(s->memory, s->n, room)) == NULL)
		return false;
	s->memory = more;
	s->room = room;
	return true;
}

static bool
write_all(int fd, const unsigned char *bytes, size_t n, off_t at)
{
	ssize_t wrote;

	for (; n > 0; bytes += wrote, at += wrote, n -= (size_t)wrote)
		if ((wrote = pwrite(fd, bytes, n, at)) <= 0) {
			if (wrote == 0 || errno == EFBIG)
				errno = ENOSPC;
			return false;
		}
	return true;
}

/* From the first byte that memory has no room for, all is in the file. */
static bool
add_to_file(struct spool *s, const void *bytes, size_t n)
{
	if (s->memory != NULL) {
		if (!write_all(s->fd, s->memory, s->n, 0))
			return false;
		wiped_free(s->memory, s->n);
		s->memory = NULL;
		s->room = 0;
	}
	return write_all(s->fd, bytes, n, (off_t)s->n);
}

bool
spool_add(struct spool *s, const void *bytes, size_t n)
{
	n = least(n, s->want - s->n);
	if (n == 0)
		return true;
	if (s->n + n > SPOOL_MEMORY) {
		if (!add_to_file(s, bytes, n))
			return false;
	} else {
		if (!make_room(s, s->n + n))
			return false;
		memcpy(s->memory + s->n, bytes, n);
	}
	s->n += n;
	return true;
}

ssize_t
spool_read(struct spool *s, void *to, size_t n)
{
	ssize_t got = (ssize_t)least(n, s->n - s->at);

	if (got == 0)
		return 0;
	if (s->memory != NULL)
		memcpy(to, s->memory + s->at, (size_t)got);
	else if ((got = pread(s->fd, to, (size_t)got, (off_t)s->at)) <= 0)
		return -1;
	s->at += (size_t)got;
	return got;
}

void
spool_release(struct spool *s)
{
	wiped_free(s->memory, s->n);
	if (s->fd >= 0)
		close(s->fd);
	*s = (struct spool)SPOOL_INIT;
}

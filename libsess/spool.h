/*
 * spool.h - bytes that wait to be read: some in memory, many in a file that
 * has no name.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_SPOOL_H
#define SESS_SPOOL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#define SPOOL_MEMORY (64 * 1024)        /* bytes that are kept in memory */

struct spool {
	size_t want;            /* bytes that are kept; what is more is dropped */
	size_t n;               /* bytes that are here ... */
	size_t at;              /* ... and those of them that were read */
	/* private */
	unsigned char *memory;
	size_t room;
	int fd;                 /* the file, or -1 */
};

#define SPOOL_INIT { .want = SPOOL_MEMORY, .fd = -1 }

/*
 * So many bytes are to be kept.  Over SPOOL_MEMORY they need a file, open for
 * reading and writing, which the spool closes; else -1.
 */
void spool_expect(struct spool *, size_t want, int fd);

/* Is all here that is to be kept? */
bool spool_is_full(const struct spool *);

/* n bytes more.  False: no memory, or the file cannot take them; see errno. */
bool spool_add(struct spool *, const void *, size_t n);

/* Up to n of the bytes that were not read yet; 0: there are none; -1: errno. */
ssize_t spool_read(struct spool *, void *, size_t n);

/* Nothing is left, neither in memory nor in a file. */
void spool_release(struct spool *);

#endif

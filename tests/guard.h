/*
 * guard.h - an input that ends where memory ends.
 *
 *	char *in = guard(bytes, n);
 *
 *	parse(in, n);           -- one byte too far is a crash
 *	unguard(in, n);
 */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_GUARD_H
#define TESTS_GUARD_H

#include <sys/mman.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes of whole pages that hold n bytes. */
static inline size_t
guard_size(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (n + page - 1) / page * page;
}

/* A copy of n bytes right before a page that nobody may touch. */
static inline char *
guard(const void *bytes, size_t n)
{
	size_t size = guard_size(n), page = guard_size(1);
	char *map = mmap(NULL, size + page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || mprotect(map + size, page, PROT_NONE) != 0)
		abort();
	if (n > 0)
		memcpy(map + size - n, bytes, n);
	return map + size - n;
}

static inline void
unguard(char *at, size_t n)
{
	munmap(at + n - guard_size(n), guard_size(n) + guard_size(1));
}

/* The same for a text: its NUL is the last byte. */
static inline char *
guard_text(const char *text)
{
	return guard(text, strlen(text) + 1);
}

static inline void
unguard_text(char *text, size_t len)
{
	unguard(text, len + 1);
}

#endif

/*
 * freed.h - what stands in memory when it is given back.
 *
 *	freed_watch("password");
 *	...
 *	cr_assert_eq(freed_with(), 0);
 *
 * The sanitizer tells of each block before it is free, be it of this
 * code, of SQLite or of a library.  Blocks that were moved count as well.
 */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FREED_H
#define TESTS_FREED_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Of libasan; Debian's gcc has no header with them. */
int __sanitizer_install_malloc_and_free_hooks(
    void (*allocated)(const volatile void *, size_t),
    void (*released)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *);

/* Volatile: the compiler is sure that free() looks at nothing of ours. */
static const char *volatile freed_text;
static volatile size_t freed_blocks;

static inline void
freed_look(const volatile void *block)
{
	const void *bytes = (const void *)(uintptr_t)block;

	if (block != NULL && freed_text != NULL &&
	    memmem(bytes, __sanitizer_get_allocated_size(block), freed_text,
	    strlen(freed_text)) != NULL)
		freed_blocks++;
}

static inline void
freed_allocated(const volatile void *block, size_t n)
{
	(void)block;
	(void)n;
}

/* From now on, count the blocks that have this text in them. */
static inline void
freed_watch(const char *text)
{
	static bool hooked;

	if (!hooked && __sanitizer_install_malloc_and_free_hooks(
	    freed_allocated, freed_look) == 0)
		abort();
	hooked = true;
	freed_text = text;
	freed_blocks = 0;
}

/* How many there were. */
static inline size_t
freed_with(void)
{
	freed_text = NULL;
	return freed_blocks;
}

/* The test of the test: one block that still has it. */
static inline bool
freed_notices(const char *text)
{
	char *volatile copy;       /* or the compiler leaves it all out */

	freed_watch(text);
	if ((copy = strdup(text)) == NULL)
		abort();
	free(copy);
	return freed_with() == 1;
}

#endif

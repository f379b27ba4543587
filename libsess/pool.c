/* pool.c - memory of one request: taken piece by piece, given back at once. */
/* SPDX-License-Identifier: ISC */
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypt.h"
#include "pool.h"

#define CHUNK 4096      /* one page: most requests need no second one */

struct pool_chunk {
	struct pool_chunk *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

void
pool_release(struct pool *p)
{
	struct pool_chunk *c, *next;

	for (c = p->chunks; c != NULL; c = next) {
		next = c->next;
		crypt_wipe(c->data, c->used);
		free(c);
	}
	p->chunks = NULL;
}

static struct pool_chunk *
chunk_new(size_t need)
{
	size_t size = need > CHUNK ? need : CHUNK;
	struct pool_chunk *c = malloc(sizeof *c + size);

	if (c != NULL)
		*c = (struct pool_chunk){ .size = size };
	return c;
}

void *
pool_alloc(struct pool *p, size_t n)
{
	struct pool_chunk *c = p->chunks;
	const size_t align = alignof(max_align_t);
	void *at;

	if (n > p->left || n > SIZE_MAX / 2)
		return NULL;
	n = (n + align - 1) / align * align;
	if (c == NULL || n > c->size - c->used) {
		if ((c = chunk_new(n)) == NULL)
			return NULL;
		c->next = p->chunks;
		p->chunks = c;
	}
	at = memset(c->data + c->used, 0, n);
	c->used += n;
	p->left -= n < p->left ? n : p->left;
	return at;
}

char *
pool_copy(struct pool *p, const void *bytes, size_t n)
{
	char *copy = n < SIZE_MAX ? pool_alloc(p, n + 1) : NULL;

	if (copy != NULL && n > 0)
		memcpy(copy, bytes, n);
	return copy;
}

char *
pool_text(struct pool *p, const char *text)
{
	return pool_copy(p, text, strlen(text));
}

char *
pool_printf(struct pool *p, const char *format, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0 || (text = pool_alloc(p, (size_t)n + 1)) == NULL)
		return NULL;
	va_start(ap, format);
	vsnprintf(text, (size_t)n + 1, format, ap);
	va_end(ap);
	return text;
}

/* buf.c - a growing string of bytes that knows its maximum. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "crypt.h"

char buf_empty[1] = "";

/* Its memory, wiped and given back; the caller gives it another. */
static void
drop(struct buf *b)
{
	if (b->size == 0)
		return;
	crypt_wipe(b->data, b->len);
	free(b->data);
}

void
buf_release(struct buf *b)
{
	drop(b);
	b->data = buf_empty;
	b->len = b->size = 0;
}

static void
fail(struct buf *b, enum sess_err err)
{
	if (b->err == SESS_OK)
		b->err = err;
}

/*
 * Double, so that n additions cost n copies; never above the maximum.  Not by
 * realloc(), which may leave what was there behind, unwiped.
 */
static bool
grow(struct buf *b, size_t need)
{
	size_t size = b->size < 256 ? 256 : b->size;
	char *data;

	while (size < need)
		size = size > SIZE_MAX / 2 ? need : size * 2;
	if (size > b->max + 1 && need <= b->max + 1)
		size = b->max + 1;
	if ((data = malloc(size)) == NULL) {
		fail(b, SESS_ENOMEM);
		return false;
	}
	memcpy(data, b->data, b->len + 1);
	drop(b);
	b->data = data;
	b->size = size;
	return true;
}

char *
buf_room(struct buf *b, size_t n)
{
	if (b->err != SESS_OK)
		return NULL;
	if (n > b->max - b->len) {
		fail(b, SESS_ELIMIT);
		return NULL;
	}
	if (b->len + n + 1 > b->size && !grow(b, b->len + n + 1))
		return NULL;
	return b->data + b->len;
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	char *to;

	if (n == 0 || (to = buf_room(b, n)) == NULL)
		return;
	memcpy(to, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_adds(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_addf(struct buf *b, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vaddf(b, format, ap);
	va_end(ap);
}

void
buf_vaddf(struct buf *b, const char *format, va_list ap)
{
	va_list again;
	char *to;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0) {
		fail(b, SESS_EINVAL);
		return;
	}
	if ((to = buf_room(b, (size_t)n)) == NULL)
		return;
	vsnprintf(to, (size_t)n + 1, format, ap);
	b->len += (size_t)n;
}

void
buf_cut(struct buf *b, size_t len)
{
	b->err = SESS_OK;
	if (len >= b->len)
		return;
	crypt_wipe(b->data + len, b->len - len);
	b->len = len;
	b->data[len] = '\0';
}

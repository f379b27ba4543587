/* record.c - FastCGI 1.0 as bytes: its records, and names with their values. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "record.h"

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Behind the padding of the record before. */
static bool
read_header(struct record *r, const unsigned char **at,
    const unsigned char *end)
{
	const unsigned char *h = r->header;
	size_t n = least(r->padding, (size_t)(end - *at));

	r->padding -= n;
	*at += n;
	n = least(RECORD_HEADER - r->nheader, (size_t)(end - *at));
	memcpy(r->header + r->nheader, *at, n);
	r->nheader += n;
	*at += n;
	if (r->nheader < RECORD_HEADER)
		return false;
	r->nheader = 0;
	r->type = h[1];
	r->id = (unsigned)h[2] << 8 | h[3];
	r->length = r->left = (size_t)h[4] << 8 | h[5];
	r->padding = h[6];
	r->open = true;
	return true;
}

enum record_found
record_next(struct record *r, const unsigned char **at,
    const unsigned char *end, struct piece *p)
{
	if (!r->open && !read_header(r, at, end))
		return RECORD_MORE;
	if (r->header[0] != 1)
		return RECORD_WRONG;
	*p = (struct piece){ *at, least(r->left, (size_t)(end - *at)) };
	if (p->n == 0 && r->left > 0)
		return RECORD_MORE;
	*at += p->n;
	r->left -= p->n;
	r->open = r->left > 0;
	return RECORD_PIECE;
}

void
record_header(unsigned char to[RECORD_HEADER], unsigned type, unsigned id,
    size_t n)
{
	to[0] = 1;
	to[1] = (unsigned char)type;
	to[2] = (unsigned char)(id >> 8);
	to[3] = (unsigned char)id;
	to[4] = (unsigned char)(n >> 8);
	to[5] = (unsigned char)n;
	to[6] = to[7] = 0;
}

/* ---- names and values -------------------------------------------------- */

static bool
length(const unsigned char **at, const unsigned char *end, size_t *n)
{
	const unsigned char *p = *at;

	if (p == end || (*p >= 0x80 && end - p < 4))
		return false;
	*at += *p < 0x80 ? 1 : 4;
	*n = *p < 0x80 ? *p : (size_t)(*p & 0x7f) << 24 |
	    (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	return true;
}

bool
param_next(const unsigned char **at, const unsigned char *end,
    struct param *p)
{
	if (!length(at, end, &p->nlen) || !length(at, end, &p->vlen) ||
	    p->nlen > (size_t)(end - *at) ||
	    p->vlen > (size_t)(end - *at) - p->nlen)
		return false;
	p->name = *at;
	p->value = p->name + p->nlen;
	*at = p->value + p->vlen;
	return true;
}

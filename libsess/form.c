/* form.c - application/x-www-form-urlencoded: queries and form bodies. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "encode.h"
#include "form.h"

/* The end of the piece that starts at s: the next "&", or the end. */
static const char *
piece_end(const char *s, const char *end)
{
	const char *amp = memchr(s, '&', (size_t)(end - s));

	return amp != NULL ? amp : end;
}

static size_t
count_pieces(const char *s, const char *end)
{
	const char *stop;
	size_t n = 0;

	for (; s < end; s = stop + 1) {
		stop = piece_end(s, end);
		n += stop > s;
	}
	return n;
}

/* Decode s to *to, put a NUL behind, and move *to past it. */
static size_t
decode(char **to, const char *s, const char *end)
{
	char *start = *to, *out = start;

	for (; s < end; s++) {
		if (*s == '%' && end - s > 2 && hex_digit(s[1]) >= 0 &&
		    hex_digit(s[2]) >= 0) {
			*out++ = (char)(hex_digit(s[1]) * 16 +
			    hex_digit(s[2]));
			s += 2;
		} else
			*out++ = *s == '+' ? ' ' : *s;
	}
	*out = '\0';
	*to = out + 1;
	return (size_t)(out - start);
}

static void
parse_piece(struct sess_pair *pair, char **to, const char *s, const char *end)
{
	const char *equals = memchr(s, '=', (size_t)(end - s));

	pair->name = *to;
	pair->name_len = decode(to, s, equals != NULL ? equals : end);
	pair->value = *to;
	pair->value_len = decode(to, equals != NULL ? equals + 1 : end, end);
}

enum sess_err
form_parse(struct pairs *pairs, struct pool *pool, const char *s, size_t n,
    size_t max_pairs, size_t max_name)
{
	const char *stop, *end = s + n;
	size_t count = count_pieces(s, end);
	char *to;

	if (count > max_pairs)
		return SESS_ELIMIT;
	pairs->at = pool_alloc(pool, count * sizeof *pairs->at);
	/* Decoding never lengthens; each name and value gets a NUL. */
	to = pool_alloc(pool, n + 2 * count);
	if (pairs->at == NULL || to == NULL)
		return SESS_ENOMEM;
	for (pairs->n = 0; s < end; s = stop + 1) {
		stop = piece_end(s, end);
		if (stop == s)
			continue;
		parse_piece(&pairs->at[pairs->n], &to, s, stop);
		if (pairs->at[pairs->n++].name_len > max_name)
			return SESS_ELIMIT;
	}
	return SESS_OK;
}

/* pairs.c - names and values in the order they came, doubles kept. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "pairs.h"
#include "utf8.h"

const struct sess_pair *
pairs_next(const struct pairs *pairs, const char *name,
    const struct sess_pair *after)
{
	const struct sess_pair *p = after != NULL ? after + 1 : pairs->at;
	size_t len = strlen(name);

	for (; p < pairs->at + pairs->n; p++)
		if (p->name_len == len && memcmp(p->name, name, len) == 0)
			return p;
	return NULL;
}

const char *
pairs_text(const struct pairs *pairs, const char *name)
{
	const struct sess_pair *p = pairs_next(pairs, name, NULL);

	if (p == NULL || !utf8_text(p->value, p->value_len))
		return NULL;
	return p->value;
}

/* wiped.c - memory that may hold secrets: nothing stays where it was. */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "wiped.h"

/* Not realloc(): that leaves the old bytes as they are. */
void *
wiped_grow(void *at, size_t used, size_t size)
{
	void *more = malloc(size);

	if (more == NULL)
		return NULL;
	if (used > 0)
		memcpy(more, at, used);
	wiped_free(at, used);
	return more;
}

void
wiped_free(void *at, size_t used)
{
	if (at != NULL)
		explicit_bzero(at, used);
	free(at);
}

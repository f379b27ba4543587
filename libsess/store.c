/* store.c - the stores that this build knows, by scheme. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "store.h"

static const struct sess_store_ops *const stores[] = { &sqlite_store };

const struct sess_store_ops *
store_of(const char *url, const char **where)
{
	size_t i, n;

	for (i = 0; i < sizeof stores / sizeof *stores; i++) {
		n = strlen(stores[i]->scheme);
		if (strncmp(url, stores[i]->scheme, n) == 0 &&
		    url[n] == ':') {
			*where = url + n + 1;
			return stores[i];
		}
	}
	return NULL;
}

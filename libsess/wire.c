/* wire.c - variables of a request. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "wire.h"

/* The values of a name: the first, and how many there are. */
static size_t
find(const struct sess_wire *w, const char *name, const char **first)
{
	size_t n = strlen(name), found = 0;
	char *const *v;

	*first = NULL;
	for (v = w->vars; *v != NULL; v++)
		if (**v == *name && strncmp(*v, name, n) == 0 &&
		    (*v)[n] == '=' && found++ == 0)
			*first = *v + n + 1;
	return found;
}

const char *
wire_var(const struct sess_wire *w, const char *name)
{
	const char *first;

	return find(w, name, &first) == 1 ? first : NULL;
}

bool
wire_twice(const struct sess_wire *w, const char *name)
{
	const char *first;

	return find(w, name, &first) > 1;
}

const char *
wire_first(const struct sess_wire *w, const char *name)
{
	const char *first;

	find(w, name, &first);
	return first;
}

const char *
wire_app(const struct sess_wire *w)
{
	const char *path = wire_var(w, "SCRIPT_NAME"), *slash;

	if (path == NULL)
		return NULL;
	slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

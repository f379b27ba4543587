/* wire.c - variables of a request. */
#include <string.h>

#include "wire.h"

const char *
wire_var(const struct sess_wire *w, const char *name)
{
	size_t n = strlen(name);
	char *const *v;

	for (v = w->vars; *v != NULL; v++)
		if (**v == *name && strncmp(*v, name, n) == 0 &&
		    (*v)[n] == '=')
			return *v + n + 1;
	return NULL;
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

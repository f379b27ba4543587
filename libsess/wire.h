/*
 * wire.h - where a request comes from and its answer goes: CGI's environment
 * and files, FastCGI's parameters and streams, or memory in a test.
 */
#ifndef SESS_WIRE_H
#define SESS_WIRE_H

#include <sys/types.h>

#include "sess.h"

struct wire {
	char *const *vars;      /* "NAME=value", ends with NULL */

	/* Up to n bytes of the body; 0 at its end, -1 when it broke. */
	ssize_t (*read)(struct wire *, void *, size_t n);

	/* All n bytes of the answer, or false. */
	bool (*write)(struct wire *, const void *, size_t n);
};

/* The value of a variable (the first of that name), or NULL. */
const char *wire_var(const struct wire *, const char *name);

#endif

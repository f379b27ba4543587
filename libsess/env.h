/* env.h - which variables a program sees: its own, and those of a request. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_ENV_H
#define SESS_ENV_H

#include <stdbool.h>
#include <stddef.h>

struct env {
	bool over_tcp;          /* anybody on this machine may send requests */
	_Atomic bool told;      /* that settings came that way */
	char **own;             /* of the process: what no server sends */
	size_t nown;
};

/* The process's own, as they are now.  False: no memory. */
bool env_init(struct env *, bool over_tcp);
void env_release(struct env *);

/*
 * What a request sees: its role, the process's own variables, and of its own
 * those that the process does not name.  Over TCP these are none but the
 * variables of CGI.  `vars` are n of them, "NAME=value" with a NUL behind
 * each; they must outlive the list, which the caller frees.  NULL: no memory.
 */
char **env_of_request(struct env *, const char *role, char *vars,
    size_t n);

#endif

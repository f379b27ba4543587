/* wire.h - the variables of a wire. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_WIRE_H
#define SESS_WIRE_H

#include "sess_door.h"

/*
 * The value of a variable.  NULL: it is not there, or it came twice.  A client
 * can send a field twice, and one proxy takes the first, another the last, so
 * neither of two decides anything.  Cookie is joined (request.c).
 */
const char *wire_var(const struct sess_wire *, const char *name);

/* Where "not there" allows something, this does not: did it come twice? */
bool wire_twice(const struct sess_wire *, const char *name);

/* The first of that name, where none of two would check less. */
const char *wire_first(const struct sess_wire *, const char *name);

/* The program's name: the last part of SCRIPT_NAME, or NULL. */
const char *wire_app(const struct sess_wire *);

#endif

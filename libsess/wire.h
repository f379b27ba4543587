/* wire.h - the variables of a wire. */
#ifndef SESS_WIRE_H
#define SESS_WIRE_H

#include "sess_door.h"

/* The value of a variable (the first of that name), or NULL. */
const char *wire_var(const struct sess_wire *, const char *name);

/* The program's name: the last part of SCRIPT_NAME, or NULL. */
const char *wire_app(const struct sess_wire *);

#endif

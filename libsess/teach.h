/* teach.h - did this request come from the machine itself. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_TEACH_H
#define SESS_TEACH_H

#include "wire.h"

/*
 * Does the person who sent this sit at the machine?  Client's address and Host
 * are those of loopback, no field says that a proxy stands in between, and
 * nothing of this came twice.  The settings are not looked at, and the
 * variables are enough: it can be asked before the request is read.
 */
bool teach_is_local(const struct sess_wire *);

#endif

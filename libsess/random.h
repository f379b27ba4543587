/*
 * random.h - random bytes, from the settings' source.  The trace tells what
 * they are for.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_RANDOM_H
#define SESS_RANDOM_H

#include "log.h"

/*
 * All that is drawn is drawn here: sess_conf.random, or else the system.
 * SESS_ERANDOM: the source gives none, and the bytes are not to be used.
 */
enum sess_err random_bytes(const struct log *, const char *purpose, void *,
    size_t);

#endif

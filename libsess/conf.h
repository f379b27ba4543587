/* conf.h - the settings: defaults, the program's, a file's, the server's. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_CONF_H
#define SESS_CONF_H

#include "log.h"
#include "pool.h"
#include "wire.h"

/*
 * Complete `conf`, which holds the program's settings and has zeroes for the
 * rest.  SESS_ECONF for an unknown key, a value that is not valid, settings
 * that cannot all hold; the log line names file and line, or the variable, and
 * of the last all values with their origins.  Of the file's text it has none.
 */
enum sess_err conf_read(struct sess_conf *, const struct sess_wire *,
    struct pool *, const struct log *);

#endif

/* db_fault.h - what SQLite could not do, as a line that says what to do. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_DB_FAULT_H
#define SESS_DB_FAULT_H

#include "sess.h"

#define DB_FAULT_MAX 1000       /* bytes of such a line */

struct sqlite3;

/*
 * The line for this code, after which the handle has nothing else been asked.
 * `file` is the database as a person knows it, `path` the way to it, `wait` the
 * seconds that SQLite waited for a lock.  SESS_ECONF: a person has to mend it.
 * SESS_ESTORE: it may pass.
 */
enum sess_err db_fault(char why[DB_FAULT_MAX], struct sqlite3 *, int code,
    const char *file, const char *path, int64_t wait);

#endif

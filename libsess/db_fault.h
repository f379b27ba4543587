/* db_fault.h - what SQLite could not do, as a line that says what to do. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_DB_FAULT_H
#define SESS_DB_FAULT_H

#include "sess.h"

#define DB_FAULT_MAX 1000       /* bytes of such a line */

/* What went wrong, in our words: the file that meets SQLite knows its codes. */
enum db_failure {
	DB_OTHER, DB_FULL, DB_UNREADABLE, DB_READONLY, DB_CLOSED, DB_FOREIGN,
	DB_DAMAGED, DB_INCOMPLETE, DB_LOCKED
};

struct db_error {
	enum db_failure failure;
	int code;               /* SQLite's number, and its words for it */
	const char *said;
	int os_errno;           /* why the system refused it, or 0 */
};

/*
 * The line for this error.  `file` is the database as a person knows it, `path`
 * the way to it, `wait` the seconds that SQLite waited for a lock.
 * SESS_ECONF: a person has to mend it.  SESS_ESTORE: it may pass.
 */
enum sess_err db_fault(char why[DB_FAULT_MAX], const struct db_error *,
    const char *file, const char *path, int64_t wait);

#endif

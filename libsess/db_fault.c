/* db_fault.c - what SQLite could not do, as a line that says what to do. */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db_fault.h"
#include "lock_holder.h"
#include "store.h"

static const struct row {
	enum sess_err err;
	const char *what, *remedy;
} rows[] = {
	[DB_OTHER] = { SESS_ESTORE, "SQLite could not do it",
	    "see https://sqlite.org/rescode.html" },
	[DB_FULL] = { SESS_ESTORE, "its disk is full",
	    "free some space; it then goes on by itself" },
	[DB_UNREADABLE] = { SESS_ESTORE, "it could not be read or written",
	    "see what the system says of its disk (dmesg)" },
	[DB_READONLY] = { SESS_ECONF, "it can be read and not written",
	    "make it, its folder and its file system writable for the user "
	    "that the program runs as" },
	[DB_CLOSED] = { SESS_ECONF, "it cannot be opened",
	    "make its folder and its files those of the user that the "
	    "program runs as" },
	[DB_FOREIGN] = { SESS_ECONF, "it is no SQLite database",
	    STORE_RESTORE "; without a backup the program makes a new one with "
	    "no sessions and no accounts; if the file is another program's, "
	    "leave it and " STORE_SET },
	[DB_DAMAGED] = { SESS_ECONF, "it is damaged",
	    STORE_RESTORE "; without a backup sqlite3 MOVED-FILE .recover | "
	    "sqlite3 NEW-FILE saves what is left" },
	[DB_INCOMPLETE] = { SESS_ECONF,
	    "it has the schema number of libsess and not all of its tables",
	    STORE_RESTORE "; if the file is another program's, leave it and "
	    STORE_SET },
};

static bool
may_pass(const struct db_error *e)
{
	return e->os_errno == EMFILE || e->os_errno == ENFILE ||
	    e->os_errno == ENOMEM || e->os_errno == ENOSPC;
}

static enum sess_err
locked(char why[DB_FAULT_MAX], const char *file, const char *path,
    int64_t wait)
{
	char holder[LOCK_HOLDER_MAX];

	lock_holder(holder, path, file);
	snprintf(why, DB_FAULT_MAX, "store: %.300s was locked for longer than "
	    "%" PRId64 " s: %s, or raise wait = %" PRId64 "s (variable "
	    "LIBSESS_WAIT)", file, wait, holder, wait);
	return SESS_ESTORE;
}

enum sess_err
db_fault(char why[DB_FAULT_MAX], const struct db_error *e, const char *file,
    const char *path, int64_t wait)
{
	const struct row *row = &rows[e->failure];

	if (e->failure == DB_LOCKED)
		return locked(why, file, path, wait);
	snprintf(why, DB_FAULT_MAX, "store: %.300s: %s (SQLite %d: %.90s%s"
	    "%.60s): %s", file, row->what, e->code, e->said,
	    e->os_errno != 0 ? ": " : "",
	    e->os_errno != 0 ? strerror(e->os_errno) : "", row->remedy);
	return may_pass(e) ? SESS_ESTORE : row->err;
}

/* db_fault.c - what SQLite could not do, as a line that says what to do. */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "db_fault.h"
#include "lock_holder.h"
#include "store.h"

struct row {
	int code;
	enum sess_err err;
	const char *what, *remedy;
};

static const struct row rows[] = {
	{ SQLITE_FULL, SESS_ESTORE, "its disk is full",
	    "free some space; it then goes on by itself" },
	{ SQLITE_IOERR, SESS_ESTORE, "it could not be read or written",
	    "see what the system says of its disk (dmesg)" },
	{ SQLITE_READONLY, SESS_ECONF, "it can be read and not written",
	    "make it, its folder and its file system writable for the user "
	    "that the program runs as" },
	{ SQLITE_CANTOPEN, SESS_ECONF, "it cannot be opened",
	    "make its folder and its files those of the user that the "
	    "program runs as" },
	{ SQLITE_NOTADB, SESS_ECONF, "it is no SQLite database",
	    STORE_RESTORE "; without a backup the program makes a new one with "
	    "no sessions and no accounts; if the file is another program's, "
	    "leave it and " STORE_SET },
	{ SQLITE_CORRUPT, SESS_ECONF, "it is damaged",
	    STORE_RESTORE "; without a backup sqlite3 MOVED-FILE .recover | "
	    "sqlite3 NEW-FILE saves what is left" },
	{ SQLITE_ERROR, SESS_ECONF,
	    "it has the schema number of libsess and not all of its tables",
	    STORE_RESTORE "; if the file is another program's, leave it and "
	    STORE_SET },
};

static const struct row *
row_of(int code)
{
	static const struct row other = { 0, SESS_ESTORE,
	    "SQLite could not do it", "see https://sqlite.org/rescode.html" };
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].code == code)
			return &rows[i];
	return &other;
}

/* Why the system did not let SQLite; 0: it has nothing to do with it. */
static int
cause(sqlite3 *h, int code)
{
	if (h == NULL || (code != SQLITE_CANTOPEN && code != SQLITE_IOERR))
		return 0;
	return sqlite3_system_errno(h);
}

/*
 * What SQLite says itself.  Of an error in a statement it says more, which
 * names tables and columns; our statements have no values in their texts.
 */
static void
say(char said[200], sqlite3 *h, int code)
{
	int extended = h != NULL ? sqlite3_extended_errcode(h) : code;
	int why = cause(h, code);

	if ((extended & 0xff) != code)
		extended = code;
	snprintf(said, 200, "SQLite %d: %.90s%s%.60s", extended,
	    h != NULL && code == SQLITE_ERROR ? sqlite3_errmsg(h) :
	    sqlite3_errstr(code), why != 0 ? ": " : "",
	    why != 0 ? strerror(why) : "");
}

static bool
may_pass(sqlite3 *h, int code)
{
	int why = cause(h, code);

	return why == EMFILE || why == ENFILE || why == ENOMEM ||
	    why == ENOSPC;
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
db_fault(char why[DB_FAULT_MAX], sqlite3 *h, int code, const char *file,
    const char *path, int64_t wait)
{
	const struct row *row = row_of(code);
	char said[200];

	if (code == SQLITE_BUSY)
		return locked(why, file, path, wait);
	say(said, h, code);
	snprintf(why, DB_FAULT_MAX, "store: %.300s: %s (%s): %s", file,
	    row->what, said, row->remedy);
	return may_pass(h, code) ? SESS_ESTORE : row->err;
}

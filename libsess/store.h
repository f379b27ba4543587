/* store.h - the stores that this build knows, by scheme. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_STORE_LIST_H
#define SESS_STORE_LIST_H

#include "sess_store.h"

/* What a person sets, in the log: a path that is only a path is refused. */
#define STORE_FORM "sqlite:/PATH/sess.db"
#define STORE_SET "set store = " STORE_FORM " (variable LIBSESS_STORE)"

/* SQLite would write an old -wal into the database that was restored. */
#define STORE_RESTORE "stop the program, move the file, its -wal and its " \
	"-shm away, and restore a backup"

/*
 * A database that only this store has, and that ends with it.  The program
 * itself sets it; a file or a variable would give it to a CGI process, which
 * would forget everybody, or to threads, which would have one each.
 */
#define STORE_IN_MEMORY "sqlite::memory:"

extern const struct sess_store_ops sqlite_store;

/*
 * The store of "sqlite:/path"; *where becomes "/path".  NULL: there is none
 * of that scheme.
 */
const struct sess_store_ops *store_of(const char *url, const char **where);

#endif

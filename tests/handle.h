/*
 * handle.h - the SQLite handles that the library opens, for tests of a store in
 * memory: nothing else leads to such a database.
 */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_HANDLE_H
#define TESTS_HANDLE_H

#include <criterion/criterion.h>

#include <sqlite3.h>

static sqlite3 *newest;         /* the handle that was opened last */

static int
on_handle(sqlite3 *db, char **why, const struct sqlite3_api_routines *api)
{
	(void)why;
	(void)api;
	newest = db;
	return SQLITE_OK;
}

static void
handle_watch(void)
{
	cr_assert_eq(sqlite3_auto_extension((void (*)(void))on_handle),
	    SQLITE_OK);
}

#endif

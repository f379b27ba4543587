/* test_stay.c - what a program that stays keeps from one request to the next. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"

static struct site *site;
static int prepared;

/* In place of SQLite's own, which it calls: so it is counted. */
int
sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags,
    sqlite3_stmt **statement, const char **tail)
{
	static int (*real)(sqlite3 *, const char *, int, unsigned,
	    sqlite3_stmt **, const char **);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_prepare_v3");
	prepared++;
	return real(db, sql, n, flags, statement, tail);
}

/* All that a request can leave behind, and what it finds of it. */
static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *mine = sess_req_query(req, "mine");
	const char *cookie = sess_req_cookie(req, "extra");
	const char *header = sess_req_header(req, "X-Extra");

	sess_res_printf(res, "%s %s %s %s %s %" PRId64,
	    mine != NULL ? mine : "-", cookie != NULL ? cookie : "-",
	    header != NULL ? header : "-",
	    sess_get(s, "name") != NULL ? sess_get(s, "name") : "-",
	    sess_user(s) != NULL ? sess_user(s) : "-", sess_add(s, "n", 1));
	if (mine != NULL) {
		sess_set(s, "name", mine);
		sess_res_header(res, "X-Mine", mine);
		sess_res_cookie(res, &(struct sess_cookie){ .name = "extra",
		    .value = mine });
	}
	return 200;
}

static const struct sess_app app = { .handle = handle };

static void
setup(void)
{
	site = site_new(&app, NULL);
}

static void
teardown(void)
{
	site_free(site);
}

TestSuite(stay, .init = setup, .fini = teardown);

Test(stay, a_statement_is_prepared_once)
{
	struct visitor v = { .site = site };
	int i, before;

	for (i = 0; i < 3; i++)
		get(&v, NULL);
	before = prepared;
	cr_assert_gt(before, 0, "they are counted");
	for (i = 0; i < 100; i++)
		get(&v, NULL);
	cr_assert_eq(prepared, before, "%d more", prepared - before);
}

/* Ann says something each time, and Bob never: he gets none of it. */
Test(stay, nothing_of_one_request_is_in_the_next)
{
	struct visitor ann = { .site = site,
		.extra = { "HTTP_X_EXTRA=ann" } };
	struct visitor bob = { .site = site };
	struct answer *a;
	char want[80];
	int i;

	for (i = 1; i <= 1000; i++) {
		a = get(&ann, "mine=ann");
		snprintf(want, sizeof want, "ann %s ann %s - %d",
		    i > 1 ? "ann" : "-", i > 1 ? "ann" : "-", i);
		cr_assert_str_eq(a->body, want);
		cr_assert_not_null(field_of(a, "X-Mine"));
		a = get(&bob, NULL);
		snprintf(want, sizeof want, "- - - - - %d", i);
		cr_assert_str_eq(a->body, want);
		cr_assert_null(field_of(a, "X-Mine"));
		cr_assert_null(strstr(a->head, "extra"));
	}
}

/*
 * memory.h - whole exchanges without a server: a wire made of memory, a clock
 * that the test sets, and a visitor with a cookie jar.
 *
 *	struct site *site = site_new(&app, NULL);
 *	struct visitor v = { .site = site };
 *	struct answer *a = get(&v, "n=1");
 *
 *	cr_assert_eq(a->status, 200);
 *
 * Everything belongs to the site and goes with site_free().
 */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include "exchange.h"

struct answer {
	int status;
	char *head;             /* all header fields, CR LF between */
	char *body;
	size_t body_len;
	struct answer *older;
};

struct site {
	struct sess_service *service;
	char folder[64];        /* its own, 0700; store.db lies in it */
	bool twin;              /* ... or that of another, who cleans up */
	char *vars[64];         /* more variables for each request */
	int64_t now;            /* what the clock says */
	int broken;             /* errno of a read where a body ends, or 0 */
	char *log;              /* all log lines so far */
	char *trace;            /* all steps so far, masked:
				   "step: name=value [row] column=value\n" */
	struct answer *answers;
};

/*
 * A site with its own empty store.  `settings` are "key=value" lines as in
 * the file, or NULL.  insecure_dev is not set.  The clock starts at
 * 1700000000.
 */
struct site *site_new(const struct sess_app *, const char *settings);
void site_free(struct site *);

/* A second process on the same store: its own service, its own handles. */
struct site *site_twin(const struct site *, const struct sess_app *,
    const char *settings);

/* Any request: a list of "NAME=value", ends with NULL; bytes of a body. */
struct answer *ask(struct site *, const char *const *vars, const void *body,
    size_t len);

struct visitor {
	struct site *site;
	char jar[8][256];       /* "name=value" */
	const char *extra[16];  /* more variables, or others: "REMOTE_ADDR=..." */
	bool no_cookies;        /* neither kept nor sent */
};

/* Requests over https with the jar; Set-Cookie goes into the jar. */
struct answer *get(struct visitor *, const char *query);
struct answer *post(struct visitor *, const char *form);

/* The value of a cookie in the jar, or NULL. */
const char *jar_get(const struct visitor *, const char *name);
void jar_set(struct visitor *, const char *name, const char *value);

/* The first header field of this name ("Set-Cookie"), or NULL. */
const char *field_of(const struct answer *, const char *name);
int count_fields(const struct answer *, const char *name);

/* The number that one SELECT answers with, asked of the site's database. */
int64_t sql_int(const struct site *, const char *select);
void sql_run(const struct site *, const char *statements);

#endif

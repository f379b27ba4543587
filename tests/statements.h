/*
 * statements.h - what the tests of the statements (S1 ...) have in common: a
 * site whose page is the probe, more pages of it, and looking for secrets.
 */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_STATEMENTS_H
#define TESTS_STATEMENTS_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "memory.h"
#define get probe_get   /* memory.h has a get() of its own */
#include "probe.c"
#undef get

#define SID "__Host-sid"
#define T0 INT64_C(1700000000)  /* when a site's clock starts */

#define expect_in(text, part) \
	cr_assert_not_null(strstr(text, part), "\"%s\" is not in: %s", \
	    part, text)
#define expect_not_in(text, part) \
	cr_assert_null(strstr(text, part), "\"%s\" is in: %s", part, text)

/* ---- the site of a test, and its end below ----------------------------- */

/* .fini closes what a failed assertion left open; a check there would not
   count, so each test calls close_site() itself. */
static struct site *opened;

static inline struct site *
open_site(const struct sess_app *page, const char *settings)
{
	return opened = site_new(page, settings);
}

/* ---- requests ---------------------------------------------------------- */

/* Another page of the same site; with a form it is a POST. */
static inline struct answer *
on_page(struct visitor *v, sess_handler *handle, const char *query,
    const char *form)
{
	const struct sess_app *probe_page = v->site->service->app;
	const struct sess_app page = { .handle = handle,
		.csrf_by_page = true };
	struct answer *a;

	v->site->service->app = &page;
	a = form != NULL ? post(v, form) : get(v, query);
	v->site->service->app = probe_page;
	return a;
}

/* A request with this Cookie header (or NULL) and nothing else to know by. */
static inline struct answer *
bare(struct site *site, const char *cookie, const char *query)
{
	char header[512], string[512];
	const char *vars[] = { "REQUEST_METHOD=GET", "HTTPS=on",
		"SCRIPT_NAME=/elsewhere/page", string, NULL, NULL };

	snprintf(string, sizeof string, "QUERY_STRING=%s", query);
	snprintf(header, sizeof header, "HTTP_COOKIE=%s",
	    cookie != NULL ? cookie : "");
	if (cookie != NULL)
		vars[4] = header;
	return ask(site, vars, NULL, 0);
}

/* The same, with an id. */
static inline struct answer *
bare_id(struct site *site, const char *id, const char *query)
{
	char cookie[128];

	snprintf(cookie, sizeof cookie, SID "=%s", id);
	return bare(site, cookie, query);
}

/* ---- ids --------------------------------------------------------------- */

struct id {
	char text[TOKEN_LEN + 1];
};

/* The visitor's id as it is now; it must have one. */
static inline struct id
id_of(const struct visitor *v)
{
	const char *at = jar_get(v, SID);
	struct id id;

	cr_assert_not_null(at, "no id in the jar");
	cr_assert_eq(strlen(at), TOKEN_LEN);
	memcpy(id.text, at, sizeof id.text);
	return id;
}

/* How many rows of `from` hang on this id; `k` is the token's row. */
static inline int64_t
count_by_id(const struct site *site, const char *id, const char *from)
{
	uint8_t key[SESS_KEY_LEN];
	char sql[512];
	size_t i, n;

	token_key(key, id);
	n = (size_t)snprintf(sql, sizeof sql, "SELECT count(*) FROM token k "
	    "%s k.key = x'", from);
	for (i = 0; i < sizeof key; i++, n += 2)
		snprintf(sql + n, sizeof sql - n, "%02x", key[i]);
	snprintf(sql + n, sizeof sql - n, "'");
	return sql_int(site, sql);
}

/* ---- secrets ----------------------------------------------------------- */

/* Neither log nor trace has it. */
static inline void
expect_unseen(const struct site *of, const char *secret)
{
	cr_expect_null(strstr(of->log, secret), "in the log: %s", secret);
	cr_expect_null(strstr(of->trace, secret), "in the trace: %s", secret);
}

/* Each text between `before` and one of `end` is a secret. */
static inline void
expect_all_unseen(const struct site *of, const char *text,
    const char *before, const char *end)
{
	char secret[256];

	while ((text = strstr(text, before)) != NULL) {
		text += strlen(before);
		snprintf(secret, sizeof secret, "%.*s",
		    (int)strcspn(text, end), text);
		if (*secret != '\0')
			expect_unseen(of, secret);
	}
}

static inline bool
file_has(const char *path, const void *bytes, size_t len)
{
	static char content[8 << 20];
	FILE *f = fopen(path, "r");
	size_t n;

	cr_assert_not_null(f, "%s", path);
	n = fread(content, 1, sizeof content, f);
	fclose(f);
	return memmem(content, n, bytes, len) != NULL;
}

/* Do these bytes stand in any file of the store's folder? */
static inline bool
folder_has(const struct site *site, const void *bytes, size_t len)
{
	char path[512];
	const struct dirent *e;
	DIR *folder = opendir(site->folder);
	bool has = false;

	cr_assert_not_null(folder);
	while ((e = readdir(folder)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", site->folder, e->d_name);
		if (*e->d_name != '.' && file_has(path, bytes, len))
			has = true;
	}
	closedir(folder);
	return has;
}

/* What the site ever handed out as a secret was kept as one. */
static inline void
close_site(void)
{
	const struct answer *a = opened != NULL ? opened->answers : NULL;

	for (; a != NULL; a = a->older) {
		expect_all_unseen(opened, a->head, "\r\nSet-Cookie: " SID "=",
		    ";");
		expect_all_unseen(opened, a->body, "name=\"csrf\" value=\"",
		    "\"");
		expect_all_unseen(opened, a->body, "sid=", "&#\"]\n");
	}
	if (opened != NULL)
		site_free(opened);
	opened = NULL;
}

#endif

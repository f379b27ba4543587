/* test_wipe.c - r80: what a request knew is not left in memory behind it. */
/* SPDX-License-Identifier: ISC */
#include <sys/resource.h>

#include <criterion/criterion.h>
#include <stdio.h>

#include "freed.h"
#include "memory.h"
#include "sess_account.h"
#include "sess_door.h"

#define PW "wonderland-1865"
#define SID "__Host-sid"

/* A form, by GET; by POST a login, of a new account if there is none. */
static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *password = sess_req_field(req, "password");

	sess_res_printf(res, "%s\n", sess_csrf(s));
	if (password == NULL)
		return 200;
	if (sess_req_field(req, "new") != NULL)
		sess_account_create(s, "alice", password);
	return sess_account_login(s, "alice", password) == SESS_OK ? 200 :
	    401;
}

static const struct sess_app app = { .handle = handle, .csrf_by_page = true };
static struct site *site;
static struct visitor v;

static void
setup(void)
{
	site = site_new(&app, NULL);
	v = (struct visitor){ .site = site };
}

static void
teardown(void)
{
	site_free(site);
}

TestSuite(wipe, .init = setup, .fini = teardown, .timeout = 60);

/* How many blocks had the text in them when this form was answered. */
static size_t
freed_by_post(const char *form, const char *text, int status)
{
	size_t blocks;
	int got;

	freed_watch(text);
	got = post(&v, form)->status;
	blocks = freed_with();
	cr_assert_eq(got, status);
	return blocks;
}

Test(wipe, r80_no_memory_is_given_back_with_a_password_in_it)
{
	cr_assert(freed_notices(PW));
	cr_expect_eq(freed_by_post("new=1&password=" PW, PW, 200), 0);
	cr_expect_eq(freed_by_post("password=" PW, PW, 200), 0);
	cr_expect_eq(freed_by_post("password=" PW "x", PW, 401), 0);
}

Test(wipe, r80_no_memory_is_given_back_with_an_id_or_a_form_s_token_in_it)
{
	char id[40], form[160];
	struct answer *a;

	post(&v, "new=1&password=" PW);
	snprintf(id, sizeof id, "%s", jar_get(&v, SID));
	cr_assert(freed_notices(id));
	freed_watch(id);
	a = get(&v, NULL);
	cr_expect_eq(freed_with(), 0);
	cr_assert_eq(a->status, 200);
	snprintf(form, sizeof form, "csrf=%.*s", (int)strcspn(a->body, "\n"),
	    a->body);
	cr_expect_eq(freed_by_post(form, form + 5, 200), 0);
}

/* The store's secret, of which the service has a copy. */
Test(wipe, r80_a_service_that_is_closed_leaves_no_key)
{
	static const char key[] = "a key that has a name, of 32 b.";
	struct sess_service *service = site->service;

	cr_assert_eq(sizeof key, SESS_KEY_LEN);
	post(&v, "new=1&password=" PW);
	cr_assert(service->has_secret);
	memcpy(service->secret, key, sizeof key);
	freed_watch(key);
	sess_close(service);
	site->service = NULL;
	cr_assert_eq(freed_with(), 0);
}

/* A core file would have all of it. */
Test(wipe, r80_a_program_leaves_no_core)
{
	struct rlimit core;

	cr_assert(sess_prepare());
	cr_assert_eq(getrlimit(RLIMIT_CORE, &core), 0);
	cr_assert_eq(core.rlim_cur, 0);
	cr_assert_eq(core.rlim_max, 0);
}

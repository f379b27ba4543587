/* test_authorizer.c - a program that decides about another one's requests. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/stat.h>

#include "stage.h"

static const struct sess_app deciding = {
	.handle = ops_page, .authorizer = true,
};

/* A visitor who has logged in, and an app that decides about him. */
static void
begin(const char *settings)
{
	with(settings);
	get(&v, "op=login+alice&op=set+cart+apple");
	site->service->app = &deciding;
}

static void
setup(void)
{
	begin("rotate=1000\nidle=7h\nabsolute=100h");
}

TestSuite(authorizer, .init = setup, .fini = stage_clear, .timeout = 120);

static const char *
id_of(const struct visitor *who)
{
	return jar_get(who, SID);
}

static int64_t
ids(void)
{
	return sql_int(site, "SELECT count(*) FROM token");
}

/* ---- ids ---------------------------------------------------------------- */

Test(authorizer, rotates_no_id_however_old_it_is)
{
	char before[256];
	struct answer *a;
	int i;

	snprintf(before, sizeof before, "%s", id_of(&v));
	for (i = 0; i < 40; i++) {
		site->now += 5000;
		a = get(&v, "op=user");
		cr_assert_str_eq(a->body, "alice\n", "after %d s", i * 5000);
		cr_assert_eq(count_fields(a, "Set-Cookie"), 0);
	}
	cr_assert_str_eq(id_of(&v), before);
	cr_assert_eq(ids(), 1);
	site->service->app = &ops;
	cr_assert_eq(count_fields(get(&v, "op=user"), "Set-Cookie"), 1,
	    "the next page does it");
}

Test(authorizer, notes_that_the_session_was_seen)
{
	site->now += 6 * 3600;
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
	cr_assert_eq(sql_int(site, "SELECT seen FROM session"), site->now);
	site->now += 6 * 3600;
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
	site->now += 8 * 3600;
	cr_assert_str_eq(get(&v, "op=user")->body, "-\n", "idle too long");
}

Test(authorizer, an_old_id_works_till_the_new_one_arrives)
{
	struct visitor old = copy_of(&v);

	site->service->app = &ops;
	site->now += 1000;
	get(&v, "op=user");
	cr_assert_str_neq(id_of(&v), id_of(&old));
	site->service->app = &deciding;
	cr_assert_str_eq(get(&old, "op=user")->body, "alice\n");
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
	site->now += 9;
	cr_assert_str_eq(get(&old, "op=user")->body, "alice\n");
	site->now += 2;
	cr_assert_str_eq(get(&old, "op=user")->body, "-\n",
	    "the new one arrived 11 s ago");
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
}

Test(authorizer, an_ended_id_is_nobody_and_keeps_its_cookie)
{
	struct visitor old = copy_of(&v);
	struct answer *a;

	site->service->app = &ops;
	get(&v, "op=logout");
	site->service->app = &deciding;
	a = get(&old, "op=user&op=get+cart");
	cr_assert_str_eq(a->body, "-\n-\n");
	cr_assert_eq(count_fields(a, "Set-Cookie"), 0);
}

/* ---- Set-Cookie --------------------------------------------------------- */

Test(authorizer, sends_no_cookie_where_its_time_is_renewed)
{
	stage_clear();
	begin("cookie_life=30d");
	site->now += 600;
	cr_assert_eq(count_fields(get(&v, "op=user"), "Set-Cookie"), 0);
}

Test(authorizer, begins_no_session)
{
	struct visitor stranger;
	struct answer *a;

	stage_clear();
	begin("policy=always");
	stranger = (struct visitor){ .site = site };
	a = get(&stranger, "op=user&op=new");
	cr_assert_eq(a->status, 200);
	cr_assert_eq(count_fields(a, "Set-Cookie"), 0);
	cr_assert_eq(sessions(site), 1);
}

/* ---- what it may not do ------------------------------------------------- */

static const char *const edits[] = { "op=set+k+v", "op=del+cart",
	"op=clear", "op=append+cart+s", "op=take+cart", "op=login+bob",
	"op=logout", "op=renew", "op=rotate", "op=life+10+10",
	"op=set+k+v&op=commit", "op=user&op=setint+k+1" };

Test(authorizer, edits_are_an_error_and_change_nothing)
{
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof edits / sizeof *edits; i++) {
		a = get(&v, edits[i]);
		cr_assert_eq(a->status, 500, "%s: %d", edits[i], a->status);
		cr_assert_eq(count_fields(a, "Set-Cookie"), 0);
		cr_assert_not_null(strstr(site->log,
		    "an authorizer changes nothing"));
		*site->log = '\0';
	}
	site->service->app = &ops;
	cr_assert_str_eq(get(&v, "op=user&op=get+cart&op=get+k")->body,
	    "alice\napple\n-\n");
}

Test(authorizer, edits_of_a_stranger_are_an_error_too)
{
	struct visitor stranger = { .site = site };
	struct answer *a = get(&stranger, "op=set+k+v");

	cr_assert_eq(a->status, 500);
	a = get(&stranger, "op=login+alice");
	cr_assert_eq(a->status, 500);
	a = get(&stranger, "op=csrf");
	cr_assert_eq(a->status, 500, "its cookie would be lost");
	cr_assert_eq(count_fields(a, "Set-Cookie"), 0);
	cr_assert_eq(sessions(site), 1);
}

/* ---- another one's request ---------------------------------------------- */

static struct answer *
another(const char *method, const char *length)
{
	static char verb[64], size[64], cookie[300];
	const char *const vars[] = { verb, size, cookie, "HTTPS=on",
		"HTTP_HOST=example.org", "QUERY_STRING=op=user",
		"CONTENT_TYPE=application/json",
		"HTTP_ORIGIN=https://evil.example",
		"HTTP_SEC_FETCH_SITE=cross-site", NULL };

	snprintf(verb, sizeof verb, "REQUEST_METHOD=%s", method);
	snprintf(size, sizeof size, "CONTENT_LENGTH=%s", length);
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" SID "=%s", id_of(&v));
	return ask(site, vars, NULL, 0);
}

/* Nothing comes after these lengths: a read would fail. */
Test(authorizer, takes_every_method_and_reads_no_body)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH",
		"DELETE", "OPTIONS", "PROPFIND" };
	static const char *const lengths[] = { "", "0", "5", "99999999999",
		"-1", "much" };
	struct answer *a;
	size_t i, k;

	for (i = 0; i < sizeof methods / sizeof *methods; i++)
		for (k = 0; k < sizeof lengths / sizeof *lengths; k++) {
			a = another(methods[i], lengths[k]);
			cr_assert_eq(a->status, 200, "%s of %s: %d",
			    methods[i], lengths[k], a->status);
			cr_assert_str_eq(a->body, "alice\n");
		}
	cr_assert_eq(another("G T", "")->status, 400);
}

/* ---- closed ------------------------------------------------------------- */

Test(authorizer, a_store_that_is_down_is_503)
{
	char command[200];
	struct site *other;
	struct visitor v2 = copy_of(&v);

	snprintf(command, sizeof command, "%s/store.db", site->folder);
	cr_assert_eq(truncate(command, 100), 0);
	other = site_twin(site, &deciding, NULL);
	v2.site = other;
	cr_assert_eq(get(&v2, "op=user")->status, 503);
	site_free(other);
}

/* test_head.c - HEAD and OPTIONS begin no session. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "stage.h"

static const struct sess_app open_to_all = {
	.handle = ops_page, .csrf_by_page = true,
	.methods = "GET HEAD POST OPTIONS",
};

static const char *const methods[] = { "HEAD", "OPTIONS" };

static void
begin(const char *settings)
{
	stage(&open_to_all, settings);
	quiet(site);
}

static void
setup(void)
{
	begin(NULL);
}

TestSuite(head, .init = setup, .fini = stage_clear, .timeout = 60);

/* The visitor's request with this method; OPTIONS has a body to look at. */
static struct answer *
by(const char *method, const char *query)
{
	char text[40];
	struct visitor w = copy_of(&v);
	struct answer *a;

	snprintf(text, sizeof text, "REQUEST_METHOD=%s", method);
	w.extra[0] = text;
	a = get(&w, query);
	memcpy(v.jar, w.jar, sizeof v.jar);
	return a;
}

static const char *
body_of(const char *query)
{
	return by("OPTIONS", query)->body;
}

static void
expect_nothing(const char *query)
{
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof methods / sizeof *methods; i++) {
		a = by(methods[i], query);
		cr_expect_eq(a->status, 200, "%s %s: %d", methods[i], query,
		    a->status);
		cr_expect_null(field_of(a, "Set-Cookie"), "%s %s", methods[i],
		    query);
		cr_expect_null(field_of(a, "X-Session-Token"), "%s %s",
		    methods[i], query);
	}
	cr_expect_eq(all_rows(site), 0, "%s", query);
	cr_expect_eq(sql_int(site, "SELECT count(*) FROM bucket"), 0, "%s",
	    query);
}

/* A store that is there, with nothing in it. */
static void
make_store(void)
{
	struct visitor other = { .site = site };

	get(&other, "op=login+zoe");
	sql_run(site, "DELETE FROM bucket; DELETE FROM session;"
	    "DELETE FROM token; DELETE FROM event");
	*site->log = '\0';
}

/* The browser's cookie of the session is gone. */
static void
lose_session(void)
{
	jar_set(&v, SID, "");
}

Test(head, r101_an_edit_begins_no_session)
{
	make_store();
	expect_nothing("op=set+k+v&op=add+n+1&op=append+l+x");
	expect_nothing("op=flash+hello");
}

Test(head, r101_take_and_cas_begin_no_session)
{
	make_store();
	expect_nothing("op=set+k+v&op=take+k");
	expect_nothing("op=cas+k+-+v");
	cr_assert_str_eq(body_of("op=set+k+v&op=take+k&op=get+k"), "v\n-\n");
	cr_assert_str_eq(body_of("op=cas+k+-+v&op=get+k&op=cas+k+x+y"),
	    "swapped\nv\nkept\n");
}

Test(head, r101_a_login_begins_no_session)
{
	make_store();
	expect_nothing("op=login+alice");
	expect_nothing("op=login+alice&op=remember&op=set+k+v");
	expect_nothing("op=login+alice&op=login+bob&op=commit&op=user");
	cr_assert_eq(logged(site, "login"), 0);
}

Test(head, r101_a_commit_by_the_page_begins_no_session)
{
	make_store();
	expect_nothing("op=set+k+v&op=commit");
	cr_assert_str_eq(body_of("op=set+k+v&op=commit&op=get+k"),
	    "OK\nv\n");
	cr_assert_str_eq(body_of("op=login+alice&op=commit&op=user"),
	    "OK\nalice\n");
}

Test(head, r101_policy_always_begins_no_session)
{
	begin("policy=always");
	make_store();
	expect_nothing("op=get+k");
}

Test(head, r101_a_form_begins_no_session_and_leaves_no_cookie)
{
	make_store();
	expect_nothing("op=csrf&op=form");
	begin("carry=query,field\nparam=sid");
	make_store();
	expect_nothing("op=csrf&op=form&op=link+/a");
	cr_assert_null(strstr(body_of("op=csrf&op=form&op=link+/a"), "sid"));
	begin("carry=bearer");
	make_store();
	expect_nothing("op=csrf&op=form&op=set+k+v");
}

Test(head, r101_a_form_of_another_tab_stays_good)
{
	struct answer *a = get(&v, "op=csrf");
	char before[256], form[300];

	snprintf(before, sizeof before, "%s", jar_get(&v, "__Host-pre"));
	snprintf(form, sizeof form, "csrf=%.*s&op=csrfok",
	    (int)strcspn(a->body, "\n"), a->body);
	by("HEAD", "op=csrf");
	cr_assert_str_eq(jar_get(&v, "__Host-pre"), before);
	cr_assert_str_eq(post(&v, form)->body, "ok\n");
}

Test(head, r101_nothing_counts_as_a_new_session)
{
	int i;

	begin("max_new=3");
	for (i = 0; i < 10; i++)
		cr_assert_eq(by("HEAD", "op=set+k+v")->status, 200);
	for (i = 0; i < 3; i++) {
		v = (struct visitor){ .site = site };
		cr_assert_eq(get(&v, "op=set+k+v")->status, 200, "%d", i);
	}
	v = (struct visitor){ .site = site };
	cr_assert_eq(get(&v, "op=set+k+v")->status, 429);
	cr_assert_eq(by("HEAD", "op=set+k+v")->status, 200, "still");
}

Test(head, r101_who_is_remembered_is_not_logged_in_by_it)
{
	get(&v, "op=login+alice&op=remember");
	lose_session();
	cr_assert_str_eq(body_of("op=user&op=new"), "-\nnew\n");
	by("HEAD", "op=login+bob");
	cr_assert_eq(sessions(site), 1);
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n",
	    "and the token is still good");
}

Test(head, r101_of_who_has_a_session_they_do_what_get_does)
{
	char before[256];

	get(&v, "op=setint+n+0");
	site->now += 60;
	by("HEAD", "op=add+n+1");
	by("OPTIONS", "op=add+n+1");
	cr_assert_eq(sql_int(site, "SELECT seen FROM session"), site->now);
	cr_assert_str_eq(body_of("op=get+n&op=new"), "2\nknown\n");
	snprintf(before, sizeof before, "%s", jar_get(&v, SID));
	by("HEAD", "op=login+alice");
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
	cr_assert_str_neq(jar_get(&v, SID), before);
	cr_assert_eq(sessions(site), 1);
	by("HEAD", "op=logout");
	cr_assert_eq(sessions(site), 0);
}

Test(head, r101_a_logout_without_a_session_forgets_who_is_remembered)
{
	get(&v, "op=login+alice&op=remember");
	lose_session();
	by("HEAD", "op=logout");
	cr_assert_null(jar_get(&v, "__Host-remember"));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 0);
}

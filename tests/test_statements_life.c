/* test_statements_life.c - S: when a session begins, and when it ends. */
/* SPDX-License-Identifier: ISC */
#include "statements.h"

TestSuite(life, .fini = close_site);

/* ---- pages ------------------------------------------------------------- */

/* For who is logged in; the others are sent to the login page. */
static int
members(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	if (sess_user(s) == NULL)
		return sess_res_redirect(res, "login");
	sess_res_printf(res, "Hello, %s.", sess_user(s));
	return 200;
}

static int
take_and_swap(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_set(s, "note", "saved");
	sess_res_printf(res, "%d", sess_cas(s, "drink", NULL, "tea"));
	sess_take(s, "note");
	return 200;
}

/* The login page of a site where nobody else has an id. */
static int
login_form(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	sess_set(s, "hint", "only for this page");
	if (sess_req_field(req, "user") != NULL)
		sess_login(s, sess_req_field(req, "user"));
	sess_res_printf(res, "%s\n%s\n", sess_form(s), sess_link(s, "/p"));
	return 200;
}

static int
bare_link(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_res_printf(res, "%s\n%s", sess_is_new(s) ? "new" : "known",
	    sess_link(s, "/p"));
	return 200;
}

static const struct sess_app login_app = { .handle = login_form };
static const struct sess_app link_app = { .handle = bare_link };

static int
own_cookies(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	sess_res_cookie(res, &(struct sess_cookie){ .name = "year",
		.value = "x", .max_age = 31536000 });
	sess_res_cookie(res, &(struct sess_cookie){ .name = "visit",
		.value = "x" });
	return 200;
}

static int
stay(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_life(s, 60, 3600);
	sess_res_puts(res, "staying");
	return 200;
}

/* ---- the beginning ----------------------------------------------------- */

static int64_t
sessions(const struct site *site)
{
	return sql_int(site, "SELECT count(*) FROM session");
}

Test(life, s29_visiting_is_enough)
{
	struct site *site = open_site(&probe_app, "policy=always");
	struct visitor v = { .site = site };

	cr_assert_not_null(field_of(get(&v, NULL), "Set-Cookie"));
	cr_assert_eq(sessions(site), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user IS NULL"), 1);
	expect_in(get(&v, NULL)->body, "\"new\":false");
	cr_assert_eq(sessions(site), 1);
	close_site();
}

/* Also where the page itself must tell the id. */
Test(life, s29_visiting_is_enough_without_cookies)
{
	struct site *site = open_site(&link_app, "policy=always\n"
	    "carry=query");
	struct visitor v = { .site = site };
	const char *id = strstr(get(&v, NULL)->body, "sid=");

	cr_assert_not_null(id, "a session was made, and nobody is told");
	expect_in(get(&v, id)->body, "known\n");
	cr_assert_eq(sessions(site), 1);
	close_site();
}

Test(life, s29_by_default_with_the_first_thing_to_remember)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	int i;

	for (i = 0; i < 3; i++)         /* to look costs nothing */
		cr_assert_null(field_of(get(&v, "op=get drink&op=del drink"),
		    "Set-Cookie"));
	cr_assert_eq(sessions(site), 0);
	cr_assert_not_null(field_of(get(&v, "op=set drink tea"),
	    "Set-Cookie"));
	cr_assert_eq(sessions(site), 1);
	close_site();
}

Test(life, s30_who_has_not_logged_in_has_no_id)
{
	struct site *site = open_site(&probe_app, "policy=login-only");
	struct visitor v = { .site = site };
	struct answer *a = get(&v, "op=set drink tea&op=add n 1&op=get drink");

	/* What is set lasts for the request. */
	expect_in(a->body, "[true,1,\"tea\"]");
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(sessions(site), 0);
	expect_in(get(&v, "op=get drink")->body,
	    "\"new\":true,\"results\":[null]");
	cr_assert_not_null(field_of(get(&v, "op=login alice"), "Set-Cookie"));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user = 'alice'"), 1);
	get(&v, "op=set drink tea");
	expect_in(get(&v, "op=get drink")->body,
	    "\"new\":false,\"results\":[\"tea\"],\"user\":\"alice\"");
	get(&v, "op=logout&op=set drink tea");
	cr_assert_null(jar_get(&v, SID));
	cr_assert_eq(sessions(site), 0);
	close_site();
}

Test(life, s30_nor_by_way_of_take_and_compare_and_set)
{
	struct site *site = open_site(&probe_app, "policy=login-only");
	struct visitor v = { .site = site };
	struct answer *a = on_page(&v, take_and_swap, NULL, NULL);

	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(sessions(site), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM token"), 0);
	close_site();
}

/* What a page sets there is no session to come, so a form cannot lean on it. */
Test(life, s30_the_login_form_works_where_only_a_login_begins_a_session)
{
	struct site *site = open_site(&login_app, "policy=login-only");
	struct visitor v = { .site = site };
	const char *csrf = strstr(get(&v, NULL)->body, " value=\"");
	char form[256];

	cr_assert_not_null(csrf);
	cr_assert_null(jar_get(&v, SID));
	csrf += strlen(" value=\"");
	snprintf(form, sizeof form, "user=alice&csrf=%.*s",
	    (int)strcspn(csrf, "\""), csrf);
	cr_assert_eq(post(&v, form)->status, 200);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user = 'alice'"), 1);
	close_site();
}

Test(life, s30_no_link_has_an_id_that_is_none)
{
	struct site *site = open_site(&login_app, "policy=login-only\n"
	    "carry=cookie query field");
	struct visitor v = { .site = site };
	struct answer *a = get(&v, NULL);

	expect_in(a->body, "\n/p\n");
	expect_not_in(a->body, "name=\"sid\"");
	cr_assert_eq(sessions(site), 0);
	close_site();
}

/* ---- for as long as it is used ----------------------------------------- */

Test(life, s33_it_lives_for_as_long_as_it_is_used)
{
	struct site *site = open_site(&probe_app, "anon_idle=10m");
	struct visitor v = { .site = site };
	int i;

	get(&v, "op=set drink tea");
	for (i = 0; i < 30; i++) {      /* looking is use; 4.5 hours of it */
		site->now += 540;
		expect_in(get(&v, "op=get drink")->body,
		    "\"new\":false,\"results\":[\"tea\"]");
	}
	cr_assert_eq(sql_int(site, "SELECT seen FROM session"),
	    T0 + 30 * 540);
	cr_assert_eq(sql_int(site, "SELECT created FROM session"), T0);
	close_site();
}

Test(life, s34_the_cookie_ends_with_the_browser)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a = get(&v, "op=login alice");

	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	expect_not_in(a->head, "Max-Age");
	expect_not_in(a->head, "Expires");
	close_site();
}

/* ---- the end ----------------------------------------------------------- */

Test(life, s35_at_logout_the_row_the_cookie_and_the_id_are_gone)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	static const char gone[] = SID "=; Path=/; Max-Age=0; "
	    "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; "
	    "SameSite=Lax\r\n";
	struct answer *a;
	struct id id;

	get(&v, "op=set drink tea");
	get(&v, "op=login alice");
	id = id_of(&v);
	a = get(&v, "op=logout&op=get drink");
	expect_in(a->body, "[true,null],\"user\":null");
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	cr_assert_eq(strncmp(field_of(a, "Set-Cookie"), gone, strlen(gone)),
	    0, "%s", a->head);
	cr_assert_null(jar_get(&v, SID));
	cr_assert_eq(sql_int(site, "SELECT (SELECT count(*) FROM session) + "
	    "(SELECT count(*) FROM token) + (SELECT count(*) FROM field)"),
	    0);
	expect_in(bare_id(site, id.text, "op=get drink")->body,
	    "\"new\":true,\"results\":[null],\"user\":null");
	bare_id(site, id.text, "op=set drink milk");
	cr_assert_eq(count_by_id(site, id.text, "WHERE"), 0);
	close_site();
}

Test(life, s35_at_logout_under_every_policy)
{
	static const char *const policies[] = { "policy=lazy",
		"policy=always", "policy=login-only" };
	size_t i;

	for (i = 0; i < sizeof policies / sizeof *policies; i++) {
		struct site *site = open_site(&probe_app, policies[i]);
		struct visitor v = { .site = site };

		get(&v, "op=login alice&op=set drink tea");
		cr_assert_not_null(jar_get(&v, SID));
		get(&v, "op=logout");
		cr_assert_null(jar_get(&v, SID), "%s", policies[i]);
		cr_assert_eq(sessions(site), 0, "%s", policies[i]);
		close_site();
	}
}

/* Alive a second before, although it is used then; over at that time. */
static void
expect_end(struct visitor *v, int64_t at)
{
	struct site *site = v->site;
	struct id id;

	site->now = at - 1;
	expect_in(get(v, "op=get drink")->body,
	    "\"new\":false,\"results\":[\"tea\"]");
	id = id_of(v);
	site->now = at;
	expect_in(bare_id(site, id.text, "op=get drink")->body,
	    "\"new\":true,\"results\":[null],\"user\":null");
}

/* The file that site_new() writes is read as any program reads its own. */
Test(life, s36_it_ends_after_the_length_that_the_file_sets)
{
	struct site *site = open_site(&probe_app,
	    "# short days\nabsolute = 2h\nanon_absolute = 1h\n");
	struct visitor anon = { .site = site }, user = { .site = site };
	int i;

	get(&anon, "op=set drink tea");
	get(&user, "op=login alice&op=set drink tea");
	cr_assert_eq(sql_int(site, "SELECT ends FROM session "
	    "WHERE user IS NULL"), T0 + 3600);
	for (i = 1; i <= 3; i++) {      /* use moves it not a second */
		site->now = T0 + i * 1100;
		get(&anon, "op=add n 1");
		get(&user, "op=add n 1");
	}
	expect_end(&anon, T0 + 3600);
	for (i = 4; i <= 6; i++) {
		site->now = T0 + i * 1100;
		get(&user, "op=add n 1");
	}
	expect_end(&user, T0 + 7200);
	close_site();
}

Test(life, s37_it_ends_when_it_is_not_used)
{
	struct site *site = open_site(&probe_app, "idle=5m\nanon_idle=2m\n");
	struct visitor anon = { .site = site }, user = { .site = site };
	struct id id;

	get(&anon, "op=set drink tea");
	get(&user, "op=login alice&op=set drink tea");
	site->now = T0 + 120;
	expect_in(get(&anon, "op=get drink")->body,
	    "\"new\":true,\"results\":[null]");
	site->now = T0 + 299;
	expect_in(get(&user, "op=get drink")->body, "[\"tea\"]");
	id = id_of(&user);
	site->now = T0 + 299 + 299;
	expect_in(get(&user, "op=get drink")->body, "[\"tea\"]");
	site->now = T0 + 299 + 299 + 300;
	expect_in(get(&user, "op=get drink")->body,
	    "\"new\":true,\"results\":[null],\"user\":null");
	/* No use of the dead id brings it back. */
	bare_id(site, id.text, "op=set drink milk");
	expect_in(bare_id(site, id.text, "op=get drink")->body, "[null]");
	close_site();
}

Test(life, s37_a_page_may_set_other_limits_for_one_session)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=set drink tea");
	on_page(&v, stay, NULL, NULL);
	cr_assert_eq(sql_int(site, "SELECT idle FROM session"), 60);
	cr_assert_eq(sql_int(site, "SELECT ends FROM session"), T0 + 3600);
	site->now = T0 + 59;
	expect_in(get(&v, "op=get drink")->body, "[\"tea\"]");
	site->now = T0 + 59 + 60;
	expect_in(get(&v, "op=get drink")->body, "\"new\":true");
	close_site();
}

/* ---- cookies that last ------------------------------------------------- */

static void
expect_max_age(const struct answer *a, const char *seconds)
{
	char part[64];

	snprintf(part, sizeof part, "; Max-Age=%s; ", seconds);
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1, "%s", a->head);
	expect_in(field_of(a, "Set-Cookie"), part);
}

Test(life, s52_the_cookie_lasts_as_long_as_is_set)
{
	struct site *site = open_site(&probe_app, "cookie_life=30d\nidle=30d\n"
	    "absolute=90d\nrotate=never\n");
	struct visitor v = { .site = site };
	struct id id;

	expect_max_age(get(&v, "op=login alice&op=set drink tea"), "2592000");
	id = id_of(&v);
	/* It slides in the browser as the session does on the server. */
	site->now += 86400;
	expect_max_age(get(&v, "op=get drink"), "2592000");
	cr_assert_str_eq(id_of(&v).text, id.text);
	site->now += 1;
	cr_assert_null(field_of(get(&v, "op=get drink"), "Set-Cookie"));
	site->now = T0 + 86400 + 30 * 86400;
	expect_in(get(&v, "op=get drink")->body, "\"new\":true");
	close_site();
}

Test(life, s52_a_long_cookie_keeps_no_dead_session_alive)
{
	struct site *site = open_site(&probe_app, "cookie_life=30d");
	struct visitor v = { .site = site };

	get(&v, "op=set drink tea");
	site->now = T0 + 1800;
	expect_in(get(&v, "op=get drink")->body,
	    "\"new\":true,\"results\":[null]");
	close_site();
}

Test(life, s52_a_page_sets_the_expiry_of_its_own_cookies)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a = on_page(&v, own_cookies, NULL, NULL);

	expect_in(a->head, "\r\nSet-Cookie: year=x; Path=/; Max-Age=31536000;"
	    " Secure; HttpOnly; SameSite=Lax\r\n");
	expect_in(a->head, "\r\nSet-Cookie: visit=x; Path=/; Secure; "
	    "HttpOnly; SameSite=Lax\r\n");
	close_site();
}

Test(life, s63_an_expired_session_requires_authentication_again)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a;
	struct id old;

	get(&v, "op=login alice&op=set drink tea");
	old = id_of(&v);
	cr_assert_str_eq(on_page(&v, members, NULL, NULL)->body,
	    "Hello, alice.");
	site->now += 1800;
	a = on_page(&v, members, NULL, NULL);
	cr_assert_eq(a->status, 303);
	expect_in(a->head, "\r\nLocation: /cgi-bin/login\r\n");
	expect_not_in(a->body, "alice");
	get(&v, "op=login alice");
	cr_assert_str_neq(id_of(&v).text, old.text);
	cr_assert_str_eq(on_page(&v, members, NULL, NULL)->body,
	    "Hello, alice.");
	expect_in(get(&v, "op=get drink")->body, "[null]");
	expect_in(bare_id(site, old.text, "")->body, "\"user\":null");
	close_site();
}

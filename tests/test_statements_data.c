/* test_statements_data.c - S: what a session keeps, and for whom. */
/* SPDX-License-Identifier: ISC */
#include "statements.h"

TestSuite(data, .fini = close_site);

/* ---- pages ------------------------------------------------------------- */

static int
names(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct sess_value value;
	const char *name;
	size_t i = 0;

	(void)req;
	while (sess_each(s, &i, &name, &value))
		sess_res_printf(res, "%s,", name);
	return 200;
}

static int
times(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_res_printf(res, "created %" PRId64 " seen %" PRId64
	    " ends %" PRId64, sess_created(s), sess_seen(s), sess_ends(s));
	return 200;
}

static int
history(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_res_printf(res, "visit %" PRId64 ", last %" PRId64,
	    sess_add(s, "visits", 1), sess_seen(s));
	return 200;
}

static const char *
or_none(const char *text)
{
	return text != NULL ? text : "none";
}

/* What each page of a site wants to know first. */
static int
context(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_res_printf(res, "user %s, language %s, theme %s",
	    or_none(sess_user(s)), or_none(sess_get(s, "language")),
	    or_none(sess_get(s, "theme")));
	return 200;
}

/* ---- pairs ------------------------------------------------------------- */

Test(data, s01_pairs_survive_to_the_next_request)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=set drink green tea&op=add n 41&op=set gone x");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 3);
	expect_in(get(&v, "op=get drink&op=get n&op=get none")->body,
	    "[\"green tea\",41,null]");
	get(&v, "op=set drink coffee&op=add n 1&op=del gone");
	expect_in(get(&v, "op=get drink&op=get n&op=get gone")->body,
	    "[\"coffee\",42,null]");
	cr_assert_str_eq(on_page(&v, names, NULL, NULL)->body, "drink,n,");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 2);
	expect_unseen(site, "green tea");
	expect_unseen(site, "coffee");
	close_site();
}

/* All use one name for their field, and each its own key space. */
Test(data, s02_many_interleaved_clients_keep_their_own_values)
{
	enum { CLIENTS = 20, ROUNDS = 5 };
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v[CLIENTS] = { 0 };
	char query[64], results[64];
	int i, round;

	for (round = 1; round <= ROUNDS; round++)
		for (i = 0; i < CLIENTS; i++) {
			v[i].site = site;
			snprintf(query, sizeof query,
			    "op=add n %d&op=append who %c", i + 1, 'a' + i);
			snprintf(results, sizeof results, "[%d,true]",
			    (i + 1) * round);
			expect_in(get(&v[i], query)->body, results);
		}
	for (i = 0; i < CLIENTS; i++) {
		snprintf(results, sizeof results, "[%d,\"%c%c%c%c%c\"]",
		    (i + 1) * ROUNDS, 'a' + i, 'a' + i, 'a' + i, 'a' + i,
		    'a' + i);
		expect_in(get(&v[i], "op=get n&op=get who")->body, results);
	}
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), CLIENTS);
	close_site();
}

/* One process serves both in turn: nothing of one request is left for the
   next. */
Test(data, s02_a_thousand_alternations_of_two_users_in_one_process)
{
	static const char *const user[] = { "alice", "bob" };
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v[2] = { { .site = site }, { .site = site } };
	char expected[128];
	int i;

	get(&v[0], "op=login alice&op=set own of-alice");
	get(&v[1], "op=login bob&op=set own of-bob");
	for (i = 0; i < 1000; i++) {
		*site->trace = '\0';
		snprintf(expected, sizeof expected,
		    "\"results\":[%d,\"of-%s\"],\"user\":\"%s\"}", i / 2 + 1,
		    user[i % 2], user[i % 2]);
		expect_in(get(&v[i % 2], "op=add n 1&op=get own")->body,
		    expected);
	}
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 2);
	cr_assert_eq(sql_int(site, "SELECT sum(value) FROM field "
	    "WHERE name = 'n'"), 1000);
	close_site();
}

Test(data, s49_two_browsers_have_two_sessions)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor desk = { .site = site }, phone = { .site = site };

	get(&desk, "op=login alice&op=set cart book");
	get(&phone, "op=login alice&op=set cart pen");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user = 'alice'"), 2);
	cr_assert_str_neq(id_of(&desk).text, id_of(&phone).text);
	expect_in(get(&desk, "op=get cart")->body, "[\"book\"]");
	expect_in(get(&phone, "op=get cart")->body, "[\"pen\"]");
	get(&desk, "op=logout");
	expect_in(get(&phone, "op=get cart")->body,
	    "[\"pen\"],\"user\":\"alice\"");
	close_site();
}

Test(data, s22_data_are_on_the_server_and_the_cookie_holds_only_the_id)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a = get(&v, "op=set drink tea&op=login alice");

	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	cr_assert_eq(strcspn(field_of(a, "Set-Cookie"), ";"),
	    strlen(SID "=") + TOKEN_LEN);
	expect_in(field_of(a, "Set-Cookie"), id_of(&v).text);
	cr_assert_eq(*v.jar[1], '\0', "another cookie: %s", v.jar[1]);
	cr_assert_eq(count_by_id(site, id_of(&v).text,
	    "JOIN field f USING (session) WHERE f.name = 'drink' "
	    "AND f.value = 'tea' AND"), 1);
	close_site();
}

Test(data, s48_a_value_of_a_megabyte_where_the_limits_allow_it)
{
	enum { MEGABYTE = 1 << 20 };
	struct site *site = open_site(&probe_app, "max_value_bytes=2m\n"
	    "max_session_bytes=4m\nmax_body_bytes=2m\n");
	struct visitor v = { .site = site };
	static char form[20000];        /* the probe takes no longer ones */
	int i;

	memset(form, 'x', 16384 + 14);
	memcpy(form, "op=append big ", 14);
	for (i = 0; i < MEGABYTE / 16384; i++) {
		*site->trace = '\0';
		cr_assert_eq(post(&v, form)->status, 200);
	}
	cr_assert_eq(sql_int(site, "SELECT length(value) FROM field"),
	    MEGABYTE);
	cr_assert_eq(get(&v, "op=get big")->body_len, MEGABYTE +
	    strlen("{\"new\":false,\"results\":[\"\"],\"user\":null}\n"));
	close_site();
}

static int
megabyte(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	static char big[(1 << 20) + 1];

	(void)req;
	memset(big, 'y', sizeof big - 1);
	if (sess_get(s, "big") == NULL)
		sess_set(s, "big", big);
	sess_res_puts(res, strcmp(or_none(sess_get(s, "big")), big) == 0 ?
	    "whole" : "not whole");
	return 200;
}

Test(data, s48_a_value_over_the_limit_is_refused_whole)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a = on_page(&v, megabyte, NULL, NULL);

	cr_assert_eq(a->status, 500);
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 0);
	close_site();
	site = open_site(&probe_app, "max_value_bytes=1m\nmax_session_bytes=2m\n");
	v = (struct visitor){ .site = site };
	cr_assert_str_eq(on_page(&v, megabyte, NULL, NULL)->body, "whole");
	cr_assert_str_eq(on_page(&v, megabyte, NULL, NULL)->body, "whole");
	expect_unseen(site, "yyyyyyyy");
	close_site();
}

/* ---- types ------------------------------------------------------------- */

static int
set_types(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_set(s, "text", "42");
	sess_set_int(s, "int", 42);
	sess_set_bytes(s, "bytes", "\0\377" "42", 4);
	sess_set(s, "empty", "");
	sess_set_int(s, "least", INT64_MIN);
	sess_res_cookie(res, &(struct sess_cookie){ .name = "n",
		.value = "42" });
	return 200;
}

static int
tell_types(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	static const char letter[] = { [SESS_TEXT] = 't', [SESS_INT] = 'i',
		[SESS_BYTES] = 'b' };
	struct sess_value value;
	const char *name;
	const void *bytes;
	size_t i = 0, len = 0;

	while (sess_each(s, &i, &name, &value))
		sess_res_printf(res, "%s:%c ", name, letter[value.type]);
	bytes = sess_get_bytes(s, "bytes", &len);
	sess_res_printf(res, "%s %" PRId64 " %" PRId64 " <%s> bytes %s "
	    "cookie %s", sess_get(s, "text"), sess_get_int(s, "int", 0),
	    sess_get_int(s, "least", 0), sess_get(s, "empty"), len == 4 &&
	    memcmp(bytes, "\0\377" "42", 4) == 0 ? "equal" : "differ",
	    sess_req_cookie(req, "n"));
	return 200;
}

Test(data, s51_values_keep_their_types_and_a_cookie_is_text)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	on_page(&v, set_types, NULL, NULL);
	cr_assert_str_eq(on_page(&v, tell_types, NULL, NULL)->body,
	    "bytes:b empty:t int:i least:i text:t "
	    "42 42 -9223372036854775808 <> bytes equal cookie 42");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field WHERE "
	    "(name = 'text' AND typeof(value) = 'text' AND value = '42') OR "
	    "(name = 'int' AND typeof(value) = 'integer' AND value = 42) OR "
	    "(name = 'bytes' AND typeof(value) = 'blob' "
	    "AND value = x'00ff3432') OR "
	    "(name = 'empty' AND typeof(value) = 'text' AND value = '') OR "
	    "(name = 'least' AND typeof(value) = 'integer')"), 5);
	close_site();
}

Test(data, s51_another_type_is_no_value_at_all)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=set text 42");
	cr_assert_eq(get(&v, "op=add text 1")->status, 500);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field "
	    "WHERE typeof(value) = 'text' AND value = '42'"), 1);
	close_site();
}

/* ---- at once, or with the next request --------------------------------- */

static int
both_ways(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (sess_req_query(req, "set") != NULL) {
		sess_set(s, "drink", "tea");
		sess_res_cookie(res, &(struct sess_cookie){ .name = "drink",
			.value = "tea" });
	}
	sess_res_printf(res, "session %s, cookie %s",
	    or_none(sess_get(s, "drink")),
	    or_none(sess_req_cookie(req, "drink")));
	return 200;
}

Test(data, s54_a_session_value_is_there_at_once_and_a_cookie_one_request_later)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	cr_assert_str_eq(on_page(&v, both_ways, "set=1", NULL)->body,
	    "session tea, cookie none");
	cr_assert_str_eq(on_page(&v, both_ways, NULL, NULL)->body,
	    "session tea, cookie tea");
	close_site();
}

/* ---- for as long as the session ---------------------------------------- */

Test(data, s19_the_server_learns_of_previous_activity)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	cr_assert_str_eq(on_page(&v, history, NULL, NULL)->body,
	    "visit 1, last 1700000000");
	site->now += 100;
	cr_assert_str_eq(on_page(&v, history, NULL, NULL)->body,
	    "visit 2, last 1700000000");
	site->now += 1000;
	cr_assert_str_eq(on_page(&v, history, NULL, NULL)->body,
	    "visit 3, last 1700000100");
	cr_assert_eq(sql_int(site, "SELECT seen FROM session"), T0 + 1100);
	close_site();
}

Test(data, s20_language_and_theme_are_kept_for_one_user_alone)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor a = { .site = site }, b = { .site = site };

	get(&a, "op=login alice&op=set language fr&op=set theme dark");
	get(&b, "op=login bob&op=set language de&op=set theme light");
	site->now += 600;
	cr_assert_str_eq(on_page(&a, context, NULL, NULL)->body,
	    "user alice, language fr, theme dark");
	cr_assert_str_eq(on_page(&b, context, NULL, NULL)->body,
	    "user bob, language de, theme light");
	/* Another user at the same browser finds nothing of the first. */
	get(&a, "op=login carol");
	cr_assert_str_eq(on_page(&a, context, NULL, NULL)->body,
	    "user carol, language none, theme none");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user = 'alice'"), 0);
	close_site();
}

Test(data, s21_created_seen_and_end_are_stored_and_shown)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=set drink tea");
	site->now = T0 + 100;
	cr_assert_str_eq(on_page(&v, times, NULL, NULL)->body,
	    "created 1700000000 seen 1700000000 ends 1700086400");
	site->now = T0 + 200;
	get(&v, "op=login alice");
	site->now = T0 + 300;
	cr_assert_str_eq(on_page(&v, times, NULL, NULL)->body,
	    "created 1700000000 seen 1700000200 ends 1700029000");
	cr_assert_eq(sql_int(site, "SELECT created FROM session"), T0);
	cr_assert_eq(sql_int(site, "SELECT seen FROM session"), T0 + 300);
	cr_assert_eq(sql_int(site, "SELECT ends FROM session"),
	    T0 + 200 + 8 * 3600);
	get(&v, "op=logout");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 0);
	close_site();
}

/* A browser that closes forgets the cookie, and nothing leads back. */
Test(data, s21_it_ends_for_the_visitor_when_the_browser_closes)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site }, reopened = { .site = site };

	get(&v, "op=set drink tea");
	expect_in(get(&reopened, "op=get drink")->body,
	    "\"new\":true,\"results\":[null]");
	close_site();
}

Test(data, s23_fields_go_with_the_session)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor a = { .site = site }, b = a, c = a;
	int dropped = 0;

	get(&a, "op=set drink tea&op=add n 1");
	get(&b, "op=set drink milk");
	sql_run(site, "CREATE TABLE lasting (text TEXT);"
	    "INSERT INTO lasting VALUES ('kept')");
	get(&a, "op=logout");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 1);
	get(&c, "op=set drink water");
	site->now += 1800;
	expect_in(get(&b, "op=get drink")->body, "[null]");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 1,
	    "it went with the request that found it over");
	cr_assert_eq(site->service->ops->sweep(site->service->store, site->now,
	    100, &dropped), SESS_OK);
	cr_assert_eq(dropped, 1);
	cr_assert_eq(sql_int(site, "SELECT (SELECT count(*) FROM session) + "
	    "(SELECT count(*) FROM token) + (SELECT count(*) FROM field)"),
	    0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM lasting"), 1);
	close_site();
}

Test(data, s60_activities_and_data_are_kept_during_the_whole_session)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	char expected[64];
	int i;

	get(&v, "op=login alice&op=set name Alice");
	for (i = 1; i <= 20; i++) {     /* 6 h 40 min, many ids */
		site->now += 1200;
		get(&v, i % 2 ? "op=add viewed 1&op=append path a" :
		    "op=add viewed 1&op=append path b");
	}
	snprintf(expected, sizeof expected,
	    "[\"Alice\",20,\"%s\"],\"user\":\"alice\"",
	    "abababababababababab");
	expect_in(get(&v, "op=get name&op=get viewed&op=get path")->body,
	    expected);
	close_site();
}

Test(data, s70_preferences_and_login_are_the_context_of_each_request)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	cr_assert_str_eq(on_page(&v, context, NULL, NULL)->body,
	    "user none, language none, theme none");
	get(&v, "op=set language fr&op=set theme dark");
	cr_assert_str_eq(on_page(&v, context, NULL, NULL)->body,
	    "user none, language fr, theme dark");
	get(&v, "op=login alice");
	cr_assert_str_eq(on_page(&v, context, NULL, NULL)->body,
	    "user alice, language fr, theme dark");
	cr_assert_str_eq(on_page(&v, context, NULL, "a=b")->body,
	    "user alice, language fr, theme dark");
	get(&v, "op=logout");
	cr_assert_str_eq(on_page(&v, context, NULL, NULL)->body,
	    "user none, language none, theme none");
	close_site();
}

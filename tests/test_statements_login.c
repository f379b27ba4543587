/* test_statements_login.c - S: who it is, from the login to the logout. */
/* SPDX-License-Identifier: ISC */
#include "statements.h"

TestSuite(login, .fini = close_site);

#define PASSWORD "correct-horse-7"

/* ---- pages ------------------------------------------------------------- */

/* Two users, one password.  Hashing costs, so it is done once a test. */
static const char *
hash_of(const char *user)
{
	static char hash[SESS_HASH_MAX];

	if (strcmp(user, "alice") != 0 && strcmp(user, "bob") != 0)
		return NULL;
	if (*hash == '\0')
		cr_assert_eq(sess_password_hash(hash, PASSWORD), SESS_OK);
	return hash;
}

static int
log_in(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *user = sess_req_field(req, "user");
	const char *password = sess_req_field(req, "password");

	if (user == NULL || password == NULL ||
	    sess_password_check(hash_of(user), password) != SESS_OK) {
		sess_res_puts(res, "Name or password is wrong.");
		return 403;
	}
	sess_login(s, user);
	sess_res_puts(res, "Welcome.");
	return 200;
}

static int
log_out(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_logout(s);
	sess_res_puts(res, "Goodbye.");
	return 200;
}

/* Three pages that ask for no password. */
static int
members(struct sess_res *res, const struct sess *s, const char *page)
{
	if (sess_user(s) == NULL)
		return 401;
	sess_res_printf(res, "%s of %s", page, sess_user(s));
	return 200;
}

static int
drafts(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	return members(res, s, "drafts");
}

static int
billing(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	return members(res, s, "billing");
}

static int
cart(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_add(s, "items", 1);
	return members(res, s, "cart");
}

/* ---- name and password ------------------------------------------------- */

static struct answer *
try(struct visitor *v, const char *user, const char *password)
{
	char form[128];

	snprintf(form, sizeof form, "user=%s&password=%s", user, password);
	return on_page(v, log_in, NULL, form);
}

static int64_t
logged_in(const struct site *site)
{
	return sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user IS NOT NULL");
}

Test(login, s38_a_failed_login_tells_nothing_about_either)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *known = try(&v, "alice", "wrong"), *other;
	static const char *const wrong[][2] = { { "nobody", "wrong" },
		{ "nobody", PASSWORD }, { "alice", "" }, { "", PASSWORD },
		{ "alice", "correct-horse-" }, { "Alice", PASSWORD } };
	size_t i;

	cr_assert_eq(known->status, 403);
	for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		other = try(&v, wrong[i][0], wrong[i][1]);
		cr_assert_str_eq(other->head, known->head);
		cr_assert_str_eq(other->body, known->body);
	}
	cr_assert_eq(try(&v, "alice", PASSWORD)->status, 200);
	expect_unseen(site, PASSWORD);
	close_site();
}

Test(login, s39_only_success_makes_a_session_with_an_id)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a = try(&v, "alice", "wrong");

	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM token"), 0);
	a = try(&v, "alice", PASSWORD);
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	cr_assert_eq(logged_in(site), 1);
	cr_assert_eq(count_by_id(site, id_of(&v).text, "WHERE"), 1);
	close_site();
}

Test(login, s39_a_failure_in_a_session_leaves_it_as_it_was)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct id id;

	get(&v, "op=set drink tea");
	id = id_of(&v);
	try(&v, "alice", "wrong");
	cr_assert_str_eq(id_of(&v).text, id.text);
	cr_assert_eq(logged_in(site), 0);
	expect_in(get(&v, "op=get drink")->body, "[\"tea\"],\"user\":null");
	/* And who is logged in stays who he is. */
	try(&v, "alice", PASSWORD);
	id = id_of(&v);
	try(&v, "bob", "wrong");
	cr_assert_str_eq(id_of(&v).text, id.text);
	expect_in(get(&v, NULL)->body, "\"user\":\"alice\"");
	close_site();
}

Test(login, s45_after_a_login_a_new_id_is_saved_in_the_cookie)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a;
	struct id before;

	get(&v, "op=set drink tea");
	before = id_of(&v);
	a = try(&v, "alice", PASSWORD);
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	expect_in(field_of(a, "Set-Cookie"), id_of(&v).text);
	cr_assert_str_neq(id_of(&v).text, before.text);
	expect_in(get(&v, NULL)->body, "\"user\":\"alice\"");
	/* The same again, with the same user: new once more. */
	before = id_of(&v);
	try(&v, "alice", PASSWORD);
	cr_assert_str_neq(id_of(&v).text, before.text);
	expect_in(bare_id(site, before.text, "")->body, "\"user\":null");
	close_site();
}

static int
welcome_form(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (sess_req_query(req, "in") != NULL)
		sess_login(s, "alice");
	sess_set(s, "seen", "yes");
	sess_res_puts(res, sess_form(s));
	return 200;
}

static const struct sess_app welcome_app = { .handle = welcome_form };

/* The answer to a login may be a page with forms, not only a redirect. */
Test(login, s45_a_form_on_the_page_of_the_login_is_one_of_the_new_id)
{
	struct site *site = open_site(&welcome_app, NULL);
	struct visitor v = { .site = site };
	char before[300], after[300];
	static const char value[] = " value=\"";
	const char *at;

	at = strstr(get(&v, NULL)->body, value) + strlen(value);
	snprintf(before, sizeof before, "csrf=%.*s", (int)strcspn(at, "\""),
	    at);
	cr_assert_eq(post(&v, before)->status, 200);
	at = strstr(get(&v, "in=1")->body, value) + strlen(value);
	snprintf(after, sizeof after, "csrf=%.*s", (int)strcspn(at, "\""),
	    at);
	cr_assert_eq(post(&v, after)->status, 200);
	cr_assert_eq(post(&v, before)->status, 403);
	close_site();
}

Test(login, s55_the_password_is_stored_nowhere)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=set drink peppermint");
	try(&v, "alice", "wrong-horse-8");
	try(&v, "alice", PASSWORD);
	get(&v, "op=add n 1");
	cr_assert_not(folder_has(site, PASSWORD, sizeof PASSWORD - 1));
	cr_assert_not(folder_has(site, "wrong-horse-8", 13));
	cr_assert_not(folder_has(site, hash_of("alice"),
	    strlen(hash_of("alice"))));
	cr_assert(folder_has(site, "peppermint", 10),
	    "the search finds nothing");
	expect_unseen(site, PASSWORD);
	expect_unseen(site, "wrong-horse-8");
	close_site();
}

/* ---- id and user ------------------------------------------------------- */

Test(login, s43_the_hash_of_the_id_and_the_user_are_a_pair_in_the_store)
{
	static const char of_alice[] = "JOIN session s ON s.pk = k.session "
	    "WHERE k.until IS NULL AND s.user = 'alice' AND";
	struct site *site = open_site(&probe_app, NULL);
	struct visitor a = { .site = site }, b = { .site = site };
	struct id before;

	get(&a, "op=set drink tea");
	before = id_of(&a);
	cr_assert_eq(count_by_id(site, before.text, of_alice), 0);
	get(&a, "op=login alice");
	get(&b, "op=login bob");
	cr_assert_eq(count_by_id(site, id_of(&a).text, of_alice), 1);
	cr_assert_eq(count_by_id(site, id_of(&b).text, of_alice), 0);
	cr_assert_eq(count_by_id(site, before.text, of_alice), 0);
	cr_assert_eq(sql_int(site, "SELECT auth FROM session "
	    "WHERE user = 'alice'"), T0);
	close_site();
}

Test(login, s58_the_id_leads_to_the_user)
{
	static const char *const users[] = { "alice", "bob", "j%C3%B6rg",
		"o'neill", "a" };
	static const char *const names[] = { "alice", "bob", "j\303\266rg",
		"o'neill", "a" };
	enum { USERS = sizeof users / sizeof *users };
	struct site *site = open_site(&probe_app, NULL);
	struct id ids[USERS];
	char query[64], expected[64];
	size_t i;

	for (i = 0; i < USERS; i++) {
		struct visitor v = { .site = site };

		snprintf(query, sizeof query, "op=login %s", users[i]);
		get(&v, query);
		ids[i] = id_of(&v);
	}
	for (i = USERS; i-- > 0; ) {
		snprintf(expected, sizeof expected, "\"user\":\"%s\"}",
		    names[i]);
		expect_in(bare_id(site, ids[i].text, "")->body, expected);
	}
	cr_assert_eq(sql_int(site, "SELECT count(DISTINCT user) "
	    "FROM session"), USERS);
	close_site();
}

/* ---- from page to page ------------------------------------------------- */

Test(login, s68_authentication_is_tracked_across_pages)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site }, guest = { .site = site };
	int i;

	cr_assert_eq(on_page(&v, drafts, NULL, NULL)->status, 401);
	try(&v, "alice", PASSWORD);
	for (i = 0; i < 3; i++) {
		site->now += 600;
		cr_assert_str_eq(on_page(&v, drafts, NULL, NULL)->body,
		    "drafts of alice");
		cr_assert_str_eq(on_page(&v, billing, NULL, "pay=1")->body,
		    "billing of alice");
		cr_assert_str_eq(on_page(&v, cart, NULL, NULL)->body,
		    "cart of alice");
		cr_assert_eq(on_page(&guest, cart, NULL, NULL)->status, 401);
	}
	on_page(&v, log_out, NULL, "");
	cr_assert_eq(on_page(&v, drafts, NULL, NULL)->status, 401);
	cr_assert_eq(on_page(&v, billing, NULL, NULL)->status, 401);
	cr_assert_eq(logged_in(site), 0);
	close_site();
}

Test(login, s69_what_was_kept_without_a_login_is_there_after_it)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=set cart 2 lanterns&op=add items 2");
	try(&v, "alice", "wrong");
	try(&v, "alice", PASSWORD);
	expect_in(get(&v, "op=get cart&op=add items 1")->body,
	    "[\"2 lanterns\",3],\"user\":\"alice\"");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 2);
	expect_unseen(site, "2 lanterns");
	close_site();
}

/* But it is not there for the user after the next. */
Test(login, s69_nothing_of_one_user_reaches_the_next)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct id alices;

	get(&v, "op=set cart book");
	try(&v, "alice", PASSWORD);
	alices = id_of(&v);
	try(&v, "bob", PASSWORD);
	expect_in(get(&v, "op=get cart")->body, "[null],\"user\":\"bob\"");
	expect_in(bare_id(site, alices.text, "op=get cart")->body,
	    "\"new\":true,\"results\":[null],\"user\":null");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 1);
	get(&v, "op=logout");
	try(&v, "alice", PASSWORD);
	expect_in(get(&v, "op=get cart")->body, "[null],\"user\":\"alice\"");
	close_site();
}

/* test_throttle.c - not too often. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <sys/stat.h>

#include "crypt.h"
#include "ops.h"

/* "password"; of little cost, and a wrong one is as cheap. */
#define CHEAP "$2y$04$PlsXhmUYJLTySp3u05AcVuLYsLfkEHymbT1Vdy0mkzkY0TS3rwPdm"
#define DAY (24 * 3600)

static struct site *site;

static void
open_site(const char *settings)
{
	site = quiet(site_new(&ops, settings));
}

static void
close_site(void)
{
	if (site != NULL)
		site_free(site);
	site = NULL;
}

TestSuite(throttle, .fini = close_site, .timeout = 240);

/* ---- helps ------------------------------------------------------------- */

/* A visitor at an address; a few of those are kept. */
static struct visitor
at(const char *address)
{
	static char vars[16][80];
	static unsigned next;
	struct visitor v = { .site = site };

	snprintf(vars[next % 16], sizeof *vars, "REMOTE_ADDR=%s", address);
	v.extra[0] = vars[next++ % 16];
	return v;
}

/* How often it was allowed to look at the password; the rest was refused. */
static int
guesses(struct visitor *v, const char *name, int n)
{
	char query[80];
	int looked = 0;
	struct answer *r;

	snprintf(query, sizeof query, "op=verify+%s+wrong-one", name);
	while (n-- > 0) {
		r = get(v, query);
		cr_assert_eq(r->status, 200);
		if (strcmp(r->body, "E_NONE\n") == 0)
			looked++;
		else
			cr_assert_str_eq(r->body, "E_TRIES\n");
		forget(site);
	}
	return looked;
}

static bool
says(struct visitor *v, const char *query, const char *line)
{
	struct answer *r = get(v, query);
	bool yes = r->status == 200 && strncmp(r->body, line, strlen(line)) ==
	    0 && r->body[strlen(line)] == '\n';

	if (!yes)
		fprintf(stderr, "%s: %d %s\n", query, r->status, r->body);
	forget(site);
	return yes;
}

/* Accounts with a cheap hash; it is renewed when somebody logs in. */
static void
account(const char *name)
{
	char sql[300];

	if (sql_int(site, "SELECT count(*) FROM sqlite_schema") == 0) {
		struct visitor v = { .site = site };

		says(&v, "op=verify+nobody+nothing", "E_NONE");
	}
	snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO account (name, "
	    "hash, created, changed) VALUES ('%s', '" CHEAP "', 1, 1)", name);
	sql_run(site, sql);
	sql_run(site, "DELETE FROM bucket");
}

/* A browser that the account knows, and the same without session. */
static struct visitor
known(const char *name, const char *address)
{
	struct visitor v = at(address);
	char query[80];

	snprintf(query, sizeof query, "op=verify+%s+password", name);
	cr_assert(says(&v, query, "OK"));
	cr_assert_not_null(jar_get(&v, "__Host-device"));
	account(name);
	return v;
}

/* ---- r36: the series of an account ------------------------------------- */

Test(throttle, r36_five_are_free_then_each_wait_is_twice_as_long)
{
	int64_t wait = 1;
	struct visitor v;
	int n;

	open_site("address_tries=100000");
	account("alice");
	v = at("192.0.2.1");
	cr_assert_eq(guesses(&v, "alice", 20), 5);
	for (n = 6; n <= 100; n++) {
		site->now += wait - 1;
		cr_assert_eq(guesses(&v, "alice", 2), 0, "%d", n);
		site->now += 1;
		cr_assert_eq(guesses(&v, "Alice", 1), 1, "%d", n);
		wait = wait < 512 ? 2 * wait : 900;
	}
	/* what was refused was counted nowhere */
	cr_assert_eq(sql_int(site, "SELECT max(n) FROM bucket"), 100);
}

Test(throttle, r36_how_long_to_wait_is_told)
{
	struct visitor v;
	struct answer *r;

	open_site("address_tries=100000");
	account("alice");
	v = at("192.0.2.1");
	guesses(&v, "alice", 5);
	site->now++;
	guesses(&v, "alice", 1);
	r = get(&v, "op=verify+alice+wrong-one&op=status+429");
	cr_assert_eq(r->status, 429);
	cr_assert(strncmp(field_of(r, "Retry-After"), "2\r", 2) == 0);
	cr_assert_eq(logged(site, "throttle"), 1);
}

Test(throttle, r36_a_right_password_ends_the_series)
{
	struct visitor v;

	open_site("address_tries=100000");
	account("alice");
	v = at("192.0.2.1");
	v.no_cookies = true;
	cr_assert_eq(guesses(&v, "alice", 4), 4);
	cr_assert(says(&v, "op=verify+alice+password", "OK"));
	cr_assert_eq(guesses(&v, "alice", 20), 5);
}

Test(throttle, r36_the_hundred_and_first_is_refused)
{
	struct visitor v, w, admin;
	int i, n = 0;

	open_site("address_tries=100000\nlogin_tries=1000");
	account("alice");
	w = known("alice", "192.0.2.9");
	v = at("192.0.2.1");
	admin = at("192.0.2.2");
	for (i = 0; i < 99; i++)
		n += guesses(&v, "alice", 1);
	cr_assert_eq(n, 99);
	cr_assert(says(&w, "op=verify+alice+password", "OK"));
	account("bob");
	for (i = 0; i < 100; i++)
		n += guesses(&v, "bob", 1);
	cr_assert_eq(n, 199);
	/* no wait helps, and it looks like a wrong one */
	cr_assert(says(&v, "op=verify+bob+password", "E_NONE"));
	cr_assert(says(&admin, "op=enter+Bob+password", "E_NONE"));
	cr_assert_eq(sessions(site), 0);
	site->now += 20 * 365 * DAY;
	cr_assert(says(&v, "op=verify+BOB+password", "E_NONE"));
	cr_assert(says(&v, "op=verify+bob+wrong-one", "E_NONE"));
	cr_assert(says(&admin, "op=reset+BOB", "OK"));
	cr_assert(says(&v, "op=verify+bob+password", "OK"));
}

Test(throttle, r36_a_series_is_forgotten_after_thirty_days)
{
	struct visitor v;

	open_site("address_tries=100000");
	account("alice");
	v = at("192.0.2.1");
	guesses(&v, "alice", 5);
	site->now += 30 * DAY - 1;
	cr_assert_eq(guesses(&v, "alice", 5), 1);
	site->now += 30 * DAY;
	cr_assert_eq(guesses(&v, "alice", 9), 5);
}

/* What was tried before somebody took the name is not held against him. */
Test(throttle, r36_a_name_cannot_be_locked_before_it_is_taken)
{
	struct visitor v, w;

	open_site("address_tries=100000\nlogin_tries=1000");
	account("alice");
	v = at("192.0.2.1");
	w = at("192.0.2.2");
	cr_assert_eq(guesses(&v, "bob", 100), 100);
	cr_assert(says(&w, "op=signup+Bob+wonderland-1865", "OK"));
	cr_assert(says(&w, "op=verify+bob+wonderland-1865", "OK"));
}

/* ---- r36: addresses ---------------------------------------------------- */

Test(throttle, r36_an_address_has_twenty_in_ten_minutes)
{
	static const struct { const char *a, *b; bool same; } pairs[] = {
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1", "192.0.2.2", false },
		{ "2001:db8::1", "2001:db8:0:0:ffff::2", true },
		{ "2001:db8::1", "2001:db8:0:1::1", false },
		{ "192.0.2.1", "::ffff:192.0.2.1", true },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.2", false },
	};
	struct visitor v, w;
	char name[16];
	size_t i;
	int n;

	open_site(NULL);
	account("alice");
	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		sql_run(site, "DELETE FROM bucket");
		site->now += 3600;
		v = at(pairs[i].a);
		w = at(pairs[i].b);
		for (n = 0; n < 20; n++) {
			snprintf(name, sizeof name, "n%d", n);
			cr_assert_eq(guesses(n % 2 == 0 && pairs[i].same ?
			    &w : &v, name, 1), 1, "%zu %d", i, n);
		}
		cr_assert_eq(guesses(&v, "other", 3), 0, "%zu", i);
		cr_assert_eq(guesses(&w, "other", 3), pairs[i].same ? 0 : 3,
		    "%zu", i);
		site->now += 599;
		cr_assert_eq(guesses(&v, "another", 1), 0, "%zu", i);
		site->now += 1;
		cr_assert_eq(guesses(&v, "another", 1), 1, "%zu", i);
	}
}

Test(throttle, r36_who_logs_in_has_spent_nothing_of_his_address)
{
	struct visitor v;
	int i;

	open_site(NULL);
	account("alice");
	v = at("192.0.2.1");
	v.no_cookies = true;
	for (i = 0; i < 30; i++)
		cr_assert(says(&v, "op=verify+alice+password", "OK"), "%d", i);
}

/* Nor does a refused one count, or an attack would refuse for longer. */
Test(throttle, r36_what_is_refused_costs_nothing)
{
	struct visitor v, w;
	int64_t version;

	open_site(NULL);
	account("alice");
	v = at("192.0.2.1");
	cr_assert_eq(guesses(&v, "alice", 5), 5);
	version = sql_int(site, "SELECT sum(n) + sum(until) FROM bucket");
	cr_assert_eq(guesses(&v, "alice", 50), 0);
	cr_assert_eq(sql_int(site, "SELECT sum(n) + sum(until) FROM bucket"),
	    version);
	cr_assert_eq(guesses(&v, "bob", 5), 5);
	cr_assert_eq(guesses(&v, "carol", 5), 5);
	cr_assert_eq(guesses(&v, "dave", 4), 4);
	cr_assert_eq(guesses(&v, "eve", 5), 1);
	/* nor does the account suffer from guesses refused by address */
	w = at("192.0.2.2");
	cr_assert_eq(guesses(&v, "frank", 50), 0);
	cr_assert_eq(guesses(&w, "frank", 50), 5);
}

/* ---- r36: known browsers ----------------------------------------------- */

Test(throttle, r36_a_known_browser_gets_in_during_an_attack)
{
	struct visitor owner, v, stranger;

	open_site("address_tries=100000");
	account("alice");
	owner = known("alice", "192.0.2.1");
	v = at("192.0.2.66");
	stranger = at("192.0.2.1");
	guesses(&v, "alice", 50);
	cr_assert(says(&stranger, "op=enter+alice+password", "E_TRIES"));
	cr_assert(says(&owner, "op=enter+alice+password", "OK"));
	cr_assert(says(&owner, "op=user", "alice"));
	cr_assert_eq(guesses(&v, "alice", 1), 0, "it goes on for him");
	/* and when it is locked for strangers */
	for (int i = 0; i < 100; i++) {
		site->now += 900;
		guesses(&v, "alice", 1);
	}
	cr_assert(says(&stranger, "op=enter+alice+password", "E_NONE"));
	cr_assert(says(&owner, "op=enter+alice+password", "OK"));
}

Test(throttle, r36_a_known_browser_is_not_counted_by_its_address)
{
	struct visitor owner, v;
	int i;

	open_site(NULL);
	account("alice");
	owner = known("alice", "192.0.2.1");
	v = at("192.0.2.1");
	for (i = 0; i < 10; i++)
		guesses(&v, i < 5 ? "x" : i < 8 ? "y" : "z", 3);
	cr_assert_eq(guesses(&v, "new", 5), 5);
	cr_assert_eq(guesses(&v, "newer", 5), 0);
	cr_assert(says(&owner, "op=enter+alice+password", "OK"));
}

Test(throttle, r36_known_browsers_have_ten_beside_those_of_strangers)
{
	struct visitor owner, stranger;

	open_site("address_tries=100000");
	account("alice");
	owner = known("alice", "192.0.2.1");
	stranger = at("192.0.2.2");
	cr_assert_eq(guesses(&owner, "alice", 20), 10);
	site->now++;
	cr_assert_eq(guesses(&owner, "alice", 20), 1);
	site->now++;
	cr_assert_eq(guesses(&owner, "alice", 20), 0);
	cr_assert(says(&owner, "op=verify+alice+password", "E_TRIES"));
	cr_assert_eq(guesses(&stranger, "alice", 20), 5);
	site->now++;
	cr_assert(says(&owner, "op=verify+alice+password", "OK"));
	cr_assert_eq(guesses(&owner, "alice", 20), 10);
}

/* So that a reset helps a user locked out in their own browser. */
Test(throttle, r36_a_browser_with_a_hundred_wrong_ones_is_a_stranger)
{
	struct visitor owner;

	open_site("address_tries=100000\ndevice_tries=1000\nlogin_tries=1000");
	account("alice");
	owner = known("alice", "192.0.2.1");
	cr_assert_eq(guesses(&owner, "alice", 100), 100);
	cr_assert_eq(guesses(&owner, "alice", 100), 100);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM bucket "
	    "WHERE until = 9223372036854775807"), 2);
	cr_assert(says(&owner, "op=verify+alice+password", "E_NONE"));
	cr_assert(says(&owner, "op=reset+alice", "OK"));
	cr_assert(says(&owner, "op=verify+alice+password", "OK"));
}

/* Is this browser known to alice, while strangers are refused? */
static bool
knows(const char *cookie, const char *more)
{
	struct visitor v = at("192.0.2.1");
	struct answer *r;
	char jar[300];

	v.no_cookies = true;
	snprintf(jar, sizeof jar, "HTTP_COOKIE=%s%s", cookie, more);
	v.extra[1] = jar;
	r = get(&v, "op=verify+alice+wrong-one");
	cr_assert_eq(r->status, 200);
	sql_run(site, "DELETE FROM bucket WHERE n < 5");
	return strcmp(r->body, "E_NONE\n") == 0;
}

static const char *
device(const struct visitor *v)
{
	static char text[200];

	snprintf(text, sizeof text, "__Host-device=%s",
	    jar_get(v, "__Host-device"));
	return text;
}

static void
attack(const char *name)
{
	struct visitor v = at("192.0.2.66");

	cr_assert_eq(guesses(&v, name, 50), 5);
}

Test(throttle, r36_only_a_whole_cookie_of_ours_makes_a_browser_known)
{
	struct visitor owner;
	char *mine, cut[200];
	size_t i, n;

	open_site("address_tries=100000");
	account("alice");
	owner = known("alice", "192.0.2.1");
	mine = strdup(device(&owner));
	attack("alice");
	cr_assert(knows(mine, ""));
	n = strlen(mine);
	for (i = strlen("__Host-device="); i < n; i++) {
		char was = mine[i];

		mine[i] = was == 'A' ? 'B' : 'A';
		cr_assert_not(knows(mine, ""), "byte %zu", i);
		mine[i] = was;
	}
	cr_assert(knows(mine, ""));
	cr_assert_not(knows(mine, "A"));
	cr_assert_not(knows(mine, "="));
	snprintf(cut, sizeof cut, "%.*s", (int)n - 1, mine);
	cr_assert_not(knows(cut, ""));
	cr_assert_not(knows("__Host-device=", ""));
	cr_assert_not(knows("", ""));
	/* two of the name: somebody planted one */
	snprintf(cut, sizeof cut, "; %s", mine);
	cr_assert_not(knows(mine, cut));
	cr_assert_not(knows("__Host-device=x; ", mine));
	cr_assert_not(knows("__host-", strchr(mine, 'd')));
	cr_assert_not(knows("device", strchr(mine, '=')));
	free(mine);
}

Test(throttle, r36_a_cookie_is_for_one_account_of_one_store)
{
	struct visitor bob, alice;
	struct site *first;
	char *cookie;

	open_site("address_tries=100000");
	account("alice");
	account("bob");
	bob = known("bob", "192.0.2.1");
	cookie = strdup(device(&bob));
	attack("alice");
	cr_assert_not(knows(cookie, ""));
	free(cookie);
	sql_run(site, "DELETE FROM bucket");
	alice = known("ALICE", "192.0.2.1");
	cookie = strdup(device(&alice));
	attack("alice");
	cr_assert(knows(cookie, ""), "in any case");
	first = site;
	open_site("address_tries=100000");
	account("alice");
	attack("alice");
	cr_assert_not(knows(cookie, ""));
	site_free(first);
	free(cookie);
}

Test(throttle, r36_a_cookie_is_good_for_180_days)
{
	struct visitor owner;
	char *cookie;

	open_site("address_tries=100000\nlogin_tries=5");
	account("alice");
	owner = known("alice", "192.0.2.1");
	cookie = strdup(device(&owner));
	site->now += INT64_C(180) * DAY - 1;
	attack("alice");
	cr_assert(knows(cookie, ""));
	site->now += 1;
	sql_run(site, "DELETE FROM bucket");
	attack("alice");
	cr_assert_not(knows(cookie, ""));
	/* the clock was ahead when it was made */
	site->now -= INT64_C(3650) * DAY;
	sql_run(site, "DELETE FROM bucket");
	attack("alice");
	cr_assert(knows(cookie, ""));
	free(cookie);
}

Test(throttle, r36_the_cookie_is_for_this_host_and_no_script)
{
	struct visitor v;
	struct answer *r;
	const char *line;

	open_site(NULL);
	account("alice");
	v = at("192.0.2.1");
	r = get(&v, "op=verify+alice+wrong-one");
	cr_assert_eq(count_fields(r, "Set-Cookie"), 0);
	r = get(&v, "op=verify+alice+password");
	cr_assert_eq(count_fields(r, "Set-Cookie"), 1);
	line = field_of(r, "Set-Cookie");
	cr_assert(strncmp(line, "__Host-device=", 14) == 0);
	cr_assert_eq(strcspn(line + 14, ";"), 54);
	cr_assert_not_null(strstr(line, "; Secure"));
	cr_assert_not_null(strstr(line, "; HttpOnly"));
	cr_assert_not_null(strstr(line, "; SameSite=Lax"));
	cr_assert_not_null(strstr(line, "; Path=/"));
	cr_assert_not_null(strstr(line, "Max-Age=15552000"));
	cr_assert_null(strstr(r->head, "alice"));
}

/* ---- r72: known browsers are one, and end with the password ------------ */

#define COLLECTED 12

/* Somebody who knows the password for now logs in so often. */
static void
collect(struct visitor thief[COLLECTED])
{
	int i;

	for (i = 0; i < COLLECTED; i++) {
		thief[i] = known("alice", "192.0.2.66");
		site->now++;
	}
}

/* One guess with each cookie in turn, n of all; how many were looked at. */
static int
guesses_in_turn(struct visitor thief[COLLECTED], int n)
{
	int i, looked = 0;

	for (i = 0; i < n; i++)
		looked += guesses(&thief[i % COLLECTED], "alice", 1);
	return looked;
}

Test(throttle, r72_twelve_collected_cookies_make_ten_guesses_at_once)
{
	struct visitor thief[COLLECTED];

	open_site("address_tries=100000");
	account("alice");
	collect(thief);
	cr_assert_eq(guesses_in_turn(thief, 240), 10);
	site->now++;
	cr_assert_eq(guesses_in_turn(thief, 240), 1);
}

Test(throttle, r72_twelve_collected_cookies_make_a_hundred_guesses_in_all)
{
	struct visitor thief[COLLECTED];

	open_site("address_tries=100000\nlogin_tries=5\ndevice_tries=1000");
	account("alice");
	collect(thief);
	/* then they are strangers, who have five at once */
	cr_assert_eq(guesses_in_turn(thief, 240), 100 + 5);
	site->now += DAY;
	cr_assert_eq(guesses_in_turn(thief, 240), 1);
}

#define LONG "wonderland-1865"
#define NEXT "looking-glass-1871"

/* The owner is logged in and known; and a copy of the cookie of then. */
static struct visitor
owner_with(char **cookie)
{
	struct visitor v = at("192.0.2.1");

	cr_assert(says(&v, "op=signup+alice+" LONG, "OK"));
	cr_assert(says(&v, "op=enter+alice+" LONG, "OK"));
	*cookie = strdup(device(&v));
	return v;
}

Test(throttle, r72_a_change_of_password_forgets_all_browsers_but_its_own)
{
	struct visitor owner;
	char *before;

	open_site("address_tries=100000");
	owner = owner_with(&before);
	attack("alice");
	cr_assert(knows(before, ""));
	cr_assert(says(&owner, "op=password+" LONG "+" NEXT, "OK"));
	cr_assert_str_neq(device(&owner), before);
	cr_assert_not(knows(before, ""), "the one of before");
	cr_assert(knows(device(&owner), ""), "where it was changed");
	free(before);
}

/* What did not take place forgets nobody. */
Test(throttle, r72_a_password_that_was_not_changed_forgets_no_browser)
{
	struct visitor owner;
	char *before;

	open_site("address_tries=100000");
	owner = owner_with(&before);
	cr_assert_eq(get(&owner, "op=password+" LONG "+" NEXT
	    "&op=status+500")->status, 500);
	cr_assert(says(&owner, "op=password+" LONG "+short", "E_INVAL"));
	attack("alice");
	cr_assert(knows(before, ""));
	cr_assert(knows(device(&owner), ""));
	free(before);
}

Test(throttle, r72_a_disabled_account_knows_no_browser_and_none_again)
{
	struct visitor owner;
	char *before;

	open_site("address_tries=100000");
	owner = owner_with(&before);
	attack("alice");
	cr_assert(knows(before, ""));
	cr_assert(says(&owner, "op=disable+alice", "OK"));
	cr_assert_not(knows(before, ""), "disabled");
	cr_assert(says(&owner, "op=enable+alice", "OK"));
	cr_assert_not(knows(before, ""), "enabled again");
	cr_assert(says(&owner, "op=reset+alice", "OK"));
	cr_assert(says(&owner, "op=enter+alice+" LONG, "OK"));
	attack("alice");
	cr_assert(knows(device(&owner), ""), "by the next login");
	free(before);
}

/* What was guessed before is nothing against the new password's browsers. */
Test(throttle, r72_a_new_password_begins_with_none_counted)
{
	struct visitor owner, thief;
	char *before;

	open_site("address_tries=100000\nlogin_tries=1000\ndevice_tries=1000");
	owner = owner_with(&before);
	thief = copy_of(&owner);
	cr_assert_eq(guesses(&thief, "alice", 100), 100);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM bucket "
	    "WHERE until = 9223372036854775807"), 1);
	cr_assert(says(&owner, "op=password+" LONG "+" NEXT, "OK"));
	cr_assert_eq(guesses(&thief, "alice", 100), 100, "as a stranger");
	cr_assert_eq(guesses(&owner, "alice", 99), 99);
	cr_assert(says(&owner, "op=verify+alice+" NEXT, "OK"));
	free(before);
}

/* ---- r37: they look alike ---------------------------------------------- */

static int
login_page(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	enum sess_err err = sess_account_login(s, sess_req_query(req, "user"),
	    sess_req_query(req, "password"));

	sess_res_puts(res, sess_err_text(err));
	return err == SESS_OK ? 200 : err == SESS_NONE ? 401 :
	    sess_err_status(err);
}

static const struct sess_app login_app = { .handle = login_page };

static char *
whole(const char *name, int status)
{
	struct visitor v = at("192.0.2.1");
	char query[80], *text;
	struct answer *r;

	snprintf(query, sizeof query, "user=%s&password=wrong-one", name);
	site->service->app = &login_app;
	r = get(&v, query);
	site->service->app = &ops;
	cr_assert_eq(r->status, status, "%s: %d", name, r->status);
	text = malloc(strlen(r->head) + r->body_len + 1);
	sprintf(text, "%s%s", r->head, r->body);
	return text;
}

Test(throttle, r37_unknown_wrong_disabled_and_locked_look_alike)
{
	static const char *const names[] = { "wrong", "unknown", "disabled",
		"locked" };
	struct visitor v;
	char *first, *text;
	size_t i;

	open_site("address_tries=100000\nlogin_tries=3");
	account("wrong");
	account("disabled");
	account("locked");
	sql_run(site, "UPDATE account SET disabled = 1 "
	    "WHERE name = 'disabled'");
	v = at("192.0.2.66");
	for (i = 0; i < 110; i++) {
		guesses(&v, "locked", 1);
		site->now += 900;
	}
	first = whole("wrong", 401);
	for (i = 1; i < 4; i++) {
		text = whole(names[i], 401);
		cr_assert_str_eq(text, first, "%s", names[i]);
		free(text);
	}
	free(first);
	for (i = 0; i < 3; i++)
		guesses(&v, names[i], 2);
	first = whole("wrong", 429);
	for (i = 1; i < 3; i++) {
		text = whole(names[i], 429);
		cr_assert_str_eq(text, first, "%s", names[i]);
		free(text);
	}
	free(first);
}

Test(throttle, r36_its_owner_hears_of_wrong_passwords_in_a_row)
{
	struct visitor v;

	open_site("address_tries=100000");
	account("alice");
	v = at("192.0.2.1");
	cr_assert_eq(guesses(&v, "alice", 4), 4);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event "
	    "WHERE kind = 'throttle'"), 0);
	cr_assert_eq(guesses(&v, "alice", 20), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event "
	    "WHERE kind = 'throttle' AND user = 'alice' AND told = 0"), 1);
	site->now += 60;
	cr_assert_str_eq(get(&v, "op=login+alice&op=commit&op=news")->body,
	    "OK\n1\n");
}

/* Or a clock could tell it from another. */
Test(throttle, r37_of_a_locked_account_no_more_is_told)
{
	struct visitor v;
	int i;

	open_site("address_tries=100000\nlogin_tries=100");
	account("alice");
	v = at("192.0.2.1");
	for (i = 0; i < 103; i++)
		cr_assert_str_eq(get(&v, "op=enter+alice+wrong-one")->body,
		    "E_NONE\n");
	cr_assert_eq(times_in(site->log, "event=login_failed"), 103);
	cr_assert_eq(times_in(site->log, "event=throttle"), 1);
}

Test(throttle, r37_unknown_names_count_alike_and_have_as_many_rows)
{
	struct visitor v;
	int64_t rows;

	open_site("address_tries=100000");
	account("alice");
	v = at("192.0.2.1");
	rows = sql_int(site, "SELECT count(*) FROM event");
	cr_assert_eq(guesses(&v, "alice", 20), 5);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event") - rows, 6);
	cr_assert_eq(guesses(&v, "nobody", 20), 5);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event") - rows, 12);
	site->now++;
	cr_assert_eq(guesses(&v, "alice", 20), 1);
	cr_assert_eq(guesses(&v, "NoBody", 20), 1);
	/* the name itself is nowhere in the store, nor in the log */
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event "
	    "WHERE user LIKE 'nobody' OR why LIKE '%nobody%'"), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM bucket "
	    "WHERE length(key) <> 32 OR instr(key, CAST('nobody' AS BLOB)) > 0"),
	    0);
	site->now += 2;
	says(&v, "op=verify+nobody+wrong-one", "E_NONE");
	get(&v, "op=verify+nobody+wrong-one");
	cr_assert_not_null(strstr(site->log, "event=throttle"), "%s",
	    site->log);
	cr_assert_null(strstr(site->log, "nobody"), "%s", site->log);
}

/* How often the whole site was told of. */
static int64_t
told_of_all(void)
{
	return sql_int(site, "SELECT count(*) FROM event WHERE kind = "
	    "'throttle' AND why = 'many wrong passwords, of all accounts'");
}

/* Each account hears too little, and each network is in its right. */
Test(throttle, r36_two_hundred_wrong_ones_of_all_accounts_are_an_event)
{
	static const char *const names[] = { "alice", "bob", "carol", "dave" };
	struct visitor v;
	int round, i;

	open_site("address_tries=100000\nlogin_tries=1000");
	for (i = 0; i < 4; i++)
		account(names[i]);
	v = at("192.0.2.1");
	for (round = 0; round < 2; round++, site->now += 600) {
		cr_assert_eq(guesses(&v, names[2 * round], 100), 100);
		cr_assert_eq(guesses(&v, names[2 * round + 1], 99), 99);
		cr_assert_eq(told_of_all(), round);
		cr_assert_eq(guesses(&v, names[2 * round + 1], 1), 1);
		cr_assert_eq(told_of_all(), round + 1);
		cr_assert_eq(guesses(&v, names[2 * round], 10), 10);
		cr_assert_eq(told_of_all(), round + 1, "once a window");
	}
}

/* ---- what is given back ------------------------------------------------ */

/* All slots of the machine are taken while this lives. */
static void
take_all(struct site **twin, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		twin[i] = quiet(site_twin(site, &ops, NULL));
		cr_assert_eq(service_store(twin[i]->service), SESS_OK);
		cr_assert_eq(twin[i]->service->ops->slot_take(
		    twin[i]->service->store), SESS_OK);
	}
}

/* All that counts now. */
static int64_t
counted(void)
{
	char sql[80];

	snprintf(sql, sizeof sql, "SELECT sum(n) FROM bucket WHERE gone > %"
	    PRId64, site->now);
	return sql_int(site, sql);
}

Test(throttle, r36_who_finds_the_machine_busy_has_not_tried)
{
	int cores = (int)sysconf(_SC_NPROCESSORS_ONLN), i;
	struct site **twin = calloc((size_t)cores, sizeof *twin);
	struct visitor v, owner;
	struct answer *r;
	int64_t before;

	open_site("address_tries=100000\ndevice_tries=1000");
	account("alice");
	owner = known("alice", "192.0.2.9");
	account("bob");
	v = at("192.0.2.1");
	cr_assert_eq(guesses(&v, "alice", 3), 3);
	cr_assert_eq(guesses(&owner, "alice", 3), 3);
	for (i = 0; i < 100; i++) {
		guesses(&v, "bob", 1);
		site->now += 900;
	}
	before = counted();
	take_all(twin, cores);
	r = get(&v, "op=verify+alice+password&op=status+503");
	cr_assert_str_eq(r->body, "E_BUSY\n");
	cr_assert(strncmp(field_of(r, "Retry-After"), "1\r", 2) == 0);
	cr_assert(says(&owner, "op=verify+alice+password", "E_BUSY"));
	cr_assert(says(&v, "op=verify+bob+password", "E_BUSY"));
	cr_assert(says(&v, "op=signup+carol+wonderland-1865", "E_BUSY"));
	for (i = 0; i < cores; i++)
		site_free(twin[i]);
	free(twin);
	cr_assert_eq(counted(), before);
	cr_assert_eq(guesses(&v, "alice", 20), 2);
	cr_assert_eq(guesses(&owner, "alice", 20), 20);
	cr_assert(says(&v, "op=verify+bob+password", "E_NONE"), "locked yet");
	cr_assert(says(&v, "op=verify+alice+password", "E_TRIES"));
}

/* The hundredth was not looked at: it is the 99th again, not the first. */
Test(throttle, r36_the_hundredth_given_back_is_not_the_first_again)
{
	struct sess_try t = { .kind = SESS_TRY_SERIES, .key = { 1 },
		.most = 5, .period = 900, .stop = 100 };
	struct sess_tried tried;
	struct sess_service *sv;
	int64_t now = 1700000000;
	int i;

	open_site(NULL);
	sv = site->service;
	cr_assert_eq(service_store(sv), SESS_OK);
	for (i = 0; i < 100; i++, now += 900) {
		sv->ops->count(sv->store, &t, 1, now, &tried);
		cr_assert_not(tried.refused);
	}
	cr_assert_eq(tried.until, SESS_NEVER);
	t.kind = SESS_TRY_BACK;
	sv->ops->count(sv->store, &t, 1, now, &tried);
	t.kind = SESS_TRY_SERIES;
	sv->ops->count(sv->store, &t, 1, now, &tried);
	cr_assert_not(tried.refused);
	cr_assert_eq(tried.n, 100);
	sv->ops->count(sv->store, &t, 1, now, &tried);
	cr_assert(tried.refused);
}

/* ---- times that do not fit ---------------------------------------------- */

/* One that came first, and waited while others were counted. */
Test(throttle, r36_who_waited_is_not_let_in_for_his_earlier_time)
{
	static const struct sess_try kinds[] = {
		{ .kind = SESS_TRY_SERIES, .key = { 1 }, .most = 5,
		  .period = 900, .stop = 100 },
		{ .kind = SESS_TRY_WINDOW, .key = { 2 }, .most = 20,
		  .period = 600 },
	};
	struct sess_tried tried;
	struct sess_service *sv;
	int late, i;
	size_t k;

	open_site(NULL);
	sv = site->service;
	cr_assert_eq(service_store(sv), SESS_OK);
	for (k = 0; k < 2; k++) {
		for (i = 0; i < kinds[k].most; i++) {
			sv->ops->count(sv->store, &kinds[k], 1, site->now,
			    &tried);
			cr_assert_not(tried.refused);
		}
		for (late = 0; late <= 30; late++) {
			sv->ops->count(sv->store, &kinds[k], 1,
			    site->now - late, &tried);
			cr_assert(tried.refused, "%zu: %d", k, late);
			cr_assert_eq(tried.n, kinds[k].most);
		}
	}
}

/* ---- a clock that jumps ------------------------------------------------ */

Test(throttle, r36_a_clock_that_goes_back_forgets_nothing_and_locks_nobody)
{
	static const int64_t back[] = { 1, 60, 3600, DAY, 365 * DAY };
	struct visitor v, w;
	int64_t n;
	size_t i;

	for (i = 0; i < sizeof back / sizeof *back; i++) {
		open_site("address_tries=100000");
		account("alice");
		v = at("192.0.2.1");
		guesses(&v, "alice", 5);
		site->now++;
		cr_assert_eq(guesses(&v, "alice", 1), 1);
		n = sql_int(site, "SELECT max(n) FROM bucket WHERE n < 100");
		site->now -= back[i];
		/* at most one more, for the clock */
		cr_assert_leq(guesses(&v, "alice", 20), 1, "%zu", i);
		cr_assert_geq(sql_int(site, "SELECT max(n) FROM bucket "
		    "WHERE n < 100"), n, "%zu", i);
		site->now += 900;
		cr_assert_eq(guesses(&v, "alice", 20), 1, "%zu", i);
		close_site();

		open_site("login_tries=1000");
		account("alice");
		w = at("192.0.2.2");
		cr_assert_eq(guesses(&w, "alice", 30), 20);
		site->now -= back[i];
		cr_assert_leq(guesses(&w, "alice", 30), 1, "%zu", i);
		site->now += 660;
		cr_assert_eq(guesses(&w, "alice", 30), 20, "%zu", i);
		close_site();
	}
}

/* ---- sess_limit() ------------------------------------------------------ */

static int
allowed(struct visitor *v, const char *query, int n)
{
	int ok = 0, status;

	while (n-- > 0) {
		status = get(v, query)->status;
		cr_assert(status == 200 || status == 429);
		ok += status == 200;
		forget(site);
	}
	return ok;
}

Test(throttle, r36_a_limit_is_by_what_and_by_address)
{
	struct visitor v, w, six;

	open_site(NULL);
	v = at("192.0.2.1");
	w = at("192.0.2.2");
	six = at("2001:db8::1");
	cr_assert_eq(allowed(&v, "op=limit+mail+3+60", 10), 3);
	cr_assert_eq(allowed(&v, "op=limit+signup+3+60", 10), 3);
	cr_assert_eq(allowed(&w, "op=limit+mail+3+60", 10), 3);
	cr_assert_eq(allowed(&six, "op=limit+mail+3+60", 2), 2);
	six = at("2001:db8::2");
	cr_assert_eq(allowed(&six, "op=limit+mail+3+60", 10), 1);
	site->now += 59;
	cr_assert_eq(allowed(&v, "op=limit+mail+3+60", 10), 0);
	site->now += 1;
	cr_assert_eq(allowed(&v, "op=limit+mail+3+60", 10), 3);
}

static const char *who;
static int64_t waits[8];

static int
limit_page(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)res;
	waits[0] = sess_limit(s, "mail", who, 1, 100);
	waits[1] = sess_wait(s);
	return waits[0] > 0 ? 429 : 200;
}

static const struct sess_app limit_app = { .handle = limit_page };

Test(throttle, r36_a_limit_may_be_of_somebody)
{
	struct visitor v, w;
	struct answer *r;

	open_site(NULL);
	site->service->app = &limit_app;
	v = at("192.0.2.1");
	w = at("192.0.2.2");
	who = "alice";
	cr_assert_eq(get(&v, NULL)->status, 200);
	site->now += 40;
	r = get(&w, NULL);
	cr_assert_eq(r->status, 429);
	cr_assert_eq(waits[0], 60);
	cr_assert_eq(waits[1], 60);
	cr_assert(strncmp(field_of(r, "Retry-After"), "60\r", 3) == 0);
	who = "Alice";
	cr_assert_eq(get(&v, NULL)->status, 200, "any text");
	who = "192.0.2.1";
	cr_assert_eq(get(&w, NULL)->status, 200);
	who = NULL;
	cr_assert_eq(get(&v, NULL)->status, 200, "a name is no address");
}

Test(throttle, r36_a_limit_that_makes_no_sense_is_told)
{
	static const char *const bad[] = { "op=limit+x+0+60",
		"op=limit+x+-1+60", "op=limit+x+5+0", "op=limit+x+5+-60" };
	struct visitor v;
	size_t i;

	open_site(NULL);
	v = at("192.0.2.1");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_assert_eq(get(&v, bad[i])->status, 500, "%s", bad[i]);
	cr_assert_eq(allowed(&v, "op=limit+x+2+9223372036854775807", 5), 2);
	site->now += 365 * DAY;
	cr_assert_eq(allowed(&v, "op=limit+x+2+9223372036854775807", 5), 0);
}

#define CREW 8
#define EACH 40

static void
crew_limit(struct site *twin, int who_i, const struct order *o,
    struct report *r)
{
	struct visitor v = { .site = twin };
	int i;

	(void)who_i;
	for (i = 0; i < EACH; i++)
		r->value += get(&v, o->text)->status == 200;
}

Test(throttle, r36_eight_processes_at_once_are_counted_exactly)
{
	struct crew crew;
	int64_t sum;
	int i, round;

	open_site(NULL);
	crew_start(&crew, CREW, site, &ops, NULL, crew_limit);
	for (round = 0; round < 5; round++) {
		crew_round(&crew, 0, site->now + 60 * round,
		    "op=limit+mail+101+60");
		for (sum = 0, i = 0; i < CREW; i++)
			sum += crew.report[i].value;
		cr_assert_eq(sum, 101, "round %d: %d", round, (int)sum);
	}
	cr_assert(crew_end(&crew));
}

static void
crew_login(struct site *twin, int who_i, const struct order *o,
    struct report *r)
{
	struct visitor v = { .site = twin };
	struct answer *a;
	int i;

	(void)who_i;
	for (i = 0; i < 10; i++) {
		a = get(&v, o->text);
		if (strcmp(a->body, "E_NONE\n") == 0)
			r->value++;
		else if (strcmp(a->body, "E_TRIES\n") != 0)
			r->value += 10000;
	}
}

Test(throttle, r36_eighty_parallel_guesses_are_counted_before_any_is_hashed)
{
	static const int64_t waits_s[] = { 0, 1, 2, 4, 8 };
	struct crew crew;
	int64_t sum, now;
	int i;
	size_t round;

	open_site("address_tries=100000");
	account("alice");
	now = site->now;
	crew_start(&crew, CREW, site, &ops, "address_tries=100000",
	    crew_login);
	for (round = 0; round < 5; round++) {
		now += waits_s[round];
		crew_round(&crew, 0, now, "op=verify+alice+wrong-one");
		for (sum = 0, i = 0; i < CREW; i++)
			sum += crew.report[i].value;
		cr_assert_eq(sum, round == 0 ? 5 : 1, "round %zu: %d", round,
		    (int)sum);
	}
	cr_assert(crew_end(&crew));
}

/* ---- what is kept ------------------------------------------------------ */

Test(throttle, r36_what_counts_no_more_is_swept)
{
	struct sess_try t = { .kind = SESS_TRY_WINDOW, .most = 5,
		.period = 600 };
	struct sess_tried tried;
	struct sess_service *sv;
	int64_t rows, most = 0;
	int i;

	open_site(NULL);
	sv = site->service;
	cr_assert_eq(service_store(sv), SESS_OK);
	for (i = 0; i < 20000; i++) {
		cr_assert_eq(crypt_random(t.key, sizeof t.key), SESS_OK);
		sv->ops->count(sv->store, &t, 1, site->now + i, &tried);
		if (i % 500 == 499) {
			rows = sql_int(site, "SELECT count(*) FROM bucket");
			most = rows > most ? rows : most;
		}
	}
	/* 600 count at any time */
	cr_assert_lt(most, 1000, "%d", (int)most);
}

/* ---- anonymous sessions ------------------------------------------------ */

Test(throttle, r67_an_address_begins_a_hundred_sessions_a_minute)
{
	struct visitor v = { .site = NULL }, w;
	struct answer *r;
	int i;

	open_site(NULL);
	for (i = 0; i < 100; i++) {
		v = at("192.0.2.1");
		cr_assert_eq(get(&v, "op=set+k+v")->status, 200, "%d", i);
	}
	site->now += 20;
	w = at("192.0.2.1");
	r = get(&w, "op=set+k+v");
	cr_assert_eq(r->status, 429);
	cr_assert_null(field_of(r, "Set-Cookie"));
	cr_assert_not_null(field_of(r, "Retry-After"));
	cr_assert(strncmp(field_of(r, "Retry-After"), "40\r", 3) == 0);
	cr_assert_eq(sessions(site), 100);
	/* with a session, at a login or only looking, a visitor goes on */
	cr_assert_eq(get(&v, "op=set+k+w")->status, 200);
	cr_assert_eq(get(&w, "op=user")->status, 200);
	cr_assert_eq(get(&w, "op=set+k+v&op=login+alice")->status, 200);
	w = at("192.0.2.2");
	cr_assert_eq(get(&w, "op=set+k+v")->status, 200);
	site->now += 40;
	w = at("192.0.2.1");
	cr_assert_eq(get(&w, "op=set+k+v")->status, 200);
}

/* ---- ids that are none ------------------------------------------------- */

static struct answer *
random_id(const char *address)
{
	struct visitor v = at(address);
	char id[TOKEN_LEN + 1];

	cr_assert_eq(token_new(&site->service->log, id), SESS_OK);
	jar_set(&v, SID, id);
	return get(&v, "op=user");
}

Test(throttle, r67_guessing_ids_is_noticed_and_refused)
{
	struct visitor live, other;
	struct answer *r;
	int64_t events = 0;
	int i, ok = 0, refused = 0;

	open_site(NULL);
	live = at("192.0.2.66");
	other = at("192.0.2.2");
	get(&live, "op=login+alice");
	for (i = 0; i < 100000; i++) {
		if (i % 200 == 199)
			forget(site);
		r = random_id("192.0.2.66");
		ok += r->status == 200;
		refused += r->status == 429;
		if (r->status == 200)
			cr_assert_str_eq(r->body, "-\n");
		else
			cr_assert_not_null(strstr(r->head,
			    "Set-Cookie: " SID "=; "));
		if (i == 99)
			events = logged(site, "throttle");
	}
	cr_assert_eq(ok, 100);
	cr_assert_eq(refused, 99900);
	cr_assert_eq(events, 1);
	cr_assert_eq(logged(site, "throttle"), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event "
	    "WHERE kind = 'throttle' AND address = '192.0.2.66'"), 1);
	cr_assert(says(&live, "op=user", "alice"));
	cr_assert_eq(get(&other, "op=set+k+v")->status, 200);
	cr_assert_eq(random_id("192.0.2.2")->status, 200);
	r = random_id("192.0.2.66");
	cr_assert_eq(r->status, 429);
	cr_assert(strncmp(field_of(r, "Retry-After"), "600\r", 4) == 0);
	/* without the cookie he is let in again */
	live = at("192.0.2.66");
	cr_assert_eq(get(&live, "op=user")->status, 200);
	site->now += 600;
	cr_assert_eq(random_id("192.0.2.66")->status, 200);
}

/* No page of the database is written: the log of writes stays as it is. */
Test(throttle, r67_who_is_refused_costs_no_write)
{
	char path[128];
	struct stat before, after;
	int i;

	open_site("max_unknown=5");
	for (i = 0; i < 5; i++)
		cr_assert_eq(random_id("192.0.2.66")->status, 200);
	snprintf(path, sizeof path, "%s/store.db-wal", site->folder);
	cr_assert_eq(stat(path, &before), 0);
	cr_assert_gt(before.st_size, 0);
	for (i = 0; i < 500; i++)
		cr_assert_eq(random_id("192.0.2.66")->status, 429);
	cr_assert_eq(stat(path, &after), 0);
	cr_assert_eq(after.st_size, before.st_size);
	cr_assert_eq(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
	cr_assert_eq(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
}

/* test_session.c - what a session is, how long it lives, who is in it. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "stage.h"

/* With the trace: some look at it. */
static void
setup(void)
{
	stage(&ops, NULL);
}

TestSuite(session, .init = setup, .fini = stage_clear, .timeout = 60);

static void
expect(const char *query, const char *body)
{
	struct answer *a = get(&v, query);

	cr_assert_eq(a->status, 200, "%s: %d", query, a->status);
	cr_assert_str_eq(a->body, body, "%s: %s", query, a->body);
}

/* A request with this Cookie header, byte for byte. */
static struct answer *
ask_with(const char *cookie, const char *query)
{
	char header[8192], q[256];
	const char *vars[] = { "REQUEST_METHOD=GET", "HTTPS=on",
		"HTTP_HOST=example.org", q, header, NULL };

	snprintf(header, sizeof header, "HTTP_COOKIE=%s", cookie);
	snprintf(q, sizeof q, "QUERY_STRING=%s", query);
	return ask(site, vars, NULL, 0);
}

/* ---- r04: only ids that were issued count ------------------------------ */

#define X31 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const struct odd_id {
	const char *id, *why;
	bool shaped;
} odd_ids[] = {
	{ X31 "B", "well-formed, never issued", true },
	{ "", "empty", false },
	{ "Z", "one letter", false },
	{ X31, "31 letters", false },
	{ X31 "BC", "33 letters", false },
	{ "../../x", "a path", false },
	{ "../../../../../../../../../../xyz", "a path of 32 letters", false },
	{ "*", "a wildcard", false },
	{ "*" X31, "32 with a wildcard", false },
	{ "%00" X31, "an escaped NUL", false },
	{ X31 "\r\nSet-Cookie: a=b", "CR LF", false },
	{ X31 "\n", "LF", false },
	{ X31 "=", "padding", false },
	{ X31 "+", "base64, not base64url", false },
	{ X31 "\xc3\xa4", "not ASCII", false },
	{ "' OR 1=1 --", "SQL", false },
	{ "\"" X31 "B\"", "quoted", false },
};

static void
expect_not_adopted(const char *id, bool shaped, const char *why)
{
	char cookie[8000];
	const char *at;
	struct answer *a;

	snprintf(cookie, sizeof cookie, SID "=%s", id);
	a = ask_with(cookie, "op=get+k&op=user&op=new");
	cr_assert_eq(a->status, 200, "%s: %d", why, a->status);
	cr_assert_str_eq(a->body, "-\n-\nnew\n", "%s", why);
	cr_assert_null(field_of(a, "Set-Cookie"), "%s", why);
	cr_assert_eq(all_rows(site), 0, "%s", why);

	a = ask_with(cookie, "op=set+k+v");
	cr_assert_eq(a->status, 200, "%s: %d", why, a->status);
	cr_assert_eq(sessions(site), 1, "%s", why);
	at = field_of(a, "Set-Cookie");
	cr_assert_not_null(at, "%s", why);
	cr_assert_eq(strncmp(at, SID "=", 11), 0, "%s", why);
	cr_assert_neq(strncmp(at + 11, id, strlen(id) > 8 ? 32 : 8), 0, "%s",
	    why);
	if (strlen(id) > 8)
		cr_assert_null(strstr(a->head, id), "%s: echoed", why);
	a = ask_with(cookie, "op=get+k");
	cr_assert_str_eq(a->body, "-\n", "%s", why);
	cr_assert_eq(sessions(site), 1, "%s", why);
	cr_assert_eq(strstr(site->trace, "token: id=AAAA... ") != NULL, shaped,
	    "%s: its shape is checked before it is looked up", why);
	if (strlen(id) > 8) {
		cr_assert_null(strstr(site->trace, id), "%s", why);
		cr_assert_null(strstr(site->log, id), "%s", why);
	}
}

Test(session, r04_unknown_and_malformed_ids_are_never_adopted)
{
	char long_id[4097];
	size_t i;

	for (i = 0; i < sizeof odd_ids / sizeof *odd_ids; i++) {
		stage(&ops, NULL);
		expect_not_adopted(odd_ids[i].id, odd_ids[i].shaped,
		    odd_ids[i].why);
	}
	memset(long_id, 'A', 4096);
	long_id[4096] = '\0';
	stage(&ops, NULL);
	expect_not_adopted(long_id, false, "4096 letters");
}

Test(session, r04_a_malformed_id_does_not_even_open_the_store)
{
	char path[80];

	ask_with(SID "=" X31, "op=get+k");
	snprintf(path, sizeof path, "%s/store.db", site->folder);
	cr_assert_neq(access(path, F_OK), 0);
	ask_with(SID "=" X31 "B", "op=get+k");
	cr_assert_eq(access(path, F_OK), 0, "the test looks at its place");
}

/* The only ways that bring a NUL: the body as it is, and "%00". */
Test(session, r04_an_id_with_a_nul_in_it_is_no_id)
{
	static const char length[] = "CONTENT_LENGTH=47";
	const char *vars[] = { "REQUEST_METHOD=POST", "HTTPS=on", length,
		"CONTENT_TYPE=application/x-www-form-urlencoded", NULL };
	char body[64];
	struct answer *a;

	stage(&ops, "carry=field query");
	get(&v, "op=set+k+v&op=link+/x");
	memcpy(body, "op=get+k&op=new&sid=", 20);
	memcpy(body + 20, X31, 31);
	body[51] = '\0';
	body[36] = '\0';
	a = ask(site, vars, body, 47);
	cr_assert_str_eq(a->body, "-\nnew\n");
	a = get(&v, "op=new&sid=" "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%00");
	cr_assert_str_eq(a->body, "new\n");
	a = get(&v, "op=new&sid=" "%00AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	cr_assert_str_eq(a->body, "new\n");
	cr_assert_eq(sessions(site), 1);
}

Test(session, r04_a_live_id_with_more_behind_it_is_no_id)
{
	char query[128], id[33];
	struct answer *a;

	stage(&ops, "carry=query");
	a = get(&v, "op=set+k+v&op=link+/x");
	memcpy(id, strstr(a->body, "sid=") + 4, 32);
	id[32] = '\0';
	snprintf(query, sizeof query, "op=get+k&sid=%s", id);
	expect(query, "v\n");
	snprintf(query, sizeof query, "op=get+k&sid=%s%%00", id);
	expect(query, "-\n");
	snprintf(query, sizeof query, "op=get+k&sid=%s%%00xyz", id);
	expect(query, "-\n");
	snprintf(query, sizeof query, "op=get+k&sid=%s+", id);
	expect(query, "-\n");
	snprintf(query, sizeof query, "op=get+k&sid=%%00%s", id);
	expect(query, "-\n");
}

Test(session, r04_an_expired_id_is_not_adopted_again)
{
	char old[64];

	get(&v, "op=set+k+v");
	snprintf(old, sizeof old, "%s", jar_get(&v, SID));
	site->now += 1800;
	expect("op=get+k&op=set+k+new", "-\n");
	cr_assert_str_neq(jar_get(&v, SID), old);
	jar_set(&v, SID, old);
	expect("op=get+k&op=new", "-\nnew\n");
}

/* A guesser learns nothing: not a byte is another. */
Test(session, r04_unknown_expired_and_forged_ids_get_one_answer)
{
	char ids[5][64] = { X31 "B", X31, "../../x" }, cookie[80], *first = NULL;
	struct answer *a;
	size_t i;

	get(&v, "op=set+k+v&op=login+alice");
	snprintf(ids[3], sizeof *ids, "%s", jar_get(&v, SID));
	get(&v, "op=logout");
	get(&v, "op=set+k+v&op=login+alice");
	snprintf(ids[4], sizeof *ids, "%s", jar_get(&v, SID));
	site->now += 1800;
	for (i = 0; i < sizeof ids / sizeof *ids; i++) {
		snprintf(cookie, sizeof cookie, SID "=%s", ids[i]);
		a = ask_with(cookie, "op=user&op=get+k&op=new");
		cr_assert_str_eq(a->body, "-\n-\nnew\n", "%s", ids[i]);
		if (first == NULL)
			first = strdup(a->head);
		cr_assert_str_eq(a->head, first, "%s", ids[i]);
	}
	free(first);
}

/* ---- r08: idle and absolute limits ------------------------------------- */

static const struct limits {
	const char *begin;
	int64_t idle, absolute;
} limits[] = {
	{ "op=set+k+v", 1800, 86400 },
	{ "op=set+k+v&op=login+alice", 1800, 28800 },
};

#define KINDS (sizeof limits / sizeof *limits)

Test(session, r08_idle_limit_to_the_second)
{
	size_t i;
	int off;

	for (i = 0; i < KINDS; i++)
		for (off = -1; off <= 1; off++) {
			v = (struct visitor){ .site = site };
			get(&v, limits[i].begin);
			site->now += limits[i].idle + off;
			expect("op=get+k", off < 0 ? "v\n" : "-\n");
			cr_assert_eq(strcmp(get(&v, "op=user")->body,
			    off < 0 && i == 1 ? "alice\n" : "-\n"), 0);
		}
}

Test(session, r08_activity_moves_the_idle_limit)
{
	size_t i;

	for (i = 0; i < KINDS; i++) {
		v = (struct visitor){ .site = site };
		get(&v, limits[i].begin);
		site->now += 1799;
		expect("op=get+k", "v\n");
		site->now += 1799;
		expect("op=get+k", "v\n");
		site->now += 1800;
		expect("op=get+k", "-\n");
	}
}

/* Busy to the last second. */
static void
stay_busy(int64_t seconds)
{
	int64_t end = site->now + seconds;

	while (site->now + 1700 < end) {
		site->now += 1700;
		expect("op=get+k", "v\n");
		get(&v, "op=set+other+1");
	}
	site->now = end;
}

Test(session, r08_activity_never_moves_the_absolute_limit)
{
	int64_t start, ends;
	size_t i;
	int off;

	for (i = 0; i < KINDS; i++)
		for (off = -1; off <= 1; off++) {
			stage(&ops, NULL);
			get(&v, limits[i].begin);
			start = site->now;
			ends = sql_int(site, "SELECT ends FROM session");
			cr_assert_eq(ends, start + limits[i].absolute);
			stay_busy(limits[i].absolute + off);
			cr_assert_eq(sql_int(site, "SELECT ends FROM session"),
			    ends);
			expect("op=get+k", off < 0 ? "v\n" : "-\n");
		}
}

Test(session, r08_login_starts_both_limits_anew)
{
	int64_t then = site->now;

	get(&v, "op=set+k+v&op=login+alice");
	site->now += 1000;
	get(&v, "op=login+alice");
	cr_assert_eq(sql_int(site, "SELECT ends FROM session"),
	    then + 1000 + 28800);
	cr_assert_eq(sql_int(site, "SELECT seen FROM session"), then + 1000);
	cr_assert_eq(sessions(site), 1);
}

Test(session, r08_limits_of_one_session_are_its_own)
{
	get(&v, "op=set+k+v&op=life+100+300");
	site->now += 99;
	expect("op=get+k", "v\n");
	site->now += 99;
	expect("op=get+k", "v\n");
	site->now += 100;
	expect("op=get+k", "-\n");

	get(&v, "op=set+k+v");
	get(&v, "op=life+100+300");
	site->now += 99;
	get(&v, "op=get+k");
	site->now += 99;
	get(&v, "op=get+k");
	site->now += 99;
	expect("op=get+k", "v\n");
	site->now += 3;
	expect("op=get+k", "-\n");

	stage(&ops, "idle=10\nabsolute=20\nanon_idle=30\nanon_absolute=40");
	get(&v, "op=set+k+v");
	site->now += 29;
	expect("op=get+k", "v\n");
	get(&v, "op=login+alice");
	site->now += 10;
	expect("op=get+k", "-\n");
}

/* The limit is that of when the form is there, not of its first byte. */
static void
two_seconds_pass(void)
{
	site->now += 2;
}

Test(session, r08_a_form_that_arrives_after_the_limit_is_too_late)
{
	struct slow_wire w;

	get(&v, "op=set+k+v");
	site->now += 1797;
	slow_post(site, jar_get(&v, SID), "op=get+k", two_seconds_pass, &w);
	cr_assert_not_null(strstr(w.answer, "\r\n\r\nv\n"), "%s", w.answer);
	site->now += 1798;
	slow_post(site, jar_get(&v, SID), "op=get+k", two_seconds_pass, &w);
	cr_assert_not_null(strstr(w.answer, "\r\n\r\n-\n"), "%s", w.answer);
}

/* The browser is told nothing that it could change. */
Test(session, r08_an_edited_cookie_changes_nothing)
{
	char cookie[200], id[64];

	get(&v, "op=set+k+v");
	snprintf(id, sizeof id, "%s", jar_get(&v, SID));
	site->now += 1799;
	snprintf(cookie, sizeof cookie, SID "=%s; Max-Age=99999; Expires=0; "
	    "idle=99999; ends=99999999999", id);
	cr_assert_str_eq(ask_with(cookie, "op=get+k")->body, "v\n");
	cr_assert_eq(sql_int(site, "SELECT idle FROM session"), 1800);
	site->now += 1800;
	cr_assert_str_eq(ask_with(cookie, "op=get+k")->body, "-\n");
}

Test(session, r08_last_seen_is_written_once_a_minute)
{
	int64_t then = site->now;

	get(&v, "op=set+k+v");
	site->now += 59;
	get(&v, "op=get+k");
	cr_assert_eq(sql_int(site, "SELECT seen FROM session"), then);
	site->now += 1;
	get(&v, "op=get+k");
	cr_assert_eq(sql_int(site, "SELECT seen FROM session"), then + 60);
	/* a clock that was set back makes nobody older or younger */
	site->now -= 30;
	get(&v, "op=set+k+w");
	cr_assert_eq(sql_int(site, "SELECT seen FROM session"), then + 60);
	expect("op=get+k", "w\n");
}

/* ---- r14: who is logged in is no field --------------------------------- */

static const char *const reserved[] = { "user", "auth", "pk", "secret",
	"session", "csrf", "key", "token", "serial", "newest", "turned",
	"confirmed", "created", "seen", "idle", "ends", "until", "void",
	"once", "form", "name", "value", "admin", "role", "uid", "login",
	"sid", "__Host-sid", "pre", "rowid", "live", "tally", "anonymous",
	"swept", "__proto__", "sess", "id" };

Test(session, r14_fields_of_any_name_log_nobody_in)
{
	char query[200], body[32];
	size_t i;

	get(&v, "op=set+k+v");
	for (i = 0; i < sizeof reserved / sizeof *reserved; i++) {
		if (!field_name_ok(reserved[i]))
			continue;
		snprintf(query, sizeof query, "op=set+%s+alice&op=get+%s&"
		    "op=user&op=fresh+9999999999", reserved[i], reserved[i]);
		expect(query, "alice\n-\nstale\n");
		snprintf(query, sizeof query, "op=setint+%s+1700000000",
		    reserved[i]);
		get(&v, query);
		snprintf(query, sizeof query, "op=user&op=fresh+9999999999&"
		    "op=get+%s", reserved[i]);
		snprintf(body, sizeof body, "-\nstale\n1700000000\n");
		expect(query, body);
	}
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user IS NULL AND auth = 0 AND idle = 1800"), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field "
	    "WHERE name <> 'k'"), sizeof reserved / sizeof *reserved);
}

Test(session, r14_fields_of_any_name_change_no_login)
{
	char query[200];
	size_t i;

	get(&v, "op=set+k+v&op=login+bob");
	for (i = 0; i < sizeof reserved / sizeof *reserved; i++) {
		snprintf(query, sizeof query, "op=set+%s+alice", reserved[i]);
		get(&v, query);
		expect("op=user", "bob\n");
		snprintf(query, sizeof query, "op=del+%s", reserved[i]);
		get(&v, query);
		expect("op=user", "bob\n");
	}
	get(&v, "op=clear");
	expect("op=user&op=get+k", "bob\n-\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user = 'bob'"), 1);
}

Test(session, r14_what_a_request_calls_itself_logs_nobody_in)
{
	static const char *const extra[] = { "REMOTE_USER=alice",
		"HTTP_X_REMOTE_USER=alice", "HTTP_USER=alice",
		"HTTP_X_USER=alice", "AUTH_TYPE=Basic" };
	size_t i;

	for (i = 0; i < sizeof extra / sizeof *extra; i++)
		v.extra[i] = extra[i];
	get(&v, "op=set+k+v&user=alice&login=alice&auth=1");
	expect("op=user&user=alice&login=alice&auth=1", "-\n");
	cr_assert_str_eq(post(&v, "op=user&user=alice&login=alice&auth=1")
	    ->body, "-\n");
	jar_set(&v, "user", "alice");
	jar_set(&v, "auth", "1700000000");
	expect("op=user&op=fresh+100", "-\nstale\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user IS NOT NULL"), 0);
}

/* ---- r15: the cookie --------------------------------------------------- */

static const struct golden {
	const char *settings, *before, *after;  /* of the id */
} goldens[] = {
	{ NULL, "__Host-sid=", "; Path=/; Secure; HttpOnly; SameSite=Lax" },
	{ "same_site=strict", "__Host-sid=",
	    "; Path=/; Secure; HttpOnly; SameSite=Strict" },
	{ "same_site=none", "__Host-sid=",
	    "; Path=/; Secure; HttpOnly; SameSite=None" },
	{ "cookie_life=1d", "__Host-sid=",
	    "; Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=Lax" },
	{ "cookie_path=/app", "__Secure-sid=",
	    "; Path=/app; Secure; HttpOnly; SameSite=Lax" },
	{ "cookie_name=shop", "shop=",
	    "; Path=/; Secure; HttpOnly; SameSite=Lax" },
	{ "insecure_dev=yes", "sid=", "; Path=/; HttpOnly; SameSite=Lax" },
};

static bool
is_id(const char *id)
{
	return strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_") >= 32;
}

static void
expect_golden(const struct answer *a, const struct golden *g)
{
	const char *line = field_of(a, "Set-Cookie");
	size_t n = strlen(g->before), len;

	cr_assert_not_null(line, "%s", g->after);
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	len = strcspn(line, "\r");
	cr_assert_eq(strncmp(line, g->before, n), 0, "%.*s", (int)len, line);
	cr_assert(is_id(line + n));
	cr_assert_eq(len, n + 32 + strlen(g->after), "%.*s", (int)len, line);
	cr_assert_eq(strncmp(line + n + 32, g->after, strlen(g->after)), 0,
	    "%.*s", (int)len, line);
}

Test(session, r15_the_cookie_to_the_byte)
{
	size_t i;

	for (i = 0; i < sizeof goldens / sizeof *goldens; i++) {
		stage(&ops, goldens[i].settings);
		expect_golden(get(&v, "op=set+k+v"), &goldens[i]);
		cr_assert_null(field_of(get(&v, "op=get+k"), "Set-Cookie"));
		expect_golden(get(&v, "op=login+alice"), &goldens[i]);
		expect_golden(get(&v, "op=rotate"), &goldens[i]);
	}
}

Test(session, r15_logout_takes_the_cookie_away_to_the_byte)
{
	static const char want[] = "__Host-sid=; Path=/; Max-Age=0; "
	    "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; "
	    "SameSite=Lax\r\n";
	const char *line;
	struct answer *a;

	get(&v, "op=set+k+v&op=login+alice");
	a = get(&v, "op=logout");
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	line = field_of(a, "Set-Cookie");
	cr_assert_eq(strncmp(line, want, sizeof want - 1), 0, "%s", line);
	cr_assert_eq(all_rows(site), 0);
	/* a visitor without a session is told nothing */
	cr_assert_null(field_of(get(&v, "op=logout"), "Set-Cookie"));
}

Test(session, r15_one_set_cookie_a_name_whatever_happens)
{
	static const char *const all[] = {
		"op=set+k+v", "op=login+alice", "op=renew&op=set+k+w",
		"op=rotate&op=login+alice&op=set+k+x&op=take+k",
		"op=login+alice&op=rotate&op=renew&op=set+flash+x&"
		    "op=take+flash&op=commit&op=login+alice&op=set+k+y",
		"op=login+bob&op=login+alice&op=set+k+z",
		"op=set+k+1&op=commit&op=logout",
		"op=login+alice&op=commit&op=logout&op=set+k+2&op=commit&"
		    "op=rotate&op=commit&op=renew",
		"op=logout&op=set+k+3&op=commit&op=logout",
		"op=set+k+4&op=cookie+" SID "+mine",
	};
	char before[64];
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++) {
		snprintf(before, sizeof before, "%s", jar_get(&v, SID) != NULL ?
		    jar_get(&v, SID) : "");
		a = get(&v, all[i]);
		cr_assert_eq(a->status, 200, "%s", all[i]);
		cr_assert_eq(count_fields(a, "Set-Cookie"), 1, "%s: %s",
		    all[i], a->head);
		cr_assert_str_neq(jar_get(&v, SID) != NULL ? jar_get(&v, SID) :
		    "", before, "%s", all[i]);
		cr_assert(strstr(a->head, "mine") == NULL);
	}
	/* and what the cookie says works */
	expect("op=get+k&op=new", "4\nknown\n");
	cr_assert_eq(sessions(site), 1);
}

/* ---- r17: two cookies of one name -------------------------------------- */

static void
two_ids(char first[33], char second[33])
{
	struct visitor w = { .site = site };

	get(&v, "op=set+k+first");
	get(&w, "op=set+k+second");
	memcpy(first, strchr(v.jar[0], '=') + 1, 33);
	memcpy(second, strchr(w.jar[0], '=') + 1, 33);
}

Test(session, r17_two_host_cookies_are_nobody_and_logged)
{
	static const char *const others[] = { NULL, X31 "B", "rubbish", "" };
	char first[33], second[33], cookie[200];
	const char *other;
	struct answer *a;
	size_t i;
	int order;

	two_ids(first, second);
	for (i = 0; i < sizeof others / sizeof *others; i++)
		for (order = 0; order < 2; order++) {
			other = others[i] != NULL ? others[i] : second;
			snprintf(cookie, sizeof cookie, "%s%s; x=y; %s%s",
			    SID "=", order ? other : first, SID "=",
			    order ? first : other);
			forget(site);
			a = ask_with(cookie, "op=get+k&op=new");
			cr_assert_str_eq(a->body, "-\nnew\n", "%s", cookie);
			cr_assert_null(field_of(a, "Set-Cookie"));
			cr_assert_eq(logged(site, "ambiguous"), 1);
			cr_assert_null(strstr(site->log, first));
		}
	snprintf(cookie, sizeof cookie, SID "=%s; " SID "=%s", first, first);
	cr_assert_str_eq(ask_with(cookie, "op=get+k")->body, "-\n");
	cr_assert_eq(sessions(site), 2);
	snprintf(cookie, sizeof cookie, "x=y; " SID "=%s", first);
	cr_assert_str_eq(ask_with(cookie, "op=get+k")->body, "first\n");
}

/* nginx hands over two Cookie fields as two variables. */
Test(session, r17_two_cookie_fields_count_as_one)
{
	char first[33], second[33], c1[80], c2[80];
	const char *vars[] = { "REQUEST_METHOD=GET", "QUERY_STRING=op=get+k",
		c1, c2, NULL };

	two_ids(first, second);
	snprintf(c1, sizeof c1, "HTTP_COOKIE=" SID "=%s", first);
	snprintf(c2, sizeof c2, "HTTP_COOKIE=" SID "=%s", second);
	cr_assert_str_eq(ask(site, vars, NULL, 0)->body, "-\n");
	cr_assert_eq(logged(site, "ambiguous"), 1);
}

Test(session, r17_of_two_plain_cookies_the_live_one_counts)
{
	static const char *const dead[] = { X31 "B", "rubbish", "" };
	char first[33], second[33], cookie[300];
	size_t i;
	int order;

	stage(&ops, "insecure_dev=yes");
	two_ids(first, second);
	for (i = 0; i < sizeof dead / sizeof *dead; i++)
		for (order = 0; order < 2; order++) {
			snprintf(cookie, sizeof cookie, "sid=%s; sid=%s",
			    order ? dead[i] : first, order ? first : dead[i]);
			cr_assert_str_eq(ask_with(cookie, "op=get+k")->body,
			    "first\n", "%s", cookie);
		}
	cr_assert_eq(logged(site, "ambiguous"), 0);
	for (order = 0; order < 2; order++) {
		snprintf(cookie, sizeof cookie, "sid=%s; sid=%s",
		    order ? first : second, order ? second : first);
		cr_assert_str_eq(ask_with(cookie, "op=get+k&op=new")->body,
		    "-\nnew\n");
		cr_assert_eq(logged(site, "ambiguous"), order + 1);
	}
	/* the same one twice is one */
	snprintf(cookie, sizeof cookie, "sid=%s; sid=%s", first, first);
	cr_assert_str_eq(ask_with(cookie, "op=get+k")->body, "first\n");
}

Test(session, r17_no_heap_of_cookies_is_looked_up)
{
	char cookie[2000] = "", one[64];
	char first[33], second[33];
	int i;

	stage(&ops, "insecure_dev=yes");
	two_ids(first, second);
	for (i = 0; i < 20; i++) {
		snprintf(one, sizeof one, "sid=" X31 "%c; ", 'A' + i);
		strcat(cookie, one);
	}
	strcat(cookie, "sid=");
	strcat(cookie, first);
	*site->trace = '\0';
	cr_assert_str_eq(ask_with(cookie, "op=get+k")->body, "-\n");
	cr_assert_eq(logged(site, "ambiguous"), 1);
	cr_assert_eq(times_in(site->trace, "find: "), 0);
}

/* ---- r33: the quota ---------------------------------------------------- */

/* An answer that could not be saved, and what was there before is there. */
static void
expect_refused(const char *query)
{
	int64_t before = sql_int(site, "SELECT total(length(name) + "
	    "length(CAST(value AS BLOB))) FROM field");
	struct answer *a = get(&v, query);

	cr_assert(a->status >= 500, "%s: %d", query, a->status);
	cr_assert_eq(sql_int(site, "SELECT total(length(name) + "
	    "length(CAST(value AS BLOB))) FROM field"), before, "%s", query);
}

Test(session, r33_number_of_fields_at_n_and_over)
{
	stage(&ops, "max_fields=3");
	expect("op=set+a+1&op=set+b+2&op=set+c+3&op=error", "OK\n");
	expect_refused("op=set+d+4");
	expect_refused("op=set+a+changed&op=set+d+4");
	expect_refused("op=set+d+4&op=set+a+changed");
	expect_refused("op=add+d+4");
	expect_refused("op=append+d+4");
	expect_refused("op=cas+d+-+4");
	expect("op=get+a&op=get+d", "1\n-\n");
	expect("op=set+a+x&op=del+b&op=set+d+y&op=error", "OK\n");
	expect("op=get+a&op=get+b&op=get+d", "x\n-\ny\n");
	expect_refused("op=set+b+1");
	expect("op=take+c&op=set+b+1&op=error", "3\nOK\n");
}

Test(session, r33_bytes_of_a_value_at_n_and_over)
{
	stage(&ops, "max_value_bytes=100");
	expect("op=fill+k+100&op=error", "OK\n");
	expect_refused("op=fill+k+101");
	expect_refused("op=fill+new+101");
	expect_refused("op=append+k+y");
	expect("op=del+k&op=fill+k+99&op=append+k+y&op=error", "OK\n");
	expect_refused("op=append+k+y");
	cr_assert_eq(sql_int(site, "SELECT length(value) FROM field"), 100);
	get(&v, "op=clear");
	expect_refused("op=cas+k+-+0123456789012345678901234567890123456789"
	    "0123456789012345678901234567890123456789"
	    "012345678901234567890");
}

Test(session, r33_bytes_of_the_session_at_n_and_over)
{
	stage(&ops, "max_session_bytes=100\nmax_value_bytes=100");
	expect("op=fill+k+99&op=error", "OK\n");
	expect_refused("op=fill+k+100");
	expect_refused("op=setint+n+1");
	expect("op=fill+k+90&op=setint+n+1&op=error", "OK\n");
	expect_refused("op=setint+m+1");
	expect_refused("op=append+k+y");
	expect_refused("op=set+long_name_without_text+");
	expect("op=del+n&op=append+k+123456789&op=error", "OK\n");
	cr_assert_eq(sql_int(site, "SELECT sum(length(name) + length(value)) "
	    "FROM field"), 100);
}

Test(session, r33_over_the_quota_before_there_is_a_session)
{
	struct answer *a;

	stage(&ops, "max_fields=2");
	a = get(&v, "op=set+a+1&op=set+b+2&op=set+c+3");
	cr_assert_eq(a->status, 500);
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(all_rows(site), 0);
	a = get(&v, "op=login+alice&op=set+a+1&op=set+b+2&op=set+c+3");
	cr_assert_eq(a->status, 500);
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(all_rows(site), 0);
}

Test(session, r33_names_of_fields)
{
	static const char *const good[] = { "a", "A-Z_0.9", "-", ".", "_",
		"0123456789012345678901234567890123456789012345678901234567"
		"890123" };
	static const char *const bad[] = { "", "a%2Fb", "a%3Db", "a%26b",
		"a:b", "a%00b", "%C3%A4", "a%0Ab", "a%27", "a*", "$",
		"a%22", "a%5Cb", "a%2Cb", "a%3Bb", "%7F",
		"0123456789012345678901234567890123456789012345678901234567"
		"8901234" };
	static const char *const verbs[] = { "set", "setint", "add",
		"append" };
	char query[200];
	size_t i, j;

	get(&v, "op=set+k+v");
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		snprintf(query, sizeof query, "op=set+%s+x&op=get+%s",
		    good[i], good[i]);
		expect(query, "x\n");
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		for (j = 0; j < sizeof verbs / sizeof *verbs; j++) {
			if (strstr(bad[i], "%00") != NULL)
				continue;       /* no C text holds it */
			snprintf(query, sizeof query, "op=set+k+w&op=%s+%s+1",
			    verbs[j], bad[i]);
			expect_refused(query);
		}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (strstr(bad[i], "%00") != NULL)
			continue;
		snprintf(query, sizeof query, "op=cas+%s+-+1", bad[i]);
		expect_refused(query);
		snprintf(query, sizeof query, "op=take+%s", bad[i]);
		expect(query, "-\n");
	}
	expect("op=get+k", "v\n");
}

Test(session, r33_ten_thousand_additions_in_one_request)
{
	quiet(site);
	expect("op=adds+cart+10000&op=get+cart&op=error", "10000\nOK\n");
	expect("op=adds+cart+10000&op=get+cart&op=error", "20000\nOK\n");
	cr_assert_eq(sql_int(site, "SELECT value FROM field"), 20000);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 1);
}

static const char *meanwhile;
static struct site *other;

static void
run_meanwhile(void)
{
	struct visitor w = copy_of(&v);

	w.site = other;
	cr_assert_eq(get(&w, meanwhile)->status, 200);
}

/* It is the page that has to change: to ask again later helps nobody. */
Test(session, r92_a_page_over_its_quota_is_500_and_the_log_names_the_field)
{
	static const char small[] = "max_fields=3\nmax_value_bytes=20\n"
	    "max_session_bytes=40";
	static const struct { const char *query, *says; } rows[] = {
		{ "op=set+d+hunter2", "set d: over max_fields" },
		{ "op=setint+d+4", "set d: over max_fields" },
		{ "op=add+d+4", "add d: over max_fields" },
		{ "op=append+d+hunter2", "append d: over max_fields" },
		{ "op=set+a+x&op=set+d+hunter2&op=set+e+5",
		    "set d: over max_fields" },
		{ "op=fill+a+21", "set a: over max_value_bytes" },
		{ "op=append+a+hunter2hunter2hunter2", "append a: over "
		    "max_value_bytes" },
		{ "op=cas+a+1+hunter2hunter2hunter2", "cas a: over "
		    "max_value_bytes" },
		{ "op=fill+a+19&op=fill+b+20", "set b: over "
		    "max_session_bytes" },
		{ "op=setint+a+9223372036854775807&op=add+a+1",
		    "add a: over the range of a number" },
		{ "op=set+a+x&op=cas+d+-+hunter2", "over max_fields, "
		    "max_value_bytes or max_session_bytes with: a d" },
	};
	struct answer *a;
	char line[200];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		stage(&ops, small);
		get(&v, "op=set+a+1&op=set+b+2&op=set+c+3");
		a = get(&v, rows[i].query);
		cr_expect_eq(a->status, 500, "%s: %d", rows[i].query,
		    a->status);
		cr_expect_null(field_of(a, "Retry-After"), "%s",
		    rows[i].query);
		snprintf(line, sizeof line, "err=E_LIMIT why=\"%s\"\n",
		    rows[i].says);
		cr_expect_not_null(strstr(site->log, line), "%s: %s",
		    rows[i].query, site->log);
		cr_expect_null(strstr(site->log, "hunter2"));
	}
}

/* Each is under the quota by itself, and together they are over it. */
static void
expect_second_refused(const char *settings, const char *first,
    const char *second)
{
	char slow[300];

	stage(&ops, settings);
	other = site_twin(site, &ops, settings);
	get(&v, "op=set+a+1");
	meanwhile = first;
	ops_hook = run_meanwhile;
	snprintf(slow, sizeof slow, "op=set+a+changed&%s&op=hook", second);
	cr_assert_eq(get(&v, slow)->status, 500, "%s", second);
	expect("op=get+a", "1\n");
	cr_assert_not_null(strstr(site->log, "max_session_bytes with: a "),
	    "%s", site->log);
	site_free(other);
}

Test(session, r33_two_requests_that_together_are_over_the_quota)
{
	expect_second_refused("max_fields=3", "op=set+b+1&op=set+c+1",
	    "op=set+d+1");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 3);
	expect_second_refused("max_session_bytes=100\nmax_value_bytes=100",
	    "op=fill+b+60", "op=fill+c+60");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 2);
	expect_second_refused("max_session_bytes=100\nmax_value_bytes=100",
	    "op=fill+b+85", "op=setint+c+1");
}

Test(session, r33_two_appendices_that_together_are_over_the_value_quota)
{
	expect_second_refused("max_value_bytes=20",
	    "op=append+t+0123456789ab", "op=append+t+0123456789ab");
	cr_assert_eq(sql_int(site, "SELECT max(length(value)) FROM field"),
	    12);
}

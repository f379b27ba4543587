/*
 * test_refusal.c - r97, r98: a refused request says why, to its visitor and to
 * the operator, and leads back to its form.  Each row of the table is made.
 */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "stage.h"

#define FORM_MAX 256
#define OWN "HTTP_ORIGIN=https://example.org"
#define FETCH "HTTP_SEC_FETCH_SITE="
#define BACK "HTTP_REFERER=https://example.org/cgi-bin/page?a=b"

/* "reason|back", and "-" for what there is not. */
static void
refused(const struct sess_req *req, struct sess_res *res,
    const struct sess_refusal *r)
{
	(void)req;
	sess_res_printf(res, "%s|%s", *r->reason != '\0' ? r->reason : "-",
	    r->back != NULL ? r->back : "-");
}

static const struct sess_app refusing = {
	.handle = ops_page, .methods = "GET HEAD POST", .refused = refused,
};

static void
setup(void)
{
	stage(&refusing, NULL);
}

TestSuite(refusal, .init = setup, .fini = stage_clear, .timeout = 60);

/* ---- helps ------------------------------------------------------------- */

/* The token of a page that this visitor loads. */
static void
token_of(struct visitor *who, char token[FORM_MAX])
{
	snprintf(token, FORM_MAX, "csrf=%.*s", FORM_MAX - 6,
	    get(who, "op=csrf")->body);
	token[strcspn(token, "\n")] = '\0';
}

static struct answer *
submit(const char *token)
{
	char form[FORM_MAX + 32];

	snprintf(form, sizeof form, "%s&op=add+n+1", token);
	return post(&v, form);
}

/* Variables of all requests from now on. */
static void
say_also(const char *a, const char *b, const char *c)
{
	v.extra[0] = a;
	v.extra[1] = a != NULL ? b : NULL;
	v.extra[2] = a != NULL && b != NULL ? c : NULL;
}

/* The last form was refused so, and one line says it, with these words. */
static void
expect(const struct answer *a, int status, const char *page,
    const char *err, const char *words)
{
	char event[64];

	snprintf(event, sizeof event, "event=refuse address=192.0.2.1 err=%s",
	    err);
	cr_expect_eq(a->status, status, "%d", a->status);
	cr_expect_str_eq(a->body, page);
	cr_expect_eq(times_in(site->log, event), 1, "%s", site->log);
	cr_expect_eq(times_in(site->log, "event=refuse"), 1, "%s", site->log);
	cr_expect_not_null(strstr(site->log, words), "%s\nlacks: %s",
	    site->log, words);
}

/* ---- from where -------------------------------------------------------- */

Test(refusal, r97_a_form_of_another_site)
{
	char token[FORM_MAX];

	token_of(&v, token);
	say_also(FETCH "cross-site", "HTTP_ORIGIN=https://evil.example",
	    "HTTP_REFERER=https://evil.example/cgi-bin/page");
	expect(submit(token), 403, "other-site|-", "E_ORIGIN",
	    "another site or host sent this form (Sec-Fetch-Site: "
	    "cross-site, Origin: https://evil.example): nothing to do");
	cr_assert_null(strstr(site->log, "origin = "), "no advice to let it in");
}

Test(refusal, r98_an_origin_that_came_twice)
{
	char token[FORM_MAX];

	token_of(&v, token);
	say_also(OWN, OWN, NULL);
	expect(submit(token), 403, "other-site|-", "E_ORIGIN",
	    "why=\"Origin came twice, and a browser sends it once");
}

Test(refusal, r98_an_origin_that_is_not_the_one_that_is_set)
{
	char token[FORM_MAX];

	stage(&refusing, "origin=https://public.example");
	token_of(&v, token);
	say_also(OWN, NULL, NULL);
	expect(submit(token), 403, "wrong-address|-", "E_ORIGIN",
	    "came from https://example.org, and origin = "
	    "https://public.example allows no other: if visitors know this "
	    "site as https://example.org, set origin = https://example.org");
}

Test(refusal, r98_a_proxy_that_changes_the_host)
{
	char token[FORM_MAX];

	token_of(&v, token);
	say_also("HTTP_ORIGIN=https://shop.example", NULL, NULL);
	expect(submit(token), 403, "wrong-address|-", "E_ORIGIN",
	    "asked for https://example.org: if https://shop.example is not "
	    "yours, nothing to do; if visitors know this site by that, a "
	    "proxy changes Host: let it keep Host, or set origin = "
	    "https://shop.example");
}

Test(refusal, r98_a_port_behind_a_proxy)
{
	char token[FORM_MAX];

	token_of(&v, token);
	say_also("HTTP_ORIGIN=https://example.org:8443", NULL, NULL);
	expect(submit(token), 403, "wrong-address|-", "E_ORIGIN",
	    "a proxy may have dropped it: let it keep the port in Host, or "
	    "set origin = https://example.org:8443");
}

Test(refusal, r98_a_proxy_that_ends_https_and_says_nothing)
{
	char token[FORM_MAX];

	say_also("HTTPS=off", NULL, NULL);
	token_of(&v, token);
	say_also("HTTPS=off", OWN, "SERVER_PORT=80");
	expect(submit(token), 403, "wrong-address|-", "E_ORIGIN",
	    "let it set HTTPS=on. If a proxy in front does: set proxies = "
	    "192.0.2.1, and let the proxy send X-Forwarded-Proto");
}

Test(refusal, r98_a_proxy_that_is_not_named)
{
	char token[FORM_MAX];

	say_also("HTTPS=off", "HTTP_X_FORWARDED_PROTO=https", NULL);
	token_of(&v, token);
	say_also("HTTPS=off", OWN, "HTTP_X_FORWARDED_PROTO=https");
	expect(submit(token), 403, "wrong-address|-", "E_ORIGIN",
	    "by 192.0.2.1, which sent X-Forwarded-Proto and does not stand "
	    "in proxies (now: none): if 192.0.2.1 is your proxy, set proxies "
	    "= 192.0.2.1");
}

Test(refusal, r98_a_named_proxy_that_does_not_say_https)
{
	char token[FORM_MAX];

	stage(&refusing, "proxies=192.0.2.1");
	say_also("HTTPS=off", NULL, NULL);
	token_of(&v, token);
	say_also("HTTPS=off", OWN, NULL);
	expect(submit(token), 403, "wrong-address|-", "E_ORIGIN",
	    "your proxy 192.0.2.1 sent no X-Forwarded-Proto");
}

/* ---- without what proves it -------------------------------------------- */

Test(refusal, r97_a_browser_that_keeps_no_cookies)
{
	char token[FORM_MAX];

	v.no_cookies = true;
	say_also(FETCH "same-origin", OWN, BACK);
	token_of(&v, token);
	expect(submit(token), 403, "no-cookie|/cgi-bin/page?a=b", "E_CSRF",
	    "the visitor's browser keeps none, and nothing is to be done");
}

Test(refusal, r98_a_form_beside_the_path_of_the_cookies)
{
	char token[FORM_MAX];

	stage(&refusing, "cookie_path=/shop/");
	v.no_cookies = true;
	say_also(FETCH "same-origin", OWN, BACK);
	token_of(&v, token);
	expect(submit(token), 403, "no-cookie|/cgi-bin/page?a=b", "E_CSRF",
	    "outside cookie_path = /shop/: then set cookie_path = /");
}

/* The newcomer's trap: the login form over http, from another machine. */
Test(refusal, r97_a_form_over_plain_http)
{
	char token[FORM_MAX];

	v.no_cookies = true;    /* the browser drops them */
	say_also("HTTPS=off", "HTTP_REFERER=http://example.org/cgi-bin/page",
	    "HTTP_ORIGIN=http://example.org");
	token_of(&v, token);
	cr_assert_eq(times_in(site->log, "event=cookie address=192.0.2.1 "
	    "why=\"the request came over plain http"), 1, "%s", site->log);
	expect(submit(token), 403, "plain-http|-", "E_CSRF",
	    "err=E_CSRF why=\"the request came over plain http, where browsers "
	    "drop this program's cookies: redirect http to https.");
}

/* A page that wants to keep what was typed asks itself. */
static int
ask_itself(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)res;
	return sess_csrf_ok(s, req) ? 200 : 403;
}

Test(refusal, r97_a_page_that_asks_itself_gives_the_reason_by_a_bare_403)
{
	static const struct sess_app asking = { .handle = ask_itself,
		.csrf_by_page = true, .refused = refused };

	stage(&asking, NULL);
	jar_set(&v, "__Host-pre", "x");
	say_also(OWN, BACK, NULL);
	expect(post(&v, "csrf="), 403, "no-token|/cgi-bin/page?a=b", "E_CSRF",
	    "its page does not write sess_form()");
}

Test(refusal, r97_a_form_without_its_token)
{
	get(&v, "op=set+k+v");
	say_also(OWN, BACK, NULL);
	cr_assert_str_eq(submit("csrf=AAAA")->body,
	    "no-token|/cgi-bin/page?a=b");
	cr_assert_not_null(strstr(site->log, "err=E_CSRF why=\"the form had no "
	    "token, or half of one"));
}

Test(refusal, r97_another_tab_has_logged_in)
{
	char token[FORM_MAX];

	token_of(&v, token);
	get(&v, "op=login+alice");
	say_also(OWN, BACK, NULL);
	cr_assert_eq(submit(token)->status, 403);
	cr_assert_eq(times_in(site->log, "event=refuse user=\"alice\" "
	    "address=192.0.2.1 session="), 1, "%s", site->log);
	cr_assert_not_null(strstr(site->log, "in another tab"));
	cr_assert_str_eq(submit(token)->body,
	    "other-tab|/cgi-bin/page?a=b");
}

Test(refusal, r97_another_tab_has_logged_out)
{
	char token[FORM_MAX];

	get(&v, "op=login+alice");
	token_of(&v, token);
	get(&v, "op=logout");
	get(&v, "op=csrf");
	say_also(OWN, BACK, NULL);
	cr_assert_str_eq(submit(token)->body,
	    "session-over|/cgi-bin/page?a=b");
}

Test(refusal, r97_a_session_that_is_over)
{
	char token[FORM_MAX];

	get(&v, "op=set+k+v");
	token_of(&v, token);
	site->now += 1800;
	say_also(FETCH "same-origin", BACK, NULL);
	expect(submit(token), 403, "session-over|/cgi-bin/page?a=b",
	    "E_CSRF", "raise idle (now 1800 s) or absolute (now 28800 s)");
}

Test(refusal, r97_a_form_that_was_open_for_too_long)
{
	char token[FORM_MAX];

	token_of(&v, token);
	site->now += 7200;
	say_also(OWN, BACK, NULL);
	expect(submit(token), 403, "form-old|/cgi-bin/page?a=b", "E_CSRF",
	    "more than two hours ago");
}

/* ---- too many ---------------------------------------------------------- */

Test(refusal, r98_too_many_new_sessions_of_one_address)
{
	stage(&refusing, "max_new=1");
	get(&v, "op=set+k+v");
	v = (struct visitor){ .site = site };
	expect(get(&v, "op=set+k+v"), 429, "too-many|-", "E_TRIES",
	    "192.0.2.1 wanted more new sessions in a minute than max_new = 1 "
	    "allows: if 192.0.2.1 is your proxy, set proxies = 192.0.2.1");
	cr_assert_null(strstr(site->log, "nothing was saved"));
}

Test(refusal, r98_too_many_unknown_ids_of_one_address)
{
	stage(&refusing, "max_unknown=1");
	jar_set(&v, SID, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	get(&v, "op=get+k");
	jar_set(&v, SID, "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	cr_assert_str_eq(get(&v, "op=get+k")->body, "too-many|-");
	cr_assert_not_null(strstr(site->log, "max_unknown"));
}

/* ---- r97: two tabs of a first visit ------------------------------------ */

/* Opened at once, each has a cookie of its own, and the browser keeps one. */
static void
open_two_tabs(char first[FORM_MAX], char second[FORM_MAX])
{
	struct visitor other = v;

	token_of(&other, first);
	token_of(&v, second);
}

Test(refusal, r97_both_of_two_tabs_work)
{
	char first[FORM_MAX], second[FORM_MAX];

	say_also(FETCH "same-origin", NULL, NULL);
	open_two_tabs(first, second);
	cr_assert_eq(submit(first)->status, 200);
	cr_assert_eq(submit(second)->status, 200);
	cr_assert_eq(sql_int(site, "SELECT value FROM field"), 2);
}

/* It is the browser that says so: Origin is not enough, nor a typed address. */
Test(refusal, r97_the_first_tab_wants_the_browsers_word)
{
	static const char *const words[] = { OWN, FETCH "none",
		FETCH "same-site", FETCH "cross-site", FETCH };
	char first[FORM_MAX], second[FORM_MAX];
	size_t i;

	open_two_tabs(first, second);
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		say_also(words[i], NULL, NULL);
		cr_expect_eq(submit(first)->status, 403, "%s", words[i]);
	}
	say_also(FETCH "same-origin", FETCH "same-origin", NULL);
	cr_assert_eq(submit(first)->status, 403, "twice");
}

Test(refusal, r97_the_first_tab_does_nothing_in_a_login)
{
	char first[FORM_MAX], second[FORM_MAX];

	open_two_tabs(first, second);
	get(&v, "op=login+alice");
	say_also(FETCH "same-origin", NULL, NULL);
	cr_assert_eq(submit(first)->status, 403);
}

Test(refusal, r97_a_form_of_a_session_wants_its_token_whatever_the_browser_says)
{
	char token[FORM_MAX];
	struct visitor other = v;

	get(&other, "op=set+k+v");
	token_of(&other, token);
	get(&v, "op=set+k+v");
	say_also(FETCH "same-origin", NULL, NULL);
	cr_assert_eq(submit(token)->status, 403);
	cr_assert_eq(submit("csrf=AAAA")->status, 403);
	cr_assert_eq(submit("x=y")->status, 403);
}

/* ---- r97: the way back ------------------------------------------------- */

Test(refusal, r97_no_way_leads_to_another_site)
{
	static const char *const referers[] = {
		"https://evil.example/cgi-bin/page",
		"https://example.org.evil.example/page",
		"https://example.org@evil.example/page",
		"https://example.org//evil.example/",
		"https://example.org/\\evil.example",
		"https://example.org/a b", "https://example.org/\t",
		"http://example.org/page", "https://example.org:444/page",
		"https://example.org", "/cgi-bin/page", "javascript:alert(1)//",
		"", "https:///page", "https://example.org/\xC3\xA4",
	};
	char referer[100];
	size_t i;

	get(&v, "op=set+k+v");
	for (i = 0; i < sizeof referers / sizeof *referers; i++) {
		snprintf(referer, sizeof referer, "HTTP_REFERER=%s",
		    referers[i]);
		say_also(referer, NULL, NULL);
		cr_expect_str_eq(submit("x=y")->body, "no-token|-", "%s",
		    referers[i]);
	}
}

Test(refusal, r97_a_way_back_has_a_bound)
{
	char referer[1100] = "HTTP_REFERER=https://example.org/";
	size_t n = strlen(referer);

	get(&v, "op=set+k+v");
	memset(referer + n, 'a', sizeof referer - n - 1);
	say_also(referer, NULL, NULL);
	cr_assert_str_eq(submit("x=y")->body, "no-token|-");
	referer[sizeof "HTTP_REFERER=" - 1 + 1000] = '\0';
	cr_assert_neq(*strchr(submit("x=y")->body, '|'), '-');
	cr_assert_str_neq(submit("x=y")->body, "no-token|-");
}

/* The page that led to it had no form. */
Test(refusal, r97_a_page_that_is_not_there_leads_back_to_no_form)
{
	stage(&refusing, "origin=https://example.org");
	say_also(BACK, "PATH_INFO=/x", NULL);
	cr_assert_eq(get(&v, "")->status, 404);
	cr_assert_str_eq(get(&v, "")->body, "-|-");
}

/* ---- r97: cookies of the library's own --------------------------------- */

/* What they stand for is done: a form's secret, a browser that is known. */
Test(refusal, r97_a_refusal_takes_no_cookie_of_the_library_back)
{
	struct answer *a = get(&v, "op=csrf&op=set+k+x&op=add+k+1");

	cr_assert_eq(a->status, 500);
	cr_assert_not_null(jar_get(&v, "__Host-pre"));
	get(&v, "op=login+alice&op=remember");
	jar_set(&v, SID, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	a = get(&v, "op=set+k+x&op=add+k+1");
	cr_assert_eq(a->status, 500);
	cr_assert_not_null(strstr(a->head, "__Host-remember="));
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
}

/* ---- values are not the log's language --------------------------------- */

Test(refusal, r98_what_a_visitor_sends_stays_within_its_line)
{
	char token[FORM_MAX], origin[400] = "HTTP_ORIGIN=https://a\"b\n{own}";
	size_t n = strlen(origin);

	token_of(&v, token);
	memset(origin + n, 'x', sizeof origin - n - 1);
	say_also(origin, NULL, NULL);
	expect(submit(token), 403, "wrong-address|-", "E_ORIGIN",
	    "https://a?b?{own}xxx");
	cr_assert_null(strstr(site->log, token + 5));
	cr_assert_lt(strlen(site->log), 1000);
}

/* ---- r99: an id that came by the bearer header ------------------------- */

static void
stage_bearer(char id[64])
{
	stage(&refusing, "carry=cookie bearer");
	get(&v, "op=set+n+1");
	snprintf(id, 64, "HTTP_AUTHORIZATION=Bearer %s", jar_get(&v, SID));
	v = (struct visitor){ .site = site, .no_cookies = true };
}

Test(refusal, r99_a_bearer_needs_no_origin_and_no_token)
{
	static const char *const sites[] = { FETCH "cross-site",
		FETCH "same-site", "HTTP_ORIGIN=https://app.example",
		"HTTP_ORIGIN=null" };
	char id[64];
	size_t i;

	stage(&refusing, "carry=bearer");
	snprintf(id, sizeof id, "HTTP_AUTHORIZATION=Bearer %s",
	    field_of(get(&v, "op=set+k+v"), "X-Session-Token"));
	id[strcspn(id, "\r")] = '\0';
	for (i = 0; i < sizeof sites / sizeof *sites; i++) {
		say_also(sites[i], id, NULL);
		cr_expect_eq(submit("x=y")->status, 200, "%s", sites[i]);
	}
	cr_assert_eq(sql_int(site, "SELECT value FROM field "
	    "WHERE name = 'n'"), sizeof sites / sizeof *sites);
}

/* A browser sends the cookie by itself: it is what the gate is for. */
Test(refusal, r99_a_cookie_beside_a_bearer_wants_both)
{
	char id[64], cookie[100];

	stage_bearer(id);
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" SID "=%s", id +
	    strlen("HTTP_AUTHORIZATION=Bearer "));
	say_also(FETCH "cross-site", cookie, id);
	cr_assert_eq(submit("x=y")->status, 403);
}

Test(refusal, r99_a_bearer_that_is_over_is_no_bearer)
{
	char id[64];

	stage_bearer(id);
	site->now += 1800;
	say_also(FETCH "cross-site", id, NULL);
	cr_assert_eq(submit("x=y")->status, 403);
}

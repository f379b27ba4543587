/* test_csrf.c - r40: did our own page send this form? */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "crypt.h"
#include "encode.h"
#include "stage.h"

#define PRE "__Host-pre"
#define FORM_MAX 256

static void
setup(void)
{
	stage(&gated, NULL);
}

TestSuite(csrf, .init = setup, .fini = stage_clear, .timeout = 60);

/* "csrf=..." of a page that this visitor loads. */
static void
token_of(struct visitor *who, char form[FORM_MAX])
{
	struct answer *a = get(who, "op=csrf");

	cr_assert_eq(a->status, 200);
	snprintf(form, FORM_MAX, "csrf=%.*s", (int)strcspn(a->body, "\n"),
	    a->body);
}

static int
submit(struct visitor *who, const char *token)
{
	char form[FORM_MAX + 64];

	snprintf(form, sizeof form, "%s&op=add+n+1", token);
	return post(who, form)->status;
}

/* An anonymous session, or one that alice has logged in to. */
static void
begin(const char *what)
{
	v = (struct visitor){ .site = site };
	cr_assert_eq(get(&v, what)->status, 200);
}

/* ---- r40: where the browser says that it comes from -------------------- */

static const struct origin {
	const char *value;      /* NULL: absent */
	bool own;
} origins[] = {
	{ NULL, true },         /* the token decides */
	{ "https://example.org", true },
	{ "https://EXAMPLE.org", true },
	{ "https://example.org:443", true },
	{ "http://example.org", false },
	{ "https://example.org:444", false },
	{ "https://example.org:80", false },
	{ "https://www.example.org", false },
	{ "https://example.org.evil.example", false },
	{ "https://evil.example", false },
	{ "https://evil.example/https://example.org", false },
	{ "https://example.org@evil.example", false },
	{ "https://example.org/", false },
	{ "https://example.or", false },
	{ "example.org", false },
	{ "null", false },
	{ "", false },
};

static const struct fetch {
	const char *value;
	int verdict;            /* 1 here, 0 elsewhere, -1: ask the origin */
} fetches[] = {
	{ NULL, -1 },
	{ "same-origin", 1 },
	{ "none", 1 },
	{ "same-site", 0 },
	{ "cross-site", 0 },
	{ "Same-Origin", 0 },
	{ "same-origin, cross-site", 0 },
	{ "", 0 },
};

static const char *const verbs[] = { "GET", "HEAD", "POST", "PUT", "DELETE" };

/* Any method, with the visitor's session and a form in the body. */
static struct answer *
send_form(const char *verb, const char *fetch, const char *origin,
    const char *form, const char *more)
{
	char method[32], f[80], o[100], cookie[200], length[48];
	const char *vars[16] = { method, "HTTPS=on", "HTTP_HOST=example.org",
		"SERVER_PORT=443", "SCRIPT_NAME=/cgi-bin/page",
		"CONTENT_TYPE=application/x-www-form-urlencoded", length,
		cookie };
	size_t n = 8;

	snprintf(method, sizeof method, "REQUEST_METHOD=%s", verb);
	snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", strlen(form));
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" SID "=%s",
	    jar_get(&v, SID));
	snprintf(f, sizeof f, "HTTP_SEC_FETCH_SITE=%s",
	    fetch != NULL ? fetch : "");
	snprintf(o, sizeof o, "HTTP_ORIGIN=%s", origin != NULL ? origin : "");
	if (fetch != NULL)
		vars[n++] = f;
	if (origin != NULL)
		vars[n++] = o;
	if (more != NULL)
		vars[n++] = more;
	return ask(site, vars, form, strlen(form));
}

static bool
is_safe(const char *verb)
{
	return strcmp(verb, "GET") == 0 || strcmp(verb, "HEAD") == 0;
}

static void
expect_verdict(const char *verb, const struct fetch *f,
    const struct origin *o, const char *form, bool token)
{
	bool here = f->verdict >= 0 ? f->verdict : o->own;
	int want = is_safe(verb) || (here && token) ? 200 : 403;
	struct answer *a = send_form(verb, f->value, o->value, form, NULL);

	cr_expect_eq(a->status, want, "%s, Sec-Fetch-Site %s, Origin %s, "
	    "token %d: %d", verb, f->value != NULL ? f->value : "absent",
	    o->value != NULL ? o->value : "absent", token, a->status);
	if (want == 403)
		cr_expect_null(field_of(a, "Set-Cookie"));
}

Test(csrf, r40_site_origin_and_method)
{
	char token[FORM_MAX], form[FORM_MAX + 32];
	int64_t effects = 0;
	size_t i, j, k;
	int with_token;

	begin("op=setint+n+0");
	token_of(&v, token);
	snprintf(form, sizeof form, "%s&op=add+n+1", token);
	for (i = 0; i < sizeof verbs / sizeof *verbs; i++)
		for (j = 0; j < sizeof fetches / sizeof *fetches; j++)
			for (k = 0; k < sizeof origins / sizeof *origins; k++)
				for (with_token = 0; with_token < 2;
				    with_token++) {
					expect_verdict(verbs[i], &fetches[j],
					    &origins[k], with_token ? form :
					    "op=add+n+1", with_token);
					effects += !is_safe(verbs[i]) &&
					    with_token &&
					    (fetches[j].verdict > 0 ||
					    (fetches[j].verdict < 0 &&
					    origins[k].own));
				}
	/* refused means: the page did not run */
	cr_assert_eq(sql_int(site, "SELECT value FROM field"), effects);
	cr_assert_gt(effects, 0);
}

/* A client that sends two hopes that the right one is read: neither is. */
Test(csrf, r73_an_origin_or_a_site_that_came_twice_is_refused)
{
	static const struct { const char *fetch, *origin, *more; } rows[] = {
		{ NULL, "https://example.org",
		    "HTTP_ORIGIN=https://example.org" },
		{ NULL, "https://example.org",
		    "HTTP_ORIGIN=https://evil.example" },
		{ NULL, "https://evil.example",
		    "HTTP_ORIGIN=https://example.org" },
		{ NULL, "", "HTTP_ORIGIN=" },
		{ "same-origin", NULL, "HTTP_SEC_FETCH_SITE=same-origin" },
		{ "same-origin", NULL, "HTTP_SEC_FETCH_SITE=cross-site" },
		{ "cross-site", NULL, "HTTP_SEC_FETCH_SITE=same-origin" },
		{ "same-origin", "https://example.org",
		    "HTTP_SEC_FETCH_SITE=none" },
		{ "same-origin", "https://example.org",
		    "HTTP_ORIGIN=https://evil.example" },
		{ NULL, "https://example.org", "HTTP_HOST=evil.example" },
	};
	char token[FORM_MAX];
	size_t i;

	begin("op=set+k+v");
	token_of(&v, token);
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_expect_eq(send_form("POST", rows[i].fetch, rows[i].origin,
		    token, rows[i].more)->status, 403, "row %zu", i);
	cr_assert_eq(times_in(site->log, "err=E_ORIGIN"),
	    sizeof rows / sizeof *rows);
	cr_assert_eq(send_form("POST", "same-origin", "https://example.org",
	    token, "HTTP_ACCEPT=a")->status, 200, "none of them");
}

Test(csrf, r40_refusals_are_logged_by_their_reason)
{
	char token[FORM_MAX];

	begin("op=set+k+v");
	token_of(&v, token);
	cr_assert_eq(send_form("POST", "cross-site", NULL, token, NULL)
	    ->status, 403);
	cr_assert_eq(times_in(site->log, "err=E_ORIGIN"), 1);
	cr_assert_eq(send_form("POST", "same-origin", NULL, "", NULL)->status,
	    403);
	cr_assert_eq(times_in(site->log, "err=E_CSRF"), 1);
	cr_assert_null(strstr(site->log, token + 5));
}

/* The host that the server names, with a port of its own. */
Test(csrf, r40_an_origin_with_a_port)
{
	static const struct {
		const char *host, *port, *origin;
		int want;
	} rows[] = {
		{ "example.org:8443", "8443", "https://example.org:8443",
		    200 },
		{ "example.org:8443", "8443", "https://example.org", 403 },
		{ "example.org:8443", "8443", "https://example.org:443",
		    403 },
		{ "example.org:8443", "443", "https://example.org:443", 403 },
		{ "example.org", "8443", "https://example.org:8443", 200 },
		{ "example.org", "8443", "https://example.org:443", 403 },
		{ "[::1]:8443", "8443", "https://[::1]:8443", 200 },
		{ "example.org:443", "443", "https://example.org", 200 },
		{ "example.org:443", "443", "https://example.or", 403 },
		{ "example.org:80", "80", "https://example.org", 403 },
	};
	char host[80], port[40], origin[80], cookie[100], token[FORM_MAX];
	char length[40];
	const char *vars[] = { "REQUEST_METHOD=POST", "HTTPS=on", host, port,
		origin, cookie, length,
		"CONTENT_TYPE=application/x-www-form-urlencoded", NULL };
	size_t i;

	begin("op=set+k+v");
	token_of(&v, token);
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" SID "=%s",
	    jar_get(&v, SID));
	snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", strlen(token));
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(host, sizeof host, "HTTP_HOST=%s", rows[i].host);
		snprintf(port, sizeof port, "SERVER_PORT=%s", rows[i].port);
		snprintf(origin, sizeof origin, "HTTP_ORIGIN=%s",
		    rows[i].origin);
		cr_expect_eq(ask(site, vars, token, strlen(token))->status,
		    rows[i].want, "%s %s %s", host, port, origin);
	}
}

Test(csrf, r40_the_configured_origin_is_the_only_one)
{
	char token[FORM_MAX];

	stage(&gated, "origin=https://public.example");
	begin("op=set+k+v");
	token_of(&v, token);
	cr_assert_eq(send_form("POST", NULL, "https://public.example", token,
	    NULL)->status, 200);
	cr_assert_eq(send_form("POST", NULL, "https://example.org", token,
	    NULL)->status, 403);
	cr_assert_eq(send_form("POST", NULL, "https://public.example:443",
	    token, NULL)->status, 403);
	cr_assert_eq(send_form("POST", NULL, "null", token, NULL)->status,
	    403);
	cr_assert_eq(send_form("POST", NULL, NULL, token, NULL)->status, 200);
}

/* A page that checks the token itself is still asked from here only. */
Test(csrf, r40_csrf_by_page_keeps_the_first_gate)
{
	char token[FORM_MAX], form[FORM_MAX + 32];

	stage(&ops, NULL);
	begin("op=set+k+v");
	token_of(&v, token);
	cr_assert_eq(send_form("POST", "cross-site", NULL, token, NULL)
	    ->status, 403);
	cr_assert_eq(send_form("POST", NULL, "https://evil.example", token,
	    NULL)->status, 403);
	snprintf(form, sizeof form, "%s&op=csrfok", token);
	cr_assert_str_eq(send_form("POST", NULL, NULL, form, NULL)->body,
	    "ok\n");
	cr_assert_str_eq(send_form("POST", NULL, NULL, "op=csrfok", NULL)
	    ->body, "no\n");
}

Test(csrf, r40_a_get_changes_no_answer_of_the_gate)
{
	v.extra[0] = "HTTP_SEC_FETCH_SITE=cross-site";
	v.extra[1] = "HTTP_ORIGIN=https://evil.example";
	cr_assert_eq(get(&v, "op=get+k")->status, 200);
	cr_assert_eq(send_form("HEAD", "cross-site", "null", "", NULL)->status,
	    200);
	cr_assert_eq(send_form("HEAD", "cross-site", "null", "", NULL)
	    ->body_len, 0);
}

/* ---- r40: the token of a session --------------------------------------- */

static const char *const begins[] = { "op=set+k+v", "op=login+alice" };

Test(csrf, r40_a_token_that_is_wrong)
{
	char good[FORM_MAX], bad[FORM_MAX + 16];
	size_t i, n;

	for (i = 0; i < 2; i++) {
		begin(begins[i]);
		token_of(&v, good);
		cr_assert_eq(submit(&v, good), 200);
		cr_assert_eq(submit(&v, "x=y"), 403, "absent");
		cr_assert_eq(submit(&v, "csrf="), 403, "empty");
		for (n = 6; n < strlen(good); n++) {
			snprintf(bad, sizeof bad, "%.*s", (int)n, good);
			cr_assert_eq(submit(&v, bad), 403, "cut: %s", bad);
		}
		snprintf(bad, sizeof bad, "%sA", good);
		cr_assert_eq(submit(&v, bad), 403, "longer");
		snprintf(bad, sizeof bad, "%s%%00", good);
		cr_assert_eq(submit(&v, bad), 403, "with a NUL");
		for (n = 5; n < strlen(good); n++) {
			snprintf(bad, sizeof bad, "%s", good);
			bad[n] = bad[n] == 'A' ? 'E' : 'A';
			cr_assert_eq(submit(&v, bad), 403, "changed at %zu",
			    n);
		}
		snprintf(bad, sizeof bad, "csrf=wrong&%s", good);
		cr_assert_eq(submit(&v, bad), 403, "the first one counts");
		/* all zeroes, and r || r: the token of a secret of zeroes */
		memset(bad, 'A', sizeof bad);
		memcpy(bad, "csrf=", 5);
		bad[strlen(good)] = '\0';
		cr_assert_eq(submit(&v, bad), 403, "zeroes");
		cr_assert_eq(submit(&v, good), 200);
	}
	cr_assert_eq(sql_int(site, "SELECT sum(value) FROM field "
	    "WHERE name = 'n'"), 4);
}

Test(csrf, r40_a_token_in_the_query_is_none)
{
	char good[FORM_MAX], q[FORM_MAX + 20];
	char cookie[300];
	const char *vars[] = { "REQUEST_METHOD=POST", "HTTPS=on", q, cookie,
		"CONTENT_LENGTH=0", NULL };

	begin("op=set+k+v");
	token_of(&v, good);
	snprintf(q, sizeof q, "QUERY_STRING=%s", good);
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" SID "=%s; %s",
	    jar_get(&v, SID), good);
	cr_assert_eq(ask(site, vars, NULL, 0)->status, 403);
}

Test(csrf, r40_a_token_in_the_header)
{
	char good[FORM_MAX], header[FORM_MAX + 32];

	begin("op=set+k+v");
	token_of(&v, good);
	snprintf(header, sizeof header, "HTTP_X_CSRF_TOKEN=%s", good + 5);
	cr_assert_eq(send_form("POST", NULL, NULL, "op=add+n+1", header)
	    ->status, 200);
	cr_assert_eq(send_form("DELETE", NULL, NULL, "op=add+n+1", header)
	    ->status, 200);
	header[30] ^= 1;
	cr_assert_eq(send_form("POST", NULL, NULL, "op=add+n+1", header)
	    ->status, 403);
}

Test(csrf, r73_two_tokens_in_the_header_are_none)
{
	char good[FORM_MAX], header[FORM_MAX + 32];

	begin("op=set+k+v");
	token_of(&v, good);
	snprintf(header, sizeof header, "HTTP_X_CSRF_TOKEN=%s", good + 5);
	site->vars[0] = (char *)(uintptr_t)"HTTP_X_CSRF_TOKEN=x";
	cr_assert_eq(send_form("POST", NULL, NULL, "op=add+n+1", header)
	    ->status, 403);
	site->vars[0] = NULL;
	cr_assert_eq(send_form("POST", NULL, NULL, "op=add+n+1", header)
	    ->status, 200);
}

Test(csrf, r40_a_token_of_another_session)
{
	struct visitor w = { .site = site };
	char mine[FORM_MAX], theirs[FORM_MAX];
	size_t i;

	for (i = 0; i < 2; i++) {
		begin(begins[i]);
		w = (struct visitor){ .site = site };
		get(&w, begins[i]);
		token_of(&v, mine);
		token_of(&w, theirs);
		cr_assert_eq(submit(&v, theirs), 403);
		cr_assert_eq(submit(&w, mine), 403);
		cr_assert_eq(submit(&v, mine), 200);
	}
}

/* ---- r76: a logout by a form whose session is over ---------------------- */

static const struct sess_app logout_page = {
	.handle = ops_page, .methods = "POST", .logout = true,
};

static int
log_out(const char *token, const char *origin, const char *fetch)
{
	char form[FORM_MAX + 64];
	int status;

	snprintf(form, sizeof form, "%s&op=logout", token);
	v.extra[0] = origin;
	v.extra[1] = origin != NULL ? fetch : NULL;
	if (origin == NULL)
		v.extra[0] = fetch;
	site->service->app = &logout_page;
	status = post(&v, form)->status;
	site->service->app = &gated;
	v.extra[0] = v.extra[1] = NULL;
	return status;
}

#define OWN "HTTP_ORIGIN=https://example.org"
#define OTHER "HTTP_ORIGIN=https://evil.example"
#define FETCH "HTTP_SEC_FETCH_SITE="

Test(csrf, r76_without_a_session_a_logout_wants_the_browsers_word_alone)
{
	static const struct {
		const char *origin, *fetch;
		int status;
	} rows[] = {
		{ NULL, NULL, 403 },
		{ OWN, NULL, 200 }, { OTHER, NULL, 403 },
		{ "HTTP_ORIGIN=null", NULL, 403 }, { "HTTP_ORIGIN=", NULL, 403 },
		{ NULL, FETCH "same-origin", 200 },
		{ NULL, FETCH "same-site", 403 },
		{ NULL, FETCH "cross-site", 403 }, { NULL, FETCH, 403 },
		{ OWN, FETCH "same-origin", 200 },
		{ OWN, FETCH "cross-site", 403 },
		{ OTHER, FETCH "cross-site", 403 },
	};
	char stale[FORM_MAX];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin("op=login+alice&op=remember");
		token_of(&v, stale);
		site->now += 1800;
		cr_expect_eq(log_out(stale, rows[i].origin, rows[i].fetch),
		    rows[i].status, "row %zu", i);
		cr_expect_eq(jar_get(&v, "__Host-remember") == NULL,
		    rows[i].status == 200, "row %zu", i);
		sql_run(site, "DELETE FROM family");
	}
}

/* A user who is logged in needs their own form's token as ever. */
Test(csrf, r76_a_live_session_is_logged_out_by_its_own_token_alone)
{
	char mine[FORM_MAX], stale[FORM_MAX];

	begin("op=login+alice");
	token_of(&v, stale);
	site->now += 1800;
	get(&v, "op=login+alice");
	token_of(&v, mine);
	cr_assert_eq(log_out(stale, OWN, FETCH "same-origin"), 403);
	cr_assert_eq(log_out("csrf=", OWN, FETCH "same-origin"), 403);
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
	cr_assert_eq(log_out(mine, OWN, FETCH "same-origin"), 200);
	cr_assert_str_eq(get(&v, "op=user")->body, "-\n");
}

/* An id that a login replaced a moment ago: somebody is logged in. */
Test(csrf, r76_nor_is_one_that_has_just_begun)
{
	struct visitor before;

	begin("op=set+k+v");
	before = copy_of(&v);
	get(&v, "op=login+alice");
	v = before;
	cr_assert_eq(log_out("csrf=", OWN, FETCH "same-origin"), 403);
}

/* No other program takes a form like this. */
Test(csrf, r76_no_program_but_a_logout_takes_a_form_without_token)
{
	char stale[FORM_MAX];

	begin("op=login+alice");
	token_of(&v, stale);
	site->now += 1800;
	v.extra[0] = OWN;
	cr_assert_eq(submit(&v, stale), 403);
}

Test(csrf, r40_a_token_dies_with_its_session)
{
	char old[FORM_MAX], form[FORM_MAX + 32];

	begin("op=set+k+v&op=login+alice");
	token_of(&v, old);
	snprintf(form, sizeof form, "%s&op=logout", old);
	cr_assert_eq(post(&v, form)->status, 200);
	cr_assert_eq(submit(&v, old), 403, "after logout");
	get(&v, "op=login+alice");
	cr_assert_eq(submit(&v, old), 403, "in the next session");

	token_of(&v, old);
	site->now += 1800;
	cr_assert_eq(submit(&v, old), 403, "after its time");
}

Test(csrf, r40_a_token_from_before_the_login)
{
	char old[FORM_MAX], new[FORM_MAX];

	begin("op=set+k+v");
	token_of(&v, old);
	get(&v, "op=login+alice");
	cr_assert_eq(submit(&v, old), 403);
	token_of(&v, new);
	cr_assert_eq(submit(&v, new), 200);
	get(&v, "op=login+alice");
	cr_assert_eq(submit(&v, new), 403, "proved anew who he is");
	token_of(&v, old);
	get(&v, "op=renew");
	cr_assert_eq(submit(&v, old), 403, "renewed");
}

Test(csrf, r40_a_token_works_after_a_rotation)
{
	char old[FORM_MAX];
	struct visitor late;

	stage(&gated, "rotate=1000");
	begin("op=set+k+v&op=login+alice");
	token_of(&v, old);
	late = copy_of(&v);
	site->now += 1000;
	cr_assert_eq(submit(&v, old), 200, "on the way");
	cr_assert_str_neq(jar_get(&v, SID), jar_get(&late, SID));
	cr_assert_eq(submit(&v, old), 200, "with the new id");
	cr_assert_eq(submit(&late, old), 200, "with the old id");
	get(&v, "op=rotate");
	cr_assert_eq(submit(&v, old), 200);
}

/* The page that logs in writes the next form itself. */
Test(csrf, r40_a_form_of_the_page_that_changed_the_session)
{
	static const char *const pages[] = {
		"op=set+k+v&op=csrf", "op=login+alice&op=csrf",
		"op=renew&op=csrf", "op=rotate&op=csrf",
		"op=set+k+v&op=commit&op=csrf", "op=login+bob&op=csrf",
		"op=login+bob&op=commit&op=csrf",
		"op=logout&op=set+k+v&op=csrf", "op=logout&op=csrf",
		"op=csrf&op=set+k+v",
	};
	char form[FORM_MAX];
	const char *at;
	struct answer *a;
	size_t i, j;

	for (j = 0; j < 3; j++)
		for (i = 0; i < sizeof pages / sizeof *pages; i++) {
			v = (struct visitor){ .site = site };
			if (j > 0)
				get(&v, begins[j - 1]);
			a = get(&v, pages[i]);
			at = strncmp(a->body, "OK\n", 3) == 0 ? a->body + 3 :
			    a->body;
			snprintf(form, sizeof form, "csrf=%.*s",
			    (int)strcspn(at, "\n"), at);
			cr_expect_eq(submit(&v, form), 200, "%s after %s",
			    pages[i], j > 0 ? begins[j - 1] : "nothing");
		}
}

/* Between a login and its commit the session has no secret: nothing fits. */
Test(csrf, r40_a_token_of_zeroes_never_fits)
{
	static const char *const pages[] = { "op=csrfok", "op=renew&op=csrfok",
		"op=login+alice&op=csrfok", "op=logout&op=csrfok" };
	char form[FORM_MAX];
	size_t i;

	stage(&ops, NULL);
	for (i = 0; i < sizeof pages / sizeof *pages; i++) {
		begin("op=set+k+v");
		snprintf(form, sizeof form, "%s&csrf=", pages[i]);
		memset(form + strlen(form), 'A', 86);
		form[strlen(pages[i]) + 6 + 86] = '\0';
		cr_assert_str_eq(post(&v, form)->body, "no\n", "%s",
		    pages[i]);
	}
}

Test(csrf, r40_ten_tabs_and_back)
{
	char form[10][FORM_MAX];
	size_t i;
	int t, u;

	for (i = 0; i < 2; i++) {
		begin(begins[i]);
		for (t = 0; t < 10; t++) {
			token_of(&v, form[t]);
			for (u = 0; u < t; u++)
				cr_assert_str_neq(form[t], form[u],
				    "masked anew each time");
			site->now += 10;
		}
		for (t = 9; t >= 0; t--)
			cr_assert_eq(submit(&v, form[t]), 200);
		cr_assert_eq(submit(&v, form[3]), 200, "Back, and again");
	}
}

/* ---- r40: forms before there is a session ------------------------------ */

Test(csrf, r40_a_form_before_the_session_costs_no_row)
{
	static const char want[] = "; Path=/; Secure; HttpOnly; SameSite=Lax";
	char form[FORM_MAX];
	const char *line;
	struct answer *a;

	a = get(&v, "op=csrf");
	line = field_of(a, "Set-Cookie");
	cr_assert_not_null(line);
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	cr_assert_eq(strncmp(line, PRE "=", 11), 0);
	cr_assert_eq(strcspn(line, "\r"), 11 + 43 + strlen(want), "%s", line);
	cr_assert_eq(strncmp(line + 11 + 43, want, strlen(want)), 0);
	cr_assert_eq(all_rows(site), 0);
	cr_assert_null(field_of(get(&v, "op=csrf"), "Set-Cookie"), "once");
	token_of(&v, form);
	cr_assert_eq(submit(&v, form), 200);
	cr_assert_eq(sessions(site), 1);
	cr_assert_not_null(jar_get(&v, SID));
	cr_assert_str_eq(get(&v, "op=get+n")->body, "1\n");
}

Test(csrf, r40_the_login_form_is_covered)
{
	char form[FORM_MAX], login[FORM_MAX + 32];
	struct visitor w = { .site = site };

	cr_assert_eq(post(&w, "op=login+mallory")->status, 403);
	token_of(&v, form);
	snprintf(login, sizeof login, "%s&op=login+alice", form);
	cr_assert_eq(post(&w, login)->status, 403, "without the cookie");
	cr_assert_eq(post(&v, login)->status, 200);
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
	cr_assert_eq(sessions(site), 1);
}

Test(csrf, r40_a_form_before_the_session_lasts_two_hours)
{
	char form[FORM_MAX];
	struct visitor w;

	token_of(&v, form);
	site->now += 7199;
	w = copy_of(&v);
	cr_assert_eq(submit(&w, form), 200);
	site->now += 1;
	w = copy_of(&v);
	cr_assert_eq(submit(&w, form), 403);
	token_of(&v, form);
	cr_assert_eq(submit(&v, form), 200, "a new page does it");
	v = (struct visitor){ .site = site };
	token_of(&v, form);
	site->now -= 1;
	cr_assert_eq(submit(&v, form), 403, "made in the future");
}

/*
 * The key of such a token is a cookie, so that its visitor may write any time
 * into it.  -2^63 was good for ever, as now - made was below zero.
 */
Test(csrf, r78_the_time_in_a_token_is_only_a_number)
{
	const int64_t now = site->now;
	const struct { int64_t made; int want; } rows[] = {
		{ INT64_MIN, 403 }, { INT64_MIN + 1, 403 },
		{ INT64_MIN + now, 403 }, { INT64_MIN + now + 1, 403 },
		{ INT64_MIN + now + 7199, 403 }, { now - INT64_MAX, 403 },
		{ -now, 403 }, { -7200, 403 }, { -1, 403 }, { 0, 403 },
		{ 1, 403 }, { INT32_MAX, 403 }, { INT32_MIN, 403 },
		{ UINT32_MAX, 403 }, { INT64_MAX, 403 },
		{ INT64_MAX - 1, 403 }, { now + 1, 403 }, { now + 7200, 403 },
		{ now - 7200, 403 }, { now - 7199, 200 }, { now, 200 },
	};
	uint8_t key[32], token[16 + 8 + 32] = { 0 };
	char form[FORM_MAX] = "csrf=";
	struct visitor w;
	size_t i;
	int k;

	token_of(&v, form);
	cr_assert(decode_base64url(key, sizeof key, jar_get(&v, PRE), 43));
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (k = 0; k < 8; k++)
			token[16 + k] = (uint8_t)((uint64_t)rows[i].made >>
			    (56 - 8 * k));
		crypt_hmac(token + 24, key, "libsess-pre-1", token, 24);
		encode_base64url(form + 5, token, sizeof token);
		w = copy_of(&v);
		cr_expect_eq(submit(&w, form), rows[i].want, "%" PRId64,
		    rows[i].made);
	}
}

Test(csrf, r40_a_form_of_another_visitor)
{
	struct visitor w = { .site = site }, none = { .site = site };
	char mine[FORM_MAX], theirs[FORM_MAX], bad[FORM_MAX];
	size_t n;

	token_of(&v, mine);
	token_of(&w, theirs);
	cr_assert_str_neq(jar_get(&v, PRE), jar_get(&w, PRE));
	cr_assert_eq(submit(&v, theirs), 403);
	cr_assert_eq(submit(&w, mine), 403);
	cr_assert_eq(submit(&none, mine), 403);
	jar_set(&none, PRE, "");
	cr_assert_eq(submit(&none, mine), 403);
	jar_set(&none, PRE, "AAAA");
	cr_assert_eq(submit(&none, mine), 403);
	for (n = 5; n < strlen(mine); n++) {
		snprintf(bad, sizeof bad, "%s", mine);
		bad[n] = bad[n] == 'A' ? 'E' : 'A';
		cr_assert_eq(submit(&v, bad), 403, "changed at %zu", n);
		snprintf(bad, sizeof bad, "%.*s", (int)n, mine);
		cr_assert_eq(submit(&v, bad), 403, "cut at %zu", n);
	}
	cr_assert_eq(all_rows(site), 0);
	cr_assert_eq(submit(&v, mine), 200);
}

/* Two cookies of that name: one of them is not ours. */
Test(csrf, r40_two_pre_cookies_are_none)
{
	char form[FORM_MAX], cookie[300], length[40];
	const char *vars[] = { "REQUEST_METHOD=POST", "HTTPS=on", cookie,
		length, "CONTENT_TYPE=application/x-www-form-urlencoded",
		NULL };

	token_of(&v, form);
	snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", strlen(form));
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" PRE "=%s",
	    jar_get(&v, PRE));
	cr_assert_eq(ask(site, vars, form, strlen(form))->status, 200);
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" PRE "=%s; " PRE "=%s",
	    jar_get(&v, PRE), jar_get(&v, PRE));
	cr_assert_eq(ask(site, vars, form, strlen(form))->status, 403);
}

/* Tab one wrote a form, tab two made a session: tab one still works ... */
Test(csrf, r40_a_form_from_before_an_anonymous_session_still_works)
{
	char form[FORM_MAX];

	token_of(&v, form);
	get(&v, "op=set+k+v");
	cr_assert_eq(submit(&v, form), 200);
	cr_assert_str_eq(get(&v, "op=get+k&op=get+n")->body, "v\n1\n");
	cr_assert_eq(sessions(site), 1);
}

/* ... but not when somebody has logged in there. */
Test(csrf, r40_a_form_from_before_the_session_is_none_after_a_login)
{
	char form[FORM_MAX];

	token_of(&v, form);
	get(&v, "op=set+k+v&op=login+alice");
	cr_assert_eq(submit(&v, form), 403);
	cr_assert_str_eq(get(&v, "op=get+n")->body, "-\n");
}

/* A visitor without a session has no secret: no token of one fits. */
Test(csrf, r40_no_token_of_a_session_fits_where_there_is_none)
{
	char form[FORM_MAX];
	struct visitor w = { .site = site };

	begin("op=set+k+v");
	token_of(&v, form);
	cr_assert_eq(submit(&w, form), 403);
	memset(form + 5, 'A', strlen(form) - 5);
	cr_assert_eq(submit(&w, form), 403);
	token_of(&w, form);     /* with a pre cookie as well */
	memset(form + 5, 'A', strlen(form) - 5);
	cr_assert_eq(submit(&w, form), 403);
	cr_assert_eq(sessions(site), 1);
}

Test(csrf, r40_plain_http_has_a_plain_pre_cookie)
{
	struct answer *a;
	char form[FORM_MAX];
	const char *line;

	stage(&gated, "insecure_dev=yes");
	a = get(&v, "op=csrf");
	line = field_of(a, "Set-Cookie");
	cr_assert_eq(strncmp(line, "pre=", 4), 0);
	cr_assert_eq(strncmp(line + 4 + 43,
	    "; Path=/; HttpOnly; SameSite=Lax\r\n", 34), 0, "%s", line);
	token_of(&v, form);
	cr_assert_eq(submit(&v, form), 200);
}

/* ---- r40: where the id does not travel by cookie ----------------------- */

Test(csrf, r40_a_bearer_needs_no_token)
{
	char header[100], id[33];
	struct answer *a;

	stage(&gated, "carry=bearer cookie");
	a = get(&v, "op=set+k+v&op=login+alice");
	snprintf(id, sizeof id, "%s", jar_get(&v, SID));
	snprintf(header, sizeof header, "HTTP_AUTHORIZATION=Bearer %s", id);
	v.jar[0][0] = '\0';
	v.extra[0] = header;
	a = post(&v, "op=add+n+1&op=get+k");
	cr_assert_eq(a->status, 200);
	cr_assert_str_eq(a->body, "1\nv\n");
	/* the cookie beside it makes it a browser's request again */
	jar_set(&v, SID, id);
	cr_assert_eq(post(&v, "op=add+n+1")->status, 403);
	v.jar[0][0] = '\0';
	v.extra[0] = "HTTP_AUTHORIZATION=Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AB";
	cr_assert_eq(post(&v, "op=add+n+1")->status, 403, "of nobody");
}

Test(csrf, r40_a_form_that_carries_its_id)
{
	struct visitor w = { .site = site };
	char form[400], token[FORM_MAX], id[33];
	struct answer *a;
	const char *at;

	stage(&gated, "carry=field");
	w.site = site;
	a = get(&v, "op=form");
	at = strstr(a->body, "name=\"csrf\" value=\"");
	cr_assert_not_null(at);
	snprintf(token, sizeof token, "%.*s", (int)strcspn(at + 19, "\""),
	    at + 19);
	at = strstr(a->body, "name=\"sid\" value=\"");
	cr_assert_not_null(at);
	snprintf(id, sizeof id, "%.32s", at + 18);
	snprintf(form, sizeof form, "sid=%s&op=add+n+1", id);
	cr_assert_eq(post(&w, form)->status, 403);
	snprintf(form, sizeof form, "sid=%s&csrf=%s&op=add+n+1", id, token);
	a = post(&w, form);
	cr_assert_eq(a->status, 200);
	cr_assert_str_eq(a->body, "1\n");
	cr_assert_null(field_of(a, "Set-Cookie"));
}

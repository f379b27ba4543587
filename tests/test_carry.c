/* test_carry.c - how ids travel: by cookie, and other ways only when asked. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "stage.h"

TestSuite(carry, .init = stage_plain, .fini = stage_clear, .timeout = 60);

/* The 32 letters behind `after` in a text. */
static void
id_in(char id[33], const char *text, const char *after)
{
	const char *at = strstr(text, after);

	cr_assert_not_null(at, "no %s in %s", after, text);
	snprintf(id, 33, "%.32s", at + strlen(after));
	cr_assert_eq(strlen(id), 32);
}

/* A request of somebody without any cookie. */
static struct answer *
bare(const char *method, const char *query, const char *form,
    const char *extra)
{
	struct visitor w = { .site = site, .extra = { extra } };

	return strcmp(method, "GET") == 0 ? get(&w, query) : post(&w, form);
}

static struct answer *
by_query(const char *id, const char *ops_text)
{
	char query[400];

	snprintf(query, sizeof query, "%s&sid=%s", ops_text, id);
	return bare("GET", query, NULL, NULL);
}

static struct answer *
by_field(const char *id, const char *ops_text)
{
	char form[400];

	snprintf(form, sizeof form, "%s&sid=%s", ops_text, id);
	return bare("POST", NULL, form, NULL);
}

static struct answer *
by_bearer(const char *id, const char *ops_text)
{
	char header[100];

	snprintf(header, sizeof header, "HTTP_AUTHORIZATION=Bearer %s", id);
	return bare("GET", ops_text, NULL, header);
}

/* ---- r21: what a logout leaves behind ---------------------------------- */

Test(carry, r21_a_logout_clears_what_the_browser_stored)
{
	struct answer *a;

	a = get(&v, "op=set+k+v");
	cr_assert_null(field_of(a, "Clear-Site-Data"));
	a = get(&v, "op=logout");
	cr_assert_eq(strncmp(field_of(a, "Clear-Site-Data"), "\"cache\"\r\n",
	    9), 0);
	get(&v, "op=set+k+v");
	a = get(&v, "op=logout&op=header+Clear-Site-Data+%22storage%22");
	cr_assert_eq(count_fields(a, "Clear-Site-Data"), 1);
	cr_assert_eq(strncmp(field_of(a, "Clear-Site-Data"), "\"storage\"",
	    9), 0, "the page's word counts");
}

/* ---- r05: by cookie only ----------------------------------------------- */

static void
expect_nobody(const struct answer *a, const char *way)
{
	cr_assert_eq(a->status, 200, "%s: %d", way, a->status);
	cr_assert_str_eq(a->body, "-\n-\nnew\n", "%s: %s", way, a->body);
	cr_assert_null(field_of(a, "Set-Cookie"), "%s", way);
}

Test(carry, r05_a_live_id_counts_only_in_the_cookie)
{
	static const char *const headers[] = {
		"HTTP_AUTHORIZATION=Bearer %s", "HTTP_AUTHORIZATION=%s",
		"HTTP_AUTHORIZATION=Basic %s", "HTTP_X_SESSION_TOKEN=%s",
		"HTTP_X_SESSION_ID=%s", "HTTP_SID=%s", "HTTP_X_SID=%s",
		"HTTP___HOST_SID=%s", "HTTP_COOKIE2=__Host-sid=%s",
		"HTTP_SET_COOKIE=__Host-sid=%s", "PATH_INFO=/%s",
		"PATH_INFO=/;sid=%s", "PATH_INFO=/;jsessionid=%s",
		"REMOTE_USER=%s", "HTTP_REFERER=https://example.org/?sid=%s",
		"HTTP_COOKIE=sid=%s", "HTTP_COOKIE=__host-sid=%s",
		"HTTP_COOKIE=__Secure-sid=%s", "HTTP_COOKIE=__Host-pre=%s",
	};
	static const char ask_all[] = "op=user&op=get+k&op=new";
	char text[300];
	const char *id;
	size_t i;

	get(&v, "op=set+k+v&op=login+alice");
	id = jar_get(&v, SID);
	expect_nobody(by_query(id, ask_all), "query");
	snprintf(text, sizeof text, "%s&" SID "=%s", ask_all, id);
	expect_nobody(bare("GET", text, NULL, NULL), "query, cookie's name");
	expect_nobody(bare("POST", NULL, text, NULL), "field, cookie's name");
	expect_nobody(by_field(id, ask_all), "field");
	for (i = 0; i < sizeof headers / sizeof *headers; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof text, headers[i], id);
#pragma GCC diagnostic pop
		expect_nobody(bare("GET", ask_all, NULL, text), headers[i]);
	}
	cr_assert_str_eq(get(&v, ask_all)->body, "alice\nv\nknown\n");
	cr_assert_eq(sessions(site), 1);
}

Test(carry, r05_by_cookie_links_and_forms_hold_no_id)
{
	struct answer *a;
	char id[33];

	a = get(&v, "op=set+k+v&op=link+/next&op=form");
	id_in(id, a->head, SID "=");
	cr_assert_null(strstr(a->body, id));
	cr_assert_eq(strncmp(a->body, "/next\n", 6), 0);
	cr_assert_null(strstr(a->body, "sid"));
	a = get(&v, "op=link+/next&op=form");
	cr_assert_null(strstr(a->body, id));
	cr_assert_null(strstr(a->body, "sid"));
}

/* ---- r05: each other way, alone ---------------------------------------- */

/* What every answer of a site with ids in its pages says. */
static void
expect_private(const struct answer *a)
{
	const char *policy = field_of(a, "Referrer-Policy");
	const char *cache = field_of(a, "Cache-Control");

	cr_assert_eq(count_fields(a, "Referrer-Policy"), 1);
	cr_assert_eq(strncmp(policy, "no-referrer\r\n", 13), 0, "%s", policy);
	cr_assert_eq(strncmp(cache, "no-store\r\n", 10), 0, "%s", cache);
	cr_assert_null(field_of(a, "Set-Cookie"), "%s", a->head);
}

Test(carry, r05_by_query_when_enabled)
{
	struct answer *a;
	char id[33];

	with("carry=query");
	a = get(&v, "op=set+k+v&op=link+/next");
	expect_private(a);
	cr_assert_null(field_of(a, "X-Session-Token"));
	id_in(id, a->body, "/next?sid=");
	a = by_query(id, "op=get+k&op=new&op=link+/more");
	expect_private(a);
	cr_assert_eq(strncmp(a->body, "v\nknown\n", 8), 0, "%s", a->body);
	id_in(id, a->body, "/more?sid=");
	cr_assert_str_eq(by_query(id, "op=get+k")->body, "v\n");
	/* and by nothing else */
	cr_assert_str_eq(by_field(id, "op=get+k")->body, "-\n");
	cr_assert_str_eq(by_bearer(id, "op=get+k")->body, "-\n");
	jar_set(&v, SID, id);
	cr_assert_str_eq(get(&v, "op=get+k")->body, "-\n");
	expect_private(by_query(id, "op=status+404"));
	expect_private(by_query(id, "op=status+500"));
	expect_private(by_query(id, "op=header+Referrer-Policy+unsafe-url&"
	    "op=header+Cache-Control+public"));
	cr_assert_eq(sessions(site), 1);
}

Test(carry, r05_by_field_when_enabled)
{
	struct answer *a;
	char id[33];

	with("carry=field");
	a = get(&v, "op=set+k+v&op=link+/next&op=form");
	expect_private(a);
	cr_assert_eq(strncmp(a->body, "/next\n", 6), 0, "no id in links");
	id_in(id, a->body, "<input type=\"hidden\" name=\"sid\" value=\"");
	a = by_field(id, "op=get+k&op=new&op=form");
	expect_private(a);
	cr_assert_eq(strncmp(a->body, "v\nknown\n", 8), 0, "%s", a->body);
	id_in(id, a->body, "name=\"sid\" value=\"");
	cr_assert_str_eq(by_field(id, "op=get+k")->body, "v\n");
	cr_assert_str_eq(by_query(id, "op=get+k")->body, "-\n");
	cr_assert_str_eq(by_bearer(id, "op=get+k")->body, "-\n");
	jar_set(&v, SID, id);
	cr_assert_str_eq(get(&v, "op=get+k")->body, "-\n");
	cr_assert_eq(sessions(site), 1);
}

Test(carry, r05_by_bearer_when_enabled)
{
	static const char *const odd[] = { "HTTP_AUTHORIZATION=%s",
		"HTTP_AUTHORIZATION=Basic %s", "HTTP_AUTHORIZATION=Bearer%s",
		"HTTP_AUTHORIZATION=Bearer  %s",
		"HTTP_AUTHORIZATION=Bearer %s ",
		"HTTP_AUTHORIZATION=Bearer %s, Bearer x" };
	char id[33], text[100];
	struct answer *a;
	size_t i;

	with("carry=bearer");
	a = get(&v, "op=set+k+v&op=link+/next");
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_str_eq(a->body, "/next\n");
	id_in(id, a->head, "\r\nX-Session-Token: ");
	a = by_bearer(id, "op=get+k&op=new&op=link+/next");
	cr_assert_str_eq(a->body, "v\nknown\n/next\n");
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_null(field_of(a, "X-Session-Token"));
	snprintf(text, sizeof text, "HTTP_AUTHORIZATION=bEARER %s", id);
	cr_assert_str_eq(bare("GET", "op=get+k", NULL, text)->body, "v\n");
	for (i = 0; i < sizeof odd / sizeof *odd; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof text, odd[i], id);
#pragma GCC diagnostic pop
		cr_assert_str_eq(bare("GET", "op=get+k", NULL, text)->body,
		    "-\n", "%s", odd[i]);
	}
	cr_assert_str_eq(by_query(id, "op=get+k")->body, "-\n");
	cr_assert_str_eq(by_field(id, "op=get+k")->body, "-\n");
	jar_set(&v, SID, id);
	cr_assert_str_eq(get(&v, "op=get+k")->body, "-\n");
	cr_assert_eq(sessions(site), 1);
}

/* Neither the client's nor the proxy's, whichever comes first. */
Test(carry, r73_an_authorization_that_came_twice_is_none)
{
	struct visitor w = { .site = NULL };
	char id[33], mine[100];

	with("carry=bearer");
	id_in(id, get(&v, "op=set+k+v")->head, "\r\nX-Session-Token: ");
	snprintf(mine, sizeof mine, "HTTP_AUTHORIZATION=Bearer %s", id);
	w.site = site;
	w.extra[0] = w.extra[1] = mine;
	cr_assert_str_eq(get(&w, "op=get+k")->body, "-\n", "the same");
	w.extra[1] = "HTTP_AUTHORIZATION=Basic x";
	cr_assert_str_eq(get(&w, "op=get+k")->body, "-\n", "mine first");
	w.extra[0] = w.extra[1];
	w.extra[1] = mine;
	cr_assert_str_eq(get(&w, "op=get+k")->body, "-\n", "mine last");
	w.extra[0] = mine;
	w.extra[1] = NULL;
	cr_assert_str_eq(get(&w, "op=get+k")->body, "v\n", "alone");
}

Test(carry, r05_the_name_of_the_parameter_is_a_setting)
{
	struct answer *a;
	char id[33], query[100];

	with("carry=query\nparam=s");
	a = get(&v, "op=set+k+v&op=link+/next");
	id_in(id, a->body, "/next?s=");
	cr_assert_str_eq(by_query(id, "op=get+k")->body, "-\n");
	snprintf(query, sizeof query, "op=get+k&s=%s", id);
	cr_assert_str_eq(bare("GET", query, NULL, NULL)->body, "v\n");
}

/* ---- r05: never promoted to a cookie ----------------------------------- */

static const char *const changes[] = { "op=set+k+v", "op=login+alice",
	"op=renew", "op=rotate", "op=logout&op=set+k+v", "op=login+bob",
	"op=commit&op=set+x+y", "op=logout" };

Test(carry, r05_an_id_in_a_link_never_becomes_a_cookie)
{
	struct answer *a;
	char id[33], query[200];
	size_t i;

	with("carry=cookie query field bearer");
	for (i = 0; i < sizeof changes / sizeof *changes; i++) {
		/* somebody's own id, slipped to another one in a link */
		a = bare("GET", "op=set+k+v&op=link+/x", NULL, NULL);
		id_in(id, a->body, "sid=");
		a = by_query(id, changes[i]);
		cr_assert_eq(a->status, 200);
		cr_assert_null(field_of(a, "Set-Cookie"), "%s", changes[i]);
		cr_assert_null(field_of(a, "X-Session-Token"));

		a = bare("GET", "op=set+k+v&op=link+/x", NULL, NULL);
		id_in(id, a->body, "sid=");
		a = by_field(id, changes[i]);
		cr_assert_null(field_of(a, "Set-Cookie"), "%s", changes[i]);

		a = bare("GET", "op=set+k+v&op=link+/x", NULL, NULL);
		id_in(id, a->body, "sid=");
		snprintf(query, sizeof query, "%s&op=link+/x", changes[i]);
		a = by_bearer(id, query);
		cr_assert_null(field_of(a, "Set-Cookie"), "%s", changes[i]);
		cr_assert_str_eq(a->body + strlen(a->body) - 3, "/x\n",
		    "no id in links");
	}
}

/* A browser with the cookie sees no id in pages, whatever else is enabled. */
Test(carry, r05_an_id_in_a_cookie_never_comes_into_links)
{
	struct answer *a;
	size_t i;

	with("carry=cookie query field");
	get(&v, "op=set+k+v");
	for (i = 0; i < sizeof changes / sizeof *changes - 1; i++) {
		char query[200];

		snprintf(query, sizeof query, "%s&op=link+/x&op=form",
		    changes[i]);
		a = get(&v, query);
		cr_assert_eq(a->status, 200);
		cr_assert_null(strstr(a->body, "sid"), "%s: %s", changes[i],
		    a->body);
	}
}

Test(carry, r05_two_live_ids_by_two_ways_are_nobody)
{
	struct visitor w = { .site = site };
	struct answer *a;
	char id[33], query[100];

	with("carry=cookie query");
	w.site = site;
	a = get(&w, "op=set+k+theirs&op=link+/x");
	id_in(id, a->body, "sid=");
	get(&v, "op=set+k+mine");
	snprintf(query, sizeof query, "op=get+k&op=new&sid=%s", id);
	a = get(&v, query);
	cr_assert_str_eq(a->body, "-\nnew\n");
	cr_assert_eq(logged(site, "ambiguous"), 1);
	/* a dead one beside it does no harm */
	get(&w, "op=logout");
	cr_assert_str_eq(get(&v, query)->body, "mine\nknown\n");
}

/* ---- r05: links and forms carry the id --------------------------------- */

Test(carry, r05_where_the_id_goes_in_a_link)
{
	static const struct {
		const char *where, *before, *after;
	} links[] = {
		{ "/next", "/next?sid=", "" },
		{ "/next?a=1", "/next?a=1&sid=", "" },
		{ "/next%23part", "/next?sid=", "#part" },
		{ "/next?a=1%26b=2%23part", "/next?a=1&b=2&sid=", "#part" },
		{ "/next%23part?is-no-query", "/next?sid=",
		    "#part?is-no-query" },
		{ "page", "page?sid=", "" },
		{ "?a=1", "?a=1&sid=", "" },
		{ "", "?sid=", "" },
	};
	char query[200], want[200], id[33];
	struct answer *a;
	size_t i;

	with("carry=query");
	for (i = 0; i < sizeof links / sizeof *links; i++) {
		snprintf(query, sizeof query, "op=set+k+v&op=link+%s",
		    links[i].where);
		a = get(&v, query);
		id_in(id, a->body, "sid=");
		snprintf(want, sizeof want, "%s%s%s\n", links[i].before, id,
		    links[i].after);
		cr_assert_str_eq(a->body, want, "%s: %s", links[i].where,
		    a->body);
		cr_assert_str_eq(by_query(id, "op=get+k")->body, "v\n");
	}
}

/* An id is nobody's business but this site's. */
Test(carry, r05_links_to_other_sites_get_no_id)
{
	static const char *const links[] = { "https://evil.example/",
		"//evil.example/", "mailto:a@b.example",
		"http://example.org.evil.example/?a=1" };
	char query[200];
	struct answer *a;
	size_t i;

	with("carry=query");
	for (i = 0; i < sizeof links / sizeof *links; i++) {
		snprintf(query, sizeof query, "op=set+k+v&op=link+%s",
		    links[i]);
		a = get(&v, query);
		cr_expect_null(strstr(a->body, "sid="), "%s", a->body);
	}
}

Test(carry, r05_links_of_who_has_no_session_hold_none)
{
	with("carry=query");
	cr_assert_str_eq(get(&v, "op=link+/next")->body, "/next\n");
	cr_assert_eq(all_rows(site), 0);
}

/* The page that changes the id writes the new one. */
Test(carry, r05_links_of_the_page_that_changed_the_id_work)
{
	static const struct {
		const char *change, *user, *k;
	} rows[] = {
		{ "op=login+alice", "alice\n", "v\n" },
		{ "op=renew", "-\n", "v\n" },
		{ "op=login+alice&op=renew", "alice\n", "v\n" },
		{ "op=login+bob&op=login+alice", "alice\n", "-\n" },
		{ "op=login+alice&op=commit", "alice\n", "v\n" },
		{ "op=logout&op=set+k+w", "-\n", "w\n" },
		{ "op=rotate", "-\n", "v\n" },
		{ "op=rotate&op=commit", "-\n", "v\n" },
	};
	char query[200], id[33], next[33], want[64];
	struct answer *a;
	size_t i;
	int by;

	for (by = 0; by < 2; by++)
		for (i = 0; i < sizeof rows / sizeof *rows; i++) {
			with(by == 0 ? "carry=query" : "carry=field");
			a = get(&v, by == 0 ? "op=set+k+v&op=link+/" :
			    "op=set+k+v&op=form");
			id_in(id, a->body, by == 0 ? "sid=" :
			    "\"sid\" value=\"");
			snprintf(query, sizeof query, "%s&op=%s",
			    rows[i].change, by == 0 ? "link+/" : "form");
			a = by == 0 ? by_query(id, query) :
			    by_field(id, query);
			id_in(next, a->body, by == 0 ? "sid=" :
			    "\"sid\" value=\"");
			/* a visitor who reads for a while before he clicks */
			site->now += 301;
			a = by == 0 ? by_query(next, "op=user&op=get+k") :
			    by_field(next, "op=user&op=get+k");
			snprintf(want, sizeof want, "%s%s", rows[i].user,
			    rows[i].k);
			cr_expect_str_eq(a->body, want, "%s by %s: %s",
			    rows[i].change, by == 0 ? "query" : "field",
			    a->body);
		}
}

/* No timer may change an id that stands in pages already open. */
Test(carry, r05_ids_in_pages_do_not_rotate_with_the_time)
{
	char id[33];
	int i;

	with("carry=query\nrotate=100");
	id_in(id, get(&v, "op=set+k+v&op=link+/")->body, "sid=");
	for (i = 0; i < 10; i++) {
		site->now += 1000;
		cr_assert_str_eq(by_query(id, "op=get+k")->body, "v\n");
	}
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM token"), 1);
}

Test(carry, r05_a_bearer_learns_its_new_id)
{
	struct answer *a;
	char id[33], next[33];

	with("carry=bearer");
	id_in(id, get(&v, "op=set+k+v")->head, "X-Session-Token: ");
	a = by_bearer(id, "op=login+alice");
	id_in(next, a->head, "X-Session-Token: ");
	cr_assert_str_neq(id, next);
	cr_assert_str_eq(by_bearer(id, "op=user")->body, "-\n");
	cr_assert_str_eq(by_bearer(next, "op=user&op=get+k")->body,
	    "alice\nv\n");
	a = by_bearer(next, "op=logout");
	cr_assert_null(field_of(a, "X-Session-Token"));
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(all_rows(site), 0);
}

/* Fixation by a link: the id in it gains nothing when its reader logs in. */
Test(carry, r05_a_login_through_a_planted_link_is_not_the_planters)
{
	struct answer *a;
	char planted[33], id[33];

	with("carry=query");
	a = get(&v, "op=set+k+v&op=link+/login");
	id_in(planted, a->body, "sid=");
	a = by_query(planted, "op=login+alice&op=link+/in");
	id_in(id, a->body, "sid=");
	cr_assert_str_neq(planted, id);
	cr_assert_str_eq(by_query(planted, "op=user&op=get+k")->body,
	    "-\n-\n");
	cr_assert_str_eq(by_query(id, "op=user&op=get+k")->body,
	    "alice\nv\n");
}

Test(carry, r05_logout_of_an_id_in_links)
{
	struct answer *a;
	char id[33];

	with("carry=cookie query");
	id_in(id, get(&v, "op=set+k+v&op=link+/")->body, "sid=");
	a = by_query(id, "op=logout&op=link+/bye");
	cr_assert_str_eq(a->body, "/bye\n");
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(all_rows(site), 0);
	cr_assert_str_eq(by_query(id, "op=get+k&op=new")->body, "-\nnew\n");
}

/* test_statements_carry.c - S: how an id travels, there and back. */
/* SPDX-License-Identifier: ISC */
#include "statements.h"

TestSuite(carry, .fini = close_site);

/* ---- pages ------------------------------------------------------------- */

/* Counts, and has a link and a form to itself. */
static int
counting(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_res_printf(res, "count %" PRId64 "\n", sess_add(s, "n", 1));
	sess_res_printf(res, "%s\n", sess_link(s, "/page?a=b#end"));
	sess_res_printf(res, "%s\n", sess_form(s));
	return 200;
}

static int
log_in_and_link(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_login(s, "alice");
	sess_res_printf(res, "%s\n", sess_link(s, "/page"));
	sess_res_printf(res, "%s\n", sess_form(s));
	return 200;
}

static const struct sess_app counting_app = { .handle = counting };
static const struct sess_app linking_app = { .handle = counting,
	.csrf_by_page = true };

/* The id in the page's link, as "sid=ID". */
static void
linked_id(const struct answer *a, char param[64])
{
	const char *at = strstr(a->body, "sid=");

	cr_assert_not_null(at, "no id in the link: %s", a->body);
	snprintf(param, 64, "%.*s", 4 + TOKEN_LEN, at);
}

/* The value of a hidden field, or "". */
static void
hidden_value(const struct answer *a, const char *name, char value[256])
{
	char before[64];
	const char *at;

	snprintf(before, sizeof before, "name=\"%s\" value=\"", name);
	at = strstr(a->body, before);
	at = at != NULL ? at + strlen(before) : "\"";
	snprintf(value, 256, "%.*s", (int)strcspn(at, "\""), at);
}

/* ---- ways to travel ---------------------------------------------------- */

Test(carry, s09_by_cookie_and_by_no_other_way_unless_it_is_enabled)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site }, other = { .site = site,
		.no_cookies = true };
	char query[128], bearer[128];

	get(&v, "op=set drink tea");
	expect_in(get(&v, "op=get drink")->body, "[\"tea\"]");
	snprintf(query, sizeof query, "op=get drink&sid=%s&" SID "=%s",
	    id_of(&v).text, id_of(&v).text);
	expect_in(get(&other, query)->body, "\"new\":true,\"results\":[null]");
	expect_in(post(&other, query)->body,
	    "\"new\":true,\"results\":[null]");
	snprintf(bearer, sizeof bearer, "HTTP_AUTHORIZATION=Bearer %s",
	    id_of(&v).text);
	other.extra[0] = bearer;
	expect_in(get(&other, "op=get drink")->body,
	    "\"new\":true,\"results\":[null]");
	close_site();
}

Test(carry, s10_by_a_get_parameter_when_enabled)
{
	struct site *site = open_site(&linking_app, "carry=query");
	struct visitor v = { .site = site };
	struct answer *a = get(&v, NULL);
	char param[64];

	linked_id(a, param);
	a = get(&v, param);
	expect_in(a->body, "count 2\n");
	expect_in(a->body, param);      /* the next link has it as well */
	cr_assert_null(field_of(a, "Set-Cookie"));
	expect_in(field_of(a, "Referrer-Policy"), "no-referrer\r\n");
	expect_in(field_of(a, "Cache-Control"), "no-store\r\n");
	/* No other way counts, where it is not enabled. */
	expect_in(post(&v, param)->body, "count 1\n");
	expect_in(bare_id(site, param + 4, "")->body, "count 1\n");
	close_site();
}

Test(carry, s10_the_link_after_a_login_has_the_new_id)
{
	struct site *site = open_site(&linking_app, "carry=query");
	struct visitor v = { .site = site };
	char before[64], after[64];

	linked_id(get(&v, NULL), before);
	linked_id(on_page(&v, log_in_and_link, before, NULL), after);
	cr_assert_str_neq(after, before);
	site->service->app = &probe_app;
	expect_in(get(&v, after)->body, "\"user\":\"alice\"");
	expect_in(get(&v, before)->body, "\"user\":null");
	close_site();
}

Test(carry, s11_by_a_post_parameter_when_enabled)
{
	struct site *site = open_site(&counting_app, "carry=field");
	struct visitor v = { .site = site };
	struct answer *a = get(&v, NULL);
	char sid[256], csrf[256], form[600];

	hidden_value(a, "sid", sid);
	hidden_value(a, "csrf", csrf);
	cr_assert_eq(strlen(sid), TOKEN_LEN);
	expect_not_in(a->body, "sid=");         /* not in the link */
	snprintf(form, sizeof form, "csrf=%s&sid=%s", csrf, sid);
	a = post(&v, form);
	cr_assert_eq(a->status, 200);
	expect_in(a->body, "count 2\n");
	cr_assert_null(field_of(a, "Set-Cookie"));
	snprintf(form, sizeof form, "sid=%s", sid);
	expect_in(get(&v, form)->body, "count 1\n");
	expect_unseen(site, csrf);
	expect_unseen(site, sid);
	close_site();
}

Test(carry, s11_an_id_from_elsewhere_never_becomes_a_cookie)
{
	struct site *site = open_site(&linking_app, "carry=cookie query field");
	struct visitor v = { .site = site };
	char param[128];
	struct answer *a;

	get(&v, NULL);
	snprintf(param, sizeof param, "sid=%s", id_of(&v).text);
	v.no_cookies = true;
	a = get(&v, param);
	expect_in(a->body, "count 2\n");
	cr_assert_null(field_of(a, "Set-Cookie"));
	a = post(&v, param);
	expect_in(a->body, "count 3\n");
	cr_assert_null(field_of(a, "Set-Cookie"));
	/* Not even the new one of a login. */
	a = on_page(&v, log_in_and_link, param, NULL);
	cr_assert_null(field_of(a, "Set-Cookie"));
	linked_id(a, param);
	expect_in(get(&v, param)->body, "count 4\n");
	close_site();
}

Test(carry, s24_nobody_adds_the_id_by_hand)
{
	struct site *site = open_site(&linking_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a = get(&v, NULL);
	char value[256];

	/* By cookie: links and forms stay as they are. */
	expect_in(a->body, "\n/page?a=b#end\n");
	expect_not_in(a->body, "name=\"sid\"");
	hidden_value(a, "csrf", value);
	cr_assert_neq(*value, '\0');
	expect_in(get(&v, NULL)->body, "count 2\n");
	close_site();

	/* Else both have it, till the visitor turns out to have cookies. */
	site = open_site(&linking_app, "carry=cookie query field");
	v = (struct visitor){ .site = site };
	a = get(&v, NULL);
	hidden_value(a, "sid", value);
	cr_assert_str_eq(value, id_of(&v).text);
	linked_id(a, value);
	cr_assert_str_eq(value + 4, id_of(&v).text);
	expect_in(a->body, "\n/page?a=b&sid=");
	expect_in(a->body, "#end\n");
	a = get(&v, NULL);
	expect_in(a->body, "count 2\n/page?a=b#end\n");
	expect_not_in(a->body, "name=\"sid\"");
	close_site();
}

static int
odd_links(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	static const char *const where[] = { "/p", "/p?", "/p?a", "#x",
		"/p#a?b", "p?a=1#b#c" };
	size_t i;

	(void)req;
	sess_set(s, "a", "b");
	for (i = 0; i < sizeof where / sizeof *where; i++)
		sess_res_printf(res, "[%s]", sess_link(s, where[i]));
	return 200;
}

/* The id belongs to the query, which a "?" after the "#" does not begin. */
Test(carry, s24_the_id_goes_into_the_query_of_any_link)
{
	struct site *site = open_site(&linking_app, "carry=query");
	struct visitor v = { .site = site };
	struct answer *a = on_page(&v, odd_links, NULL, NULL);
	char expected[600], p[64];

	linked_id(a, p);
	snprintf(expected, sizeof expected, "[/p?%s][/p?&%s][/p?a&%s][?%s#x]"
	    "[/p?%s#a?b][p?a=1&%s#b#c]", p, p, p, p, p, p);
	cr_assert_str_eq(a->body, expected);
	close_site();
}

Test(carry, s56_the_server_tells_to_store_and_the_browser_sends_a_cookie_field)
{
	struct site *site = open_site(&probe_app, NULL);
	struct answer *a = bare(site, NULL, "op=set drink tea");
	const char *line = field_of(a, "Set-Cookie");
	char cookie[256];

	cr_assert_not_null(line);
	snprintf(cookie, sizeof cookie, "theme=dark; %.*s; x=y",
	    (int)strcspn(line, ";"), line);
	expect_in(bare(site, cookie, "op=get drink")->body,
	    "\"new\":false,\"results\":[\"tea\"]");
	close_site();
}

/* test_bare.c - a handler that answers 4xx or 5xx and writes nothing. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "stage.h"

/* status n; with ?cookie, ?type, ?none: what else it does. */
static int
answer(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const struct sess_cookie cookie = { .name = "own", .value = "1" };
	const char *status = sess_req_query(req, "status");

	if (status == NULL)
		status = sess_req_field(req, "status");
	if (sess_req_query(req, "set") != NULL)
		sess_set(s, "k", "v");
	if (sess_req_query(req, "cookie") != NULL)
		sess_res_cookie(res, &cookie);
	if (sess_req_query(req, "header") != NULL)
		sess_res_header(res, "X-Own", "1");
	if (sess_req_query(req, "type") != NULL)
		sess_res_header(res, "Content-Type", "application/json");
	if (sess_req_query(req, "none") != NULL)
		sess_res_header(res, "Content-Type", NULL);
	if (sess_req_query(req, "body") != NULL)
		sess_res_puts(res, "its own");
	return (int)strtol(status, NULL, 10);
}

static struct sess_refusal seen;
static char said[200], back[200];

static void
hook(const struct sess_req *req, struct sess_res *res,
    const struct sess_refusal *r)
{
	(void)req;
	seen = *r;
	snprintf(said, sizeof said, "%s", r->text);
	snprintf(back, sizeof back, "%s", r->back != NULL ? r->back : "none");
	sess_res_printf(res, "hook %d %s", r->status, sess_err_name(r->err));
}

static const struct sess_app short_one = { .handle = answer };
static const struct sess_app hooked = { .handle = answer,
	.refused = hook, .csrf_by_page = true };

static void
setup(void)
{
	stage(&short_one, NULL);
}

TestSuite(bare, .init = setup, .fini = stage_clear, .timeout = 60);

static const struct { const char *status, *text; } rows[] = {
	{ "400", "<h1>Bad Request</h1>" },
	{ "401", "logged in" },
	{ "403", "You may not" },
	{ "404", "There is no page of this name." },
	{ "405", "This page cannot do that." },
	{ "409", "meanwhile" },
	{ "410", "gone" },
	{ "418", "did not accept" },
	{ "429", "too often" },
	{ "500", "mistake" },
	{ "503", "later" },
	{ "504", "could not answer" },
	{ "599", "could not answer" },
	{ "99", "<title>500 Internal Server Error" },
};

Test(bare, r102_it_gets_the_stock_page)
{
	struct answer *a;
	char query[40];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(query, sizeof query, "status=%s", rows[i].status);
		a = get(&v, query);
		cr_expect_eq(a->status, i == sizeof rows / sizeof *rows - 1 ?
		    500 : atoi(rows[i].status));
		cr_expect_not_null(strstr(a->body, "<title>"), "%s: %s",
		    rows[i].status, a->body);
		cr_expect_not_null(strstr(a->body, rows[i].text), "%s: %s",
		    rows[i].status, a->body);
	}
}

Test(bare, r102_or_the_page_of_the_program)
{
	stage(&hooked, NULL);
	cr_assert_str_eq(get(&v, "status=418")->body, "hook 418 OK");
	cr_assert_eq(seen.err, SESS_OK);
	cr_assert_str_eq(seen.reason, "");
	cr_assert_str_neq(said, "");
	cr_assert_str_eq(back, "none");
}

Test(bare, r102_which_knows_the_way_back_to_the_form)
{
	stage(&hooked, NULL);
	v.extra[0] = "HTTP_REFERER=https://example.org/cgi-bin/form?a=1";
	post(&v, "status=409");
	cr_assert_eq(seen.status, 409);
	cr_assert_str_eq(back, "/cgi-bin/form?a=1");
}

Test(bare, r102_what_the_handler_set_stays)
{
	struct answer *a = get(&v, "status=404&cookie&header&set");

	cr_assert_eq(a->status, 404);
	cr_assert_not_null(jar_get(&v, "own"));
	cr_assert_not_null(jar_get(&v, SID), "the edit was committed");
	cr_assert_not_null(field_of(a, "X-Own"));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 1);
	cr_assert_eq(get(&v, "status=500&set")->status, 500);
}

Test(bare, r102_what_is_no_error_or_has_a_body_or_a_type_is_left_alone)
{
	cr_expect_str_eq(get(&v, "status=200")->body, "");
	cr_expect_str_eq(get(&v, "status=204")->body, "");
	cr_expect_str_eq(get(&v, "status=399")->body, "");
	cr_expect_str_eq(get(&v, "status=404&body")->body, "its own");
	cr_expect_str_eq(get(&v, "status=404&type")->body, "");
	cr_expect_str_eq(get(&v, "status=404&none")->body, "");
}

Test(bare, r102_head_says_how_long_the_page_would_be)
{
	struct answer *a = get(&v, "status=404");
	char length[40];

	snprintf(length, sizeof length, "%.30s", field_of(a,
	    "Content-Length"));
	v.extra[0] = "REQUEST_METHOD=HEAD";
	a = get(&v, "status=404");
	cr_assert_str_eq(a->body, "");
	cr_assert_eq(strncmp(field_of(a, "Content-Length"), length, 5), 0);
	cr_assert_neq(*length, '0');
}

/* test_at_end.c - what a page adds when its answer is decided. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

static struct site *site;
static struct visitor v;

/* What the page and its last word are to do; a test is a process of its own. */
static int status;
static void (*deed)(struct sess_req *, struct sess_res *, struct sess *);
static void (*last)(const struct sess_req *, struct sess_res *,
    const struct sess *);
static enum sess_err last_err;
static int calls;

static void
at_end(const struct sess_req *req, struct sess_res *res, const struct sess *s)
{
	calls++;
	last(req, res, s);
	last_err = sess_res_error(res);
}

static void
on_refused(const struct sess_req *req, struct sess_res *res,
    const struct sess_refusal *r)
{
	(void)req;
	sess_res_printf(res, "refused %d.", r->status);
	sess_res_at_end(res, at_end);
}

static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	sess_res_puts(res, "page.");
	sess_res_at_end(res, at_end);
	if (deed != NULL)
		deed(req, res, s);
	return status;
}

static const struct sess_app app = { .handle = handle };
static const struct sess_app with_page = { .handle = handle,
	.refused = on_refused };
static const struct sess_app deciding = { .handle = handle,
	.authorizer = true };

static void
add(const struct sess_req *req, struct sess_res *res, const struct sess *s)
{
	(void)req;
	(void)s;
	sess_res_puts(res, "end.");
}

static void
begin(const struct sess_app *of, const char *settings)
{
	site = site_new(of, settings);
	v = (struct visitor){ .site = site };
	status = 200;
	last = add;
}

static void
setup(void)
{
	begin(&app, NULL);
}

static void
teardown(void)
{
	site_free(site);
}

TestSuite(at_end, .init = setup, .fini = teardown);

static long
length_of(const struct answer *a)
{
	const char *value = field_of(a, "Content-Length");

	return value != NULL ? strtol(value, NULL, 10) : -1;
}

/* ---- when ------------------------------------------------------------------ */

Test(at_end, what_is_added_is_counted)
{
	struct answer *a = get(&v, "");

	cr_expect_str_eq(a->body, "page.end.");
	cr_expect_eq(length_of(a), 9);
	cr_expect_eq(calls, 1);
}

Test(at_end, head_has_the_length_of_get)
{
	struct answer *a;

	v.extra[0] = "REQUEST_METHOD=HEAD";
	a = get(&v, "");
	cr_expect_str_empty(a->body);
	cr_expect_eq(length_of(a), 9);
}

static void
add_other(const struct sess_req *req, struct sess_res *res,
    const struct sess *s)
{
	(void)req;
	(void)s;
	sess_res_puts(res, "other.");
}

static void
set_other(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	sess_res_at_end(res, add_other);
}

Test(at_end, a_later_call_takes_the_place_of_an_earlier_one)
{
	deed = set_other;
	cr_expect_str_eq(get(&v, "")->body, "page.other.");
	cr_expect_eq(calls, 0);
}

static void
set_none(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	sess_res_at_end(res, NULL);
}

Test(at_end, null_takes_it_back)
{
	deed = set_none;
	cr_expect_str_eq(get(&v, "")->body, "page.");
}

static void
redirect(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	status = sess_res_redirect(res, "there");
}

Test(at_end, a_redirect_has_one_as_well)
{
	deed = redirect;
	cr_expect_str_eq(get(&v, "")->body, "page.end.");
	cr_expect_eq(calls, 1);
}

static char before_file;

static void
file(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	buf_cut(&res->body, 0);
	sess_res_file(res, open("/etc/hostname", O_RDONLY | O_CLOEXEC), "a");
	before_file = 'x';
}

Test(at_end, a_file_has_none)
{
	deed = file;
	cr_expect_eq(get(&v, "")->status, 200);
	cr_expect_eq(before_file, 'x');
	cr_expect_eq(calls, 0);
}

Test(at_end, an_authorizer_has_none)
{
	site->service->app = &deciding;
	cr_expect_str_eq(get(&v, "")->body, "page.");
	cr_expect_eq(calls, 0);
}

/* ---- refusals ----------------------------------------------------------------- */

static void
fail(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	sess_res_header(res, "no name", "x");
}

Test(at_end, that_of_a_page_that_failed_is_forgotten_with_it)
{
	deed = fail;
	cr_expect_eq(get(&v, "")->status, 500);
	cr_expect_eq(calls, 0);
}

Test(at_end, the_page_of_a_refusal_may_have_one)
{
	struct answer *a;

	site->service->app = &with_page;
	deed = fail;
	a = get(&v, "");
	cr_expect_str_eq(a->body, "refused 500.end.");
	cr_expect_eq(length_of(a), 16);
	cr_expect_eq(calls, 1);
	v.extra[0] = "REQUEST_METHOD=PUT";
	cr_expect_str_eq(get(&v, "")->body, "refused 405.end.");
}

Test(at_end, where_the_settings_are_wrong_there_is_none)
{
	site_free(site);
	begin(&with_page, "idle=9h");
	cr_expect_str_eq(get(&v, "")->body, "refused 503.");
	cr_expect_eq(calls, 0);
}

/* ---- the session --------------------------------------------------------------- */

static int64_t handle_of, visits;
static bool rows_there;

static void
look(const struct sess_req *req, struct sess_res *res, const struct sess *s)
{
	(void)req;
	(void)res;
	handle_of = sess_handle(s);
	visits = sess_get_int(s, "visits", -1);
	rows_there = sql_int(site, "SELECT count(*) FROM session") > 0;
}

static void
visit(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)res;
	sess_add(s, "visits", 1);
}

static void
leave(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)res;
	sess_logout(s);
}

Test(at_end, the_session_is_as_the_commit_left_it)
{
	int64_t first;

	last = look;
	deed = visit;
	cr_expect_neq(field_of(get(&v, ""), "Set-Cookie"), NULL);
	cr_expect(rows_there);
	cr_expect_eq(visits, 1);
	cr_expect_neq(handle_of, 0);
	first = handle_of;
	get(&v, "");
	cr_expect_eq(visits, 2);
	cr_expect_eq(handle_of, first);
	deed = leave;
	get(&v, "");
	cr_expect_eq(handle_of, 0);
	cr_expect_not(rows_there);
}

Test(at_end, after_5xx_nothing_is_saved_and_it_is_called)
{
	last = look;
	deed = visit;
	status = 500;
	get(&v, "");
	cr_expect_eq(calls, 1);
	cr_expect_eq(handle_of, 0);
	cr_expect_not(rows_there);
}

/* ---- what it does wrong ----------------------------------------------------------- */

static void
set_header(const struct sess_req *req, struct sess_res *res,
    const struct sess *s)
{
	add(req, res, s);
	sess_res_header(res, "X-Late", "1");
}

static void
set_cookie(const struct sess_req *req, struct sess_res *res,
    const struct sess *s)
{
	add(req, res, s);
	sess_res_cookie(res, &(struct sess_cookie){ .name = "late",
	    .value = "1" });
}

static void
send_away(const struct sess_req *req, struct sess_res *res,
    const struct sess *s)
{
	add(req, res, s);
	sess_res_redirect(res, "elsewhere");
}

static int late_fd;

static void
send_file(const struct sess_req *req, struct sess_res *res,
    const struct sess *s)
{
	add(req, res, s);
	late_fd = open("/etc/hostname", O_RDONLY | O_CLOEXEC);
	sess_res_file(res, late_fd, "a");
}

static void
set_again(const struct sess_req *req, struct sess_res *res,
    const struct sess *s)
{
	add(req, res, s);
	sess_res_at_end(res, add);
}

static const struct {
	void (*last)(const struct sess_req *, struct sess_res *,
	    const struct sess *);
	const char *why;
} wrongs[] = {
	{ set_header, "a header field" }, { set_cookie, "a cookie" },
	{ send_away, "a redirect" }, { send_file, "a file" },
	{ set_again, "another last word" },
};

Test(at_end, it_may_add_to_the_body_and_do_nothing_else)
{
	struct answer *a;
	char right[2048];

	deed = visit;
	get(&v, "");
	last = add_other;
	snprintf(right, sizeof right, "%s", get(&v, "")->head);
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		last = wrongs[i].last;
		last_err = SESS_OK;
		a = get(&v, "");
		cr_expect_eq(last_err, SESS_EINVAL, "%s", wrongs[i].why);
		cr_expect_str_eq(a->body, "page.", "%s", wrongs[i].why);
		cr_expect_eq(length_of(a), 5, "%s", wrongs[i].why);
		cr_expect_eq(strncmp(a->head, right, strcspn(right, "L")), 0,
		    "%s", wrongs[i].why);
		cr_expect_neq(strstr(site->log, "err=E_INVAL"), NULL);
		*site->log = '\0';
	}
	cr_expect_eq(fcntl(late_fd, F_GETFD), -1, "the file is closed");
	last = add;
	cr_expect_str_eq(get(&v, "")->body, "page.end.", "the next is fine");
	cr_expect_eq(sql_int(site, "SELECT value FROM field "
	    "WHERE name = 'visits'"), 8, "all was saved");
}

static void
add_much(const struct sess_req *req, struct sess_res *res,
    const struct sess *s)
{
	(void)req;
	(void)s;
	for (int i = 0; i < 1000; i++)
		sess_res_puts(res, "0123456789");
}

Test(at_end, over_max_answer_bytes_the_page_goes_out_without_it)
{
	struct answer *a;

	site_free(site);
	begin(&app, "max_answer_bytes=4k");
	last = add_much;
	deed = visit;
	a = get(&v, "");
	cr_expect_eq(a->status, 200);
	cr_expect_str_eq(a->body, "page.");
	cr_expect_eq(length_of(a), 5);
	cr_expect_eq(last_err, SESS_ELIMIT);
	cr_expect_neq(strstr(site->log, "err=E_LIMIT"), NULL, "%s",
	    site->log);
	cr_expect_eq(sql_int(site, "SELECT count(*) FROM session"), 1);
}

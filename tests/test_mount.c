/* test_mount.c - several programs below one path: which one is asked. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"

static struct site *site;

static int
show(struct sess_res *res, const char *who, const struct sess_req *req)
{
	sess_res_printf(res, "%s %s %s", who, sess_req_path(req),
	    sess_req_path_info(req));
	return 200;
}

static int
handle_cart(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)s;
	return show(res, "cart", req);
}

static int
handle_whole(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)s;
	return show(res, "whole", req);
}

static const struct sess_app cart = { .handle = handle_cart,
	.no_session = true, .path_info = true };
static const struct sess_app plain = { .handle = handle_cart };
static const struct sess_app gate = { .handle = handle_cart,
	.authorizer = true };
static const struct sess_mount mounts[] = { { "cart", &cart },
	{ "plain", &plain }, { "gate", &gate }, { NULL, NULL } };
static const struct sess_app whole = { .handle = handle_whole,
	.mounts = mounts, .no_session = true };
static const struct sess_app parts = { .mounts = mounts,
	.no_session = true };

static void
setup(void)
{
	site = site_new(&whole, NULL);
}

static void
teardown(void)
{
	site_free(site);
}

TestSuite(mount, .init = setup, .fini = teardown);

/* info NULL: the server passes none. */
static const char *
asked(const char *path, const char *info)
{
	static char text[512];
	char script[200], rest[200];
	const char *vars[] = { "REQUEST_METHOD=GET", script,
		info != NULL ? rest : NULL, NULL };
	struct answer *a;

	snprintf(script, sizeof script, "SCRIPT_NAME=%s", path);
	if (info != NULL)
		snprintf(rest, sizeof rest, "PATH_INFO=%s", info);
	a = ask(site, vars, NULL, 0);
	snprintf(text, sizeof text, "%d %s", a->status,
	    a->status == 200 ? a->body : "");
	return text;
}

static const struct { const char *path, *info, *want; } rows[] = {
	{ "/demo", "/cart", "200 cart /demo/cart " },
	{ "/demo", "/cart/", "200 cart /demo/cart /" },
	{ "/demo", "/cart/7/8", "200 cart /demo/cart /7/8" },
	{ "/demo", "/cart/cart", "200 cart /demo/cart /cart" },
	{ "", "/cart", "200 cart /cart " },
	{ "/demo", NULL, "200 whole /demo " },
	{ "/demo", "", "200 whole /demo " },
	{ "/demo", "/", "200 whole /demo /" },
	{ "/demo", "/car", "404 " }, { "/demo", "/cart2", "404 " },
	{ "/demo", "//cart", "404 " }, { "/demo", "/CART", "404 " },
	{ "/demo", "/../cart", "404 " }, { "/demo", "/cart\n", "404 " },
	/* the path is not split */
	{ "/demo/cart", NULL, "200 cart /demo/cart " },
	{ "/demo/cart", "", "200 cart /demo/cart " },
	{ "/demo/cart/", "", "200 cart /demo/cart /" },
	{ "/demo/cart/7", NULL, "200 cart /demo/cart /7" },
	{ "/demo/cart/cart", NULL, "200 cart /demo/cart /cart" },
	{ "/a/b/cart", NULL, "200 cart /a/b/cart " },
	{ "/cart", NULL, "200 cart /cart " },
	{ "/demo/carts", NULL, "200 whole /demo/carts " },
	{ "", NULL, "200 whole  " },
	/* ... but where it is, that counts */
	{ "/cart", "/", "200 whole /cart /" },
	{ "/cart", "/cart", "200 cart /cart/cart " },
};

Test(mount, r31_the_program_that_is_asked)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_expect_str_eq(asked(rows[i].path, rows[i].info),
		    rows[i].want, "%s %s", rows[i].path, rows[i].info);
}

Test(mount, without_a_handler_of_its_own_the_whole_is_nothing)
{
	site_free(site);
	site = site_new(&parts, NULL);
	cr_assert_str_eq(asked("/demo", ""), "404 ");
	cr_assert_str_eq(asked("/demo", "/"), "404 ");
	cr_assert_str_eq(asked("/demo", "/cart"), "200 cart /demo/cart ");
}

/* ---- path info that a program has no use for ---------------------------- */

static const struct { const char *path, *info, *want; } useless[] = {
	{ "/demo", "/plain", "200 cart /demo/plain " },
	{ "/demo", "/plain/", "404 " }, { "/demo", "/plain/7", "404 " },
	{ "/demo/plain/7", "", "404 " },
	{ "/demo", "/cart/7", "200 cart /demo/cart /7" },
	{ "/demo", "/gate/7", "200 cart /demo/gate /7" },
};

Test(mount, r102_path_info_is_404_where_the_program_has_no_use_for_it)
{
	size_t i;

	for (i = 0; i < sizeof useless / sizeof *useless; i++)
		cr_expect_str_eq(asked(useless[i].path, useless[i].info),
		    useless[i].want, "%s %s", useless[i].path,
		    useless[i].info);
}

Test(mount, r102_a_program_alone_has_no_path_info_either)
{
	site_free(site);
	site = site_new(&plain, NULL);
	cr_assert_str_eq(asked("/plain", NULL), "200 cart /plain ");
	cr_assert_str_eq(asked("/plain", ""), "200 cart /plain ");
	cr_assert_str_eq(asked("/plain", "/"), "404 ");
	cr_assert_str_eq(asked("/plain", "/foo/bar"), "404 ");
	cr_assert_str_eq(asked("", "/"), "200 cart  /", "the site's root");
	cr_assert_str_eq(asked("", "/foo"), "404 ");
	site_free(site);
	site = site_new(&cart, NULL);
	cr_assert_str_eq(asked("/cart", "/foo/bar"), "200 cart /cart /foo/bar");
}

Test(mount, r102_the_log_names_path_info_once)
{
	const char *at;

	site_free(site);
	site = site_new(&plain, NULL);
	asked("/plain", "/secret-7");
	at = strstr(site->log, "path_info");
	cr_assert_not_null(at, "%s", site->log);
	cr_assert_null(strchr(strchr(at, '\n') + 1, '\n'), "%s", site->log);
	cr_assert_null(strstr(site->log, "secret"), "what a visitor wrote");
}

Test(mount, r102_it_is_404_before_any_session_is_looked_for)
{
	const char *vars[] = { "REQUEST_METHOD=GET", "SCRIPT_NAME=/plain",
		"PATH_INFO=/7", "HTTPS=on", "HTTP_COOKIE=__Host-sid="
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", NULL };

	site_free(site);
	site = site_new(&plain, NULL);
	cr_assert_eq(ask(site, vars, NULL, 0)->status, 404);
	cr_assert_null(site->service->store, "not even opened");
}

/* RFC 9110, 9.3.2: also of a request that is refused before it is read. */
Test(mount, r102_a_head_for_a_path_that_goes_on_gets_no_body)
{
	static const char *const vars[] = { "REQUEST_METHOD=HEAD",
		"SCRIPT_NAME=/demo", "PATH_INFO=/plain/x", NULL };
	struct answer *a = ask(site, vars, NULL, 0);

	cr_assert_eq(a->status, 404);
	cr_assert_eq(a->body_len, 0, "%s", a->body);
}

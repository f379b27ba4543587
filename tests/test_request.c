/* test_request.c - one request, read from the wire and parsed. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "request.h"

static struct site *site;
static int ran;

static void
teardown(void)
{
	if (site != NULL)
		site_free(site);
}

TestSuite(request, .fini = teardown);

static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	size_t query, field, cookie;

	(void)s;
	ran++;
	sess_req_pairs(req, SESS_QUERY, &query);
	sess_req_pairs(req, SESS_FIELD, &field);
	sess_req_pairs(req, SESS_COOKIE, &cookie);
	sess_res_printf(res, "%s %zu %zu %zu", sess_req_method(req), query,
	    field, cookie);
	return 200;
}

/* Without sessions: so no form needs a token here. */
static const struct sess_app app = { .handle = handle, .no_session = true };

static void
start(const char *settings)
{
	if (site != NULL)
		site_free(site);
	site = site_new(&app, settings);
}

/* A name and n times `with`, in memory that goes with the process. */
static char *
repeated(const char *name, const char *with, size_t n)
{
	static char *last;
	size_t head = strlen(name), len = strlen(with), i;

	free(last);
	last = malloc(head + n * len + 1);
	cr_assert_not_null(last);
	memcpy(last, name, head + 1);
	for (i = 0; i < n; i++)
		memcpy(last + head + i * len, with, len + 1);
	return last;
}

static struct answer *
ask_query(const char *query)
{
	const char *vars[] = { "REQUEST_METHOD=GET", query, NULL };

	return ask(site, vars, NULL, 0);
}

static struct answer *
ask_form(const char *form, size_t n)
{
	char length[48];
	const char *vars[] = { "REQUEST_METHOD=POST", length,
	    "CONTENT_TYPE=application/x-www-form-urlencoded", NULL };

	snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", n);
	return ask(site, vars, form, n);
}

/* ---- caps ---------------------------------------------------------------- */

enum place { QUERY, FIELD, COOKIE };

static struct answer *
ask_at(enum place place, const char *with, size_t n)
{
	static const char *const names[] = { "QUERY_STRING=", "",
		"HTTP_COOKIE=" };
	const char *text = repeated(names[place], with, n);

	return place == FIELD ? ask_form(text, strlen(text)) :
	    ask_query(text);
}

/* `n` times `with` is within the cap, `more` times is over it. */
static const struct {
	const char *settings;
	enum place place;
	const char *with;
	size_t n, more;
	int status;
	const char *event;
} caps[] = {
	{ "max_query_bytes=20", QUERY, "a", 20, 21, 414, "E_URI" },
	{ "max_query_bytes=20", QUERY, "&", 20, 21, 414, "E_URI" },
	{ "max_pairs=5", QUERY, "a&", 5, 6, 414, "E_URI" },
	{ "max_name_bytes=7", QUERY, "a", 7, 8, 414, "E_URI" },
	{ "max_name_bytes=7", QUERY, "%41", 7, 8, 414, "E_URI" },
	{ "max_body_bytes=20", FIELD, "a", 20, 21, 413, "E_BODY" },
	{ "max_body_bytes=20", FIELD, "&", 20, 21, 413, "E_BODY" },
	{ "max_pairs=5", FIELD, "a=1&", 5, 6, 413, "E_BODY" },
	{ "max_name_bytes=7", FIELD, "a", 7, 8, 413, "E_BODY" },
	{ "max_cookie_bytes=20", COOKIE, "a", 20, 21, 431, "E_HEADER" },
	{ "max_cookies=5", COOKIE, ";", 4, 5, 431, "E_HEADER" },
	/* and as they are */
	{ NULL, QUERY, "a=123456&", 1000, 1001, 414, "E_URI" },
	{ NULL, QUERY, "&", 16384, 16385, 414, "E_URI" },
	{ NULL, QUERY, "n", 256, 257, 414, "E_URI" },
	{ NULL, FIELD, "a=123456&", 1000, 1001, 413, "E_BODY" },
	{ NULL, FIELD, "&", 1048576, 1048577, 413, "E_BODY" },
	{ NULL, FIELD, "n", 256, 257, 413, "E_BODY" },
	{ NULL, COOKIE, "a=1;", 127, 128, 431, "E_HEADER" },
	{ NULL, COOKIE, "n", 16384, 16385, 431, "E_HEADER" },
};

Test(request, r24_each_cap_at_n_and_one_more)
{
	size_t i;

	for (i = 0; i < sizeof caps / sizeof *caps; i++) {
		struct answer *a;

		start(caps[i].settings);
		ran = 0;
		a = ask_at(caps[i].place, caps[i].with, caps[i].n);
		cr_assert_eq(a->status, 200, "row %zu: %zu of %s: %d", i,
		    caps[i].n, caps[i].with, a->status);
		cr_assert_eq(ran, 1);
		a = ask_at(caps[i].place, caps[i].with, caps[i].more);
		cr_assert_eq(a->status, caps[i].status,
		    "row %zu: %zu of %s: %d", i, caps[i].more, caps[i].with,
		    a->status);
		cr_assert_eq(ran, 1, "row %zu: the page did not run", i);
		cr_assert_not_null(strstr(site->log, caps[i].event),
		    "row %zu: %s", i, site->log);
		cr_assert_not_null(strstr(site->log, "max_"),
		    "row %zu: the log names the setting", i);
	}
}

static int
handle_answer(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	long n = strtol(sess_req_query(req, "n"), NULL, 10);

	(void)s;
	while (n-- > 0)
		sess_res_puts(res, "x");
	return 200;
}

Test(request, r24_an_answer_over_its_cap_is_an_error_and_not_cut)
{
	static const struct sess_app big = { .handle = handle_answer,
		.no_session = true };
	struct answer *a;

	site = site_new(&big, "max_answer_bytes=1000");
	a = ask_query("QUERY_STRING=n=1000");
	cr_assert_eq(a->status, 200);
	cr_assert_eq(a->body_len, 1000);
	a = ask_query("QUERY_STRING=n=1001");
	cr_assert_eq(a->status, 500);
	cr_assert_null(strstr(a->body, "xxx"));
	cr_assert_not_null(strstr(site->log, "E_LIMIT"));
}

Test(request, r24_100000_equal_names_are_counted_and_found)
{
	struct answer *a;

	start("max_pairs=100000\nmax_query_bytes=1m");
	a = ask_at(FIELD, "a=1&", 100000);
	cr_assert_eq(a->status, 200);
	cr_assert_str_eq(a->body, "POST 0 100000 0");
	cr_assert_eq(ask_at(FIELD, "a=1&", 100001)->status, 413);
}

/* ---- places -------------------------------------------------------------- */

static int
handle_places(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const struct sess_pair *p = NULL;

	(void)s;
	sess_res_printf(res, "%s %s %s", sess_req_query(req, "k"),
	    sess_req_field(req, "k"), sess_req_cookie(req, "k"));
	sess_res_printf(res, " %zu %zu %zu",
	    sess_req_count(req, SESS_QUERY, "k"),
	    sess_req_count(req, SESS_FIELD, "k"),
	    sess_req_count(req, SESS_COOKIE, "k"));
	while ((p = sess_req_next(req, SESS_FIELD, "k", p)) != NULL)
		sess_res_printf(res, " %s", p->value);
	sess_res_printf(res, " %d%d%d",
	    sess_req_query(req, "f") != NULL || sess_req_query(req, "c") !=
	    NULL, sess_req_field(req, "q") != NULL || sess_req_field(req,
	    "c") != NULL, sess_req_cookie(req, "q") != NULL ||
	    sess_req_cookie(req, "f") != NULL);
	return 200;
}

Test(request, r26_query_form_and_cookies_are_never_merged)
{
	static const struct sess_app places = { .handle = handle_places,
		.no_session = true };
	static const char form[] = "k=form1&f=1&k=form2&k=form3";
	char length[48];
	const char *vars[] = { "REQUEST_METHOD=POST", length,
	    "QUERY_STRING=k=query1&q=1&k=query2", "HTTP_COOKIE=k=cookie; c=1",
	    "CONTENT_TYPE=application/x-www-form-urlencoded", NULL };

	site = site_new(&places, NULL);
	snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", strlen(form));
	cr_assert_str_eq(ask(site, vars, form, strlen(form))->body,
	    "query1 form1 cookie 2 3 1 form1 form2 form3 000");
}

static int
handle_text(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *text = sess_req_query(req, "k");
	const struct sess_pair *p = sess_req_next(req, SESS_QUERY, "k", NULL);

	(void)s;
	sess_res_printf(res, "%s %zu", text != NULL ? "text" : "bytes",
	    p->value_len);
	return 200;
}

Test(request, r25_bytes_that_are_no_text_are_bytes_only)
{
	static const struct { const char *query, *expected; } values[] = {
		{ "QUERY_STRING=k=a%2541", "text 4" },
		{ "QUERY_STRING=k=%", "text 1" },
		{ "QUERY_STRING=k=a%00b", "bytes 3" },
		{ "QUERY_STRING=k=%C0%AF", "bytes 2" },
		{ "QUERY_STRING=k=\xFF", "bytes 1" },
	};
	static const struct sess_app text = { .handle = handle_text,
		.no_session = true };
	size_t i;

	site = site_new(&text, NULL);
	for (i = 0; i < sizeof values / sizeof *values; i++)
		cr_assert_str_eq(ask_query(values[i].query)->body,
		    values[i].expected, "%s", values[i].query);
}

/* nginx hands two Cookie fields over as two variables of one name. */
Test(request, r16_two_cookie_fields_are_one)
{
	static const char *const vars[] = { "REQUEST_METHOD=GET",
		"HTTP_COOKIE=a=1; b=2", "HTTP_COOKIE=", "HTTP_COOKIE=c=3",
		NULL };
	static const char *const over[] = { "REQUEST_METHOD=GET",
		"HTTP_COOKIE=12345", "HTTP_COOKIE=123", NULL };
	static const char *const within[] = { "REQUEST_METHOD=GET",
		"HTTP_COOKIE=12345", "HTTP_COOKIE=12", NULL };

	start(NULL);
	cr_assert_str_eq(ask(site, vars, NULL, 0)->body, "GET 0 0 3");
	start("max_cookie_bytes=9");
	cr_assert_eq(ask(site, within, NULL, 0)->status, 200);
	cr_assert_eq(ask(site, over, NULL, 0)->status, 431, "of all of them");
}

/* ---- methods and bodies -------------------------------------------------- */

static struct answer *
ask_method(const char *method)
{
	char var[300];
	const char *vars[] = { var, NULL };

	snprintf(var, sizeof var, "REQUEST_METHOD=%s", method);
	return ask(site, vars, NULL, 0);
}

static const struct { const char *method; int status; } methods[] = {
	{ "GET", 200 }, { "HEAD", 200 }, { "POST", 200 },
	{ "PUT", 405 }, { "DELETE", 405 }, { "PATCH", 405 },
	{ "OPTIONS", 405 }, { "TRACE", 405 }, { "CONNECT", 405 },
	{ "PROPFIND", 405 }, { "get", 405 }, { "Get", 405 },
	{ "GETX", 405 }, { "GE", 405 }, { "G", 405 }, { "POS", 405 },
	{ "X-Y", 405 }, { "!#$%&'*+-.^_`|~0", 405 },
	{ "", 400 }, { " ", 400 }, { "GET ", 400 }, { " GET", 400 },
	{ "GET HEAD", 400 }, { "GET,POST", 400 }, { "GET\r\n", 400 },
	{ "GET/", 400 }, { "GET\x7F", 400 }, { "G\xC3\x8BT", 400 },
	{ "<script>", 400 }, { "GET\tPOST", 400 },
};

Test(request, r30_an_unknown_method_is_405_with_allow)
{
	size_t i;

	start(NULL);
	for (i = 0; i < sizeof methods / sizeof *methods; i++) {
		struct answer *a;
		const char *allow;

		ran = 0;
		a = ask_method(methods[i].method);
		allow = field_of(a, "Allow");
		cr_assert_eq(a->status, methods[i].status, "<%s>: %d",
		    methods[i].method, a->status);
		cr_assert_eq(ran, a->status == 200, "<%s>",
		    methods[i].method);
		if (a->status == 405)
			cr_assert(allow != NULL && (strncmp(allow,
			    "GET, HEAD, POST\r\n", 17) == 0), "<%s>: %s",
			    methods[i].method, allow);
		else
			cr_assert_null(allow, "<%s>", methods[i].method);
	}
	cr_assert_eq(ask_query("QUERY_STRING=")->status, 200);
}

Test(request, r30_no_method_is_400)
{
	static const char *const vars[] = { "QUERY_STRING=", NULL };

	start(NULL);
	cr_assert_eq(ask(site, vars, NULL, 0)->status, 400);
	cr_assert_eq(ran, 0);
}

Test(request, r30_a_program_says_which_methods_it_has)
{
	static const struct sess_app put = { .handle = handle,
		.no_session = true, .methods = "PUT" };
	struct answer *a;

	site = site_new(&put, NULL);
	cr_assert_str_eq(ask_method("PUT")->body, "PUT 0 0 0");
	a = ask_method("GET");
	cr_assert_eq(a->status, 405);
	cr_assert_eq(strncmp(field_of(a, "Allow"), "PUT\r\n", 5), 0);
}

static const struct {
	const char *why, *length;
	size_t sent;
	int status;
} bodies[] = {
	{ "as many", "CONTENT_LENGTH=3", 3, 200 },
	{ "longer", "CONTENT_LENGTH=3", 9, 200 },
	{ "shorter", "CONTENT_LENGTH=9", 3, 400 },
	{ "none", "X=y", 3, 200 },
	{ "empty", "CONTENT_LENGTH=", 3, 200 },
	{ "-1", "CONTENT_LENGTH=-1", 3, 400 },
	{ "+5", "CONTENT_LENGTH=+5", 5, 400 },
	{ " 5", "CONTENT_LENGTH= 5", 5, 400 },
	{ "0x10", "CONTENT_LENGTH=0x10", 16, 400 },
	{ "1e3", "CONTENT_LENGTH=1e3", 3, 400 },
	{ "2^31", "CONTENT_LENGTH=2147483648", 3, 413 },
	{ "2^63", "CONTENT_LENGTH=9223372036854775808", 3, 413 },
	{ "2^64+5", "CONTENT_LENGTH=18446744073709551621", 5, 413 },
};

Test(request, r29_the_page_runs_only_with_the_whole_body)
{
	size_t i;

	start(NULL);
	for (i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		const char *vars[] = { "REQUEST_METHOD=POST",
		    bodies[i].length,
		    "CONTENT_TYPE=application/x-www-form-urlencoded", NULL };
		struct answer *a;

		ran = 0;
		a = ask(site, vars, "a=1&b=2&c=3&d=4&", bodies[i].sent);
		cr_assert_eq(a->status, bodies[i].status, "%s: %d",
		    bodies[i].why, a->status);
		cr_assert_eq(ran, a->status == 200, "%s", bodies[i].why);
		if (strcmp(bodies[i].why, "longer") == 0)
			cr_assert_str_eq(a->body, "POST 0 1 0",
			    "not a byte past it");
	}
}

/* Of both kinds of forms; the page does not run. */
Test(request, r71_a_body_that_comes_too_slowly_is_408_and_one_line)
{
	static const char *const types[] = {
		"CONTENT_TYPE=application/x-www-form-urlencoded",
		"CONTENT_TYPE=multipart/form-data; boundary=x",
	};
	const char *line;
	size_t i;

	for (i = 0; i < sizeof types / sizeof *types; i++) {
		const char *vars[] = { "REQUEST_METHOD=POST",
		    "CONTENT_LENGTH=1000", types[i], NULL };
		struct answer *a;

		start(NULL);
		site->broken = ETIMEDOUT;
		ran = 0;
		a = ask(site, vars, "--x", 3);
		cr_assert_eq(a->status, 408, "%s: %d", types[i], a->status);
		cr_assert_eq(ran, 0);
		line = strstr(site->log, "event=refuse err=E_TIMEOUT");
		cr_assert_not_null(line, "%s", site->log);
		cr_assert_not_null(strstr(line, "1 KiB/s"), "%s", line);
		cr_assert_eq(strchr(site->log, '\n')[1], '\0', "%s",
		    site->log);
	}
}

/* How a request is read is not for one of two to say: it is not read. */
Test(request, r73_a_method_a_length_or_a_type_that_came_twice_is_refused)
{
	static const struct { const char *vars[6]; int want; } rows[] = {
		{ { "REQUEST_METHOD=POST", "REQUEST_METHOD=POST" }, 400 },
		{ { "REQUEST_METHOD=GET", "REQUEST_METHOD=POST" }, 400 },
		{ { "REQUEST_METHOD=POST", "CONTENT_LENGTH=3",
		    "CONTENT_LENGTH=3", "CONTENT_TYPE="
		    "application/x-www-form-urlencoded" }, 400 },
		{ { "REQUEST_METHOD=POST", "CONTENT_LENGTH=",
		    "CONTENT_LENGTH=3", "CONTENT_TYPE="
		    "application/x-www-form-urlencoded" }, 400 },
		{ { "REQUEST_METHOD=POST", "CONTENT_LENGTH=3",
		    "CONTENT_TYPE=application/x-www-form-urlencoded",
		    "CONTENT_TYPE=application/x-www-form-urlencoded" }, 415 },
		{ { "REQUEST_METHOD=POST", "CONTENT_LENGTH=3",
		    "CONTENT_TYPE=application/x-www-form-urlencoded" }, 200 },
	};
	size_t i;

	start(NULL);
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_expect_eq(ask(site, rows[i].vars, "a=b", 3)->status,
		    rows[i].want, "row %zu", i);
	cr_assert_eq(ran, 1);
}

/* ---- what a page may ask ------------------------------------------------- */

static struct sess_req
request_of(char *const *vars)
{
	static struct sess_wire wire;
	static struct pool pool = POOL_INIT(4096);
	static const struct log log;
	struct sess_req req;

	wire.vars = vars;
	request_init(&req, &wire, &pool, &log);
	return req;
}

static char var_a[] = "HTTP_ACCEPT_LANGUAGE=de",
    var_b[] = "CONTENT_TYPE=text/x", var_c[] = "HTTP_PROXY=http://evil",
    var_d[] = "PATH_INFO=/x/..", var_e[] = "HTTP_X=1", var_f[] = "HTTP_X=2",
    var_g[] = "EMPTY=", var_h[] = "no equals sign",
    var_i[] = "SCRIPT_NAME=/cgi-bin/x", var_j[] = "=odd";
static char *const asked[] = { var_a, var_b, var_c, var_d, var_e, var_f,
	var_g, var_h, var_i, var_j, NULL };

/* nginx passes these two always. */
Test(request, an_empty_length_or_type_is_none)
{
	static char type[] = "CONTENT_TYPE=", length[] = "CONTENT_LENGTH=",
	    other[] = "HTTP_X=";
	static char *const vars[] = { type, length, other, NULL };
	struct sess_req req = request_of(vars);

	cr_assert_null(sess_req_header(&req, "Content-Type"));
	cr_assert_null(sess_req_header(&req, "Content-Length"));
	cr_assert_str_eq(sess_req_header(&req, "X"), "");
}

Test(request, header_fields_are_found_by_their_http_name)
{
	static const struct { const char *name, *value; } names[] = {
		{ "Accept-Language", "de" }, { "accept-language", "de" },
		{ "ACCEPT-LANGUAGE", "de" }, { "ACCEPT_LANGUAGE", "de" },
		{ "Content-Type", "text/x" }, { "content-type", "text/x" },
		{ "X", NULL }, { "Accept", NULL }, { "Content-Length", NULL },
		{ "Proxy", NULL }, { "PROXY", NULL }, { "", NULL },
		{ "Accept-Language=de", NULL }, { "A B", NULL },
		{ "X=", NULL }, { "\xC3\xBC", NULL },
	};
	struct sess_req req = request_of(asked);
	char long_name[300];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = sess_req_header(&req, names[i].name);

		if (names[i].value == NULL)
			cr_assert_null(value, "<%s>", names[i].name);
		else
			cr_assert_str_eq(value, names[i].value, "<%s>",
			    names[i].name);
	}
	memset(long_name, 'x', sizeof long_name);
	for (i = 100; i < sizeof long_name; i++) {
		long_name[i] = '\0';
		cr_assert_null(sess_req_header(&req, long_name), "%zu", i);
		long_name[i] = 'x';
	}
	request_release(&req);
}

Test(request, variables_are_found_by_their_whole_name)
{
	struct sess_req req = request_of(asked);

	cr_assert_null(sess_req_var(&req, "HTTP_X"), "r73: it came twice");
	cr_assert_str_eq(sess_req_var(&req, "EMPTY"), "");
	cr_assert_null(sess_req_var(&req, "EMPT"));
	cr_assert_null(sess_req_var(&req, "EMPTY="));
	cr_assert_null(sess_req_var(&req, "no"));
	cr_assert_null(sess_req_var(&req, "no equals sign"));
	cr_assert_null(sess_req_var(&req, "HTTP_PROXY"), "httpoxy");
	cr_assert_str_eq(sess_req_path(&req), "/cgi-bin/x");
	cr_assert_str_eq(sess_req_path_info(&req), "/x/..");
	cr_assert_str_eq(sess_req_method(&req), "", "not read yet");
	request_release(&req);
}

Test(request, what_is_not_there_is_empty_or_null)
{
	static char *const none[] = { NULL };
	struct sess_req req = request_of(none);
	size_t n = 1;

	cr_assert_str_eq(sess_req_path(&req), "");
	cr_assert_str_eq(sess_req_path_info(&req), "");
	cr_assert_null(sess_req_host(&req));
	cr_assert_null(sess_req_address(&req));
	cr_assert_not(sess_req_https(&req));
	cr_assert_null(sess_req_query(&req, "a"));
	cr_assert_null(sess_req_field(&req, "a"));
	cr_assert_null(sess_req_cookie(&req, "a"));
	sess_req_pairs(&req, SESS_QUERY, &n);
	cr_assert_eq(n, 0);
	cr_assert_eq(sess_req_count(&req, SESS_COOKIE, "a"), 0);
	request_release(&req);
}

Test(request, r40_safe_methods_are_those_of_http)
{
	static const struct { const char *method; bool safe; } safe[] = {
		{ "GET", true }, { "HEAD", true }, { "OPTIONS", true },
		{ "TRACE", true }, { "POST", false }, { "PUT", false },
		{ "get", false }, { "", false }, { "GETHEAD", false },
		{ "DELETE", false }, { "QUERY", false },
	};
	static char *const none[] = { NULL };
	struct sess_req req = request_of(none);
	size_t i;

	for (i = 0; i < sizeof safe / sizeof *safe; i++) {
		req.method = safe[i].method;
		cr_assert_eq(request_safe(&req), safe[i].safe, "<%s>",
		    safe[i].method);
	}
	request_release(&req);
}

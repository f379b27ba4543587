/* test_response.c - an answer: what goes into it, and what never does. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static struct site *site;

/* What the page is to do; each test is a process of its own. */
static void (*deed)(struct sess_res *);
static enum sess_err err;
static int status;
static int ran;

static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	ran++;
	status = 200;
	sess_res_puts(res, "body");
	deed(res);
	err = sess_res_error(res);
	return status;
}

static const struct sess_app app = { .handle = handle, .no_session = true };

static void
setup(void)
{
	site = site_new(&app, NULL);
}

static void
teardown(void)
{
	site_free(site);
}

TestSuite(response, .init = setup, .fini = teardown);

static struct answer *
answer_by(const char *method, const char *script)
{
	char verb[32], name[256];
	const char *vars[] = { verb, name, NULL };

	snprintf(verb, sizeof verb, "REQUEST_METHOD=%s", method);
	snprintf(name, sizeof name, "SCRIPT_NAME=%s", script);
	return ask(site, vars, NULL, 0);
}

static struct answer *
answer(void)
{
	return answer_by("GET", "/cgi-bin/page");
}

/* Is this whole line one of the header's? */
static bool
has_line(const struct answer *a, const char *line)
{
	const char *at = a->head;
	size_t n = strlen(line);

	for (; at != NULL && *at != '\0'; at = strstr(at, "\r\n"),
	    at = at != NULL ? at + 2 : NULL)
		if (strncmp(at, line, n) == 0 && strncmp(at + n, "\r\n", 2) ==
		    0)
			return true;
	return false;
}

/* ---- what every answer has ----------------------------------------------- */

static void
do_nothing(struct sess_res *res)
{
	(void)res;
}

Test(response, r23_defaults_of_every_answer)
{
	struct answer *a;

	deed = do_nothing;
	a = answer();
	cr_assert_str_eq(a->head, "Status: 200 OK\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Referrer-Policy: same-origin\r\n"
	    "Content-Security-Policy: frame-ancestors 'none'\r\n"
	    "Content-Length: 4\r\n");
	cr_assert_str_eq(a->body, "body");
}

static void
do_hsts(struct sess_res *res)
{
	sess_res_header(res, "strict-transport-security", "max-age=0");
}

static void
do_no_hsts(struct sess_res *res)
{
	sess_res_header(res, "Strict-Transport-Security", NULL);
}

/* "max-age=..." of an answer over https, or NULL. */
static const char *
hsts(const char *settings, void (*what)(struct sess_res *))
{
	static char value[80];
	struct visitor v;
	const char *field;

	site_free(site);
	site = site_new(&app, settings);
	v = (struct visitor){ .site = site };
	deed = what;
	field = field_of(get(&v, NULL), "Strict-Transport-Security");
	if (field == NULL)
		field = field_of(get(&v, NULL), "strict-transport-security");
	if (field == NULL)
		return NULL;
	snprintf(value, sizeof value, "%.*s", (int)strcspn(field, "\r"),
	    field);
	return value;
}

Test(response, r23_hsts_over_https)
{
	cr_assert_str_eq(hsts(NULL, do_nothing), "max-age=31536000");
	cr_assert_str_eq(hsts("hsts=730d", do_nothing), "max-age=63072000");
	cr_assert_null(hsts("hsts=never", do_nothing));
	cr_assert_null(hsts("insecure_dev=yes", do_nothing));
	cr_assert_str_eq(hsts(NULL, do_hsts), "max-age=0");
	cr_assert_null(hsts(NULL, do_no_hsts));
	deed = do_nothing;
	cr_assert_null(field_of(answer(), "Strict-Transport-Security"),
	    "over http");
}

Test(response, r23_hsts_of_a_refused_request)
{
	struct visitor v = { .site = site, .extra = { "HTTP_COOKIE=a=1" } };

	site_free(site);
	v.site = site = site_new(&app, "max_query_bytes=1");
	deed = do_nothing;
	cr_assert_eq(get(&v, "aa")->status, 414);
	cr_assert_not_null(field_of(get(&v, "aa"),
	    "Strict-Transport-Security"));
}

static int wanted;

static void
do_status(struct sess_res *res)
{
	(void)res;
	status = wanted;
}

Test(response, a_status_that_is_none_is_500)
{
	static const struct { int wanted, status; const char *text;
	    bool body; } rows[] = {
		{ 200, 200, "OK", true }, { 404, 404, "Not Found", true },
		{ 599, 599, "Status", true }, { 299, 299, "Status", true },
		{ 204, 204, "No Content", false },
		{ 304, 304, "Not Modified", false },
		{ 199, 500, "Internal Server Error", true },
		{ 0, 500, "Internal Server Error", true },
		{ -1, 500, "Internal Server Error", true },
		{ 600, 500, "Internal Server Error", true },
		{ 1000, 500, "Internal Server Error", true },
	};
	char line[64];
	size_t i;

	deed = do_status;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct answer *a;

		wanted = rows[i].wanted;
		a = answer();
		snprintf(line, sizeof line, "Status: %d %s", rows[i].status,
		    rows[i].text);
		cr_assert(has_line(a, line), "status %d: %s", wanted, a->head);
		cr_assert_eq(field_of(a, "Content-Length") != NULL,
		    rows[i].body, "status %d", wanted);
		cr_assert_eq(a->body_len > 0, rows[i].body, "status %d",
		    wanted);
	}
}

Test(response, head_gets_the_head_alone)
{
	struct answer *a;

	deed = do_nothing;
	a = answer_by("HEAD", "/x");
	cr_assert(has_line(a, "Content-Length: 4"));
	cr_assert_eq(a->body_len, 0);
}

static void
do_headers(struct sess_res *res)
{
	sess_res_header(res, "content-type", "text/plain");
	sess_res_header(res, "Cache-Control", NULL);
	sess_res_header(res, "X-A", "1");
	sess_res_header(res, "x-a", "2");
	sess_res_header(res, "X-B", "");
	sess_res_header(res, "X-C", "1");
	sess_res_header(res, "X-C", NULL);
	sess_res_header(res, "X-D", NULL);
}

Test(response, a_field_takes_the_place_of_an_earlier_one)
{
	struct answer *a;

	deed = do_headers;
	a = answer();
	cr_assert_eq(a->status, 200);
	cr_assert_eq(count_fields(a, "Content-Type"), 1);
	cr_assert_eq(count_fields(a, "X-A"), 1);
	cr_assert(has_line(a, "content-type: text/plain"));
	cr_assert(has_line(a, "x-a: 2"));
	cr_assert(has_line(a, "X-B: "));
	cr_assert_null(field_of(a, "Cache-Control"));
	cr_assert_null(field_of(a, "X-C"));
	cr_assert_null(field_of(a, "X-D"));
}

static const char *own_name;

static void
do_own(struct sess_res *res)
{
	sess_res_header(res, own_name, "Zq8");
}

Test(response, r20_the_library_s_own_fields_are_refused)
{
	static const char *const names[] = { "Status", "status", "STATUS",
		"Set-Cookie", "set-cookie", "Location", "lOCATION",
		"Content-Length", "Transfer-Encoding", "Connection" };
	size_t i;

	deed = do_own;
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		struct answer *a;

		own_name = names[i];
		a = answer();
		cr_assert_eq(err, SESS_EINVAL, "%s", names[i]);
		cr_assert_eq(a->status, 500, "%s", names[i]);
		cr_assert_null(strstr(a->head, "Zq8"), "%s", names[i]);
	}
}

/* ---- r20: 256 byte values, each argument, each place --------------------- */

#define MARK "Zq8"

static char argument[64];

static void
do_name(struct sess_res *res)
{
	sess_res_header(res, argument, "v" MARK);
}

static void
do_value(struct sess_res *res)
{
	sess_res_header(res, "X-V", argument);
}

static void
do_cookie_name(struct sess_res *res)
{
	sess_res_cookie(res, &(struct sess_cookie){ .name = argument,
	    .value = "v" MARK });
}

static void
do_cookie_value(struct sess_res *res)
{
	sess_res_cookie(res, &(struct sess_cookie){ .name = "c",
	    .value = argument });
}

static void
do_cookie_path(struct sess_res *res)
{
	sess_res_cookie(res, &(struct sess_cookie){ .name = "c",
	    .value = "v", .path = argument });
}

static void
do_redirect(struct sess_res *res)
{
	status = sess_res_redirect(res, argument);
}

static bool
is_tchar(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool
is_value(int c)
{
	return c == '\t' || (c >= ' ' && c != 0x7F);
}

static bool
is_octet(int c)
{
	return c > ' ' && c <= '~' && strchr("\",;\\", c) == NULL;
}

static bool
is_path(int c)
{
	return c >= ' ' && c <= '~' && c != ';';
}

static bool
is_target(int c)
{
	return c > ' ' && c <= '~' && c != '\\' && c != ':';
}

static bool
is_absolute(int c)
{
	return c == ':' || is_target(c);
}

/* In front of the byte, behind it; the line that it makes when allowed. */
static const struct {
	const char *what;
	void (*deed)(struct sess_res *);
	bool (*allowed)(int);
	const char *before, *after, *line_before, *line_after;
} arguments[] = {
	{ "field name", do_name, is_tchar, "a", MARK, "", ": v" MARK },
	{ "field name, first", do_name, is_tchar, "", MARK, "", ": v" MARK },
	{ "field name, last", do_name, is_tchar, MARK, "", "", ": v" MARK },
	{ "field value", do_value, is_value, "a", MARK, "X-V: ", "" },
	{ "field value, first", do_value, is_value, "", MARK, "X-V: ", "" },
	{ "field value, last", do_value, is_value, MARK, "", "X-V: ", "" },
	{ "cookie name", do_cookie_name, is_tchar, "a", MARK, "Set-Cookie: ",
	    "=v" MARK "; Path=/; Secure; HttpOnly; SameSite=Lax" },
	{ "cookie name, first", do_cookie_name, is_tchar, "", MARK,
	    "Set-Cookie: ", "=v" MARK "; Path=/; Secure; HttpOnly; "
	    "SameSite=Lax" },
	{ "cookie value", do_cookie_value, is_octet, "a", MARK,
	    "Set-Cookie: c=", "; Path=/; Secure; HttpOnly; SameSite=Lax" },
	{ "cookie value, last", do_cookie_value, is_octet, MARK, "",
	    "Set-Cookie: c=", "; Path=/; Secure; HttpOnly; SameSite=Lax" },
	{ "cookie path", do_cookie_path, is_path, "/a", MARK,
	    "Set-Cookie: c=v; Path=", "; Secure; HttpOnly; SameSite=Lax" },
	{ "cookie path, last", do_cookie_path, is_path, "/" MARK, "",
	    "Set-Cookie: c=v; Path=", "; Secure; HttpOnly; SameSite=Lax" },
	{ "redirect", do_redirect, is_target, "a", MARK,
	    "Location: /cgi-bin/", "" },
	{ "redirect, last", do_redirect, is_target, MARK, "",
	    "Location: /cgi-bin/", "" },
	{ "redirect, absolute", do_redirect, is_absolute, "/a", MARK,
	    "Location: ", "" },
};

static void
expect_byte(size_t i, int c)
{
	char line[200];
	struct answer *a;

	snprintf(argument, sizeof argument, "%s%c%s", arguments[i].before, c,
	    arguments[i].after);
	deed = arguments[i].deed;
	a = answer();
	if (arguments[i].allowed(c)) {
		snprintf(line, sizeof line, "%s%s%s",
		    arguments[i].line_before, argument,
		    arguments[i].line_after);
		cr_assert_eq(err, SESS_OK, "%s, byte %d",
		    arguments[i].what, c);
		cr_assert(has_line(a, line), "%s, byte %d: %s",
		    arguments[i].what, c, a->head);
	} else {
		cr_assert_eq(err, SESS_EINVAL, "%s, byte %d",
		    arguments[i].what, c);
		cr_assert_eq(a->status, 500, "%s, byte %d",
		    arguments[i].what, c);
		cr_assert(strstr(a->head, MARK) == NULL &&
		    strstr(a->body, MARK) == NULL, "%s, byte %d: %s",
		    arguments[i].what, c, a->head);
	}
}

Test(response, r20_each_byte_in_each_argument)
{
	size_t i;
	int c;

	for (i = 0; i < sizeof arguments / sizeof *arguments; i++)
		for (c = 1; c < 256; c++)
			expect_byte(i, c);
}

/* A NUL ends the text, and nothing of what is behind it gets out. */
Test(response, r20_nothing_behind_a_nul_is_written)
{
	size_t i;

	for (i = 0; i < sizeof arguments / sizeof *arguments; i++) {
		struct answer *a;

		snprintf(argument, sizeof argument, "/x%cWv7\r\nX: y", 0);
		deed = arguments[i].deed;
		a = answer();
		cr_assert_null(strstr(a->head, "Wv7"), "%s",
		    arguments[i].what);
	}
}

Test(response, r20_a_refused_part_takes_the_whole_answer_with_it)
{
	static const char *const splits[] = { "a\r\nSet-Cookie: x=y",
		"a\nX: y", "a\rX: y", "a\r\n\r\n<script>", "a\r\n X: y", "\n",
		"\r\n", "a\x0B", "a\x1B[31m", "a\x7F" };
	size_t i, j;

	for (i = 0; i < sizeof splits / sizeof *splits; i++)
		for (j = 0; j < sizeof arguments / sizeof *arguments; j++) {
			struct answer *a;

			snprintf(argument, sizeof argument, "%s", splits[i]);
			deed = arguments[j].deed;
			a = answer();
			cr_assert_eq(a->status, 500, "%s: row %zu",
			    arguments[j].what, i);
			cr_assert_eq(count_fields(a, "X"), 0);
			cr_assert_eq(count_fields(a, "Set-Cookie"), 0);
			cr_assert_null(strstr(a->body, "script"));
			cr_assert_null(strstr(a->body, "body"),
			    "nor what was written before");
		}
}

/* SCRIPT_NAME is not ours to trust. */
Test(response, r20_the_program_s_own_path_is_checked_as_well)
{
	static const char *const names[] = { "//evil.example/x",
		"/a\r\nX: y/p", "/a b/p", "/\\evil.example/x", "\\\\evil/x",
		"javascript:x/p", "https://evil.example/p", "/\t/evil/p" };
	size_t i;

	deed = do_redirect;
	snprintf(argument, sizeof argument, "next");
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		struct answer *a = answer_by("GET", names[i]);
		const char *where = field_of(a, "Location");

		cr_assert(where == NULL || (where[0] == '/' && where[1] !=
		    '/'), "<%s>: %s", names[i], where);
		cr_assert_null(field_of(a, "X"), "<%s>", names[i]);
	}
}

/* ---- cookies ------------------------------------------------------------- */

static void
do_cookies(struct sess_res *res)
{
	sess_res_cookie(res, &(struct sess_cookie){ .name = "a",
	    .value = "1" });
	sess_res_cookie(res, &(struct sess_cookie){ .name = "A",
	    .value = "2" });
	sess_res_cookie(res, &(struct sess_cookie){ .name = "a",
	    .value = "3" });
}

Test(response, r15_one_set_cookie_a_name)
{
	struct answer *a;

	deed = do_cookies;
	a = answer();
	cr_assert_eq(count_fields(a, "Set-Cookie"), 2);
	cr_assert(has_line(a, "Set-Cookie: a=3; Path=/; Secure; HttpOnly; "
	    "SameSite=Lax"));
	cr_assert(has_line(a, "Set-Cookie: A=2; Path=/; Secure; HttpOnly; "
	    "SameSite=Lax"));
}

static int many;
static bool of_cookies;

static void
do_many(struct sess_res *res)
{
	char name[16];
	int i;

	for (i = 0; i < many; i++) {
		snprintf(name, sizeof name, "n%d", i);
		if (of_cookies)
			sess_res_cookie(res, &(struct sess_cookie){
			    .name = name, .value = "" });
		else
			sess_res_header(res, name, "v");
	}
}

Test(response, too_many_fields_are_an_error)
{
	deed = do_many;
	for (many = 0; many < 50; many++) {
		int fits = many <= 27;

		of_cookies = false;
		cr_assert_eq(answer()->status, fits ? 200 : 500, "%d", many);
		cr_assert_eq(err, fits ? SESS_OK : SESS_ELIMIT, "%d", many);
		of_cookies = true;
		cr_assert_eq(answer()->status, many <= 32 ? 200 : 500, "%d",
		    many);
		cr_assert_eq(err, many <= 32 ? SESS_OK : SESS_ELIMIT, "%d",
		    many);
	}
}

static void
do_long_header(struct sess_res *res)
{
	static char value[10000];

	memset(value, 'v', (size_t)many);
	value[many] = '\0';
	sess_res_header(res, "X-Long", value);
}

/* nginx answers 502 above 4 KB: better an error of our own, which is told. */
Test(response, a_head_over_4_KB_is_never_sent)
{
	deed = do_long_header;
	for (many = 0; many < 9000; many += 97) {
		struct answer *a = answer();

		cr_assert_lt(strlen(a->head), 4096);
		cr_assert_eq(a->status == 200, field_of(a, "X-Long") != NULL);
		cr_assert(many > 2000 || a->status == 200, "%d", many);
		cr_assert(many < 4000 || a->status == 500, "%d", many);
	}
}

/* ---- the body ------------------------------------------------------------ */

static void
do_body(struct sess_res *res)
{
	sess_res_html(res, "<&\">");
	sess_res_url(res, "a b/\xC3\xBC");
	sess_res_json(res, "\"\0<", 3);
	sess_res_write(res, "\0\xFF", 2);
	sess_res_printf(res, "%d%s%%", 7, "x");
}

Test(response, r42_the_body_is_escaped_as_it_is_asked_for)
{
	static const char expected[] = "body&lt;&amp;&quot;&gt;"
	    "a%20b%2F%C3%BC\"\\\"\\u0000\\u003c\"\0\xFF" "7x%";
	struct answer *a;

	deed = do_body;
	a = answer();
	cr_assert_eq(a->body_len, sizeof expected - 1);
	cr_assert_eq(memcmp(a->body, expected, sizeof expected), 0);
}

/* ---- redirects ----------------------------------------------------------- */

static const struct { const char *where; bool same; const char *why; }
targets[] = {
	/* honest */
	{ "", true, "the folder" },
	{ "/", true, "the root" },
	{ "/a", true, "a path" },
	{ "/a/b.html", true, "a path" },
	{ "/a/b?c=d&e=f#g", true, "with query and fragment" },
	{ "/?x", true, "a query" },
	{ "/#x", true, "a fragment" },
	{ "a", true, "relative" },
	{ "a/b", true, "relative" },
	{ "./a", true, "relative" },
	{ "../a", true, "relative" },
	{ ".", true, "relative" },
	{ "..", true, "relative" },
	{ "?a=b", true, "a query" },
	{ "#a", true, "a fragment" },
	{ "a?u=http://evil.example/", true, "a : behind a ?" },
	{ "/a?u=//evil.example", true, "slashes in a query" },
	{ "a/b:c", true, "a : behind a /" },
	{ "/a:b", true, "a : behind a /" },
	{ "#a:b", true, "a : behind a #" },
	{ "/a//b", true, "slashes further on" },
	{ "a//evil.example", true, "slashes further on" },
	{ "/@evil.example", true, "no user without a host" },
	{ "@evil.example", true, "no user without a host" },
	{ "evil.example", true, "a name is a path" },
	{ "www.evil.example/", true, "a name is a path" },
	{ "/%2F/evil.example", true, "an escape is no slash" },
	{ "/%5Cevil.example", true, "an escape is no backslash" },
	{ "%2F%2Fevil.example", true, "an escape is no slash" },
	{ "%68ttp://evil.example", false, "but this one has a :" },
	{ "/..//evil.example", true, "the path alone" },
	{ "/.//evil.example", true, "the path alone" },
	{ ".//evil.example", true, "the path alone" },
	{ "..//evil.example", true, "the path alone" },
	{ "/;//evil.example", true, "the path alone" },
	{ "/%09/evil.example", true, "an escape is no tab" },
	{ "/%0d%0aX:%20y", true, "an escape is no line end" },

	/* another host */
	{ "//evil.example", false, "another host" },
	{ "//evil.example/a", false, "another host" },
	{ "//", false, "no host" },
	{ "///evil.example", false, "browsers drop slashes" },
	{ "////evil.example", false, "browsers drop slashes" },
	{ "//evil.example@example.org", false, "a user" },
	{ "//example.org@evil.example", false, "a user" },
	{ "//evil%E3%80%82example", false, "a dot of another kind" },
	{ "//[::1]/", false, "an address" },
	{ "//0x7f.1", false, "an address" },
	{ "//example.org", false, "even our own" },
	/* backslashes are slashes to browsers */
	{ "/\\evil.example", false, "a backslash" },
	{ "\\/evil.example", false, "a backslash" },
	{ "\\\\evil.example", false, "two" },
	{ "\\evil.example", false, "one" },
	{ "/\\/evil.example", false, "mixed" },
	{ "a\\b", false, "anywhere" },
	{ "/a?b\\c", false, "anywhere" },
	/* browsers take tabs and line ends out */
	{ "/\t/evil.example", false, "a tab" },
	{ "/\n/evil.example", false, "a line end" },
	{ "/\r/evil.example", false, "a line end" },
	{ "/\r\n/evil.example", false, "a line end" },
	{ "\t//evil.example", false, "a tab" },
	{ "ht\ntps://evil.example", false, "a line end" },
	{ "java\tscript:alert(1)", false, "a tab" },
	{ "/\t\\evil.example", false, "both" },
	{ "/a\r\nSet-Cookie: x=y", false, "a second field" },
	{ "/a\n", false, "a line end" },
	/* and blanks and controls at both ends */
	{ " //evil.example", false, "a blank" },
	{ " https://evil.example", false, "a blank" },
	{ "\x01https://evil.example", false, "a control" },
	{ "\x1F//evil.example", false, "a control" },
	{ "/ /evil.example", false, "a blank" },
	{ "/a b", false, "a blank" },
	{ "/a\x7F", false, "a control" },
	{ "\x0B//evil.example", false, "a control" },
	{ "\x0C//evil.example", false, "a control" },
	{ "\xC2\xA0//evil.example", false, "a blank of another kind" },
	{ "\xE3\x80\x80//evil.example", false, "a blank of another kind" },
	{ "\xEF\xBB\xBF//evil.example", false, "a byte order mark" },
	/* schemes */
	{ "https://evil.example", false, "a scheme" },
	{ "http://evil.example", false, "a scheme" },
	{ "HTTPS://evil.example", false, "a scheme" },
	{ "https:evil.example", false, "no slashes are needed" },
	{ "https:/evil.example", false, "one is enough" },
	{ "https:\\\\evil.example", false, "backslashes" },
	{ "https:///evil.example", false, "three" },
	{ "https://example.org/", false, "even our own" },
	{ "javascript:alert(1)", false, "a script" },
	{ "JavaScript:alert(1)", false, "a script" },
	{ "javascript://%0aalert(1)", false, "a script" },
	{ "data:text/html,x", false, "a page" },
	{ "vbscript:x", false, "a script" },
	{ "mailto:a@example.org", false, "a scheme" },
	{ "file:///etc/passwd", false, "a file" },
	{ "blob:https://example.org/x", false, "a blob" },
	{ "x:", false, "a scheme" },
	{ "a.b+c-d:e", false, "a scheme" },
	{ ":", false, "none, but nothing honest either" },
	{ "1:a", false, "none, but nothing honest either" },
	{ "a%3A:b", false, "none, but nothing honest either" },
	{ "localhost:3000/x", false, "a scheme by its look" },
	/* what a header field cannot hold */
	{ "/gr\xC3\xBC\xC3\x9F", false, "not ASCII" },
	{ "/\xFF", false, "not ASCII" },
	{ "/\xE2\x80\xAE", false, "not ASCII" },
	{ "\xEF\xBC\x8F\xEF\xBC\x8F" "evil.example", false, "wide slashes" },
	{ "/\xEF\xBC\x8F" "evil.example", false, "a wide slash" },
};

Test(response, r41_targets_hostile_and_honest)
{
	size_t i;

	for (i = 0; i < sizeof targets / sizeof *targets; i++)
		cr_assert_eq(sess_same_site_path(targets[i].where),
		    targets[i].same, "row %zu: <%s>: %s", i,
		    targets[i].where, targets[i].why);
}

Test(response, r41_a_redirect_goes_there_or_is_an_error)
{
	char line[200];
	size_t i;

	deed = do_redirect;
	for (i = 0; i < sizeof targets / sizeof *targets; i++) {
		const char *where = targets[i].where;
		struct answer *a;

		snprintf(argument, sizeof argument, "%s", where);
		snprintf(line, sizeof line, "Location: %s%s",
		    *where == '/' ? "" : "/cgi-bin/", where);
		a = answer();
		if (targets[i].same) {
			cr_assert_eq(a->status, 303, "row %zu: <%s>", i,
			    where);
			cr_assert(has_line(a, line), "row %zu: <%s>: %s", i,
			    where, a->head);
		} else {
			cr_assert_eq(a->status, 500, "row %zu: <%s>", i,
			    where);
			cr_assert_null(field_of(a, "Location"),
			    "row %zu: <%s>", i, where);
			cr_assert_null(strstr(a->body, "evil"));
		}
	}
}

/*
 * Where a browser goes from https://example.org/, as far as it matters: the
 * start of the basic URL parser of the URL standard (4.4).
 */
static bool
browser_stays(const char *where)
{
	char url[64];
	size_t n = 0, i;

	while ((unsigned char)*where <= ' ' && *where != '\0')
		where++;                /* controls and blanks in front */
	for (; *where != '\0'; where++)
		if (strchr("\t\r\n", *where) == NULL)
			url[n++] = *where == '\\' ? '/' : *where;
	url[n] = '\0';
	if ((url[0] >= 'a' && url[0] <= 'z') || (url[0] >= 'A' && url[0] <=
	    'Z')) {
		i = strspn(url, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
		if (url[i] == ':')
			return false;
	}
	return strncmp(url, "//", 2) != 0;
}

/* All texts of up to six of the characters that matter. */
Test(response, r41_whatever_is_let_through_stays)
{
	static const char letters[] = "/\\:?#a. \t@";
	const size_t k = sizeof letters - 1;
	char where[8];
	size_t i, rest, n, let = 0;

	for (i = 1; i < 11 * 11 * 11 * 11 * 11 * 11; i++) {
		for (n = 0, rest = i; rest > 0; rest /= k + 1)
			if (rest % (k + 1) > 0)
				where[n++] = letters[rest % (k + 1) - 1];
		where[n] = '\0';
		if (!sess_same_site_path(where))
			continue;
		let++;
		if (!browser_stays(where))
			cr_assert_fail("<%s>", where);
	}
	cr_assert_gt(let, 10000, "honest ones are let through");
}

static void
do_twice(struct sess_res *res)
{
	sess_res_redirect(res, "/first");
	status = sess_res_redirect(res, "/second");
}

Test(response, r41_the_last_of_two_redirects_counts)
{
	struct answer *a;

	deed = do_twice;
	a = answer();
	cr_assert(has_line(a, "Location: /second"));
	cr_assert_eq(count_fields(a, "Location"), 1);
}

static void
do_bad_then_good(struct sess_res *res)
{
	sess_res_redirect(res, "//evil.example");
	status = sess_res_redirect(res, "/good");
}

Test(response, r41_a_refused_redirect_is_not_made_good)
{
	struct answer *a;

	deed = do_bad_then_good;
	a = answer();
	cr_assert_eq(a->status, 500);
	cr_assert_null(field_of(a, "Location"));
}

Test(response, a_relative_redirect_is_in_the_program_s_folder)
{
	static const struct { const char *script, *where, *location; } rows[] =
	{
		{ "/cgi-bin/page", "next", "Location: /cgi-bin/next" },
		{ "/page", "next", "Location: /next" },
		{ "", "next", "Location: /next" },
		{ "/a/b/c/page", "../x", "Location: /a/b/c/../x" },
		{ "/cgi-bin/page", "", "Location: /cgi-bin/" },
		{ "/~user/page", "?a", "Location: /~user/?a" },
		{ "/cgi-bin/page", "/next", "Location: /next" },
	};
	size_t i;

	deed = do_redirect;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(argument, sizeof argument, "%s", rows[i].where);
		cr_assert(has_line(answer_by("GET", rows[i].script),
		    rows[i].location), "row %zu", i);
	}
}

/* ---- refused ------------------------------------------------------------- */

static void
do_all_and_fail(struct sess_res *res)
{
	do_cookies(res);
	sess_res_header(res, "X-A", "1");
	sess_res_redirect(res, "/x");
	sess_res_header(res, "bad name", "1");
}

Test(response, r45_of_an_answer_that_failed_nothing_is_left)
{
	struct answer *a;

	deed = do_all_and_fail;
	a = answer();
	cr_assert_eq(a->status, 500);
	cr_assert_null(field_of(a, "X-A"));
	cr_assert_null(field_of(a, "Location"));
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_null(strstr(a->body, "body"));
	cr_assert_not_null(field_of(a, "X-Content-Type-Options"));
	cr_assert_not_null(strstr(a->body, "500"));
}

/* test_parts.c - requests and answers, cut into parts with explanations. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "apps.h"
#include "guard.h"
#include "lesson/parts.h"
#include "lesson/texts.h"
#include "memory.h"

#define ID "AbCdEfGhIjKlMnOpQrStUvWxYz012345"

static struct site *site;
static struct visitor v;

static void
teardown(void)
{
	if (site != NULL)
		site_free(site);
	site = NULL;
}

TestSuite(parts, .fini = teardown, .timeout = 60);

static struct http_part list[PARTS_MAX];
static size_t count;
static char shown[1 << 16];

typedef size_t cutter(const char *, struct http_part *, size_t);

/* "depth key [text]", a line for each part. */
static const char *
show(void)
{
	size_t i, n = 0;

	for (i = 0, *shown = '\0'; i < count; i++)
		n += (size_t)snprintf(shown + n, sizeof shown - n,
		    "%d %s [%.*s]\n", list[i].depth, list[i].key,
		    (int)list[i].len, list[i].text);
	return shown;
}

/* Between two parts stand separators, and no byte is in two. */
static void
expect_complete(const char *text)
{
	const char *at = text, *end;
	size_t i;

	for (i = 0; i <= count; i++) {
		end = i < count ? list[i].text : text + strlen(text);
		cr_assert(at <= end, "part %zu begins too early: %s", i, text);
		for (; at < end; at++)
			cr_expect_not_null(strchr(" \t\r\n:;,=&?", *at),
			    "'%c' is in no part: %s", *at, text);
		if (i < count)
			at += list[i].len;
	}
	cr_expect(at == text + strlen(text), "a part goes too far: %s", text);
}

/* What is shown of a part is explained; what shows nothing has a label. */
static void
expect_explained(void)
{
	char key[80];
	size_t i;

	for (i = 0; i < count; i++) {
		cr_expect(lesson_has(list[i].key), "no text of %s",
		    list[i].key);
		snprintf(key, sizeof key, "%s.std", list[i].key);
		cr_expect(lesson_has(key), "no %s", key);
		snprintf(key, sizeof key, "%s.label", list[i].key);
		cr_expect(lesson_has(key) || (list[i].len > 0 &&
		    strcmp(list[i].key, "empty-line") != 0), "no %s", key);
	}
}

/* Cut it where memory ends; the parts are those of the text itself. */
static void
check(cutter *cut, const char *text)
{
	char *in = guard_text(text);
	size_t i;

	count = cut(in, list, PARTS_MAX);
	for (i = 0; i < count; i++)
		list[i].text = text + (list[i].text - in);
	unguard_text(in, strlen(text));
	expect_complete(text);
	expect_explained();
}

static void
expect(cutter *cut, const char *text, const char *expected)
{
	check(cut, text);
	cr_expect_str_eq(show(), expected, "%s\nis\n%s\nand not\n%s", text,
	    shown, expected);
}

/* ---- requests ---------------------------------------------------------- */

Test(parts, the_request_line_is_cut_into_its_words_and_parameters)
{
	expect(parts_request, "GET /cgi-bin/shop?page=2&sid=" ID "&x HTTP/1.1",
	    "0 method.get [GET]\n"
	    "1 request.path [/cgi-bin/shop]\n"
	    "1 query.name [page]\n"
	    "2 query.value [2]\n"
	    "1 query.sid [sid]\n"
	    "2 query.value [" ID "]\n"
	    "1 query.name [x]\n"
	    "1 http-version [HTTP/1.1]\n");
	expect(parts_request, "HEAD / HTTP/1.0\r\n",
	    "0 method.head [HEAD]\n1 request.path [/]\n"
	    "1 http-version [HTTP/1.0]\n");
	expect(parts_request, "DELETE", "0 method.other [DELETE]\n");
	expect(parts_request, "", "");
	expect(parts_request, "\r\n\r\n", "0 empty-line [\r\n]\n");
}

Test(parts, a_field_is_one_part_unless_its_words_have_meanings)
{
	expect(parts_request, "GET / HTTP/1.1\r\n"
	    "Host: example.org:8080\r\n"
	    "accept-language: de, en;q=0.5\n"
	    "Sec-Fetch-Site: cross-site\r\n"
	    "Sec-Fetch-Site: \r\n"
	    "X-Unknown: 1=2; 3\r\n"
	    "no field at all\r\n"
	    "\r\n",
	    "0 method.get [GET]\n1 request.path [/]\n"
	    "1 http-version [HTTP/1.1]\n"
	    "0 field.host [Host: example.org:8080]\n"
	    "0 field.accept-language [accept-language: de, en;q=0.5]\n"
	    "0 field.sec-fetch-site [Sec-Fetch-Site]\n"
	    "1 fetch-site.cross-site [cross-site]\n"
	    "0 field.sec-fetch-site [Sec-Fetch-Site]\n"
	    "0 field.other [X-Unknown: 1=2; 3]\n"
	    "0 field.other [no field at all]\n"
	    "0 empty-line [\r\n]\n");
}

static const struct {
	const char *line, *expected;
} request_rows[] = {
	{ "Cookie: __Host-sid=" ID "; lang=de;a=b=c",
	  "0 field.cookie [Cookie]\n"
	  "1 cookie.prefix.host [__Host-]\n1 cookie.name.sid [sid]\n"
	  "2 cookie.value.sid [" ID "]\n"
	  "1 cookie.name [lang]\n2 cookie.value [de]\n"
	  "1 cookie.name [a]\n2 cookie.value [b=c]\n" },
	{ "cookie: __secure-two-remember=1; pre=; besid=2; device=3",
	  "0 field.cookie [cookie]\n"
	  "1 cookie.prefix.secure [__secure-]\n"
	  "1 cookie.name.remember [two-remember]\n"
	  "2 cookie.value.remember [1]\n"
	  "1 cookie.name.pre [pre]\n"
	  "1 cookie.name [besid]\n2 cookie.value [2]\n"
	  "1 cookie.name.device [device]\n2 cookie.value.device [3]\n" },
	{ "Cookie: __Host-pre=1",
	  "0 field.cookie [Cookie]\n1 cookie.prefix.host [__Host-]\n"
	  "1 cookie.name.pre [pre]\n2 cookie.value.pre [1]\n" },
	{ "Cookie: ;; =v; __Host-=w",
	  "0 field.cookie [Cookie]\n2 cookie.value [v]\n"
	  "1 cookie.prefix.host [__Host-]\n2 cookie.value [w]\n" },
	{ "Authorization: Bearer " ID,
	  "0 field.authorization [Authorization]\n1 auth.bearer [Bearer]\n"
	  "1 auth.credentials [" ID "]\n" },
	{ "Authorization: basic YTpi",
	  "0 field.authorization [Authorization]\n1 auth.basic [basic]\n"
	  "1 auth.credentials [YTpi]\n" },
	{ "Origin: null", "0 field.origin [Origin]\n1 origin.null [null]\n" },
	{ "Origin: https://example.org",
	  "0 field.origin [Origin]\n1 origin.value [https://example.org]\n" },
	{ "Sec-Fetch-Site: same-origin",
	  "0 field.sec-fetch-site [Sec-Fetch-Site]\n"
	  "1 fetch-site.same-origin [same-origin]\n" },
	{ "Sec-Fetch-Site: cross-site",
	  "0 field.sec-fetch-site [Sec-Fetch-Site]\n"
	  "1 fetch-site.cross-site [cross-site]\n" },
	{ "Sec-Fetch-Site: same-site",
	  "0 field.sec-fetch-site [Sec-Fetch-Site]\n"
	  "1 fetch-site.same-site [same-site]\n" },
	{ "Sec-Fetch-Site: none",
	  "0 field.sec-fetch-site [Sec-Fetch-Site]\n"
	  "1 fetch-site.none [none]\n" },
	{ "Sec-Fetch-Site: moon",
	  "0 field.sec-fetch-site [Sec-Fetch-Site]\n"
	  "1 fetch-site.other [moon]\n" },
	{ "Sec-Fetch-Mode: navigate",
	  "0 field.sec-fetch-mode [Sec-Fetch-Mode]\n"
	  "1 fetch-mode.navigate [navigate]\n" },
	{ "Sec-Fetch-Mode: cors",
	  "0 field.sec-fetch-mode [Sec-Fetch-Mode]\n"
	  "1 fetch-mode.other [cors]\n" },
	{ "Sec-Fetch-Dest: document",
	  "0 field.sec-fetch-dest [Sec-Fetch-Dest]\n"
	  "1 fetch-dest.document [document]\n" },
	{ "Sec-Fetch-Dest: empty",
	  "0 field.sec-fetch-dest [Sec-Fetch-Dest]\n"
	  "1 fetch-dest.other [empty]\n" },
	{ "Sec-Fetch-User: ?1",
	  "0 field.sec-fetch-user [Sec-Fetch-User: ?1]\n" },
	{ "Content-Type: multipart/form-data; boundary=xx",
	  "0 field.content-type [Content-Type]\n"
	  "1 media.multipart [multipart/form-data]\n"
	  "1 media.boundary [boundary=xx]\n" },
	{ "User-Agent: a (b; c)",
	  "0 field.user-agent [User-Agent: a (b; c)]\n" },
	{ "Accept: */*", "0 field.accept [Accept: */*]\n" },
	{ "Accept-Encoding: gzip",
	  "0 field.accept-encoding [Accept-Encoding: gzip]\n" },
	{ "Referer: https://example.org/",
	  "0 field.referer [Referer: https://example.org/]\n" },
	{ "Connection: keep-alive",
	  "0 field.connection [Connection: keep-alive]\n" },
	{ "Upgrade-Insecure-Requests: 1",
	  "0 field.upgrade [Upgrade-Insecure-Requests: 1]\n" },
	{ "X-CSRF-Token: abc", "0 field.x-csrf-token [X-CSRF-Token: abc]\n" },
};

#define LINE "GET / HTTP/1.1\r\n"
#define LINE_PARTS "0 method.get [GET]\n1 request.path [/]\n" \
    "1 http-version [HTTP/1.1]\n"

Test(parts, each_field_of_a_request_has_its_parts)
{
	char text[512], expected[1024];
	size_t i;

	for (i = 0; i < sizeof request_rows / sizeof *request_rows; i++) {
		snprintf(text, sizeof text, LINE "%s\r\n",
		    request_rows[i].line);
		snprintf(expected, sizeof expected, LINE_PARTS "%s",
		    request_rows[i].expected);
		expect(parts_request, text, expected);
	}
}

Test(parts, the_fields_of_a_form_are_cut_and_another_body_is_not)
{
	expect(parts_request, "POST /login HTTP/1.1\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: 40\r\n\r\n"
	    "csrf=t%3D&name=bob+x&password=p&sid=&empty",
	    "0 method.post [POST]\n1 request.path [/login]\n"
	    "1 http-version [HTTP/1.1]\n"
	    "0 field.content-type [Content-Type]\n"
	    "1 media.form [application/x-www-form-urlencoded]\n"
	    "0 field.content-length [Content-Length: 40]\n"
	    "0 empty-line [\r\n]\n"
	    "0 form.csrf [csrf]\n1 form.value [t%3D]\n"
	    "0 form.name [name]\n1 form.value [bob+x]\n"
	    "0 form.password [password]\n1 form.value [p]\n"
	    "0 form.sid [sid]\n0 form.name [empty]\n");
	expect(parts_request, LINE "\r\na=1\r\n\r\nb&c",
	    LINE_PARTS "0 empty-line [\r\n]\n"
	    "0 request.body [a=1\r\n\r\nb&c]\n");
}

/* ---- answers ----------------------------------------------------------- */

Test(parts, an_answer_begins_with_a_status_line_or_the_field_status)
{
	expect(parts_answer, "HTTP/1.1 303 See Other\r\n"
	    "Location: /cgi-bin/shop?a=1\r\nStatus: 404 Not Found\r\n\r\n",
	    "0 http-version [HTTP/1.1]\n"
	    "1 status.303 [303]\n1 status.reason [See Other]\n"
	    "0 field.location [Location: /cgi-bin/shop?a=1]\n"
	    "0 field.status [Status]\n"
	    "1 status.404 [404]\n1 status.reason [Not Found]\n"
	    "0 empty-line [\r\n]\n");
	expect(parts_answer, "Status: 418\r\n\r\n<p>a: b\n\nc",
	    "0 field.status [Status]\n1 status.other [418]\n"
	    "0 empty-line [\r\n]\n0 answer.body [<p>a: b\n\nc]\n");
}

Test(parts, each_status_has_a_text_of_its_own)
{
	static const char *const codes[] = { "200", "204", "303", "400", "401",
		"403", "404", "405", "413", "429", "500", "503" };
	char line[32], key[32];
	size_t i;

	for (i = 0; i < sizeof codes / sizeof *codes; i++) {
		snprintf(line, sizeof line, "HTTP/1.1 %s a", codes[i]);
		snprintf(key, sizeof key, "status.%s", codes[i]);
		check(parts_answer, line);
		cr_expect_str_eq(list[1].key, key);
	}
}

#define NO(what) "1 cookie.no-" what " []\n"

static const struct {
	const char *line, *expected;
} answer_rows[] = {
	{ "Set-Cookie: __Host-sid=" ID "; Path=/; Secure; HttpOnly; "
	  "SameSite=Lax",
	  "0 field.set-cookie [Set-Cookie]\n"
	  "1 cookie.prefix.host [__Host-]\n1 cookie.name.sid [sid]\n"
	  "2 cookie.value.sid.set [" ID "]\n"
	  "1 cookie.path [Path=/]\n1 cookie.secure [Secure]\n"
	  "1 cookie.httponly [HttpOnly]\n"
	  "1 cookie.samesite.lax [SameSite=Lax]\n"
	  NO("domain") NO("max-age") },
	{ "Set-Cookie: sid=; path=/a; MAX-AGE=0; expires=Thu, 01 Jan 1970 "
	  "00:00:00 GMT; secure; httponly; samesite=strict",
	  "0 field.set-cookie [Set-Cookie]\n1 cookie.name.sid [sid]\n"
	  "2 cookie.no-value []\n"
	  "1 cookie.path [path=/a]\n"
	  "1 cookie.max-age.remove.sid [MAX-AGE=0]\n"
	  "1 cookie.expires [expires=Thu, 01 Jan 1970 00:00:00 GMT]\n"
	  "1 cookie.secure [secure]\n1 cookie.httponly [httponly]\n"
	  "1 cookie.samesite.strict [samesite=strict]\n" NO("domain") },
	{ "Set-Cookie: __Host-remember=; Path=/; Max-Age=0; Secure; HttpOnly; "
	  "SameSite=Lax",
	  "0 field.set-cookie [Set-Cookie]\n"
	  "1 cookie.prefix.host [__Host-]\n1 cookie.name.remember [remember]\n"
	  "2 cookie.no-value []\n1 cookie.path [Path=/]\n"
	  "1 cookie.max-age.remove.remember [Max-Age=0]\n"
	  "1 cookie.secure [Secure]\n1 cookie.httponly [HttpOnly]\n"
	  "1 cookie.samesite.lax [SameSite=Lax]\n" NO("domain") },
	{ "Set-Cookie: note=; Path=/; Max-Age=0; Secure; HttpOnly; "
	  "SameSite=Lax",
	  "0 field.set-cookie [Set-Cookie]\n1 cookie.name [note]\n"
	  "2 cookie.no-value []\n1 cookie.path [Path=/]\n"
	  "1 cookie.max-age.remove [Max-Age=0]\n"
	  "1 cookie.secure [Secure]\n1 cookie.httponly [HttpOnly]\n"
	  "1 cookie.samesite.lax [SameSite=Lax]\n" NO("domain") },
	{ "Set-Cookie: a=b",
	  "0 field.set-cookie [Set-Cookie]\n"
	  "1 cookie.name [a]\n2 cookie.value.set [b]\n"
	  NO("path") NO("domain") NO("max-age") NO("secure") NO("httponly")
	  NO("samesite") },
	{ "Set-Cookie: a=b; Domain=example.org; Max-Age=05; SameSite=None; "
	  "Partitioned; Priority=High; ; SameSite=; Expires",
	  "0 field.set-cookie [Set-Cookie]\n"
	  "1 cookie.name [a]\n2 cookie.value.set [b]\n"
	  "1 cookie.domain [Domain=example.org]\n"
	  "1 cookie.max-age [Max-Age=05]\n"
	  "1 cookie.samesite.none [SameSite=None]\n"
	  "1 cookie.partitioned [Partitioned]\n"
	  "1 cookie.attribute.other [Priority=High]\n"
	  "1 cookie.attribute.other [SameSite=]\n1 cookie.expires [Expires]\n"
	  NO("path") NO("secure") NO("httponly") },
	{ "Set-Cookie: a=Secure; Expires=0",
	  "0 field.set-cookie [Set-Cookie]\n"
	  "1 cookie.name [a]\n2 cookie.value.set [Secure]\n"
	  "1 cookie.expires [Expires=0]\n"
	  NO("path") NO("domain") NO("secure") NO("httponly") NO("samesite") },
	{ "Content-Type: text/html; charset=utf-8",
	  "0 field.content-type [Content-Type]\n1 media.html [text/html]\n"
	  "1 media.charset [charset=utf-8]\n" },
	{ "Content-Type: text/plain",
	  "0 field.content-type [Content-Type]\n1 media.plain [text/plain]\n" },
	{ "Content-Type: application/json",
	  "0 field.content-type [Content-Type]\n"
	  "1 media.json [application/json]\n" },
	{ "Content-Type: text/htm",
	  "0 field.content-type [Content-Type]\n1 media.other [text/htm]\n" },
	{ "Cache-Control: no-store, private",
	  "0 field.cache-control [Cache-Control]\n"
	  "1 cache.no-store [no-store]\n1 cache.other [private]\n" },
	{ "Content-Security-Policy: default-src 'self'; frame-ancestors "
	  "'none'; form-action 'self'; base-uri 'none'; sandbox; img-src a",
	  "0 field.csp [Content-Security-Policy]\n"
	  "1 csp.default-src [default-src 'self']\n"
	  "1 csp.frame-ancestors [frame-ancestors 'none']\n"
	  "1 csp.form-action [form-action 'self']\n"
	  "1 csp.base-uri [base-uri 'none']\n1 csp.sandbox [sandbox]\n"
	  "1 csp.other [img-src a]\n" },
	{ "Content-Security-Policy: frame-ancestors 'none'",
	  "0 field.csp.frames [Content-Security-Policy]\n"
	  "1 csp.frame-ancestors [frame-ancestors 'none']\n" },
	{ "content-security-policy: ; frame-ancestors 'self' ;",
	  "0 field.csp.frames [content-security-policy]\n"
	  "1 csp.frame-ancestors [frame-ancestors 'self']\n" },
	{ "Content-Security-Policy: ;",
	  "0 field.csp [Content-Security-Policy]\n" },
	{ "Referrer-Policy: no-referrer, same-origin,origin",
	  "0 field.referrer-policy [Referrer-Policy]\n"
	  "1 referrer.no-referrer [no-referrer]\n"
	  "1 referrer.same-origin [same-origin]\n1 referrer.other [origin]\n" },
	{ "Strict-Transport-Security: max-age=31536000; includeSubDomains; x",
	  "0 field.hsts [Strict-Transport-Security]\n"
	  "1 hsts.max-age [max-age=31536000]\n"
	  "1 hsts.subdomains [includeSubDomains]\n1 hsts.other [x]\n" },
	{ "Clear-Site-Data: \"cache\", \"cookies\"",
	  "0 field.clear-site-data [Clear-Site-Data]\n"
	  "1 clear.cache [\"cache\"]\n1 clear.other [\"cookies\"]\n" },
	{ "X-Content-Type-Options: nosniff",
	  "0 field.options [X-Content-Type-Options: nosniff]\n" },
	{ "Content-Length: 0", "0 field.content-length [Content-Length: 0]\n" },
	{ "Content-Language: de",
	  "0 field.content-language [Content-Language: de]\n" },
	{ "Content-Disposition: attachment; filename=\"a\"",
	  "0 field.content-disposition [Content-Disposition: attachment; "
	  "filename=\"a\"]\n" },
	{ "Allow: GET, POST", "0 field.allow [Allow: GET, POST]\n" },
	{ "Retry-After: 5", "0 field.retry-after [Retry-After: 5]\n" },
	{ "Vary: Cookie", "0 field.vary [Vary: Cookie]\n" },
	{ "Date: now", "0 field.date [Date: now]\n" },
	{ "Server: lighttpd", "0 field.server [Server: lighttpd]\n" },
	{ "X-Session-Token: " ID,
	  "0 field.x-session-token [X-Session-Token: " ID "]\n" },
	{ "Status: 200 OK", "0 field.status [Status]\n"
	  "1 status.200 [200]\n1 status.reason [OK]\n" },
};

Test(parts, each_field_of_an_answer_has_its_parts)
{
	char text[512];
	size_t i;

	for (i = 0; i < sizeof answer_rows / sizeof *answer_rows; i++) {
		snprintf(text, sizeof text, "%s\r\n", answer_rows[i].line);
		expect(parts_answer, text, answer_rows[i].expected);
	}
}

Test(parts, s04_what_a_set_cookie_leaves_out_is_a_part_of_its_own)
{
	check(parts_answer, "Set-Cookie: __Host-sid=" ID
	    "; Path=/; Secure; HttpOnly; SameSite=Lax\r\n");
	cr_assert_not_null(strstr(show(), "1 cookie.no-max-age []\n"));
	cr_assert_not_null(strstr(shown, "1 cookie.no-domain []\n"));
	check(parts_answer, "Set-Cookie: __Host-sid=" ID
	    "; Path=/; Secure\r\n");
	cr_assert_not_null(strstr(show(), "1 cookie.no-httponly []\n"));
	cr_assert_not_null(strstr(shown, "1 cookie.no-samesite []\n"));
}

/* ---- bounds ------------------------------------------------------------ */

Test(parts, a_short_list_ends_with_all_the_rest)
{
	static const char text[] = "GET /a?b=c HTTP/1.1\r\n"
	    "Cookie: d=e\r\n\r\nf";
	size_t max;

	for (max = 1; max < 10; max++) {
		count = parts_request(text, list, max);
		cr_assert_eq(count, max);
		expect_complete(text);
		expect_explained();
		cr_assert_str_eq(list[max - 1].key, "rest");
		cr_assert_eq(list[max - 1].depth, 0);
	}
	count = parts_request(text, list, 11);
	cr_assert_eq(count, 10);
	expect_complete(text);
	cr_assert_eq(parts_request(text, list, 0), 0);
	cr_assert_eq(parts_request(text, NULL, 0), 0);
}

/* A beginning, then words and separators in any order: the same in each run. */
static void
scramble(char *text, size_t size, unsigned seed)
{
	static const char *const words[] = { " ", "\t", "\r\n", "\n", ":",
		": ", ";", "=", "&", "?", "HTTP/1.1", "Cookie", "Set-Cookie",
		"Status", "__Host-", "sid", "Max-Age=0", "Path", "csrf", "\x80",
		"Content-Type", "application/x-www-form-urlencoded" };
	static const char *const begin[] = { "", LINE "Cookie: ",
		LINE "Content-Type: application/x-www-form-urlencoded\r\n\r\n",
		"HTTP/1.1 200 OK\r\nSet-Cookie: ", "Set-Cookie: " };
	size_t i, n = (size_t)snprintf(text, size, "%s", begin[seed % 5]);

	for (i = 0; i < 30 && n < size; i++) {
		seed = seed * 1103515245u + 12345u;
		n += (size_t)snprintf(text + n, size - n, "%s",
		    words[(seed >> 16) % (sizeof words / sizeof *words)]);
	}
}

Test(parts, any_words_in_any_order_are_in_some_part)
{
	char text[1200];
	unsigned seed;

	for (seed = 0; seed < 2000; seed++) {
		scramble(text, sizeof text, seed);
		check(parts_request, text);
		check(parts_answer, text);
	}
}

Test(parts, any_bytes_are_in_some_part)
{
	static const char *const odd[] = {
		" ", "\n", "\r", "\n\n\n", "GET", "GET ", " GET / x",
		"GET  /  HTTP/1.1  x\r\n", "GET /???&&==&a==b HTTP/1.1\r\n",
		LINE ":\r\n: a\r\nCookie:\r\nSet-Cookie\r\n",
		LINE "Cookie: =; ;=a;b=;\r\n folded\r\n\r\n",
		LINE "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
		    "&&=&=1&a=\r\n\r\n",
		"HTTP/1.1\r\n", "HTTP/1.1  \r\n\r\n\r\n", "Set-Cookie: ;\r\n",
		"Set-Cookie: =;=;;\r\n", "Content-Type: ;;\r\n\xff\xfe: \x80",
	};
	size_t i;

	for (i = 0; i < sizeof odd / sizeof *odd; i++) {
		check(parts_request, odd[i]);
		check(parts_answer, odd[i]);
	}
}

/* ---- real answers ------------------------------------------------------ */

/* Nothing that the library sends is "field.other" or "...other". */
static void
expect_known(const struct answer *a)
{
	char text[8192];
	size_t i, n;

	snprintf(text, sizeof text, "%s\r\n%.2000s", a->head, a->body);
	check(parts_answer, text);
	for (i = 0; i < count; i++) {
		n = strlen(list[i].key);
		cr_expect(n < 6 || strcmp(list[i].key + n - 6, ".other") != 0,
		    "nobody explains \"%.*s\" of an answer",
		    (int)list[i].len, list[i].text);
	}
}

static int
log_in(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_login(s, "bob");
	sess_remember(s);
	return sess_res_redirect(res, "welcome");
}

static int
write_form(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_res_puts(res, sess_form(s));
	return 200;
}

static int
send_away(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_set(s, "a", "1");
	sess_res_header(res, "Retry-After", "5");
	return 429;
}

static int
log_out(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_logout(s);
	return sess_res_redirect(res, "bye");
}

static void
stage(const struct sess_app *app, const char *settings)
{
	teardown();
	site = site_new(app, settings);
	v = (struct visitor){ .site = site };
}

/* A new site whose one page does this. */
static void
stage_handler(sess_handler *handle, const char *settings)
{
	static struct sess_app app;

	app = (struct sess_app){ .handle = handle };
	stage(&app, settings);
}

static bool
has_key(const char *key)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(list[i].key, key) == 0)
			return true;
	return false;
}

Test(parts, every_part_of_the_library_s_answers_is_explained)
{
	stage_handler(log_in, NULL);
	expect_known(get(&v, NULL));
	cr_expect(has_key("cookie.name.sid") && has_key("status.303"));
	cr_expect(has_key("cookie.name.remember") && has_key("cookie.max-age"));
	cr_expect(has_key("field.hsts") && has_key("field.location"));
	stage_handler(write_form, NULL);
	expect_known(get(&v, NULL));
	cr_expect(has_key("cookie.name.pre") && has_key("cache.no-store"));
	cr_expect(has_key("answer.body") && has_key("csp.frame-ancestors"));
	stage_handler(send_away, NULL);
	expect_known(get(&v, NULL));
	cr_expect(has_key("status.429") && has_key("field.retry-after"));
	stage_handler(log_in, "carry=query cookie\n");
	expect_known(get(&v, NULL));
	cr_expect(has_key("referrer.no-referrer"));
	stage_handler(log_in, "carry=bearer\n");
	expect_known(get(&v, NULL));
	cr_expect(has_key("field.x-session-token"));
}

Test(parts, every_part_of_a_logout_is_explained)
{
	stage_handler(log_in, NULL);
	get(&v, NULL);
	((struct sess_app *)(uintptr_t)site->service->app)->handle = log_out;
	expect_known(get(&v, NULL));
	cr_expect(has_key("cookie.max-age.remove.sid") &&
	    has_key("cookie.no-value") && has_key("cookie.expires"));
	cr_expect(has_key("clear.cache"));
}

Test(parts, every_part_of_a_refusal_is_explained)
{
	stage_handler(write_form, NULL);
	expect_known(post(&v, "a=1"));
	cr_expect(has_key("status.403"));
	v.extra[0] = "REQUEST_METHOD=PUT";
	expect_known(get(&v, NULL));
	cr_expect(has_key("status.405") && has_key("field.allow"));
	v.extra[0] = "HTTP_COOKIE==;=\x01";
	v.extra[1] = "QUERY_STRING=%";
	expect_known(get(&v, NULL));
}

Test(parts, every_part_of_the_pages_answers_is_explained)
{
	static const struct sess_app *const pages[] = { &index_app,
		&visits_app, &login_app, &shop_app, &signup_app, &prefs_app,
		&health_app, &cart_app };
	size_t i;

	for (i = 0; i < sizeof pages / sizeof *pages; i++) {
		stage(pages[i], NULL);
		expect_known(get(&v, NULL));
	}
}

/* ---- texts ------------------------------------------------------------- */

/* The key without ".std" or ".label": is it a key of parts? */
static void
base_of(char base[80], const char *key)
{
	static const char *const ends[] = { ".std", ".label" };
	size_t i, n;

	snprintf(base, 80, "%s", key);
	for (i = 0, n = strlen(base); i < 2; i++)
		if (n > strlen(ends[i]) &&
		    strcmp(base + n - strlen(ends[i]), ends[i]) == 0)
			base[n - strlen(ends[i])] = '\0';
}

static char used[400][64];
static size_t nused;

static void
note_keys(cutter *cut, const char *line)
{
	char text[512];
	size_t i, j;

	snprintf(text, sizeof text, "%s\r\n\r\nbody", line);
	count = cut(text, list, PARTS_MAX);
	for (i = 0; i < count; i++) {
		for (j = 0; j < nused; j++)
			if (strcmp(used[j], list[i].key) == 0)
				break;
		cr_assert_lt(j, sizeof used / sizeof *used);
		if (j == nused)
			snprintf(used[nused++], sizeof *used, "%s",
			    list[i].key);
	}
}

/* All keys that the rows of this file have; see the tests above. */
static void
note_all_keys(void)
{
	static const char *const more[] = {
		"PUT / HTTP/1.1",
		"HEAD /?sid=a&b=c",
		"POST / HTTP/1.1\r\nContent-Type: application/"
		    "x-www-form-urlencoded\r\n\r\n"
		    "csrf=a&sid=b&password=c&d=e",
	};
	static const char *const codes[] = { "200", "204", "303", "400", "401",
		"403", "404", "405", "409", "413", "429", "500", "503",
		"999" };
	char text[512];
	size_t i;

	for (i = 0; i < sizeof more / sizeof *more; i++)
		note_keys(parts_request, more[i]);
	for (i = 0; i < sizeof request_rows / sizeof *request_rows; i++) {
		snprintf(text, sizeof text, LINE "%s\r\nHost: a\r\nX: y\r\n"
		    "Accept-Language: de", request_rows[i].line);
		note_keys(parts_request, text);
	}
	for (i = 0; i < sizeof answer_rows / sizeof *answer_rows; i++)
		note_keys(parts_answer, answer_rows[i].line);
	for (i = 0; i < sizeof codes / sizeof *codes; i++) {
		snprintf(text, sizeof text, "HTTP/1.1 %s a\r\nLocation: b",
		    codes[i]);
		note_keys(parts_answer, text);
	}
	snprintf(used[nused++], sizeof *used, "rest");
}

/* This file's keys: other files of the lesson have words of their own. */
static bool
is_of_parts(const char *base)
{
	static const char *const beginnings[] = { "answer.body", "auth.",
		"cache.", "clear.", "cookie.", "csp.", "empty-line",
		"fetch-", "field.", "form.", "hsts.", "http-version", "media.",
		"method.", "origin.", "query.", "referrer.", "request.",
		"rest", "status." };
	size_t i;

	for (i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
		if (strncmp(base, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

Test(parts, each_key_has_a_text_and_each_text_a_key)
{
	char base[80];
	const char *key;
	size_t i, j;

	note_all_keys();
	for (j = 0; j < nused; j++) {
		cr_expect(lesson_has(used[j]), "no text of %s", used[j]);
		snprintf(base, sizeof base, "%.63s.std", used[j]);
		cr_expect(lesson_has(base), "no text of %s", base);
		cr_expect(is_of_parts(used[j]), "whose is %s?", used[j]);
	}
	for (i = 0; (key = lesson_key((unsigned)i)) != NULL; i++) {
		base_of(base, key);
		for (j = 0; j < nused && strcmp(used[j], base) != 0; j++)
			continue;
		cr_expect(j < nused || !is_of_parts(base),
		    "no part has the key %s", key);
	}
}

Test(parts, a_language_that_the_lesson_does_not_speak_is_english)
{
	cr_assert_str_neq(lesson_text(LESSON_EN, "cookie.httponly"),
	    lesson_text(LESSON_DE, "cookie.httponly"));
	cr_assert_str_eq(lesson_text(2, "cookie.httponly"),
	    lesson_text(LESSON_EN, "cookie.httponly"));
	cr_assert_str_eq(lesson_text(-1, "cookie.httponly"),
	    lesson_text(LESSON_EN, "cookie.httponly"));
	cr_assert_str_eq(lesson_text(LESSON_DE, "no.such"), "no.such");
	cr_assert_not(lesson_has("no.such"));
}

/* Each thing has one word in all explanations of a language. */
Test(parts, the_german_texts_say_id_and_website)
{
	static const char *const not[] = { "Kennung", "kennung", " Site",
		"einfaches http" };
	char base[80];
	const char *key;
	size_t i, j;

	for (i = 0; (key = lesson_key((unsigned)i)) != NULL; i++) {
		base_of(base, key);
		for (j = 0; is_of_parts(base) &&
		    j < sizeof not / sizeof *not; j++)
			cr_expect(strstr(key, ".std") != NULL ||
			    strstr(lesson_text(LESSON_DE, key), not[j]) ==
			    NULL, "%s says \"%s\"", key, not[j]);
	}
}

/* RFC 6265bis has no number of its own yet. */
Test(parts, a_draft_is_called_a_draft)
{
	static const char *const draft[] = { [LESSON_EN] = " (draft)",
		[LESSON_DE] = " (Entwurf)" };
	const char *key, *at;
	size_t i, n = 0;
	int lang;

	for (i = 0; (key = lesson_key((unsigned)i)) != NULL; i++)
		for (lang = 0; lang < 2; lang++) {
			at = strstr(lesson_text(lang, key), "6265bis");
			if (at == NULL)
				continue;
			cr_expect(strncmp(at + 7, draft[lang],
			    strlen(draft[lang])) == 0, "%s: %s", key, at);
			n++;
		}
	cr_expect_geq(n, 40);
}

/* Sentences of a text, by what ends them. */
static size_t
sentences(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += strchr(".!?", *text) != NULL &&
		    (text[1] == ' ' || text[1] == '\0');
	return n;
}

static size_t
words_of(const char *text)
{
	size_t n = 1;

	for (; *text != '\0'; text++)
		n += *text == ' ';
	return n;
}

Test(parts, an_explanation_has_one_or_two_sentences_and_sixty_words)
{
	char base[80];
	const char *key, *text;
	size_t i;
	int lang;

	for (i = 0; (key = lesson_key((unsigned)i)) != NULL; i++)
		for (lang = 0; lang < 2; lang++) {
			base_of(base, key);
			if (!is_of_parts(base) || strcmp(base, key) != 0)
				continue;
			text = lesson_text(lang, key);
			cr_expect(sentences(text) == 1 ||
			    sentences(text) == 2, "%s: %s", key, text);
			cr_expect_leq(words_of(text), 60, "%s: %s", key,
			    text);
		}
}

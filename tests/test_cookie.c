/* test_cookie.c - the Cookie and Set-Cookie header fields. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cookie.h"
#include "guard.h"
#include "memory.h"
#include "steps.h"

#define MANY 200000

static struct pool pool;
static struct pairs pairs;

static enum sess_err
parse(const char *header, size_t max_pairs)
{
	char *in = guard_text(header);
	enum sess_err err;

	pool_release(&pool);
	pool = (struct pool)POOL_INIT(64 << 20);
	memset(&pairs, 0, sizeof pairs);
	err = cookie_parse(&pairs, &pool, in, max_pairs);
	unguard_text(in, strlen(header));
	return err;
}

static void
teardown(void)
{
	pool_release(&pool);
}

TestSuite(cookie, .fini = teardown);

/* ---- Cookie -------------------------------------------------------------- */

static const struct {
	const char *header;
	const char *expected[8];        /* name, value, name, value, NULL */
	const char *why;
} rows[] = {
	{ "", { NULL }, "nothing" },
	{ "a=1", { "a", "1" }, "one" },
	{ "a=1; b=2", { "a", "1", "b", "2" }, "two" },
	{ "a=1;b=2", { "a", "1", "b", "2" }, "no blank" },
	{ "a=1; a=2", { "a", "1", "a", "2" }, "both, in order" },
	{ " \t a \t= \t 1 \t ;\tb = 2 ", { "a", "1", "b", "2" }, "blanks" },
	{ "session = 12345", { "session", "12345" }, "S57" },
	{ "a=1 2", { "a", "1 2" }, "blanks inside stay" },
	{ "a=", { "a", "" }, "no value" },
	{ "a= ", { "a", "" }, "no value" },
	{ "a=b=c", { "a", "b=c" }, "the first = divides" },
	{ "a==", { "a", "=" }, "the first = divides" },
	{ "a", { NULL }, "no =: no name" },
	{ "=v", { NULL }, "no name" },
	{ "=__Host-sid=v", { NULL }, "the name is not in the value" },
	{ " = v", { NULL }, "no name" },
	{ ";", { NULL }, "nothing" },
	{ ";;a=1;;;b=2;", { "a", "1", "b", "2" }, "empty pieces" },
	{ "a=\"1\"", { "a", "\"1\"" }, "quotes are bytes" },
	{ "a=\"1; b=2\"", { "a", "\"1", "b", "2\"" }, "they hold nothing" },
	{ "a=\\073b", { "a", "\\073b" }, "no octal escapes" },
	{ "a=\\\"b", { "a", "\\\"b" }, "no escapes" },
	{ "a=%41", { "a", "%41" }, "no decoding" },
	{ "a=b+c", { "a", "b+c" }, "no decoding" },
	{ "a=1, b=2", { "a", "1, b=2" }, "a comma is a byte" },
	{ "$Version=1; a=1; $Path=/", { "$Version", "1", "a", "1", "$Path",
	    "/" }, "no RFC 2109" },
	{ "a=\x80\xFF\xC3\xBC", { "a", "\x80\xFF\xC3\xBC" }, "any bytes" },
	{ "\xC3\xBC=1", { "\xC3\xBC", "1" }, "any bytes" },
	{ "a=1\r\nb=2", { "a", "1\r\nb=2" }, "a line end is a byte" },
	{ "a b=1", { "a b", "1" }, "a blank inside a name stays" },
	{ "&=", { "&", "" }, "CVE-2021-26690 crashed here" },
};

Test(cookie, r18_is_split_and_nothing_else)
{
	size_t i, j;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *const *e = rows[i].expected;

		cr_assert_eq(parse(rows[i].header, 128), SESS_OK);
		for (j = 0; e[2 * j] != NULL; j++) {
			cr_assert_lt(j, pairs.n, "row %zu: %s", i,
			    rows[i].why);
			cr_assert_str_eq(pairs.at[j].name, e[2 * j],
			    "row %zu: %s", i, rows[i].why);
			cr_assert_str_eq(pairs.at[j].value, e[2 * j + 1],
			    "row %zu: %s", i, rows[i].why);
			cr_assert_eq(pairs.at[j].name_len, strlen(e[2 * j]));
			cr_assert_eq(pairs.at[j].value_len,
			    strlen(e[2 * j + 1]));
		}
		cr_assert_eq(pairs.n, j, "row %zu: %s", i, rows[i].why);
	}
}

Test(cookie, r16_names_match_byte_for_byte)
{
	static const char *const others[] = { "__host-sid", "__HOST-SID",
		"__Host-Sid", "%5F%5FHost-sid", "..Host-sid", "__Host.sid",
		"__Host-sid ", " __Host-sid", "\xC2\xA0__Host-sid",
		"__Host-sid\xC2\xA0", "\v__Host-sid", "__Host-sid\f",
		"__Host-sid[]", "__Host-sid\\", "\"__Host-sid\"",
		"$__Host-sid", "Host-sid", "__Host-si", "__Host-sidd",
		"_\xE2\x80\x8B_Host-sid", "__Host-sid%00", "__Host-sid\r",
		"a,__Host-sid" };
	char header[128];
	size_t i;

	for (i = 0; i < sizeof others / sizeof *others; i++) {
		bool trimmed = strcmp(others[i], "__Host-sid ") == 0 ||
		    strcmp(others[i], " __Host-sid") == 0;

		snprintf(header, sizeof header, "%s=x", others[i]);
		cr_assert_eq(parse(header, 128), SESS_OK);
		cr_assert_eq(pairs_next(&pairs, "__Host-sid", NULL) != NULL,
		    trimmed, "<%s>", others[i]);
	}
	cr_assert_eq(parse("=__Host-sid=v", 128), SESS_OK);
	cr_assert_null(pairs_next(&pairs, "__Host-sid", NULL), "nameless");
	cr_assert_eq(parse("__Host-sid=v", 128), SESS_OK);
	cr_assert_str_eq(pairs_text(&pairs, "__Host-sid"), "v");
}

static int
handle_visit(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_res_printf(res, "%s %" PRId64, sess_is_new(s) ? "new" : "known",
	    sess_add(s, "n", 1));
	return 200;
}

/* The same with a session behind it. */
Test(cookie, r16_no_other_name_gets_the_session)
{
	static const char *const others[] = { "__host-sid", "__HOST-sid",
		"%5F%5FHost-sid", "..Host-sid", "=__Host-sid", "sid",
		"__Secure-sid", "\"__Host-sid\"", "__Host-sid.", "_Host-sid" };
	const struct sess_app app = { .handle = handle_visit };
	struct site *site = site_new(&app, NULL);
	struct visitor owner = { .site = site };
	const char *sid;
	char cookie[128];
	size_t i;

	get(&owner, NULL);
	sid = jar_get(&owner, "__Host-sid");
	cr_assert_not_null(sid);
	for (i = 0; i < sizeof others / sizeof *others; i++) {
		struct visitor v = { .site = site, .no_cookies = true };

		snprintf(cookie, sizeof cookie, "HTTP_COOKIE=%s=%s",
		    others[i], sid);
		v.extra[0] = cookie;
		cr_assert_str_eq(get(&v, NULL)->body, "new 1", "%s",
		    others[i]);
	}
	cr_assert_str_eq(get(&owner, NULL)->body, "known 2");
	site_free(site);
}

/* A header of n pieces, in static storage. */
static const char *
pieces(size_t n, const char *piece)
{
	static char header[MANY * 6];
	size_t len = strlen(piece), i;

	cr_assert_lt(n * (len + 1), sizeof header);
	for (i = 0; i < n; i++) {
		memcpy(header + i * (len + 1), piece, len);
		header[i * (len + 1) + len] = ';';
	}
	header[n > 0 ? n * (len + 1) - 1 : 0] = '\0';
	return header;
}

Test(cookie, r18_takes_the_maximum_of_pairs_and_not_one_more)
{
	static const size_t maxima[] = { 1, 2, 128, 100000 };
	static const char *const kinds[] = { "a=1", "", "x", "=", "a=" };
	size_t i, k, max;

	for (i = 0; i < 4; i++)
		for (k = 0; k < 5; k++) {
			max = maxima[i];
			cr_assert_eq(parse(pieces(0, kinds[k]), max), SESS_OK);
			cr_assert_eq(pairs.n, 0);
			cr_assert_eq(parse(pieces(1, kinds[k]), max), SESS_OK);
			cr_assert_eq(parse(pieces(max, kinds[k]), max),
			    SESS_OK, "%zu of <%s>", max, kinds[k]);
			cr_assert_eq(pairs.n, *kinds[k] == 'a' ? max : 0);
			cr_assert_eq(parse(pieces(max + 1, kinds[k]), max),
			    SESS_ELIMIT, "%zu of <%s>", max + 1, kinds[k]);
			cr_assert_eq(pairs.n, 0);
		}
}

/* A parser that is not linear needs hours for this: it takes 50 ms. */
Test(cookie, r18_takes_64_KiB_of_anything)
{
	static char header[65536 + 1];
	int c;

	alarm(60);
	for (c = 1; c < 256; c++) {
		memset(header, c, sizeof header - 1);
		cr_assert_eq(parse(header, 70000), SESS_OK, "byte %d", c);
		cr_assert_eq(pairs.n, 0, "byte %d", c);
		header[0] = 'n';
		header[1] = '=';
		cr_assert_eq(parse(header, 70000), SESS_OK);
		cr_assert_eq(pairs.n, 1, "byte %d", c);
		cr_assert_eq(pairs.at[0].value_len, c == ';' || c == ' ' ||
		    c == '\t' ? 0 : 65534, "byte %d", c);
	}
}

Test(cookie, a_pool_too_small_is_no_memory)
{
	struct pool small = POOL_INIT(10);
	struct pairs p;

	cr_assert_eq(cookie_parse(&p, &small, "a=1; b=2", 10), SESS_ENOMEM);
	pool_release(&small);
}

static void
parse_only(void *arg)
{
	struct pool own = POOL_INIT(64 << 20);
	struct pairs p;

	cookie_parse(&p, &own, arg, MANY);
	pool_release(&own);
}

Test(cookie, r18_work_grows_with_the_length_and_not_with_its_square)
{
	static const char *const kinds[] = { "\"", ";", "a=1;" };
	static char header[101];        /* one chunk of a pool */
	size_t i, n;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		for (n = 0; n < sizeof header - 1; n++)
			header[n] = kinds[i][n % strlen(kinds[i])];
		cr_assert(steps_linear(parse_only, header, n, 1000000), "<%s>",
		    kinds[i]);
	}
}

/* As strlen() in a loop's condition would be. */
static void
parse_badly(void *arg)
{
	const volatile char *header = arg;
	size_t i, j;

	for (i = 0; header[i] != '\0'; i++)
		for (j = i; header[j] != '\0'; j++)
			continue;
}

Test(cookie, r18_the_measure_sees_a_square)
{
	char header[65] = "";

	memset(header, 'a', sizeof header - 1);
	cr_assert_not(steps_linear(parse_badly, header, 64, 1000000));
}

/* ---- Set-Cookie ---------------------------------------------------------- */

static enum sess_err
format(struct buf *b, const struct sess_cookie *c)
{
	*b = (struct buf)BUF_INIT(2 * COOKIE_MAX);
	return cookie_format(b, c);
}

/* Links 2.28 knows nothing else. */
#define EPOCH "Expires=Thu, 01 Jan 1970 00:00:00 GMT"

static const struct {
	struct sess_cookie cookie;
	const char *expected;           /* NULL: SESS_EINVAL */
	const char *why;
} lines[] = {
	{ { .name = "a", .value = "1" },
	    "a=1; Path=/; Secure; HttpOnly; SameSite=Lax", "the defaults" },
	{ { .name = "__Host-sid", .value = "1" },
	    "__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", "S26" },
	{ { .name = "sessionID", .value = "34kL64h" },
	    "sessionID=34kL64h; Path=/; Secure; HttpOnly; SameSite=Lax",
	    "S28" },
	{ { .name = "a", .value = "" },
	    "a=; Path=/; Secure; HttpOnly; SameSite=Lax", "an empty value" },
	{ { .name = "a", .value = "1", .path = "/cgi-bin" },
	    "a=1; Path=/cgi-bin; Secure; HttpOnly; SameSite=Lax", "path" },
	{ { .name = "a", .value = "1", .max_age = 1 },
	    "a=1; Path=/; Max-Age=1; Secure; HttpOnly; SameSite=Lax", "S52" },
	{ { .name = "a", .value = "1", .max_age = 2592000 },
	    "a=1; Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax",
	    "30 days" },
	{ { .name = "a", .value = "1", .max_age = INT64_MAX },
	    "a=1; Path=/; Max-Age=9223372036854775807; Secure; HttpOnly; "
	    "SameSite=Lax", "for ever" },
	{ { .name = "a", .value = "", .max_age = -1 },
	    "a=; Path=/; Max-Age=0; " EPOCH "; Secure; HttpOnly; "
	    "SameSite=Lax", "removed" },
	{ { .name = "a", .value = "", .max_age = INT64_MIN },
	    "a=; Path=/; Max-Age=0; " EPOCH "; Secure; HttpOnly; "
	    "SameSite=Lax", "removed" },
	{ { .name = "a", .value = "1", .same_site = SESS_STRICT },
	    "a=1; Path=/; Secure; HttpOnly; SameSite=Strict", "strict" },
	{ { .name = "a", .value = "1", .same_site = SESS_CROSS_SITE },
	    "a=1; Path=/; Secure; HttpOnly; SameSite=None", "none" },
	{ { .name = "a", .value = "1", .script_readable = true },
	    "a=1; Path=/; Secure; SameSite=Lax", "no HttpOnly" },
	{ { .name = "a", .value = "1", .insecure = true },
	    "a=1; Path=/; HttpOnly; SameSite=Lax", "no Secure" },
	{ { .name = "__Secure-a", .value = "1", .path = "/x" },
	    "__Secure-a=1; Path=/x; Secure; HttpOnly; SameSite=Lax",
	    "__Secure- with a path" },
	{ { .name = "!#$%&'*+-.^_`|~0aZ", .value = "!#$%&'()*+-./:<=>?@[]^_`"
	    "{|}~" }, "!#$%&'*+-.^_`|~0aZ=!#$%&'()*+-./:<=>?@[]^_`{|}~; "
	    "Path=/; Secure; HttpOnly; SameSite=Lax", "all that is allowed" },

	{ { .name = NULL, .value = "1" }, NULL, "no name" },
	{ { .name = "", .value = "1" }, NULL, "no name" },
	{ { .name = "a", .value = NULL }, NULL, "no value" },
	{ { .name = "a=b", .value = "1" }, NULL, "= in the name" },
	{ { .name = "a b", .value = "1" }, NULL, "blank in the name" },
	{ { .name = "a;b", .value = "1" }, NULL, "; in the name" },
	{ { .name = "a", .value = "1;Domain=x" }, NULL, "an attribute" },
	{ { .name = "a", .value = "1 2" }, NULL, "blank in the value" },
	{ { .name = "a", .value = "\"1\"" }, NULL, "quotes" },
	{ { .name = "a", .value = "1,2" }, NULL, "comma" },
	{ { .name = "a", .value = "1\\2" }, NULL, "backslash" },
	{ { .name = "a", .value = "\xC3\xBC" }, NULL, "not ASCII" },
	{ { .name = "a", .value = "1", .path = "" }, NULL, "no path" },
	{ { .name = "a", .value = "1", .path = "x" }, NULL, "no slash" },
	{ { .name = "a", .value = "1", .path = "/;Domain=x" }, NULL, ";" },
	{ { .name = "a", .value = "1", .path = "/\n" }, NULL, "control" },
	{ { .name = "a", .value = "1", .path = "/\xC3\xBC" }, NULL,
	    "not ASCII" },
	{ { .name = "__Host-a", .value = "1", .insecure = true }, NULL,
	    "__Host- not Secure" },
	{ { .name = "__Host-a", .value = "1", .path = "/x" }, NULL,
	    "__Host- with a path" },
	{ { .name = "__hOST-a", .value = "1", .path = "/x" }, NULL,
	    "the prefix counts in any case" },
	{ { .name = "__Secure-a", .value = "1", .insecure = true }, NULL,
	    "__Secure- not Secure" },
	{ { .name = "__SECURE-a", .value = "1", .insecure = true }, NULL,
	    "the prefix counts in any case" },
	{ { .name = "a", .value = "1", .same_site = SESS_CROSS_SITE,
	    .insecure = true }, NULL, "SameSite=None not Secure" },
	{ { .name = "a", .value = "1", .same_site =
	    (enum sess_same_site)3 }, NULL, "no such thing" },
	{ { .name = "a", .value = "1", .same_site =
	    (enum sess_same_site)-1 }, NULL, "no such thing" },
};

Test(cookie, S26_set_cookie_byte_for_byte)
{
	struct buf b;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		enum sess_err err = format(&b, &lines[i].cookie);

		if (lines[i].expected != NULL) {
			cr_assert_eq(err, SESS_OK, "row %zu: %s", i,
			    lines[i].why);
			cr_assert_str_eq(b.data, lines[i].expected,
			    "row %zu: %s", i, lines[i].why);
		} else {
			cr_assert_eq(err, SESS_EINVAL, "row %zu: %s", i,
			    lines[i].why);
			cr_assert_eq(b.len, 0, "row %zu: nothing of it", i);
		}
		buf_release(&b);
	}
}

/* With a value of n bytes. */
static enum sess_err
format_long(struct buf *b, size_t n)
{
	static char value[2 * COOKIE_MAX + 2];

	memset(value, 'x', n);
	value[n] = '\0';
	return format(b, &(struct sess_cookie){ .name = "a",
	    .value = value });
}

Test(cookie, S25_over_4096_bytes_is_refused_and_not_cut)
{
	struct buf b;
	size_t rest;

	cr_assert_eq(format_long(&b, 0), SESS_OK);
	rest = b.len;
	buf_release(&b);
	cr_assert_eq(format_long(&b, 4096 - rest), SESS_OK);
	cr_assert_eq(b.len, 4096);
	buf_release(&b);
	cr_assert_eq(format_long(&b, 4097 - rest), SESS_EINVAL);
	buf_release(&b);
	cr_assert_neq(format_long(&b, 2 * COOKIE_MAX), SESS_OK);
	buf_release(&b);
}

/* 6265bis, 5.6: the Path of a longer one is ignored, and so it is another. */
Test(cookie, S26_a_path_over_1024_bytes_is_refused)
{
	static char path[1026] = "/";
	struct sess_cookie c = { .name = "a", .value = "1", .path = path };
	struct buf b;

	memset(path + 1, 'p', 1023);
	cr_assert_eq(format(&b, &c), SESS_OK);
	buf_release(&b);
	path[1024] = 'p';
	cr_assert_eq(format(&b, &c), SESS_EINVAL);
	buf_release(&b);
}

/* ---- the session's own cookie -------------------------------------------- */

static bool
ends_with(const char *field, const char *rest)
{
	size_t n = strcspn(field, "\r"), len = strlen(rest);

	return n >= len && memcmp(field + n - len, rest, len) == 0;
}

Test(cookie, S27_lasts_till_the_browser_closes_or_as_long_as_is_set)
{
	static const struct { const char *settings, *rest; } settings[] = {
		{ NULL, "; Path=/; Secure; HttpOnly; SameSite=Lax" },
		{ "cookie_life=30d", "; Path=/; Max-Age=2592000; Secure; "
		    "HttpOnly; SameSite=Lax" },
		{ "cookie_life=1", "; Path=/; Max-Age=1; Secure; HttpOnly; "
		    "SameSite=Lax" },
		{ "cookie_life=never", "; Path=/; Secure; HttpOnly; "
		    "SameSite=Lax" },
	};
	const struct sess_app app = { .handle = handle_visit };
	size_t i;

	for (i = 0; i < 4; i++) {
		struct site *site = site_new(&app, settings[i].settings);
		struct visitor v = { .site = site };
		const char *field = field_of(get(&v, NULL), "Set-Cookie");

		cr_assert_not_null(field, "row %zu", i);
		cr_assert_eq(strncmp(field, "__Host-sid=", 11), 0);
		cr_assert_eq(strcspn(field + 11, ";"), 32, "row %zu", i);
		cr_assert(ends_with(field + 43, settings[i].rest),
		    "row %zu: %s", i, field);
		cr_assert_eq(strcspn(field + 43, "\r"),
		    strlen(settings[i].rest), "row %zu: and no more", i);
		site_free(site);
	}
}

Test(cookie, S28_its_name_is_a_setting)
{
	static const char *const names[] = { "sessionID", "JSESSIONID", "s",
		"__Secure-x", "__Host-app-sid" };
	const struct sess_app app = { .handle = handle_visit };
	char setting[64];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		struct site *site;
		struct visitor v = { .site = NULL };
		struct answer *a;

		snprintf(setting, sizeof setting, "cookie_name=%s", names[i]);
		v.site = site = site_new(&app, setting);
		a = get(&v, NULL);
		cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
		cr_assert_not_null(jar_get(&v, names[i]), "%s", names[i]);
		cr_assert_eq(strlen(jar_get(&v, names[i])), 32);
		cr_assert_eq(strspn(jar_get(&v, names[i]),
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		    "0123456789-_"), 32, "safe in cookies and in addresses");
		cr_assert_str_eq(get(&v, NULL)->body, "known 2", "%s",
		    names[i]);
		site_free(site);
	}
}

/* What stays says when in Max-Age alone: a browser's clock may be wrong. */
Test(cookie, r100_a_cookie_that_goes_says_so_to_browsers_that_know_expires_alone)
{
	struct buf b = BUF_INIT(1000);
	const struct sess_cookie gone = { .name = "a", .value = "",
		.max_age = -1 };
	const struct sess_cookie stays = { .name = "a", .value = "",
		.max_age = 60 };

	cr_assert_eq(cookie_format(&b, &gone), SESS_OK);
	cr_assert_not_null(strstr(b.data, "; Max-Age=0; " EPOCH ";"));
	buf_release(&b);
	b = (struct buf)BUF_INIT(1000);
	cr_assert_eq(cookie_format(&b, &stays), SESS_OK);
	cr_assert_null(strstr(b.data, "Expires"));
	buf_release(&b);
}

static int64_t life;

static int
handle_cookie(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	sess_res_cookie(res, &(struct sess_cookie){ .name = "lang",
	    .value = "de", .max_age = life });
	return 200;
}

Test(cookie, S52_a_page_sets_any_life)
{
	static const struct { int64_t life; const char *expected; } lives[] = {
		{ 0, "lang=de; Path=/; Secure" },
		{ 60, "lang=de; Path=/; Max-Age=60; Secure" },
		{ 34560000, "lang=de; Path=/; Max-Age=34560000; Secure" },
		{ -1, "lang=de; Path=/; Max-Age=0; " EPOCH "; Secure" },
	};
	const struct sess_app app = { .handle = handle_cookie };
	struct site *site = site_new(&app, NULL);
	struct visitor v = { .site = site };
	size_t i;

	for (i = 0; i < 4; i++) {
		const char *field;

		life = lives[i].life;
		field = field_of(get(&v, NULL), "Set-Cookie");
		cr_assert_not_null(field);
		cr_assert_eq(strncmp(field, lives[i].expected,
		    strlen(lives[i].expected)), 0, "row %zu: %s", i, field);
	}
	cr_assert_null(jar_get(&v, "lang"), "the last one removed it");
	site_free(site);
}

static size_t length;

static int
handle_long(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	static char value[8192];

	(void)req;
	(void)s;
	memset(value, 'v', length);
	value[length] = '\0';
	sess_res_cookie(res, &(struct sess_cookie){ .name = "long",
	    .value = value });
	sess_res_printf(res, "%s", sess_err_name(sess_res_error(res)));
	return 200;
}

/* Whatever the size: all of it goes out, or an error does. */
Test(cookie, S25_a_page_gets_all_of_it_or_an_error)
{
	static const size_t lengths[] = { 0, 1, 2000, 2500, 3000, 3500, 4000,
		4044, 4045, 4046, 4047, 4096, 4097, 8000 };
	const struct sess_app app = { .handle = handle_long };
	struct site *site = site_new(&app, NULL);
	struct visitor v = { .site = site, .no_cookies = true };
	size_t i;

	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct answer *a;
		const char *field;

		length = lengths[i];
		a = get(&v, NULL);
		field = field_of(a, "Set-Cookie");
		if (a->status == 200) {
			cr_assert_not_null(field, "%zu bytes", length);
			cr_assert_eq(strcspn(field, ";"), length + 5);
		} else {
			cr_assert_eq(a->status, 500, "%zu bytes", length);
			cr_assert_null(field, "%zu bytes", length);
		}
		cr_assert(length > 2000 || a->status == 200, "%zu", length);
		cr_assert(length < 4090 || a->status == 500, "%zu", length);
	}
	site_free(site);
}

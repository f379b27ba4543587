/* test_jar.c - the lesson's cookie jar does what RFC 6265bis says. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "lesson/jar.h"
#include "lesson/jar_parse.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOW INT64_C(1800000000)         /* 2027-01-15 08:00:00 UTC */
#define DAY INT64_C(86400)

#define HTTPS "https://www.example.com/a/b/page?q=/x/"
#define HTTP "http://www.example.com/a/b/page"
#define ROOT "https://www.example.com/"

static struct jar *jar;

static void
setup(void)
{
	cr_assert_not_null(jar = malloc(sizeof *jar));
	jar_init(jar);
}

static void
teardown(void)
{
	free(jar);
}

TestSuite(jar, .init = setup, .fini = teardown, .timeout = 60);

/* A request for a URL; its host lies in `host`. */
static struct jar_request
request(const char *url, char host[300])
{
	struct jar_request rq = { .secure = url[4] == 's' };
	const char *at = strstr(url, "://") + 3;
	size_t n = strcspn(at, "/");

	memcpy(host, at, n);
	host[n] = '\0';
	rq.host = host;
	rq.path = at + n;
	return rq;
}

/* The text lies before a page that nobody may touch. */
static const char *
receive_rq(const struct jar_request *rq, const char *set_cookie, int64_t now)
{
	char *in = guard_text(set_cookie);
	const char *why = jar_receive(jar, rq, in, now);

	unguard_text(in, strlen(set_cookie));
	return why;
}

static const char *
receive(const char *url, const char *set_cookie, int64_t now)
{
	char host[300];
	struct jar_request rq = request(url, host);

	return receive_rq(&rq, set_cookie, now);
}

/* The Cookie field, until the next call. */
static const char *
field_rq(const struct jar_request *rq, int64_t now)
{
	static char field[JAR_FIELD_MAX];
	size_t n = jar_send(jar, rq, now, field, sizeof field);

	cr_assert_eq(n, strlen(field));
	return field;
}

static const char *
field(const char *url, int64_t now)
{
	char host[300];
	struct jar_request rq = request(url, host);

	return field_rq(&rq, now);
}

static const char *
word(const char *why)
{
	return why != NULL ? why : "taken";
}

/* A Set-Cookie of so many bytes a part. */
static void
sized(char *to, size_t size, size_t name, size_t value, const char *rest)
{
	cr_assert_lt(name + value + strlen(rest) + 1, size);
	memset(to, 'n', name);
	to[name] = '=';
	memset(to + name + 1, 'v', value);
	snprintf(to + name + 1 + value, size - name - 1 - value, "%s", rest);
}

/* ---- one Set-Cookie, and a request after it ------------------------------- */

/*
 * {Set-Cookie, from, expected word ("taken"), asked then (NULL: the same),
 * expected field, why}
 */
static const struct row {
	const char *set_cookie, *from, *expected, *asked, *field, *why;
} rows[] = {
	/* name and value */
	{ "a=1", HTTPS, "taken", NULL, "a=1", "the plainest" },
	{ "  a\t = \t1 2  ", HTTPS, "taken", NULL, "a=1 2", "blanks" },
	{ "a=b=c", HTTPS, "taken", NULL, "a=b=c", "the first = divides" },
	{ "a=", HTTPS, "taken", NULL, "a=", "an empty value" },
	{ "a=\"1\"", HTTPS, "taken", NULL, "a=\"1\"", "quotes are bytes" },
	{ "a=\"1;2\"", HTTPS, "taken", NULL, "a=\"1", "they hold nothing" },
	{ "a=1,b=2", HTTPS, "taken", NULL, "a=1,b=2", "a comma is a byte" },
	{ "a=%41", HTTPS, "taken", NULL, "a=%41", "nothing is decoded" },
	{ "a=\xC3\xBC", HTTPS, "taken", NULL, "a=\xC3\xBC", "any bytes" },
	{ "a\tb=1", HTTPS, "taken", NULL, "a\tb=1", "a tab inside" },
	{ "token", HTTPS, "taken", NULL, "token", "a value without a name" },
	{ "=token", HTTPS, "taken", NULL, "token", "the same" },
	{ "", HTTPS, "empty", NULL, "", "nothing" },
	{ " = ;Path=/", HTTPS, "empty", NULL, "", "nothing" },
	{ ";a=1", HTTPS, "empty", NULL, "", "the pair is the first piece" },
	{ "a=1\r\nb=2", HTTPS, "control", NULL, "", "a line end" },
	{ "a=1\x7F", HTTPS, "control", NULL, "", "DEL" },
	{ "a\x01=1", HTTPS, "control", NULL, "", "in the name" },
	{ "a=1; Path=/\x1F", HTTPS, "control", NULL, "", "anywhere" },
	{ "a=1; x=\ty", HTTPS, "taken", NULL, "a=1", "a tab is a blank" },
	/* Domain */
	{ "a=1", HTTPS, "taken", "https://x.www.example.com/a/b/", "",
	    "without Domain: this host alone" },
	{ "a=1; Domain=example.com", HTTPS, "taken",
	    "https://other.example.com/a/b/", "a=1", "all of the domain" },
	{ "a=1; Domain=.example.com", HTTPS, "taken",
	    "https://example.com/a/b/", "a=1", "the dot plays no part" },
	{ "a=1; DOMAIN=EXAMPLE.Com", HTTPS, "taken",
	    "https://EXAMPLE.com/a/b/", "a=1", "case plays no part" },
	{ "a=1; Domain=www.example.com", HTTPS, "taken",
	    "https://x.www.example.com/a/b/", "a=1", "the host is a domain" },
	{ "a=1; Domain=x.www.example.com", HTTPS, "domain", NULL, "",
	    "below the host" },
	{ "a=1; Domain=example.org", HTTPS, "domain", NULL, "", "elsewhere" },
	{ "a=1; Domain=ample.com", HTTPS, "domain", NULL, "",
	    "only the end of a label" },
	{ "a=1; Domain=..example.com", HTTPS, "domain", NULL, "",
	    "one dot is passed over" },
	{ "a=1; Domain=example.com.", HTTPS, "domain", NULL, "",
	    "a dot at the end" },
	{ "a=1; Domain=www.\xC3\xA4xample.com", HTTPS, "domain", NULL, "",
	    "not ASCII" },
	{ "a=1; Domain=com", HTTPS, "suffix", NULL, "", "a whole TLD" },
	{ "a=1; Domain=.com", HTTPS, "suffix", NULL, "", "a whole TLD" },
	{ "a=1; Domain=localhost", "http://localhost:8080/", "taken",
	    "http://x.localhost/", "", "its own host: as without Domain" },
	{ "a=1; Domain=localhost", "http://localhost:8080/", "taken",
	    "http://localhost:9090/", "a=1", "cookies have no port" },
	{ "a=1; Domain=example.com; Domain=", HTTPS, "taken",
	    "https://example.com/a/b/", "", "the last one counts: none" },
	{ "a=1; Domain=example.org; Domain=example.com", HTTPS, "taken",
	    "https://example.com/a/b/", "a=1", "the last one counts" },
	{ "a=1; Domain=0.0.1", "http://127.0.0.1/", "domain", NULL, "",
	    "an address has no domains" },
	{ "a=1; Domain=3.4]", "http://[::ffff:1.2.3.4]/", "domain", NULL, "",
	    "nor has one in brackets" },
	{ "a=1; Domain=127.0.0.1", "http://127.0.0.1/", "taken",
	    "http://127.0.0.1/", "a=1", "the address itself" },
	{ "a=1", "http://[::1]:8080/", "taken", "http://[::1]/", "a=1",
	    "an address in brackets" },
	{ "a=1", "https:///", "host", NULL, "", "no host" },
	{ "a=1", "https://[::1/", "host", NULL, "", "no end of the address" },
	{ "a=1", "https://a b/", "host", NULL, "", "no host" },
	/* Path */
	{ "a=1", HTTPS, "taken", "https://www.example.com/a/b", "a=1",
	    "the default is the folder" },
	{ "a=1", HTTPS, "taken", "https://www.example.com/a/", "",
	    "and what lies in it" },
	{ "a=1", "https://www.example.com/page", "taken", ROOT, "a=1",
	    "the default of the top" },
	{ "a=1", "https://www.example.com", "taken", ROOT, "a=1",
	    "a URL without a path" },
	{ "a=1", "https://www.example.com/a/", "taken",
	    "https://www.example.com/a", "a=1", "/a/ lies in /a" },
	{ "a=1; Path=/a", HTTPS, "taken", "https://www.example.com/a/x",
	    "a=1", "below the path" },
	{ "a=1; Path=/a", HTTPS, "taken", "https://www.example.com/ab", "",
	    "only the beginning of a name" },
	{ "a=1; Path=/a", HTTPS, "taken", "https://www.example.com/a?b",
	    "a=1", "a query is no path" },
	{ "a=1; Path=/a/", HTTPS, "taken", "https://www.example.com/a", "",
	    "/a/ is not /a" },
	{ "a=1; Path=/A/b", HTTPS, "taken", NULL, "", "case counts" },
	{ "a=1; Path=/elsewhere", HTTPS, "taken",
	    "https://www.example.com/elsewhere", "a=1", "no matter from where" },
	{ "a=1; Path=b", HTTPS, "taken", "https://www.example.com/a/b", "a=1",
	    "no path: the default" },
	{ "a=1; Path=/; Path=", HTTPS, "taken", ROOT, "",
	    "the last one counts: the default" },
	{ "a=1; Path=/%61/b", HTTPS, "taken", NULL, "", "nothing is decoded" },
	/* Secure */
	{ "a=1; Secure", HTTPS, "taken", NULL, "a=1", "over https" },
	{ "a=1; secure=no", HTTPS, "taken", HTTP, "", "its value is nothing" },
	{ "a=1; Secure", HTTPS, "taken", HTTP, "", "not over http" },
	{ "a=1; Secure", HTTP, "secure", NULL, "", "nor from there" },
	{ "a=1", HTTP, "taken", HTTPS, "a=1", "from http to https" },
	{ "a=1; Secured", HTTPS, "taken", HTTP, "a=1", "another word" },
	{ "a=1; Secur", HTTPS, "taken", HTTP, "a=1", "another word" },
	/* SameSite */
	{ "a=1; SameSite=None", HTTPS, "none", NULL, "", "without Secure" },
	{ "a=1; SameSite=none; Secure", HTTPS, "taken", NULL, "a=1",
	    "with it" },
	{ "a=1; SameSite=None; SameSite=Lax", HTTPS, "taken", NULL, "a=1",
	    "the last one counts" },
	{ "a=1; SameSite=None; SameSite=x", HTTPS, "taken", NULL, "a=1",
	    "even one that says nothing" },
	/* prefixes */
	{ "__Secure-a=1; Secure", HTTPS, "taken", NULL, "__Secure-a=1", "" },
	{ "__Secure-a=1", HTTPS, "prefix", NULL, "", "not Secure" },
	{ "__SECURE-a=1", HTTPS, "prefix", NULL, "", "in any case" },
	{ "__Host-a=1; Secure; Path=/", HTTPS, "taken", NULL, "__Host-a=1",
	    "all it asks for" },
	{ "__Host-a=1; Path=/", HTTPS, "prefix", NULL, "", "not Secure" },
	{ "__host-a=1; Path=/", HTTPS, "prefix", NULL, "", "in any case" },
	{ "__Host-a=1; Secure; Path=/a", HTTPS, "prefix", NULL, "",
	    "another path" },
	{ "__Host-a=1; Secure", HTTPS, "prefix", NULL, "", "no path" },
	{ "__Host-a=1; Secure", ROOT, "prefix", NULL, "",
	    "the default is not enough" },
	{ "__Host-a=1; Secure; Path=/; Domain=example.com", HTTPS, "prefix",
	    NULL, "", "a Domain" },
	{ "__Host-a=1; Secure; Path=/; Domain=www.example.com", HTTPS,
	    "prefix", NULL, "", "its own host as a Domain" },
	{ "__Host-a=1; Secure; Path=/; Domain=", HTTPS, "taken", NULL,
	    "__Host-a=1", "an empty Domain is none" },
	{ "__Host-a=1; Secure; Path=/", HTTP, "secure", NULL, "", "http" },
	{ "=__Host-a=1", HTTPS, "prefix", NULL, "", "hidden in the value" },
	{ "__secure-a", HTTPS, "prefix", NULL, "", "hidden in the value" },
	{ "__Hosta=1", HTTPS, "taken", NULL, "__Hosta=1", "no prefix" },
	/* Max-Age and Expires */
	{ "a=1; Max-Age=0", HTTPS, "taken", NULL, "", "over at once" },
	{ "a=1; Max-Age=-1", HTTPS, "taken", NULL, "", "over at once" },
	{ "a=1; Max-Age=1", HTTPS, "taken", NULL, "a=1", "a second" },
	{ "a=1; Max-Age=", HTTPS, "taken", NULL, "a=1", "no number" },
	{ "a=1; Max-Age=-", HTTPS, "taken", NULL, "a=1", "no number" },
	{ "a=1; Max-Age=+0", HTTPS, "taken", NULL, "a=1", "no number" },
	{ "a=1; Max-Age=0x", HTTPS, "taken", NULL, "a=1", "no number" },
	{ "a=1; Max-Age=00", HTTPS, "taken", NULL, "", "a number" },
	{ "a=1; Max-Age=0; Max-Age=x", HTTPS, "taken", NULL, "",
	    "what is no number takes nothing back" },
	{ "a=1; Max-Age=0; Max-Age=9", HTTPS, "taken", NULL, "a=1",
	    "the last one counts" },
	{ "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", HTTPS, "taken", NULL,
	    "", "over at once" },
	{ "a=1; Expires=never", HTTPS, "taken", NULL, "a=1", "no date" },
	{ "a=1; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT", HTTPS,
	    "taken", NULL, "a=1", "Max-Age counts" },
	{ "a=1; Expires=Fri, 01 Jan 2038 00:00:00 GMT; Max-Age=0", HTTPS,
	    "taken", NULL, "", "Max-Age counts" },
	/* the rest */
	{ "a=1; ; ;=;HttpOnly", HTTPS, "taken", NULL, "a=1", "empty pieces" },
	{ "a=1 ;\tPath = /\t; Secure ", HTTPS, "taken", ROOT, "a=1",
	    "blanks" },
	{ "a=1; Priority=High; Partitioned; Version=1", HTTPS, "taken", NULL,
	    "a=1", "unknown attributes" },
};

Test(jar, takes_what_the_draft_takes)
{
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];

		jar_init(jar);
		cr_expect_str_eq(word(receive(r->from, r->set_cookie, NOW)),
		    r->expected, "row %zu: <%s> %s", i, r->set_cookie, r->why);
		cr_expect_str_eq(field(r->asked != NULL ? r->asked : r->from,
		    NOW), r->field, "row %zu: <%s> %s", i, r->set_cookie,
		    r->why);
	}
}

Test(jar, name_and_value_have_4096_bytes_together)
{
	char text[6000];

	sized(text, sizeof text, 96, 4000, "");
	cr_expect_null(receive(HTTPS, text, NOW));
	sized(text, sizeof text, 97, 4000, "");
	cr_expect_str_eq(word(receive(HTTPS, text, NOW)), "too-long");
	sized(text, sizeof text, 4096, 0, "");
	cr_expect_null(receive(HTTPS, text, NOW));
	sized(text, sizeof text, 0, 4096, "");
	cr_expect_null(receive(HTTPS, text, NOW));
	sized(text, sizeof text, 1, 4095, " \t ; Path=/");
	cr_expect_null(receive(HTTPS, text, NOW), "what is cut off");
	cr_expect_eq(jar->n, 4);
}

Test(jar, an_attribute_of_over_1024_bytes_is_not_there)
{
	char text[3000], path[1100];

	memset(path, 'p', sizeof path);
	path[0] = '/';
	snprintf(text, sizeof text, "a=1; Path=/x; Path=%.1024s", path);
	cr_assert_null(receive(HTTPS, text, NOW));
	cr_expect_eq(strlen(jar->at[0].path), 1024);
	snprintf(text, sizeof text, "b=1; Path=/x; Path=%.1025s", path);
	cr_assert_null(receive(HTTPS, text, NOW));
	cr_expect_str_eq(jar->at[1].path, "/x");
	snprintf(text, sizeof text, "c=1; Path=/; Domain=%.1025s", path);
	cr_expect_null(receive(HTTPS, text, NOW), "nor does it refuse");
	snprintf(text, sizeof text, "d=1; Path=/; Domain=%.1024s", path);
	cr_expect_str_eq(word(receive(HTTPS, text, NOW)), "domain");
}

Test(jar, a_request_that_is_too_long_is_refused)
{
	char url[2000], name[300];

	memset(name, 'x', sizeof name);
	snprintf(url, sizeof url, "https://%.253s/", name);
	cr_expect_null(receive(url, "a=1", NOW));
	snprintf(url, sizeof url, "https://%.254s/", name);
	cr_expect_str_eq(word(receive(url, "a=1", NOW)), "host");
	cr_expect_str_eq(field(url, NOW), "");
	snprintf(url, sizeof url, "https://a.example/%0*d/x", 1023, 0);
	cr_expect_null(receive(url, "a=1", NOW));
	snprintf(url, sizeof url, "https://a.example/%0*d/x", 1024, 0);
	cr_expect_str_eq(word(receive(url, "a=1", NOW)), "path");
	cr_expect_null(receive(url, "a=1; Path=/", NOW), "it needs none");
}

/* ---- dates ---------------------------------------------------------------- */

#define NO INT64_MIN

static const struct {
	const char *text;
	int64_t expected;
	const char *why;
} dates[] = {
	{ "Wed, 09 Jun 2021 10:18:14 GMT", 1623233894, "RFC 1123" },
	{ "Wednesday, 09-Jun-21 10:18:14 GMT", 1623233894, "RFC 850" },
	{ "Wed Jun  9 10:18:14 2021", 1623233894, "asctime()" },
	{ "2021 10:18:14 june 9", 1623233894, "four digits are no day" },
	{ "21 10:18:14 june 9", NO, "two are: of the month, and 9 no year" },
	{ "10:18:14 9 JUNE 2021", 1623233894, "any order of the rest" },
	{ "9/Jun/2021 10:18:14", 1623233894, "any delimiter" },
	{ "9 Jun 2021 10:18:14 +0200", 1623233894, "zones play no part" },
	{ "Thu, 01 Jan 1970 00:00:00 GMT", 0, "the epoch" },
	{ "Thu, 01 Jan 1970 00:00:01 GMT", 1, "a second later" },
	{ "Wed, 31 Dec 1969 23:59:59 GMT", -1, "before it" },
	{ "Mon, 01 Jan 1601 00:00:00 GMT", -11644473600, "the first year" },
	{ "31 Dec 1600 23:59:59", NO, "the year before" },
	{ "Fri, 31 Dec 9999 23:59:59 GMT", 253402300799, "the last second" },
	{ "29 Feb 2024 00:00:00", 1709164800, "a leap year" },
	{ "29 Feb 2000 00:00:00", 951782400, "a leap century" },
	{ "1 Mar 2000 00:00:00", 951868800, "the day after" },
	{ "29 Feb 2023 00:00:00", NO, "no leap year" },
	{ "29 Feb 1900 00:00:00", NO, "no leap century" },
	{ "31 Apr 2021 00:00:00", NO, "no such day" },
	{ "0 Jun 2021 00:00:00", NO, "no such day" },
	{ "32 Jan 2021 00:00:00", NO, "no such day" },
	{ "9 Jun 70 00:00:00", 13737600, "70 is 1970" },
	{ "9 Jun 69 00:00:00", 3137961600, "69 is 2069" },
	{ "9 Jun 00 00:00:00", 960508800, "00 is 2000" },
	{ "9 Jun 021 10:18:14", 1623233894, "three digits, below 100" },
	{ "9 Jun 121 00:00:00", NO, "a year of antiquity" },
	{ "9 Jun 20210 00:00:00", NO, "five digits" },
	{ "9 Jun 2021x 10:18:14z", 1623233894, "letters behind" },
	{ "9th Juneish 2021 10:18:14", 1623233894, "letters behind" },
	{ "9 Ju 2021 00:00:00", NO, "no month" },
	{ "9 2021 10:18:14 Ju", NO, "nor at the end" },
	{ "9 Jan Feb 2021 00:00:00", 1610150400, "the first one counts" },
	{ "9 Jun 2021 24:00:00", NO, "no such hour" },
	{ "9 Jun 2021 23:60:00", NO, "no such minute" },
	{ "9 Jun 2021 23:59:60", NO, "no leap seconds" },
	{ "9 Jun 2021 10:18:14 11:00:00", 1623233894, "the first counts" },
	{ "9\tJun\t2021 10:18:14", 1623233894, "a tab is a delimiter" },
	{ "9 Jun 2021 1:2:3", 1623200523, "single digits" },
	{ "9 Jun 2021 10:18", NO, "no seconds" },
	{ "9 Jun 2021 010:18:14", NO, "three digits" },
	{ "9 Jun 2021 10:18:144", NO, "three digits" },
	{ "9 Jun 2021", NO, "no time" },
	{ "Jun 2021 10:18:14", NO, "no day" },
	{ "9 2021 10:18:14", NO, "no month" },
	{ "9 Jun 10:18:14", NO, "no year" },
	{ "", NO, "nothing" },
	{ " ;-;", NO, "delimiters" },
	{ "9\x80Jun 2021 10:18:14", NO, "no delimiter" },
};

Test(jar, reads_dates_as_the_draft_does)
{
	size_t i;

	for (i = 0; i < COUNT(dates); i++) {
		size_t n = strlen(dates[i].text);
		char *in = guard(dates[i].text, n);
		int64_t time = NO;
		bool ok = jar_parse_date((struct jar_text){ in, n }, &time);

		cr_expect_eq(ok, dates[i].expected != NO, "<%s> %s",
		    dates[i].text, dates[i].why);
		cr_expect_eq(time, dates[i].expected, "<%s> is %lld: %s",
		    dates[i].text, (long long)time, dates[i].why);
		unguard(in, n);
	}
}

/* ---- how long ------------------------------------------------------------- */

Test(jar, a_cookie_is_over_at_its_second_and_not_before)
{
	cr_assert_null(receive(HTTPS, "a=1; Max-Age=60", NOW));
	cr_assert_null(receive(HTTPS, "b=1; Expires=Fri, 15 Jan 2027 "
	    "08:01:00 GMT", NOW));
	cr_expect_str_eq(field(HTTPS, NOW + 59), "a=1; b=1");
	cr_expect_str_eq(field(HTTPS, NOW + 60), "");
	cr_expect_eq(jar->n, 0, "it is gone from the jar");
}

Test(jar, nothing_lives_longer_than_400_days)
{
	size_t i;

	cr_assert_null(receive(HTTPS, "a=1; Max-Age=34560000", NOW));
	cr_assert_null(receive(HTTPS, "b=1; Max-Age=34560001", NOW));
	cr_assert_null(receive(HTTPS,
	    "c=1; Max-Age=99999999999999999999999999", NOW));
	cr_assert_null(receive(HTTPS,
	    "d=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT", NOW));
	for (i = 0; i < 4; i++) {
		cr_expect_eq(jar->at[i].expires, NOW + 400 * DAY, "%zu", i);
		cr_expect(jar->at[i].persistent);
	}
}

Test(jar, a_cookie_without_a_time_goes_with_the_browser)
{
	cr_assert_null(receive(HTTPS, "a=1", NOW));
	cr_assert_null(receive(HTTPS, "b=1; Max-Age=1000000", NOW));
	cr_assert_null(receive(HTTPS, "c=1; Max-Age=x; Expires=x", NOW));
	cr_expect_str_eq(field(HTTPS, NOW + 500000), "a=1; b=1; c=1");
	cr_expect_eq(jar->at[0].expires, INT64_MAX);
	jar_close_browser(jar);
	cr_expect_str_eq(field(HTTPS, NOW + 500000), "b=1");
}

/* ---- who asks ------------------------------------------------------------- */

enum { HERE = 0, CROSS = 1, TOP = 2, POST = 4, SCRIPT = 8 };

static struct jar_request
asked_by(int how, char host[300])
{
	struct jar_request rq = request(HTTPS, host);

	rq.cross_site = how & CROSS;
	rq.top_level = how & TOP;
	rq.method = how & POST ? "POST" : NULL;
	rq.script = how & SCRIPT;
	return rq;
}

static const struct {
	const char *attributes;
	enum jar_unsaid unsaid;
	int how;
	int64_t age;
	bool expected;
	const char *why;
} goes[] = {
	{ "Strict", JAR_AS_LAX, HERE, 0, true, "a part of its own page" },
	{ "Strict", JAR_AS_LAX, POST | TOP, 0, true, "its own form" },
	{ "Strict", JAR_AS_LAX, CROSS | TOP, 0, false, "a link elsewhere" },
	{ "Strict", JAR_AS_LAX, CROSS, 0, false, "a picture elsewhere" },
	{ "Lax", JAR_AS_LAX, CROSS | TOP, 0, true, "a link elsewhere" },
	{ "Lax", JAR_AS_LAX, CROSS | TOP | POST, 0, false,
	    "a form elsewhere" },
	{ "Lax", JAR_AS_LAX, CROSS, 0, false, "a picture elsewhere" },
	{ "Lax", JAR_AS_LAX, CROSS | SCRIPT, 0, false, "a frame elsewhere" },
	{ "Lax", JAR_AS_LAX, CROSS | TOP | SCRIPT, 0, false,
	    "a script is no navigation" },
	{ "None; Secure", JAR_AS_LAX, CROSS, 0, true, "anything elsewhere" },
	{ "None; Secure", JAR_AS_LAX, CROSS | TOP | POST, 0, true,
	    "a form elsewhere" },
	{ "None; Secure", JAR_AS_LAX, CROSS | SCRIPT, 0, true,
	    "a frame elsewhere" },
	{ "x", JAR_AS_LAX, CROSS | TOP, 0, true, "the default is Lax" },
	{ "x", JAR_AS_LAX, CROSS | TOP | POST, 0, false,
	    "the default is Lax" },
	{ "x", JAR_AS_LAX, CROSS, 0, false, "the default is Lax" },
	{ "x", JAR_AS_LAX_AFTER_2_MINUTES, CROSS | TOP | POST, 120, true,
	    "as Chromium does" },
	{ "x", JAR_AS_LAX_AFTER_2_MINUTES, CROSS | TOP | POST, 121, false,
	    "two minutes are over" },
	{ "x", JAR_AS_LAX_AFTER_2_MINUTES, CROSS, 0, false,
	    "only where the tab goes" },
	{ "Lax", JAR_AS_LAX_AFTER_2_MINUTES, CROSS | TOP | POST, 0, false,
	    "only where nothing is said" },
	{ "x", JAR_AS_NONE, CROSS, 999, true, "as Firefox does" },
	{ "x", JAR_AS_NONE, CROSS | TOP | POST, 999, true, "the same" },
	{ "Lax", JAR_AS_NONE, CROSS, 0, false, "Lax is Lax" },
};

Test(jar, same_site_decides_what_other_sites_may_cause)
{
	char host[300], text[100];
	size_t i;

	for (i = 0; i < COUNT(goes); i++) {
		struct jar_request rq = asked_by(goes[i].how, host);
		const char *why;

		jar_init(jar);
		jar->unsaid = goes[i].unsaid;
		snprintf(text, sizeof text, "a=1; SameSite=%s",
		    goes[i].attributes);
		cr_assert_null(receive(HTTPS, text, NOW));
		why = jar_withholds(jar, &jar->at[0], &rq, NOW + goes[i].age);
		cr_expect_str_eq(word(why), goes[i].expected ? "taken" :
		    "same-site", "row %zu: %s", i, goes[i].why);
		cr_expect_str_eq(field_rq(&rq, NOW + goes[i].age),
		    goes[i].expected ? "a=1" : "", "row %zu: %s", i,
		    goes[i].why);
	}
}

Test(jar, safe_methods_are_those_of_http)
{
	static const char *const safe[] = { "GET", "HEAD", "OPTIONS",
		"TRACE" }, *const not[] = { "POST", "PUT", "DELETE", "PATCH",
		"get", "" };
	char host[300];
	struct jar_request rq = asked_by(CROSS | TOP, host);
	size_t i;

	cr_assert_null(receive(HTTPS, "a=1", NOW));
	for (i = 0; i < COUNT(safe); i++) {
		rq.method = safe[i];
		cr_expect_str_eq(field_rq(&rq, NOW), "a=1", "%s", safe[i]);
	}
	for (i = 0; i < COUNT(not); i++) {
		rq.method = not[i];
		cr_expect_str_eq(field_rq(&rq, NOW), "", "%s", not[i]);
	}
}

static const struct {
	const char *set_cookie;
	enum jar_unsaid unsaid;
	int how;
	const char *expected, *why;
} sets[] = {
	{ "a=1", JAR_AS_LAX, CROSS, "same-site", "a picture elsewhere" },
	{ "a=1; SameSite=Strict", JAR_AS_LAX, CROSS, "same-site", "" },
	{ "a=1; SameSite=Strict", JAR_AS_LAX, CROSS | TOP | POST, "taken",
	    "a visit by a link or a form may get any cookie" },
	{ "a=1; SameSite=None; Secure", JAR_AS_LAX, CROSS, "taken", "" },
	{ "a=1", JAR_AS_NONE, CROSS, "taken", "as Firefox does" },
	{ "a=1", JAR_AS_LAX, CROSS | SCRIPT, "same-site",
	    "a frame elsewhere" },
	{ "a=1", JAR_AS_LAX, CROSS | TOP | SCRIPT, "same-site",
	    "a script is no navigation" },
	{ "a=1", JAR_AS_LAX, SCRIPT, "taken", "a script of the page" },
	{ "a=1; HttpOnly", JAR_AS_LAX, SCRIPT, "script",
	    "a script makes none of that" },
};

Test(jar, who_caused_the_request_decides_what_its_answer_may_set)
{
	char host[300];
	size_t i;

	for (i = 0; i < COUNT(sets); i++) {
		struct jar_request rq = asked_by(sets[i].how, host);

		jar_init(jar);
		jar->unsaid = sets[i].unsaid;
		cr_expect_str_eq(word(receive_rq(&rq, sets[i].set_cookie,
		    NOW)), sets[i].expected, "row %zu: <%s> %s", i,
		    sets[i].set_cookie, sets[i].why);
	}
}

Test(jar, a_script_neither_sees_nor_replaces_nor_removes_http_only)
{
	char host[300];
	struct jar_request script = asked_by(SCRIPT, host);

	cr_assert_null(receive(HTTPS, "sid=1; HttpOnly", NOW));
	cr_assert_null(receive(HTTPS, "theme=dark", NOW));
	cr_expect_str_eq(field_rq(&script, NOW), "theme=dark");
	cr_expect_str_eq(word(jar_withholds(jar, jar_find(jar, "sid"),
	    &script, NOW)), "script");
	cr_expect_str_eq(word(receive_rq(&script, "sid=2", NOW)), "script");
	cr_expect_str_eq(word(receive_rq(&script, "sid=; Max-Age=0", NOW)),
	    "script");
	cr_expect_str_eq(field(HTTPS, NOW), "sid=1; theme=dark");
	cr_expect_null(receive_rq(&script, "theme=light", NOW));
	cr_expect_null(receive_rq(&script, "sid=2; Path=/", NOW),
	    "another path is another cookie");
	cr_expect_str_eq(field(HTTPS, NOW), "sid=1; theme=light; sid=2");
}

/* ---- http beside https ---------------------------------------------------- */

/* {the Secure one's attributes, what http sends, from, expected, why} */
static const struct {
	const char *old, *new, *from, *expected, *why;
} hides[] = {
	{ "Path=/login", "a=2; Path=/login", HTTP, "overlay", "the same" },
	{ "Path=/login", "a=2; Path=/login/en", HTTP, "overlay",
	    "would be sent first" },
	{ "Path=/login", "a=2; Path=/", HTTP, "taken", "is sent behind it" },
	{ "Path=/login", "a=2; Path=/foo", HTTP, "taken", "is elsewhere" },
	{ "Path=/", "b=2; Path=/", HTTP, "taken", "another name" },
	{ "Path=/", "A=2; Path=/", HTTP, "taken", "another name" },
	{ "Path=/", "a=; Path=/; Max-Age=0", HTTP, "overlay", "a removal" },
	{ "Path=/; Domain=example.com", "a=2; Path=/", HTTP, "overlay",
	    "a host below its domain" },
	{ "Path=/", "a=2; Path=/; Domain=example.com", HTTP, "overlay",
	    "a domain above its host" },
	{ "Path=/", "a=2; Path=/", "http://example.com/", "overlay",
	    "a host above its host" },
	{ "Path=/", "a=2; Path=/", "http://x.example.com/", "taken",
	    "a host beside its host" },
	{ "Path=/", "a=2; Path=/", HTTPS, "taken", "https may" },
};

Test(jar, http_leaves_secure_cookies_alone)
{
	char text[100];
	size_t i;

	for (i = 0; i < COUNT(hides); i++) {
		jar_init(jar);
		snprintf(text, sizeof text, "a=1; Secure; %s", hides[i].old);
		cr_assert_null(receive(HTTPS, text, NOW));
		cr_expect_str_eq(word(receive(hides[i].from, hides[i].new,
		    NOW)), hides[i].expected, "row %zu: %s", i, hides[i].why);
	}
	jar_init(jar);
	cr_assert_null(receive(HTTP, "a=1", NOW));
	cr_expect_null(receive(HTTP, "a=2", NOW), "its own it may");
}

/* ---- several cookies ------------------------------------------------------ */

Test(jar, longer_paths_are_sent_first_and_then_older_cookies)
{
	cr_assert_null(receive(HTTPS, "a=1; Path=/", NOW));
	cr_assert_null(receive(HTTPS, "b=1; Path=/a/b", NOW));
	cr_assert_null(receive(HTTPS, "c=1; Path=/a", NOW));
	cr_assert_null(receive(HTTPS, "d=1; Path=/a/b", NOW));
	cr_assert_null(receive(HTTPS, "a=2; Path=/a", NOW));
	cr_expect_str_eq(field(HTTPS, NOW), "b=1; d=1; c=1; a=2; a=1");
}

Test(jar, a_cookie_that_is_replaced_keeps_its_age)
{
	cr_assert_null(receive(HTTPS, "a=1; Secure; Max-Age=9", NOW));
	cr_assert_null(receive(HTTPS, "b=1", NOW + 1));
	cr_assert_null(receive(HTTPS, "a=2; SameSite=Strict", NOW + 2));
	cr_expect_str_eq(field(HTTPS, NOW + 3), "a=2; b=1");
	cr_expect_eq(jar->at[0].created, NOW);
	cr_expect_eq(jar->at[0].used, NOW + 3);
	cr_expect_eq(jar->at[0].expires, INT64_MAX, "nothing else stays");
	cr_expect_not(jar->at[0].secure);
	cr_expect_eq(jar->at[0].same_site, JAR_STRICT);
}

Test(jar, name_domain_host_only_and_path_make_a_cookie)
{
	cr_assert_null(receive(HTTPS, "a=1; Path=/", NOW));
	cr_assert_null(receive(HTTPS, "a=2; Path=/; Domain=www.example.com",
	    NOW));
	cr_assert_null(receive(HTTPS, "a=3; Path=/; Domain=example.com",
	    NOW));
	cr_assert_null(receive(HTTPS, "a=4; Path=/a", NOW));
	cr_assert_null(receive(HTTPS, "A=5; Path=/", NOW));
	cr_expect_str_eq(field(HTTPS, NOW), "a=4; a=1; a=2; a=3; A=5");
	cr_assert_null(receive("https://WWW.example.com:8443/", "a=6; Path=/",
	    NOW));
	cr_expect_str_eq(field(HTTPS, NOW), "a=4; a=6; a=2; a=3; A=5");
	cr_assert_null(receive(HTTPS, "a=; Path=/; Max-Age=0", NOW));
	cr_expect_eq(jar->n, 4, "it is gone at once");
	cr_expect_str_eq(field(HTTPS, NOW), "a=4; a=2; a=3; A=5");
}

Test(jar, what_is_refused_changes_nothing)
{
	cr_assert_null(receive(HTTPS, "__Host-a=1; Secure; Path=/", NOW));
	cr_expect_not_null(receive(HTTPS, "__Host-a=2; Path=/", NOW));
	cr_expect_not_null(receive(HTTPS, "__Host-a=2; Path=/; Max-Age=0",
	    NOW));
	cr_expect_str_eq(field(HTTPS, NOW), "__Host-a=1");
	cr_expect_eq(jar->n, 1);
}

/* ---- a full jar ----------------------------------------------------------- */

/* n cookies of a host; the later, the later used. */
static void
fill(const char *url, const char *attributes, int n)
{
	char text[200];
	int i;

	for (i = 0; i < n; i++) {
		snprintf(text, sizeof text, "c%d=1; Path=/%s", i, attributes);
		cr_assert_null(receive(url, text, NOW + i));
	}
}

Test(jar, a_domain_has_fifty_and_the_one_not_used_for_longest_goes)
{
	fill(ROOT, "", 50);
	jar->at[0].used = NOW + 900;
	cr_assert_null(receive(ROOT, "new=1", NOW + 1000));
	cr_expect_eq(jar->n, 50);
	cr_expect_not_null(jar_find(jar, "c0"), "it was used");
	cr_expect_null(jar_find(jar, "c1"), "it was not");
	cr_expect_not_null(jar_find(jar, "new"));
}

Test(jar, http_cannot_push_out_what_https_has_set)
{
	fill(ROOT, "; Secure", 50);
	cr_expect_str_eq(word(receive("http://www.example.com/", "new=1",
	    NOW + 1000)), "full");
	cr_expect_eq(jar->n, 50);
	cr_expect_null(receive(ROOT, "mine=1; Secure", NOW + 1000));
	cr_expect_null(jar_find(jar, "c0"));
	cr_expect_not_null(jar_find(jar, "mine"));
	jar->at[30].secure = false;
	cr_expect_null(receive(ROOT, "more=1; Secure", NOW + 1000));
	cr_expect_null(jar_find(jar, "c31"), "one that is not Secure first");
	cr_expect_not_null(jar_find(jar, "c1"));
}

Test(jar, the_jar_has_sixty_four)
{
	fill(ROOT, "", 40);
	fill("https://example.org/", "", 24);
	cr_expect_eq(jar->n, JAR_COOKIES);
	cr_assert_null(receive("https://example.net/", "new=1", NOW + 1000));
	cr_expect_eq(jar->n, JAR_COOKIES);
	cr_expect_str_eq(jar->at[0].name, "c1", "the oldest went");
	cr_expect_str_eq(field("https://example.net/", NOW + 1000), "new=1");
	cr_assert_null(receive("https://example.net/", "x=; Max-Age=0",
	    NOW + 1000));
	jar_expire(jar, NOW + 1000);
	cr_expect_eq(jar->n, JAR_COOKIES, "a removal needs no room");
}

Test(jar, what_has_expired_makes_room_first)
{
	fill(ROOT, "", 10);
	fill("https://example.org/", "; Max-Age=100", 50);
	fill("https://example.net/", "", 4);
	cr_assert_null(receive("https://example.net/", "new=1", NOW + 149));
	cr_expect_eq(jar->n, 15);
	cr_expect_str_eq(jar->at[0].name, "c0", "nothing else went");
}

Test(jar, the_longest_field_fits_and_a_short_buffer_gets_nothing)
{
	static char to[JAR_FIELD_MAX];
	char text[6000], host[300];
	struct jar_request rq = request("https://a.b.example/", host);
	size_t i, n, expected = 0;

	for (i = 0; i < JAR_COOKIES; i++) {
		snprintf(text, sizeof text, "%02zu=%0*d; Path=/; Domain=%s", i,
		    4094, 0, i < 32 ? "a.b.example" : "b.example");
		cr_assert_null(receive_rq(&rq, text, NOW));
		expected += 4097 + 2;
	}
	expected -= 2;
	*to = 'x';
	n = jar_send(jar, &rq, NOW + 5, to, expected);
	cr_expect_eq(n, expected, "its NUL has no room");
	cr_expect_str_eq(to, "");
	cr_expect_eq(jar->at[0].used, NOW, "nothing was sent");
	cr_expect_eq(jar_send(jar, &rq, NOW + 5, NULL, 0), expected);
	n = jar_send(jar, &rq, NOW + 5, to, sizeof to);
	cr_expect_eq(n, expected);
	cr_expect_eq(strlen(to), expected);
	cr_expect_eq(jar->at[0].used, NOW + 5);
}

/* ---- for a page that shows the jar --------------------------------------- */

static const struct {
	const char *url;
	int64_t later;
	const char *expected;
} shown[] = {
	{ HTTPS, 0, "taken" },
	{ HTTPS, 60, "expired" },
	{ "https://example.org/a", 0, "domain" },
	{ "https:///a", 0, "host" },
	{ "https://www.example.com/", 0, "path" },
	{ HTTP, 0, "secure" },
};

Test(jar, it_says_why_a_cookie_stays_at_home)
{
	char host[300];
	size_t i;

	cr_assert_null(receive(HTTPS, "a=1; Secure; Max-Age=60", NOW));
	for (i = 0; i < COUNT(shown); i++) {
		struct jar_request rq = request(shown[i].url, host);

		cr_expect_str_eq(word(jar_withholds(jar, &jar->at[0], &rq,
		    NOW + shown[i].later)), shown[i].expected, "row %zu", i);
	}
}

Test(jar, a_cookie_is_found_by_its_name_with_all_it_is)
{
	const struct jar_cookie *c;

	cr_assert_null(receive(HTTPS, "sid=v w; HttpOnly; Secure; "
	    "SameSite=Lax; Path=/; Domain=Example.com; Max-Age=60", NOW));
	cr_assert_not_null(c = jar_find(jar, "sid"));
	cr_expect_str_eq(jar_value(c), "v w");
	cr_expect_str_eq(c->domain, "example.com");
	cr_expect_str_eq(c->path, "/");
	cr_expect_eq(c->created, NOW);
	cr_expect_eq(c->used, NOW);
	cr_expect_eq(c->expires, NOW + 60);
	cr_expect(c->persistent && c->secure && c->http_only && !c->host_only);
	cr_expect_eq(c->same_site, JAR_LAX);
	cr_expect_null(jar_find(jar, "SID"));
}

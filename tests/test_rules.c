/* test_rules.c - rules are read, paths are judged; all else is refused. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "readings.h"
#include "rules.h"

static struct rules_wrong wrong;

TestSuite(rules, .timeout = 60);

static struct rules *
parse(const char *text)
{
	return rules_parse(text, strlen(text), &wrong);
}

static struct rules *
good(const char *text)
{
	struct rules *r = parse(text);

	cr_assert_not_null(r, "%d: %s", wrong.line, wrong.why);
	return r;
}

/* ---- paths ------------------------------------------------------------- */

/* What is refused, and because of whom. */
struct refused { const char *uri, *because; };

static void
are_refused(const struct refused *row, size_t n)
{
	for (; n > 0; row++, n--) {
		cr_assert_not_null(readings_refuse(row->uri), "%s: %s",
		    row->uri, row->because);
		cr_assert_not(readings_agree(row->uri));
	}
}

#define ROWS(rows) rows, sizeof rows / sizeof *rows

Test(rules, r70_a_path_that_leads_elsewhere_for_some_is_refused)
{
	static const struct refused rows[] = {
		{ "", "no path" }, { "a", "relative to something" },
		{ "*", "OPTIONS: the server itself" }, { "?/a", "no path" },
		{ "http://example.org/a", "absolute-form: of another host" },
		{ "HTTP://example.org/a", "the same, in capitals" },
		{ "\\a", "a slash to WHATWG URL" },
		{ "//a", "WHATWG URL, parse_url(): host a, path /" },
		{ "//a/private", "... host a, path /private" },
		{ "///a//b//", "WHATWG URL: host a" },

		{ "/.", "browsers resolve it, so none sends it" },
		{ "/..", "above the root; or a page of this name" },
		{ "/a/..", "/ where resolved; else below /a" },
		{ "/./a/./b/.", "/a/b where resolved" },
		{ "/a/../b", "/b or below /a" },
		{ "/a/b/../../c", "/c or below /a" },
		{ "/a/../../b", "above the root" },
		{ "/public/../private", "/private or below /public" },
		{ "/private/./open", "/private/open or below /private" },
		{ "/private/../private/x", "there and back is no better" },
		{ "/a//../b", "up from /a/ or from /" },
		{ "/a/../b//c", "the same" },
		{ "/%2e", "WHATWG URL takes it for ." },
		{ "/private/%2e%2E", "... and this for .." },
		{ "/private/.%2e", "... and this" },
		{ "/a/..%20/b", "Windows, trim(): .." },
		{ "/a/..+/b", "the same after urldecode()" },
		{ "/a/.%20./b", "nothing but dots and blanks" },
		{ "/a/%20../b", "trim(): .." },
	};

	are_refused(ROWS(rows));
}

Test(rules, r70_a_path_that_ends_earlier_for_some_is_refused)
{
	static const struct refused rows[] = {
		{ "/admin.php%3F", "decoded before it is cut at ?" },
		{ "/admin.php%3fx=1", "the same" },
		{ "/a#b", "ends at # to WHATWG URL, parse_url()" },
		{ "/a%23b", "the same, decoded before" },
		{ "/a;b", "cut off by Java servers" },
		{ "/a%3Bb", "the same, decoded before" },
		{ "/a;/../b", "the same" }, { "/..;/b", ".. to them" },
		{ "/a\\b", "a slash to Windows, WHATWG URL" },
		{ "/a%5cb", "the same, decoded before" },
		{ "/a%2fb", "a slash where decoding comes before cutting" },
		{ "/a%2Fb", "the same" }, { "/%2f", "the same" },

		{ "/a%00", "the end, in C" }, { "/a%00.png", "the same" },
		{ "/a%0a", "the end of a line" }, { "/a%7F", "a control" },
		{ "/a\tb", "WHATWG URL drops it" },
		{ "/a b", "the end of the URI" },
		{ "/%", "no escape" }, { "/%4", "no escape" },
		{ "/%zz", "no escape" }, { "/a%", "no escape" },
		{ "/%-1", "no escape" }, { "/% 1", "no escape" },
		{ "/%u0070rivate", "an escape to IIS alone" },
		{ "/%2570rivate", "an escape in an escape" },
		{ "/%25%37%30rivate", "the same" },
		{ "/%252e%252e/a", "the same" }, { "/%252f", "the same" },
		{ "/a%C0%AF", "no UTF-8: an overlong slash" },
		{ "/%C0%AE%C0%AE/", "no UTF-8: overlong dots" },
		{ "/a%FF", "no UTF-8" }, { "/a\xFF", "no UTF-8" },
		{ "/a%ED%A0%80", "no UTF-8: half a surrogate" },
		{ "/caf\xC3\xA9", "browsers escape it; Latin-1 to WSGI" },
		{ "/a\"b", "browsers escape it" },
		{ "/a<b>", "browsers escape it" },
		{ "/a{b}`", "browsers escape it" },
	};

	are_refused(ROWS(rows));
}

Test(rules, r70_what_browsers_send_is_read_in_one_way)
{
	static const struct { const char *uri, *path; } rows[] = {
		{ "/", "/" }, { "/a", "/a" }, { "/a/", "/a" },
		{ "/a/b?c=/../d&//;%2F", "/a/b" }, { "/?x", "/" },
		{ "/a?b?c#:80", "/a" }, { "/.well-known/x", "/.well-known/x" },
		{ "/.a/..b/v1.2", "/.a/..b/v1.2" }, { "/a%20b", "/a b" },
		{ "/100%25", "/100%" }, { "/caf%C3%A9", "/caf\xC3\xA9" },
		{ "/a:b@c,d=e&f!$'()*~", "/a:b@c,d=e&f!$'()*~" },
		{ "/a|b^c[d]", "/a|b^c[d]" }, { "/x:123456", "/x:123456" },
	};
	struct reading reading[READINGS_MOST];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_assert_null(readings_refuse(rows[i].uri), "%s", rows[i].uri);
		cr_assert_eq(readings_of(reading, rows[i].uri), 1);
		cr_assert_str_eq(reading->path, rows[i].path, "%s: %s",
		    rows[i].uri, reading->path);
		cr_assert(readings_agree(rows[i].uri), "%s", rows[i].uri);
	}
}

/* What is sure ends where the first program begins to change something. */
Test(rules, r70_what_is_read_in_several_ways_is_sure_up_to_there)
{
	static const struct { const char *uri, *path; size_t sure; } rows[] = {
		{ "/a//b", "/a/b", 2 },         /* slashes merged */
		{ "/a///b//", "/a/b", 2 },
		{ "/a/b//", "/a/b", 4 },        /* nothing follows */
		{ "/%70rivate/x", "/private/x", 0 },    /* decoded */
		{ "/a/p%40q", "/a/p@q", 2 },    /* encodeURIComponent() does */
		{ "/a/caf%c3%A9", "/a/caf\xC3\xA9", 2 },  /* by its letters */
		{ "/a/%7Eb", "/a/~b", 2 },
		{ "/a/b./c", "/a/b/c", 2 },     /* Windows */
		{ "/a/b%20/c", "/a/b/c", 2 },   /* Windows, trim() */
		{ "/a/%20b", "/a/b", 2 },       /* trim() */
		{ "/a/.../b", "/a/b", 2 },      /* Windows */
		{ "/...", "/", 0 },
		{ "/%20", "/", 0 },
		{ "/a/b:80/c", "/a/b:80/c", 0 },  /* parse_url() finds none */
		{ "/a:80", "/a:80", 0 },
		{ "/a/b%3A8080/", "/a/b:8080", 0 },
	};
	struct reading reading[READINGS_MOST];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_assert_null(readings_refuse(rows[i].uri), "%s", rows[i].uri);
		cr_assert_eq(readings_of(reading, rows[i].uri), 1);
		cr_assert_str_eq(reading->path, rows[i].path, "%s: %s",
		    rows[i].uri, reading->path);
		cr_assert_eq(reading->sure, rows[i].sure, "%s: %zu",
		    rows[i].uri, reading->sure);
	}
}

Test(rules, r70_a_plus_is_a_plus_or_a_blank)
{
	struct reading reading[READINGS_MOST];

	cr_assert_null(readings_refuse("/a+b%2Bc/c++/x"));
	cr_assert_eq(readings_of(reading, "/a+b%2Bc/c++/x"), 3);
	cr_assert_str_eq(reading[0].path, "/a+b+c/c++/x");
	cr_assert_str_eq(reading[1].path, "/a b+c/c/x");
	cr_assert_str_eq(reading[2].path, "/a b c/c/x");
	cr_assert_not(readings_agree("/a+b"));
}

Test(rules, a_path_is_bounded)
{
	char uri[READING_MAX + 1], *end;
	struct reading reading[READINGS_MOST];

	memset(uri, 'a', sizeof uri);
	*uri = '/';
	uri[READING_MAX - 1] = '\0';
	end = guard_text(uri);
	cr_assert_null(readings_refuse(end));
	cr_assert_eq(readings_of(reading, end), 1);
	cr_assert_str_eq(reading->path, uri);
	unguard_text(end, strlen(uri));
	uri[READING_MAX - 1] = 'a';
	uri[READING_MAX] = '\0';
	cr_assert_not_null(readings_refuse(uri));
	memset(uri + 5, '?', READING_MAX - 5);
	cr_assert_null(readings_refuse(uri), "the query does not count");
}

/* ---- the text ---------------------------------------------------------- */

Test(rules, the_example_of_the_header)
{
	struct rules *r = good("# who may see what\n"
	    "login: /demo/login\n"
	    "fields: theme lang\n"
	    "\n"
	    "/: public\r\n"
	    "\t/private:\tsigned-in  \n"
	    "/admin: users alice bob\n"
	    "/billing: signed-in fresh 15m\n");

	cr_assert_str_eq(r->login, "/demo/login");
	cr_assert_eq(r->nfields, 2);
	cr_assert_str_eq(r->field[1], "lang");
	cr_assert_eq(r->n, 4);
	cr_assert_str_eq(r->rule[1].path, "/private");
	cr_assert_eq(r->rule[2].nusers, 2);
	cr_assert_str_eq(r->rule[2].user[1], "bob");
	cr_assert_eq(r->rule[3].fresh, 900);
	rules_free(r);
	rules_free(NULL);
}

#define OK "login: /login\n"

/* Texts that are refused, in which line, and a part of what is said. */
struct wrong_text { const char *text; int line; const char *why; };

static void
are_wrong(const struct wrong_text *row, size_t n)
{
	for (; n > 0; row++, n--) {
		cr_assert_null(parse(row->text), "%s", row->text);
		cr_assert_eq(wrong.line, row->line, "%s: line %d", row->text,
		    wrong.line);
		cr_assert_not_null(strstr(wrong.why, row->why), "%s: %s",
		    row->text, wrong.why);
	}
}

Test(rules, r70_a_rule_is_for_a_path_that_all_read_alike)
{
	static const struct wrong_text rows[] = {
		{ OK "/a./b: signed-in\n", 2, "a dot at its end" },
		{ OK "/a%20/b: signed-in\n", 2, "a blank at either end" },
		{ OK "/%20a: signed-in\n", 2, "a blank at either end" },
		{ OK "/a/.: public\n", 2, "no path" },
		{ OK "/a%3Fb: public\n", 2, "no path" },
		{ "login: /login%3Fnext=x\n", 1, "no path of this" },
		{ "login: /a/../login\n", 1, "no path of this" },
		{ "login: /a//login\n", 1, "read in several ways" },
		{ "login: /log+in\n", 1, "read in several ways" },
	};

	are_wrong(ROWS(rows));
}

Test(rules, a_wrong_text_says_where_and_why)
{
	static const struct wrong_text rows[] = {
		{ "", 0, "no login" },
		{ "/: public\n", 0, "no login" },
		{ OK "/: signed-in\n", 0, "the login is not public" },
		{ OK "/: public", 2, "the last line does not end" },
		{ OK "/private: signed-in fresh 15", 2, "does not end" },
		{ OK OK, 2, "a second login" },
		{ "login: https://evil.example/\n", 1, "no path of this" },
		{ "login: //evil.example/\n", 1, "no path of this" },
		{ "login: /login?next=x\n", 1, "no path of this" },
		{ OK "fields: user\n", 2, "is the user id" },
		{ OK "fields: a-b a_b\n", 2, "two of one name" },
		{ OK "fields: Lang lang\n", 2, "two of one name" },
		{ OK "fields: a/b\n", 2, "no name of a field" },
		{ OK "fields: a\nfields: b\n", 3, "a second fields" },
		{ OK "who: public\n", 2, "neither a path" },
		{ OK "private: signed-in\n", 2, "neither a path" },
		{ OK "/private signed-in\n", 2, "no \": \"" },
		{ OK "/private:\n", 2, "no \": \"" },
		{ OK "/private:signed-in\n", 2, "no \": \"" },
		{ OK "/private/: signed-in\n", 2, "no path" },
		{ OK "//private: signed-in\n", 2, "no path" },
		{ OK "/a/../b: public\n", 2, "no path" },
		{ OK "/a%2fb: public\n", 2, "no path" },
		{ OK "/a?b: public\n", 2, "no path" },
		{ OK "/a: public\n/%61: signed-in\n", 3, "a second rule" },
		{ OK "/a: private\n", 2, "neither public" },
		{ OK "/a: Public\n", 2, "neither public" },
		{ OK "/a: public fresh 15m\n", 2, "public is for" },
		{ OK "/a: users\n", 2, "users: none" },
		{ OK "/a: users fresh 1m\n", 2, "users: none" },
		{ OK "/a: users a%zz\n", 2, "no user id" },
		{ OK "/a: users a%00\n", 2, "no user id" },
		{ OK "/a: signed-in alice\n", 2, "only fresh" },
		{ OK "/a: signed-in fresh\n", 2, "no time" },
		{ OK "/a: signed-in fresh 0\n", 2, "no time" },
		{ OK "/a: signed-in fresh -5\n", 2, "no time" },
		{ OK "/a: signed-in fresh 15x\n", 2, "no time" },
		{ OK "/a: signed-in fresh 15mm\n", 2, "no time" },
		{ OK "/a: signed-in fresh 99999999999999999999\n", 2,
		    "no time" },
		{ OK "/a: signed-in fresh 15m bob\n", 2, "nothing follows" },
		{ OK "/a: users \xFF\n", 0, "not UTF-8" },
	};

	are_wrong(ROWS(rows));
	cr_assert_null(rules_parse(OK "\0", sizeof OK, &wrong));
}

/* Texts of many: "before", then n times "item" with a number, then a line. */
static char *
many(const char *before, const char *item, int n, const char *after)
{
	char *text = calloc(1, 64 + (size_t)n * 32), *to = text;
	int i;

	to += sprintf(to, OK "%s", before);
	for (i = 0; i < n; i++)
		to += sprintf(to, "%s%d%s", item, i, after);
	sprintf(to, "\n");
	return text;
}

static void
at_most(const char *before, const char *item, int n, const char *after,
    const char *why)
{
	char *text = many(before, item, n, after);

	rules_free(good(text));
	free(text);
	text = many(before, item, n + 1, after);
	cr_assert_null(parse(text));
	cr_assert_not_null(strstr(wrong.why, why), "%s", wrong.why);
	free(text);
}

Test(rules, each_cap_at_n_and_n_plus_1)
{
	char *text = malloc(RULES_BYTES + 1);

	at_most("", "/", RULES_MOST, ": public\n", "over 1000 rules");
	at_most("/a: users", " u", RULES_USERS, "", "over 64 users");
	at_most("fields:", " f", RULES_FIELDS, "", "over 16");
	memset(text, '\n', RULES_BYTES + 1);
	memcpy(text, OK, sizeof OK - 1);
	rules_free(rules_parse(text, RULES_BYTES, &wrong));
	cr_assert_null(wrong.why);
	cr_assert_null(rules_parse(text, RULES_BYTES + 1, &wrong));
	cr_assert_str_eq(wrong.why, "over 65536 bytes");
	free(text);
}

/* ---- judging ----------------------------------------------------------- */

/* Each rule lets in one user, who stands for it here. */
Test(rules, the_longest_prefix_wins_on_segment_boundaries)
{
	static const struct { const char *path, *rule; } rows[] = {
		{ "/", "root" }, { "/x", "root" }, { "/admin", "admin" },
		{ "/admin/x", "admin" }, { "/administrator", "root" },
		{ "/Admin", "root" }, { "/admin/log", "log" },
		{ "/admin/log/x", "log" }, { "/admin/logs", "admin" },
		{ "/x/admin", "root" },
	};
	static const char *const users[] = { "root", "admin", "log" };
	struct rules *r = good(OK "/admin/log: users log\n"
	    "/: users root\n/admin: users admin\n/login: public\n");
	size_t i, j;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (j = 0; j < sizeof users / sizeof *users; j++)
			cr_assert_eq(rules_judge(r, rows[i].path, users[j])
			    .answer, strcmp(users[j], rows[i].rule) == 0 ?
			    RULES_LET_IN : RULES_REFUSE, "%s", rows[i].path);
	rules_free(r);
	r = good(OK "/admin: public\n");
	cr_assert_str_eq(rules_judge(r, "/", "bob").why, "gate: no rule");
	cr_assert_str_eq(rules_judge(r, "/adm", NULL).why, "gate: no rule");
	rules_free(r);
}

Test(rules, who_is_let_in)
{
	static const struct {
		const char *path, *user;
		enum rules_answer answer;
		int64_t fresh;
	} rows[] = {
		{ "/", NULL, RULES_LET_IN, 0 },
		{ "/", "eve", RULES_LET_IN, 0 },
		{ "/in", NULL, RULES_LOGIN, 0 },
		{ "/in", "eve", RULES_LET_IN, 0 },
		{ "/two", NULL, RULES_LOGIN, 0 },
		{ "/two", "eve", RULES_REFUSE, 0 },
		{ "/two", "Alice", RULES_REFUSE, 0 },
		{ "/two", "alic", RULES_REFUSE, 0 },
		{ "/two", "alice", RULES_LET_IN, 0 },
		{ "/two", "bob b", RULES_LET_IN, 0 },
		{ "/new", NULL, RULES_LOGIN, 3600 },
		{ "/new", "eve", RULES_LET_IN, 3600 },
		{ "/both", "alice", RULES_LET_IN, 30 },
		{ "/both", "fresh", RULES_LET_IN, 30 },
		{ "/both", "eve", RULES_REFUSE, 30 },
	};
	struct rules *r = good(OK "/: public\n/in: signed-in\n"
	    "/two: users alice bob%20b\n/new: signed-in fresh 1h\n"
	    "/both: users alice %66resh fresh 30s\n");
	struct rules_verdict v;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		v = rules_judge(r, rows[i].path, rows[i].user);
		cr_assert_eq(v.answer, rows[i].answer, "%zu", i);
		cr_assert_eq(v.fresh, rows[i].fresh, "%zu", i);
		cr_assert_eq(v.why != NULL, v.answer == RULES_REFUSE);
	}
	rules_free(r);
}

/*
 * "+" lets in, "l" sends to the login, "-" refuses: nobody, alice, bob.  What
 * one reading lets pass, all must.
 */
static void
judged(const char *text, const char *const rows[][2], size_t n)
{
	static const char *const users[] = { NULL, "alice", "bob" };
	struct rules *r = good(text);
	char got[4] = "";
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < 3; j++)
			got[j] = "+l-"[rules_judge(r, rows[i][0], users[j])
			    .answer];
		cr_assert_str_eq(got, rows[i][1], "%s: %s", rows[i][0], got);
	}
	rules_free(r);
}

Test(rules, r70_only_what_all_readings_let_pass_passes)
{
	static const char *const open[][2] = {
		{ "/public/x", "+++" }, { "/private/x", "l++" },
		{ "/private/open/x", "+++" }, { "/admin/x", "l+-" },
		/* merged it is public; not merged it is private */
		{ "/private//open/x", "l++" }, { "/private/open//x", "+++" },
		{ "/public//private", "+++" },
		/* decoded it is public */
		{ "/private/%6fpen/x", "l++" }, { "/private/open/%78", "+++" },
		{ "/%70rivate/x", "l++" }, { "/admin/%6fpen/x", "l+-" },
		/* the rule on the way is one reading, too */
		{ "/%61dmin/open/x", "l+-" }, { "/admin/open/x", "+++" },
		/* trimmed it is alice's; as it is, everybody's */
		{ "/admin./x", "l+-" }, { "/admin%20", "l+-" },
		{ "/%20admin/x", "l+-" }, { "/wiki/Inc./x", "+++" },
		/* alice's as a plus, bob's as a blank */
		{ "/a+b/x", "l--" }, { "/a%2Bb/x", "l--" },
		{ "/a%20b/x", "l-+" }, { "/x+y/z", "+++" },
		/* PHP's parse_url() takes it for the home page */
		{ "/private/x:80/y", "l++" }, { "/public/12:30", "+++" },
		{ "/private/..", "---" }, { "/private/open/..", "---" },
		{ "/admin.php%3F", "---" }, { "//h/private", "---" },
	};
	static const char *const shut[][2] = {
		{ "/x", "l++" }, { "/public/x", "+++" }, { "/c++/x", "l++" },
		{ "/public/12:30", "l++" }, { "/public/12:30am", "+++" },
		{ "/%70ublic/x", "l++" }, { "/public//x", "+++" },
		{ "/caf%C3%A9", "+++" }, { "/caf%c3%a9", "l++" },
	};
	static const char *const bare[][2] = {
		{ "/public/x", "+++" }, { "/%70ublic/x", "---" },
		{ "/x", "---" }, { "/public/a:1", "---" },
		{ "/public//x%40y", "+++" },
	};

	judged(OK "/: public\n/private: signed-in\n/private/open: public\n"
	    "/admin: users alice\n/admin/open: public\n"
	    "/a+b: users alice\n/a%20b: users bob\n", ROWS(open));
	judged(OK "/login: public\n/: signed-in\n/public: public\n"
	    "/c++: public\n/caf\xC3\xA9: public\n", ROWS(shut));
	judged(OK "/public: public\n", ROWS(bare));
}

Test(rules, r70_the_shortest_time_since_the_login_counts)
{
	struct rules *r = good(OK "/: signed-in fresh 1h\n/login: public\n"
	    "/in: signed-in\n/in/new: signed-in fresh 10\n");

	cr_assert_eq(rules_judge(r, "/in/new", "eve").fresh, 10);
	cr_assert_eq(rules_judge(r, "/in/x", "eve").fresh, 0);
	cr_assert_eq(rules_judge(r, "/in//new", "eve").fresh, 10);
	cr_assert_eq(rules_judge(r, "/%69n/x", "eve").fresh, 3600);
	cr_assert_eq(rules_judge(r, "/%69n/new", "eve").fresh, 10);
	rules_free(r);
}

/* test_rules.c - rules are read, paths are judged; all else is refused. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
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

Test(rules, a_path_is_what_servers_make_of_it)
{
	static const struct { const char *uri, *path; } rows[] = {
		{ "/", "/" }, { "/a", "/a" }, { "/a/", "/a" },
		{ "/a/b?c=/../d", "/a/b" }, { "/?x", "/" },
		{ "//a", "/a" }, { "///a//b//", "/a/b" },
		{ "/./a/./b/.", "/a/b" }, { "/a/..", "/" },
		{ "/a/../b", "/b" }, { "/a/b/../../c", "/c" },
		{ "/public/../private", "/private" },
		{ "/private/../private/x", "/private/x" },
		{ "/%70rivate", "/private" }, { "/%2e%2E", NULL },
		{ "/public/%2e%2e/private", "/private" },
		{ "/...", "/..." }, { "/.a/..b", "/.a/..b" },
		{ "/a%20b", "/a b" }, { "/100%25", "/100%" },
		{ "/caf%C3%A9", "/caf\xC3\xA9" }, { "/a:b@c", "/a:b@c" },
	};
	char path[RULES_PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool ok = rules_path(path, rows[i].uri);

		cr_assert_eq(ok, rows[i].path != NULL, "%s", rows[i].uri);
		if (ok)
			cr_assert_str_eq(path, rows[i].path, "%s: %s",
			    rows[i].uri, path);
	}
}

Test(rules, a_path_that_can_be_read_in_two_ways_is_refused)
{
	static const char *const rows[] = {
		"", "a", "*", "?/a", "http://example.org/a", "\\a",
		"/..", "/a/../..", "/a/../../b", "/%2e%2e/a",
		"/a%2fb", "/a%2Fb", "/%2f", "/a\\b", "/a%5cb",
		"/a%00", "/a%00.png", "/a%0a", "/a%7F", "/a\tb",
		"/%", "/%4", "/%zz", "/a%", "/%-1", "/% 1",
		"/%2570rivate", "/%25%37%30rivate", "/%252e%252e/a",
		"/a;b", "/a;/../b", "/..;/b", "/a%3Bb", "/a#b", "/a%23b",
		"/a//../b", "//../a", "/a/../b//c", "/a//./../b",
		"/a%C0%AF", "/%C0%AE%C0%AE/", "/a%FF", "/a\xFF",
		"/a%ED%A0%80",
	};
	char path[RULES_PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_assert_not(rules_path(path, rows[i]), "%s: %s", rows[i],
		    path);
}

Test(rules, a_path_is_bounded)
{
	char uri[RULES_PATH_MAX + 1], path[RULES_PATH_MAX], *end;

	memset(uri, 'a', sizeof uri);
	*uri = '/';
	uri[RULES_PATH_MAX - 1] = '\0';
	end = guard_text(uri);
	cr_assert(rules_path(path, end));
	cr_assert_str_eq(path, uri);
	unguard_text(end, strlen(uri));
	uri[RULES_PATH_MAX - 1] = 'a';
	uri[RULES_PATH_MAX] = '\0';
	cr_assert_not(rules_path(path, uri));
	memset(uri + 5, '?', RULES_PATH_MAX - 5);
	cr_assert(rules_path(path, uri), "the query does not count");
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

Test(rules, a_wrong_text_says_where_and_why)
{
	static const struct { const char *text; int line; const char *why; }
	rows[] = {
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
	struct rules *r;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		r = parse(rows[i].text);
		cr_assert_null(r, "%s", rows[i].text);
		cr_assert_eq(wrong.line, rows[i].line, "%s: line %d",
		    rows[i].text, wrong.line);
		cr_assert_not_null(strstr(wrong.why, rows[i].why), "%s: %s",
		    rows[i].text, wrong.why);
	}
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

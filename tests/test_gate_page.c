/* test_gate_page.c - the gate: what it lets in, and what it hands on. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/stat.h>

#include "stage.h"

extern const struct sess_app gate_app;

#define RULES "login: /demo/login\nfields: theme Last.seen\n/: public\n" \
	"/private: signed-in\n/admin: users bob a%40b \xC3\xA4\n" \
	"/new: signed-in fresh 15m\n"

static char rules_file[100], rules_var[120], uri_var[3000];

/* In place at once, as a person should. */
static void
write_rules(const char *text)
{
	char beside[120];
	FILE *f;

	snprintf(beside, sizeof beside, "%s.new", rules_file);
	f = fopen(beside, "w");
	cr_assert_not_null(f);
	fputs(text, f);
	fclose(f);
	cr_assert_eq(rename(beside, rules_file), 0);
}

static void
setup(void)
{
	stage_plain();
	snprintf(rules_file, sizeof rules_file, "%s/conf", site->folder);
	snprintf(rules_var, sizeof rules_var, "GATE_RULES=%s", rules_file);
	write_rules(RULES);
}

TestSuite(gate_page, .init = setup, .fini = stage_clear, .timeout = 120);

static void
login(const char *query)
{
	site->service->app = &ops;
	get(&v, query);
	site->service->app = &gate_app;
}

/* What the gate says about a request; `more` are variables, or NULL. */
static struct answer *
at(const char *uri, const char *more, const char *even)
{
	site->service->app = &gate_app;
	snprintf(uri_var, sizeof uri_var, "REQUEST_URI=%s", uri);
	v.extra[0] = rules_var;
	v.extra[1] = uri_var;
	v.extra[2] = more;
	v.extra[3] = even;
	return get(&v, NULL);
}

#define AUTHORIZER "FCGI_ROLE=AUTHORIZER", NULL
#define NGINX NULL, NULL

static void
is_field(const struct answer *a, const char *name, const char *value)
{
	const char *field = field_of(a, name);

	if (value == NULL) {
		cr_assert_null(field, "%s", a->head);
		return;
	}
	cr_assert_not_null(field, "no %s in %s", name, a->head);
	cr_assert(strncmp(field, value, strlen(value)) == 0 &&
	    field[strlen(value)] == '\r', "%s", a->head);
}

/* ---- letting in -------------------------------------------------------- */

Test(gate_page, tells_nginx_who_it_is)
{
	struct answer *a;

	is_field(at("/", NGINX), "X-Sess-User", NULL);
	login("op=login+alice&op=set+theme+dark&op=set+Last.seen+now");
	a = at("/private/x?y", NGINX);
	cr_assert_eq(a->status, 204);
	is_field(a, "X-Sess-User", "alice");
	is_field(a, "X-Sess-Theme", "dark");
	is_field(a, "X-Sess-Last-Seen", "now");
	is_field(a, "Variable-SESS_USER", NULL);
	is_field(at("/", NGINX), "X-Sess-User", "alice");
}

Test(gate_page, tells_an_authorizers_server_who_it_is)
{
	struct answer *a;

	login("op=login+alice&op=set+theme+dark&op=set+Last.seen+now");
	a = at("/private", AUTHORIZER);
	cr_assert_eq(a->status, 200);
	is_field(a, "Variable-SESS_USER", "alice");
	is_field(a, "Variable-SESS_THEME", "dark");
	is_field(a, "Variable-SESS_LAST_SEEN", "now");
	is_field(a, "X-Sess-User", NULL);
}

Test(gate_page, values_are_percent_encoded)
{
	login("op=login+%C3%A4");
	is_field(at("/admin", NGINX), "X-Sess-User", "%C3%A4");
	login("op=login+alice@example.org&op=set+theme+%C3%A4%0D%0AX:%2b%25");
	is_field(at("/private", NGINX), "X-Sess-User", "alice%40example.org");
	is_field(at("/private", NGINX), "X-Sess-Theme",
	    "%C3%A4%0D%0AX%3A%2B%25");
	is_field(at("/private", NGINX), "X", NULL);
}

Test(gate_page, what_cannot_be_handed_on_lets_nobody_in)
{
	char set[3000] = "op=login+alice&op=set+theme+";

	memset(set + strlen(set), 'a', 2300);
	login(set);
	cr_assert_eq(at("/private", NGINX)->status, 204);
	memset(set + strlen(set), 'a', 200);
	login(set);
	cr_assert_eq(at("/private", NGINX)->status, 500);
	cr_assert_eq(at("/private", AUTHORIZER)->status, 500);
	is_field(at("/private", AUTHORIZER), "Variable-SESS_USER", NULL);
}

static int
bytes(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)res;
	sess_login(s, "alice");
	sess_set_bytes(s, "theme", "\xFF\0", 2);
	return 200;
}

Test(gate_page, bytes_that_are_no_text_let_nobody_in)
{
	static const struct sess_app app = { .handle = bytes };

	site->service->app = &app;
	get(&v, NULL);
	cr_assert_eq(at("/private", NGINX)->status, 500);
	is_field(at("/private", AUTHORIZER), "Variable-SESS_USER", NULL);
}

Test(gate_page, what_the_client_claims_counts_nothing)
{
	struct answer *a = at("/private", "HTTP_X_SESS_USER=alice",
	    "HTTP_VARIABLE_SESS_USER=alice");

	cr_assert_eq(a->status, 401);
	a = at("/private", "REMOTE_USER=alice", "HTTP_AUTHORIZATION=Basic x");
	cr_assert_eq(a->status, 401);
	a = at("/", "HTTP_X_SESS_USER=alice", NULL);
	cr_assert_eq(a->status, 204);
	is_field(a, "X-Sess-User", NULL);
}

/* ---- refusing ---------------------------------------------------------- */

Test(gate_page, who_is_not_logged_in)
{
	struct answer *a = at("/private", NGINX);

	cr_assert_eq(a->status, 401);
	is_field(a, "X-Sess-User", NULL);
	a = at("/private", AUTHORIZER);
	cr_assert_eq(a->status, 303);
	is_field(a, "Location", "/demo/login?next=%2Fprivate");
	a = at("/private", "GATE=login", NULL);
	cr_assert_eq(a->status, 303);
	is_field(a, "Location", "/demo/login?next=%2Fprivate");
	cr_assert_eq(count_fields(a, "Set-Cookie"), 0);
}

Test(gate_page, who_is_another)
{
	login("op=login+alice");
	cr_assert_eq(at("/admin", NGINX)->status, 403);
	cr_assert_eq(at("/admin", AUTHORIZER)->status, 403);
	is_field(at("/admin", AUTHORIZER), "Variable-SESS_USER", NULL);
	cr_assert_not_null(strstr(site->log, "gate: not this user"));
	login("op=login+bob");
	cr_assert_eq(at("/admin", NGINX)->status, 204);
	login("op=login+a@b");
	cr_assert_eq(at("/admin", NGINX)->status, 204);
}

Test(gate_page, who_logged_in_too_long_ago)
{
	login("op=login+alice");
	site->now += 900;
	cr_assert_eq(at("/new", NGINX)->status, 204);
	site->now++;
	cr_assert_eq(at("/new", NGINX)->status, 401);
	is_field(at("/new/x", AUTHORIZER), "Location",
	    "/demo/login?again=1&next=%2Fnew%2Fx");
	is_field(at("/new/x", "GATE=login", NULL), "Location",
	    "/demo/login?again=1&next=%2Fnew%2Fx");
	cr_assert_eq(at("/private", NGINX)->status, 204);
}

Test(gate_page, r70_odd_paths_are_refused_also_where_all_is_public)
{
	static const char *const uris[] = { "/a%2fprivate", "/..", "x",
		"http://example.org/", "/%00", "/a\\..\\private", "",
		"/%2570rivate", "/public;/x", "/private/..", "/private/%2e%2E",
		"/private/a/../..", "/public/../private", "/private/./x",
		"/admin.php%3F", "//private", "//host/private", "/caf\xC3\xA9" };
	size_t i;

	for (i = 0; i < sizeof uris / sizeof *uris; i++) {
		cr_assert_eq(at(uris[i], NGINX)->status, 403, "%s", uris[i]);
		cr_assert_eq(at(uris[i], AUTHORIZER)->status, 403);
	}
	v.extra[1] = NULL;
	cr_assert_eq(get(&v, NULL)->status, 403, "no REQUEST_URI");
}

Test(gate_page, r70_the_log_says_what_is_odd)
{
	at("/private/%2e%2E", NGINX);
	cr_assert_not_null(strstr(site->log, "a dot segment"), "%s", site->log);
	at("/admin.php%3F", NGINX);
	cr_assert_not_null(strstr(site->log, "encoded question mark"), "%s",
	    site->log);
	cr_assert_null(strstr(site->log, "admin.php"), "it is the visitor's");
}

Test(gate_page, r70_what_one_reading_protects_is_protected)
{
	static const char *const uris[] = { "/public//x", "/%70rivate",
		"/private//x", "/x/%2B+", "/%20new/x" };
	size_t i;

	write_rules(RULES "/public/x: signed-in\n/x: signed-in\n");
	for (i = 0; i < sizeof uris / sizeof *uris; i++)
		cr_assert_eq(at(uris[i], NGINX)->status, 401, "%s", uris[i]);
	login("op=login+alice");
	for (i = 0; i < sizeof uris / sizeof *uris; i++)
		is_field(at(uris[i], NGINX), "X-Sess-User", "alice");
	cr_assert_eq(at("/%61dmin", NGINX)->status, 403, "bob's");
	site->now += 901;
	cr_assert_eq(at("/%20new/x", NGINX)->status, 401, "too long ago");
	cr_assert_eq(at("/private//x", NGINX)->status, 204);
}

/* ---- the way back ------------------------------------------------------ */

Test(gate_page, the_query_comes_back_too)
{
	is_field(at("/private/a%20b?x=1&y=%26&next=/z", AUTHORIZER),
	    "Location", "/demo/login?next=%2Fprivate%2Fa%2520b%3Fx%3D1%26y"
	    "%3D%2526%26next%3D%2Fz");
}

Test(gate_page, what_was_sent_does_not)
{
	const char *const vars[] = { "REQUEST_METHOD=POST", rules_var,
		"REQUEST_URI=/private?pay=1", "CONTENT_LENGTH=7",
		"FCGI_ROLE=AUTHORIZER", NULL };

	site->service->app = &gate_app;
	is_field(ask(site, vars, NULL, 0), "Location",
	    "/demo/login?next=%2Fprivate");
}

Test(gate_page, an_address_of_another_site_does_not)
{
	is_field(at("//private/x", "GATE=login", NULL), "Location",
	    "/demo/login");
	is_field(at("//evil.example", "GATE=login", NULL), "Location",
	    "/demo/login");
	is_field(at("/private?\xC3\xA4", AUTHORIZER), "Location",
	    "/demo/login");
}

Test(gate_page, nor_does_a_long_one)
{
	char uri[1100] = "/private/", *end = uri + strlen(uri);

	memset(end, 'a', 1000 - strlen(uri));
	cr_assert_not_null(strstr(at(uri, AUTHORIZER)->head, "?next="));
	end[strlen(end)] = 'a';
	is_field(at(uri, AUTHORIZER), "Location", "/demo/login");
	memset(end, '/', 980);
	cr_assert_eq(at(uri, AUTHORIZER)->status, 303);
	is_field(at(uri, AUTHORIZER), "Location", "/demo/login");
}

/* ---- the file ---------------------------------------------------------- */

static int
count(const char *text)
{
	const char *in = site->log;
	int n = 0;

	while ((in = strstr(in, text)) != NULL) {
		in++;
		n++;
	}
	return n;
}

Test(gate_page, a_wrong_file_closes_and_is_told_once)
{
	int i;

	login("op=login+alice");
	cr_assert_eq(at("/private", NGINX)->status, 204);
	write_rules(RULES "/private/x signed-in\n");
	for (i = 0; i < 5; i++) {
		cr_assert_eq(at("/private", NGINX)->status, 503);
		cr_assert_eq(at("/", AUTHORIZER)->status, 503);
		cr_assert_eq(at("/", "GATE=login", NULL)->status, 503);
	}
	cr_assert_eq(count("conf:7: no ?: ?"), 1, "%s", site->log);
	write_rules(RULES);
	cr_assert_eq(at("/private", NGINX)->status, 204);
	write_rules(RULES "/private/x signed-in\n");
	cr_assert_eq(at("/private", NGINX)->status, 503);
	cr_assert_eq(count("conf:7:"), 2, "wrong again is news again");
}

Test(gate_page, a_change_counts_at_once)
{
	login("op=login+alice");
	cr_assert_eq(at("/admin", NGINX)->status, 403);
	write_rules("login: /in\n/admin: users alice\n");
	cr_assert_eq(at("/admin", NGINX)->status, 204);
	cr_assert_eq(at("/private", NGINX)->status, 403, "no rule");
	is_field(at("/", "GATE=login", NULL), "Location", "/in?again=1&next=%2F");
}

Test(gate_page, a_file_that_is_not_there_or_is_nobodys_closes)
{
	login("op=login+alice");
	unlink(rules_file);
	cr_assert_eq(at("/", NGINX)->status, 503);
	cr_assert_eq(at("/", NGINX)->status, 503);
	cr_assert_eq(count("No such file"), 1, "told once: %s", site->log);
	cr_assert_eq(mkdir(rules_file, 0700), 0);
	cr_assert_eq(at("/", NGINX)->status, 503);
	rmdir(rules_file);
	cr_assert_eq(mkfifo(rules_file, 0600), 0);
	cr_assert_eq(at("/", NGINX)->status, 503);
	write_rules(RULES);
	cr_assert_eq(at("/", NGINX)->status, 204);
	chmod(rules_file, 0646);
	cr_assert_eq(at("/", NGINX)->status, 503);
	chmod(rules_file, 0644);
	cr_assert_eq(at("/", NGINX)->status, 204);
	write_rules("");
	cr_assert_eq(at("/", NGINX)->status, 503);
}

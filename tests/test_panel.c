/* test_panel.c - what just happened, at the foot of a page. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps.h"
#include "memory.h"
#include "page.h"
#include "panel.h"
#include "sess_trace.h"
#include "words.h"

#define TEACH "teach=yes\ninsecure_dev=yes"

static struct site *site;
static struct visitor v;
static char demo_db[224], token[128];

static const char *
beside(const char *end)
{
	static char path[192];

	snprintf(path, sizeof path, "%s/demo.db%s", site->folder, end);
	return path;
}

static struct visitor
browser(const char *agent)
{
	return (struct visitor){ .site = site, .extra = {
		"REMOTE_ADDR=127.0.0.1", "HTTP_HOST=localhost", "HTTPS=off",
		agent } };
}

static void
begin(const struct sess_app *app, const char *settings)
{
	site = site_new(app, settings);
	snprintf(demo_db, sizeof demo_db, "DEMO_DB=%s", beside(""));
	site->vars[0] = demo_db;
	v = browser("HTTP_USER_AGENT=one");
}

static void
end(void)
{
	if (site == NULL)
		return;
	unlink(beside(""));
	unlink(beside("-steps"));
	site_free(site);
	site = NULL;
}

TestSuite(panel, .fini = end);

static bool
says(const struct answer *a, const char *text)
{
	return strstr(a->body, text) != NULL;
}

static size_t
times(const struct answer *a, const char *text)
{
	const char *at = a->body;
	size_t n = 0;

	for (; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

#define PANEL "<aside class=\"panel\""
#define END "</body>\n</html>\n"

/* The panel of a page, or "". */
static const char *
panel_of(const struct answer *a)
{
	const char *at = strstr(a->body, PANEL);

	return at != NULL ? at : "";
}

static bool
ends(const struct answer *a, const char *text)
{
	size_t n = strlen(text);

	return a->body_len >= n &&
	    strcmp(a->body + a->body_len - n, text) == 0;
}

/* The form's token on this page, for a post() that begins with it. */
static const char *
form(const struct answer *a, const char *fields)
{
	static char text[512];
	static const char mark[] = "name=\"csrf\" value=\"";
	const char *at = strstr(a->body, mark);

	cr_assert_neq(at, NULL);
	at += sizeof mark - 1;
	snprintf(token, sizeof token, "%.*s", (int)strcspn(at, "\""), at);
	snprintf(text, sizeof text, "csrf=%s&%s", token, fields);
	return text;
}

static struct answer *
ask_for(const struct sess_app *app, const char *query)
{
	site->service->app = app;
	return get(&v, query);
}

static struct answer *
send_to(const struct sess_app *app, const char *fields)
{
	site->service->app = app;
	return post(&v, fields);
}

static void
fill_cart(void)
{
	struct answer *page = ask_for(&shop_app, "");

	cr_assert_eq(send_to(&cart_app, form(page,
	    "act=add&item=pen&n=2"))->status, 303);
}

#define BEFORE "The request that led here:"
#define THIS "The request for this page:"

/* ---- where there is none ------------------------------------------------------ */

static const struct {
	const char *settings, *address, *why;
} without[] = {
	{ "insecure_dev=yes", "REMOTE_ADDR=127.0.0.1", "not set" },
	{ "insecure_dev=yes\nteach=no", "REMOTE_ADDR=127.0.0.1", "no" },
	{ "teach=yes", "REMOTE_ADDR=127.0.0.1", "not in development" },
	{ TEACH, "REMOTE_ADDR=192.0.2.1", "from elsewhere" },
};

Test(panel, where_it_may_not_be_shown_no_byte_differs)
{
	char first[16384] = "";
	struct answer *a;

	for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
		begin(&index_app, without[i].settings);
		v.extra[0] = without[i].address;
		a = get(&v, "");
		cr_assert(a->body_len < sizeof first);
		if (i == 0)
			memcpy(first, a->body, a->body_len + 1);
		cr_expect_str_eq(a->body, first, "%s", without[i].why);
		cr_expect(ends(a, "</footer>\n" END), "%s", without[i].why);
		cr_expect_not(says(a, "panel"), "%s", without[i].why);
		end();
	}
}

Test(panel, where_it_may_not_be_shown_nothing_is_kept)
{
	for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
		begin(&cart_app, without[i].settings);
		v.extra[0] = without[i].address;
		fill_cart();
		cr_expect_neq(access(beside("-steps"), F_OK), 0, "%s",
		    without[i].why);
		cr_expect_not(says(ask_for(&cart_app, ""), PANEL));
		end();
	}
}

/* ---- a page ------------------------------------------------------------------- */

Test(panel, a_page_shows_its_own_steps_closed)
{
	struct answer *a;

	begin(&visits_app, TEACH);
	a = get(&v, "");
	cr_expect_eq(times(a, PANEL), 1);
	cr_expect(says(a, "</footer>\n" PANEL), "behind the page");
	cr_expect(says(a, "<details>\n<summary>What just happened"));
	cr_expect(says(a, THIS " <code>GET /cgi-bin/page</code>"));
	cr_expect_not(says(a, BEFORE));
	cr_expect(says(a, "A session has begun."));
	cr_expect(says(a, "<summary lang=\"en\">write a new session</summary>"
	    "<code>INSERT INTO session"));
	cr_expect(says(a, "<caption>session <small>new or changed"));
	cr_expect(says(a, "The answer sets the cookie sid."));
	cr_expect(ends(a, "</details>\n</aside>\n"),
	    "what may be left out is: </body> and </html>");
	cr_expect_eq(strtoul(field_of(a, "Content-Length"), NULL, 10),
	    a->body_len);
}

/* Masked, both numbers are "1 bytes". */
Test(panel, a_field_with_another_value_of_the_same_length_is_changed)
{
	begin(&visits_app, TEACH);
	get(&v, "");
	cr_expect(says(get(&v, ""), "<caption>field <small>new or changed"));
}

Test(panel, it_speaks_the_language_of_the_page)
{
	begin(&visits_app, TEACH);
	v.extra[4] = "HTTP_ACCEPT_LANGUAGE=de";
	cr_expect(says(get(&v, ""), "<summary>Was gerade geschah"));
	v.extra[4] = "HTTP_ACCEPT_LANGUAGE=fr";
	cr_expect(says(get(&v, ""), "<summary>Ce qui vient de se passer"));
}

Test(panel, a_refusal_shows_its_steps)
{
	struct answer *a;

	begin(&cart_app, TEACH);
	a = post(&v, "act=add&item=pen&n=1");
	cr_expect_eq(a->status, 403);
	cr_expect(says(a, "data-reason"));
	cr_expect(says(a, THIS " <code>POST /cgi-bin/page</code>"));
	cr_expect(says(a, "The request was refused"));
	cr_expect_not(says(a, "own program ran"));
	cr_expect_not(says(a, END));
}

Test(panel, without_room_for_it_the_page_is_whole)
{
	struct answer *a;

	begin(&visits_app, TEACH "\nmax_answer_bytes=6k");
	a = get(&v, "");
	cr_expect_eq(a->status, 200);
	cr_expect_not(says(a, PANEL));
	cr_expect(ends(a, "</footer>\n"));
}

Test(panel, what_stands_in_an_address_is_escaped)
{
	begin(&visits_app, TEACH);
	v.extra[4] = "SCRIPT_NAME=/<b>x";
	cr_expect(says(get(&v, ""), "<code>GET /&lt;b&gt;x</code>"));
	cr_expect_not(says(get(&v, ""), "<b>x"));
}

/* ---- the lesson, which has no panel --------------------------------------------- */

Test(panel, the_clock_of_the_lesson_has_no_link_past_its_end)
{
	struct answer *a;

	begin(&lesson_app, TEACH);
	a = get(&v, "step=5&say=0&minutes=86399");
	cr_assert_eq(a->status, 200);
	cr_expect(says(a, "minutes=86400"));
	cr_expect_not(says(a, "minutes=86429"));
	a = get(&v, "step=5&say=0&minutes=86400");
	cr_assert_eq(a->status, 200);
	cr_expect(says(a, "minutes=86399"));
	cr_expect_not(says(a, "minutes=86401"));
	cr_expect_eq(get(&v, "step=5&say=0&minutes=86401")->status, 404);
}

/* ---- the request before --------------------------------------------------------- */

Test(panel, the_page_after_a_form_shows_both_requests)
{
	struct answer *a;

	begin(&cart_app, TEACH);
	fill_cart();
	a = ask_for(&cart_app, "");
	cr_expect_eq(times(a, BEFORE), 1);
	cr_expect_eq(times(a, THIS), 1);
	cr_expect(says(a, BEFORE " <code>POST /cgi-bin/page</code>"));
	cr_expect_lt(strstr(a->body, BEFORE), strstr(a->body, THIS));
	cr_expect(says(a, "added to the number in the field cart.pen"));
	cr_expect_lt(strstr(a->body, "cart.pen"), strstr(a->body, THIS));
	cr_expect(says(a, "the store has only the hash"),
	    "also what came after the program");
	cr_expect_not(says(ask_for(&cart_app, ""), BEFORE), "shown once");
}

Test(panel, another_visitor_does_not_see_them)
{
	struct visitor ann;

	begin(&cart_app, TEACH);
	fill_cart();
	ann = v;
	v = browser("HTTP_USER_AGENT=one");     /* such a browser, too */
	cr_expect_not(says(ask_for(&cart_app, ""), BEFORE));
	v = ann;
	cr_expect(says(ask_for(&cart_app, ""), BEFORE));
}

Test(panel, a_head_leaves_them_for_the_page)
{
	begin(&cart_app, TEACH);
	fill_cart();
	v.extra[4] = "REQUEST_METHOD=HEAD";
	ask_for(&cart_app, "");
	v.extra[4] = NULL;
	cr_expect(says(ask_for(&cart_app, ""), BEFORE));
}

Test(panel, a_second_form_is_not_mixed_with_the_first)
{
	struct answer *a;

	begin(&cart_app, TEACH);
	fill_cart();
	a = ask_for(&cart_app, "");
	send_to(&cart_app, form(a, "act=set&item=pen&n=7"));
	send_to(&cart_app, form(a, "act=remove&item=pen"));
	a = ask_for(&cart_app, "");
	cr_expect_eq(times(a, BEFORE), 1);
	cr_expect(says(a, "deleted the field cart.pen"));
	cr_expect_not(says(a, "set the field cart.pen"));
}

/* A stranger is led to the login page, by a GET. */
Test(panel, a_page_that_leads_elsewhere_shows_why)
{
	struct answer *a;

	begin(&billing_app, TEACH);
	cr_expect_eq(get(&v, "")->status, 303);
	a = ask_for(&login_app, "next=billing");
	cr_expect(says(a, BEFORE " <code>GET /cgi-bin/page</code>"));
}

Test(panel, a_file_that_cannot_be_used_is_told_and_costs_no_page)
{
	begin(&cart_app, TEACH);
	cr_assert_eq(mkdir(beside("-steps"), 0700), 0);
	fill_cart();
	cr_expect_neq(strstr(site->log, "keeps steps for the next page"),
	    NULL, "%s", site->log);
	cr_expect(says(ask_for(&cart_app, ""), THIS));
	rmdir(beside("-steps"));
}

/* ---- a panel that is too large --------------------------------------------------- */

#define EDITS 380

/* Many steps, and then a page; or with a query, the way to the next one. */
static int
edit_much(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	for (int i = 0; i < EDITS; i++)
		sess_set(s, "n", i % 2 == 0 ? "even" : "odd");
	if (*sess_req_query(req, "on") == '\0')
		return page_show(page_new(req, res, s, "index"), 200);
	panel_keep(res);
	return sess_res_redirect(res, "page");
}

static const struct sess_app much_app = { .handle = edit_much };

/* The page after so many requests that led from one to another. */
static struct answer *
page_after(int requests)
{
	for (int i = 0; i < requests; i++)
		cr_assert_eq(ask_for(&much_app, "on=1")->status, 303);
	return ask_for(&much_app, "on=");
}

Test(panel, what_is_too_much_for_it_is_left_out_and_counted)
{
	const char *at, *left = "more steps are left out here";
	struct answer *a;

	begin(&much_app, TEACH);
	a = page_after(0);
	cr_assert_eq(times(a, PANEL), 1);
	cr_expect_eq(times(a, "<li data-step=\"edit\">"), EDITS);
	cr_expect_not(says(a, left));
	a = page_after(4);
	cr_assert_eq(times(a, PANEL), 1, "it is there");
	cr_expect_gt(times(a, "<li data-step=\"edit\">"), EDITS);
	cr_assert(says(a, left));
	at = strstr(a->body, left);
	while (at[-1] != '>')
		at--;
	cr_expect_gt(strtoul(at, NULL, 10), 10);
	cr_expect(ends(a, "</details>\n</aside>\n"));
}

/* ---- logging in, and out ---------------------------------------------------------- */

static void
log_in(void)
{
	struct answer *page = ask_for(&login_app, "");

	cr_assert_eq(send_to(&login_app, form(page,
	    "user=alice&password=wonderland-1865&remember=1"))->status, 303);
}

static void
masks(const struct answer *a, const char *secret, const char *what)
{
	cr_assert_neq(secret, NULL, "%s", what);
	cr_assert_geq(strlen(secret), 12, "%s", what);
	cr_expect_eq(strstr(panel_of(a), secret), NULL, "%s", what);
}

/* The bytes of the database that would open something, in hex. */
static void
masks_blob(const struct answer *a, const char *select, const char *what)
{
	char hex[65] = "";

	for (int i = 0; i < 32; i++) {
		char one[160];

		snprintf(one, sizeof one, "SELECT instr('0123456789abcdef', "
		    "substr(lower(hex(x)), %d, 1)) - 1 FROM (%s)", i + 1,
		    select);
		hex[i] = "0123456789abcdef"[sql_int(site, one)];
	}
	masks(a, hex, what);
}

Test(panel, a_login_shows_its_steps_and_no_secret)
{
	struct answer *a;
	char old[256];

	begin(&cart_app, TEACH);
	fill_cart();
	snprintf(old, sizeof old, "%s", jar_get(&v, "sid"));
	log_in();
	a = ask_for(&drafts_app, "");
	cr_expect(says(a, BEFORE));
	cr_expect(says(a, "The password was hashed and compared: it is right"));
	cr_expect(says(a, "said who the visitor is: alice"));
	cr_expect(says(a, "The session has a new id. The old one is void"));
	cr_expect_eq(times(a, "<caption>account</caption>"), 2,
	    "before and after: not marked, as it is the same");
	cr_expect_not(says(a, "There were more steps"));
	masks(a, old, "the id before");
	masks(a, jar_get(&v, "sid"), "the id");
	masks(a, jar_get(&v, "remember"), "the remember-me token");
	masks(a, jar_get(&v, "device"), "the device cookie");
	masks(a, "wonderland-1865", "the password");
	cr_expect_eq(strstr(panel_of(a), "$argon2id$"), NULL);
	masks(a, token, "the form's token");
	masks_blob(a, "SELECT secret AS x FROM session", "the forms' secret");
	masks_blob(a, "SELECT secret AS x FROM tally", "the store's secret");
}

Test(panel, nothing_secret_is_kept_for_the_next_page)
{
	static char bytes[2 << 20];
	const char *id;
	size_t n, len;
	FILE *f;

	begin(&cart_app, TEACH);
	log_in();
	f = fopen(beside("-steps"), "r");
	cr_assert_neq(f, NULL);
	n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	id = jar_get(&v, "sid");
	len = strlen(id);
	cr_expect_eq(memmem(bytes, n, id, len), NULL);
	cr_expect_eq(memmem(bytes, n, "wonderland", 10), NULL);
	cr_expect_eq(memmem(bytes, n, "$argon2id$", 10), NULL);
	cr_expect_neq(memmem(bytes, n, "argon2id", 8), NULL, "its steps are");
}

Test(panel, the_page_after_a_logout_shows_how_it_ended)
{
	struct visitor ann;
	struct answer *a;

	begin(&cart_app, TEACH);
	log_in();
	a = ask_for(&drafts_app, "");
	cr_assert_eq(send_to(&logout_app, form(a, ""))->status, 303);
	ann = v;
	v = browser("HTTP_USER_AGENT=another");
	cr_expect_not(says(ask_for(&login_app, "bye=1"), BEFORE),
	    "another browser");
	v = ann;
	a = ask_for(&login_app, "bye=1");
	cr_expect(says(a, BEFORE));
	cr_expect(says(a, "asked for the end of the session"));
	cr_expect(says(a, "The session is gone from the store."));
	cr_expect(says(a, "removes the cookie sid"));
	cr_expect_not(says(ask_for(&login_app, "bye=1"), BEFORE));
}

/* ---- words ----------------------------------------------------------------------- */

static const char *const steps[] = {
	"request", "carry", "token", "find", "csrf", "handler", "edit",
	"limit", "password", "random", "store", "before", "after", "commit",
	"cookie",
};

Test(panel, each_step_has_a_sentence)
{
	char key[WORDS_KEY_MAX];

	cr_expect_eq(sizeof steps / sizeof *steps, SESS_STEP_ANSWER,
	    "the panel itself stands before the end of the answer");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		snprintf(key, sizeof key, "panel.%s", steps[i]);
		cr_expect(words_has(key), "%s", key);
	}
}

/*
 * test_page.c - the pages' templates: what they say, and what they never let
 * through.
 */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "fill.h"
#include "input.h"
#include "memory.h"
#include "page.h"
#include "words.h"

#define PAGES_DATA_WORDS
#include "pages_data.h"

static struct site *site;
static struct visitor visitor;

/* What the handlers below are to do; each test is a process of its own. */
static const char *template;
static void (*values)(struct page *);
static const char *page_name = "visits";
static int status = 200;

static void
teardown(void)
{
	site_free(site);
}

TestSuite(page, .fini = teardown);

static struct answer *
answer_of(sess_handler *handle, const char *query)
{
	static struct sess_app app;

	app = (struct sess_app){ .handle = handle, .refused = page_refused };
	if (site != NULL)
		site_free(site);
	site = site_new(&app, NULL);
	visitor = (struct visitor){ .site = site };
	return get(&visitor, query);
}

static bool
says(const struct answer *a, const char *text)
{
	return strstr(a->body, text) != NULL;
}

/* ---- Templates --------------------------------------------------------- */

/*
 * The values that the templates are tried with:
 *
 *	name: <b>"&'	empty: ""	word: the word cart.total
 *	row: label=one, part: p=1, part: p=2
 *	row: label=two
 */
static const char texts[] = "\0name\0<b>\"&'\0empty\0\0word\0cart.total\0"
    "row\0label\0one\0two\0part\0p\0" "1\0" "2";

static size_t
at(const char *text)
{
	for (size_t i = 1; i < sizeof(texts); i += strlen(texts + i) + 1)
		if (strcmp(texts + i, text) == 0)
			return i;
	return 0;
}

/* The pieces: one that fills a row, and one that holds itself. */
static const char *
piece(const char *name)
{
	return strcmp(name, "label") == 0 ? "<{{label}}>\n" :
	    strcmp(name, "again") == 0 ? "[{{+again}}]" : NULL;
}

static int
fill_it(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const struct fill_item items[] = {
		{ FILL_TEXT, at("name"), at("<b>\"&'") },
		{ FILL_TEXT, at("empty"), 0 },
		{ FILL_WORD, at("word"), at("cart.total") },
		{ FILL_ROW, at("row"), 0 },
		{ FILL_TEXT, at("label"), at("one") },
		{ FILL_ROW, at("part"), 0 },
		{ FILL_TEXT, at("p"), at("1") },
		{ FILL_END, 0, 0 },
		{ FILL_ROW, at("part"), 0 },
		{ FILL_TEXT, at("p"), at("2") },
		{ FILL_END, 0, 0 },
		{ FILL_END, 0, 0 },
		{ FILL_ROW, at("row"), 0 },
		{ FILL_TEXT, at("label"), at("two") },
		{ FILL_END, 0, 0 },
	};
	const struct fill f = {
		.res = res, .s = s, .words = words_get,
		.body = "[{{name}}{{body}}]",
		.piece = piece,
		.items = items, .count = sizeof(items) / sizeof(items[0]),
		.texts = texts
	};

	(void)req;
	fill_template(&f, template);
	return 200;
}

#define SAFE "&lt;b&gt;&quot;&amp;&#39;"

static const struct {
	const char *template, *expected, *why;
} fills[] = {
	{ "", "", "nothing" },
	{ "a\nb", "a\nb", "text alone" },
	{ "{{name}}", SAFE, "a value is escaped" },
	{ "<a b=\"{{name}}\">", "<a b=\"" SAFE "\">", "in attributes too" },
	{ "{{none}}", "", "no such value" },
	{ "{{#row}}{{+label}}\n{{/row}}", "<one>\n<two>\n",
	  "a piece is filled where it stands, and leaves no empty line" },
	{ "a{{+none}}b", "ab", "no such piece" },
	{ "{{#name}}y{{/name}}{{^name}}n{{/name}}", "y", "there" },
	{ "{{#empty}}y{{/empty}}{{^empty}}n{{/empty}}", "n", "empty" },
	{ "{{#none}}y{{/none}}{{^none}}n{{/none}}", "n", "not there" },
	{ "{{#row}}{{label}},{{/row}}", "one,two,", "rows" },
	{ "{{^row}}n{{/row}}", "", "there are rows" },
	{ "{{label}}", "", "a row's value is not the page's" },
	{ "{{#row}}{{name}}{{/row}}", SAFE SAFE, "the page's is the row's" },
	{ "{{#row}}{{label}}:{{#part}}{{p}}{{label}} {{/part}};{{/row}}",
	    "one:1one 2one ;two:;", "rows in rows" },
	{ "{{#row}}{{^part}}{{label}}{{/part}}{{/row}}", "two",
	    "a list of this row, not of the next" },
	{ "{{#row}}\n{{label}}\n{{/row}}\nx", "one\ntwo\nx",
	    "tags on their own lines leave none" },
	{ "{{@cart.total}} {{word}}", "Total Total", "words" },
	{ "{{@no.such}}", "no.such", "a gap is seen" },
	{ "{{>drafts}}", "drafts", "a link" },
	{ "{{name", "", "no end" },
	{ "a{{}}b", "a", "an empty tag" },
	{ "{{#name}}x", "x", "a section without end ends with all" },
	{ "{{/name}}", "", "an end without a beginning" },
	{ "}}{", "}}{", "what is no tag" },
};

Test(page, r42_template_fills_and_escapes)
{
	for (size_t i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
		template = fills[i].template;
		cr_assert_str_eq(answer_of(fill_it, "")->body,
		    fills[i].expected, "%s", fills[i].why);
	}
}

Test(page, template_that_holds_itself_ends)
{
	template = "{{body}}";
	cr_assert(answer_of(fill_it, "")->body_len < 1000);
	template = "{{+again}}";
	cr_assert(answer_of(fill_it, "")->body_len < 1000);
}

Test(page, csrf_is_the_only_markup_let_in)
{
	template = "{{csrf}}";
	cr_assert(says(answer_of(fill_it, ""),
	    "<input type=\"hidden\" name=\"csrf\" value=\""));
}

/* ---- Pages ------------------------------------------------------------- */

static int
show_it(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct page *p = page_new(req, res, s, page_name);

	page_text(p, "name", sess_req_query(req, "name"));
	if (values != NULL)
		values(p);
	return page_show(p, status);
}

Test(page, r23_frame_title_and_policy)
{
	struct answer *a = answer_of(show_it, "name=%3Cscript%3E");

	cr_assert_eq(a->status, 200);
	cr_assert(says(a, "<html lang=\"en\" data-theme=\"\">"));
	cr_assert(says(a, "<title>Visits "));
	cr_assert(says(a, "Hello, &lt;script&gt;"));
	cr_assert(!says(a, "{{"));
	cr_assert_not_null(strstr(a->head, "Content-Security-Policy: "
	    "default-src 'self'; frame-ancestors 'none'; "
	    "form-action 'self'; base-uri 'none'\r\n"));
}

static struct answer *
answer_with(const char *settings, const char *address)
{
	static const struct sess_app app = { .handle = show_it };

	if (site != NULL)
		site_free(site);
	site = site_new(&app, settings);
	visitor = (struct visitor){ .site = site,
		.extra = { address, "HTTP_HOST=localhost" } };
	return get(&visitor, "");
}

Test(page, the_menu_leads_to_the_lesson_only_where_it_answers)
{
	const char *link = "<a href=\"lesson\"", *teach = "teach=yes\n"
	    "insecure_dev=yes", *here = "REMOTE_ADDR=127.0.0.1";

	cr_expect(says(answer_with(teach, here), link));
	cr_expect_not(says(answer_with(teach, "REMOTE_ADDR=192.0.2.1"), link));
	cr_expect_not(says(answer_with("insecure_dev=yes", here), link));
	page_name = "index";
	cr_expect(says(answer_with(teach, here),
	    "<li class=\"card\"><a href=\"lesson\">"));
	cr_expect_not(says(answer_with("insecure_dev=yes", here), link));
}

static void
some_values(struct page *p)
{
	page_time(p, "created", 1700000000);
	page_int(p, "count", INT64_MIN);
	page_text(p, "seen", NULL);
}

Test(page, values_are_written_as_people_read_them)
{
	struct answer *a;

	values = some_values;
	a = answer_of(show_it, "");
	cr_assert(says(a, "<time datetime=\"2023-11-14T22:13:20Z\">"
	    "2023-11-14 22:13</time>"));
	cr_assert(says(a, "<b>-9223372036854775808</b>"));
	cr_assert(says(a, "<time datetime=\"\"></time>"), "NULL is as if never given");
}

static void
row_without_end(struct page *p)
{
	page_row(p, "rows");
}

static void
too_many(struct page *p)
{
	for (int i = 0; i < 30000; i++)
		page_int(p, "n", i);
}

static void
too_long(struct page *p)
{
	char *text = calloc(1, 9 << 20);

	memset(text, 'x', (9 << 20) - 1);
	page_text(p, "name", text);
	free(text);
}

static void
link_too_long(struct page *p)
{
	page_link(p, "name", "drafts?id=%0200d", 1);
}

Test(page, what_cannot_be_made_is_500)
{
	void (*const bad[])(struct page *) = { row_without_end, too_many,
		too_long, link_too_long };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		values = bad[i];
		cr_assert_eq(answer_of(show_it, "")->status, 500, "%zu", i);
	}
	values = NULL;
	page_name = "nothing";
	cr_assert_eq(answer_of(show_it, "")->status, 500);
	cr_assert_eq(page_show(NULL, 200), 500);
	page_free(NULL);
}

static int
sorry(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	return page_sorry(req, res, s, status);
}

Test(page, sorry_has_a_reason_for_each_status)
{
	static const int all[] = { 400, 403, 404, 503 };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		status = all[i];
		cr_assert_eq(answer_of(sorry, "")->status, all[i]);
		cr_assert(!says(answer_of(sorry, ""), "sorry."));
	}
}

Test(page, refused_request_gets_a_page)
{
	struct answer *a;

	answer_of(show_it, "");
	a = post(&visitor, "a=b");
	cr_assert_eq(a->status, 403);
	cr_assert(says(a, "This form came without its token."));
	cr_assert(says(a, "href=\"/style.css\""));
	cr_assert(!says(a, "id=\"back\""));
}

/* Each reason that the library has is told in each language. */
Test(page, r97_a_refusal_speaks_the_visitors_language)
{
	static const char *const reasons[] = { "no-cookie", "plain-http",
		"no-token", "other-tab", "session-over", "form-old",
		"other-site", "wrong-address", "too-many" };
	char key[64];

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		snprintf(key, sizeof(key), "refused.%s", reasons[i]);
		cr_assert(words_has(key), "%s", key);
	}
	answer_of(show_it, "");
	visitor.extra[0] = "HTTP_ACCEPT_LANGUAGE=de";
	visitor.extra[1] = "HTTP_REFERER=https://example.org/cgi-bin/shop?a=1";
	cr_assert(says(post(&visitor, "a=b"), "<html lang=\"de\""));
	cr_assert(says(post(&visitor, "a=b"), "ohne sein Token"));
	cr_assert(says(post(&visitor, "a=b"), "data-reason=\"no-token\""));
	cr_assert(says(post(&visitor, "a=b"), "id=\"back\" "
	    "href=\"/cgi-bin/shop?a=1\""));
}

/* What is behind the page's name may have any number of slashes. */
Test(page, r102_a_refusal_finds_its_style)
{
	answer_of(show_it, "");
	visitor.extra[0] = "PATH_INFO=/a/b/c";
	cr_assert(says(post(&visitor, "a=b"), "href=\"/style.css\""));
	visitor.extra[0] = "SCRIPT_NAME=/site/cgi-bin/page";
	cr_assert(says(post(&visitor, "a=b"), "href=\"/site/style.css\""));
	visitor.extra[0] = "SCRIPT_NAME=/page";
	cr_assert(says(post(&visitor, "a=b"), "href=\"/style.css\""));
	visitor.extra[0] = "SCRIPT_NAME=//evil.example/page";
	cr_assert(says(post(&visitor, "a=b"), "href=\"../style.css\""));
}

Test(page, language_of_the_browser)
{
	answer_of(show_it, "");
	visitor.extra[0] = "HTTP_ACCEPT_LANGUAGE=de-AT,en;q=0.5";
	cr_assert(says(get(&visitor, ""), "<html lang=\"de\""));
}

/* ---- What is wrong with a form -------------------------------------------- */

static void
wrong_password(struct page *p)
{
	page_wrong(p, "credentials.short");
	page_bad(p, "password");
}

Test(page, a_form_that_was_not_taken_says_so_in_title_and_field)
{
	struct answer *a;

	page_name = "signup";
	a = answer_of(show_it, "");
	cr_assert(says(a, "<title>Sign up "));
	cr_assert(!says(a, "aria-invalid"));
	values = wrong_password;
	a = answer_of(show_it, "");
	cr_assert(says(a, "<title>Error: Sign up "));
	cr_assert(says(a, "id=\"note\">This password is too short"));
	cr_assert(says(a, "aria-describedby=\"note password-rule\" "
	    "aria-invalid=\"true\""));
	cr_assert(says(a, "aria-describedby=\"user-rule\" required"));
}

static void
wrong_in_one_row(struct page *p)
{
	for (int i = 0; i < 2; i++) {
		page_row(p, "lines");
		page_text(p, "item", i == 0 ? "pen" : "key");
		if (i == 0)
			page_bad(p, "n");
		page_end(p);
	}
	page_wrong(p, "cart.number");
}

Test(page, of_a_list_the_row_that_is_wrong_is_marked)
{
	struct answer *a;
	const char *bad;

	page_name = "cart";
	values = wrong_in_one_row;
	a = answer_of(show_it, "");
	bad = strstr(a->body, "aria-invalid");
	cr_assert_not_null(bad);
	cr_assert_null(strstr(bad + 1, "aria-invalid"));
	cr_assert(bad < strstr(a->body, "n-key"));
}

static void
new_draft(struct page *p)
{
	page_title(p, "drafts.new");
}

Test(page, the_title_of_a_page_can_be_another)
{
	struct answer *a;

	page_name = "drafts-edit";
	values = new_draft;
	a = answer_of(show_it, "");
	cr_assert(says(a, "<title>New draft "));
	cr_assert(says(a, "<h1>New draft</h1>"));
}

/* ---- For the next page ------------------------------------------------- */

static int
say_and_show(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (sess_req_query(req, "say") != NULL)
		sess_flash(s, sess_req_query(req, "say"));
	if (sess_req_query(req, "key") != NULL)
		page_flash(req, s, sess_req_query(req, "key"));
	if (sess_req_query(req, "go") != NULL)
		return sess_res_redirect(res, "visits");
	return page_show(page_new(req, res, s, "visits"), 200);
}

Test(page, r42_a_message_is_escaped_and_shown_once)
{
	answer_of(say_and_show, "say=%3Cb%3E%26&go=1");
	cr_assert(says(get(&visitor, ""), "role=\"status\">&lt;b&gt;&amp;</p>"));
	cr_assert(!says(get(&visitor, ""), "class=\"note good flash\""));
	cr_assert(says(get(&visitor, "say=at+once"), ">at once</p>"));
	cr_assert(!says(get(&visitor, ""), "at once"));
}

Test(page, a_message_is_in_the_language_of_the_visitor)
{
	answer_of(say_and_show, "key=devices.ended&go=1");
	cr_assert(says(get(&visitor, ""), ">That session has ended.</p>"));
	visitor.extra[0] = "HTTP_ACCEPT_LANGUAGE=de";
	get(&visitor, "key=devices.ended&go=1");
	cr_assert(says(get(&visitor, ""), ">Diese Sitzung ist beendet.</p>"));
}

/* ---- What a browser calls itself --------------------------------------- */

#define KIT "AppleWebKit/537.36 (KHTML, like Gecko) "

static const struct {
	const char *text, *browser, *system;
} agents[] = {
	{ "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
	    "Firefox/128.0", "Firefox", "Linux" },
	{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " KIT
	    "Chrome/126.0.0.0 Safari/537.36", "Chrome", "Windows" },
	{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " KIT
	    "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge", "Windows" },
	{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " KIT
	    "Chrome/126.0.0.0 Safari/537.36 OPR/112.0.0.0", "Opera", "macOS" },
	{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) "
	    "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
	    "Safari/605.1.15", "Safari", "macOS" },
	{ "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) "
	    "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
	    "Mobile/15E148 Safari/604.1", "Safari", "iPhone" },
	{ "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) "
	    "AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/127.0 "
	    "Mobile/15E148 Safari/605.1.15", "Firefox", "iPad" },
	{ "Mozilla/5.0 (Linux; Android 14; SM-S921B) " KIT
	    "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
	    "Samsung Internet", "Android" },
	{ "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " KIT
	    "Chrome/126.0.0.0 Safari/537.36", "Chrome", "ChromeOS" },
	{ "curl/7.88.1", "curl", NULL },
	{ "Mozilla/5.0 (X11; Linux x86_64)", NULL, NULL },
	{ "<b>", NULL, NULL },
	{ "", NULL, NULL },
};

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

Test(agent, browsers_and_systems_are_told)
{
	for (size_t i = 0; i < sizeof(agents) / sizeof(agents[0]); i++) {
		struct agent a = agent_read(agents[i].text);

		cr_assert(same(a.browser, agents[i].browser), "%s",
		    agents[i].text);
		cr_assert(same(a.system, agents[i].system), "%s",
		    agents[i].text);
	}
}

static int
show_agent(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct page *p = page_new(req, res, s, "devices");

	page_row(p, "devices");
	agent_show(p, sess_req_query(req, "agent"));
	page_end(p);
	return page_show(p, 200);
}

/* 59 bytes, a character of two that crosses the limit, and more. */
#define LONG "12345678901234567890123456789012345678901234567890123456789"

Test(page, r12_what_a_browser_calls_itself_is_escaped_and_cut)
{
	static const struct {
		const char *query, *shown;
	} rows[] = {
		{ "", "A browser without a name" },
		{ "agent=", "A browser without a name" },
		{ "agent=Firefox/1+(Linux)", "Firefox on Linux" },
		{ "agent=curl/7+%3Cb%3E", "curl" },
		{ "agent=%3Cb%3E%22%26%27", SAFE },
		{ "agent=" LONG "%C3%A9x", LONG "\xe2\x80\xa6" },
		{ "agent=" LONG "x", LONG "x" },
		{ "agent=%7B%7Bcsrf%7D%7D", "{{csrf}}" },
	};
	char shown[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(shown, sizeof(shown), "<h2><bdi>%s</bdi></h2>",
		    rows[i].shown);
		cr_assert(says(answer_of(show_agent, rows[i].query), shown),
		    "%s", rows[i].query);
	}
}

/* ---- Words and input --------------------------------------------------- */

static const struct {
	const char *accept, *code;
} accepted[] = {
	{ "de", "de" }, { "DE-at", "de" }, { "fr;q=0.9, de;q=0.8", "fr" },
	{ "de;q=0.1,en;q=0.9", "en" }, { "xx, de;q=0.5", "de" },
	{ "de, en", "de" }, { "en;q=0,de", "de" }, { " ,, de ; q=0.3", "de" },
	{ "", NULL }, { "*", NULL }, { "deutsch", NULL }, { "de;q=0", NULL },
	{ "de;q=", NULL }, { "de;q=x", NULL }, { ";q=1", NULL },
	{ "de;level=1", NULL }, { "d", NULL }, { ",;,;=", NULL },
};

Test(words, accept_language)
{
	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
		cr_assert_eq(words_accepted(accepted[i].accept),
		    words_lang(accepted[i].code), "\"%s\"",
		    accepted[i].accept);
	cr_assert_eq(words_lang("en"), 0);
	cr_assert_eq(words_lang("e"), -1);
	cr_assert_null(words_code(-1));
	cr_assert_null(words_code(100));
}

/* They are looked for by halves, so their order is what finds them. */
Test(words, each_of_the_table_is_found)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		cr_expect_str_eq(words_get(0, words[i].key),
		    words[i].text[0], "%s", words[i].key);
	cr_assert(!words_has(""));
	cr_assert(!words_has("zzz"));
	cr_assert_str_eq(words_get(0, "account"), "account");
}

Test(input, numbers_are_read_strictly)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "01",
		"1.0", "1e1", "0x1", "101", "9223372036854775808",
		"99999999999999999999999", "\xef\xbc\x91" };
	int64_t n = 0;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(input_number(bad[i], 0, 100, &n), "%s", bad[i]);
	cr_assert_not(input_number(NULL, 0, 100, &n));
	cr_assert(input_number("0", 0, 100, &n) && n == 0);
	cr_assert(input_number("100", 0, 100, &n) && n == 100);
	cr_assert(input_number("9223372036854775807", 1, INT64_MAX, &n) &&
	    n == INT64_MAX);
}

Test(input, a_link_holds_the_next_one_escaped)
{
	char link[LINK_MAX], next[1500];

	cr_assert_str_eq(input_link(link, "login", "drafts?id=1&x=\"%"),
	    "login?next=drafts%3Fid%3D1%26x%3D%22%25");
	cr_assert_str_eq(input_link(link, "login?again=1", "cart"),
	    "login?again=1&next=cart");
	cr_assert_str_eq(input_link(link, "login", NULL), "login");
	memset(next, '"', sizeof(next));
	next[1000] = '\0';
	cr_assert_eq(strlen(input_link(link, "login?again=1", next)), 3019);
	next[1000] = '"';
	next[1499] = '\0';
	cr_assert_str_eq(input_link(link, "login?again=1", next),
	    "login?again=1");
}

Test(input, texts_are_bounded)
{
	cr_assert(input_text("abc", 3));
	cr_assert_not(input_text("abcd", 3));
	cr_assert_not(input_text(" \t\r\n", 10));
	cr_assert_not(input_text("", 10));
	cr_assert_not(input_text(NULL, 10));
}

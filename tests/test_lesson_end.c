/* test_lesson_end.c - the lesson's steps, from the logout to the stolen id. */
/* SPDX-License-Identifier: ISC */
#include "lesson.h"

#include "apps.h"
#include "lesson/pages.h"
#include "memory.h"

static const char *const names[] = { "logout", "remember", "transport",
	"places", "devices", NULL };

TestSuite(lesson_end, .timeout = 120);

/* ---- what holds of each step ------------------------------------------- */

Test(lesson_end, every_claim_of_a_step_holds_where_nothing_is_changed)
{
	each_claim_holds(names);
}

Test(lesson_end, a_step_has_few_exchanges_and_few_arrows)
{
	each_is_short(names);
}

Test(lesson_end, the_arrow_to_look_at_and_the_source_are_there)
{
	each_is_drawn_and_has_code(names);
}

Test(lesson_end, a_step_is_the_same_byte_for_byte_each_time)
{
	each_is_the_same_twice(names);
}

Test(lesson_end, a_step_has_all_its_texts_and_few_words)
{
	each_has_its_texts(names);
}

Test(lesson_end, a_claim_without_a_capture_does_not_hold)
{
	each_claims_nothing_without_a_capture(names);
}

Test(lesson_end, a_step_survives_memory_that_ends_at_any_point)
{
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		survives(names[i], 0, 0, 1);
}

/* ---- what is shown ----------------------------------------------------- */

Test(lesson_end, a_switch_or_the_clock_changes_what_is_captured)
{
	static const struct {
		const char *name;
		unsigned with;
		int64_t minutes;
		int right;
		const char *fails;
	} rows[] = {
		{ "logout", 0, -1, 2, "" },
		{ "logout", 1, -1, 1, " row dead" },
		{ "remember", 0, -1, 2, "" },
		{ "remember", 0, 0, 2, " theft shut ended" },
		{ "remember", 0, 1, 2, "" },
		{ "remember", 0, 29, 2, "" },
		{ "remember", 0, 482, 2, "" },
		{ "remember", 1, -1, 1, " own new replaced theft shut ended" },
		{ "remember", 1, 50, 1, " own new replaced theft shut ended" },
		{ "transport", 0, -1, 2, "" },
		{ "transport", 1, -1, 1, " address own link" },
		{ "transport", 2, -1, 1, " address link" },
		{ "transport", 3, -1, 1, " address link" },
		{ "transport", 4, -1, 1, " address link" },
		{ "transport", 7, -1, 1, " address link" },
		{ "places", 0, -1, 2, "" },
		{ "places", 1, -1, 3, " believed session" },
		{ "devices", 0, -1, 2, "" },
		{ "devices", 1, -1, 3, " list cut" },
		{ "devices", 2, -1, 3, " cut" },
		{ "devices", 3, -1, 3, " list cut" },
	};
	struct walk w;
	char text[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk(&w, rows[i].name, rows[i].with, rows[i].minutes);
		cr_expect_str_eq(false_claims(&w.sh, text), rows[i].fails,
		    "%s with %u at %d:%s", rows[i].name, rows[i].with,
		    (int)rows[i].minutes, text);
		cr_expect_eq(w.sh.right, rows[i].right, "%s with %u: %d",
		    rows[i].name, rows[i].with, w.sh.right);
		show_close(&w.sh);
	}
}

Test(lesson_end, a_text_names_numbers_that_were_captured)
{
	static const struct { const char *step, *value, *text; } rows[] = {
		{ "remember", "remember.days", "30" },
		{ "places", "discount.sent", "90" },
		{ "places", "discount.kept", "5" },
		{ "places", "cookie.most", "4096" },
	};
	struct walk w;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk(&w, rows[i].step, 0, -1);
		cr_expect_str_eq(value_of(&w.sh, rows[i].value), rows[i].text);
		show_close(&w.sh);
	}
}

/* A text that explains the one outcome must not stand beside another. */
Test(lesson_end, a_text_fits_what_was_captured)
{
	expect_chosen("remember", 0, -1, "");
	expect_chosen("remember", 0, 0, "soon");
	expect_chosen("remember", 0, 1, "");
	expect_chosen("remember", 1, -1, "");
	expect_chosen("remember", 1, 50, "");
	expect_chosen("remember", 1, 482, "rotated");
}

/* ---- what a browser sends of itself ------------------------------------ */

/* A page that may not be named: neither in Referer nor in Origin. */
Test(lesson_end, a_browser_names_the_page_before_unless_that_forbids_it)
{
	static const struct {
		unsigned carry;
		const char *sends, *hides;
	} rows[] = {
		{ SESS_BY_COOKIE, "\r\nReferer: https://shop.example/cart\r\n",
		  "Origin: null" },
		{ SESS_BY_COOKIE, "\r\nOrigin: https://shop.example\r\n",
		  "Origin: null" },
		{ SESS_BY_QUERY, "\r\nOrigin: null\r\n", "Referer" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct sess_conf conf = { .carry = rows[i].carry };
		struct show sh = { .where = &(struct where){ .step = 1 } };
		const struct capture *c;
		struct browser *b;

		show_open(&sh, &pages_site, &conf);
		b = show_browser(&sh, &(struct browser)BROWSER_ADA);
		c = browser_submit(b, browser_get(b, "/cart"), "/cart", NULL);
		cr_expect_not_null(strstr(c->request, rows[i].sends), "%s",
		    c->request);
		cr_expect_null(strstr(c->request, rows[i].hides), "%s",
		    c->request);
		show_close(&sh);
	}
}

/* ---- what the measuring in the reader's browser asks ------------------- */

#define TEACH "teach=yes\ninsecure_dev=yes\n"
#define HERE "REMOTE_ADDR=127.0.0.1"

static struct site *site;

/* The lesson begins no session; the page above it does. */
static int
begins(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)res;
	sess_add(s, "n", 1);
	return 204;
}

static const struct sess_mount mounts[] = { { "lesson", &lesson_app },
	{ NULL, NULL } };
static const struct sess_app app = { .handle = begins, .mounts = mounts };

static void
teardown(void)
{
	if (site != NULL)
		site_free(site);
	site = NULL;
}

static const struct answer *
request(const char *path, const char *address, const char *cookies)
{
	char info[64];

	snprintf(info, sizeof(info), "PATH_INFO=%s", path);
	return ask(site, (const char *[]){ "REQUEST_METHOD=GET",
	    "SCRIPT_NAME=", info, "HTTP_HOST=localhost",
	    "QUERY_STRING=probe=1", address, cookies, NULL }, NULL, 0);
}

static const struct answer *
probe(const char *settings, const char *address, const char *cookies)
{
	teardown();
	site = site_new(&app, settings);
	return request("/lesson", address, cookies);
}

/* ---- what a page of the lesson says of a request ------------------------- */

/* The page of this place of the lesson. */
static const char *
page_of(const char *query, const char *language)
{
	char place[64], accept[40];

	teardown();
	site = site_new(&app, TEACH);
	snprintf(place, sizeof(place), "QUERY_STRING=%s", query);
	snprintf(accept, sizeof(accept), "HTTP_ACCEPT_LANGUAGE=%s", language);
	return ask(site, (const char *[]){ "REQUEST_METHOD=GET",
	    "SCRIPT_NAME=", "PATH_INFO=/lesson", "HTTP_HOST=localhost", HERE,
	    place, accept, NULL }, NULL, 0)->body;
}

static void
expect_in(const char *page, const char *text, size_t times)
{
	const char *at = page;
	size_t n = 0;

	while ((at = strstr(at, text)) != NULL) {
		n++;
		at += strlen(text);
	}
	cr_expect_eq(n, times, "%zu times %s", n, text);
}

/* In the drawing, in its words, in the list of exchanges, at the browser. */
Test(lesson_end, a_forged_form_is_said_to_come_from_another_site,
    .fini = teardown)
{
	static const char label[] =
	    "POST /name, sent by a page of evil.example";
	static const char say[] = "Ada’s browser sends this for a page of "
	    "evil.example: POST /name";
	static const char open[] = "evil.example is open in this browser";
	const char *page = page_of("step=6&say=0", "en");

	expect_in(page, label, 3);
	expect_in(page, say, 2);
	expect_in(page, open, 1);
	expect_in(page, "Ada’s browser asks the server: POST /name", 2);
	expect_in(page, "class=\"forged\"", 1);
	page = page_of("step=6&say=0&at=1", "en");
	expect_in(page, label, 4);
	expect_in(page, open, 0);
	page = page_of("step=6&say=0", "de");
	expect_in(page, "POST /name, von einer Seite auf evil.example gesendet",
	    3);
}

/* Eve's jar is empty, and still a cookie travels. */
Test(lesson_end, what_is_sent_by_hand_stands_beside_the_jar,
    .fini = teardown)
{
	static const char hand[] = "Sent by hand; it is no cookie of this "
	    "browser:</p>\n<p class=\"value\"><code>__Host-sid=";
	const char *page = page_of("step=4&say=0&with=1&at=8", "en");

	expect_in(page, hand, 1);
	expect_in(page, "</code> <b class=\"tag\">id A</b></p>\n</div>", 1);
	page = page_of("step=4&say=0&at=8", "en");
	expect_in(page, "Sent by hand", 0);
	page = page_of("step=15&say=0&with=2", "en");
	expect_in(page, "Sent by hand", 0);
}

Test(lesson_end, probe_tells_the_names_that_are_the_lessons_and_no_value,
    .fini = teardown)
{
	static const struct { const char *cookies, *body; } rows[] = {
		{ NULL, "{\"cookies\":[],\"id\":null}\n" },
		{ "HTTP_COOKIE=lesson-m-a=secret; theme=dark; lesson-m-b=2",
		  "{\"cookies\":[\"lesson-m-a\",\"lesson-m-b\"],"
		  "\"id\":null}\n" },
		{ "HTTP_COOKIE=Lesson-a=1; xlesson-a=1; lesson=1",
		  "{\"cookies\":[],\"id\":null}\n" },
		{ "HTTP_COOKIE=lesson-a=1; lesson-a=2",
		  "{\"cookies\":[\"lesson-a\",\"lesson-a\"],\"id\":null}\n" },
		/* of this id there is no session */
		{ "HTTP_COOKIE=sid=AbCdEfGhIjKlMnOpQrStUvWxYz012345",
		  "{\"cookies\":[],\"id\":null}\n" },
	};
	const struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		a = probe(TEACH, HERE, rows[i].cookies);
		cr_expect_eq(a->status, 200);
		cr_expect_str_eq(a->body, rows[i].body, "%s: %s",
		    rows[i].cookies, a->body);
		cr_expect_not_null(strstr(field_of(a, "Content-Type"),
		    "application/json"));
	}
}

/* Its name alone, and only where there is a session of it. */
Test(lesson_end, probe_names_the_cookie_of_the_visitors_id,
    .fini = teardown)
{
	const struct answer *a;
	char cookies[256];

	site = site_new(&app, TEACH);
	a = request("/", HERE, NULL);
	cr_assert_eq(strncmp(field_of(a, "Set-Cookie"), "sid=", 4), 0);
	snprintf(cookies, sizeof(cookies),
	    "HTTP_COOKIE=pre=1; %.36s; lesson-a=1; device=1; remember=1",
	    field_of(a, "Set-Cookie"));
	a = request("/lesson", HERE, cookies);
	cr_expect_str_eq(a->body,
	    "{\"cookies\":[\"lesson-a\"],\"id\":\"sid\"}\n", "%s", a->body);
}

Test(lesson_end, probe_tells_300_names_at_most,
    .fini = teardown)
{
	static char cookies[400 * 16] = "HTTP_COOKIE=lesson-=0";
	const struct answer *a;
	const char *at;
	size_t i, n = 0;

	for (i = 1; i < 310; i++)
		snprintf(cookies + strlen(cookies), 32, "; lesson-%zu=1", i);
	a = probe(TEACH "max_cookies=400", HERE, cookies);
	cr_assert_eq(a->status, 200);
	for (at = a->body; (at = strstr(at, "\"lesson-")) != NULL; at++)
		n++;
	cr_expect_eq(n, 300, "%zu", n);
	cr_expect_not_null(strstr(a->body, "],\"id\":null}"));
}

Test(lesson_end, probe_tells_nothing_to_who_may_not_see_the_lesson,
    .fini = teardown)
{
	static const struct { const char *settings, *address; } rows[] = {
		{ "insecure_dev=yes", HERE },
		{ "teach=yes", HERE },
		{ TEACH, "REMOTE_ADDR=192.0.2.1" },
	};
	const struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		a = probe(rows[i].settings, rows[i].address,
		    "HTTP_COOKIE=lesson-a=1");
		cr_expect_eq(a->status, 403, "%s", rows[i].settings);
		cr_expect_null(strstr(a->body, "lesson-a"));
	}
}

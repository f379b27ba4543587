/* test_lesson_marks.c - what the lesson lights in an exchange, and its marks. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "lesson/arrows.h"
#include "lesson/compare.h"
#include "lesson/fresh.h"
#include "lesson/ids.h"
#include "lesson/pages.h"
#include "lesson/parts.h"
#include "lesson/steps.h"

static struct where where = { .step = 2, .said = true, .minutes = -1 };
static struct show sh = { .where = &where };

static void
setup(void)
{
	step_create(&sh);
}

static void
teardown(void)
{
	show_close(&sh);
}

TestSuite(lesson_marks, .init = setup, .fini = teardown);

/* ---- what is new -------------------------------------------------------- */

#define PART(t, k) { .text = t, .len = sizeof(t) - 1, .key = k }

Test(lesson_marks, a_part_is_new_by_its_text_and_its_key)
{
	const struct http_part before[] = { PART("/", "cookie.path"),
		PART("200", "status.200") };
	const struct http_part same = PART("/", "cookie.path");
	const struct http_part key = PART("/", "request.path");
	const struct http_part text = PART("/a", "cookie.path");

	cr_expect_not(fresh_part(&same, before, 2, false));
	cr_expect(fresh_part(&key, before, 2, false));
	cr_expect(fresh_part(&text, before, 2, false));
}

Test(lesson_marks, of_the_first_exchange_cookies_and_the_form_are_new)
{
	const struct http_part host = PART("Host", "field.host");
	const struct http_part id = PART("x", "cookie.value.sid");
	const struct http_part user = PART("ada", "form.value");

	cr_expect_not(fresh_part(&host, NULL, 0, true));
	cr_expect(fresh_part(&id, NULL, 0, true));
	cr_expect(fresh_part(&user, NULL, 0, true));
}

Test(lesson_marks, begin_and_commit_are_never_new)
{
	cr_expect_not(fresh_sql("BEGIN IMMEDIATE;", NULL));
	cr_expect_not(fresh_sql("COMMIT;", NULL));
	cr_expect_not(fresh_sql("SELECT 1;", NULL), "the first one reads");
	cr_expect(fresh_sql("INSERT INTO token VALUES (?1);", NULL));
	cr_expect(fresh_sql("SELECT 1;", &world_nothing));
}

Test(lesson_marks, what_the_exchange_before_ran_is_not_new)
{
	size_t n, i;
	const struct capture *c = world_captures(sh.world, &n) + 1;
	const struct sess_trace_step *s;

	for (i = 0; (s = capture_step(c, SESS_STEP_STORE, i)) != NULL; i++)
		cr_expect_not(fresh_sql(sess_trace_part(s, "sql")->value, c));
	cr_expect_gt(i, 2);
}

Test(lesson_marks, the_exchange_before_is_of_the_same_browser)
{
	struct browser *eve = browser_new(sh.world, &(struct browser)
	    BROWSER_EVE);
	size_t n;
	const struct capture *c = world_captures(sh.world, &n);
	const struct capture *ada = c + n - 1;

	cr_expect_null(fresh_before(&sh, c));
	cr_expect_eq(fresh_before(&sh, c + 1), c);
	cr_expect_null(fresh_before(&sh, browser_get(eve, "/")));
	cr_expect_eq(fresh_before(&sh, browser_get(sh.browsers[0], "/")), ada);
}

/* ---- ids and their hashes ------------------------------------------------ */

Test(lesson_marks, an_id_and_its_hash_have_one_letter)
{
	size_t n;
	const struct capture *c = world_captures(sh.world, &n) + 1;
	struct ids ids;
	char letter[2];

	ids_list(&sh, &ids);
	cr_expect_eq(ids.n, 1);
	cr_expect_str_eq(ids_letter(&ids, capture_value(c, SESS_STEP_COMMIT,
	    "id"), letter), "A");
	cr_expect_str_eq(ids_letter(&ids, capture_cell(c, SESS_STEP_AFTER,
	    "token", 0, "key"), letter), "A");
	cr_expect_str_eq(ids_letter(&ids, "1", letter), "");
}

/* Rows have columns of these names, too: an event's id, a token's key. */
Test(lesson_marks, a_number_of_a_row_is_no_id)
{
	struct where there = { .step = 8, .said = true, .minutes = -1 };
	struct show login = { .where = &there };
	struct ids ids;
	char letter[2];

	step_login(&login);
	ids_list(&login, &ids);
	cr_expect_geq(ids.n, 2, "the id before the login, and that after it");
	cr_expect_str_eq(ids_letter(&ids, "1", letter), "");
	cr_expect_str_eq(ids_letter(&ids, "2", letter), "");
	show_close(&login);
}

/* ---- rows ---------------------------------------------------------------- */

Test(lesson_marks, a_column_is_compared_by_its_name)
{
	const struct sess_trace_part old[] = {
		{ "pk", SESS_TRACE_NUMBER, "1", 1 },
		{ "seen", SESS_TRACE_NUMBER, "9", 1 } };
	const struct sess_trace_part new[] = {
		{ "pk", SESS_TRACE_NUMBER, "1", 1 },
		{ "user", SESS_TRACE_TEXT, "ada", 3 },
		{ "seen", SESS_TRACE_NUMBER, "9", 1 } };
	const struct row a = { "session", old, 2 }, b = { "session", new, 3 };

	cr_expect_not(compare_differs(&b, 0, &a));
	cr_expect(compare_differs(&b, 1, &a));
	cr_expect_not(compare_differs(&b, 2, &a));
}

/* ---- attributes of a cookie ---------------------------------------------- */

static bool
has(const char *line, const char *attribute)
{
	struct capture c = world_nothing;
	char answer[256];

	snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\n"
	    "Set-Cookie: other=1; Partitioned\r\n"
	    "Set-Cookie: %s\r\nDate: x; Domain=y\r\n", line);
	c.answer = answer;
	return capture_cookie_has(&c, "sid", attribute);
}

Test(lesson_marks, an_attribute_is_found_by_its_whole_name)
{
	static const char line[] = "sid=1; Max-Age=60; secure;  Path = /a ";

	cr_expect(has(line, "Secure"));
	cr_expect(has(line, "Max-Age"));
	cr_expect(has(line, "max-age=60"));
	cr_expect(has(line, "Path=/a"));
	cr_expect_not(has(line, "Path=/"));
	cr_expect_not(has(line, "Path=/A"));
	cr_expect_not(has(line, "Max-Age=6"));
	cr_expect_not(has(line, "Secure="));
	cr_expect_not(has(line, "Age"));
	cr_expect_not(has("sid=1; Max-Ages=60", "Max-Age"));
	cr_expect_not(has("sid=1; Secure x", "Secure"));
}

Test(lesson_marks, a_value_or_another_field_is_no_attribute)
{
	cr_expect_not(has("sid=Secure", "Secure"));
	cr_expect_not(has("sid=1; Path=/Secure", "Secure"));
	cr_expect_not(has("sid=1; Path=/", "Domain"), "the field after it");
	cr_expect_not(has("sid=1; Path=/", "Partitioned"), "another cookie");
	cr_expect_not(has("sidecar=1; Secure", "Secure"));
	cr_expect_not(capture_cookie_has(&world_nothing, "sid", "Secure"));
}

/* ---- who causes a request, and what it brings ----------------------------- */

/* How many of the arrows of a step have this word; the last one is kept. */
static size_t
arrows_of(const struct show *of, const char *word, struct arrow *last)
{
	struct arrow list[ARROWS_MAX];
	size_t i, n = 0, all = arrows_list(of, list);

	for (i = 0; i < all; i++)
		if (strcmp(list[i].word, word) == 0) {
			*last = list[i];
			n++;
		}
	return n;
}

static void
perform(struct show *of, struct where *there, const char *name, unsigned with)
{
	size_t i;

	for (i = 0; strcmp(steps[i].name, name) != 0; i++)
		cr_assert_lt(i + 1, steps_count);
	*there = (struct where){ .step = (int)i + 1, .said = true,
		.with = with, .minutes = -1 };
	*of = (struct show){ .where = there };
	steps[i].perform(of);
	cr_assert_not(show_failed(of));
}

Test(lesson_marks, a_forged_form_is_told_from_a_form_of_the_sites_own)
{
	static const struct {
		const char *step;
		size_t own;
	} rows[] = { { "attributes", 1 }, { "forms", 2 } };
	struct where there;
	struct show of;
	struct arrow a;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		perform(&of, &there, rows[i].step, 0);
		cr_expect_eq(arrows_of(&of, "arrow.request", &a),
		    rows[i].own, "%s", rows[i].step);
		cr_expect_null(a.capture->from);
		cr_assert_eq(arrows_of(&of, "arrow.forged", &a), 1, "%s",
		    rows[i].step);
		cr_expect_str_eq(a.capture->from, BROWSER_EVIL);
		cr_expect_str_eq(a.capture->who, "Ada");
		cr_expect_eq(a.from, 0, "her browser sends it");
		show_close(&of);
	}
}

/* The jar has what the browser keeps, and the request what was written in. */
Test(lesson_marks, what_is_sent_by_hand_is_known_as_that)
{
	struct where there;
	struct show of;
	const struct capture *c;
	size_t n, i, by_hand = 0;

	perform(&of, &there, "unknown", 0);
	c = world_captures(of.world, &n);
	for (i = 0; i < n; i++) {
		if (c[i].cookie == NULL)
			continue;
		by_hand++;
		cr_expect_str_eq(c[i].who, "Eve");
		cr_expect(capture_sent(&c[i], c[i].cookie));
	}
	cr_expect_geq(by_hand, 3);
	show_close(&of);
	perform(&of, &there, "return", 0);
	c = world_captures(of.world, &n);
	for (i = 0; i < n; i++)
		cr_expect_null(c[i].cookie, "it is from the jar");
	show_close(&of);
	perform(&of, &there, "transport", 2);
	c = world_captures(of.world, &n);
	for (i = by_hand = 0; i < n; i++)
		by_hand += c[i].bearer != NULL;
	cr_expect_gt(by_hand, 0);
	show_close(&of);
}

static bool
has_part(const char *answer, const char *key)
{
	struct http_part list[PARTS_MAX];
	size_t i, n = parts_answer(answer, list, PARTS_MAX);

	for (i = 0; i < n; i++)
		if (strcmp(list[i].key, key) == 0)
			return true;
	return false;
}

/* What the texts of 401 and of two cookies say is what the library does. */
static void
expect_as_told(const struct capture *c, const char *name, size_t counts[2])
{
	cr_expect_not(has_part(c->answer, "status.other"), "%s: %d", name,
	    c->status);
	cr_expect_not(has_part(c->answer, "cookie.max-age.remove"),
	    "%s: a cookie goes without a reason", name);
	cr_expect_not(capture_cookie_has(c, "__Host-pre", "Max-Age"), "%s",
	    name);
	if (c->status != 401)
		return;
	counts[0]++;
	counts[1] += capture_field(&sh, c, "WWW-Authenticate", 0) != NULL;
}

Test(lesson_marks, each_answer_of_the_lesson_is_what_its_texts_say,
    .timeout = 120)
{
	struct where there;
	struct show of;
	const struct capture *c;
	size_t i, k, n, counts[2] = { 0, 0 };
	unsigned with;

	for (i = 0; i + 1 < steps_count; i++)
		for (with = 0; with < 1U << steps[i].switches; with++) {
			perform(&of, &there, steps[i].name, with);
			c = world_captures(of.world, &n);
			for (k = 0; k < n; k++)
				expect_as_told(&c[k], steps[i].name, counts);
			show_close(&of);
		}
	cr_expect_gt(counts[0], 0, "401 is shown");
	cr_expect_eq(counts[1], 0, "and without WWW-Authenticate");
}

/* A login asks for a password, and hides what is typed. */
Test(lesson_marks, a_form_has_the_fields_that_it_is_sent_with)
{
	struct browser *b = browser_new(sh.world, &(struct browser)
	    BROWSER_ADA);
	const char *page = browser_get(b, "/login")->body;

	cr_expect_not_null(strstr(page, "<input name=\"user\">"));
	cr_expect_not_null(strstr(page,
	    "<input type=\"password\" name=\"password\">"));
	page = browser_get(b, "/name")->body;
	cr_expect_not_null(strstr(page, "<input name=\"name\">"));
	cr_expect_null(strstr(page, "password"));
}

Test(lesson_marks, a_browser_that_was_closed_says_so_once)
{
	struct browser *b = browser_new(sh.world, &(struct browser)
	    BROWSER_ADA);

	cr_expect_not(browser_kept(b, browser_get(b, "/name"))->reopened);
	browser_restart(b);
	cr_expect(browser_kept(b, browser_get(b, "/"))->reopened);
	cr_expect_not(browser_kept(b, browser_get(b, "/"))->reopened);
}

/* test_lesson_begin.c - the lesson, from the first request to the first form. */
/* SPDX-License-Identifier: ISC */
#include "lesson.h"

static const char *const names[] = { "stateless", "create", "attributes",
	"return", "unknown", "forms", NULL };

TestSuite(lesson_begin, .timeout = 120);

/* ---- what holds of each step --------------------------------------------- */

Test(lesson_begin, every_claim_of_a_step_holds_where_nothing_is_changed)
{
	each_claim_holds(names);
}

Test(lesson_begin, a_step_has_few_exchanges_and_few_arrows)
{
	each_is_short(names);
}

Test(lesson_begin, the_arrow_to_look_at_and_the_source_are_there)
{
	each_is_drawn_and_has_code(names);
}

Test(lesson_begin, a_step_is_the_same_byte_for_byte_each_time)
{
	each_is_the_same_twice(names);
}

Test(lesson_begin, a_step_has_all_its_texts_and_few_words)
{
	each_has_its_texts(names);
}

Test(lesson_begin, a_claim_without_a_capture_does_not_hold)
{
	each_claims_nothing_without_a_capture(names);
}

Test(lesson_begin, a_step_survives_memory_that_ends_at_any_point)
{
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		survives(names[i], 0, 0, 1);
}

/* ---- what is shown ------------------------------------------------------- */

Test(lesson_begin, a_switch_or_the_clock_changes_what_is_captured)
{
	static const struct {
		const char *name;
		unsigned with;
		int64_t minutes;
		int right;
		const char *fails;
	} rows[] = {
		{ "stateless", 0, -1, 3, "" },
		{ "stateless", 1, -1, 1, " same cookie store" },
		{ "stateless", 2, -1, 3, " one" },
		{ "stateless", 3, -1, 3, " one cookie store" },
		{ "create", 0, -1, 2, "" },
		{ "attributes", 0, -1, 1, "" },
		{ "attributes", 1, -1, 4, " httponly" },
		{ "attributes", 2, -1, 1, " samesite" },
		{ "attributes", 3, -1, 4, " httponly samesite" },
		{ "attributes", 4, -1, 1, " session" },
		{ "return", 0, -1, 2, "" },
		{ "return", 1, -1, 2, " ada" },
		{ "unknown", 0, -1, 3, "" },
		{ "unknown", 0, 29, 3, " nothing expired" },
		{ "unknown", 0, 30, 3, "" },
		{ "unknown", 0, 1440, 3, "" },
		{ "forms", 0, -1, 2, "" },
		{ "forms", 1, -1, 1, " stays" },
		{ "forms", 2, -1, 2, " site" },
		{ "forms", 3, -1, 1, " stays site" },
		{ "forms", 4, -1, 2, " token" },
		{ "forms", 5, -1, 1, " stays token" },
		{ "forms", 6, -1, 2, " site token" },
		{ "forms", 7, -1, 1, " stays site token refused" },
	};
	struct walk w;
	char text[256];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk(&w, rows[i].name, rows[i].with, rows[i].minutes);
		cr_expect_str_eq(false_claims(&w.sh, text), rows[i].fails,
		    "%s with %u:%s", rows[i].name, rows[i].with, text);
		cr_expect_eq(w.sh.right, rows[i].right, "%s with %u: %d",
		    rows[i].name, rows[i].with, w.sh.right);
		show_close(&w.sh);
	}
}

Test(lesson_begin, a_text_names_numbers_that_were_captured)
{
	static const struct { const char *step, *value, *text; } rows[] = {
		{ "create", "id.bits", "192" }, { "create", "id.length", "32" },
		{ "return", "id.length", "32" },
		{ "return", "visits.before", "1" },
		{ "return", "visits.after", "2" },
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
Test(lesson_begin, a_text_fits_what_was_captured)
{
	static const char *const guards[] = { "", "", "token", "token", "",
		"", "cookie", "passed" };
	unsigned with;

	expect_chosen("unknown", 0, -1, "");
	expect_chosen("unknown", 0, 29, "live");
	expect_chosen("unknown", 0, 30, "");
	for (with = 0; with < 8; with++)
		expect_chosen("forms", with, -1, guards[with]);
}

/* ---- the jar beside an exchange ------------------------------------------ */

/* Ada has visited the site, and that is not shown; then Eve visits it. */
Test(lesson_begin, a_jar_from_before_what_is_shown_is_nothing_new)
{
	struct walk w;
	const struct capture *c;
	const struct kept *k;
	size_t n;

	walk(&w, "unknown", 0, -1);
	c = world_captures(w.sh.world, &n);
	cr_assert_str_eq(w.sh.browsers[0]->who, "Ada");
	cr_assert_str_eq(c->who, "Eve");
	k = browser_kept(w.sh.browsers[0], c);
	cr_assert_not_null(k);
	cr_expect_eq(k->n, 1);
	cr_expect_neq(k->after, c->number, "Ada did not send it");
	show_close(&w.sh);
}

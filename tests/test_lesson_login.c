/* test_lesson_login.c - the lesson from the wrong password to the new ids. */
/* SPDX-License-Identifier: ISC */
#include "lesson.h"

#include "lesson/compare.h"

static const char *const names[] = { "wrong", "login", "drafts", "cart",
	"expiry", "rotate", NULL };

static struct walk w;

static void
teardown(void)
{
	show_close(&w.sh);
	w = (struct walk){ .step = NULL };
}

TestSuite(lesson_login, .fini = teardown, .timeout = 120);

static void
begin(const char *name, unsigned with, int64_t minutes)
{
	teardown();
	walk(&w, name, with, minutes);
}

/* All claims, in order; one that does not hold has a "!". */
static void
expect(const char *name, unsigned with, int64_t minutes, int right,
    const char *claims)
{
	char text[400] = "";
	size_t i, n = 0;

	begin(name, with, minutes);
	for (i = 0; i < w.sh.nclaims; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s",
		    i > 0 ? " " : "", w.sh.claims[i].holds ? "" : "!",
		    w.sh.claims[i].name);
	cr_expect_str_eq(text, claims, "%s with %u, %d minutes: %s", name,
	    with, (int)minutes, text);
	cr_expect_eq(w.sh.right, right, "%s with %u, %d minutes: answer %d",
	    name, with, (int)minutes, w.sh.right);
}

/* ---- what holds of each step ------------------------------------------- */

Test(lesson_login, every_claim_of_a_step_holds_where_nothing_is_changed)
{
	each_claim_holds(names);
}

Test(lesson_login, a_step_has_few_exchanges_and_few_arrows)
{
	each_is_short(names);
}

Test(lesson_login, the_arrow_to_look_at_and_the_source_are_there)
{
	each_is_drawn_and_has_code(names);
}

Test(lesson_login, a_step_is_the_same_byte_for_byte_each_time)
{
	each_is_the_same_twice(names);
}

Test(lesson_login, a_step_has_all_its_texts_and_few_words)
{
	each_has_its_texts(names);
}

Test(lesson_login, a_claim_without_a_capture_does_not_hold)
{
	each_claims_nothing_without_a_capture(names);
}

/* Each third place: the others are like these. */
Test(lesson_login, a_step_that_runs_out_of_memory_says_so)
{
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		survives(names[i], i % 2, (long)i % 3, 3);
}

/* ---- the steps --------------------------------------------------------- */

Test(lesson_login, a_wrong_password_and_an_unknown_name_get_the_same)
{
	expect("wrong", 0, -1, 3, "words work counted nobody open");
	cr_expect_str_eq(value_of(&w.sh, "tries.most"), "5");
}

Test(lesson_login, a_page_that_tells_or_hurries_gives_the_name_away)
{
	expect("wrong", 1, -1, 1, "!words !work !counted nobody open");
	expect("wrong", 2, -1, 2, "words !work !counted nobody open");
	expect("wrong", 3, -1, 2, "words !work !counted nobody open");
}

Test(lesson_login, one_wrong_password_too_many_has_to_wait)
{
	size_t n;
	const struct capture *c;

	expect("wrong", 4, -1, 3, "words work counted nobody !open");
	cr_expect_str_eq(value_of(&w.sh, "tries.most"), "2");
	c = world_captures(w.sh.world, &n);
	cr_expect_eq(c[n - 1].status, 429);
}

Test(lesson_login, a_login_brings_a_new_id_and_the_old_one_dies)
{
	expect("login", 0, -1, 3, "new-id dead along user hash");
	cr_expect_str_eq(value_of(&w.sh, "tea.along"), "1");
	cr_expect_eq(w.sh.key_step, SESS_STEP_COMMIT);
}

/* The row's cell of this name, or "". */
static const char *
cell(const struct rows *rows, const char *table, const char *name)
{
	size_t i, k;

	for (i = 0; i < rows->n; i++)
		for (k = 0; strcmp(rows->at[i].table, table) == 0 &&
		    k < rows->at[i].ncells; k++)
			if (strcmp(rows->at[i].cells[k].name, name) == 0)
				return rows->at[i].cells[k].value;
	return "";
}

/* A login counts the try, takes that back, and then commits. */
Test(lesson_login, rows_before_and_after_are_those_of_the_whole_exchange)
{
	struct rows before, after;

	begin("login", 0, -1);
	compare_before(w.sh.key, &before);
	compare_after(w.sh.key, &after);
	cr_expect_str_eq(cell(&before, "session", "pk"), "1");
	cr_expect_str_eq(cell(&before, "session", "user"), "");
	cr_expect_str_eq(cell(&after, "session", "user"), "ada");
	cr_expect_str_eq(cell(&before, "field", "name"), "tea");
	cr_expect_str_eq(cell(&after, "field", "name"), "tea");
	cr_expect_str_eq(cell(&after, "bucket", "key"), "",
	    "the try was taken back");
	begin("wrong", 0, -1);
	compare_before(w.sh.key, &before);
	compare_after(w.sh.key, &after);
	cr_expect_str_eq(cell(&before, "bucket", "n"), "1");
	cr_expect_str_eq(cell(&after, "bucket", "n"), "2");
	begin("expiry", 0, -1);
	compare_before(w.sh.key, &before);
	compare_after(w.sh.key, &after);
	cr_expect_str_eq(cell(&before, "session", "user"), "ada");
	cr_expect_str_eq(cell(&after, "session", "pk"), "");
}

Test(lesson_login, a_login_by_hand_leaves_the_old_id_good)
{
	expect("login", 1, -1, 1, "!new-id !dead along !user hash");
}

Test(lesson_login, drafts_are_those_of_the_sessions_user)
{
	expect("drafts", 0, -1, 2, "nameless own forged stranger");
	cr_expect_str_eq(value_of(&w.sh, "session.user"), "ada");
}

Test(lesson_login, a_page_that_believes_the_form_shows_the_drafts_of_others)
{
	expect("drafts", 1, -1, 1, "nameless own !forged stranger");
}

Test(lesson_login, two_tabs_that_add_at_once_lose_nothing)
{
	expect("cart", 0, -1, 2, "kept one both-saw sum");
	cr_expect_str_eq(value_of(&w.sh, "tea.was"), "1");
	cr_expect_str_eq(value_of(&w.sh, "tea.now"), "3");
}

Test(lesson_login, a_page_that_writes_its_own_sum_loses_one)
{
	expect("cart", 1, -1, 1, "kept one both-saw !sum");
	cr_expect_str_eq(value_of(&w.sh, "tea.now"), "2");
}

Test(lesson_login, the_second_tab_is_drawn_within_the_first)
{
	const struct capture *first, *second;

	begin("cart", 0, -1);
	first = w.sh.key;
	second = first + 1;
	cr_assert_eq(first->meanwhile, 1u);
	cr_assert_eq(second->meanwhile, 0u);
	cr_expect_str_eq(second->target, "/cart");
	cr_expect(arrow_of(&w.sh, first, SESS_STEP_FIND) <
	    arrow_of(&w.sh, second, SESS_STEP_REQUEST));
	cr_expect(arrow_of(&w.sh, second, SESS_STEP_ANSWER) <
	    arrow_of(&w.sh, first, SESS_STEP_COMMIT));
}

Test(lesson_login, half_an_hour_without_a_click_ends_a_session)
{
	expect("expiry", 0, -1, 2, "sent row over idle");
	cr_expect_str_eq(value_of(&w.sh, "idle.minutes"), "30");
	cr_expect_str_eq(value_of(&w.sh, "absolute.hours"), "8");
}

Test(lesson_login, the_clock_says_which_limit_comes_first)
{
	expect("expiry", 0, 0, 4, "sent row !over !idle");
	expect("expiry", 0, 29, 4, "sent row !over !idle");
	expect("expiry", 0, 30, 2, "sent row over idle");
	expect("expiry", 0, 480, 2, "sent row over idle");
	expect("expiry", 0, 511, 2, "sent row over idle");
	expect("expiry", 2, 511, 2, "sent row over idle");
	expect("expiry", 3, 511, 3, "sent row over !idle");
}

Test(lesson_login, who_clicks_often_stays_until_the_absolute_limit)
{
	expect("expiry", 1, -1, 4, "sent row !over !idle");
	expect("expiry", 1, 479, 4, "sent row !over !idle");
	expect("expiry", 1, 480, 3, "sent row over !idle");
	expect("expiry", 1, WHERE_MINUTES_MAX, 3, "sent row over !idle");
}

Test(lesson_login, a_longer_idle_limit_waits_longer)
{
	expect("expiry", 2, -1, 4, "sent row !over !idle");
	cr_expect_str_eq(value_of(&w.sh, "idle.minutes"), "60");
	expect("expiry", 2, 60, 2, "sent row over idle");
}

Test(lesson_login, a_lost_answer_logs_nobody_out_and_a_replay_is_noticed)
{
	expect("rotate", 0, -1, 2, "rotated grace again shut replay goes-on");
	cr_expect(w.sh.key->lost);
	cr_expect_str_eq(value_of(&w.sh, "grace.minutes"), "5");
}

Test(lesson_login, the_old_id_ends_with_its_grace)
{
	expect("rotate", 0, 0, 2, "rotated grace !again shut replay goes-on");
	expect("rotate", 0, 4, 2, "rotated grace again shut replay goes-on");
	expect("rotate", 0, 5, 1, "rotated !grace !again shut replay !goes-on");
	expect("rotate", 0, 31, 1,
	    "rotated !grace !again shut !replay !goes-on");
}

Test(lesson_login, an_answer_that_arrives_needs_no_second_id)
{
	expect("rotate", 1, -1, 3, "rotated grace !again shut replay goes-on");
	cr_expect_not(w.sh.key->lost);
}

Test(lesson_login, a_replay_can_end_the_session)
{
	expect("rotate", 2, -1, 2, "rotated grace again shut replay !goes-on");
}

Test(lesson_login, without_rotation_a_copied_id_stays_good)
{
	expect("rotate", 4, -1, 2, "!rotated grace !again !shut !replay goes-on");
}

/* A text that explains the one outcome must not stand beside another. */
Test(lesson_login, a_text_fits_what_was_captured)
{
	static const struct {
		unsigned with;
		int64_t minutes;
		const char *text;
	} rows[] = {
		{ 0, -1, "" }, { 0, 4, "" }, { 0, 0, "soon" },
		{ 0, 5, "late" }, { 0, 29, "late" }, { 0, 31, "over" },
		{ 0, 481, "over" }, { 1, -1, "" }, { 1, 0, "" }, { 1, 5, "" },
		{ 1, 31, "over" }, { 2, 0, "" }, { 2, 5, "" },
		{ 2, 31, "over" }, { 4, 0, "" }, { 4, 5, "" },
		{ 4, 31, "over" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_chosen("rotate", rows[i].with, rows[i].minutes,
		    rows[i].text);
}

/* It stands for the case that her first click brings no new id. */
Test(lesson_login, ada_clicks_once_more_only_where_an_id_may_be_due)
{
	size_t n;

	begin("rotate", 0, 0);
	world_captures(w.sh.world, &n);
	cr_expect_eq(n, 5, "%zu", n);
	begin("rotate", 0, 31);
	world_captures(w.sh.world, &n);
	cr_expect_eq(n, 4, "%zu", n);
}

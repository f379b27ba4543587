/* test_lesson_login.c - the lesson from the wrong password to the new ids. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* The world is built into this test, so that memory can fail in it. */
static long allocations_left = -1;      /* -1: any number */

static bool
is_out_of_memory(void)
{
	return allocations_left >= 0 && allocations_left-- == 0;
}

static void *
test_malloc(size_t n)
{
	return is_out_of_memory() ? NULL : malloc(n);
}

static void *
test_calloc(size_t n, size_t size)
{
	return is_out_of_memory() ? NULL : calloc(n, size);
}

#define malloc test_malloc
#define calloc test_calloc
#define perform world_perform
#include "lesson/world.c"
#undef malloc
#undef calloc
#undef perform

/* The same steps once more, in a world that could not be opened. */
#define show_open open_nowhere
#define step_wrong wrong_nowhere
#define step_login login_nowhere
#define step_drafts drafts_nowhere
#define step_cart cart_nowhere
#define step_expiry expiry_nowhere
#define step_rotate rotate_nowhere
#include "lesson/steps_login.c"
#undef show_open
#undef step_wrong
#undef step_login
#undef step_drafts
#undef step_cart
#undef step_expiry
#undef step_rotate

#include "lesson/arrows.h"
#include "lesson/code.h"
#include "lesson/compare.h"
#include "lesson/texts.h"

static const char *const names[] = { "wrong", "login", "drafts", "cart",
	"expiry", "rotate" };

#define NAMES (sizeof names / sizeof *names)

static struct where at;
static struct show shown;

static void
teardown(void)
{
	show_close(&shown);
	shown = (struct show){ .where = NULL };
}

TestSuite(lesson_login, .fini = teardown, .timeout = 120);

/* The number of the step of this name, from 1. */
static int
number_of(const char *name)
{
	size_t i;

	for (i = 0; i < steps_count; i++)
		if (strcmp(steps[i].name, name) == 0)
			return (int)i + 1;
	cr_assert_fail("no step is called %s", name);
	return 0;
}

/* -1 minutes: as the step has it. */
static void
perform(const char *name, unsigned with, int64_t minutes)
{
	teardown();
	at = (struct where){ .step = number_of(name), .said = true,
		.with = with, .minutes = minutes };
	shown.where = &at;
	steps[at.step - 1].perform(&shown);
	cr_assert_not(show_failed(&shown), "%s with %u failed", name, with);
}

/* All claims, in order; one that does not hold has a "!". */
static void
expect(const char *name, unsigned with, int64_t minutes, int right,
    const char *claims)
{
	char text[400] = "";
	size_t i, n = 0;

	perform(name, with, minutes);
	for (i = 0; i < shown.nclaims; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s",
		    i > 0 ? " " : "", shown.claims[i].holds ? "" : "!",
		    shown.claims[i].name);
	cr_expect_str_eq(text, claims, "%s with %u, %d minutes: %s", name,
	    with, (int)minutes, text);
	cr_expect_eq(shown.right, right, "%s with %u, %d minutes: answer %d",
	    name, with, (int)minutes, shown.right);
}

static const char *
value(const char *name)
{
	size_t i;

	for (i = 0; i < shown.nvalues; i++)
		if (strcmp(shown.values[i].name, name) == 0)
			return shown.values[i].text;
	return "";
}

/* ---- the steps --------------------------------------------------------- */

Test(lesson_login, a_wrong_password_and_an_unknown_name_get_the_same)
{
	expect("wrong", 0, -1, 3, "words work counted nobody open");
	cr_expect_str_eq(value("tries.most"), "5");
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
	cr_expect_str_eq(value("tries.most"), "2");
	c = world_captures(shown.world, &n);
	cr_expect_eq(c[n - 1].status, 429);
}

Test(lesson_login, a_login_brings_a_new_id_and_the_old_one_dies)
{
	expect("login", 0, -1, 3, "new-id dead along user hash");
	cr_expect_str_eq(value("tea.along"), "1");
	cr_expect_eq(shown.key_step, SESS_STEP_COMMIT);
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

	perform("login", 0, -1);
	compare_before(shown.key, &before);
	compare_after(shown.key, &after);
	cr_expect_str_eq(cell(&before, "session", "pk"), "1");
	cr_expect_str_eq(cell(&before, "session", "user"), "");
	cr_expect_str_eq(cell(&after, "session", "user"), "ada");
	cr_expect_str_eq(cell(&before, "field", "name"), "tea");
	cr_expect_str_eq(cell(&after, "field", "name"), "tea");
	cr_expect_str_eq(cell(&after, "bucket", "key"), "",
	    "the try was taken back");
	perform("wrong", 0, -1);
	compare_before(shown.key, &before);
	compare_after(shown.key, &after);
	cr_expect_str_eq(cell(&before, "bucket", "n"), "1");
	cr_expect_str_eq(cell(&after, "bucket", "n"), "2");
	perform("expiry", 0, -1);
	compare_before(shown.key, &before);
	compare_after(shown.key, &after);
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
	cr_expect_str_eq(value("session.user"), "ada");
}

Test(lesson_login, a_page_that_believes_the_form_shows_the_drafts_of_others)
{
	expect("drafts", 1, -1, 1, "nameless own !forged stranger");
}

Test(lesson_login, two_tabs_that_add_at_once_lose_nothing)
{
	expect("cart", 0, -1, 2, "kept one both-saw sum");
	cr_expect_str_eq(value("tea.was"), "1");
	cr_expect_str_eq(value("tea.now"), "3");
}

Test(lesson_login, a_page_that_writes_its_own_sum_loses_one)
{
	expect("cart", 1, -1, 1, "kept one both-saw !sum");
	cr_expect_str_eq(value("tea.now"), "2");
}

/* The arrow's number: of the nth one of this step, from 0. */
static int
place(const struct capture *c, enum sess_step step)
{
	struct arrow arrows[ARROWS_MAX];
	size_t i, n = arrows_list(&shown, arrows);

	for (i = 0; i < n; i++)
		if (arrows[i].capture == c && arrows[i].step == step)
			return (int)i;
	cr_assert_fail("no such arrow");
	return 0;
}

Test(lesson_login, the_second_tab_is_drawn_within_the_first)
{
	const struct capture *first, *second;

	perform("cart", 0, -1);
	first = shown.key;
	second = first + 1;
	cr_assert_eq(first->meanwhile, 1u);
	cr_assert_eq(second->meanwhile, 0u);
	cr_expect_str_eq(second->target, "/cart");
	cr_expect(place(first, SESS_STEP_FIND) <
	    place(second, SESS_STEP_REQUEST));
	cr_expect(place(second, SESS_STEP_ANSWER) <
	    place(first, SESS_STEP_COMMIT));
}

Test(lesson_login, half_an_hour_without_a_click_ends_a_session)
{
	expect("expiry", 0, -1, 2, "sent row over idle");
	cr_expect_str_eq(value("idle.minutes"), "30");
	cr_expect_str_eq(value("absolute.hours"), "8");
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
	cr_expect_str_eq(value("idle.minutes"), "60");
	expect("expiry", 2, 60, 2, "sent row over idle");
}

Test(lesson_login, a_lost_answer_logs_nobody_out_and_a_replay_is_noticed)
{
	expect("rotate", 0, -1, 2, "rotated grace again replay goes-on");
	cr_expect(shown.key->lost);
	cr_expect_str_eq(value("grace.minutes"), "5");
}

Test(lesson_login, the_old_id_ends_with_its_grace)
{
	expect("rotate", 0, 0, 2, "rotated grace !again replay goes-on");
	expect("rotate", 0, 4, 2, "rotated grace again replay goes-on");
	expect("rotate", 0, 5, 1, "rotated !grace !again replay !goes-on");
}

Test(lesson_login, an_answer_that_arrives_needs_no_second_id)
{
	expect("rotate", 1, -1, 3, "rotated grace !again replay goes-on");
	cr_expect_not(shown.key->lost);
}

Test(lesson_login, a_replay_can_end_the_session)
{
	expect("rotate", 2, -1, 2, "rotated grace again replay !goes-on");
}

Test(lesson_login, without_rotation_a_copied_id_stays_good)
{
	expect("rotate", 4, -1, 2, "!rotated grace !again !replay goes-on");
}

/* ---- all of them ------------------------------------------------------- */

/* All that was captured, but for the microseconds. */
static char *
written(void)
{
	const struct sess_trace_step *s;
	const struct sess_trace_part *p;
	const struct capture *c;
	char *text = NULL;
	size_t i, n, size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	c = world_captures(shown.world, &n);
	for (i = 0; i < n; i++, c++) {
		fprintf(out, "%s %" PRId64 " %d %d\n%s%s\n%s%s\n%s", c->who,
		    c->at, c->status, c->lost, c->request, c->form, c->answer,
		    c->body, c->log);
		for (s = c->steps; s < c->steps + c->nsteps; s++) {
			fprintf(out, "%s\n", s->name);
			for (p = s->parts; p < s->parts + s->nparts; p++) {
				fprintf(out, "%s %d ", p->name, p->kind);
				fwrite(p->value, 1, p->len, out);
				putc('\n', out);
			}
		}
	}
	fclose(out);
	return text;
}

static void
expect_twice(const char *name, unsigned with)
{
	char *first, *second;

	perform(name, with, -1);
	first = written();
	perform(name, with, -1);
	second = written();
	cr_expect(strlen(first) > 1000, "%s: %s", name, first);
	cr_expect_str_eq(first, second, "%s with %u differs", name, with);
	free(first);
	free(second);
}

Test(lesson_login, a_step_comes_out_the_same_twice)
{
	size_t i;
	unsigned with;

	for (i = 0; i < NAMES; i++)
		for (with = 0; with < 1u << steps[number_of(names[i]) -
		    1].switches; with++)
			expect_twice(names[i], with);
}

Test(lesson_login, a_step_has_an_exchange_to_look_at_and_no_more_than_six)
{
	struct arrow arrows[ARROWS_MAX];
	size_t i, n;

	for (i = 0; i < NAMES; i++) {
		perform(names[i], 0, -1);
		world_captures(shown.world, &n);
		cr_expect(n >= 2 && n <= 6, "%s: %zu exchanges", names[i], n);
		n = arrows_list(&shown, arrows);
		cr_expect(n < ARROWS_MAX, "%s: too many arrows", names[i]);
		place(shown.key, shown.key_step);
	}
}

Test(lesson_login, a_step_shows_code_that_is_there)
{
	size_t i, k;
	unsigned with;

	for (i = 0; i < NAMES; i++)
		for (with = 0; with < 2; with++) {
			perform(names[i], with, -1);
			cr_expect(shown.ncodes >= 1 && shown.ncodes <= 3);
			for (k = 0; k < shown.ncodes; k++)
				cr_expect_not_null(code_find(shown.codes[k]),
				    "no piece %s", shown.codes[k]);
		}
}

/* ---- texts ------------------------------------------------------------- */

static const char *
key_of(const char *name, const char *what, const char *of)
{
	static char key[64];

	snprintf(key, sizeof key, "%s.%s%s", name, what, of);
	return key;
}

static void
expect_text(const char *key)
{
	cr_expect(lesson_has(key), "no %s", key);
	cr_expect_str_neq(lesson_text(LESSON_EN, key),
	    lesson_text(LESSON_DE, key), "%s is not translated", key);
}

static void
expect_numbered(const char *name, const char *what, int n)
{
	char of[16];
	int i;

	for (i = 1; i <= n; i++) {
		snprintf(of, sizeof of, "%d", i);
		expect_text(key_of(name, what, of));
	}
	snprintf(of, sizeof of, "%d", n + 1);
	cr_expect_not(lesson_has(key_of(name, what, of)), "%s is not asked",
	    key_of(name, what, of));
}

static size_t
words(const char *text)
{
	size_t n = 0;

	for (; *(text += strspn(text, " ")) != '\0';
	    text += strcspn(text, " "))
		n++;
	return n;
}

/* Each {{name}} of this text was captured. */
static void
expect_values(const char *key, int lang)
{
	const char *from = lesson_text(lang, key);
	char name[64];

	for (; (from = strstr(from, "{{")) != NULL; from += 2) {
		snprintf(name, sizeof name, "%.*s",
		    (int)strcspn(from + 2, "}"), from + 2);
		cr_expect_str_neq(value(name), "", "%s: no %s", key, name);
	}
}

Test(lesson_login, all_that_a_step_says_is_there_in_both_languages)
{
	const struct step *s;
	size_t i, k;

	for (i = 0; i < NAMES; i++) {
		perform(names[i], 0, -1);
		s = &steps[at.step - 1];
		expect_text(key_of(names[i], "title", ""));
		expect_text(key_of(names[i], "ask", ""));
		expect_text(key_of(names[i], "text", ""));
		expect_text(key_of(names[i], "keep", ""));
		expect_numbered(names[i], "a", s->answers);
		expect_numbered(names[i], "with", s->switches);
		for (k = 0; k < shown.nclaims; k++)
			expect_text(key_of(names[i], "claim.",
			    shown.claims[k].name));
	}
}

Test(lesson_login, a_text_is_short_and_names_what_was_captured)
{
	const char *key;
	size_t i, n;
	int lang;

	for (i = 0; i < NAMES; i++)
		for (lang = LESSON_EN; lang <= LESSON_DE; lang++) {
			perform(names[i], 0, -1);
			key = key_of(names[i], "text", "");
			n = words(lesson_text(lang, key));
			cr_expect(n <= 60, "%s: %zu words (%d)", key, n, lang);
			expect_values(key, lang);
			key = key_of(names[i], "ask", "");
			cr_expect_null(strstr(lesson_text(lang, key), "{{"),
			    "%s: asked before it is captured", key);
		}
}

static bool
is_claimed(const char *name)
{
	size_t i;

	for (i = 0; i < shown.nclaims; i++)
		if (strcmp(shown.claims[i].name, name) == 0)
			return true;
	return false;
}

Test(lesson_login, no_text_is_of_a_claim_that_is_not_made)
{
	const char *key, *prefix;
	size_t i, n;
	unsigned k;

	for (i = 0; i < NAMES; i++) {
		perform(names[i], 0, -1);
		prefix = key_of(names[i], "claim.", "");
		n = strlen(prefix);
		for (k = 0; (key = lesson_key(k)) != NULL; k++)
			cr_expect(strncmp(key, prefix, n) != 0 ||
			    is_claimed(key + n), "%s is not claimed", key);
	}
}

/* ---- nothing to capture ------------------------------------------------ */

void
open_nowhere(struct show *sh, const struct sess_app *site,
    const struct sess_conf *conf)
{
	(void)site;
	(void)conf;
	sh->world = NULL;
}

Test(lesson_login, without_a_world_nothing_holds_and_nothing_breaks)
{
	static void (*const nowhere[])(struct show *) = { wrong_nowhere,
		login_nowhere, drafts_nowhere, cart_nowhere, expiry_nowhere,
		rotate_nowhere };
	size_t i, k;

	for (i = 0; i < NAMES; i++) {
		struct show none = { .where = &at };

		at = (struct where){ .step = number_of(names[i]),
			.minutes = 60, .with = i % 2 };
		nowhere[i](&none);
		cr_expect(show_failed(&none));
		for (k = 0; k < none.nclaims; k++)
			cr_expect_not(none.claims[k].holds, "%s: %s", names[i],
			    none.claims[k].name);
		show_close(&none);
	}
}

/* Performed where this allocation fails; false: there are fewer. */
static bool
fails_at(size_t step, long allocation, unsigned with)
{
	struct show sh = { .where = &at };
	bool failed;

	at = (struct where){ .step = (int)step + 1, .with = with,
		.minutes = -1 };
	allocations_left = allocation;
	steps[step].perform(&sh);
	failed = allocations_left < 0;
	allocations_left = -1;
	cr_expect_eq(show_failed(&sh), failed, "%s at %ld", steps[step].name,
	    allocation);
	show_close(&sh);
	return failed;
}

/* Each third place: the others are like these. */
Test(lesson_login, a_step_that_runs_out_of_memory_says_so)
{
	size_t i;
	long n;

	for (i = 0; i < NAMES; i++) {
		for (n = (long)i % 3; n < 10000; n += 3)
			if (!fails_at((size_t)number_of(names[i]) - 1, n,
			    i % 2))
				break;
		cr_expect(n > 10 && n < 10000, "%s: %ld", names[i], n);
	}
}

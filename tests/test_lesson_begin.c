/* test_lesson_begin.c - the lesson, from the first request to the first form. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
#include "lesson/world.c"
#undef malloc
#undef calloc

#include "lesson/code.h"
#include "lesson/steps.h"
#include "lesson/texts.h"

#define WORDS_MAX 60
#define WALKED 6

static const char *const names[WALKED] = { "stateless", "create",
	"attributes", "return", "unknown", "forms" };

/* ---- a step, performed -------------------------------------------------- */

struct walk {
	struct where where;
	struct show sh;
	const struct step *step;
};

static const struct step *
step_named(const char *name)
{
	size_t i;

	for (i = 0; i + 1 < steps_count; i++)
		if (strcmp(steps[i].name, name) == 0)
			break;
	cr_assert_str_eq(steps[i].name, name);
	return &steps[i];
}

/* The walk is not to be moved: the show points into it. */
static void
perform_step(struct walk *w, const char *name, unsigned with, int64_t minutes)
{
	*w = (struct walk){ .step = step_named(name) };
	w->where = (struct where){ .step = (int)(w->step - steps) + 1,
		.said = true, .with = with, .minutes = minutes };
	w->sh.where = &w->where;
	w->step->perform(&w->sh);
}

static void
walk(struct walk *w, const char *name, unsigned with, int64_t minutes)
{
	perform_step(w, name, with, minutes);
	cr_assert(!show_failed(&w->sh), "%s has failed", name);
}

/* The names of the claims that do not hold, each with a blank before it. */
static const char *
false_claims(const struct show *sh, char text[256])
{
	size_t i;

	*text = '\0';
	for (i = 0; i < sh->nclaims; i++)
		if (!sh->claims[i].holds)
			snprintf(text + strlen(text), 256 - strlen(text),
			    " %s", sh->claims[i].name);
	return text;
}

/* ---- what is shown ------------------------------------------------------- */

Test(lesson_begin, every_claim_of_a_step_holds_where_nothing_is_changed)
{
	struct walk w;
	char text[256];
	size_t i, n;

	for (i = 0; i < WALKED; i++) {
		walk(&w, names[i], 0, -1);
		cr_expect_str_eq(false_claims(&w.sh, text), "", "%s:%s",
		    names[i], text);
		cr_expect(w.sh.nclaims >= 2 && w.sh.nclaims <= 5, "%s has %zu",
		    names[i], w.sh.nclaims);
		world_captures(w.sh.world, &n);
		cr_expect(n >= 2 && n <= 6, "%s has %zu exchanges", names[i],
		    n);
		show_close(&w.sh);
	}
}

Test(lesson_begin, the_arrow_to_look_at_is_one_that_was_captured)
{
	struct walk w;
	size_t i;

	for (i = 0; i < WALKED; i++) {
		walk(&w, names[i], 0, -1);
		cr_assert_not_null(w.sh.key, "%s", names[i]);
		cr_expect_not_null(capture_step(w.sh.key, w.sh.key_step, 0),
		    "%s", names[i]);
		show_close(&w.sh);
	}
}

Test(lesson_begin, each_piece_of_source_is_there)
{
	struct walk w;
	size_t i, k;

	for (i = 0; i < WALKED; i++) {
		walk(&w, names[i], 0, -1);
		cr_expect(w.sh.ncodes >= 1 && w.sh.ncodes <= 3, "%s",
		    names[i]);
		for (k = 0; k < w.sh.ncodes; k++)
			cr_expect_not_null(code_find(w.sh.codes[k]), "%s: %s",
			    names[i], w.sh.codes[k]);
		show_close(&w.sh);
	}
}

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
		{ "stateless", 1, -1, 1, " same nothing" },
		{ "stateless", 2, -1, 3, " one" },
		{ "stateless", 3, -1, 3, " one nothing" },
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

/* ---- twice the same ------------------------------------------------------ */

static bool
is_same_step(const struct sess_trace_step *a, const struct sess_trace_step *b)
{
	size_t i;

	if (a->step != b->step || a->nparts != b->nparts)
		return false;
	for (i = 0; i < a->nparts; i++)
		if (strcmp(a->parts[i].name, b->parts[i].name) != 0 ||
		    a->parts[i].kind != b->parts[i].kind ||
		    a->parts[i].len != b->parts[i].len ||
		    memcmp(a->parts[i].value, b->parts[i].value,
		    a->parts[i].len) != 0)
			return false;
	return true;
}

static bool
is_same_capture(const struct capture *a, const struct capture *b)
{
	size_t i;

	if (strcmp(a->request, b->request) != 0 ||
	    strcmp(a->form, b->form) != 0 || strcmp(a->answer, b->answer) != 0 ||
	    strcmp(a->body, b->body) != 0 || strcmp(a->log, b->log) != 0 ||
	    a->nsteps != b->nsteps)
		return false;
	for (i = 0; i < a->nsteps; i++)
		if (!is_same_step(&a->steps[i], &b->steps[i]))
			return false;
	return true;
}

static void
expect_same(const char *name, unsigned with)
{
	struct walk first, second;
	const struct capture *a, *b;
	size_t i, n, m;

	walk(&first, name, with, -1);
	walk(&second, name, with, -1);
	a = world_captures(first.sh.world, &n);
	b = world_captures(second.sh.world, &m);
	cr_assert_eq(n, m, "%s", name);
	for (i = 0; i < n; i++)
		cr_expect(is_same_capture(&a[i], &b[i]),
		    "%s with %u: exchange %zu differs", name, with, i + 1);
	show_close(&first.sh);
	show_close(&second.sh);
}

Test(lesson_begin, a_step_is_the_same_byte_for_byte_each_time)
{
	unsigned with;
	size_t i;

	for (i = 0; i < WALKED; i++)
		for (with = 0; with < 1u << step_named(names[i])->switches;
		    with++)
			expect_same(names[i], with);
}

/* ---- texts ---------------------------------------------------------------- */

static size_t
words_in(const char *text)
{
	size_t n = 0;

	for (text += strspn(text, " "); *text != '\0';
	    text += strspn(text, " ")) {
		n++;
		text += strcspn(text, " ");
	}
	return n;
}

static bool
has_value(const struct show *sh, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sh->nvalues; i++)
		if (strlen(sh->values[i].name) == len && strncmp(
		    sh->values[i].name, name, len) == 0 &&
		    sh->values[i].text != NULL)
			return true;
	return false;
}

/* Both languages have it, and what it names is a value of the step. */
static void
expect_text(const struct walk *w, const char *what)
{
	char key[64];
	int lang;

	snprintf(key, sizeof(key), "%s.%s", w->step->name, what);
	cr_expect(lesson_has(key), "%s is not there", key);
	for (lang = LESSON_EN; lang <= LESSON_DE; lang++) {
		const char *at = lesson_text(lang, key);

		if (strcmp(what, "text") == 0)
			cr_expect_leq(words_in(at), WORDS_MAX, "%s: %zu words",
			    key, words_in(at));
		while ((at = strstr(at, "{{")) != NULL) {
			at += 2;
			cr_expect(has_value(&w->sh, at, strcspn(at, "}")),
			    "%s: {{%.20s has no value", key, at);
		}
	}
}

static void
expect_numbered(const struct walk *w, const char *what, int n)
{
	char name[32];

	for (; n > 0; n--) {
		snprintf(name, sizeof(name), "%s%d", what, n);
		expect_text(w, name);
	}
}

Test(lesson_begin, a_step_has_all_its_texts_and_few_words)
{
	static const char *const all[] = { "title", "ask", "text", "keep" };
	struct walk w;
	char name[64];
	size_t i, k;

	for (i = 0; i < WALKED; i++) {
		walk(&w, names[i], 0, -1);
		for (k = 0; k < sizeof(all) / sizeof(all[0]); k++)
			expect_text(&w, all[k]);
		expect_numbered(&w, "a", w.step->answers);
		expect_numbered(&w, "with", w.step->switches);
		for (k = 0; k < w.sh.nclaims; k++) {
			snprintf(name, sizeof(name), "claim.%s",
			    w.sh.claims[k].name);
			expect_text(&w, name);
		}
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
		{ "unknown", "ada.away", "31" },
	};
	struct walk w;
	size_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		walk(&w, rows[i].step, 0, -1);
		for (k = 0; k < w.sh.nvalues; k++)
			if (strcmp(w.sh.values[k].name, rows[i].value) == 0)
				break;
		cr_assert_lt(k, w.sh.nvalues, "%s", rows[i].value);
		cr_expect_str_eq(w.sh.values[k].text, rows[i].text);
		show_close(&w.sh);
	}
}

/* ---- without memory -------------------------------------------------------- */

Test(lesson_begin, a_claim_without_a_capture_does_not_hold)
{
	struct walk w;
	size_t i, k;

	for (i = 0; i < WALKED; i++) {
		allocations_left = 0;
		perform_step(&w, names[i], 0, -1);
		allocations_left = -1;
		cr_assert_null(w.sh.world);
		cr_expect(show_failed(&w.sh));
		cr_expect_gt(w.sh.nclaims, 0, "%s", names[i]);
		for (k = 0; k < w.sh.nclaims; k++)
			cr_expect(!w.sh.claims[k].holds, "%s: %s", names[i],
			    w.sh.claims[k].name);
		show_close(&w.sh);
	}
}

Test(lesson_begin, a_step_survives_memory_that_ends_at_any_point)
{
	struct walk w;
	long n;
	size_t i;
	bool failed;

	for (i = 0; i < WALKED; i++)
		for (n = 0, failed = true; failed; n++) {
			allocations_left = n;
			perform_step(&w, names[i], 0, -1);
			failed = allocations_left < 0;
			allocations_left = -1;
			cr_expect(!failed || show_failed(&w.sh) ||
			    strcmp(names[i], "unknown") == 0,
			    "%s: memory %ld was missing, unnoticed", names[i],
			    n);
			show_close(&w.sh);
			cr_assert_lt(n, 1000);
		}
}

/*
 * lesson.h - a step of the lesson, performed for a test.
 *
 *	walk(&w, "logout", 0, -1);
 *	cr_expect_str_eq(false_claims(&w.sh, text), "");
 *	show_close(&w.sh);
 *
 * What holds of each step is asked here, of all names up to a NULL.
 *
 * The world of the steps is built into the test that includes this, so that
 * memory can fail in it.
 */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_LESSON_H
#define TESTS_LESSON_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory that fails ------------------------------------------------- */

static long allocations_left = -1;      /* -1: any number */

static inline bool
is_out_of_memory(void)
{
	return allocations_left >= 0 && allocations_left-- == 0;
}

static inline void *
test_malloc(size_t n)
{
	return is_out_of_memory() ? NULL : malloc(n);
}

static inline void *
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

#include "lesson/arrows.h"
#include "lesson/code.h"
#include "lesson/steps.h"
#include "lesson/texts.h"

#define WORDS_MAX 60
#define ARROWS_READ 25           /* chosen: more is not looked at */

/* ---- a step, performed ------------------------------------------------- */

struct walk {
	struct where where;
	struct show sh;
	const struct step *step;
};

static inline const struct step *
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
static inline void
perform_step(struct walk *w, const char *name, unsigned with, int64_t minutes)
{
	*w = (struct walk){ .step = step_named(name) };
	w->where = (struct where){ .step = (int)(w->step - steps) + 1,
		.said = true, .with = with, .minutes = minutes };
	w->sh.where = &w->where;
	w->step->perform(&w->sh);
}

static inline void
walk(struct walk *w, const char *name, unsigned with, int64_t minutes)
{
	perform_step(w, name, with, minutes);
	cr_assert(!show_failed(&w->sh), "%s has failed", name);
}

/* The names of the claims that do not hold, each with a blank before it. */
static inline const char *
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

/* ---- twice the same ---------------------------------------------------- */

static inline bool
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

static inline bool
is_same_capture(const struct capture *a, const struct capture *b)
{
	size_t i;

	if (strcmp(a->who, b->who) != 0 || a->at != b->at ||
	    a->status != b->status || a->lost != b->lost ||
	    strcmp(a->request, b->request) != 0 ||
	    strcmp(a->form, b->form) != 0 ||
	    strcmp(a->answer, b->answer) != 0 ||
	    strcmp(a->body, b->body) != 0 || strcmp(a->log, b->log) != 0 ||
	    a->nsteps != b->nsteps)
		return false;
	for (i = 0; i < a->nsteps; i++)
		if (!is_same_step(&a->steps[i], &b->steps[i]))
			return false;
	return true;
}

static inline void
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
	cr_expect_gt(n, 0, "%s", name);
	for (i = 0; i < n; i++)
		cr_expect(is_same_capture(&a[i], &b[i]),
		    "%s with %u: exchange %zu differs", name, with, i + 1);
	show_close(&first.sh);
	show_close(&second.sh);
}

/* ---- texts ------------------------------------------------------------- */

static inline size_t
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

static inline bool
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
static inline void
expect_text(const struct walk *w, const char *what)
{
	char key[64];
	int lang;

	snprintf(key, sizeof(key), "%s.%s", w->step->name, what);
	cr_expect(lesson_has(key), "%s is not there", key);
	cr_expect_str_neq(lesson_text(LESSON_EN, key), lesson_text(LESSON_DE,
	    key), "%s is not translated", key);
	for (lang = LESSON_EN; lang <= LESSON_DE; lang++) {
		const char *at = lesson_text(lang, key);

		if (strncmp(what, "text", 4) == 0)
			cr_expect_leq(words_in(at), WORDS_MAX, "%s: %zu words",
			    key, words_in(at));
		while ((at = strstr(at, "{{")) != NULL) {
			at += 2;
			cr_expect(has_value(&w->sh, at, strcspn(at, "}")),
			    "%s: {{%.20s has no value", key, at);
		}
	}
}

static inline bool
has_text(const struct walk *w, const char *what)
{
	char key[64];

	snprintf(key, sizeof(key), "%s.%s", w->step->name, what);
	return lesson_has(key);
}

/* From 1 to n, and no more. */
static inline void
expect_numbered(const struct walk *w, const char *what, int n)
{
	char name[32];

	snprintf(name, sizeof(name), "%s%d", what, n + 1);
	cr_expect_not(has_text(w, name), "%s.%s has no use", w->step->name,
	    name);
	for (; n > 0; n--) {
		snprintf(name, sizeof(name), "%s%d", what, n);
		expect_text(w, name);
	}
}

/* All that may be said in place of the text. */
static inline void
expect_other_texts(const struct walk *w)
{
	char name[64];
	const char *key;
	size_t n;
	unsigned k;

	n = (size_t)snprintf(name, sizeof(name), "%s.text.", w->step->name);
	for (k = 0; (key = lesson_key(k)) != NULL; k++)
		if (strncmp(key, name, n) == 0)
			expect_text(w, key + strlen(w->step->name) + 1);
}

/* The step, with this change, says that text; "": it leaves it to switches. */
static inline void
expect_chosen(const char *name, unsigned with, int64_t minutes,
    const char *text)
{
	struct walk w;
	char key[64];
	const char *chosen;

	walk(&w, name, with, minutes);
	chosen = w.sh.text != NULL ? w.sh.text : "";
	cr_expect_str_eq(chosen, text, "%s with %u at %d: %s", name, with,
	    (int)minutes, chosen);
	snprintf(key, sizeof(key), "%s.text.%s", name, chosen);
	cr_expect(*chosen == '\0' || lesson_has(key), "%s is not there", key);
	show_close(&w.sh);
}

static inline bool
is_claimed(const struct show *sh, const char *name)
{
	size_t i;

	for (i = 0; i < sh->nclaims; i++)
		if (strcmp(sh->claims[i].name, name) == 0)
			return true;
	return false;
}

/* "Not so here" in front of two facts would deny the one that is true. */
static inline void
expect_one_fact(const struct walk *w, const char *claim)
{
	static const char *const joints[] = { ", and ", "; ", ", und " };
	char key[80];
	size_t i;
	int lang;

	snprintf(key, sizeof(key), "%s.%s", w->step->name, claim);
	for (lang = LESSON_EN; lang <= LESSON_DE; lang++)
		for (i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
			cr_expect_null(strstr(lesson_text(lang, key),
			    joints[i]), "%s has two facts", key);
}

/* Each claim has its text, and each such text its claim. */
static inline void
expect_claims(const struct walk *w)
{
	char name[64];
	const char *key;
	size_t i, n;
	unsigned k;

	for (i = 0; i < w->sh.nclaims; i++) {
		snprintf(name, sizeof(name), "claim.%s", w->sh.claims[i].name);
		expect_text(w, name);
		expect_one_fact(w, name);
	}
	n = (size_t)snprintf(name, sizeof(name), "%s.claim.", w->step->name);
	for (k = 0; (key = lesson_key(k)) != NULL; k++)
		cr_expect(strncmp(key, name, n) != 0 ||
		    is_claimed(&w->sh, key + n), "%s is not claimed", key);
}

/* All of them: of the question, of the claims, of the switches. */
static inline void
expect_texts(const struct walk *w)
{
	static const char *const all[] = { "title", "ask", "text", "keep" };
	char ask[64];
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		expect_text(w, all[i]);
	snprintf(ask, sizeof(ask), "%s.ask", w->step->name);
	cr_expect_null(strstr(lesson_text(LESSON_EN, ask), "{{"),
	    "%s is asked before it is captured", ask);
	expect_numbered(w, "a", w->step->answers);
	expect_numbered(w, "with", w->step->switches);
	expect_other_texts(w);
	expect_claims(w);
}

/* The text of a value that the step has captured, or "". */
static inline const char *
value_of(const struct show *sh, const char *name)
{
	size_t i;

	for (i = 0; i < sh->nvalues; i++)
		if (strcmp(sh->values[i].name, name) == 0)
			return sh->values[i].text;
	return "";
}

/* ---- what holds of each step ------------------------------------------- */

static inline void
each_claim_holds(const char *const *name)
{
	struct walk w;
	char text[256];

	for (; *name != NULL; name++) {
		walk(&w, *name, 0, -1);
		cr_expect_str_eq(false_claims(&w.sh, text), "", "%s:%s",
		    *name, text);
		cr_expect(w.sh.nclaims >= 2 && w.sh.nclaims <= 6, "%s has %zu",
		    *name, w.sh.nclaims);
		show_close(&w.sh);
	}
}

/* Few enough to be looked at, one by one. */
static inline void
each_is_short(const char *const *name)
{
	struct arrow arrows[ARROWS_MAX];
	struct walk w;
	size_t n;

	for (; *name != NULL; name++) {
		walk(&w, *name, 0, -1);
		world_captures(w.sh.world, &n);
		cr_expect(n >= 2 && n <= 6, "%s has %zu exchanges", *name, n);
		n = arrows_list(&w.sh, arrows);
		cr_expect_leq(n, ARROWS_READ, "%s has %zu arrows", *name, n);
		show_close(&w.sh);
	}
}

/* The number of the arrow of this exchange and step, from 0; or -1. */
static inline int
arrow_of(const struct show *sh, const struct capture *c, enum sess_step step)
{
	struct arrow arrows[ARROWS_MAX];
	size_t i, n = arrows_list(sh, arrows);

	for (i = 0; i < n; i++)
		if (arrows[i].capture == c && arrows[i].step == step)
			return (int)i;
	return -1;
}

/* Is the arrow to look at there, and are there more than they can be? */
static inline void
expect_drawn(const struct walk *w)
{
	struct arrow arrows[ARROWS_MAX];
	int lit = arrow_of(&w->sh, w->sh.key, w->sh.key_step);
	char say[64];

	cr_expect_lt(arrows_list(&w->sh, arrows), ARROWS_MAX, "%s",
	    w->step->name);
	cr_assert_geq(lit, 0, "%s with %u: no such arrow", w->step->name,
	    w->where.with);
	snprintf(say, sizeof(say), "%s.say", arrows[lit].word);
	cr_expect(lesson_has(arrows[lit].word) && lesson_has(say), "%s", say);
}

static inline void
expect_code(const struct walk *w)
{
	size_t i;

	cr_expect(w->sh.ncodes >= 1 && w->sh.ncodes <= 3, "%s",
	    w->step->name);
	for (i = 0; i < w->sh.ncodes; i++)
		cr_expect_not_null(code_find(w->sh.codes[i]), "%s: %s",
		    w->step->name, w->sh.codes[i]);
}

/* With each switch: an arrow to look at, and pieces of source. */
static inline void
each_is_drawn_and_has_code(const char *const *name)
{
	struct walk w;
	unsigned with;

	for (; *name != NULL; name++)
		for (with = 0; with < 1u << step_named(*name)->switches;
		    with++) {
			walk(&w, *name, with, -1);
			expect_drawn(&w);
			expect_code(&w);
			show_close(&w.sh);
		}
}

static inline void
each_is_the_same_twice(const char *const *name)
{
	unsigned with;

	for (; *name != NULL; name++)
		for (with = 0; with < 1u << step_named(*name)->switches;
		    with++)
			expect_same(*name, with);
}

static inline void
each_has_its_texts(const char *const *name)
{
	struct walk w;

	for (; *name != NULL; name++) {
		walk(&w, *name, 0, -1);
		expect_texts(&w);
		show_close(&w.sh);
	}
}

/* Where the world cannot be opened, nothing holds, and nothing breaks. */
static inline void
each_claims_nothing_without_a_capture(const char *const *name)
{
	struct walk w;
	unsigned with;
	size_t k;

	for (; *name != NULL; name++)
		for (with = 0; with < 1u << step_named(*name)->switches;
		    with++) {
			allocations_left = 0;
			perform_step(&w, *name, with, -1);
			allocations_left = -1;
			cr_assert_null(w.sh.world);
			cr_expect(show_failed(&w.sh));
			cr_expect_gt(w.sh.nclaims, 0, "%s", *name);
			for (k = 0; k < w.sh.nclaims; k++)
				cr_expect(!w.sh.claims[k].holds, "%s: %s",
				    *name, w.sh.claims[k].name);
			show_close(&w.sh);
		}
}

/*
 * Memory ends at this allocation, and at each one so many further.  "unknown"
 * has a second world, whose failure leaves it one id less.
 */
static inline void
survives(const char *name, unsigned with, long first, long apart)
{
	bool failed = true, second = strcmp(name, "unknown") == 0;
	struct walk w;
	long n;

	for (n = first; failed; n += apart) {
		allocations_left = n;
		perform_step(&w, name, with, -1);
		failed = allocations_left < 0;
		allocations_left = -1;
		cr_expect(show_failed(&w.sh) == failed || (failed && second),
		    "%s: memory %ld was missing, unnoticed", name, n);
		show_close(&w.sh);
		cr_assert_lt(n, 10000);
	}
	cr_expect_gt(n, first + apart, "%s", name);
}

#endif

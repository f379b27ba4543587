/*
 * lesson.h - a step of the lesson, performed for a test.
 *
 *	walk(&w, "logout", 0, -1);
 *	cr_expect_str_eq(false_claims(&w.sh, text), "");
 *	show_close(&w.sh);
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
#include "lesson/world.c"
#undef malloc
#undef calloc

#include "lesson/code.h"
#include "lesson/steps.h"
#include "lesson/texts.h"

#define WORDS_MAX 60

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

	if (strcmp(a->request, b->request) != 0 ||
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

static inline void
expect_numbered(const struct walk *w, const char *what, int n)
{
	char name[32];

	for (; n > 0; n--) {
		snprintf(name, sizeof(name), "%s%d", what, n);
		expect_text(w, name);
	}
}

/* All of them: of the question, of the claims, of the switches. */
static inline void
expect_texts(const struct walk *w)
{
	static const char *const all[] = { "title", "ask", "text", "keep" };
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		expect_text(w, all[i]);
	expect_numbered(w, "a", w->step->answers);
	expect_numbered(w, "with", w->step->switches);
	for (i = 0; i < w->sh.nclaims; i++) {
		snprintf(name, sizeof(name), "claim.%s", w->sh.claims[i].name);
		expect_text(w, name);
	}
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

#endif

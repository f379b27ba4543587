/* test_other_cookie.c - r98: two programs of one store read two cookies. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "ops.h"

static struct site *one, *two;

static void
setup(void)
{
	one = site_new(&ops, "insecure_dev=1\ncookie_name=one\n");
	two = site_twin(one, &ops, "insecure_dev=1\ncookie_name=two\n");
}

static void
teardown(void)
{
	site_free(two);
	site_free(one);
}

TestSuite(other_cookie, .init = setup, .fini = teardown, .timeout = 30);

/* A visitor who has a session of the first program. */
static struct visitor
of_one(void)
{
	struct visitor v = { .site = one };

	cr_assert_eq(get(&v, "op=set+k+v")->status, 200);
	cr_assert_not_null(jar_get(&v, "one"));
	return v;
}

Test(other_cookie, r98_a_session_that_comes_in_another_cookie_is_told)
{
	struct visitor v = of_one();

	v.site = two;
	cr_assert_eq(get(&v, "op=set+k+w")->status, 200);
	cr_expect_not_null(strstr(two->log, "event=cookie why=\"this program "
	    "reads the cookie two, and a session of its store came in the "
	    "cookie one: "), "%s", two->log);
	cr_expect_not_null(strstr(two->log, "cookie_name"), "%s", two->log);
	cr_expect_null(strstr(two->log, jar_get(&v, "one")), "no id is told");
}

Test(other_cookie, r98_it_is_told_once_a_session_that_begins)
{
	struct visitor v = of_one();
	const char *first;

	v.site = two;
	get(&v, "op=set+k+w&op=set+l+w");
	get(&v, "op=set+k+x");
	first = strstr(two->log, "event=cookie");
	cr_assert_not_null(first);
	cr_expect_null(strstr(first + 1, "event=cookie"), "%s", two->log);
}

Test(other_cookie, r98_what_only_looks_like_an_id_is_not_told)
{
	struct visitor v = { .site = two };

	jar_set(&v, "theme", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	jar_set(&v, "lang", "de");
	cr_assert_eq(get(&v, "op=set+k+v")->status, 200);
	cr_expect_null(strstr(two->log, "event=cookie"), "%s", two->log);
}

Test(other_cookie, r98_who_begins_no_session_is_not_looked_at)
{
	struct visitor v = of_one();

	v.site = two;
	cr_assert_eq(get(&v, "op=get+k")->status, 200);
	cr_expect_null(strstr(two->log, "event=cookie"), "%s", two->log);
}

/* A request may bring hundreds; five lookups of one would be too many. */
Test(other_cookie, r98_of_many_that_look_like_ids_four_are_looked_up)
{
	struct visitor v = of_one();
	char id[40], name[8];
	int i;

	snprintf(id, sizeof id, "%s", jar_get(&v, "one"));
	v = (struct visitor){ .site = two };
	for (i = 0; i < 5; i++) {
		snprintf(name, sizeof name, "c%d", i);
		jar_set(&v, name, i < 4 ? "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" :
		    id);
	}
	cr_assert_eq(get(&v, "op=set+k+v")->status, 200);
	cr_expect_null(strstr(two->log, "event=cookie"), "%s", two->log);
}

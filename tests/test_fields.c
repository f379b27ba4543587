/* test_fields.c - a session's fields as one request sees them. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "fields.h"

static struct pool pool = POOL_INIT(1 << 20);
static struct fields f;

static void
setup(void)
{
	f = (struct fields){ .pool = &pool, .max_count = 4, .max_bytes = 100,
		.max_value = 50 };
}

static void
teardown(void)
{
	pool_release(&pool);
}

TestSuite(fields, .init = setup, .fini = teardown);

static enum sess_err
set(const char *name, const char *text)
{
	struct sess_value v = { .type = SESS_TEXT, .data = text,
	    .len = strlen(text) };

	return fields_set(&f, name, &v);
}

static void
expect_edit(enum sess_edit_kind kind, const char *text, int64_t num)
{
	struct sess_edit *edits;
	size_t n;

	cr_assert_eq(fields_edits(&f, &edits, &n), SESS_OK);
	cr_assert_eq(n, 1, "one edit a field, not %zu", n);
	cr_assert_eq(edits->kind, kind);
	if (text != NULL)
		cr_assert_str_eq(edits->value.data, text);
	else
		cr_assert_eq(edits->value.num, num);
}

Test(fields, edits_of_one_field_melt)
{
	int64_t sum;

	cr_assert_eq(fields_add(&f, "n", 2, &sum), SESS_OK);
	cr_assert_eq(fields_add(&f, "n", 3, &sum), SESS_OK);
	cr_assert_eq(sum, 5);
	expect_edit(SESS_EDIT_ADD, NULL, 5);
	cr_assert_eq(fields_del(&f, "n"), SESS_OK);
	cr_assert_null(fields_find(&f, "n"));
	cr_assert_eq(fields_add(&f, "n", 7, &sum), SESS_OK);
	cr_assert_eq(sum, 7);
	expect_edit(SESS_EDIT_SET, NULL, 7);
}

Test(fields, append_stays_an_append_until_the_text_is_set)
{
	cr_assert_eq(fields_append(&f, "t", "a"), SESS_OK);
	cr_assert_eq(fields_append(&f, "t", "b"), SESS_OK);
	expect_edit(SESS_EDIT_APPEND, "ab", 0);
	cr_assert_eq(set("t", "x"), SESS_OK);
	cr_assert_eq(fields_append(&f, "t", "y"), SESS_OK);
	expect_edit(SESS_EDIT_SET, "xy", 0);
}

Test(fields, a_refused_edit_changes_nothing)
{
	int64_t sum = 0;

	cr_assert_eq(set("t", "old"), SESS_OK);
	cr_assert_eq(fields_add(&f, "t", 1, &sum), SESS_ETYPE);
	cr_assert_eq(set("t", "012345678901234567890123456789"
	    "0123456789012345678901234567890"), SESS_ELIMIT);
	cr_assert_eq(set("no name", "x"), SESS_EINVAL);
	cr_assert_str_eq(fields_find(&f, "t")->value.data, "old");
	expect_edit(SESS_EDIT_SET, "old", 0);
}

Test(fields, an_addition_does_not_overflow)
{
	int64_t sum = 0;

	cr_assert_eq(fields_add(&f, "n", INT64_MAX, &sum), SESS_OK);
	cr_assert_eq(fields_add(&f, "n", 1, &sum), SESS_ELIMIT);
	cr_assert_eq(fields_find(&f, "n")->value.num, INT64_MAX);
}

/* test_buf.c - a growing string of bytes that knows its maximum. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <string.h>
#include <wchar.h>

#include "buf.h"
#include "freed.h"

static void
expect_sane(const struct buf *b)
{
	cr_assert_not_null(b->data);
	cr_assert_leq(b->len, b->max);
	cr_assert_eq(b->data[b->len], '\0', "a NUL at %zu", b->len);
}

Test(buf, is_filled_up_to_its_maximum_and_not_a_byte_more)
{
	static const size_t maxima[] = { 0, 1, 2, 255, 256, 257, 4096, 5000 };
	size_t i, n;

	for (i = 0; i < sizeof maxima / sizeof *maxima; i++) {
		struct buf b = BUF_INIT(maxima[i]);

		expect_sane(&b);
		for (n = 0; n < maxima[i]; n++) {
			buf_addc(&b, (char)('a' + n % 26));
			expect_sane(&b);
		}
		cr_assert_eq(b.err, SESS_OK, "maximum %zu", maxima[i]);
		cr_assert_eq(b.len, maxima[i]);
		buf_addc(&b, 'x');
		expect_sane(&b);
		cr_assert_eq(b.err, SESS_ELIMIT, "maximum %zu", maxima[i]);
		cr_assert_eq(b.len, maxima[i]);
		for (n = 0; n < maxima[i]; n++)
			cr_assert_eq(b.data[n], (char)('a' + n % 26));
		buf_release(&b);
	}
}

Test(buf, adds_a_piece_whole_or_not_at_all)
{
	static const struct {
		size_t max;
		const char *pieces[4];
		const char *expected;
		enum sess_err err;
	} rows[] = {
		{ 6, { "abc", "def" }, "abcdef", SESS_OK },
		{ 5, { "abc", "def" }, "abc", SESS_ELIMIT },
		{ 5, { "abc", "def", "gh" }, "abc", SESS_ELIMIT }, /* sticks */
		{ 0, { "", "" }, "", SESS_OK },
		{ 0, { "a" }, "", SESS_ELIMIT },
	};
	size_t i, j;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf s = BUF_INIT(rows[i].max);
		struct buf f = BUF_INIT(rows[i].max);

		for (j = 0; j < 4 && rows[i].pieces[j] != NULL; j++) {
			buf_adds(&s, rows[i].pieces[j]);
			buf_addf(&f, "%s", rows[i].pieces[j]);
			expect_sane(&s);
			expect_sane(&f);
		}
		cr_assert_str_eq(s.data, rows[i].expected, "row %zu", i);
		cr_assert_str_eq(f.data, rows[i].expected, "row %zu", i);
		cr_assert_eq(s.err, rows[i].err, "row %zu", i);
		cr_assert_eq(f.err, rows[i].err, "row %zu", i);
		buf_release(&s);
		buf_release(&f);
	}
}

Test(buf, keeps_bytes_as_they_are)
{
	struct buf b = BUF_INIT(1 << 16);
	char all[256];
	size_t i;

	for (i = 0; i < sizeof all; i++)
		all[i] = (char)i;
	for (i = 0; i < 100; i++)
		buf_add(&b, all, sizeof all);
	buf_add(&b, NULL, 0);
	expect_sane(&b);
	cr_assert_eq(b.err, SESS_OK);
	cr_assert_eq(b.len, 25600);
	for (i = 0; i < 100; i++)
		cr_assert_eq(memcmp(b.data + i * 256, all, 256), 0);
	buf_release(&b);
}

Test(buf, does_not_wrap_around_with_absurd_sizes)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 10,
		SIZE_MAX / 2 + 1, 101, 91 };
	size_t i;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct buf b = BUF_INIT(100);

		buf_adds(&b, "0123456789");
		cr_assert_null(buf_room(&b, sizes[i]), "size %zu", sizes[i]);
		cr_assert_eq(b.err, SESS_ELIMIT);
		cr_assert_str_eq(b.data, "0123456789");
		buf_release(&b);
	}
}

Test(buf, gives_room_that_can_be_written)
{
	struct buf b = BUF_INIT(10000);
	char *to = buf_room(&b, 10000);

	cr_assert_not_null(to);
	cr_assert_eq(b.len, 0, "the caller raises len");
	memset(to, 'x', 10000);
	b.len = 10000;
	b.data[b.len] = '\0';
	cr_assert_null(buf_room(&b, 1));
	cr_assert_eq(b.err, SESS_ELIMIT);
	buf_release(&b);
}

Test(buf, says_when_a_format_cannot_be_written)
{
	static const wchar_t no_character[] = { 0x7ffffffe, 0 };
	struct buf b = BUF_INIT(100);

	buf_adds(&b, "before");
	buf_addf(&b, "%ls", no_character);
	buf_adds(&b, "after");
	cr_assert_eq(b.err, SESS_EINVAL);
	cr_assert_str_eq(b.data, "before");
	buf_release(&b);
}

Test(buf, is_empty_and_valid_after_its_release)
{
	struct buf b = BUF_INIT(10);
	int i;

	for (i = 0; i < 3; i++) {
		buf_release(&b);
		cr_assert_eq(b.len, 0);
		expect_sane(&b);
		buf_adds(&b, "again");
		cr_assert_str_eq(b.data, "again");
	}
	buf_release(&b);
	cr_assert_eq(buf_empty[0], '\0', "nobody wrote to the shared empty");
}

#define SECRET "wonderland-1865"

/* Where a buffer grows, what it had is moved. */
Test(buf, r80_what_was_used_is_wiped_when_it_moves_and_at_its_end)
{
	struct buf b = BUF_INIT(1 << 20);
	int i;

	cr_assert(freed_notices(SECRET));
	freed_watch(SECRET);
	for (i = 0; i < 10000; i++)
		buf_adds(&b, SECRET);
	buf_addf(&b, "%s", SECRET);
	cr_assert_eq(b.err, SESS_OK);
	cr_assert_eq(b.len, 10001 * (sizeof SECRET - 1));
	buf_release(&b);
	cr_assert_eq(freed_with(), 0);
}

/* test_pool.c - memory of one request. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include "freed.h"
#include "pool.h"

Test(pool, gives_zeroed_and_aligned_memory_that_does_not_overlap)
{
	static const size_t sizes[] = { 1, 3, 16, 17, 0, 100, 4095, 4096, 4097,
		1, 20000, 8 };
	struct pool pool = POOL_INIT(1 << 20);
	unsigned char *at[12];
	size_t i, j;

	for (i = 0; i < 12; i++) {
		at[i] = pool_alloc(&pool, sizes[i]);
		cr_assert_not_null(at[i], "row %zu", i);
		cr_assert_eq((uintptr_t)at[i] % alignof(max_align_t), 0,
		    "row %zu", i);
		for (j = 0; j < sizes[i]; j++)
			cr_assert_eq(at[i][j], 0, "row %zu, byte %zu", i, j);
		memset(at[i], (int)i + 1, sizes[i]);
	}
	for (i = 0; i < 12; i++)
		for (j = 0; j < sizes[i]; j++)
			cr_assert_eq(at[i][j], i + 1, "row %zu", i);
	pool_release(&pool);
	cr_assert_null(pool.chunks);
}

Test(pool, gives_its_maximum_and_not_a_byte_more)
{
	static const size_t maxima[] = { 0, 1, 15, 16, 17, 4096, 100000 };
	size_t i;

	for (i = 0; i < sizeof maxima / sizeof *maxima; i++) {
		struct pool pool = POOL_INIT(maxima[i]);
		struct pool less = POOL_INIT(maxima[i]);

		cr_assert_null(pool_alloc(&pool, maxima[i] + 1),
		    "maximum %zu", maxima[i]);
		cr_assert_not_null(pool_alloc(&pool, maxima[i]),
		    "maximum %zu: a refusal takes nothing away", maxima[i]);
		cr_assert_null(pool_alloc(&pool, 1), "maximum %zu", maxima[i]);
		pool_release(&pool);
		while (pool_alloc(&less, 1) != NULL)
			continue;       /* ends: each takes at least one */
		cr_assert_eq(less.left, 0);
		pool_release(&less);
	}
}

Test(pool, refuses_absurd_sizes)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15,
		SIZE_MAX / 2 + 1 };
	struct pool pool = POOL_INIT(SIZE_MAX);
	size_t i;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		cr_assert_null(pool_alloc(&pool, sizes[i]), "row %zu", i);
		cr_assert_null(pool_copy(&pool, "", sizes[i]), "row %zu", i);
	}
	cr_assert_str_eq(pool_text(&pool, "still good"), "still good");
	pool_release(&pool);
}

Test(pool, copies_end_in_nul)
{
	struct pool pool = POOL_INIT(1 << 16);
	char *copy = pool_copy(&pool, "a\0b", 3);
	char expected[32];
	int i;

	cr_assert_eq(memcmp(copy, "a\0b", 4), 0);
	cr_assert_str_eq(pool_copy(&pool, NULL, 0), "");
	cr_assert_str_eq(pool_text(&pool, ""), "");
	for (i = 0; i < 600; i++) {     /* over the edge of a chunk */
		snprintf(expected, sizeof expected, "%d-%s", i, "x");
		cr_assert_str_eq(pool_printf(&pool, "%d-%s", i, "x"),
		    expected);
	}
	pool_release(&pool);
}

Test(pool, copies_need_room_for_their_nul)
{
	struct pool pool = POOL_INIT(5);

	cr_assert_null(pool_text(&pool, "12345"));
	cr_assert_null(pool_copy(&pool, "12345", 5));
	cr_assert_null(pool_printf(&pool, "%d", 12345));
	cr_assert_str_eq(pool_text(&pool, "1234"), "1234");
	cr_assert_null(pool_text(&pool, ""));
	pool_release(&pool);
}

#define SECRET "wonderland-1865"

/* Small and large pieces, in several chunks, up to the last byte of each. */
Test(pool, r80_what_was_used_is_wiped_before_it_is_given_back)
{
	struct pool pool = POOL_INIT(1 << 20);
	char *at;
	int i;

	cr_assert(freed_notices(SECRET));
	freed_watch(SECRET);
	for (i = 0; i < 600; i++)
		cr_assert_not_null(pool_text(&pool, SECRET));
	at = pool_alloc(&pool, 100000);
	cr_assert_not_null(at);
	memcpy(at, SECRET, sizeof SECRET);
	memcpy(at + 100000 - sizeof SECRET, SECRET, sizeof SECRET);
	cr_assert_not_null(pool_printf(&pool, "%s", SECRET));
	pool_release(&pool);
	cr_assert_eq(freed_with(), 0);
}

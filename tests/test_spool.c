/* test_spool.c - bytes that wait to be read. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>

#include "spool.h"

#define MANY (3 * SPOOL_MEMORY + 17)

static int
file(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);

	cr_assert_geq(fd, 0);
	return fd;
}

static unsigned char
byte(size_t i)
{
	return (unsigned char)(i * 7 + i / 251);
}

static void
add(struct spool *s, size_t from, size_t to)
{
	unsigned char piece[5000];
	size_t i;

	for (i = from; i < to; i++)
		piece[i - from] = byte(i);
	cr_assert(spool_add(s, piece, to - from));
}

static void
compare(struct spool *s, size_t all, size_t piece)
{
	unsigned char got[5000];
	size_t at, i;
	ssize_t n;

	for (at = 0; (n = spool_read(s, got, piece)) > 0; at += (size_t)n)
		for (i = 0; i < (size_t)n; i++)
			cr_assert_eq(got[i], byte(at + i), "byte %zu", at + i);
	cr_assert_eq(n, 0);
	cr_assert_eq(at, all);
}

Test(spool, gives_back_what_it_got_from_memory_and_from_a_file)
{
	static const size_t sizes[] = { 0, 1, 1024, 1025, SPOOL_MEMORY - 1,
		SPOOL_MEMORY, SPOOL_MEMORY + 1, MANY };
	size_t i, at, len;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct spool s = SPOOL_INIT;

		spool_expect(&s, MANY, file());
		for (at = 0; at < sizes[i]; at += len) {
			len = sizes[i] - at < 4999 ? sizes[i] - at : 4999;
			add(&s, at, at + len);
		}
		cr_assert_eq(spool_is_full(&s), sizes[i] == MANY);
		compare(&s, sizes[i], 4001);
		spool_release(&s);
	}
}

Test(spool, drops_what_is_more_than_it_expects)
{
	struct spool s = SPOOL_INIT;

	spool_expect(&s, 10, -1);
	add(&s, 0, 8);
	cr_assert_not(spool_is_full(&s));
	add(&s, 8, 100);
	cr_assert(spool_is_full(&s));
	compare(&s, 10, 3);
	spool_release(&s);
}

/* It was read before anybody asked how much there is to be. */
Test(spool, has_what_came_before_it_knew_how_much)
{
	struct spool s = SPOOL_INIT;

	add(&s, 0, 20);
	spool_expect(&s, 8, -1);
	cr_assert(spool_is_full(&s));
	add(&s, 20, 30);
	compare(&s, 20, 100);
	spool_release(&s);
}

Test(spool, says_so_where_its_file_can_take_no_more)
{
	const struct rlimit most = { 2 * SPOOL_MEMORY, 2 * SPOOL_MEMORY };
	struct spool s = SPOOL_INIT;
	static unsigned char much[MANY];

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &most), 0);
	spool_expect(&s, MANY, file());
	cr_assert_not(spool_add(&s, much, MANY));
	cr_assert_eq(errno, ENOSPC);
	spool_release(&s);
}

/* In place of the C library's own: so what is wiped is seen. */
static char wiped[100];

void
explicit_bzero(void *at, size_t n)
{
	memcpy(wiped, at, n < sizeof wiped ? n : sizeof wiped);
	memset(at, 0, n);
}

static bool
was_wiped(const char *secret)
{
	bool was = memcmp(wiped, secret, strlen(secret)) == 0;

	memset(wiped, 0, sizeof wiped);
	return was;
}

Test(spool, r80_wipes_its_memory_wherever_it_leaves_it)
{
	static const char secret[] = "a password that nobody may find";
	static const char filler[SPOOL_MEMORY];
	struct spool s = SPOOL_INIT;

	spool_add(&s, secret, sizeof secret);
	spool_release(&s);
	cr_assert(was_wiped(secret), "released");
	spool_expect(&s, MANY, file());
	spool_add(&s, secret, sizeof secret);
	spool_add(&s, filler, 2000);
	cr_assert(was_wiped(secret), "moved, as it grew");
	spool_add(&s, filler, sizeof filler);
	cr_assert(was_wiped(secret), "moved into its file");
	spool_release(&s);
}

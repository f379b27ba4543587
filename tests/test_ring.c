/* test_ring.c - what is kept for the next page, and for nobody else. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ring.h"

#define NOW 1700000000
#define SIZE (4096 + RING_SLOTS * RING_SLOT)

static char folder[64], path[96], other[96];
static char text[RING_TEXT_MAX + 1];
static const struct ring_key ann = { .session = 11, .browser = 1 },
	bob = { .session = 22, .browser = 1 },
	nobody = { .session = 0, .browser = 1 },
	stranger = { .session = 0, .browser = 2 };

static void
setup(void)
{
	snprintf(folder, sizeof folder, "/tmp/libsess-XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/steps", folder);
	snprintf(other, sizeof other, "%s/other", folder);
}

static void
teardown(void)
{
	unlink(path);
	unlink(other);
	rmdir(folder);
}

TestSuite(ring, .init = setup, .fini = teardown);

static bool
put_at(const struct ring_key *key, int64_t now, bool first, const char *what)
{
	return ring_put(path, key, now, first, what, strlen(what));
}

static bool
put(const struct ring_key *key, const char *what)
{
	return put_at(key, NOW, false, what);
}

static const char *
take(const struct ring_key *key)
{
	size_t n = ring_take(path, key, NOW, text);

	cr_expect_eq(n, strlen(text));
	return text;
}

/* ---- entries ----------------------------------------------------------------- */

Test(ring, a_text_is_taken_once)
{
	cr_expect(put(&ann, "one"));
	cr_expect_str_eq(take(&ann), "one");
	cr_expect_str_eq(take(&ann), "");
}

Test(ring, a_text_is_for_its_session_alone)
{
	put(&ann, "ann's");
	cr_expect_str_eq(take(&bob), "");
	cr_expect_str_eq(take(&nobody), "");
	cr_expect_str_eq(take(&ann), "ann's");
}

Test(ring, without_a_session_the_browser_counts)
{
	put(&nobody, "after a logout");
	cr_expect_str_eq(take(&stranger), "");
	cr_expect_str_eq(take(&nobody), "after a logout");
}

/* The page after a redirect may have begun a session. */
Test(ring, a_session_gets_what_its_browser_left_without_one)
{
	put(&nobody, "before the session");
	cr_expect_str_eq(take(&ann), "before the session");
}

Test(ring, the_oldest_comes_first)
{
	put(&ann, "one");
	put(&bob, "bob's");
	put(&ann, "two");
	cr_expect_str_eq(take(&ann), "one");
	cr_expect_str_eq(take(&ann), "two");
	cr_expect_str_eq(take(&bob), "bob's");
}

Test(ring, what_begins_something_new_forgets_the_rest)
{
	put(&ann, "one");
	put(&bob, "bob's");
	put_at(&ann, NOW, true, "two");
	cr_expect_str_eq(take(&ann), "two");
	cr_expect_str_eq(take(&ann), "");
	cr_expect_str_eq(take(&bob), "bob's");
}

static const struct {
	int64_t later;
	const char *text;
} times[] = {
	{ 0, "one" }, { RING_LIFE, "one" }, { RING_LIFE + 1, "" },
	{ -1, "" },             /* the clock was set back */
};

Test(ring, a_text_is_there_for_a_minute)
{
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		put_at(&ann, NOW, true, "one");
		ring_take(path, &ann, NOW + times[i].later, text);
		cr_expect_str_eq(text, times[i].text, "after %d s",
		    (int)times[i].later);
	}
}

Test(ring, the_newest_takes_the_place_of_the_oldest)
{
	char what[16];
	struct stat st;

	for (int i = 0; i < RING_SLOTS + 3; i++) {
		snprintf(what, sizeof what, "%d", i);
		cr_expect(put(&ann, what));
	}
	for (int i = 3; i < RING_SLOTS + 3; i++) {
		snprintf(what, sizeof what, "%d", i);
		cr_expect_str_eq(take(&ann), what);
	}
	cr_expect_str_eq(take(&ann), "");
	cr_expect_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_size, SIZE, "the file does not grow");
}

Test(ring, a_text_fills_its_slot_and_no_more)
{
	static char full[RING_TEXT_MAX + 2];

	memset(full, 'x', RING_TEXT_MAX);
	put(&bob, "bob's");
	cr_expect(put(&ann, full));
	put(&bob, "bob's, too");
	cr_expect_str_eq(take(&ann), full);
	cr_expect_str_eq(take(&bob), "bob's");
	cr_expect_str_eq(take(&bob), "bob's, too");
	full[RING_TEXT_MAX] = 'x';
	cr_expect_not(put(&ann, full));
	cr_expect_not(put(&ann, ""));
	cr_expect_str_eq(take(&ann), "");
}

Test(ring, many_programs_write_at_once)
{
	struct ring_key key = { .browser = 9 };
	char what[16];

	for (int i = 0; i < 8; i++)
		if (fork() == 0) {
			key.session = 100 + i;
			for (int k = 0; k < 4; k++) {
				snprintf(what, sizeof what, "%d", k);
				if (!put(&key, what))
					_exit(1);
			}
			_exit(0);
		}
	for (int i = 0, status; i < 8; i++) {
		wait(&status);
		cr_expect_eq(status, 0);
	}
	for (int i = 0; i < 8; i++) {
		key.session = 100 + i;
		for (int k = 0; k < 4; k++) {
			snprintf(what, sizeof what, "%d", k);
			cr_expect_str_eq(take(&key), what);
		}
	}
}

/* ---- the file ------------------------------------------------------------------ */

static mode_t
mode(void)
{
	struct stat st;

	cr_assert_eq(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

Test(ring, the_file_is_for_its_owner_alone)
{
	umask(0);
	put(&ann, "one");
	cr_expect_eq(mode(), 0600);
}

Test(ring, a_file_that_others_may_read_is_not_used)
{
	put(&ann, "one");
	chmod(path, 0640);
	cr_expect_not(put(&ann, "two"));
	cr_expect_str_eq(take(&ann), "");
	chmod(path, 0600);
	cr_expect_str_eq(take(&ann), "one");
}

Test(ring, a_file_of_another_user_is_not_used)
{
	cr_assert_eq(geteuid(), 0, "only root can give files to others");
	put(&ann, "one");
	cr_assert_eq(chown(path, 4242, 4242), 0);
	cr_expect_not(put(&ann, "two"));
	cr_expect_str_eq(take(&ann), "");
}

Test(ring, a_symbolic_link_is_not_followed)
{
	struct stat st;

	cr_assert_eq(symlink(other, path), 0);
	cr_expect_not(put(&ann, "one"));
	cr_expect_str_eq(take(&ann), "");
	cr_expect_neq(stat(other, &st), 0);
}

Test(ring, a_file_with_a_second_name_is_not_used)
{
	put(&ann, "one");
	cr_assert_eq(link(path, other), 0);
	cr_expect_not(put(&ann, "two"));
}

Test(ring, what_is_no_file_is_not_used)
{
	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_expect_not(put(&ann, "one"));
	cr_expect_str_eq(take(&ann), "");
}

Test(ring, a_folder_that_is_not_there_is_an_error)
{
	cr_expect_not(ring_put("/nowhere/steps", &ann, NOW, false, "x", 1));
	cr_expect_eq(ring_take("/nowhere/steps", &ann, NOW, text), 0);
}

/* A program that holds the lock and is stopped does not stop the others. */
Test(ring, a_file_that_stays_locked_is_left_alone)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd;

	put(&ann, "one");
	fd = open(path, O_RDWR | O_CLOEXEC);
	cr_assert_eq(fcntl(fd, F_OFD_SETLK, &whole), 0);
	cr_expect_not(put(&ann, "two"));
	close(fd);
	cr_expect_str_eq(take(&ann), "one");
	cr_expect_str_eq(take(&ann), "");
}

/* ---- damage --------------------------------------------------------------------- */

static void
overwrite(off_t at, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	cr_assert_eq(pwrite(fd, bytes, n, at), (ssize_t)n);
	close(fd);
}

Test(ring, a_file_of_another_size_is_begun_again)
{
	static const off_t sizes[] = { 0, 1, 4096, SIZE - 1, SIZE + 1 };
	struct stat st;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		put(&ann, "old");
		cr_assert_eq(truncate(path, sizes[i]), 0);
		cr_expect_str_eq(take(&ann), "", "%d", (int)sizes[i]);
		cr_expect(put(&ann, "new"));
		cr_expect_str_eq(take(&ann), "new");
		cr_expect_eq(stat(path, &st), 0);
		cr_expect_eq(st.st_size, SIZE);
	}
}

Test(ring, a_file_of_something_else_is_begun_again)
{
	put(&ann, "old");
	overwrite(0, "SQLite f", 8);
	cr_expect_str_eq(take(&ann), "");
	cr_expect(put(&ann, "new"));
	cr_expect_str_eq(take(&ann), "new");
}

/* Each byte that an entry has, one after the other: it is there or it is not. */
Test(ring, a_damaged_entry_is_not_shown)
{
	static const char what[] = "the steps of a request";
	const off_t slot = 4096 + RING_SLOT;    /* the first entry's */
	unsigned char byte;
	int fd;

	for (size_t i = 0; i < 40 + sizeof what - 1; i++) {
		unlink(path);
		put(&ann, what);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		cr_assert_eq(pread(fd, &byte, 1, slot + (off_t)i), 1);
		close(fd);
		byte ^= 0x41;
		overwrite(slot + (off_t)i, &byte, 1);
		cr_expect_str_eq(take(&ann), "", "byte %zu", i);
		cr_expect(put(&ann, "next"));
		cr_expect_str_eq(take(&ann), "next", "byte %zu", i);
	}
}

Test(ring, a_file_of_noise_is_survived)
{
	static unsigned char noise[SIZE];
	uint32_t x = 1;

	for (size_t i = 0; i < sizeof noise; i++) {
		x = x * 1103515245 + 12345;
		noise[i] = (unsigned char)(x >> 16);
	}
	put(&ann, "one");
	overwrite(16, noise + 16, 8);           /* the next number */
	take(&ann);
	overwrite(4096, noise + 4096, sizeof noise - 4096);
	cr_expect_str_eq(take(&ann), "");
	cr_expect(put(&ann, "two"));
	cr_expect_str_eq(take(&ann), "two");
}

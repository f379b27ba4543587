/* test_fcgx.c - libfcgi, which makes records of an answer. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "fcgx.h"

static struct fcgx *f;
static unsigned char said[70000];
static size_t n;

static void
setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	cr_assert(fcgx_init());
	cr_assert_not_null(f = fcgx_new());
}

static void
teardown(void)
{
	fcgx_free(f);
}

TestSuite(fcgx, .init = setup, .fini = teardown);

static void
take(void)
{
	size_t some;

	while ((some = fcgx_take(f, said + n, sizeof said - n)) > 0)
		n += some;
}

Test(fcgx, makes_records_with_the_number_of_each_request)
{
	static const unsigned ids[] = { 1, 77, 65535 };
	size_t i;

	for (i = 0; i < sizeof ids / sizeof *ids; i++) {
		n = 0;
		fcgx_begin(f, ids[i]);
		cr_assert(fcgx_write(f, "hello", 5));
		take();
		cr_assert_eq(n, 0, "it waits for more");
		cr_assert(fcgx_end(f));
		take();
		cr_assert_eq(n, 16, "a header, and the text with its padding");
		cr_assert_eq(said[1], 6);
		cr_assert_eq(said[2] << 8 | said[3], ids[i]);
		cr_assert_arr_eq(said + 8, "hello", 5);
	}
}

Test(fcgx, says_all_of_a_long_answer)
{
	static char text[FCGX_PIECE_MAX];
	size_t i, header, content = 0;

	memset(text, 'x', sizeof text);
	fcgx_begin(f, 1);
	for (i = 0; i < 4; i++) {
		cr_assert(fcgx_write(f, text, sizeof text));
		take();
	}
	cr_assert(fcgx_end(f));
	take();
	for (header = 0; header < n; header += 8 + said[header + 6] +
	    (size_t)(said[header + 4] << 8 | said[header + 5]))
		content += (size_t)(said[header + 4] << 8 | said[header + 5]);
	cr_assert_eq(header, n);
	cr_assert_eq(content, 4 * sizeof text);
}

/* Both ends of the pair, whatever their numbers are. */
static void
break_sockets(void)
{
	struct stat st;
	int fd;

	for (fd = 3; fd < 100; fd++)
		if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode))
			shutdown(fd, SHUT_RDWR);
}

Test(fcgx, one_that_failed_is_replaced)
{
	struct fcgx *before = f;

	fcgx_begin(f, 1);
	fcgx_mend(&f);
	cr_assert_eq(f, before, "it has not failed");
	break_sockets();
	fcgx_write(f, "lost", 4);
	cr_assert_not(fcgx_end(f));
	fcgx_write(f, "lost", 4);
	fcgx_end(f);
	take();
	cr_assert_eq(n, 0, "it says nothing any more");
	fcgx_mend(&f);
	fcgx_begin(f, 1);
	cr_assert(fcgx_write(f, "hello", 5) && fcgx_end(f));
	take();
	cr_assert_eq(n, 16);
}

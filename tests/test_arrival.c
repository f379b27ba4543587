/* test_arrival.c - what a door may ask about a body that is still coming. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stage.h"

TestSuite(arrival, .init = stage_plain, .fini = stage_clear);

static int
page(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	int64_t got, total;

	(void)res;
	if (sess_req_query(req, "begin") != NULL)
		sess_set(s, "a", "apple");
	if (sess_progress(s, "mine", &got, &total))
		sess_res_printf(res, "%" PRId64 " of %" PRId64, got, total);
	return 200;
}

static const struct sess_app plain = { .handle = page };
static const struct sess_app with_methods = { .handle = page,
	.methods = "GET HEAD" };
static const struct sess_app decides = { .handle = page, .authorizer = true };
static const struct sess_mount mounts[] = { { "in", &plain },
	{ "out", &with_methods }, { NULL, NULL } };
static const struct sess_app whole = { .mounts = mounts };

#define FORM "CONTENT_TYPE=application/x-www-form-urlencoded"
#define FILES "CONTENT_TYPE=multipart/form-data; boundary=b"

/* A request with these variables; they live as long as the test. */
#define WIRE(...) { .vars = (char **)(uintptr_t)(const char *const []){ \
	__VA_ARGS__, "REQUEST_METHOD=POST", "HTTPS=on", NULL } }

static size_t
wanted(const struct sess_app *app, struct sess_wire wire)
{
	size_t n, lines;

	stage(app, "max_body_bytes = 1000\nmax_upload_bytes = 9000\n");
	lines = strlen(site->log);
	n = sess_body_wanted(site->service, &wire);
	cr_assert_eq(strlen(site->log), lines, "it says nothing: %s",
	    site->log + lines);
	return n;
}

#define WANTED(app, ...) wanted(app, (struct sess_wire)WIRE(__VA_ARGS__))

Test(arrival, so_much_of_a_body_is_waited_for)
{
	cr_assert_eq(WANTED(&plain, FORM, "CONTENT_LENGTH=1000"), 1000);
	cr_assert_eq(WANTED(&plain, FILES, "CONTENT_LENGTH=9000"), 9000);
	cr_assert_eq(WANTED(&plain, FORM), 1001,
	    "one more, to see that it is too long");
	cr_assert_eq(WANTED(&whole, FORM, "CONTENT_LENGTH=7",
	    "SCRIPT_NAME=/a", "PATH_INFO=/in"), 7);
}

Test(arrival, nothing_is_waited_for_of_what_will_be_refused)
{
	cr_assert_eq(WANTED(&plain, FORM, "CONTENT_LENGTH=1001"), 0);
	cr_assert_eq(WANTED(&plain, "CONTENT_TYPE=text/plain",
	    "CONTENT_LENGTH=1"), 0);
	cr_assert_eq(WANTED(&plain, FORM, "CONTENT_LENGTH=1x"), 0);
	cr_assert_eq(WANTED(&with_methods, FORM, "CONTENT_LENGTH=1"), 0);
	cr_assert_eq(WANTED(&whole, FORM, "CONTENT_LENGTH=7",
	    "SCRIPT_NAME=/a", "PATH_INFO=/none"), 0);
	cr_assert_eq(WANTED(&whole, FORM, "CONTENT_LENGTH=7",
	    "SCRIPT_NAME=/a", "PATH_INFO=/out"), 0);
}

Test(arrival, nothing_is_waited_for_of_what_nobody_reads)
{
	cr_assert_eq(WANTED(&plain, "REQUEST_METHOD=GET", FORM,
	    "CONTENT_LENGTH=5"), 0);
	cr_assert_eq(WANTED(&decides, FORM, "CONTENT_LENGTH=5"), 0);
}

Test(arrival, settings_that_are_wrong_want_nothing)
{
	struct sess_wire wire = WIRE(FORM, "CONTENT_LENGTH=5",
	    "LIBSESS_IDLE=never");
	struct sess_service *sv = sess_open(&plain, &wire);

	cr_assert_eq(sess_body_wanted(sv, &wire), 0);
	sess_close(sv);
}

Test(arrival, how_far_it_is_is_seen_by_who_has_the_session)
{
	char cookie[400];
	struct sess_wire wire = WIRE(FILES, "CONTENT_LENGTH=8000",
	    "QUERY_STRING=upload=mine", cookie);

	stage(&plain, NULL);
	get(&v, "begin=1");
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=%s", v.jar[0]);
	cr_assert(sess_body_progress(site->service, &wire, 3000));
	cr_assert_str_eq(get(&v, "")->body, "3000 of 8000");
	cr_assert(sess_body_progress(site->service, &wire, 7000));
	cr_assert_str_eq(get(&v, "")->body, "7000 of 8000");
}

Test(arrival, nobody_is_told_who_cannot_ask)
{
	struct sess_wire without = WIRE(FILES, "CONTENT_LENGTH=8000",
	    "QUERY_STRING=upload=mine");
	struct sess_wire unknown = WIRE(FILES, "CONTENT_LENGTH=8000",
	    "HTTP_COOKIE=__Host-sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "QUERY_STRING=upload=mine");

	stage(&plain, NULL);
	cr_assert_not(sess_body_progress(site->service, &without, 3000));
	cr_assert_not(sess_body_progress(site->service, &unknown, 3000));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM progress"), 0);
}

Test(arrival, its_file_has_no_name)
{
	struct stat st;
	int fd;

	stage(&plain, NULL);
	fd = sess_body_file(site->service);
	cr_assert_geq(fd, 0);
	cr_assert_eq(fstat(fd, &st), 0);
	cr_assert_eq(st.st_nlink, 0);
	cr_assert_eq(st.st_mode & 07777, 0600);
	close(fd);
}

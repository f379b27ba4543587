/* test_health.c - does the store work?  What a monitor asks. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/stat.h>

#include <fcntl.h>

#include "apps.h"
#include "stage.h"

/* As a plain CGI program: the store is opened for each request. */
static struct answer *
health(void)
{
	close_store(site);
	return get(&v, NULL);
}

static void
setup(void)
{
	stage(&health_app, NULL);
	quiet(site);
}

TestSuite(health, .init = setup, .fini = stage_clear, .timeout = 60);

static void
expect_broken(struct answer *a)
{
	cr_expect_eq(a->status, 503, "%d", a->status);
	cr_expect_str_eq(a->body, "broken\n");
	cr_expect_null(field_of(a, "Set-Cookie"));
	cr_expect_eq(logged(site, "store err=E_STORE"), 1, "%s", site->log);
	*site->log = '\0';
}

Test(health, r101_a_store_that_works_is_200_without_a_row_or_a_cookie)
{
	struct answer *a;
	int i;

	for (i = 0; i < 50; i++) {
		a = health();
		cr_assert_eq(a->status, 200);
		cr_assert_str_eq(a->body, "ok\n");
		cr_assert_null(field_of(a, "Set-Cookie"));
	}
	cr_assert_eq(all_rows(site), 0);
	cr_assert_str_eq(site->log, "");
}

Test(health, r101_cookies_of_who_asks_do_not_count)
{
	int i;

	stage(&health_app, "max_unknown=2");
	jar_set(&v, SID, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB");
	for (i = 0; i < 5; i++)
		cr_assert_eq(health()->status, 200);
}

Test(health, r101_a_file_that_is_no_database_is_503)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/store.db", site->folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	cr_assert_eq(ftruncate(fd, 100000), 0);
	cr_assert_eq(pwrite(fd, "no database", 11, 0), 11);
	close(fd);
	expect_broken(health());
	unlink(path);
	cr_assert_eq(health()->status, 200);
}

Test(health, r101_a_folder_that_is_not_private_is_503)
{
	cr_assert_eq(health()->status, 200);
	chmod(site->folder, 0777);
	expect_broken(health());
	chmod(site->folder, 0700);
	cr_assert_eq(health()->status, 200);
}

Test(health, r101_a_program_that_stays_sees_that_its_store_was_moved)
{
	char away[80];

	cr_assert_eq(get(&v, NULL)->status, 200);
	snprintf(away, sizeof away, "%s-away", site->folder);
	cr_assert_eq(rename(site->folder, away), 0);
	expect_broken(get(&v, NULL));
	cr_assert_eq(rename(away, site->folder), 0);
	cr_assert_eq(get(&v, NULL)->status, 200);
}

Test(health, r101_head_tells_it_by_the_status)
{
	struct answer *a;

	v.extra[0] = "REQUEST_METHOD=HEAD";
	a = health();
	cr_assert_eq(a->status, 200);
	cr_assert_str_eq(a->body, "");
	chmod(site->folder, 0777);
	cr_assert_eq(health()->status, 503);
	chmod(site->folder, 0700);
}

/* ---- in a program that has sessions ------------------------------------- */

static int
look(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_set(s, "k", "v");
	sess_res_puts(res, sess_store_ok(s) ? "ok" : "broken");
	sess_res_puts(res, sess_error(s) == SESS_OK ? ", goes on" : "");
	return 500;
}

static const struct sess_app looking = { .handle = look };

Test(health, r101_to_look_commits_nothing_and_fails_nothing)
{
	stage(&looking, NULL);
	cr_assert_str_eq(get(&v, NULL)->body, "ok, goes on");
	cr_assert_eq(all_rows(site), 0);
	close_store(site);
	chmod(site->folder, 0777);
	cr_assert_str_eq(get(&v, NULL)->body, "broken, goes on");
	chmod(site->folder, 0700);
}

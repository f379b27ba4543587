/* test_progress.c - how far an upload is, while it arrives and after. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "stage.h"

TestSuite(progress, .init = stage_plain, .fini = stage_clear, .timeout = 60);

/* ---- an upload whose pieces come when the test says so ------------------- */

struct upload {
	struct sess_wire wire;
	size_t piece, left;     /* bytes a read, bytes to come */
	int pause;              /* ms before each but the first */
	size_t read;
	void (*look)(const struct upload *);
};

static ssize_t
upload_read(struct sess_wire *wire, void *to, size_t n)
{
	struct upload *w = (struct upload *)wire;
	const struct timespec pause = { 0, w->pause * 1000000L };

	if (w->look != NULL)
		w->look(w);
	if (w->read > 0)
		nanosleep(&pause, NULL);
	n = n > w->piece ? w->piece : n;
	n = n > w->left ? w->left : n;
	memset(to, 'x', n);
	w->left -= n;
	w->read += n;
	return (ssize_t)n;
}

static bool
swallow(struct sess_wire *wire, const void *bytes, size_t n)
{
	(void)wire;
	(void)bytes;
	(void)n;
	return true;
}

/* POST that many bytes with this query and the jar's session. */
static void
upload(struct upload *w, const char *query, bool told)
{
	static char verb[] = "REQUEST_METHOD=POST", https[] = "HTTPS=on",
	    type[] = "CONTENT_TYPE=application/x-www-form-urlencoded";
	char q[200], length[64], cookie[400];
	char *vars[8] = { verb, https, type, q, cookie, NULL };

	snprintf(q, sizeof q, "QUERY_STRING=%s", query);
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=%s", v.jar[0]);
	snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", w->left);
	if (told)
		vars[5] = length;
	w->wire.vars = vars;
	w->wire.read = upload_read;
	w->wire.write = swallow;
	sess_serve(site->service, &w->wire);
}

/* A page that only asks. */
static int
ask_it(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	int64_t got, total;

	if (sess_req_query(req, "begin") != NULL)
		sess_set(s, "a", "apple");
	if (sess_progress(s, sess_req_query(req, "of"), &got, &total))
		sess_res_printf(res, "%" PRId64 " of %" PRId64, got, total);
	else
		sess_res_puts(res, "nothing");
	return 200;
}

static const struct sess_app asking = { .handle = ask_it };

static void
with_session(const struct sess_app *app)
{
	stage(app, NULL);
	get(&v, "begin=1");
	cr_assert_str_not_empty(v.jar[0]);
}

static int
statements(const char *what)
{
	const char *at = site->trace;
	int n = 0;

	for (; (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
}

/* ---- told -------------------------------------------------------------- */

/* 300 ms a piece, so each is told before the next one comes. */
static void
look_each(const struct upload *w)
{
	cr_expect_eq(sql_int(site, "SELECT sum(got) FROM progress"),
	    (int64_t)w->read, "%zu", w->read);
	if (w->read > 0)
		cr_expect_eq(sql_int(site, "SELECT total FROM progress"), 30);
}

Test(progress, moves_while_the_body_arrives)
{
	struct upload w = { .piece = 10, .left = 30, .pause = 300,
		.look = look_each };

	with_session(&asking);
	upload(&w, "upload=up", true);
	cr_assert_eq(w.left, 0);
	cr_assert_str_eq(get(&v, "of=up")->body, "30 of 30");
}

Test(progress, is_told_four_times_a_second_at_most)
{
	struct upload w = { .piece = 10, .left = 20000 };
	int64_t began;
	int n;

	with_session(&asking);
	began = clock_ms();
	upload(&w, "upload=up", true);
	n = statements("INSERT INTO progress VALUES");
	cr_assert_geq(n, 2, "the first piece and the last");
	cr_assert_leq(n, 2 + (clock_ms() - began) / 250);
	cr_assert_str_eq(get(&v, "of=up")->body, "20000 of 20000");
}

static void
look_unknown(const struct upload *w)
{
	if (w->read > 0)
		cr_expect_eq(sql_int(site, "SELECT total FROM progress"), -1);
}

Test(progress, of_a_length_that_nobody_told_ends_all_the_same)
{
	struct upload w = { .piece = 10, .left = 30, .look = look_unknown };

	with_session(&asking);
	upload(&w, "upload=up", false);
	cr_assert_str_eq(get(&v, "of=up")->body, "30 of 30");
}

/* ---- not told ---------------------------------------------------------- */

Test(progress, needs_a_name_like_a_field_s)
{
	static const char *const queries[] = { "", "upload=", "upload=a%00b",
		"upload=a%20b", "upload=a/b", "upload=aaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	size_t i;

	with_session(&asking);
	for (i = 0; i < sizeof queries / sizeof *queries; i++) {
		struct upload w = { .piece = 10, .left = 30 };

		upload(&w, queries[i], true);
	}
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM progress"), 0);
	cr_assert_str_eq(get(&v, "of=")->body, "nothing");
	cr_assert_str_eq(get(&v, "of=a/b")->body, "nothing");
	cr_assert_str_eq(get(&v, "")->body, "nothing");
}

Test(progress, of_nobody_is_one_look_and_no_session)
{
	struct upload w = { .piece = 10, .left = 2000 };

	with_session(&asking);
	sql_run(site, "DELETE FROM session");
	upload(&w, "upload=up", true);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM progress"), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 0);
	cr_assert_eq(statements("SELECT s.pk, t.serial"), 1);
	cr_assert_str_eq(get(&v, "of=up")->body, "nothing");
}

Test(progress, of_a_visitor_without_id_does_not_open_the_store)
{
	struct upload w = { .piece = 10, .left = 30 };

	stage(&asking, NULL);
	upload(&w, "upload=up", true);
	cr_assert_null(site->service->store);
}

Test(progress, is_not_seen_by_another_visitor)
{
	struct upload w = { .piece = 10, .left = 30 };
	struct visitor other;

	with_session(&asking);
	other = (struct visitor){ .site = site };
	get(&other, "begin=1");
	upload(&w, "upload=up", true);
	cr_assert_str_eq(get(&other, "of=up")->body, "nothing");
	cr_assert_str_eq(get(&v, "of=up")->body, "30 of 30");
}

Test(progress, of_two_ids_is_neither_s)
{
	struct upload w = { .piece = 10, .left = 30 };
	struct visitor other;
	char two[256];

	stage(&asking, "cookie_name=plain");
	get(&v, "begin=1");
	other = (struct visitor){ .site = site };
	get(&other, "begin=1");
	snprintf(two, sizeof two, "%.120s; %.120s", v.jar[0], other.jar[0]);
	memcpy(v.jar[0], two, sizeof two);
	upload(&w, "upload=up", true);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM progress"), 0);
}

/* ---- failures ---------------------------------------------------------- */

static void
break_it(const struct upload *w)
{
	if (w->read == 10)
		sql_run(site, "CREATE TRIGGER broken BEFORE UPDATE ON "
		    "progress BEGIN SELECT raise(ABORT, 'x'); END");
}

Test(progress, that_cannot_be_told_is_no_failure_of_the_upload)
{
	struct upload w = { .piece = 10, .left = 40, .pause = 300,
		.look = break_it };

	with_session(&asking);
	upload(&w, "upload=up", true);
	cr_assert_eq(w.left, 0, "all of it was read");
	cr_assert_not_null(strstr(site->log, "event=progress"));
	cr_assert_null(strstr(strstr(site->log, "event=progress") + 1,
	    "event=progress"), "once: %s", site->log);
	cr_assert_str_eq(get(&v, "of=up")->body, "10 of 40");
}

static void
let_others_read(bool they_may)
{
	char path[100];

	snprintf(path, sizeof path, "%s/store.db", site->folder);
	cr_assert_eq(chmod(path, they_may ? 0644 : 0600), 0);
}

static void
mend_it(const struct upload *w)
{
	if (w->read == 10)
		let_others_read(false);
}

/* By the end of a body the store may be there again: it is asked again. */
Test(progress, of_a_store_that_comes_back_meanwhile_costs_no_upload)
{
	struct upload w = { .piece = 10, .left = 40, .look = mend_it };

	with_session(&asking);
	close_store(site);
	let_others_read(true);
	upload(&w, "upload=up", true);
	cr_assert_not_null(strstr(site->log, "chmod 600"), "%s", site->log);
	cr_assert_not_null(strstr(site->log, "err=E_CSRF"), "%s", site->log);
}

Test(progress, of_a_store_that_stays_away_the_end_is_told_as_well)
{
	struct upload w = { .piece = 10, .left = 40 };

	with_session(&asking);
	close_store(site);
	let_others_read(true);
	upload(&w, "upload=up", true);
	cr_assert_eq(times_in(site->log, "event=store"), 2, "%s", site->log);
}

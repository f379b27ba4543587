/* test_flood.c - r51, r52: visitors who only look, floods, and the sweep. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sqlite3.h>

#define SQL_TEXTS
#include "stage.h"
#include "sql.h"
#include "store.h"

/* All come from one address, and each is to meet the share that all have. */
#define ONE_ADDRESS "max_new=1000000\nmax_unknown=1000000\n"

static void
set_up(void)
{
	with(ONE_ADDRESS);
}

TestSuite(flood, .init = set_up, .fini = stage_clear, .timeout = 120);

/* Somebody without cookies asks; the status. */
static int
stranger(const char *query)
{
	struct visitor w = { .site = site, .no_cookies = true };
	int status = get(&w, query)->status;

	forget(site);
	return status;
}

static void
strangers(int n, const char *query, int want)
{
	int i, status;

	for (i = 0; i < n; i++)
		cr_assert_eq(status = stranger(query), want, "%d: %d", i,
		    status);
}

/* ---- r51: visitors who only look --------------------------------------- */

static const char *const looks[] = { "op=get+k", "op=user", "op=del+k",
	"op=take+k", "op=clear", "op=logout", "op=csrf", "op=link+/x",
	"op=form", "op=cas+k+a+b", "op=rotate", "op=renew", "op=new", "" };

Test(flood, r51_who_only_looks_leaves_no_row_and_gets_no_id)
{
	struct visitor w;
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof looks / sizeof *looks; i++) {
		w = (struct visitor){ .site = site };
		a = get(&w, looks[i]);
		cr_assert_eq(a->status, 200, "%s: %d", looks[i], a->status);
		cr_assert_null(strstr(a->head, SID), "%s", looks[i]);
		a = get(&w, looks[i]);
		cr_assert_null(strstr(a->head, SID), "%s", looks[i]);
	}
	cr_assert_eq(all_rows(site), 0);
}

Test(flood, r51_a_hundred_thousand_looks)
{
	struct visitor w = { .site = site, .no_cookies = true };
	char cookie[80];
	struct answer *a;
	int i;

	for (i = 0; i < 100000; i++) {
		w.extra[0] = i % 3 == 0 ? cookie : NULL;
		snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" SID
		    "=AAAAAAAAAAAAAAAAAAAAAAAAAA%06d", i);
		a = get(&w, "op=get+k&op=user");
		cr_assert_str_eq(a->body, "-\n-\n");
		cr_assert_null(field_of(a, "Set-Cookie"));
		forget(site);
	}
	cr_assert_eq(all_rows(site), 0);
}

Test(flood, r51_a_failed_page_begins_no_session)
{
	struct answer *a = get(&v, "op=set+k+v&op=status+500");

	cr_assert_eq(a->status, 500);
	cr_assert_null(field_of(a, "Set-Cookie"));
	a = get(&v, "op=login+alice&op=status+503");
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(all_rows(site), 0);
}

/* ---- r51: a flood of writers ------------------------------------------- */

static int64_t
anonymous(void)
{
	int64_t n = sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user IS NULL");

	cr_assert_eq(sql_int(site, "SELECT anonymous FROM tally"), n);
	return n;
}

Test(flood, r51_the_cap_holds_exactly)
{
	struct visitor alice, bob = { .site = site };

	with(ONE_ADDRESS "max_anonymous=50");
	bob.site = site;
	get(&v, "op=set+k+hers&op=login+alice");
	alice = copy_of(&v);
	strangers(50, "op=set+k+v", 200);
	strangers(20, "op=set+k+v", 503);
	cr_assert_eq(anonymous(), 50);
	/* a user who is logged in notices nothing, and one may log in */
	cr_assert_str_eq(get(&alice, "op=get+k&op=add+n+1&op=user")->body,
	    "hers\n1\nalice\n");
	cr_assert_eq(get(&bob, "op=set+k+his&op=login+bob")->status, 200);
	cr_assert_str_eq(get(&bob, "op=get+k&op=user")->body, "his\nbob\n");
	cr_assert_eq(anonymous(), 50);
	cr_assert_eq(sessions(site), 52);
	/* nor does a visitor who only looks */
	cr_assert_eq(stranger("op=get+k"), 200);
}

Test(flood, r51_at_the_cap_it_is_said_once_a_request)
{
	struct visitor w = { .site = site };
	struct answer *a;

	with(ONE_ADDRESS "max_anonymous=5");
	w.site = site;
	strangers(5, "op=set+k+v", 200);
	a = get(&w, "op=set+k+v");
	cr_assert_eq(a->status, 503);
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_not_null(field_of(a, "Retry-After"));
	cr_assert_eq(times_in(site->log, "max_anonymous"), 1, "%s", site->log);
}

/* Sessions that are there go on; one that becomes a login makes room. */
Test(flood, r51_at_the_cap_what_is_there_goes_on)
{
	struct visitor w[3];
	int i;

	with(ONE_ADDRESS "max_anonymous=3");
	for (i = 0; i < 3; i++) {
		w[i] = (struct visitor){ .site = site };
		cr_assert_eq(get(&w[i], "op=set+k+v")->status, 200);
	}
	cr_assert_eq(stranger("op=set+k+v"), 503);
	cr_assert_str_eq(get(&w[0], "op=add+n+1&op=rotate&op=get+k")->body,
	    "1\nv\n");
	cr_assert_eq(get(&w[0], "op=login+alice")->status, 200);
	cr_assert_eq(anonymous(), 2);
	cr_assert_eq(stranger("op=set+k+v"), 200);
	cr_assert_eq(stranger("op=set+k+v"), 503);
	cr_assert_eq(get(&w[1], "op=logout")->status, 200);
	cr_assert_eq(stranger("op=set+k+v"), 200);
	cr_assert_eq(anonymous(), 3);
	/* in place of its own, there is room at any time */
	cr_assert_eq(get(&w[2], "op=logout&op=set+k+new")->status, 200);
	cr_assert_str_eq(get(&w[2], "op=get+k")->body, "new\n");
	cr_assert_eq(anonymous(), 3);
}

/* A flood must keep nobody from logging out, whatever the page says then. */
Test(flood, r51_at_the_cap_one_can_log_out_with_a_word_of_farewell)
{
	struct visitor old;

	with(ONE_ADDRESS "max_anonymous=3");
	get(&v, "op=set+k+v&op=login+alice");
	old = copy_of(&v);
	strangers(3, "op=set+k+v", 200);
	get(&v, "op=logout&op=set+flash+bye");
	cr_assert_str_eq(get(&old, "op=user&op=get+k")->body, "-\n-\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user IS NOT NULL"), 0);
}

Test(flood, r51_room_comes_back_when_the_flood_is_over)
{
	int i;

	with(ONE_ADDRESS "max_anonymous=300");
	get(&v, "op=set+k+hers&op=login+alice");
	strangers(300, "op=set+k+v", 200);
	cr_assert_eq(stranger("op=set+k+v"), 503);
	site->now += 1700;
	cr_assert_str_eq(get(&v, "op=get+k")->body, "hers\n");
	site->now += 99;
	cr_assert_eq(stranger("op=set+k+v"), 503, "a second before its time");
	site->now += 1;
	cr_assert_eq(stranger("op=set+k+v"), 200, "the first one fits in");
	for (i = 0; i < 299; i++)
		cr_assert_eq(stranger("op=set+k+v"), 200, "number %d", i);
	cr_assert_eq(anonymous(), 300);
	cr_assert_eq(stranger("op=set+k+v"), 503);
	cr_assert_str_eq(get(&v, "op=get+k&op=user")->body, "hers\nalice\n");
}

/*
 * Those that are over may stand anywhere: a bounded number of refusals finds
 * them.
 */
/*
 * Where the sweep stands is chance: it may pass the last of the old rows, give
 * their room away, and go through all live ones before it finds the rest.
 */
Test(flood, r51_old_rows_behind_many_live_ones_are_found)
{
	int refused = 0, made = 0;

	with(ONE_ADDRESS "max_anonymous=1000");
	strangers(500, "op=set+k+v", 200);
	sql_run(site, "UPDATE session SET idle = 10000");
	strangers(500, "op=set+k+v", 200);
	site->now += 1800;
	while (made < 400)
		if (stranger("op=set+k+v") == 200)
			made++;
		else
			cr_assert_leq(++refused, 2 * (1000 / 16 + 2));
	cr_assert_leq(anonymous(), 1000);
}

static void
write_a_lot(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor w = { .site = twin, .no_cookies = true };
	int i;

	(void)who;
	(void)order;
	for (i = 0; i < 200; i++) {
		report->value += get(&w, "op=set+k+v")->status == 200;
		forget(twin);
	}
}

Test(flood, r51_the_cap_holds_exactly_against_many_at_once)
{
	static const char settings[] = ONE_ADDRESS "max_anonymous=500";
	struct crew crew;
	int64_t sum = 0;
	int i;

	with(settings);
	crew_start(&crew, 8, site, &ops, settings, write_a_lot);
	crew_round(&crew, 0, site->now, NULL);
	for (i = 0; i < 8; i++)
		sum += crew.report[i].value;
	cr_assert(crew_end(&crew));
	cr_assert_eq(sum, 500);
	cr_assert_eq(anonymous(), 500);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 500);
}

Test(flood, r51_a_hundred_thousand_writes)
{
	struct visitor w = { .site = site, .no_cookies = true };
	int i, done = 0;

	with(ONE_ADDRESS "max_anonymous=2000");
	w.site = site;
	get(&v, "op=set+k+hers&op=login+alice&op=life+100000+100000");
	for (i = 0; i < 100000; i++) {
		site->now += i % 10 == 0;
		done += get(&w, "op=set+k+v")->status == 200;
		forget(site);
		if (i % 10000 == 0)
			cr_assert_leq(anonymous(), 2000);
	}
	/* 10 a second come, and there is room for 2000 in half an hour */
	cr_assert_geq(done, 2000);
	cr_assert_lt(done, 100000);
	cr_assert_leq(anonymous(), 2000);
	cr_assert_str_eq(get(&v, "op=get+k&op=user")->body, "hers\nalice\n");
}

/* ---- r52: the sweep ---------------------------------------------------- */

/* n sessions, made in the database itself: pk from `from` on. */
static void
insert(int from, int n, int64_t seen)
{
	char sql[600];

	snprintf(sql, sizeof sql, "WITH RECURSIVE i (n) AS (SELECT %d UNION "
	    "ALL SELECT n + 1 FROM i WHERE n + 1 < %d + %d) "
	    "INSERT INTO session (pk, user, created, seen, idle, ends, "
	    "secret, turned) SELECT n, 'old', %" PRId64 ", %" PRId64 ", 1800, "
	    "%" PRId64 ", zeroblob(32), 0 FROM i", from, from, n, seen, seen,
	    seen + 28800);
	sql_run(site, sql);
}

static int64_t
over(void)
{
	char sql[160];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM session WHERE "
	    "%" PRId64 " >= seen + idle OR %" PRId64 " >= ends", site->now,
	    site->now);
	return sql_int(site, sql);
}

Test(flood, r52_what_is_over_goes_as_new_ones_come)
{
	int made = 0;

	get(&v, "op=set+k+v");
	insert(1000, 1000, site->now - 1800);
	insert(5000, 100, site->now - 1799);
	cr_assert_eq(over(), 1000);
	while (over() > 0) {
		cr_assert_eq(stranger("op=set+k+v"), 200);
		/* one in two looks at 16, by chance */
		cr_assert_leq(++made, 1000, "%" PRId64 " are left", over());
	}
	cr_assert_eq(sessions(site), 1 + 100 + made, "the live ones are there");
}

/* A quiet site: one comes, and goes again before the next one comes. */
Test(flood, r52_what_is_over_goes_when_each_new_one_is_ended_again)
{
	struct visitor w = { .site = site };
	int made = 0;

	get(&v, "op=set+k+v");
	insert(1000, 1001, site->now - 1800);
	while (over() > 0) {
		w = (struct visitor){ .site = site };
		cr_assert_eq(get(&w, "op=login+bob")->status, 200);
		cr_assert_eq(get(&w, "op=logout")->status, 200);
		cr_assert_leq(++made, 2000, "%" PRId64 " are left", over());
	}
}

Test(flood, r52_one_pass_touches_at_most_16_rows)
{
	int64_t before, gone;
	int i, passes = 0;

	get(&v, "op=set+k+v");
	insert(1000, 1000, site->now - 1800);
	for (i = 0; i < 300; i++) {
		before = over();
		cr_assert_eq(stranger("op=set+k+v"), 200);
		gone = before - over();
		cr_assert(gone >= 0 && gone <= 16, "%" PRId64, gone);
		passes += gone > 0;
	}
	cr_assert_gt(passes, 2);
}

static void
on_fault(void *arg, const char *why)
{
	(void)arg;
	fprintf(stderr, "%s\n", why);
}

Test(flood, r52_a_sweep_counts_and_walks_round)
{
	const struct sess_store_env env = { .wait = 5, .fault = on_fault,
		.random = of_system };
	struct sess_store *store;
	char path[80];
	int dropped, i, sum = 0;

	get(&v, "op=set+k+v");
	snprintf(path, sizeof path, "%s/store.db", site->folder);
	insert(100, 500, site->now - 1800);
	insert(1000, 100, site->now);
	cr_assert_eq(sqlite_store.open(&store, path, &env), SESS_OK);
	for (i = 0; i < 30; i++) {
		int64_t before = sessions(site);

		cr_assert_eq(sqlite_store.sweep(store, site->now, 64,
		    &dropped), SESS_OK);
		cr_assert_leq(dropped, 64);
		cr_assert_eq(before - sessions(site), dropped);
		sum += dropped;
	}
	cr_assert_eq(sum, 500);
	cr_assert_eq(sessions(site), 101);
	/* round and round: what is over later is found later */
	for (i = 0; i < 5; i++)
		cr_assert_eq(sqlite_store.sweep(store, site->now + 1800, 64,
		    &dropped), SESS_OK);
	cr_assert_eq(sessions(site), 0);
	sqlite_store.close(store);
}

/* Correct without it: what is over goes with the request that finds it. */
Test(flood, r52_an_expired_session_is_gone_before_it_is_swept)
{
	struct visitor old;

	get(&v, "op=set+k+v&op=login+alice");
	old = copy_of(&v);
	site->now += 1800;
	cr_assert_str_eq(get(&old, "op=get+k&op=user&op=new")->body,
	    "-\n-\nnew\n");
	cr_assert_str_eq(get(&old, "op=add+n+1&op=status+500")->body, "1\n");
	cr_assert_eq(all_rows(site), 0);
	cr_assert_str_eq(get(&old, "op=set+k+w&op=get+k")->body, "w\n");
	cr_assert_str_neq(jar_get(&old, SID), jar_get(&v, SID));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user IS NULL"), 1);
}

/* ---- r52: the plans ---------------------------------------------------- */

static sqlite3 *
empty_database(void)
{
	size_t i;
	sqlite3 *db;

	cr_assert_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (i = 0; i < sizeof sql_upgrades / sizeof *sql_upgrades; i++)
		cr_assert_eq(sqlite3_exec(db, sql_upgrades[i], NULL, NULL,
		    NULL), SQLITE_OK);
	return db;
}

/* What SQLite would do for a statement, a line each. */
static void
plan_of(sqlite3 *db, const char *sql, char plan[2000])
{
	sqlite3_stmt *st;
	char explain[4000];
	size_t n = 0;

	snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
	cr_assert_eq(sqlite3_prepare_v2(db, explain, -1, &st, NULL),
	    SQLITE_OK, "%s", sql);
	plan[0] = '\0';
	while (sqlite3_step(st) == SQLITE_ROW)
		n += (size_t)snprintf(plan + n, 2000 - n, "%s\n",
		    (const char *)sqlite3_column_text(st, 3));
	sqlite3_finalize(st);
}

Test(flood, r52_the_sweep_walks_the_primary_key)
{
	static const enum sql both[] = { SQL_SWEEP_NEXT, SQL_SWEEP_DROP };
	sqlite3 *db = empty_database();
	char plan[2000];
	size_t i;

	for (i = 0; i < 2; i++) {
		plan_of(db, sql_text[both[i]], plan);
		cr_assert_not_null(strstr(plan,
		    "SEARCH session USING INTEGER PRIMARY KEY (rowid>?"),
		    "%s", plan);
		cr_assert_null(strstr(plan, "SCAN session"), "%s", plan);
		cr_assert_null(strstr(plan, "TEMP B-TREE"), "%s", plan);
	}
	sqlite3_close(db);
}

/* No statement of the store looks at every session, id or field. */
Test(flood, r52_no_statement_scans_a_table_that_grows)
{
	static const char *const scans[] = { "SCAN session", "SCAN s\n",
		"SCAN token", "SCAN t\n", "SCAN field", "SCAN f\n",
		"SCAN once", "SCAN account", "SCAN bucket" };
	sqlite3 *db = empty_database();
	char plan[2000];
	size_t i, j;

	for (i = 0; i < SQL_COUNT; i++) {
		plan_of(db, sql_text[i], plan);
		for (j = 0; j < sizeof scans / sizeof *scans; j++)
			cr_assert_null(strstr(plan, scans[j]), "%s\n%s",
			    sql_text[i], plan);
	}
	/* ... and what hangs on a session is found by an index */
	plan_of(db, "DELETE FROM token WHERE session = 1", plan);
	cr_assert_null(strstr(plan, "SCAN"), "%s", plan);
	sqlite3_close(db);
}

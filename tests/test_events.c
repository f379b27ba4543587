/* test_events.c - r07, r68, r69: what happened, told and kept. */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <criterion/criterion.h>

#include "stage.h"

#define DAY (24 * 3600)

TestSuite(events, .init = stage_plain, .fini = stage_clear, .timeout = 60);

/* The events of the log's lines, in order: "create login". */
static void
told(char list[400])
{
	const char *at = site->log;
	bool json = *at == '{';
	const char *key = json ? "\"event\":\"" : " event=";
	size_t n = 0, len;

	*list = '\0';
	while ((at = strstr(at, key)) != NULL) {
		at += strlen(key);
		len = strcspn(at, json ? "\"" : " \n");
		n += (size_t)snprintf(list + n, 400 - n, "%s%.*s",
		    n > 0 ? " " : "", (int)len, at);
	}
	*site->log = '\0';
}

static int64_t
rows(const char *where)
{
	char sql[500];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM event WHERE %s",
	    where);
	return sql_int(site, sql);
}

/* ---- r69: what is told ------------------------------------------------- */

#define PASS "correct-horse-7"

static const struct step {
	int64_t later;          /* s, before it */
	const char *query, *told;
	int rows;               /* more than before */
} steps[] = {
	{ 0, "op=get+k", "", 0 },
	{ 0, "op=set+k+v", "create", 0 },
	{ 0, "op=set+k+w", "", 0 },
	{ 0, "op=rotate", "rotate", 0 },
	{ 0, "op=renew", "rotate", 0 },
	{ 0, "op=login+alice", "login", 1 },
	{ 0, "op=get+k&op=set+k+v", "", 0 },
	{ 0, "op=rotate", "rotate", 1 },
	{ 0, "op=login+alice", "login", 1 },
	{ 3600, "op=login+alice", "expire login", 2 },
	{ 1700, "op=user", "", 0 },
	{ 1700, "op=user", "", 0 },
	{ 200, "op=user", "rotate", 1 },
	{ 0, "op=login+bob", "logout login", 2 },
	{ 0, "op=logout", "logout", 1 },
	{ 0, "op=logout", "", 0 },
	{ 0, "op=set+k+v", "create", 0 },
	{ 3600, "op=user", "expire", 0 },
	{ 0, "op=login+alice&op=remember", "login", 1 },
	{ 1800, "op=user", "expire login", 2 },
	{ 0, "op=logout&op=set+k+bye", "logout create", 1 },
	{ 0, "op=login+alice&op=status+500", "", 0 },
	{ 0, "op=signup+alice+" PASS, "account", 1 },
	{ 0, "op=enter+alice+wrong-horse", "login_failed", 1 },
	{ 0, "op=enter+nobody+wrong-horse", "login_failed", 1 },
	{ 0, "op=enter+alice+" PASS, "login", 1 },
	{ 0, "op=confirm+" PASS, "login", 1 },
	{ 0, "op=password+" PASS "+battery-staple-8", "password", 1 },
	{ 0, "op=limit+x+1+60", "", 0 },
	{ 0, "op=limit+x+1+60", "throttle", 0 },
	{ 0, "op=others", "", 0 },
	{ 0, "op=end+1", "", 0 },
};

static void
expect_steps(const char *settings)
{
	const struct step *s, *last = steps + sizeof steps / sizeof *steps;
	int64_t before = 0, after;
	char list[400];

	with(settings);
	for (s = steps; s < last; s++) {
		site->now += s->later;
		get(&v, s->query);
		told(list);
		cr_assert_str_eq(list, s->told, "%zd, %s: %s", s - steps,
		    s->query, list);
		after = rows("1");
		cr_assert_eq(after - before, s->rows, "%zd, %s: %" PRId64,
		    s - steps, s->query, after - before);
		before = after;
	}
}

Test(events, r69_each_step_is_told_as_text)
{
	expect_steps(NULL);
}

Test(events, r69_each_step_is_told_as_json)
{
	expect_steps("log_format=json");
}

Test(events, r69_a_line_says_who_and_where)
{
	char want[300];

	get(&v, "op=login+alice");
	snprintf(want, sizeof want, "libsess time=2023-11-14T22:13:20Z "
	    "app=page event=login user=\"alice\" address=192.0.2.1 "
	    "session=%" PRId64 "\n",
	    sql_int(site, "SELECT handle FROM session"));
	cr_assert_str_eq(site->log, want);
	cr_assert_eq(rows("at = 1700000000 AND kind = 'login' AND user = "
	    "'alice' AND address = '192.0.2.1' AND told = 1 AND session = "
	    "(SELECT handle FROM session)"), 1);
}

/* A name is what somebody typed. */
Test(events, r44_a_name_forges_no_line)
{
	static const char *const names[] = { "eve%0D%0Alibsess+x",
		"eve%1B%5B2J", "eve%22+event=login", "%E2%80%A8x",
		"%3Cscript%3E" };
	char query[100];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		struct visitor w = { .site = site };

		snprintf(query, sizeof query, "op=login+%s", names[i]);
		get(&w, query);
	}
	cr_assert_eq(times_in(site->log, "\n"), 5, "%s", site->log);
	cr_assert_eq(times_in(site->log, "libsess time="), 5);
	cr_assert_null(strchr(site->log, '\033'));
}

Test(events, r69_the_end_of_others_is_told)
{
	struct visitor w[4];
	char list[400], query[80];
	int i;

	for (i = 0; i < 4; i++) {
		w[i] = (struct visitor){ .site = site };
		get(&w[i], "op=login+alice");
	}
	told(list);
	snprintf(query, sizeof query, "op=end+%" PRId64, sql_int(site,
	    "SELECT handle FROM session ORDER BY pk LIMIT 1"));
	get(&w[3], query);
	cr_assert_not_null(strstr(site->log,
	    "why=\"1 ended: the user ended it\""), "%s", site->log);
	told(list);
	cr_assert_str_eq(list, "revoke");
	cr_assert_eq(rows("kind = 'revoke'"), 1);
	get(&w[3], "op=others");
	cr_assert_not_null(strstr(site->log,
	    "why=\"2 ended: the user ended all others\""), "%s", site->log);
	told(list);
	cr_assert_str_eq(list, "revoke");
	cr_assert_eq(rows("kind = 'revoke'"), 3);
	cr_assert_eq(rows("kind = 'revoke' AND user = 'alice' AND told = 1 "
	    "AND session > 0"), 3);
}

Test(events, r69_a_store_that_fails_is_told)
{
	char list[400];

	get(&v, "op=login+alice");
	told(list);
	sql_run(site, "DROP TABLE field; CREATE TABLE field (x)");
	cr_assert_eq(get(&v, "op=user")->status, 503);
	told(list);
	cr_assert_str_eq(list, "store", "%s", list);
}

/* ---- r69: expired ------------------------------------------------------ */

Test(events, r69_why_it_is_over_is_told)
{
	get(&v, "op=login+alice");
	site->now += 1800;
	get(&v, "op=user");
	cr_assert_not_null(strstr(site->log, "event=expire user=\"alice\" "));
	cr_assert_not_null(strstr(site->log, "why=\"unused for too long\""));
	get(&v, "op=login+alice&op=life+100+50");
	site->now += 50;
	get(&v, "op=user");
	cr_assert_not_null(strstr(site->log, "why=\"its time was up\""));
	cr_assert_eq(rows("kind = 'expire' AND user = 'alice'"), 2);
}

static void
look(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor w = { .site = twin };

	(void)who;
	jar_set(&w, SID, order->text);
	get(&w, "op=user");
	report->value = logged(twin, "expire");
}

Test(events, r69_an_end_that_eight_find_is_told_once)
{
	struct crew crew;
	char id[80];
	int round;

	crew_start(&crew, 8, site, &ops, NULL, look);
	for (round = 0; round < 20; round++) {
		v = (struct visitor){ .site = site };
		get(&v, "op=login+alice");
		snprintf(id, sizeof id, "%s", jar_get(&v, SID));
		close_store(site);
		site->now += 1800;
		crew_round(&crew, round, site->now, id);
		cr_assert_eq(crew_count(&crew, 1), 1, "round %d", round);
		cr_assert_eq(crew_count(&crew, 0), 7);
		cr_assert_eq(rows("kind = 'expire'"), round + 1);
	}
	cr_assert(crew_end(&crew));
}

Test(events, r69_the_sweep_notes_the_end_of_users_sessions)
{
	struct visitor w[6];
	int i, dropped;

	for (i = 0; i < 6; i++) {
		w[i] = (struct visitor){ .site = site };
		get(&w[i], i % 2 ? "op=login+alice" : "op=set+k+v");
	}
	cr_assert_eq(site->service->ops->sweep(site->service->store,
	    site->now + 1799, 100, &dropped), SESS_OK);
	cr_assert_eq(dropped, 0);
	cr_assert_eq(site->service->ops->sweep(site->service->store,
	    site->now + 1800, 100, &dropped), SESS_OK);
	cr_assert_eq(dropped, 6);
	cr_assert_eq(rows("kind = 'expire' AND user = 'alice' AND told = 1"),
	    3);
	cr_assert_eq(rows("kind = 'expire'"), 3);
	cr_assert_eq(rows("1"), 6);
}

/* ---- r07: an id after its time ----------------------------------------- */

/* A copy of an id that was replaced, and is past its time. */
static struct visitor
with_an_old_id(struct visitor *w)
{
	struct visitor old = copy_of(w);

	get(w, "op=rotate");
	get(w, "op=user");
	site->now += 11;
	return old;
}

Test(events, r07_a_replay_is_told_until_it_is_acknowledged)
{
	struct visitor old, again = { .site = site };
	int i;

	get(&v, "op=login+alice");
	old = with_an_old_id(&v);
	old.extra[0] = "HTTP_USER_AGENT=Evil/1";
	for (i = 0; i < 3; i++) {
		struct visitor thief = copy_of(&old);

		cr_assert_str_eq(get(&thief, "op=user&op=ended")->body,
		    "-\nended\n");
	}
	cr_assert_str_eq(get(&v, "op=user&op=news")->body, "alice\n1\n",
	    "the session goes on");
	cr_assert_eq(rows("kind = 'replay'"), 1, "once in ten minutes");
	cr_assert_eq(rows("kind = 'replay' AND agent = 'Evil/1' AND told = 0"),
	    1);
	get(&again, "op=login+alice");
	cr_assert_str_eq(get(&again, "op=news")->body, "1\n");
	cr_assert_eq(times_in(get(&again, "op=happenings")->body,
	    "!replay: an id was used after its time\n"), 1);
	cr_assert_str_eq(get(&again, "op=login+alice&op=commit&op=news")->body,
	    "OK\n1\n");
	get(&v, "op=login+alice");
	cr_assert_str_eq(get(&v, "op=news")->body, "1\n");
	cr_assert_str_eq(get(&again, "op=readnews&op=news")->body, "0\n");
	cr_assert_str_eq(get(&again, "op=news")->body, "0\n");
	cr_assert_eq(times_in(get(&again, "op=happenings")->body,
	    "!replay"), 1, "it stays in the list");
}

Test(events, r07_news_are_counted_since_they_were_acknowledged)
{
	struct visitor old;
	int i;

	get(&v, "op=login+alice");
	for (i = 0; i < 3; i++) {
		old = with_an_old_id(&v);
		get(&old, "op=user");
		site->now += 600;
	}
	get(&v, "op=logout");
	get(&v, "op=login+bob");
	cr_assert_str_eq(get(&v, "op=news")->body, "0\n", "they are hers");
	get(&v, "op=login+alice");
	cr_assert_str_eq(get(&v, "op=news")->body, "3\n");
	get(&v, "op=readnews");
	old = with_an_old_id(&v);
	get(&old, "op=user");
	get(&v, "op=login+alice");
	cr_assert_str_eq(get(&v, "op=news")->body, "1\n");
	get(&v, "op=logout");
	get(&v, "op=login+alice");
	cr_assert_str_eq(get(&v, "op=news")->body, "4\n",
	    "another session has acknowledged none");
}

Test(events, r07_a_replay_ends_the_session_where_set)
{
	struct visitor old, copy;
	char list[400];

	with("replay=end");
	get(&v, "op=login+alice&op=remember");
	old = with_an_old_id(&v);
	copy = copy_of(&old);
	told(list);
	cr_assert_str_eq(get(&old, "op=user")->body, "-\n");
	told(list);
	cr_assert_str_eq(list, "replay");
	cr_assert_eq(sessions(site), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 0);
	cr_assert_str_eq(get(&v, "op=user&op=ended")->body, "-\nended\n");
	get(&copy, "op=user");
	told(list);
	cr_assert_str_eq(list, "", "it is unknown now: %s", list);
	get(&v, "op=login+alice");
	cr_assert_str_eq(get(&v, "op=news")->body, "1\n");
}

Test(events, r07_a_replay_without_user_is_no_row)
{
	struct visitor old;

	get(&v, "op=set+k+v");
	old = with_an_old_id(&v);
	get(&old, "op=user");
	cr_assert_eq(logged(site, "replay"), 1);
	with("replay=end");
	get(&v, "op=set+k+v");
	old = with_an_old_id(&v);
	get(&old, "op=user");
	cr_assert_eq(logged(site, "replay"), 1);
	cr_assert_eq(rows("1"), 0);
	cr_assert_eq(sessions(site), 0);
}

/* ---- r68: from elsewhere ----------------------------------------------- */

#define FORWARDED "proxies=192.0.2.1"

static char from[80];

static struct answer *
get_from(struct visitor *w, const char *address, const char *query)
{
	snprintf(from, sizeof from, "HTTP_X_FORWARDED_FOR=%s", address);
	w->extra[0] = from;
	return get(w, query);
}

Test(events, r68_another_address_is_an_event_and_the_session_goes_on)
{
	static const struct {
		const char *a, *b;
		int moved;
	} rows_[] = {
		{ "203.0.113.1", "203.0.113.1", 0 },
		{ "203.0.113.1", "203.0.113.2", 1 },
		{ "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", 0 },
		{ "2001:db8:1:2::1", "2001:db8:1:3::1", 1 },
		{ "::ffff:203.0.113.1", "203.0.113.1", 0 },
		{ "2001:db8::1", "203.0.113.1", 1 },
	};
	char list[400];
	size_t i;

	for (i = 0; i < sizeof rows_ / sizeof *rows_; i++) {
		with(FORWARDED);
		get_from(&v, rows_[i].a, "op=login+alice");
		told(list);
		cr_assert_str_eq(get_from(&v, rows_[i].b,
		    "op=user&op=fresh+10")->body, "alice\nfresh\n");
		told(list);
		cr_assert_str_eq(list, rows_[i].moved ? "moved" : "", "%s",
		    rows_[i].b);
		cr_assert_eq(rows("kind = 'moved' AND told = 0"),
		    rows_[i].moved, "%s", rows_[i].b);
		cr_assert_str_eq(get_from(&v, rows_[i].b, "op=user")->body,
		    "alice\n");
		told(list);
		cr_assert_str_eq(list, "", "it is used there now");
	}
}

Test(events, r68_another_browser_is_an_event_and_the_session_goes_on)
{
	v.extra[0] = "HTTP_USER_AGENT=Lynx/2.9";
	get(&v, "op=login+alice");
	v.extra[0] = "HTTP_USER_AGENT=Evil/1";
	cr_assert_str_eq(get(&v, "op=user&op=set+k+v")->body, "alice\n");
	cr_assert_eq(logged(site, "moved"), 1);
	cr_assert_eq(rows("kind = 'moved' AND agent = 'Evil/1' AND told = 0"),
	    1);
	v.extra[0] = NULL;
	cr_assert_str_eq(get(&v, "op=get+k")->body, "v\n");
	cr_assert_eq(logged(site, "moved"), 2);
	cr_assert_eq(rows("kind = 'moved'"), 1, "one in ten minutes");
}

Test(events, r68_who_is_not_logged_in_does_not_move)
{
	get(&v, "op=set+k+v");
	v.extra[0] = "HTTP_USER_AGENT=Lynx/2.9";
	get(&v, "op=set+k+w");
	get(&v, "op=login+alice");
	get(&v, "op=user");
	cr_assert_eq(logged(site, "moved"), 0);
}

Test(events, r68_who_flaps_writes_no_row_each_time)
{
	int i;

	with(FORWARDED);
	get_from(&v, "203.0.113.1", "op=login+alice");
	for (i = 0; i < 200; i++) {
		site->now += 10;
		cr_assert_str_eq(get_from(&v, i % 2 ? "203.0.113.1" :
		    "198.51.100.1", "op=user")->body, "alice\n");
	}
	/* 2000 s: at 10, 610, 1210, 1810 */
	cr_assert_eq(rows("kind = 'moved'"), 4);
}

Test(events, r68_where_set_he_is_asked_who_he_is)
{
	struct visitor old;

	with(FORWARDED "\nmoved=ask");
	get_from(&v, "203.0.113.1", "op=login+alice&op=set+k+v");
	cr_assert_str_eq(get_from(&v, "203.0.113.1", "op=fresh+9")->body,
	    "fresh\n");
	cr_assert_str_eq(get_from(&v, "198.51.100.1", "op=fresh+9&op=user"
	    "&op=get+k")->body, "stale\nalice\nv\n");
	/* nor when he is back: it was not he who was away */
	cr_assert_str_eq(get_from(&v, "203.0.113.1", "op=fresh+9&op=user")
	    ->body, "stale\nalice\n");
	old = copy_of(&v);
	cr_assert_str_eq(get_from(&v, "198.51.100.1",
	    "op=login+alice&op=fresh+9")->body, "fresh\n");
	cr_assert_str_eq(get_from(&v, "198.51.100.1", "op=fresh+9&op=user")
	    ->body, "fresh\nalice\n");
	cr_assert_str_eq(get(&old, "op=user")->body, "-\n");
}

/* One that was made before this was kept is where it is used now. */
Test(events, r68_a_session_of_before_the_upgrade_has_not_moved)
{
	get(&v, "op=login+alice");
	sql_run(site, "UPDATE session SET agent = NULL, address = NULL");
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
	cr_assert_eq(logged(site, "moved"), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE agent = '' AND address = '192.0.2.1'"), 1);
	v.extra[0] = "HTTP_USER_AGENT=Evil/1";
	get(&v, "op=user");
	cr_assert_eq(logged(site, "moved"), 1);
}

/* A page that fails has noted nothing: it is noted with the next one. */
Test(events, r68_a_page_that_fails_hides_no_move)
{
	get(&v, "op=login+alice");
	v.extra[0] = "HTTP_USER_AGENT=Evil/1";
	get(&v, "op=status+500");
	cr_assert_eq(rows("kind = 'moved'"), 0);
	get(&v, "op=user");
	cr_assert_eq(rows("kind = 'moved'"), 1);
}

Test(events, r68_a_logout_from_elsewhere_is_the_users_event)
{
	get(&v, "op=login+alice");
	v.extra[0] = "HTTP_USER_AGENT=Evil/1";
	get(&v, "op=logout");
	cr_assert_eq(rows("kind = 'moved' AND user = 'alice'"), 1);
	cr_assert_eq(rows("kind = 'logout' AND user = 'alice'"), 1);
}

/* ---- not for ever ------------------------------------------------------ */

static void
insert(int n, const char *kind, const char *user, int64_t at)
{
	char sql[400];

	snprintf(sql, sizeof sql, "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL "
	    "SELECT n + 1 FROM i WHERE n < %d) INSERT INTO event (at, kind, "
	    "user, session, told) SELECT %" PRId64 ", '%s', %s, 1, 1 FROM i",
	    n, at, kind, user);
	sql_run(site, sql);
}

Test(events, of_one_user_the_newest_100_of_a_kind_are_kept)
{
	int i;

	for (i = 0; i < 130; i++)
		get(&v, "op=login+alice");
	cr_assert_eq(rows("user = 'alice'"), 100);
	cr_assert_eq(times_in(get(&v, "op=happenings")->body, "\n"), 100);
	insert(500, "login", "'bob'", site->now);
	get(&v, "op=login+alice");
	cr_assert_eq(rows("user = 'alice'"), 100);
	cr_assert_eq(rows("user = 'bob'"), 500, "his are his");
	get(&v, "op=login+bob");
	cr_assert_eq(rows("user = 'bob'"), 100);
	cr_assert_eq(strncmp(get(&v, "op=happenings")->body, "login: -\n",
	    9), 0, "the newest are first");
}

Test(events, after_90_days_they_go)
{
	int i;

	get(&v, "op=login+alice");
	insert(50, "old", "'u' || n", site->now);
	site->now += 90 * DAY - 1;
	get(&v, "op=login+carol");
	cr_assert_eq(rows("kind = 'old'"), 50);
	site->now += 1;
	for (i = 0; i < 8; i++)
		get(&v, "op=login+carol");
	cr_assert_eq(rows("at <= 1700000000"), 0);
	cr_assert_eq(rows("user = 'carol'"), 9);
	cr_assert_eq(rows("1"), 10, "and the end of alice's session");
}

/* What was tried with names that nobody has. */
Test(events, of_nobody_the_newest_100_of_a_kind_are_kept)
{
	get(&v, "op=login+alice");
	insert(130, "login_failed", "NULL", site->now);
	get(&v, "op=enter+nobody+wrong-one");
	cr_assert_eq(rows("user IS NULL"), 100);
	cr_assert_eq(rows("user IS NULL AND address = '192.0.2.1'"), 1);
}

Test(events, of_the_new_ids_of_a_session_the_last_is_kept)
{
	int i;

	get(&v, "op=login+alice&op=life+1000000+1000000");
	for (i = 0; i < 5; i++) {
		site->now += 3600;
		get(&v, "op=user");
	}
	cr_assert_eq(rows("kind = 'rotate' AND user = 'alice'"), 1);
	cr_assert_eq(sql_int(site, "SELECT at FROM event "
	    "WHERE kind = 'rotate'"), site->now);
	cr_assert_eq(times_in(site->log, "event=rotate"), 5, "told all");
}

/* One busy user must not push out what others are to hear of. */
Test(events, many_of_one_user_take_none_of_the_others)
{
	get(&v, "op=login+alice");
	sql_run(site, "UPDATE event SET told = 0");
	sql_run(site, "INSERT INTO event (id, at, kind, user, session, told) "
	    "VALUES (300000, 1700000000, 'login', 'mallory', 1, 1)");
	get(&v, "op=login+mallory");
	get(&v, "op=login+mallory");
	cr_assert_eq(rows("user = 'alice' AND told = 0"), 1);
	get(&v, "op=login+alice");
	cr_assert_str_eq(get(&v, "op=news")->body, "1\n");
}

/* ---- r74: an alarm is shown until it is acknowledged there -------------- */

/* So many events at once, as the library notes them. */
static void
notes(int n, const char *kind, const char *user, bool alarm)
{
	struct sess_note note = { .at = site->now, .kind = kind,
		.user = user, .address = "203.0.113.66", .alarm = alarm };
	int i;

	cr_assert_eq(service_store(site->service), SESS_OK);
	for (i = 0; i < n; i++) {
		note.session = alarm ? i + 1 : 0;       /* or once in 600 s */
		cr_assert_eq(site->service->ops->note(site->service->store,
		    &note), SESS_OK);
	}
}

static int64_t
news_of(struct visitor *w)
{
	return strtoll(get(w, "op=news")->body, NULL, 10);
}

static struct visitor
logged_in(const char *query)
{
	struct visitor w = { .site = site };

	get(&w, query);
	return w;
}

/* Alice has five wrong passwords in a row, and the sixth is right. */
Test(events, r74_a_thief_who_logs_in_first_takes_no_alarm_from_the_owner)
{
	struct visitor owner, thief = { .site = site }, again;
	int i;

	get(&v, "op=signup+alice+" PASS);
	owner = logged_in("op=login+alice");
	for (i = 0; i < 5; i++)
		get(&thief, "op=enter+alice+wrong-horse");
	site->now += 60;
	get(&thief, "op=enter+alice+" PASS);
	cr_assert_eq(news_of(&thief), 1);
	cr_assert_str_eq(get(&thief, "op=readnews&op=news")->body, "0\n");
	cr_assert_eq(news_of(&thief), 0);
	cr_assert_eq(news_of(&owner), 1, "a session that was there is told");
	again = logged_in("op=login+alice");
	cr_assert_eq(news_of(&again), 1, "and one that begins");
	cr_assert_eq(times_in(get(&again, "op=happenings")->body,
	    "!throttle: "), 1);
}

Test(events, r74_sessions_that_are_alive_are_told)
{
	struct visitor w[3], bob = logged_in("op=login+bob");
	int i;

	for (i = 0; i < 3; i++) {
		w[i] = logged_in("op=login+alice");
		cr_assert_eq(news_of(&w[i]), 0);
	}
	notes(1, "stolen", "alice", true);
	for (i = 0; i < 3; i++)
		cr_assert_eq(news_of(&w[i]), 1);
	notes(1, "replay", "alice", true);
	notes(1, "login_failed", "alice", false);
	for (i = 0; i < 3; i++)
		cr_assert_eq(news_of(&w[i]), 2);
	cr_assert_eq(news_of(&bob), 0, "it is no concern of his");
}

Test(events, r74_acknowledging_hides_it_in_that_session_only)
{
	struct visitor a = logged_in("op=login+alice"),
		b = logged_in("op=login+alice");

	notes(1, "stolen", "alice", true);
	cr_assert_str_eq(get(&a, "op=news&op=readnews&op=news")->body,
	    "1\n0\n");
	cr_assert_eq(news_of(&a), 0);
	cr_assert_eq(news_of(&b), 1);
	/* nor does it come back with a new id, or the password once more */
	get(&a, "op=rotate");
	cr_assert_eq(news_of(&a), 0);
	get(&a, "op=login+alice");
	cr_assert_eq(news_of(&a), 0);
	/* the next one is told all the same */
	notes(1, "moved", "alice", true);
	cr_assert_eq(news_of(&a), 1);
	cr_assert_eq(news_of(&b), 2);
	cr_assert_eq(times_in(get(&a, "op=happenings")->body, "!"), 2,
	    "they stay in the list");
}

static void
noted_meanwhile(void)
{
	notes(1, "stolen", "alice", true);
}

/* A page cannot have shown what happens while it runs. */
Test(events, r74_an_alarm_that_comes_meanwhile_is_not_acknowledged)
{
	get(&v, "op=login+alice");
	notes(1, "replay", "alice", true);
	ops_hook = noted_meanwhile;
	cr_assert_str_eq(get(&v, "op=hook&op=readnews&op=news")->body,
	    "0\n");
	ops_hook = NULL;
	cr_assert_eq(news_of(&v), 1);
}

Test(events, r74_a_page_that_fails_has_acknowledged_nothing)
{
	get(&v, "op=login+alice");
	notes(1, "stolen", "alice", true);
	get(&v, "op=readnews&op=status+500");
	cr_assert_eq(news_of(&v), 1);
}

Test(events, r74_a_thousand_failed_logins_wash_away_no_theft)
{
	struct visitor w = logged_in("op=login+alice"), again;

	get(&v, "op=signup+alice+" PASS);
	notes(1, "stolen", "alice", true);
	get(&v, "op=enter+alice+wrong-horse");
	notes(1000, "login_failed", "alice", false);
	cr_assert_eq(rows("kind = 'login_failed'"), 100);
	cr_assert_eq(news_of(&w), 1);
	again = logged_in("op=login+alice");
	cr_assert_eq(news_of(&again), 1);
	cr_assert_eq(times_in(get(&again, "op=happenings")->body,
	    "!stolen: "), 1);
}

/* Nor do alarms that anybody can cause wash away others, or logins. */
Test(events, r74_an_event_pushes_out_only_events_of_its_kind)
{
	struct visitor w = logged_in("op=login+alice");
	const char *body;

	get(&v, "op=signup+alice+" PASS);
	notes(1, "stolen", "alice", true);
	notes(1, "password", "alice", false);
	notes(130, "throttle", "alice", true);
	notes(130, "replay", "alice", true);
	notes(130, "login_failed", "alice", false);
	cr_assert_eq(rows("kind = 'throttle'"), 100);
	cr_assert_eq(rows("kind = 'replay'"), 100);
	cr_assert_eq(rows("kind = 'login_failed'"), 100);
	body = get(&w, "op=happenings")->body;
	cr_assert_eq(times_in(body, "!stolen: "), 1);
	cr_assert_eq(times_in(body, "!throttle: "), 100);
	cr_assert_eq(times_in(body, "\npassword: "), 1);
	cr_assert_eq(times_in(body, "\naccount: "), 1);
	cr_assert_eq(times_in(body, "\nlogin: "), 1);
	cr_assert_eq(news_of(&w), 201);
}

/* Of nobody, so that the operator of the site finds them. */
Test(events, r74_wrong_names_wash_away_no_alarm_of_nobody)
{
	notes(1, "throttle", NULL, true);
	notes(1000, "login_failed", NULL, false);
	cr_assert_eq(rows("user IS NULL AND kind = 'throttle'"), 1);
	cr_assert_eq(rows("user IS NULL AND kind = 'login_failed'"), 100);
}

Test(events, r74_an_alarm_is_told_for_90_days)
{
	struct visitor w;

	notes(1, "stolen", "alice", true);
	site->now += 89 * DAY;
	get(&v, "op=login+alice&op=life+10000000+10000000");
	cr_assert_eq(news_of(&v), 1);
	site->now += DAY - 1;
	cr_assert_eq(news_of(&v), 1);
	w = logged_in("op=login+alice");
	cr_assert_eq(news_of(&w), 1);
	site->now += 1;
	cr_assert_eq(news_of(&v), 0);
	cr_assert_eq(news_of(&w), 0);
	cr_assert_eq(times_in(get(&v, "op=happenings")->body, "stolen"), 0);
	w = logged_in("op=login+alice");
	cr_assert_eq(news_of(&w), 0);
}

/* A session that begins with a remember-me token is one like any other. */
Test(events, r74_a_remembered_session_is_told)
{
	get(&v, "op=login+alice&op=remember");
	notes(1, "stolen", "alice", true);
	get(&v, "op=readnews");
	site->now += 1800;
	cr_assert_str_eq(get(&v, "op=user")->body, "alice\n");
	cr_assert_eq(news_of(&v), 1);
}

/* Or an alarm could be taken for one that was acknowledged before. */
Test(events, r82_the_number_of_an_event_is_never_used_twice)
{
	get(&v, "op=login+alice");
	notes(1, "stolen", "alice", true);
	get(&v, "op=readnews");
	sql_run(site, "DELETE FROM event");
	notes(1, "stolen", "alice", true);
	cr_assert_eq(news_of(&v), 1);
}

/* ---- r44 --------------------------------------------------------------- */

Test(events, r44_no_row_and_no_line_has_a_secret)
{
	static const char *const hush[] = { PASS, "hush-horse", "hush-value",
		"hush-query" };
	char sql[400];
	struct visitor old;
	size_t i;

	get(&v, "op=signup+alice+" PASS);
	get(&v, "op=enter+alice+hush-horse");
	get(&v, "op=enter+alice+" PASS "&op=remember&op=set+k+hush-value");
	old = with_an_old_id(&v);
	get(&old, "op=user&x=hush-query");
	get(&v, "op=password+" PASS "+hush-horse-9");
	get(&v, "op=logout");
	cr_assert_geq(rows("1"), 5);
	for (i = 0; i < sizeof hush / sizeof *hush; i++) {
		cr_assert_null(strstr(site->log, hush[i]));
		snprintf(sql, sizeof sql, "instr(kind || user || "
		    "coalesce(address, '') || coalesce(agent, '') || "
		    "coalesce(why, ''), '%s') > 0", hush[i]);
		cr_assert_eq(rows(sql), 0, "%s", hush[i]);
	}
	cr_assert_null(strstr(site->log, jar_get(&old, SID)));
	snprintf(sql, sizeof sql, "instr(coalesce(why, '') || coalesce(agent, "
	    "''), '%s') > 0", jar_get(&old, SID));
	cr_assert_eq(rows(sql), 0);
}

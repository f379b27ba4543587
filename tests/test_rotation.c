/* test_rotation.c - ids change: at a login, and with the time. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "stage.h"

static void
setup(void)
{
	with("rotate=1000");
}

TestSuite(rotation, .init = setup, .fini = stage_clear, .timeout = 120);

static void
expect_of(struct visitor *who, const char *query, const char *body)
{
	struct answer *a = get(who, query);

	cr_assert_eq(a->status, 200, "%s: %d", query, a->status);
	cr_assert_str_eq(a->body, body, "%s: %s", query, a->body);
}

static void
expect(const char *query, const char *body)
{
	expect_of(&v, query, body);
}

static bool
sets_id(const struct answer *a)
{
	return strstr(a->head, "Set-Cookie: " SID "=") != NULL;
}

static int64_t
tokens(void)
{
	return sql_int(site, "SELECT count(*) FROM token");
}

/* ---- r06: a login makes the old id worthless --------------------------- */

static const char *const renewals[] = { "op=login+alice", "op=renew",
	"op=login+alice&op=renew", "op=renew&op=set+k+v&op=login+alice",
	"op=login+alice&op=commit&op=set+k+v" };

/* The attacker has an id, slips it to the victim, and the victim logs in. */
Test(rotation, r06_fixation_gets_the_attacker_nothing)
{
	struct visitor attacker;
	struct answer *a;
	size_t i;
	int s;

	for (i = 0; i < sizeof renewals / sizeof *renewals; i++) {
		v = (struct visitor){ .site = site };
		get(&v, "op=set+cart+apple");
		attacker = copy_of(&v);
		a = get(&v, renewals[i]);
		cr_assert_eq(a->status, 200);
		cr_assert_str_neq(jar_get(&v, SID), jar_get(&attacker, SID));
		expect("op=get+cart", "apple\n");
		for (s = 0; s < 30; s++, site->now++) {
			struct visitor again = copy_of(&attacker);

			a = get(&again, "op=user&op=get+cart&op=new");
			cr_assert_str_eq(a->body, "-\n-\nnew\n", "%s after "
			    "%d s: %s", renewals[i], s, a->body);
			cr_assert_null(field_of(a, "Set-Cookie"), "%d s", s);
		}
		cr_assert_eq(sessions(site), (int64_t)i + 1);
	}
	expect("op=user&op=get+cart", "alice\napple\n");
}

/* ... and so it is with an id that was rotated in between. */
Test(rotation, r06_every_older_id_dies_at_a_login)
{
	struct visitor old[4];
	int i;

	get(&v, "op=set+cart+apple");
	for (i = 0; i < 4; i++) {
		old[i] = copy_of(&v);
		get(&v, "op=rotate");
		if (i % 2 == 0)
			expect("op=get+cart", "apple\n");
	}
	get(&v, "op=login+alice");
	for (i = 0; i < 4; i++)
		expect_of(&old[i], "op=user&op=get+cart", "-\n-\n");
	expect("op=user", "alice\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM token "
	    "WHERE until IS NULL"), 1);
}

/* A late tab may not overwrite the new cookie, nor write into the session. */
Test(rotation, r06_a_late_request_saves_nothing_and_sends_no_cookie)
{
	struct visitor old;
	struct answer *a;
	int s;

	get(&v, "op=set+cart+apple");
	old = copy_of(&v);
	get(&v, "op=login+alice");
	for (s = 0; s < 10; s++, site->now++) {
		a = get(&old, "op=set+cart+stolen&op=get+cart");
		cr_assert_eq(a->status, 503, "after %d s", s);
		cr_assert_null(field_of(a, "Set-Cookie"));
		a = get(&old, "op=logout");
		cr_assert_null(field_of(a, "Set-Cookie"), "after %d s: %s", s,
		    a->head);
		a = get(&old, "op=rotate&op=renew&op=life+10+10");
		cr_assert_null(field_of(a, "Set-Cookie"), "after %d s", s);
	}
	expect("op=user&op=get+cart", "alice\napple\n");
	cr_assert_eq(sessions(site), 1);
	cr_assert_eq(tokens(), 2);
}

Test(rotation, r06_a_login_on_a_late_id_is_a_session_of_its_own)
{
	struct visitor old;

	get(&v, "op=set+cart+apple");
	old = copy_of(&v);
	get(&v, "op=login+alice");
	expect_of(&old, "op=login+mallory&op=user&op=get+cart",
	    "mallory\n-\n");
	expect_of(&old, "op=user&op=get+cart", "mallory\n-\n");
	expect("op=user&op=get+cart", "alice\napple\n");
}

Test(rotation, r06_the_next_user_gets_nothing_of_the_last_one)
{
	struct visitor old;

	get(&v, "op=set+cart+apple&op=login+alice");
	old = copy_of(&v);
	get(&v, "op=login+bob");
	expect("op=user&op=get+cart", "bob\n-\n");
	expect_of(&old, "op=user&op=get+cart", "-\n-\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 0);
	cr_assert_eq(sessions(site), 1);
}

Test(rotation, r06_a_new_login_of_the_same_user_changes_the_id)
{
	struct visitor old;

	get(&v, "op=set+cart+apple&op=login+alice");
	old = copy_of(&v);
	get(&v, "op=login+alice");
	cr_assert_str_neq(jar_get(&v, SID), jar_get(&old, SID));
	expect("op=user&op=get+cart", "alice\napple\n");
	expect_of(&old, "op=user", "-\n");
	cr_assert_eq(sessions(site), 1);
}

/*
 * A form whose body arrives slowly: the attacker begins to send it with the id
 * that he planted, the victim logs in, and then the rest comes.
 */
static struct site *attackers;

static void
victim_logs_in(void)
{
	attackers->now = site->now += 3;
	cr_assert_eq(get(&v, "op=login+alice")->status, 200);
}

Test(rotation, r06_a_form_that_arrives_during_the_login_is_anonymous)
{
	struct slow_wire w;
	char planted[40];

	get(&v, "op=set+cart+apple");
	snprintf(planted, sizeof planted, "%s", jar_get(&v, SID));
	attackers = quiet(site_twin(site, &ops, NULL));
	slow_post(attackers, planted, "op=user&op=get+cart", victim_logs_in,
	    &w);
	site_free(attackers);
	cr_assert_null(strstr(w.answer, "alice"), "%s", w.answer);
	cr_assert_null(strstr(w.answer, "apple"), "%s", w.answer);
	cr_assert_null(strstr(w.answer, "Set-Cookie"), "%s", w.answer);
	cr_assert_not_null(strstr(w.answer, "\r\n\r\n-\n-\n"), "%s",
	    w.answer);
}

/* Number 0 logs in after some requests; the others never stop asking. */
static void
hammer_old_id(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor old = { .site = twin }, mine;
	struct answer *a;
	int i;

	jar_set(&old, SID, order->text);
	mine = copy_of(&old);
	for (i = 0; i < 125; i++) {
		if (who == 0 && i == 40 &&
		    get(&mine, "op=login+alice")->status == 200)
			snprintf(report->text, sizeof report->text, "%s",
			    jar_get(&mine, SID));
		a = get(&old, i % 5 == 0 ? "op=set+k+old&op=user" : "op=user");
		report->value += strstr(a->body, "alice") != NULL ||
		    sets_id(a);
	}
}

Test(rotation, r06_a_thousand_requests_during_the_login_stay_anonymous)
{
	struct crew crew;
	int round;

	crew_start(&crew, 8, site, &ops, "rotate=1000", hammer_old_id);
	for (round = 0; round < 5; round++) {
		v = (struct visitor){ .site = site };
		get(&v, "op=set+cart+apple");
		crew_round(&crew, round, site->now, jar_get(&v, SID));
		cr_assert_eq(crew_count(&crew, 0), 8, "authenticated");
		cr_assert_eq(strlen(crew.report[0].text), 32, "who logged in");
		expect("op=user", "-\n");
		jar_set(&v, SID, crew.report[0].text);
		expect("op=user&op=get+cart", "alice\napple\n");
	}
	cr_assert(crew_end(&crew));
	cr_assert_eq(sessions(site), 5);
}

/* ---- r07: on a timer, nobody is logged out ----------------------------- */

Test(rotation, r07_an_id_changes_when_its_time_has_come)
{
	struct visitor old;
	int64_t pk;

	get(&v, "op=set+cart+apple&op=login+alice");
	pk = sql_int(site, "SELECT pk FROM session");
	old = copy_of(&v);
	site->now += 999;
	cr_assert_null(field_of(get(&v, "op=user"), "Set-Cookie"));
	site->now += 1;
	cr_assert(sets_id(get(&v, "op=user")));
	cr_assert_str_neq(jar_get(&v, SID), jar_get(&old, SID));
	expect("op=user&op=get+cart", "alice\napple\n");
	/* the same session: nothing was copied */
	cr_assert_eq(sql_int(site, "SELECT pk FROM session"), pk);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 1);
	cr_assert_eq(tokens(), 2);
	site->now += 999;
	cr_assert_null(field_of(get(&v, "op=user"), "Set-Cookie"));
	site->now += 1;
	cr_assert(sets_id(get(&v, "op=user")), "and again");
	expect("op=user", "alice\n");
}

Test(rotation, r07_never_means_never)
{
	int i;

	with("rotate=never");
	get(&v, "op=set+cart+apple&op=login+alice");
	for (i = 0; i < 16; i++) {
		site->now += 1700;
		cr_assert_null(field_of(get(&v, "op=user"), "Set-Cookie"));
	}
	expect("op=user", "alice\n");
	cr_assert_eq(tokens(), 1);
}

/* All have found the old id before the first one rotates it. */
static void
ask_once(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor mine = { .site = twin };
	struct answer *a;
	char query[80];

	jar_set(&mine, SID, order->text);
	snprintf(query, sizeof query, "op=hook&op=user&op=add+n+1&"
	    "op=set+k%d+v", who);
	a = get(&mine, who % 2 == 0 ? query : "op=hook&op=user");
	if (a->status != 200 || strncmp(a->body, "alice\n", 6) != 0)
		report->value = -1;
	else if (sets_id(a)) {
		report->value = 1;
		snprintf(report->text, sizeof report->text, "%s",
		    jar_get(&mine, SID));
	}
}

/* The id that the one who got one got. */
static const char *
successor(const struct crew *crew)
{
	int i;

	for (i = 0; crew->report[i].value != 1; i++)
		;
	return crew->report[i].text;
}

Test(rotation, r07_parallel_requests_survive)
{
	struct crew crew;
	char next[64];
	int round;

	get(&v, "op=setint+n+0&op=login+alice");
	crew_start(&crew, 50, site, &ops, "rotate=1000", ask_once);
	for (round = 1; round <= 10; round++) {
		site->now += 1000;
		crew_round(&crew, round, site->now, jar_get(&v, SID));
		cr_assert_eq(crew_count(&crew, -1), 0, "logged out");
		cr_assert_eq(crew_count(&crew, 1), 1, "%d successors",
		    crew_count(&crew, 1));
		snprintf(next, sizeof next, "%s", successor(&crew));
		/* and once more, in the pause */
		site->now += 9;
		crew_round(&crew, round, site->now, jar_get(&v, SID));
		cr_assert_eq(crew_count(&crew, 0), 50);
		cr_assert_eq(tokens(), round + 1);
		cr_assert_eq(sql_int(site, "SELECT value FROM field "
		    "WHERE name = 'n'"), round * 50);
		jar_set(&v, SID, next);
		expect("op=user", "alice\n");
	}
	cr_assert(crew_end(&crew));
	cr_assert_eq(sessions(site), 1);
}

/* Again and again nobody's answer arrives. */
Test(rotation, r07_parallel_requests_survive_lost_answers)
{
	struct crew crew;
	int round;

	get(&v, "op=setint+n+0&op=login+alice");
	crew_start(&crew, 20, site, &ops, "rotate=1000", ask_once);
	site->now += 1000;
	for (round = 1; round <= 10; round++) {
		crew_round(&crew, round, site->now, jar_get(&v, SID));
		cr_assert_eq(crew_count(&crew, -1), 0, "logged out");
		cr_assert_eq(crew_count(&crew, 1), 1, "%d successors",
		    crew_count(&crew, 1));
		cr_assert_eq(tokens(), round + 1);
		site->now += 10;
	}
	jar_set(&v, SID, successor(&crew));
	expect("op=user&op=get+n", "alice\n100\n");
	cr_assert(crew_end(&crew));
}

/* The old id and its successor, at work at the same time. */
static void
old_and_new(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor mine = { .site = twin };
	char id[33];
	struct answer *a;
	int i;

	snprintf(id, sizeof id, "%.32s", order->text + (who % 2) * 33);
	jar_set(&mine, SID, id);
	for (i = 0; i < 20; i++) {
		a = get(&mine, "op=user&op=add+n+1");
		report->value += a->status != 200 || sets_id(a) ||
		    strncmp(a->body, "alice\n", 6) != 0;
	}
}

Test(rotation, r07_the_old_id_works_beside_the_new_one)
{
	struct crew crew;
	struct visitor old;
	char both[80];

	get(&v, "op=setint+n+0&op=login+alice");
	old = copy_of(&v);
	site->now += 1000;
	get(&v, "op=user");
	snprintf(both, sizeof both, "%s %s", jar_get(&old, SID),
	    jar_get(&v, SID));
	crew_start(&crew, 8, site, &ops, "rotate=1000", old_and_new);
	crew_round(&crew, 0, site->now + 5, both);
	cr_assert_eq(crew_count(&crew, 0), 8);
	cr_assert(crew_end(&crew));
	cr_assert_eq(sql_int(site, "SELECT value FROM field"), 160);
	cr_assert_eq(tokens(), 2);
}

Test(rotation, r07_a_lost_answer_logs_nobody_out)
{
	struct visitor lost;
	struct answer *a;
	int s;

	get(&v, "op=set+cart+apple&op=login+alice");
	site->now += 1000;
	lost = copy_of(&v);
	cr_assert(sets_id(get(&lost, "op=user")));
	for (s = 0; s < 10; s++, site->now++) {
		a = get(&v, "op=user");
		cr_assert_str_eq(a->body, "alice\n", "%d s", s);
		cr_assert_null(field_of(a, "Set-Cookie"), "%d s", s);
	}
	a = get(&v, "op=user");
	cr_assert_str_eq(a->body, "alice\n");
	cr_assert(sets_id(a), "a new successor after 10 s");
	cr_assert_str_neq(jar_get(&v, SID), jar_get(&lost, SID));
	expect("op=user&op=get+cart", "alice\napple\n");
	cr_assert_eq(sessions(site), 1);
	cr_assert_eq(logged(site, "replay"), 0);
}

Test(rotation, r07_ten_seconds_after_the_new_id_came_the_old_one_is_refused)
{
	struct visitor old, thief;
	struct answer *a;
	int s;

	get(&v, "op=set+cart+apple&op=login+alice");
	site->now += 1000;
	old = copy_of(&v);
	get(&v, "op=user");
	site->now += 100;
	expect("op=user", "alice\n");           /* the new one comes */
	for (s = 0; s < 10; s++, site->now++) {
		a = get(&old, "op=user");
		cr_assert_str_eq(a->body, "alice\n", "%d s", s);
		cr_assert_null(field_of(a, "Set-Cookie"), "%d s", s);
	}
	cr_assert_eq(logged(site, "replay"), 0);
	thief = copy_of(&old);
	a = get(&thief, "op=user&op=get+cart&op=new");
	cr_assert_str_eq(a->body, "-\n-\nnew\n");
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(logged(site, "replay"), 1);
	cr_assert_null(strstr(site->log, jar_get(&old, SID)));
	get(&thief, "op=set+cart+stolen");
	cr_assert_eq(logged(site, "replay"), 2);
	expect("op=user&op=get+cart", "alice\napple\n");
	cr_assert_eq(logged(site, "replay"), 2);
}

Test(rotation, r07_an_id_whose_successor_never_came_lasts_five_minutes)
{
	struct visitor lost = { .site = site }, last = lost;
	int64_t then;
	int s;

	get(&v, "op=set+cart+apple&op=login+alice");
	site->now += 1000;
	then = site->now;
	for (s = 0; s < 300; s++) {
		site->now = then + s;
		lost = copy_of(&v);
		expect_of(&lost, "op=user", "alice\n");
		if (strcmp(jar_get(&lost, SID), jar_get(&v, SID)) != 0)
			last = lost;
	}
	cr_assert_eq(tokens(), 1 + 30);
	cr_assert_eq(logged(site, "replay"), 0);
	site->now = then + 300;
	expect("op=user&op=get+cart", "-\n-\n");
	cr_assert_eq(logged(site, "replay"), 1);
	/* the last successor is good, should it turn up */
	expect_of(&last, "op=user&op=get+cart", "alice\napple\n");
}

Test(rotation, r07_each_successor_on_the_way_is_good)
{
	struct visitor first, second;

	get(&v, "op=set+cart+apple&op=login+alice");
	site->now += 1000;
	first = copy_of(&v);
	get(&first, "op=user");
	site->now += 10;
	second = copy_of(&v);
	get(&second, "op=user");
	cr_assert_str_neq(jar_get(&first, SID), jar_get(&second, SID));
	expect_of(&first, "op=user&op=get+cart", "alice\napple\n");
	expect_of(&second, "op=user&op=get+cart", "alice\napple\n");
	site->now += 10;
	expect_of(&second, "op=user", "alice\n");
	/* the newest was seen 10 s ago: the other two are of the past */
	expect_of(&first, "op=user", "-\n");
	expect("op=user", "-\n");
	cr_assert_eq(logged(site, "replay"), 2);
}

Test(rotation, r07_a_page_that_rotates_by_itself)
{
	struct visitor old;
	struct answer *a;

	get(&v, "op=set+cart+apple&op=login+alice");
	old = copy_of(&v);
	a = get(&v, "op=rotate&op=set+cart+pear");
	cr_assert(sets_id(a));
	expect("op=user&op=get+cart", "alice\npear\n");
	expect_of(&old, "op=user&op=get+cart", "alice\npear\n");
	site->now += 10;
	expect("op=user", "alice\n");
	expect_of(&old, "op=user", "-\n");
	cr_assert_eq(logged(site, "replay"), 1);
}

Test(rotation, r07_logout_kills_every_id_of_the_session)
{
	struct visitor ids[3];
	int i;

	get(&v, "op=set+cart+apple&op=login+alice");
	for (i = 0; i < 3; i++) {
		ids[i] = copy_of(&v);
		get(&v, "op=rotate");
	}
	get(&ids[2], "op=logout");      /* an older one, still good */
	expect("op=user", "-\n");
	for (i = 0; i < 3; i++)
		expect_of(&ids[i], "op=user", "-\n");
	cr_assert_eq(all_rows(site), 0);
}

/* What a tab loaded long ago does to the cookie: nothing. */
Test(rotation, r07_a_refreshed_cookie_is_never_an_old_one)
{
	struct visitor old;
	struct answer *a;

	with("rotate=1000\ncookie_life=1d");
	get(&v, "op=set+cart+apple&op=login+alice");
	site->now += 1000;
	old = copy_of(&v);
	get(&v, "op=user");
	site->now += 100;
	a = get(&v, "op=user");         /* confirmed; "last seen" is due */
	cr_assert(sets_id(a));
	site->now += 5;
	sql_run(site, "UPDATE session SET seen = seen - 300");
	a = get(&old, "op=user");
	cr_assert_str_eq(a->body, "alice\n");
	cr_assert_not(sets_id(a));
}

/* test_remember.c - logged in again without a password. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/stat.h>

#include <dirent.h>

#include "crypt.h"
#include "encode.h"
#include "stage.h"

#define RID "__Host-remember"
#define DAY (24 * 3600)

TestSuite(remember, .init = stage_plain, .fini = stage_clear, .timeout = 60);

static const char log_in[] = "op=login+alice&op=remember";
static const char who[] = "op=user";

static int64_t
families(void)
{
	return sql_int(site, "SELECT count(*) FROM family");
}

static int64_t
alarms(void)
{
	return sql_int(site, "SELECT count(*) FROM event WHERE told <> 1");
}

/* The browser was closed, or its session is over. */
static void
close_browser(struct visitor *w)
{
	char rid[80];

	snprintf(rid, sizeof rid, "%s", jar_get(w, RID) != NULL ?
	    jar_get(w, RID) : "");
	memset(w->jar, 0, sizeof w->jar);
	if (*rid != '\0')
		jar_set(w, RID, rid);
}

static struct visitor
remembered(void)
{
	struct visitor w = { .site = site };

	cr_assert_eq(get(&w, log_in)->status, 200);
	cr_assert_not_null(jar_get(&w, RID));
	close_browser(&w);
	return w;
}

/* A folder stands where the database was ... */
static void
store_down(void)
{
	char path[100], away[110];

	close_store(site);
	snprintf(path, sizeof path, "%s/store.db", site->folder);
	snprintf(away, sizeof away, "%s/away", site->folder);
	cr_assert_eq(rename(path, away), 0);
	cr_assert_eq(mkdir(path, 0700), 0);
}

/* ... and is gone again. */
static void
store_up(void)
{
	char path[100], away[110];

	snprintf(path, sizeof path, "%s/store.db", site->folder);
	snprintf(away, sizeof away, "%s/away", site->folder);
	cr_assert_eq(rmdir(path), 0);
	cr_assert_eq(rename(away, path), 0);
	close_store(site);
}

/* ---- the cookie -------------------------------------------------------- */

/* Set-Cookie of this name: the whole line in `line`, or "". */
static void
cookie_line(const struct answer *a, const char *name, char line[256])
{
	const char *at = a->head;
	size_t n = strlen(name);

	*line = '\0';
	while ((at = strstr(at, "\r\nSet-Cookie: ")) != NULL) {
		at += strlen("\r\nSet-Cookie: ");
		if (strncmp(at, name, n) == 0 && at[n] == '=')
			snprintf(line, 256, "%.*s", (int)strcspn(at, "\r"),
			    at);
	}
}

Test(remember, r15_the_cookie_is_exactly_this)
{
	char line[256], want[256];
	struct answer *a = get(&v, log_in);

	cookie_line(a, RID, line);
	cr_assert_eq(strspn(line + sizeof RID,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
	    54, "16 + 24 bytes: %s", line);
	snprintf(want, sizeof want, "%s=%s; Path=/; Max-Age=2592000; HttpOnly; "
	    "SameSite=Lax; Secure", RID, jar_get(&v, RID));
	cr_assert_eq(strlen(line), strlen(want), "%s", line);
	cr_assert_not_null(strstr(line, "; Path=/"));
	cr_assert_not_null(strstr(line, "; Max-Age=2592000"));
	cr_assert_not_null(strstr(line, "; HttpOnly"));
	cr_assert_not_null(strstr(line, "; SameSite=Lax"));
	cr_assert_not_null(strstr(line, "; Secure"));
	cr_assert_null(strstr(line, "Domain"));
	cookie_line(a, SID, line);
	cr_assert_null(strstr(line, "Max-Age"), "the id itself is not kept");
}

Test(remember, a_login_that_does_not_ask_for_it_gets_none)
{
	struct answer *a;

	get(&v, "op=login+alice");
	cr_assert_null(jar_get(&v, RID));
	cr_assert_eq(families(), 0);
	a = get(&v, "op=remember");
	cr_assert_eq(a->status, 500, "nobody logs in here");
	cr_assert_null(jar_get(&v, RID));
	cr_assert_eq(families(), 0);
}

Test(remember, a_login_that_failed_is_not_remembered)
{
	get(&v, "op=login+alice&op=remember&op=status+500");
	cr_assert_null(jar_get(&v, RID));
	cr_assert_eq(families(), 0);
}

Test(remember, in_development_the_cookie_has_a_plain_name)
{
	struct visitor w;

	with("insecure_dev=yes");
	w = (struct visitor){ .site = site };
	get(&w, log_in);
	cr_assert_null(jar_get(&w, RID));
	cr_assert_not_null(jar_get(&w, "remember"));
	jar_set(&w, "sid", "x");
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

/*
 * A neighbour's programs on the same host do not get it.  And where the id is
 * not sent, it is not either: it would begin another session meanwhile.
 */
Test(remember, r15_the_cookie_goes_where_the_id_goes)
{
	char line[256];
	struct visitor w;

	with("cookie_path=/~alice/\nsame_site=strict");
	w = (struct visitor){ .site = site };
	cookie_line(get(&w, log_in), "__Secure-remember", line);
	cr_assert_not_null(strstr(line, "; Path=/~alice/;"), "%s", line);
	cr_assert_not_null(strstr(line, "; SameSite=Strict"), "%s", line);
	cr_assert_null(jar_get(&w, RID));
	jar_set(&w, "__Secure-sid", "x");
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	cookie_line(get(&w, "op=logout"), "__Secure-remember", line);
	cr_assert_not_null(strstr(line, "; Path=/~alice/;"), "%s", line);
	cr_assert_null(jar_get(&w, "__Secure-remember"));
}

/* ---- coming back ------------------------------------------------------- */

Test(remember, who_comes_back_is_logged_in_with_a_new_session)
{
	struct visitor w = remembered(), old = copy_of(&w);

	cr_assert_str_eq(get(&w, "op=user&op=new&op=ended")->body,
	    "alice\nknown\nnot ended\n");
	cr_assert_not_null(jar_get(&w, SID));
	cr_assert_str_neq(jar_get(&w, RID), jar_get(&old, RID));
	cr_assert_eq(memcmp(jar_get(&w, RID), jar_get(&old, RID), 21), 0,
	    "one family");
	cr_assert_eq(families(), 1);
	cr_assert_eq(sessions(site), 1, "its former session has ended");
	cr_assert_not_null(strstr(get(&w, "op=devices")->body,
	    "here remembered"));
	/* and on it goes without the token */
	old = copy_of(&w);
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	cr_assert_str_eq(jar_get(&w, RID), jar_get(&old, RID));
}

Test(remember, a_form_alone_does_not_bring_him_back_and_keeps_the_token)
{
	struct visitor w = remembered(), old = copy_of(&w);

	cr_assert_str_eq(post(&w, "op=user")->body, "-\n");
	cr_assert_null(jar_get(&w, SID));
	cr_assert_str_eq(jar_get(&w, RID), jar_get(&old, RID));
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

Test(remember, each_token_is_good_once)
{
	struct visitor w = remembered();
	char seen[10][80];
	int i, j;

	for (i = 0; i < 10; i++) {
		snprintf(seen[i], sizeof seen[i], "%s", jar_get(&w, RID));
		for (j = 0; j < i; j++)
			cr_assert_str_neq(seen[i], seen[j]);
		cr_assert_str_eq(get(&w, who)->body, "alice\n");
		close_browser(&w);
		site->now += 1000;
	}
	cr_assert_eq(families(), 1);
	cr_assert_eq(sessions(site), 1);
	cr_assert_eq(alarms(), 0);
}

Test(remember, it_lasts_30_days_from_the_login_and_no_use_makes_it_longer)
{
	struct visitor w = remembered(), late;
	int i;

	for (i = 0; i < 29; i++) {
		site->now += DAY;
		cr_assert_str_eq(get(&w, who)->body, "alice\n", "day %d", i);
		close_browser(&w);
	}
	site->now = 1700000000 + 30 * DAY - 1;
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	close_browser(&w);
	late = copy_of(&w);
	site->now += 1;
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	cr_assert_null(jar_get(&w, RID), "and the browser forgets it");
	cr_assert_eq(families(), 0);
	cr_assert_str_eq(get(&late, who)->body, "-\n");
	cr_assert_eq(alarms(), 0, "that is no theft");
}

Test(remember, what_is_over_is_swept_as_others_log_in)
{
	int i;

	for (i = 0; i < 20; i++)
		remembered();
	cr_assert_eq(families(), 20);
	site->now += 30 * DAY;
	/* Keys are random: one in 10,000 times this is too few. */
	for (i = 0; i < 400; i++)
		remembered();
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family "
	    "WHERE until <= 1702592000"), 0);
}

Test(remember, r09_it_proves_nothing_until_he_confirms)
{
	struct visitor w = remembered();
	static const char fresh[] = "op=fresh+100000&op=user";

	cr_assert_str_eq(get(&w, fresh)->body, "stale\nalice\n");
	cr_assert_str_eq(get(&w, fresh)->body, "stale\nalice\n");
	cr_assert_str_eq(get(&w, "op=login+alice&op=fresh+1")->body,
	    "fresh\n");
	cr_assert_str_eq(get(&w, fresh)->body, "fresh\nalice\n");
	/* and he is remembered as before */
	close_browser(&w);
	cr_assert_str_eq(get(&w, fresh)->body, "stale\nalice\n");
}

/* ---- twice ------------------------------------------------------------- */

Test(remember, a_token_used_twice_ends_what_it_began)
{
	struct visitor w = remembered(), thief = copy_of(&w), again;

	cr_assert_str_eq(get(&thief, who)->body, "alice\n");
	site->now += 60;
	again = copy_of(&w);
	cr_assert_str_eq(get(&w, "op=user&op=ended")->body,
	    "-\nnot ended\n");
	cr_assert_null(jar_get(&w, RID));
	cr_assert_str_eq(get(&thief, who)->body, "-\n");
	close_browser(&thief);
	cr_assert_str_eq(get(&thief, who)->body, "-\n");
	cr_assert_eq(families(), 0);
	cr_assert_eq(sessions(site), 0);
	cr_assert_eq(logged(site, "stolen"), 1);
	cr_assert_eq(alarms(), 1);
	/* he hears of it, once */
	cr_assert_str_eq(get(&again, who)->body, "-\n");
	cr_assert_str_eq(get(&w, "op=login+alice&op=commit&op=news")->body,
	    "OK\n1\n");
	cr_assert_not_null(strstr(get(&w, "op=happenings")->body,
	    "!stolen: a remember-me token was used twice\n"));
	cr_assert_str_eq(get(&w, "op=news&op=readnews&op=news")->body,
	    "1\n0\n");
	cr_assert_str_eq(get(&w, "op=news")->body, "0\n");
}

Test(remember, a_theft_ends_no_session_that_began_with_a_password)
{
	struct visitor w = remembered(), thief = copy_of(&w),
	    other = { .site = site };

	get(&other, log_in);
	get(&thief, who);
	site->now += 60;
	get(&w, who);
	cr_assert_str_eq(get(&other, who)->body, "alice\n");
	close_browser(&other);
	cr_assert_str_eq(get(&other, who)->body, "alice\n");
	cr_assert_eq(families(), 1);
}

/* A token of long ago is no less stolen. */
Test(remember, an_older_token_is_stolen_even_within_the_grace)
{
	struct visitor w = remembered(), old = copy_of(&w);

	get(&w, who);
	close_browser(&w);
	get(&w, who);
	cr_assert_str_eq(get(&old, who)->body, "-\n");
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	cr_assert_eq(alarms(), 1);
}

Test(remember, two_tabs_at_once_have_one_session)
{
	struct visitor a = remembered(), b = copy_of(&a);

	cr_assert_str_eq(get(&a, "op=user&op=set+k+v")->body, "alice\n");
	site->now += 59;
	cr_assert_str_eq(get(&b, "op=user&op=get+k")->body, "alice\nv\n");
	cr_assert_eq(sessions(site), 1);
	cr_assert_eq(families(), 1);
	cr_assert_eq(alarms(), 0);
	cr_assert_str_eq(get(&a, who)->body, "alice\n");
	cr_assert_str_eq(get(&b, who)->body, "alice\n");
	/* it does not matter whose answer the browser got last */
	cr_assert_str_eq(jar_get(&a, RID), jar_get(&b, RID));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event "
	    "WHERE kind = 'login' AND why = 'remembered'"), 1);
}

Test(remember, an_answer_that_was_lost_costs_nobody_his_login)
{
	struct visitor w = remembered(), lost = copy_of(&w);
	int i;

	get(&lost, who);
	for (i = 0; i < 3; i++) {
		site->now += 15;
		lost = copy_of(&w);
		cr_assert_str_eq(get(&lost, who)->body, "alice\n");
	}
	/* nor does it tell of a theft later on */
	for (i = 0; i < 3; i++) {
		site->now += DAY;
		close_browser(&lost);
		cr_assert_str_eq(get(&lost, who)->body, "alice\n");
	}
	cr_assert_eq(alarms(), 0);
	cr_assert_eq(sessions(site), 1);
}

/* A browser that joins from elsewhere may be a thief's: the user is told. */
Test(remember, within_the_grace_another_browser_is_noticed)
{
	struct visitor a = remembered(), b = copy_of(&a);

	b.extra[0] = "HTTP_USER_AGENT=Evil/1";
	get(&a, who);
	cr_assert_str_eq(get(&b, who)->body, "alice\n");
	cr_assert_eq(logged(site, "moved"), 1);
	cr_assert_eq(alarms(), 1);
}

static char the_token[80];

static void
come_back(struct site *twin, int n, const struct order *order,
    struct report *report)
{
	struct visitor w = { .site = twin };

	(void)n;
	jar_set(&w, RID, order->text);
	report->value = strcmp(get(&w, who)->body, "alice\n") == 0;
	snprintf(report->text, sizeof report->text, "%s", jar_get(&w, RID));
}

Test(remember, twenty_at_once_begin_one_session)
{
	struct visitor w = remembered();
	struct crew crew;
	int round, i;

	snprintf(the_token, sizeof the_token, "%s", jar_get(&w, RID));
	crew_start(&crew, 20, site, &ops, NULL, come_back);
	for (round = 0; round < 10; round++) {
		crew_round(&crew, round, site->now, the_token);
		cr_assert_eq(crew_count(&crew, 1), 20);
		for (i = 1; i < 20; i++)
			cr_assert_str_eq(crew.report[i].text,
			    crew.report[0].text);
		cr_assert_eq(sessions(site), 1);
		cr_assert_eq(families(), 1);
		cr_assert_eq(alarms(), 0);
		snprintf(the_token, sizeof the_token, "%.79s",
		    crew.report[0].text);
		site->now += 100;
	}
	cr_assert(crew_end(&crew));
}

/* ---- forgotten --------------------------------------------------------- */

static void
expect_forgotten(struct visitor *w, const char *why)
{
	cr_assert_null(jar_get(w, RID), "%s", why);
	cr_assert_eq(families(), 0, "%s", why);
}

Test(remember, a_logout_forgets_him)
{
	static const char *const ways[] = { "op=logout",
		"op=logout&op=set+flash+bye", "op=logout&op=flash+bye",
		"op=login+bob", "op=logout&op=login+alice",
		"op=logout&op=commit&op=login+bob" };
	struct visitor w, copy;
	size_t i;

	for (i = 0; i < sizeof ways / sizeof *ways; i++) {
		with(NULL);
		w = (struct visitor){ .site = site };
		get(&w, log_in);
		copy = copy_of(&w);
		cr_assert_eq(get(&w, ways[i])->status, 200);
		expect_forgotten(&w, ways[i]);
		close_browser(&copy);
		cr_assert_str_eq(get(&copy, who)->body, "-\n", "%s", ways[i]);
		/* and in the request that brings him back */
		w = remembered();
		copy = copy_of(&w);
		cr_assert_eq(get(&w, ways[i])->status, 200);
		expect_forgotten(&w, ways[i]);
		cr_assert_str_eq(get(&copy, who)->body, "-\n", "%s", ways[i]);
	}
}

/* His session was over when he pressed the button. */
Test(remember, a_logout_without_session_forgets_him)
{
	struct visitor w = remembered();

	cr_assert_eq(post(&w, "op=logout&op=status+500")->status, 500);
	cr_assert_not_null(jar_get(&w, RID), "it failed");
	cr_assert_eq(post(&w, "op=logout")->status, 200);
	cr_assert_null(jar_get(&w, RID));
	cr_assert_str_eq(get(&w, who)->body, "-\n");
}

/* ---- r76: a logout where no session is left ---------------------------- */

static const char log_out[] = "op=logout";

/* Nothing that he had opens anything: not what he copied, nor what is left. */
static void
expect_over(struct visitor *w, struct visitor *copy, const char *why)
{
	cr_assert_null(jar_get(w, RID), "%s", why);
	cr_assert_eq(families(), 0, "%s", why);
	cr_assert_eq(sessions(site), 0, "%s", why);
	cr_assert_str_eq(get(copy, who)->body, "-\n", "%s", why);
	cr_assert_eq(alarms(), 0, "%s", why);
}

Test(remember, r76_a_logout_without_session_ends_the_family)
{
	struct visitor w = remembered(), copy = copy_of(&w);

	cr_assert_eq(post(&w, log_out)->status, 200);
	expect_over(&w, &copy, "the browser was closed");
	get(&w, log_in);
	copy = copy_of(&w);
	site->now += 1800;
	cr_assert_eq(post(&w, log_out)->status, 200);
	cr_assert_null(jar_get(&w, SID), "nor is the id kept");
	expect_over(&w, &copy, "the session was idle for too long");
}

Test(remember, r76_a_logout_without_session_may_leave_a_word)
{
	struct visitor w = remembered(), copy = copy_of(&w);

	cr_assert_eq(post(&w, "op=logout&op=flash+bye")->status, 200);
	cr_assert_null(jar_get(&w, RID));
	cr_assert_eq(families(), 0);
	cr_assert_eq(sessions(site), 1, "that of the word");
	cr_assert_str_eq(get(&w, "op=user&op=takeflash")->body, "-\nbye\n");
	cr_assert_str_eq(get(&copy, who)->body, "-\n");
}

Test(remember, r76_a_logout_ends_the_cookies_family_and_the_sessions)
{
	struct visitor w = { .site = site }, other = remembered(), copy;

	get(&w, "op=login+bob&op=remember");
	jar_set(&w, RID, jar_get(&other, RID));
	copy = copy_of(&other);
	cr_assert_eq(families(), 2);
	cr_assert_eq(get(&w, log_out)->status, 200);
	expect_over(&w, &copy, "two families");
	get(&w, "op=login+bob");
	other = remembered();
	jar_set(&w, RID, jar_get(&other, RID));
	cr_assert_eq(get(&w, log_out)->status, 200);
	expect_over(&w, &other, "the session has none");
}

Test(remember, r76_the_token_before_ends_the_family_as_well)
{
	struct visitor w = remembered(), late = copy_of(&w), copy;

	get(&w, who);
	copy = copy_of(&w);
	site->now += 59;
	cr_assert_eq(post(&late, log_out)->status, 200);
	expect_over(&late, &copy, "the successor was on its way");
}

/* Its cookie goes with the logout: nobody would notice the theft later. */
Test(remember, r76_a_logout_with_a_token_of_long_ago_tells_of_the_theft)
{
	struct visitor w = remembered(), thief = copy_of(&w);

	get(&thief, who);
	site->now += 60;
	cr_assert_eq(post(&w, log_out)->status, 200);
	cr_assert_null(jar_get(&w, RID));
	cr_assert_eq(families(), 0);
	cr_assert_str_eq(get(&thief, who)->body, "-\n");
	cr_assert_eq(alarms(), 1);
	cr_assert_eq(logged(site, "stolen"), 1);
}

Test(remember, r76_a_logout_ends_no_other_family)
{
	struct visitor w = remembered(), other = remembered();

	cr_assert_eq(post(&w, log_out)->status, 200);
	cr_assert_eq(families(), 1);
	cr_assert_str_eq(get(&other, who)->body, "alice\n");
	/* nor one whose name is known, by a cookie that is not whole */
	w = remembered();
	jar_set(&w, RID, "AAAA");
	cr_assert_eq(post(&w, log_out)->status, 200);
	cr_assert_eq(families(), 2);
}

/* A cookie that is made up keeps nobody waiting. */
Test(remember, r76_a_logout_with_a_cookie_of_no_family_writes_nothing)
{
	struct visitor w = remembered();
	struct stat before, after;
	char path[128], token[80];

	snprintf(token, sizeof token, "%s", jar_get(&w, RID));
	token[0] = token[0] == 'A' ? 'B' : 'A';
	jar_set(&w, RID, token);
	snprintf(path, sizeof path, "%s/store.db-wal", site->folder);
	cr_assert_eq(stat(path, &before), 0);
	cr_assert_eq(post(&w, log_out)->status, 200);
	cr_assert_null(jar_get(&w, RID));
	cr_assert_eq(stat(path, &after), 0);
	cr_assert_eq(after.st_size, before.st_size);
	cr_assert_eq(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
	cr_assert_eq(families(), 1);
}

/* What is not done is not said to be done. */
Test(remember, r76_with_the_store_down_a_logout_is_503_and_keeps_the_cookie)
{
	struct visitor w = remembered();

	store_down();
	cr_assert_eq(post(&w, log_out)->status, 503);
	cr_assert_not_null(jar_get(&w, RID));
	store_up();
	cr_assert_eq(post(&w, log_out)->status, 200);
	cr_assert_eq(families(), 0);
}

/* A login that takes the cookie back ends what it stands for, too. */
Test(remember, r76_a_login_without_session_ends_the_family_before)
{
	static const char *const ways[] = { "op=login+bob", "op=login+alice",
		"op=login+alice&op=remember" };
	struct visitor w, copy;
	size_t i;

	for (i = 0; i < 3; i++) {
		with(NULL);
		w = remembered();
		copy = copy_of(&w);
		cr_assert_eq(post(&w, ways[i])->status, 200);
		cr_assert_eq(families(), i == 2, "%s", ways[i]);
		cr_assert_eq(sessions(site), 1, "%s", ways[i]);
		cr_assert_str_eq(get(&copy, who)->body, "-\n", "%s", ways[i]);
	}
	/* to prove it once more is no other login */
	get(&w, "op=login+alice");
	cr_assert_eq(families(), 1);
	cr_assert_not_null(jar_get(&w, RID));
}

static void
end_meanwhile(void)
{
	sql_run(site, "DELETE FROM session");
}

/* The session is gone before the commit: the login has one of its own. */
Test(remember, r76_a_login_whose_session_is_gone_ends_the_family_before)
{
	struct visitor w = { .site = site }, copy;

	get(&w, log_in);
	copy = copy_of(&w);
	ops_hook = end_meanwhile;
	cr_assert_eq(get(&w, "op=login+alice&op=hook")->status, 200);
	cr_assert_null(jar_get(&w, RID));
	cr_assert_eq(families(), 0);
	close_browser(&copy);
	cr_assert_str_eq(get(&copy, who)->body, "-\n");
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

/* ---- forgotten by others' acts ----------------------------------------- */

Test(remember, to_end_a_device_forgets_it)
{
	struct visitor w = { .site = site }, here = w;
	char query[60];

	get(&w, log_in);
	get(&here, "op=login+alice");
	snprintf(query, sizeof query, "op=end+%" PRId64, sql_int(site,
	    "SELECT handle FROM session WHERE family IS NOT NULL"));
	cr_assert_str_eq(get(&here, query)->body, "ended\n");
	cr_assert_eq(families(), 0);
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	cr_assert_null(jar_get(&w, RID));
	/* this one: as a logout */
	get(&w, log_in);
	snprintf(query, sizeof query, "op=end+%" PRId64, sql_int(site,
	    "SELECT handle FROM session WHERE family IS NOT NULL"));
	cr_assert_str_eq(get(&w, query)->body, "ended\n");
	expect_forgotten(&w, "this one");
}

Test(remember, a_new_password_forgets_all)
{
	struct visitor w = { .site = site }, here = w, away;

	cr_assert_str_eq(get(&w, "op=signup+alice+correct-horse-7")->body,
	    "OK\n");
	get(&w, "op=enter+alice+correct-horse-7&op=remember");
	get(&here, "op=enter+alice+correct-horse-7&op=remember");
	away = copy_of(&w);
	close_browser(&away);
	cr_assert_eq(families(), 2);
	cr_assert_str_eq(get(&here, "op=password+correct-horse-7"
	    "+battery-staple-8")->body, "OK\n");
	expect_forgotten(&here, "here");
	cr_assert_str_eq(get(&here, who)->body, "alice\n");
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	cr_assert_null(jar_get(&w, RID));
	cr_assert_str_eq(get(&away, who)->body, "-\n");
}

Test(remember, to_be_remembered_anew_takes_the_place_of_the_old)
{
	struct visitor w = { .site = site }, old;

	get(&w, log_in);
	old = copy_of(&w);
	get(&w, log_in);
	cr_assert_str_neq(jar_get(&w, RID), jar_get(&old, RID));
	cr_assert_eq(families(), 1);
	close_browser(&old);
	cr_assert_str_eq(get(&old, who)->body, "-\n");
	close_browser(&w);
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

/* Bob must not become Alice when his session is over. */
Test(remember, another_user_in_the_same_browser_is_not_the_one_before)
{
	struct visitor w = remembered();

	cr_assert_eq(post(&w, "op=login+bob")->status, 200);
	cr_assert_null(jar_get(&w, RID));
	site->now += 1800;
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	/* and remembered himself, he is himself */
	w = remembered();
	post(&w, "op=login+bob&op=remember");
	site->now += 1800;
	cr_assert_str_eq(get(&w, who)->body, "bob\n");
}

/* ---- forged ------------------------------------------------------------ */

Test(remember, no_cookie_but_the_one_that_was_given_counts)
{
	struct visitor w = remembered(), forged;
	char token[100];
	size_t i, n = strlen(jar_get(&w, RID));

	for (i = 0; i < n; i++) {       /* one character is another one */
		forged = copy_of(&w);
		snprintf(token, sizeof token, "%s", jar_get(&w, RID));
		token[i] = token[i] == 'A' ? 'B' : 'A';
		if (i >= 21)            /* a wrong token of his family ... */
			break;
		jar_set(&forged, RID, token);
		cr_assert_str_eq(get(&forged, who)->body, "-\n", "%zu", i);
	}
	for (i = 0; i < n; i++) {
		forged = copy_of(&w);
		snprintf(token, i + 1, "%s", jar_get(&w, RID));
		jar_set(&forged, RID, token);
		cr_assert_str_eq(get(&forged, who)->body, "-\n", "cut %zu", i);
	}
	snprintf(token, sizeof token, "%sA", jar_get(&w, RID));
	jar_set(&forged, RID, token);
	cr_assert_str_eq(get(&forged, who)->body, "-\n", "longer");
	cr_assert_eq(families(), 1);
	cr_assert_eq(alarms(), 0);
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

/* ... only one that had a cookie knows the family: that is a theft. */
Test(remember, a_wrong_token_of_a_family_ends_it)
{
	struct visitor w = remembered(), forged = copy_of(&w);
	char token[100];

	snprintf(token, sizeof token, "%s", jar_get(&w, RID));
	token[30] = token[30] == 'A' ? 'B' : 'A';
	jar_set(&forged, RID, token);
	cr_assert_str_eq(get(&forged, who)->body, "-\n");
	cr_assert_eq(families(), 0);
	cr_assert_eq(alarms(), 1);
}

Test(remember, two_cookies_are_none)
{
	struct visitor w = remembered();
	char both[300];

	snprintf(both, sizeof both, "HTTP_COOKIE=%s=%s; %s=%s", RID,
	    jar_get(&w, RID), RID, jar_get(&w, RID));
	w.no_cookies = true;
	w.extra[0] = both;
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	w.no_cookies = false;
	w.extra[0] = NULL;
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

/* What lies in the store opens nothing. */
Test(remember, r02_what_the_store_has_is_no_token)
{
	static const char *const parts[] = { "key", "token" };
	struct visitor w = remembered(), thief = copy_of(&w);
	uint8_t bytes[40] = { 0 };
	char sql[300], text[60];
	size_t i, j;

	for (j = 0; j < 2; j++)
		for (i = 0; i < (j == 0 ? 16 : 24); i++) {
			snprintf(sql, sizeof sql, "SELECT (instr('0123456789"
			    "ABCDEF', substr(hex(%s), %zu, 1)) - 1) * 16 + "
			    "instr('0123456789ABCDEF', substr(hex(%s), %zu, 1)"
			    ") - 1 FROM family", parts[j], 2 * i + 1, parts[j],
			    2 * i + 2);
			bytes[16 * j + i] = (uint8_t)sql_int(site, sql);
		}
	encode_base64url(text, bytes, sizeof bytes);
	jar_set(&thief, RID, text);
	cr_assert_str_eq(get(&thief, who)->body, "-\n");
	cr_assert_eq(families(), 1);
}

static bool
file_has(const char *path, const void *what, size_t n)
{
	char *bytes = malloc(16 << 20);
	FILE *f = fopen(path, "r");
	size_t len;
	bool has;

	if (f == NULL || bytes == NULL)
		abort();
	len = fread(bytes, 1, 16 << 20, f);
	has = memmem(bytes, len, what, n) != NULL;
	fclose(f);
	free(bytes);
	return has;
}

static void
expect_nowhere(const void *what, size_t n)
{
	DIR *dir = opendir(site->folder);
	struct dirent *e;
	char path[400];
	int seen = 0;

	while ((e = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", site->folder, e->d_name);
		if (*e->d_name == '.')
			continue;
		seen++;
		cr_assert_not(file_has(path, what, n), "%s", path);
	}
	closedir(dir);
	cr_assert_geq(seen, 3);
}

Test(remember, r44_a_token_in_clear_is_in_no_file_and_no_line)
{
	char tokens[4][80];
	uint8_t bytes[40];
	struct visitor w, thief;
	int i;

	stage(&ops, NULL);              /* with a trace */
	w = remembered();
	for (i = 0; i < 3; i++) {
		snprintf(tokens[i], sizeof tokens[i], "%s", jar_get(&w, RID));
		get(&w, "op=user&op=happenings&op=devices");
		close_browser(&w);
	}
	snprintf(tokens[3], sizeof tokens[3], "%s", jar_get(&w, RID));
	thief = w;
	jar_set(&thief, RID, tokens[0]);
	get(&thief, who);
	cr_assert_eq(alarms(), 1);
	for (i = 0; i < 4; i++) {
		cr_assert(decode_base64url(bytes, sizeof bytes, tokens[i],
		    strlen(tokens[i])));
		expect_nowhere(tokens[i], strlen(tokens[i]));
		expect_nowhere(tokens[i] + 22, 20);
		expect_nowhere(bytes, 16);
		expect_nowhere(bytes + 16, 24);
		cr_assert_null(strstr(site->log, tokens[i]));
		cr_assert_null(strstr(site->trace, tokens[i]));
		cr_assert_null(strstr(site->trace, tokens[i] + 22));
	}
}

/* ---- settings ---------------------------------------------------------- */

static void
expect_off(const char *settings)
{
	struct visitor w;

	with(settings);
	w = (struct visitor){ .site = site };
	cr_assert_eq(get(&w, log_in)->status, 200, "%s", settings);
	cr_assert_null(jar_get(&w, RID), "%s", settings);
	cr_assert_eq(families(), 0, "%s", settings);
}

Test(remember, where_it_is_off_nobody_is_remembered)
{
	expect_off("remember=never");
	expect_off("carry=query");
	expect_off("carry=field bearer");
}

Test(remember, where_it_was_turned_off_no_old_token_counts)
{
	struct visitor w = remembered();
	struct site *twin = quiet(site_twin(site, &ops, "remember=never"));

	w.site = twin;
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	site_free(twin);
}

Test(remember, it_lasts_as_long_as_is_set)
{
	struct visitor w;
	char line[256];
	struct answer *a;

	with("remember=2h");
	w = (struct visitor){ .site = site };
	a = get(&w, log_in);
	cookie_line(a, RID, line);
	cr_assert_not_null(strstr(line, "Max-Age=7200;"), "%s", line);
	site->now += 7199;
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	close_browser(&w);
	site->now += 1;
	cr_assert_str_eq(get(&w, who)->body, "-\n");
}

Test(remember, where_only_a_login_begins_a_session_it_does)
{
	struct visitor w;

	with("policy=login-only");
	w = remembered();
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

static const struct sess_app guard = { .handle = ops_page,
	.csrf_by_page = true, .authorizer = true };

Test(remember, an_authorizer_uses_up_no_token)
{
	struct visitor w = remembered(), old = copy_of(&w);
	struct answer *a;

	site->service->app = &guard;
	a = get(&w, who);
	cr_assert_str_eq(a->body, "-\n");
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(get(&w, "op=logout")->status, 500, "nor does it log out");
	site->service->app = &ops;
	cr_assert_str_eq(jar_get(&w, RID), jar_get(&old, RID));
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

/* ---- what else may be -------------------------------------------------- */

Test(remember, with_the_store_down_it_is_503_and_the_token_is_kept)
{
	struct visitor w = remembered(), old = copy_of(&w);

	store_down();
	cr_assert_eq(get(&w, who)->status, 503);
	cr_assert_str_eq(jar_get(&w, RID), jar_get(&old, RID));
	store_up();
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

/* The page failed, and he is logged in all the same. */
Test(remember, a_page_that_fails_loses_no_token)
{
	struct visitor w = remembered(), old = copy_of(&w);

	cr_assert_eq(get(&w, "op=status+500")->status, 500);
	cr_assert_str_neq(jar_get(&w, RID), jar_get(&old, RID));
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	site->now += 1800;
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	cr_assert_eq(alarms(), 0);
}

Test(remember, who_has_too_many_sessions_can_still_look_at_pages)
{
	struct visitor w, other;

	with("max_sessions=1\nsessions_full=refuse");
	w = remembered();
	sql_run(site, "UPDATE session SET ends = 0");   /* it is over */
	other = (struct visitor){ .site = site };
	cr_assert_eq(get(&other, "op=login+alice")->status, 200);
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	cr_assert_str_eq(get(&w, "op=set+k+v&op=get+k")->body, "v\n");
	memset(w.jar[1], 0, sizeof w.jar[1]);
	get(&other, "op=logout");
	close_browser(&w);
	cr_assert_str_eq(get(&w, who)->body, "alice\n", "his token is kept");
}

Test(remember, among_too_many_sessions_his_own_former_one_does_not_count)
{
	struct visitor w;

	with("max_sessions=1\nsessions_full=refuse");
	w = remembered();
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

/* ---- r94: several programs on one host --------------------------------- */

/* A second program on the same host: a store of its own, and these settings. */
static struct site *
neighbour(const char *settings)
{
	return quiet(site_new(&ops, settings));
}

static void
expect_cookie_named(const char *settings, const char *name)
{
	struct visitor w;

	with(settings);
	w = (struct visitor){ .site = site };
	cr_assert_eq(get(&w, log_in)->status, 200, "%s", settings);
	cr_assert_not_null(jar_get(&w, name), "%s: %s", settings, name);
}

Test(remember, r94_with_the_default_cookie_name_the_names_stay)
{
	expect_cookie_named(NULL, "__Host-remember");
	expect_cookie_named("cookie_name=__Host-sid", "__Host-remember");
	expect_cookie_named("cookie_path=/x/", "__Secure-remember");
	expect_cookie_named("insecure_dev=yes", "remember");
}

Test(remember, r94_another_cookie_name_gives_the_cookies_beside_it_their_names)
{
	expect_cookie_named("cookie_name=__Host-two", "__Host-two-remember");
	expect_cookie_named("cookie_name=__Secure-two\ncookie_path=/x/",
	    "__Secure-two-remember");
	expect_cookie_named("cookie_name=two\ninsecure_dev=yes",
	    "two-remember");
}

/* A neighbour's host could plant one that has no prefix. */
Test(remember, r94_they_have_the_strongest_prefix_that_the_path_allows)
{
	expect_cookie_named("cookie_name=two", "__Host-two-remember");
	expect_cookie_named("cookie_name=__Secure-two", "__Host-two-remember");
	expect_cookie_named("cookie_name=two\ncookie_path=/x/",
	    "__Secure-two-remember");
	expect_cookie_named("cookie_name=sid", "__Host-sid-remember");
}

Test(remember, r94_all_three_cookies_beside_it_have_them)
{
	struct visitor w;

	with("cookie_name=__Host-two");
	w = (struct visitor){ .site = site };
	get(&w, "op=csrf");
	cr_assert_not_null(jar_get(&w, "__Host-two-pre"));
	get(&w, "op=signup+alice+correct-horse-7");
	get(&w, "op=enter+alice+correct-horse-7&op=remember");
	cr_assert_not_null(jar_get(&w, "__Host-two-device"));
	cr_assert_not_null(jar_get(&w, "__Host-two-remember"));
	cr_assert_null(jar_get(&w, "__Host-pre"));
	cr_assert_null(jar_get(&w, "__Host-device"));
	cr_assert_null(jar_get(&w, RID));
}

Test(remember, r94_two_programs_on_one_host_forget_nothing_of_each_other)
{
	struct site *two = neighbour("cookie_name=__Host-two");
	struct visitor w = remembered();

	w.site = two;
	cr_assert_str_eq(get(&w, "op=user&op=set+k+v")->body, "-\n");
	get(&w, "op=login+bob&op=remember");
	cr_assert_not_null(jar_get(&w, "__Host-two-remember"));
	w.site = site;
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	get(&w, "op=logout");
	w.site = two;
	cr_assert_str_eq(get(&w, who)->body, "bob\n");
	site_free(two);
}

Test(remember, r94_a_login_at_the_neighbours_leaves_the_browser_known)
{
	struct site *two = neighbour("cookie_name=__Host-two");
	struct visitor w = { .site = site };
	char before[80];

	get(&w, "op=signup+alice+correct-horse-7");
	get(&w, "op=enter+alice+correct-horse-7");
	snprintf(before, sizeof before, "%s", jar_get(&w, "__Host-device"));
	w.site = two;
	get(&w, "op=signup+bob+correct-horse-7");
	get(&w, "op=enter+bob+correct-horse-7");
	cr_assert_str_eq(jar_get(&w, "__Host-device"), before);
	site_free(two);
}

Test(remember, r94_a_family_of_another_store_is_not_taken_from_the_browser)
{
	struct site *two = neighbour(NULL);
	struct visitor w = remembered(), old = copy_of(&w);

	w.site = two;
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	cr_assert_str_eq(jar_get(&w, RID), jar_get(&old, RID));
	w.site = site;
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	site_free(two);
}

/* Its row is gone, and still the store knows that the family was its own. */
Test(remember, r94_a_family_that_was_ended_here_is_taken)
{
	struct visitor w = remembered();

	sql_run(site, "DELETE FROM family");
	cr_assert_str_eq(get(&w, who)->body, "-\n");
	cr_assert_null(jar_get(&w, RID));
}

/* 16 random bytes, without the store's mark. */
static void
as_of_0_1_0(struct visitor *w)
{
	uint8_t bytes[40], hash[SESS_KEY_LEN];
	char sql[200], hex[2 * SESS_KEY_LEN + 1], text[60];
	size_t i;

	cr_assert(decode_base64url(bytes, sizeof bytes, jar_get(w, RID),
	    strlen(jar_get(w, RID))));
	memset(bytes, 7, 16);
	encode_base64url(text, bytes, sizeof bytes);
	jar_set(w, RID, text);
	crypt_sha256(hash, "libsess-family-1", bytes, 16);
	for (i = 0; i < sizeof hash; i++)
		snprintf(hex + 2 * i, 3, "%02X", hash[i]);
	snprintf(sql, sizeof sql, "UPDATE family SET key = X'%s'", hex);
	sql_run(site, sql);
}

Test(remember, r94_a_cookie_of_0_1_0_counts_as_before)
{
	struct visitor w = remembered();

	as_of_0_1_0(&w);
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	close_browser(&w);
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
}

/* ---- r95: a session of nobody's ---------------------------------------- */

/* His session was over as he sent a form: what was in it is kept for him. */
static struct visitor
stashed(void)
{
	struct visitor w = remembered();

	cr_assert_str_eq(post(&w, "op=user&op=set+k+v")->body, "-\n");
	cr_assert_not_null(jar_get(&w, SID));
	return w;
}

Test(remember, r95_a_session_of_nobodys_becomes_his_and_its_fields_come_along)
{
	struct visitor w = stashed(), old = copy_of(&w);

	cr_assert_str_eq(get(&w, "op=user&op=get+k")->body, "alice\nv\n");
	cr_assert_str_neq(jar_get(&w, SID), jar_get(&old, SID));
	cr_assert_str_neq(jar_get(&w, RID), jar_get(&old, RID));
	cr_assert_eq(sessions(site), 1);
	cr_assert_eq(families(), 1);
	cr_assert_eq(sql_int(site, "SELECT anonymous FROM tally"), 0);
	cr_assert_str_eq(get(&w, "op=user&op=get+k")->body, "alice\nv\n");
	cr_assert_eq(alarms(), 0);
}

Test(remember, r95_its_old_id_opens_nothing_any_more)
{
	struct visitor w = stashed(), planter = copy_of(&w);

	get(&w, who);
	jar_set(&planter, RID, "");
	cr_assert_str_eq(get(&planter, "op=user&op=get+k")->body, "-\n-\n");
	site->now += 11;
	cr_assert_str_eq(get(&planter, "op=user&op=get+k")->body, "-\n-\n");
}

Test(remember, r95_such_a_session_is_as_any_that_remembering_began)
{
	struct visitor w = stashed();

	cr_assert_str_eq(get(&w, "op=fresh+100000")->body, "stale\n");
	cr_assert_eq(sql_int(site, "SELECT idle FROM session"), 1800);
	cr_assert_eq(sql_int(site, "SELECT ends - seen FROM session"),
	    8 * 3600);
	cr_assert_not_null(strstr(get(&w, "op=devices")->body,
	    "here remembered 192.0.2.1"));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event JOIN session "
	    "ON handle = session WHERE kind = 'login' AND "
	    "why = 'remembered'"), 1);
	get(&w, "op=logout");
	cr_assert_eq(sessions(site), 0);
	cr_assert_eq(families(), 0);
}

Test(remember, r95_a_form_leaves_it_nobodys)
{
	struct visitor w = stashed(), old = copy_of(&w);

	cr_assert_str_eq(post(&w, "op=user&op=get+k")->body, "-\nv\n");
	cr_assert_str_eq(jar_get(&w, RID), jar_get(&old, RID));
}

Test(remember, r95_a_tab_that_comes_late_joins)
{
	static const int after[] = { 0, 9, 11, 59 };
	struct visitor w, late;
	size_t i;

	for (i = 0; i < sizeof after / sizeof *after; i++) {
		with(NULL);
		w = stashed();
		late = copy_of(&w);
		get(&w, who);
		site->now += after[i];
		cr_assert_str_eq(get(&late, "op=user&op=get+k")->body,
		    "alice\nv\n", "%d s", after[i]);
		cr_assert_str_eq(jar_get(&late, RID), jar_get(&w, RID));
		cr_assert_str_eq(get(&w, who)->body, "alice\n");
		cr_assert_eq(sessions(site), 1);
		cr_assert_eq(alarms(), 0);
	}
}

/* He proved his password once more, and a tab beside it was slower. */
Test(remember, r95_a_late_tab_ends_no_session_of_its_own_family)
{
	struct visitor w = remembered(), late;

	get(&w, who);
	late = copy_of(&w);
	get(&w, "op=login+alice&op=set+k+v");
	cr_assert_str_eq(get(&late, who)->body, "-\n");
	cr_assert_str_eq(jar_get(&late, RID), jar_get(&w, RID));
	cr_assert_str_eq(get(&w, "op=user&op=get+k&op=fresh+9")->body,
	    "alice\nv\nfresh\n");
}

/* "RID SID" */
static void
come_back_from_nobody(struct site *twin, int n, const struct order *order,
    struct report *report)
{
	struct visitor w = { .site = twin };
	char token[80], id[80];

	(void)n;
	sscanf(order->text, "%79s %79s", token, id);
	jar_set(&w, RID, token);
	jar_set(&w, SID, id);
	report->value = strcmp(get(&w, "op=user&op=get+k")->body,
	    "alice\nv\n") == 0;
}

Test(remember, r95_four_tabs_at_once_have_one_session_and_its_fields)
{
	struct visitor w;
	struct crew crew;
	char both[170];
	int round;

	crew_start(&crew, 4, site, &ops, NULL, come_back_from_nobody);
	for (round = 0; round < 20; round++) {
		w = stashed();
		snprintf(both, sizeof both, "%s %s", jar_get(&w, RID),
		    jar_get(&w, SID));
		crew_round(&crew, round, site->now, both);
		cr_assert_eq(crew_count(&crew, 1), 4, "round %d", round);
		cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
		    "WHERE user IS NULL"), 0);
		cr_assert_eq(alarms(), 0);
		sql_run(site, "DELETE FROM session; DELETE FROM family");
	}
	cr_assert(crew_end(&crew));
}

Test(remember, r95_a_token_that_does_not_count_leaves_it_as_it_was)
{
	struct visitor w = stashed(), gone = copy_of(&w);
	char id[80];

	sql_run(site, "DELETE FROM family");
	snprintf(id, sizeof id, "%s", jar_get(&gone, SID));
	cr_assert_str_eq(get(&gone, "op=user&op=get+k")->body, "-\nv\n");
	cr_assert_str_eq(jar_get(&gone, SID), id);
	cr_assert_null(jar_get(&gone, RID));
	/* one that was used by another */
	with(NULL);
	w = stashed();
	gone = copy_of(&w);
	close_browser(&gone);
	get(&gone, who);
	site->now += 60;
	cr_assert_str_eq(get(&w, "op=user&op=get+k")->body, "-\nv\n");
	cr_assert_eq(alarms(), 1);
}

Test(remember, r95_among_too_many_sessions_it_stays_nobodys)
{
	struct visitor w, other;

	with("max_sessions=1\nsessions_full=refuse");
	w = stashed();
	sql_run(site, "DELETE FROM session WHERE user IS NOT NULL");
	other = (struct visitor){ .site = site };
	cr_assert_eq(get(&other, "op=login+alice")->status, 200);
	cr_assert_str_eq(get(&w, "op=user&op=get+k")->body, "-\nv\n");
	get(&other, "op=logout");
	cr_assert_str_eq(get(&w, "op=user&op=get+k")->body, "alice\nv\n");
}

Test(remember, r95_the_session_of_another_user_stays_his)
{
	struct visitor w = remembered(), bob = { .site = site };

	get(&bob, "op=login+bob");
	jar_set(&bob, RID, jar_get(&w, RID));
	cr_assert_str_eq(get(&bob, who)->body, "bob\n");
	cr_assert_str_eq(jar_get(&bob, RID), jar_get(&w, RID));
}

Test(remember, r95_who_logged_out_stays_so)
{
	struct visitor w = remembered();

	get(&w, "op=logout&op=flash+bye");
	cr_assert_not_null(jar_get(&w, SID));
	cr_assert_str_eq(get(&w, "op=user&op=takeflash")->body, "-\nbye\n");
	cr_assert_str_eq(get(&w, who)->body, "-\n");
}

Test(remember, r95_an_authorizer_changes_nothing)
{
	struct visitor w = stashed(), old = copy_of(&w);
	struct answer *a;

	site->service->app = &guard;
	a = get(&w, "op=user&op=get+k");
	cr_assert_str_eq(a->body, "-\nv\n");
	cr_assert_null(field_of(a, "Set-Cookie"));
	site->service->app = &ops;
	cr_assert_str_eq(jar_get(&w, RID), jar_get(&old, RID));
	cr_assert_str_eq(get(&w, "op=user&op=get+k")->body, "alice\nv\n");
}

/* An id that came another way is never promoted to a cookie. */
Test(remember, r95_an_id_of_the_query_stays_where_it_is)
{
	struct visitor w, other;
	char query[200];

	with("carry=cookie query");
	other = (struct visitor){ .site = site };
	get(&other, "op=set+k+v");
	w = remembered();
	snprintf(query, sizeof query, "sid=%s&op=user&op=get+k",
	    jar_get(&other, SID));
	cr_assert_str_eq(get(&w, query)->body, "-\nv\n");
}

/* ---- r96: a browser that lost its newest token ------------------------- */

#define DEVICE "__Host-device"

/* Closed, and alice's account knows the browser. */
static struct visitor
known_browser(void)
{
	struct visitor w = { .site = site };
	char device[80];

	w.extra[0] = "HTTP_USER_AGENT=Mozilla/5.0 Chrome/156";
	get(&w, "op=signup+alice+correct-horse-7");
	get(&w, "op=enter+alice+correct-horse-7&op=remember");
	snprintf(device, sizeof device, "%s", jar_get(&w, DEVICE));
	close_browser(&w);
	jar_set(&w, DEVICE, device);
	return w;
}

/* It returns, and crashes before the new cookies are on its disk. */
static void
crash(const struct visitor *w)
{
	struct visitor lost = copy_of(w);

	cr_assert_str_eq(get(&lost, "op=user&op=set+k+v")->body, "alice\n");
}

static void
expect_joins(struct visitor w, const char *why)
{
	cr_assert_str_eq(get(&w, "op=user&op=get+k")->body, "alice\nv\n",
	    "%s", why);
	cr_assert_eq(alarms(), 0, "%s", why);
	cr_assert_eq(sessions(site), 1, "%s", why);
	cr_assert_eq(families(), 1, "%s", why);
}

static void
expect_stolen(struct visitor w, const char *why)
{
	cr_assert_str_eq(get(&w, who)->body, "-\n", "%s", why);
	cr_assert_eq(alarms(), 1, "%s", why);
	cr_assert_eq(sessions(site), 0, "%s", why);
	cr_assert_eq(families(), 0, "%s", why);
}

Test(remember, r96_a_known_browser_that_crashed_joins_after_66_s)
{
	struct visitor w = known_browser();

	crash(&w);
	site->now += 66;
	expect_joins(copy_of(&w), "the cookie of before the crash");
	/* and on it goes from there */
	get(&w, who);
	site->now += DAY;
	close_browser(&w);
	cr_assert_str_eq(get(&w, who)->body, "alice\n");
	cr_assert_eq(alarms(), 0);
}

Test(remember, r96_it_may_crash_again_within_its_ten_minutes)
{
	struct visitor w = known_browser();

	crash(&w);
	site->now += 66;
	crash(&w);
	site->now += 200;
	crash(&w);
	site->now += 333;
	expect_joins(w, "599 s after the first");
}

Test(remember, r96_after_ten_minutes_it_is_a_theft)
{
	struct visitor w = known_browser();

	crash(&w);
	site->now += 601;
	expect_stolen(w, "10 min and 1 s");
}

Test(remember, r96_from_elsewhere_it_is_a_theft_after_a_minute)
{
	static const char *const others[] = { "HTTP_USER_AGENT=Evil/1",
		"HTTP_USER_AGENT=", "REMOTE_ADDR=192.0.2.2",
		"REMOTE_ADDR=2001:db8::1" };
	struct visitor w;
	size_t i;

	for (i = 0; i < sizeof others / sizeof *others; i++) {
		with(NULL);
		w = known_browser();
		crash(&w);
		site->now += 66;
		w.extra[i < 2 ? 0 : 1] = others[i];
		expect_stolen(w, others[i]);
	}
}

Test(remember, r96_with_another_device_cookie_it_is_a_theft_after_a_minute)
{
	struct visitor w = known_browser();
	char device[80];

	crash(&w);
	site->now += 66;
	snprintf(device, sizeof device, "%s", jar_get(&w, DEVICE));
	device[20] = device[20] == 'A' ? 'B' : 'A';
	jar_set(&w, DEVICE, device);
	expect_stolen(w, "one character is another");
}

Test(remember, r96_without_device_cookie_it_is_a_theft_after_a_minute)
{
	struct visitor w = known_browser();

	close_browser(&w);              /* the jar keeps the token alone */
	crash(&w);
	site->now += 66;
	expect_stolen(w, "nor had the first one any");
	with(NULL);
	w = known_browser();
	crash(&w);
	close_browser(&w);
	site->now += 66;
	expect_stolen(w, "only the first one had it");
}

Test(remember, r96_its_network_is_that_of_its_house)
{
	struct visitor w;

	with(NULL);
	w = known_browser();
	w.extra[1] = "REMOTE_ADDR=2001:db8:1:2::3";
	crash(&w);
	site->now += 66;
	w.extra[1] = "REMOTE_ADDR=2001:db8:1:2:ffff::4";
	expect_joins(w, "the same /64");
}

Test(remember, r96_whoever_uses_the_token_first_gains_nothing_by_it)
{
	struct visitor w = known_browser(), thief = copy_of(&w);

	thief.extra[0] = "HTTP_USER_AGENT=Evil/1";
	crash(&thief);
	site->now += 66;
	expect_stolen(w, "the owner is not where the thief was");
}

Test(remember, r96_a_logout_after_the_crash_is_no_theft)
{
	struct visitor w = known_browser();

	crash(&w);
	site->now += 66;
	cr_assert_eq(post(&w, log_out)->status, 200);
	expect_forgotten(&w, "a logout");
	cr_assert_eq(alarms(), 0);
	cr_assert_eq(sessions(site), 0);
}

/* What is kept of the browser says nothing of it to a reader of the store. */
Test(remember, r96_the_store_has_a_keyed_hash_of_the_browser)
{
	struct visitor w = known_browser();
	uint8_t device[40];

	crash(&w);
	cr_assert_eq(sql_int(site, "SELECT length(browser) FROM family"), 32);
	cr_assert(decode_base64url(device, sizeof device, jar_get(&w, DEVICE),
	    strlen(jar_get(&w, DEVICE))));
	expect_nowhere(device, sizeof device);
}

/* ---- what the visitor's browser and the page are told ------------------ */

Test(remember, the_cookie_lives_as_long_as_its_family)
{
	struct visitor w = remembered();
	char line[256];

	site->now += 10 * DAY;
	cookie_line(get(&w, who), RID, line);
	cr_assert_not_null(strstr(line, "; Max-Age=1728000;"), "%s", line);
	close_browser(&w);
	site->now = 1700000000 + 30 * DAY - 1;
	cookie_line(get(&w, who), RID, line);
	cr_assert_not_null(strstr(line, "; Max-Age=1;"), "%s", line);
}

Test(remember, a_tab_that_joins_hears_how_long_the_cookie_lives)
{
	struct visitor w = remembered(), late = copy_of(&w);
	char line[256];

	site->now += 10 * DAY;
	get(&w, who);
	cookie_line(get(&late, who), RID, line);
	cr_assert_not_null(strstr(line, "; Max-Age=1728000;"), "%s", line);
}

Test(remember, a_page_can_know_that_the_cookie_logged_its_visitor_in)
{
	static const char how[] = "op=remembered";
	struct visitor w = { .site = site }, late;

	cr_assert_str_eq(get(&w, how)->body, "not remembered\n");
	get(&w, log_in);
	cr_assert_str_eq(get(&w, how)->body, "not remembered\n", "by its id");
	close_browser(&w);
	late = copy_of(&w);
	cr_assert_str_eq(get(&w, how)->body, "remembered\n");
	cr_assert_str_eq(get(&w, how)->body, "not remembered\n");
	cr_assert_str_eq(get(&late, how)->body, "remembered\n", "it joins");
	w = stashed();
	cr_assert_str_eq(get(&w, how)->body, "remembered\n");
	close_browser(&w);
	cr_assert_str_eq(get(&w, "op=logout&op=remembered")->body,
	    "not remembered\n");
}

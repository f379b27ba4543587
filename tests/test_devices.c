/* test_devices.c - r11, r12, r13, S66: a user's sessions, seen and ended. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "stage.h"

TestSuite(devices, .init = stage_plain, .fini = stage_clear, .timeout = 60);

static struct visitor
logged_in(const char *user)
{
	struct visitor w = { .site = site };
	char query[80];

	snprintf(query, sizeof query, "op=login+%s", user);
	cr_assert_eq(get(&w, query)->status, 200);
	return w;
}

static const char *
user_of(struct visitor *w)
{
	return get(w, "op=user")->body;
}

/* The handle of this session, as its user sees it; 0: none is here. */
static int64_t
own_handle(struct visitor *w)
{
	const char *line = get(w, "op=devices")->body;
	char here[8];
	int64_t handle;

	for (; line != NULL && *line != '\0'; line = strchr(line, '\n') + 1)
		if (sscanf(line, "%" SCNd64 " %7s", &handle, here) == 2 &&
		    strcmp(here, "here") == 0)
			return handle;
	return 0;
}

static const char *
end_one(struct visitor *w, int64_t handle)
{
	char query[80];

	snprintf(query, sizeof query, "op=end+%" PRId64, handle);
	return get(w, query)->body;
}

static int
listed(struct visitor *w)
{
	return times_in(get(w, "op=devices")->body, "\n");
}

static int64_t
sessions_of(const char *user)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM session "
	    "WHERE user = '%s'", user);
	return sql_int(site, sql);
}

/* ---- r12: seen --------------------------------------------------------- */

Test(devices, r12_each_session_stands_in_the_list_and_one_is_here)
{
	struct visitor a, b, c, other = logged_in("bob");
	const char *list;

	a = logged_in("alice");
	site->now += 100;
	b = logged_in("alice");
	c = b;
	c.extra[0] = "HTTP_USER_AGENT=Lynx/2.9";
	site->now += 100;
	list = get(&a, "op=devices")->body;
	cr_assert_eq(times_in(list, "\n"), 2, "%s", list);
	cr_assert_eq(times_in(list, " here "), 1, "%s", list);
	cr_assert_eq(times_in(list, " there "), 1, "%s", list);
	cr_assert_eq(times_in(list, " - 192.0.2.1 \n"), 2, "%s", list);
	cr_assert_lt(strstr(list, " there "), strstr(list, " here "),
	    "newest use first, before this one: %s", list);
	get(&c, "op=user");
	list = get(&a, "op=devices")->body;
	cr_assert_not_null(strstr(list, " there - 192.0.2.1 Lynx/2.9\n"),
	    "where it was used last: %s", list);
	cr_assert_eq(listed(&other), 1, "each user has his own");
}

Test(devices, r12_who_is_not_logged_in_has_no_list)
{
	get(&v, "op=set+k+v");
	cr_assert_str_eq(get(&v, "op=devices&op=others&op=end+1"
	    "&op=happenings&op=error")->body, "0\nnone\nOK\n");
	logged_in("alice");
	cr_assert_eq(listed(&v), 0);
}

Test(devices, r12_what_is_over_is_in_no_list)
{
	struct visitor a = logged_in("alice"), b;

	site->now += 1000;
	b = logged_in("alice");
	site->now += 799;
	cr_assert_eq(listed(&b), 2);
	site->now += 1;
	cr_assert_eq(listed(&b), 1);
	cr_assert_str_eq(user_of(&a), "-\n");
}

Test(devices, r12_a_handle_is_random_and_neither_id_nor_hash_nor_row)
{
	struct visitor w[20];
	int64_t handle[20];
	char sql[300];
	int i, j, odd = 0;

	for (i = 0; i < 20; i++) {
		w[i] = logged_in("alice");
		handle[i] = own_handle(&w[i]);
		cr_assert_gt(handle[i], 0);
		for (j = 0; j < i; j++)
			cr_assert_neq(handle[i], handle[j]);
		odd += handle[i] > INT64_MAX / 2;
		snprintf(sql, sizeof sql, "SELECT count(*) FROM session s, "
		    "token t WHERE t.session = s.pk AND (s.pk = %" PRId64
		    " OR instr(hex(t.key), printf('%%X', %" PRId64 ")) > 0)",
		    handle[i], handle[i]);
		cr_assert_eq(sql_int(site, sql), 0);
	}
	cr_assert(odd > 0 && odd < 20, "all bits are used: %d", odd);
}

/* The page names each session by its handle; nothing there opens one. */
Test(devices, r12_no_answer_has_an_id_or_its_hash)
{
	struct visitor w[3];
	struct answer *a;
	uint8_t key[SESS_KEY_LEN];
	char hex[2 * SESS_KEY_LEN + 1];
	size_t i, j;

	for (i = 0; i < 3; i++)
		w[i] = logged_in("alice");
	a = get(&w[0], "op=devices&op=happenings");
	for (i = 0; i < 3; i++) {
		cr_assert_null(strstr(a->body, jar_get(&w[i], SID)));
		token_key(key, jar_get(&w[i], SID));
		for (j = 0; j < sizeof key; j++)
			snprintf(hex + 2 * j, 3, "%02x", key[j]);
		cr_assert_null(strcasestr(a->body, hex));
		cr_assert_null(memmem(a->body, a->body_len, key, 8));
	}
}

/* ---- r12: what a visitor says of himself ------------------------------- */

static int
show_agents(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const struct sess_device *d;
	size_t n;

	(void)req;
	for (d = sess_devices(s, &n); n > 0; d++, n--) {
		sess_res_html(res, d->agent);
		sess_res_puts(res, "|");
		sess_res_html(res, d->address);
		sess_res_puts(res, "\n");
	}
	return 200;
}

static const struct sess_app agents = { .handle = show_agents };

static struct answer *
agents_page(struct visitor *w)
{
	struct answer *a;

	site->service->app = &agents;
	a = get(w, NULL);
	site->service->app = &ops;
	return a;
}

Test(devices, r12_hostile_headers_come_out_as_they_are_or_escaped)
{
	static const struct {
		const char *agent, *plain, *html;
	} rows[] = {
		{ "<script>alert(1)</script>", "<script>alert(1)</script>",
		    "&lt;script&gt;alert(1)&lt;/script&gt;" },
		{ "\"' onload=x&amp;", "\"' onload=x&amp;",
		    "&quot;&#39; onload=x&amp;amp;" },
		{ "'; DROP TABLE session; --", "'; DROP TABLE session; --",
		    "&#39;; DROP TABLE session; --" },
		{ "%s%n", "%s%n", "%s%n" },
		{ "\xc3\xa9\xe2\x82\xac", "\xc3\xa9\xe2\x82\xac",
		    "\xc3\xa9\xe2\x82\xac" },
		{ "not \xff\xfe text", "not ", "not " },
	};
	char agent[80], want[160];
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct visitor w = { .site = site, .extra = { agent } };

		snprintf(agent, sizeof agent, "HTTP_USER_AGENT=%s",
		    rows[i].agent);
		snprintf(want, sizeof want, "here - 192.0.2.1 %s\n",
		    rows[i].plain);
		a = get(&w, "op=login+alice");
		cr_assert_eq(a->status, 200);
		a = get(&w, "op=devices&op=others");
		cr_assert_not_null(strstr(a->body, want), "%s", a->body);
		snprintf(want, sizeof want, "%s|192.0.2.1\n", rows[i].html);
		cr_assert_str_eq(agents_page(&w)->body, want);
	}
}

Test(devices, r12_an_address_is_one_whatever_is_claimed)
{
	static const char *const rows[][2] = {
		{ "203.0.113.9", " 203.0.113.9 " },
		{ "<b>1.2.3.4</b>", " 192.0.2.1 " },
		{ "203.0.113.9\"', evil", " 192.0.2.1 " },
		{ "1.2.3.4, 203.0.113.9", " 203.0.113.9 " },
		{ "2001:db8::1", " 2001:db8::1 " },
	};
	char claim[80];
	struct answer *a;
	size_t i;

	with("proxies=192.0.2.1");
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct visitor w = { .site = site, .extra = { claim } };

		snprintf(claim, sizeof claim, "HTTP_X_FORWARDED_FOR=%s",
		    rows[i][0]);
		get(&w, "op=login+alice");
		a = get(&w, "op=devices&op=others");
		cr_assert_not_null(strstr(a->body, rows[i][1]), "%s", a->body);
	}
}

Test(devices, r12_a_long_agent_is_cut_between_characters)
{
	char agent[400] = "HTTP_USER_AGENT=";
	struct visitor w = { .site = site, .extra = { agent } }, other = w;
	int64_t n;
	size_t len;

	memset(agent + 16, 'x', 198);
	memcpy(agent + 16 + 198, "\xe2\x82\xac\xe2\x82\xac", 7);
	get(&w, "op=login+alice");
	n = sql_int(site, "SELECT length(CAST(agent AS BLOB)) FROM session");
	cr_assert_eq(n, 198, "%" PRId64, n);
	len = strlen(agent);
	memmove(agent + 16, agent + 17, len - 16);      /* now one fits in */
	get(&other, "op=login+bob");
	n = sql_int(site, "SELECT length(CAST(agent AS BLOB)) FROM session "
	    "WHERE user = 'bob'");
	cr_assert_eq(n, 200, "%" PRId64, n);
	/* and it is the same browser the next time */
	get(&other, "op=user");
	cr_assert_eq(logged(site, "moved"), 0, "%s", site->log);
}

/* ---- r12, S66: ended --------------------------------------------------- */

Test(devices, r12_one_is_ended_and_the_others_live)
{
	struct visitor a = logged_in("alice"), b = logged_in("alice"),
	    c = logged_in("alice");
	int64_t handle = own_handle(&b);

	cr_assert_str_eq(end_one(&a, handle), "ended\n");
	cr_assert_str_eq(get(&b, "op=user&op=ended&op=new")->body,
	    "-\nended\nnew\n");
	cr_assert_str_eq(user_of(&a), "alice\n");
	cr_assert_str_eq(user_of(&c), "alice\n");
	cr_assert_eq(listed(&a), 2);
	cr_assert_str_eq(end_one(&a, handle), "none\n", "only once");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM token"), 2);
}

Test(devices, r12_nobody_ends_what_is_not_his)
{
	struct visitor alice = logged_in("alice"), bob = logged_in("bob"),
	    nobody = { .site = site };
	static const char *const wrong[] = { "0", "-1", "1",
		"9223372036854775807", "-9223372036854775808", "x", "" };
	int64_t handle = own_handle(&alice);
	char query[80];
	size_t i;

	cr_assert_str_eq(end_one(&bob, handle), "none\n");
	cr_assert_str_eq(end_one(&nobody, handle), "none\n");
	cr_assert_str_eq(get(&bob, "op=others")->body, "0\n");
	for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		snprintf(query, sizeof query, "op=end+%s", wrong[i]);
		cr_assert_str_eq(get(&bob, query)->body, "none\n", "%s",
		    wrong[i]);
	}
	cr_assert_str_eq(user_of(&alice), "alice\n");
	cr_assert_str_eq(user_of(&bob), "bob\n");
}

Test(devices, r12_to_end_this_one_is_to_log_out)
{
	struct visitor a = logged_in("alice"), b = logged_in("alice");
	struct visitor old = copy_of(&a);
	struct answer *answer;
	char query[80];

	snprintf(query, sizeof query, "op=end+%" PRId64 "&op=user",
	    own_handle(&a));
	answer = get(&a, query);
	cr_assert_str_eq(answer->body, "ended\n-\n");
	cr_assert_not_null(field_of(answer, "Clear-Site-Data"));
	cr_assert_null(jar_get(&a, SID));
	cr_assert_str_eq(user_of(&old), "-\n");
	cr_assert_str_eq(user_of(&b), "alice\n");
	cr_assert_eq(logged(site, "logout"), 1);
	cr_assert_eq(logged(site, "revoke"), 0);
}

/* A stolen id is cut off, whatever ids its session has had. */
Test(devices, s66_a_stolen_id_is_cut_off)
{
	struct visitor thief, alice = logged_in("alice"),
	    here = logged_in("alice");

	thief = copy_of(&alice);
	get(&thief, "op=rotate&op=set+k+v");
	cr_assert_str_eq(user_of(&thief), "alice\n");
	cr_assert_str_eq(end_one(&here, own_handle(&thief)), "ended\n");
	cr_assert_str_eq(user_of(&thief), "-\n");
	cr_assert_str_eq(user_of(&alice), "-\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 0);
	cr_assert_str_eq(user_of(&here), "alice\n");
}

static struct visitor saved;

static void
end_all_others(void)
{
	cr_assert_str_eq(get(&saved, "op=others")->body, "1\n");
}

Test(devices, s66_a_slow_request_of_an_ended_session_saves_nothing)
{
	struct visitor slow = logged_in("alice"), old;
	struct answer *a;

	saved = logged_in("alice");
	old = copy_of(&slow);
	ops_hook = end_all_others;
	a = get(&slow, "op=set+k+v&op=hook");
	cr_assert_eq(a->status, sess_err_status(SESS_EGONE));
	cr_assert_eq(times_in(site->log, " err=E_GONE "), 1);
	cr_assert_str_eq(user_of(&old), "-\n");
	cr_assert_eq(sessions_of("alice"), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 0);
	/* the one that only looked has its answer, and that was the last */
	slow = logged_in("alice");
	a = get(&slow, "op=user&op=hook");
	cr_assert_str_eq(a->body, "alice\n");
	cr_assert_str_eq(user_of(&slow), "-\n");
}

/* Or two who end each other would both be out. */
Test(devices, s66_a_slow_request_of_an_ended_session_ends_no_other)
{
	struct visitor slow = logged_in("alice");

	saved = logged_in("alice");
	ops_hook = end_all_others;
	cr_assert_eq(get(&slow, "op=hook&op=others")->status,
	    sess_err_status(SESS_EGONE));
	cr_assert_str_eq(user_of(&saved), "alice\n");
	cr_assert_eq(sessions_of("alice"), 1);
}

/* It is not the old one that comes back: its handle, too, is new. */
Test(devices, s66_who_logs_in_while_his_session_ends_has_one_he_can_end)
{
	struct visitor slow = logged_in("alice");
	int64_t handle;

	saved = logged_in("alice");
	ops_hook = end_all_others;
	cr_assert_eq(get(&slow, "op=hook&op=login+alice")->status, 200);
	cr_assert_str_eq(user_of(&slow), "alice\n");
	handle = own_handle(&slow);
	cr_assert_gt(handle, 0);
	cr_assert_eq(sql_int(site, "SELECT count(DISTINCT session) FROM event "
	    "WHERE kind = 'login'"), 3);
	cr_assert_str_eq(end_one(&saved, handle), "ended\n");
	cr_assert_str_eq(user_of(&slow), "-\n");
	cr_assert_str_eq(user_of(&saved), "alice\n");
}

Test(devices, sess_ended_is_true_for_who_lost_a_session)
{
	struct visitor a = logged_in("alice"), w = { .site = site };
	static const char rotated[] = "op=user&op=ended";

	cr_assert_str_eq(get(&w, rotated)->body, "-\nnot ended\n");
	cr_assert_str_eq(get(&a, rotated)->body, "alice\nnot ended\n");
	jar_set(&w, SID, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	cr_assert_str_eq(get(&w, rotated)->body, "-\nended\n");
	site->now += 1800;
	w = copy_of(&a);
	cr_assert_str_eq(get(&a, rotated)->body, "-\nended\n");
	cr_assert_str_eq(get(&w, rotated)->body, "-\nended\n",
	    "expired or unknown: not a word on which");
	/* late is neither */
	w = logged_in("alice");
	a = copy_of(&w);
	get(&w, "op=login+alice");
	cr_assert_str_eq(get(&a, rotated)->body, "-\nnot ended\n");
}

/* ---- r11: all of them -------------------------------------------------- */

Test(devices, r11_100_sessions_over_3_services_end_at_once)
{
	static const char settings[] = "max_sessions=1000";
	struct site *service[3];
	struct visitor w[100], bob;
	int i;

	with(settings);
	for (i = 0; i < 3; i++)
		service[i] = i == 0 ? site : quiet(site_twin(site, &ops,
		    settings));
	for (i = 0; i < 100; i++) {
		w[i] = (struct visitor){ .site = service[i % 3] };
		get(&w[i], i % 4 == 0 ? "op=login+alice&op=remember" :
		    "op=login+alice");
	}
	bob = logged_in("bob");
	for (i = 0; i < 100; i++)
		cr_assert_str_eq(user_of(&w[i]), "alice\n");
	cr_assert_str_eq(get(&w[50], "op=others")->body, "99\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 0);
	for (i = 0; i < 100; i++) {
		w[i].site = service[(i + 1) % 3];
		cr_assert_str_eq(user_of(&w[i]), i == 50 ? "alice\n" : "-\n",
		    "%d", i);
	}
	cr_assert_str_eq(user_of(&bob), "bob\n");
	cr_assert_eq(sessions_of("alice"), 1);
	for (i = 1; i < 3; i++)
		site_free(service[i]);
}

Test(devices, r11_what_remembers_others_goes_also_where_no_session_is_left)
{
	struct visitor away = { .site = site }, here = away;

	get(&away, "op=login+alice&op=remember");
	site->now += 1800;              /* over, and remembered */
	get(&here, "op=login+alice&op=remember");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 2);
	cr_assert_str_eq(get(&here, "op=others")->body, "0\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 1);
	cr_assert_str_eq(user_of(&away), "-\n");
	/* its own stays */
	site->now += 1800;
	cr_assert_str_eq(user_of(&here), "alice\n");
}

/* ---- r13: how many ----------------------------------------------------- */

Test(devices, r13_one_more_ends_the_one_longest_unused)
{
	struct visitor w[4];
	int i;

	with("max_sessions=3");
	for (i = 0; i < 3; i++) {
		w[i] = logged_in("alice");
		site->now += 100;
	}
	get(&w[0], "op=user");          /* not the oldest: used just now */
	w[3] = logged_in("alice");
	cr_assert_str_eq(user_of(&w[0]), "alice\n");
	cr_assert_str_eq(user_of(&w[1]), "-\n");
	cr_assert_str_eq(user_of(&w[2]), "alice\n");
	cr_assert_str_eq(user_of(&w[3]), "alice\n");
	cr_assert_eq(sessions_of("alice"), 3);
	cr_assert_eq(logged(site, "revoke"), 1, "%s", site->log);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event WHERE "
	    "kind = 'revoke' AND why = 'a login more than max_sessions'"), 1);
}

Test(devices, r13_one_more_is_refused_where_set)
{
	struct visitor w[3], late = { .site = NULL };
	struct answer *a;
	int i;

	with("max_sessions=3\nsessions_full=refuse");
	late.site = site;
	for (i = 0; i < 3; i++)
		w[i] = logged_in("alice");
	get(&late, "op=set+k+v");
	a = get(&late, "op=login+alice");
	cr_assert_eq(a->status, 403);
	cr_assert_eq(times_in(site->log, " err=E_SESSIONS "), 1);
	cr_assert_str_eq(get(&late, "op=user&op=get+k")->body, "-\nv\n",
	    "what he had stays his");
	cr_assert_eq(sessions_of("alice"), 3);
	logged_in("bob");
	get(&w[0], "op=logout");
	cr_assert_eq(get(&late, "op=login+alice")->status, 200);
	cr_assert_str_eq(user_of(&late), "alice\n");
	/* one that is over takes no room */
	site->now += 1800;
	for (i = 0; i < 3; i++)
		w[i] = logged_in("alice");
}

Test(devices, r13_to_log_in_again_in_the_same_session_is_not_one_more)
{
	struct visitor a, b;
	int i;

	with("max_sessions=2\nsessions_full=refuse");
	a = logged_in("alice");
	b = logged_in("alice");
	for (i = 0; i < 5; i++)
		cr_assert_eq(get(&a, "op=login+alice")->status, 200);
	cr_assert_str_eq(user_of(&a), "alice\n");
	cr_assert_str_eq(user_of(&b), "alice\n");
	cr_assert_eq(sessions_of("alice"), 2);
}

static void
log_in_once(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor w = { .site = twin };

	(void)who;
	(void)order;
	report->value = get(&w, "op=login+alice")->status;
}

static void
race_of_logins(const char *settings, int well)
{
	struct crew crew;
	int round;

	with(settings);
	crew_start(&crew, 20, site, &ops, settings, log_in_once);
	for (round = 0; round < 3; round++) {
		if (sql_int(site, "SELECT count(*) FROM sqlite_schema") > 0)
			sql_run(site, "DELETE FROM session");
		crew_round(&crew, round, site->now, NULL);
		cr_assert_eq(crew_count(&crew, 200), well);
		cr_assert_eq(crew_count(&crew, 403), 20 - well);
		cr_assert_eq(sessions_of("alice"), 5);
	}
	cr_assert(crew_end(&crew));
}

Test(devices, r13_a_race_of_20_logins_ends_at_5)
{
	race_of_logins("max_sessions=5", 20);
}

Test(devices, r13_a_race_of_20_logins_lets_5_in)
{
	race_of_logins("max_sessions=5\nsessions_full=refuse", 5);
}

/* test_account.c - who may log in, with which password. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "ops.h"

#define PW "wonderland-1865"
#define NEW "looking-glass-1871"
#define ARGON2 "$argon2id$v=19$m=19456,t=2,p=1$"
/* "password", with cost 4 */
#define BCRYPT "$2y$04$PlsXhmUYJLTySp3u05AcVuLYsLfkEHymbT1Vdy0mkzkY0TS3rwPdm"

static struct site *site;
static struct visitor a, b, c;

static void
setup(void)
{
	site = quiet(site_new(&ops, "login_tries=50\naddress_tries=1000"));
	a = b = c = (struct visitor){ .site = site };
}

static void
teardown(void)
{
	site_free(site);
}

TestSuite(account, .init = setup, .fini = teardown, .timeout = 120);

/* One operation, one answer. */
static void
says(struct visitor *v, const char *query, const char *line)
{
	struct answer *r = get(v, query);

	cr_assert_eq(r->status, 200, "%s: %d", query, r->status);
	cr_assert_eq(strlen(r->body), strlen(line) + 1, "%s: %s", query,
	    r->body);
	cr_assert(strncmp(r->body, line, strlen(line)) == 0, "%s: %s", query,
	    r->body);
}

static bool
is_user(struct visitor *v, const char *user)
{
	struct answer *r = get(v, "op=user");

	return r->status == 200 && strncmp(r->body, user, strlen(user)) == 0 &&
	    r->body[strlen(user)] == '\n';
}

/* ---- calls that the operations cannot make ----------------------------- */

static const char *call_name, *call_password;
static enum sess_err (*call)(struct sess *, const char *, const char *);
static enum sess_err called;

static int
call_page(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)res;
	called = call(s, call_name, call_password);
	return 200;
}

static const struct sess_app caller = { .handle = call_page };

static enum sess_err
do_call(struct visitor *v, enum sess_err (*f)(struct sess *, const char *,
    const char *), const char *name, const char *password)
{
	call = f;
	call_name = name;
	call_password = password;
	v->site->service->app = &caller;
	cr_assert_eq(get(v, NULL)->status, 200);
	v->site->service->app = &ops;
	return called;
}

static enum sess_err
disable(struct sess *s, const char *name, const char *password)
{
	(void)password;
	return sess_account_disable(s, name);
}

static enum sess_err
enable(struct sess *s, const char *name, const char *password)
{
	(void)password;
	return sess_account_enable(s, name);
}

static enum sess_err
reset(struct sess *s, const char *name, const char *password)
{
	(void)password;
	return sess_account_reset(s, name);
}

static struct sess_account_info info;

static enum sess_err
get_info(struct sess *s, const char *name, const char *password)
{
	(void)name;
	(void)password;
	return sess_account_info(s, &info);
}

/* ---- names ------------------------------------------------------------- */

#define N8 "abcdefgh"
#define N64 N8 N8 N8 N8 N8 N8 N8 N8

static const struct { const char *name; enum sess_err err; } names[] = {
	{ "a", SESS_OK }, { N64, SESS_OK }, { "alice@example.org", SESS_OK },
	{ "Zo\xC3\xAB de Vries", SESS_OK }, { "a  b", SESS_EINVAL },
	{ "'; DROP TABLE account; --", SESS_OK }, { "%", SESS_OK },
	{ "\xE5\xBC\xA0\xE4\xBC\x9F", SESS_OK }, { "<b>", SESS_OK },
	{ NULL, SESS_EINVAL }, { "", SESS_EINVAL }, { N64 "i", SESS_EINVAL },
	{ " a", SESS_EINVAL }, { "a ", SESS_EINVAL }, { " ", SESS_EINVAL },
	{ "a\tb", SESS_EINVAL }, { "a\nb", SESS_EINVAL },
	{ "\x7F", SESS_EINVAL }, { "a\xC2\x85", SESS_EINVAL },
	{ "a\xC2\x9F" "b", SESS_EINVAL }, { "a\xFF", SESS_EINVAL },
	{ "a\xC3", SESS_EINVAL }, { "\xC0\x80", SESS_EINVAL },
	{ "A", SESS_EEXIST }, { "ALICE@EXAMPLE.ORG", SESS_EEXIST },
	/* not ASCII: another name */
	{ "Zo\xC3\x8B de Vries", SESS_OK },
};

Test(account, names_are_a_line_of_text_and_one_in_any_case)
{
	enum sess_err err;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		err = do_call(&a, sess_account_import, names[i].name, BCRYPT);
		cr_assert_eq(err, names[i].err, "row %zu: %s", i,
		    sess_err_name(err));
		err = do_call(&a, sess_account_create, names[i].name, PW);
		cr_assert_eq(err, names[i].err == SESS_OK ? SESS_EEXIST :
		    names[i].err, "row %zu: %s", i, sess_err_name(err));
	}
}

/* To a reader each is "alice", or another name that is there. */
static const char *const look_alikes[] = {
	"alice\u00a0", "\u00a0alice", "al\u00adice", "alice\u200b",
	"\ufeffalice", "alice\u2003", "\u3000alice", "alice\u202f",
	"\u202eecila", "al\u2028ice", "al\u200dice", "al\u2060ice",
	"al\u034fice", "alice\ufe0f", "alice\U000e0041",
	/* these are letters, or signs, by their property */
	"alice\u3164", "alice\u115f", "alice\uffa0", "\u2800alice",
	"al\u180eice", "al\u061cice", "al\u2069ice", "Anna  Liddell",
};

Test(account, r79_a_new_name_looks_like_no_other_by_what_is_not_seen)
{
	enum sess_err err;
	size_t i;

	says(&a, "op=import+alice+" BCRYPT, "OK");
	for (i = 0; i < sizeof look_alikes / sizeof *look_alikes; i++) {
		err = do_call(&a, sess_account_create, look_alikes[i], PW);
		cr_expect_eq(err, SESS_EINVAL, "create, row %zu: %s", i,
		    sess_err_name(err));
		err = do_call(&a, sess_account_import, look_alikes[i],
		    BCRYPT);
		cr_expect_eq(err, SESS_EINVAL, "import, row %zu: %s", i,
		    sess_err_name(err));
	}
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM account"), 1);
}

Test(account, r79_honest_names_are_taken)
{
	static const char *const honest[] = { "Zo\u00e9", "Gau\u00df",
		"\u674e", "\u0410\u043b\u0438\u0441\u0430",
		"\u05d0\u05dc\u05d9\u05e1", "\u0639\u0644\u064a",
		"\uc568\ub9ac\uc2a4", "\u0906\u0932\u093f\u0938",
		"Zoe\u0301", "Anna Liddell", "O\u2019Hara", "\u00bfqu\u00e9?",
		"\U0001f407", "a-b_c.d+e@example.org" };
	enum sess_err err;
	size_t i;

	for (i = 0; i < sizeof honest / sizeof *honest; i++) {
		err = do_call(&a, sess_account_import, honest[i], BCRYPT);
		cr_expect_eq(err, SESS_OK, "row %zu: %s", i,
		    sess_err_name(err));
	}
}

/* They were made by a version that took them. */
Test(account, r79_a_name_that_is_there_logs_in)
{
	char sql[300];
	size_t i;

	says(&a, "op=import+alice+" BCRYPT, "OK");
	for (i = 0; i < sizeof look_alikes / sizeof *look_alikes; i++) {
		snprintf(sql, sizeof sql, "INSERT INTO account (name, hash, "
		    "created, changed) VALUES ('%s', '" BCRYPT "', 1, 1)",
		    look_alikes[i]);
		sql_run(site, sql);
		cr_assert_eq(do_call(&a, sess_account_login, look_alikes[i],
		    "password"), SESS_OK, "row %zu", i);
		cr_assert(is_user(&a, look_alikes[i]));
	}
}

Test(account, a_user_is_known_by_the_name_as_it_was_made)
{
	says(&a, "op=signup+Alice+" PW, "OK");
	says(&b, "op=signup+aLICE+" PW, "E_EXIST");
	says(&a, "op=enter+ALICE+" PW, "OK");
	cr_assert(is_user(&a, "Alice"));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM account"), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session "
	    "WHERE user = 'Alice'"), 1);
	cr_assert_eq(do_call(&a, get_info, NULL, NULL), SESS_OK);
	cr_assert_eq(info.created, site->now);
	cr_assert_eq(info.changed, site->now);
	cr_assert_eq(do_call(&b, get_info, NULL, NULL), SESS_NONE);
}

/* Two sign up at once: the second finds the name free, and then it is not. */
static void
signup_elsewhere(void)
{
	struct visitor v = { .site = site_twin(site, &ops, NULL) };

	says(&v, "op=import+alice+" BCRYPT, "OK");
	site_free(v.site);
}

Test(account, two_who_want_a_name_do_not_both_get_it)
{
	struct sess_service *sv = site->service;

	signup_elsewhere();
	get(&a, "op=user");
	cr_assert_eq(service_store(sv), SESS_OK);
	cr_assert_eq(sv->ops->account(sv->store, SESS_ACCOUNT_NEW, "ALICE",
	    ARGON2, NULL, site->now), SESS_EEXIST);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM account "
	    "WHERE hash = '" BCRYPT "'"), 1);
}

Test(account, r38_new_passwords_are_looked_at)
{
	says(&a, "op=signup+alice+short", "E_INVAL");
	says(&a, "op=signup+alice+password1", "E_WEAK");
	says(&a, "op=signup+alice+alicealice", "E_WEAK");
	cr_assert_eq(do_call(&a, sess_account_create, "alice", NULL),
	    SESS_EINVAL);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM account"), 0);
}

/* ---- logging in -------------------------------------------------------- */

Test(account, a_password_is_right_or_it_is_not)
{
	says(&a, "op=signup+alice+" PW, "OK");
	says(&b, "op=verify+alice+" PW, "OK");
	cr_assert(is_user(&b, "-"), "a check alone logs nobody in");
	says(&b, "op=verify+alice+wonderland-1866", "E_NONE");
	says(&b, "op=verify+bob+" PW, "E_NONE");
	says(&b, "op=enter+alice+wonderland-1866", "E_NONE");
	cr_assert(is_user(&b, "-"));
	cr_assert_eq(sessions(site), 0);
	says(&b, "op=enter+alice+" PW, "OK");
	cr_assert(is_user(&b, "alice"));
}

Test(account, any_text_is_a_wrong_name_or_password)
{
	static const char *const texts[] = { NULL, "", " ", "alice ",
		" alice", "\xFF", "alice\n", N64 "i", "%", "$argon2id$" };
	char *huge = calloc(1, 100001);
	size_t i;

	memset(huge, 'a', 100000);
	says(&a, "op=import+alice+" BCRYPT, "OK");
	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		cr_assert_eq(do_call(&a, sess_account_login, texts[i],
		    "password"), SESS_NONE, "name %zu", i);
		cr_assert_eq(do_call(&a, sess_account_login, "alice",
		    texts[i]), SESS_NONE, "password %zu", i);
		cr_assert_eq(do_call(&a, disable, texts[i], NULL), SESS_NONE);
		cr_assert_eq(do_call(&a, enable, texts[i], NULL), SESS_NONE);
		cr_assert_eq(do_call(&a, reset, texts[i], NULL), SESS_NONE);
		cr_assert_eq(do_call(&a, sess_account_import, "bob",
		    texts[i]), SESS_EINVAL);
	}
	cr_assert_eq(do_call(&a, sess_account_login, huge, "password"),
	    SESS_NONE);
	cr_assert_eq(do_call(&a, sess_account_login, "alice", huge),
	    SESS_NONE);
	says(&a, "op=enter+alice+password", "OK");
	cr_assert_eq(do_call(&a, sess_account_password, NULL, NULL),
	    SESS_NONE);
	cr_assert_eq(do_call(&a, sess_account_password, "password", NULL),
	    SESS_EINVAL);
	free(huge);
}

Test(account, who_proves_it_once_more_is_fresh)
{
	char *id;

	says(&a, "op=confirm+" PW, "E_NONE");
	says(&a, "op=signup+alice+" PW, "OK");
	says(&a, "op=enter+alice+" PW, "OK");
	id = strdup(jar_get(&a, SID));
	site->now += 600;
	says(&a, "op=fresh+300", "stale");
	says(&a, "op=confirm+wonderland-1866", "E_NONE");
	says(&a, "op=fresh+300", "stale");
	cr_assert_str_eq(jar_get(&a, SID), id);
	says(&a, "op=confirm+" PW, "OK");
	says(&a, "op=fresh+300", "fresh");
	cr_assert(is_user(&a, "alice"));
	cr_assert_str_neq(jar_get(&a, SID), id);
	cr_assert_eq(sessions(site), 1);
	free(id);
}

Test(account, a_user_without_account_confirms_nothing)
{
	get(&a, "op=login+bob");
	says(&a, "op=confirm+" PW, "E_NONE");
	says(&a, "op=password+" PW "+" NEW, "E_NONE");
	cr_assert_eq(do_call(&a, get_info, NULL, NULL), SESS_NONE);
	cr_assert(is_user(&a, "bob"));
}

/* ---- hashes that others made ------------------------------------------- */

static const char *const old[] = {
	BCRYPT,
	"$2b$05$oVn5C1EEZH5HbZj6vVJlyeiauoNCo66MUGrLsB1uS3YMtznRa2.F.",
	"$2a$05$V8NYoFIG/pMFTCdSK6vcIe1VXlDGpcOrU3/NqG.D8uzD1rffkSpna",
	"$6$rounds=1000$K.P96Hm92ZqWGK4A$7SnYqB.snB5Ls7NNLsggPz.ydYoyqOvk/gOm"
	"NCakhRlKmpaQoQmR/tbOMAdKc02PiZsdsl7ixCWR3y1pSBCpt0",
	"$7$66..../....saltsalt$kRNBSd9Yy6cC0G742nRdb1Q.xc6C/qc92L7qupMwal9",
	"$y$j75$Do09mPat0Ve38GtFQSxJu/$wOvvRi7BE7624xUcgRMR66MvL4RuFhfI/K980K8"
	"dAh9",
	"$argon2id$v=19$m=65536,t=4,p=1$WFo1Yjg0emVIeEJEeEZPaw$PJ9gHSHNNgHsS9Y"
	"RTvC71rXiJCqJdCNPMLfxtBzLsJQ",
};

#define IS_NEW "SELECT count(*) FROM account " \
	"WHERE substr(hash, 1, 31) = '" ARGON2 "'"

Test(account, r38_an_old_hash_is_replaced_at_the_login)
{
	char name[8];
	size_t i;

	for (i = 0; i < sizeof old / sizeof *old; i++) {
		snprintf(name, sizeof name, "u%zu", i);
		cr_assert_eq(do_call(&a, sess_account_import, name, old[i]),
		    SESS_OK, "row %zu", i);
		cr_assert_eq(do_call(&a, sess_account_verify, name,
		    "Password"), SESS_NONE, "row %zu", i);
		cr_assert_eq(sql_int(site, IS_NEW), (int64_t)i, "row %zu", i);
		cr_assert_eq(do_call(&a, sess_account_verify, name,
		    "password"), SESS_OK, "row %zu", i);
		cr_assert_eq(sql_int(site, IS_NEW), (int64_t)i + 1,
		    "row %zu", i);
		cr_assert_eq(do_call(&a, sess_account_verify, name,
		    "password"), SESS_OK, "row %zu", i);
		cr_assert_eq(do_call(&a, sess_account_verify, name,
		    "Password"), SESS_NONE, "row %zu", i);
	}
	/* it is the same password: sessions and logins under way go on */
	cr_assert_eq(sql_int(site, "SELECT max(version) FROM account"), 1);
}

/* bcrypt reads 72 bytes.  From the login on it counts what was typed there. */
Test(account, r38_the_73rd_byte_counts_after_the_upgrade)
{
	char password[80];

	memset(password, 'x', 73);
	password[73] = '\0';
	/* htpasswd -nbB -C 4, of 72 "x" */
	cr_assert_eq(do_call(&a, sess_account_import, "alice",
	    "$2y$04$cNmgpec/05ZbpK3h52QBnuXN"
	    "sX1.e6qe5jfMOT9f0W7TVIgKpQz5y"), SESS_OK);
	cr_assert_eq(do_call(&a, sess_account_verify, "alice", password),
	    SESS_OK);
	cr_assert_eq(sql_int(site, IS_NEW), 1);
	password[72] = 'y';
	cr_assert_eq(do_call(&a, sess_account_verify, "alice", password),
	    SESS_NONE);
	password[72] = 'x';
	cr_assert_eq(do_call(&a, sess_account_verify, "alice", password),
	    SESS_OK);
}

Test(account, r38_an_upgrade_never_undoes_a_new_password)
{
	struct sess_service *sv = site->service;

	says(&a, "op=import+alice+" BCRYPT, "OK");
	sql_run(site, "UPDATE account SET hash = 'another'");
	cr_assert_eq(sv->ops->account(sv->store, SESS_ACCOUNT_REHASH, "alice",
	    "anew", BCRYPT, site->now), SESS_OK);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM account "
	    "WHERE hash = 'another'"), 1);
}

Test(account, r38_who_may_not_enter_replaces_no_hash)
{
	says(&a, "op=import+alice+" BCRYPT, "OK");
	says(&a, "op=disable+alice", "OK");
	says(&a, "op=verify+alice+password", "E_NONE");
	cr_assert_eq(sql_int(site, IS_NEW), 0);
}

Test(account, r38_a_corrupt_hash_lets_nobody_in)
{
	static const char *const corrupt[] = { "", "x", "$", "$argon2id$",
		"$2y$04$", "$2y$31$PlsXhmUYJLTySp3u05AcVuLYsLfkEHymbT1Vdy0",
		"$argon2id$v=19$m=4000000000,t=2,p=1$AAAA$AAAA", "\xFF\xFE",
		"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$" };
	char sql[200];
	size_t i;

	says(&a, "op=import+alice+" BCRYPT, "OK");
	for (i = 0; i < sizeof corrupt / sizeof *corrupt; i++) {
		snprintf(sql, sizeof sql, "UPDATE account SET hash = '%s'",
		    corrupt[i]);
		sql_run(site, sql);
		forget(site);
		says(&a, "op=enter+alice+password", "E_NONE");
		cr_assert(is_user(&a, "-"), "%s", corrupt[i]);
		cr_assert_eq(times_in(site->log, "an account's hash"), 1);
		cr_assert_eq(logged(site, "login_failed"), 1);
	}
}

/* ---- another password -------------------------------------------------- */

static void
alice_is_everywhere(void)
{
	says(&a, "op=signup+alice+" PW, "OK");
	says(&a, "op=enter+alice+" PW, "OK");
	says(&b, "op=enter+Alice+" PW "&op=remember", "OK");
	says(&c, "op=enter+alice+" PW "&op=remember", "OK");
	cr_assert_eq(sessions(site), 3);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 2);
}

Test(account, r11_a_password_change_ends_all_other_sessions)
{
	struct visitor before;

	alice_is_everywhere();
	get(&c, "op=set+k+v");
	before = copy_of(&c);
	says(&c, "op=password+" PW "+" NEW, "OK");
	cr_assert_eq(sessions(site), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 0);
	cr_assert(is_user(&a, "-"));
	cr_assert(is_user(&b, "-"), "remembered");
	cr_assert(is_user(&before, "-"), "an old id, remembered");
	cr_assert(is_user(&c, "alice"));
	says(&c, "op=get+k", "v");
	says(&a, "op=enter+alice+" PW, "E_NONE");
	says(&a, "op=enter+alice+" NEW, "OK");
	cr_assert_eq(sql_int(site, "SELECT version FROM account"), 2);
}

Test(account, r11_a_password_that_is_not_changed_ends_nothing)
{
	alice_is_everywhere();
	says(&a, "op=password+wonderland-1866+" NEW, "E_NONE");
	says(&a, "op=password+" PW "+short", "E_INVAL");
	says(&a, "op=password+" PW "+password1", "E_WEAK");
	says(&a, "op=password+" PW "+alicealice", "E_WEAK");
	cr_assert_eq(get(&a, "op=password+" PW "+" NEW "&op=status+500")
	    ->status, 500);
	cr_assert_eq(sessions(site), 3);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 2);
	cr_assert_eq(sql_int(site, "SELECT version FROM account"), 1);
	cr_assert(is_user(&a, "alice"));
	cr_assert(is_user(&b, "alice"));
	says(&b, "op=verify+alice+" PW, "OK");
	cr_assert_eq(get(&(struct visitor){ .site = site },
	    "op=password+" PW "+" NEW)->status, 200);
	cr_assert_eq(sql_int(site, "SELECT version FROM account"), 1);
}

Test(account, r11_a_new_password_is_not_lost_by_a_logout)
{
	alice_is_everywhere();
	cr_assert_eq(get(&a, "op=password+" PW "+" NEW "&op=logout")->status,
	    500, "it would seem to be changed");
	cr_assert_eq(get(&b, "op=password+" PW "+" NEW "&op=login+bob")
	    ->status, 500);
	says(&c, "op=verify+alice+" PW, "OK");
	cr_assert_eq(get(&a, "op=password+" PW "+" NEW "&op=commit&op=logout")
	    ->status, 200);
	says(&b, "op=verify+alice+" NEW, "OK");
}

/* ---- what happens between the proof and the commit --------------------- */

static struct visitor other;
static const char *meanwhile;

static void
elsewhere(void)
{
	cr_assert_eq(get(&other, meanwhile)->status, 200);
}

/* Asks `slow`, where "op=hook" is `quick`, done by another process. */
static struct answer *
while_running(struct visitor *v, const char *slow, struct visitor *by,
    const char *quick)
{
	struct answer *r;

	other = copy_of(by);
	other.site = quiet(site_twin(site, &ops, NULL));
	meanwhile = quick;
	ops_hook = elsewhere;
	r = get(v, slow);
	by->site = site;
	memcpy(by->jar, other.jar, sizeof by->jar);
	site_free(other.site);
	return r;
}

Test(account, r11_of_two_password_changes_one_wins)
{
	struct answer *r;

	alice_is_everywhere();
	r = while_running(&a, "op=password+" PW "+of-the-loser&op=set+k+v"
	    "&op=remember&op=hook", &b, "op=password+" PW "+" NEW);
	cr_assert_eq(r->status, 403);
	cr_assert_not_null(strstr(site->log, "err=E_ACCOUNT"));
	cr_assert(is_user(&a, "-"));
	cr_assert(is_user(&b, "alice"));
	cr_assert_eq(sessions(site), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 0);
	cr_assert_eq(sql_int(site, "SELECT version FROM account"), 2);
	says(&c, "op=verify+alice+of-the-loser", "E_NONE");
	says(&c, "op=verify+alice+" NEW, "OK");
}

/* In the same session: its id is void then, so the loser has none. */
Test(account, r11_nor_do_two_tabs_change_it_both)
{
	struct visitor tab;

	says(&a, "op=signup+alice+" PW, "OK");
	says(&a, "op=enter+alice+" PW, "OK");
	tab = copy_of(&a);
	cr_assert_eq(while_running(&a, "op=password+" PW "+of-the-loser"
	    "&op=set+k+v&op=hook", &tab, "op=password+" PW "+" NEW)->status,
	    403);
	cr_assert(is_user(&tab, "alice"));
	cr_assert_eq(sessions(site), 1);
	says(&tab, "op=get+k", "-");
	says(&c, "op=verify+alice+" NEW, "OK");
}

Test(account, a_login_that_was_proved_before_does_not_begin_a_session)
{
	static const char *const quick[] = { "op=disable+alice",
		"op=disable+alice&op=enable+alice",
		"op=password+" PW "+" NEW };
	static const char *const slow[] = { "op=enter+alice+" PW "&op=hook",
		"op=set+k+v&op=enter+alice+" PW "&op=remember&op=hook" };
	struct answer *r;
	size_t i;

	says(&a, "op=signup+alice+" PW, "OK");
	for (i = 0; i < 6; i++) {
		b = c = (struct visitor){ .site = site };
		says(&b, "op=enter+alice+" PW, "OK");
		r = while_running(&c, slow[i % 2], &b, quick[i / 2]);
		cr_assert_eq(r->status, 403, "%zu: %d", i, r->status);
		cr_assert_null(strstr(r->head, SID "="), "%zu: %s", i, r->head);
		cr_assert_null(strstr(r->head, "__Host-remember="));
		cr_assert(is_user(&c, "-"));
		cr_assert_eq(sessions(site), i / 2 == 2, "%zu", i);
		cr_assert_eq(sql_int(site, "SELECT count(*) FROM family"), 0);
		sql_run(site, "DELETE FROM account; DELETE FROM session");
		says(&a, "op=signup+alice+" PW, "OK");
	}
}

Test(account, an_upgrade_of_the_hash_disturbs_no_login)
{
	says(&a, "op=import+alice+" BCRYPT, "OK");
	cr_assert_eq(while_running(&a, "op=enter+alice+password&op=hook", &b,
	    "op=enter+alice+password")->status, 200);
	cr_assert(is_user(&a, "alice"));
	cr_assert(is_user(&b, "alice"));
}

/* ---- disabled ---------------------------------------------------------- */

Test(account, r11_a_disabled_account_is_nowhere_and_enters_nowhere)
{
	struct site *twin[2];
	int i;

	alice_is_everywhere();
	for (i = 0; i < 2; i++)
		twin[i] = quiet(site_twin(site, &ops, NULL));
	a.site = twin[0];
	b.site = twin[1];
	cr_assert(is_user(&a, "alice"));
	cr_assert(is_user(&b, "alice"));
	says(&(struct visitor){ .site = site }, "op=disable+ALICE", "OK");
	cr_assert_eq(sessions(site), 0);
	cr_assert(is_user(&a, "-"));
	cr_assert(is_user(&b, "-"));
	cr_assert(is_user(&c, "-"));
	says(&a, "op=enter+alice+" PW, "E_NONE");
	says(&a, "op=enter+alice+wonderland-1866", "E_NONE");
	says(&b, "op=enable+ALICE", "OK");
	says(&b, "op=enable+alice", "OK");
	cr_assert(is_user(&b, "-"), "what has ended stays ended");
	says(&b, "op=enter+alice+" PW, "OK");
	cr_assert(is_user(&b, "alice"));
	cr_assert_eq(times_in(get(&b, "op=happenings")->body,
	    "account: enabled"), 2, "under his name");
	a.site = b.site = site;
	site_free(twin[0]);
	site_free(twin[1]);
}

Test(account, who_disables_himself_is_out)
{
	struct answer *r;

	says(&a, "op=signup+alice+" PW, "OK");
	says(&a, "op=enter+alice+" PW "&op=remember", "OK");
	r = get(&a, "op=disable+alice&op=user");
	cr_assert_eq(r->status, 200);
	cr_assert_str_eq(r->body, "OK\n-\n");
	cr_assert_null(jar_get(&a, SID));
	cr_assert_eq(sessions(site), 0);
}

Test(account, whom_an_operator_disables_does_not_learn_where_he_is)
{
	says(&a, "op=signup+alice+" PW, "OK");
	get(&b, "op=login+root");
	says(&b, "op=disable+alice", "OK");
	says(&b, "op=enable+alice", "OK");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM event "
	    "WHERE user = 'alice' AND why <> 'created' "
	    "AND session = 0 AND address IS NULL"), 2);
	cr_assert(is_user(&b, "root"));
}

/* ---- without a store --------------------------------------------------- */

static void
no_database(void)
{
	char path[128];
	FILE *f;

	close_store(site);
	snprintf(path, sizeof path, "%s/store.db-wal", site->folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/store.db", site->folder);
	f = fopen(path, "w");
	fprintf(f, "%4000s", "no database");
	fclose(f);
}

Test(account, a_store_that_is_down_is_told)
{
	static const char *const all[] = { "op=enter+alice+" PW,
		"op=verify+alice+" PW, "op=verify+bob+" PW,
		"op=signup+bob+" PW, "op=import+bob+" BCRYPT,
		"op=disable+alice", "op=enable+alice", "op=reset+alice" };
	size_t i;

	says(&a, "op=signup+alice+" PW, "OK");
	says(&a, "op=enter+alice+" PW, "OK");
	no_database();
	for (i = 0; i < sizeof all / sizeof *all; i++)
		says(&b, all[i], "E_CONF");
	cr_assert_eq(get(&a, "op=user")->status, 503);
	cr_assert_eq(get(&b, "op=limit+x+5+60")->status, 503);
}

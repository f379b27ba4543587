/* test_conf.c - the settings: defaults, the program's, a file's, the server's. */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "origin.h"
#include "setting.h"

static struct pool pool = POOL_INIT(1 << 20);
static char path[] = "/tmp/libsess-conf-XXXXXX", path_var[64], lines[4096];
static struct sess_conf conf;

static void
on_line(void *arg, const char *line)
{
	size_t n = strlen(lines);

	(void)arg;
	snprintf(lines + n, sizeof lines - n, "%s\n", line);
}

static const struct log log_to_lines = { .app = "x", .conf = &conf,
	.line = on_line };

static void
setup(void)
{
	close(mkstemp(path));
	snprintf(path_var, sizeof path_var, "LIBSESS_CONF=%s", path);
}

static void
teardown(void)
{
	unlink(path);
	pool_release(&pool);
}

TestSuite(conf, .init = setup, .fini = teardown);

static void
write_file(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	cr_assert_not_null(f);
	cr_assert_eq(fwrite(text, 1, n, f), n);
	cr_assert_eq(fclose(f), 0);
}

/* The settings of a program, of the file and of one variable. */
static enum sess_err
read_all(const struct sess_conf *program, const char *file, const char *var)
{
	char copy[512];
	char *vars[] = { path_var, copy, NULL };
	const struct sess_wire wire = { .vars = vars };

	snprintf(copy, sizeof copy, "%s", var != NULL ? var : "X=y");
	write_file(file, strlen(file));
	conf = program != NULL ? *program : (struct sess_conf){ 0 };
	*lines = '\0';
	return conf_read(&conf, &wire, &pool, &log_to_lines);
}

static enum sess_err
read_file(const char *file)
{
	return read_all(NULL, file, NULL);
}

/* One variable, and no file but what it names. */
static enum sess_err
read_variable(const char *var)
{
	char copy[512];
	char *vars[] = { copy, NULL };
	const struct sess_wire wire = { .vars = vars };

	snprintf(copy, sizeof copy, "%s", var);
	conf = (struct sess_conf){ 0 };
	*lines = '\0';
	return conf_read(&conf, &wire, &pool, &log_to_lines);
}

/* ---- the defaults ------------------------------------------------------ */

Test(conf, the_defaults_are_the_safe_ones)
{
	cr_assert_eq(read_file(""), SESS_OK);
	cr_assert_not_null(strstr(conf.store, "/lib/libsess/sess.db"));
	cr_assert_eq(strncmp(conf.store, "sqlite:/", 8), 0);
	cr_assert_eq(conf.policy, SESS_LAZY);
	cr_assert_eq(conf.carry, SESS_BY_COOKIE);
	cr_assert_str_eq(conf.param, "sid");
	cr_assert_str_eq(conf.cookie_name, "__Host-sid");
	cr_assert_str_eq(conf.cookie_path, "/");
	cr_assert_eq(conf.cookie_life, 0);
	cr_assert_eq(conf.same_site, SESS_LAX);
	cr_assert_not(conf.insecure_dev);
	cr_assert_eq(conf.hsts, 31536000);
	cr_assert_null(conf.origin);
	cr_assert_null(conf.proxies);
	cr_assert_eq(conf.idle, 1800);
	cr_assert_eq(conf.absolute, 28800);
	cr_assert_eq(conf.anon_idle, 1800);
	cr_assert_eq(conf.anon_absolute, 86400);
	cr_assert_eq(conf.rotate, 3600);
	cr_assert_eq(conf.remember, 30 * 86400);
	cr_assert_eq(conf.replay, SESS_REPLAY_NOTE);
	cr_assert_eq(conf.moved, SESS_MOVE_NOTE);
	cr_assert_eq(conf.sessions_full, SESS_FULL_OLDEST);
	cr_assert_eq(conf.wait, 5);
	cr_assert_eq(conf.max_cookie_bytes, 16384);
	cr_assert_eq(conf.max_cookies, 128);
	cr_assert_eq(conf.max_query_bytes, 16384);
	cr_assert_eq(conf.max_body_bytes, 1048576);
	cr_assert_eq(conf.max_pairs, 1000);
	cr_assert_eq(conf.max_name_bytes, 256);
	cr_assert_str_eq(conf.upload_dir, "/var/tmp");
	cr_assert_eq(conf.max_upload_bytes, 16777216);
	cr_assert_eq(conf.max_parts, 100);
	cr_assert_eq(conf.max_answer_bytes, 16777216);
	cr_assert_eq(conf.max_session_bytes, 65536);
	cr_assert_eq(conf.max_fields, 256);
	cr_assert_eq(conf.max_value_bytes, 16384);
	cr_assert_eq(conf.max_anonymous, 100000);
	cr_assert_eq(conf.max_sessions, 20);
	cr_assert_eq(conf.max_new, 100);
	cr_assert_eq(conf.max_unknown, 100);
	cr_assert_eq(conf.login_tries, 5);
	cr_assert_eq(conf.device_tries, 10);
	cr_assert_eq(conf.address_tries, 20);
	cr_assert_eq(conf.log_format, SESS_LOG_TEXT);
	cr_assert_eq(conf.log_to, SESS_LOG_STDERR);
	cr_assert_str_eq(lines, "");
}

Test(conf, the_cookie_s_name_follows_what_browsers_take)
{
	cr_assert_eq(read_file("insecure_dev=yes"), SESS_OK);
	cr_assert_str_eq(conf.cookie_name, "sid");
	cr_assert_eq(read_file("cookie_path=/~user/cgi-bin"), SESS_OK);
	cr_assert_str_eq(conf.cookie_name, "__Secure-sid");
	cr_assert_eq(read_file("cookie_path=/x\ninsecure_dev=yes"), SESS_OK);
	cr_assert_str_eq(conf.cookie_name, "sid");
}

/* ---- each setting, each good value ------------------------------------- */

enum kind { TEXT, TIME, SIZE, OTHER };

#define AT(member) offsetof(struct sess_conf, member)

static const struct { const char *key; enum kind kind; size_t at; } keys[] = {
	{ "store", TEXT, AT(store) }, { "policy", OTHER, AT(policy) },
	{ "carry", OTHER, AT(carry) }, { "param", TEXT, AT(param) },
	{ "cookie_name", TEXT, AT(cookie_name) },
	{ "cookie_path", TEXT, AT(cookie_path) },
	{ "cookie_life", TIME, AT(cookie_life) },
	{ "same_site", OTHER, AT(same_site) },
	{ "insecure_dev", OTHER, AT(insecure_dev) },
	{ "hsts", TIME, AT(hsts) },
	{ "origin", TEXT, AT(origin) }, { "proxies", TEXT, AT(proxies) },
	{ "proxy_header", OTHER, AT(proxy_header) },
	{ "idle", TIME, AT(idle) }, { "absolute", TIME, AT(absolute) },
	{ "anon_idle", TIME, AT(anon_idle) },
	{ "anon_absolute", TIME, AT(anon_absolute) },
	{ "rotate", TIME, AT(rotate) }, { "wait", TIME, AT(wait) },
	{ "max_cookie_bytes", SIZE, AT(max_cookie_bytes) },
	{ "max_cookies", SIZE, AT(max_cookies) },
	{ "max_query_bytes", SIZE, AT(max_query_bytes) },
	{ "max_body_bytes", SIZE, AT(max_body_bytes) },
	{ "max_pairs", SIZE, AT(max_pairs) },
	{ "max_name_bytes", SIZE, AT(max_name_bytes) },
	{ "upload_dir", TEXT, AT(upload_dir) },
	{ "max_upload_bytes", SIZE, AT(max_upload_bytes) },
	{ "max_parts", SIZE, AT(max_parts) },
	{ "max_answer_bytes", SIZE, AT(max_answer_bytes) },
	{ "max_session_bytes", SIZE, AT(max_session_bytes) },
	{ "max_fields", SIZE, AT(max_fields) },
	{ "max_value_bytes", SIZE, AT(max_value_bytes) },
	{ "max_anonymous", SIZE, AT(max_anonymous) },
	{ "log_format", OTHER, AT(log_format) },
	{ "log_to", OTHER, AT(log_to) },
};

#define KEYS (sizeof keys / sizeof *keys)

static const struct { const char *text; int64_t n; } times[] = {
	{ "1", 1 }, { "90", 90 }, { "90s", 90 }, { "30m", 1800 },
	{ "8h", 28800 }, { "2d", 172800 }, { "007", 7 }, { "never", -1 },
	{ "316224000", 316224000 }, { "3660d", 316224000 },
};

static const struct { const char *text; size_t n; } sizes[] = {
	{ "1", 1 }, { "16384", 16384 }, { "16k", 16384 }, { "1m", 1048576 },
	{ "1024m", 1073741824 }, { "1073741824", 1073741824 },
};

static const char *const bad_times[] = { "0", "-1", "+1", " 1", "1 ", "1.5",
	"0x10", "1e3", "s", "m", "1ss", "1sm", "1S", "1M", "1w", "1y", "1ms",
	"1k", "never!", "Never", "forever", "ten", "", "30 m", "1h30m", "0s",
	"316224001", "3661d", "87841h", "9223372036854775807",
	"9223372036854775808", "18446744073709551617",
	"99999999999999999999999", "1\xC3\xBC", "\xD9\xA1" };

static const char *const bad_sizes[] = { "0", "-1", "+1", " 1", "1 ", "1.5",
	"0x10", "k", "1K", "1M", "1g", "1kb", "1kk", "never", "", "0k",
	"1073741825", "1025m", "1048577k", "4294967297",
	"18446744073709551617", "1m1" };

static const void *
at(size_t i)
{
	return (const char *)&conf + keys[i].at;
}

/* Each value of a setting by itself: setting_set(). */
static const char *
good_text(const char *key)
{
	return strcmp(key, "store") == 0 ? "sqlite:/a" :
	    strcmp(key, "origin") == 0 ? "https://a" :
	    strcmp(key, "proxies") == 0 ? "127.0.0.1" :
	    strcmp(key, "upload_dir") == 0 ? "/a" : "a";
}

Test(conf, each_time_and_size_takes_the_values_it_should)
{
	size_t i, j;

	for (i = 0; i < KEYS; i++) {
		for (j = 0; keys[i].kind == TIME && j < sizeof times /
		    sizeof *times; j++) {
			cr_assert_null(setting_set(&conf, &pool, keys[i].key,
			    times[j].text), "%s=%s", keys[i].key,
			    times[j].text);
			cr_assert_eq(*(const int64_t *)at(i), times[j].n,
			    "%s=%s", keys[i].key, times[j].text);
		}
		for (j = 0; keys[i].kind == SIZE && j < sizeof sizes /
		    sizeof *sizes; j++) {
			cr_assert_null(setting_set(&conf, &pool, keys[i].key,
			    sizes[j].text), "%s=%s", keys[i].key,
			    sizes[j].text);
			cr_assert_eq(*(const size_t *)at(i), sizes[j].n,
			    "%s=%s", keys[i].key, sizes[j].text);
		}
		if (keys[i].kind == TEXT) {
			const char *text = good_text(keys[i].key);

			cr_assert_null(setting_set(&conf, &pool, keys[i].key,
			    text));
			cr_assert_str_eq(*(const char *const *)at(i), text);
		}
	}
}

Test(conf, no_setting_takes_a_senseless_value)
{
	size_t i, j;

	for (i = 0; i < KEYS; i++) {
		cr_assert_not_null(setting_set(&conf, &pool, keys[i].key, ""),
		    "%s: empty", keys[i].key);
		for (j = 0; keys[i].kind == TIME && j < sizeof bad_times /
		    sizeof *bad_times; j++) {
			/* nothing is what cookie_life is by default */
			if (strcmp(keys[i].key, "cookie_life") == 0 &&
			    bad_times[j][0] == '0')
				continue;
			cr_assert_not_null(setting_set(&conf, &pool, keys[i].key,
			    bad_times[j]), "%s=%s", keys[i].key,
			    bad_times[j]);
		}
		for (j = 0; keys[i].kind == SIZE && j < sizeof bad_sizes /
		    sizeof *bad_sizes; j++)
			cr_assert_not_null(setting_set(&conf, &pool, keys[i].key,
			    bad_sizes[j]), "%s=%s", keys[i].key,
			    bad_sizes[j]);
	}
}

static const struct { const char *key, *value; int n; } words[] = {
	{ "policy", "lazy", SESS_LAZY }, { "policy", "always", SESS_ALWAYS },
	{ "policy", "login-only", SESS_LOGIN_ONLY },
	{ "policy", "Lazy", -1 }, { "policy", "login_only", -1 },
	{ "policy", "lazy,always", -1 }, { "policy", "0", -1 },
	{ "policy", "laz", -1 }, { "policy", "lazyy", -1 },
	{ "same_site", "lax", SESS_LAX }, { "same_site", "strict",
	    SESS_STRICT }, { "same_site", "none", SESS_CROSS_SITE },
	{ "same_site", "None", -1 }, { "same_site", "off", -1 },
	{ "same_site", "cross-site", -1 },
	{ "insecure_dev", "yes", 1 }, { "insecure_dev", "1", 1 },
	{ "insecure_dev", "no", 0 }, { "insecure_dev", "0", 0 },
	{ "insecure_dev", "true", -1 }, { "insecure_dev", "on", -1 },
	{ "insecure_dev", "YES", -1 }, { "insecure_dev", "2", -1 },
	{ "insecure_dev", "maybe", -1 },
	{ "carry", "cookie", 1 }, { "carry", "query", 2 },
	{ "carry", "field", 4 }, { "carry", "bearer", 8 },
	{ "carry", "cookie query", 3 }, { "carry", "cookie,bearer", 9 },
	{ "carry", "bearer, field, query, cookie", 15 },
	{ "carry", "cookie cookie", 1 },
	{ "carry", "none", -1 }, { "carry", "cookie;query", -1 },
	{ "carry", "cookies", -1 }, { "carry", "Cookie", -1 },
	{ "carry", ",", -1 }, { "carry", " ", -1 },
	{ "carry", "cookie path", -1 }, { "carry", "15", -1 },
	{ "proxy_header", "x-forwarded-for", SESS_X_FORWARDED_FOR },
	{ "proxy_header", "forwarded", SESS_FORWARDED },
	{ "proxy_header", "Forwarded", -1 },
	{ "proxy_header", "x-real-ip", -1 },
	{ "log_format", "text", SESS_LOG_TEXT },
	{ "log_format", "json", SESS_LOG_JSON },
	{ "log_format", "JSON", -1 }, { "log_format", "1", -1 },
	{ "log_format", "text,json", -1 }, { "log_format", "syslog", -1 },
	{ "log_to", "stderr", SESS_LOG_STDERR },
	{ "log_to", "syslog", SESS_LOG_SYSLOG },
	{ "log_to", "Syslog", -1 }, { "log_to", "/var/log/x", -1 },
	{ "log_to", "stderr syslog", -1 }, { "log_to", "json", -1 },
};

static int
word_of(const char *key)
{
	return strcmp(key, "policy") == 0 ? (int)conf.policy :
	    strcmp(key, "same_site") == 0 ? (int)conf.same_site :
	    strcmp(key, "carry") == 0 ? (int)conf.carry :
	    strcmp(key, "proxy_header") == 0 ? (int)conf.proxy_header :
	    strcmp(key, "log_format") == 0 ? (int)conf.log_format :
	    strcmp(key, "log_to") == 0 ? (int)conf.log_to :
	    conf.insecure_dev;
}

Test(conf, words_are_those_of_the_manual)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		const char *wrong = setting_set(&conf, &pool, words[i].key,
		    words[i].value);

		cr_assert_eq(wrong == NULL, words[i].n >= 0, "%s=%s",
		    words[i].key, words[i].value);
		if (wrong == NULL)
			cr_assert_eq(word_of(words[i].key), words[i].n,
			    "%s=%s", words[i].key, words[i].value);
	}
}

Test(conf, a_key_is_one_of_them)
{
	static const char *const no_keys[] = { "", "x", "Idle", "IDLE", "idl",
		"idlee", " idle", "idle ", "idle=", "trace", "log", "clock",
		"clock_arg", "max-pairs", "store.x", "conf" };
	size_t i;

	for (i = 0; i < sizeof no_keys / sizeof *no_keys; i++)
		cr_assert_not_null(setting_set(&conf, &pool, no_keys[i], "1"),
		    "<%s>", no_keys[i]);
}

/* ---- the file ---------------------------------------------------------- */

Test(conf, a_file_has_comments_blanks_and_line_ends_of_any_kind)
{
	cr_assert_eq(read_file("# comment\n\n  \t\n  # indented = comment\n"
	    "idle=10m\n  absolute \t = \t 1h  \nrotate = never\r\n"
	    "proxies = 10.0.0.1 ::1\n"
	    "store = sqlite:/a b/c=d#e\n"
	    "idle = 20m\n"
	    "max_pairs=7"), SESS_OK, "%s", lines);
	cr_assert_eq(conf.idle, 1200, "the last one counts");
	cr_assert_eq(conf.absolute, 3600);
	cr_assert_eq(conf.rotate, -1);
	cr_assert_str_eq(conf.proxies, "10.0.0.1 ::1");
	cr_assert_str_eq(conf.store, "sqlite:/a b/c=d#e");
	cr_assert_eq(conf.max_pairs, 7, "no line end at the end");
}

#define TIMES "it takes 90, 90s, 30m, 8h, 2d"
#define SIZES "it takes 5000, 16k, 1m"
#define IN_MEMORY "sqlite::memory: ends with its program, and each process and " \
	"thread would have its own: only a program itself can set it " \
	"(sess_conf.store): it takes sqlite:/PATH/sess.db"
#define NONE "no such setting: they are the members of struct sess_conf in " \
	"sess.h"
#define MEANT "no such setting: did you mean "
#define NO_EQUALS "a line without =: a line is name = value, or begins with #"

/* What the log line must say: file and line, key, what is wrong. */
static const struct { const char *file, *says; } wrong_files[] = {
	{ "nonsense", ":1: " NO_EQUALS },
	{ "\n\n# x\nidle\n", ":4: " NO_EQUALS },
	{ "idle=1m\nidel=1m\n", ":2: " MEANT "idle?" },
	{ "=1\n", ":1: " NONE },
	{ "idle=\n", ":1: idle: no value: " TIMES },
	{ "idle=  \n", ":1: idle: no value: " TIMES },
	{ "rotate=\n", ":1: rotate: no value: " TIMES ", never" },
	{ "store=\n", ":1: store: no value: it takes sqlite:/PATH/sess.db" },
	{ "store=sqlite::memory:\n", ":1: store: " IN_MEMORY },
	{ "idle=ten\n", ":1: idle: not valid: " TIMES },
	{ "max_pairs=0", ":1: max_pairs: not valid: " SIZES },
	{ "idle=1m # not a comment\n", ":1: idle: not valid: " TIMES },
	{ "[section]\n", ":1: " NO_EQUALS },
	{ "idle: 1m\n", ":1: " NO_EQUALS },
	{ "export idle=1m\n", ":1: " NONE },
	{ "LIBSESS_IDLE=1m\n", ":1: " MEANT "idle?" },
	{ "\xEF\xBB\xBFidle=1m\n", ":1: " NONE },
	{ "policy=sometimes\n", ":1: policy: not valid: it takes lazy "
	    "(the default), always, login-only" },
	{ "carry=by hand\n", ":1: carry: not valid: it takes any of cookie, "
	    "query, field, bearer" },
	{ "insecure_dev=perhaps\n", ":1: insecure_dev: not valid: it takes "
	    "yes, no" },
	{ "proxies=10.1.2.3/8\n", ":1: proxies: not valid: it takes addresses "
	    "and networks such as 127.0.0.1 10.0.0.0/8 fd00::/8; no names, no "
	    "10.1.2.3/8 (that network is 10.0.0.0/8), and not 0.0.0.0/0, which "
	    "would believe everybody" },
};

Test(conf, a_wrong_line_is_named_with_its_file_and_number)
{
	char expected[512];
	size_t i;

	for (i = 0; i < sizeof wrong_files / sizeof *wrong_files; i++) {
		cr_assert_eq(read_file(wrong_files[i].file), SESS_ECONF,
		    "row %zu", i);
		snprintf(expected, sizeof expected, " app=x event=conf "
		    "err=E_CONF why=\"%s%s\"\n", path, wrong_files[i].says);
		cr_assert_str_eq(strchr(strchr(lines, ' ') + 1, ' '), expected,
		    "row %zu", i);
	}
}

/* ---- what was meant (r98) ---------------------------------------------- */

Test(conf, r98_a_name_like_a_setting_s_is_told_which)
{
	static const struct { char var[40]; const char *says; } rows[] = {
		{ "LIBSESS_STROE=sqlite:/x/y", "LIBSESS_STROE: no such "
		    "setting: did you mean LIBSESS_STORE?" },
		{ "LIBSESS_idle=1h", "did you mean LIBSESS_IDLE?" },
		{ "LIBSESS_PROXY=10.0.0.1", "they are the members of" },
		{ "LIBSESS_PROXIS=10.0.0.1", "did you mean LIBSESS_PROXIES?" },
		{ "LIBSESS_COOKIENAME=x", "did you mean LIBSESS_COOKIE_NAME?" },
		{ "LIBSESS_MAX_BODY_BITES=1", "LIBSESS_MAX_BODY_BYTES?" },
		{ "LIBSESS_X=1", "they are the members of" },
		{ "LIBSESS_ORACLE=1", "they are the members of" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_expect_eq(read_variable(rows[i].var), SESS_ECONF, "%s",
		    rows[i].var);
		cr_expect_not_null(strstr(lines, rows[i].says), "%s", lines);
	}
}

/* So that none is left out where names are compared. */
Test(conf, r98_each_setting_is_found_with_two_letters_changed_places)
{
	const struct setting *s;
	char name[64];
	size_t n;

	for (s = settings; s < settings + SETTINGS; s++) {
		n = strlen(s->key);
		memcpy(name, s->key, n + 1);
		name[n - 1] = s->key[n - 2];
		name[n - 2] = s->key[n - 1];
		cr_expect_eq(origin_near(name, n), s, "%s", name);
	}
}

Test(conf, r98_a_path_in_place_of_a_store_is_told_and_an_address_is_not)
{
	cr_expect_eq(read_variable("LIBSESS_STORE=/x/s.db"), SESS_ECONF);
	cr_expect_not_null(strstr(lines, "LIBSESS_STORE = /x/s.db: not valid: "
	    "it takes sqlite:/PATH/sess.db"), "%s", lines);
	cr_expect_eq(read_variable("LIBSESS_STORE=redis://:hunter2@x"),
	    SESS_ECONF);
	cr_expect_null(strstr(lines, "hunter2"), "%s", lines);
}

Test(conf, r98_a_file_that_is_not_there_is_told_with_the_remedy)
{
	cr_expect_eq(read_variable("LIBSESS_CONF=/nonexistent/x"), SESS_ECONF);
	cr_expect_not_null(strstr(lines, "LIBSESS_CONF = /nonexistent/x: "
	    "cannot be opened: No such file or directory: make it, or remove "
	    "LIBSESS_CONF; without it "), "%s", lines);
}

Test(conf, r98_a_file_that_may_not_be_read_is_told_with_who_we_are)
{
	write_file("idle=1h\n", 8);
	cr_assert_eq(chmod(path, 0600), 0);
	cr_assert_eq(seteuid(4242), 0, "only root can become another");
	cr_expect_eq(read_variable(path_var), SESS_ECONF);
	cr_assert_eq(seteuid(0), 0);
	cr_expect_not_null(strstr(lines, "Permission denied: user 4242 must be "
	    "able to read it: chgrp "), "%s", lines);
	cr_expect_not_null(strstr(lines, " && chmod g+r /"), "%s", lines);
}

Test(conf, r98_a_file_of_our_own_that_may_not_be_read_is_told_with_its_chmod)
{
	write_file("idle=1h\n", 8);
	cr_assert_eq(chown(path, 4242, 0), 0, "only root can give it away");
	cr_assert_eq(chmod(path, 0000), 0);
	cr_assert_eq(seteuid(4242), 0);
	cr_expect_eq(read_variable(path_var), SESS_ECONF);
	cr_assert_eq(seteuid(0), 0);
	cr_expect_not_null(strstr(lines, "able to read it: chmod u+r /"), "%s",
	    lines);
}

Test(conf, r98_a_file_in_a_folder_that_may_not_be_entered_is_told_so)
{
	static char var[] = "LIBSESS_CONF=/root/libsess.conf";

	cr_assert_eq(seteuid(4242), 0, "only root can become another");
	cr_expect_eq(read_variable(var), SESS_ECONF);
	cr_assert_eq(seteuid(0), 0);
	cr_expect_not_null(strstr(lines, "Permission denied: user 4242 may "
	    "not enter a folder on this path: namei -l /root/libsess.conf "
	    "shows which"), "%s", lines);
}

/* Till the line that names another format, it is text. */
Test(conf, what_is_wrong_is_told_in_the_format_known_so_far)
{
	cr_assert_eq(read_file("idel=1\nlog_format=json\n"), SESS_ECONF);
	cr_assert_eq(strncmp(lines, "libsess time=", 13), 0, "%s", lines);
	cr_assert_eq(read_file("log_format=json\nidel=1\n"), SESS_ECONF);
	cr_assert_eq(strncmp(lines, "{\"time\":\"", 9), 0, "%s", lines);
	cr_assert_not_null(strstr(lines, ":2: " MEANT "idle?\"}\n"), "%s",
	    lines);
	cr_assert_eq(read_file("log_format=xml\n"), SESS_ECONF);
	cr_assert_eq(strncmp(lines, "libsess time=", 13), 0, "%s", lines);
}

Test(conf, a_file_that_cannot_be_read_is_an_error)
{
	static char folder[] = "LIBSESS_CONF=/tmp",
	    none[] = "LIBSESS_CONF=/nonexistent/x", empty[] = "LIBSESS_CONF=";
	char *const tries[] = { folder, none, empty };
	size_t i;

	for (i = 0; i < 3; i++) {
		char *vars[] = { tries[i], NULL };
		const struct sess_wire wire = { .vars = vars };

		*lines = '\0';
		conf = (struct sess_conf){ 0 };
		cr_assert_eq(conf_read(&conf, &wire, &pool, &log_to_lines),
		    SESS_ECONF, "%s", tries[i]);
		cr_assert_not_null(strstr(lines, "err=E_CONF"), "%s", lines);
		cr_assert_not_null(strstr(lines, tries[i] + 13), "%s", lines);
	}
}

/* fgets() cuts them up; half a comment must not become a setting. */
Test(conf, a_long_line_is_one_line)
{
	static const size_t lengths[] = { 4000, 4093, 4094, 4095, 4096, 4097,
		5000, 8190, 10000 };
	static char file[16384];
	size_t i, n;

	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		n = lengths[i];
		memset(file, '-', n);
		file[0] = '#';
		snprintf(file + n, sizeof file - n, "idle=1s\nmax_pairs=7\n");
		if (read_file(file) != SESS_OK)
			continue;       /* refusing it is as good */
		cr_assert_eq(conf.idle, 1800, "%zu bytes of comment", n);
		cr_assert_eq(conf.max_pairs, 7, "%zu bytes of comment", n);
	}
	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		n = lengths[i];
		memset(file, 'x', n);
		memcpy(file, "origin=", 7);
		snprintf(file + n, sizeof file - n, "idle=1s\nmax_pairs=7\n");
		if (read_file(file) != SESS_OK)
			continue;
		cr_assert_eq(conf.idle, 1800, "%zu bytes of value", n);
		cr_assert_eq(strlen(conf.origin), n, "not cut");
	}
}

Test(conf, a_line_number_counts_lines)
{
	static char file[16384];

	memset(file, '-', 9000);
	file[0] = '#';
	snprintf(file + 9000, sizeof file - 9000, "\nidel=1\n");
	cr_assert_eq(read_file(file), SESS_ECONF);
	cr_assert(strstr(lines, ":2: " NONE) != NULL ||
	    strstr(lines, ":1: ") != NULL, "%s", lines);
}

Test(conf, a_nul_hides_nothing)
{
	static const char file[] = "idle=1m\0garbage\nmax_pairs=7\n";
	char *vars[] = { path_var, NULL };
	const struct sess_wire wire = { .vars = vars };

	write_file(file, sizeof file - 1);
	cr_assert_eq(conf_read(&conf, &wire, &pool, &log_to_lines),
	    SESS_ECONF, "what stands behind the NUL was passed over");
}

/* ---- the variables ----------------------------------------------------- */

Test(conf, last_wins_of_defaults_program_file_and_variable)
{
	const struct sess_conf program = { .idle = 111, .max_pairs = 11,
	    .param = "p", .policy = SESS_ALWAYS, .same_site = SESS_STRICT,
	    .carry = SESS_BY_BEARER };

	cr_assert_eq(read_all(NULL, "", NULL), SESS_OK);
	cr_assert_eq(conf.idle, 1800, "the default");
	cr_assert_eq(read_all(&program, "", NULL), SESS_OK);
	cr_assert_eq(conf.idle, 111, "the program's");
	cr_assert_eq(conf.max_pairs, 11);
	cr_assert_str_eq(conf.param, "p");
	cr_assert_eq(conf.policy, SESS_ALWAYS);
	cr_assert_eq(conf.same_site, SESS_STRICT);
	cr_assert_eq(conf.carry, SESS_BY_BEARER);
	cr_assert_eq(conf.absolute, 28800, "beside it, the default");
	cr_assert_eq(read_all(&program, "idle=222\nparam=f\npolicy=lazy\n"
	    "same_site=lax\ncarry=cookie", NULL), SESS_OK);
	cr_assert_eq(conf.idle, 222, "the file's");
	cr_assert_str_eq(conf.param, "f");
	cr_assert_eq(conf.policy, SESS_LAZY, "back to the default as well");
	cr_assert_eq(conf.same_site, SESS_LAX);
	cr_assert_eq(conf.carry, SESS_BY_COOKIE);
	cr_assert_eq(conf.max_pairs, 11, "beside it, the program's");
	cr_assert_eq(read_all(&program, "idle=222\nmax_pairs=22\n",
	    "LIBSESS_IDLE=333"), SESS_OK);
	cr_assert_eq(conf.idle, 333, "the variable's");
	cr_assert_eq(conf.max_pairs, 22, "beside it, the file's");
}

Test(conf, each_setting_has_its_variable)
{
	char var[80];
	size_t i, j;

	for (i = 0; i < KEYS; i++) {
		snprintf(var, sizeof var, "LIBSESS_%s=?", keys[i].key);
		for (j = 8; var[j] != '='; j++)
			if (var[j] >= 'a' && var[j] <= 'z')
				var[j] = (char)(var[j] - 'a' + 'A');
		var[j + 1] = '\0';
		cr_assert_eq(read_all(NULL, "", var), SESS_ECONF, "%s", var);
		var[j] = '\0';
		cr_assert_not_null(strstr(lines, var), "%s: %s", var, lines);
		cr_assert_not_null(strstr(lines, ": no value"), "%s: %s", var,
		    lines);
	}
}

Test(conf, a_wrong_variable_is_named)
{
	static const struct { const char *var, *says; } vars[] = {
		{ "LIBSESS_IDEL=1m", "\"LIBSESS_IDEL: " MEANT "LIBSESS_IDLE?" },
		{ "LIBSESS_=1m", "\"LIBSESS_: " NONE },
		{ "LIBSESS_IDLE=30min", "\"LIBSESS_IDLE = 30min: not valid: "
		    TIMES "\"" },
		{ "LIBSESS_IDLE =1m", "\"LIBSESS_IDLE : " MEANT "LIBSESS_IDLE?" },
		{ "LIBSESS_CONFX=1", "\"LIBSESS_CONFX: " NONE },
		{ "LIBSESS_TRACE=1", "\"LIBSESS_TRACE: " NONE },
		{ "LIBSESS_INSECURE_DEV=true",
		    "\"LIBSESS_INSECURE_DEV = true: not valid: it takes yes, "
		    "no\"" },
		{ "LIBSESS_STORE=redis://:hunter2@example.org",
		    "\"LIBSESS_STORE: not valid: it takes " },
		{ "LIBSESS_STORE=sqlite::memory:",
		    "\"LIBSESS_STORE: " IN_MEMORY },
		{ "LIBSESS_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
		    "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX=1", "LIBSESS_XXX"
		},
	};
	size_t i;

	for (i = 0; i < sizeof vars / sizeof *vars; i++) {
		cr_assert_eq(read_all(NULL, "", vars[i].var), SESS_ECONF,
		    "%s", vars[i].var);
		cr_assert_not_null(strstr(lines, vars[i].says), "%s: %s",
		    vars[i].var, lines);
	}
}

Test(conf, variables_of_others_are_left_alone)
{
	static const char *const vars[] = { "LIBSES_IDLE=x",
		"libsess_idle=x", "HTTP_LIBSESS_IDLE=1s", "XLIBSESS_IDLE=x",
		"LIBSESS_ECHO_UTF8=x", "IDLE=1s", "LIBSESS" };
	size_t i;

	for (i = 0; i < sizeof vars / sizeof *vars; i++) {
		cr_assert_eq(read_all(NULL, "", vars[i]), SESS_OK, "%s: %s",
		    vars[i], lines);
		cr_assert_eq(conf.idle, 1800, "%s", vars[i]);
	}
}

/* ---- what makes no sense together -------------------------------------- */

static const struct { const char *file; bool ok; const char *says; }
together[] = {
	{ "same_site=none\ninsecure_dev=yes", false, "cookie" },
	{ "same_site=none", true, NULL },
	{ "cookie_name=__Host-x\ncookie_path=/x", false, "cookie" },
	{ "cookie_name=__Host-x", true, NULL },
	{ "cookie_name=__Host-x\ninsecure_dev=yes", false, "cookie" },
	{ "cookie_name=__Secure-x\ninsecure_dev=yes", false, "cookie" },
	{ "cookie_name=__Secure-x\ncookie_path=/x", true, NULL },
	{ "cookie_name=x\ncookie_path=/x", true, NULL },
	{ "cookie_name=x\ninsecure_dev=yes", true, NULL },
	{ "cookie_name=a b", false, "cookie" },
	{ "cookie_name=a;b", false, "cookie" },
	{ "cookie_name=a=b", false, "cookie" },
	{ "cookie_path=x", false, "cookie" },
	{ "cookie_path=/x;y", false, "cookie" },
	{ "cookie_path=/\xC3\xBC", false, "cookie" },
	{ "idle=2h\nabsolute=1h", false, "idle" },
	{ "idle=1h\nabsolute=1h", true, NULL },
	{ "anon_idle=2d", false, "idle" },
	{ "anon_idle=2d\nanon_absolute=2d", true, NULL },
	{ "absolute=10m", false, "idle" },
	{ "idle=never", false, "never" },
	{ "absolute=never", false, "never" },
	{ "anon_idle=never", false, "never" },
	{ "anon_absolute=never", false, "never" },
	{ "wait=never", false, "never" },
	{ "rotate=never\ncookie_life=never", true, NULL },
	{ "max_value_bytes=70000", false, "max_value_bytes" },
	{ "max_value_bytes=70000\nmax_session_bytes=70000", true, NULL },
	{ "max_session_bytes=1000", false, "max_value_bytes" },
	{ "policy=login-only\ncarry=query", false, "policy" },
	{ "policy=login-only\ncarry=query cookie", true, NULL },
	{ "carry=query", true, NULL },
};

Test(conf, contradictions_are_refused)
{
	size_t i;

	for (i = 0; i < sizeof together / sizeof *together; i++) {
		cr_assert_eq(read_file(together[i].file) == SESS_OK,
		    together[i].ok, "row %zu: %s", i, together[i].file);
		if (!together[i].ok)
			cr_assert(strstr(lines, "err=E_CONF") != NULL &&
			    strstr(lines, together[i].says) != NULL,
			    "row %zu: %s", i, lines);
		else
			cr_assert_str_eq(lines, "");
	}
}

/* Which of the two to change, and what nobody has set. */
Test(conf, r92_settings_that_cannot_all_hold_are_named_with_their_origins)
{
	static const struct sess_conf program = { .idle = 36000,
		.cookie_name = "__Host-x" };
	static const struct {
		const struct sess_conf *program;
		const char *file, *var, *says;
	} rows[] = {
		{ NULL, "", "LIBSESS_IDLE=9h", "\"idle = 9h (LIBSESS_IDLE) is "
		    "longer than absolute = 8h (the default): " },
		{ NULL, "\nabsolute=90m", "LIBSESS_IDLE=5401", "\"idle = 5401s "
		    "(LIBSESS_IDLE) is longer than absolute = 90m (line 2 of "
		    "the file): " },
		{ &program, "", NULL, "\"idle = 10h (the program) is longer "
		    "than absolute = 8h (the default): " },
		{ &program, "idle=1d", NULL, "\"idle = 1d (line 1 of the file) "
		    "is longer than absolute = 8h (the default): " },
		{ NULL, "anon_idle=2d", NULL, "\"anon_idle = 2d (line 1 of the "
		    "file) is longer than anon_absolute = 1d (the default): " },
		{ NULL, "", "LIBSESS_MAX_VALUE_BYTES=70000",
		    "\"max_value_bytes = 70000 (LIBSESS_MAX_VALUE_BYTES) is "
		    "over max_session_bytes = 64k (the default): " },
		{ NULL, "policy=login-only", "LIBSESS_CARRY=query field",
		    "\"policy = login-only (line 1 of the file) does not go "
		    "with carry = query field (LIBSESS_CARRY): " },
		{ NULL, "", "LIBSESS_WAIT=never", "\"wait = never "
		    "(LIBSESS_WAIT): it cannot be never; " },
		{ NULL, "same_site=none", "LIBSESS_INSECURE_DEV=1",
		    "\"browsers would drop this cookie: cookie_name = sid (the "
		    "default), cookie_path = / (the default), same_site = none "
		    "(line 1 of the file), insecure_dev = yes "
		    "(LIBSESS_INSECURE_DEV)\"" },
		{ NULL, "cookie_name=hunter2;x", "LIBSESS_COOKIE_PATH=/y",
		    "\"browsers would drop this cookie: cookie_name (line 1 of "
		    "the file), cookie_path = /y (LIBSESS_COOKIE_PATH), " },
		{ &program, "idle=1h", "LIBSESS_COOKIE_PATH=/x",
		    "cookie_name = __Host-x (the program), cookie_path = /x "
		    "(LIBSESS_COOKIE_PATH), " },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_expect_eq(read_all(rows[i].program, rows[i].file,
		    rows[i].var), SESS_ECONF, "row %zu", i);
		cr_expect_not_null(strstr(lines, rows[i].says),
		    "row %zu: %s", i, lines);
		cr_expect_null(strstr(lines, "hunter2"), "row %zu", i);
	}
}

/* A user who can set LIBSESS_CONF could read the first line of any file so. */
Test(conf, r75_no_error_prints_what_stands_in_a_file)
{
	static const char *const files[] = {
		"root:hunter2:20228:0:99999:7:::\n",
		"root:$y$hunter2=:20228:0:99999:7:::\n",
		"hunter2\n", "hunter2=1\n", "hunter2 = hunter2\n",
		"=hunter2\n", "idle=hunter2\n", "idle = 1 hunter2\n",
		"store=redis://:hunter2@example.org\n", "policy=hunter2\n",
		"carry=cookie hunter2\n", "max_pairs=hunter2\n",
		"proxies=hunter2\n", "origin=https://x/hunter2\n",
		"insecure_dev=hunter2\n", "log_format=hunter2\n",
		"cookie_name=hunter2;\n", "cookie_path=hunter2\n",
		"# hunter2\nhunter2\n", "idle hunter2\n",
		"cookie_name=hunter2 x\ncookie_path=hunter2\n",
	};
	size_t i;

	for (i = 0; i < sizeof files / sizeof *files; i++) {
		cr_expect_eq(read_file(files[i]), SESS_ECONF, "row %zu", i);
		cr_expect_null(strstr(lines, "hunter2"), "row %zu: %s", i,
		    lines);
		cr_expect_null(strstr(lines, "20228"), "row %zu: %s", i,
		    lines);
	}
}

Test(conf, r75_no_error_prints_what_a_nul_or_a_long_line_hides)
{
	static const char nul[] = "hunter2\0\n";
	static char file[10000];
	char *vars[] = { path_var, NULL };
	const struct sess_wire wire = { .vars = vars };
	int i;

	memset(file, 'h', sizeof file);
	for (i = 0; i < 2; i++) {
		write_file(i == 0 ? file : nul, i == 0 ? sizeof file :
		    sizeof nul - 1);
		conf = (struct sess_conf){ 0 };
		*lines = '\0';
		cr_assert_eq(conf_read(&conf, &wire, &pool, &log_to_lines),
		    SESS_ECONF);
		cr_assert_null(strstr(lines, "hhh"), "%s", lines);
		cr_assert_null(strstr(lines, "hunter2"), "%s", lines);
	}
}

Test(conf, r73_a_file_that_is_named_twice_is_none)
{
	char *vars[] = { path_var, path_var, NULL };
	const struct sess_wire wire = { .vars = vars };

	conf = (struct sess_conf){ 0 };
	*lines = '\0';
	cr_assert_eq(conf_read(&conf, &wire, &pool, &log_to_lines),
	    SESS_ECONF);
	cr_assert_not_null(strstr(lines, "LIBSESS_CONF: set twice"), "%s",
	    lines);
}

/* Also when a program says so: it is no better than a file. */
Test(conf, a_program_s_contradictions_are_refused_too)
{
	static const struct sess_conf wrong[] = {
		{ .same_site = SESS_CROSS_SITE, .insecure_dev = true },
		{ .cookie_name = "__Host-x", .cookie_path = "/x" },
		{ .idle = -1 }, { .absolute = 60 }, { .wait = -1 },
		{ .idle = INT64_MAX }, { .max_value_bytes = SIZE_MAX },
		{ .cookie_name = "" }, { .cookie_path = "" },
		{ .same_site = (enum sess_same_site)7 },
	};
	size_t i;

	for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_assert_eq(read_all(&wrong[i], "", NULL), SESS_ECONF,
		    "row %zu", i);
}

/* sess.h: "LIBSESS_ and the name in capitals". */
Test(conf, a_variable_s_name_is_in_capitals)
{
	cr_assert_eq(read_all(NULL, "", "LIBSESS_idle=1m"), SESS_ECONF);
	cr_assert_eq(read_all(NULL, "", "LIBSESS_Idle=1m"), SESS_ECONF);
}

/* ---- texts that cannot work, and would be found out by visitors -------- */

static void
expect_all_refused(const char *const *file)
{
	for (; *file != NULL; file++)
		cr_assert_eq(read_file(*file), SESS_ECONF, "%s", *file);
}

/* The browser's Origin field is compared with it byte for byte. */
Test(conf, an_origin_is_one)
{
	static const char *const no_origins[] = { "origin=example.org",
		"origin=https://example.org/", "origin=https://example.org/x",
		"origin=x", "origin=https://", "origin=HTTPS://example.org",
		"origin=https://Example.org", "origin=https://a b", NULL };

	cr_assert_eq(read_file("origin=https://example.org"), SESS_OK);
	cr_assert_eq(read_file("origin=http://[::1]:3000"), SESS_OK);
	expect_all_refused(no_origins);
}

/* sess_link() writes it into addresses as it is. */
Test(conf, a_param_needs_no_escape)
{
	static const char *const no_params[] = { "param=a b", "param=a&b",
		"param=a=b", "param=a#b", "param=a%b", "param=\"",
		"param=\xFF", NULL };

	cr_assert_eq(read_file("param=sessionID"), SESS_OK);
	expect_all_refused(no_params);
}

/* Not with the first visitor. */
Test(conf, a_store_is_one_that_there_is)
{
	static const char *const no_stores[] = { "store=/var/lib/x.db",
		"store=nosuch:/x.db", "store=sqlite", NULL };

	cr_assert_eq(read_file("store=sqlite:/x/y.db"), SESS_OK);
	expect_all_refused(no_stores);
}

/* A name never matches, and everybody would be believed. */
Test(conf, r100_proxies_are_addresses_and_networks)
{
	static const char *const no_proxies[] = { "proxies=localhost",
		"proxies=10.0.0.1;10.0.0.2", "proxies=10.1.2.3/8",
		"proxies=10.0.0.0/6", "proxies=10.0.0.0/33",
		"proxies=10.0.0.0/", "proxies=10.0.0.0/08",
		"proxies=10.0.0.0/-8", "proxies=10.0.0.0/8x",
		"proxies=10.0.0.0/8/8", "proxies=10.0.0.0/0008",
		"proxies=10.0.0/8", "proxies=/8", "proxies=fd00::1/8",
		"proxies=fd00::/129", "proxies=fd00::/4294967304",
		"proxies=[fd00::]/8", "proxies=0.0.0.0/0", "proxies=::/0",
		"proxies=::ffff:0:0/96", "proxies=127.0.0.1 ::/0",
		"proxies=127.0.0.1:80", NULL };

	cr_assert_eq(read_file("proxies=127.0.0.1 ::1, 10.0.0.1"), SESS_OK);
	cr_assert_eq(read_file("proxies=10.0.0.0/8 172.17.0.0/16,fd00::/8 "
	    "2001:db8::/32 10.0.0.1/32 ::1/128 0.0.0.0/1"), SESS_OK);
	expect_all_refused(no_proxies);
}

/* sess.h: "0: till the browser closes", "-1: never". */
Test(conf, what_the_struct_can_say_the_file_can_say)
{
	const struct sess_conf program = { .cookie_life = 60, .rotate = 60 };

	cr_assert_eq(read_all(&program, "cookie_life=never\nrotate=never",
	    NULL), SESS_OK);
	cr_assert_leq(conf.cookie_life, 0, "no Max-Age");
	cr_assert_eq(conf.rotate, -1);
	cr_assert_eq(read_all(&program, "cookie_life=0", NULL), SESS_OK,
	    "cookie_life=0: %s", lines);
}

Test(conf, a_pool_too_small_is_an_error)
{
	struct pool small = POOL_INIT(3);

	cr_assert_not_null(setting_set(&conf, &small, "store", "sqlite:/x"));
	pool_release(&small);
}

/* ---- the clock of the tests -------------------------------------------- */

Test(conf, the_clock_of_a_test_is_no_setting_of_a_site)
{
	cr_assert_eq(read_all(NULL, "", "LIBSESS_TEST_CLOCK=/tmp/x"),
	    SESS_OK);
#ifdef SESS_TEST_HOOKS
	cr_assert_not_null(conf.clock);
#else
	cr_assert_null(conf.clock);
#endif
}

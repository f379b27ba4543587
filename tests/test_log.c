/* test_log.c - the line for the operator, the steps for a learner. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "log.h"
#include "sess_door.h"
#include "utf8.h"

static char line[LOG_LINE_MAX + 2], text[4096];
static int calls, priority;

/* ---- where lines go, in a test ----------------------------------------- */

static void
on_line(void *arg, const char *what)
{
	cr_assert_eq(arg, line);
	cr_assert_leq(strlen(what), LOG_LINE_MAX);
	snprintf(line, sizeof line, "%s", what);
	calls++;
}

static void
on_wire(struct sess_wire *wire, const char *what)
{
	cr_assert_not_null(wire);
	on_line(line, what);
}

/* In place of libc's. */
void
openlog(const char *ident, int option, int facility)
{
	cr_assert_str_eq(ident, "libsess");
	cr_assert_eq(option & LOG_CONS, 0);
	cr_assert_eq(facility, LOG_AUTHPRIV);
}

void
syslog(int how, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	priority = how;
	calls++;
}

/* 2026-11-21 08:48:55, and other days. */
static int64_t now = 1795250935;

static int64_t
on_clock(void *arg)
{
	(void)arg;
	return now;
}

static const struct sess_conf as_text = { .clock = on_clock },
    as_json = { .clock = on_clock, .log_format = SESS_LOG_JSON };

static struct log
own(const char *app, const struct sess_conf *conf)
{
	return (struct log){ .app = app, .conf = conf, .line = on_line,
		.line_arg = line };
}

/* ---- the formats ------------------------------------------------------- */

#define TIME "time=2026-11-21T08:48:55Z "
#define JTIME "{\"time\":\"2026-11-21T08:48:55Z\","

static const struct {
	const char *app;
	struct log_entry entry;
	const char *text, *json;
} rows[] = {
	{ "login", { .event = "login", .user = "alice",
	    .address = "192.0.2.1", .session = 4711, .err = SESS_ESTORE,
	    .why = "disk full" },
	    "libsess " TIME "app=login event=login user=\"alice\" "
	    "address=192.0.2.1 session=4711 err=E_STORE why=\"disk full\"",
	    JTIME "\"app\":\"login\",\"event\":\"login\",\"user\":\"alice\","
	    "\"address\":\"192.0.2.1\",\"session\":\"4711\","
	    "\"err\":\"E_STORE\",\"why\":\"disk full\"}" },
	{ "x", { .event = "refuse", .err = SESS_EBODY },
	    "libsess " TIME "app=x event=refuse err=E_BODY",
	    JTIME "\"app\":\"x\",\"event\":\"refuse\",\"err\":\"E_BODY\"}" },
	{ NULL, { .event = "e" }, "libsess " TIME "app=- event=e",
	    JTIME "\"app\":\"-\",\"event\":\"e\"}" },
	{ "", { .event = "e", .why = "" },
	    "libsess " TIME "app=- event=e why=\"\"",
	    JTIME "\"app\":\"-\",\"event\":\"e\",\"why\":\"\"}" },
	{ "x", { .event = "e", .session = INT64_MAX, .address = "2001:db8::1" },
	    "libsess " TIME "app=x event=e address=2001:db8::1 "
	    "session=9223372036854775807",
	    JTIME "\"app\":\"x\",\"event\":\"e\",\"address\":\"2001:db8::1\","
	    "\"session\":\"9223372036854775807\"}" },
	/* of a user: letters of any language, and nothing that acts */
	{ "x", { .event = "e", .user = "J\xC3\xBCrgen \xE6\x9D\x8E \xF0\x9F\x91\xA9" },
	    "libsess " TIME "app=x event=e "
	    "user=\"J\xC3\xBCrgen \xE6\x9D\x8E \xF0\x9F\x91\xA9\"",
	    JTIME "\"app\":\"x\",\"event\":\"e\","
	    "\"user\":\"J\xC3\xBCrgen \xE6\x9D\x8E \xF0\x9F\x91\xA9\"}" },
	{ "x", { .event = "e", .user = "a\"b\\c" },
	    "libsess " TIME "app=x event=e user=\"a?b?c\"",
	    JTIME "\"app\":\"x\",\"event\":\"e\","
	    "\"user\":\"a\\u0022b\\u005cc\"}" },
	{ "x", { .event = "e", .user = "\xC2\x9B" "31m\xE2\x80\xA8"
	    "\xE2\x80\xAE\xE2\x81\xA9\xE2\x80\x8F\x7F" },
	    "libsess " TIME "app=x event=e user=\"?31m?????\"",
	    JTIME "\"app\":\"x\",\"event\":\"e\",\"user\":\"\\u009b31m\\u2028"
	    "\\u202e\\u2069\\u200f\\u007f\"}" },
	{ "x", { .event = "e", .user = "a\xFF\xE2\x80z\xED\xA0\x80" },
	    "libsess " TIME "app=x event=e user=\"a??z???\"",
	    JTIME "\"app\":\"x\",\"event\":\"e\",\"user\":\"a\\ufffd\\ufffdz"
	    "\\ufffd\\ufffd\\ufffd\"}" },
	/* words are ASCII: a reader may split at other languages' blanks */
	{ "a b=c\xE3\x80\x80\xC3\xBC", { .event = "e", .address = "1 err=x" },
	    "libsess " TIME "app=a?b?c?? event=e address=1?err?x",
	    JTIME "\"app\":\"a b=c\xE3\x80\x80\xC3\xBC\",\"event\":\"e\","
	    "\"address\":\"1 err=x\"}" },
};

Test(log, r69_an_event_is_one_line_of_text_or_json)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct log log = own(rows[i].app, &as_text);

		log_write(&log, &rows[i].entry);
		cr_assert_str_eq(line, rows[i].text, "row %zu", i);
		log.conf = &as_json;
		log_write(&log, &rows[i].entry);
		cr_assert_str_eq(line, rows[i].json, "row %zu", i);
	}
	cr_assert_eq(calls, 2 * (int)i, "one line an event");
}

Test(log, log_event_says_what_and_why)
{
	struct log log = own("login", &as_text);

	log_event(&log, "refuse", SESS_EBODY, "too long");
	cr_assert_str_eq(line, "libsess " TIME
	    "app=login event=refuse err=E_BODY why=\"too long\"");
}

Test(log, r69_time_is_utc_wherever_the_server_stands)
{
	static const struct { int64_t now; const char *time; } times[] = {
		{ 0, "time=1970-01-01T00:00:00Z " },
		{ 1711846800, "time=2024-03-31T01:00:00Z " },
		{ 1709164800, "time=2024-02-29T00:00:00Z " },
		{ 4102444799, "time=2099-12-31T23:59:59Z " },
		{ -1, "time=1969-12-31T23:59:59Z " },
		{ INT64_MAX, "time=- " },
	};
	struct log log = own("x", &as_text);
	size_t i;

	setenv("TZ", "Pacific/Chatham", 1);
	for (i = 0; i < sizeof times / sizeof *times; i++) {
		now = times[i].now;
		log_event(&log, "e", SESS_OK, NULL);
		cr_assert_eq(strncmp(line + 8, times[i].time,
		    strlen(times[i].time)), 0, "%s", line);
	}
}

/* ---- what comes from outside ------------------------------------------- */

/* {"key":"value",...}, in UTF-8, with no escape but \uXXXX. */
static bool
is_json(const char *s)
{
	const char *at = s;
	bool value = false;

	while (*at != '\0' && *at == (at == s ? '{' : value ? ':' : ',')) {
		if (*++at != '"')
			return false;
		for (at++; *at != '"'; at++) {
			if ((unsigned char)*at < ' ')
				return false;
			if (*at == '\\' && (at[1] != 'u' || strspn(at + 2,
			    "0123456789abcdef") < 4))
				return false;
		}
		at++;
		value = !value;
	}
	return strcmp(at, "}") == 0 && !value && utf8_valid(s, strlen(s));
}

Test(log, r44_no_byte_from_outside_begins_a_line_or_ends_the_quotes)
{
	char bytes[] = "a?b";
	struct log log = own(bytes, &as_text);
	const struct log_entry all = { .event = "e", .user = bytes,
		.address = bytes, .why = bytes };
	char expected[256], wanted;
	int c;

	for (c = 1; c < 256; c++) {
		bytes[1] = (char)c;
		wanted = c < ' ' || c > '~' || c == '"' || c == '\\' ? '?' :
		    (char)c;
		snprintf(expected, sizeof expected, "libsess " TIME
		    "app=a%cb event=e user=\"a%cb\" address=a%cb why=\"a%cb\"",
		    c == ' ' || c == '=' ? '?' : wanted, wanted,
		    c == ' ' || c == '=' ? '?' : wanted, wanted);
		log.conf = &as_text;
		log_write(&log, &all);
		cr_assert_str_eq(line, expected, "byte %d", c);
		log.conf = &as_json;
		log_write(&log, &all);
		cr_assert(is_json(line), "byte %d: %s", c, line);
	}
}

Test(log, r44_user_name_with_cr_lf_esc_stays_one_line)
{
	struct log log = own("login", &as_text);
	const struct log_entry entry = { .event = "login",
		.user = "eve\r\nlibsess app=forged\x1B[2J\" err=\"E_FORGED" };

	log_write(&log, &entry);
	cr_assert_str_eq(line, "libsess " TIME "app=login event=login "
	    "user=\"eve??libsess app=forged?[2J? err=?E_FORGED\"");
	log.conf = &as_json;
	log_write(&log, &entry);
	cr_assert_str_eq(line, JTIME "\"app\":\"login\",\"event\":\"login\","
	    "\"user\":\"eve\\u000d\\u000alibsess app=forged\\u001b[2J\\u0022 "
	    "err=\\u0022E_FORGED\"}");
}

/* The longest user id there is, whatever it is made of, stays whole. */
Test(log, a_user_id_is_never_cut)
{
	struct log log = own("x", &as_json);
	char user[256];
	int c, i, found;

	for (c = 1; c < 256; c++) {
		memset(user, c, 255);
		user[254] = 'Z';
		user[255] = '\0';
		log_write(&log, &(struct log_entry){ .event = "e",
		    .user = user, .why = user });
		cr_assert(is_json(line), "byte %d", c);
		for (i = found = 0; line[i] != '\0'; i++)
			found += strncmp(line + i, "Z\",\"why\":\"", 10) == 0;
		cr_assert_eq(found, 1, "byte %d: %s", c, line);
	}
}

/* Values of any length and of any bytes; characters are not cut in two. */
Test(log, a_line_is_whole_however_much_it_is_asked_to_hold)
{
	static const char *const pieces[] = { "x", "\"", "\n", "\xFF",
		"\xC3\xBC", "\xE2\x80\xAE", "\xE6\x9D\x8E", "\xF0\x9F\x91\xA9" };
	static char big[100001];
	struct log log = own(big, NULL);
	const struct log_entry all = { .event = big, .user = big,
		.address = big, .session = INT64_MIN, .err = SESS_EHEADER,
		.why = big };
	size_t i, n, len, start;

	for (i = 0; i < sizeof pieces / sizeof *pieces; i++)
		for (start = 0; start < 4; start++) {
			len = strlen(pieces[i]);
			memset(big, 'y', start);
			for (n = start; n + len < sizeof big; n += len)
				memcpy(big + n, pieces[i], len);
			big[n] = '\0';
			log.conf = &as_json;
			log_write(&log, &all);
			cr_assert(is_json(line), "piece %zu: %s", i, line);
			cr_assert_not_null(strstr(line, "\"why\":\""));
			log.conf = &as_text;
			log_write(&log, &all);
			cr_assert(utf8_valid(line, strlen(line)));
			cr_assert_not_null(strstr(line, " err=E_HEADER why=\""));
			cr_assert_eq(line[strlen(line) - 1], '"');
		}
}

/* ---- where it goes ----------------------------------------------------- */

Test(log, standard_error_gets_one_line)
{
	struct log log = { .app = "page", .conf = &as_text };
	static char big[5000];
	int ends[2], saved = dup(STDERR_FILENO);
	static const char first[] = "libsess " TIME
	    "app=page event=e why=\"why\"\n";
	size_t len = sizeof first - 1;
	char got[8192];
	ssize_t n;

	cr_assert_eq(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	memset(big, 'y', sizeof big - 1);
	log_event(&log, "e", SESS_OK, "why");
	log_event(&log, "e", SESS_OK, big);
	dup2(saved, STDERR_FILENO);
	n = read(ends[0], got, sizeof got - 1);
	cr_assert_gt(n, (ssize_t)len);
	got[n] = '\0';
	cr_assert_eq(strncmp(got, first, len), 0, "%s", got);
	cr_assert_lt((size_t)n - len, PIPE_BUF);
	cr_assert_eq(strchr(got + len, '\n'), got + n - 1, "two lines");
	cr_assert_lt(LOG_LINE_MAX + 1, PIPE_BUF);
}

Test(log, a_program_s_own_log_comes_before_syslog_and_that_before_the_wire)
{
	const struct sess_conf to_syslog = { .clock = on_clock,
		.log_to = SESS_LOG_SYSLOG };
	struct sess_wire wire = { .log = on_wire };
	struct log log = own("x", &to_syslog);
	static const char expected[] = "libsess " TIME "app=x event=e";

	log.wire = &wire;
	log_event(&log, "e", SESS_OK, NULL);
	cr_assert_str_eq(line, expected);
	cr_assert_str_eq(text, "", "syslog has it too");
	log.line = NULL;
	*line = '\0';
	log_event(&log, "e", SESS_OK, NULL);
	cr_assert_str_eq(text, expected);
	cr_assert_str_eq(line, "", "the wire has it too");
	log.conf = &as_text;
	*text = '\0';
	log_event(&log, "e", SESS_OK, NULL);
	cr_assert_str_eq(line, expected);
	cr_assert_str_eq(text, "");
}

Test(log, r69_syslog_tells_faults_from_refusals_from_the_rest)
{
	static const struct { const char *event; enum sess_err err; int level; }
	events[] = {
		{ "login", SESS_OK, LOG_INFO }, { "page", SESS_OK, LOG_INFO },
		{ "replay", SESS_OK, LOG_WARNING },
		{ "refuse", SESS_ECSRF, LOG_WARNING },
		{ "refuse", SESS_EHEADER, LOG_WARNING },
		{ "login", SESS_NONE, LOG_WARNING },
		{ "commit", SESS_EGONE, LOG_WARNING },
		{ "answer", SESS_EWIRE, LOG_WARNING },
		{ "replay", SESS_ESTORE, LOG_ERR },
		{ "store", SESS_ESTORE, LOG_ERR },
		{ "conf", SESS_ECONF, LOG_ERR },
		{ "answer", SESS_ENOMEM, LOG_ERR },
		{ "session", SESS_EINVAL, LOG_ERR },
	};
	const struct sess_conf conf = { .clock = on_clock,
		.log_to = SESS_LOG_SYSLOG, .log_format = SESS_LOG_JSON };
	struct log log = { .app = "%s%n", .conf = &conf };
	size_t i;

	for (i = 0; i < sizeof events / sizeof *events; i++) {
		log_event(&log, events[i].event, events[i].err, NULL);
		cr_assert_eq(priority, LOG_AUTHPRIV | events[i].level,
		    "row %zu", i);
		cr_assert_eq(strstr(text, JTIME "\"app\":\"%s%n\","), text,
		    "row %zu: %s", i, text);
	}
}

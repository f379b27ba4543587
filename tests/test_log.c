/* test_log.c - the line for who runs the server, the steps for who looks. */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

static char line[4096], text[4096];
static const char *step_name;
static int calls;

static void
on_line(void *arg, const char *what)
{
	cr_assert_eq(arg, line);
	snprintf(line, sizeof line, "%s", what);
	calls++;
}

static void
on_trace(void *arg, const struct sess_event *event)
{
	cr_assert_eq(arg, text);
	snprintf(text, sizeof text, "%s", event->text);
	step_name = event->step_name;
	calls++;
}

static struct log
own(const char *app)
{
	return (struct log){ .app = app, .line = on_line, .line_arg = line };
}

Test(log, a_line_tells_program_event_error_and_reason)
{
	static const struct {
		const char *app, *event;
		enum sess_err err;
		const char *why, *expected;
	} rows[] = {
		{ "login", "refuse", SESS_EBODY, "form over 1048576 bytes",
		    "libsess app=login event=refuse err=E_BODY "
		    "why=\"form over 1048576 bytes\"" },
		{ "login", "replay", SESS_OK, "late",
		    "libsess app=login event=replay why=\"late\"" },
		{ "login", "replay", SESS_ESTORE, NULL,
		    "libsess app=login event=replay err=E_STORE" },
		{ NULL, "x", SESS_OK, NULL, "libsess app=- event=x" },
		{ "", "x", SESS_OK, "", "libsess app=- event=x why=\"\"" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct log log = own(rows[i].app);

		log_event(&log, rows[i].event, rows[i].err, rows[i].why);
		cr_assert_str_eq(line, rows[i].expected, "row %zu", i);
	}
	cr_assert_eq(calls, 5, "one line an event");
}

Test(log, r44_no_byte_from_outside_begins_a_line_or_ends_the_quotes)
{
	char bytes[] = "a?b";
	struct log log = own(bytes);
	int c;

	for (c = 1; c < 256; c++) {
		const char *why, *app;

		bytes[1] = (char)c;
		log_event(&log, "e", SESS_OK, bytes);
		why = strstr(line, "why=\"a");
		app = strstr(line, "app=a");
		cr_assert(why != NULL && app != NULL, "byte %d", c);
		cr_assert_str_eq(why + 7, "b\"", "byte %d", c);
		if (c < ' ' || c > '~' || c == '"') {
			cr_assert_eq(why[6], '?', "byte %d in why", c);
			cr_assert_eq(app[5], '?', "byte %d in app", c);
		} else
			cr_assert_eq(why[6], c, "byte %d", c);
	}
}

/* SCRIPT_NAME holds what stands in the address: log.c, add_safe(). */
Test(log, r44_a_name_from_outside_stays_one_word)
{
	struct log log = own("x err=E_FORGED");

	log_event(&log, "e", SESS_OK, NULL);
	cr_assert_null(strstr(line, " err=E_FORGED"), "%s", line);
}

Test(log, a_long_line_is_cut_but_whole)
{
	static char big[100000];
	struct log log = own(big);

	memset(big, 'x', sizeof big - 1);
	log_event(&log, "refuse", SESS_EHEADER, big);
	cr_assert_lt(strlen(line), 512, "lines do not mix: %zu",
	    strlen(line));
	cr_assert_eq(line[strlen(line) - 1], '"');
	cr_assert_not_null(strstr(line, " err=E_HEADER "));
}

Test(log, standard_error_gets_one_line)
{
	struct log log = { .app = "page" };
	static char big[1000];
	int ends[2], saved = dup(STDERR_FILENO);
	char got[2048];
	ssize_t n;

	cr_assert_eq(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	memset(big, 'y', sizeof big - 1);
	log_event(&log, "e", SESS_OK, "why");
	log_event(&log, "e", SESS_OK, big);
	dup2(saved, STDERR_FILENO);
	n = read(ends[0], got, sizeof got - 1);
	cr_assert_gt(n, 0);
	got[n] = '\0';
	cr_assert_eq(strncmp(got, "libsess app=page event=e why=\"why\"\n", 35),
	    0, "%s", got);
	cr_assert_eq(got[n - 1], '\n');
	cr_assert_lt(n - 35, PIPE_BUF);
	cr_assert_eq(strchr(got + 35, '\n'), got + n - 1, "two lines");
}

Test(log, each_step_has_its_name)
{
	static const char *const names[] = { "request", "carry", "token",
		"find", "handler", "edit", "store", "commit", "cookie",
		"answer" };
	const struct log log = { .trace = on_trace, .trace_arg = text };
	const struct log deaf = { .trace = NULL };
	static char big[5000];
	int i, asked = 0;

	for (i = SESS_STEP_REQUEST; i <= SESS_STEP_ANSWER; i++) {
		log_step(&log, (enum sess_step)i, "%d of %s", i, "ten");
		cr_assert_str_eq(step_name, names[i], "step %d", i);
		cr_assert_eq(strstr(text, "of ten"), text + 2);
	}
	cr_assert_eq(calls, 10);
	memset(big, 'z', sizeof big - 1);
	log_step(&log, SESS_STEP_EDIT, "%s", big);
	cr_assert_lt(strlen(text), 5000, "cut, not overrun");
	log_step(&deaf, SESS_STEP_EDIT, "%d", asked++);
	cr_assert_eq(asked, 0, "nobody looks: nothing is even computed");
}

/* log.c - one line for who runs the server, steps for who wants to see. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

#define LINE_MAX_BYTES 512      /* below PIPE_BUF: lines do not mix */

/* One write, so that lines of parallel processes stay whole. */
static void
to_stderr(const char *line)
{
	char out[LINE_MAX_BYTES + 1];
	int n = snprintf(out, sizeof out, "%s\n", line);

	if (n > (int)sizeof out - 1)
		n = (int)sizeof out - 1;
	/* Where the log itself is broken there is nowhere left to say so. */
	if (write(STDERR_FILENO, out, (size_t)n) < 0)
		return;
}

static void
add(char *line, const char *text, size_t most)
{
	size_t len = strlen(line);

	while (*text != '\0' && most-- > 0 && len + 1 < LINE_MAX_BYTES)
		line[len++] = *text++;
	line[len] = '\0';
}

/*
 * Names and paths come from outside: they stay one line, and what is not
 * quoted stays one word.
 */
static void
add_safe(char *line, const char *text, size_t most, const char *not)
{
	char c[2] = "";

	for (; *text != '\0' && most > 0; text++, most--) {
		c[0] = *text < ' ' || *text > '~' ||
		    strchr(not, *text) != NULL ? '?' : *text;
		add(line, c, 1);
	}
}

void
log_event(const struct log *log, const char *event, enum sess_err err,
    const char *why)
{
	char line[LINE_MAX_BYTES] = "libsess app=";

	add_safe(line, log->app != NULL && *log->app ? log->app : "-", 64,
	    " =\"");
	add(line, " event=", SIZE_MAX);
	add(line, event, SIZE_MAX);
	if (err != SESS_OK) {
		add(line, " err=", SIZE_MAX);
		add(line, sess_err_name(err), SIZE_MAX);
	}
	if (why != NULL) {
		add(line, " why=\"", SIZE_MAX);
		add_safe(line, why, 360, "\"");
		add(line, "\"", SIZE_MAX);
	}
	if (log->line != NULL)
		log->line(log->line_arg, line);
	else
		to_stderr(line);
}

void
log_trace(const struct log *log, enum sess_step step, const char *format, ...)
{
	static const char *const names[] = {
		[SESS_STEP_REQUEST] = "request", [SESS_STEP_CARRY] = "carry",
		[SESS_STEP_TOKEN] = "token", [SESS_STEP_FIND] = "find",
		[SESS_STEP_HANDLER] = "handler", [SESS_STEP_EDIT] = "edit",
		[SESS_STEP_STORE] = "store", [SESS_STEP_COMMIT] = "commit",
		[SESS_STEP_COOKIE] = "cookie", [SESS_STEP_ANSWER] = "answer",
	};
	char text[1024], *c;
	struct sess_event event = { step, names[step], text };
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	for (c = text; *c != '\0'; c++)         /* paths come from outside */
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	log->trace(log->trace_arg, &event);
}

/* log.c - one line for the operator of the server. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "invisible.h"
#include "log.h"
#include "sess_door.h"
#include "sess_trace.h"
#include "utf8.h"

#define STEP_VALUE_MAX 1000     /* bytes of a part of a step */

struct line {
	char text[LOG_LINE_MAX + 2];    /* and "\n", and NUL */
	size_t len;
	bool json;
};

/* How a value stands in a line of text; in JSON all are strings. */
enum form { WORD, QUOTED };

/* ---- characters from outside ------------------------------------------- */

/* Of a word also what a reader may split it at: blanks are not all ASCII. */
static bool
stands(uint32_t c, const struct line *l, enum form form)
{
	if (invisible_acts(c) || c == '"' || c == '\\')
		return false;
	return l->json || form == QUOTED || (c > ' ' && c < 0x7F && c != '=');
}

/* ---- the line ---------------------------------------------------------- */

static void
put(struct line *l, const char *bytes, size_t n)
{
	if (n > LOG_LINE_MAX - l->len)
		return;
	memcpy(l->text + l->len, bytes, n);
	l->len += n;
}

static void
put_text(struct line *l, const char *text)
{
	put(l, text, strlen(text));
}

/* One character, or what takes its place; false: no room is left for it. */
static bool
put_character(struct line *l, const char *s, int step, enum form form,
    size_t room)
{
	uint32_t c = step < 0 ? 0xFFFD : utf8_character(s, step);
	char escape[8];
	size_t n = (size_t)step;

	if (step < 0 || !stands(c, l, form)) {
		/* all that act are in the BMP: RFC 8259, 7 */
		n = l->json ? (size_t)snprintf(escape, sizeof escape,
		    "\\u%04x", (unsigned)c) : 1;
		s = l->json ? escape : "?";
	}
	if (n <= room)
		put(l, s, n);
	return n <= room;
}

/* A value that takes `most` bytes of the line, at most; NULL: left out. */
static void
add(struct line *l, const char *key, const char *value, enum form form,
    size_t most)
{
	size_t left = value != NULL ? strlen(value) : 0, end;
	int step;

	if (value == NULL)
		return;
	put_text(l, !l->json ? " " : l->len > 1 ? ",\"" : "\"");
	put_text(l, key);
	put_text(l, l->json ? "\":\"" : form == QUOTED ? "=\"" : "=");
	for (end = l->len + most; left > 0; left -= (size_t)step) {
		step = utf8_step(value, left);
		if (!put_character(l, value, step, form, end - l->len))
			break;
		step = step < 0 ? -step : step;
		value += step;
	}
	if (l->json || form == QUOTED)
		put_text(l, "\"");
}

static void
add_time(struct line *l, int64_t now)
{
	char text[32] = "-";
	time_t t = (time_t)now;
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	add(l, "time", text, WORD, sizeof text);
}

static void
add_session(struct line *l, int64_t number)
{
	char digits[24];

	if (number == 0)
		return;
	snprintf(digits, sizeof digits, "%" PRId64, number);
	add(l, "session", digits, WORD, sizeof digits);
}

static void
begin(struct line *l, const struct log *log, const struct sess_conf *conf,
    const char *event)
{
	const char *app = log->app;

	put_text(l, l->json ? "{" : "libsess");
	add_time(l, clock_now(conf));
	add(l, "app", app != NULL && *app != '\0' ? app : "-", WORD, 128);
	add(l, "event", event, WORD, 32);
}

/* The shares of all values, with their keys, are below LOG_LINE_MAX. */
static void
make(struct line *l, const struct log *log, const struct sess_conf *conf,
    const struct log_entry *e)
{
	l->json = conf->log_format == SESS_LOG_JSON;
	begin(l, log, conf, e->event);
	add(l, "user", e->user, QUOTED, 6 * 255);       /* all of it escaped */
	add(l, "address", e->address, WORD, 64);
	add_session(l, e->session);
	if (e->err != SESS_OK)
		add(l, "err", sess_err_name(e->err), WORD, 32);
	add(l, "why", e->why, QUOTED, 1024);
	if (l->json)
		put_text(l, "}");
}

/* ---- where it goes ----------------------------------------------------- */

/* One write, so that lines of parallel processes stay whole. */
static void
to_stderr(struct line *l)
{
	l->text[l->len] = '\n';
	/* Where the log itself is broken there is nowhere left to say so. */
	if (write(STDERR_FILENO, l->text, l->len + 1) < 0)
		return;
}

/*
 * A fault of the server's (store, settings, memory, page) is an error; what
 * was refused, and an old id, are warnings; so is what the visitor broke off.
 */
static int
priority(const struct log_entry *e)
{
	switch (e->err) {
	case SESS_OK:
		return strcmp(e->event, "replay") == 0 ? LOG_WARNING :
		    LOG_INFO;
	case SESS_EGONE:
	case SESS_EWIRE:
		return LOG_WARNING;
	default:
		return sess_err_status(e->err) >= 500 ? LOG_ERR : LOG_WARNING;
	}
}

/* The name is the whole process's, and a page may have set another. */
static void
to_syslog(const struct line *l, const struct log_entry *e)
{
	openlog("libsess", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_AUTHPRIV | priority(e), "%s", l->text);
}

static void
send(struct line *l, const struct log *log, const struct sess_conf *conf,
    const struct log_entry *e)
{
	if (log->line != NULL)
		log->line(log->line_arg, l->text);
	else if (conf->log_to == SESS_LOG_SYSLOG)
		to_syslog(l, e);
	else if (log->wire != NULL && log->wire->log != NULL)
		log->wire->log(log->wire, l->text);
	else
		to_stderr(l);
}

static const struct sess_conf defaults;

void
log_write(const struct log *log, const struct log_entry *e)
{
	const struct sess_conf *conf = log->conf != NULL ? log->conf :
	    &defaults;
	struct line l = { .len = 0 };

	make(&l, log, conf, e);
	send(&l, log, conf, e);
}

static bool
is_of_a_store(enum sess_err err)
{
	return err == SESS_ESTORE || err == SESS_ECONF || err == SESS_EFULL;
}

void
log_event(const struct log *log, const char *event, enum sess_err err,
    const char *why)
{
	if (log->store_told && is_of_a_store(err))
		return;
	log_write(log, &(struct log_entry){ .event = event, .err = err,
	    .why = why });
}

/* ---- step by step ------------------------------------------------------ */

static void
add_part(struct line *l, const struct sess_trace_part *p)
{
	bool row = p->kind == SESS_TRACE_ROW;
	const char *key = row ? "row" : p->name;
	size_t room = LOG_LINE_MAX - l->len, around = strlen(key) + 8;
	char text[STEP_VALUE_MAX + 1];

	if (row)
		snprintf(text, sizeof text, "%s", p->name);
	else
		sess_trace_text(p, true, text, sizeof text);
	if (room > around)
		add(l, key, text, p->kind == SESS_TRACE_NUMBER ? WORD :
		    QUOTED, room - around);
}

/* Parts up to the next row; returns how many. */
static size_t
add_parts(struct line *l, const struct sess_trace_part *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && (i == 0 || p[i].kind != SESS_TRACE_ROW); i++)
		add_part(l, &p[i]);
	return i;
}

void
log_trace(const struct log *log, const struct sess_trace_step *step)
{
	const struct sess_conf *conf = log->conf != NULL ? log->conf :
	    &defaults;
	const struct log_entry e = { .event = "trace" };
	struct line l;
	char us[24];
	size_t at = 0;

	snprintf(us, sizeof us, "%" PRId64, step->us);
	do {
		l = (struct line){ .len = 0,
			.json = conf->trace_format == SESS_TRACE_JSON };
		begin(&l, log, conf, e.event);
		add(&l, "step", step->name, WORD, 32);
		add(&l, "us", us, WORD, sizeof us);
		at += add_parts(&l, step->parts + at, step->nparts - at);
		if (l.json)
			put_text(&l, "}");
		send(&l, log, conf, &e);
	} while (at < step->nparts);
}

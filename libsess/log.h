/*
 * log.h - what happened, in one line for the operator.  It never holds
 * an id, a token or a value.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_LOG_H
#define SESS_LOG_H

#include "sess.h"

#define LOG_LINE_MAX 3072       /* bytes, below PIPE_BUF: lines do not mix */

struct sess_wire;
struct sess_trace_step;
struct trace_kept;

/* The listeners to the steps of an exchange: see trace.h. */
struct tracing {
	bool on;                /* anybody at all */
	int64_t began;          /* of the exchange, by clock_us() */
	void (*call)(void *arg, const struct sess_trace_step *);
	void *arg;
	bool lines;             /* each step is a line of the log */
	struct trace_kept *kept;        /* for pages that show it, or NULL */
};

struct log {
	const char *app;        /* the program, for the line */
	bool store_told;        /* a fault of the store has its line already */
	const struct sess_conf *conf;   /* clock, log_format, log_to; or NULL */
	struct sess_wire *wire;         /* that of the request, or NULL */
	void (*line)(void *arg, const char *line);
	void *line_arg;
	struct tracing trace;
};

/* What is zero is left out. */
struct log_entry {
	const char *event;      /* "login", "replay": a word of our own */
	enum sess_err err;
	const char *user;
	const char *address;    /* the client's */
	int64_t session;        /* its public number */
	const char *why;
};

/*
 * One line, in the format and to the place that the settings name; a program's
 * own `line`, where there is one, is the place.
 *
 * libsess time=2026-11-21T08:48:55Z app=login event=login user="alice"
 *     address=192.0.2.1 session=4711 err=E_STORE why="disk full"
 * {"time":"2026-11-21T08:48:55Z","app":"login","event":"login",
 *     "user":"alice","address":"192.0.2.1","session":"4711",
 *     "err":"E_STORE","why":"disk full"}
 *
 * Of text, what would end a value, the line or the reader's peace (controls,
 * quotes, backslashes, marks of direction, what is not UTF-8) becomes "?"; in
 * JSON it is escaped, and what is not UTF-8 is U+FFFD.  A value that is too
 * long for its share is cut, the line never.
 */
void log_write(const struct log *, const struct log_entry *);

/*
 * A step of the trace, as one line; each row that it has is a line of its own.
 * Values are masked, and cut at 1,000 bytes; what a line has no room for is left
 * out.
 *
 * libsess time=... app=login event=trace step=find us=212 found="live"
 * libsess time=... app=login event=trace step=find us=212 row="session"
 *     pk=7 user="alice" created=1700000000
 */
void log_trace(const struct log *, const struct sess_trace_step *);

/*
 * The same as log_write() with no more than that.  An error of a store whose
 * fault has its line already is left out: it is what came of that.
 */
void log_event(const struct log *, const char *event, enum sess_err,
    const char *why);

#endif

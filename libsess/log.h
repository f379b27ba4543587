/*
 * log.h - what happened, in one line for who runs the server, and step by
 * step for who wants to see.  Neither ever holds an id, a token or a value.
 */
#ifndef SESS_LOG_H
#define SESS_LOG_H

#include <stdarg.h>

#include "sess.h"

struct log {
	const char *app;        /* the program, for the line */
	void (*line)(void *arg, const char *line);
	void *line_arg;
	void (*trace)(void *arg, const struct sess_event *);
	void *trace_arg;
};

/*
 * libsess app=login event=refuse err=E_BODY why="form over 1048576 bytes"
 * err SESS_OK leaves err= out.  Controls and quotes in `why` become "?".
 */
void log_event(const struct log *, const char *event, enum sess_err,
    const char *why);

/* Costs one comparison when nobody looks. */
#define log_step(log, step, ...) \
	do { \
		if ((log)->trace != NULL) \
			log_trace(log, step, __VA_ARGS__); \
	} while (0)

void log_trace(const struct log *, enum sess_step, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

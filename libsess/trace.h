/*
 * trace.h - the steps of an exchange, handed to whoever listens.
 *
 *	trace_step(log, SESS_STEP_CARRY, TRACE_TEXT("way", "cookie"),
 *	    TRACE_TEXT("name", name), TRACE_NUMBER("count", n));
 *
 * Costs one comparison where nobody listens: the values are not even made.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_TRACE_INTERNAL_H
#define SESS_TRACE_INTERNAL_H

#include <string.h>

#include "log.h"
#include "sess_trace.h"

/* What a part is made of; NULL as text: it is left out. */
struct trace_value {
	const char *name;
	enum sess_trace_kind kind;
	const char *text;
	size_t len;
	int64_t num;
	bool hex;               /* text is bytes, shown in hex */
};

#define TRACE_BYTES_OF(name, kind, bytes, len) \
	{ name, kind, (const char *)(bytes), len, 0, false }
#define TRACE_TEXT(name, text) \
	{ name, SESS_TRACE_TEXT, text, TRACE_TO_NUL, 0, false }
#define TRACE_NUMBER(name, num) \
	{ name, SESS_TRACE_NUMBER, NULL, 0, (int64_t)(num), false }
#define TRACE_ID(name, text, len) \
	TRACE_BYTES_OF(name, SESS_TRACE_ID, text, len)
#define TRACE_SECRET(name, text, len) \
	TRACE_BYTES_OF(name, SESS_TRACE_SECRET, text, len)
#define TRACE_HEX(name, kind, bytes, len) \
	{ name, kind, (const char *)(bytes), len, 0, true }

#define TRACE_NONE TRACE_TEXT("", NULL) /* a step without parts */

#define TRACE_TO_NUL SIZE_MAX
#define TRACE_PARTS_MAX 16      /* of a step that is made by trace_step() */

#define trace_step(log, step, ...) \
	do { \
		if (trace_on(log)) { \
			const struct trace_value trace_values_[] = { \
			    __VA_ARGS__ }; \
			trace_emit(log, step, trace_values_, \
			    sizeof trace_values_ / sizeof *trace_values_); \
		} \
	} while (0)

static inline bool
trace_on(const struct log *log)
{
	return log->trace.on;
}

void trace_emit(const struct log *, enum sess_step,
    const struct trace_value *, size_t n);

/* The same of parts that are made already, such as rows. */
void trace_emit_parts(const struct log *, enum sess_step,
    const struct sess_trace_part *, size_t n);

#endif

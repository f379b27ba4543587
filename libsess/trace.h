/*
 * trace.h - the steps of an exchange, handed to those that listen.
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

struct pool;

/* What a part is made of; NULL as text: it is left out. */
struct trace_value {
	const char *name;
	enum sess_trace_kind kind;
	enum { TRACE_AS_IT_IS, TRACE_IN_HEX, TRACE_IN_DIGITS } how;
	const char *text;
	size_t len;
	int64_t num;
};

#define TRACE_BYTES_OF(name, kind, bytes, len) \
	{ name, kind, TRACE_AS_IT_IS, (const char *)(bytes), len, 0 }
#define TRACE_TEXT(name, text) \
	{ name, SESS_TRACE_TEXT, TRACE_AS_IT_IS, text, TRACE_TO_NUL, 0 }
#define TRACE_NUMBER(name, num) \
	{ name, SESS_TRACE_NUMBER, TRACE_IN_DIGITS, NULL, 0, (int64_t)(num) }
#define TRACE_ID(name, text, len) \
	TRACE_BYTES_OF(name, SESS_TRACE_ID, text, len)
#define TRACE_SECRET(name, text, len) \
	TRACE_BYTES_OF(name, SESS_TRACE_SECRET, text, len)
#define TRACE_HEX(name, kind, bytes, len) \
	{ name, kind, TRACE_IN_HEX, (const char *)(bytes), len, 0 }

/* A field's value, by its address or NULL. */
#define TRACE_VALUE(name, v) \
	{ name, SESS_TRACE_SECRET, (v) != NULL && (v)->type == SESS_INT ? \
	    TRACE_IN_DIGITS : TRACE_AS_IT_IS, (v) != NULL ? (v)->data : NULL, \
	    (v) != NULL ? (v)->len : 0, (v) != NULL ? (v)->num : 0 }

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

/*
 * In this exchange steps become lines of the log, are kept, or both; the
 * program's own function gets them all the same.  They are kept in the pool,
 * which the exchange wipes at its end.
 */
void trace_begin(struct log *, bool lines, struct pool *keep);
void trace_end(struct log *);

/* Those that were kept, see sess_trace_steps(); none: NULL. */
const struct sess_trace_step *trace_kept(const struct log *, size_t *n);

void trace_emit(const struct log *, enum sess_step,
    const struct trace_value *, size_t n);

/* The same of parts that are made already, such as rows. */
void trace_emit_parts(const struct log *, enum sess_step,
    const struct sess_trace_part *, size_t n);

#endif

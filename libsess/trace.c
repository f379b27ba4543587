/* trace.c - the steps of an exchange, handed to those that listen. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "clock.h"
#include "encode.h"
#include "invisible.h"
#include "pool.h"
#include "trace.h"
#include "utf8.h"

#define SMALL_MAX 512   /* bytes of all numbers and hex of one step */
#define ID_MIN 16       /* bytes of an id that may be told apart by its first */

static const char *const names[] = {
	[SESS_STEP_REQUEST] = "request", [SESS_STEP_CARRY] = "carry",
	[SESS_STEP_TOKEN] = "token", [SESS_STEP_FIND] = "find",
	[SESS_STEP_CSRF] = "csrf", [SESS_STEP_HANDLER] = "handler",
	[SESS_STEP_EDIT] = "edit", [SESS_STEP_LIMIT] = "limit",
	[SESS_STEP_PASSWORD] = "password", [SESS_STEP_RANDOM] = "random",
	[SESS_STEP_STORE] = "store", [SESS_STEP_BEFORE] = "before",
	[SESS_STEP_AFTER] = "after", [SESS_STEP_COMMIT] = "commit",
	[SESS_STEP_COOKIE] = "cookie", [SESS_STEP_ANSWER] = "answer",
};

/* Room for what is no text yet. */
struct small {
	char text[SMALL_MAX];
	size_t len;
};

/* ---- keeping them ------------------------------------------------------ */

#define KEPT_STEPS 400
#define KEPT_BYTES (256 * 1024)         /* of their parts */

struct trace_kept {
	struct pool *pool;
	struct sess_trace_step steps[KEPT_STEPS];
	size_t n, bytes;
	bool full;              /* what came after that is not kept */
};

/* All that the parts point to, with a NUL behind each. */
static size_t
bytes_of(const struct sess_trace_step *s)
{
	size_t i, n = s->nparts * sizeof *s->parts;

	for (i = 0; i < s->nparts; i++)
		n += strlen(s->parts[i].name) + 1 + s->parts[i].len + 1;
	return n;
}

static char *
put_bytes(char **to, const char *bytes, size_t n)
{
	char *at = *to;

	memcpy(at, bytes, n);
	at[n] = '\0';
	*to += n + 1;
	return at;
}

/* A copy in one piece: the parts, then what they point to. */
static const struct sess_trace_part *
copy_parts(struct pool *pool, const struct sess_trace_step *s, size_t bytes)
{
	struct sess_trace_part *parts = pool_alloc(pool, bytes);
	char *to = parts != NULL ? (char *)(parts + s->nparts) : NULL;
	size_t i;

	for (i = 0; parts != NULL && i < s->nparts; i++) {
		parts[i] = s->parts[i];
		parts[i].name = put_bytes(&to, s->parts[i].name,
		    strlen(s->parts[i].name));
		parts[i].value = put_bytes(&to, s->parts[i].value,
		    s->parts[i].len);
	}
	return parts;
}

static void
keep(struct trace_kept *k, const struct sess_trace_step *s)
{
	size_t bytes = bytes_of(s);
	const struct sess_trace_part *parts = NULL;

	k->full |= k->n == KEPT_STEPS || bytes > KEPT_BYTES - k->bytes;
	if (!k->full && bytes > 0)
		k->full = (parts = copy_parts(k->pool, s, bytes)) == NULL;
	if (k->full)
		return;
	k->steps[k->n] = *s;
	k->steps[k->n++].parts = parts;
	k->bytes += bytes;
}

/* ---- making parts ------------------------------------------------------ */

static const char *
put_number(struct small *s, int64_t num, size_t *len)
{
	char *to = s->text + s->len;
	int n = snprintf(to, sizeof s->text - s->len, "%" PRId64, num);

	*len = n > 0 ? (size_t)n : 0;
	if (*len >= sizeof s->text - s->len)
		return NULL;
	s->len += *len + 1;
	return to;
}

static const char *
put_hex(struct small *s, const char *bytes, size_t n, size_t *len)
{
	char *to = s->text + s->len;

	*len = 2 * n;
	if (n >= (sizeof s->text - s->len) / 2)
		return NULL;
	encode_hex_text(to, bytes, n);
	s->len += *len + 1;
	return to;
}

/* False: it has no value, and is left out. */
static bool
make(struct sess_trace_part *p, const struct trace_value *v, struct small *s)
{
	*p = (struct sess_trace_part){ .name = v->name, .kind = v->kind,
		.value = v->text, .len = v->len };
	if (v->how == TRACE_IN_DIGITS)
		p->value = put_number(s, v->num, &p->len);
	else if (v->text != NULL && v->how == TRACE_IN_HEX)
		p->value = put_hex(s, v->text, v->len, &p->len);
	else if (v->text != NULL && v->len == TRACE_TO_NUL)
		p->len = strlen(v->text);
	return p->value != NULL;
}

void
trace_emit(const struct log *log, enum sess_step step,
    const struct trace_value *values, size_t n)
{
	struct sess_trace_part parts[TRACE_PARTS_MAX];
	struct small small = { .len = 0 };
	size_t i, made = 0;

	for (i = 0; i < n && made < TRACE_PARTS_MAX; i++)
		made += make(&parts[made], &values[i], &small);
	trace_emit_parts(log, step, parts, made);
}

void
trace_emit_parts(const struct log *log, enum sess_step step,
    const struct sess_trace_part *parts, size_t n)
{
	const struct tracing *t = &log->trace;
	const struct sess_trace_step s = { step, names[step],
		clock_us() - t->began, parts, n };

	if (t->call != NULL)
		t->call(t->arg, &s);
	if (t->lines)
		log_trace(log, &s);
	if (t->kept != NULL)
		keep(t->kept, &s);
}

void
trace_begin(struct log *log, bool lines, struct pool *pool)
{
	struct tracing *t = &log->trace;

	t->lines = lines;
	if (pool != NULL && (t->kept = pool_alloc(pool, sizeof *t->kept)) !=
	    NULL)
		t->kept->pool = pool;
	t->on = t->call != NULL || t->lines || t->kept != NULL;
	t->began = clock_us();
}

void
trace_end(struct log *log)
{
	struct tracing *t = &log->trace;

	if (!t->lines && t->kept == NULL)
		return;
	t->lines = false;
	t->kept = NULL;
	t->on = t->call != NULL;
}

const struct sess_trace_step *
trace_kept(const struct log *log, size_t *n)
{
	const struct trace_kept *k = log->trace.kept;

	*n = k != NULL ? k->n : 0;
	return *n > 0 ? k->steps : NULL;
}

/* ---- reading them ------------------------------------------------------ */

const struct sess_trace_part *
sess_trace_part(const struct sess_trace_step *step, const char *name)
{
	size_t i;

	for (i = 0; i < step->nparts; i++)
		if (strcmp(step->parts[i].name, name) == 0)
			return &step->parts[i];
	return NULL;
}

/* One line: what a terminal or a reader of lines acts on is not shown. */
static void
plain(const char *from, size_t len, char *text, size_t size)
{
	size_t at = 0;
	int step;

	for (; len > 0; len -= (size_t)step, from += step) {
		step = utf8_step(from, len);
		if (at + (step > 0 ? (size_t)step : 1) >= size)
			break;
		if (step < 0 || invisible_acts(utf8_character(from, step))) {
			text[at++] = '?';
			step = step < 0 ? -step : step;
			continue;
		}
		memcpy(text + at, from, (size_t)step);
		at += (size_t)step;
	}
	text[at] = '\0';
}

/* Of a short one nothing: four characters would be too much of it. */
static void
mask(const struct sess_trace_part *p, char *text, size_t size)
{
	char first[8];

	plain(p->value, p->len < ID_MIN ? 0 : 4, first, sizeof first);
	snprintf(text, size, "%s...", first);
}

const char *
sess_trace_text(const struct sess_trace_part *p, bool masked, char *text,
    size_t size)
{
	if (size == 0)
		return "";
	if (masked && p->kind == SESS_TRACE_SECRET)
		snprintf(text, size, p->len == 1 ? "%zu byte" : "%zu bytes",
		    p->len);
	else if (masked && p->kind == SESS_TRACE_ID)
		mask(p, text, size);
	else
		plain(p->value, p->len, text, size);
	return text;
}

/*
 * transcript.c - the steps of a request as text.  A line each, with tabs between:
 *
 *	request POST /cgi-bin/cart
 *	step find 912
 *	part 0 found live
 *	part 5 session changed
 *	cut
 *
 * No value can end a line or a field: sess_trace_text() lets no control
 * through, and the names are the library's own.
 */
/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transcript.h"

#define VALUE_MAX 3072          /* bytes of one value; statements are long */
#define CUT "cut\n"

/* ---- writing ------------------------------------------------------------- */

struct out {
	char *text;
	size_t len, size;
	bool full;
};

__attribute__((format(printf, 2, 3)))
static void
add(struct out *o, const char *format, ...)
{
	size_t room = o->size - o->len;
	va_list ap;
	int n;

	if (o->full)
		return;
	va_start(ap, format);
	n = vsnprintf(o->text + o->len, room, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room)
		o->full = true;
	else
		o->len += (size_t)n;
}

/* Words of the request, as one field of a line. */
static void
add_plain(struct out *o, const char *text)
{
	const struct sess_trace_part part = { "", SESS_TRACE_TEXT, text,
		strlen(text) };
	char value[512];

	add(o, "\t%s", sess_trace_text(&part, false, value, sizeof(value)));
}

/* Where the row that begins at part i ends. */
static size_t
row_end(const struct sess_trace_step *step, size_t i)
{
	do
		i++;
	while (i < step->nparts && step->parts[i].kind != SESS_TRACE_ROW);
	return i;
}

static bool
same_row(const struct sess_trace_step *a, size_t i,
    const struct sess_trace_step *b, size_t k)
{
	const struct sess_trace_part *p = &a->parts[i], *q = &b->parts[k];
	size_t n = row_end(a, i) - i;

	if (row_end(b, k) - k != n)
		return false;
	for (; n > 0; n--, p++, q++)
		if (strcmp(p->name, q->name) != 0 || p->len != q->len ||
		    memcmp(p->value, q->value, p->len) != 0)
			return false;
	return true;
}

/* Is there no such row among those of `before`, which may be NULL? */
static bool
is_changed(const struct sess_trace_step *step, size_t i,
    const struct sess_trace_step *before)
{
	for (size_t k = 0; before != NULL && k < before->nparts; k++)
		if (before->parts[k].kind == SESS_TRACE_ROW &&
		    same_row(step, i, before, k))
			return false;
	return true;
}

/* Rows are compared here: masked, two values of one length are the same. */
static void
add_step(struct out *o, const struct sess_trace_step *step,
    const struct sess_trace_step *before)
{
	char value[VALUE_MAX];

	add(o, "step\t%s\t%" PRId64 "\n", step->name, step->us);
	for (size_t i = 0; i < step->nparts; i++) {
		const struct sess_trace_part *p = &step->parts[i];
		bool row = p->kind == SESS_TRACE_ROW &&
		    step->step == SESS_STEP_AFTER;

		sess_trace_text(p, true, value, sizeof(value));
		add(o, "part\t%d\t%s\t%s\n", (int)p->kind, p->name,
		    row && is_changed(step, i, before) ? TRANSCRIPT_CHANGED :
		    value);
	}
}

/* What is cut off ends with a whole step, and says that it was cut. */
size_t
transcript_write(char *text, size_t size, const struct sess_req *req,
    const struct sess_trace_step *steps, size_t n)
{
	struct out o = { .text = text, .size = size };
	const struct sess_trace_step *before = NULL;
	size_t whole;

	if (n == 0 || size <= sizeof(CUT))
		return 0;
	o.size -= sizeof(CUT);
	add(&o, "request");
	add_plain(&o, sess_req_method(req));
	add_plain(&o, sess_req_path(req));
	add(&o, "\n");
	if (o.full)
		return 0;
	for (size_t i = 0; i < n; i++) {
		whole = o.len;
		add_step(&o, &steps[i], before);
		if (steps[i].step == SESS_STEP_BEFORE)
			before = &steps[i];
		if (!o.full)
			continue;
		memcpy(text + whole, CUT, sizeof(CUT));
		return whole + sizeof(CUT) - 1;
	}
	return o.len;
}

/* ---- reading ------------------------------------------------------------- */

/* Take the next line, without its end; NULL: there is none. */
static char *
take_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	if (end == NULL)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return line;
}

/* Cut a line at its tabs; false: it has another number of fields. */
static bool
take_fields(char *line, const char **fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *tab = strchr(line, '\t');

		fields[i] = line;
		if ((tab != NULL) != (i + 1 < n))
			return false;
		if (tab != NULL) {
			*tab = '\0';
			line = tab + 1;
		}
	}
	return true;
}

bool
transcript_read(struct transcript_reader *r, char *text)
{
	const char *fields[3];
	char *line;

	*r = (struct transcript_reader){ .at = text };
	if ((line = take_line(&r->at)) == NULL || !take_fields(line, fields, 3) ||
	    strcmp(fields[0], "request") != 0)
		return false;
	r->method = fields[1];
	r->path = fields[2];
	return true;
}

static bool
read_part(struct transcript_reader *r, struct transcript_step *step)
{
	const char *fields[4];
	char *line = take_line(&r->at);
	int kind;

	if (line == NULL || !take_fields(line, fields, 4))
		return false;
	kind = *fields[1] - '0';
	if (kind < SESS_TRACE_TEXT || kind > SESS_TRACE_ROW ||
	    fields[1][1] != '\0')
		return false;
	if (step->nparts == TRANSCRIPT_PARTS_MAX)
		step->left++;
	else
		step->parts[step->nparts++] = (struct transcript_part){
			fields[2], fields[3], (enum sess_trace_kind)kind };
	return true;
}

bool
transcript_next(struct transcript_reader *r, struct transcript_step *step)
{
	const char *fields[3];
	char *line = take_line(&r->at);

	if (line == NULL)
		return false;
	r->cut = strcmp(line, "cut") == 0;
	if (!take_fields(line, fields, 3) || strcmp(fields[0], "step") != 0)
		return false;
	step->name = fields[1];
	step->us = strtoll(fields[2], NULL, 10);
	step->nparts = step->left = 0;
	while (strncmp(r->at, "part\t", 5) == 0)
		if (!read_part(r, step))
			return false;
	return true;
}

const char *
transcript_value(const struct transcript_step *step, const char *name)
{
	for (size_t i = 0; i < step->nparts; i++)
		if (strcmp(step->parts[i].name, name) == 0)
			return step->parts[i].value;
	return NULL;
}

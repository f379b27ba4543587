/*
 * panel.c - what just happened: the steps of a request, at the foot of a page.
 *
 * A request that redirects keeps its steps for the page that comes next
 * (ring.h); that page shows them before its own.
 */
/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "data.h"
#include "page.h"
#include "panel.h"
#include "ring.h"
#include "transcript.h"
#include "words.h"

#define TEXT_MAX (256 * 1024)   /* bytes of all steps of one request */
#define STEP_ROOM (5 * TRANSCRIPT_PARTS_MAX + 100)      /* of a page: the most
					   that a step takes, and what ends it */
#define BEFORE_MAX 4            /* requests that redirected, one to another */

/* ---- the request before -------------------------------------------------- */

static const char *
ring_path(char path[PATH_MAX], const struct sess_req *req)
{
	int n = snprintf(path, PATH_MAX, "%s-steps", data_path(req));

	return n > 0 && n < PATH_MAX ? path : NULL;
}

static uint64_t
mixed(uint64_t sum, const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		sum = (sum ^ (unsigned char)*text) * 1099511628211U;
	return sum * 1099511628211U;
}

/*
 * A logout leaves no session by whose number the next request could be known,
 * so the browser's own words do.  Two browsers that say the same share what is
 * kept: both sit at this machine, and it is masked.
 */
static struct ring_key
key_of(const struct sess_req *req, const struct sess *s)
{
	static const char *const fields[] = { "User-Agent",
		"Accept-Language", "Accept-Encoding" };
	struct ring_key key = { sess_handle(s), 14695981039346656037U };

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		key.browser = mixed(key.browser,
		    sess_req_header(req, fields[i]));
	return key;
}

/* A GET that redirects goes on with what a POST began. */
static void
keep(const struct sess_req *req, struct sess_res *res, const struct sess *s)
{
	char text[RING_TEXT_MAX + 1], path[PATH_MAX];
	bool first = strcmp(sess_req_method(req), "POST") == 0;
	const struct sess_trace_step *steps;
	struct ring_key key;
	size_t n, len;

	(void)res;
	if (strcmp(sess_req_method(req), "HEAD") == 0)
		return;                 /* nobody sees a page after it */
	steps = sess_trace_steps(req, &n);      /* none where it may not be */
	if ((len = transcript_write(text, sizeof(text), req, steps, n)) == 0)
		return;
	key = key_of(req, s);
	if (ring_path(path, req) == NULL ||
	    !ring_put(path, &key, time(NULL), first, text, len))
		sess_log(req, "the file beside the demo's database that keeps "
		    "steps for the next page cannot be used: it must be a "
		    "file of this user alone");
}

void
panel_keep(struct sess_res *res)
{
	sess_res_at_end(res, keep);
}

/* ---- a step -------------------------------------------------------------- */

/*
 * What tells one sentence of a step from another: the value of this part is
 * in the word's key, "panel.find.live".
 */
static const struct {
	const char *step, *part;
} kinds[] = {
	{ "carry", "way" }, { "find", "found" }, { "csrf", "verdict" },
	{ "edit", "act" }, { "limit", "refused" }, { "limit", "act" },
	{ "password", "outcome" }, { "commit", "change" },
	{ "cookie", "act" },
};

static bool
has_rows(const struct transcript_step *step)
{
	for (size_t i = 0; i < step->nparts; i++)
		if (step->parts[i].kind == SESS_TRACE_ROW)
			return true;
	return false;
}

/* The part of this step that is in its word's key, or NULL. */
static const char *
kind_part(const struct transcript_step *step)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(step->name, kinds[i].step) == 0 &&
		    transcript_value(step, kinds[i].part) != NULL)
			return kinds[i].part;
	return NULL;
}

static const char *
kind_of(const struct transcript_step *step)
{
	const char *part = kind_part(step);

	if (part != NULL)
		return transcript_value(step, part);
	if (strcmp(step->name, "before") == 0 ||
	    strcmp(step->name, "after") == 0)
		return has_rows(step) ? "" : "nothing";
	return strcmp(step->name, "token") == 0 &&
	    transcript_value(step, "bytes") != NULL ? "bytes" : "";
}

/* The word that says it: that of its kind, or the one for all kinds. */
static void
sentence(char key[WORDS_KEY_MAX], const struct transcript_step *step)
{
	snprintf(key, WORDS_KEY_MAX, "panel.%.16s.%.32s", step->name,
	    kind_of(step));
	for (char *c = key; *c != '\0'; c++)
		if (*c == ' ')
			*c = '-';
	if (!words_has(key))
		snprintf(key, WORDS_KEY_MAX, "panel.%.48s", step->name);
}

/*
 * Is this part in the sentence already?  Random bytes are told by their number,
 * which says as much as their masked value; rows speak for themselves.
 */
static bool
is_said(const struct transcript_step *step, const struct transcript_part *part,
    const char *key)
{
	const char *kind = kind_part(step);
	char tag[64];

	snprintf(tag, sizeof(tag), "{{%.48s}}", part->name);
	return strstr(words_get(0, key), tag) != NULL ||
	    (kind != NULL && strcmp(part->name, kind) == 0 &&
	    strlen(key) > strlen("panel.") + strlen(step->name)) ||
	    (strcmp(step->name, "random") == 0 &&
	    part->kind == SESS_TRACE_SECRET) ||
	    strcmp(step->name, "before") == 0 ||
	    strcmp(step->name, "after") == 0;
}

/* A part of the step, under its name in the visitor's language. */
static void
part_row(struct page *p, const struct transcript_part *part)
{
	char key[WORDS_KEY_MAX];

	page_row(p, "parts");
	snprintf(key, sizeof(key), "panel.part.%.48s", part->name);
	if (words_has(key))
		page_word(p, "part", key);
	else
		page_text(p, "part", part->name);
	page_text(p, "value", part->value);
	page_end(p);
}

/* The sentence, and the list of what is not in it; where the rows begin. */
static size_t
say(struct page *p, const struct transcript_step *step)
{
	char key[WORDS_KEY_MAX];
	bool more = false;
	size_t i;

	sentence(key, step);
	page_word(p, "say", key);
	for (i = 0; i < step->nparts &&
	    step->parts[i].kind != SESS_TRACE_ROW; i++)
		page_text(p, step->parts[i].name, step->parts[i].value);
	for (size_t k = 0; k < i; k++)
		if (!is_said(step, &step->parts[k], key)) {
			part_row(p, &step->parts[k]);
			more = true;
		}
	page_bool(p, "has-parts", more);
	return i;
}

/* Where the row that begins at part i ends. */
static size_t
row_end(const struct transcript_step *step, size_t i)
{
	do
		i++;
	while (i < step->nparts && step->parts[i].kind != SESS_TRACE_ROW);
	return i;
}

/* The rows, from part i on: the table's name, and each column's value. */
static void
table_values(struct page *p, const struct transcript_step *step, size_t i)
{
	page_bool(p, "has-rows", i < step->nparts);
	while (i < step->nparts) {
		size_t end = row_end(step, i);

		page_row(p, "rows");
		page_text(p, "table", step->parts[i].name);
		page_bool(p, "changed", strcmp(step->parts[i].value,
		    TRANSCRIPT_CHANGED) == 0);
		while (++i < end) {
			page_row(p, "cells");
			page_text(p, "column", step->parts[i].name);
			page_text(p, "value", step->parts[i].value);
			page_end(p);
		}
		page_end(p);
	}
}

static void
step_row(struct page *p, const struct transcript_step *step)
{
	page_row(p, "steps");
	page_text(p, "step", step->name);
	page_int(p, "us", step->us);
	table_values(p, step, say(p, step));
	if (step->left > 0)
		page_int(p, "parts-left", (int64_t)step->left);
	page_end(p);
}

/* ---- a request ----------------------------------------------------------- */

static bool
is_statement(const struct transcript_step *step)
{
	return strcmp(step->name, "store") == 0;
}

/* Statements that run one after another are one step, which has a list. */
static void
statement_row(struct page *p, const struct transcript_step *step)
{
	page_row(p, "statements");
	page_text(p, "purpose", transcript_value(step, "purpose"));
	page_text(p, "sql", transcript_value(step, "sql"));
	page_end(p);
}

static void
statements_begin(struct page *p, const struct transcript_step *first)
{
	page_row(p, "steps");
	page_text(p, "step", first->name);
	page_word(p, "say", "panel.store");
	page_int(p, "us", first->us);
}

static void
steps_rows(struct page *p, struct transcript_reader *r)
{
	struct transcript_step step;
	bool open = false;              /* a list of statements */
	int64_t left = 0;

	while (transcript_next(r, &step)) {
		if (left > 0 || !page_room(p, STEP_ROOM)) {
			left++;
			continue;
		}
		if (is_statement(&step) && !open)
			statements_begin(p, &step);
		else if (!is_statement(&step) && open)
			page_end(p);
		open = is_statement(&step);
		if (open)
			statement_row(p, &step);
		else
			step_row(p, &step);
	}
	if (open)
		page_end(p);
	if (left > 0)
		page_int(p, "left", left);
}

/* A request with its steps; `before`: it led to this page. */
static void
request_row(struct page *p, char *text, bool before)
{
	struct transcript_reader r;

	if (!transcript_read(&r, text))
		return;
	page_row(p, "requests");
	page_bool(p, "before-this", before);
	page_text(p, "method", r.method);
	page_text(p, "path", r.path);
	steps_rows(p, &r);
	page_bool(p, "cut", r.cut);
	page_end(p);
}

/* ---- the page ------------------------------------------------------------ */

/* What led here.  A HEAD takes nothing away from the GET that comes next. */
static void
requests_before(struct page *p, const struct sess_req *req,
    const struct sess *s)
{
	const struct ring_key key = key_of(req, s);
	char text[RING_TEXT_MAX + 1], path[PATH_MAX];

	if (strcmp(sess_req_method(req), "HEAD") == 0 ||
	    ring_path(path, req) == NULL)
		return;
	for (int i = 0; i < BEFORE_MAX &&
	    ring_take(path, &key, time(NULL), text) > 0; i++)
		request_row(p, text, true);
}

static void
show(const struct sess_req *req, struct sess_res *res, const struct sess *s)
{
	char *text = malloc(TEXT_MAX);
	const struct sess_trace_step *steps;
	struct page *p;
	size_t n;

	steps = sess_trace_steps(req, &n);
	if (text != NULL && transcript_write(text, TEXT_MAX, req, steps, n) > 0) {
		p = page_piece(req, res, s, "panel");
		requests_before(p, req, s);
		request_row(p, text, false);
		page_put(p);
	}
	free(text);
}

bool
panel_follows(const struct sess_req *req, struct sess_res *res)
{
	if (sess_teaching(req) != SESS_TEACH_YES)
		return false;
	sess_res_at_end(res, show);
	return true;
}

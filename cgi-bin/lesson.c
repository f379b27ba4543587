/*
 * lesson.c - see what a login does, step by step, with what really happens.
 *
 * Each step is performed when it is shown: by the real library, in a world of
 * its own (lesson/world.h).  Nothing is kept between two requests; where the
 * reader is stands in the URL.
 */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "lesson/code.h"
#include "lesson/steps.h"
#include "lesson/texts.h"
#include "lesson/view.h"
#include "lesson/where.h"
#include "page.h"
#include "sess_trace.h"
#include "words.h"

#define PROBE_MAX 300           /* names of cookies that are told */

/* A text of the lesson, or a word of all pages. */
static const char *
word(int lang, const char *key)
{
	return *key == *LESSON_MARK ? lesson_text(lang, key + 1) :
	    words_get(lang, key);
}

static struct page *
lesson_page(struct sess_req *req, struct sess_res *res, struct sess *s,
    const char *name)
{
	struct page *p = page_new(req, res, s, name);
	int lang = words_choose(req, s);

	page_words(p, word, lesson_speaks(lang));
	page_bool(p, "french", lang == words_lang("fr"));
	page_without_panel(p);
	return p;
}

/* Only for readers at the machine itself: a step costs what a login costs. */
static int
refuse(struct sess_req *req, struct sess_res *res, struct sess *s,
    enum sess_teaching why)
{
	static const char *const words[] = {
		[SESS_TEACH_OFF] = "lesson.off",
		[SESS_TEACH_NOT_DEV] = "lesson.not-dev",
		[SESS_TEACH_AWAY] = "lesson.away",
	};
	struct page *p = lesson_page(req, res, s, "lesson-refused");

	page_word(p, "why", words[why]);
	return page_show(p, 403);
}

static int
nowhere(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct page *p = lesson_page(req, res, s, "lesson-nowhere");

	page_int(p, "count", (int64_t)steps_count);
	return page_show(p, 404);
}

/* The file in three: what is before the piece, the piece, and the rest. */
static void
file_values(struct page *p, const char *text, const char *piece)
{
	const struct code *c = piece != NULL ? code_find(piece) : NULL;
	const char *at = c != NULL ? strstr(text, c->lines) : NULL;
	char *before = at != NULL ? strndup(text, (size_t)(at - text)) : NULL;

	if (before == NULL) {
		page_text(p, "text", text);
		return;
	}
	page_text(p, "text", before);
	page_text(p, "piece", c->lines);
	page_text(p, "text.after", at + strlen(c->lines));
	free(before);
}

/* A whole file that a step shows a piece of, and the way back to the step. */
static int
source(struct sess_req *req, struct sess_res *res, struct sess *s,
    const char *file)
{
	const char *text = file != NULL ? code_file(file) : NULL;
	char link[WHERE_LINK_MAX];
	struct where at;
	struct page *p;

	if (text == NULL)
		return nowhere(req, res, s);
	p = lesson_page(req, res, s, "lesson-source");
	page_text(p, "file", file);
	file_values(p, text, sess_req_query(req, "piece"));
	if (where_read(req, &at) && at.step > 0)
		page_link(p, "back", "%s", where_link(link, &at));
	return page_show(p, 200);
}

/* Is this the cookie that the visitor's id comes in? */
static bool
is_id(const struct sess *s, const char *name)
{
	static const char *const others[] = { "pre", "device", "remember" };
	size_t len = strlen(name), i, n;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		n = strlen(others[i]);
		if (len >= n && strcmp(name + len - n, others[i]) == 0)
			return false;
	}
	return sess_handle(s) != 0 && sess_is_own_cookie(s, name);
}

/*
 * Which cookies came, for www/lesson-measure.js: the names of its own, and of
 * the one with the visitor's id.  No value is told.
 */
static int
probe(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	size_t n, i, told = 0;
	const struct sess_pair *c = sess_req_pairs(req, SESS_COOKIE, &n);
	const char *id = NULL;

	sess_res_header(res, "Content-Type", "application/json");
	sess_res_puts(res, "{\"cookies\":[");
	for (i = 0; i < n; i++) {
		if (is_id(s, c[i].name))
			id = c[i].name;
		if (strncmp(c[i].name, "lesson-", 7) != 0 ||
		    told == PROBE_MAX)
			continue;
		sess_res_puts(res, told++ > 0 ? "," : "");
		sess_res_json(res, c[i].name, c[i].name_len);
	}
	sess_res_puts(res, "],\"id\":");
	if (id != NULL)
		sess_res_json(res, id, strlen(id));
	sess_res_puts(res, id != NULL ? "}\n" : "null}\n");
	return 200;
}

/* There is no memory for a step. */
static int
sorry(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct page *p = lesson_page(req, res, s, "sorry");

	page_word(p, "why", "sorry.503");
	return page_show(p, 503);
}

static int
show(struct sess_req *req, struct sess_res *res, struct sess *s,
    const struct where *at)
{
	struct show sh = { .where = at }, other = { .where = NULL };
	struct where unchanged = *at;
	struct page *p = lesson_page(req, res, s, "lesson");
	bool failed = false;

	view_place(p, at);
	if (at->said) {
		steps[at->step - 1].perform(&sh);
		unchanged.with = 0;
		unchanged.minutes = -1;
		if (at->with != 0 || at->minutes >= 0) {
			other.where = &unchanged;
			steps[at->step - 1].perform(&other);
		}
		failed = show_failed(&sh);
		if (!failed)
			view_show(p, &sh, &other);
		show_close(&sh);
		if (other.where != NULL)
			show_close(&other);
	}
	if (!failed)
		return page_show(p, 200);
	page_free(p);
	return sorry(req, res, s);
}

static int
lesson(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	enum sess_teaching teaching = sess_teaching(req);
	size_t files = sess_req_count(req, SESS_QUERY, "file");
	struct where at;

	if (teaching != SESS_TEACH_YES)
		return refuse(req, res, s, teaching);
	if (sess_req_query(req, "probe") != NULL)
		return probe(req, res, s);
	if (files > 0)
		return source(req, res, s, files == 1 ?
		    sess_req_query(req, "file") : NULL);
	if (!where_read(req, &at))
		return nowhere(req, res, s);
	if (at.step == 0)
		at.step = 1;
	return show(req, res, s, &at);
}

const struct sess_app lesson_app = {
	.handle = lesson, .methods = "GET HEAD", .refused = page_refused
};

/*
 * show.h - what a step shows: it performs requests in a world of its own, and
 * says what is to be noticed in what was captured.
 *
 *	static void
 *	first_value(struct show *sh)
 *	{
 *		struct browser *ada = show_browser(sh, &(struct browser)
 *		    BROWSER_ADA);
 *		const struct capture *c = browser_get(ada, "/visits");
 *		const char *id = capture_value(c, SESS_STEP_COMMIT, "id");
 *
 *		show_key(sh, c, SESS_STEP_COMMIT);
 *		show_claim(sh, "hash", !capture_row_has(c, id));
 *		show_right(sh, 2);
 *	}
 *
 * Nothing that is shown as a fact is written by hand: a claim is a question to
 * the capture, and so is the right answer.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_SHOW_H
#define LESSON_SHOW_H

#include "lesson/browser.h"
#include "lesson/where.h"
#include "lesson/world.h"

#define SHOW_CLAIMS 8
#define SHOW_CODES 4
#define SHOW_BROWSERS 3
#define SHOW_VALUES 12

struct show {
	const struct where *where;
	bool elsewhere;                 /* in a second world, beside the step's
					   own */
	struct world *world;
	struct browser *browsers[SHOW_BROWSERS];
	size_t nbrowsers;
	const struct capture *key;      /* the exchange to look at first, ... */
	enum sess_step key_step;        /* ... and the arrow of it */
	struct {
		const char *name;       /* of "8.claim.new-id" */
		bool holds;
	} claims[SHOW_CLAIMS];
	size_t nclaims;
	struct {
		const char *name, *text;
	} values[SHOW_VALUES];
	size_t nvalues;
	const char *codes[SHOW_CODES];  /* of lesson/code.txt */
	size_t ncodes;
	const char *text;               /* of "5.text.live"; NULL: by the
					   switches */
	int right;                      /* the right answer, from 1 */
};

/* A world with this site and these settings (NULL: the defaults). */
void show_open(struct show *, const struct sess_app *site,
    const struct sess_conf *);
void show_close(struct show *);
bool show_failed(const struct show *);

/* One more browser, as this one is; never NULL. */
struct browser *show_browser(struct show *, const struct browser *);

/* There is an account of this name; how it came to be is not shown. */
void show_account(struct show *);

/* Is the reader's switch on, of which 1 is the first? */
bool show_with(const struct show *, int number);

/* The reader's minutes pass, or so many if they have turned no clock. */
void show_wait(struct show *, int64_t minutes);

void show_key(struct show *, const struct capture *, enum sess_step);
void show_claim(struct show *, const char *name, bool holds);

/*
 * What was captured, for {{name}} in the texts of the step, but not in its
 * question, which is asked before.  It is not copied, so it is the world's or
 * a constant.  NULL: no memory, nothing is shown.  The page has values too
 * ("n", "count", "text"): choose a name of two words, such as "visits.now".
 */
void show_value(struct show *, const char *name, const char *text);

/* What was captured needs this text: "live" for "5.text.live". */
void show_text(struct show *, const char *name);

void show_code(struct show *, const char *name);
void show_right(struct show *, int answer);

/* ---- questions to a capture -------------------------------------------- */

/* The nth step of this kind, from 0, or NULL. */
const struct sess_trace_step *capture_step(const struct capture *,
    enum sess_step, size_t nth);

/* The value of a part of the first step of this kind, or "". */
const char *capture_value(const struct capture *, enum sess_step,
    const char *part);

/* How many rows of this table the last step of this kind has. */
size_t capture_rows(const struct capture *, enum sess_step,
    const char *table);

/* A column of the nth of them, from 0, or "". */
const char *capture_cell(const struct capture *, enum sess_step,
    const char *table, size_t nth, const char *column);

/* Is this text, or its bytes in hex, in any row that was read or written? */
bool capture_row_has(const struct capture *, const char *text);

/* The value of the nth header field of this name in the answer, or NULL. */
const char *capture_field(struct show *, const struct capture *,
    const char *name, size_t nth);

/* The host of the other site that causes it, "evil.example", or "". */
const char *capture_from(const struct capture *);

/* Does the answer's Set-Cookie have this attribute, "Secure" or "Path=/"? */
bool capture_cookie_has(const struct capture *, const char *cookie,
    const char *attribute);

bool capture_sent(const struct capture *, const char *text);    /* request */

#endif

/*
 * transcript.h - the steps of a request as text: masked, and short enough to keep.
 *
 * The text is written with what really was there masked already, so a page can
 * show it as it is.  It is read back step by step; what is damaged ends it.
 */
/* SPDX-License-Identifier: ISC */
#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include "sess.h"
#include "sess_trace.h"

#define TRANSCRIPT_PARTS_MAX 256     /* of one step; the rest is not read */
#define TRANSCRIPT_CHANGED "changed" /* value of a row that a change has made
					or left different; else it is "" */

/*
 * The request's method and path, and its steps so far, as many as there is
 * room for.  Returns the length of the text, without its NUL.  0: there are no
 * steps, or not even the first line has room.
 */
size_t transcript_write(char *text, size_t size, const struct sess_req *,
    const struct sess_trace_step *, size_t n);

/* Where a reader is in such a text, which it cuts into pieces. */
struct transcript_reader {
	char *at;
	const char *method, *path;
	bool cut;               /* after the last step: there were more */
};

struct transcript_part {
	const char *name, *value;       /* value: one line, masked */
	enum sess_trace_kind kind;
};

struct transcript_step {
	const char *name;               /* "find" */
	int64_t us;
	struct transcript_part parts[TRANSCRIPT_PARTS_MAX];
	size_t nparts;
	size_t left;                    /* parts that were not read */
};

/* False: this is no such text. */
bool transcript_read(struct transcript_reader *, char *text);

/* The next step; false: that was all, or the rest is damaged. */
bool transcript_next(struct transcript_reader *, struct transcript_step *);

/* The value of its first part of this name, or NULL. */
const char *transcript_value(const struct transcript_step *, const char *name);

#endif

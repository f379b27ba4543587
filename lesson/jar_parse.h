/* jar_parse.h - a Set-Cookie as a browser reads it (RFC 6265bis, 5.6). */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_JAR_PARSE_H
#define LESSON_JAR_PARSE_H

#include "lesson/jar.h"

/* A part of the text that was parsed; it has no NUL of its own. */
struct jar_text {
	const char *s;
	size_t n;
};

/* What was said.  Of an attribute that came twice, the last one counts. */
struct jar_parsed {
	struct jar_text name, value;
	struct jar_text domain;         /* without its dot; may be empty */
	struct jar_text path;           /* empty: the default */
	bool has_path;                  /* there was a Path, even a wrong one */
	bool secure, http_only;
	enum jar_same_site same_site;
	bool has_max_age, has_expires;
	int64_t max_age, expires;       /* both as moments */
};

/* NULL, or one of jar_receive()'s words: control, empty, too-long. */
const char *jar_parse(struct jar_parsed *, const char *set_cookie,
    int64_t now);

/*
 * A date as browsers read it (5.1.1): four parts in any order, and the rest
 * passed over.  False: it is none.  *time is in seconds since 1970.
 */
bool jar_parse_date(struct jar_text, int64_t *time);

#endif

/*
 * fresh.h - what is new in an exchange, so that the rest can be grey.
 *
 * An exchange is compared with the one before it of the same browser: a part
 * is new if that one had no part with this key and this text, and a statement
 * is new if that one did not run it.  In the first exchange of a browser all
 * would be new; there it is the cookies, the form's fields and what is written.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_FRESH_H
#define LESSON_FRESH_H

#include "lesson/parts.h"
#include "lesson/show.h"

/* The exchange before this one of the same browser, or NULL. */
const struct capture *fresh_before(const struct show *,
    const struct capture *);

/* A request as parts_request() takes it: its head, and its form. */
const char *fresh_request(const struct show *, const struct capture *);

/* Is this part new beside those of the message before? */
bool fresh_part(const struct http_part *, const struct http_part *before,
    size_t nbefore, bool is_first);

/* Does this statement do what none did before?  Begin and commit never do. */
bool fresh_sql(const char *sql, const struct capture *before);

#endif

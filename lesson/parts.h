/*
 * parts.h - a request or an answer, cut into the parts that are explained.
 *
 *	struct http_part list[PARTS_MAX];
 *	size_t n = parts_answer(text, list, PARTS_MAX);
 *
 * A part is a slice of the text, in the order of the text, and has the key of
 * its explanation: lesson_text(lang, key) says what the part says and what
 * happens without it; the key with ".std" after it names the standard.  Between
 * two parts stand only separators: ": ", "=", "; ", "&", "?", CR LF.
 *
 * What is not there can be a part, too, since it has a meaning: a Set-Cookie
 * without Max-Age has a part of no bytes with the key "cookie.no-max-age".  A
 * part that shows nothing, such as this one or the empty line after the
 * header, has a label to show in its place: the key with ".label" after it.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_PARTS_H
#define LESSON_PARTS_H

#include <stddef.h>

#define PARTS_MAX 256

struct http_part {
	const char *text;       /* in the caller's text; not terminated */
	size_t len;
	const char *key;        /* "cookie.httponly"; never NULL */
	int depth;              /* 0 begins a line; a deeper part belongs to
				   the last one before it that is less deep */
};

/*
 * Cut a request as it was sent: request line, fields, body; lines end with CR
 * LF or LF.  Returns how many parts are in the list.  No input is refused: a
 * line that is no field has the key "field.other".  Where the list is too
 * short, its last part is all the rest and has the key "rest".  No memory is
 * allocated; the parts live as long as the text.
 */
size_t parts_request(const char *request, struct http_part *list, size_t max);

/*
 * The same for an answer.  It begins with a status line, as on the wire, or
 * with the field "Status", as a CGI program writes it.
 */
size_t parts_answer(const char *answer, struct http_part *list, size_t max);

#endif

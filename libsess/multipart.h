/*
 * multipart.h - multipart/form-data, cut into its parts as its bytes come
 * (RFC 7578; RFC 2046, 5.1.1).
 *
 *	multipart_init(&m, boundary, max_parts, &to);
 *	while (...)
 *		err = multipart_feed(&m, bytes, n);     -- pieces of any size
 *	err = multipart_end(&m);
 *
 * Memory is that of the struct; each byte is looked at twice at most.  What it
 * hands on does not depend on how the bytes were cut into pieces.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_MULTIPART_H
#define SESS_MULTIPART_H

#include "part.h"

#define MULTIPART_BOUNDARY_MAX 70       /* RFC 2046, 5.1.1 */
#define MULTIPART_HEADER_MAX 8192       /* bytes of one part's, all of it */

/*
 * What gets the parts, one after another: its header, its bytes in pieces, its
 * end.  What is no SESS_OK ends it all; *why says why.
 */
struct multipart_to {
	enum sess_err (*part)(void *arg, const struct part *,
	    const char **why);
	enum sess_err (*bytes)(void *arg, const char *, size_t,
	    const char **why);
	enum sess_err (*end)(void *arg, const char **why);
	void *arg;
};

enum multipart_state {
	MULTIPART_PREAMBLE,     /* before the first delimiter: line ends */
	MULTIPART_BOUNDARY,     /* right behind a boundary */
	MULTIPART_PADDING,      /* in the blanks behind it */
	MULTIPART_LINE_END,     /* behind the CR of its line */
	MULTIPART_HEADER, MULTIPART_BODY,       /* of a part */
	MULTIPART_DASH,         /* behind the first "-" of the last delimiter */
	MULTIPART_LAST,         /* behind the second, or in blanks */
	MULTIPART_LAST_END,     /* behind the CR of that line */
	MULTIPART_EPILOGUE, MULTIPART_MALFORMED
};

struct multipart {
	const struct multipart_to *to;
	const char *why;        /* of an error */
	enum sess_err err;      /* the first one sticks */
	enum multipart_state state;
	char delimiter[4 + MULTIPART_BOUNDARY_MAX];     /* CR LF "--" boundary */
	size_t delimiter_len;
	size_t matched;         /* bytes of it that have come */
	size_t before;          /* ... of these, some ended the line before */
	size_t parts, max_parts;
	char header[MULTIPART_HEADER_MAX];
	size_t header_len;
};

/* The boundary is 1 to 70 bytes, as ctype.h has it; `to` must stay. */
void multipart_init(struct multipart *, const char *boundary,
    size_t max_parts, const struct multipart_to *);

/* SESS_ESYNTAX: malformed; SESS_EBODY: over a limit; what `to` said. */
enum sess_err multipart_feed(struct multipart *, const char *, size_t);

/* There is no more: was that all of it? */
enum sess_err multipart_end(struct multipart *);

#endif

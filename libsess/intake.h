/* intake.h - a multipart form as it comes: fields become pairs, files uploads. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_INTAKE_H
#define SESS_INTAKE_H

#include "buf.h"
#include "multipart.h"
#include "pairs.h"
#include "upload.h"

/* Where all goes; the values of the pairs lie in `text`. */
struct intake {
	struct pool *pool;
	struct buf *text;
	struct pairs *field;
	struct uploads *file;
	size_t max_pairs, max_name, max_text;
	/* private */
	struct multipart_to to;
	struct multipart parser;
	struct pairs pairs;
	size_t got;             /* bytes of all values so far */
	struct part part;       /* of a file that may be none: see intake.c */
	enum { INTAKE_FIELD, INTAKE_NO_FILE, INTAKE_FILE } kind;
};

/* The members above are set.  SESS_ENOMEM. */
enum sess_err intake_init(struct intake *, const char *boundary,
    size_t max_parts);

/* What multipart_feed() says, and SESS_EBODY, SESS_EUPLOAD, SESS_ENOMEM. */
enum sess_err intake_feed(struct intake *, const char *, size_t,
    const char **why);

/* It was the last; the pairs are there now. */
enum sess_err intake_end(struct intake *, const char **why);

#endif

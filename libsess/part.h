/* part.h - the header of one part of a multipart form (RFC 7578, 4). */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_PART_H
#define SESS_PART_H

#include "sess.h"

#define PART_FIELDS_MAX 16      /* header fields; browsers send two */

/* Slices of the header; NULL: not given. */
struct part {
	const char *name, *filename;
	size_t name_len, filename_len;
	const char *type;       /* NUL-terminated, without a control */
};

/*
 * The n bytes of a header, each line with its CR LF; they are written over.
 *
 * Content-Disposition must be "form-data" with a name.  Names are quoted as
 * browsers quote them (WHATWG HTML, multipart/form-data encoding algorithm):
 * %22, %0D and %0A are decoded and nothing else is, and a backslash is a
 * backslash.  "filename*" is for others to believe (RFC 7578, 4.2).  A header
 * that is folded, holds NUL, says one of these things twice, or asks for a
 * transfer encoding is SESS_ESYNTAX; over PART_FIELDS_MAX: SESS_EBODY.
 */
enum sess_err part_parse(struct part *, char *, size_t n, const char **why);

#endif

/* record.h - FastCGI 1.0 as bytes: its records, and names with their values. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_RECORD_H
#define SESS_RECORD_H

#include <stdbool.h>
#include <stddef.h>

/* FastCGI 1.0, 8: types of records, protocol statuses, a flag. */
enum {
	RECORD_BEGIN_REQUEST = 1, RECORD_END_REQUEST = 3, RECORD_PARAMS = 4,
	RECORD_STDIN = 5, RECORD_STDOUT = 6, RECORD_GET_VALUES = 9,
	RECORD_GET_VALUES_RESULT = 10, RECORD_UNKNOWN_TYPE = 11
};
enum { REQUEST_COMPLETE = 0, CANT_MPX_CONN = 1, UNKNOWN_ROLE = 3 };
enum { KEEP_CONN = 1 };

#define RECORD_HEADER 8         /* bytes; also those of most contents */

/* The record that is being read.  Zeroed, none has begun. */
struct record {
	unsigned type, id;
	size_t length;          /* bytes of its content ... */
	size_t left;            /* ... and those that have not come */
	/* private */
	bool open;
	size_t padding, nheader;
	unsigned char header[RECORD_HEADER];
};

/* A piece of its content; it is the last one when nothing is left. */
struct piece {
	const unsigned char *bytes;
	size_t n;
};

enum record_found { RECORD_MORE, RECORD_PIECE, RECORD_WRONG };

/*
 * The next piece in the bytes from *at to end; *at moves on behind it.
 * RECORD_MORE: all of them are used, and the piece is not there yet.
 * RECORD_WRONG: this is not FastCGI 1.  An empty record is a piece of no bytes.
 */
enum record_found record_next(struct record *, const unsigned char **at,
    const unsigned char *end, struct piece *);

/* The header of a record of n bytes, 65,535 at most, without padding. */
void record_header(unsigned char to[RECORD_HEADER], unsigned type,
    unsigned id, size_t n);

/* A name and its value (3.4). */
struct param {
	const unsigned char *name, *value;
	size_t nlen, vlen;
};

/*
 * The pair at *at, which moves on behind it.  False: the bytes end before the
 * pair does.
 */
bool param_next(const unsigned char **at, const unsigned char *end,
    struct param *);

#endif

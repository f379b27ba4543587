/* body.h - the body of a request: its length, its type, its bytes. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_BODY_H
#define SESS_BODY_H

#include "ctype.h"
#include "wire.h"

enum body_kind { BODY_NONE, BODY_URLENCODED, BODY_MULTIPART };

struct body {
	struct sess_wire *wire;
	/* Told after each piece, if anybody wants to know; total -1: unknown. */
	void (*progress)(void *arg, int64_t got, int64_t total);
	void *progress_arg;
	/* what body_open() found */
	enum body_kind kind;
	struct ctype type;
	size_t max;             /* bytes */
	size_t length;          /* SIZE_MAX: to the end */
	const char *why;        /* of an error, here and below */
};

/* Wire and progress are set.  Refuse what is too long, or no form: unread. */
enum sess_err body_open(struct body *, size_t max_urlencoded,
    size_t max_multipart);

/*
 * Hand on all of CONTENT_LENGTH and never a byte more (RFC 3875, 4.2), or up
 * to the end where there is no length.  A read that fails with ETIMEDOUT, the
 * wire's deadline, is SESS_ETIMEOUT; with anything else, SESS_ELENGTH.
 */
enum sess_err body_read(struct body *,
    enum sess_err (*take)(void *arg, const char *, size_t, const char **why),
    void *arg);

/*
 * CONTENT_LENGTH (RFC 3875, 4.1.2): digits only.  SESS_NONE: missing or
 * empty; SESS_ESYNTAX: something else, or two; what no size_t can hold is
 * SIZE_MAX.
 */
enum sess_err body_length(const struct sess_wire *, size_t *length);

#endif

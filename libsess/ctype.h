/* ctype.h - the type of a body: the Content-Type header field. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_CTYPE_H
#define SESS_CTYPE_H

#include "sess.h"

struct ctype {
	char essence[64];       /* "type/subtype", lower case */
	char charset[32];       /* lower case; "" when not given */
	char boundary[70 + 1];  /* of a multipart body (RFC 2046, 5.1.1) */
};

/*
 * Strictly by RFC 9110, 8.3.1 and 5.6.6; false for anything else, for a
 * charset or a boundary given twice, and for what does not fit.
 */
bool ctype_parse(struct ctype *, const char *);

#endif

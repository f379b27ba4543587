/* http.h - the characters of HTTP's grammar (RFC 9110). */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_HTTP_H
#define SESS_HTTP_H

#include "sess.h"

/* tchar: what names of methods, header fields and parameters are made of. */
bool is_token_char(char);
bool is_token(const char *);    /* one or more of them (5.6.2) */

/* Visible characters, blanks and 0x80-0xFF; no control (5.5). */
bool is_field_value(const char *);

const char *status_text(int status);    /* "Not Found"; unknown: "Status" */

#endif

/* form.h - application/x-www-form-urlencoded: queries and form bodies. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_FORM_H
#define SESS_FORM_H

#include "pairs.h"
#include "pool.h"

/*
 * Parse exactly as the WHATWG URL standard does (5.1), but leave the bytes
 * as they are instead of decoding them as UTF-8: "&" separates, the first
 * "=" divides, "+" is a space, and a "%" without two hex digits is itself.
 * SESS_ELIMIT: more than max_pairs, or a name over max_name bytes.
 */
enum sess_err form_parse(struct pairs *, struct pool *, const char *, size_t,
    size_t max_pairs, size_t max_name);

#endif

/* cookie.h - the Cookie and Set-Cookie header fields (RFC 6265bis). */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_COOKIE_H
#define SESS_COOKIE_H

#include "buf.h"
#include "pairs.h"
#include "pool.h"

#define COOKIE_MAX 4096         /* bytes of a Set-Cookie: what browsers keep */

/*
 * Parse the value of Cookie header fields (4.2.1, 5.4): ";" separates, the
 * first "=" divides, blanks around both parts go, and nothing else is done:
 * no decoding, no quotes, no case, no "$Version".  A piece without a name is
 * left out.  SESS_ELIMIT: more than max_pairs pieces.
 */
enum sess_err cookie_parse(struct pairs *, struct pool *, const char *,
    size_t max_pairs);

/*
 * Write the value of a Set-Cookie.  SESS_EINVAL where a browser would drop
 * the cookie: a bad name or value, over 4096 bytes, a "__Host-" or
 * "__Secure-" name without what it asks for, SameSite=None without Secure.
 */
enum sess_err cookie_format(struct buf *, const struct sess_cookie *);

#endif

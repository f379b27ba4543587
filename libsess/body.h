/* body.h - the body of a request: its length, its type, its bytes. */
#ifndef SESS_BODY_H
#define SESS_BODY_H

#include "buf.h"
#include "wire.h"

/*
 * Read a form's body of at most `max` bytes: all of CONTENT_LENGTH and never
 * a byte more (RFC 3875, 4.2), or to the end where there is no length.  Too
 * long, or of another type: refused before anything is read.  On an error
 * *why says why.
 */
enum sess_err body_read(struct buf *, struct sess_wire *, size_t max,
    const char **why);

/*
 * CONTENT_LENGTH (RFC 3875, 4.1.2): digits only.  SESS_NONE: missing or
 * empty; SESS_ESYNTAX; what no size_t can hold is SIZE_MAX.
 */
enum sess_err body_length(const struct sess_wire *, size_t *length);

#endif

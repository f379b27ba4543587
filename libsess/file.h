/* file.h - a file as the body of an answer: its name and its bytes. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_FILE_H
#define SESS_FILE_H

#include "buf.h"
#include "wire.h"

/* Bytes of a name that are passed on; a file system takes no more. */
#define FILE_NAME_MAX 255

/*
 * The value of Content-Disposition (RFC 6266): to be saved, not shown, under
 * this name (text; NULL: none).  Whatever the name holds, it is one name and
 * neither a path nor another parameter.
 */
void file_disposition(struct buf *, const char *name);

/* SESS_EINVAL: not open, or no regular file. */
enum sess_err file_size(int fd, int64_t *size);

/*
 * Write that many bytes of the file, from its start, piece by piece.  SESS_EWIRE
 * where the wire broke; SESS_ELENGTH where the file has become shorter.
 */
enum sess_err file_send(struct sess_wire *, int fd, int64_t size);

#endif

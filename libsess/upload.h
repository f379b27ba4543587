/*
 * upload.h - the files of a request: each has a descriptor and no name.
 *
 * What has no name is gone when its descriptor is closed, however that comes
 * about; so a program that is killed in mid-upload leaves nothing.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_UPLOAD_H
#define SESS_UPLOAD_H

#include "part.h"
#include "pool.h"

struct uploads {
	const char *folder;     /* where they lie */
	struct pool *pool;
	struct sess_upload *at;
	size_t n, max;          /* so many are taken; their bytes: see body.h */
	char *pending;          /* bytes of the last one, not yet written */
	size_t pending_len;
};

/* Up to `max` of them; nothing is made before the first one comes. */
void uploads_init(struct uploads *, struct pool *, const char *folder,
    size_t max);

/* Close them all; those that were kept stay. */
void uploads_release(struct uploads *);

/*
 * One more.  SESS_EBODY: over the maximum; SESS_ESYNTAX: its name is no text;
 * SESS_EUPLOAD: the folder takes no file.
 */
enum sess_err upload_begin(struct uploads *, const struct part *,
    const char **why);

/* Bytes of it.  SESS_EUPLOAD: the disk is full. */
enum sess_err upload_add(struct uploads *, const char *, size_t,
    const char **why);

/* That was all of it. */
enum sess_err upload_end(struct uploads *, const char **why);

/* A file without a name; -1 where it cannot be had. */
int upload_file(const char *folder);

#endif

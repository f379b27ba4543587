/* upload.c - the files of a request: each has a descriptor and no name. */
/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "upload.h"
#include "utf8.h"

#define PENDING 32768   /* bytes a write */

void
uploads_init(struct uploads *u, struct pool *pool, const char *folder,
    size_t max)
{
	*u = (struct uploads){ .folder = folder, .pool = pool, .max = max };
}

void
uploads_release(struct uploads *u)
{
	while (u->n > 0)
		close(u->at[--u->n].fd);
}

/* ---- one file ---------------------------------------------------------- */

/* For a moment it has a name, where the file system knows no other way. */
static int
nameless(const char *folder)
{
	char path[PATH_MAX];
	int fd, n = snprintf(path, sizeof path, "%s/sess-XXXXXX", folder);

	if (n < 0 || (size_t)n >= sizeof path)
		return -1;
	if ((fd = mkostemp(path, O_CLOEXEC)) >= 0)
		unlink(path);
	return fd;
}

int
upload_file(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd >= 0 ? fd : nameless(folder);
}

/* ---- as it comes ------------------------------------------------------- */

/* What all uploads of a request share, when the first one comes. */
static bool
room(struct uploads *u)
{
	if (u->at == NULL)
		u->at = pool_alloc(u->pool, u->max * sizeof *u->at);
	if (u->pending == NULL)
		u->pending = pool_alloc(u->pool, PENDING);
	return u->at != NULL && u->pending != NULL;
}

static const char *
copy(struct uploads *u, const char *s, size_t n)
{
	return pool_copy(u->pool, s, n);
}

enum sess_err
upload_begin(struct uploads *u, const struct part *part, const char **why)
{
	const char *type = part->type != NULL ? part->type :
	    "application/octet-stream";
	struct sess_upload *file;

	*why = u->max > 0 ? "form over max_files" : "form: no file is taken";
	if (u->n == u->max)
		return SESS_EBODY;
	*why = "form: a file's name or type is no text";
	if (!utf8_text(part->name, part->name_len) ||
	    !utf8_text(part->filename, part->filename_len) ||
	    !utf8_text(type, strlen(type)))
		return SESS_ESYNTAX;
	if (!room(u))
		return SESS_ENOMEM;
	file = &u->at[u->n];
	*file = (struct sess_upload){
		.name = copy(u, part->name, part->name_len),
		.filename = copy(u, part->filename, part->filename_len),
		.type = copy(u, type, strlen(type)),
		.fd = -1,
	};
	if (file->name == NULL || file->filename == NULL || file->type == NULL)
		return SESS_ENOMEM;
	*why = "upload_dir: no file can be made there";
	if ((file->fd = upload_file(u->folder)) < 0)
		return SESS_EUPLOAD;
	u->n++;
	u->pending_len = 0;
	return SESS_OK;
}

static enum sess_err
flush(struct uploads *u, const char **why)
{
	struct sess_upload *file = &u->at[u->n - 1];

	*why = "upload_dir: full, or it cannot be written to";
	if (!io_write(file->fd, u->pending, u->pending_len))
		return SESS_EUPLOAD;
	file->size += (int64_t)u->pending_len;
	u->pending_len = 0;
	return SESS_OK;
}

enum sess_err
upload_add(struct uploads *u, const char *s, size_t n, const char **why)
{
	enum sess_err err = SESS_OK;
	size_t len;

	for (; n > 0 && err == SESS_OK; s += len, n -= len) {
		len = PENDING - u->pending_len;
		len = n < len ? n : len;
		memcpy(u->pending + u->pending_len, s, len);
		u->pending_len += len;
		if (u->pending_len == PENDING)
			err = flush(u, why);
	}
	return err;
}

enum sess_err
upload_end(struct uploads *u, const char **why)
{
	enum sess_err err = flush(u, why);

	if (err != SESS_OK)
		return err;
	return lseek(u->at[u->n - 1].fd, 0, SEEK_SET) == 0 ? SESS_OK :
	    SESS_EUPLOAD;
}

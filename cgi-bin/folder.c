/*
 * folder.c - the bytes of files, in a folder beside the demo site's database.
 */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "folder.h"

/* The path of a file; of the folder itself where the number is 0. */
static const char *
path_of(char path[PATH_MAX], struct data *d, int64_t id)
{
	int n = id == 0 ? snprintf(path, PATH_MAX, "%s-files", ask_path(d)) :
	    snprintf(path, PATH_MAX, "%s-files/%" PRId64, ask_path(d), id);

	return n > 0 && n < PATH_MAX ? path : NULL;
}

void
folder_keep(struct data *d, int64_t id, const struct sess_upload *u)
{
	char folder[PATH_MAX], path[PATH_MAX];
	enum sess_err err;

	if (data_failed(d))
		return;
	if (path_of(folder, d, 0) == NULL || path_of(path, d, id) == NULL ||
	    (mkdir(folder, 0700) != 0 && errno != EEXIST)) {
		ask_fail(d, "no folder for files");
		return;
	}
	err = sess_upload_keep(u, path);
	/*
	 * Somebody died before the commit, and so the number is free again.
	 * It is ours as long as the transaction is.
	 */
	if (err == SESS_EINVAL && unlink(path) == 0)
		err = sess_upload_keep(u, path);
	if (err != SESS_OK)
		ask_fail(d, "a file cannot be kept");
}

int
folder_open(struct data *d, int64_t id)
{
	char path[PATH_MAX];

	if (data_failed(d) || path_of(path, d, id) == NULL)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

bool
folder_remove(struct data *d, int64_t id)
{
	char path[PATH_MAX];

	return path_of(path, d, id) != NULL &&
	    (unlink(path) == 0 || errno == ENOENT);
}

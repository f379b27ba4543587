/* keep.c - an upload gets a name, for good. */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "upload.h"

#define PIECE 32768     /* bytes a read */

/* The folder of an absolute path; *name is what comes behind it. */
static bool
folder_of(const char *path, char folder[PATH_MAX], const char **name)
{
	const char *slash = strrchr(path, '/');
	size_t n;

	if (*path != '/' || strlen(path) >= PATH_MAX)
		return false;
	*name = slash + 1;
	if (**name == '\0' || strcmp(*name, ".") == 0 ||
	    strcmp(*name, "..") == 0)
		return false;
	n = slash > path ? (size_t)(slash - path) : 1;
	memcpy(folder, path, n);
	folder[n] = '\0';
	return true;
}

static enum sess_err
verdict(bool ok)
{
	return ok ? SESS_OK : errno == EEXIST ? SESS_EINVAL : SESS_EUPLOAD;
}

/*
 * A link refuses what is there, even a symbolic link that leads nowhere.  It
 * fails where the file lies on another file system, or once had a name.
 */
static bool
link_file(int fd, int folder, const char *name)
{
	char self[64];

	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, folder, name, AT_SYMLINK_FOLLOW) == 0;
}

/* The position of `from` stays where the page left it. */
static bool
copy_bytes(int to, int from)
{
	char piece[PIECE];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(from, piece, sizeof piece, at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || !io_write(to, piece, (size_t)n))
			return false;
		at += n;
	}
	return fsync(to) == 0;
}

/* Whole, and then under its name: as a link, for a rename would replace. */
static bool
copy_file(int from, const char *where, int folder, const char *name)
{
	char temporary[PATH_MAX + 16];
	int to, why;
	bool ok;

	snprintf(temporary, sizeof temporary, "%s/.sess-XXXXXX", where);
	if ((to = mkostemp(temporary, O_CLOEXEC)) < 0)
		return false;
	ok = copy_bytes(to, from) && linkat(AT_FDCWD, temporary, folder, name,
	    0) == 0;
	why = errno;
	close(to);
	unlink(temporary);
	errno = why;
	return ok;
}

enum sess_err
sess_upload_keep(const struct sess_upload *file, const char *path)
{
	char where[PATH_MAX];
	const char *name;
	enum sess_err err;
	int folder;

	if (!folder_of(path, where, &name))
		return SESS_EINVAL;
	if ((folder = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return SESS_EUPLOAD;
	err = verdict(fsync(file->fd) == 0 &&
	    link_file(file->fd, folder, name));
	if (err == SESS_EUPLOAD)
		err = verdict(copy_file(file->fd, where, folder, name));
	if (err == SESS_OK && fsync(folder) != 0)
		err = SESS_EUPLOAD;
	close(folder);
	return err;
}

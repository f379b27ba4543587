/* place.c - a file of secrets lies in a folder that is nobody else's. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "place.h"

/* Is `folder` the document root, or below it? */
static bool
is_below(const char *folder, const char *document_root)
{
	char root[PATH_MAX], real[PATH_MAX];
	size_t n;

	if (document_root == NULL || *document_root == '\0' ||
	    realpath(document_root, root) == NULL ||
	    realpath(folder, real) == NULL)
		return false;
	n = strlen(root);
	return strncmp(real, root, n) == 0 &&
	    (real[n] == '/' || real[n] == '\0' || n == 1);
}

static const char *
folder_wrong(const char *folder, const char *document_root)
{
	struct stat st;

	bool made = mkdir(folder, 0700) == 0;

	if (!made && errno != EEXIST)
		return "store: its folder cannot be made";
	if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
		return "store: its folder is no folder";
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "store: others can write to its folder";
	if (is_below(folder, document_root)) {
		if (made)
			rmdir(folder);
		return "store: it lies below the document root";
	}
	return NULL;
}

/*
 * SQLite gives -wal and -shm the mode of the database.  A file that is there is
 * not opened: to close it would take away the locks that SQLite holds on it in
 * another thread (fcntl(2)).
 */
static const char *
file_wrong(const char *path)
{
	struct stat st;
	int fd = -1;

	if (lstat(path, &st) != 0 && errno == ENOENT &&
	    (fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600)) >= 0)
		close(fd);
	if (lstat(path, &st) != 0)
		return "store: it cannot be opened";
	if (S_ISLNK(st.st_mode))
		return "store: it is a symbolic link";
	if (!S_ISREG(st.st_mode))
		return "store: it is no file";
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return "store: others can read it";
	return NULL;
}

enum sess_err
place_make(const char *path, const char *document_root, const char **why)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	size_t n = slash != NULL ? (size_t)(slash - path) : 0;

	*why = "store: its path is not absolute, or too long";
	if (*path != '/' || n == 0 || n >= sizeof folder)
		return SESS_ESTORE;
	memcpy(folder, path, n);
	folder[n] = '\0';
	if ((*why = folder_wrong(folder, document_root)) != NULL ||
	    (*why = file_wrong(path)) != NULL)
		return SESS_ESTORE;
	return SESS_OK;
}

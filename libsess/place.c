/* place.c - a file of secrets lies in a folder that is nobody else's. */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "place.h"

/* Enough to go by it: needs no right to list it, and a link is not followed. */
#define HOLD (O_PATH | O_NOFOLLOW | O_CLOEXEC)

static enum sess_err refuse(struct place *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static enum sess_err
refuse(struct place *p, const char *format, ...)
{
	size_t n = (size_t)snprintf(p->why, sizeof p->why, "store: ");
	va_list ap;

	va_start(ap, format);
	vsnprintf(p->why + n, sizeof p->why - n, format, ap);
	va_end(ap);
	return SESS_ESTORE;
}

/* ---- whose it is ------------------------------------------------------- */

/* `root`: theirs is as good as ours. */
static enum sess_err
owner_wrong(struct place *p, const char *path, const struct stat *st,
    bool root)
{
	uid_t me = geteuid();

	if (st->st_uid == me || (root && st->st_uid == 0))
		return SESS_OK;
	return refuse(p, "%.300s belongs to user %u, and the program runs as "
	    "user %u: start it as the owner, or chown it", path,
	    (unsigned)st->st_uid, (unsigned)me);
}

static enum sess_err
file_wrong(struct place *p, const char *path, const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return refuse(p, "%.300s is a symbolic link: name what "
		    "it leads to", path);
	if (!S_ISREG(st->st_mode))
		return refuse(p, "%.300s is no file", path);
	if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return refuse(p, "others can read or use %.300s (mode %04o): "
		    "chmod 600", path, (unsigned)st->st_mode & 07777);
	return owner_wrong(p, path, st, false);
}

static enum sess_err
folder_wrong(struct place *p, const char *folder)
{
	struct stat st;

	if (fstat(p->folder, &st) != 0)
		return refuse(p, "the folder %.300s: %s", folder,
		    strerror(errno));
	if (S_ISLNK(st.st_mode))
		return refuse(p, "the folder %.300s is a symbolic link: name "
		    "what it leads to", folder);
	if (!S_ISDIR(st.st_mode))
		return refuse(p, "%.300s is no folder", folder);
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return refuse(p, "others can write to the folder %.300s (mode "
		    "%04o): chmod 700", folder, (unsigned)st.st_mode & 07777);
	return owner_wrong(p, folder, &st, true);
}

/* ---- the folder -------------------------------------------------------- */

/*
 * All but the last step of the path.  Neither a slash at the end nor a "."
 * may stand behind a symbolic link: it would be followed.
 */
static enum sess_err
split(struct place *p, char folder[PATH_MAX])
{
	const char *slash = strrchr(p->file, '/');
	size_t n = slash != NULL ? (size_t)(slash - p->file) : 0;
	const char *last;

	while (n > 0 && p->file[n - 1] == '/')
		n--;
	if (*p->file != '/' || n == 0 || n >= PATH_MAX || slash[1] == '\0' ||
	    strlen(slash) > NAME_MAX)
		return refuse(p, "its path is not absolute, or too long: "
		    "write sqlite:/FOLDER/FILE");
	memcpy(folder, p->file, n);
	folder[n] = '\0';
	last = strrchr(folder, '/') + 1;
	if (strcmp(last, ".") == 0 || strcmp(last, "..") == 0)
		return refuse(p, "its folder is written as \"%s\" in %.300s: "
		    "write its name", last, p->file);
	p->name = slash + 1;
	return SESS_OK;
}

/* Hold it; if nothing is there, make it. */
static enum sess_err
hold(struct place *p, const char *folder, bool *made)
{
	*made = false;
	p->folder = open(folder, HOLD);
	if (p->folder < 0 && errno == ENOENT) {
		*made = mkdir(folder, 0700) == 0;
		if (*made || errno == EEXIST)
			p->folder = open(folder, HOLD);
	}
	if (p->folder < 0)
		return refuse(p, "the folder %.300s cannot be made or opened: %s",
		    folder, strerror(errno));
	return folder_wrong(p, folder);
}

/*
 * What is held, as a symbolic link of the kernel's, which leads there for this
 * process even when the folder has got another name.
 */
static void
held(const struct place *p, char path[32])
{
	snprintf(path, 32, "/proc/self/fd/%d", p->folder);
}

/* Is this real path the document root's, or below it? */
static bool
is_below(const char *real, const char *document_root)
{
	char root[PATH_MAX];
	size_t n;

	if (document_root == NULL || *document_root == '\0' ||
	    realpath(document_root, root) == NULL)
		return false;
	n = strlen(root);
	return strncmp(real, root, n) == 0 &&
	    (real[n] == '/' || real[n] == '\0' || n == 1);
}

static enum sess_err
situation_wrong(struct place *p, const char *folder,
    const char *document_root, bool made)
{
	char link[32], real[PATH_MAX];
	ssize_t n;

	held(p, link);
	if ((n = readlink(link, real, sizeof real - 1)) < 0)
		return refuse(p, "%s cannot be read: %s (in a chroot, mount "
		    "/proc)", link, strerror(errno));
	real[n] = '\0';
	if (!is_below(real, document_root))
		return SESS_OK;
	if (made)
		rmdir(folder);
	return refuse(p, "%.300s lies below the document root: choose a folder "
	    "that is not served", folder);
}

static enum sess_err
open_folder(struct place *p, const char *document_root)
{
	char folder[PATH_MAX];
	enum sess_err err;
	bool made;

	if ((err = split(p, folder)) != SESS_OK ||
	    (err = hold(p, folder, &made)) != SESS_OK)
		return err;
	return situation_wrong(p, folder, document_root, made);
}

/* ---- its files --------------------------------------------------------- */

/* The file, and what it is. */
static enum sess_err
note_file(struct place *p, const struct stat *st)
{
	p->device = st->st_dev;
	p->inode = st->st_ino;
	return file_wrong(p, p->file, st);
}

/*
 * SQLite gives -wal and -shm the mode of the database.  The file is not
 * opened, not even to make it: to close it would take away the locks that
 * SQLite holds on it in another thread (fcntl(2)).
 */
static enum sess_err
make_file(struct place *p)
{
	struct stat st;

	if (fstatat(p->folder, p->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return note_file(p, &st);
	if (errno == ENOENT)
		mknodat(p->folder, p->name, S_IFREG | 0600, 0);
	if (fstatat(p->folder, p->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return note_file(p, &st);
	return refuse(p, "%.300s cannot be opened: %s", p->file,
	    strerror(errno));
}

/* What keeps it from being opened: what it is, or else what the system says. */
static int
beside_wrong(struct place *p, const char *name, const char *path)
{
	int why = errno;
	struct stat st;

	if (fstatat(p->folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    file_wrong(p, path, &st) == SESS_OK)
		refuse(p, "%.300s cannot be opened: %s", path, strerror(why));
	return -1;
}

/* Names have room for more than there is: the system finds them too long. */
int
place_open_beside(struct place *p, const char *suffix)
{
	char name[NAME_MAX + 32], path[PATH_MAX + 32];
	struct stat st;
	int fd;

	snprintf(name, sizeof name, "%s%s", p->name, suffix);
	snprintf(path, sizeof path, "%s%s", p->file, suffix);
	fd = openat(p->folder, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd < 0 || fstat(fd, &st) != 0)
		return beside_wrong(p, name, path);
	if (file_wrong(p, path, &st) == SESS_OK)
		return fd;
	close(fd);
	return -1;
}

/* ---- both -------------------------------------------------------------- */

enum sess_err
place_open(struct place *p, const char *path, const char *document_root)
{
	enum sess_err err;

	*p = (struct place){ .folder = -1, .file = path };
	if ((err = open_folder(p, document_root)) != SESS_OK ||
	    (err = make_file(p)) != SESS_OK)
		place_close(p);
	return err;
}

void
place_close(struct place *p)
{
	if (p->folder >= 0)
		close(p->folder);
	p->folder = -1;
}

enum sess_err
place_check(struct place *p)
{
	struct stat st;

	if (lstat(p->file, &st) != 0)
		return refuse(p, "%.300s is not where the program opened it: "
		    "%s: put it back, or restart the program", p->file,
		    strerror(errno));
	if (st.st_dev != p->device || st.st_ino != p->inode)
		return refuse(p, "%.300s is another file than the program has "
		    "open: restart the program", p->file);
	return SESS_OK;
}

void
place_path(const struct place *p, char path[PATH_MAX])
{
	char link[32];

	held(p, link);
	snprintf(path, PATH_MAX, "%s/%s", link, p->name);
}

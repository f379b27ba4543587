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
#include "store.h"

/* Enough to go by it: needs no right to list it, and a link is not followed. */
#define HOLD (O_PATH | O_NOFOLLOW | O_CLOEXEC)

/* For the user of this number. */
#define NEW_FOLDER "as root: install -d -o %u -m 700 /var/lib/libsess, and " \
	"set store = sqlite:/var/lib/libsess/sess.db (variable LIBSESS_STORE)"

static enum sess_err refuse(struct place *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* What a person has to mend, and with which command. */
static enum sess_err
refuse(struct place *p, const char *format, ...)
{
	size_t n = (size_t)snprintf(p->why, sizeof p->why, "store: ");
	va_list ap;

	va_start(ap, format);
	vsnprintf(p->why + n, sizeof p->why - n, format, ap);
	va_end(ap);
	return SESS_ECONF;
}

/* "user 33": more would take the libraries that know names. */
static const char *
user_text(char text[32], uid_t user)
{
	if (user == 0)
		return "root";
	snprintf(text, 32, "user %u", (unsigned)user);
	return text;
}

/* Of the path, as far as a line has room for it. */
static size_t
folder_len(const struct place *p)
{
	size_t n = (size_t)(p->name - 1 - p->file);

	return n < 300 ? n : 300;
}

/* ---- what the system says ---------------------------------------------- */

/* All of it is ours, and its mode keeps us out. */
static enum sess_err
mode_wrong(struct place *p, const char *what, const char *path, mode_t mode)
{
	bool folder = (mode & S_IRWXU) != S_IRWXU;

	return refuse(p, "%.300s cannot be %s: %s, though it belongs to the "
	    "user that the program runs as: chmod %s %.*s", path, what,
	    strerror(EACCES), folder ? "700" : "600",
	    folder ? (int)folder_len(p) : 300, folder ? p->file : path);
}

/* The folder's owner, and our own user: one of the two has to change. */
static enum sess_err
permission_wrong(struct place *p, const char *what, const char *path)
{
	char owner[32], me[32];
	struct stat st;

	if (p->folder < 0 || fstat(p->folder, &st) != 0)
		return refuse(p, "%.300s cannot be %s: %s: the program runs "
		    "as %s, which may not enter a folder on this path: "
		    "namei -l %.300s shows which", path, what,
		    strerror(EACCES), user_text(me, geteuid()), path);
	if (st.st_uid == geteuid())
		return mode_wrong(p, what, path, st.st_mode);
	return refuse(p, "%.300s cannot be %s: %s: its folder belongs to %s "
	    "(mode %04o), and the program runs as %s: if only this store is "
	    "in it, chown %u %.*s; else " STORE_SET, path, what,
	    strerror(EACCES), user_text(owner, st.st_uid),
	    (unsigned)st.st_mode & 07777, user_text(me, geteuid()),
	    (unsigned)geteuid(), (int)folder_len(p), p->file);
}

/* Some of this ends by itself, so that the visitor may come again. */
static enum sess_err
system_wrong(struct place *p, const char *what, const char *path, int why)
{
	const char *remedy = "";
	bool passes = true;

	switch (why) {
	case EACCES:
		return permission_wrong(p, what, path);
	case ENOSPC:
	case EDQUOT:
		remedy = ": free some space on its disk; it then goes on by "
		    "itself";
		break;
	case EMFILE:
	case ENFILE:
		remedy = ": raise the limit of open files (ulimit -n)";
		break;
	case ENOMEM:
	case EINTR:
		break;
	case EROFS:
		remedy = ": see whether its disk is faulty (dmesg); if not, "
		    "mount it writable (systemd: ReadWritePaths=), or "
		    STORE_SET " on another disk";
		/* fallthrough */
	default:
		passes = false;
	}
	refuse(p, "%.300s cannot be %s: %s%s", path, what, strerror(why),
	    remedy);
	return passes ? SESS_ESTORE : SESS_ECONF;
}

/* ---- whose it is ------------------------------------------------------- */

/* Is it ours to use?  Root gives its files away, and takes none. */
static enum sess_err
owner_wrong(struct place *p, const char *path, uid_t owner)
{
	char theirs[32], ours[32];
	uid_t me = geteuid();

	if (owner == me)
		return SESS_OK;
	if (me == 0)
		return refuse(p, "%.300s belongs to user %u, and the program "
		    "runs as root: start it as user %u", path,
		    (unsigned)owner, (unsigned)owner);
	return refuse(p, "%.300s belongs to %s, and the program runs as %s: "
	    "chown %u %.300s", path, user_text(theirs, owner),
	    user_text(ours, me), (unsigned)me, path);
}

static enum sess_err
file_wrong(struct place *p, const char *path, const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return refuse(p, "%.300s is a symbolic link: " STORE_SET
		    " with the path that it leads to", path);
	if (!S_ISREG(st->st_mode))
		return refuse(p, "%.300s is not a regular file: move it away, "
		    "or " STORE_SET, path);
	if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return refuse(p, "%.300s is open to more than its owner (mode "
		    "%04o): chmod 600 %.300s", path,
		    (unsigned)st->st_mode & 07777, path);
	return owner_wrong(p, path, st->st_uid);
}

static enum sess_err
folder_wrong(struct place *p, const char *folder)
{
	struct stat st;

	if (fstat(p->folder, &st) != 0)
		return system_wrong(p, "looked at", folder, errno);
	if (S_ISLNK(st.st_mode))
		return refuse(p, "the folder %.300s is a symbolic link: "
		    STORE_SET " with the path that it leads to", folder);
	if (!S_ISDIR(st.st_mode))
		return refuse(p, "%.300s is not a folder: move it away, or "
		    STORE_SET, folder);
	if ((st.st_mode & S_ISVTX) != 0 && (st.st_mode & S_IWOTH) != 0)
		return refuse(p, "the folder %.300s is everybody's (mode "
		    "%04o): " NEW_FOLDER, folder,
		    (unsigned)st.st_mode & 07777, (unsigned)geteuid());
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return refuse(p, "the folder %.300s is writable for %s (mode "
		    "%04o): chmod go-w %.300s", folder,
		    (st.st_mode & S_IWOTH) != 0 ? "everybody" : "its group",
		    (unsigned)st.st_mode & 07777, folder);
	/* Root's is as good as ours. */
	return st.st_uid == 0 ? SESS_OK : owner_wrong(p, folder, st.st_uid);
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
		return refuse(p, "the path %.300s is not absolute, or too "
		    "long: " STORE_SET, p->file);
	memcpy(folder, p->file, n);
	folder[n] = '\0';
	last = strrchr(folder, '/') + 1;
	if (strcmp(last, ".") == 0 || strcmp(last, "..") == 0)
		return refuse(p, "the folder is written as %s in %.300s: "
		    STORE_SET " with its name", last, p->file);
	p->name = slash + 1;
	return SESS_OK;
}

/* Nothing is there, and we may not make it, or not all of its path. */
static enum sess_err
not_made(struct place *p, const char *folder, int why)
{
	char me[32];

	if (why == ENOENT)
		return refuse(p, "the folder %.300s is not there, nor is the "
		    "one above it: as root: install -d -o %u -m 700 %.300s, "
		    "or " STORE_SET, folder, (unsigned)geteuid(), folder);
	if (why != EACCES)
		return system_wrong(p, "made", folder, why);
	return refuse(p, "the folder %.300s is not there and cannot be made "
	    "by %s: %s: as root: install -d -o %u -m 700 %.300s, or "
	    STORE_SET, folder, user_text(me, geteuid()),
	    strerror(why), (unsigned)geteuid(), folder);
}

/* Hold it; if nothing is there, make it. */
static enum sess_err
hold(struct place *p, const char *folder, bool *made)
{
	*made = false;
	p->folder = open(folder, HOLD);
	if (p->folder < 0 && errno == ENOENT) {
		*made = mkdir(folder, 0700) == 0;
		if (!*made && errno != EEXIST)
			return not_made(p, folder, errno);
		p->folder = open(folder, HOLD);
	}
	if (p->folder < 0)
		return system_wrong(p, "opened", folder, errno);
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
	return refuse(p, "the folder %.300s lies below the document root "
	    "%.300s, which is served: " NEW_FOLDER, folder, document_root,
	    (unsigned)geteuid());
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
	if (errno == ENOENT &&
	    mknodat(p->folder, p->name, S_IFREG | 0600, 0) != 0 &&
	    errno != EEXIST)
		return system_wrong(p, "made", p->file, errno);
	if (fstatat(p->folder, p->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return note_file(p, &st);
	return system_wrong(p, "opened", p->file, errno);
}

/* Names have room for more than there is: the system finds them too long. */
struct beside {
	char name[NAME_MAX + 32], path[PATH_MAX + 32];
};

static void
beside_name(const struct place *p, const char *suffix, struct beside *b)
{
	snprintf(b->name, sizeof b->name, "%s%s", p->name, suffix);
	snprintf(b->path, sizeof b->path, "%s%s", p->file, suffix);
}

enum sess_err
place_look_beside(struct place *p, const char *suffix)
{
	struct beside b;
	struct stat st;

	beside_name(p, suffix, &b);
	if (fstatat(p->folder, b.name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return SESS_OK;
	return file_wrong(p, b.path, &st);
}

enum sess_err
place_open_beside(struct place *p, const char *suffix, int *fd)
{
	struct beside b;
	struct stat st;
	enum sess_err err;
	int why;

	beside_name(p, suffix, &b);
	*fd = openat(p->folder, b.name, O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	why = errno;
	if (*fd < 0) {
		err = place_look_beside(p, suffix);
		return err != SESS_OK ? err :
		    system_wrong(p, "opened", b.path, why);
	}
	err = fstat(*fd, &st) == 0 ? file_wrong(p, b.path, &st) :
	    system_wrong(p, "looked at", b.path, errno);
	if (err != SESS_OK) {
		close(*fd);
		*fd = -1;
	}
	return err;
}

enum sess_err
place_lock_wrong(struct place *p, const char *suffix, int why)
{
	struct beside b;

	beside_name(p, suffix, &b);
	if (why != EWOULDBLOCK)
		return system_wrong(p, "used", b.path, why);
	refuse(p, "%.300s is locked by a program that is not of libsess, such "
	    "as a backup: lslocks | grep %s shows it with FLOCK and WRITE: "
	    "end it", b.path, b.name);
	return SESS_ESTORE;
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

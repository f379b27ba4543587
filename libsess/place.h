/* place.h - a file of secrets lies in a folder that is nobody else's. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_PLACE_H
#define SESS_PLACE_H

#include <sys/types.h>

#include <limits.h>

#include "sess.h"

/* The folder is held open, and its files are opened by way of it. */
struct place {
	int folder;
	const char *file;       /* the path that was asked for, borrowed */
	const char *name;       /* its last step */
	dev_t device;           /* which file that is ... */
	ino_t inode;
	char why[1000];         /* what is wrong, after an error */
};

/*
 * Make the file (0600) and its folder (0700) where they are missing, and hold
 * the folder.  The folder must be our user's or root's and the file our user's;
 * neither may be a symbolic link, others may not write to the folder and not
 * use the file.  The path is absolute, and does not lead below the web
 * server's document root (NULL: not known).  On an error `why` has what is
 * wrong and what to do.  SESS_ECONF: a person has to mend it.  SESS_ESTORE: it
 * may pass.
 */
enum sess_err place_open(struct place *, const char *path,
    const char *document_root);
void place_close(struct place *);

/*
 * Does the path still lead to the file that place_open() found?  A program that
 * stays works on with one that was moved or removed, and another program makes
 * a new one.  An error: `why` says why.
 */
enum sess_err place_check(struct place *);

/*
 * A second file, whose name is the first one's with this behind it: made where
 * it is missing, under the same rules.  Its descriptor is the caller's.
 */
enum sess_err place_open_beside(struct place *, const char *suffix, int *fd);

/* Do the rules hold for it?  Yes, if it is not there. */
enum sess_err place_look_beside(struct place *, const char *suffix);

/* It is open, and cannot be used for this reason (an errno): the error. */
enum sess_err place_lock_wrong(struct place *, const char *suffix, int why);

/*
 * A path of the first file that leads through the folder that is held, whatever
 * the folder's own path leads to by now.  Good until place_close().
 */
void place_path(const struct place *, char path[PATH_MAX]);

#endif

/* place.h - a file of secrets lies in a folder that is nobody else's. */
#ifndef SESS_PLACE_H
#define SESS_PLACE_H

#include "sess.h"

/*
 * Make the file (0600) and its folder (0700) where they are missing.  Refuse
 * a path that is not absolute, a file that is a symbolic link or can be read
 * by others, a folder that others can write to, and one below the web
 * server's document root (NULL: not known).  On SESS_ESTORE *why says why.
 */
enum sess_err place_make(const char *path, const char *document_root,
    const char **why);

#endif

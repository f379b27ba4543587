/* lock_holder.h - which process keeps a database locked. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_LOCK_HOLDER_H
#define SESS_LOCK_HOLDER_H

#define LOCK_HOLDER_MAX 400

/*
 * Which process writes to the database at this path, as /proc/locks tells:
 * "process 123 had the lock ..."; else how to find out.  `file` is its name for
 * a person.
 */
void lock_holder(char text[LOCK_HOLDER_MAX], const char *path,
    const char *file);

#endif

/*
 * lock_holder.c - which process keeps a database locked.
 *
 * The file must not be opened to ask: to close it would take away the locks
 * that SQLite holds on it in this process (fcntl(2)).
 */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>
#include <sys/types.h>

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "lock_holder.h"

#define LINES_MAX 10000         /* of /proc/locks that are looked at */
#define WRITER 120              /* SQLite's byte of -shm for the writer */

/* "1: POSIX  ADVISORY  WRITE 123 fd:01:4711 120 120": proc(5) */
static bool
reads(const char *line, uintmax_t inode, long *pid)
{
	uintmax_t node, first, last;

	return sscanf(line, "%*s POSIX %*s WRITE %ld %*x:%*x:%ju %ju %ju",
	    pid, &node, &first, &last) == 4 && node == inode && *pid > 0 &&
	    *pid != getpid() && first <= WRITER && last >= WRITER;
}

/* 0: not known. */
static long
writer_of(uintmax_t inode)
{
	FILE *f = fopen("/proc/locks", "re");
	char line[200];
	long pid, found = 0;
	int i;

	if (f == NULL)
		return 0;
	for (i = 0; i < LINES_MAX && found == 0 &&
	    fgets(line, sizeof line, f) != NULL; i++)
		if (reads(line, inode, &pid))
			found = pid;
	fclose(f);
	return found;
}

void
lock_holder(char text[LOCK_HOLDER_MAX], const char *path, const char *file)
{
	char shm[PATH_MAX + 8];
	struct stat st;
	long pid = 0;

	snprintf(shm, sizeof shm, "%s-shm", path);
	if (stat(shm, &st) == 0)
		pid = writer_of((uintmax_t)st.st_ino);
	if (pid > 0)
		snprintf(text, LOCK_HOLDER_MAX, "process %ld had the lock "
		    "(ps -fp %ld shows it): kill %ld if the next such line "
		    "names it again", pid, pid, pid);
	else
		snprintf(text, LOCK_HOLDER_MAX, "another process had the lock "
		    "(fuser -v %.300s shows those that have it open): kill "
		    "the one that hangs", file);
}

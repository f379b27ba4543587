/* rules_file.c - the rules as a file, read again when it has changed. */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rules_file.h"

/*
 * What this process has read, for all its threads: a file changes once in a
 * month, and is asked with each request.
 */
static struct {
	pthread_mutex_t lock;
	char *path;
	struct stat seen;       /* all 0: nothing that lasts */
	struct rules *rules;
	char why[400];
} kept = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size && a->st_mode == b->st_mode &&
	    same_time(&a->st_mtim, &b->st_mtim) &&
	    same_time(&a->st_ctim, &b->st_ctim);
}

/* What the rules are not, and why; returns if that was not known before. */
static bool
wrong(int line, const char *why)
{
	char text[sizeof kept.why];
	bool news;

	if (line > 0)
		snprintf(text, sizeof text, "%s:%d: %s", kept.path, line, why);
	else
		snprintf(text, sizeof text, "%s: %s", kept.path, why);
	news = strcmp(text, kept.why) != 0;
	memcpy(kept.why, text, sizeof text);
	return news;
}

/* NULL, or what makes it no file to read rules from. */
static const char *
unfit(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "no file";
	if ((st->st_mode & S_IWOTH) != 0)
		return "everybody may write to it";
	return st->st_size > RULES_BYTES ? "over 65536 bytes" : NULL;
}

/* The whole text, of *len bytes; NULL: it is no file, or will be another. */
static char *
read_text(int fd, struct stat *st, size_t *len, const char **why)
{
	char *text;
	struct stat after;
	ssize_t got;

	if (fstat(fd, st) != 0) {
		*why = strerror(errno);
		return NULL;
	}
	if ((*why = unfit(st)) != NULL)
		return NULL;
	*why = "it cannot be read, or is being written";
	*len = 0;
	if ((text = malloc((size_t)st->st_size + 1)) == NULL)
		return NULL;
	while (*len <= (size_t)st->st_size && (got = read(fd, text + *len,
	    (size_t)st->st_size + 1 - *len)) > 0)
		*len += (size_t)got;
	if (*len == (size_t)st->st_size && fstat(fd, &after) == 0 &&
	    same_file(st, &after))
		return text;
	memset(st, 0, sizeof *st);
	free(text);
	return NULL;
}

/* Read the file anew; true: what is wrong with it is news. */
static bool
read_again(void)
{
	int fd = open(kept.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct rules_wrong what = { .why = NULL };
	size_t len;
	char *text;

	rules_free(kept.rules);
	kept.rules = NULL;
	memset(&kept.seen, 0, sizeof kept.seen);
	if (fd < 0)
		return wrong(0, strerror(errno));
	text = read_text(fd, &kept.seen, &len, &what.why);
	close(fd);
	if (text != NULL)
		kept.rules = rules_parse(text, len, &what);
	free(text);
	if (kept.rules == NULL)
		return wrong(what.line, what.why);
	*kept.why = '\0';
	return false;
}

/* A site has one; where there are more, the last one stays. */
static bool
other_path(const char *path)
{
	if (kept.path != NULL && strcmp(kept.path, path) == 0)
		return false;
	free(kept.path);
	kept.path = strdup(path);
	return true;
}

const struct rules *
rules_file_take(const char *path, const char **why)
{
	struct stat now;
	bool other, news = false;

	pthread_mutex_lock(&kept.lock);
	other = other_path(path);
	*why = "no memory";
	if (kept.path == NULL)
		return NULL;
	if (other || stat(path, &now) != 0 || !same_file(&now, &kept.seen))
		news = read_again();
	*why = news ? kept.why : NULL;
	return kept.rules;
}

void
rules_file_done(void)
{
	pthread_mutex_unlock(&kept.lock);
}

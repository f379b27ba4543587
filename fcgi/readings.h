/*
 * readings.h - in how many ways the path of a request can be read.
 *
 * The gate judges a path, and the application routes by it.  Between them are
 * servers, frameworks and file systems, and each reads it in its own way: with
 * its escapes or without, "//" as "/" or not, "+" as a blank or not.  So what
 * no browser sends is refused, and the rest is judged in all its readings.
 */
/* SPDX-License-Identifier: ISC */
#ifndef READINGS_H
#define READINGS_H

#include <stdbool.h>
#include <stddef.h>

#define READING_MAX 2048        /* bytes of a path, with its NUL */
#define READINGS_MOST 3

/*
 * path: with all the changes that programs make.  sure: the length of its
 * beginning, in whole segments, that no program changes.  A program that makes
 * some of the changes only finds a rule for that beginning, or one for a
 * prefix between that and the whole.
 */
struct reading {
	char path[READING_MAX];
	size_t sure;
};

/* Why nobody may pass by this URI, as a line for the log; or NULL. */
const char *readings_refuse(const char *uri);

/* The readings of a URI that is not refused; returns how many there are. */
size_t readings_of(struct reading [READINGS_MOST], const char *uri);

/* Is it a URI with one reading only? */
bool readings_agree(const char *uri);

/*
 * Decode the prefix of a rule once, in place.  False: no path, or one with a
 * segment that some programs change.  No reading would then find it.
 */
bool readings_prefix(char *path);

/* Decode once, in place; false: a "%" without its digits, a NUL, no text. */
bool readings_decode(char *text);

#endif

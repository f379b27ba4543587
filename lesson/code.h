/*
 * code.h - the lines of C that a step shows, cut out of the sources when the
 * program was built: lesson/code.txt names them.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_CODE_H
#define LESSON_CODE_H

struct code {
	const char *name;
	const char *file;               /* "libsess/token.c" */
	const char *lines;
};

/* The piece of this name, or NULL. */
const struct code *code_find(const char *name);

/* The whole file that a piece was cut from, or NULL. */
const char *code_file(const char *file);

#endif

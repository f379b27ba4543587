/*
 * rules_file.h - the rules as a file, read again when it has changed.
 *
 *	rules = rules_file_take(path, &why);
 *	...
 *	rules_file_done();
 *
 * In between nobody else of this process has them, so it should be short.
 */
/* SPDX-License-Identifier: ISC */
#ifndef RULES_FILE_H
#define RULES_FILE_H

#include "rules.h"

/*
 * NULL: there are none, as the file is wrong, missing, or being written.
 * *why, if not NULL then, is news for the log, and goes with
 * rules_file_done().
 */
const struct rules *rules_file_take(const char *path, const char **why);
void rules_file_done(void);

#endif

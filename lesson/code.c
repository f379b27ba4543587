/* code.c - the lines of C that a step shows. */
/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <string.h>

#include "lesson/code.h"

#include "lesson/code_data.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct code *
code_find(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(pieces); i++)
		if (strcmp(pieces[i].name, name) == 0)
			return &pieces[i];
	return NULL;
}

const char *
code_file(const char *file)
{
	size_t i;

	for (i = 0; i < COUNT(files); i++)
		if (strcmp(files[i].name, file) == 0)
			return files[i].text;
	return NULL;
}

/* fuzz.h - what the fuzz targets share. */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A target, as libFuzzer wants it; main.c hands it files. */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What must hold for every input. */
#define require(what) \
	do { \
		if (!(what)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
			    #what); \
			abort(); \
		} \
	} while (0)

/*
 * A copy in memory of its own, which AddressSanitizer watches, with a NUL
 * behind it.  Up to a NUL in the input, for what reads texts.
 */
static inline char *
text_of(const uint8_t *bytes, size_t n)
{
	size_t len = n > 0 ? strnlen((const char *)bytes, n) : 0;
	char *text = malloc(len + 1);

	require(text != NULL);
	if (len > 0)
		memcpy(text, bytes, len);
	text[len] = '\0';
	return text;
}

#endif

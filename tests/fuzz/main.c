/*
 * main.c - run a fuzz target over files, where there is no libFuzzer.
 *
 *	tests/fuzz/cookie FILE...
 *
 * Writes TAP; a sanitizer or a broken promise ends it before the plan.
 */
/* SPDX-License-Identifier: ISC */
#include "fuzz.h"

#define INPUT_MAX (1 << 20)

static uint8_t input[INPUT_MAX];

/* In memory of exactly its size. */
static void
run(size_t n)
{
	uint8_t *exact = malloc(n > 0 ? n : 1);

	require(exact != NULL);
	memcpy(exact, input, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

int
main(int argc, char **argv)
{
	FILE *f;
	size_t n;
	int i;

	for (i = 1; i < argc; i++) {
		if ((f = fopen(argv[i], "rb")) == NULL) {
			perror(argv[i]);
			return EXIT_FAILURE;
		}
		n = fread(input, 1, sizeof input, f);
		fclose(f);
		run(n);
		printf("ok - %s\n", argv[i]);
		fflush(stdout);
	}
	printf("1..%d\n", argc - 1);
	return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}

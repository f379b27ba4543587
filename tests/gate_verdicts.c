/*
 * gate_verdicts.c - what the gate's rules say of many requests.
 *
 *	gate_verdicts RULES USER... < URIS
 *
 * For each line of the input, a URI as a client sends it, a line of letters:
 * one for nobody, and one for each user.  "+": let in, "l": to the login, "-":
 * refused.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"

static struct rules *
read_rules(const char *file)
{
	static char text[RULES_BYTES];
	struct rules_wrong wrong;
	struct rules *r = NULL;
	FILE *f = fopen(file, "rb");
	size_t n;

	if (f == NULL) {
		perror(file);
		return NULL;
	}
	n = fread(text, 1, sizeof text, f);
	fclose(f);
	if ((r = rules_parse(text, n, &wrong)) == NULL)
		fprintf(stderr, "%s:%d: %s\n", file, wrong.line, wrong.why);
	return r;
}

static char
letter(const struct rules *r, const char *uri, const char *user)
{
	return "+l-"[rules_judge(r, uri, user).answer];
}

int
main(int argc, char **argv)
{
	struct rules *r = argc > 1 ? read_rules(argv[1]) : NULL;
	char *line = NULL;
	size_t size = 0;
	int i;

	if (r == NULL)
		return EXIT_FAILURE;
	while (getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		putchar(letter(r, line, NULL));
		for (i = 2; i < argc; i++)
			putchar(letter(r, line, argv[i]));
		putchar('\n');
	}
	free(line);
	rules_free(r);
	return EXIT_SUCCESS;
}

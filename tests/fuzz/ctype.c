/* ctype.c - fuzz target: the Content-Type field. */
/* SPDX-License-Identifier: ISC */
#include "ctype.h"
#include "fuzz.h"

static bool
is_lower(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			return false;
	return true;
}

/* What was understood says the same when it is written plainly. */
static void
check_back(const struct ctype *ct)
{
	struct ctype back;
	char field[256];
	size_t i, n = (size_t)snprintf(field, sizeof field, "%s",
	    ct->essence);

	if (*ct->charset != '\0') {
		n += (size_t)snprintf(field + n, sizeof field - n,
		    "; charset=\"");
		for (i = 0; ct->charset[i] != '\0'; i++) {
			field[n++] = '\\';
			field[n++] = ct->charset[i];
		}
		field[n++] = '"';
		field[n] = '\0';
	}
	if (*ct->boundary != '\0')
		snprintf(field + n, sizeof field - n, "; boundary=\"%s\"",
		    ct->boundary);
	require(ctype_parse(&back, field));
	require(strcmp(back.essence, ct->essence) == 0);
	require(strcmp(back.charset, ct->charset) == 0);
	require(strcmp(back.boundary, ct->boundary) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *field = text_of(bytes, n);
	struct ctype ct;
	const char *slash;

	if (ctype_parse(&ct, field)) {
		slash = strchr(ct.essence, '/');
		require(memchr(ct.essence, '\0', sizeof ct.essence) != NULL);
		require(strnlen(ct.boundary, sizeof ct.boundary) <= 70);
		require(memchr(ct.charset, '\0', sizeof ct.charset) != NULL);
		require(slash != NULL && slash > ct.essence &&
		    slash[1] != '\0' && strchr(slash + 1, '/') == NULL);
		require(strcspn(ct.essence, " \t\r\n;,\"\\") ==
		    strlen(ct.essence));
		require(strcspn(ct.charset, "\r\n") == strlen(ct.charset));
		require(is_lower(ct.essence) && is_lower(ct.charset));
		check_back(&ct);
	}
	free(field);
	return 0;
}

/* target.c - fuzz target: where a redirect may lead. */
/* SPDX-License-Identifier: ISC */
#include "fuzz.h"
#include "sess.h"

/*
 * Where a browser goes from a page of ours: the start of the basic URL parser
 * of the URL standard (4.4), as far as it leads to another origin.
 */
static bool
browser_stays(const char *where, char *url)
{
	size_t n = 0;

	while (*where != '\0' && (unsigned char)*where <= ' ')
		where++;
	for (; *where != '\0'; where++)
		if (strchr("\t\r\n", *where) == NULL)
			url[n++] = *where == '\\' ? '/' : *where;
	url[n] = '\0';
	n = strspn(url, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	if (n > 0 && url[n] == ':' && strchr("0123456789+-.", *url) == NULL)
		return false;
	return strncmp(url, "//", 2) != 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *where = text_of(bytes, n), *url = text_of(bytes, n);

	if (sess_same_site_path(where)) {
		require(browser_stays(where, url));
		require(strcspn(where, " \t\r\n\x7F") == strlen(where));
	}
	free(where);
	free(url);
	return 0;
}

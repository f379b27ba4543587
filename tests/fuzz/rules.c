/* rules.c - fuzz target: the gate's rules, and the paths that they judge. */
/* SPDX-License-Identifier: ISC */
#include "fuzz.h"
#include "readings.h"
#include "rules.h"
#include "sess.h"

/* The sure beginning ends where a segment does. */
static void
check_reading(const struct reading *reading)
{
	const char *path = reading->path;
	size_t n = strlen(path);

	require(*path == '/' && n < READING_MAX && sess_is_text(path, n));
	require(n == 1 || path[n - 1] != '/');
	require(strstr(path, "//") == NULL && strstr(path, "/./") == NULL &&
	    strstr(path, "/../") == NULL && strstr(path, "./") == NULL);
	require(strpbrk(path, "\\;?#\r\n\t\x7F") == NULL);
	require(reading->sure <= n && (path[reading->sure] == '/' ||
	    path[reading->sure] == '\0'));
}

/* A prefix of a rule is what one reading finds, and no program changes. */
static void
check_path(const char *uri)
{
	struct reading reading[READINGS_MOST];
	char prefix[READING_MAX];
	size_t i, n = readings_of(reading, uri);

	require(n == 1 || n == READINGS_MOST);
	for (i = 0; i < n; i++) {
		check_reading(&reading[i]);
		if (strchr(reading[i].path, '%') == NULL) {
			strcpy(prefix, reading[i].path);
			require(readings_prefix(prefix));
			require(strcmp(prefix, reading[i].path) == 0);
		}
	}
}

static void
check_rules(const struct rules *r, const char *uri)
{
	struct rules_verdict nobody = rules_judge(r, uri, NULL),
	    user = rules_judge(r, uri, "nobody in particular");

	require(sess_same_site_path(r->login));
	require(rules_judge(r, r->login, NULL).answer != RULES_LOGIN);
	require(r->n <= RULES_MOST && r->nfields <= RULES_FIELDS);
	require((nobody.why != NULL) == (nobody.answer == RULES_REFUSE));
	require((user.why != NULL) == (user.answer == RULES_REFUSE));
	require(nobody.answer != RULES_LET_IN || user.answer == RULES_LET_IN);
	require(nobody.answer != RULES_LET_IN || nobody.fresh == 0);
	require(user.answer != RULES_LOGIN);
	require(readings_refuse(uri) == NULL || user.answer == RULES_REFUSE);
}

/* The first line is a URI, the others are rules. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t *end = n > 0 ? memchr(bytes, '\n', n) : NULL;
	size_t first = end != NULL ? (size_t)(end - bytes) : n;
	char *uri = text_of(bytes, first);
	struct rules_wrong wrong;
	struct rules *r;

	if (readings_refuse(uri) == NULL)
		check_path(uri);
	if (end != NULL) {
		r = rules_parse((const char *)end + 1, n - first - 1, &wrong);
		require((r == NULL) == (wrong.why != NULL));
		if (r != NULL)
			check_rules(r, uri);
		rules_free(r);
	}
	free(uri);
	return 0;
}

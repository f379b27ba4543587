/* rules.c - fuzz target: the gate's rules, and the paths that they judge. */
#include "fuzz.h"
#include "rules.h"
#include "sess.h"

/* A path as every server would read it again: nothing is left to resolve. */
static void
check_path(const char *path)
{
	char again[RULES_PATH_MAX];
	size_t n = strlen(path);

	require(*path == '/' && n < RULES_PATH_MAX && sess_is_text(path, n));
	require(n == 1 || path[n - 1] != '/');
	require(strstr(path, "//") == NULL && strstr(path, "/./") == NULL &&
	    strstr(path, "/../") == NULL);
	require(strpbrk(path, "\\;#\r\n\t\x7F") == NULL);
	if (strpbrk(path, "?%") == NULL) {
		require(rules_path(again, path));
		require(strcmp(again, path) == 0);
	}
}

static void
check_rules(const struct rules *r, const char *uri)
{
	struct rules_verdict nobody = rules_judge(r, uri, NULL),
	    user = rules_judge(r, uri, "nobody in particular");
	char path[RULES_PATH_MAX];

	require(sess_same_site_path(r->login));
	require(rules_judge(r, r->login, NULL).answer != RULES_LOGIN);
	require(r->n <= RULES_MOST && r->nfields <= RULES_FIELDS);
	require((nobody.why != NULL) == (nobody.answer == RULES_REFUSE));
	require((user.why != NULL) == (user.answer == RULES_REFUSE));
	require(nobody.answer != RULES_LET_IN || user.answer == RULES_LET_IN);
	require(nobody.answer != RULES_LET_IN || nobody.fresh == 0);
	require(user.answer != RULES_LOGIN);
	require(rules_path(path, uri) || user.answer == RULES_REFUSE);
}

/* The first line is a URI, the others are rules. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t *end = n > 0 ? memchr(bytes, '\n', n) : NULL;
	size_t first = end != NULL ? (size_t)(end - bytes) : n;
	char *uri = text_of(bytes, first), path[RULES_PATH_MAX];
	struct rules_wrong wrong;
	struct rules *r;

	if (rules_path(path, uri))
		check_path(path);
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

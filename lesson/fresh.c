/* fresh.c - what is new in an exchange. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lesson/fresh.h"

const struct capture *
fresh_before(const struct show *sh, const struct capture *c)
{
	size_t n;
	const struct capture *first = world_captures(sh->world, &n);
	const struct capture *before = c;

	while (before > first)
		if (strcmp((--before)->who, c->who) == 0)
			return before;
	return NULL;
}

const char *
fresh_request(const struct show *sh, const struct capture *c)
{
	const char *text = world_printf(sh->world, "%s\r\n%s", c->request,
	    c->form);

	return text != NULL ? text : "";
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

bool
fresh_part(const struct http_part *part, const struct http_part *before,
    size_t nbefore, bool is_first)
{
	size_t i;

	if (is_first)
		return begins(part->key, "cookie.") ||
		    begins(part->key, "form.");
	for (i = 0; i < nbefore; i++)
		if (strcmp(before[i].key, part->key) == 0 &&
		    before[i].len == part->len &&
		    memcmp(before[i].text, part->text, part->len) == 0)
			return false;
	return true;
}

/* Each transaction has these. */
static bool
is_frame(const char *sql)
{
	static const char *const words[] = { "BEGIN", "COMMIT", "ROLLBACK",
		"SAVEPOINT", "RELEASE", "PRAGMA" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (begins(sql, words[i]))
			return true;
	return false;
}

bool
fresh_sql(const char *sql, const struct capture *before)
{
	size_t i;

	if (is_frame(sql) || (before == NULL && begins(sql, "SELECT")))
		return false;
	for (i = 0; before != NULL && i < before->nsteps; i++) {
		const struct sess_trace_part *p = sess_trace_part(
		    &before->steps[i], "sql");

		if (p != NULL && strcmp(p->value, sql) == 0)
			return false;
	}
	return true;
}

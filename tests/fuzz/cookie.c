/* cookie.c - fuzz target: the Cookie field in, Set-Cookie out. */
/* SPDX-License-Identifier: ISC */
#include "cookie.h"
#include "fuzz.h"

#define MAX_PAIRS 64

static bool
is_trimmed(const char *s, size_t n)
{
	return n == 0 || (strchr(" \t", s[0]) == NULL &&
	    strchr(" \t", s[n - 1]) == NULL);
}

static void
check_pair(const struct sess_pair *p)
{
	require(strlen(p->name) == p->name_len && p->name_len > 0);
	require(strlen(p->value) == p->value_len);
	require(strchr(p->name, '=') == NULL);
	require(strchr(p->name, ';') == NULL);
	require(strchr(p->value, ';') == NULL);
	require(is_trimmed(p->name, p->name_len));
	require(is_trimmed(p->value, p->value_len));
}

/* What can be sent comes back as it was, and is one field. */
static void
check_set(const struct sess_pair *p, struct pool *pool)
{
	struct buf line = BUF_INIT(2 * COOKIE_MAX);
	const struct sess_cookie c = { .name = p->name, .value = p->value };
	struct pairs back;
	size_t n;

	if (cookie_format(&line, &c) == SESS_OK) {
		require(line.len <= COOKIE_MAX);
		require(strcspn(line.data, "\r\n") == line.len);
		n = strcspn(line.data, ";");
		line.data[n] = '\0';
		require(cookie_parse(&back, pool, line.data, 1) == SESS_OK);
		require(back.n == 1);
		require(strcmp(back.at[0].name, p->name) == 0);
		require(strcmp(back.at[0].value, p->value) == 0);
	}
	buf_release(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pool pool = POOL_INIT(16 << 20);
	struct pairs pairs = { .n = 0 };
	char *header = text_of(bytes, n);
	size_t i, sum = 0;
	enum sess_err err = cookie_parse(&pairs, &pool, header, MAX_PAIRS);

	require(err == SESS_OK || err == SESS_ELIMIT);
	require(pairs.n <= MAX_PAIRS);
	for (i = 0; err == SESS_OK && i < pairs.n; i++) {
		check_pair(&pairs.at[i]);
		check_set(&pairs.at[i], &pool);
		sum += pairs.at[i].name_len + pairs.at[i].value_len + 1;
	}
	require(sum <= strlen(header));
	free(header);
	pool_release(&pool);
	return 0;
}

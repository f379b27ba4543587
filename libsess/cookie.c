/* cookie.c - the Cookie and Set-Cookie header fields (RFC 6265bis). */
/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "cookie.h"
#include "http.h"

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Copy without blanks at both ends; *to moves past the copy and its NUL. */
static size_t
trim(char **to, const char *s, const char *end)
{
	char *start = *to;
	size_t n;

	while (s < end && blank(*s))
		s++;
	while (end > s && blank(end[-1]))
		end--;
	n = (size_t)(end - s);
	memcpy(start, s, n);
	start[n] = '\0';
	*to = start + n + 1;
	return n;
}

/* True when the piece has a name. */
static bool
parse_piece(struct sess_pair *pair, char **to, const char *s, const char *end)
{
	const char *equals = memchr(s, '=', (size_t)(end - s));

	if (equals == NULL)
		return false;
	pair->name = *to;
	pair->name_len = trim(to, s, equals);
	pair->value = *to;
	pair->value_len = trim(to, equals + 1, end);
	return pair->name_len > 0;
}

enum sess_err
cookie_parse(struct pairs *pairs, struct pool *pool, const char *header,
    size_t max_pairs)
{
	size_t n = strlen(header), count = 1;
	const char *s, *stop, *end = header + n;
	char *to;

	for (s = header; (s = strchr(s, ';')) != NULL; s++)
		count++;
	if (count > max_pairs)
		return SESS_ELIMIT;
	pairs->at = pool_alloc(pool, count * sizeof *pairs->at);
	to = pool_alloc(pool, n + 2 * count);
	if (pairs->at == NULL || to == NULL)
		return SESS_ENOMEM;
	for (s = header, pairs->n = 0; s < end; s = stop + 1) {
		stop = memchr(s, ';', (size_t)(end - s));
		if (stop == NULL)
			stop = end;
		pairs->n += parse_piece(&pairs->at[pairs->n], &to, s, stop);
	}
	return SESS_OK;
}

/* cookie-octet (4.1.1): visible ASCII without quote, comma, ";", "\". */
static bool
value_ok(const char *value)
{
	for (; *value != '\0'; value++)
		if (*value <= ' ' || *value > '~' ||
		    strchr("\",;\\", *value) != NULL)
			return false;
	return true;
}

/* Browsers ignore an attribute of over 1024 bytes (5.6). */
static bool
path_ok(const char *path)
{
	if (*path != '/' || strlen(path) > 1024)
		return false;
	for (; *path != '\0'; path++)
		if (*path < ' ' || *path > '~' || *path == ';')
			return false;
	return true;
}

/* What the browser's rules on prefixes ask for (4.1.3). */
static bool
prefix_ok(const struct sess_cookie *c, const char *path)
{
	if (strncasecmp(c->name, "__Host-", 7) == 0)
		return !c->insecure && strcmp(path, "/") == 0;
	if (strncasecmp(c->name, "__Secure-", 9) == 0)
		return !c->insecure;
	return true;
}

enum sess_err
cookie_format(struct buf *b, const struct sess_cookie *c)
{
	static const char *const same_site[] = { "Lax", "Strict", "None" };
	const char *path = c->path != NULL ? c->path : "/";
	size_t start = b->len;

	if (c->name == NULL || c->value == NULL || !is_token(c->name) ||
	    !value_ok(c->value) || !path_ok(path) || !prefix_ok(c, path) ||
	    c->same_site > SESS_CROSS_SITE ||
	    (c->same_site == SESS_CROSS_SITE && c->insecure))
		return SESS_EINVAL;
	buf_addf(b, "%s=%s; Path=%s", c->name, c->value, path);
	if (c->max_age > 0)
		buf_addf(b, "; Max-Age=%" PRId64, c->max_age);
	else if (c->max_age < 0)        /* Links 2.28 knows Expires alone */
		buf_adds(b, "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 "
		    "GMT");
	if (!c->insecure)
		buf_adds(b, "; Secure");
	if (!c->script_readable)
		buf_adds(b, "; HttpOnly");
	buf_addf(b, "; SameSite=%s", same_site[c->same_site]);
	if (b->err != SESS_OK)
		return b->err;
	return b->len - start <= COOKIE_MAX ? SESS_OK : SESS_EINVAL;
}

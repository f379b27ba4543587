/*
 * forwarded.c - what proxies say of a client, read from the end of a list.
 *
 * Only the end of such a list is written by a proxy; what stands before it
 * came from the client.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "forwarded.h"
#include "http.h"

#define BLANKS " \t"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct forwarded_text
trimmed(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	return (struct forwarded_text){ at, (size_t)(end - at) };
}

/* Is this a quote with a backslash before it (RFC 9110, 5.6.4)? */
static bool
is_escaped(const char *list, const char *quote)
{
	const char *c = quote;

	while (c > list && c[-1] == '\\')
		c--;
	return (quote - c) % 2 == 1;
}

bool
forwarded_last(struct forwarded_text *part, const char *list,
    const char **end)
{
	const char *start;
	bool quoted;

	/* Empty parts do not count (RFC 9110, 5.6.1.2). */
	for (part->len = 0; *end > list && part->len == 0; ) {
		quoted = false;
		for (start = *end; start > list &&
		    (quoted || start[-1] != ','); ) {
			start--;
			if (*start == '"' && !is_escaped(list, start))
				quoted = !quoted;
		}
		*part = trimmed(start, *end);
		*end = start > list ? start - 1 : list;
	}
	return part->len > 0;
}

struct forwarded_text
forwarded_node(struct forwarded_text node)
{
	const char *close, *colon, *end = node.at + node.len;

	if (node.len > 0 && *node.at == '[') {
		close = memchr(node.at, ']', node.len);
		if (close != NULL && (close + 1 == end || close[1] == ':'))
			return (struct forwarded_text){ node.at + 1,
				(size_t)(close - node.at) - 1 };
		return node;
	}
	colon = node.len > 0 ? memchr(node.at, ':', node.len) : NULL;
	if (colon == NULL || memchr(colon + 1, ':',
	    (size_t)(end - colon) - 1) != NULL)
		return node;            /* no port, or an IPv6 address */
	return (struct forwarded_text){ node.at, (size_t)(colon - node.at) };
}

/* A value, with or without quotes; the place behind it, or NULL. */
static const char *
take_value(struct forwarded_text *value, const char *c, const char *end)
{
	bool quoted = c < end && *c == '"';

	if (quoted)
		c++;
	value->at = c;
	while (c < end && (quoted ? *c != '"' : *c != '"' && *c != ';' &&
	    !is_blank(*c)))
		c += quoted && *c == '\\' && end - c > 1 ? 2 : 1;
	value->len = (size_t)(c - value->at);
	if (!quoted)
		return value->len > 0 ? c : NULL;
	return c < end ? c + 1 : NULL;
}

static bool
is_name(const char *name, const char *end, const char *wanted)
{
	size_t len = (size_t)(end - name);

	return len == strlen(wanted) && strncasecmp(name, wanted, len) == 0;
}

/* "for=192.0.2.1"; the place behind it, or NULL. */
static const char *
take_pair(struct forwarded_element *e, const char *c, const char *end)
{
	const char *name = c, *behind;
	struct forwarded_text value, *place = NULL;

	while (c < end && is_token_char(*c))
		c++;
	if (c == name || c == end || *c != '=')
		return NULL;
	behind = take_value(&value, c + 1, end);
	if (is_name(name, c, "for"))
		place = &e->client;
	else if (is_name(name, c, "proto"))
		place = &e->proto;
	if (behind == NULL || place == NULL)
		return behind;
	if (place->at != NULL)          /* not twice (RFC 7239, 4) */
		return NULL;
	*place = value;
	return behind;
}

bool
forwarded_element(struct forwarded_element *e, struct forwarded_text part)
{
	const char *c = part.at, *end = part.at + part.len;

	*e = (struct forwarded_element){ .client = { NULL, 0 } };
	while (c < end) {
		if (*c == ';' || is_blank(*c))
			c++;
		else if ((c = take_pair(e, c, end)) == NULL ||
		    (c < end && *c != ';' && !is_blank(*c)))
			return false;
	}
	return true;
}

/* forwarded.h - what proxies say of a client, read from the end of a list. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_FORWARDED_H
#define SESS_FORWARDED_H

#include <stdbool.h>
#include <stddef.h>

/* Some bytes of a field's value. */
struct forwarded_text {
	const char *at;         /* NULL: nothing is said */
	size_t len;
};

/*
 * Each proxy adds its part at the end of a list.  Take the last part off,
 * without its blanks: the rest ends at *end then.  Commas in quotes do not
 * count; what stands before a part, however it is quoted, does not change
 * where the part begins.  false: no part is left.
 */
bool forwarded_last(struct forwarded_text *part, const char *list,
    const char **end);

/*
 * The address in "192.0.2.1", "192.0.2.1:4711", "2001:db8::1",
 * "[2001:db8::1]" or "[2001:db8::1]:4711".  What is none of these, such as
 * "unknown" or "_hidden", is handed back as it is.
 */
struct forwarded_text forwarded_node(struct forwarded_text node);

/* What one proxy says in a Forwarded field (RFC 7239). */
struct forwarded_element {
	struct forwarded_text client, proto;    /* without quotes */
};

/* false: this is no such element, so nothing of it is to be believed. */
bool forwarded_element(struct forwarded_element *, struct forwarded_text);

#endif

/* columns.c - an exchange in three columns: browser, wire, server. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "lesson/columns.h"
#include "lesson/fill.h"
#include "lesson/fresh.h"
#include "lesson/ids.h"
#include "lesson/server.h"
#include "lesson/texts.h"

static void
cookie(struct page *p, const char *list, const struct ids *ids,
    const struct kept_cookie *c, bool new, bool gone)
{
	page_row(p, list);
	fill_id(p, ids, c->value);
	page_text(p, "name", c->name);
	page_text(p, "value", c->value);
	page_text(p, "attributes", c->attributes);
	page_bool(p, "new", new);
	page_bool(p, "gone", gone);
	page_end(p);
}

static bool
is_kept(const struct kept *k, const struct kept_cookie *c, bool same)
{
	size_t i;

	for (i = 0; k != NULL && i < k->n; i++)
		if (strcmp(k->at[i].name, c->name) == 0 &&
		    (!same || strcmp(k->at[i].value, c->value) == 0))
			return true;
	return false;
}

/* The jar after this exchange; lit is what differs from before it. */
static void
jar(struct page *p, const char *list, const struct ids *ids,
    const struct browser *b, const struct capture *c)
{
	const struct kept *now = browser_kept(b, c);
	const struct kept *before = now != NULL && now->after == c->number ?
	    now->before : now;
	size_t i;

	for (i = 0; now != NULL && i < now->n; i++)
		cookie(p, list, ids, &now->at[i], !is_kept(before,
		    &now->at[i], true), false);
	for (i = 0; before != NULL && i < before->n; i++)
		if (!is_kept(now, &before->at[i], false))
			cookie(p, list, ids, &before->at[i], false,
			    true);
}

/* What stands in the request and is from no jar: "__Host-sid=AbCd...". */
static void
by_hand(struct page *p, const struct ids *ids, const char *how,
    const char *sent, const char *value)
{
	page_row(p, "hand");
	fill_text(p, "how", how);
	fill_id(p, ids, value);
	page_text(p, "sent", sent);
	page_end(p);
}

static void
hands(struct page *p, const struct show *sh, const struct ids *ids,
    const struct capture *c)
{
	const char *value = c->cookie != NULL ? strchr(c->cookie, '=') : NULL;

	if (value != NULL)
		by_hand(p, ids, "browser.by-hand", c->cookie, value + 1);
	if (c->bearer != NULL)
		by_hand(p, ids, "browser.by-program", world_printf(sh->world,
		    "Authorization: Bearer %s", c->bearer), c->bearer);
}

/* What else a reader would see in front of this browser. */
static void
around(struct page *p, const struct browser *b, const struct capture *c)
{
	const struct kept *now = browser_kept(b, c);

	if (now != NULL && now->after == c->number && now->reopened)
		fill_text(p, "reopened", "browser.reopened");
	if (c->from != NULL) {
		page_text(p, "from", capture_from(c));
		fill_text(p, "elsewhere", "browser.elsewhere");
	}
}

static void
jars(struct page *p, const struct show *sh, const struct ids *ids,
    const struct capture *c)
{
	size_t i;
	bool other = false;

	for (i = 0; i < sh->nbrowsers; i++) {
		struct browser *b = sh->browsers[i];

		if (strcmp(b->who, c->who) == 0) {
			around(p, b, c);
			jar(p, "jar", ids, b, c);
		} else if (!other) {
			other = true;
			fill_who(p, "jar2.who", b->who);
			jar(p, "jar2", ids, b, c);
		}
	}
	hands(p, sh, ids, c);
	fill_who(p, "jar.who", c->who);
	page_text(p, "page", c->body);
}

static void
part(struct page *p, const struct show *sh, const struct ids *ids,
    const struct http_part *part, bool new)
{
	char *text = world_printf(sh->world, "%.*s", (int)part->len,
	    part->text);
	char more[FILL_KEY_MAX], label[FILL_KEY_MAX];

	snprintf(more, sizeof(more), "%s.std", part->key);
	snprintf(label, sizeof(label), "%s.label", part->key);
	if (lesson_has(label))
		fill_text(p, "part", label);
	else
		page_text(p, "part", text);
	fill_id(p, ids, text);
	page_int(p, "depth", part->depth);
	fill_text(p, "why", part->key);
	fill_text(p, "more", more);
	page_bool(p, "new", new);
	page_bool(p, "absent", lesson_has(label));
}

static size_t
request_of(const struct show *sh, const struct capture *c,
    struct http_part *list)
{
	return c != NULL ? parts_request(fresh_request(sh, c), list,
	    PARTS_MAX) : 0;
}

static size_t
answer_of(const struct show *sh, const struct capture *c,
    struct http_part *list)
{
	(void)sh;
	return c != NULL ? parts_answer(c->answer, list, PARTS_MAX) : 0;
}

/* The parts of a message; lit is what the message before it had not. */
static void
message(struct page *p, const struct show *sh, const struct ids *ids,
    const char *name, const struct capture *c,
    size_t (*cut)(const struct show *, const struct capture *,
    struct http_part *))
{
	const struct capture *before = fresh_before(sh, c);
	struct http_part list[PARTS_MAX], other[PARTS_MAX];
	size_t i, n = cut(sh, c, list), nother = cut(sh, before, other);

	for (i = 0; i < n; i++) {
		page_row(p, name);
		part(p, sh, ids, &list[i], fresh_part(&list[i], other, nother,
		    before == NULL));
		page_end(p);
	}
}

void
columns_show(struct page *p, const struct show *sh, const struct capture *c)
{
	struct ids ids;

	ids_list(sh, &ids);
	jars(p, sh, &ids, c);
	message(p, sh, &ids, "request", c, request_of);
	message(p, sh, &ids, "answer", c, answer_of);
	server_show(p, sh, &ids, c);
}

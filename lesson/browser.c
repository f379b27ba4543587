/* browser.c - a browser of the lesson. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lesson/browser.h"

#define OWN "https://" WORLD_HOST

struct browser *
browser_new(struct world *w, const struct browser *like)
{
	struct browser *b = world_alloc(w, sizeof(*b));
	struct jar *jar = world_alloc(w, sizeof(*jar));

	if (b == NULL || jar == NULL)
		return NULL;
	*b = *like;
	b->world = w;
	b->jar = jar;
	jar_init(jar);
	return b;
}

static void
field(struct message *m, const char *name, const char *value)
{
	if (value == NULL ||
	    m->nfields == sizeof(m->fields) / sizeof(m->fields[0]))
		return;
	m->fields[m->nfields].name = name;
	m->fields[m->nfields++].value = value;
}

/* Where the page lies that causes the request (Fetch, 3.2). */
static const char *
origin_of(const struct browser *b, const struct visit *v)
{
	return v->from != NULL ? v->from : b->page_unnamed ? "null" : OWN;
}

/*
 * A page of the site's own is named whole, unless it does not want that.  Of
 * another site's only the site is (Referrer Policy, 3.7: the default).
 */
static const char *
referer_of(const struct browser *b, const struct visit *v)
{
	if (v->from != NULL)
		return world_printf(b->world, "%s/", v->from);
	if (v->typed || b->page == NULL ||
	    b->page_unnamed)
		return NULL;
	return world_printf(b->world, OWN "%s", b->page);
}

/* What says where the request comes from (Fetch, 3.2 and Fetch Metadata). */
static void
add_source(const struct browser *b, struct message *m, const struct visit *v)
{
	field(m, "Referer", referer_of(b, v));
	field(m, "Sec-Fetch-Site", v->from != NULL ? "cross-site" :
	    v->typed ? "none" : "same-origin");
	if (v->form != NULL)
		field(m, "Origin", origin_of(b, v));
}

static void
add_body(struct browser *b, struct message *m, const struct visit *v)
{
	if (v->form == NULL)
		return;
	field(m, "Content-Type", "application/x-www-form-urlencoded");
	field(m, "Content-Length", world_printf(b->world, "%zu",
	    strlen(v->form)));
}

/* A request that follows a link or sends a form: the tab goes there. */
static struct jar_request
request_of(const struct visit *v)
{
	return (struct jar_request){ .host = WORLD_HOST, .path = v->target,
		.method = v->form != NULL ? "POST" : "GET", .secure = true,
		.cross_site = v->from != NULL, .top_level = true };
}

static void
add_cookies(struct browser *b, struct message *m, const struct visit *v,
    char *value, size_t size)
{
	const struct jar_request r = request_of(v);
	size_t n = jar_send(b->jar, &r, world_now(b->world), value, size);

	if (v->cookie != NULL)
		field(m, "Cookie", v->cookie);
	else if (n > 0 && n < size)
		field(m, "Cookie", value);
	if (v->cookie != NULL && (n == 0 || strcmp(v->cookie, value) != 0))
		m->cookie = v->cookie;
}

/* Each Set-Cookie of the answer goes into the jar, or not, by its rules. */
static void
keep_cookies(struct browser *b, const struct capture *c, const struct visit *v)
{
	static const char name[] = "\r\nSet-Cookie: ";
	const struct jar_request r = request_of(v);
	const char *at = c->answer, *line;

	while ((at = strstr(at, name)) != NULL) {
		at += sizeof(name) - 1;
		line = world_printf(b->world, "%.*s", (int)strcspn(at, "\r"),
		    at);
		if (line != NULL)
			jar_receive(b->jar, &r, line, world_now(b->world));
	}
}

/* The tab shows this answer; a redirect leaves the page that is there. */
static void
see(struct browser *b, const struct capture *c)
{
	if (c->status / 100 == 3)
		return;
	b->page = c->target;
	b->page_unnamed = strstr(c->answer,
	    "\r\nReferrer-Policy: no-referrer\r\n") != NULL;
}

/* "Secure; HttpOnly; SameSite=Lax; Path=/" */
static const char *
attributes_of(struct world *w, const struct jar_cookie *c)
{
	static const char *const same_sites[] = {
		[JAR_DEFAULT] = "", [JAR_LAX] = "SameSite=Lax; ",
		[JAR_STRICT] = "SameSite=Strict; ",
		[JAR_NONE] = "SameSite=None; " };

	return world_printf(w, "%s%s%sPath=%s%s",
	    c->secure ? "Secure; " : "", c->http_only ? "HttpOnly; " : "",
	    same_sites[c->same_site], c->path,
	    c->persistent ? "; Max-Age" : "");
}

/* What is in the jar now, after this exchange. */
static void
keep_jar(struct browser *b, const struct capture *c)
{
	struct kept *k = world_alloc(b->world, sizeof(*k));
	size_t i;

	if (k == NULL || (k->at = world_alloc(b->world,
	    (b->jar->n + 1) * sizeof(*k->at))) == NULL)
		return;
	k->after = c->number;
	k->before = b->kept;
	k->reopened = b->reopened;
	b->reopened = false;
	for (i = 0; i < b->jar->n; i++) {
		const struct jar_cookie *from = &b->jar->at[i];

		k->at[i].name = world_printf(b->world, "%s", from->name);
		k->at[i].value = world_printf(b->world, "%s",
		    jar_value(from));
		k->at[i].attributes = attributes_of(b->world, from);
	}
	k->n = world_failed(b->world) ? 0 : b->jar->n;
	b->kept = k;
}

void
browser_restart(struct browser *b)
{
	if (b == NULL)
		return;
	jar_close_browser(b->jar);
	b->page = NULL;
	b->reopened = true;
}

const struct kept *
browser_kept(const struct browser *b, const struct capture *c)
{
	const struct kept *k = b->kept;

	while (k != NULL && k->after > c->number)
		k = k->before;
	return k;
}

/* The request, all but its fields. */
static struct message
message_of(const struct browser *b, const struct visit *v)
{
	return (struct message){ .who = b->who, .address = b->address,
		.method = v->form != NULL ? "POST" : "GET",
		.target = v->target, .form = v->form, .from = v->from,
		.bearer = v->bearer,
		.without = b->without, .lost = v->lost };
}

const struct capture *
browser_send(struct browser *b, const struct visit *v)
{
	struct message m;
	const struct capture *c;
	char cookies[16384];

	if (b == NULL)
		return &world_nothing;
	m = message_of(b, v);
	field(&m, "Host", WORLD_HOST);
	field(&m, "User-Agent", b->agent);
	field(&m, "Accept", "text/html");
	if (!b->silent)
		add_source(b, &m, v);
	if (v->bearer != NULL)
		field(&m, "Authorization", world_printf(b->world, "Bearer %s",
		    v->bearer));
	add_body(b, &m, v);
	add_cookies(b, &m, v, cookies, sizeof(cookies));
	c = world_exchange(b->world, &m);
	if (!v->lost) {
		keep_cookies(b, c, v);
		see(b, c);
	}
	keep_jar(b, c);
	return c;
}

const struct capture *
browser_get(struct browser *b, const char *target)
{
	return browser_send(b, &(struct visit){ .target = target,
	    .typed = b == NULL || b->kept == NULL });
}

/* The value of the attribute that begins here, up to its quote. */
static const char *
quoted(struct world *w, const char *at)
{
	return world_printf(w, "%.*s", (int)strcspn(at, "\""), at);
}

/* "name=value" of all hidden fields of a page, with "&" between. */
static const char *
hidden_fields(struct world *w, const char *page)
{
	static const char before[] = "<input type=\"hidden\" name=\"";
	static const char between[] = "\" value=\"";
	const char *name, *value, *all = "";

	while (all != NULL && (page = strstr(page, before)) != NULL) {
		page += sizeof(before) - 1;
		name = quoted(w, page);
		page = strstr(page, between);
		if (page == NULL)
			break;
		value = quoted(w, page + sizeof(between) - 1);
		all = world_printf(w, "%s%s%s=%s", all, *all != '\0' ? "&" :
		    "", name, value);
	}
	return all;
}

const struct capture *
browser_submit(struct browser *b, const struct capture *page,
    const char *target, const char *fields)
{
	const char *hidden, *form;

	if (b == NULL)
		return &world_nothing;
	hidden = hidden_fields(b->world, page->body);
	form = fields == NULL ? hidden : world_printf(b->world, "%s&%s",
	    fields, hidden != NULL ? hidden : "");

	return browser_send(b, &(struct visit){ .target = target,
	    .form = form != NULL ? form : "" });
}

const char *
browser_cookie(const struct browser *b, const char *name)
{
	const struct jar_cookie *c = b != NULL ? jar_find(b->jar, name) :
	    NULL;

	return c != NULL ? jar_value(c) : "";
}

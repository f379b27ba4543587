/* parts.c - cut requests and answers into the parts that are explained. */
/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lesson/parts.h"

struct span {
	const char *s, *end;
};

struct cutter {
	struct http_part *list;
	size_t max, n;
	const char *end;        /* of the whole text */
	bool form;              /* the body is the fields of a form */
};

/* ---- what is known ----------------------------------------------------- */

struct word {
	const char *text;       /* NULL: any other */
	const char *key;
};

static const struct word methods[] = {
	{ "GET", "method.get" },
	{ "HEAD", "method.head" },
	{ "POST", "method.post" },
	{ NULL, "method.other" },
};

static const struct word query_names[] = {
	{ "sid", "query.sid" },
	{ NULL, "query.name" },
};

static const struct word form_names[] = {
	{ "csrf", "form.csrf" },
	{ "password", "form.password" },
	{ "sid", "form.sid" },
	{ NULL, "form.name" },
};

static const struct word statuses[] = {
	{ "200", "status.200" },
	{ "204", "status.204" },
	{ "303", "status.303" },
	{ "400", "status.400" },
	{ "401", "status.401" },
	{ "403", "status.403" },
	{ "404", "status.404" },
	{ "405", "status.405" },
	{ "409", "status.409" },
	{ "413", "status.413" },
	{ "429", "status.429" },
	{ "500", "status.500" },
	{ "503", "status.503" },
	{ NULL, "status.other" },
};

#define REMOVE "cookie.max-age.remove"

/* The library's own cookies; other programs' names come before these. */
static const struct {
	const char *name, *key;
	const char *sent_key, *set_key; /* of a value: by whom it comes */
	const char *remove_key;         /* of Max-Age=0 */
} cookies[] = {
	{ "sid", "cookie.name.sid", "cookie.value.sid",
	    "cookie.value.sid.set", "cookie.max-age.remove.sid" },
	{ "pre", "cookie.name.pre", "cookie.value.pre", "cookie.value.pre",
	    REMOVE },
	{ "device", "cookie.name.device", "cookie.value.device",
	    "cookie.value.device", REMOVE },
	{ "remember", "cookie.name.remember", "cookie.value.remember",
	    "cookie.value.remember", "cookie.max-age.remove.remember" },
	{ NULL, "cookie.name", "cookie.value", "cookie.value.set", REMOVE },
};

static const struct word prefixes[] = {
	{ "__Host-", "cookie.prefix.host" },
	{ "__Secure-", "cookie.prefix.secure" },
};

/* What is longer comes first. */
static const struct word attributes[] = {
	{ "Path", "cookie.path" },
	{ "Domain", "cookie.domain" },
	{ "Max-Age=0", REMOVE },
	{ "Max-Age", "cookie.max-age" },
	{ "Expires", "cookie.expires" },
	{ "Secure", "cookie.secure" },
	{ "HttpOnly", "cookie.httponly" },
	{ "SameSite=Strict", "cookie.samesite.strict" },
	{ "SameSite=Lax", "cookie.samesite.lax" },
	{ "SameSite=None", "cookie.samesite.none" },
	{ "Partitioned", "cookie.partitioned" },
	{ NULL, "cookie.attribute.other" },
};

/* An attribute that is not there says something as well. */
static const struct {
	const char *name, *or, *key;
} absences[] = {
	{ "Path", NULL, "cookie.no-path" },
	{ "Domain", NULL, "cookie.no-domain" },
	{ "Max-Age", "Expires", "cookie.no-max-age" },
	{ "Secure", NULL, "cookie.no-secure" },
	{ "HttpOnly", NULL, "cookie.no-httponly" },
	{ "SameSite", NULL, "cookie.no-samesite" },
};

static const struct word origins[] = {
	{ "null", "origin.null" },
	{ NULL, "origin.value" },
};

static const struct word fetch_sites[] = {
	{ "same-origin", "fetch-site.same-origin" },
	{ "same-site", "fetch-site.same-site" },
	{ "cross-site", "fetch-site.cross-site" },
	{ "none", "fetch-site.none" },
	{ NULL, "fetch-site.other" },
};

static const struct word fetch_modes[] = {
	{ "navigate", "fetch-mode.navigate" },
	{ NULL, "fetch-mode.other" },
};

static const struct word fetch_dests[] = {
	{ "document", "fetch-dest.document" },
	{ NULL, "fetch-dest.other" },
};

static const struct word media[] = {
	{ "application/x-www-form-urlencoded", "media.form" },
	{ "multipart/form-data", "media.multipart" },
	{ "text/html", "media.html" },
	{ "text/plain", "media.plain" },
	{ "application/json", "media.json" },
	{ "charset", "media.charset" },
	{ "boundary", "media.boundary" },
	{ NULL, "media.other" },
};

static const struct word schemes[] = {
	{ "Basic", "auth.basic" },
	{ "Bearer", "auth.bearer" },
	{ NULL, "auth.credentials" },
};

static const struct word cache_words[] = {
	{ "no-store", "cache.no-store" },
	{ NULL, "cache.other" },
};

static const struct word referrers[] = {
	{ "same-origin", "referrer.same-origin" },
	{ "no-referrer", "referrer.no-referrer" },
	{ NULL, "referrer.other" },
};

static const struct word policies[] = {
	{ "base-uri", "csp.base-uri" },
	{ "default-src", "csp.default-src" },
	{ "form-action", "csp.form-action" },
	{ "frame-ancestors", "csp.frame-ancestors" },
	{ "sandbox", "csp.sandbox" },
	{ NULL, "csp.other" },
};

static const struct word hsts[] = {
	{ "max-age", "hsts.max-age" },
	{ "includeSubDomains", "hsts.subdomains" },
	{ NULL, "hsts.other" },
};

static const struct word clear[] = {
	{ "\"cache\"", "clear.cache" },
	{ NULL, "clear.other" },
};

/* A field without words is one part, name and value together. */
static const struct field {
	const char *name, *key;
	char split;             /* between the words; 0: there is one */
	const struct word *words;
} fields[] = {
	{ "Host", "field.host", 0, NULL },
	{ "User-Agent", "field.user-agent", 0, NULL },
	{ "Accept", "field.accept", 0, NULL },
	{ "Accept-Encoding", "field.accept-encoding", 0, NULL },
	{ "Accept-Language", "field.accept-language", 0, NULL },
	{ "Authorization", "field.authorization", ' ', schemes },
	{ "Connection", "field.connection", 0, NULL },
	{ "Origin", "field.origin", 0, origins },
	{ "Referer", "field.referer", 0, NULL },
	{ "Sec-Fetch-Dest", "field.sec-fetch-dest", 0, fetch_dests },
	{ "Sec-Fetch-Mode", "field.sec-fetch-mode", 0, fetch_modes },
	{ "Sec-Fetch-Site", "field.sec-fetch-site", 0, fetch_sites },
	{ "Sec-Fetch-User", "field.sec-fetch-user", 0, NULL },
	{ "Upgrade-Insecure-Requests", "field.upgrade", 0, NULL },
	{ "X-CSRF-Token", "field.x-csrf-token", 0, NULL },

	{ "Allow", "field.allow", 0, NULL },
	{ "Cache-Control", "field.cache-control", ',', cache_words },
	{ "Clear-Site-Data", "field.clear-site-data", ',', clear },
	{ "Content-Disposition", "field.content-disposition", 0, NULL },
	{ "Content-Language", "field.content-language", 0, NULL },
	{ "Content-Length", "field.content-length", 0, NULL },
	{ "Content-Security-Policy", "field.csp", ';', policies },
	{ "Content-Type", "field.content-type", ';', media },
	{ "Date", "field.date", 0, NULL },
	{ "Location", "field.location", 0, NULL },
	{ "Referrer-Policy", "field.referrer-policy", ',', referrers },
	{ "Retry-After", "field.retry-after", 0, NULL },
	{ "Server", "field.server", 0, NULL },
	{ "Strict-Transport-Security", "field.hsts", ';', hsts },
	{ "Vary", "field.vary", 0, NULL },
	{ "X-Content-Type-Options", "field.options", 0, NULL },
	{ "X-Session-Token", "field.x-session-token", 0, NULL },
	{ NULL, "field.other", 0, NULL },
};

/* ---- spans ------------------------------------------------------------- */

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span
trim(struct span at)
{
	while (at.s < at.end && blank(*at.s))
		at.s++;
	while (at.end > at.s && blank(at.end[-1]))
		at.end--;
	return at;
}

/* The next piece up to this character; false: none is left. */
static bool
next_piece(struct span *rest, char split, struct span *piece)
{
	const char *stop;

	if (rest->s >= rest->end)
		return false;
	stop = memchr(rest->s, split, (size_t)(rest->end - rest->s));
	*piece = trim((struct span){ rest->s,
	    stop != NULL ? stop : rest->end });
	rest->s = stop != NULL ? stop + 1 : rest->end;
	return true;
}

/* Cut at the first such character, which is in neither half. */
static struct span
cut_off(struct span *at, char split)
{
	struct span first = *at;

	if (!next_piece(at, split, &first))
		first.end = first.s;
	*at = trim(*at);
	return first;
}

static bool
begins(struct span at, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(at.end - at.s) >= n && strncasecmp(at.s, text, n) == 0;
}

static bool
is(struct span at, const char *text)
{
	return (size_t)(at.end - at.s) == strlen(text) && begins(at, text);
}

/* Is it this word, alone or with a value? */
static bool
is_word(struct span at, const char *text)
{
	const char *after = at.s + strlen(text);

	return begins(at, text) &&
	    (after == at.end || *after == '=' || blank(*after));
}

static const char *
key_of(const struct word *words, struct span at)
{
	while (words->text != NULL && !is_word(at, words->text))
		words++;
	return words->key;
}

/* ---- the list ---------------------------------------------------------- */

/* One more part, of no bytes as well.  The last place is for the rest. */
static void
add(struct cutter *c, struct span at, const char *key, int depth)
{
	if (c->n + 1 == c->max && at.s < c->end) {
		at.end = c->end;
		key = "rest";
		depth = 0;
	}
	if (c->n < c->max)
		c->list[c->n++] = (struct http_part){ at.s,
		    (size_t)(at.end - at.s), key, depth };
}

static void
add_some(struct cutter *c, struct span at, const char *key, int depth)
{
	if (at.s < at.end)
		add(c, at, key, depth);
}

/* "name=value" of a query or a form. */
static void
add_pairs(struct cutter *c, struct span at, const struct word *names,
    const char *value_key, int depth)
{
	struct span piece, name;

	while (next_piece(&at, '&', &piece)) {
		name = cut_off(&piece, '=');
		add_some(c, name, key_of(names, name), depth);
		add_some(c, piece, value_key, depth + 1);
	}
}

/* ---- cookies ----------------------------------------------------------- */

/* "__Host-sid", "two-remember": what of the name is known? */
static size_t
cookie_of(struct span name)
{
	const char *dash = memrchr(name.s, '-', (size_t)(name.end - name.s));
	size_t i;

	if (dash != NULL)
		name.s = dash + 1;
	for (i = 0; cookies[i].name != NULL; i++)
		if (is(name, cookies[i].name))
			break;
	return i;
}

static const char *
value_key(size_t is, bool empty, bool set)
{
	return empty ? "cookie.no-value" :
	    set ? cookies[is].set_key : cookies[is].sent_key;
}

/* A name with its prefix, and a value.  Returns what the name is. */
static size_t
add_cookie(struct cutter *c, struct span pair, bool set)
{
	struct span name = cut_off(&pair, '='), prefix = name;
	size_t i, is = cookie_of(name);

	for (i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (begins(name, prefixes[i].text)) {
			name.s += strlen(prefixes[i].text);
			prefix.end = name.s;
			add(c, prefix, prefixes[i].key, 1);
			break;
		}
	add_some(c, name, cookies[is].key, 1);
	if (pair.s < pair.end || set)
		add(c, pair, value_key(is, pair.s == pair.end, set), 2);
	return is;
}

static void
add_cookies(struct cutter *c, struct span value)
{
	struct span piece;

	while (next_piece(&value, ';', &piece))
		add_cookie(c, piece, false);
}

static bool
has_attribute(struct span at, const char *name)
{
	struct span piece;

	while (name != NULL && next_piece(&at, ';', &piece))
		if (is_word(piece, name))
			return true;
	return false;
}

static void
add_set_cookie(struct cutter *c, struct span value)
{
	struct span piece, all, end = { value.end, value.end };
	const char *key;
	size_t i, is;

	piece = cut_off(&value, ';');
	is = add_cookie(c, piece, true);
	for (all = value; next_piece(&value, ';', &piece); ) {
		key = key_of(attributes, piece);
		add_some(c, piece, strcmp(key, REMOVE) == 0 ?
		    cookies[is].remove_key : key, 1);
	}
	for (i = 0; i < sizeof absences / sizeof *absences; i++)
		if (!has_attribute(all, absences[i].name) &&
		    !has_attribute(all, absences[i].or))
			add(c, end, absences[i].key, 1);
}

/* ---- lines ------------------------------------------------------------- */

/* "303 See Other" */
static void
add_status(struct cutter *c, struct span at)
{
	struct span code = cut_off(&at, ' ');

	add_some(c, code, key_of(statuses, code), 1);
	add_some(c, at, "status.reason", 1);
}

static void
add_words(struct cutter *c, struct span at, const struct field *f)
{
	struct span piece;

	while (next_piece(&at, f->split != 0 ? f->split : '\n', &piece))
		add_some(c, piece, key_of(f->words, piece), 1);
}

static const struct field *
field_of(struct span name)
{
	const struct field *f = fields;

	while (f->name != NULL && !is(name, f->name))
		f++;
	return f;
}

/* Does this policy say who may embed the page, and nothing else? */
static bool
is_of_frames(struct span policy)
{
	struct span piece;
	bool any = false;

	while (next_piece(&policy, ';', &piece)) {
		if (piece.s == piece.end)
			continue;
		if (!is_word(piece, "frame-ancestors"))
			return false;
		any = true;
	}
	return any;
}

static const char *
field_key(const struct field *f, struct span value)
{
	return f->words == policies && is_of_frames(value) ?
	    "field.csp.frames" : f->key;
}

static void
add_field(struct cutter *c, struct span line)
{
	struct span value = line, name = cut_off(&value, ':');
	const struct field *f = field_of(name);

	if (is(name, "Cookie")) {
		add(c, name, "field.cookie", 0);
		add_cookies(c, value);
	} else if (is(name, "Set-Cookie")) {
		add(c, name, "field.set-cookie", 0);
		add_set_cookie(c, value);
	} else if (is(name, "Status")) {
		add(c, name, "field.status", 0);
		add_status(c, value);
	} else if (f->words != NULL) {
		add(c, name, field_key(f, value), 0);
		add_words(c, value, f);
	} else {
		add(c, line, f->key, 0);
	}
	if (is(name, "Content-Type"))
		c->form = begins(value, media[0].text);
}

static void
request_line(struct cutter *c, struct span line)
{
	struct span method = cut_off(&line, ' '), target = cut_off(&line, ' ');
	struct span path = cut_off(&target, '?');

	add_some(c, method, key_of(methods, method), 0);
	add_some(c, path, "request.path", 1);
	add_pairs(c, target, query_names, "query.value", 1);
	add_some(c, line, "http-version", 1);
}

static void
status_line(struct cutter *c, struct span line)
{
	struct span version = cut_off(&line, ' ');

	add(c, version, "http-version", 0);
	add_status(c, line);
}

/* The fields, up to the empty line and with it.  Returns where the body is. */
static struct span
add_head(struct cutter *c, struct span rest)
{
	const char *start = rest.s;
	struct span line;

	for (; next_piece(&rest, '\n', &line); start = rest.s) {
		if (line.s == line.end) {
			add(c, (struct span){ start, rest.s }, "empty-line",
			    0);
			break;
		}
		add_field(c, line);
	}
	return rest;
}

static struct cutter
cutter(const char *text, struct http_part *list, size_t max)
{
	return (struct cutter){ .list = list, .max = max,
	    .end = text + strlen(text) };
}

size_t
parts_request(const char *request, struct http_part *list, size_t max)
{
	struct cutter c = cutter(request, list, max);
	struct span rest = { request, c.end }, line;

	if (next_piece(&rest, '\n', &line))
		request_line(&c, line);
	rest = add_head(&c, rest);
	if (c.form)
		add_pairs(&c, rest, form_names, "form.value", 0);
	else
		add_some(&c, rest, "request.body", 0);
	return c.n;
}

size_t
parts_answer(const char *answer, struct http_part *list, size_t max)
{
	struct cutter c = cutter(answer, list, max);
	struct span rest = { answer, c.end }, line;

	if (begins(rest, "HTTP/") && next_piece(&rest, '\n', &line))
		status_line(&c, line);
	add_some(&c, add_head(&c, rest), "answer.body", 0);
	return c.n;
}

/* jar.c - the browser's side of cookies (RFC 6265bis, 5.7 and 5.8). */
/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "lesson/jar.h"
#include "lesson/jar_parse.h"

#define UNSAFE_SECONDS 120      /* of "Lax-allowing-unsafe" (5.6.7.2) */

void
jar_init(struct jar *jar)
{
	jar->unsaid = JAR_AS_LAX;
	jar->n = 0;
}

const char *
jar_value(const struct jar_cookie *c)
{
	return c->name + strlen(c->name) + 1;
}

const struct jar_cookie *
jar_find(const struct jar *jar, const char *name)
{
	for (size_t i = 0; i < jar->n; i++)
		if (strcmp(jar->at[i].name, name) == 0)
			return &jar->at[i];
	return NULL;
}

/* ---- hosts and paths ------------------------------------------------------ */

/* The host in lower case and without its port; false where it is none. */
static bool
host_of(char to[JAR_HOST_MAX + 1], const char *host)
{
	size_t i, n = *host == '[' ? strcspn(host, "]") + 1 :
	    strcspn(host, ":");

	if (n == 0 || n > JAR_HOST_MAX)
		return false;
	for (i = 0; i < n; i++) {       /* a NUL where no "]" came */
		if (host[i] <= ' ' || host[i] > '~' || host[i] == '/')
			return false;
		to[i] = host[i] >= 'A' && host[i] <= 'Z' ?
		    (char)(host[i] - 'A' + 'a') : host[i];
	}
	to[n] = '\0';
	return true;
}

/* An address has no domains above it. */
static bool
is_address(const char *host)
{
	return *host == '[' || host[strspn(host, "0123456789.")] == '\0';
}

/* Is the host that domain, or below it (5.1.3)?  Case plays no part. */
static bool
domain_matches(const char *host, struct jar_text domain)
{
	size_t n = strlen(host);

	if (domain.n == 0 || domain.n > n ||
	    strncasecmp(host + n - domain.n, domain.s, domain.n) != 0)
		return false;
	return domain.n == n ||
	    (host[n - domain.n - 1] == '.' && !is_address(host));
}

static struct jar_text
text_of(const char *s)
{
	return (struct jar_text){ s, strlen(s) };
}

/* The path of a URL, without what follows it. */
static struct jar_text
path_of(const char *path)
{
	if (*path != '/')
		return text_of("/");
	return (struct jar_text){ path, strcspn(path, "?#") };
}

/* The folder that a path lies in (5.1.4). */
static struct jar_text
default_path(struct jar_text path)
{
	while (path.n > 1 && path.s[path.n - 1] != '/')
		path.n--;
	if (path.n > 1)
		path.n--;
	return path;
}

/* Is the path that of the cookie, or below it (5.1.4)? */
static bool
path_matches(struct jar_text path, const char *cookie_path)
{
	size_t n = strlen(cookie_path);

	if (n > path.n || memcmp(path.s, cookie_path, n) != 0)
		return false;
	return n == path.n || cookie_path[n - 1] == '/' || path.s[n] == '/';
}

/* ---- what goes out -------------------------------------------------------- */

static bool
is_expired(const struct jar_cookie *c, int64_t now)
{
	return c->expires <= now;
}

/* Does SameSite play no part for this cookie? */
static bool
goes_everywhere(const struct jar *jar, const struct jar_cookie *c)
{
	return c->same_site == JAR_NONE || (c->same_site == JAR_DEFAULT &&
	    jar->unsaid == JAR_AS_NONE);
}

/* A method that changes nothing (RFC 9110, 9.2.1). */
static bool
is_safe(const char *method)
{
	return method == NULL || strcmp(method, "GET") == 0 ||
	    strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0 ||
	    strcmp(method, "TRACE") == 0;
}

/* Does SameSite let it go along with a request of another site? */
static bool
crosses_sites(const struct jar *jar, const struct jar_cookie *c,
    const struct jar_request *rq, int64_t now)
{
	if (goes_everywhere(jar, c))
		return true;
	if (rq->script || !rq->top_level || c->same_site == JAR_STRICT)
		return false;
	return is_safe(rq->method) || (c->same_site == JAR_DEFAULT &&
	    jar->unsaid == JAR_AS_LAX_AFTER_2_MINUTES &&
	    now - c->created <= UNSAFE_SECONDS);
}

const char *
jar_withholds(const struct jar *jar, const struct jar_cookie *c,
    const struct jar_request *rq, int64_t now)
{
	char host[JAR_HOST_MAX + 1];

	if (is_expired(c, now))
		return "expired";
	if (!host_of(host, rq->host))
		return "host";
	if (c->host_only ? strcmp(host, c->domain) != 0 :
	    !domain_matches(host, text_of(c->domain)))
		return "domain";
	if (!path_matches(path_of(rq->path), c->path))
		return "path";
	if (c->secure && !rq->secure)
		return "secure";
	if (c->http_only && rq->script)
		return "script";
	if (rq->cross_site && !crosses_sites(jar, c, rq, now))
		return "same-site";
	return NULL;
}

/*
 * The cookies that go along: those with longer paths first, and of equal
 * ones the older first, which is the jar's order (5.8.3).
 */
static size_t
choose(struct jar *jar, const struct jar_request *rq, int64_t now,
    struct jar_cookie *list[JAR_COOKIES])
{
	size_t i, at, n = 0;

	for (i = 0; i < jar->n; i++) {
		struct jar_cookie *c = &jar->at[i];

		if (jar_withholds(jar, c, rq, now) != NULL)
			continue;
		for (at = n++; at > 0 && strlen(list[at - 1]->path) <
		    strlen(c->path); at--)
			list[at] = list[at - 1];
		list[at] = c;
	}
	return n;
}

/* Where n bytes were put; with to NULL they are only counted. */
static size_t
add(char *to, size_t at, const char *s, size_t n)
{
	if (to != NULL)
		memcpy(to + at, s, n);
	return at + n;
}

/* A cookie without a name is its value alone. */
static size_t
write_list(char *to, struct jar_cookie *const *list, size_t n)
{
	size_t i, at = 0;

	for (i = 0; i < n; i++) {
		const char *name = list[i]->name, *value = jar_value(list[i]);

		if (i > 0)
			at = add(to, at, "; ", 2);
		if (*name != '\0') {
			at = add(to, at, name, strlen(name));
			at = add(to, at, "=", 1);
		}
		at = add(to, at, value, strlen(value));
	}
	return at;
}

size_t
jar_send(struct jar *jar, const struct jar_request *rq, int64_t now, char *to,
    size_t size)
{
	struct jar_cookie *list[JAR_COOKIES];
	size_t i, n, length;

	jar_expire(jar, now);
	n = choose(jar, rq, now, list);
	length = write_list(NULL, list, n);
	if (size > 0)
		*to = '\0';
	if (length >= size)
		return length;
	write_list(to, list, n);
	to[length] = '\0';
	for (i = 0; i < n; i++)
		list[i]->used = now;
	return length;
}

/* ---- what comes in -------------------------------------------------------- */

/*
 * Whose cookie is it (5.7, 7 to 10)?  A single label is a public suffix, which
 * only its own host may name, and then as if it had named nothing.
 */
static const char *
set_domain(struct jar_cookie *c, const char *host, struct jar_text domain)
{
	size_t n = strlen(host);
	bool suffix = domain.n > 0 && !is_address(host) &&
	    memchr(domain.s, '.', domain.n) == NULL;

	if (domain.n > 0 && !domain_matches(host, domain))
		return "domain";
	if (suffix && domain.n < n)
		return "suffix";
	c->host_only = domain.n == 0 || suffix;
	if (!c->host_only)
		n = domain.n;
	memcpy(c->domain, host + strlen(host) - n, n + 1);
	return NULL;
}

static const char *
set_path(struct jar_cookie *c, struct jar_text path, struct jar_text asked)
{
	if (path.n == 0)
		path = default_path(asked);
	if (path.n > JAR_ATTRIBUTE_MAX)
		return "path";
	memcpy(c->path, path.s, path.n);
	c->path[path.n] = '\0';
	return NULL;
}

/* Name and value, each with a NUL. */
static void
set_pair(struct jar_cookie *c, struct jar_text name, struct jar_text value)
{
	memcpy(c->name, name.s, name.n);
	c->name[name.n] = '\0';
	memcpy(c->name + name.n + 1, value.s, value.n);
	c->name[name.n + 1 + value.n] = '\0';
}

/* Max-Age counts before Expires, in whichever order they came. */
static void
set_rest(struct jar_cookie *c, const struct jar_parsed *p, int64_t now)
{
	c->created = c->used = now;
	c->persistent = p->has_max_age || p->has_expires;
	c->expires = p->has_max_age ? p->max_age :
	    p->has_expires ? p->expires : INT64_MAX;
	c->secure = p->secure;
	c->http_only = p->http_only;
	c->same_site = p->same_site;
}

/*
 * Would the cookie, which came over http, hide a Secure one (5.7, 16)?  Only
 * a cookie of its path or below it would: others are sent behind it.
 */
static bool
overlays(const struct jar *jar, const struct jar_cookie *c)
{
	for (size_t i = 0; i < jar->n; i++) {
		const struct jar_cookie *old = &jar->at[i];

		if (old->secure && strcmp(old->name, c->name) == 0 &&
		    (domain_matches(old->domain, text_of(c->domain)) ||
		    domain_matches(c->domain, text_of(old->domain))) &&
		    path_matches(text_of(c->path), old->path))
			return true;
	}
	return false;
}

static bool
begins(const char *s, const char *prefix)
{
	return strncasecmp(s, prefix, strlen(prefix)) == 0;
}

/* Servers that ignore case meet prefixes in any case (5.7, 20 to 22). */
static bool
prefix_holds(const struct jar_cookie *c, bool has_path)
{
	const char *name = c->name, *value = jar_value(c);

	if (*name == '\0')
		return !begins(value, "__Secure-") && !begins(value, "__Host-");
	if (begins(name, "__Secure-"))
		return c->secure;
	if (begins(name, "__Host-"))
		return c->secure && c->host_only && has_path &&
		    strcmp(c->path, "/") == 0;
	return true;
}

/* May it be set by this request (5.7, 13 to 22)? */
static const char *
judge(const struct jar *jar, const struct jar_cookie *c,
    const struct jar_request *from, bool has_path)
{
	if (c->secure && !from->secure)
		return "secure";
	if (c->http_only && from->script)
		return "script";
	if (!c->secure && !from->secure && overlays(jar, c))
		return "overlay";
	if (from->cross_site && !goes_everywhere(jar, c) &&
	    (from->script || !from->top_level))
		return "same-site";
	if (c->same_site == JAR_NONE && !c->secure)
		return "none";
	if (!prefix_holds(c, has_path))
		return "prefix";
	return NULL;
}

/* ---- the cookies that are kept -------------------------------------------- */

static void
drop(struct jar *jar, size_t i)
{
	jar->n--;
	memmove(&jar->at[i], &jar->at[i + 1],
	    (jar->n - i) * sizeof jar->at[0]);
}

/* The cookie that this one replaces, or NULL. */
static struct jar_cookie *
same_cookie(struct jar *jar, const struct jar_cookie *c)
{
	for (size_t i = 0; i < jar->n; i++) {
		struct jar_cookie *old = &jar->at[i];

		if (strcmp(old->name, c->name) == 0 &&
		    strcmp(old->domain, c->domain) == 0 &&
		    old->host_only == c->host_only &&
		    strcmp(old->path, c->path) == 0)
			return old;
	}
	return NULL;
}

/* The one that was not used for longest; jar->n: there is none such. */
static size_t
longest_unused(const struct jar *jar, const char *domain, bool secure_too)
{
	size_t i, found = jar->n;

	for (i = 0; i < jar->n; i++) {
		const struct jar_cookie *c = &jar->at[i];

		if ((domain == NULL || strcmp(c->domain, domain) == 0) &&
		    (secure_too || !c->secure) && (found == jar->n ||
		    c->used < jar->at[found].used))
			found = i;
	}
	return found;
}

static size_t
count(const struct jar *jar, const char *domain)
{
	size_t i, n = 0;

	for (i = 0; i < jar->n; i++)
		n += strcmp(jar->at[i].domain, domain) == 0;
	return n;
}

/*
 * One cookie goes where the last one was too many (5.7): of a full domain one
 * that is not Secure, so that http cannot push out what https has set.
 */
static const char *
make_room(struct jar *jar)
{
	const char *domain = jar->at[jar->n - 1].domain;
	size_t i, last = jar->n - 1;

	if (count(jar, domain) > JAR_DOMAIN_COOKIES) {
		i = longest_unused(jar, domain, false);
		if (i == jar->n)
			i = longest_unused(jar, domain, true);
	} else if (jar->n > JAR_COOKIES) {
		i = longest_unused(jar, NULL, true);
	} else {
		return NULL;
	}
	drop(jar, i);
	return i == last ? "full" : NULL;
}

/* Take what lies behind the last cookie as one of them (5.7, 23 and 24). */
static const char *
keep(struct jar *jar, bool by_script, int64_t now)
{
	struct jar_cookie *c = &jar->at[jar->n], *old = same_cookie(jar, c);

	if (old != NULL && old->http_only && by_script)
		return "script";
	if (old == NULL && is_expired(c, now))
		return NULL;
	if (old == NULL) {
		jar->n++;
		return make_room(jar);
	}
	c->created = old->created;
	*old = *c;
	jar_expire(jar, now);
	return NULL;
}

const char *
jar_receive(struct jar *jar, const struct jar_request *from,
    const char *set_cookie, int64_t now)
{
	char host[JAR_HOST_MAX + 1];
	struct jar_parsed p;
	struct jar_cookie *c;
	const char *why;

	jar_expire(jar, now);
	c = &jar->at[jar->n];
	if ((why = jar_parse(&p, set_cookie, now)) != NULL)
		return why;
	if (!host_of(host, from->host))
		return "host";
	if ((why = set_domain(c, host, p.domain)) != NULL ||
	    (why = set_path(c, p.path, path_of(from->path))) != NULL)
		return why;
	set_pair(c, p.name, p.value);
	set_rest(c, &p, now);
	if ((why = judge(jar, c, from, p.has_path)) != NULL)
		return why;
	return keep(jar, from->script, now);
}

void
jar_expire(struct jar *jar, int64_t now)
{
	for (size_t i = jar->n; i > 0; i--)
		if (is_expired(&jar->at[i - 1], now))
			drop(jar, i - 1);
}

void
jar_close_browser(struct jar *jar)
{
	for (size_t i = jar->n; i > 0; i--)
		if (!jar->at[i - 1].persistent)
			drop(jar, i - 1);
}

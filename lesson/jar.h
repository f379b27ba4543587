/*
 * jar.h - the browser's side of cookies, as RFC 6265bis has it.
 *
 * The lesson has a browser of its own.  This is its cookie jar: what a
 * Set-Cookie does to it, and what a request takes along.  Section numbers are
 * those of draft-ietf-httpbis-rfc6265bis-22.
 *
 * Where browsers differ from the draft, and from each other, the jar does what
 * the draft says, since one rule can be looked up.  Measured with Chromium 156
 * and Firefox 153:
 *
 * - A cookie without SameSite is treated as Lax.  Chromium lets it go along
 *   with a POST of another site for two minutes, and Firefox for ever: set
 *   `unsaid` for that.
 * - A cookie that is replaced keeps its age, and so its place among the others
 *   (Firefox).  In Chromium it becomes the newest, unless its value is the
 *   same.
 * - SameSite=None goes along with a picture of another site.  Both browsers
 *   keep it back by rules on third parties, which are not here.
 * - A value without a name is sent without a "=" (Chromium); Firefox sends
 *   "value=".
 * - A tab inside a name or value is kept; Chromium refuses the cookie.
 * - "__Host-" needs a Path that is written; to Firefox the default will do.
 * - http cannot hide a Secure cookie of a host below its own; in Firefox it
 *   can.
 * - A wrong Max-Age is passed over; in both browsers it takes back one before
 *   it.  Chromium takes "+5" for 5.
 * - A date may have letters behind its numbers; both browsers refuse some of
 *   these, and Firefox takes 31 April for 1 May and reads time zones.
 * - Partitioned, and the prefixes __Http- and __Host-Http-, came after the
 *   draft and ask for nothing here.
 *
 * What the draft leaves open:
 *
 * - There is no list of public suffixes.  A Domain of one label is refused,
 *   since the list's rule for all that is not on it is "*"; a Domain like
 *   co.uk is taken, and a browser refuses it.
 * - The jar keeps 64 cookies, and 50 of a domain; both browsers keep some 180
 *   of a site.
 * - Both browsers count http to localhost as secure; here the caller says so.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_JAR_H
#define LESSON_JAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JAR_COOKIES 64          /* chosen: the lesson needs ten */
#define JAR_DOMAIN_COOKIES 50   /* of a domain (6.1) */
#define JAR_PAIR_MAX 4096       /* bytes of name and value together (5.6) */
#define JAR_ATTRIBUTE_MAX 1024  /* bytes of an attribute's value (5.6) */
#define JAR_HOST_MAX 253        /* bytes of a name in the DNS */
#define JAR_AGE_MAX (INT64_C(400) * 24 * 3600)  /* seconds (5.5) */

/* A Cookie field is never longer, with the NUL. */
#define JAR_FIELD_MAX ((size_t)JAR_COOKIES * (JAR_PAIR_MAX + 3) + 1)

enum jar_same_site {
	JAR_DEFAULT,            /* nothing was said, or no known word */
	JAR_LAX, JAR_STRICT, JAR_NONE
};

/* How the browser treats a cookie without SameSite. */
enum jar_unsaid {
	JAR_AS_LAX,
	JAR_AS_LAX_AFTER_2_MINUTES,     /* "Lax-allowing-unsafe" (5.6.7.2) */
	JAR_AS_NONE
};

struct jar_cookie {
	char name[JAR_PAIR_MAX + 2];    /* and, behind its NUL, the value */
	char domain[JAR_HOST_MAX + 1];
	char path[JAR_ATTRIBUTE_MAX + 1];
	int64_t created, used, expires; /* expires: INT64_MAX, if never */
	bool persistent;                /* stays when the browser is closed */
	bool host_only;                 /* no Domain: this host alone */
	bool secure, http_only;
	enum jar_same_site same_site;
};

/*
 * 350 KB, so not for the stack; what is not used is not touched.  It may be
 * copied like any struct.  The cookies are in the order of their creation:
 *
 *	for (i = 0; i < jar->n; i++)
 *		show(&jar->at[i], jar_value(&jar->at[i]));
 */
struct jar {
	enum jar_unsaid unsaid;
	size_t n;
	struct jar_cookie at[JAR_COOKIES + 1];  /* one that is being judged */
};

/*
 * A request of the browser, or a script that uses document.cookie.  It decides
 * which cookies go along, and which an answer may set.
 */
struct jar_request {
	const char *host;       /* as in the URL; cookies have no port */
	const char *path;       /* as in the URL; a query is passed over */
	const char *method;     /* NULL: GET */
	bool secure;            /* https; browsers add http to localhost */
	bool cross_site;        /* caused by a page of another site */
	bool top_level;         /* a link or a form: the tab goes there */
	bool script;            /* document.cookie in a page at this URL */
};

/* An empty jar, which treats a cookie without SameSite as Lax. */
void jar_init(struct jar *);

/*
 * Do what the value of a Set-Cookie field says, which came with the answer to
 * this request, or which a script assigned.  `now` is in seconds since 1970.
 *
 * NULL: it was done; a cookie was added, replaced or removed.  Else nothing
 * has changed but for cookies that expired, and the word says why:
 *
 *	control    there is a control character in it
 *	empty      it has neither name nor value
 *	too-long   name and value have over 4,096 bytes
 *	host       the request's host is none
 *	domain     Domain is neither the host nor above it
 *	suffix     Domain is a top-level domain
 *	path       the request's path is too long to be the default
 *	secure     Secure, and it came over http
 *	script     HttpOnly, or a script would replace a cookie that is
 *	overlay    it came over http, and would hide a Secure cookie
 *	same-site  not SameSite=None, from a request for a part of another page
 *	none       SameSite=None without Secure
 *	prefix     the name's prefix asks for what is not there
 *	full       there is room for Secure cookies of this domain only
 */
const char *jar_receive(struct jar *, const struct jar_request *,
    const char *set_cookie, int64_t now);

/*
 * Write the value of the Cookie field of this request, or what a script reads,
 * and return its length; 0: there is no such field.  Where size is too small
 * for it and its NUL, *to is the empty text and no cookie counts as used;
 * JAR_FIELD_MAX is enough.
 */
size_t jar_send(struct jar *, const struct jar_request *, int64_t now,
    char *to, size_t size);

/*
 * Why this cookie does not go along: expired, host, domain, path, secure,
 * script or same-site.  NULL: it does.
 */
const char *jar_withholds(const struct jar *, const struct jar_cookie *,
    const struct jar_request *, int64_t now);

/* The value of a cookie, as long as the cookie is not changed. */
const char *jar_value(const struct jar_cookie *);

/* The oldest cookie of this name, or NULL. */
const struct jar_cookie *jar_find(const struct jar *, const char *name);

/* Remove what has expired.  jar_receive() and jar_send() begin with it. */
void jar_expire(struct jar *, int64_t now);

/* The browser is closed: cookies without a time of their own go (5.7). */
void jar_close_browser(struct jar *);

#endif

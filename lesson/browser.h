/*
 * browser.h - a browser of the lesson: a cookie jar, and what is sent with it.
 *
 * It sends what browsers send of themselves (Origin, Sec-Fetch-Site, Referer if
 * the page before allows it, Cookie by the rules of its jar), and keeps what
 * the answers set, but not of an answer that got lost.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_BROWSER_H
#define LESSON_BROWSER_H

#include "lesson/jar.h"
#include "lesson/world.h"

#define BROWSER_ADA { .who = "Ada", .address = "192.0.2.1", \
	.agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" }
#define BROWSER_EVE { .who = "Eve", .address = "198.51.100.7", \
	.agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/146.0" }

#define BROWSER_EVIL "https://evil.example"

/* The jar as it was after an exchange. */
struct kept_cookie {
	const char *name, *value, *attributes;
};

struct kept {
	size_t after;                   /* the number of the exchange: its
					   capture may be forgotten */
	struct kept_cookie *at;
	size_t n;
	bool reopened;                  /* it was closed since the one before */
	struct kept *before;            /* after the browser's exchange before */
};

struct browser {
	const char *who;                /* its owner, of "who.Ada" */
	const char *address, *agent;
	bool silent;                    /* an old one: it does not say where
					   a request comes from */
	const char *without;            /* what gets lost of all answers on
					   their way: "; HttpOnly"; or NULL */
	struct world *world;
	struct jar *jar;
	struct kept *kept;              /* the newest */
	const char *page;               /* the target of the one that it shows,
					   or NULL; ... */
	bool page_unnamed;              /* ... which is not told to others */
	bool reopened;                  /* it has sent nothing since */
};

/* A request that is more than a link or a form of the site's own. */
struct visit {
	const char *target;             /* "/cart" */
	const char *form;               /* POST with these fields; NULL: GET */
	const char *from;               /* another site that causes it, or NULL */
	const char *cookie;             /* in place of the jar's, or NULL */
	const char *bearer;             /* Authorization: Bearer, or NULL */
	bool typed;                     /* by hand, or the first of all */
	bool lost;                      /* the answer gets lost */
};

/*
 * A browser like this one, with an empty jar.  It goes with the world.  NULL:
 * no memory; all calls take that, as the world has failed then.
 */
struct browser *browser_new(struct world *, const struct browser *like);

const struct capture *browser_send(struct browser *, const struct visit *);

/* The link of this target is followed; the first time of all it is typed. */
const struct capture *browser_get(struct browser *, const char *target);

/*
 * The form on this page is sent to `target` with these fields ("user=ada",
 * or NULL) and the hidden ones that stand in the page.
 */
const struct capture *browser_submit(struct browser *,
    const struct capture *page, const char *target, const char *fields);

/* The browser is closed and opened again: what has no Max-Age is gone. */
void browser_restart(struct browser *);

/* Its jar as it was after this exchange, which may be another's; or NULL. */
const struct kept *browser_kept(const struct browser *,
    const struct capture *);

/* The value of a cookie in its jar, or "". */
const char *browser_cookie(const struct browser *, const char *name);

#endif

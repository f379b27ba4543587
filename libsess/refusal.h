/*
 * refusal.h - why a request is refused: a reason that stands in an answer, a
 * sentence for the visitor, and a line for the operator, who must be able to
 * mend what is wrong with nothing else in hand.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_REFUSAL_H
#define SESS_REFUSAL_H

#include "sess.h"

enum refusal {
	REFUSAL_NONE,           /* the error says it all */
	REFUSAL_OTHER_SITE,     /* the browser says: from another site */
	REFUSAL_TWICE,          /* two Origin or Sec-Fetch-Site: no browser */
	REFUSAL_ORIGIN,         /* not the one that is set */
	REFUSAL_HOST,           /* not the host that the server names */
	REFUSAL_PORT,           /* that host, but not its port */
	REFUSAL_SCHEME,         /* https to the browser, and http to us */
	REFUSAL_STRANGE_PROXY,  /* the same, and a proxy not in `proxies` */
	REFUSAL_SILENT_PROXY,   /* the same, and one that is, but says nothing */
	REFUSAL_NO_COOKIE,      /* the browser sent none of ours */
	REFUSAL_COOKIE_PATH,    /* the same, and they have a path */
	REFUSAL_PLAIN_HTTP,     /* the same, and over http they are dropped */
	REFUSAL_NO_TOKEN,       /* a form without its token, or with half of it */
	REFUSAL_OTHER_TAB,      /* the session is another one by now */
	REFUSAL_SESSION_OVER,   /* there is no session any more */
	REFUSAL_FORM_OLD,       /* its token was good for two hours */
	REFUSAL_MANY_NEW,       /* max_new sessions of one network */
	REFUSAL_MANY_UNKNOWN    /* max_unknown ids of one network */
};

struct exchange;

/*
 * The request is refused, for this reason: a line in the log, and the answer
 * will say so.  Returns the error.
 */
enum sess_err refusal_is(struct exchange *, enum sess_err, enum refusal);

/*
 * Cookies that are Secure cannot come back: the request came over http.  Why,
 * as far as it is known; REFUSAL_NONE where they can.
 */
enum refusal refusal_of_http(const struct exchange *);

/* The same, told in a line where nothing is refused yet. */
void refusal_warn(struct exchange *, enum refusal);

/* What the page about the error is to know. */
struct sess_refusal refusal_page(const struct exchange *, enum sess_err);

/* The same for a handler that answered with an error and wrote nothing. */
struct sess_refusal refusal_by_page(const struct exchange *);

#endif

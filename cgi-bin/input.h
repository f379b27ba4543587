/*
 * input.h - what a form sent, checked; and where to go from there.
 */
/* SPDX-License-Identifier: ISC */
#ifndef INPUT_H
#define INPUT_H

#include "sess.h"

/*
 * A whole number as people write it: digits alone, no sign, no zero in
 * front, and in these limits.  False for anything else, NULL too.
 */
bool input_number(const char *text, int64_t min, int64_t max, int64_t *num);

/* True for a text that is there, holds more than blanks, and fits. */
bool input_text(const char *text, size_t max);

/* True if the request changes things (r40: a GET never does). */
bool input_is_post(const struct sess_req *);

/* 303 to a page of this site, with the session's id where links carry it. */
int go_to(struct sess_res *, struct sess *, const char *where);

/* 303 to the login page, for whose session this request has ended. */
int go_out(struct sess_res *);

/*
 * A page with where to go after it: "signup?next=cart".  Without that where it
 * is NULL, or does not fit.
 */
#define LINK_MAX 3072           /* bytes; of a `next` of 1,000, all escaped */

const char *input_link(char link[LINK_MAX], const char *page,
    const char *next);

/* 303 to the login page, which then leads back to `where`. */
int go_login(struct sess_res *, struct sess *, const char *where);

/*
 * The same for a user who is logged in, where sess_fresh(s, FRESH) says that
 * the password was given too long ago.
 */
#define FRESH (15 * 60)         /* seconds */

int go_confirm(struct sess_res *, struct sess *, const char *where);

#endif

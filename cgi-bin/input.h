/*
 * input.h - what a form sent, checked; and where to go from there.
 */
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

/* 303 to the login page, which then leads back to `where`. */
int go_login(struct sess_res *, struct sess *, const char *where);

#endif

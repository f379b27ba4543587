/*
 * pages.h - the site that the lesson performs: a small shop.  Its pages are
 * as short as a page can be, since they are shown beside what they cause.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_PAGES_H
#define LESSON_PAGES_H

#include "sess.h"

#define PAGES_USER "ada"
#define PAGES_PASSWORD "tea-at-five-1843"

/*
 * /, /ready, /visits, /name, /signup, /login, /cart, /drafts, /devices,
 * /logout, /leave, /offer, /too-long
 */
extern const struct sess_app pages_site;

/* The same with a login that forgets to log in: see login_by_hand(). */
extern const struct sess_app pages_site_old_id;

/* ... with pages that make mistakes of their own: see pages.c, "mistakes". */
extern const struct sess_app pages_site_careless, pages_site_hasty;

/* What the site has of this user: the nth draft's title, from 0, or NULL. */
const char *pages_draft(const char *user, size_t n);

#endif

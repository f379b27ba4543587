/*
 * visits.c - count the visits, and show how long the session lasts.
 *
 * The number of visits is kept on the server, in the session; the browser
 * keeps nothing but the session's id, in a cookie.
 */
/* SPDX-License-Identifier: ISC */
#include "page.h"

/* A whole session in one line: sess_add() remembers, and gives the sum. */
static int
visits(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	int64_t n = sess_add(s, "visits", 1);
	const char *name = sess_req_query(req, "name");
	struct page *p = page_new(req, res, s, "visits");

	if (name == NULL || *name == '\0')
		name = sess_user(s);
	page_text(p, "name", name);
	page_int(p, "count", n);
	page_bool(p, "new", sess_is_new(s));
	page_bool(p, "remembered", sess_remembered(s));
	page_time(p, "created", sess_created(s));
	page_time(p, "seen", sess_seen(s));
	page_time(p, "ends", sess_ends(s));
	return page_show(p, 200);
}

const struct sess_app visits_app = { .handle = visits, .refused = page_refused };

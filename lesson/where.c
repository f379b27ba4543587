/* where.c - where the reader is in the lesson. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "input.h"
#include "lesson/steps.h"
#include "lesson/where.h"

/*
 * A number of the query within these limits; one that is not there stays.  One
 * that is there twice says nothing.
 */
static bool
number(const struct sess_req *req, const char *name, int64_t min, int64_t max,
    int64_t *n)
{
	size_t count = sess_req_count(req, SESS_QUERY, name);

	return count == 0 || (count == 1 &&
	    input_number(sess_req_query(req, name), min, max, n));
}

bool
where_read(const struct sess_req *req, struct where *at)
{
	int64_t step = 0, say = 0, with = 0, minutes = -1, arrow = 0;
	const struct step *s;

	if (!number(req, "step", 1, (int64_t)steps_count, &step))
		return false;
	s = step > 0 ? &steps[step - 1] : NULL;
	if (!number(req, "say", 0, s != NULL ? s->answers : 0, &say) ||
	    !number(req, "with", 0, s != NULL ? (1 << s->switches) - 1 : 0,
	    &with) ||
	    !number(req, "minutes", 0, s != NULL && s->minutes > 0 ?
	    WHERE_MINUTES_MAX : 0, &minutes) ||
	    !number(req, "at", 1, WHERE_AT_MAX, &arrow))
		return false;
	*at = (struct where){ .step = (int)step, .say = (int)say,
		.said = sess_req_count(req, SESS_QUERY, "say") > 0,
		.with = (unsigned)with, .minutes = minutes,
		.at = (int)arrow };
	return true;
}

const char *
where_link(char link[WHERE_LINK_MAX], const struct where *at)
{
	int n = snprintf(link, WHERE_LINK_MAX, "lesson?step=%d", at->step);
	size_t len = n > 0 ? (size_t)n : 0;

	if (at->said)
		len += (size_t)snprintf(link + len, WHERE_LINK_MAX - len,
		    "&say=%d", at->say);
	if (at->with != 0)
		len += (size_t)snprintf(link + len, WHERE_LINK_MAX - len,
		    "&with=%u", at->with);
	if (at->minutes >= 0)
		len += (size_t)snprintf(link + len, WHERE_LINK_MAX - len,
		    "&minutes=%" PRId64, at->minutes);
	if (at->at > 0)
		snprintf(link + len, WHERE_LINK_MAX - len, "&at=%d", at->at);
	return link;
}

/*
 * progress.c - how far an upload is, told by the request that brings it and
 * asked for by another one.
 *
 * While a body arrives nobody has looked for its session yet, and its form's
 * token may be the last thing in it.  So what is told goes into a table of its
 * own, which no field and no commit ever meets; it takes a live id to write
 * there, and a request without one is found out by one look.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "clock.h"
#include "exchange.h"

#define EVERY_MS 250    /* as often as a person wants to see a bar move */

/* Note the id that tells, and the upload; false: nobody wants to know. */
static bool
begin(struct exchange *x)
{
	struct progress *p = &x->progress;
	struct carried carried[CARRY_MAX];
	size_t n = 0;

	p->name = sess_req_query(&x->req, "upload");
	if (p->name == NULL || !field_name_ok(p->name))
		return false;
	/* Of several ids only load() can tell which one counts. */
	if (carry_find_early(x, carried, &n) != SESS_OK || n != 1 ||
	    service_store(x->service) != SESS_OK)
		return false;
	token_key(p->key, carried[0].token);
	return true;
}

/* An upload is worth more than the news of it: a failure ends only these. */
static void
tell(struct exchange *x, int64_t total)
{
	struct sess_service *sv = x->service;
	struct progress *p = &x->progress;
	const struct sess_mark mark = { p->name, p->got, total };
	enum sess_err err = sv->ops->mark(sv->store, p->key,
	    clock_now(&sv->conf), &mark);

	p->told = p->got;
	p->next = clock_ms() + EVERY_MS;
	if (err == SESS_OK)
		return;
	p->state = PROGRESS_OFF;
	if (err != SESS_EGONE)
		log_event(&sv->log, "progress", err, "not told any more");
}

static void
on_piece(void *arg, int64_t got, int64_t total)
{
	struct exchange *x = arg;
	struct progress *p = &x->progress;

	p->got = got;
	if (p->state == PROGRESS_NEW)
		p->state = begin(x) ? PROGRESS_ON : PROGRESS_OFF;
	if (p->state == PROGRESS_ON &&
	    (got == total || clock_ms() >= p->next))
		tell(x, total);
}

bool
progress_early(struct exchange *x, int64_t got, int64_t total)
{
	x->progress = (struct progress){ .got = got };
	if (!begin(x))
		return false;
	x->progress.state = PROGRESS_ON;
	tell(x, total);
	return x->progress.state == PROGRESS_ON;
}

void
progress_watch(struct exchange *x)
{
	x->progress = (struct progress){ .state = PROGRESS_NEW };
	x->req.progress = on_piece;
	x->req.progress_arg = x;
}

void
progress_end(struct exchange *x)
{
	struct progress *p = &x->progress;

	if (p->state == PROGRESS_ON && p->told < p->got)
		tell(x, p->got);        /* now it is known */
}

bool
sess_progress(struct sess *s, const char *upload, int64_t *got,
    int64_t *total)
{
	struct sess_service *sv = s->x->service;
	struct sess_mark mark = { upload, 0, 0 };

	if (!s->found || upload == NULL || !field_name_ok(upload) ||
	    sv->ops->find_mark(sv->store, s->key, s->now, &mark) != SESS_OK)
		return false;
	*got = mark.got;
	*total = mark.total;
	return true;
}

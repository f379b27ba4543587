/* event.c - what happened: a line in the log, and a row for the user. */
/* SPDX-License-Identifier: ISC */
#include "clock.h"
#include "exchange.h"

struct sess_note
event_new(const struct exchange *x, const char *kind)
{
	return (struct sess_note){ .at = clock_now(&x->service->conf),
		.kind = kind, .user = x->sess.rec.user,
		.session = x->sess.rec.handle, .address = x->req.address };
}

void
event_log(const struct exchange *x, const struct sess_note *n)
{
	log_write(x->sess.log, &(struct log_entry){ .event = n->kind,
		.user = n->user, .address = n->address,
		.session = n->session, .why = n->why });
}

enum sess_err
event_keep(struct exchange *x, const struct sess_note *n)
{
	struct sess_service *sv = x->service;
	enum sess_err err = service_store(sv);

	event_log(x, n);
	return err != SESS_OK ? err : sv->ops->note(sv->store, n);
}

/* ---- of a commit ------------------------------------------------------- */

/* The user of the session proves it once more. */
static bool
is_again(const struct sess *s)
{
	return s->found && !s->end && s->rec.user != NULL;
}

/* What becomes of the session itself, if anything. */
static const char *
kind_of(const struct sess_change *c)
{
	if (c->user != NULL)
		return c->password != NULL ? "password" : "login";
	switch (c->turn) {
	case SESS_TURN_CREATE:
		return "create";
	case SESS_TURN_ROTATE:
	case SESS_TURN_RENEW:
		return "rotate";
	default:
		return NULL;
	}
}

size_t
event_list(const struct exchange *x, const struct sess_change *c,
    struct sess_note list[EVENTS_MAX])
{
	const struct sess *s = &x->sess;
	struct sess_note note = event_new(x, kind_of(c));
	const char *was = s->left != NULL ? s->left : note.user;
	size_t n = 0;

	if (s->end) {
		list[n] = event_new(x, "logout");
		list[n++].user = was;
	}
	note.if_turned = c->turn == SESS_TURN_ROTATE;
	if (c->turn == SESS_TURN_CREATE)
		note.session = c->handle;
	if (c->user != NULL) {
		note.user = c->user;
		note.agent = c->agent;
		note.why = is_again(s) ? "again" : NULL;
	}
	if (note.kind != NULL)
		list[n++] = note;
	if (s->moved) {
		note = event_new(x, "moved");
		note.user = was;
		note.agent = c->agent;
		note.alarm = true;
		list[n++] = note;
	}
	return n;
}

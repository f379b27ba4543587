/* device.c - a user's sessions: where they are used, and their end. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "exchange.h"
#include "peer.h"
#include "utf8.h"

/* ---- where this one is used -------------------------------------------- */

/* What is no text, or too long, is cut. */
const char *
device_agent(struct exchange *x)
{
	const char *agent = sess_req_header(&x->req, "User-Agent");
	size_t n = agent != NULL ? strnlen(agent, AGENT_MAX) : 0;

	while (n > 0 && !utf8_valid(agent, n))
		n--;
	return n > 0 ? pool_copy(&x->pool, agent, n) : "";
}

const char *
device_address(struct exchange *x)
{
	return x->req.address != NULL ? x->req.address : "";
}

static bool
same_network(const char *a, const char *b)
{
	char net_a[PEER_NETWORK_MAX], net_b[PEER_NETWORK_MAX];

	peer_network(net_a, a);
	peer_network(net_b, b);
	return strcmp(net_a, net_b) == 0;
}

/*
 * People move, and browsers are renewed, so it is never more than a sign.  One
 * that was made before this was kept has not moved: it is noted from now on.
 */
void
device_look(struct exchange *x)
{
	struct sess *s = &x->sess;
	const char *agent;

	if (s->rec.user == NULL || (agent = device_agent(x)) == NULL)
		return;
	if (s->rec.address == NULL || s->rec.agent == NULL) {
		s->where = true;
		return;
	}
	s->moved = strcmp(agent, s->rec.agent) != 0 ||
	    !same_network(device_address(x), s->rec.address);
	s->where = s->moved;
	s->stale = s->moved && x->service->conf.moved == SESS_MOVE_ASK;
	if (s->stale)
		s->rec.auth = 0;
}

/* ---- all of them ------------------------------------------------------- */

const struct sess_device *
sess_devices(struct sess *s, size_t *n)
{
	struct exchange *x = s->x;
	struct sess_service *sv = x->service;
	struct sess_device *list = NULL;
	enum sess_err err;
	size_t i;

	*n = 0;
	if (sess_user(s) == NULL)
		return NULL;
	if ((err = service_store(sv)) == SESS_OK)
		err = sv->ops->devices(sv->store, sess_user(s), s->now,
		    &x->memory, &list, n);
	if (err != SESS_OK)
		*n = 0;
	session_fail(s, err, "devices");
	for (i = 0; i < *n; i++)
		list[i].here = list[i].handle == s->rec.handle;
	return list;
}

static int64_t
revoke(struct sess *s, const struct sess_revoke *r)
{
	struct sess_service *sv = s->x->service;
	struct sess_note note = event_new(s->x, "revoke");
	int64_t ended = 0;
	enum sess_err err;

	if ((err = service_store(sv)) == SESS_OK)
		err = sv->ops->revoke(sv->store, r, s->now, &ended);
	session_fail(s, err, "revoke");
	if (err != SESS_OK || ended == 0)
		return 0;
	note.session = r->handle;
	note.why = pool_printf(&s->x->pool, "%" PRId64 " ended: %s", ended,
	    r->why);
	event_log(s->x, &note);
	return ended;
}

bool
sess_device_end(struct sess *s, int64_t handle)
{
	const struct sess_revoke r = { .user = s->rec.user, .by = s->key,
		.handle = handle, .why = "the user ended it" };

	if (s->rec.user == NULL || handle < 1)
		return false;
	if (handle == s->rec.handle) {
		sess_logout(s);
		return true;
	}
	return revoke(s, &r) > 0;
}

int64_t
sess_devices_end(struct sess *s)
{
	const struct sess_revoke r = { .user = s->rec.user, .by = s->key,
		.except = s->rec.handle, .why = "the user ended all others" };

	return s->rec.user != NULL ? revoke(s, &r) : 0;
}

const struct sess_happening *
sess_happenings(struct sess *s, size_t *n)
{
	struct exchange *x = s->x;
	struct sess_service *sv = x->service;
	struct sess_happening *list = NULL;
	enum sess_err err;

	*n = 0;
	if (sess_user(s) == NULL)
		return NULL;
	if ((err = service_store(sv)) == SESS_OK)
		err = sv->ops->events(sv->store, sess_user(s), s->now,
		    &x->memory, &list, n);
	if (err != SESS_OK)
		*n = 0;
	session_fail(s, err, "happenings");
	return list;
}

/* The record says whether there may be any: mostly not, and it costs nothing. */
int64_t
sess_news(const struct sess *s)
{
	const struct sess_record *r = &s->rec;
	struct exchange *x = s->x;
	struct sess_service *sv = x->service;
	int64_t n = 0;
	enum sess_err err;

	if (r->user == NULL || r->alert <= r->alerts_seen)
		return 0;
	if ((err = service_store(sv)) == SESS_OK)
		err = sv->ops->alerts(sv->store, r->user, s->now,
		    r->alerts_seen, &n);
	session_fail(&x->sess, err, "news");
	return n;
}

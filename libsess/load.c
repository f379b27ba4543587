/* load.c - from the id that came to the session. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "exchange.h"
#include "trace.h"

struct candidate {
	const struct carried *carried;
	uint8_t key[SESS_KEY_LEN];
	struct sess_record rec;
};

static enum sess_err
look_up(struct exchange *x, struct candidate *c, enum sess_found *found)
{
	struct sess_service *sv = x->service;
	enum sess_err err;

	token_key(c->key, c->carried->token);
	trace_step(&sv->log, SESS_STEP_TOKEN,
	    TRACE_ID("id", c->carried->token, TOKEN_LEN),
	    TRACE_HEX("key", SESS_TRACE_TEXT, c->key, SESS_KEY_LEN));
	if ((err = service_store(sv)) != SESS_OK)
		return err;
	return sv->ops->find(sv->store, c->key, x->sess.now, &x->memory,
	    found, &c->rec);
}

static enum sess_err
adopt(struct exchange *x, const struct candidate *c)
{
	struct sess *s = &x->sess;

	s->found = true;
	s->late = false;
	s->rec = c->rec;
	memcpy(s->key, c->key, sizeof s->key);
	memcpy(s->token, c->carried->token, TOKEN_LEN);
	x->way = c->carried->way;
	device_look(x);
	return fields_load(&s->fields, s->rec.fields, s->rec.nfields);
}

enum sess_err
load_new(struct exchange *x, const char *token)
{
	const struct carried carried = { token, TOKEN_LEN, SESS_BY_COOKIE };
	struct candidate c = { .carried = &carried };
	enum sess_found found;
	enum sess_err err = look_up(x, &c, &found);

	if (err != SESS_OK)
		return err;
	if (found != SESS_FOUND_LIVE)
		return SESS_EGONE;
	x->send_token = true;
	err = adopt(x, &c);
	/* It has not arrived yet, so those before it go on. */
	x->sess.rec.confirmed = x->sess.rec.serial;
	return err;
}

/* ---- ids that mean nothing any more ------------------------------------ */

/*
 * Told to the user at his next login: somebody else may have had it.  Where
 * the settings say so the session ends.
 */
static enum sess_err
replayed(struct exchange *x, const struct candidate *c)
{
	struct sess_service *sv = x->service;
	struct sess_note note = event_new(x, "replay");
	bool ended;
	enum sess_err err;

	note.user = c->rec.user;
	note.session = c->rec.handle;
	note.why = "an id was used after its time";
	note.agent = device_agent(x);
	note.alarm = true;
	if (sv->conf.replay != SESS_REPLAY_END || x->app->authorizer) {
		if (note.user != NULL)
			return event_keep(x, &note);
		event_log(x, &note);
		return SESS_OK;
	}
	note.why = "an id was used after its time: the session has ended";
	err = sv->ops->end(sv->store, c->key, x->sess.now, false, &note,
	    &ended);
	if (err == SESS_OK && ended)
		event_log(x, &note);
	return err;
}

/* Of many requests that find it over, one tells. */
static enum sess_err
expired(struct exchange *x, const struct candidate *c)
{
	struct sess_service *sv = x->service;
	struct sess_note note = event_new(x, "expire");
	bool ended;
	enum sess_err err;

	note.user = c->rec.user;
	note.session = c->rec.handle;
	note.why = x->sess.now >= c->rec.ends ? "its time was up" :
	    "unused for too long";
	err = sv->ops->end(sv->store, c->key, x->sess.now, true, &note,
	    &ended);
	if (err == SESS_OK && ended)
		event_log(x, &note);
	return err;
}

static enum sess_err
of_the_past(struct exchange *x, const struct candidate *c,
    enum sess_found found)
{
	x->sess.late |= found == SESS_FOUND_LATE;
	x->sess.lost |= found != SESS_FOUND_LATE;
	if (found == SESS_FOUND_REPLAY)
		return replayed(x, c);
	if (found == SESS_FOUND_EXPIRED)
		return expired(x, c);
	return SESS_OK;
}

/*
 * An anonymous session becomes that of the user whom this browser remembers, as
 * at a login: a form that came too late for the session before left one.
 */
static enum sess_err
go_on(struct exchange *x, const struct candidate *c)
{
	enum sess_err err = SESS_OK;

	if (c->rec.user == NULL && c->carried->way == SESS_BY_COOKIE)
		err = remember_load(x, c->key);
	return err != SESS_OK || x->sess.found ? err : adopt(x, c);
}

/* ---- all that came ----------------------------------------------------- */

/*
 * One live id is the session.  None: a visitor like any other; whether the id
 * was unknown, expired or forged makes no difference.  Two: somebody may have
 * planted one of them, and the order tells nothing (RFC 6265bis, 4.2.2).
 */
enum sess_err
load(struct exchange *x)
{
	struct carried carried[CARRY_MAX];
	struct candidate c, live = { .carried = NULL };
	enum sess_found found;
	bool unknown = false;
	enum sess_err err;
	size_t i, n = 0;

	if (carry_find(x, carried, &n) != SESS_OK)
		return SESS_OK;
	for (i = 0; i < n; i++) {
		c.carried = &carried[i];
		if ((err = look_up(x, &c, &found)) != SESS_OK)
			return err;
		unknown |= found == SESS_FOUND_NONE;
		if (found != SESS_FOUND_LIVE) {
			if ((err = of_the_past(x, &c, found)) != SESS_OK)
				return err;
			continue;
		}
		if (live.carried != NULL) {
			log_event(x->sess.log, "ambiguous", SESS_OK,
			    "two live ids in one request: none counts");
			return SESS_OK;
		}
		live = c;
	}
	err = unknown ? throttle_unknown(x) : SESS_OK;
	if (live.carried != NULL)
		return go_on(x, &live);
	/* A browser with only an old cookie is let in without it, next. */
	x->send_end |= err == SESS_ETRIES;
	return err != SESS_OK ? err : remember_load(x, NULL);
}

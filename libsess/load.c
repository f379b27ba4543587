/* load.c - from the id that came to the session. */
#include <string.h>

#include "exchange.h"

struct candidate {
	const struct carried *carried;
	uint8_t key[SESS_KEY_LEN];
	struct sess_record rec;
};

static enum sess_err
look_up(struct exchange *x, struct candidate *c, enum sess_found *found)
{
	static const char *const names[] = { "nothing", "a live session",
		"an id replaced by a login", "an id used after its end" };
	struct sess_service *sv = x->service;
	char mask[8];
	enum sess_err err;

	token_key(c->key, c->carried->token);
	token_mask(mask, c->carried->token);
	log_step(&sv->log, SESS_STEP_TOKEN, "%s is well-formed; hashed", mask);
	if ((err = service_store(sv)) != SESS_OK)
		return err;
	err = sv->ops->find(sv->store, c->key, x->sess.now, &x->memory,
	    found, &c->rec);
	if (err == SESS_OK)
		log_step(&sv->log, SESS_STEP_FIND, "found %s", names[*found]);
	return err;
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
	return fields_load(&s->fields, s->rec.fields, s->rec.nfields);
}

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
	enum sess_err err;
	size_t i, n = 0;

	if (carry_find(x, carried, &n) != SESS_OK)
		return SESS_OK;
	for (i = 0; i < n; i++) {
		c.carried = &carried[i];
		if ((err = look_up(x, &c, &found)) != SESS_OK)
			return err;
		x->sess.late |= found == SESS_FOUND_LATE;
		if (found == SESS_FOUND_REPLAY)
			log_event(x->sess.log, "replay", SESS_OK,
			    "an id was used after its time");
		if (found != SESS_FOUND_LIVE)
			continue;
		if (live.carried != NULL) {
			log_event(x->sess.log, "ambiguous", SESS_OK,
			    "two live ids in one request: none counts");
			return SESS_OK;
		}
		live = c;
	}
	return live.carried != NULL ? adopt(x, &live) : SESS_OK;
}

/*
 * other_cookie.c - two programs of one store, with two names for its cookie.
 *
 * Each of them takes the other's visitors for strangers: it begins a session
 * of its own, which the other one does not find.  Nobody sees an error.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "exchange.h"
#include "store.h"

static void
tell(const struct exchange *x, const char *name)
{
	const struct sess_conf *c = &x->service->conf;
	char why[600];

	snprintf(why, sizeof why, "this program reads the cookie %.64s, and a "
	    "session of its store came in the cookie %.64s: another program "
	    "uses the same store, and the two log each other's visitors out: "
	    "set cookie_name, cookie_path and insecure_dev alike in both; if "
	    "they are to share no sessions, " STORE_SET " in one",
	    c->cookie_name, name);
	log_event(x->sess.log, "cookie", SESS_OK, why);
}

/* A store that cannot be asked is told of by the commit that follows. */
static bool
is_live(struct exchange *x, const char *token)
{
	struct sess_service *sv = x->service;
	enum sess_found found = SESS_FOUND_NONE;
	uint8_t key[SESS_KEY_LEN];
	struct sess_record rec;

	token_key(key, token);
	return service_store(sv) == SESS_OK &&
	    sv->ops->find(sv->store, key, x->sess.now, &x->memory, &found,
	    &rec) == SESS_OK && found == SESS_FOUND_LIVE;
}

void
other_cookie_look(struct exchange *x)
{
	const struct sess_conf *c = &x->service->conf;
	const struct sess_pair *p = x->req.cookie.at;
	const struct sess_pair *end = p + x->req.cookie.n;
	int looked = 0;

	if ((c->carry & SESS_BY_COOKIE) == 0)
		return;
	for (; p < end && looked < CARRY_MAX; p++) {
		if (strcmp(p->name, c->cookie_name) == 0 ||
		    !token_shape_ok(p->value, p->value_len))
			continue;
		looked++;
		if (is_live(x, p->value)) {
			tell(x, p->name);
			return;
		}
	}
}

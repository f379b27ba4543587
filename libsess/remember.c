/*
 * remember.c - logged in again without a password.
 *
 * The cookie holds 16 bytes that name a family, and 24 that are its newest
 * token; the store has the hashes of both (family.c).
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "clock.h"
#include "crypt.h"
#include "encode.h"
#include "exchange.h"

#define COOKIE "remember"
#define FAMILY_LEN 16
#define COOKIE_LEN (FAMILY_LEN + TOKEN_BYTES)

static void
hash(uint8_t keys[REMEMBER_KEYS], const uint8_t cookie[COOKIE_LEN])
{
	crypt_sha256(keys, "libsess-family-1", cookie, FAMILY_LEN);
	crypt_sha256(keys + SESS_KEY_LEN, "libsess-remember-1",
	    cookie + FAMILY_LEN, TOKEN_BYTES);
}

/* The visitor is to have this. */
static enum sess_err
give(struct exchange *x, const uint8_t cookie[COOKIE_LEN],
    uint8_t keys[REMEMBER_KEYS])
{
	char text[BASE64URL_LEN(COOKIE_LEN) + 1];

	hash(keys, cookie);
	encode_base64url(text, cookie, COOKIE_LEN);
	x->remember = pool_text(&x->pool, text);
	return x->remember != NULL ? SESS_OK : SESS_ENOMEM;
}

enum sess_err
remember_begin(struct exchange *x, struct sess_family *f,
    uint8_t keys[REMEMBER_KEYS], int64_t now)
{
	uint8_t cookie[COOKIE_LEN];
	enum sess_err err = crypt_random(cookie, sizeof cookie);

	if (err == SESS_OK)
		err = give(x, cookie, keys);
	*f = (struct sess_family){ .key = keys, .token = keys + SESS_KEY_LEN,
		.until = now + x->service->conf.remember };
	return err;
}

/* ---- coming back ------------------------------------------------------- */

/*
 * Made of the token that came, with the store's secret: whoever sends that
 * once more within the grace gets the same again.  So it does not matter which
 * of parallel answers is the last, or that one was lost.
 */
static enum sess_err
successor(struct exchange *x, uint8_t cookie[COOKIE_LEN],
    uint8_t keys[REMEMBER_KEYS])
{
	uint8_t mac[SESS_KEY_LEN];
	enum sess_err err = service_hmac(x->service, mac,
	    "libsess-remember-next-1", cookie, COOKIE_LEN);

	if (err != SESS_OK)
		return err;
	memcpy(cookie + FAMILY_LEN, mac, TOKEN_BYTES);
	return give(x, cookie, keys);
}

bool
remember_on(const struct exchange *x)
{
	return x->service->conf.remember > 0 &&
	    (x->service->conf.carry & SESS_BY_COOKIE) != 0;
}

/* A form of before has no session to belong to: that is for a page to say. */
static bool
may_return(const struct exchange *x)
{
	return remember_on(x) && !x->app->authorizer && request_safe(&x->req);
}

static enum sess_err
describe(struct exchange *x, struct sess_redeem *r)
{
	const struct sess_conf *c = &x->service->conf;
	struct sess *s = &x->sess;
	enum sess_err err;

	r->begin = (struct sess_change){
		.turn = SESS_TURN_CREATE, .now = clock_now(c),
		.durable = true, .stale = true,
		.next = s->key, .secret = s->rec.secret,
		.idle = c->idle, .ends = clock_now(c) + c->absolute,
		.agent = device_agent(x), .address = device_address(x),
		.max_sessions = c->max_sessions,
		.refuse_more = c->sessions_full == SESS_FULL_REFUSE,
		.max_fields = c->max_fields,
		.max_bytes = c->max_session_bytes,
		.max_value = c->max_value_bytes,
	};
	if ((err = token_new(s->next)) != SESS_OK ||
	    (err = crypt_random(s->rec.secret, SESS_SECRET_LEN)) != SESS_OK ||
	    (err = commit_handle(&r->begin.handle)) != SESS_OK)
		return err;
	token_key(s->key, s->next);
	r->note = event_new(x, "login");
	r->note.session = r->begin.handle;
	r->note.agent = r->begin.agent;
	return SESS_OK;
}

static void
tell(struct exchange *x, struct sess_note note, enum sess_redeemed how,
    const char *user)
{
	note.user = user;
	note.why = how == SESS_REDEEMED ? "remembered" :
	    "a remember-me token was used twice";
	if (how == SESS_REDEEMED_STOLEN) {
		note.kind = "stolen";
		note.session = 0;
	}
	event_log(x, &note);
}

/* A visitor like any other. */
static enum sess_err
stranger(struct exchange *x)
{
	*x->sess.next = '\0';
	memset(x->sess.rec.secret, 0, SESS_SECRET_LEN);
	return SESS_OK;
}

static enum sess_err
returned(struct exchange *x, enum sess_redeemed how)
{
	const char *token = pool_text(&x->pool, x->sess.next);

	if (how != SESS_REDEEMED && how != SESS_REDEEMED_JOINED) {
		x->send_forget = true;
		return stranger(x);
	}
	*x->sess.next = '\0';
	x->send_remember = true;
	return token != NULL ? load_new(x, token) : SESS_ENOMEM;
}

enum sess_err
remember_load(struct exchange *x)
{
	struct sess_service *sv = x->service;
	uint8_t cookie[COOKIE_LEN], had[REMEMBER_KEYS], next[REMEMBER_KEYS];
	struct sess_redeem r = { .family = had, .token = had + SESS_KEY_LEN,
		.next = next + SESS_KEY_LEN };
	enum sess_redeemed how;
	const char *user = NULL;
	enum sess_err err;

	if (!may_return(x) || !carry_read(x, COOKIE, cookie, sizeof cookie))
		return SESS_OK;
	hash(had, cookie);
	if ((err = service_store(sv)) != SESS_OK ||
	    (err = successor(x, cookie, next)) != SESS_OK ||
	    (err = describe(x, &r)) != SESS_OK)
		return err;
	err = sv->ops->redeem(sv->store, &r, x->sess.now, &x->memory, &how,
	    &user);
	if (err != SESS_OK) {
		log_event(&sv->log, "login", err, "not remembered this time");
		/* As long as he has too many, he can look at pages at least. */
		return err == SESS_ESESSIONS ? stranger(x) : err;
	}
	if (how == SESS_REDEEMED || how == SESS_REDEEMED_STOLEN)
		tell(x, r.note, how, user);
	return returned(x, how);
}

/* ---- going ------------------------------------------------------------- */

/*
 * A copy of the cookie must not bring anybody back.  The session has ended
 * its own family by then, or goes on with it.
 */
bool
remember_forget(struct exchange *x, struct sess_forget *f,
    uint8_t keys[REMEMBER_KEYS])
{
	const struct sess *s = &x->sess;
	uint8_t cookie[COOKIE_LEN];

	if (!(s->out || (s->login != NULL && !s->rec.remembered)) ||
	    !carry_read(x, COOKIE, cookie, sizeof cookie))
		return false;
	hash(keys, cookie);
	*f = (struct sess_forget){ .family = keys,
		.token = keys + SESS_KEY_LEN, .note = event_new(x, "stolen") };
	f->note.session = 0;
	f->note.agent = device_agent(x);
	return true;
}

void
remember_stolen(struct exchange *x, const struct sess_forget *f,
    const char *user)
{
	tell(x, f->note, SESS_REDEEMED_STOLEN, user);
}

/* ---- what the visitor learns ------------------------------------------- */

void
remember_send(struct exchange *x)
{
	if (x->send_remember)
		carry_give(x, COOKIE, x->remember,
		    x->service->conf.remember);
	else if (x->send_forget && carry_has(x, COOKIE))
		carry_give(x, COOKIE, "", -1);
}

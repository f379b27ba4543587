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
#include "peer.h"
#include "random.h"
#include "trace.h"

#define COOKIE "remember"
#define RANDOM_LEN 10                   /* of a family's name: its own ... */
#define MARK_LEN 6                      /* ... and that of its store */
#define FAMILY_LEN (RANDOM_LEN + MARK_LEN)
#define COOKIE_LEN (FAMILY_LEN + TOKEN_BYTES)

static void
hash(uint8_t keys[REMEMBER_KEYS], const uint8_t cookie[COOKIE_LEN])
{
	crypt_sha256(keys, "libsess-family-1", cookie, FAMILY_LEN);
	crypt_sha256(keys + SESS_KEY_LEN, "libsess-remember-1",
	    cookie + FAMILY_LEN, TOKEN_BYTES);
}

/* The visitor is to have this, for as long as its family lives. */
static enum sess_err
give(struct exchange *x, const uint8_t cookie[COOKIE_LEN],
    uint8_t keys[REMEMBER_KEYS], int64_t life)
{
	char text[BASE64URL_LEN(COOKIE_LEN) + 1];

	hash(keys, cookie);
	encode_base64url(text, cookie, COOKIE_LEN);
	x->remember = pool_text(&x->pool, text);
	x->remember_life = life;
	return x->remember != NULL ? SESS_OK : SESS_ENOMEM;
}

/*
 * By its mark a store knows a family of its own, also when no row of it is
 * left: only such a cookie is taken from the browser.
 */
static enum sess_err
mark(struct exchange *x, const uint8_t family[RANDOM_LEN],
    uint8_t out[MARK_LEN])
{
	uint8_t mac[SESS_KEY_LEN];
	enum sess_err err = service_hmac(x->service, mac,
	    "libsess-family-mark-1", family, RANDOM_LEN);

	if (err == SESS_OK)
		memcpy(out, mac, MARK_LEN);
	return err;
}

enum sess_err
remember_begin(struct exchange *x, struct sess_family *f,
    uint8_t keys[REMEMBER_KEYS], int64_t now)
{
	int64_t life = x->service->conf.remember;
	uint8_t cookie[COOKIE_LEN];
	enum sess_err err = random_bytes(x->sess.log, "remember-me token", cookie,
	    sizeof cookie);

	if (err == SESS_OK)
		err = mark(x, cookie, cookie + RANDOM_LEN);
	if (err == SESS_OK)
		err = give(x, cookie, keys, life);
	*f = (struct sess_family){ .key = keys, .token = keys + SESS_KEY_LEN,
		.until = now + life };
	return err;
}

/* ---- coming back ------------------------------------------------------- */

/*
 * Made of the token that came, with the store's secret: a browser that sends it
 * once more within the grace gets the same again.  So it does not matter which
 * of parallel answers is the last, or that one was lost.
 */
static enum sess_err
successor(struct exchange *x, const uint8_t cookie[COOKIE_LEN],
    uint8_t next[COOKIE_LEN])
{
	uint8_t mac[SESS_KEY_LEN];
	enum sess_err err = service_hmac(x->service, mac,
	    "libsess-remember-next-1", cookie, COOKIE_LEN);

	memcpy(next, cookie, FAMILY_LEN);
	if (err == SESS_OK)
		memcpy(next + FAMILY_LEN, mac, TOKEN_BYTES);
	return err;
}

/*
 * What tells this browser from others: its name, its network, and the cookie
 * by which accounts know it.  Without that cookie nothing does, for the rest
 * anybody can know.
 */
static const uint8_t *
browser(struct exchange *x, uint8_t out[SESS_KEY_LEN])
{
	struct {
		uint8_t known[KNOWN_COOKIE];
		char network[PEER_NETWORK_MAX], agent[AGENT_MAX];
	} b = { .network = "" };
	char network[PEER_NETWORK_MAX];
	const char *agent = device_agent(x);

	if (agent == NULL || !known_cookie(x, b.known))
		return NULL;
	peer_network(network, device_address(x));
	memcpy(b.network, network, strlen(network));
	memcpy(b.agent, agent, strlen(agent));
	return service_hmac(x->service, out, "libsess-browser-1", &b,
	    sizeof b) == SESS_OK ? out : NULL;
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
	return remember_on(x) && !x->app->authorizer &&
	    request_safe(&x->req) && commit_may_begin(x);
}

/* One return, with all that it points to. */
struct attempt {
	uint8_t cookie[COOKIE_LEN], next[COOKIE_LEN];
	uint8_t old_keys[REMEMBER_KEYS], new_keys[REMEMBER_KEYS];
	char token[TOKEN_LEN + 1];      /* the session's id, ... */
	uint8_t key[SESS_KEY_LEN], secret[SESS_SECRET_LEN];
	struct sess_redeem r;
	struct sess_redemption out;
};

/* The session that would begin, or the anonymous one under `old`. */
static void
describe(struct exchange *x, const uint8_t *old, struct attempt *a)
{
	const struct sess_conf *c = &x->service->conf;

	a->r.begin = (struct sess_change){
		.turn = old != NULL ? SESS_TURN_RENEW : SESS_TURN_CREATE,
		.key = old, .now = clock_now(c),
		.durable = true, .stale = true,
		.next = a->key, .secret = a->secret,
		.idle = c->idle, .ends = clock_now(c) + c->absolute,
		.agent = device_agent(x), .address = device_address(x),
		.max_sessions = c->max_sessions,
		.refuse_more = c->sessions_full == SESS_FULL_REFUSE,
		.max_fields = c->max_fields,
		.max_bytes = c->max_session_bytes,
		.max_value = c->max_value_bytes,
	};
}

/* What is made for it, before the store is asked whether it counts. */
static enum sess_err
prepare(struct exchange *x, const uint8_t *old, struct attempt *a)
{
	enum sess_err err;

	hash(a->old_keys, a->cookie);
	if ((err = service_store(x->service)) != SESS_OK ||
	    (err = successor(x, a->cookie, a->next)) != SESS_OK)
		return err;
	hash(a->new_keys, a->next);
	a->r = (struct sess_redeem){ .family = a->old_keys,
		.token = a->old_keys + SESS_KEY_LEN,
		.next = a->new_keys + SESS_KEY_LEN,
		.browser = browser(x, a->old_keys + 2 * SESS_KEY_LEN),
		.join = x->sess.late, .note = event_new(x, "login") };
	describe(x, old, a);
	if ((err = token_new(x->sess.log, a->token)) != SESS_OK ||
	    (err = random_bytes(x->sess.log, "secret of forms", a->secret,
	    sizeof a->secret)) != SESS_OK)
		return err;
	token_key(a->key, a->token);
	a->r.note.agent = a->r.begin.agent;
	return commit_handle(x->sess.log, &a->r.begin.handle);
}

static void
tell(struct exchange *x, struct sess_note note, const char *user)
{
	note.user = user;
	note.why = "remembered";
	if (strcmp(note.kind, "stolen") == 0)
		note.why = "a remember-me token was used twice";
	event_log(x, &note);
}

/*
 * Nothing came of it.  A late request takes no cookie away: there is a newer
 * one on its way.
 */
static enum sess_err
stranger(struct exchange *x, const struct attempt *a)
{
	uint8_t own[MARK_LEN];
	enum sess_err err = mark(x, a->cookie, own);

	if (err == SESS_OK && !x->sess.late)
		x->send_forget = a->out.how == SESS_REDEEMED_STOLEN ||
		    crypt_equal(own, a->cookie + RANDOM_LEN, MARK_LEN);
	return err;
}

static enum sess_err
returned(struct exchange *x, struct attempt *a)
{
	struct sess_note note = a->r.note;
	enum sess_err err;

	note.session = a->out.session;
	switch (a->out.how) {
	case SESS_REDEEMED:
		tell(x, note, a->out.user);
		break;
	case SESS_REDEEMED_JOINED:
		break;
	case SESS_REDEEMED_STOLEN:
		note.kind = "stolen";
		tell(x, note, a->out.user);
		return stranger(x, a);
	default:
		return stranger(x, a);
	}
	if ((err = give(x, a->next, a->new_keys, a->out.until -
	    x->sess.now)) != SESS_OK)
		return err;
	x->send_remember = x->sess.returned = true;
	return load_new(x, a->token);
}

enum sess_err
remember_load(struct exchange *x, const uint8_t *key)
{
	struct sess_service *sv = x->service;
	struct attempt *a;
	enum sess_err err;

	if (!may_return(x) || !carry_has(x, COOKIE))
		return SESS_OK;
	if ((a = pool_alloc(&x->pool, sizeof *a)) == NULL)
		return SESS_ENOMEM;
	if (!carry_read(x, COOKIE, a->cookie, sizeof a->cookie))
		return SESS_OK;
	if ((err = prepare(x, key, a)) == SESS_OK)
		err = sv->ops->redeem(sv->store, &a->r, x->sess.now,
		    &x->memory, &a->out);
	if (err == SESS_OK)
		return returned(x, a);
	log_event(&sv->log, "login", err, "not remembered this time");
	/* As long as he has too many, he can look at pages at least. */
	return err == SESS_ESESSIONS ? SESS_OK : err;
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
		.token = keys + SESS_KEY_LEN,
		.browser = browser(x, keys + 2 * SESS_KEY_LEN),
		.note = event_new(x, "stolen") };
	f->note.session = 0;
	f->note.agent = device_agent(x);
	return true;
}

void
remember_stolen(struct exchange *x, const struct sess_forget *f,
    const char *user)
{
	tell(x, f->note, user);
}

/* ---- what the visitor learns ------------------------------------------- */

void
remember_send(struct exchange *x)
{
	if (x->send_remember)
		carry_give(x, COOKIE, x->remember, x->remember_life);
	else if (x->send_forget && carry_has(x, COOKIE))
		carry_give(x, COOKIE, "", -1);
}

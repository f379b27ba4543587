/*
 * throttle.c - not too often.
 *
 * Tries of passwords are counted in three places: of an account, by all
 * browsers that it does not know; of an account, by all that it knows, which
 * have a cookie of a login since the password is what it is; and of a network.
 * So a stranger who guesses slows down strangers, and never the owner.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "crypt.h"
#include "exchange.h"
#include "peer.h"
#include "trace.h"

#define MINUTE 60
#define PERIOD_MAX (INT64_C(100) * 365 * 24 * 3600)
#define WINDOW (10 * MINUTE)
#define PAUSE_MAX (15 * MINUTE)
#define STOP 100                /* wrong in a row (NIST SP 800-63B-4, 3.2.2) */
#define ALARM 200               /* wrong ones of all accounts in a window */

enum sess_err
service_hmac(struct sess_service *sv, uint8_t out[SESS_KEY_LEN],
    const char *label, const void *bytes, size_t n)
{
	enum sess_err err;

	if ((err = service_store(sv)) != SESS_OK)
		return err;
	if (!sv->has_secret &&
	    (err = sv->ops->secret(sv->store, sv->secret)) != SESS_OK)
		return err;
	sv->has_secret = true;
	crypt_hmac(out, sv->secret, label, bytes, n);
	return SESS_OK;
}

static void
counted(const struct exchange *x, const char *what, const struct sess_try *t,
    const struct sess_tried *tried)
{
	bool more = t->kind == SESS_TRY_WINDOW || t->kind == SESS_TRY_SERIES;

	if (more)
		trace_step(x->sess.log, SESS_STEP_LIMIT,
		    TRACE_TEXT("what", what), TRACE_NUMBER("count", tried->n),
		    TRACE_NUMBER("most", t->most),
		    TRACE_TEXT("refused", tried->refused ? "yes" : "no"));
	else
		trace_step(x->sess.log, SESS_STEP_LIMIT,
		    TRACE_TEXT("what", what), TRACE_TEXT("act", t->kind ==
		    SESS_TRY_BACK ? "given back" : "forgotten"));
}

/* `what` has a word for each, for a trace. */
static enum sess_err
count(struct exchange *x, const char *const *what,
    const struct sess_try *tries, size_t n, struct sess_tried *tried)
{
	struct sess_service *sv = x->service;
	enum sess_err err = service_store(sv);
	size_t i;

	if (err == SESS_OK)
		err = sv->ops->count(sv->store, tries, n, x->sess.now, tried);
	for (i = 0; err == SESS_OK && trace_on(x->sess.log) && i < n; i++)
		counted(x, what[i], &tries[i], &tried[i]);
	return err;
}

static enum sess_err
count_one(struct exchange *x, const char *what, const struct sess_try *t,
    struct sess_tried *tried)
{
	return count(x, &what, t, 1, tried);
}

/* At most `most` in a period, of this visitor's network. */
static enum sess_err
by_network(struct exchange *x, struct sess_try *t, const char *label,
    int64_t most, int64_t period)
{
	char network[PEER_NETWORK_MAX] = "";

	if (x->req.address != NULL)
		peer_network(network, x->req.address);
	*t = (struct sess_try){ .kind = SESS_TRY_WINDOW, .most = most,
		.period = period };
	return service_hmac(x->service, t->key, label, network,
	    strlen(network));
}

/* One more than may be: note it, and how long to wait. */
static enum sess_err
refuse(struct exchange *x, const char *user, const char *why, int64_t until)
{
	struct sess_note note = event_new(x, "throttle");

	note.user = user;
	note.why = why;
	event_log(x, &note);
	x->sess.wait = until - x->sess.now;
	return SESS_ETRIES;
}

/* ---- sessions, and ids that are none ----------------------------------- */

enum sess_err
throttle_new(struct exchange *x, struct sess_try *t)
{
	return x->req.address == NULL ? SESS_NONE : by_network(x, t,
	    "libsess-new-1", (int64_t)x->service->conf.max_new, MINUTE);
}

/* A guesser of ids is told to wait, and costs no more than a look. */
enum sess_err
throttle_unknown(struct exchange *x)
{
	int64_t most = (int64_t)x->service->conf.max_unknown;
	struct sess_tried tried;
	struct sess_try t;
	enum sess_err err;

	if (x->app->authorizer || x->req.address == NULL)
		return SESS_OK;
	if ((err = by_network(x, &t, "libsess-unknown-1", most, WINDOW)) !=
	    SESS_OK || (err = count_one(x, "unknown ids", &t, &tried)) !=
	    SESS_OK)
		return err;
	if (tried.n == most && !tried.refused)
		event_keep(x, &(struct sess_note){ .at = x->sess.now,
			.kind = "throttle", .address = x->req.address,
			.why = pool_printf(&x->pool, "this address sent %"
			    PRId64 " ids that do not exist in ten minutes, "
			    "which is max_unknown: more are refused. If it is "
			    "your proxy's, add it to proxies; else nothing to "
			    "do", most) });
	if (!tried.refused)
		return SESS_OK;
	x->sess.wait = tried.until - x->sess.now;
	return refusal_is(x, SESS_ETRIES, REFUSAL_MANY_UNKNOWN);
}

/* ---- what a page counts ------------------------------------------------ */

int64_t
sess_limit(struct sess *s, const char *what, const char *who, int64_t most,
    int64_t period)
{
	struct exchange *x = s->x;
	struct sess_tried tried = { .refused = false };
	struct sess_try t;
	const char *label = pool_printf(&x->pool, "libsess-limit-%s-1 %s",
	    who != NULL ? "who" : "network", what);
	enum sess_err err = label == NULL ? SESS_ENOMEM :
	    most < 1 || period < 1 ? SESS_EINVAL :
	    by_network(x, &t, label, most, period < PERIOD_MAX ? period :
	    PERIOD_MAX);

	if (err == SESS_OK && who != NULL)
		err = service_hmac(x->service, t.key, label, who,
		    strlen(who));
	if (err == SESS_OK)
		err = count_one(x, what, &t, &tried);
	session_fail(s, err, "limit");
	if (tried.refused)
		refuse(x, s->rec.user, what, tried.until);
	return tried.refused ? s->wait : err != SESS_OK;
}

/* ---- passwords --------------------------------------------------------- */

/*
 * What tells accounts apart, and tells nobody which it is; with the version, so
 * that what is bound to it ends with the password.
 */
static enum sess_err
identify(struct exchange *x, const char *name, int64_t version,
    uint8_t account[KNOWN_ACCOUNT])
{
	char *folded = pool_copy(&x->pool, name, strlen(name)), *c;
	int i;

	if (folded == NULL)
		return SESS_ENOMEM;
	for (c = folded; *c != '\0'; c++)       /* as the store compares */
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	for (i = 0; i < KNOWN_ACCOUNT - SESS_KEY_LEN; i++)
		account[SESS_KEY_LEN + i] = (uint8_t)(version >> 8 * i);
	return service_hmac(x->service, account, "libsess-name-1", folded,
	    strlen(folded));
}

static enum sess_err
series(struct exchange *x, struct sess_try *t, const char *label,
    const uint8_t *account, size_t n, size_t most)
{
	*t = (struct sess_try){ .kind = SESS_TRY_SERIES,
		.most = (int64_t)most, .period = PAUSE_MAX, .stop = STOP };
	return service_hmac(x->service, t->key, label, account, n);
}

/* Of an account by all browsers that it knows, as long as it knows them. */
static enum sess_err
by_known(struct exchange *x, const uint8_t account[KNOWN_ACCOUNT],
    struct sess_try *t)
{
	return series(x, t, "libsess-tries-known-1", account, KNOWN_ACCOUNT,
	    x->service->conf.device_tries);
}

/* ... and by all that it does not know. */
static enum sess_err
by_strangers(struct exchange *x, const uint8_t account[KNOWN_ACCOUNT],
    struct sess_try *t)
{
	return series(x, t, "libsess-tries-account-1", account, SESS_KEY_LEN,
	    x->service->conf.login_tries);
}

/*
 * Known browsers are counted together, and by nothing else.  A stranger is
 * counted by the network first, so that a network that has had its share does
 * not count against the account.
 */
static enum sess_err
what_counts(struct exchange *x, bool may_know, struct login_try *t)
{
	enum sess_err err;

	t->n = 0;
	t->known = may_know && known_read(x, t->account);
	if (t->known) {
		t->what[t->n] = "known browsers";
		return by_known(x, t->account, &t->tries[t->n++]);
	}
	if (x->req.address != NULL) {
		t->what[t->n] = "network";
		if ((err = by_network(x, &t->tries[t->n++],
		    "libsess-tries-network-1",
		    (int64_t)x->service->conf.address_tries, WINDOW)) !=
		    SESS_OK)
			return err;
	}
	t->what[t->n] = "account";
	return by_strangers(x, t->account, &t->tries[t->n++]);
}

static enum sess_err
count_login(struct exchange *x, bool may_know, struct login_try *t)
{
	struct sess_tried tried[2];
	enum sess_err err;
	size_t i;

	if ((err = what_counts(x, may_know, t)) != SESS_OK ||
	    (err = count(x, t->what, t->tries, t->n, tried)) != SESS_OK)
		return err;
	for (i = 0; i < t->n; i++)
		if (tried[i].refused && tried[i].until != SESS_NEVER)
			return refuse(x, NULL, t->tries[i].kind ==
			    SESS_TRY_SERIES ? "passwords of one account" :
			    "passwords from one network", tried[i].until);
	/* The series is the last.  Not counted, it has none to give back. */
	t->locked = tried[t->n - 1].refused;
	t->slowed = !t->locked &&
	    tried[t->n - 1].n == t->tries[t->n - 1].most;
	t->n -= t->locked;
	return SESS_OK;
}

/*
 * After STOP wrong ones no wait helps, and what is answered is what a wrong
 * password is answered, so that nobody learns that he may stop guessing.
 * Known browsers are strangers from then on.
 */
enum sess_err
throttle_login(struct exchange *x, const char *name, int64_t version,
    struct login_try *t)
{
	enum sess_err err = identify(x, name, version, t->account);

	if (err == SESS_OK)
		err = count_login(x, true, t);
	return err == SESS_OK && t->known && t->locked ?
	    count_login(x, false, t) : err;
}

/* Of all accounts together: somebody should have a look. */
enum sess_err
throttle_wrong(struct exchange *x)
{
	struct sess_try t = { .kind = SESS_TRY_WINDOW, .most = ALARM,
		.period = WINDOW };
	struct sess_tried tried;
	enum sess_err err;

	if ((err = service_hmac(x->service, t.key, "libsess-tries-all-1", "",
	    0)) != SESS_OK || (err = count_one(x, "all accounts", &t,
	    &tried)) != SESS_OK)
		return err;
	if (tried.n == ALARM && !tried.refused)
		return event_keep(x, &(struct sess_note){ .at = x->sess.now,
			.kind = "throttle",
			.why = "many wrong passwords, of all accounts" });
	return SESS_OK;
}

enum sess_err
throttle_right(struct exchange *x, struct login_try *t)
{
	struct sess_tried tried[2];
	enum sess_err err;
	size_t i;

	for (i = 0; i < t->n; i++)
		t->tries[i].kind = t->tries[i].kind == SESS_TRY_SERIES ?
		    SESS_TRY_RESET : SESS_TRY_BACK;
	err = count(x, t->what, t->tries, t->n, tried);
	return err == SESS_OK ? known_send(x, t->account) : err;
}

enum sess_err
throttle_undo(struct exchange *x, struct login_try *t)
{
	struct sess_tried tried[2];
	size_t i;

	for (i = 0; i < t->n; i++)
		t->tries[i].kind = SESS_TRY_BACK;
	return count(x, t->what, t->tries, t->n, tried);
}

enum sess_err
throttle_forget(struct exchange *x, const char *name, int64_t version)
{
	static const char *const what[] = { "known browsers", "account" };
	uint8_t account[KNOWN_ACCOUNT];
	struct sess_tried tried[2];
	struct sess_try t[2];
	enum sess_err err;

	if ((err = identify(x, name, version, account)) != SESS_OK ||
	    (err = by_known(x, account, &t[0])) != SESS_OK ||
	    (err = by_strangers(x, account, &t[1])) != SESS_OK)
		return err;
	t[0].kind = t[1].kind = SESS_TRY_RESET;
	return count(x, what, t, 2, tried);
}

enum sess_err
throttle_changed(struct exchange *x, const char *name, int64_t version)
{
	uint8_t account[KNOWN_ACCOUNT];
	enum sess_err err = identify(x, name, version, account);

	return err == SESS_OK ? known_send(x, account) : err;
}

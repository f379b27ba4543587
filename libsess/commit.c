/* commit.c - from the session to one change of the store. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "clock.h"
#include "crypt.h"
#include "exchange.h"
#include "random.h"
#include "trace.h"

/* What the request asked for is done, or will not be. */
static void
forget(struct sess *s)
{
	s->out = s->end = s->renew = s->rotate = s->wanted = false;
	s->remember = s->news_read = s->where = s->moved = s->stale = false;
	s->login = s->left = s->proved = NULL;
	s->rehash = NULL;
	s->once = NULL;
	s->idle = s->absolute = 0;
	*s->next = '\0';
	fields_committed(&s->fields);
}

void
commit_discard(struct exchange *x)
{
	forget(&x->sess);
	x->sess.err = SESS_OK;
	x->sess.late = true;    /* nothing more, not even "last seen" */
}

/* ---- what is to be done ------------------------------------------------ */

/*
 * Monitors, crawlers and scripts of other origins send HEAD and OPTIONS.  They
 * keep no cookie, so each would leave a session that nobody comes back to.
 */
bool
commit_may_begin(const struct exchange *x)
{
	return x->sess.found || (strcmp(x->req.method, "HEAD") != 0 &&
	    strcmp(x->req.method, "OPTIONS") != 0);
}

bool
commit_begins(const struct exchange *x)
{
	const struct sess *s = &x->sess;
	enum sess_policy policy = x->service->conf.policy;

	if (x->app->authorizer || !commit_may_begin(x))
		return false;
	if (s->login != NULL || s->wanted)
		return true;
	if (policy == SESS_LOGIN_ONLY)
		return false;
	return fields_worth_a_session(&s->fields) ||
	    (policy == SESS_ALWAYS && !s->end && !s->late);
}

static enum sess_turn
turn(const struct sess *s, const struct sess_conf *conf)
{
	/* Not on its own where links and forms would go stale. */
	bool may_rotate = s->x->way == SESS_BY_COOKIE &&
	    !s->x->app->authorizer;

	if (!s->found || s->end) {
		if (commit_begins(s->x))
			return SESS_TURN_CREATE;
		return s->end ? SESS_TURN_END : SESS_TURN_NONE;
	}
	if (s->login != NULL || s->renew)
		return SESS_TURN_RENEW;
	if (s->rotate || (may_rotate && session_rotate_due(s, conf->rotate)))
		return SESS_TURN_ROTATE;
	return SESS_TURN_NONE;
}

static bool
nothing_to_do(const struct sess *s, const struct sess_change *c)
{
	return c->turn == SESS_TURN_NONE && c->forget == NULL &&
	    !c->touch && !c->confirm && !s->where && !s->news_read &&
	    c->idle == 0 && c->ends == 0 &&
	    (!s->found || !fields_edited(&s->fields));
}

static void
limits(const struct sess *s, const struct sess_conf *conf,
    struct sess_change *c)
{
	bool anew = c->turn == SESS_TURN_CREATE || c->user != NULL;
	bool known = sess_user(s) != NULL;
	int64_t length = s->absolute;

	c->idle = s->idle;
	if (anew && c->idle == 0)
		c->idle = known ? conf->idle : conf->anon_idle;
	if (anew && length == 0)
		length = known ? conf->absolute : conf->anon_absolute;
	c->ends = length > 0 ? c->now + length : 0;
}

enum sess_err
commit_handle(const struct log *log, int64_t *handle)
{
	uint64_t bits;
	enum sess_err err = random_bytes(log, "public number", &bits,
	    sizeof bits);

	*handle = (int64_t)(bits >> 1 | 1);
	return err;
}

/* The id that the visitor gets, and the secret of forms; pages may have both. */
static enum sess_err
new_token(struct sess *s, uint8_t next[SESS_KEY_LEN])
{
	static const uint8_t none[SESS_SECRET_LEN];
	enum sess_err err = SESS_OK;

	if (*s->next == '\0')
		err = token_new(s->log, s->next);
	if (err == SESS_OK && crypt_equal(s->rec.secret, none, sizeof none))
		err = random_bytes(s->log, "secret of forms", s->rec.secret,
		    sizeof s->rec.secret);
	if (err == SESS_OK)
		token_key(next, s->next);
	return err;
}

/* Did the page ask for anything, or is it only our own book-keeping? */
static bool
asked(const struct sess *s)
{
	return s->login != NULL || s->out || s->renew || s->rotate ||
	    s->once != NULL || s->news_read || s->idle > 0 || s->absolute > 0 ||
	    fields_edited(&s->fields);
}

/* ---- doing it ---------------------------------------------------------- */

/* A change with all that it points to. */
struct work {
	struct sess_change c;
	uint8_t next[SESS_KEY_LEN];
	struct sess_family family;
	uint8_t keys[REMEMBER_KEYS];
	struct sess_forget forget;
	uint8_t forgotten[REMEMBER_KEYS];
	struct sess_note notes[EVENTS_MAX];
	struct sess_try limit;
};

/* The session has a new id, and the visitor is to learn it. */
static void
new_id(struct exchange *x, const struct sess_change *c)
{
	struct sess *s = &x->sess;

	if (c->turn == SESS_TURN_CREATE) {
		s->found = true;
		s->rec.serial = s->rec.newest = s->rec.confirmed = 1;
		s->rec.handle = c->handle;
		x->way = s->end ? x->way : 0;
	}
	memcpy(s->token, s->next, TOKEN_LEN + 1);
	memcpy(s->key, c->next, SESS_KEY_LEN);
	s->rec.turned = c->now;
	x->send_token = true;
}

static void
ended(struct exchange *x)
{
	x->sess.found = false;
	*x->sess.token = '\0';
	x->send_end = x->send_forget = true;
	x->send_token = x->send_remember = false;
}

void
commit_ended(struct exchange *x)
{
	sess_logout(&x->sess);
	forget(&x->sess);
	ended(x);
}

/* The new password has made all browsers unknown; its owner is at this one. */
static void
know_again(struct exchange *x, const struct sess_change *c)
{
	enum sess_err err = throttle_changed(x, c->user, c->version + 1);

	if (err != SESS_OK)
		log_event(x->sess.log, "password", err,
		    "changed, but its account does not know this browser");
}

/*
 * A login, and what else came with it.  What this browser is remembered by
 * goes where it is not the session's own: it may be that of somebody else.
 */
static void
entered(struct exchange *x, const struct sess_change *c,
    const struct sess_outcome *out)
{
	struct sess_record *r = &x->sess.rec;

	r->user = c->user;
	r->auth = c->now;
	r->alert = out->alert;
	r->agent = c->agent;
	r->address = c->address;
	r->remembered = c->family != NULL ||
	    (r->remembered && c->password == NULL);
	x->send_remember = c->family != NULL ||
	    (x->send_remember && r->remembered);
	x->send_forget = !r->remembered;
	if (c->password != NULL)
		know_again(x, c);
}

/* A logout leaves nothing with the browser, not even an id that is void. */
static void
take_back(struct exchange *x)
{
	x->send_forget |= x->sess.out;
	x->send_remember &= !x->sess.out;
	x->send_end |= x->sess.out && x->sess.lost;
}

/* What was asked for is done, and the session is as the store has it. */
static void
committed(struct exchange *x, const struct sess_change *c,
    const struct sess_outcome *out)
{
	struct sess *s = &x->sess;

	take_back(x);
	if (c->turn == SESS_TURN_END)
		ended(x);
	else if (out->turned)
		new_id(x, c);
	if (c->touch || c->turn == SESS_TURN_CREATE || c->user != NULL)
		s->rec.seen = c->now;
	/* Its time in the browser anew; an old id must not come back there. */
	if (c->touch && x->service->conf.cookie_life > 0 &&
	    s->rec.serial == s->rec.newest)
		x->send_token = true;
	if (c->confirm)
		s->rec.confirmed = s->rec.serial;
	if (c->user != NULL)
		entered(x, c, out);
	s->rec.idle = c->idle > 0 ? c->idle : s->rec.idle;
	s->rec.ends = c->ends > 0 ? c->ends : s->rec.ends;
	s->late = false;
	s->repeated |= out->repeated;
	forget(s);
}

/* One line for each thing that happened. */
static void
tell(struct exchange *x, const struct sess_change *c,
    const struct sess_outcome *out)
{
	struct sess_note others = event_new(x, "revoke");
	size_t i;

	/* Parallel requests rotate once. */
	for (i = 0; i < c->nnotes; i++)
		if (out->turned || !c->notes[i].if_turned)
			event_log(x, &c->notes[i]);
	others.user = c->user;
	others.session = 0;
	others.why = c->password != NULL ? "the password was changed" :
	    "a login more than max_sessions";
	if (out->ended > 0)
		event_log(x, &others);
	if (out->stolen_from != NULL)
		remember_stolen(x, c->forget, out->stolen_from);
}

/* A cookie that the browser loses by this ends in the store as well. */
static void
forget_cookie(struct exchange *x, struct work *w)
{
	if (!remember_forget(x, &w->forget, w->forgotten))
		return;
	w->c.forget = &w->forget;
	w->c.durable = true;
}

/*
 * A login is good even if the session that it was made in is gone: then it
 * begins one of its own, with nothing from before.
 */
static enum sess_err
enter_anew(struct exchange *x, struct work *w, struct sess_outcome *out)
{
	struct sess_change *c = &w->c;
	enum sess_err err = commit_handle(x->sess.log, &c->handle);

	if (err != SESS_OK)
		return err;
	c->turn = SESS_TURN_CREATE;
	c->key = NULL;
	c->touch = c->confirm = false;
	x->sess.found = x->sess.rec.remembered = false;
	forget_cookie(x, w);
	c->alerts_seen = x->sess.rec.alerts_seen = 0;
	c->nnotes = event_list(x, c, w->notes);
	return x->service->ops->commit(x->service->store, c, &x->memory, out);
}

/*
 * Alone each edit was within the quota, and with what others have added it is
 * not.  Which of them was too much cannot be said: all are named.
 */
static void
over_quota(struct exchange *x, const struct sess_change *c)
{
	struct buf why = BUF_INIT(1000);
	size_t i;

	buf_adds(&why, "over max_fields, max_value_bytes or max_session_bytes "
	    "with:");
	for (i = 0; i < c->nedits; i++)
		buf_addf(&why, " %s", c->edits[i].name);
	log_event(x->sess.log, "commit", SESS_ELIMIT, why.data);
	buf_release(&why);
}

/* The limit of sessions that begin: the store has counted it. */
static void
counted(const struct exchange *x, const struct sess_change *c,
    const struct sess_outcome *out, bool refused)
{
	trace_step(x->sess.log, SESS_STEP_LIMIT,
	    TRACE_TEXT("what", "new sessions"),
	    TRACE_NUMBER("count", out->tried),
	    TRACE_NUMBER("most", c->limit->most),
	    TRACE_TEXT("refused", refused ? "yes" : "no"));
}

static void
applied(const struct exchange *x, const struct sess_change *c,
    const struct sess_outcome *out)
{
	static const char *const changes[] = { "none", "create", "rotate",
		"renew", "end" };       /* enum sess_turn */
	const uint8_t *next = out->turned ? c->next : NULL;

	trace_step(x->sess.log, SESS_STEP_COMMIT,
	    TRACE_TEXT("change", changes[c->turn]),
	    TRACE_NUMBER("edits", c->nedits),
	    TRACE_ID("id", next != NULL ? x->sess.next : NULL, TOKEN_LEN),
	    TRACE_HEX("key", SESS_TRACE_TEXT, next, SESS_KEY_LEN),
	    TRACE_TEXT("repeated", out->repeated ? "yes" : NULL));
}

static enum sess_err
apply(struct exchange *x, struct work *w, struct sess_outcome *out)
{
	struct sess_service *sv = x->service;
	struct sess_change *c = &w->c;
	enum sess_err err = service_store(sv);

	if (err == SESS_OK)
		err = sv->ops->commit(sv->store, c, &x->memory, out);
	if (err == SESS_EGONE && c->user != NULL)
		err = enter_anew(x, w, out);
	if (out->tried > 0)
		counted(x, c, out, err == SESS_ETRIES);
	if (err == SESS_EGONE && !asked(&x->sess) && c->nedits == 0)
		return SESS_OK;         /* a visitor who only looked lost nothing */
	if (err == SESS_ETRIES) {
		x->sess.wait = out->until - c->now;
		return refusal_is(x, err, REFUSAL_MANY_NEW);
	}
	if (err == SESS_ELIMIT)
		over_quota(x, c);
	else if (err != SESS_OK)
		log_event(&sv->log, "commit", err, "nothing was saved");
	if (err != SESS_OK)
		return err;
	applied(x, c, out);
	tell(x, c, out);
	committed(x, c, out);
	return SESS_OK;
}

static void
describe(const struct sess *s, bool more, struct sess_change *c)
{
	const struct sess_conf *conf = &s->x->service->conf;

	*c = (struct sess_change){
		.key = s->found ? s->key : NULL, .now = clock_now(conf),
		.user = s->login, .once = s->once,
		.clear = s->fields.cleared,
		.max_fields = conf->max_fields,
		.max_bytes = conf->max_session_bytes,
		.max_value = conf->max_value_bytes,
		.max_anonymous = conf->max_anonymous,
	};
	c->turn = turn(s, conf);
	if (more && c->turn == SESS_TURN_NONE && !s->found)
		c->turn = SESS_TURN_CREATE;
	if (s->found && c->turn != SESS_TURN_CREATE &&
	    c->turn != SESS_TURN_END) {
		c->touch = session_touch_due(s);
		c->confirm = s->rec.serial > s->rec.confirmed;
		c->stale = s->stale && c->user == NULL;
		c->alerts_seen = s->news_read ? s->rec.alerts_seen : 0;
	}
	/* What a person would miss after a power cut. */
	c->durable = c->user != NULL || (c->turn != SESS_TURN_NONE &&
	    c->turn != SESS_TURN_CREATE);
	limits(s, conf, c);
}

/* Whose it is, and where he is. */
static void
describe_user(struct exchange *x, struct sess_change *c)
{
	const struct sess_conf *conf = &x->service->conf;
	const struct sess *s = &x->sess;

	if (c->user != NULL || s->where) {
		c->agent = device_agent(x);
		c->address = device_address(x);
	}
	if (c->user == NULL)
		return;
	c->max_sessions = conf->max_sessions;
	c->refuse_more = conf->sessions_full == SESS_FULL_REFUSE;
	c->password = s->rehash;
	if (s->proved != NULL && strcmp(s->proved, c->user) == 0)
		c->version = s->version;
}

/* Of a request that another program answers only its time is noted. */
static enum sess_err
refuse_edits(struct sess *s, bool more)
{
	if (!s->x->app->authorizer || !(asked(s) || more))
		return SESS_OK;
	log_event(s->log, "commit", SESS_EINVAL,
	    "an authorizer changes nothing");
	return SESS_EINVAL;
}

/* It begins without a login: it counts for the visitor's network. */
static enum sess_err
count_new(struct exchange *x, struct work *w)
{
	enum sess_err err = throttle_new(x, &w->limit);

	if (err == SESS_OK)
		w->c.limit = &w->limit;
	return err == SESS_NONE ? SESS_OK : err;
}

/* What is made for it: a new id, a number, a token to be remembered by. */
static enum sess_err
make(struct exchange *x, struct work *w)
{
	struct sess_change *c = &w->c;
	struct sess *s = &x->sess;
	enum sess_err err = SESS_OK;

	if (c->turn != SESS_TURN_NONE && c->turn != SESS_TURN_END) {
		err = new_token(s, w->next);
		c->next = w->next;
		c->secret = s->rec.secret;
	}
	if (err == SESS_OK && c->turn == SESS_TURN_CREATE) {
		err = commit_handle(s->log, &c->handle);
		other_cookie_look(x);
		if (err == SESS_OK && c->user == NULL)
			err = count_new(x, w);
	}
	if (err == SESS_OK && c->user != NULL && s->remember &&
	    remember_on(x)) {
		err = remember_begin(x, &w->family, w->keys, c->now);
		c->family = &w->family;
	}
	c->notes = w->notes;
	c->nnotes = event_list(x, c, w->notes);
	return err;
}

enum sess_err
commit_now(struct sess *s, const struct sess_edit *more,
    struct sess_outcome *out)
{
	struct sess_edit *edits;
	struct work w;
	enum sess_err err;

	*out = (struct sess_outcome){ .repeated = s->repeated };
	if ((err = refuse_edits(s, more != NULL)) != SESS_OK)
		return err;
	/* A logout may still have a cookie to end that remembers them. */
	if (!commit_may_begin(s->x) && (!s->out || s->login != NULL))
		return SESS_OK;
	if (s->repeated) {
		fields_committed(&s->fields);
		more = NULL;
	}
	describe(s, more != NULL, &w.c);
	forget_cookie(s->x, &w);
	if (more == NULL && nothing_to_do(s, &w.c)) {
		take_back(s->x);
		return SESS_OK;
	}
	describe_user(s->x, &w.c);
	err = fields_edits(&s->fields, &edits, &w.c.nedits);
	w.c.edits = edits;
	if (err == SESS_OK && more != NULL)
		edits[w.c.nedits++] = *more;
	if (err == SESS_OK)
		err = make(s->x, &w);
	if (err == SESS_OK)
		return apply(s->x, &w, out);
	log_event(s->log, "commit", err, "nothing was saved");
	return err;
}

enum sess_err
sess_commit(struct sess *s)
{
	struct sess_outcome out;
	enum sess_err err;

	if (s->err != SESS_OK)
		return s->err;
	if (s->late && s->login == NULL) {
		if (!fields_worth_a_session(&s->fields))
			return SESS_OK;
		log_event(s->log, "commit", SESS_EGONE,
		    "the id was replaced by a login");
		err = SESS_EGONE;
	} else
		err = commit_now(s, NULL, &out);
	s->err = err;
	return err;
}

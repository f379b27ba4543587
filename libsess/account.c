/* account.c - who may log in, with which password. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "exchange.h"
#include "hash.h"
#include "invisible.h"
#include "password.h"
#include "random.h"
#include "sess_account.h"
#include "trace.h"
#include "utf8.h"

/* ---- names ------------------------------------------------------------- */

/*
 * A new name is one line, and nobody takes it for another by its blanks or by
 * what is not seen.  HTML shows two blanks as one.
 */
static bool
name_ok(const char *name)
{
	size_t n = name != NULL ? strlen(name) : 0;
	int step;

	if (n < 1 || n > SESS_NAME_MAX || !utf8_valid(name, n) ||
	    *name == ' ' || name[n - 1] == ' ' || strstr(name, "  ") != NULL)
		return false;
	for (; n > 0; name += step, n -= (size_t)step) {
		step = utf8_step(name, n);
		if (invisible(utf8_character(name, step)))
			return false;
	}
	return true;
}

/* ---- checking a password ----------------------------------------------- */

/* As many at once as there are cores: a flood of logins is not the end. */
static enum sess_err
slot_take(struct exchange *x)
{
	struct sess_service *sv = x->service;
	enum sess_err err = sv->ops->slot_take(sv->store);

	if (err == SESS_EBUSY) {
		log_event(x->sess.log, "busy", err,
		    "as many passwords as cores are being hashed");
		x->sess.wait = 1;
	}
	return err;
}

static enum sess_err
find(struct exchange *x, const char *name, struct sess_account *a)
{
	struct sess_service *sv = x->service;
	enum sess_err err = service_store(sv);

	*a = (struct sess_account){ .name = NULL };
	if (err == SESS_OK)
		err = sv->ops->find_account(sv->store, name, &x->memory, a);
	return err == SESS_NONE ? SESS_OK : err;
}

/* Hash a password, with a salt from the settings' source. */
static enum sess_err
hash_new(struct exchange *x, char hash[SESS_HASH_MAX], const char *password)
{
	uint8_t salt[PASSWORD_SALT];
	enum sess_err err = random_bytes(x->sess.log, "salt of a password", salt,
	    sizeof salt);

	if (err != SESS_OK) {
		log_event(x->sess.log, "password", err, "no salt for its hash");
		return err;
	}
	return password_hash(hash, password, salt);
}

/* The password is at hand: what an older program made of it is done anew. */
static void
renew_hash(struct exchange *x, const char *password, struct sess_account *a)
{
	struct sess_service *sv = x->service;
	char hash[SESS_HASH_MAX];
	const char *copy;

	if (hash_new(x, hash, password) != SESS_OK ||
	    (copy = pool_text(&x->pool, hash)) == NULL)
		return;                 /* the old one is good until then */
	if (sv->ops->account(sv->store, SESS_ACCOUNT_REHASH, a->name, copy,
	    a->hash, x->sess.now) == SESS_OK)
		a->hash = copy;
}

/* A name that is nobody's has no hash: one of ours is computed all the same. */
static void
hashed(const struct exchange *x, const char *hash, const char *outcome)
{
	trace_step(x->sess.log, SESS_STEP_PASSWORD,
	    TRACE_TEXT("scheme", hash != NULL ? hash_scheme(hash) :
	    "argon2id"),
	    TRACE_TEXT("account", hash != NULL ? "known" : "unknown"),
	    TRACE_TEXT("outcome", outcome));
}

/*
 * All hashing of a check, with a slot.  A malformed hash fits nothing.  A
 * user who may not enter gets no new hash either: that takes as long again.
 */
static enum sess_err
check_hash(struct exchange *x, const char *password, bool may_enter,
    struct sess_account *a)
{
	struct sess_service *sv = x->service;
	enum sess_err err = slot_take(x);

	if (err != SESS_OK)
		return err;
	err = sess_password_check(a->hash, password);
	if (err == SESS_EINVAL) {
		log_event(x->sess.log, "login", err, "an account's hash");
		err = SESS_NONE;
	}
	if (err == SESS_OK || err == SESS_NONE)
		hashed(x, a->hash, err == SESS_OK ? "right" : "wrong");
	if (err == SESS_OK && may_enter && sess_password_old(a->hash))
		renew_hash(x, password, a);
	sv->ops->slot_leave(sv->store);
	return err;
}

/* The last one before it gets slow is worth telling. */
static enum sess_err
wrong(struct exchange *x, const struct sess_account *a,
    const struct login_try *try)
{
	struct sess_note note = event_new(x, "login_failed");
	enum sess_err err;

	note.user = a->name;
	note.session = 0;
	note.why = try->locked ? "too many wrong ones in a row" :
	    a->disabled ? "disabled" : NULL;
	note.agent = device_agent(x);
	err = event_keep(x, &note);
	if (err == SESS_OK && try->slowed) {
		note.kind = "throttle";
		note.why = "wrong passwords, one after the other";
		note.alarm = true;
		err = event_keep(x, &note);
	}
	if (err == SESS_OK)
		err = throttle_wrong(x);
	return err == SESS_OK ? SESS_NONE : err;
}

/*
 * Every step is the same for a name that exists and for one that does not,
 * down to the rows that are written.
 */
static enum sess_err
check(struct exchange *x, const char *name, const char *password,
    struct sess_account *a)
{
	struct login_try try;
	enum sess_err err;
	bool may_enter;

	name = name != NULL ? name : "";
	if ((err = find(x, name, a)) != SESS_OK ||
	    (err = throttle_login(x, name, a->version, &try)) != SESS_OK)
		return err;
	may_enter = !try.locked && !a->disabled;
	err = check_hash(x, password != NULL ? password : "", may_enter, a);
	if (err == SESS_OK && may_enter)
		return throttle_right(x, &try);
	if (err != SESS_OK && err != SESS_NONE) {
		throttle_undo(x, &try);
		return err;
	}
	return wrong(x, a, &try);
}

enum sess_err
sess_account_verify(struct sess *s, const char *name, const char *password)
{
	struct sess_account a;

	return check(s->x, name, password, &a);
}

/* What changes before the commit is found out there. */
static void
enter(struct sess *s, const struct sess_account *a)
{
	sess_login(s, a->name);
	s->proved = a->name;
	s->version = a->version;
}

enum sess_err
sess_account_login(struct sess *s, const char *name, const char *password)
{
	struct sess_account a;
	enum sess_err err = check(s->x, name, password, &a);

	if (err == SESS_OK)
		enter(s, &a);
	return err;
}

enum sess_err
sess_account_confirm(struct sess *s, const char *password)
{
	return sess_user(s) == NULL ? SESS_NONE :
	    sess_account_login(s, sess_user(s), password);
}

/* ---- making and changing them ------------------------------------------ */

/* Of a password that may be this user's; in the request's memory. */
static enum sess_err
make_hash(struct exchange *x, const char *user, const char *password,
    const char **kept)
{
	char hash[SESS_HASH_MAX];
	enum sess_err err;

	if ((err = sess_password_ok(password, user)) != SESS_OK ||
	    (err = service_store(x->service)) != SESS_OK ||
	    (err = slot_take(x)) != SESS_OK)
		return err;
	err = hash_new(x, hash, password);
	x->service->ops->slot_leave(x->service->store);
	if (err != SESS_OK)
		return err;
	hashed(x, hash, "made");
	*kept = pool_text(&x->pool, hash);
	return *kept != NULL ? SESS_OK : SESS_ENOMEM;
}

static enum sess_err
keep_event(struct exchange *x, const char *name, const char *why)
{
	struct sess_note note = event_new(x, "account");

	/* Where somebody else is, such as an operator, is not the user's. */
	if (note.user != NULL && strcmp(note.user, name) != 0) {
		note.session = 0;
		note.address = NULL;
	}
	note.user = name;
	note.why = why;
	return event_keep(x, &note);
}

static enum sess_err
act(struct exchange *x, enum sess_account_act what, const char *name,
    const char *hash, const char *why)
{
	struct sess_service *sv = x->service;
	enum sess_err err = service_store(sv);

	if (err == SESS_OK)
		err = sv->ops->account(sv->store, what, name, hash, NULL,
		    x->sess.now);
	return err == SESS_OK ? keep_event(x, name, why) : err;
}

/* What was tried with the name while it was nobody's does not count. */
static enum sess_err
begin(struct exchange *x, const char *name, const char *hash, const char *why)
{
	enum sess_err err = act(x, SESS_ACCOUNT_NEW, name, hash, why);

	return err == SESS_OK ? throttle_forget(x, name, 0) : err;
}

/* Before any hashing: most who want a name that is taken learn it so. */
static enum sess_err
is_free(struct exchange *x, const char *name)
{
	struct sess_account a;
	enum sess_err err;

	if (!name_ok(name))
		return SESS_EINVAL;
	err = find(x, name, &a);
	return err == SESS_OK && a.name != NULL ? SESS_EEXIST : err;
}

enum sess_err
sess_account_create(struct sess *s, const char *name, const char *password)
{
	const char *hash;
	enum sess_err err;

	if ((err = is_free(s->x, name)) != SESS_OK ||
	    (err = make_hash(s->x, name, password, &hash)) != SESS_OK)
		return err;
	return begin(s->x, name, hash, "created");
}

enum sess_err
sess_account_import(struct sess *s, const char *name, const char *hash)
{
	enum sess_err err;

	if (hash == NULL || hash_kind(hash) == HASH_BAD)
		return SESS_EINVAL;
	if ((err = is_free(s->x, name)) != SESS_OK)
		return err;
	return begin(s->x, name, hash, "imported");
}

enum sess_err
sess_account_password(struct sess *s, const char *current, const char *next)
{
	struct sess_rehash *rehash = pool_alloc(s->fields.pool,
	    sizeof *rehash);
	const char *user = sess_user(s), *hash;
	struct sess_account a;
	enum sess_err err;

	if (user == NULL)
		return SESS_NONE;
	if (rehash == NULL)
		return SESS_ENOMEM;
	if ((err = check(s->x, user, current, &a)) != SESS_OK ||
	    (err = make_hash(s->x, user, next, &hash)) != SESS_OK)
		return err;
	*rehash = (struct sess_rehash){ a.name, a.hash, hash };
	enter(s, &a);
	s->rehash = rehash;
	return SESS_OK;
}

/* An account that is there, under its name as it was made. */
static enum sess_err
find_it(struct exchange *x, const char *name, struct sess_account *a)
{
	enum sess_err err = find(x, name, a);

	return err == SESS_OK && a->name == NULL ? SESS_NONE : err;
}

enum sess_err
sess_account_disable(struct sess *s, const char *name)
{
	struct sess_account a;
	enum sess_err err;

	if ((err = find_it(s->x, name, &a)) != SESS_OK ||
	    (err = act(s->x, SESS_ACCOUNT_DISABLE, a.name, NULL,
	    "disabled")) != SESS_OK)
		return err;
	if (s->rec.user != NULL && strcmp(s->rec.user, a.name) == 0)
		commit_ended(s->x);
	return SESS_OK;
}

enum sess_err
sess_account_enable(struct sess *s, const char *name)
{
	struct sess_account a;
	enum sess_err err = find_it(s->x, name, &a);

	return err != SESS_OK ? err :
	    act(s->x, SESS_ACCOUNT_ENABLE, a.name, NULL, "enabled");
}

enum sess_err
sess_account_reset(struct sess *s, const char *name)
{
	struct sess_account a;
	enum sess_err err;

	if ((err = find_it(s->x, name, &a)) != SESS_OK ||
	    (err = throttle_forget(s->x, a.name, a.version)) != SESS_OK)
		return err;
	return keep_event(s->x, a.name, "tries forgotten");
}

enum sess_err
sess_account_info(struct sess *s, struct sess_account_info *info)
{
	struct sess_account a;
	enum sess_err err;

	if (sess_user(s) == NULL)
		return SESS_NONE;
	if ((err = find_it(s->x, sess_user(s), &a)) == SESS_OK)
		*info = (struct sess_account_info){ a.created, a.changed };
	return err;
}

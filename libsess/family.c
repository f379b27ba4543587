/*
 * family.c - the remember-me tokens of a browser, in the database.
 *
 * Each token is good for one session, and its successor goes out with that.
 * So a token that comes twice is in two hands.  A browser that wakes up sends
 * the same one with several requests at once, though: within the grace these
 * join the session that the first of them began.  The browser that used it has
 * ten minutes: Chromium, killed, comes back with the cookies of half a minute
 * before.
 */
/* SPDX-License-Identifier: ISC */
#include "change.h"
#include "crypt.h"
#include "family.h"
#include "past.h"
#include "people.h"
#include "sql.h"

enum { USER, TOKEN, BEFORE, TURNED, UNTIL, BROWSER };   /* of FAMILY_FIND */
enum { PK, NEWEST, HANDLE };                    /* of FAMILY_SESSION */

struct redeem {
	struct db *db;
	const struct sess_redeem *r;
	int64_t now;
	const struct sess_memory *m;
	const char *user;
	int64_t until;
	int64_t session;        /* the handle of the one that has begun */
};

enum sess_err
family_begin(struct db *db, const struct sess_family *f, const char *user,
    int64_t pk, int64_t now)
{
	enum sess_err err;

	if ((err = db_run(db, SQL_END_FAMILY, "i", pk)) != SESS_OK ||
	    (err = db_run(db, SQL_FAMILY_NEW, "ktkii", f->key, user, f->token,
	    now, f->until)) != SESS_OK ||
	    (err = db_run(db, SQL_FAMILY_OF, "ik", pk, f->key)) != SESS_OK)
		return err;
	return db_run(db, SQL_FAMILY_SWEEP, "ki", f->key, now);
}

static bool
column_is(struct db *db, int column, const uint8_t *hash)
{
	struct sess_value v = db_value(db, SQL_FAMILY_FIND, column);

	return hash != NULL && v.type == SESS_BYTES &&
	    v.len == SESS_KEY_LEN && crypt_equal(v.data, hash, SESS_KEY_LEN);
}

static int64_t
grace(struct redeem *x)
{
	return column_is(x->db, BROWSER, x->r->browser) ? SESS_FAMILY_CRASH :
	    SESS_FAMILY_GRACE;
}

static enum sess_redeemed
judge(struct redeem *x)
{
	if (x->now >= x->until)
		return SESS_REDEEMED_NOT;
	if (column_is(x->db, BEFORE, x->r->token) && x->now <
	    db_int(x->db, SQL_FAMILY_FIND, TURNED) + grace(x))
		return SESS_REDEEMED_JOINED;
	if (x->r->join)
		return SESS_REDEEMED_NOT;
	return column_is(x->db, TOKEN, x->r->token) ? SESS_REDEEMED :
	    SESS_REDEEMED_STOLEN;
}

/* The last session that it began, if it is not over. */
static enum sess_err
find_session(struct redeem *x)
{
	return db_query(x->db, SQL_FAMILY_SESSION, "kti", x->r->family,
	    x->user, x->now);
}

/* The anonymous session may be gone meanwhile: then another one begins. */
static enum sess_err
make(struct redeem *x)
{
	struct sess_change c = x->r->begin;
	struct sess_outcome out;
	bool full;
	enum sess_err err;

	c.user = x->user;
	err = change_apply(x->db, &c, x->m, &out, &full);
	if (err != SESS_EGONE || c.turn != SESS_TURN_RENEW)
		return err;
	c.turn = SESS_TURN_CREATE;
	c.key = NULL;
	return change_apply(x->db, &c, x->m, &out, &full);
}

static enum sess_err
begin(struct redeem *x)
{
	struct sess_note note = x->r->note;
	enum sess_err err;

	if ((err = make(x)) != SESS_OK ||
	    (err = db_run(x->db, SQL_FAMILY_HAS, "kk", x->r->begin.next,
	    x->r->family)) != SESS_OK || (err = find_session(x)) != SESS_OK)
		return err;
	note.session = x->session = db_int(x->db, SQL_FAMILY_SESSION, HANDLE);
	db_done(x->db, SQL_FAMILY_SESSION);
	note.kind = "login";
	note.user = x->user;
	note.why = "remembered";
	return past_add(x->db, &note);
}

/* The sessions that it began. */
static enum sess_err
clear(struct redeem *x)
{
	int64_t n = 0;

	return change_dropped(x->db, SQL_FAMILY_CLEAR, db_query(x->db,
	    SQL_FAMILY_CLEAR, "kt", x->r->family, x->user), &n);
}

static enum sess_err
first(struct redeem *x)
{
	enum sess_err err;

	if ((err = clear(x)) != SESS_OK || (err = begin(x)) != SESS_OK)
		return err;
	return db_run(x->db, SQL_FAMILY_TURN, "kkik", x->r->family,
	    x->r->next, x->now, x->r->browser);
}

static enum sess_err
join(struct redeem *x)
{
	int64_t pk, newest;
	enum sess_err err = find_session(x);

	if (err != SESS_OK)
		return err == SESS_NONE ? begin(x) : err;
	pk = db_int(x->db, SQL_FAMILY_SESSION, PK);
	newest = db_int(x->db, SQL_FAMILY_SESSION, NEWEST);
	db_done(x->db, SQL_FAMILY_SESSION);
	if ((err = db_run(x->db, SQL_TOKEN, "kiii", x->r->begin.next, pk,
	    newest + 1, x->now)) != SESS_OK)
		return err;
	return db_run(x->db, SQL_TURN, "iii", pk, newest + 1, x->now);
}

/* The first to come may have been the thief: what they got ends as well. */
static enum sess_err
stolen(struct redeem *x)
{
	static const char why[] = "a remember-me token was used twice";
	struct sess_revoke r = { .user = x->user, .why = why };
	struct sess_note note = x->r->note;
	int64_t ended = 0;
	enum sess_err err;

	note.session = 0;
	while ((err = find_session(x)) == SESS_OK) {
		r.handle = note.session =
		    db_int(x->db, SQL_FAMILY_SESSION, HANDLE);
		db_done(x->db, SQL_FAMILY_SESSION);
		if ((err = people_revoke(x->db, &r, x->now, &ended)) !=
		    SESS_OK)
			return err;
	}
	if (err != SESS_NONE || (err = db_run(x->db, SQL_FAMILY_END, "k",
	    x->r->family)) != SESS_OK)
		return err;
	note.kind = "stolen";
	note.user = x->user;
	note.why = why;
	note.alarm = true;
	return past_add(x->db, &note);
}

enum sess_err
family_look(struct db *db, const uint8_t key[SESS_KEY_LEN])
{
	enum sess_err err = db_query(db, SQL_FAMILY_FIND, "k", key);

	db_done(db, SQL_FAMILY_FIND);
	return err;
}

/* What a token is worth, and whose it is.  SESS_NONE: no such family. */
static enum sess_err
find(struct redeem *x, enum sess_redeemed *how)
{
	enum sess_err err = db_query(x->db, SQL_FAMILY_FIND, "k",
	    x->r->family);

	*how = SESS_REDEEMED_NOT;
	if (err != SESS_OK)
		return err;
	x->until = db_int(x->db, SQL_FAMILY_FIND, UNTIL);
	*how = judge(x);
	err = db_text(x->db, SQL_FAMILY_FIND, USER, x->m, &x->user);
	db_done(x->db, SQL_FAMILY_FIND);
	return err;
}

enum sess_err
family_redeem(struct db *db, const struct sess_redeem *r, int64_t now,
    const struct sess_memory *m, struct sess_redemption *out)
{
	struct redeem x = { .db = db, .r = r, .now = now, .m = m };
	enum sess_err err = find(&x, &out->how);

	if (err != SESS_OK)
		return err == SESS_NONE ? SESS_OK : err;
	switch (out->how) {
	case SESS_REDEEMED:
		err = first(&x);
		break;
	case SESS_REDEEMED_JOINED:
		err = join(&x);
		break;
	case SESS_REDEEMED_STOLEN:
		err = stolen(&x);
		break;
	default:
		err = r->join ? SESS_OK :
		    db_run(db, SQL_FAMILY_END, "k", r->family);
	}
	out->user = x.user;
	out->until = x.until;
	out->session = x.session;
	return err;
}

enum sess_err
family_forget(struct db *db, const struct sess_forget *f, int64_t now,
    const struct sess_memory *m, const char **stolen_from)
{
	const struct sess_redeem r = { .family = f->family,
		.token = f->token, .browser = f->browser, .note = f->note };
	struct redeem x = { .db = db, .r = &r, .now = now, .m = m };
	enum sess_redeemed how;
	enum sess_err err = find(&x, &how);

	if (err != SESS_OK)
		return err == SESS_NONE ? SESS_OK : err;
	if (how == SESS_REDEEMED_STOLEN) {
		*stolen_from = x.user;
		return stolen(&x);
	}
	err = clear(&x);
	return err != SESS_OK ? err :
	    db_run(db, SQL_FAMILY_END, "k", f->family);
}

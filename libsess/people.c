/* people.c - accounts, and a user's sessions, in the database. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "change.h"
#include "people.h"
#include "sql.h"

#define DEVICES_MAX 1000        /* that are listed */

/* ---- a user's sessions ------------------------------------------------- */

enum sess_err
people_revoke(struct db *db, const struct sess_revoke *r, int64_t now,
    int64_t *ended)
{
	int64_t gone = 0;               /* with those that were over */
	enum sess_err err;

	if ((err = db_run(db, SQL_REVOKE_NOTE, "tiiit", r->user, r->handle,
	    r->except, now, r->why)) != SESS_OK)
		return err;
	*ended += db_changes(db);
	err = r->handle > 0 ?
	    db_run(db, SQL_REVOKE_FAMILY, "ti", r->user, r->handle) :
	    db_run(db, SQL_REVOKE_FAMILIES, "ti", r->user, r->except);
	if (err == SESS_OK)
		err = change_dropped(db, SQL_REVOKE, db_query(db, SQL_REVOKE,
		    "tii", r->user, r->handle, r->except), &gone);
	return err;
}

/* One of his that is not this one: the one unused for the longest time. */
static enum sess_err
end_oldest(struct db *db, const struct sess_change *c, int64_t pk,
    int64_t *ended)
{
	struct sess_revoke r = { .user = c->user,
		.why = "a login more than max_sessions" };
	enum sess_err err = db_query(db, SQL_OLDEST, "tii", c->user, pk,
	    c->now);

	if (err != SESS_OK)
		return err == SESS_NONE ? SESS_OK : err;
	r.handle = db_int(db, SQL_OLDEST, 0);
	db_done(db, SQL_OLDEST);
	return people_revoke(db, &r, c->now, ended);
}

static enum sess_err
check_account(struct db *db, const struct sess_change *c)
{
	enum sess_err err = db_query(db, SQL_ACCOUNT_GOOD, "ti", c->user,
	    c->version);

	db_done(db, SQL_ACCOUNT_GOOD);
	return err == SESS_NONE ? SESS_EACCOUNT : err;
}

enum sess_err
people_admit(struct db *db, const struct sess_change *c, int64_t pk,
    int64_t *ended)
{
	int64_t others;
	enum sess_err err;

	if (c->version > 0 && (err = check_account(db, c)) != SESS_OK)
		return err;
	if (c->max_sessions == 0)
		return SESS_OK;
	if ((err = db_query(db, SQL_CROWD, "tii", c->user, pk, c->now)) !=
	    SESS_OK)
		return err;
	others = db_int(db, SQL_CROWD, 0);
	db_done(db, SQL_CROWD);
	if (others >= (int64_t)c->max_sessions && c->refuse_more)
		return SESS_ESESSIONS;
	for (; err == SESS_OK && others >= (int64_t)c->max_sessions; others--)
		err = end_oldest(db, c, pk, ended);
	return err;
}

static enum sess_err
read_device(struct db *db, const struct sess_memory *m,
    struct sess_device *d)
{
	enum sess_err err;

	*d = (struct sess_device){
		.handle = db_int(db, SQL_DEVICES, 0),
		.remembered = db_int(db, SQL_DEVICES, 1) != 0,
		.since = db_int(db, SQL_DEVICES, 2),
		.seen = db_int(db, SQL_DEVICES, 3),
	};
	if ((err = db_text(db, SQL_DEVICES, 4, m, &d->agent)) != SESS_OK)
		return err;
	return db_text(db, SQL_DEVICES, 5, m, &d->address);
}

enum sess_err
people_devices(struct db *db, const char *user, int64_t now,
    const struct sess_memory *m, struct sess_device **list, size_t *n)
{
	struct sess_device d;
	enum sess_err err;

	*n = 0;
	*list = NULL;
	for (err = db_query(db, SQL_DEVICES, "ti", user, now);
	    err == SESS_OK && *n < DEVICES_MAX;
	    err = db_next(db, SQL_DEVICES)) {
		if ((err = read_device(db, m, &d)) != SESS_OK)
			break;
		if (!db_grow(m, list, *n, sizeof d)) {
			err = SESS_ENOMEM;
			break;
		}
		(*list)[(*n)++] = d;
	}
	db_done(db, SQL_DEVICES);
	return err == SESS_NONE ? SESS_OK : err;
}

/* ---- accounts ---------------------------------------------------------- */

enum { A_NAME, A_HASH, A_VERSION, A_DISABLED, A_CREATED, A_CHANGED };
                                                /* of SQL_ACCOUNT_FIND */

enum sess_err
people_find(struct db *db, const char *name, const struct sess_memory *m,
    struct sess_account *a)
{
	enum sess_err err = db_query(db, SQL_ACCOUNT_FIND, "t", name);

	if (err != SESS_OK)
		return err;
	*a = (struct sess_account){
		.version = db_int(db, SQL_ACCOUNT_FIND, A_VERSION),
		.disabled = db_int(db, SQL_ACCOUNT_FIND, A_DISABLED) != 0,
		.created = db_int(db, SQL_ACCOUNT_FIND, A_CREATED),
		.changed = db_int(db, SQL_ACCOUNT_FIND, A_CHANGED),
	};
	if ((err = db_text(db, SQL_ACCOUNT_FIND, A_NAME, m, &a->name)) ==
	    SESS_OK)
		err = db_text(db, SQL_ACCOUNT_FIND, A_HASH, m, &a->hash);
	db_done(db, SQL_ACCOUNT_FIND);
	return err;
}

static enum sess_err
account_new(struct db *db, const char *name, const char *hash, int64_t now)
{
	enum sess_err err = db_run(db, SQL_ACCOUNT_NEW, "tti", name, hash,
	    now);

	return err == SESS_OK && db_changes(db) == 0 ? SESS_EEXIST : err;
}

/* Sessions are his by the name as it was made, however it was typed. */
static enum sess_err
disable(struct db *db, const char *name, bool yes, int64_t now)
{
	struct sess_revoke r = { .why = "the account was disabled" };
	struct sess_value made;
	char user[256];
	int64_t ended = 0;
	enum sess_err err = db_query(db, SQL_ACCOUNT_DISABLE, "ti", name,
	    (int64_t)yes);

	if (err != SESS_OK)
		return err;
	made = db_value(db, SQL_ACCOUNT_DISABLE, 0);
	snprintf(user, sizeof user, "%s", made.data);
	db_done(db, SQL_ACCOUNT_DISABLE);
	r.user = user;
	return yes ? people_revoke(db, &r, now, &ended) : SESS_OK;
}

enum sess_err
people_account(struct db *db, enum sess_account_act act, const char *name,
    const char *hash, const char *from, int64_t now)
{
	switch (act) {
	case SESS_ACCOUNT_NEW:
		return account_new(db, name, hash, now);
	case SESS_ACCOUNT_REHASH:
		return db_run(db, SQL_ACCOUNT_REHASH, "ttt", name, from,
		    hash);
	case SESS_ACCOUNT_DISABLE:
	case SESS_ACCOUNT_ENABLE:
		break;
	}
	return disable(db, name, act == SESS_ACCOUNT_DISABLE, now);
}

enum sess_err
people_password(struct db *db, const struct sess_change *c, int64_t pk,
    int64_t handle, int64_t *ended)
{
	const struct sess_rehash *p = c->password;
	struct sess_revoke r = { .user = p->name, .except = handle,
		.why = "the password was changed" };
	enum sess_err err = db_run(db, SQL_ACCOUNT_PASSWORD, "ttti", p->name,
	    p->from, p->to, c->now);

	if (err == SESS_OK && db_changes(db) == 0)
		err = SESS_EACCOUNT;
	/* Nor does a token that was copied from this browser count. */
	if (err == SESS_OK && (err = db_run(db, SQL_FAMILY_OF, "ik", pk,
	    (const uint8_t *)NULL)) == SESS_OK)
		err = people_revoke(db, &r, c->now, ended);
	return err;
}

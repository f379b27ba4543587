/* past.c - what happened, in the database. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "past.h"
#include "sql.h"

/* There are 12 kinds: all of them, and of what others wrote no end. */
#define LISTED (16 * SESS_EVENTS)

enum { AT, KIND, SESSION, ADDRESS, AGENT, WHY, TOLD };  /* of SQL_EVENTS */

/* One comes every hour: there would soon be nothing else. */
static enum sess_err
forget_rotation(struct db *db, const struct sess_note *n)
{
	return strcmp(n->kind, "rotate") != 0 ? SESS_OK :
	    db_run(db, SQL_EVENT_ROTATE, "ti", n->user, n->session);
}

/*
 * Only an alert that was kept: of many alike one is.  A name without an account
 * has no sessions, and the statement runs all the same: its time must not tell
 * which names exist.
 */
static enum sess_err
point_out(struct db *db, const struct sess_note *n)
{
	return n->alarm && db_changes(db) > 0 ?
	    db_run(db, SQL_ALERT, "ti", n->user, db_inserted(db)) : SESS_OK;
}

/*
 * Events that anybody can cause (wrong passwords, used-up ids) push out none of
 * another kind: of each kind as many are kept as of any.
 */
enum sess_err
past_add(struct db *db, const struct sess_note *n)
{
	enum sess_err err;

	if ((err = forget_rotation(db, n)) != SESS_OK ||
	    (err = db_run(db, SQL_NOTE, "ittittti", n->at, n->kind, n->user,
	    n->session, n->address, n->agent, n->why,
	    (int64_t)(n->alarm && n->user != NULL ? 0 : 1))) != SESS_OK ||
	    (err = point_out(db, n)) != SESS_OK ||
	    (err = db_run(db, SQL_EVENT_TRIM, "tti", n->user, n->kind,
	    (int64_t)SESS_EVENTS)) != SESS_OK)
		return err;
	return db_run(db, SQL_EVENT_SWEEP, "i", n->at - SESS_EVENT_LIFE);
}

static enum sess_err
read_one(struct db *db, const struct sess_memory *m, struct sess_happening *h)
{
	enum sess_err err;

	*h = (struct sess_happening){
		.at = db_int(db, SQL_EVENTS, AT),
		.session = db_int(db, SQL_EVENTS, SESSION),
		.alarm = db_int(db, SQL_EVENTS, TOLD) != 1,
	};
	if ((err = db_text(db, SQL_EVENTS, KIND, m, &h->kind)) != SESS_OK ||
	    (err = db_text(db, SQL_EVENTS, ADDRESS, m, &h->address)) !=
	    SESS_OK ||
	    (err = db_text(db, SQL_EVENTS, AGENT, m, &h->agent)) != SESS_OK)
		return err;
	return db_text(db, SQL_EVENTS, WHY, m, &h->why);
}

enum sess_err
past_list(struct db *db, const char *user, int64_t now,
    const struct sess_memory *m, struct sess_happening **list, size_t *n)
{
	struct sess_happening h;
	enum sess_err err;

	*n = 0;
	*list = NULL;
	for (err = db_query(db, SQL_EVENTS, "tii", user,
	    now - SESS_EVENT_LIFE, (int64_t)LISTED); err == SESS_OK;
	    err = db_next(db, SQL_EVENTS)) {
		if ((err = read_one(db, m, &h)) != SESS_OK)
			break;
		if (!db_grow(m, list, *n, sizeof h)) {
			err = SESS_ENOMEM;
			break;
		}
		(*list)[(*n)++] = h;
	}
	db_done(db, SQL_EVENTS);
	return err == SESS_NONE ? SESS_OK : err;
}

enum sess_err
past_alert(struct db *db, const char *user, int64_t pk, int64_t *alert)
{
	enum sess_err err = db_query(db, SQL_NEWS, "it", pk, user);

	if (err != SESS_OK)
		return err;
	*alert = db_int(db, SQL_NEWS, 0);
	db_done(db, SQL_NEWS);
	return SESS_OK;
}

enum sess_err
past_alerts(struct db *db, const char *user, int64_t now, int64_t seen,
    int64_t *n)
{
	enum sess_err err = db_query(db, SQL_ALERTS, "tii", user,
	    now - SESS_EVENT_LIFE, seen);

	if (err != SESS_OK)
		return err;
	*n = db_int(db, SQL_ALERTS, 0);
	db_done(db, SQL_ALERTS);
	return SESS_OK;
}

/* past.c - what happened, in the database. */
#include <string.h>

#include "past.h"
#include "sql.h"

enum { AT, KIND, SESSION, ADDRESS, AGENT, WHY, TOLD };  /* of SQL_EVENTS */

/* One comes every hour: there would soon be nothing else. */
static enum sess_err
forget_rotation(struct db *db, const struct sess_note *n)
{
	return strcmp(n->kind, "rotate") != 0 ? SESS_OK :
	    db_run(db, SQL_EVENT_ROTATE, "ti", n->user, n->session);
}

enum sess_err
past_add(struct db *db, const struct sess_note *n)
{
	enum sess_err err;

	if ((err = forget_rotation(db, n)) != SESS_OK ||
	    (err = db_run(db, SQL_NOTE, "ittittti", n->at, n->kind, n->user,
	    n->session, n->address, n->agent, n->why,
	    (int64_t)(n->alarm && n->user != NULL ? 0 : 1))) != SESS_OK ||
	    (err = db_run(db, SQL_EVENT_TRIM, "ti", n->user,
	    (int64_t)SESS_EVENTS)) != SESS_OK)
		return err;
	return db_run(db, SQL_EVENT_SWEEP, "i", n->at - SESS_EVENT_LIFE);
}

static enum sess_err
read_one(struct db *db, const struct sess_memory *m, struct sess_happening *h)
{
	enum sess_err err;

	h->at = db_int(db, SQL_EVENTS, AT);
	h->session = db_int(db, SQL_EVENTS, SESSION);
	h->alarm = db_int(db, SQL_EVENTS, TOLD) != 1;
	if ((err = db_text(db, SQL_EVENTS, KIND, m, &h->kind)) != SESS_OK ||
	    (err = db_text(db, SQL_EVENTS, ADDRESS, m, &h->address)) !=
	    SESS_OK ||
	    (err = db_text(db, SQL_EVENTS, AGENT, m, &h->agent)) != SESS_OK)
		return err;
	return db_text(db, SQL_EVENTS, WHY, m, &h->why);
}

enum sess_err
past_list(struct db *db, const char *user, const struct sess_memory *m,
    struct sess_happening **list, size_t *n)
{
	enum sess_err err;

	*n = 0;
	*list = m->alloc(m->arg, SESS_EVENTS * sizeof **list);
	if (*list == NULL)
		return SESS_ENOMEM;
	for (err = db_query(db, SQL_EVENTS, "t", user);
	    err == SESS_OK && *n < SESS_EVENTS; err = db_next(db, SQL_EVENTS))
		if ((err = read_one(db, m, &(*list)[(*n)++])) != SESS_OK)
			break;
	db_done(db, SQL_EVENTS);
	return err == SESS_NONE ? SESS_OK : err;
}

enum sess_err
past_news(struct db *db, const char *user, int64_t pk, int64_t *news)
{
	enum sess_err err = db_query(db, SQL_NEWS, "it", pk, user);

	if (err != SESS_OK)
		return err;
	*news = db_int(db, SQL_NEWS, 0);
	db_done(db, SQL_NEWS);
	return *news > 0 ? db_run(db, SQL_NEWS_TOLD, "t", user) : SESS_OK;
}

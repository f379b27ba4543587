/*
 * session.h - a session as one request sees it.
 *
 * It is fresh (none was found: no cookie and no row until something is set),
 * found (under `key`), or late (its id was replaced by a login a moment ago:
 * it reads nothing, saves nothing, and sends no cookie that could overwrite
 * the new one).  What the program asks for is noted here; the service floor
 * turns it into one change of the store.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_SESSION_H
#define SESS_SESSION_H

#include "fields.h"
#include "log.h"
#include "token.h"

struct exchange;                /* of the service floor; only handed on */

struct sess {
	struct exchange *x;
	const struct log *log;
	int64_t now;

	bool found, late;
	bool lost;                      /* an id came, and means nothing now */
	bool returned;                  /* the remember-me cookie has logged the
					   visitor in, now */
	char token[TOKEN_LEN + 1];      /* the id, and its key ... */
	char next[TOKEN_LEN + 1];       /* the one to come, if a page has it */
	uint8_t key[SESS_KEY_LEN];
	struct sess_record rec;
	struct fields fields;

	/* ... and what this request asks for */
	bool out;                       /* a logout: nobody is remembered ... */
	bool end;                       /* ... and the found session is to end */
	bool renew, rotate;
	bool wanted;                    /* a session, even without fields */
	const char *login;              /* user, or NULL */
	const char *left;               /* user who logs out, or NULL */
	const char *proved;             /* account whose password came ... */
	int64_t version;                /* ... and its version then */
	const struct sess_rehash *rehash;       /* a new password, or NULL */
	bool remember;
	bool where;                     /* it is to be noted where he is */
	bool moved, stale;              /* of its user: elsewhere than before;
					   not fresh any more */
	bool news_read;
	int64_t idle, absolute;         /* sess_life(), or 0 */
	const uint8_t *once;
	bool repeated;                  /* its form had its effect before */

	int64_t wait;                   /* s: until it may be tried again */
	enum sess_err err;              /* the first failure */
};

/* The first failure is kept, and told.  SESS_OK is none. */
void session_fail(struct sess *, enum sess_err, const char *why);

/* Of the found session: note its use?  Once a minute is enough. */
bool session_touch_due(const struct sess *);

/* Is it time for the id to change, after `rotate` seconds (below 0: never)? */
bool session_rotate_due(const struct sess *, int64_t rotate);

#endif

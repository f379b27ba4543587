/*
 * sess_trace.h - what happens in an exchange, step by step, as data.
 *
 * The function in sess_conf.trace is called at each step, while it happens.  A
 * step has parts, each with a name, a kind and a value.  Where nobody listens
 * no part is made, and a step costs one comparison.
 *
 * The parts hold what really was there, ids and secrets too.  A program
 * that shows them masks them by their kind: sess_trace_text() does, unless it
 * is told otherwise.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_TRACE_H
#define SESS_TRACE_H

#include "sess.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * The steps, in the order in which they mostly happen, with their parts.  A
 * part is left out where it has no value.  Rows come last: a part of the kind
 * SESS_TRACE_ROW that names the table, then the columns that are not NULL, as
 * parts with the columns' names.  Bytes are shown in hex there, but for values
 * of fields.
 */
enum sess_step {
	SESS_STEP_REQUEST,      /* a request was read.  method, path, query,
				   fields, cookies, files (numbers) */
	SESS_STEP_CARRY,        /* an id was looked for, one step for each way
				   that is set.  way ("cookie", "query",
				   "field", "bearer"), name, count */
	SESS_STEP_TOKEN,        /* an id that came, or after "redeem" a new one,
				   was checked and hashed.  id, and key (the
				   hash, in hex); or bytes, of what has not the
				   shape of an id */
	SESS_STEP_FIND,         /* the store was asked for that key.  found
				   ("live", "none", "late", "replay",
				   "expired"); rows: session, token, field */
	SESS_STEP_CSRF,         /* may this request, or this form, change
				   anything?  Asked only of unsafe methods.  site
				   (Sec-Fetch-Site), origin, token ("right",
				   "wrong", "missing", "not needed", "vouched
				   for": by the browser; none: nobody looked at
				   it), verdict ("passes", "refused") */
	SESS_STEP_HANDLER,      /* the program runs.  No parts */
	SESS_STEP_EDIT,         /* it asked for a change.  act ("set", "del",
				   "clear", "add", "append", "take", "cas",
				   "login", "logout", "remember", "renew",
				   "rotate"), name, value (of a login the user,
				   as text), missed ("yes": cas) */
	SESS_STEP_LIMIT,        /* a try was counted.  what ("account",
				   "network", "known browsers", "all accounts",
				   "unknown ids", "new sessions", or the page's
				   own), count (with this one), most, refused
				   ("yes", "no").  Or what, act ("given back",
				   "forgotten") */
	SESS_STEP_PASSWORD,     /* a password was hashed and compared.  scheme
				   ("argon2id"), account ("known", "unknown":
				   compared with a hash of nobody's), outcome
				   ("right", "wrong", "made": a new hash) */
	SESS_STEP_RANDOM,       /* bytes were drawn.  purpose ("id", "secret of
				   forms", "mask of a form token", "form token",
				   "secret of forms before a session", "public
				   number", "remember-me token", "salt of a
				   password", "secret of the store", "where to
				   sweep"), bytes, value (in hex) */
	SESS_STEP_STORE,        /* a statement runs.  purpose (its heading in
				   sql/statements.sql), sql */
	SESS_STEP_BEFORE,       /* the rows that a transaction finds ... */
	SESS_STEP_AFTER,        /* ... and those that it leaves.  act ("commit",
				   "redeem", "end", "revoke", "account",
				   "count", "note", "secret"); of "redeem" found
				   ("good", "shared": another request was
				   first, "stolen": used twice, "nothing"); of
				   "revoke" ended (how many sessions); rows:
				   session, token, field, once, progress,
				   family, account, event (the newest 3),
				   bucket, tally.  What a clean-up of other
				   users' sessions deletes is not among them,
				   nor is the progress of an upload as it is
				   noted */
	SESS_STEP_COMMIT,       /* the edits were applied.  change ("none",
				   "create", "rotate", "renew", "end"), edits,
				   id, key (of a new id), repeated ("yes") */
	SESS_STEP_COOKIE,       /* a Set-Cookie of the library's own was made.
				   act ("set", "removed"), name, value, life
				   (seconds; 0: till the browser closes) */
	SESS_STEP_ANSWER        /* the answer is complete.  status, bytes */
};

enum sess_trace_kind {
	SESS_TRACE_TEXT,        /* anybody may read it */
	SESS_TRACE_NUMBER,      /* decimal digits */
	SESS_TRACE_ID,          /* an id or a token that opens something */
	SESS_TRACE_SECRET,      /* a value of the visitor's, or a key */
	SESS_TRACE_SQL,         /* a statement, without its values */
	SESS_TRACE_ROW          /* a row begins: the name is its table, and the
				   parts up to the next row are its columns */
};

/* Bytes from outside may stand in a value: show it by sess_trace_text(). */
struct sess_trace_part {
	const char *name;               /* "found" */
	enum sess_trace_kind kind;
	const char *value;              /* len bytes, and a NUL */
	size_t len;
};

/* Borrowed, as all that it points to, until the call returns. */
struct sess_trace_step {
	enum sess_step step;
	const char *name;               /* "find" */
	int64_t us;                     /* microseconds since the request began */
	const struct sess_trace_part *parts;
	size_t nparts;
};

/* The first part of this name, or NULL. */
const struct sess_trace_part *sess_trace_part(const struct sess_trace_step *,
    const char *name);

/*
 * The value as one line of text, always with a NUL, cut to `size` bytes.
 * Controls, marks of direction and what is not UTF-8 become "?".  Masked, of an
 * id the first four characters are left ("AbCd..."; of one below 16 bytes
 * none), and of a secret its length ("12 bytes").  Returns the text.
 */
const char *sess_trace_text(const struct sess_trace_part *, bool masked,
    char *text, size_t size);

/*
 * May this request be shown from the inside?  Only where the setting `teach`
 * says so, with `insecure_dev`, and only to readers at the machine itself:
 * the client's address and the Host are those of loopback, and no proxy stands
 * in between.  Otherwise the first of these that is missing.
 */
enum sess_teaching {
	SESS_TEACH_YES,
	SESS_TEACH_OFF,         /* `teach` is not set */
	SESS_TEACH_NOT_DEV,     /* it counts only with `insecure_dev` */
	SESS_TEACH_AWAY         /* the request is not from this machine */
};

enum sess_teaching sess_teaching(const struct sess_req *);

/*
 * The steps of this request so far, where it may be shown; how many goes to
 * *n.  They are the request's, and unmasked.  None: it may not be shown.  At
 * most 400 steps of 256 KiB together are kept, the first ones.
 */
const struct sess_trace_step *sess_trace_steps(const struct sess_req *,
    size_t *n);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif

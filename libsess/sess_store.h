/*
 * sess_store.h - what a store of sessions does, for authors of stores.
 *
 * A store is a table of functions.  It keeps sessions, their fields and the
 * hashes of their ids (never an id), and applies each change in one
 * transaction.  Times are seconds since 1970-01-01 UTC.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_STORE_H
#define SESS_STORE_H

#include "sess_trace.h"

#define SESS_KEY_LEN 32         /* SHA-256 of an id */
#define SESS_SECRET_LEN 32      /* the CSRF secret of a session */

#define SESS_ROTATE_PAUSE 10    /* s: parallel requests share one successor */
#define SESS_OLD_AFTER_SEEN 10  /* s: an old id works on after the new came */
#define SESS_OLD_AT_MOST 300    /* s: and at most */

#define SESS_MARKS 8            /* uploads of a session that are known of */

#define SESS_FAMILY_GRACE 60    /* s: parallel requests of a returning browser */
#define SESS_FAMILY_CRASH 600   /* s: the same browser, which crashed before its
				   newest cookie was on its disk */
#define SESS_EVENTS 100         /* of one kind that are kept of a user, and of
				   nobody */
#define SESS_EVENT_LIFE (90 * 24 * 3600)        /* s: and no longer */
#define SESS_NEVER INT64_MAX    /* a time that does not come */

/* What a store found about the id that a request brought. */
enum sess_found {
	SESS_FOUND_NONE,        /* never issued, or its session is over */
	SESS_FOUND_LIVE,
	SESS_FOUND_LATE,        /* replaced by a login a moment ago */
	SESS_FOUND_REPLAY,      /* replaced, and its time is up */
	SESS_FOUND_EXPIRED      /* its session is over, and still there */
};

struct sess_field {
	const char *name;
	struct sess_value value;
};

struct sess_record {
	/* the session */
	const char *user;               /* NULL: not logged in */
	int64_t created, seen, auth;    /* auth: of the last login, or 0 */
	int64_t idle, ends;
	uint8_t secret[SESS_SECRET_LEN];
	int64_t handle;                 /* its public number, 1 or more */
	const char *agent, *address;    /* last used from there, or NULL */
	bool remembered;                /* it has a family */
	int64_t alert;                  /* number of its user's newest alert, or
					   0; ... */
	int64_t alerts_seen;            /* ... those up to this one have been
					   acknowledged here */
	/* its ids, numbered from 1 */
	int64_t serial;                 /* number of the id that was asked for */
	int64_t newest;                 /* of the newest one, ... */
	int64_t turned;                 /* ... which was made then */
	int64_t confirmed;              /* of the newest one seen in a request */
	/* its fields */
	struct sess_field *fields;
	size_t nfields;
};

enum sess_edit_kind {
	SESS_EDIT_SET, SESS_EDIT_DEL, SESS_EDIT_ADD, SESS_EDIT_APPEND,
	SESS_EDIT_TAKE, SESS_EDIT_CAS
};

struct sess_edit {
	enum sess_edit_kind kind;
	const char *name;
	struct sess_value value;        /* set, append, cas: new; add: n */
	const char *from;               /* cas: the text expected, or NULL */
};

/* What becomes of the session's ids. */
enum sess_turn {
	SESS_TURN_NONE,
	SESS_TURN_CREATE,       /* a new session with its first id */
	SESS_TURN_ROTATE,       /* one more id; the old one for a while */
	SESS_TURN_RENEW,        /* one more id; the old ones die now */
	SESS_TURN_END           /* the session goes, with all that is its own */
};

/* What happened, for the table of events. */
struct sess_note {
	int64_t at;
	const char *kind;               /* "login" */
	const char *user;               /* or NULL */
	int64_t session;                /* its handle, or 0 */
	const char *address, *agent;    /* or NULL */
	const char *why;                /* or NULL */
	bool if_turned;                 /* of a change: it happened if
					   sess_outcome.turned */
	bool alarm;                     /* an alert: shown to the user; once in
					   ten minutes is enough */
};

/* How often something may be done. */
enum sess_try_kind {
	SESS_TRY_WINDOW,        /* `most` times in a period of `period` s */
	SESS_TRY_SERIES,        /* `most` times; then after 1 s, 2 s, 4 s, up to
				   `period`; never more than `stop` times */
	SESS_TRY_BACK,          /* one that was counted does not count */
	SESS_TRY_RESET          /* none counts any more */
};

struct sess_try {
	enum sess_try_kind kind;
	uint8_t key[SESS_KEY_LEN];
	int64_t most, period, stop;
};

struct sess_tried {
	bool refused;
	int64_t n;                      /* counted, with this one */
	int64_t until;                  /* none goes through before then */
};

/* A new password: the hash expected, and the one that takes its place. */
struct sess_rehash {
	const char *name, *from, *to;
};

/* A family of remember-me tokens that begins. */
struct sess_family {
	const uint8_t *key, *token;     /* hashes, SESS_KEY_LEN */
	int64_t until;
};

/* A remember-me cookie that its browser loses, by a logout or a login. */
struct sess_forget {
	const uint8_t *family, *token;  /* hashes */
	const uint8_t *browser;         /* see sess_redeem */
	struct sess_note note;          /* when, where: the store says what */
};

/*
 * All that one request changes.  Applied whole or not at all.  Without
 * SESS_TURN_CREATE it applies only to a session that is still live under
 * `key`: SESS_EGONE otherwise.  Without `key` as well it changes no session,
 * and all that it does is to forget.
 */
struct sess_change {
	const uint8_t *key;             /* the id the request came with; CREATE:
					   NULL, or the session that ends for
					   the new one */
	int64_t now;
	bool durable;                   /* must survive a power cut */

	enum sess_turn turn;
	const uint8_t *next;            /* the new id's hash */
	const char *user;               /* a login, or NULL */
	int64_t version;                /* of the account that it was proved
					   for, or 0: SESS_EACCOUNT if that
					   is another now, or disabled */
	size_t max_sessions;            /* of one user, or 0: any.  One too many: the one
					   longest unused ends, or ... */
	bool refuse_more;               /* ... the login: SESS_ESESSIONS */
	const struct sess_family *family;       /* begins with it, or NULL */
	const struct sess_forget *forget;       /* its family ends, with the
					   sessions that it began; or NULL */
	const struct sess_rehash *password;     /* or NULL.  With it all else of
					   the user ends.  SESS_EACCOUNT if
					   it was another meanwhile. */
	const uint8_t *secret;          /* CREATE, RENEW */
	int64_t idle, ends;             /* new limits, or 0 */
	int64_t handle;                 /* CREATE */
	const char *agent, *address;    /* where it is used now, or NULL */
	bool stale;                     /* the last login proves no more */
	int64_t alerts_seen;            /* the alerts up to this one are
					   acknowledged here; or 0 */
	const struct sess_note *notes;  /* those of a user are kept */
	size_t nnotes;
	const struct sess_try *limit;   /* of sessions that begin: SESS_ETRIES;
					   or NULL */

	bool touch;                     /* `now` becomes "last seen" */
	bool confirm;                   /* this id was seen: older ones retire */

	bool clear;                     /* all fields go, before the edits */
	const struct sess_edit *edits;  /* one a field at most */
	size_t nedits;
	const uint8_t *once;            /* 16 bytes that name a form, or NULL */

	size_t max_fields, max_bytes;   /* of the session, after the edits */
	size_t max_value;               /* bytes of one value */
	size_t max_anonymous;           /* rows without user, for CREATE;
					   as many are there: SESS_EFULL */
};

struct sess_outcome {
	bool turned;                    /* ROTATE: the new id counts */
	bool repeated;                  /* `once` was known: nothing applied */
	struct sess_value taken;        /* SESS_EDIT_TAKE; type 0: nothing */
	bool swapped;                   /* SESS_EDIT_CAS */
	int64_t ended;                  /* other sessions of the user */
	int64_t alert;                  /* of a login: the user's newest */
	int64_t until;                  /* SESS_ETRIES: no other before then */
	int64_t tried;                  /* what `limit` has counted, with this
					   one; or 0: it was not asked */
	const char *stolen_from;        /* `forget` was no token of now: the
					   user is told of a theft; or NULL */
};

struct sess_account {
	const char *name;               /* as it was made: the user id */
	const char *hash;               /* of the password */
	int64_t version;                /* 1; one more with a new password, and
					   as it is disabled or enabled */
	bool disabled;
	int64_t created, changed;       /* changed: the password */
};

enum sess_account_act {
	SESS_ACCOUNT_NEW,               /* SESS_EEXIST: the name is taken */
	SESS_ACCOUNT_REHASH,            /* the same password, hashed anew; if it
					   was another meanwhile, nothing */
	SESS_ACCOUNT_DISABLE,           /* all that is the user's ends; */
	SESS_ACCOUNT_ENABLE             /* SESS_NONE: there is none */
};

/* Sessions of a user that are to end, with what would begin them anew. */
struct sess_revoke {
	const char *user;
	const uint8_t *by;              /* the asker's id: SESS_EGONE if its
					   session is over; or NULL */
	int64_t handle;                 /* this one; 0: all ... */
	int64_t except;                 /* ... but this one, or 0 */
	const char *why;                /* for their events */
};

/* A remember-me token that came, and what takes its place. */
struct sess_redeem {
	const uint8_t *family;          /* hashes: of the family, ... */
	const uint8_t *token, *next;    /* of this token, and of its successor */
	const uint8_t *browser;         /* of the browser that sends it; NULL:
					   nothing tells it from others */
	bool join;                      /* its id is late: it joins, or nothing
					   changes */
	struct sess_change begin;       /* CREATE, or RENEW of an anonymous
					   session, if that is still there;
					   the user is the family's */
	struct sess_note note;          /* when, where: the store says what */
};

enum sess_redeemed {
	SESS_REDEEMED_NOT,      /* unknown, or over; or late, and no joining */
	SESS_REDEEMED,          /* a session has begun; `next` is the token */
	SESS_REDEEMED_JOINED,   /* a request beside this one was first: an id of
				   its session; its `next` is the token */
	SESS_REDEEMED_STOLEN    /* used before: the family has ended, with its
				   sessions */
};

/* What came of it; the rest is filled in for all but NOT. */
struct sess_redemption {
	enum sess_redeemed how;
	const char *user;
	int64_t until;                  /* the end of the family's time */
	int64_t session;                /* REDEEMED: its handle */
};

/* How far an upload is. */
struct sess_mark {
	const char *name;               /* 1 to 64 bytes, as a field's */
	int64_t got, total;             /* bytes; total -1: not known */
};

/* What a store is opened with.  Memory that it hands out comes from alloc. */
struct sess_store_env {
	int64_t wait;                   /* s: give up waiting for others */
	const char *document_root;      /* no store lies below it; or NULL */
	/*
	 * A step of the trace: FIND, BEFORE, AFTER, STORE, with their parts.  It
	 * is called only while *traced is true; NULL: it never is.
	 */
	void (*step)(void *arg, enum sess_step, const struct sess_trace_part *,
	    size_t n);
	const bool *traced;
	void (*fault)(void *arg, const char *why);  /* a line for the log */
	/* All that is drawn; SESS_ERANDOM. */
	enum sess_err (*random)(void *arg, const char *purpose, void *bytes,
	    size_t n);
	void *arg;
};

struct sess_memory {
	void *(*alloc)(void *arg, size_t);      /* NULL: none left */
	void *arg;
};

struct sess_store;                      /* each store has its own */

/* All functions are required. */
struct sess_store_ops {
	const char *scheme;             /* "sqlite": of "sqlite:/path" */

	enum sess_err (*open)(struct sess_store **, const char *where,
	    const struct sess_store_env *);
	void (*close)(struct sess_store *);

	/*
	 * Fills the record for LIVE, for REPLAY and EXPIRED all but its
	 * fields.  One round trip.
	 */
	enum sess_err (*find)(struct sess_store *,
	    const uint8_t key[SESS_KEY_LEN], int64_t now,
	    const struct sess_memory *, enum sess_found *,
	    struct sess_record *);

	enum sess_err (*commit)(struct sess_store *,
	    const struct sess_change *, const struct sess_memory *,
	    struct sess_outcome *);

	/* Look at the next `rows` sessions, drop those that are over. */
	enum sess_err (*sweep)(struct sess_store *, int64_t now, int rows,
	    int *dropped);

	/*
	 * Note how far an upload is.  It comes before the request that sends
	 * it is complete: SESS_EGONE, at little cost and without waiting for
	 * anybody, where the id's session is not live.  Of each session the
	 * newest SESS_MARKS are kept, and nothing else of it changes.
	 */
	enum sess_err (*mark)(struct sess_store *,
	    const uint8_t key[SESS_KEY_LEN], int64_t now,
	    const struct sess_mark *);

	/* Fills in got and total for the name; SESS_NONE: not known. */
	enum sess_err (*find_mark)(struct sess_store *,
	    const uint8_t key[SESS_KEY_LEN], int64_t now, struct sess_mark *);

	/*
	 * End the session of this id, in whatever state that is; `over`: only
	 * if it is over.  *ended: it is this call that did it, and the note
	 * was kept.
	 */
	enum sess_err (*end)(struct sess_store *,
	    const uint8_t key[SESS_KEY_LEN], int64_t now, bool over,
	    const struct sess_note *, bool *ended);

	/* ---- users ---- */

	/* Names differ in more than ASCII case.  SESS_NONE: unknown. */
	enum sess_err (*find_account)(struct sess_store *, const char *name,
	    const struct sess_memory *, struct sess_account *);
	enum sess_err (*account)(struct sess_store *, enum sess_account_act,
	    const char *name, const char *hash, const char *from,
	    int64_t now);

	/* A user's live sessions, newest use first. */
	enum sess_err (*devices)(struct sess_store *, const char *user,
	    int64_t now, const struct sess_memory *, struct sess_device **,
	    size_t *n);
	enum sess_err (*revoke)(struct sess_store *,
	    const struct sess_revoke *, int64_t now, int64_t *ended);

	enum sess_err (*redeem)(struct sess_store *,
	    const struct sess_redeem *, int64_t now,
	    const struct sess_memory *, struct sess_redemption *);

	/* ---- tries ---- */

	/*
	 * Count all of them, in one transaction, or none where one is refused
	 * for now.  One that is refused for ever (SESS_NEVER) is not counted,
	 * and the others are.  To count none costs no write.
	 */
	enum sess_err (*count)(struct sess_store *, const struct sess_try *,
	    size_t n, int64_t now, struct sess_tried *);

	/* ---- events ---- */

	/*
	 * Keep what happened, for SESS_EVENT_LIFE.  Numbers ascend, and none
	 * is used twice.  An event pushes out only events of its own kind and
	 * user: the oldest where there are SESS_EVENTS.  An alert becomes
	 * sess_record.alert of all sessions that its user has; a session that
	 * begins later has the newest one.
	 */
	enum sess_err (*note)(struct sess_store *, const struct sess_note *);

	/* A user's, newest first, that are not too old. */
	enum sess_err (*events)(struct sess_store *, const char *user,
	    int64_t now, const struct sess_memory *, struct sess_happening **,
	    size_t *n);

	/* How many of these are alerts of a number above `seen`. */
	enum sess_err (*alerts)(struct sess_store *, const char *user,
	    int64_t now, int64_t seen, int64_t *n);

	/* ---- what all programs of a store share ---- */

	/*
	 * Can sessions be read and written now, also by a program that starts
	 * now?  Anybody may ask, and often: it always reads, and writes for
	 * good once a second, however many ask.  No session comes of it.
	 */
	enum sess_err (*check)(struct sess_store *, int64_t now);

	/* Random, made once, never told. */
	enum sess_err (*secret)(struct sess_store *,
	    uint8_t secret[SESS_KEY_LEN]);

	/*
	 * One of as many places as this machine has cores, for costly work;
	 * SESS_EBUSY: none within a second.  Given back when the process ends.
	 * A store that one service has for itself gives one at once.
	 */
	enum sess_err (*slot_take)(struct sess_store *);
	void (*slot_leave)(struct sess_store *);
};

#endif

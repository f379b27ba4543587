/*
 * sess_store.h - what a store of sessions does, for authors of stores.
 *
 * A store is a table of functions.  It keeps sessions, their fields and the
 * hashes of their ids (never an id), and applies each change in one
 * transaction.  Times are seconds since 1970-01-01 UTC.
 */
#ifndef SESS_STORE_H
#define SESS_STORE_H

#include "sess.h"

#define SESS_KEY_LEN 32         /* SHA-256 of an id */
#define SESS_SECRET_LEN 32      /* the CSRF secret of a session */

#define SESS_ROTATE_PAUSE 10    /* s: parallel requests share one successor */
#define SESS_OLD_AFTER_SEEN 10  /* s: an old id works on after the new came */
#define SESS_OLD_AT_MOST 300    /* s: and at most */

#define SESS_MARKS 8            /* uploads of a session that are known of */

/* What a store found about the id that a request brought. */
enum sess_found {
	SESS_FOUND_NONE,        /* never issued, or its session is over */
	SESS_FOUND_LIVE,
	SESS_FOUND_LATE,        /* replaced by a login a moment ago */
	SESS_FOUND_REPLAY       /* replaced, and its time is up */
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

/*
 * All that one request changes.  Applied whole or not at all.  Without
 * SESS_TURN_CREATE it applies only to a session that is still live under
 * `key`: SESS_EGONE otherwise.
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
	const uint8_t *secret;          /* CREATE, RENEW */
	int64_t idle, ends;             /* new limits, or 0 */

	bool touch;                     /* `now` becomes "last seen" */
	bool confirm;                   /* this id was seen: older ones retire */

	bool clear;                     /* all fields go, before the edits */
	const struct sess_edit *edits;  /* one a field at most */
	size_t nedits;
	const uint8_t *once;            /* 16 bytes that name a form, or NULL */

	size_t max_fields, max_bytes;   /* of the session, after the edits */
	size_t max_value;               /* bytes of one value */
	size_t max_anonymous;           /* rows without user, for CREATE */
};

struct sess_outcome {
	bool turned;                    /* ROTATE: the new id counts */
	bool repeated;                  /* `once` was known: nothing applied */
	struct sess_value taken;        /* SESS_EDIT_TAKE; type 0: nothing */
	bool swapped;                   /* SESS_EDIT_CAS */
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
	void (*step)(void *arg, const char *what);  /* trace, or NULL */
	void (*fault)(void *arg, const char *why);  /* a line for the log */
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

	/* Fills the record for LIVE only.  One round trip. */
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
};

#endif

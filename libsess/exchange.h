/*
 * exchange.h - one exchange from start to end, and what outlives it.
 *
 * The service floor: here alone the request, the session and the store meet.
 *
 *	serve.c   the order of things
 *	mount.c   which program is asked
 *	load.c    from the id that came to the session
 *	carry.c   how ids travel, both ways
 *	arrival.c  a body that is still coming
 *	progress.c  how far an upload is
 *	csrf.c    did our own page send this form?
 *	refusal.c  why a request is refused
 *	once.c    a form that is sent twice has one effect
 *	commit.c  from the session to one change of the store
 *	other_cookie.c  two names for the cookie of one store
 *	take.c    what asks the store at once
 *	event.c   what happened, told
 *	throttle.c  not too often
 *	known.c   browsers that an account knows
 *	remember.c  logged in again without a password
 *	device.c  a user's sessions
 *	account.c who may log in
 *	aside.c   what a page keeps for the next
 *	health.c  does the store work?
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_EXCHANGE_H
#define SESS_EXCHANGE_H

#include "refusal.h"
#include "request.h"
#include "response.h"
#include "session.h"
#include "store.h"

/* A program with its settings and its store: many exchanges long. */
struct sess_service {
	const struct sess_app *app;
	enum sess_err err;              /* settings that make no sense */
	struct sess_conf conf;
	struct log log;
	struct pool pool;
	const char *document_root;
	const struct sess_store_ops *ops;
	struct sess_store *store;       /* opened when first needed */
	enum sess_err store_err;        /* it could not, in this exchange */
	bool has_secret;
	uint8_t secret[SESS_KEY_LEN];   /* the store's; read when first needed */
};

/* What progress.c knows while a body arrives. */
struct progress {
	enum { PROGRESS_NONE, PROGRESS_NEW, PROGRESS_ON, PROGRESS_OFF } state;
	const char *name;               /* of the upload */
	uint8_t key[SESS_KEY_LEN];      /* of the id that came */
	int64_t got, told;              /* bytes */
	int64_t next;                   /* by clock_ms() */
};

struct exchange {
	struct sess_service *service;
	const struct sess_app *app;     /* the service's, or one mounted there */
	char *const *vars;              /* of the wire, as the door gave them */
	struct pool pool;
	struct sess_req req;
	struct sess_res res;
	struct sess sess;
	struct sess_memory memory;      /* the pool, for the store */
	struct progress progress;

	enum sess_carry way;            /* how the found id came */
	bool send_token;                /* sess.token is news to the visitor */
	bool send_end;                  /* so is that it means nothing now */
	const char *pre;                /* csrf.c: a secret before a session */
	const char *remember;           /* remember.c: a token for the visitor,
					   ... */
	int64_t remember_life;          /* ... which the browser keeps for so
					   many seconds */
	bool send_remember;             /* it counts: he is to have it */
	bool send_forget;               /* the one that he has does not */
	bool gave;                      /* a cookie of ours is in the answer */
	enum refusal refusal;           /* why, where the request is refused */
};

/* ---- serve.c ----------------------------------------------------------- */

/* Around all that is done for a request. */
void exchange_init(struct exchange *, struct sess_service *,
    struct sess_wire *);
void exchange_release(struct exchange *);

/* What its program takes, see request_read(). */
const char *exchange_methods(const struct exchange *);

/* The store, opened if it was not. */
enum sess_err service_store(struct sess_service *);

/* HMAC with the store's own secret, over label, its NUL and the bytes. */
enum sess_err service_hmac(struct sess_service *, uint8_t out[SESS_KEY_LEN],
    const char *label, const void *, size_t);

/* ---- mount.c ----------------------------------------------------------- */

/*
 * Of several programs below one path, the one that this request is for; its
 * wire then has the variables as that program sees them.  SESS_EPATH: none,
 * or the path goes on behind it, and the program has no use for that.
 */
enum sess_err mount_find(struct exchange *);

/* ---- load.c ------------------------------------------------------------ */

enum sess_err load(struct exchange *);

/* The session that this id, made in this request, belongs to. */
enum sess_err load_new(struct exchange *, const char *token);

/* ---- carry.c ----------------------------------------------------------- */

#define CARRY_MAX 4     /* ids that are looked up for one request */

struct carried {
	const char *token;
	size_t len;
	enum sess_carry way;
};

/* The ids that the request brought; SESS_NONE when that is ambiguous. */
enum sess_err carry_find(struct exchange *, struct carried[CARRY_MAX],
    size_t *n);

/* The same before the body is there: no fields of a form, no line in the log. */
enum sess_err carry_find_early(struct exchange *, struct carried[CARRY_MAX],
    size_t *n);

/* Put into the answer what the visitor must learn about the id. */
void carry_send(struct exchange *);

/*
 * A cookie of the library's own beside that of the id, such as "remember": it
 * goes where that goes, with its prefix.  Read: the n bytes that it holds;
 * false if there is none, or two, of which the order tells nothing.  Any: also
 * that of the id.
 */
bool carry_has(const struct exchange *, const char *what);
bool carry_has_any(const struct exchange *);
bool carry_read(const struct exchange *, const char *what, uint8_t *bytes,
    size_t n);
void carry_give(struct exchange *, const char *what, const char *value,
    int64_t max_age);

/* ---- progress.c -------------------------------------------------------- */

/* Before the body is read, and after it. */
void progress_watch(struct exchange *);
void progress_end(struct exchange *);

/* Before it is there; false: nobody is to know. */
bool progress_early(struct exchange *, int64_t got, int64_t total);

/* ---- csrf.c ------------------------------------------------------------ */

/*
 * Refuse an unsafe request from another site, or without its token.  A session
 * whose id came as a bearer needs neither: no browser sends one by itself.
 */
enum sess_err csrf_gate(struct exchange *);

/* The token that the request brought, or NULL. */
const char *csrf_brought(const struct sess_req *);

/* ---- commit.c ---------------------------------------------------------- */

/*
 * May this request begin a session?  HEAD and OPTIONS may not: what they edit
 * lasts for the request.
 */
bool commit_may_begin(const struct exchange *);

/* Will a visitor who has no session get one by this request? */
bool commit_begins(const struct exchange *);

/* Commit what there is, and `more` (take, cas); what came of it is in *out. */
enum sess_err commit_now(struct sess *, const struct sess_edit *more,
    struct sess_outcome *);

/* No edit of this request will be committed. */
void commit_discard(struct exchange *);

/* The session was ended otherwise than by a commit. */
void commit_ended(struct exchange *);

/* What every session gets as it begins. */
enum sess_err commit_handle(const struct log *, int64_t *handle);

/* ---- other_cookie.c ---------------------------------------------------- */

/*
 * A session begins: did the visitor bring one of this store, in a cookie that
 * this program does not read?  Then the log says so.
 */
void other_cookie_look(struct exchange *);

/* ---- event.c ----------------------------------------------------------- */

#define EVENTS_MAX 3    /* in one commit */

/* Of this moment and this visitor; the rest is to be filled in. */
struct sess_note event_new(const struct exchange *, const char *kind);

/* A line in the log. */
void event_log(const struct exchange *, const struct sess_note *);

/* The same, and it is kept for the user, who may be unknown. */
enum sess_err event_keep(struct exchange *, const struct sess_note *);

/* All that a change makes happen; how many. */
size_t event_list(const struct exchange *, const struct sess_change *,
    struct sess_note list[EVENTS_MAX]);

/* ---- known.c ----------------------------------------------------------- */

/* What browsers are bound to: a keyed hash of the name, and the version. */
#define KNOWN_ACCOUNT (SESS_KEY_LEN + 8)

#define KNOWN_COOKIE 40         /* bytes that the browser's cookie holds */

/* These bytes, as they came; false: none came. */
bool known_cookie(struct exchange *, uint8_t cookie[KNOWN_COOKIE]);

/* Is this a browser that the account knows? */
bool known_read(struct exchange *, const uint8_t account[KNOWN_ACCOUNT]);

/* It is from now on. */
enum sess_err known_send(struct exchange *,
    const uint8_t account[KNOWN_ACCOUNT]);

/* ---- throttle.c -------------------------------------------------------- */

/* Of anonymous sessions that begin, by address; SESS_NONE: nothing to go by. */
enum sess_err throttle_new(struct exchange *, struct sess_try *);

/* An id came that does not exist.  SESS_ETRIES: too many of them. */
enum sess_err throttle_unknown(struct exchange *);

/* One try of a password. */
struct login_try {
	uint8_t account[KNOWN_ACCOUNT];
	struct sess_try tries[2];
	const char *what[2];    /* "network", "account": for a trace */
	size_t n;
	bool known;             /* from a browser that the account knows */
	bool slowed;            /* the last one that is let through at once */
	bool locked;            /* no password is good enough any more */
};

/*
 * Count it, before any hashing: SESS_ETRIES.  Then one of: it was wrong; it
 * was right; it was not looked at.  The version is the account's, or 0 where
 * the name is nobody's.
 */
enum sess_err throttle_login(struct exchange *, const char *name,
    int64_t version, struct login_try *);
enum sess_err throttle_wrong(struct exchange *);
enum sess_err throttle_right(struct exchange *, struct login_try *);
enum sess_err throttle_undo(struct exchange *, struct login_try *);

/* Nothing counts of what was tried with this name, at this version. */
enum sess_err throttle_forget(struct exchange *, const char *name,
    int64_t version);

/* The account has a new version, and knows this browser. */
enum sess_err throttle_changed(struct exchange *, const char *name,
    int64_t version);

/* ---- remember.c -------------------------------------------------------- */

#define REMEMBER_KEYS (3 * SESS_KEY_LEN)        /* of family, token, browser */

/* Is anybody remembered at all? */
bool remember_on(const struct exchange *);

/*
 * A remembered visitor without a session, or with an anonymous one, is logged
 * in.  `key` is that of the anonymous one, or NULL.  x->sess.found: it was done.
 */
enum sess_err remember_load(struct exchange *, const uint8_t *key);

/* A family that begins with this change, its keys in memory of the caller. */
enum sess_err remember_begin(struct exchange *, struct sess_family *,
    uint8_t keys[REMEMBER_KEYS], int64_t now);

/*
 * Does the browser lose its cookie by this commit?  Then what is to end in the
 * store, its keys in memory of the caller.
 */
bool remember_forget(struct exchange *, struct sess_forget *,
    uint8_t keys[REMEMBER_KEYS]);

/* What was to be forgotten had been used before: it is this user's. */
void remember_stolen(struct exchange *, const struct sess_forget *,
    const char *user);

/* Put into the answer what the visitor must learn about his token. */
void remember_send(struct exchange *);

/* ---- device.c ---------------------------------------------------------- */

#define AGENT_MAX 200   /* bytes */

/* The visitor's User-Agent and address, as they are kept. */
const char *device_agent(struct exchange *);
const char *device_address(struct exchange *);

/* Is the found session used from elsewhere than before? */
void device_look(struct exchange *);

#endif

/*
 * exchange.h - one exchange from start to end, and what outlives it.
 *
 * The service floor: here alone the request, the session and the store meet.
 *
 *	serve.c   the order of things
 *	mount.c   which program is asked
 *	load.c    from the id that came to the session
 *	carry.c   how ids travel, both ways
 *	progress.c  how far an upload is
 *	csrf.c    did our own page send this form?
 *	commit.c  from the session to one change of the store
 */
#ifndef SESS_EXCHANGE_H
#define SESS_EXCHANGE_H

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
	const char *pre;                /* csrf.c: secret of who has no session */
};

/* ---- serve.c ----------------------------------------------------------- */

/* The store, opened if it was not. */
enum sess_err service_store(struct sess_service *);

/* ---- mount.c ----------------------------------------------------------- */

/*
 * Of several programs below one path, the one that this request is for; its
 * wire then has the variables as that program sees them.  SESS_EPATH: none.
 */
enum sess_err mount_find(struct exchange *);

/* ---- load.c ------------------------------------------------------------ */

enum sess_err load(struct exchange *);

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

/* ---- progress.c -------------------------------------------------------- */

/* Before the body is read, and after it. */
void progress_watch(struct exchange *);
void progress_end(struct exchange *);

/* ---- csrf.c ------------------------------------------------------------ */

/* Refuse an unsafe request from another site, or without its token. */
enum sess_err csrf_gate(struct exchange *);

/* ---- commit.c ---------------------------------------------------------- */

/* Will a visitor who has no session get one by this request? */
bool commit_begins(const struct exchange *);

/* No edit of this request will be committed. */
void commit_discard(struct exchange *);

#endif

/*
 * exchange.h - one exchange from start to end, and what outlives it.
 *
 * The service floor: here alone the request, the session and the store meet.
 *
 *	serve.c   the order of things
 *	load.c    from the id that came to the session
 *	carry.c   how ids travel, both ways
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
struct service {
	const struct sess_app *app;
	struct sess_conf conf;
	struct log log;
	struct pool pool;
	const char *document_root;
	const struct sess_store_ops *ops;
	struct sess_store *store;       /* opened when first needed */
};

struct exchange {
	struct service *service;
	struct pool pool;
	struct sess_req req;
	struct sess_res res;
	struct sess sess;
	struct sess_memory memory;      /* the pool, for the store */

	enum sess_carry way;            /* how the found id came */
	bool send_token;                /* sess.token is news to the visitor */
	bool send_end;                  /* so is that it means nothing now */
	const char *pre;                /* csrf.c: secret of who has no session */
};

/* ---- serve.c ----------------------------------------------------------- */

/* SESS_ECONF (logged) leaves a service that answers 503. */
enum sess_err service_init(struct service *, const struct sess_app *,
    const struct wire *);
void service_release(struct service *);
void serve(struct service *, struct wire *);

/* Answer in its place when there is no service to speak of. */
void refuse_all(struct service *, struct wire *, enum sess_err);

/* The store, opened if it was not. */
enum sess_err service_store(struct service *);

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

/* Put into the answer what the visitor must learn about the id. */
void carry_send(struct exchange *);

/* ---- csrf.c ------------------------------------------------------------ */

/* Refuse an unsafe request from another site, or without its token. */
enum sess_err csrf_gate(struct exchange *);

/* ---- commit.c ---------------------------------------------------------- */

/* Will a visitor who has no session get one by this request? */
bool commit_begins(const struct exchange *);

/* No edit of this request will be committed. */
void commit_discard(struct exchange *);

#endif

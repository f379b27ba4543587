/* response.h - an answer, gathered and then sent in one piece. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_RESPONSE_H
#define SESS_RESPONSE_H

#include "buf.h"
#include "pool.h"
#include "request.h"
#include "wire.h"

/*
 * Bytes of the header fields that a page may set, and of all: nginx answers
 * 502 above 4 KB, and the server has fields of its own.
 */
#define RESPONSE_PAGE_HEADER_MAX 3000
#define RESPONSE_HEADER_MAX 3800
#define RESPONSE_FIELDS 32

struct response_field {
	const char *name, *value;       /* value NULL: taken away */
};

struct response_cookie {
	const char *name, *line;
	bool own;                       /* the library's: a refusal keeps it */
};

struct sess_res {
	const struct sess_req *req;
	struct pool *pool;
	int status;
	const char *location;
	struct response_field fields[RESPONSE_FIELDS];
	size_t nfields;
	struct response_cookie cookies[RESPONSE_FIELDS];
	size_t ncookies;
	struct buf body;
	void (*at_end)(const struct sess_req *, struct sess_res *,
	    const struct sess *);
	bool decided;                   /* at_end runs: the body alone grows */
	int file;                       /* in place of the body, or -1 */
	int64_t file_size;
	enum sess_err err;
};

void response_init(struct sess_res *, const struct sess_req *,
    size_t max_bytes);
void response_release(struct sess_res *);

/* sess_res_cookie(), of a cookie of the library's own. */
void response_own_cookie(struct sess_res *, const struct sess_cookie *);

/*
 * Forget what was gathered but the library's cookies: what they stand for is
 * in the store already.  The answer is about the error, and `page` (NULL:
 * a short one of our own) writes it.  `allow`: the methods of a 405, or NULL.
 */
void response_refuse(struct sess_res *, const struct sess_refusal *,
    const char *allow, void (*page)(const struct sess_req *,
    struct sess_res *, const struct sess_refusal *));

/* Has its page written nothing, and not even said of which type it is? */
bool response_is_bare(const struct sess_res *);

/* Write the page about an error, as response_refuse() does; the rest stays. */
void response_explain(struct sess_res *, const struct sess_refusal *,
    void (*page)(const struct sess_req *, struct sess_res *,
    const struct sess_refusal *));

/* A header field, unless the page has set it or taken it away. */
void response_default(struct sess_res *, const char *name, const char *value);

/*
 * Let the page add to the body for the last time, where it wants to.  The
 * commit is done, so a fault is no reason any more to take the page back: what
 * was added is, and the log says why.
 */
void response_at_end(struct sess_res *, const struct sess *);

/* Could it be sent as it is?  To be asked before anything is committed. */
enum sess_err response_check(struct sess_res *);

/* Bytes of the body. */
int64_t response_length(const struct sess_res *);

/* A wire that breaks here breaks in silence: there is nobody to tell. */
void response_send(struct sess_res *);

#endif

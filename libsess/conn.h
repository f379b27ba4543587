/*
 * conn.h - a connection of a web server: bytes in, bytes out, and until when
 * it may be waited for.
 *
 * Reading never waits.  What has not come yet is waited for elsewhere
 * (connections.h), for all connections at once.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_CONN_H
#define SESS_CONN_H

#include <stdint.h>

#include "fcgi_request.h"

#define CONN_NEVER INT64_MAX

/* Bytes on their way; a thread has one for all its connections. */
struct conn_io {
	size_t at, got;         /* of in: those that are not looked at yet */
	unsigned char in[16384];
	struct outbox out;
};

struct conn {
	int fd;                 /* does not block */
	struct fcgi_request request;
	char **vars;            /* all that it sees; to be freed, or NULL */
	bool asked;             /* it is known how much of a body is wanted */
	bool tells;             /* ... and a page may ask how far it is */
	int64_t told;           /* ms: when it was last told */
	size_t weight;          /* bytes of a body that lie in a file */
	int64_t until;          /* ms: it is waited for no longer */
	/* private */
	int64_t since;          /* ms: of the request, the answer or the end */
	bool kept;              /* it has had a request */
	bool broken;            /* nothing can be sent */
	bool lingers;           /* nothing will be sent */
	size_t dropped;

	/* of connections.c */
	bool taken, waits, idle, known;
};

/* Nothing of what came stays there. */
void conn_io_wipe(struct conn_io *);

/* What is to be done about a connection. */
enum conn_next {
	CONN_ASK,               /* how much of this body is wanted? */
	CONN_READY,             /* answer the request */
	CONN_WAITS,             /* wait for more, until c->until */
	CONN_OVER               /* close it */
};

/* The clock of all times here. */
int64_t conn_now(void);

void conn_init(struct conn *, int fd);

/*
 * Take in what is there.  Late: it has been waited for as long as may be, and
 * what is not there now will not come.
 */
enum conn_next conn_advance(struct conn *, struct conn_io *, bool late);

/* Nothing of a request has come: there is no harm in closing it. */
bool conn_is_idle(const struct conn *);

/* All in the outbox goes out.  False: nobody reads it. */
bool conn_flush(struct conn *, struct conn_io *);

/* The answer is in the outbox but for its end.  What comes next? */
enum conn_next conn_answered(struct conn *, struct conn_io *);

void conn_close(struct conn *);

#endif

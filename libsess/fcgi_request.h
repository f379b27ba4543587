/*
 * fcgi_request.h - the requests of a connection, one after another, out of the
 * bytes that a web server sends.
 *
 * The bytes may come from anybody: none can make this grow beyond what is
 * written here.  It knows no socket, and it never waits.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_FCGI_REQUEST_H
#define SESS_FCGI_REQUEST_H

#include "record.h"
#include "spool.h"

#define FCGI_PARAMS_MAX 65535           /* bytes of a request's parameters */
#define FCGI_SMALL_MAX 512              /* bytes of a record that is kept whole */

enum fcgi_state {
	FCGI_IDLE,              /* no request has begun */
	FCGI_HEAD,              /* its parameters are coming */
	FCGI_BODY,              /* they are here; its body is coming */
	FCGI_WHOLE,             /* all of it is here */
	FCGI_SKIP,              /* it was answered; what comes is dropped */
	FCGI_BAD_PARAMS,        /* to be refused */
	FCGI_BROKEN             /* there is nothing to answer */
};

struct fcgi_request {
	enum fcgi_state state;
	unsigned id;            /* 0: there is no request */
	bool authorizer;        /* its role; it has no body then */
	bool keep;              /* the server wants to send another one */

	/*
	 * From FCGI_BODY on: its variables, "NAME=value" with a NUL behind
	 * each.
	 */
	char *vars;
	size_t vars_len, nvars;
	struct spool body;
	int failed;             /* why the body will never be whole: an errno */

	/* private */
	struct record record;
	size_t room;
	size_t nsmall;
	unsigned char small[FCGI_SMALL_MAX];
};

/* Bytes for the server: whole records. */
struct outbox {
	size_t n;
	unsigned char bytes[16384];
};

void fcgi_request_init(struct fcgi_request *);

/*
 * Take in the bytes from `at` to `end`, and put into the outbox what is to be
 * said at once.  It stops where the state has become another one, or where
 * the outbox has to be emptied first.  Returns the first byte that it has not
 * used.
 */
const unsigned char *fcgi_request_feed(struct fcgi_request *,
    const unsigned char *at, const unsigned char *end, struct outbox *);

/* It was answered, and nothing of it is left but a body that still comes. */
void fcgi_request_answered(struct fcgi_request *);

void fcgi_request_release(struct fcgi_request *);

/* Records for the outbox, which has room for them. */
#define OUTBOX_SPARE (4 * RECORD_HEADER)        /* bytes: for the longest */
void outbox_end_stream(struct outbox *, unsigned type, unsigned id);
void outbox_end_request(struct outbox *, unsigned id, unsigned char status);

#endif

/* talk.h - FastCGI 1.0 on one connection, one request after another. */
#ifndef SESS_TALK_H
#define SESS_TALK_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fcgx.h"

/*
 * Whoever calls may be anybody: no record can make this wait, grow or read
 * beyond what is written here.
 */
struct talk {
	int fd;                 /* does not block; -1: no connection */
	int told_to_end;        /* readable: wait no more for what has no end */
	int wait;               /* ms: for a head, a piece of a body, a reader */

	bool keep;              /* another request may follow this one */
	char **vars;            /* of this request, "NAME=value" */

	struct fcgx *fcgx;      /* who speaks for this request */
	unsigned id;            /* of the request; 0: there is none */
	bool has_body, all_read, hurried;
	bool broken;            /* nothing can be sent */
	int64_t until;          /* ms, of the monotonic clock */
	unsigned char *params;
	size_t nparams, room;
	size_t left, padding;   /* of the record that is being read */
	size_t at, got, filled;
	unsigned char in[8192], out[16384];     /* the last: never zeroed */
};

/* A new connection. */
void talk_init(struct talk *, int fd, int told_to_end, int wait);

/* Read a request up to its body.  False: there is none; hang up. */
bool talk_begin(struct talk *, struct fcgx *);

/* Up to n bytes of the body; 0 at its end, -1 when it broke. */
ssize_t talk_read(struct talk *, void *, size_t n);

/* All n bytes of the answer, or a line for the server's log; or false. */
bool talk_write(struct talk *, const void *, size_t n);
bool talk_log(struct talk *, const char *line);

/* The answer is complete.  False: no other request can follow; hang up. */
bool talk_end(struct talk *);

/* Has the next request begun to arrive? */
bool talk_goes_on(const struct talk *);

void talk_hang_up(struct talk *);

#endif

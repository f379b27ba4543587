/*
 * sess_door.h - for authors of doors: ways in which requests come to a program
 * and answers leave it.
 *
 * sess_cgi() and sess_fcgi() are two of them.  Another one fills a struct
 * sess_wire for each request and hands it over:
 *
 *	struct sess_service *sv = sess_open(&app, &wire);
 *
 *	while (...)
 *		sess_serve(sv, &wire);
 *	sess_close(sv);
 *
 * One service is used by one thread at a time, and not across a fork.
 */
#ifndef SESS_DOOR_H
#define SESS_DOOR_H

#include <sys/types.h>

#include "sess.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* Where a request comes from and its answer goes; lives as long as it. */
struct sess_wire {
	/* CGI's variables (RFC 3875, 4.1), "NAME=value"; NULL ends them. */
	char *const *vars;

	/* Up to n bytes of the body; 0 at its end, -1 when it broke. */
	ssize_t (*read)(struct sess_wire *, void *, size_t n);

	/* All n bytes of the answer, or false. */
	bool (*write)(struct sess_wire *, const void *, size_t n);

	/* A line for the log, without its end; NULL: to standard error. */
	void (*log)(struct sess_wire *, const char *line);
};

/* A program with its settings and its store: many exchanges long. */
struct sess_service;

/*
 * What a program needs before anything else: descriptors 0 to 2 that are
 * open, writes that fail instead of killing it, files that are nobody else's
 * (umask 077), no HTTP_PROXY in its environment.  False: it cannot be had.
 */
bool sess_prepare(void);

/*
 * Read the settings (see struct sess_conf), of which the wire's variables are
 * the last.  Where one is wrong, that is logged, and the service answers each
 * request with a 503.  NULL: no memory.  `app` must outlive the service; the
 * wire need not.
 */
struct sess_service *sess_open(const struct sess_app *, struct sess_wire *);

/* One exchange, from the request to the last byte of its answer. */
void sess_serve(struct sess_service *, struct sess_wire *);

/* The store is closed; NULL is taken. */
void sess_close(struct sess_service *);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif

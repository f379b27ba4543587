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
/* SPDX-License-Identifier: ISC */
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

	/*
	 * Up to n bytes of the body; 0 at its end.  -1: the rest will not come;
	 * errno is ETIMEDOUT where it came too slowly, ENOSPC where the door
	 * has no room to keep it.
	 */
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

/*
 * For a door that keeps a body until all of it is there, so that no thread
 * waits for it.  Of the wire these calls use the variables alone.
 *
 * How many bytes to wait for before sess_serve().  0: none will be read, as
 * the request has no form, or will be refused.  More bytes than these need not
 * be kept.
 */
size_t sess_body_wanted(struct sess_service *, struct sess_wire *);

/* A file without a name in `upload_dir`, for such a body; -1: see errno. */
int sess_body_file(struct sess_service *);

/*
 * So many bytes are there: for pages that ask by sess_progress().  Four times a
 * second is often enough.  False: no page can ask, so there is nothing more to
 * tell of this body.
 */
bool sess_body_progress(struct sess_service *, struct sess_wire *,
    int64_t got);

/* The store is closed; NULL is taken. */
void sess_close(struct sess_service *);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif

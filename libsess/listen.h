/* listen.h - the socket on which a FastCGI program is called. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_LISTEN_H
#define SESS_LISTEN_H

#include <stdbool.h>

/* The one that this process was started with (systemd's, else 0), or -1. */
int listen_given(void);

/*
 * One of our own, see struct sess_fcgi; -1: *why says why.  listen_remove()
 * takes the file of a socket away again.
 */
int listen_at(const char *where, const char **why);
void listen_remove(const char *where);

/*
 * The next connection there, which does not block.  From elsewhere than this
 * machine only those of FCGI_WEB_SERVER_ADDRS may call.  -1: none; see errno.
 */
int listen_accept(int socket);

#endif

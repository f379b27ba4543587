/*
 * sess_fcgi.h - the FastCGI door: a program that stays, and answers one
 * request after another.
 *
 *	int
 *	main(void)
 *	{
 *		return sess_fcgi(&app, NULL);
 *	}
 *
 * The library is libsess_fcgi.  The handler is the same as for sess_cgi();
 * with more than one thread it must be thread-safe.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_FCGI_H
#define SESS_FCGI_H

#include "sess.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* Zero means the default. */
struct sess_fcgi {
	/*
	 * Where to listen: "/run/site.sock" (made with mode 0660), "9000" or
	 * "127.0.0.1:9000" or "[::1]:9000"; other addresses than loopback need
	 * FCGI_WEB_SERVER_ADDRS in the environment.  NULL: the socket that the
	 * program was started with, on descriptor 3 (systemd's LISTEN_FDS) or 0.
	 */
	const char *listen;
	int processes;          /* 1; 1 to 256 */

	/*
	 * Of each process: 1; 1 to 1024.  A connection that the server keeps
	 * open between requests holds no thread; a process keeps up to 128.
	 */
	int threads;

	/*
	 * Serve as root, too.  Without it a program whose user is root says so
	 * and ends: what a visitor finds a way to do, root can do everywhere.
	 */
	bool allow_root;
};

/*
 * Answer requests until SIGTERM, SIGINT or SIGUSR1, and end when those in hand
 * are answered.  Started by a web server as a CGI program, answer that one
 * request, as whatever user.  Returns main()'s status.
 *
 * Several processes have a parent, which replaces one that ends, and all of
 * them one after another on SIGHUP.
 *
 * Settings come from the process's own environment, which wins, and from the
 * parameters that a web server sends with each request.  Over TCP a request
 * brings no settings, and no variables but those of CGI: anybody on this
 * machine can reach a port.
 *
 * A thread does a request when all of it is there, so those that come slowly
 * keep nobody waiting.  Up to 384 may be coming at a time, for 30 s and 1 s
 * more for each KiB of a body, of which some must come every 30 s.  Over
 * 64 KiB a body waits in a file without a name, in `upload_dir`; all such files
 * may have 1 GiB.  A process that is told to end gives a body 10 s more.
 *
 * Lines for the log go to the web server where that (or spawn-fcgi) has started
 * the program on descriptor 0, else to standard error: that of a program
 * on its own is kept, and Caddy 2.6 discards what comes by FastCGI.
 */
int sess_fcgi(const struct sess_app *, const struct sess_fcgi *);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif

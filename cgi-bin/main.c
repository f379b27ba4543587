/*
 * main.c - the door of every page that runs as a plain CGI program.
 */
/* SPDX-License-Identifier: ISC */
#include "sess.h"

/* The page that this program is: the build says which, as -DPAGE=NAME_app. */
extern const struct sess_app PAGE;

/*
 * The arguments are ignored on purpose: a web server may make them out of a
 * query string without "=" (RFC 3875, 4.4), and so they are the visitor's
 * words, not ours.
 */
int
main(void)
{
	return sess_cgi(&PAGE);
}

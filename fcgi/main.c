/*
 * main.c - the door of every page that runs as a FastCGI program.
 *
 *	NAME [-r] [-l PATH|PORT|ADDRESS:PORT] [-p PROCESSES] [-t THREADS]
 *
 * Without -l it is called on the socket that the web server, spawn-fcgi or
 * systemd starts it with; and as a plain CGI program it answers as one.  With
 * -r it serves as root, too (allow_root): to try it out, in a container say.
 */
/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sess_fcgi.h"

/* The page that this program is: the build says which, as -DPAGE=NAME_app. */
extern const struct sess_app PAGE;

static int
usage(const char *name)
{
	fprintf(stderr, "usage: %s [-r] [-l PATH|PORT|ADDRESS:PORT] "
	    "[-p PROCESSES] [-t THREADS]\n", name);
	return EXIT_FAILURE;
}

/* Nothing but digits; 0, which stands for the default, must not be said. */
static bool
number(const char *text, int *n)
{
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > 4 || text[len] != '\0')
		return false;
	*n = (int)strtol(text, NULL, 10);
	return *n > 0;
}

int
main(int argc, char **argv)
{
	struct sess_fcgi how = { .listen = NULL };
	int option;
	bool right = true;

	/*
	 * A web server may make a CGI program's arguments out of a query
	 * string without "=" (RFC 3875, 4.4): the visitor's words, not ours.
	 */
	if (getenv("GATEWAY_INTERFACE") != NULL)
		return sess_fcgi(&PAGE, NULL);
	while (right && (option = getopt(argc, argv, "l:p:rt:")) != -1) {
		if (option == 'l')
			how.listen = optarg;
		else if (option == 'p')
			right = number(optarg, &how.processes);
		else if (option == 'r')
			how.allow_root = true;
		else if (option == 't')
			right = number(optarg, &how.threads);
		else
			right = false;
	}
	return right && optind == argc ? sess_fcgi(&PAGE, &how) :
	    usage(argv[0]);
}

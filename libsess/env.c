/*
 * env.c - which variables a program sees: its own, and those of a request.
 *
 * The process's own win, whatever their name: the operator wrote them, and a
 * request's come from anybody who reaches the socket.  So one line in a unit
 * keeps a setting out of a request's reach.
 */
/* SPDX-License-Identifier: ISC */
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"

extern char **environ;

/* What a web server tells a CGI program (RFC 3875, 4.1, and what is usual). */
static bool
is_of_cgi(const char *var)
{
	static const char *const prefixes[] = { "HTTP_", "HTTPS=",
		"CONTENT_", "REMOTE_", "REQUEST_", "REDIRECT_", "SCRIPT_",
		"SERVER_", "AUTH_TYPE=", "GATEWAY_INTERFACE=",
		"QUERY_STRING=", "PATH_INFO=", "PATH_TRANSLATED=",
		"DOCUMENT_" };
	size_t i;

	for (i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (strncmp(var, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

/* Of the process's environment, what is about it and not about a request. */
static bool
is_own(const char *var)
{
	return strchr(var, '=') != NULL && !is_of_cgi(var) &&
	    strncmp(var, "FCGI_", 5) != 0 && strncmp(var, "LISTEN_", 7) != 0;
}

bool
env_init(struct env *e, bool over_tcp)
{
	size_t n = 0;
	char **v;

	e->over_tcp = over_tcp;
	e->told = false;
	e->nown = 0;
	for (v = environ; *v != NULL; v++)
		n++;
	if ((e->own = malloc((n + 1) * sizeof *e->own)) == NULL)
		return false;
	for (v = environ; *v != NULL; v++)
		if (is_own(*v))
			e->own[e->nown++] = *v;
	return true;
}

void
env_release(struct env *e)
{
	free(e->own);
}

static bool
is_named(const struct env *e, const char *var)
{
	size_t i, len = strcspn(var, "=") + 1;

	for (i = 0; i < e->nown; i++)
		if (*e->own[i] == *var && strncmp(e->own[i], var, len) == 0)
			return true;
	return false;
}

/* An operator whose server sends settings would wonder where they are. */
static void
tell_once(struct env *e)
{
	if (!atomic_exchange(&e->told, true))
		fputs("sess_fcgi: a setting came with a request over TCP and "
		    "is ignored: put it into this program's own environment\n",
		    stderr);
}

static bool
may_come(struct env *e, const char *var)
{
	if (strncmp(var, "FCGI_ROLE=", 10) == 0 || is_named(e, var))
		return false;
	if (!e->over_tcp || is_of_cgi(var))
		return true;
	if (strncmp(var, "LIBSESS_", 8) == 0)
		tell_once(e);
	return false;
}

/*
 * A body of unknown length, from Caddy: its end is marked in the stream, which
 * a plain CGI program has not got.
 */
static void
unknown_length(char *var)
{
	static const char unknown[] = "CONTENT_LENGTH=-1";

	if (strcmp(var, unknown) == 0)
		var[sizeof unknown - 3] = '\0';
}

char **
env_of_request(struct env *e, const char *role, char *vars, size_t n)
{
	char **all = malloc((n + e->nown + 2) * sizeof *all);
	size_t len, kept = 0;

	if (all == NULL)
		return NULL;
	all[kept++] = (char *)(uintptr_t)role;
	for (; n > 0; n--, vars += len + 1) {
		len = strlen(vars);
		unknown_length(vars);
		if (may_come(e, vars))
			all[kept++] = vars;
	}
	memcpy(all + kept, e->own, e->nown * sizeof *all);
	all[kept + e->nown] = NULL;
	return all;
}

/*
 * fcgi.c - the FastCGI door: a program that stays.  Meets libfcgi.
 *
 * Each thread waits for a connection with poll(2), together with the signals
 * that tell it to end; libfcgi never waits, and no signal interrupts it: where
 * one does, it takes that for a connection that broke, and a request is lost.
 */
#include <sys/socket.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fastcgi.h>
#include <fcgiapp.h>

#include "crew.h"
#include "listen.h"
#include "sess_door.h"
#include "sess_fcgi.h"

#define WAIT 30                 /* s: for the next piece of a request */
#define DRAIN_WAIT 1            /* s: the same, when nobody wants it */
#define DRAIN_MAX (16 << 20)    /* bytes of it */
#define PAUSE 100               /* ms: where no connection can be had */
#define MOST_PROCESSES 256
#define MOST_THREADS 1024

extern char **environ;

/* What one thread has: nothing of it is anybody else's. */
struct worker {
	const struct sess_app *app;
	int socket, told_to_end;
	bool keep;              /* connections stay open after a request */
	char **own;             /* the process's variables that count */
	size_t nown;
	FCGX_Request request;
	struct sess_service *service;
	char *settings;         /* that the service was opened with */
};

/* The wire is the first member, so both have one address. */
struct fcgi_wire {
	struct sess_wire wire;
	FCGX_Request *request;
};

/* ---- the wire ---------------------------------------------------------- */

static ssize_t
fcgi_read(struct sess_wire *wire, void *to, size_t n)
{
	FCGX_Stream *in = ((struct fcgi_wire *)wire)->request->in;
	int got = FCGX_GetStr(to, n < INT_MAX ? (int)n : INT_MAX, in);

	return got == 0 && FCGX_GetError(in) != 0 ? -1 : got;
}

static bool
fcgi_write(struct sess_wire *wire, const void *bytes, size_t n)
{
	FCGX_Stream *out = ((struct fcgi_wire *)wire)->request->out;
	const char *from = bytes;
	int piece;

	for (; n > 0; from += piece, n -= (size_t)piece) {
		piece = n < INT_MAX ? (int)n : INT_MAX;
		if (FCGX_PutStr(from, piece, out) != piece)
			return false;
	}
	return true;
}

static void
fcgi_log(struct sess_wire *wire, const char *line)
{
	FCGX_Stream *err = ((struct fcgi_wire *)wire)->request->err;

	FCGX_PutS(line, err);
	FCGX_PutChar('\n', err);
}

/* ---- variables --------------------------------------------------------- */

/* Of the process's environment, what a server may have meant for programs. */
static bool
counts(const char *var)
{
	static const char *const prefixes[] = { "HTTP", "CONTENT_", "REMOTE_",
		"REQUEST_", "REDIRECT_", "SCRIPT_", "SERVER_", "FCGI_",
		"AUTH_TYPE=", "GATEWAY_INTERFACE=", "QUERY_STRING=",
		"PATH_INFO=", "PATH_TRANSLATED=", "DOCUMENT_", "LISTEN_" };
	size_t i;

	for (i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (strncmp(var, prefixes[i], strlen(prefixes[i])) == 0)
			return false;
	return strchr(var, '=') != NULL;
}

static bool
own_variables(struct worker *w)
{
	size_t n = 0;
	char **v;

	for (v = environ; *v != NULL; v++)
		n++;
	if ((w->own = malloc((n + 1) * sizeof *w->own)) == NULL)
		return false;
	for (v = environ; *v != NULL; v++)
		if (counts(*v))
			w->own[w->nown++] = *v;
	return true;
}

/*
 * A body of unknown length, from Caddy: its end is marked in the stream, which
 * a plain CGI program has not got.
 */
static void
unknown_length(char *var)
{
	if (strcmp(var, "CONTENT_LENGTH=-1") == 0)
		*(strchr(var, '=') + 1) = '\0';
}

/*
 * The request's own and then the process's: of two of one name the first
 * counts.  To be freed; NULL: no memory.
 */
static char **
variables(const struct worker *w)
{
	char **v = w->request.envp, **all;
	size_t n = 0;

	while (v[n] != NULL)
		n++;
	if ((all = malloc((n + w->nown + 1) * sizeof *all)) == NULL)
		return NULL;
	for (n = 0; v[n] != NULL; n++) {
		unknown_length(v[n]);
		all[n] = v[n];
	}
	memcpy(all + n, w->own, w->nown * sizeof *all);
	all[n + w->nown] = NULL;
	return all;
}

/* The settings among the request's variables, as one text; NULL: no memory. */
static char *
settings(char *const *vars)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return NULL;
	for (; *vars != NULL; vars++)
		if (strncmp(*vars, "LIBSESS_", 8) == 0)
			fprintf(f, "%s\n", *vars);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* ---- one request ------------------------------------------------------- */

/* The service, made anew where this request has other settings. */
static bool
serve_with(struct worker *w, struct sess_wire *wire)
{
	char *now = settings(w->request.envp);

	if (now == NULL)
		return false;
	if (w->service == NULL || strcmp(now, w->settings) != 0) {
		sess_close(w->service);
		free(w->settings);
		w->settings = now;
		w->service = sess_open(w->app, wire);
	} else
		free(now);
	return w->service != NULL;
}

static void
deadline(const struct worker *w, time_t seconds)
{
	const struct timeval t = { .tv_sec = seconds };

	setsockopt(w->request.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	setsockopt(w->request.ipcFd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

/*
 * A server may still be sending what was refused, and would take a connection
 * that closes for a failure.  The answer is out already.
 */
static void
drain(struct worker *w)
{
	char piece[8192];
	size_t left = DRAIN_MAX;
	int got;

	/* An authorizer is sent no body, nor the end of one. */
	if (w->request.role == FCGI_AUTHORIZER ||
	    FCGX_FFlush(w->request.out) != 0)
		return;
	deadline(w, DRAIN_WAIT);
	while (left > sizeof piece && (got = FCGX_GetStr(piece, sizeof piece,
	    w->request.in)) > 0)
		left -= (size_t)got;
}

static void
serve(struct worker *w)
{
	struct fcgi_wire f = {
		.wire = { .read = fcgi_read, .write = fcgi_write,
			.log = fcgi_log },
		.request = &w->request,
	};
	char **vars = variables(w);

	deadline(w, WAIT);
	f.wire.vars = vars;
	if (vars != NULL && serve_with(w, &f.wire)) {
		sess_serve(w->service, &f.wire);
		drain(w);
	}
	free(vars);
	if (!w->keep)
		w->request.keepConnection = 0;
	FCGX_Finish_r(&w->request);
}

/* ---- one thread -------------------------------------------------------- */

/* Wait for a connection, or the next request on one; false: the end. */
static bool
called(const struct worker *w)
{
	bool kept = w->request.ipcFd >= 0;
	struct pollfd fds[2] = {
		{ .fd = kept ? w->request.ipcFd : w->socket, .events = POLLIN },
		{ .fd = w->told_to_end, .events = POLLIN },
	};

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	return fds[1].revents == 0;
}

/* Another process may have been faster: then there is nothing to accept. */
static void *
work_as_thread(void *arg)
{
	struct worker *w = arg;
	int err;

	if (FCGX_InitRequest(&w->request, w->socket, 0) != 0)
		return NULL;
	while (called(w)) {
		if ((err = FCGX_Accept_r(&w->request)) == 0)
			serve(w);
		else if (err != -EAGAIN)
			poll(NULL, 0, PAUSE);
	}
	FCGX_Free(&w->request, 1);
	sess_close(w->service);
	free(w->settings);
	free(w->own);
	return NULL;
}

/* ---- one process ------------------------------------------------------- */

struct process {
	const struct sess_app *app;
	int socket, threads;
};

/* Several processes wait at one socket, and one of them gets the call. */
static bool
set_up(const struct process *p, struct worker *w)
{
	int flags = fcntl(p->socket, F_GETFL);

	*w = (struct worker){ .app = p->app, .socket = p->socket,
		.keep = p->threads > 1 };
	return flags >= 0 && fcntl(p->socket, F_SETFL, flags | O_NONBLOCK) ==
	    0 && (w->told_to_end = crew_told_to_end()) >= 0 &&
	    own_variables(w);
}

static int
work(void *arg)
{
	const struct process *p = arg;
	struct worker *workers = calloc((size_t)p->threads, sizeof *workers);
	pthread_t *threads = calloc((size_t)p->threads, sizeof *threads);
	int i, n = 0, status = EXIT_FAILURE;

	if (workers == NULL || threads == NULL || FCGX_Init() != 0)
		goto out;
	for (; n < p->threads; n++)
		if (!set_up(p, &workers[n]) || pthread_create(&threads[n],
		    NULL, work_as_thread, &workers[n]) != 0)
			break;
	if (n == p->threads)
		status = EXIT_SUCCESS;
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
out:
	free(workers);
	free(threads);
	return status;
}

/* ---- the program ------------------------------------------------------- */

static int
wrong(const char *why)
{
	fprintf(stderr, "sess_fcgi: %s\n", why);
	return EXIT_FAILURE;
}

static int
run(const struct sess_app *app, const struct sess_fcgi *how, int socket)
{
	struct process p = { .app = app, .socket = socket,
		.threads = how->threads > 0 ? how->threads : 1 };

	crew_hold_signals();
	return how->processes > 1 ? crew_run(how->processes, work, &p) :
	    work(&p);
}

int
sess_fcgi(const struct sess_app *app, const struct sess_fcgi *how)
{
	static const struct sess_fcgi plain;
	const char *why;
	int socket, status;

	if (how == NULL)
		how = &plain;
	if (how->processes < 0 || how->processes > MOST_PROCESSES ||
	    how->threads < 0 || how->threads > MOST_THREADS)
		return wrong("1 to 256 processes of 1 to 1024 threads");
	if (how->listen == NULL && (socket = listen_given()) >= 0) {
		if (!sess_prepare())
			return EXIT_FAILURE;
		return run(app, how, socket);
	}
	if (how->listen == NULL && getenv("GATEWAY_INTERFACE") != NULL)
		return sess_cgi(app);
	if (how->listen == NULL)
		return wrong("started by no web server, and no socket named");
	if (!sess_prepare())
		return EXIT_FAILURE;
	if ((socket = listen_at(how->listen, &why)) < 0)
		return wrong(why);
	status = run(app, how, socket);
	listen_remove(how->listen);
	return status;
}

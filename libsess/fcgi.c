/*
 * fcgi.c - the FastCGI door: a program that stays.
 *
 * The threads of a process wait together for connections with something to do
 * (connections.h).  A request is theirs when all of it is there, so no thread
 * waits for what a visitor sends.
 */
/* SPDX-License-Identifier: ISC */
#include <sys/socket.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connections.h"
#include "crew.h"
#include "env.h"
#include "fcgx.h"
#include "listen.h"
#include "sess_door.h"
#include "sess_fcgi.h"

#define MOST_PROCESSES 256
#define MOST_THREADS 1024
#define MOST_IN_FILES ((size_t)1 << 30) /* bytes */
#define MOST_AHEAD 64           /* requests sent before the answer to the last */
#define TELL 250                /* ms: as often as a person wants to see a bar */

struct process {
	const struct sess_app *app;
	int socket, threads;
	bool by_server;         /* a web server has started us */
	int told_to_end;        /* readable from then on */
	struct env env;
	struct connections connections;
	_Atomic size_t in_files;        /* bytes of bodies that are held there */
};

/* What one thread has: nothing of it is anybody else's. */
struct worker {
	struct process *process;
	struct fcgx *fcgx;
	struct sess_service *service;
	char *settings;         /* that the service was opened with */
	struct conn_io io;
};

/* The wire is the first member, so both have one address. */
struct fcgi_wire {
	struct sess_wire wire;
	struct worker *worker;
	struct conn *conn;
};

/* ---- the wire ---------------------------------------------------------- */

static ssize_t
fcgi_read(struct sess_wire *wire, void *to, size_t n)
{
	struct fcgi_request *r = &((struct fcgi_wire *)wire)->conn->request;
	ssize_t got = spool_read(&r->body, to, n);

	if (got != 0 || r->failed == 0)
		return got;
	errno = r->failed;
	return -1;
}

/* What libfcgi has to say.  Where nobody listens it is dropped. */
static bool
pass_on(struct worker *w, struct conn *c)
{
	struct outbox *out = &w->io.out;
	size_t room, n;
	bool sent = true;

	do {
		room = sizeof out->bytes - OUTBOX_SPARE - out->n;
		out->n += n = fcgx_take(w->fcgx, out->bytes + out->n, room);
		if (n == room)
			sent = conn_flush(c, &w->io);
	} while (n == room);
	return sent;
}

static bool
answer(struct worker *w, struct conn *c, const char *from, size_t n)
{
	size_t piece;

	for (; n > 0; from += piece, n -= piece) {
		piece = n < FCGX_PIECE_MAX ? n : FCGX_PIECE_MAX;
		if (!fcgx_write(w->fcgx, from, piece) || !pass_on(w, c))
			return false;
	}
	return true;
}

static bool
fcgi_write(struct sess_wire *wire, const void *bytes, size_t n)
{
	const struct fcgi_wire *f = (struct fcgi_wire *)wire;

	return answer(f->worker, f->conn, bytes, n);
}

/* At once: the next bytes in the outbox may be for another connection. */
static bool
tell_server(struct worker *w, struct conn *c, const char *line)
{
	return strlen(line) < FCGX_PIECE_MAX && fcgx_log(w->fcgx, line) &&
	    pass_on(w, c) && conn_flush(c, &w->io);
}

/* Where the server is gone, the one that started us may still want to know. */
static void
fcgi_log(struct sess_wire *wire, const char *line)
{
	const struct fcgi_wire *f = (struct fcgi_wire *)wire;

	if (!tell_server(f->worker, f->conn, line))
		fprintf(stderr, "%s\n", line);
}

static struct fcgi_wire
wire_of(struct worker *w, struct conn *c)
{
	fcgx_begin(w->fcgx, c->request.id);
	return (struct fcgi_wire){
		.wire = { .vars = c->vars, .read = fcgi_read,
			.write = fcgi_write,
			.log = w->process->by_server ? fcgi_log : NULL },
		.worker = w, .conn = c,
	};
}

/* ---- settings ---------------------------------------------------------- */

static bool
is_setting(const char *var)
{
	return strncmp(var, "LIBSESS_", 8) == 0;
}

/* Are these the settings that stand in the text, each with its NUL? */
static bool
are_settings(char *const *vars, const char *text)
{
	for (; *vars != NULL; vars++) {
		if (!is_setting(*vars))
			continue;
		if (strcmp(text, *vars) != 0)
			return false;
		text += strlen(text) + 1;
	}
	return *text == '\0';
}

/* To be freed; NULL: no memory. */
static char *
settings(char *const *vars)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return NULL;
	for (; *vars != NULL; vars++)
		if (is_setting(*vars))
			fwrite(*vars, 1, strlen(*vars) + 1, f);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* The service, opened again where this request has other settings. */
static struct sess_service *
service(struct worker *w, struct sess_wire *wire)
{
	if (w->service != NULL && are_settings(wire->vars, w->settings))
		return w->service;
	sess_close(w->service);
	free(w->settings);
	w->service = NULL;
	if ((w->settings = settings(wire->vars)) != NULL)
		w->service = sess_open(w->process->app, wire);
	return w->service;
}

/* ---- one request ------------------------------------------------------- */

/* Its variables, as soon as its head is there.  False: no memory. */
static bool
see(struct worker *w, struct conn *c)
{
	if (c->vars == NULL)
		c->vars = env_of_request(&w->process->env,
		    c->request.authorizer ? "FCGI_ROLE=AUTHORIZER" :
		    "FCGI_ROLE=RESPONDER", c->request.vars, c->request.nvars);
	return c->vars != NULL;
}

/* No server sends this: there is nobody to make a page for. */
static void
refuse(struct worker *w, struct conn *c)
{
	static const char page[] = "Status: 400 Bad Request\r\n"
	    "Content-Type: text/plain\r\n\r\nBad request\n";

	fcgx_begin(w->fcgx, c->request.id);
	tell_server(w, c, "refused: parameters that are cut, have a NUL or "
	    "are over 64 KB");
	answer(w, c, page, sizeof page - 1);
}

static enum conn_next
serve(struct worker *w, struct conn *c)
{
	struct fcgi_wire f;
	struct sess_service *sv;

	if (c->request.state == FCGI_BAD_PARAMS)
		refuse(w, c);
	else if (see(w, c)) {
		f = wire_of(w, c);
		if ((sv = service(w, &f.wire)) != NULL)
			sess_serve(sv, &f.wire);
	}
	fcgx_end(w->fcgx);
	pass_on(w, c);
	c->request.keep &= !connections_ending(&w->process->connections);
	return conn_answered(c, &w->io);
}

/* How much of the body is to be kept, and where. */
static enum conn_next
ask(struct worker *w, struct conn *c)
{
	struct fcgi_wire f;
	struct sess_service *sv;
	size_t wanted = 0;
	int file = -1;

	if (!see(w, c))
		return CONN_OVER;
	f = wire_of(w, c);
	if ((sv = service(w, &f.wire)) != NULL)
		wanted = sess_body_wanted(sv, &f.wire);
	if (wanted > SPOOL_MEMORY && (file = sess_body_file(sv)) < 0) {
		c->request.failed = ENOSPC;
		wanted = 0;
	}
	spool_expect(&c->request.body, wanted, file);
	c->asked = c->tells = true;
	return wanted > 0 ? conn_advance(c, &w->io, false) : CONN_READY;
}

/* A page may show how far it is. */
static void
tell_progress(struct worker *w, struct conn *c)
{
	struct fcgi_wire f;
	struct sess_service *sv;

	if (!c->tells || c->request.state != FCGI_BODY ||
	    conn_now() - c->told < TELL)
		return;
	f = wire_of(w, c);
	c->tells = (sv = service(w, &f.wire)) != NULL &&
	    sess_body_progress(sv, &f.wire, (int64_t)c->request.body.n);
	c->told = conn_now();
}

/*
 * All bodies that lie in files take no more room than this: somebody who sends
 * many of them cannot fill the disk.
 */
static void
weigh(struct process *p, struct conn *c, size_t n)
{
	size_t now = n > SPOOL_MEMORY ? n : 0, change = now - c->weight;

	c->weight = now;
	if (atomic_fetch_add(&p->in_files, change) + change > MOST_IN_FILES &&
	    now > 0)
		c->request.failed = ENOSPC;
}

/* ---- one thread -------------------------------------------------------- */

/* All that there is to do about a connection now. */
static void
attend(struct worker *w, struct conn *c, bool late)
{
	struct connections *cs = &w->process->connections;
	enum conn_next next = conn_advance(c, &w->io, late);
	int ahead = 0;

	while (next == CONN_ASK || next == CONN_READY)
		next = next == CONN_ASK ? ask(w, c) :
		    ahead++ < MOST_AHEAD ? serve(w, c) : CONN_OVER;
	conn_io_wipe(&w->io);
	if (next == CONN_WAITS)
		tell_progress(w, c);
	if (next == CONN_WAITS) {
		weigh(w->process, c, c->request.body.n);
		if (connections_wait(cs, c))
			return;
	}
	weigh(w->process, c, 0);
	connections_drop(cs, c);
}

static void *
work_as_thread(void *arg)
{
	struct worker *w = arg;
	struct connections *cs = &w->process->connections;
	struct conn *c;
	bool late;

	while ((c = connections_next(cs, &late)) != NULL) {
		attend(w, c, late);
		fcgx_mend(&w->fcgx);
	}
	sess_close(w->service);
	fcgx_free(w->fcgx);
	free(w->settings);
	return NULL;
}

/* ---- one process ------------------------------------------------------- */

/* Anybody on this machine can reach a TCP port. */
static bool
is_tcp(int socket)
{
	int domain = AF_UNSPEC;
	socklen_t len = sizeof domain;

	return getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0 ||
	    domain != AF_UNIX;
}

static bool
set_up(struct process *p)
{
	p->told_to_end = crew_told_to_end();
	return p->told_to_end >= 0 && env_init(&p->env, is_tcp(p->socket)) &&
	    connections_init(&p->connections, p->threads, p->socket,
	    p->told_to_end);
}

static void
take_down(struct process *p)
{
	connections_release(&p->connections);
	env_release(&p->env);
	if (p->told_to_end >= 0)
		close(p->told_to_end);
}

static int
wrong(const char *why)
{
	fprintf(stderr, "sess_fcgi: %s\n", why);
	return EXIT_FAILURE;
}

static bool
start(struct worker *w, struct process *p, pthread_t *thread)
{
	w->process = p;
	w->fcgx = fcgx_new();
	if (w->fcgx != NULL &&
	    pthread_create(thread, NULL, work_as_thread, w) == 0)
		return true;
	fcgx_free(w->fcgx);
	return false;
}

/* As many threads as there can be; without any there is an error. */
static int
work(void *arg)
{
	struct process *p = arg;
	size_t most = (size_t)p->threads, n = 0, i;
	struct worker *workers = calloc(most, sizeof *workers);
	pthread_t *threads = calloc(most, sizeof *threads);

	if (workers != NULL && threads != NULL && fcgx_init() && set_up(p))
		while (n < most && start(&workers[n], p, &threads[n]))
			n++;
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	take_down(p);
	free(workers);
	free(threads);
	return n > 0 ? EXIT_SUCCESS : wrong("no descriptor, memory or thread");
}

/* ---- the program ------------------------------------------------------- */

static int
run(const struct sess_app *app, const struct sess_fcgi *how, int socket)
{
	struct process p = { .app = app, .socket = socket,
		.threads = how->threads > 0 ? how->threads : 1,
		.by_server = socket == STDIN_FILENO, .told_to_end = -1,
		.connections = CONNECTIONS_NONE };

	crew_hold_signals();
	return how->processes > 1 ? crew_run(how->processes, work, &p) :
	    work(&p);
}

/* The user that it runs as, and the one that it could become again. */
static bool
is_root(void)
{
	return geteuid() == 0 || getuid() == 0;
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
	socket = how->listen == NULL ? listen_given() : -1;
	if (how->listen == NULL && socket < 0)
		return getenv("GATEWAY_INTERFACE") != NULL ? sess_cgi(app) :
		    wrong("started by no web server, and no socket named");
	if (is_root() && !how->allow_root)
		return wrong("started as root (uid 0), and is to serve as a "
		    "user of its own: spawn-fcgi -u USER, User= in a unit of "
		    "systemd, or setpriv; or set allow_root");
	if (!sess_prepare())
		return EXIT_FAILURE;
	if (socket >= 0)
		return run(app, how, socket);
	if ((socket = listen_at(how->listen, &why)) < 0)
		return wrong(why);
	status = run(app, how, socket);
	listen_remove(how->listen);
	return status;
}

/*
 * fcgi.c - the FastCGI door: a program that stays.
 *
 * The threads of a process wait together for three things: a new connection,
 * the next request on one that was kept open, and the word to end.  Whoever is
 * woken does all of it, so no connection holds a thread between requests.
 */
#include <sys/epoll.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crew.h"
#include "listen.h"
#include "sess_door.h"
#include "sess_fcgi.h"
#include "talk.h"

#define WAIT 30000              /* ms: for a head, a piece of a body, a reader */
#define PAUSE 100               /* ms: where no connection can be had */
#define MOST_KEPT 128           /* connections without a request, a process */
#define MOST_PROCESSES 256
#define MOST_THREADS 1024

extern char **environ;

/* A connection, or room for one. */
struct call {
	struct talk talk;
	bool taken, kept;
};

struct process {
	const struct sess_app *app;
	int socket, threads;
	bool by_server;         /* a web server has started us */
	int told_to_end;        /* readable from then on */
	int events;             /* epoll(7): of all that threads wait for */
	char **own;             /* its variables that count */
	size_t nown;
	pthread_mutex_t lock;   /* of what follows */
	struct call *calls;     /* as many as threads, and MOST_KEPT */
	int nkept;
};

/* What one thread has: nothing of it is anybody else's. */
struct worker {
	struct process *process;
	struct fcgx *fcgx;
	struct sess_service *service;
	char *settings;         /* that the service was opened with */
	bool ending;
};

/* The wire is the first member, so both have one address. */
struct fcgi_wire {
	struct sess_wire wire;
	struct talk *talk;
};

/* ---- the wire ---------------------------------------------------------- */

static ssize_t
fcgi_read(struct sess_wire *wire, void *to, size_t n)
{
	return talk_read(((struct fcgi_wire *)wire)->talk, to, n);
}

static bool
fcgi_write(struct sess_wire *wire, const void *bytes, size_t n)
{
	return talk_write(((struct fcgi_wire *)wire)->talk, bytes, n);
}

/* Where the server is gone, who started us may still want to know. */
static void
fcgi_log(struct sess_wire *wire, const char *line)
{
	struct talk *talk = ((struct fcgi_wire *)wire)->talk;

	if (!talk_log(talk, line))
		fprintf(stderr, "%s\n", line);
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
own_variables(struct process *p)
{
	size_t n = 0;
	char **v;

	for (v = environ; *v != NULL; v++)
		n++;
	if ((p->own = malloc((n + 1) * sizeof *p->own)) == NULL)
		return false;
	for (v = environ; *v != NULL; v++)
		if (counts(*v))
			p->own[p->nown++] = *v;
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

static bool
is_among(const char *var, char *const *vars, size_t n)
{
	size_t i, len = strcspn(var, "=") + 1;

	for (i = 0; i < n; i++)
		if (*vars[i] == *var && strncmp(vars[i], var, len) == 0)
			return true;
	return false;
}

/*
 * The request's own, and of the process's those that it does not name.  To be
 * freed; NULL: no memory.
 */
static char **
variables(const struct process *p, const struct talk *talk)
{
	size_t n = 0, theirs, i;
	char **all;

	while (talk->vars[n] != NULL)
		n++;
	theirs = n;
	if ((all = malloc((n + p->nown + 1) * sizeof *all)) == NULL)
		return NULL;
	for (i = 0; i < theirs; i++) {
		unknown_length(talk->vars[i]);
		all[i] = talk->vars[i];
	}
	for (i = 0; i < p->nown; i++)
		if (!is_among(p->own[i], talk->vars, theirs))
			all[n++] = p->own[i];
	all[n] = NULL;
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
serve_with(struct worker *w, struct fcgi_wire *f)
{
	char *now = settings(f->talk->vars);

	if (now == NULL)
		return false;
	if (w->service == NULL || strcmp(now, w->settings) != 0) {
		sess_close(w->service);
		free(w->settings);
		w->settings = now;
		w->service = sess_open(w->process->app, &f->wire);
	} else
		free(now);
	return w->service != NULL;
}

/* True: another request may come. */
static bool
serve(struct worker *w, struct talk *talk)
{
	struct fcgi_wire f = {
		.wire = { .read = fcgi_read, .write = fcgi_write,
			.log = w->process->by_server ? fcgi_log : NULL },
		.talk = talk,
	};
	char **vars;

	if (!talk_begin(talk, w->fcgx))
		return false;
	f.wire.vars = vars = variables(w->process, talk);
	if (vars != NULL && serve_with(w, &f))
		sess_serve(w->service, &f.wire);
	free(vars);
	return talk_end(talk);
}

/* ---- connections ------------------------------------------------------- */

/* There is always room: each thread has one, and MOST_KEPT are kept. */
static struct call *
call_take(struct process *p)
{
	struct call *c = p->calls;

	pthread_mutex_lock(&p->lock);
	while (c->taken)
		c++;
	c->taken = true;
	pthread_mutex_unlock(&p->lock);
	return c;
}

static void
call_end(struct process *p, struct call *c)
{
	talk_hang_up(&c->talk);
	pthread_mutex_lock(&p->lock);
	c->taken = false;
	pthread_mutex_unlock(&p->lock);
}

/* A new one; NULL: another process was faster, or there can be none now. */
static struct call *
call_accept(struct process *p)
{
	struct call *c;
	int fd = listen_accept(p->socket);

	if (fd < 0) {
		if (errno != EAGAIN && errno != ECONNABORTED)
			poll(NULL, 0, PAUSE);
		return NULL;
	}
	c = call_take(p);
	c->kept = false;
	talk_init(&c->talk, fd, p->told_to_end, WAIT);
	return c;
}

/* A kept one has something to say. */
static struct call *
call_again(struct process *p, struct call *c)
{
	pthread_mutex_lock(&p->lock);
	p->nkept--;
	pthread_mutex_unlock(&p->lock);
	return c;
}

/* Until the next request on it whoever is free waits for it. */
static bool
call_keep(struct process *p, struct call *c)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLONESHOT,
		.data.ptr = c };
	int how = c->kept ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
	bool room;

	pthread_mutex_lock(&p->lock);
	c->kept = true;
	if ((room = p->nkept < MOST_KEPT))
		p->nkept++;
	pthread_mutex_unlock(&p->lock);
	if (!room || epoll_ctl(p->events, how, c->talk.fd, &e) == 0)
		return room;
	call_again(p, c);
	return false;
}

/* All requests that are there on this connection. */
static void
call_answer(struct worker *w, struct call *c)
{
	bool more;

	while ((more = serve(w, &c->talk)) && talk_goes_on(&c->talk))
		continue;
	if (!more || w->ending || !call_keep(w->process, c))
		call_end(w->process, c);
}

/* ---- one thread -------------------------------------------------------- */

/* What is there on the kept connections, before the end. */
static void
work_out(struct worker *w)
{
	struct process *p = w->process;
	struct epoll_event e[3];        /* two of them are always there */
	int i, n, calls;

	w->ending = true;
	do {
		n = epoll_wait(p->events, e, 3, 0);
		for (calls = i = 0; i < n; i++) {
			if (e[i].data.ptr == &p->told_to_end ||
			    e[i].data.ptr == &p->socket)
				continue;
			call_answer(w, call_again(p, e[i].data.ptr));
			calls++;
		}
	} while (calls > 0);
}

static void *
work_as_thread(void *arg)
{
	struct worker *w = arg;
	struct process *p = w->process;
	struct epoll_event e;
	struct call *c;

	for (;;) {
		if (epoll_wait(p->events, &e, 1, -1) != 1) {
			if (errno == EINTR)
				continue;
			break;
		}
		if (e.data.ptr == &p->told_to_end)
			break;
		c = e.data.ptr == &p->socket ? call_accept(p) :
		    call_again(p, e.data.ptr);
		if (c != NULL)
			call_answer(w, c);
	}
	work_out(w);
	sess_close(w->service);
	fcgx_free(w->fcgx);
	free(w->settings);
	return NULL;
}

/* ---- one process ------------------------------------------------------- */

static bool
listen_for(const struct process *p, const int *fd, uint32_t events)
{
	struct epoll_event e = { .events = events,
		.data.ptr = (void *)(uintptr_t)fd };

	return epoll_ctl(p->events, EPOLL_CTL_ADD, *fd, &e) == 0;
}

/* Several processes wait at one socket, and one of them gets the call. */
static bool
set_up(struct process *p)
{
	int flags = fcntl(p->socket, F_GETFL);

	p->calls = calloc((size_t)p->threads + MOST_KEPT, sizeof *p->calls);
	p->told_to_end = crew_told_to_end();
	p->events = epoll_create1(EPOLL_CLOEXEC);
	return p->calls != NULL && own_variables(p) && flags >= 0 &&
	    fcntl(p->socket, F_SETFL, flags | O_NONBLOCK) == 0 &&
	    listen_for(p, &p->told_to_end, EPOLLIN) &&
	    listen_for(p, &p->socket, EPOLLIN | EPOLLEXCLUSIVE);
}

static void
take_down(struct process *p)
{
	int i;

	for (i = 0; p->calls != NULL && i < p->threads + MOST_KEPT; i++)
		if (p->calls[i].taken)
			close(p->calls[i].talk.fd);
	free(p->calls);
	free(p->own);
	if (p->told_to_end >= 0)
		close(p->told_to_end);
	if (p->events >= 0)
		close(p->events);
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
	*w = (struct worker){ .process = p, .fcgx = fcgx_new() };
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
		.events = -1,
		.lock = PTHREAD_MUTEX_INITIALIZER };

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

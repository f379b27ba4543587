/* fcgx.c - libfcgi, at the other end of a pair of sockets; meets libfcgi. */
#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcgiapp.h>
#include <fastcgi.h>

#include "fcgx.h"

_Static_assert(FCGX_RESPONDER == FCGI_RESPONDER &&
    FCGX_AUTHORIZER == FCGI_AUTHORIZER, "roles are those of F 8");

struct fcgx {
	FCGX_Request request;
	int ours;               /* its end is request.ipcFd */
	unsigned id;
	size_t fed;             /* bytes of the body that it has not read */
	bool all_fed, all_read;
};

bool
fcgx_init(void)
{
	return FCGX_Init() == 0;
}

struct fcgx *
fcgx_new(void)
{
	struct fcgx *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->ours = -1;
	if (FCGX_InitRequest(&f->request, -1, 0) != 0) {
		free(f);
		return NULL;
	}
	return f;
}

/* The next request needs another pair. */
static void
part(struct fcgx *f)
{
	if (f->ours < 0)
		return;
	FCGX_Free(&f->request, 0);
	if (f->request.ipcFd >= 0)
		close(f->request.ipcFd);
	close(f->ours);
	f->ours = f->request.ipcFd = -1;
}

void
fcgx_free(struct fcgx *f)
{
	if (f == NULL)
		return;
	part(f);
	free(f);
}

/* libfcgi takes it for a connection that the server keeps open. */
static bool
pair(struct fcgx *f)
{
	int ends[2];

	if (f->ours >= 0)
		return true;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	f->ours = ends[0];
	f->request.ipcFd = ends[1];
	f->request.keepConnection = FCGI_KEEP_CONN;
	return true;
}

static bool
say(struct fcgx *f, const void *bytes, size_t n)
{
	return send(f->ours, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT) ==
	    (ssize_t)n;
}

static bool
record(struct fcgx *f, unsigned char type, const void *content, size_t n)
{
	const FCGI_Header h = {
		.version = FCGI_VERSION_1, .type = type,
		.requestIdB1 = (unsigned char)(f->id >> 8),
		.requestIdB0 = (unsigned char)f->id,
		.contentLengthB1 = (unsigned char)(n >> 8),
		.contentLengthB0 = (unsigned char)n,
	};

	return say(f, &h, sizeof h) && (n == 0 || say(f, content, n));
}

static bool
params(struct fcgx *f, const unsigned char *from, size_t n)
{
	size_t piece;

	for (; n > 0; from += piece, n -= piece) {
		piece = n < FCGX_PIECE_MAX ? n : FCGX_PIECE_MAX;
		if (!record(f, FCGI_PARAMS, from, piece))
			return false;
	}
	return record(f, FCGI_PARAMS, NULL, 0);
}

char **
fcgx_begin(struct fcgx *f, enum fcgx_role role, unsigned id,
    const void *pairs, size_t n)
{
	const FCGI_BeginRequestBody body = { .roleB0 = (unsigned char)role,
		.flags = FCGI_KEEP_CONN };

	f->id = id;
	f->fed = 0;
	f->all_fed = f->all_read = role == FCGX_AUTHORIZER;
	if (pair(f) && record(f, FCGI_BEGIN_REQUEST, &body, sizeof body) &&
	    params(f, pairs, n) && FCGX_Accept_r(&f->request) == 0)
		return f->request.envp;
	part(f);
	return NULL;
}

bool
fcgx_feed(struct fcgx *f, const void *bytes, size_t n)
{
	f->fed += n;
	f->all_fed = n == 0;
	return record(f, FCGI_STDIN, bytes, n);
}

/* It is asked for no more than was fed, and so it never waits. */
ssize_t
fcgx_read(struct fcgx *f, void *to, size_t n)
{
	int got;

	if (f->all_read || (f->fed == 0 && !f->all_fed))
		return 0;
	if (f->fed > 0 && n > f->fed)
		n = f->fed;
	got = FCGX_GetStr(to, (int)n, f->request.in);
	f->fed -= (size_t)got;
	f->all_read = f->all_fed && got == 0;
	return FCGX_GetError(f->request.in) == 0 ? got : -1;
}

bool
fcgx_write(struct fcgx *f, const void *bytes, size_t n)
{
	return FCGX_PutStr(bytes, (int)n, f->request.out) == (int)n;
}

bool
fcgx_log(struct fcgx *f, const void *bytes, size_t n)
{
	return FCGX_PutStr(bytes, (int)n, f->request.err) == (int)n;
}

void
fcgx_end(struct fcgx *f)
{
	FCGX_Finish_r(&f->request);
}

/* A body that was not read to its end would stand before the next request. */
size_t
fcgx_take(struct fcgx *f, void *to, size_t n)
{
	ssize_t got = f->ours >= 0 ? recv(f->ours, to, n, MSG_DONTWAIT) : 0;

	if (got > 0)
		return (size_t)got;
	if (f->request.in == NULL && (!f->all_read || f->request.ipcFd < 0))
		part(f);
	return 0;
}

/* fcgx.c - libfcgi, at the other end of a pair of sockets; meets libfcgi. */
#include <sys/socket.h>
#include <sys/uio.h>

#include <stdint.h>
#include <stdlib.h>
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

static FCGI_Header
header(const struct fcgx *f, unsigned char type, size_t n)
{
	return (FCGI_Header){
		.version = FCGI_VERSION_1, .type = type,
		.requestIdB1 = (unsigned char)(f->id >> 8),
		.requestIdB0 = (unsigned char)f->id,
		.contentLengthB1 = (unsigned char)(n >> 8),
		.contentLengthB0 = (unsigned char)n,
	};
}

/* All of it at once, and without waiting: there is room, see fcgx.h. */
static bool
say(struct fcgx *f, struct iovec *iov, size_t n)
{
	const struct msghdr m = { .msg_iov = iov, .msg_iovlen = n };
	size_t len = 0, i;

	for (i = 0; i < n; i++)
		len += iov[i].iov_len;
	return sendmsg(f->ours, &m, MSG_NOSIGNAL | MSG_DONTWAIT) ==
	    (ssize_t)len;
}

/* A server that has sent all says so at once, and then it is one message. */
static bool
say_request(struct fcgx *f, enum fcgx_role role, const void *params, size_t n)
{
	struct {
		FCGI_Header header;
		FCGI_BeginRequestBody body;
		FCGI_Header params;
	} begin = { header(f, FCGI_BEGIN_REQUEST, sizeof begin.body),
		{ .roleB0 = (unsigned char)role, .flags = FCGI_KEEP_CONN },
		header(f, FCGI_PARAMS, n) };
	FCGI_Header end[2] = { header(f, FCGI_PARAMS, 0),
		header(f, FCGI_STDIN, 0) };
	struct iovec iov[3] = {
		{ &begin, sizeof begin },
		{ (void *)(uintptr_t)params, n },
		{ end, f->all_fed && role == FCGX_RESPONDER ? sizeof end :
		    sizeof *end },
	};

	if (n > 0)
		return say(f, iov, 3);
	iov[0].iov_len -= sizeof begin.params;  /* it would end them twice */
	iov[1] = iov[2];
	return say(f, iov, 2);
}

char **
fcgx_begin(struct fcgx *f, enum fcgx_role role, unsigned id,
    const void *params, size_t n, bool has_body)
{
	f->id = id;
	f->fed = 0;
	f->all_fed = !has_body;
	f->all_read = role == FCGX_AUTHORIZER;
	if (pair(f) && say_request(f, role, params, n) &&
	    FCGX_Accept_r(&f->request) == 0)
		return f->request.envp;
	part(f);
	return NULL;
}

bool
fcgx_feed(struct fcgx *f, const void *bytes, size_t n)
{
	FCGI_Header h = header(f, FCGI_STDIN, n);
	struct iovec iov[2] = { { &h, sizeof h },
		{ (void *)(uintptr_t)bytes, n } };

	f->fed += n;
	f->all_fed = n == 0;
	return say(f, iov, n > 0 ? 2 : 1);
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
fcgx_log(struct fcgx *f, const char *line)
{
	return FCGX_PutS(line, f->request.err) >= 0 &&
	    FCGX_PutChar('\n', f->request.err) >= 0 &&
	    FCGX_FFlush(f->request.err) == 0;
}

/* What it has not read of this body would stand before the next request. */
void
fcgx_end(struct fcgx *f)
{
	char piece[4096];

	if (!f->all_fed)
		fcgx_feed(f, NULL, 0);
	while (fcgx_read(f, piece, sizeof piece) > 0)
		continue;
	FCGX_Finish_r(&f->request);
}

size_t
fcgx_take(struct fcgx *f, void *to, size_t n)
{
	ssize_t got = f->ours >= 0 ? recv(f->ours, to, n, MSG_DONTWAIT) : 0;

	if (got > 0)
		return (size_t)got;
	if (f->request.ipcFd < 0)       /* libfcgi has hung up */
		part(f);
	return 0;
}

/* fcgx.c - libfcgi, at the other end of a pair of sockets; meets libfcgi. */
/* SPDX-License-Identifier: ISC */
#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fcgiapp.h>
#include <fastcgi.h>

#include "fcgx.h"

struct fcgx {
	FCGX_Request request;
	int ours;               /* its end of the pair is request.ipcFd */
	bool said;              /* there may be something to take */
};

bool
fcgx_init(void)
{
	return FCGX_Init() == 0;
}

/*
 * libfcgi accepts one request, which has no parameters and never ends; its
 * number is that of whose answer is being written.  So a request costs libfcgi
 * neither memory nor a system call before it has something to say.
 */
static bool
accept_one(struct fcgx *f)
{
	static const struct {
		FCGI_Header header;
		FCGI_BeginRequestBody body;
		FCGI_Header params;
	} begin = {
		{ .version = FCGI_VERSION_1, .type = FCGI_BEGIN_REQUEST,
			.requestIdB0 = 1,
			.contentLengthB0 = sizeof begin.body },
		{ .roleB0 = FCGI_RESPONDER, .flags = FCGI_KEEP_CONN },
		{ .version = FCGI_VERSION_1, .type = FCGI_PARAMS,
			.requestIdB0 = 1 },
	};
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	f->ours = ends[0];
	f->request.ipcFd = ends[1];
	f->request.keepConnection = FCGI_KEEP_CONN;
	return send(f->ours, &begin, sizeof begin, MSG_NOSIGNAL) ==
	    sizeof begin && FCGX_Accept_r(&f->request) == 0;
}

struct fcgx *
fcgx_new(void)
{
	struct fcgx *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->ours = -1;
	if (FCGX_InitRequest(&f->request, -1, 0) == 0 && accept_one(f))
		return f;
	fcgx_free(f);
	return NULL;
}

void
fcgx_free(struct fcgx *f)
{
	if (f == NULL)
		return;
	FCGX_Free(&f->request, 0);
	if (f->request.ipcFd >= 0)
		close(f->request.ipcFd);
	if (f->ours >= 0)
		close(f->ours);
	free(f);
}

/* A stream of libfcgi that has failed once says nothing any more. */
void
fcgx_mend(struct fcgx **f)
{
	struct fcgx *other;

	if ((FCGX_GetError((*f)->request.out) == 0 &&
	    FCGX_GetError((*f)->request.err) == 0) ||
	    (other = fcgx_new()) == NULL)
		return;
	fcgx_free(*f);
	*f = other;
}

void
fcgx_begin(struct fcgx *f, unsigned id)
{
	f->request.requestId = (int)id;
}

bool
fcgx_write(struct fcgx *f, const void *bytes, size_t n)
{
	FCGX_Stream *out = f->request.out;

	/* It says nothing before its buffer is full. */
	f->said |= n >= (size_t)(out->stop - out->wrNext);
	return FCGX_PutStr(bytes, (int)n, out) == (int)n;
}

/* Between two records its buffer is free from wrNext on: that was sent. */
static bool
flush(struct fcgx *f, FCGX_Stream *stream)
{
	f->said = true;
	if (FCGX_FFlush(stream) != 0)
		return false;
	explicit_bzero(stream->wrNext,
	    (size_t)(stream->stop - stream->wrNext));
	return true;
}

bool
fcgx_log(struct fcgx *f, const char *line)
{
	return FCGX_PutS(line, f->request.err) >= 0 &&
	    FCGX_PutChar('\n', f->request.err) >= 0 && flush(f, f->request.err);
}

bool
fcgx_end(struct fcgx *f)
{
	return flush(f, f->request.out);
}

size_t
fcgx_take(struct fcgx *f, void *to, size_t n)
{
	ssize_t got = f->said ? recv(f->ours, to, n, MSG_DONTWAIT) : 0;

	f->said = got == (ssize_t)n;
	return got > 0 ? (size_t)got : 0;
}

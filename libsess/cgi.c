/* cgi.c - the CGI door: one process, one request (RFC 3875). */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "body.h"
#include "clock.h"
#include "io.h"

#define BODY_WAIT 30000         /* ms: for a body, */
#define BODY_RATE 1024          /* and a second more for so many bytes of it */
#define DRAIN_WAIT 1000         /* ms: for a piece that nobody wants */
#define DRAIN_MAX (64 << 20)    /* bytes of it */
#define DRAIN_TIME 10000        /* ms: for all of it */

extern char **environ;

struct cgi {
	struct sess_wire wire;
	int64_t begun;          /* clock_ms() */
	size_t got;             /* bytes of the body read so far */
};

/*
 * Wait until then for bytes, and read them; 0 at the end, -1 sets errno.  Bytes
 * that are there already are taken even later: it was the program that was
 * not in time.
 */
static ssize_t
read_until(int64_t end, void *to, size_t n)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t got;
	int ready;

	for (;;) {
		ready = poll(&in, 1, clock_left(end));
		if (ready == 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		if (ready > 0 && (got = read(STDIN_FILENO, to, n)) >= 0)
			return got;
		if (errno != EINTR)
			return -1;
	}
}

/* The wire is the first member, so both have one address. */
static ssize_t
cgi_read(struct sess_wire *wire, void *to, size_t n)
{
	struct cgi *cgi = (struct cgi *)wire;
	int64_t more = (int64_t)(cgi->got / BODY_RATE) * 1000;
	ssize_t got = read_until(cgi->begun + BODY_WAIT + more, to, n);

	if (got > 0)
		cgi->got += (size_t)got;
	return got;
}

static bool
cgi_write(struct sess_wire *wire, const void *bytes, size_t n)
{
	(void)wire;
	return io_write(STDOUT_FILENO, bytes, n);
}

/*
 * Read what is left of a body that was refused: behind fcgiwrap a program
 * that leaves it unread is answered 502.  The answer is out already.
 */
static void
drain(struct cgi *cgi)
{
	char piece[8192];
	size_t length = 0;
	int64_t end = clock_ms() + DRAIN_TIME;
	ssize_t n;

	switch (body_length(&cgi->wire, &length)) {
	case SESS_OK:
		break;
	case SESS_NONE:                 /* in chunks: to its end, if begun */
		length = cgi->got > 0 ? SIZE_MAX : 0;
		break;
	default:
		return;
	}
	if (length > DRAIN_MAX)
		length = DRAIN_MAX;
	close(STDOUT_FILENO);
	while (cgi->got < length && clock_left(end) > 0 &&
	    (n = read_until(clock_ms() + DRAIN_WAIT, piece,
	    sizeof piece)) > 0)
		cgi->got += (size_t)n;
}

/* SIGTERM ends the process at once, whether or not a body is coming. */
int
sess_cgi(const struct sess_app *app)
{
	struct cgi cgi = {
		.wire = { .read = cgi_read, .write = cgi_write },
		.begun = clock_ms(),
	};
	struct sess_service *sv;

	if (!sess_prepare())
		return EXIT_FAILURE;
	cgi.wire.vars = environ;
	if ((sv = sess_open(app, &cgi.wire)) == NULL)
		return EXIT_FAILURE;
	sess_serve(sv, &cgi.wire);
	sess_close(sv);
	drain(&cgi);
	return EXIT_SUCCESS;
}

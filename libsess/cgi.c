/* cgi.c - the CGI door: one process, one request (RFC 3875). */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "body.h"
#include "clock.h"
#include "io.h"

#define READ_WAIT 30000         /* ms: for the next piece of a body */
#define DRAIN_WAIT 1000         /* ms: the same, when nobody wants it */
#define DRAIN_MAX (64 << 20)    /* bytes of it */
#define DRAIN_TIME 10000        /* ms: for all of it */

extern char **environ;

struct cgi {
	struct sess_wire wire;
	size_t got;             /* bytes of the body read so far */
	int wait;
};

/* The wire is the first member, so both have one address. */
static ssize_t
cgi_read(struct sess_wire *wire, void *to, size_t n)
{
	struct cgi *cgi = (struct cgi *)wire;
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t got;

	do {
		if (poll(&in, 1, cgi->wait) == 0)
			return -1;
		got = read(STDIN_FILENO, to, n);
	} while (got < 0 && errno == EINTR);
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
	cgi->wait = DRAIN_WAIT;
	close(STDOUT_FILENO);
	while (cgi->got < length && clock_ms() < end &&
	    cgi->wire.read(&cgi->wire, piece, sizeof piece) > 0)
		continue;
}

int
sess_cgi(const struct sess_app *app)
{
	struct cgi cgi = {
		.wire = { .read = cgi_read, .write = cgi_write },
		.wait = READ_WAIT,
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

/* cgi.c - the CGI door: one process, one request (RFC 3875). */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "body.h"
#include "exchange.h"

#define READ_WAIT 30000         /* ms: for the next piece of a body */
#define DRAIN_WAIT 1000         /* ms: the same, when nobody wants it */
#define DRAIN_MAX (16 << 20)    /* bytes of it */

extern char **environ;

struct cgi {
	struct wire wire;
	size_t got;             /* bytes of the body read so far */
	int wait;
};

/* The wire is the first member, so both have one address. */
static ssize_t
cgi_read(struct wire *wire, void *to, size_t n)
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
cgi_write(struct wire *wire, const void *bytes, size_t n)
{
	const char *from = bytes;
	ssize_t put;

	(void)wire;
	while (n > 0) {
		put = write(STDOUT_FILENO, from, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		from += put;
		n -= (size_t)put;
	}
	return true;
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

	if (body_length(&cgi->wire, &length) != SESS_OK)
		return;
	if (length > DRAIN_MAX)
		length = DRAIN_MAX;
	cgi->wait = DRAIN_WAIT;
	close(STDOUT_FILENO);
	while (cgi->got < length &&
	    cgi->wire.read(&cgi->wire, piece, sizeof piece) > 0)
		continue;
}

/* Whatever the server left closed must not become a database's handle. */
static bool
sane_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	return fd >= 0;
}

int
sess_cgi(const struct sess_app *app)
{
	struct cgi cgi = {
		.wire = { .vars = environ, .read = cgi_read,
			.write = cgi_write },
		.wait = READ_WAIT,
	};
	struct service sv;

	/* A reader that went, a disk that is full: errors, not our death. */
	if (!sane_descriptors() || signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		return EXIT_FAILURE;
	unsetenv("HTTP_PROXY");         /* httpoxy: for programs we start */
	cgi.wire.vars = environ;
	umask(077);
	if (service_init(&sv, app, &cgi.wire) == SESS_OK)
		serve(&sv, &cgi.wire);
	else
		refuse_all(&sv, &cgi.wire, SESS_ECONF);
	service_release(&sv);
	drain(&cgi);
	return EXIT_SUCCESS;
}

/* conn.c - a connection of a web server: bytes in, bytes out, until when. */
/* SPDX-License-Identifier: ISC */
#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conn.h"

#define WAIT 30000              /* ms: for a head, a body, a reader */
#define RATE 1024               /* bytes/s: as much longer as a body is long */
#define LINGER 1000             /* ms: for the server to stop sending */
#define LINGER_TIME 10000       /* ms: for all of it */
#define LINGER_MAX (64 << 20)   /* bytes of that: more than an upload has */
#define TURNS 64                /* reads, before the others get theirs */

int64_t
conn_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
conn_init(struct conn *c, int fd)
{
	c->fd = fd;
	fcgi_request_init(&c->request);
	c->vars = NULL;
	c->asked = c->tells = c->broken = c->lingers = c->kept = false;
	c->told = 0;
	c->weight = c->dropped = 0;
	c->since = conn_now();
	c->until = c->since + WAIT;
}

bool
conn_is_idle(const struct conn *c)
{
	return c->since == CONN_NEVER;
}

/* ---- out --------------------------------------------------------------- */

static bool
can_write(const struct conn *c, int ms)
{
	struct pollfd p = { .fd = c->fd, .events = POLLOUT };
	int n;

	while ((n = poll(&p, 1, ms)) < 0 && errno == EINTR)
		continue;
	return n == 1;
}

/* A peer that takes no bytes for so many ms is gone. */
static bool
flush(struct conn *c, struct conn_io *io, int ms)
{
	size_t sent = 0;
	ssize_t n;

	while (!c->broken && sent < io->out.n) {
		n = send(c->fd, io->out.bytes + sent, io->out.n - sent,
		    MSG_NOSIGNAL);
		if (n > 0)
			sent += (size_t)n;
		else if (errno != EINTR && (errno != EAGAIN ||
		    !can_write(c, ms)))
			c->broken = true;
	}
	explicit_bzero(io->out.bytes, io->out.n);
	io->out.n = 0;
	return !c->broken;
}

bool
conn_flush(struct conn *c, struct conn_io *io)
{
	return flush(c, io, WAIT);
}

/* ---- the end ----------------------------------------------------------- */

/*
 * A server may still be sending what nobody reads, and would take a connection
 * that closes for a failure.  All that we had to say is out already.
 */
static enum conn_next
leave(struct conn *c)
{
	if (c->broken || shutdown(c->fd, SHUT_WR) != 0)
		return CONN_OVER;
	c->lingers = true;
	c->since = conn_now();
	c->until = c->since + LINGER;
	return CONN_WAITS;
}

static enum conn_next
linger(struct conn *c, struct conn_io *io, bool late)
{
	int64_t last = c->since + LINGER_TIME;
	ssize_t n = 0;
	int turn;

	for (turn = 0; turn < TURNS && c->dropped < LINGER_MAX; turn++) {
		conn_io_wipe(io);
		if ((n = recv(c->fd, io->in, sizeof io->in, 0)) <= 0)
			break;
		io->got = (size_t)n;
		c->dropped += io->got;
	}
	if (n == 0 || (n < 0 && errno != EAGAIN) || (turn == 0 && late) ||
	    c->dropped >= LINGER_MAX)
		return CONN_OVER;
	c->until = conn_now() + LINGER < last ? conn_now() + LINGER : last;
	return CONN_WAITS;
}

/* There is nothing to answer, but an end to be told. */
static enum conn_next
give_up(struct conn *c, struct conn_io *io)
{
	if (c->request.id != 0)
		outbox_end_request(&io->out, c->request.id, REQUEST_COMPLETE);
	flush(c, io, 0);
	return leave(c);
}

/* ---- in ---------------------------------------------------------------- */

static enum conn_next
after(struct conn *c, struct conn_io *io)
{
	const struct fcgi_request *r = &c->request;

	switch (r->state) {
	case FCGI_WHOLE:
	case FCGI_BAD_PARAMS:
		return CONN_READY;
	case FCGI_BODY:
		if (r->failed != 0 || spool_is_full(&r->body))
			return CONN_READY;
		return c->asked || io->at < io->got ? CONN_WAITS : CONN_ASK;
	case FCGI_BROKEN:
		return give_up(c, io);
	default:
		return CONN_WAITS;
	}
}

/* What the bytes that are here make of it. */
static enum conn_next
feed(struct conn *c, struct conn_io *io)
{
	const unsigned char *end = io->in + io->got, *at = io->in + io->at;
	enum conn_next next;

	do {
		at = fcgi_request_feed(&c->request, at, end, &io->out);
		io->at = (size_t)(at - io->in);
		if (io->out.n > 0 && !flush(c, io, 0))
			return CONN_OVER;
		next = after(c, io);
	} while (next == CONN_WAITS && !c->lingers && at != end);
	return next;
}

void
conn_io_wipe(struct conn_io *io)
{
	explicit_bzero(io->in, io->got);
	io->at = io->got = 0;
}

static bool
fill(struct conn *c, struct conn_io *io)
{
	ssize_t n;

	conn_io_wipe(io);
	while ((n = recv(c->fd, io->in, sizeof io->in, 0)) < 0 &&
	    errno == EINTR)
		continue;
	if (n == 0)
		errno = ECONNRESET;
	io->got = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/*
 * No more will come: the program is to say so of a body, and the rest is not
 * worth an answer.
 */
static enum conn_next
cut_off(struct conn *c, struct conn_io *io, int why)
{
	if (c->request.state == FCGI_BODY) {
		c->request.failed = why;
		return CONN_READY;
	}
	if (c->request.state == FCGI_SKIP)
		return leave(c);
	return c->request.state == FCGI_HEAD ? give_up(c, io) : CONN_OVER;
}

/*
 * The longer a body is, the longer it may take, but not for ever; and some of it
 * must come every now and then, as others wait for the room that it takes.
 */
static int64_t
body_until(const struct conn *c, int64_t now)
{
	int64_t all = c->since + WAIT +
	    (int64_t)c->request.body.n * 1000 / RATE;

	return all < now + WAIT ? all : now + WAIT;
}

static enum conn_next
wait_for_more(struct conn *c)
{
	enum fcgi_state state = c->request.state;
	int64_t now = conn_now();

	if (state == FCGI_IDLE && c->kept)
		c->since = CONN_NEVER;
	else if (conn_is_idle(c))
		c->since = now;
	if (conn_is_idle(c))
		c->until = CONN_NEVER;
	else if (state == FCGI_BODY)
		c->until = body_until(c, now);
	else
		c->until = c->since + (state == FCGI_SKIP ? LINGER : WAIT);
	return CONN_WAITS;
}

enum conn_next
conn_advance(struct conn *c, struct conn_io *io, bool late)
{
	size_t had = c->request.body.n;
	bool was_idle = conn_is_idle(c);
	enum conn_next next;
	int turn;

	if (c->lingers)
		return linger(c, io, late);
	for (turn = 0; (next = feed(c, io)) == CONN_WAITS && !c->lingers;
	    turn++) {
		if (turn == TURNS)
			break;
		if (fill(c, io))
			continue;
		if (errno != EAGAIN)
			return cut_off(c, io, errno);
		break;
	}
	if (next != CONN_WAITS || c->lingers)
		return next;
	/* Any bytes would do to hold a thread; only a body's earn it time. */
	if (late && !(was_idle && turn > 0) && c->request.body.n == had)
		return cut_off(c, io, ETIMEDOUT);
	return wait_for_more(c);
}

/* ---- between two requests ---------------------------------------------- */

static void
forget_vars(struct conn *c)
{
	free(c->vars);
	c->vars = NULL;
}

enum conn_next
conn_answered(struct conn *c, struct conn_io *io)
{
	struct fcgi_request *r = &c->request;
	bool whole = r->state == FCGI_WHOLE;
	bool keep = r->keep && r->failed == 0 && r->state != FCGI_BAD_PARAMS;

	outbox_end_stream(&io->out, RECORD_STDOUT, r->id);
	outbox_end_request(&io->out, r->id, REQUEST_COMPLETE);
	if (!conn_flush(c, io) || (whole && !keep))
		return CONN_OVER;
	if (!keep)
		return leave(c);
	forget_vars(c);
	fcgi_request_answered(r);
	c->asked = c->tells = false;
	c->kept = true;
	c->since = whole ? CONN_NEVER : conn_now();
	return io->at < io->got ? conn_advance(c, io, false) :
	    wait_for_more(c);
}

void
conn_close(struct conn *c)
{
	close(c->fd);
	c->fd = -1;
	forget_vars(c);
	fcgi_request_release(&c->request);
}

/*
 * talk.c - FastCGI 1.0 on one connection, one request after another.
 *
 * What comes is looked at record by record before libfcgi gets it (fcgx.h):
 * that waits without a deadline, and there are records that make it write
 * beyond a buffer or abort.  See ARCHITECTURE.md.
 */
#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "talk.h"

#define VALUES_MAX 512          /* bytes of FCGI_GET_VALUES that are looked at */
#define HURRY 1000              /* ms: for a head, by who is told to end */
#define LINGER 1000             /* ms: for the server to stop sending */
#define LINGER_MAX (64 << 20)   /* bytes of that: more than an upload has */
#define LINGER_TIME 10000       /* ms: for all of it */

/* F 8: the types of records, roles and protocol statuses. */
enum {
	BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDIN = 5,
	GET_VALUES = 9, GET_VALUES_RESULT = 10, UNKNOWN_TYPE = 11
};
enum { REQUEST_COMPLETE = 0, CANT_MPX_CONN = 1, UNKNOWN_ROLE = 3 };

#define HEADER 8                /* bytes; also those of most bodies */
#define KEEP_CONN 1

struct record {
	unsigned type, id;
};

/* ---- bytes ------------------------------------------------------------- */

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
patience(struct talk *t, int ms)
{
	t->until = now() + ms;
}

/* Who is told to end finishes what has begun, but not what may never begin. */
static void
hurry(struct talk *t)
{
	t->hurried = true;
	if (t->vars == NULL && t->until > now() + HURRY)
		patience(t, HURRY);
}

static bool
wait_for(struct talk *t, short what)
{
	struct pollfd fds[2] = { { .fd = t->fd, .events = what },
		{ .fd = t->told_to_end, .events = POLLIN } };
	int64_t left;
	int n;

	for (;;) {
		if ((left = t->until - now()) <= 0)
			return false;
		if (t->hurried)
			fds[1].fd = -1;
		n = poll(fds, 2, (int)left);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0 && fds[0].revents != 0)
			return true;
		if (n > 0 && fds[1].revents != 0)
			hurry(t);
	}
}

static bool
fill(struct talk *t)
{
	ssize_t n;

	while ((n = recv(t->fd, t->in, sizeof t->in, 0)) < 0)
		if (errno != EINTR && (errno != EAGAIN || !wait_for(t, POLLIN)))
			break;
	t->at = 0;
	t->got = n > 0 ? (size_t)n : 0;
	return n > 0;
}

static bool
flush(struct talk *t)
{
	int64_t until = t->until;
	size_t sent = 0;
	ssize_t n;

	patience(t, t->wait);
	while (!t->broken && sent < t->filled) {
		n = send(t->fd, t->out + sent, t->filled - sent, MSG_NOSIGNAL);
		if (n > 0) {
			sent += (size_t)n;
			patience(t, t->wait);
		} else if (errno != EINTR &&
		    (errno != EAGAIN || !wait_for(t, POLLOUT)))
			t->broken = true;
	}
	t->filled = 0;
	t->until = until;
	return !t->broken;
}

/* Some of n bytes; to NULL: they are dropped.  0: it broke. */
static size_t
take(struct talk *t, void *to, size_t n)
{
	if (n == 0 || (t->at == t->got && !fill(t)))
		return 0;
	if (n > t->got - t->at)
		n = t->got - t->at;
	if (to != NULL)
		memcpy(to, t->in + t->at, n);
	t->at += n;
	return n;
}

static bool
take_all(struct talk *t, void *to, size_t n)
{
	unsigned char *at = to;
	size_t some;

	for (; n > 0; n -= some) {
		if ((some = take(t, at, n)) == 0)
			return false;
		if (at != NULL)
			at += some;
	}
	return true;
}

/* ---- records out ------------------------------------------------------- */

/* Of at most sizeof t->out - HEADER bytes; goes out with the next flush. */
static bool
put(struct talk *t, unsigned type, unsigned id, const void *content, size_t n)
{
	const unsigned char header[HEADER] = { 1, (unsigned char)type,
		(unsigned char)(id >> 8), (unsigned char)id,
		(unsigned char)(n >> 8), (unsigned char)n };

	if (sizeof t->out - t->filled < HEADER + n && !flush(t))
		return false;
	memcpy(t->out + t->filled, header, HEADER);
	if (n > 0)
		memcpy(t->out + t->filled + HEADER, content, n);
	t->filled += HEADER + n;
	return !t->broken;
}

static bool
put_end(struct talk *t, unsigned id, unsigned char status)
{
	const unsigned char body[HEADER] = { [4] = status };

	return put(t, END_REQUEST, id, body, sizeof body);
}

/* What libfcgi has to say.  Where nobody listens it is dropped. */
static bool
pass_on(struct talk *t)
{
	while ((t->filled = fcgx_take(t->fcgx, t->out, sizeof t->out)) > 0)
		flush(t);
	return !t->broken;
}

/* ---- names and values -------------------------------------------------- */

struct pair {
	const unsigned char *name, *value;
	size_t nlen, vlen;
};

static bool
length(const unsigned char **at, const unsigned char *end, size_t *n)
{
	const unsigned char *p = *at;

	if (p == end || (*p >= 0x80 && end - p < 4))
		return false;
	*at += *p < 0x80 ? 1 : 4;
	*n = *p < 0x80 ? *p : (size_t)(*p & 0x7f) << 24 |
	    (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	return true;
}

/* F 3.4.  False: the bytes end before the pair does. */
static bool
pair(const unsigned char **at, const unsigned char *end, struct pair *p)
{
	if (!length(at, end, &p->nlen) || !length(at, end, &p->vlen) ||
	    p->nlen > (size_t)(end - *at) ||
	    p->vlen > (size_t)(end - *at) - p->nlen)
		return false;
	p->name = *at;
	p->value = p->name + p->nlen;
	*at = p->value + p->vlen;
	return true;
}

/* What C cannot tell from another variable is none. */
static bool
is_variable(const struct pair *p)
{
	return p->nlen > 0 && memchr(p->name, '\0', p->nlen) == NULL &&
	    memchr(p->name, '=', p->nlen) == NULL &&
	    (p->vlen == 0 || memchr(p->value, '\0', p->vlen) == NULL);
}

static bool
are_variables(const struct talk *t)
{
	const unsigned char *at = t->params, *end = at + t->nparams;
	struct pair p;

	while (at != end)
		if (!pair(&at, end, &p) || !is_variable(&p))
			return false;
	return true;
}

/* ---- records in -------------------------------------------------------- */

/* F 4.1: of what a server may ask, the one answer that is always true. */
static bool
get_values(struct talk *t)
{
	static const char name[] = "FCGI_MPXS_CONNS";
	static const char answer[] = "\017\001FCGI_MPXS_CONNS0";
	unsigned char asked[VALUES_MAX];
	const unsigned char *at = asked, *end;
	size_t n = t->left <= sizeof asked ? t->left : 0, len = 0;
	struct pair p;

	if (!take_all(t, asked, n))
		return false;
	t->left -= n;
	end = at + n;
	while (at != end && pair(&at, end, &p))
		if (p.nlen == sizeof name - 1 &&
		    memcmp(p.name, name, p.nlen) == 0)
			len = sizeof answer - 1;
	return put(t, GET_VALUES_RESULT, 0, answer, len) && flush(t);
}

static bool
manage(struct talk *t, unsigned type)
{
	const unsigned char body[HEADER] = { (unsigned char)type };

	if (type == GET_VALUES)
		return get_values(t);
	return put(t, UNKNOWN_TYPE, 0, body, sizeof body) && flush(t);
}

static bool
begin(struct talk *t, unsigned id)
{
	unsigned char body[HEADER];
	unsigned role;

	if (t->id == id || t->left != sizeof body)
		return false;
	if (t->id != 0)
		return put_end(t, id, CANT_MPX_CONN) && flush(t);
	if (!take_all(t, body, sizeof body))
		return false;
	t->left = 0;
	role = (unsigned)body[0] << 8 | body[1];
	if (role != FCGX_RESPONDER && role != FCGX_AUTHORIZER) {
		if (put_end(t, id, UNKNOWN_ROLE))
			flush(t);
		return false;
	}
	t->id = id;
	t->keep = (body[2] & KEEP_CONN) != 0;
	t->has_body = role == FCGX_RESPONDER;
	return true;
}

/* Behind what is left of the record before. */
static bool
next_record(struct talk *t, struct record *r)
{
	unsigned char h[HEADER];

	if (!take_all(t, NULL, t->left + t->padding) ||
	    !take_all(t, h, sizeof h) || h[0] != 1)
		return false;
	*r = (struct record){ h[1], (unsigned)h[2] << 8 | h[3] };
	t->left = (size_t)h[4] << 8 | h[5];
	t->padding = h[6];
	return true;
}

/*
 * The next record of this type.  Of this request there may be no other: what
 * is out of order, and FCGI_ABORT_REQUEST, end it.
 */
static bool
next(struct talk *t, unsigned type)
{
	struct record r;

	while (next_record(t, &r)) {
		if (r.id == 0) {
			if (!manage(t, r.type))
				break;
		} else if (r.type == BEGIN_REQUEST) {
			if (!begin(t, r.id))
				break;
			if (type == BEGIN_REQUEST && t->id == r.id)
				return true;
		} else if (t->id != 0 && r.id == t->id) {
			if (r.type == type)
				return true;
			break;
		}
	}
	t->keep = false;
	return false;
}

/* Room for n more bytes of parameters, in steps that double. */
static bool
make_room(struct talk *t, size_t n)
{
	size_t room = 2 * (t->nparams + n);
	void *more;

	if (n > FCGX_PARAMS_MAX - t->nparams)
		return false;
	if (t->nparams + n <= t->room)
		return true;
	if ((more = realloc(t->params, room)) == NULL)
		return false;
	t->params = more;
	t->room = room;
	return true;
}

/* ---- one request ------------------------------------------------------- */

static void
forget(struct talk *t)
{
	free(t->params);
	t->params = NULL;
	t->vars = NULL;
	t->nparams = t->room = 0;
	t->id = 0;
	t->keep = false;
}

/* Hand it over: from now on libfcgi speaks for this request. */
static bool
hand_over(struct talk *t, const void *params, size_t n)
{
	t->vars = fcgx_begin(t->fcgx, t->has_body ? FCGX_RESPONDER :
	    FCGX_AUTHORIZER, t->id, params, n, !t->all_read);
	return t->vars != NULL;
}

/* Mostly there is no body, and the end of it has come with the rest. */
static bool
look_at_body(struct talk *t)
{
	t->all_read = !t->has_body;
	if (t->all_read || t->got - t->at < t->padding + HEADER)
		return true;
	if (!next(t, STDIN))
		return false;
	t->all_read = t->left == 0;
	return true;
}

/* No server sends this: there is nobody to make a page for. */
static bool
refuse(struct talk *t)
{
	static const char page[] = "Status: 400 Bad Request\r\n"
	    "Content-Type: text/plain\r\n\r\nBad request\n";
	static const char why[] = "refused: parameters that are cut, have a "
	    "NUL or are over 64 KB";

	t->keep = false;
	if (hand_over(t, NULL, 0)) {
		talk_log(t, why);
		talk_write(t, page, sizeof page - 1);
		talk_end(t);
	}
	return false;
}

static bool
read_params(struct talk *t)
{
	while (next(t, PARAMS)) {
		if (t->left == 0 && !are_variables(t))
			return refuse(t);
		if (t->left == 0)
			return look_at_body(t) &&
			    hand_over(t, t->params, t->nparams);
		if (!make_room(t, t->left))
			return refuse(t);
		if (!take_all(t, t->params + t->nparams, t->left))
			return false;
		t->nparams += t->left;
		t->left = 0;
	}
	return false;
}

void
talk_init(struct talk *t, int fd, int told_to_end, int wait)
{
	memset(t, 0, offsetof(struct talk, in));
	t->fd = fd;
	t->told_to_end = told_to_end;
	t->wait = wait;
}

bool
talk_begin(struct talk *t, struct fcgx *fcgx)
{
	patience(t, t->wait);
	t->fcgx = fcgx;
	t->all_read = false;
	if (next(t, BEGIN_REQUEST) && read_params(t))
		return true;
	if (t->id != 0 && put_end(t, t->id, REQUEST_COMPLETE))
		flush(t);
	return false;
}

/* A piece of the body, or its end, for libfcgi. */
static bool
feed(struct talk *t)
{
	unsigned char piece[FCGX_PIECE_MAX];
	size_t n = 0;

	if (t->left == 0 && !next(t, STDIN))
		return false;
	t->all_read = t->left == 0;
	if (!t->all_read && (n = take(t, piece, t->left < sizeof piece ?
	    t->left : sizeof piece)) == 0)
		return false;
	t->left -= n;
	return fcgx_feed(t->fcgx, piece, n);
}

static ssize_t
read_body(struct talk *t, void *to, size_t n)
{
	ssize_t got;

	while ((got = fcgx_read(t->fcgx, to, n)) == 0 && !t->all_read)
		if (!feed(t))
			return -1;
	return got;
}

/* What is left of it, as far as it comes within so many ms. */
static void
skip_body(struct talk *t, int ms)
{
	size_t most = LINGER_MAX, n;

	patience(t, ms);
	while (!t->all_read && most > sizeof t->in) {
		if (t->left == 0 && !next(t, STDIN))
			return;
		if (t->left == 0)
			t->all_read = true;
		else if ((n = take(t, NULL, t->left)) == 0)
			return;
		else {
			t->left -= n;
			most -= n;
		}
	}
}

ssize_t
talk_read(struct talk *t, void *to, size_t n)
{
	patience(t, t->wait);
	return read_body(t, to, n);
}

bool
talk_write(struct talk *t, const void *bytes, size_t n)
{
	const char *from = bytes;
	size_t piece;

	for (; n > 0; from += piece, n -= piece) {
		piece = n < FCGX_PIECE_MAX ? n : FCGX_PIECE_MAX;
		if (!fcgx_write(t->fcgx, from, piece) || !pass_on(t))
			return false;
	}
	return true;
}

bool
talk_log(struct talk *t, const char *line)
{
	return strlen(line) < FCGX_PIECE_MAX && fcgx_log(t->fcgx, line) &&
	    pass_on(t);
}

bool
talk_end(struct talk *t)
{
	bool keep;

	fcgx_end(t->fcgx);
	keep = pass_on(t) && t->keep;
	skip_body(t, keep ? LINGER : 0);
	keep = keep && t->all_read;
	forget(t);
	return keep;
}

bool
talk_goes_on(const struct talk *t)
{
	return t->at < t->got;
}

/*
 * A server may still be sending what was refused, and would take a connection
 * that closes for a failure.  The answer is out already.
 */
void
talk_hang_up(struct talk *t)
{
	size_t most = LINGER_MAX;
	int64_t end = now() + LINGER_TIME;

	if (t->fd < 0)
		return;
	if (!t->all_read && shutdown(t->fd, SHUT_WR) == 0)
		for (patience(t, LINGER); most > sizeof t->in && now() < end &&
		    fill(t); patience(t, LINGER))
			most -= t->got;
	close(t->fd);
	t->fd = -1;
	forget(t);
}

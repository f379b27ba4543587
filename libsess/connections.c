/* connections.c - all connections of a process, and what they wait for. */
/* SPDX-License-Identifier: ISC */
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "connections.h"
#include "listen.h"

#define MOST_IDLE 128           /* kept between two requests */
#define MOST_PENDING 384        /* within a request that is not all there */
#define TICK 250                /* ms: how exact a deadline is */
#define PAUSE 100               /* ms: where no connection can be had */
#define HURRY 1000              /* ms: once told to end, for a head ... */
#define HURRY_BODY 10000        /* ms: ... and for a body */

/* ---- what epoll tells of ----------------------------------------------- */

static bool
listen_for(const struct connections *cs, const int *fd, uint32_t events)
{
	struct epoll_event e = { .events = events,
		.data.ptr = (void *)(uintptr_t)fd };

	return epoll_ctl(cs->events, EPOLL_CTL_ADD, *fd, &e) == 0;
}

/* Several processes wait at one socket, and one of them gets the call. */
bool
connections_init(struct connections *cs, int threads, int socket,
    int told_to_end)
{
	int flags = fcntl(socket, F_GETFL);

	*cs = (struct connections){ .socket = socket,
		.told_to_end = told_to_end, .events = -1, .ticks = -1,
		.lock = PTHREAD_MUTEX_INITIALIZER };
	/* A thread has one, and makes room for the one that it adds. */
	cs->n = MOST_IDLE + MOST_PENDING + 2 * (size_t)threads;
	cs->at = cs->top = calloc(cs->n, sizeof *cs->at);
	cs->events = epoll_create1(EPOLL_CLOEXEC);
	cs->ticks = timerfd_create(CLOCK_MONOTONIC,
	    TFD_CLOEXEC | TFD_NONBLOCK);
	return cs->at != NULL && flags >= 0 &&
	    fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0 &&
	    listen_for(cs, &cs->told_to_end, EPOLLIN) &&
	    listen_for(cs, &cs->ticks, EPOLLIN | EPOLLET) &&
	    listen_for(cs, &cs->socket, EPOLLIN | EPOLLEXCLUSIVE);
}

void
connections_release(struct connections *cs)
{
	free(cs->at);
	if (cs->events >= 0)
		close(cs->events);
	if (cs->ticks >= 0)
		close(cs->ticks);
}

/* One thread is to look for those whose time is up, in a moment. */
static void
tick(struct connections *cs)
{
	const struct itimerspec once = {
		.it_value = { .tv_nsec = TICK * 1000000L } };

	if (!cs->ticking)
		timerfd_settime(cs->ticks, 0, &once, NULL);
	cs->ticking = true;
}

/* That is an edge, and so wakes one thread; nobody has to read it. */
static void
ticked(struct connections *cs)
{
	pthread_mutex_lock(&cs->lock);
	cs->ticking = false;
	cs->next_look = 0;
	pthread_mutex_unlock(&cs->lock);
}

/* ---- who waits, with the lock held ------------------------------------- */

static void
count(struct connections *cs, const struct conn *c, size_t n)
{
	if (c->idle)
		cs->nidle += n;
	else
		cs->npending += n;
}

/* From now on it is the caller's. */
static void
claim(struct connections *cs, struct conn *c)
{
	c->waits = false;
	count(cs, c, (size_t)-1);
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Once told to end, nothing that may never come is waited for. */
static void
hurry(struct connections *cs, struct conn *c)
{
	if (!cs->ending)
		return;
	c->until = c->idle ? 0 : sooner(c->until, cs->ended +
	    (c->request.state == FCGI_BODY ? HURRY_BODY : HURRY));
	cs->next_look = 0;
}

/*
 * The one of all that wait within a request whose time is up first is given
 * up.  One that was given up already is no more room for anybody else.
 */
static bool
give_up_first(struct connections *cs)
{
	struct conn *found = NULL, *c;

	for (c = cs->at; c < cs->top; c++)
		if (c->waits && !c->idle && c->until > 0 && (found == NULL ||
		    c->until < found->until))
			found = c;
	if (found != NULL)
		found->until = cs->next_look = 0;
	return found != NULL;
}

static bool
arm(const struct connections *cs, struct conn *c)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLONESHOT,
		.data.ptr = c };
	int how = c->known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	c->known = true;
	return epoll_ctl(cs->events, how, c->fd, &e) == 0;
}

/*
 * Where too many wait, the one that has the least time left is given up for
 * the new one: somebody who holds them all cannot keep others out.
 */
static bool
add(struct connections *cs, struct conn *c)
{
	c->idle = conn_is_idle(c);
	if (c->idle && cs->nidle == MOST_IDLE)
		return false;
	if (!c->idle && cs->npending >= MOST_PENDING)
		give_up_first(cs);
	hurry(cs, c);
	c->waits = true;
	count(cs, c, 1);
	if (!arm(cs, c)) {
		claim(cs, c);
		return false;
	}
	if (!c->idle)
		tick(cs);
	return true;
}

bool
connections_wait(struct connections *cs, struct conn *c)
{
	bool waits;

	pthread_mutex_lock(&cs->lock);
	waits = add(cs, c);
	pthread_mutex_unlock(&cs->lock);
	return waits;
}

/* ---- the end ----------------------------------------------------------- */

/*
 * All threads are woken as long as the word to end is in the set.  It is taken
 * out while something is left to be done, and back in when the last one is.
 */
static void
end(struct connections *cs)
{
	struct conn *c;

	pthread_mutex_lock(&cs->lock);
	if (!cs->ending) {
		cs->ending = true;
		cs->ended = conn_now();
		tick(cs);
		epoll_ctl(cs->events, EPOLL_CTL_DEL, cs->socket, NULL);
		if (cs->nopen > 0)
			epoll_ctl(cs->events, EPOLL_CTL_DEL, cs->told_to_end,
			    NULL);
		for (c = cs->at; c < cs->top; c++)
			if (c->waits)
				hurry(cs, c);
	}
	pthread_mutex_unlock(&cs->lock);
}

/* ---- one more, one less ------------------------------------------------ */

/* There should always be room, see connections_init(); NULL: there is none. */
static struct conn *
take(struct connections *cs)
{
	struct conn *c = cs->at;

	pthread_mutex_lock(&cs->lock);
	while (c < cs->top && c->taken)
		c++;
	if (c == cs->at + cs->n) {
		pthread_mutex_unlock(&cs->lock);
		return NULL;
	}
	c->taken = true;
	c->known = false;
	if (c == cs->top)
		cs->top++;
	if (cs->nopen++ == 0 && cs->ending)     /* it came just before */
		epoll_ctl(cs->events, EPOLL_CTL_DEL, cs->told_to_end, NULL);
	pthread_mutex_unlock(&cs->lock);
	return c;
}

void
connections_drop(struct connections *cs, struct conn *c)
{
	conn_close(c);
	pthread_mutex_lock(&cs->lock);
	c->taken = false;
	if (--cs->nopen == 0 && cs->ending)
		listen_for(cs, &cs->told_to_end, EPOLLIN);
	pthread_mutex_unlock(&cs->lock);
}

/* No descriptor for a new one: somebody who holds many gives up one. */
static void
make_room(struct connections *cs)
{
	bool made;

	pthread_mutex_lock(&cs->lock);
	made = give_up_first(cs);
	pthread_mutex_unlock(&cs->lock);
	if (!made)
		poll(NULL, 0, PAUSE);
}

/* A new one; NULL: another process was faster, or there can be none now. */
static struct conn *
call(struct connections *cs)
{
	struct conn *c;
	int fd = listen_accept(cs->socket);

	if (fd < 0) {
		if (errno != EAGAIN && errno != ECONNABORTED)
			make_room(cs);
		return NULL;
	}
	if ((c = take(cs)) == NULL)
		close(fd);
	else
		conn_init(c, fd);
	return c;
}

/* ---- the next thing to do ---------------------------------------------- */

/* One whose time is up, with the lock held. */
static struct conn *
due(struct connections *cs)
{
	int64_t now = conn_now();
	struct conn *c;

	if (now < cs->next_look)
		return NULL;
	if (cs->npending > 0 || cs->ending)
		tick(cs);
	for (c = cs->at; c < cs->top; c++)
		if (c->waits && c->until <= now) {
			claim(cs, c);
			return c;
		}
	cs->next_look = now + TICK;
	return NULL;
}

/* False: there is nothing to wait for any more. */
static bool
look(struct connections *cs, struct conn **late)
{
	bool goes_on;

	pthread_mutex_lock(&cs->lock);
	*late = due(cs);
	goes_on = !cs->ending || cs->nopen > 0;
	pthread_mutex_unlock(&cs->lock);
	return goes_on;
}

bool
connections_ending(struct connections *cs)
{
	bool ending;

	pthread_mutex_lock(&cs->lock);
	ending = cs->ending;
	pthread_mutex_unlock(&cs->lock);
	return ending;
}

/* What epoll tells may be old: somebody else may have it, or nobody. */
static struct conn *
again(struct connections *cs, struct conn *c)
{
	bool waits;

	pthread_mutex_lock(&cs->lock);
	if ((waits = c->waits))
		claim(cs, c);
	pthread_mutex_unlock(&cs->lock);
	return waits ? c : NULL;
}

static struct conn *
wait_for_event(struct connections *cs)
{
	struct epoll_event e;

	if (epoll_wait(cs->events, &e, 1, -1) != 1)
		return NULL;
	if (e.data.ptr == &cs->socket)
		return call(cs);
	if (e.data.ptr == &cs->told_to_end)
		end(cs);
	else if (e.data.ptr == &cs->ticks)
		ticked(cs);
	else
		return again(cs, e.data.ptr);
	return NULL;
}

struct conn *
connections_next(struct connections *cs, bool *late)
{
	struct conn *c;

	while (look(cs, &c)) {
		if ((*late = c != NULL))
			return c;
		if ((c = wait_for_event(cs)) != NULL)
			return c;
	}
	return NULL;
}

/*
 * connections.h - all connections of a process: its threads wait here for the
 * next thing to do.
 *
 * A connection is either in the hands of one thread, or it waits here, without
 * one, for bytes or for its time.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_CONNECTIONS_H
#define SESS_CONNECTIONS_H

#include <pthread.h>

#include "conn.h"

struct connections {
	int socket;             /* new ones come from there */
	int told_to_end;        /* readable from then on */
	int events;             /* epoll(7) of all that is waited for */
	int ticks;              /* timerfd(2), for those whose time is up */
	pthread_mutex_t lock;   /* of what follows */
	struct conn *at, *top;  /* the first, and behind the last ever used */
	size_t n;               /* there is room for so many */
	size_t nopen, nidle, npending;
	bool ticking, ending;
	int64_t ended;          /* ms: since when it is so */
	int64_t next_look;
};

#define CONNECTIONS_NONE { .events = -1, .ticks = -1 }

/* False: no descriptor or memory.  Release takes that, and NONE, as well. */
bool connections_init(struct connections *, int threads, int socket,
    int told_to_end);
void connections_release(struct connections *);

/*
 * The next connection with something to do, from now on the caller's.  Late:
 * its time is up.  NULL: the program is told to end, and nothing is left to
 * do.
 */
struct conn *connections_next(struct connections *, bool *late);

/*
 * The caller has it no more: it waits until c->until.  False: it is the
 * caller's still, who is to drop it.
 */
bool connections_wait(struct connections *, struct conn *);

/* Is the program told to end? */
bool connections_ending(struct connections *);

/* It is closed. */
void connections_drop(struct connections *, struct conn *);

#endif

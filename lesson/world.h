/*
 * world.h - a small world for one step of the lesson: a site, and its time.
 *
 * The site is the real library with its real store, which lies in memory.
 * Requests come to it by a wire made of memory.  Its time stands still unless
 * it is turned, and its random numbers are the same each time, so a step that
 * is performed twice is the same twice.  It cannot reach the demo's store: it
 * knows none of its names, and gets none of the reader's variables.
 *
 * All that happens is captured: each request and answer as sent, the steps of
 * the exchange and its lines in the log.  What is captured belongs to the
 * world.  After a failure (no memory, or too much of it) all calls do nothing,
 * and world_failed() tells.  NULL, a world that could not be opened, has failed.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_WORLD_H
#define LESSON_WORLD_H

#include "sess.h"
#include "sess_trace.h"

#define WORLD_HOST "shop.example"
#define WORLD_BEGIN INT64_C(1767603600)         /* 2026-01-05 09:00 UTC */
#define WORLD_CAPTURES 16

struct world;

/* A request that a browser sends; the texts are borrowed for the call. */
struct message {
	const char *who;                /* "Ada": whose browser it is */
	const char *address;            /* from where: REMOTE_ADDR */
	const char *method;
	const char *target;             /* "/visits?name=Ada" */
	struct {
		const char *name, *value;
	} fields[16];                   /* in the order in which they are sent */
	size_t nfields;
	const char *form;               /* of a POST, or NULL */
	const char *from;               /* another site that causes it, or NULL */
	const char *cookie, *bearer;    /* of its fields: what is written in by
					   hand, from no jar; or NULL */
	const char *without;            /* "; HttpOnly": what is taken out of
					   the answer on its way, or NULL */
	bool lost;                      /* its answer never arrives */
};

struct capture {
	size_t number;                  /* among all of its world, from 1 */
	const char *who;
	int64_t at;                     /* when, by the world's clock */
	const char *method, *target;
	const char *request;            /* the head as sent, CR LF between */
	const char *form;               /* or "" */
	const char *from, *cookie, *bearer;     /* as of its message */
	int status;
	const char *answer;             /* the head as it arrived */
	const char *body;               /* or "" */
	const char *log;                /* its lines, or "" */
	bool lost;
	size_t meanwhile;               /* so many of the next captures came
					   while its program ran */
	const struct sess_trace_step *steps;
	size_t nsteps;
};

/*
 * `conf` has the settings that differ from the defaults; the store, clock,
 * random numbers, trace and log are the world's.  Worlds of the same number
 * draw the same.  NULL: no memory.
 */
struct world *world_open(const struct sess_app *site,
    const struct sess_conf *conf, unsigned number);
void world_close(struct world *);
bool world_failed(const struct world *);

int64_t world_now(const struct world *);
void world_wait(struct world *, int64_t seconds);

/* An exchange that never was. */
extern const struct capture world_nothing;

/*
 * One exchange.  Never NULL: after a failure it is world_nothing.  The last
 * WORLD_CAPTURES are all that a world may have.
 */
const struct capture *world_exchange(struct world *, const struct message *);

/*
 * While the next exchange runs, when its session is loaded and nothing of it
 * is saved, this is called, once: its own exchanges come at the same moment.
 */
void world_meanwhile(struct world *, void (*)(void *), void *arg);

/* What came before was only to set the stage: it is not shown. */
void world_forget(struct world *);

/* All of them, the first one first. */
const struct capture *world_captures(const struct world *, size_t *n);

/* Memory that goes with the world; NULL: none is left. */
void *world_alloc(struct world *, size_t n);
char *world_printf(struct world *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

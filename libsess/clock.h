/* clock.h - what time is it? */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_CLOCK_H
#define SESS_CLOCK_H

#include "sess.h"

/* Seconds since 1970-01-01 UTC, by the configuration's clock. */
int64_t clock_now(const struct sess_conf *);

/* Milliseconds since some moment: for how long something takes. */
int64_t clock_ms(void);

/* The same in microseconds. */
int64_t clock_us(void);

/* How many milliseconds are left until then, as poll(2) takes them; 0: none. */
int clock_left(int64_t end);

#ifdef SESS_TEST_HOOKS
/*
 * LIBSESS_TEST_HASTE in the environment: so many times faster goes clock_ms(),
 * and so much sooner is clock_left() over.
 *
 * A clock for programs under test: the file at `path` holds the time, or
 * "+n" or "-n" for so many seconds beside the system's.
 */
int64_t clock_of_file(void *path);
#endif

#endif

/* clock.h - what time is it? */
#ifndef SESS_CLOCK_H
#define SESS_CLOCK_H

#include "sess.h"

/* Seconds since 1970-01-01 UTC, by the configuration's clock. */
int64_t clock_now(const struct sess_conf *);

/* Milliseconds since some moment: for how long something takes. */
int64_t clock_ms(void);

#ifdef SESS_TEST_HOOKS
/*
 * A clock for programs under test: the file at `path` holds the time, or
 * "+n" or "-n" for so many seconds beside the system's.
 */
int64_t clock_of_file(void *path);
#endif

#endif

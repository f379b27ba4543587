/*
 * gate.h - one writer at a time, in the order they came, within a time.
 *
 * SQLite's own way to wait for the writer before you is to sleep and try
 * again, which starves: of 32 processes some waited two seconds.  A mutex in
 * a file that all of them map hands over in order.  It inherits priority,
 * because such a mutex is given by the kernel to the first who waits instead
 * of to the first who runs (measured: 3 ms at most instead of 89 with flock,
 * at the same rate), and is robust, because a holder may be killed.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_GATE_H
#define SESS_GATE_H

#include "sess.h"

struct gate {
	int fd;
	int slot;               /* that it has, or -1 */
	struct gate_file *file;
};

#define GATE_INIT { .fd = -1, .slot = -1 }

/*
 * In this file, which is open and private (place_open_beside()); the descriptor
 * is the gate's from now on.  SESS_ESTORE, with errno set.
 */
enum sess_err gate_open(struct gate *, int fd);
void gate_close(struct gate *);

/* SESS_ESTORE after so many seconds (at least: it waits that long). */
enum sess_err gate_enter(struct gate *, int64_t seconds);
void gate_leave(struct gate *);

/*
 * One of as many slots as this machine has cores, for work that would slow
 * down everybody: SESS_EBUSY when none is free within a second.  It is given
 * back when its process ends.
 */
enum sess_err gate_slot_take(struct gate *);
void gate_slot_leave(struct gate *);

#endif

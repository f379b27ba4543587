/* gate.c - one writer at a time, in the order they came, within a time. */
/* SPDX-License-Identifier: ISC */
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "gate.h"

struct gate_file {
	pthread_mutex_t mutex;
};

static int
mutex_make(pthread_mutex_t *m)
{
	pthread_mutexattr_t attr;
	int err;

	if ((err = pthread_mutexattr_init(&attr)) != 0)
		return err;
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	err = pthread_mutex_init(m, &attr);
	pthread_mutexattr_destroy(&attr);
	return err;
}

static enum sess_err
map(struct gate *g)
{
	struct stat st;
	void *at;

	if (fstat(g->fd, &st) != 0)
		return SESS_ESTORE;
	if (st.st_size < (off_t)sizeof *g->file) {
		errno = EIO;    /* its maker died before the first step */
		return SESS_ESTORE;
	}
	at = mmap(NULL, sizeof *g->file, PROT_READ | PROT_WRITE, MAP_SHARED,
	    g->fd, 0);
	if (at == MAP_FAILED)
		return SESS_ESTORE;
	g->file = at;
	return SESS_OK;
}

/*
 * Each process that has the file open holds a shared flock on it.  A process
 * that gets it alone is the first since the last one left, or since the machine
 * started.  What the mutex says means nothing then, so it is initialised.  Its
 * bytes are written first: on a full disk, a mapped hole would be a SIGBUS.
 */
static enum sess_err
make_alone(struct gate *g)
{
	static const struct gate_file empty;
	ssize_t n = pwrite(g->fd, &empty, sizeof empty, 0);

	if (n >= 0 && n < (ssize_t)sizeof empty)
		errno = ENOSPC;
	if (n < (ssize_t)sizeof empty || map(g) != SESS_OK)
		return SESS_ESTORE;
	if ((errno = mutex_make(&g->file->mutex)) != 0)
		return SESS_ESTORE;
	return flock(g->fd, LOCK_SH) == 0 ? SESS_OK : SESS_ESTORE;
}

/* Alone, or with others; "neither" lasts as long as one makes the mutex. */
static enum sess_err
join(struct gate *g)
{
	const struct timespec pause = { .tv_nsec = 200000 };
	int tries;

	for (tries = 0; tries < 5000; tries++) {
		if (flock(g->fd, LOCK_EX | LOCK_NB) == 0)
			return make_alone(g);
		if (flock(g->fd, LOCK_SH | LOCK_NB) == 0)
			return map(g);
		nanosleep(&pause, NULL);
	}
	errno = EWOULDBLOCK;
	return SESS_ESTORE;
}

enum sess_err
gate_open(struct gate *g, int fd)
{
	int why;

	g->file = NULL;
	g->fd = fd;
	if (join(g) != SESS_OK) {
		why = errno;
		gate_close(g);
		errno = why;
		return SESS_ESTORE;
	}
	return SESS_OK;
}

void
gate_close(struct gate *g)
{
	if (g->file != NULL)
		munmap(g->file, sizeof *g->file);
	if (g->fd >= 0)
		close(g->fd);
	g->file = NULL;
	g->fd = -1;
}

enum sess_err
gate_enter(struct gate *g, int64_t seconds)
{
	struct timespec until;
	int err;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	err = pthread_mutex_timedlock(&g->file->mutex, &until);
	/* The holder died.  What it left undone, SQLite's log undoes. */
	if (err == EOWNERDEAD)
		err = pthread_mutex_consistent(&g->file->mutex);
	return err == 0 ? SESS_OK : SESS_ESTORE;
}

void
gate_leave(struct gate *g)
{
	pthread_mutex_unlock(&g->file->mutex);
}

/* ---- slots ------------------------------------------------------------- */

#define SLOT_WAIT_MS 1000
#define SLOT_LOOK_MS 5
#define SLOTS_AT 4096           /* bytes of the file, beyond the mutex */

/* A byte of the file each, with a lock that ends with its descriptor. */
static bool
slot_lock(struct gate *g, int slot, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET,
		.l_start = SLOTS_AT + slot, .l_len = 1 };

	return fcntl(g->fd, F_OFD_SETLK, &lock) == 0;
}

enum sess_err
gate_slot_take(struct gate *g)
{
	const struct timespec look = { .tv_nsec = SLOT_LOOK_MS * 1000000 };
	long slots = sysconf(_SC_NPROCESSORS_ONLN);
	int waited;

	slots = slots > 0 ? slots : 1;  /* not told */
	for (waited = 0; waited < SLOT_WAIT_MS; waited += SLOT_LOOK_MS) {
		for (g->slot = 0; g->slot < slots; g->slot++)
			if (slot_lock(g, g->slot, F_WRLCK))
				return SESS_OK;
		nanosleep(&look, NULL);
	}
	g->slot = -1;
	return SESS_EBUSY;
}

void
gate_slot_leave(struct gate *g)
{
	slot_lock(g, g->slot, F_UNLCK);
	g->slot = -1;
}

/*
 * ring.c - the steps of requests that redirected, kept for the next page.
 *
 * One head, then the slots.  Only the program that holds the lock reads or
 * writes.  A program that dies half way leaves a slot whose sum is wrong, and
 * such a slot is empty.
 */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ring.h"

#define MAGIC "sessring"
#define HEAD 4096               /* bytes before the first slot */
#define FILE_SIZE (HEAD + RING_SLOTS * RING_SLOT)
#define TRIES 100               /* of 2 ms: others hold the lock for less */

struct head {
	char magic[8];
	uint32_t slots, slot;   /* as in ring.h: another build has others */
	uint64_t next;          /* number of the next entry, from 1 */
};

struct slot {
	uint64_t number;        /* of the entry; 0: the slot is empty */
	int64_t at;             /* seconds since 1970 */
	struct ring_key key;
	uint32_t len;
	uint32_t sum;           /* of all this with sum = 0, and the text */
};

_Static_assert(sizeof(struct slot) + RING_TEXT_MAX <= RING_SLOT,
    "a text and its head are one slot");

static off_t
place(uint64_t number)
{
	return (off_t)(HEAD + number % RING_SLOTS * RING_SLOT);
}

/* FNV-1a: it finds what was written by half, and nobody's intent. */
static uint32_t
sum_of(uint32_t sum, const void *bytes, size_t n)
{
	const unsigned char *b = bytes;

	while (n-- > 0)
		sum = (sum ^ *b++) * 16777619;
	return sum;
}

static uint32_t
slot_sum(struct slot s, const char *text)
{
	s.sum = 0;
	return sum_of(sum_of(2166136261, &s, sizeof(s)), text, s.len);
}

/* ---- the file ------------------------------------------------------------ */

/* Does the file belong to this user alone, with no second name? */
static bool
is_ours(int fd, struct stat *st)
{
	return fstat(fd, st) == 0 && S_ISREG(st->st_mode) &&
	    st->st_uid == geteuid() && (st->st_mode & 077) == 0 &&
	    st->st_nlink == 1;
}

/* Never for long: a program that is stopped would stop all others. */
static bool
lock(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const struct timespec pause = { .tv_nsec = 2000000 };

	for (int i = 0; i < TRIES; i++) {
		if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static bool
write_head(int fd, const struct head *h)
{
	return pwrite(fd, h, sizeof(*h), 0) == (ssize_t)sizeof(*h);
}

/* The head; what is not a ring of this build is begun again. */
static bool
read_head(int fd, struct head *h)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_size == FILE_SIZE &&
	    pread(fd, h, sizeof(*h), 0) == (ssize_t)sizeof(*h) &&
	    memcmp(h->magic, MAGIC, sizeof(h->magic)) == 0 &&
	    h->slots == RING_SLOTS && h->slot == RING_SLOT &&
	    h->next > 0 && h->next < UINT64_MAX)
		return true;
	*h = (struct head){ .slots = RING_SLOTS, .slot = RING_SLOT,
		.next = 1 };
	memcpy(h->magic, MAGIC, sizeof(h->magic));
	return ftruncate(fd, 0) == 0 && ftruncate(fd, FILE_SIZE) == 0 &&
	    write_head(fd, h);
}

/* Opened and locked, until it is closed; -1: it is not to be had. */
static int
ring_open(const char *path, struct head *h)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
	    O_NONBLOCK | O_NOCTTY, 0600);

	if (fd < 0)
		return -1;
	if (is_ours(fd, &st) && lock(fd) && read_head(fd, h))
		return fd;
	close(fd);
	return -1;
}

/* ---- entries ------------------------------------------------------------- */

/* Is this entry one of the key, and not too old? */
static bool
is_for(const struct slot *s, const struct ring_key *key, int64_t now)
{
	if (s->number == 0 || s->len == 0 || s->len > RING_TEXT_MAX ||
	    s->at > now || s->at < now - RING_LIFE)
		return false;
	if (s->key.session != 0)
		return s->key.session == key->session;
	return s->key.browser == key->browser;
}

/* The oldest slot for the key; false: there is none. */
static bool
find(int fd, const struct ring_key *key, int64_t now, struct slot *oldest)
{
	struct slot s;

	oldest->number = 0;
	for (uint64_t i = 0; i < RING_SLOTS; i++)
		if (pread(fd, &s, sizeof(s), place(i)) == (ssize_t)sizeof(s) &&
		    is_for(&s, key, now) && s.number % RING_SLOTS == i &&
		    (oldest->number == 0 || s.number < oldest->number))
			*oldest = s;
	return oldest->number != 0;
}

/* False: it is there as before. */
static bool
empty(int fd, const struct slot *s)
{
	static const struct slot none;

	return pwrite(fd, &none, sizeof(none), place(s->number)) ==
	    (ssize_t)sizeof(none);
}

static bool
write_slot(int fd, struct slot *s, const char *text)
{
	off_t at = place(s->number);

	s->sum = slot_sum(*s, text);
	return pwrite(fd, s, sizeof(*s), at) == (ssize_t)sizeof(*s) &&
	    pwrite(fd, text, s->len, at + (off_t)sizeof(*s)) ==
	    (ssize_t)s->len;
}

bool
ring_put(const char *path, const struct ring_key *key, int64_t now,
    bool first, const char *text, size_t len)
{
	struct slot old, s = { .at = now, .key = *key, .len = (uint32_t)len };
	struct head h;
	bool done;
	int fd;

	if (len == 0 || len > RING_TEXT_MAX ||
	    (fd = ring_open(path, &h)) < 0)
		return false;
	while (first && find(fd, key, now, &old) && empty(fd, &old))
		;
	s.number = h.next++;
	done = write_head(fd, &h) && write_slot(fd, &s, text);
	close(fd);
	return done;
}

static bool
read_slot(int fd, const struct slot *s, char *text)
{
	return pread(fd, text, s->len, place(s->number) +
	    (off_t)sizeof(*s)) == (ssize_t)s->len &&
	    s->sum == slot_sum(*s, text);
}

size_t
ring_take(const char *path, const struct ring_key *key, int64_t now,
    char text[RING_TEXT_MAX + 1])
{
	struct head h;
	struct slot s;
	size_t len = 0;
	int fd = ring_open(path, &h);

	if (fd < 0)
		return 0;
	while (len == 0 && find(fd, key, now, &s)) {
		if (read_slot(fd, &s, text))
			len = s.len;
		if (!empty(fd, &s))
			break;          /* the next page shows it again */
	}
	text[len] = '\0';
	close(fd);
	return len;
}

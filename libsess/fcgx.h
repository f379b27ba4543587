/*
 * fcgx.h - libfcgi, at the other end of a pair of sockets.
 *
 * It makes records of an answer, and hears nothing of a request: so nothing
 * that a visitor sends can keep it waiting, make it write where it should not,
 * or stay in its memory.  What it has to say is taken here and passed on.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_FCGX_H
#define SESS_FCGX_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that are written at once, and then have to be taken. */
#define FCGX_PIECE_MAX (16 * 1024)

struct fcgx;

/* Once in a process, before its threads. */
bool fcgx_init(void);

struct fcgx *fcgx_new(void);            /* NULL: no memory, no descriptor */
void fcgx_free(struct fcgx *);

/*
 * Another one in its place, if this one has failed.  Where there can be no
 * other it stays.
 */
void fcgx_mend(struct fcgx **);

/* From now on it speaks for the request with this number. */
void fcgx_begin(struct fcgx *, unsigned id);

/* A piece of the answer. */
bool fcgx_write(struct fcgx *, const void *, size_t n);

/*
 * A line for the server's log, without its end.  Servers make an entry of each
 * record; up to 503 bytes a line is in one.
 */
bool fcgx_log(struct fcgx *, const char *line);

/* The answer is complete, and nothing of it stays in libfcgi's memory. */
bool fcgx_end(struct fcgx *);

/* Up to n bytes for the server; fewer: these are all, for now. */
size_t fcgx_take(struct fcgx *, void *, size_t n);

#endif

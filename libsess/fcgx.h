/*
 * fcgx.h - libfcgi, at the other end of a pair of sockets.
 *
 * It speaks FastCGI for us, and hears no more than talk.c has looked at: so
 * nothing that it reads can keep it waiting, or make it write where it should
 * not.  What it has to say to the server is taken here and passed on.
 */
#ifndef SESS_FCGX_H
#define SESS_FCGX_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

/* Bytes that the pair can hold, of parameters and of a piece. */
#define FCGX_PARAMS_MAX 65535           /* in one record */
#define FCGX_PIECE_MAX (16 * 1024)

enum fcgx_role { FCGX_RESPONDER = 1, FCGX_AUTHORIZER = 2 };     /* F 6 */

struct fcgx;

/* Once in a process, before its threads. */
bool fcgx_init(void);

struct fcgx *fcgx_new(void);            /* NULL: no memory */
void fcgx_free(struct fcgx *);

/*
 * A request: its id and its parameters, as names and values with their lengths
 * (F 3.4) that are known to be right; is a body to come?  The variables, or
 * NULL: there is none.
 */
char **fcgx_begin(struct fcgx *, enum fcgx_role, unsigned id,
    const void *params, size_t n, bool has_body);

/* A piece of its body comes, n 0: that was all; and is read, 0: the end. */
bool fcgx_feed(struct fcgx *, const void *, size_t n);
ssize_t fcgx_read(struct fcgx *, void *, size_t n);

/* A piece of its answer. */
bool fcgx_write(struct fcgx *, const void *, size_t n);

/*
 * A line for the server's log, without its end.  Servers make an entry of each
 * record; up to 503 bytes a line is in one.
 */
bool fcgx_log(struct fcgx *, const char *line);

/* The answer is complete. */
void fcgx_end(struct fcgx *);

/* Bytes for the server; 0: none. */
size_t fcgx_take(struct fcgx *, void *, size_t n);

#endif

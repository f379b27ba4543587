/* request.h - one request, read from the wire and parsed. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_REQUEST_H
#define SESS_REQUEST_H

#include "buf.h"
#include "log.h"
#include "pairs.h"
#include "pool.h"
#include "upload.h"
#include "wire.h"

struct sess_req {
	struct sess_wire *wire;
	struct pool *pool;
	const struct log *log;
	const char *method;
	const char *host, *address;     /* judged by the list of proxies */
	bool https;
	const char *peer;               /* REMOTE_ADDR as it came, or NULL */
	bool by_proxy;                  /* ... and it is in `proxies` */
	const char *forwarded;          /* what such a proxy sent and gives no
					   address, by its name, or NULL */
	struct buf body;                /* fields of a form */
	struct pairs query, field, cookie;
	struct uploads file;

	/* It is told how far the body is; total -1: nobody knows. */
	void (*progress)(void *arg, int64_t got, int64_t total);
	void *progress_arg;
};

void request_init(struct sess_req *, struct sess_wire *, struct pool *,
    const struct log *);
void request_release(struct sess_req *);

/*
 * Read and parse the whole request within the limits of the configuration;
 * `methods` are the program's, separated by blanks; NULL: another program
 * will answer, so each method is taken, and no body.  It takes `max_files`
 * uploads.  On an error (logged) the request can still be asked for its method
 * and variables.
 */
enum sess_err request_read(struct sess_req *, const struct sess_conf *,
    const char *methods, size_t max_files);

/* The same without its body. */
enum sess_err request_read_head(struct sess_req *, const struct sess_conf *,
    const char *methods);

/*
 * After that: how many bytes of its body will be read, as far as the variables
 * tell.  Where its length is unknown, one more than it may have.
 */
size_t request_body(const struct sess_req *, const struct sess_conf *,
    const char *methods);

/* GET, HEAD, OPTIONS and TRACE change nothing (RFC 9110, 9.2.1). */
bool request_safe(const struct sess_req *);

#endif

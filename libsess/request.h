/* request.h - one request, read from the wire and parsed. */
#ifndef SESS_REQUEST_H
#define SESS_REQUEST_H

#include "buf.h"
#include "log.h"
#include "pairs.h"
#include "pool.h"
#include "wire.h"

struct sess_req {
	struct sess_wire *wire;
	struct pool *pool;
	const struct log *log;
	const char *method;
	const char *host, *address;     /* judged by the list of proxies */
	bool https;
	struct buf body;                /* form bodies only */
	struct pairs query, field, cookie;
};

void request_init(struct sess_req *, struct sess_wire *, struct pool *,
    const struct log *);
void request_release(struct sess_req *);

/*
 * Read and parse the whole request within the limits of the configuration;
 * `methods` are the program's, separated by blanks; NULL: another program
 * will answer, so each method is taken, and no body.  On an error (logged)
 * the request can still be asked for its method and variables.
 */
enum sess_err request_read(struct sess_req *, const struct sess_conf *,
    const char *methods);

/* GET, HEAD, OPTIONS and TRACE change nothing (RFC 9110, 9.2.1). */
bool request_safe(const struct sess_req *);

#endif

/*
 * arrival.c - a body that is still coming: what its door may ask about it.
 *
 * The request is read once more when its body is there, and refused then.  So
 * nothing is said here: one line in the log is enough.
 */
/* SPDX-License-Identifier: ISC */
#include "body.h"
#include "exchange.h"

static void
drop_line(void *arg, const char *line)
{
	(void)arg;
	(void)line;
}

static const struct log quiet = { .line = drop_line };

/* All that can be known before the body; false: the request will be refused. */
static bool
read_head(struct exchange *x, struct sess_service *sv, struct sess_wire *wire)
{
	exchange_init(x, sv, wire);
	x->req.log = x->sess.log = &quiet;
	return sv->err == SESS_OK && mount_find(x) == SESS_OK &&
	    request_read_head(&x->req, &sv->conf, exchange_methods(x)) ==
	    SESS_OK;
}

size_t
sess_body_wanted(struct sess_service *sv, struct sess_wire *wire)
{
	struct exchange x;
	size_t n = 0;

	if (read_head(&x, sv, wire))
		n = request_body(&x.req, &sv->conf, exchange_methods(&x));
	exchange_release(&x);
	return n;
}

int
sess_body_file(struct sess_service *sv)
{
	return upload_file(sv->conf.upload_dir);
}

bool
sess_body_progress(struct sess_service *sv, struct sess_wire *wire,
    int64_t got)
{
	struct exchange x;
	size_t length;
	int64_t total = body_length(wire, &length) == SESS_OK ?
	    (int64_t)length : -1;
	bool heard;

	heard = read_head(&x, sv, wire) && !x.app->no_session &&
	    progress_early(&x, got, total);
	exchange_release(&x);
	return heard;
}

/*
 * health.c - what a monitor asks: 200 "ok" or 503 "broken".  See
 * fcgi/servers/monitors.md.
 */
/* SPDX-License-Identifier: ISC */
#include "apps.h"

static int
health(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	bool ok = sess_store_ok(s);

	(void)req;
	sess_res_header(res, "Content-Type", "text/plain");
	sess_res_puts(res, ok ? "ok\n" : "broken\n");
	return ok ? 200 : 503;
}

const struct sess_app health_app = { .handle = health, .no_session = true };

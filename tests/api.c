/*
 * api.c - a program for scripts of other origins, for the tests: it counts, and
 * its id travels in Authorization alone.
 */
/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <string.h>

#include "sess.h"

static int
api(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	sess_res_header(res, "Access-Control-Allow-Origin", "*");
	sess_res_header(res, "Access-Control-Allow-Headers", "Authorization");
	sess_res_header(res, "Access-Control-Expose-Headers",
	    "X-Session-Token");
	if (strcmp(sess_req_method(req), "OPTIONS") == 0)
		return 204;
	sess_res_header(res, "Content-Type", "application/json");
	sess_res_printf(res, "{\"n\":%" PRId64 "}\n", sess_add(s, "n", 1));
	return 200;
}

const struct sess_app api_app = {
	.handle = api, .methods = "GET HEAD POST OPTIONS",
	.conf = { .carry = SESS_BY_BEARER },
};

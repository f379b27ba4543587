/*
 * logout.c - end the session: on the server, not only in the browser.
 *
 * Only as a form (POST): a link or a picture on another site must not be able
 * to log a visitor out.  The form works also when its session is over: its
 * visitor may still be remembered, and walks away.
 */
/* SPDX-License-Identifier: ISC */
#include "input.h"
#include "page.h"

static int
logout(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_logout(s);
	return go_out(res);
}

const struct sess_app logout_app = {
	.handle = logout, .methods = "POST", .logout = true,
	.refused = page_refused
};

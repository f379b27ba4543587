/*
 * demo.c - all the demo pages in one program, below the path where the server
 * mounts it: /demo/visits, /demo/login and so on.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "apps.h"
#include "page.h"

static const struct sess_mount pages[] = {
	{ "account", &account_app },
	{ "billing", &billing_app },
	{ "cart", &cart_app },
	{ "devices", &devices_app },
	{ "drafts", &drafts_app },
#ifdef SESS_TEST_HOOKS           /* it shows what arrived: not installed */
	{ "echo", &echo_app },
#endif
	{ "health", &health_app },
	{ "index", &index_app },
	{ "lesson", &lesson_app },
	{ "login", &login_app },
	{ "logout", &logout_app },
	{ "password", &password_app },
	{ "prefs", &prefs_app },
	{ "shop", &shop_app },
	{ "signup", &signup_app },
	{ "visits", &visits_app },
	{ NULL, NULL }
};

/* A request for no page is led to the one that lists them. */
static int
demo(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	char where[1000];

	(void)s;
	snprintf(where, sizeof(where), "%s/index", sess_req_path(req));
	return sess_res_redirect(res, where);
}

const struct sess_app demo_app = {
	.handle = demo, .mounts = pages, .methods = "GET HEAD",
	.refused = page_refused
};

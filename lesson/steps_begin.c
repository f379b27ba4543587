/* steps_begin.c - from the first request to the first form. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lesson/pages.h"
#include "lesson/steps.h"

/* Two requests without a cookie: one visitor, or two? */
void
step_stateless(struct show *sh)
{
	struct browser *ada;
	const struct capture *first, *second;

	show_open(sh, &pages_site, NULL);
	ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	first = browser_get(ada, "/");
	second = browser_send(ada, &(struct visit){ .target = "/",
	    .typed = true });
	show_key(sh, second, SESS_STEP_REQUEST);
	show_claim(sh, "same", strcmp(first->request, second->request) == 0);
	show_claim(sh, "nothing", capture_field(sh, first, "Set-Cookie", 0) ==
	    NULL && capture_step(first, SESS_STEP_COMMIT, 0) == NULL);
	show_right(sh, strcmp(first->request, second->request) == 0 ? 3 : 1);
	show_code(sh, "home");
}

/* The first value that is set: an id is made, hashed, stored and sent. */
void
step_create(struct show *sh)
{
	struct browser *ada;
	const struct capture *c;
	const char *id;

	show_open(sh, &pages_site, NULL);
	ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	browser_get(ada, "/");
	c = browser_get(ada, "/visits");
	id = browser_cookie(ada, "__Host-sid");
	show_key(sh, c, SESS_STEP_COMMIT);
	show_claim(sh, "looked", sh->world != NULL);
	show_claim(sh, "hash", !capture_row_has(c, id));
	show_right(sh, capture_row_has(c, id) ? 1 : 2);
	show_code(sh, "visits");
	show_code(sh, "token");
	show_code(sh, "key");
}

/*
 * index.c - all pages of this site, as its reader finds them.
 */
/* SPDX-License-Identifier: ISC */
#include "page.h"

static int
index_page(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	return page_show(page_new(req, res, s, "index"), 200);
}

const struct sess_app index_app = {
	.handle = index_page, .methods = "GET HEAD", .refused = page_refused
};

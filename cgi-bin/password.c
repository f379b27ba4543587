/*
 * password.c - choose another password.
 *
 * The present one is asked for, since the browser may be somebody else's by
 * now; and all other sessions end, since the reason may be that somebody else
 * knew it.
 */
/* SPDX-License-Identifier: ISC */
#include "credentials.h"
#include "input.h"

static int
form(struct sess_req *req, struct sess_res *res, struct sess *s,
    enum sess_err err)
{
	struct page *p = page_new(req, res, s, "password");

	if (err == SESS_EINVAL)
		credentials_why(p, sess_user(s), "new",
		    sess_req_field(req, "new"));
	return credentials_show(p, s, err, "current");
}

static int
password(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	enum sess_err err;

	if (sess_user(s) == NULL)
		return go_login(res, s, "password");
	if (!input_is_post(req))
		return form(req, res, s, SESS_OK);
	err = sess_account_password(s, sess_req_field(req, "current"),
	    sess_req_field(req, "new"));
	if (err != SESS_OK)
		return form(req, res, s, err);
	page_flash(req, s, "password.done");
	sess_commit(s);         /* now: where links carry the id, the new one */
	return go_to(res, s, "account");
}

const struct sess_app password_app = {
	.handle = password, .refused = page_refused
};

/*
 * signup.c - make an account, and be logged in to it.
 *
 * That a name is taken is told here, since nobody can choose one otherwise: so
 * all tries are counted, also those that come to nothing.
 */
/* SPDX-License-Identifier: ISC */
#include "credentials.h"
#include "input.h"

#define SIGNUPS_MAX 10          /* of one address ... */
#define SIGNUPS_PERIOD 3600     /* ... in so many seconds */

static enum sess_err
create(struct sess_req *req, struct sess *s, const char *user,
    const char *password)
{
	if (sess_limit(s, "signup", NULL, SIGNUPS_MAX, SIGNUPS_PERIOD) > 0)
		return SESS_ETRIES;
	/* or a stranger could take the name of one who has not moved yet */
	if (!credentials_move(req, s, user))
		return SESS_ESTORE;
	return sess_account_create(s, user, password);
}

static int
form(struct sess_req *req, struct sess_res *res, struct sess *s,
    enum sess_err err)
{
	struct page *p = page_new(req, res, s, "signup");
	const char *user = sess_req_field(req, "user");

	page_text(p, "typed", user);
	credentials_next(p, req, s, "login");
	if (err == SESS_EINVAL)
		credentials_why(p, user, "password",
		    sess_req_field(req, "password"));
	return credentials_show(p, s, err, NULL);
}

static int
signup(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *user = sess_req_field(req, "user");
	enum sess_err err;

	if (!input_is_post(req))
		return form(req, res, s, SESS_OK);
	err = create(req, s, user, sess_req_field(req, "password"));
	if (err != SESS_OK)
		return form(req, res, s, err);
	sess_login(s, user);
	sess_commit(s);         /* now: where links carry the id, the new one */
	return go_to(res, s, sess_next(req, "drafts"));
}

const struct sess_app signup_app = {
	.handle = signup, .refused = page_refused
};

/*
 * login.c - prove who you are; and once more, before what is dangerous.
 *
 * One call makes the session yours: sess_account_login().  The session gets a
 * new id, so that an id somebody slipped to you before (session fixation) is
 * worth nothing; what you had in it, such as a cart, comes along.
 *
 * A page that wants to be sure that it is still you (sess_fresh()) sends you
 * to login?again=1: the password alone is asked for then (step-up).
 */
/* SPDX-License-Identifier: ISC */
#include "credentials.h"
#include "input.h"

static bool
is_again(const struct sess_req *req, const struct sess *s)
{
	return sess_user(s) != NULL &&
	    (sess_req_query(req, "again") != NULL ||
	    sess_req_field(req, "again") != NULL);
}

/* The form; again after a wrong password, with all that was typed but that. */
static int
form(struct sess_req *req, struct sess_res *res, struct sess *s,
    enum sess_err err)
{
	bool again = is_again(req, s);
	struct page *p = page_new(req, res, s, again ? "login-again" : "login");

	page_text(p, "typed", sess_req_field(req, "user"));
	page_bool(p, "remember", sess_req_field(req, "remember") != NULL);
	page_bool(p, "bye", sess_req_query(req, "bye") != NULL);
	page_bool(p, "ended", sess_ended(s));
	page_bool(p, "stashed", sess_get(s, "saved.text") != NULL);
	credentials_next(p, req, s, "signup");
	return credentials_show(p, s, err, again ? "password" : NULL);
}

static int
enter(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (sess_req_field(req, "remember") != NULL)
		sess_remember(s);
	sess_commit(s);         /* now: where links carry the id, the new one */
	return go_to(res, s, sess_next(req, "drafts"));
}

/*
 * A visitor who is logged in has nothing to do here on the way to a page: they
 * were remembered, or have come in by another tab.
 */
static int
look(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *next = sess_next(req, NULL);

	if (sess_user(s) != NULL && next != NULL && !is_again(req, s))
		return go_to(res, s, next);
	return form(req, res, s, SESS_OK);
}

static int
login(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *user = sess_req_field(req, "user");
	const char *password = sess_req_field(req, "password");
	enum sess_err err;

	if (!input_is_post(req))
		return look(req, res, s);
	if (is_again(req, s))
		err = sess_account_confirm(s, password);
	else if (credentials_move(req, s, user))
		err = sess_account_login(s, user, password);
	else
		err = SESS_ESTORE;
	return err == SESS_OK ? enter(req, res, s) : form(req, res, s, err);
}

const struct sess_app login_app = { .handle = login, .refused = page_refused };

/*
 * login.c - prove who you are.
 *
 * One call makes the session yours: sess_login().  The session gets a new
 * id, so that an id somebody slipped to you before (session fixation) is
 * worth nothing; what you had in it, such as a cart, comes along.
 */
#include "data.h"
#include "input.h"
#include "page.h"

#define NEXT_MAX 1000   /* bytes */

/* The form, again after a wrong password: all that was typed but that. */
static int
form(struct sess_req *req, struct sess_res *res, struct sess *s, int status)
{
	struct page *p = page_new(req, res, s, "login");
	const char *next = sess_req_query(req, "next");

	if (next == NULL)
		next = sess_req_field(req, "next");
	page_text(p, "next", next);
	page_text(p, "typed", sess_req_field(req, "user"));
	page_bool(p, "wrong", status == 401);
	page_bool(p, "bye", sess_req_query(req, "bye") != NULL);
	page_bool(p, "stashed", sess_get(s, "saved.text") != NULL);
	return page_show(p, status);
}

/*
 * Back to where the visitor came from, if that is on this site, and short
 * enough for a header field that every web server takes.
 */
static int
enter(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *next = sess_req_field(req, "next");

	sess_login(s, sess_req_field(req, "user"));
	sess_commit(s);         /* now: where links carry the id, the new one */
	if (!input_text(next, NEXT_MAX) || !sess_same_site_path(next))
		next = "drafts";
	return go_to(res, s, next);
}

static int
login(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (!input_is_post(req))
		return form(req, res, s, 200);
	switch (data_password(req, sess_req_field(req, "user"),
	    sess_req_field(req, "password"))) {
	case SESS_OK:
		return enter(req, res, s);
	case SESS_NONE:
		return form(req, res, s, 401);
	default:
		return page_sorry(req, res, s, 503);
	}
}

const struct sess_app login_app = { .handle = login, .refused = page_refused };

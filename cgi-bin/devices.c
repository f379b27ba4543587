/*
 * devices.c - where you are logged in, and a button that ends it there.
 *
 * Each session is known here by a handle, a number that opens nothing: the
 * ids are not even in the store.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "agent.h"
#include "input.h"

static void
device(struct page *p, const struct sess_device *d)
{
	page_row(p, "devices");
	page_int(p, "handle", d->handle);
	agent_show(p, d->agent);
	page_text(p, "address", d->address);
	page_time(p, "since", d->since);
	page_time(p, "seen", d->seen);
	page_bool(p, "here", d->here);
	page_bool(p, "remembered", d->remembered);
	page_end(p);
}

static int
list(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct page *p = page_new(req, res, s, "devices");
	size_t n;
	const struct sess_device *d = sess_devices(s, &n);

	for (size_t i = 0; i < n; i++)
		device(p, &d[i]);
	page_bool(p, "others", n > 1);
	return page_show(p, 200);
}

/*
 * To end this one is to log out.  One that is not there has ended meanwhile,
 * by a second click or another tab, and that is no error.
 */
static int
end_one(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	int64_t handle;
	bool ended;

	if (!input_number(sess_req_field(req, "handle"), 1, INT64_MAX,
	    &handle))
		return page_sorry(req, res, s, 400);
	ended = sess_device_end(s, handle);
	if (sess_user(s) == NULL)
		return go_out(res);
	page_flash(req, s, ended ? "devices.ended" : "devices.gone");
	return go_to(res, s, "devices");
}

static int
end_others(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	sess_devices_end(s);
	page_flash(req, s, "devices.others-ended");
	return go_to(res, s, "devices");
}

static int
devices(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *act = sess_req_field(req, "act");

	if (sess_user(s) == NULL)
		return go_login(res, s, "devices");
	if (!input_is_post(req))
		return list(req, res, s);
	/* a stolen session is not to end its owner's (ASVS 5.0, 7.5.2) */
	if (!sess_fresh(s, FRESH))
		return go_confirm(res, s, "devices");
	if (act != NULL && strcmp(act, "end") == 0)
		return end_one(req, res, s);
	if (act != NULL && strcmp(act, "others") == 0)
		return end_others(req, res, s);
	return page_sorry(req, res, s, 400);
}

const struct sess_app devices_app = {
	.handle = devices, .refused = page_refused
};

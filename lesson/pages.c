/* pages.c - the site that the lesson performs. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lesson/pages.h"
#include "sess_account.h"

static bool
is_post(const struct sess_req *req)
{
	return strcmp(sess_req_method(req), "POST") == 0;
}

/* The field of a form as text that is never NULL. */
static const char *
field(const struct sess_req *req, const char *name)
{
	const char *text = sess_req_field(req, name);

	return text != NULL ? text : "";
}

/* A form with its token, what is to be filled in, and its button. */
static void
form(struct sess_res *res, struct sess *s, const char *action,
    const char *fields)
{
	sess_res_printf(res, "<form method=\"post\" action=\"%s\">%s\n%s",
	    sess_link(s, action), sess_form(s), fields);
	sess_res_puts(res, "<button>Send</button></form>\n");
}

static void
login_form(struct sess_res *res, struct sess *s)
{
	form(res, s, "/login",
	    "<label>Name <input name=\"user\"></label>\n"
	    "<label>Password <input type=\"password\" name=\"password\">"
	    "</label>\n");
}

/* A page that only looks, and so makes nothing. */
static int
home(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	sess_res_puts(res, "<h1>The tea shop</h1>\n");
	return 200;
}

/* The store is opened, and has its secret: no reader has to see that. */
static int
ready(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)res;
	return sess_store_ok(s) && sess_limit(s, "ready", NULL, 1, 1) == 0 ?
	    204 : 503;
}

static int
visits(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	int64_t n = sess_add(s, "visits", 1);

	(void)req;
	sess_res_printf(res, "<p>Visit %" PRId64 ".\n", n);
	return 200;
}

/* A form that changes something. */
static int
name(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (is_post(req)) {
		sess_set(s, "name", field(req, "name"));
		return sess_res_redirect(res, sess_link(s, "/visits"));
	}
	form(res, s, "/name",
	    "<label>Name <input name=\"name\"></label>\n");
	return 200;
}

static int
signup(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (sess_account_create(s, field(req, "user"),
	    field(req, "password")) != SESS_OK)
		return 503;
	return sess_res_redirect(res, "/");
}

static int
login(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	enum sess_err err = SESS_OK;

	if (is_post(req)) {
		err = sess_account_login(s, field(req, "user"),
		    field(req, "password"));
		if (err == SESS_OK && sess_req_field(req, "remember") != NULL)
			sess_remember(s);
		if (err == SESS_OK)
			return sess_res_redirect(res, "/cart");
		sess_res_puts(res, "<p>Name or password is wrong.\n");
	}
	login_form(res, s);
	return err == SESS_OK ? 200 : sess_err_status(err) == 429 ? 429 : 401;
}

/*
 * What a login must not be: it only notes who it is, in a field.  The id stays
 * the one from before.
 */
static int
login_by_hand(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (is_post(req)) {
		if (sess_account_verify(s, field(req, "user"),
		    field(req, "password")) != SESS_OK)
			return 401;
		sess_set(s, "user", field(req, "user"));
		return sess_res_redirect(res, "/cart");
	}
	login_form(res, s);
	return 200;
}

/* The user of the session, or of a login by hand. */
static void
greet(struct sess_res *res, struct sess *s)
{
	const char *user = sess_user(s);

	if (user == NULL)
		user = sess_get(s, "user");
	sess_res_puts(res, "<p>Logged in: ");
	sess_res_html(res, user != NULL ? user : "nobody");
	sess_res_puts(res, ".\n");
}

static int
cart(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (is_post(req)) {
		sess_add(s, "tea", 1);
		return sess_res_redirect(res, sess_link(s, "/cart"));
	}
	greet(res, s);
	sess_res_printf(res, "<p>Tea in your cart: %" PRId64 ".\n",
	    sess_get_int(s, "tea", 0));
	form(res, s, "/cart", "");
	return 200;
}

/* What a database of the site's own would hold: each row says whose it is. */
static const struct {
	const char *user, *title;
} all_drafts[] = {
	{ "ada", "Notes on the engine" },
	{ "bob", "A letter to the bank" },
	{ "ada", "Tea for Thursday" },
};

const char *
pages_draft(const char *user, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(all_drafts) / sizeof(all_drafts[0]); i++)
		if (strcmp(all_drafts[i].user, user) == 0 && n-- == 0)
			return all_drafts[i].title;
	return NULL;
}

static void
list_drafts(struct sess_res *res, const char *user)
{
	const char *title;
	size_t n;

	for (n = 0; (title = pages_draft(user, n)) != NULL; n++) {
		sess_res_puts(res, "<p>");
		sess_res_html(res, title);
	}
}

/* The question is asked with the user of the session, and with no other. */
static int
drafts(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *user = sess_user(s);

	(void)req;
	if (user == NULL)
		return sess_res_redirect(res, "/login");
	list_drafts(res, user);
	form(res, s, "/drafts", "");
	return 200;
}

static int
devices(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	size_t i, n;
	const struct sess_device *list;

	if (is_post(req)) {
		sess_devices_end(s);
		return sess_res_redirect(res, "/devices");
	}
	list = sess_devices(s, &n);
	for (i = 0; i < n; i++)
		sess_res_printf(res, "<p>%s%s\n", list[i].address,
		    list[i].here ? " (here)" : "");
	form(res, s, "/devices", "");
	return 200;
}

static int
logout(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (!is_post(req))
		return 405;
	sess_logout(s);
	return sess_res_redirect(res, "/");
}

/* The same number in a session, in a cookie and in a form. */
static int
offer(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *cookie = sess_req_cookie(req, "discount");

	if (!is_post(req)) {
		sess_set_int(s, "discount", 5);
		sess_res_cookie(res, &(struct sess_cookie){
		    .name = "discount", .value = "5" });
	}
	sess_res_printf(res, "<p>Session: %" PRId64 ".\n<p>Cookie: ",
	    sess_get_int(s, "discount", 0));
	sess_res_html(res, cookie != NULL ? cookie : "none");
	sess_res_puts(res, ".\n<p>Form: ");
	sess_res_html(res, field(req, "discount"));
	sess_res_printf(res, ".\n<form method=\"post\" action=\"/offer\">%s"
	    "<input type=\"hidden\" name=\"discount\" value=\"5\">"
	    "<button>Buy</button></form>\n", sess_form(s));
	return 200;
}

/* A cookie of more bytes, name and value, than a browser keeps. */
static int
too_long(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	char value[4097 - 4 + 1] = "";

	(void)req;
	(void)s;
	memset(value, 'x', sizeof(value) - 1);
	sess_res_cookie(res, &(struct sess_cookie){ .name = "note",
	    .value = value });
	return 200;
}

/* ---- mistakes ---------------------------------------------------------- */

static bool
is_unknown(const struct sess_req *req)
{
	return is_post(req) && strcmp(field(req, "user"), PAGES_USER) != 0;
}

/* It looks for the name first, and says so. */
static int
login_that_tells(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (is_unknown(req)) {
		sess_res_puts(res, "<p>There is no user of this name.\n");
		return 401;
	}
	return login(req, res, s);
}

/* It says the same of both, but sooner of one: no password is compared. */
static int
login_that_hurries(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (is_unknown(req)) {
		sess_res_puts(res, "<p>Name or password is wrong.\n");
		login_form(res, s);
		return 401;
	}
	return login(req, res, s);
}

/* It believes the form. */
static int
drafts_of_form(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *user = sess_req_field(req, "user");

	if (user == NULL)
		return drafts(req, res, s);
	list_drafts(res, user);
	return 200;
}

/* It writes the sum that it has computed, whatever others did meanwhile. */
static int
cart_that_sums(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	int64_t tea = sess_get_int(s, "tea", 0);

	if (!is_post(req))
		return cart(req, res, s);
	sess_set_int(s, "tea", tea + 1);
	return sess_res_redirect(res, "/cart");
}

/* It only takes the id from the browser. */
static int
leave(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)s;
	if (!is_post(req))
		return 405;
	sess_res_cookie(res, &(struct sess_cookie){ .name = "__Host-sid",
	    .value = "", .max_age = -1 });
	return sess_res_redirect(res, "/");
}

static const struct sess_app
	ready_page = { .handle = ready },
	visits_page = { .handle = visits },
	name_page = { .handle = name },
	signup_page = { .handle = signup, .csrf_by_page = true },
	login_page = { .handle = login },
	login_by_hand_page = { .handle = login_by_hand },
	cart_page = { .handle = cart },
	drafts_page = { .handle = drafts },
	devices_page = { .handle = devices },
	logout_page = { .handle = logout, .logout = true },
	login_that_tells_page = { .handle = login_that_tells },
	login_that_hurries_page = { .handle = login_that_hurries },
	drafts_of_form_page = { .handle = drafts_of_form },
	cart_that_sums_page = { .handle = cart_that_sums },
	leave_page = { .handle = leave }, offer_page = { .handle = offer },
	too_long_page = { .handle = too_long };

static const struct sess_mount pages[] = {
	{ "visits", &visits_page }, { "name", &name_page },
	{ "signup", &signup_page }, { "login", &login_page },
	{ "cart", &cart_page }, { "drafts", &drafts_page },
	{ "devices", &devices_page }, { "logout", &logout_page },
	{ "leave", &leave_page }, { "offer", &offer_page },
	{ "too-long", &too_long_page },
	{ "ready", &ready_page }, { NULL, NULL }
};

static const struct sess_mount pages_old_id[] = {
	{ "visits", &visits_page }, { "signup", &signup_page },
	{ "login", &login_by_hand_page }, { "cart", &cart_page },
	{ "ready", &ready_page }, { NULL, NULL }
};

static const struct sess_mount pages_careless[] = {
	{ "signup", &signup_page }, { "login", &login_that_tells_page },
	{ "drafts", &drafts_of_form_page }, { "cart", &cart_that_sums_page },
	{ "ready", &ready_page }, { NULL, NULL }
};

static const struct sess_mount pages_hasty[] = {
	{ "signup", &signup_page }, { "login", &login_that_hurries_page },
	{ "ready", &ready_page }, { NULL, NULL }
};

const struct sess_app pages_site = { .handle = home, .mounts = pages };
const struct sess_app pages_site_old_id = { .handle = home,
	.mounts = pages_old_id };
const struct sess_app pages_site_careless = { .handle = home,
	.mounts = pages_careless };
const struct sess_app pages_site_hasty = { .handle = home,
	.mounts = pages_hasty };

/*
 * refusal.c - why a request is refused: one table, a row a reason.
 *
 * A line of the log may name in braces what was seen and what is set; see
 * values.  It tells what was seen, what was expected, and what to do.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "exchange.h"
#include "peer.h"
#include "refusal.h"

#define LINE_MAX_BYTES 1000
#define VALUE_MAX 120           /* bytes of a value in a line */
#define BACK_MAX 1000           /* bytes of the way back */

#define OTHER_SITE "This form was sent from another site, so nothing was done."
#define WRONG_ADDRESS "This site is not set up for the address that your " \
    "browser shows, so nothing was done. Open it with https:// in its " \
    "address; if it is already, tell the people who run it."
#define NO_COOKIE "Your browser sent no cookie of this site, and without one " \
    "no form can be taken. Allow cookies for this site, then open the form " \
    "again."
#define OPEN_AGAIN "Open the form again and send it once more."

static const struct row {
	const char *reason;     /* public: pages have texts by it */
	const char *text;       /* for the visitor */
	const char *line;       /* for the operator; NULL: said elsewhere */
	bool again;             /* the same form would be refused again */
} rows[] = {
	[REFUSAL_OTHER_SITE] = { "other-site",
	    OTHER_SITE,
	    "another site or host sent this form (Sec-Fetch-Site: {site}, "
	    "Origin: {origin}): nothing to do; if it is yours, or a payment "
	    "provider's, see payment-return.md of libsess", false },
	[REFUSAL_TWICE] = { "other-site",
	    OTHER_SITE,
	    "{twice} came twice, and a browser sends it once: if a proxy of "
	    "yours adds one, take that out; else nothing to do", false },
	[REFUSAL_ORIGIN] = { "wrong-address",
	    WRONG_ADDRESS,
	    "the form came from {origin}, and origin = {set} allows no other: "
	    "if visitors know this site as {origin}, set origin = {origin}; "
	    "if they know it by both names, redirect them to {set}", true },
	[REFUSAL_HOST] = { "wrong-address",
	    WRONG_ADDRESS,
	    "the form came from {origin}, and this program was asked for "
	    "{own}: if {origin} is not yours, nothing to do; if visitors know "
	    "this site by that, a proxy changes Host: let it keep Host, or "
	    "set origin = {origin}", true },
	[REFUSAL_PORT] = { "wrong-address",
	    WRONG_ADDRESS,
	    "the form came from {origin}, and this program was asked for "
	    "{own}: the port is another, so a proxy may have dropped it: let "
	    "it keep the port in Host, or set origin = {origin}", true },
	[REFUSAL_SCHEME] = { "wrong-address",
	    WRONG_ADDRESS,
	    "the form came from {origin}, and this program was asked over "
	    "plain http. If the web server speaks https itself: let it set "
	    "HTTPS=on. If a proxy in front does: set proxies = {peer}, and "
	    "let the proxy send X-Forwarded-Proto", true },
	[REFUSAL_STRANGE_PROXY] = { "wrong-address",
	    WRONG_ADDRESS,
	    "this program was asked over plain http by {peer}, which sent "
	    "{forwarded} and does not stand in proxies (now: {proxies}): if "
	    "{peer} is your proxy, set proxies = {peer}", true },
	[REFUSAL_SILENT_PROXY] = { "wrong-address",
	    WRONG_ADDRESS,
	    "your proxy {peer} sent no X-Forwarded-Proto, so this counts as "
	    "plain http: let the proxy send the scheme that it was asked "
	    "with, and redirect http to https", true },
	[REFUSAL_NO_COOKIE] = { "no-cookie",
	    NO_COOKIE,
	    "the browser sent no cookie of this program with the form: the "
	    "visitor's browser keeps none, and nothing is to be done here",
	    false },
	[REFUSAL_COOKIE_PATH] = { "no-cookie",
	    NO_COOKIE,
	    "the browser sent no cookie of this program with the form: either "
	    "it keeps none, or the form goes to an address outside "
	    "cookie_path = {path}: then set cookie_path = /", false },
	[REFUSAL_PLAIN_HTTP] = { "plain-http",
	    "Your browser keeps no cookie of this site, because you opened it "
	    "with http://. Open it with https:// in its address.",
	    "the request came over plain http, where browsers drop this "
	    "program's cookies: redirect http to https. If a proxy in front "
	    "speaks https already: set proxies = {peer}, and let the proxy "
	    "send X-Forwarded-Proto. Only for trying out: insecure_dev = yes",
	    true },
	[REFUSAL_NO_TOKEN] = { "no-token",
	    "This form came without its token. " OPEN_AGAIN,
	    "the form had no token, or half of one: a robot sent it, or its "
	    "page does not write sess_form() (a script: X-CSRF-Token). Try "
	    "the form yourself: if it fails, tell the program's author", false },
	[REFUSAL_OTHER_TAB] = { "other-tab",
	    "This form does not belong to your current session: perhaps you "
	    "logged in or out in another tab since you opened it. " OPEN_AGAIN,
	    "the visitor logged in or out in another tab after this form was "
	    "opened: nothing to do", false },
	[REFUSAL_SESSION_OVER] = { "session-over",
	    "Your session was over before this form was sent. " OPEN_AGAIN,
	    "the session of this form is over: nothing to do; if that happens "
	    "often, raise idle (now {idle} s) or absolute (now {absolute} s)",
	    false },
	[REFUSAL_FORM_OLD] = { "form-old",
	    "This form was open for too long, or since before your browser "
	    "was closed. " OPEN_AGAIN,
	    "the form was opened more than two hours ago, or the browser was "
	    "closed since: nothing to do", false },
	[REFUSAL_MANY_NEW] = { "too-many",
	    "Too many visitors came from your network within a minute. Wait "
	    "a minute and try again.",
	    "{client} wanted more new sessions in a minute than max_new = "
	    "{max_new} allows: if {client} is your proxy, set proxies = "
	    "{client}; if many people share it, raise max_new; else it is a "
	    "robot, and nothing is to be done", false },
	[REFUSAL_MANY_UNKNOWN] = { "too-many",
	    "Your network sent too many ids that this site does not know. "
	    "Wait ten minutes and try again.", NULL, false },
};

/* ---- lines ------------------------------------------------------------- */

static const char *
number(const struct exchange *x, int64_t n)
{
	return pool_printf(x->req.pool, "%" PRId64, n);
}

/* What a name in braces stands for; NULL: there is no such thing. */
static const char *
value_of(const struct exchange *x, const char *name, size_t n)
{
	const struct sess_conf *c = &x->service->conf;
	const struct sess_req *req = &x->req;
	const struct { const char *name, *value; } values[] = {
		{ "site", sess_req_header(req, "Sec-Fetch-Site") },
		{ "origin", sess_req_header(req, "Origin") },
		{ "twice", wire_twice(req->wire, "HTTP_ORIGIN") ? "Origin" :
		    "Sec-Fetch-Site" },
		{ "own", peer_own_origin(req, c) },
		{ "set", c->origin },
		{ "peer", req->peer },
		{ "client", req->address },
		{ "forwarded", peer_unbelieved(req) },
		{ "proxies", c->proxies },
		{ "path", c->cookie_path },
		{ "idle", number(x, c->idle) },
		{ "absolute", number(x, c->absolute) },
		{ "max_new", number(x, (int64_t)c->max_new) },
	};
	size_t i;

	for (i = 0; i < sizeof values / sizeof *values; i++)
		if (strlen(values[i].name) == n &&
		    memcmp(values[i].name, name, n) == 0)
			return values[i].value;
	return NULL;
}

static void
add_value(const struct exchange *x, struct buf *line, const char *name,
    size_t n)
{
	const char *value = value_of(x, name, n);

	if (value == NULL || *value == '\0')
		buf_adds(line, "none");
	else
		buf_addf(line, "%.*s", VALUE_MAX, value);
}

/* The line with its values in it. */
static void
fill(const struct exchange *x, struct buf *line, const char *s)
{
	const char *open, *close;

	for (; (open = strchr(s, '{')) != NULL; s = close + 1) {
		close = strchr(open, '}');
		buf_add(line, s, (size_t)(open - s));
		add_value(x, line, open + 1, (size_t)(close - open - 1));
	}
	buf_adds(line, s);
}

static void
tell(const struct exchange *x, const char *event, enum sess_err err,
    const char *line)
{
	struct buf why = BUF_INIT(LINE_MAX_BYTES);

	fill(x, &why, line);
	log_write(x->sess.log, &(struct log_entry){ .event = event,
	    .err = err, .user = x->sess.rec.user, .address = x->req.address,
	    .session = x->sess.rec.handle, .why = why.data });
	buf_release(&why);
}

enum sess_err
refusal_is(struct exchange *x, enum sess_err err, enum refusal why)
{
	x->refusal = why;
	if (rows[why].line != NULL)
		tell(x, "refuse", err, rows[why].line);
	return err;
}

void
refusal_warn(struct exchange *x, enum refusal why)
{
	tell(x, "cookie", SESS_OK, rows[why].line);
}

enum refusal
refusal_of_http(const struct exchange *x)
{
	const struct sess_req *req = &x->req;

	if (req->https || x->service->conf.insecure_dev)
		return REFUSAL_NONE;
	if (!req->by_proxy)
		return peer_unbelieved(req) != NULL ? REFUSAL_STRANGE_PROXY :
		    REFUSAL_PLAIN_HTTP;
	return sess_req_header(req, "X-Forwarded-Proto") == NULL &&
	    sess_req_header(req, "Forwarded") == NULL ?
	    REFUSAL_SILENT_PROXY : REFUSAL_PLAIN_HTTP;
}

/* ---- the page ---------------------------------------------------------- */

/*
 * Where the form was, if the browser says so and it is here: the path of
 * Referer (RFC 9110, 10.1.3).
 */
static const char *
way_back(const struct exchange *x)
{
	const char *from = sess_req_header(&x->req, "Referer"), *path;
	const char *origin;

	if (from == NULL || request_safe(&x->req) ||
	    strlen(from) > BACK_MAX || (path = strstr(from, "://")) == NULL ||
	    (path = strchr(path + 3, '/')) == NULL)
		return NULL;
	origin = pool_copy(x->req.pool, from, (size_t)(path - from));
	return origin != NULL && peer_is_own_origin(&x->req,
	    &x->service->conf, origin) && sess_same_site_path(path) ? path :
	    NULL;
}

/* Of an answer that its handler left empty. */
static const char *
text_of_status(int status)
{
	static const struct { int status; const char *text; } texts[] = {
		{ 401, "This page is for people who are logged in." },
		{ 403, "You may not use this page." },
		{ 409, "This cannot be done now: something was changed "
		    "meanwhile. Load the page again." },
		{ 410, "This page is gone." },
		{ 503, "The server cannot do this now. Try again later." },
	};
	static const enum sess_err same[] = { SESS_EINVAL, SESS_ETRIES,
		SESS_ESYNTAX, SESS_EPATH, SESS_EMETHOD, SESS_ETIMEOUT,
		SESS_EBODY, SESS_EURI, SESS_EMEDIA, SESS_EHEADER };
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].status == status)
			return texts[i].text;
	for (i = 0; i < sizeof same / sizeof *same; i++)
		if (sess_err_status(same[i]) == status)
			return sess_err_text(same[i]);
	return status >= 500 ? "The server could not answer this request." :
	    "The server did not accept this request.";
}

struct sess_refusal
refusal_by_page(const struct exchange *x)
{
	if (x->res.status == 403 && x->refusal != REFUSAL_NONE)
		return refusal_page(x, SESS_ECSRF);
	return (struct sess_refusal){ .err = SESS_OK, .reason = "",
	    .status = x->res.status, .text = text_of_status(x->res.status),
	    .back = way_back(x) };
}

struct sess_refusal
refusal_page(const struct exchange *x, enum sess_err err)
{
	const struct row *r = &rows[x->refusal];
	bool known = x->refusal != REFUSAL_NONE;

	return (struct sess_refusal){ .err = err,
	    .status = sess_err_status(err),
	    .reason = known ? r->reason : "",
	    .text = known ? r->text : sess_err_text(err),
	    .back = x->service->err == SESS_OK && !r->again ? way_back(x) :
	    NULL };
}

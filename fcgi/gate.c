/*
 * gate.c - lets any application, in any language, live behind a login.
 *
 * The web server asks it about each request that the application is to get.
 * As a FastCGI AUTHORIZER (lighttpd, Apache) it answers 200, and tells who
 * the visitor is in "Variable-SESS_USER", or with the page or redirect that
 * the visitor is to see.  As a RESPONDER, for nginx's auth_request, it answers
 * 204 with "X-Sess-User", 401 or 403; and, where the server sets GATE=login,
 * with the redirect to the login.  What is in doubt is refused.  See GATE.md.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "readings.h"
#include "rules_file.h"
#include "sess.h"

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc"
#endif

#define DEFAULT_RULES SYSCONFDIR "/libsess/gate.rules"
#define NEXT_MAX 1000           /* bytes of a return address: see sess_next() */
#define NEXT_ENCODED_MAX 2000   /* fits into the header fields of an answer */
#define VALUE_MAX 2400          /* bytes of a value, so encoded */

extern const struct sess_app gate_app;

/* One request as the gate sees it. */
struct visit {
	const struct sess_req *req;
	struct sess_res *res;
	const struct sess *s;
	const struct rules *rules;
	bool authorizer;
};

/*
 * All but the unreserved characters (RFC 3986, 2.3) as "%XX".  False: it does
 * not fit.
 */
static bool
encode(char *to, size_t size, const char *from)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *from != '\0' && size > 3; from++) {
		bool keep = strchr(plain, *from) != NULL;
		int n = snprintf(to, size, keep ? "%c" : "%%%02X",
		    (unsigned char)*from);

		to += n;
		size -= (size_t)n;
	}
	*to = '\0';
	return *from == '\0';
}

/* ---- refusing ---------------------------------------------------------- */

/* A page with no more than its status; why, if not NULL, is for the log. */
static int
refuse(const struct visit *v, int status, const char *title, const char *why)
{
	if (why != NULL)
		sess_log(v->req, why);
	sess_res_printf(v->res, "<!doctype html>\n<html lang=\"en\">\n"
	    "<meta charset=\"utf-8\">\n<title>%s</title>\n<h1>%s</h1>\n",
	    title, title);
	return status;
}

/* Apache makes every request for an error page a GET. */
static bool
only_looks(const struct sess_req *req)
{
	const char *method = sess_req_var(req, "REDIRECT_REQUEST_METHOD");

	if (method == NULL)
		method = sess_req_method(req);
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

/*
 * Where the visitor wanted to go: page and query, unless it was to send
 * something there.  False: it is too long, or no page of this site.
 */
static bool
return_address(const struct visit *v, char *to, size_t size)
{
	const char *uri = sess_req_var(v->req, "REQUEST_URI");
	char next[NEXT_MAX + 1];
	size_t n;

	if (uri == NULL || readings_refuse(uri) != NULL)
		return false;
	n = only_looks(v->req) ? strlen(uri) : strcspn(uri, "?");
	if (n > NEXT_MAX)
		return false;
	memcpy(next, uri, n);
	next[n] = '\0';
	return sess_same_site_path(next) && encode(to, size, next);
}

/*
 * A visitor who is logged in, and not lately enough, is told to do it again: a
 * login page may send back at once a user whom it knows, round in circles.
 */
static int
send_to_login(const struct visit *v)
{
	const char *again = sess_user(v->s) != NULL ? "again=1&" : "";
	char next[NEXT_ENCODED_MAX], where[NEXT_ENCODED_MAX + 300];

	if (!return_address(v, next, sizeof next))
		return sess_res_redirect(v->res, v->rules->login);
	snprintf(where, sizeof where, "%s?%snext=%s", v->rules->login, again,
	    next);
	return sess_res_redirect(v->res, where);
}

/* ---- letting in -------------------------------------------------------- */

/* "Variable-SESS_LAST_SEEN", or "X-Sess-Last-Seen", of "last.seen". */
static void
header_name(const struct visit *v, char *to, size_t size, const char *name)
{
	char *c;
	bool first = true;

	snprintf(to, size, v->authorizer ? "Variable-SESS_%s" : "X-Sess-%s",
	    name);
	for (c = to + strlen(to) - strlen(name); *c != '\0'; c++) {
		bool letter = *c >= 'a' && *c <= 'z';

		if (strchr("-_.", *c) != NULL)
			*c = v->authorizer ? '_' : '-';
		else if (letter && (first || v->authorizer))
			*c = (char)(*c - 'a' + 'A');
		first = *c == '-';
	}
}

/* False: there is no way to hand this on. */
static bool
hand_on(const struct visit *v, const char *name, const char *value)
{
	char header[100], encoded[VALUE_MAX];

	if (value == NULL)
		return true;
	if (!encode(encoded, sizeof encoded, value))
		return false;
	header_name(v, header, sizeof header, name);
	sess_res_header(v->res, header, encoded);
	return sess_res_error(v->res) == SESS_OK;
}

/* Fields that are bytes and not text have no form that is agreed upon. */
static bool
hand_on_fields(const struct visit *v)
{
	size_t i, len;

	for (i = 0; i < v->rules->nfields; i++) {
		const char *name = v->rules->field[i];
		const char *value = sess_get(v->s, name);

		if (value == NULL && sess_get_bytes(v->s, name, &len) != NULL)
			return false;
		if (!hand_on(v, name, value))
			return false;
	}
	return true;
}

static int
let_in(const struct visit *v)
{
	if (!hand_on_fields(v) || !hand_on(v, "user", sess_user(v->s)))
		return refuse(v, 500, "Internal Server Error",
		    "gate: a field is too long, or no text");
	return v->authorizer ? 200 : 204;
}

/* ---- deciding ---------------------------------------------------------- */

static int
decide(const struct visit *v)
{
	const char *uri = sess_req_var(v->req, "REQUEST_URI");
	struct rules_verdict verdict;

	if (uri == NULL)
		return refuse(v, 403, "Forbidden",
		    "gate: the web server names no REQUEST_URI");
	verdict = rules_judge(v->rules, uri, sess_user(v->s));
	if (verdict.answer == RULES_REFUSE)
		return refuse(v, 403, "Forbidden", verdict.why);
	if (verdict.answer == RULES_LET_IN && (verdict.fresh == 0 ||
	    sess_fresh(v->s, verdict.fresh)))
		return let_in(v);
	return v->authorizer ? send_to_login(v) : 401;
}

static bool
var_is(const struct sess_req *req, const char *name, const char *value)
{
	const char *is = sess_req_var(req, name);

	return is != NULL && strcmp(is, value) == 0;
}

static int
gate(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *file = sess_req_var(req, "GATE_RULES"), *why;
	struct visit v = {
		.req = req, .res = res, .s = s,
		.authorizer = var_is(req, "FCGI_ROLE", "AUTHORIZER"),
	};
	int status;

	v.rules = rules_file_take(file != NULL ? file : DEFAULT_RULES, &why);
	if (v.rules == NULL)
		status = refuse(&v, 503, "Service Unavailable", why);
	else if (!v.authorizer && var_is(req, "GATE", "login"))
		status = send_to_login(&v);
	else
		status = decide(&v);
	rules_file_done();
	return status;
}

const struct sess_app gate_app = { .handle = gate, .authorizer = true };

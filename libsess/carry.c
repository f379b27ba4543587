/* carry.c - how ids travel, both ways. */
/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "encode.h"
#include "exchange.h"
#include "trace.h"

/* ---- in ---------------------------------------------------------------- */

/* Note an id, once; what has not the shape of one is no id at all. */
static enum sess_err
note(struct exchange *x, struct carried *out, size_t *n, const char *token,
    size_t len, enum sess_carry way)
{
	size_t i;

	if (!token_shape_ok(token, len)) {
		trace_step(x->sess.log, SESS_STEP_TOKEN,
		    TRACE_NUMBER("bytes", len));
		return SESS_OK;
	}
	for (i = 0; i < *n; i++)
		if (memcmp(out[i].token, token, len) == 0)
			return SESS_OK;
	if (*n == CARRY_MAX)
		return SESS_NONE;
	out[(*n)++] = (struct carried){ token, len, way };
	return SESS_OK;
}

/* So many of this name came. */
static void
looked(const struct exchange *x, const char *way, const char *name,
    size_t count)
{
	trace_step(x->sess.log, SESS_STEP_CARRY, TRACE_TEXT("way", way),
	    TRACE_TEXT("name", name), TRACE_NUMBER("count", count));
}

static enum sess_err
note_all(struct exchange *x, struct carried *out, size_t *n,
    enum sess_from from, const char *name, enum sess_carry way)
{
	const struct sess_pair *p = NULL;
	enum sess_err err = SESS_OK;

	while (err == SESS_OK &&
	    (p = sess_req_next(&x->req, from, name, p)) != NULL)
		err = note(x, out, n, p->value, p->value_len, way);
	return err;
}

/* A browser has only one cookie of a prefixed name: two are not its own. */
static enum sess_err
from_cookies(struct exchange *x, struct carried *out, size_t *n)
{
	const char *name = x->service->conf.cookie_name;
	size_t count = sess_req_count(&x->req, SESS_COOKIE, name);

	looked(x, "cookie", name, count);
	if (count > 1 && strncmp(name, "__", 2) == 0)
		return SESS_NONE;
	return note_all(x, out, n, SESS_COOKIE, name, SESS_BY_COOKIE);
}

static enum sess_err
from_pairs(struct exchange *x, struct carried *out, size_t *n,
    enum sess_from from, enum sess_carry way)
{
	const char *name = x->service->conf.param;

	if (trace_on(x->sess.log))
		looked(x, way == SESS_BY_FIELD ? "field" : "query", name,
		    sess_req_count(&x->req, from, name));
	return note_all(x, out, n, from, name, way);
}

/* RFC 6750, 2.1 */
static enum sess_err
from_bearer(struct exchange *x, struct carried *out, size_t *n)
{
	const char *value = sess_req_header(&x->req, "Authorization");

	looked(x, "bearer", "Authorization", value != NULL);
	if (value == NULL || strncasecmp(value, "Bearer ", 7) != 0)
		return SESS_OK;
	return note(x, out, n, value + 7, strlen(value + 7), SESS_BY_BEARER);
}

enum sess_err
carry_find_early(struct exchange *x, struct carried out[CARRY_MAX], size_t *n)
{
	const struct sess_conf *c = &x->service->conf;
	enum sess_err err = SESS_OK;

	*n = 0;
	if (c->carry & SESS_BY_COOKIE)
		err = from_cookies(x, out, n);
	if (err == SESS_OK && (c->carry & SESS_BY_BEARER))
		err = from_bearer(x, out, n);
	if (err == SESS_OK && (c->carry & SESS_BY_FIELD))
		err = from_pairs(x, out, n, SESS_FIELD, SESS_BY_FIELD);
	if (err == SESS_OK && (c->carry & SESS_BY_QUERY))
		err = from_pairs(x, out, n, SESS_QUERY, SESS_BY_QUERY);
	return err;
}

enum sess_err
carry_find(struct exchange *x, struct carried out[CARRY_MAX], size_t *n)
{
	enum sess_err err = carry_find_early(x, out, n);

	if (err != SESS_OK)
		log_event(x->sess.log, "ambiguous", SESS_OK,
		    "several ids in one request: none counts");
	return err;
}

/* ---- cookies beside it ------------------------------------------------- */

/* Of csrf.c, known.c and remember.c. */
static const char *const beside[] = { "pre", "device", "remember" };

/* The name of the id's cookie without the prefix that it may have. */
static const char *
bare_name(const char *name)
{
	static const char *const prefixes[] = { "__Host-", "__Secure-" };
	size_t i, n;

	for (i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		n = strlen(prefixes[i]);
		if (strncmp(name, prefixes[i], n) == 0)
			return name + n;
	}
	return name;
}

/*
 * "__Host-remember" beside "__Host-sid", and "__Host-two-remember" beside
 * "__Host-two": programs on one host must not overwrite each other's.  The
 * prefix is the strongest that the path allows, whatever the id's cookie has:
 * without one, other hosts of the domain could plant a cookie.
 */
static const char *
name_of(const struct exchange *x, const char *what)
{
	const struct sess_conf *c = &x->service->conf;
	const char *prefix = c->insecure_dev ? "" :
	    strcmp(c->cookie_path, "/") == 0 ? "__Host-" : "__Secure-";
	const char *bare = bare_name(c->cookie_name), *name;
	size_t n = strlen(prefix);
	bool own = strncmp(c->cookie_name, prefix, n) != 0 ||
	    strcmp(c->cookie_name + n, "sid") != 0;

	name = pool_printf(x->req.pool, "%s%s%s%s", prefix, own ? bare : "",
	    own ? "-" : "", what);
	return name != NULL ? name : "";
}

/* Mostly none does, and to find that out should cost next to nothing. */
static bool
any_ends_in(const struct pairs *cookies, const char *what)
{
	const struct sess_pair *p = cookies->at, *end = p + cookies->n;
	size_t n = strlen(what);

	for (; p < end; p++)
		if (p->name_len >= n && memcmp(p->name + p->name_len - n,
		    what, n) == 0)
			return true;
	return false;
}

bool
carry_has(const struct exchange *x, const char *what)
{
	return any_ends_in(&x->req.cookie, what) &&
	    sess_req_count(&x->req, SESS_COOKIE, name_of(x, what)) > 0;
}

/* Does the browser keep cookies of this program at all? */
bool
carry_has_any(const struct exchange *x)
{
	size_t i;

	for (i = 0; i < sizeof beside / sizeof *beside; i++)
		if (carry_has(x, beside[i]))
			return true;
	return sess_req_count(&x->req, SESS_COOKIE,
	    x->service->conf.cookie_name) > 0;
}

bool
carry_read(const struct exchange *x, const char *what, uint8_t *bytes,
    size_t n)
{
	const char *name = name_of(x, what);
	const struct sess_pair *p = sess_req_next(&x->req, SESS_COOKIE, name,
	    NULL);

	return p != NULL && sess_req_count(&x->req, SESS_COOKIE, name) == 1 &&
	    decode_base64url(bytes, n, p->value, p->value_len);
}

/* One that a refusal leaves in the answer. */
static void
give(struct exchange *x, const char *name, const char *value, int64_t max_age)
{
	const struct sess_conf *c = &x->service->conf;

	response_own_cookie(&x->res, &(struct sess_cookie){
		.name = name, .value = value,
		.path = c->cookie_path, .max_age = max_age,
		.same_site = c->same_site, .insecure = c->insecure_dev,
	});
	x->gave |= max_age >= 0;
	trace_step(x->sess.log, SESS_STEP_COOKIE,
	    TRACE_TEXT("act", max_age < 0 ? "removed" : "set"),
	    TRACE_TEXT("name", name), TRACE_ID("value",
	    max_age < 0 ? NULL : value, TRACE_TO_NUL),
	    TRACE_NUMBER("life", max_age < 0 ? 0 : max_age));
}

void
carry_give(struct exchange *x, const char *what, const char *value,
    int64_t max_age)
{
	give(x, name_of(x, what), value, max_age);
}

bool
sess_is_own_cookie(const struct sess *s, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof beside / sizeof *beside; i++)
		if (strcmp(name, name_of(s->x, beside[i])) == 0)
			return true;
	return strcmp(name, s->x->service->conf.cookie_name) == 0;
}

/* ---- out --------------------------------------------------------------- */

/* An id that came another way is never promoted to a cookie. */
static bool
by_cookie(const struct exchange *x)
{
	return (x->service->conf.carry & SESS_BY_COOKIE) != 0 &&
	    (x->way == 0 || x->way == SESS_BY_COOKIE);
}

/* Does the id stand in links and forms? */
static bool
in_pages(const struct exchange *x, enum sess_carry way)
{
	return (x->service->conf.carry & (unsigned)way) != 0 &&
	    x->way != SESS_BY_COOKIE && x->way != SESS_BY_BEARER;
}

static void
send_cookie(struct exchange *x, const char *value, int64_t max_age)
{
	give(x, x->service->conf.cookie_name, value, max_age);
}

/* A cookie goes out that will not come back: one line, or nobody knows why. */
static void
warn_of_http(struct exchange *x)
{
	enum refusal why = x->gave ? refusal_of_http(x) : REFUSAL_NONE;

	if (why != REFUSAL_NONE && x->refusal == REFUSAL_NONE)
		refusal_warn(x, why);
}

/*
 * What the browser has stored of this site's pages goes with the session
 * (ASVS 5.0, 14.3.1).  Not "cookies": that takes those of all programs, and of
 * all other hosts of the domain.  Nor "storage": what a page's scripts keep is
 * for the page to judge, and it can say so in this field.
 */
static void
send_clear(struct exchange *x)
{
	response_default(&x->res, "Clear-Site-Data", "\"cache\"");
}

void
carry_send(struct exchange *x)
{
	const struct sess_conf *c = &x->service->conf;

	if (x->app->authorizer)         /* also not its new time there */
		x->send_token = x->send_end = false;
	if (!x->app->authorizer)
		remember_send(x);
	if (x->send_token && by_cookie(x))
		send_cookie(x, x->sess.token,
		    c->cookie_life > 0 ? c->cookie_life : 0);
	else if (x->send_end && by_cookie(x))
		send_cookie(x, "", -1);
	if (x->send_end)
		send_clear(x);
	warn_of_http(x);
	if (x->send_token && (c->carry & SESS_BY_BEARER) != 0 && (x->way ==
	    SESS_BY_BEARER || (x->way == 0 && !by_cookie(x))))
		sess_res_header(&x->res, "X-Session-Token", x->sess.token);
	if ((c->carry & (SESS_BY_QUERY | SESS_BY_FIELD)) != 0) {
		sess_res_header(&x->res, "Referrer-Policy", "no-referrer");
		sess_res_header(&x->res, "Cache-Control", "no-store");
	}
}

/*
 * The id for links and forms.  Where commit will hand out a new one, it is
 * made now, and commit uses it.  NULL: there is nothing to have an id for.
 */
static const char *
page_token(struct sess *s)
{
	bool goes_on = s->found && !s->end;

	/* A rotation may be shared with a parallel request: ask first. */
	if (goes_on && s->rotate && sess_commit(s) != SESS_OK)
		return NULL;
	if (goes_on && s->login == NULL && !s->renew)
		return s->token;
	if (!goes_on && !commit_begins(s->x))
		return NULL;
	if (*s->next == '\0' && token_new(s->log, s->next) != SESS_OK)
		session_fail(s, SESS_ERANDOM, "id");
	return *s->next != '\0' ? s->next : NULL;
}

const char *
sess_link(struct sess *s, const char *where)
{
	struct exchange *x = s->x;
	size_t path = strcspn(where, "#");
	const char *token = in_pages(x, SESS_BY_QUERY) &&
	    sess_same_site_path(where) ? page_token(s) : NULL;
	char *link;

	if (token == NULL)
		link = pool_text(&x->pool, where);
	else
		link = pool_printf(&x->pool, "%.*s%c%s=%s%s", (int)path,
		    where, memchr(where, '?', path) != NULL ? '&' : '?',
		    x->service->conf.param, token, where + path);
	if (link == NULL)
		session_fail(s, SESS_ENOMEM, "link");
	return link != NULL ? link : "";
}

static void
hidden(struct buf *b, const char *name, const char *value)
{
	buf_adds(b, "<input type=\"hidden\" name=\"");
	encode_html(b, name, strlen(name));
	buf_adds(b, "\" value=\"");
	encode_html(b, value, strlen(value));
	buf_adds(b, "\">");
}

const char *
sess_form(struct sess *s)
{
	struct exchange *x = s->x;
	struct buf b = BUF_INIT(4096);
	const char *csrf = sess_csrf(s), *token;
	char *html;

	/* After the token: where there is no cookie it begins a session. */
	token = in_pages(x, SESS_BY_FIELD) ? page_token(s) : NULL;
	hidden(&b, "csrf", csrf);
	if (token != NULL)
		hidden(&b, x->service->conf.param, token);
	html = pool_copy(&x->pool, b.data, b.len);
	if (b.err != SESS_OK || html == NULL)
		session_fail(s, SESS_ENOMEM, "form");
	buf_release(&b);
	return html != NULL ? html : "";
}

/*
 * csrf.c - did our own page send this form?
 *
 * Two gates.  The browser tells where a request comes from (Sec-Fetch-Site,
 * Origin), and another site is refused.  Then the form must bring back a
 * token that only our page could have written into it:
 *
 *	of a session	r || (r xor secret), so that it is different in each
 *			page and compression gives nothing away (BREACH)
 *	before one	n || t || HMAC(pre, n || t), for two hours, where pre is
 *			a random cookie: a form must not cost a row in the store
 *
 * A key of the server would add nothing to the second: an attacker who could
 * plant a cookie could plant a pair that the server made for them.  The
 * "__Host-" name is what keeps others from planting one.
 *
 * An id that came as a bearer passes both.  While nobody is logged in, a
 * browser that says that the form is ours may have a token of before, and at
 * a logout none at all.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "crypt.h"
#include "encode.h"
#include "exchange.h"
#include "peer.h"
#include "random.h"
#include "trace.h"

#define NONCE_LEN 16
#define TIME_LEN 8
#define PRE "pre"               /* a cookie ... */
#define PRE_LEN 32              /* ... of so many bytes */
#define PRE_LIFE (2 * 3600)     /* s */

#define SESSION_TOKEN_LEN (2 * SESS_SECRET_LEN)
#define PRE_TOKEN_LEN (NONCE_LEN + TIME_LEN + SHA256_LEN)

/* ---- where does it come from? ------------------------------------------ */

/* Twice is not silence, and no browser's word. */
static bool
came_twice(const struct exchange *x)
{
	return wire_twice(x->req.wire, "HTTP_SEC_FETCH_SITE") ||
	    wire_twice(x->req.wire, "HTTP_ORIGIN");
}

static bool
from_here(const struct exchange *x)
{
	const char *site = sess_req_header(&x->req, "Sec-Fetch-Site");
	const char *origin = sess_req_header(&x->req, "Origin");

	if (came_twice(x))
		return false;
	if (site != NULL)
		return strcmp(site, "same-origin") == 0 ||
		    strcmp(site, "none") == 0;
	/* Neither: no browser of today, or none at all; the token decides. */
	return origin == NULL || peer_is_own_origin(&x->req,
	    &x->service->conf, origin);
}

/*
 * Not from here, as far as Origin tells.  It may be all the same, and this
 * program not know under which address it is seen.
 */
static enum refusal
why_not_here(const struct exchange *x)
{
	const char *origin = sess_req_header(&x->req, "Origin");
	enum refusal http;

	if (came_twice(x))
		return REFUSAL_TWICE;
	if (sess_req_header(&x->req, "Sec-Fetch-Site") != NULL ||
	    strcmp(origin, "null") == 0)
		return REFUSAL_OTHER_SITE;
	if (x->service->conf.origin != NULL)
		return REFUSAL_ORIGIN;
	if (!peer_is_own_host(&x->req, origin))
		return REFUSAL_HOST;
	if (strncmp(origin, "https:", 6) != 0 || x->req.https)
		return REFUSAL_PORT;
	http = refusal_of_http(x);
	return http == REFUSAL_STRANGE_PROXY || http == REFUSAL_SILENT_PROXY ?
	    http : REFUSAL_SCHEME;
}

/* ---- tokens of a session ----------------------------------------------- */

static bool
has_secret(const struct sess *s)
{
	static const uint8_t none[SESS_SECRET_LEN];

	return !crypt_equal(s->rec.secret, none, sizeof none);
}

static const char *
session_token(struct sess *s)
{
	uint8_t token[SESSION_TOKEN_LEN];
	char text[BASE64URL_LEN(SESSION_TOKEN_LEN) + 1];
	size_t i;

	if (!has_secret(s) &&   /* commit will make the session with it */
	    random_bytes(s->log, "secret of forms", s->rec.secret,
	    SESS_SECRET_LEN) != SESS_OK)
		return NULL;
	if (random_bytes(s->log, "mask of a form token", token,
	    SESS_SECRET_LEN) != SESS_OK)
		return NULL;
	for (i = 0; i < SESS_SECRET_LEN; i++)
		token[SESS_SECRET_LEN + i] = token[i] ^ s->rec.secret[i];
	encode_base64url(text, token, sizeof token);
	return pool_text(s->fields.pool, text);
}

static bool
session_token_ok(const struct sess *s, const char *text, size_t len)
{
	uint8_t token[SESSION_TOKEN_LEN];
	size_t i;

	/* Without a secret anybody could write a token for it. */
	if (!s->found || !has_secret(s) ||
	    !decode_base64url(token, sizeof token, text, len))
		return false;
	for (i = 0; i < SESS_SECRET_LEN; i++)
		token[i] ^= token[SESS_SECRET_LEN + i];
	return crypt_equal(token, s->rec.secret, SESS_SECRET_LEN);
}

/* ---- tokens before there is a session ---------------------------------- */

/* The same, made and sent if there is none. */
static bool
pre_obtain(struct exchange *x, uint8_t pre[PRE_LEN])
{
	char text[BASE64URL_LEN(PRE_LEN) + 1];

	if (x->pre == NULL && carry_read(x, PRE, pre, PRE_LEN))
		return true;
	if (x->pre != NULL)
		return decode_base64url(pre, PRE_LEN, x->pre, strlen(x->pre));
	if (random_bytes(x->sess.log, "secret of forms before a session", pre,
	    PRE_LEN) != SESS_OK)
		return false;
	encode_base64url(text, pre, PRE_LEN);
	x->pre = pool_text(&x->pool, text);
	if (commit_may_begin(x))        /* else nobody reads the form */
		carry_give(x, PRE, text, 0);
	return x->pre != NULL;
}

static void
pre_sign(uint8_t token[PRE_TOKEN_LEN], const uint8_t pre[PRE_LEN])
{
	crypt_hmac(token + NONCE_LEN + TIME_LEN, pre, "libsess-pre-1", token,
	    NONCE_LEN + TIME_LEN);
}

static const char *
pre_token(struct sess *s)
{
	uint8_t token[PRE_TOKEN_LEN], pre[PRE_LEN];
	char text[BASE64URL_LEN(PRE_TOKEN_LEN) + 1];
	int i;

	if (!pre_obtain(s->x, pre) ||
	    random_bytes(s->log, "form token", token, NONCE_LEN) != SESS_OK)
		return NULL;
	for (i = 0; i < TIME_LEN; i++)
		token[NONCE_LEN + i] = (uint8_t)(s->now >> (56 - 8 * i));
	pre_sign(token, pre);
	encode_base64url(text, token, sizeof token);
	return pool_text(s->fields.pool, text);
}

/* Is it one of ours, however old?  *made: when. */
static bool
pre_token_read(const struct exchange *x, const char *text, size_t len,
    int64_t *made)
{
	uint8_t token[PRE_TOKEN_LEN], ours[PRE_TOKEN_LEN], pre[PRE_LEN];
	int i;

	if (!carry_read(x, PRE, pre, PRE_LEN) ||
	    !decode_base64url(token, sizeof token, text, len))
		return false;
	for (i = 0, *made = 0; i < TIME_LEN; i++)
		*made = (int64_t)((uint64_t)*made << 8 | token[NONCE_LEN + i]);
	memcpy(ours, token, sizeof ours);
	pre_sign(ours, pre);
	return crypt_equal(ours, token, sizeof ours);
}

/*
 * A session that somebody has logged in to wants its own token.  The time may
 * be any number, as its visitor has the key: without made >= 0 the difference
 * overflows.
 */
static bool
pre_token_ok(const struct sess *s, const char *text, size_t len)
{
	int64_t made;

	return sess_user(s) == NULL && pre_token_read(s->x, text, len, &made) &&
	    made >= 0 && made <= s->now && s->now - made < PRE_LIFE;
}

/*
 * Two tabs that were opened at once have two such cookies, of which the
 * browser keeps one; a tab that was open for long has a token of before.  The
 * browser's own word that the form is ours does for these, since nobody is
 * logged in to do harm to.  A browser without cookies is told so instead.
 */
static bool
browser_vouches(const struct sess *s, size_t len)
{
	const char *site = sess_req_header(&s->x->req, "Sec-Fetch-Site");

	return len == BASE64URL_LEN(PRE_TOKEN_LEN) && sess_user(s) == NULL &&
	    !s->late && site != NULL && strcmp(site, "same-origin") == 0 &&
	    carry_has_any(s->x);
}

/* ---- forms out, forms in ----------------------------------------------- */

const char *
csrf_brought(const struct sess_req *req)
{
	const char *token = sess_req_field(req, "csrf");

	return token != NULL ? token : sess_req_header(req, "X-CSRF-Token");
}

const char *
sess_csrf(struct sess *s)
{
	bool by_cookie = (s->x->service->conf.carry & SESS_BY_COOKIE) != 0;
	const char *token;

	/* Where nothing can be left with the visitor, a form begins one. */
	if (!s->found && !by_cookie && !s->late)
		s->wanted = true;
	if ((s->found && !s->end) || commit_begins(s->x))
		token = session_token(s);
	else
		token = pre_token(s);
	if (token == NULL)      /* or no memory, which is as rare */
		session_fail(s, SESS_ERANDOM, "form token");
	return token != NULL ? token : "";
}

/* A browser sends no bearer id unless a script of its page tells it to. */
static bool
by_bearer(const struct sess *s)
{
	return s->found && s->x->way == SESS_BY_BEARER;
}

/* Why a form's token will do, or will not. */
enum proof {
	PROOF_NOT_NEEDED, PROOF_RIGHT, PROOF_VOUCHED,   /* these will do */
	PROOF_MISSING, PROOF_WRONG, PROOF_NOT_LOOKED_AT
};

static enum proof
prove(const struct sess *s, const struct sess_req *req)
{
	const char *token = csrf_brought(req);
	size_t len = token != NULL ? strlen(token) : 0;

	if (by_bearer(s))
		return PROOF_NOT_NEEDED;
	if (!from_here(s->x))
		return PROOF_NOT_LOOKED_AT;
	if (token == NULL)
		return PROOF_MISSING;
	if (len == BASE64URL_LEN(SESSION_TOKEN_LEN))
		return session_token_ok(s, token, len) ? PROOF_RIGHT :
		    PROOF_WRONG;
	return pre_token_ok(s, token, len) ? PROOF_RIGHT :
	    browser_vouches(s, len) ? PROOF_VOUCHED : PROOF_WRONG;
}

static bool
will_do(enum proof proof)
{
	return proof <= PROOF_VOUCHED;
}

/*
 * May this program take a form whose session is over, and its token with that?
 * Only to log out, only where nobody is logged in, and only where the browser
 * itself says that the form is ours: another site can do without a token no
 * more than before.
 */
static bool
may_log_out(const struct exchange *x)
{
	return x->app->logout && sess_user(&x->sess) == NULL &&
	    !x->sess.late && from_here(x) &&
	    (sess_req_header(&x->req, "Sec-Fetch-Site") != NULL ||
	    sess_req_header(&x->req, "Origin") != NULL);
}

/* Nothing of ours came back, so no form can be told from a forged one. */
static enum refusal
why_no_cookie(const struct exchange *x)
{
	enum refusal http = refusal_of_http(x);

	if (http != REFUSAL_NONE)
		return http;
	return strcmp(x->service->conf.cookie_path, "/") == 0 ?
	    REFUSAL_NO_COOKIE : REFUSAL_COOKIE_PATH;
}

/* From here, and with a token that is not right. */
static enum refusal
why_no_token(const struct exchange *x)
{
	const struct sess *s = &x->sess;
	const char *token = csrf_brought(&x->req);
	size_t len = token != NULL ? strlen(token) : 0;
	int64_t made;

	if (len != BASE64URL_LEN(SESSION_TOKEN_LEN) &&
	    len != BASE64URL_LEN(PRE_TOKEN_LEN))
		return REFUSAL_NO_TOKEN;
	if ((x->service->conf.carry & SESS_BY_COOKIE) != 0 && !s->found &&
	    !carry_has_any(x))
		return why_no_cookie(x);
	if (sess_user(s) != NULL || s->late)
		return REFUSAL_OTHER_TAB;
	if (len == BASE64URL_LEN(SESSION_TOKEN_LEN))
		return s->found ? REFUSAL_OTHER_TAB : REFUSAL_SESSION_OVER;
	return carry_has(x, PRE) && !pre_token_read(x, token, len, &made) ?
	    REFUSAL_OTHER_TAB : REFUSAL_FORM_OLD;
}

static void
judged(const struct exchange *x, enum proof proof, bool passes)
{
	static const char *const words[] = { "not needed", "right",
		"vouched for", "missing", "wrong", NULL };

	trace_step(x->sess.log, SESS_STEP_CSRF,
	    TRACE_TEXT("site", sess_req_header(&x->req, "Sec-Fetch-Site")),
	    TRACE_TEXT("origin", sess_req_header(&x->req, "Origin")),
	    TRACE_TEXT("token", words[proof]),
	    TRACE_TEXT("verdict", passes ? "passes" : "refused"));
}

/* From here.  With csrf_by_page the page looks at the token itself. */
static enum sess_err
gate_form(struct exchange *x)
{
	enum proof proof = x->app->csrf_by_page ? PROOF_NOT_LOOKED_AT :
	    prove(&x->sess, &x->req);
	bool passes = x->app->csrf_by_page || will_do(proof) ||
	    may_log_out(x);

	judged(x, proof, passes);
	return passes ? SESS_OK :
	    refusal_is(x, SESS_ECSRF, why_no_token(x));
}

enum sess_err
csrf_gate(struct exchange *x)
{
	const struct sess_app *app = x->app;

	if (app->no_session || app->authorizer || request_safe(&x->req))
		return SESS_OK;
	if (by_bearer(&x->sess)) {
		judged(x, PROOF_NOT_NEEDED, true);
		return SESS_OK;
	}
	if (from_here(x))
		return gate_form(x);
	judged(x, PROOF_NOT_LOOKED_AT, false);
	return refusal_is(x, SESS_EORIGIN, why_not_here(x));
}

bool
sess_csrf_ok(const struct sess *s, const struct sess_req *req)
{
	enum proof proof = prove(s, req);

	judged(s->x, proof, will_do(proof));
	if (will_do(proof))
		return true;
	refusal_is(s->x, SESS_ECSRF, why_no_token(s->x));
	return false;
}

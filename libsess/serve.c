/* serve.c - one exchange, in the order in which things happen. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "conf.h"
#include "crypt.h"
#include "exchange.h"
#include "random.h"
#include "teach.h"
#include "trace.h"

#define CONF_MEMORY (64 * 1024)
#define REFUSAL_MAX 4096        /* bytes of a page about wrong settings */
#define EXTRA_MEMORY (4 << 20)  /* beside what requests and sessions need */

/* ---- what outlives an exchange ----------------------------------------- */

/* A fault of before is no news of now. */
static void
forget_fault(struct sess_service *sv)
{
	sv->log.store_told = false;
	sv->store_err = SESS_OK;
}

static void
log_begin(struct sess_service *sv, struct sess_wire *wire)
{
	sv->log.app = wire_app(wire);
	sv->log.wire = wire;
	if (trace_on(&sv->log))
		sv->log.trace.began = clock_us();
	forget_fault(sv);
}

static void
log_end(struct sess_service *sv)
{
	sv->log.app = NULL;
	sv->log.wire = NULL;
}

struct sess_service *
sess_open(const struct sess_app *app, struct sess_wire *wire)
{
	/* Of two the first: of none the store's place cannot be judged. */
	const char *root = wire_first(wire, "DOCUMENT_ROOT");
	struct sess_service *sv = malloc(sizeof *sv);

	if (sv == NULL)
		return NULL;
	*sv = (struct sess_service){
		.app = app, .conf = app->conf,
		.pool = POOL_INIT(CONF_MEMORY),
		.log = {
			.conf = &sv->conf,
			.line = app->conf.log, .line_arg = app->conf.log_arg,
			.trace = { .on = app->conf.trace != NULL,
			    .call = app->conf.trace,
			    .arg = app->conf.trace_arg },
		},
	};
	log_begin(sv, wire);
	sv->document_root = root != NULL ? pool_text(&sv->pool, root) : NULL;
	sv->err = conf_read(&sv->conf, wire, &sv->pool, &sv->log);
	log_end(sv);
	return sv;
}

void
sess_close(struct sess_service *sv)
{
	if (sv == NULL)
		return;
	if (sv->store != NULL)
		sv->ops->close(sv->store);
	pool_release(&sv->pool);
	crypt_wipe(sv, sizeof *sv);     /* it has the store's secret */
	free(sv);
}

static void
on_store_step(void *arg, enum sess_step step,
    const struct sess_trace_part *parts, size_t n)
{
	trace_emit_parts(&((struct sess_service *)arg)->log, step, parts, n);
}

/* The first one of an exchange: what comes of it is the same fault. */
static void
on_store_fault(void *arg, const char *why)
{
	struct sess_service *sv = arg;

	log_event(&sv->log, "store", SESS_ESTORE, why);
	sv->log.store_told = true;
}

static enum sess_err
on_store_random(void *arg, const char *purpose, void *bytes, size_t n)
{
	return random_bytes(&((struct sess_service *)arg)->log, purpose, bytes,
	    n);
}

enum sess_err
service_store(struct sess_service *sv)
{
	const struct sess_store_env env = {
		.wait = sv->conf.wait, .document_root = sv->document_root,
		.step = on_store_step, .traced = &sv->log.trace.on,
		.fault = on_store_fault, .random = on_store_random,
		.arg = sv,
	};
	const char *where;

	if (sv->store != NULL)
		return SESS_OK;
	if (sv->store_err != SESS_OK)
		return sv->store_err;   /* it may have taken seconds */
	if ((sv->ops = store_of(sv->conf.store, &where)) == NULL) {
		log_event(&sv->log, "conf", SESS_ECONF,
		    "store: no store of that scheme");
		return SESS_ECONF;
	}
	sv->store_err = sv->ops->open(&sv->store, where, &env);
	return sv->store_err;
}

/* ---- one exchange ------------------------------------------------------ */

static void *
on_alloc(void *arg, size_t n)
{
	return pool_alloc(arg, n);
}

/* To a page that may show them, to the log, or to nobody. */
static void
show_steps(struct exchange *x, const struct sess_wire *wire)
{
	const struct sess_conf *c = &x->service->conf;
	bool lines = c->trace_format != SESS_TRACE_OFF && c->insecure_dev &&
	    teach_is_local(wire);
	bool keep = sess_teaching(&x->req) == SESS_TEACH_YES;

	if (lines || keep)
		trace_begin(&x->service->log, lines, keep ? &x->pool : NULL);
}

void
exchange_init(struct exchange *x, struct sess_service *sv,
    struct sess_wire *wire)
{
	const struct sess_conf *c = &sv->conf;

	memset(x, 0, sizeof *x);
	x->service = sv;
	x->app = sv->app;
	x->vars = wire->vars;
	log_begin(sv, wire);
	x->pool = (struct pool)POOL_INIT(EXTRA_MEMORY +
	    4 * (c->max_body_bytes + c->max_query_bytes +
	    c->max_cookie_bytes + c->max_session_bytes) +
	    4 * c->max_pairs * sizeof(struct sess_pair));
	x->memory = (struct sess_memory){ on_alloc, &x->pool };
	request_init(&x->req, wire, &x->pool, &sv->log);
	if (c->teach || c->trace_format != SESS_TRACE_OFF)
		show_steps(x, wire);
	response_init(&x->res, &x->req, c->max_answer_bytes);
	x->sess = (struct sess){ .x = x, .log = &sv->log };
	x->sess.fields = (struct fields){ .pool = &x->pool,
		.max_count = c->max_fields, .max_bytes = c->max_session_bytes,
		.max_value = c->max_value_bytes };
}

/* The time of a request is when it is there, not that of its first byte. */
static void
set_time(struct exchange *x)
{
	struct sess *s = &x->sess;

	s->now = clock_now(&x->service->conf);
	s->rec.created = s->rec.seen = s->now;
	s->rec.ends = s->now + x->service->conf.anon_absolute;
}

void
exchange_release(struct exchange *x)
{
	trace_end(&x->service->log);
	log_end(x->service);
	x->req.wire->vars = x->vars;    /* others were in the pool */
	request_release(&x->req);
	response_release(&x->res);
	pool_release(&x->pool);
	crypt_wipe(x, sizeof *x);       /* ids, and the secret of forms */
}

const char *
exchange_methods(const struct exchange *x)
{
	if (x->app->authorizer)
		return NULL;
	return x->app->methods != NULL ? x->app->methods : "GET HEAD POST";
}

/* All that must be right before the program runs. */
static enum sess_err
prepare(struct exchange *x)
{
	struct sess_service *sv = x->service;
	enum sess_err err;

	if (!x->app->no_session)
		progress_watch(x);
	if ((err = request_read(&x->req, &sv->conf, exchange_methods(x),
	    x->app->max_files)) != SESS_OK)
		return err;
	set_time(x);
	forget_fault(sv);       /* the body may have taken minutes */
	progress_end(x);
	if (!x->app->no_session && (err = load(x)) != SESS_OK)
		return err;
	return csrf_gate(x);
}

static void
run(struct exchange *x)
{
	int status;

	trace_step(x->sess.log, SESS_STEP_HANDLER, TRACE_NONE);
	status = x->app->handle(&x->req, &x->res, &x->sess);
	x->res.status = status >= 200 && status <= 599 ? status : 500;
}

/* Of an error without a word the visitor would see an empty window. */
static void
explain(struct exchange *x)
{
	struct sess_refusal r;

	if (x->res.status < 400 || !response_is_bare(&x->res))
		return;
	r = refusal_by_page(x);
	response_explain(&x->res, &r, x->app->refused);
}

/*
 * Commit before the first byte goes out: an answer that claims something was
 * saved is never sent when it was not.
 */
static enum sess_err
complete(struct exchange *x)
{
	enum sess_err err = response_check(&x->res);

	if (err != SESS_OK) {
		log_event(x->sess.log, "answer", err, "the page failed");
		commit_discard(x);
		return SESS_EINVAL;
	}
	if (x->app->authorizer && x->res.ncookies > 0) {
		log_event(x->sess.log, "answer", SESS_EINVAL,
		    "an authorizer sets no cookie: it would be lost");
		return SESS_EINVAL;
	}
	if (x->app->no_session)
		return SESS_OK;
	if (x->res.status >= 500)
		commit_discard(x);
	return sess_commit(&x->sess);
}

/* Find out which program is asked, and have it answer. */
static enum sess_err
answer(struct exchange *x)
{
	enum sess_err err = x->service->err;

	if (err != SESS_OK) {
		x->res.body.max = REFUSAL_MAX;  /* no setting says how much */
		return err;
	}
	if ((err = mount_find(x)) != SESS_OK || (err = prepare(x)) != SESS_OK)
		return err;
	run(x);
	explain(x);
	return complete(x);
}

/*
 * From now on https only (RFC 6797).  This host alone: what else the domain
 * has is not ours to speak for.  And not where one tries things out, or every
 * other server on "localhost" would be out of reach.
 */
static void
send_hsts(struct exchange *x)
{
	const struct sess_conf *c = &x->service->conf;
	char value[40];

	if (!x->req.https || c->insecure_dev || c->hsts <= 0)
		return;
	snprintf(value, sizeof value, "max-age=%" PRId64, c->hsts);
	response_default(&x->res, "Strict-Transport-Security", value);
}

/* RFC 9110, 10.2.3 */
static void
send_wait(struct exchange *x)
{
	char value[24];

	if (x->sess.wait <= 0 || (x->res.status != 429 &&
	    x->res.status != 503))
		return;
	snprintf(value, sizeof value, "%" PRId64, x->sess.wait);
	response_default(&x->res, "Retry-After", value);
}

/* An authorizer's answer may get lost, and its cookies with it. */
static void
refuse(struct exchange *x, enum sess_err err)
{
	const struct sess_refusal r = refusal_page(x, err);

	if (x->app->authorizer)
		x->res.ncookies = 0;
	response_refuse(&x->res, &r, err == SESS_EMETHOD ?
	    exchange_methods(x) : NULL, x->app->refused);
}

void
sess_serve(struct sess_service *sv, struct sess_wire *wire)
{
	struct exchange x;
	enum sess_err err;

	exchange_init(&x, sv, wire);
	if ((err = answer(&x)) != SESS_OK)
		refuse(&x, err);
	if (sv->err == SESS_OK) {
		carry_send(&x);
		send_hsts(&x);
		send_wait(&x);
		if (!x.app->authorizer)         /* it has no page */
			response_at_end(&x.res, &x.sess);
	}
	response_send(&x.res);
	trace_step(x.sess.log, SESS_STEP_ANSWER,
	    TRACE_NUMBER("status", x.res.status),
	    TRACE_NUMBER("bytes", response_length(&x.res)));
	exchange_release(&x);
}

/* request.c - one request, read from the wire and parsed. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "body.h"
#include "cookie.h"
#include "encode.h"
#include "form.h"
#include "http.h"
#include "intake.h"
#include "peer.h"
#include "request.h"
#include "trace.h"

void
request_init(struct sess_req *req, struct sess_wire *wire, struct pool *pool,
    const struct log *log)
{
	const char *method = wire_var(wire, "REQUEST_METHOD");

	*req = (struct sess_req){
		.wire = wire, .pool = pool, .log = log, .body = BUF_INIT(0),
		/* Also who is refused before the rest is read has one. */
		.method = method != NULL && is_token(method) ? method : "",
	};
}

void
request_release(struct sess_req *req)
{
	uploads_release(&req->file);
	buf_release(&req->body);
}

static enum sess_err
refuse(const struct sess_req *req, enum sess_err err, const char *why)
{
	log_event(req->log, "refuse", err, why);
	return err;
}

/* True if the word stands in a list that is separated by blanks. */
static bool
in_list(const char *list, const char *word)
{
	size_t n = strlen(word), len;

	for (; *list != '\0'; list += len + strspn(list + len, " ")) {
		len = strcspn(list, " ");
		if (len == n && memcmp(list, word, n) == 0)
			return true;
	}
	return false;
}

static enum sess_err
read_method(struct sess_req *req, const char *methods)
{
	if (*req->method == '\0')
		return refuse(req, SESS_ESYNTAX, "no method");
	if (methods != NULL && !in_list(methods, req->method))
		return refuse(req, SESS_EMETHOD, "method not allowed");
	return SESS_OK;
}

static enum sess_err
read_query(struct sess_req *req, const struct sess_conf *conf)
{
	const char *query = wire_var(req->wire, "QUERY_STRING");
	enum sess_err err;

	if (query == NULL)
		return SESS_OK;
	if (strlen(query) > conf->max_query_bytes)
		return refuse(req, SESS_EURI, "query over max_query_bytes");
	err = form_parse(&req->query, req->pool, query, strlen(query),
	    conf->max_pairs, conf->max_name_bytes);
	if (err == SESS_ELIMIT)
		return refuse(req, SESS_EURI,
		    "query over max_pairs or max_name_bytes");
	return err;
}

/*
 * nginx passes two Cookie fields as two variables of one name: join them all,
 * as HTTP/2 does (RFC 9113, 8.2.3).
 */
static enum sess_err
join_cookies(const struct sess_wire *wire, struct buf *joined)
{
	static const char name[] = "HTTP_COOKIE=";
	char *const *v;

	for (v = wire->vars; *v != NULL; v++) {
		if (strncmp(*v, name, sizeof name - 1) != 0)
			continue;
		if (joined->len > 0)
			buf_adds(joined, "; ");
		buf_adds(joined, *v + sizeof name - 1);
	}
	return joined->err;
}

static enum sess_err
read_cookies(struct sess_req *req, const struct sess_conf *conf)
{
	struct buf joined = BUF_INIT(conf->max_cookie_bytes);
	enum sess_err err = join_cookies(req->wire, &joined);

	if (err == SESS_OK)
		err = cookie_parse(&req->cookie, req->pool, joined.data,
		    conf->max_cookies);
	buf_release(&joined);
	if (err == SESS_ELIMIT)
		return refuse(req, SESS_EHEADER,
		    "cookies over max_cookie_bytes or max_cookies");
	return err;
}

static enum sess_err
on_text(void *arg, const char *s, size_t n, const char **why)
{
	struct buf *text = arg;

	*why = "no memory";
	buf_add(text, s, n);
	return text->err;
}

static enum sess_err
read_urlencoded(struct sess_req *req, struct body *body,
    const struct sess_conf *conf)
{
	enum sess_err err;

	req->body.max = body->max;
	if ((err = body_read(body, on_text, &req->body)) != SESS_OK)
		return err;
	err = form_parse(&req->field, req->pool, req->body.data,
	    req->body.len, conf->max_pairs, conf->max_name_bytes);
	body->why = "form over max_pairs or max_name_bytes";
	return err == SESS_ELIMIT ? SESS_EBODY : err;
}

static enum sess_err
on_multipart(void *arg, const char *s, size_t n, const char **why)
{
	return intake_feed(arg, s, n, why);
}

static enum sess_err
read_multipart(struct sess_req *req, struct body *body,
    const struct sess_conf *conf)
{
	struct intake in = {
		.pool = req->pool, .text = &req->body, .field = &req->field,
		.file = &req->file, .max_pairs = conf->max_pairs,
		.max_name = conf->max_name_bytes,
		.max_text = conf->max_body_bytes,
	};
	enum sess_err err;

	body->why = "no memory";
	if ((err = intake_init(&in, body->type.boundary, conf->max_parts)) !=
	    SESS_OK || (err = body_read(body, on_multipart, &in)) != SESS_OK)
		return err;
	return intake_end(&in, &body->why);
}

static enum sess_err
read_form(struct sess_req *req, const struct sess_conf *conf, size_t max_files)
{
	struct body body = { .wire = req->wire, .progress = req->progress,
		.progress_arg = req->progress_arg };
	enum sess_err err;

	if (request_safe(req))          /* its body means nothing (9.3.1) */
		return SESS_OK;
	uploads_init(&req->file, req->pool, conf->upload_dir,
	    max_files < conf->max_parts ? max_files : conf->max_parts);
	err = body_open(&body, conf->max_body_bytes, conf->max_upload_bytes);
	if (err == SESS_OK)
		err = body.kind == BODY_MULTIPART ?
		    read_multipart(req, &body, conf) :
		    read_urlencoded(req, &body, conf);
	return err == SESS_OK ? SESS_OK : refuse(req, err, body.why);
}

enum sess_err
request_read_head(struct sess_req *req, const struct sess_conf *conf,
    const char *methods)
{
	enum sess_err err;

	peer_read(req, conf);
	if ((err = read_method(req, methods)) != SESS_OK ||
	    (err = read_query(req, conf)) != SESS_OK)
		return err;
	return read_cookies(req, conf);
}

size_t
request_body(const struct sess_req *req, const struct sess_conf *conf,
    const char *methods)
{
	struct body body = { .wire = req->wire };

	if (methods == NULL || request_safe(req) || body_open(&body,
	    conf->max_body_bytes, conf->max_upload_bytes) != SESS_OK)
		return 0;
	return body.length != SIZE_MAX ? body.length : body.max + 1;
}

/* All visitors have the same address then: limits and alerts go wrong. */
static void
tell_unbelieved(const struct sess_req *req)
{
	const struct log_entry entry = {
		.event = "proxy", .address = req->peer,
		.why = pool_printf(req->pool, "%s came from a proxy and gives "
		    "no address of the client, so the proxy's is taken: let "
		    "the proxy set one field that ends with the address, "
		    "and name that field in proxy_header", req->forwarded),
	};

	log_write(req->log, &entry);
}

enum sess_err
request_read(struct sess_req *req, const struct sess_conf *conf,
    const char *methods, size_t max_files)
{
	enum sess_err err;

	err = request_read_head(req, conf, methods);
	if (req->forwarded != NULL)
		tell_unbelieved(req);
	if (err != SESS_OK)
		return err;
	if (methods != NULL && (err = read_form(req, conf,
	    max_files)) != SESS_OK)
		return err;
	trace_step(req->log, SESS_STEP_REQUEST,
	    TRACE_TEXT("method", req->method),
	    TRACE_TEXT("path", sess_req_path(req)),
	    TRACE_NUMBER("query", req->query.n),
	    TRACE_NUMBER("fields", req->field.n),
	    TRACE_NUMBER("cookies", req->cookie.n),
	    TRACE_NUMBER("files", req->file.n));
	return SESS_OK;
}

bool
request_safe(const struct sess_req *req)
{
	return in_list("GET HEAD OPTIONS TRACE", req->method);
}

/* ---- what a page may ask ----------------------------------------------- */

const char *
sess_req_method(const struct sess_req *req)
{
	return req->method;
}

const char *
sess_req_var(const struct sess_req *req, const char *name)
{
	/* A client's "Proxy:" header must never steer a client's library. */
	if (strcmp(name, "HTTP_PROXY") == 0)
		return NULL;
	return wire_var(req->wire, name);
}

const char *
sess_req_path(const struct sess_req *req)
{
	const char *path = sess_req_var(req, "SCRIPT_NAME");

	return path != NULL ? path : "";
}

const char *
sess_req_path_info(const struct sess_req *req)
{
	const char *info = sess_req_var(req, "PATH_INFO");

	return info != NULL ? info : "";
}

const char *
sess_req_host(const struct sess_req *req)
{
	return req->host;
}

const char *
sess_req_address(const struct sess_req *req)
{
	return req->address;
}

bool
sess_req_https(const struct sess_req *req)
{
	return req->https;
}

/* RFC 3875, 4.1.18: capitals, "_" for "-", "HTTP_" in front. */
const char *
sess_req_header(const struct sess_req *req, const char *name)
{
	char var[128] = "HTTP_";
	const char *value;
	size_t i, n = strlen(name);

	if (n + 6 > sizeof var || !is_token(name))
		return NULL;
	for (i = 0; i < n; i++)
		var[5 + i] = name[i] == '-' ? '_' :
		    name[i] >= 'a' && name[i] <= 'z' ?
		    (char)(name[i] - 'a' + 'A') : name[i];
	if (strcmp(var + 5, "CONTENT_TYPE") == 0 ||
	    strcmp(var + 5, "CONTENT_LENGTH") == 0) {
		/* nginx and Caddy: empty, where there is none */
		value = sess_req_var(req, var + 5);
		return value != NULL && *value != '\0' ? value : NULL;
	}
	return sess_req_var(req, var);
}

void
sess_log(const struct sess_req *req, const char *why)
{
	log_event(req->log, "page", SESS_OK, why);
}

static const struct pairs *
list(const struct sess_req *req, enum sess_from from)
{
	return from == SESS_QUERY ? &req->query :
	    from == SESS_FIELD ? &req->field : &req->cookie;
}

const char *
sess_req_query(const struct sess_req *req, const char *name)
{
	return pairs_text(&req->query, name);
}

const char *
sess_req_field(const struct sess_req *req, const char *name)
{
	return pairs_text(&req->field, name);
}

const char *
sess_req_cookie(const struct sess_req *req, const char *name)
{
	return pairs_text(&req->cookie, name);
}

const struct sess_pair *
sess_req_pairs(const struct sess_req *req, enum sess_from from, size_t *count)
{
	*count = list(req, from)->n;
	return list(req, from)->at;
}

const struct sess_pair *
sess_req_next(const struct sess_req *req, enum sess_from from,
    const char *name, const struct sess_pair *after)
{
	return pairs_next(list(req, from), name, after);
}

size_t
sess_req_count(const struct sess_req *req, enum sess_from from,
    const char *name)
{
	const struct sess_pair *p = NULL;
	size_t n = 0;

	while ((p = pairs_next(list(req, from), name, p)) != NULL)
		n++;
	return n;
}

const struct sess_upload *
sess_req_files(const struct sess_req *req, size_t *count)
{
	*count = req->file.n;
	return req->file.at;
}

const struct sess_upload *
sess_req_file(const struct sess_req *req, const char *name)
{
	size_t i;

	for (i = 0; i < req->file.n; i++)
		if (strcmp(req->file.at[i].name, name) == 0)
			return &req->file.at[i];
	return NULL;
}

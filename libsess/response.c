/* response.c - an answer, gathered and then sent in one piece. */
/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cookie.h"
#include "encode.h"
#include "file.h"
#include "http.h"
#include "response.h"

/* What every page wants and nobody remembers; a page can replace each. */
static const struct response_field defaults[] = {
	{ "Content-Type", "text/html; charset=utf-8" },
	{ "Cache-Control", "no-store" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "same-origin" },
	{ "Content-Security-Policy", "frame-ancestors 'none'" },
};

void
response_init(struct sess_res *res, const struct sess_req *req,
    size_t max_bytes)
{
	*res = (struct sess_res){
		.req = req, .pool = req->pool, .status = 200,
		.body = BUF_INIT(max_bytes), .file = -1,
	};
	memcpy(res->fields, defaults, sizeof defaults);
	res->nfields = sizeof defaults / sizeof *defaults;
}

void
response_release(struct sess_res *res)
{
	buf_release(&res->body);
	if (res->file >= 0)
		close(res->file);
	res->file = -1;
}

static void
fail(struct sess_res *res, enum sess_err err)
{
	if (res->err == SESS_OK)
		res->err = err;
}

/* True while nothing but the body may change; the attempt is an error. */
static bool
is_decided(struct sess_res *res)
{
	if (res->decided)
		fail(res, SESS_EINVAL);
	return res->decided;
}

void
sess_res_at_end(struct sess_res *res, void (*at_end)(const struct sess_req *,
    struct sess_res *, const struct sess *))
{
	if (!is_decided(res))
		res->at_end = at_end;
}

void
response_at_end(struct sess_res *res, const struct sess *s)
{
	size_t len = res->body.len;
	enum sess_err err;

	if (res->at_end == NULL || res->file >= 0 ||
	    sess_res_error(res) != SESS_OK)
		return;
	res->decided = true;
	res->at_end(res->req, res, s);
	res->decided = false;
	if ((err = sess_res_error(res)) == SESS_OK)
		return;
	buf_cut(&res->body, len);
	res->err = SESS_OK;
	log_event(res->req->log, "answer", err,
	    "what was to be added at its end is left out");
}

enum sess_err
sess_res_error(const struct sess_res *res)
{
	return res->err != SESS_OK ? res->err : res->body.err;
}

/* ---- header fields ----------------------------------------------------- */

static bool
ours(const char *name)
{
	static const char *const names[] = {
		"Status", "Set-Cookie", "Location", "Content-Length",
		"Transfer-Encoding", "Connection",
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

static struct response_field *
slot(struct sess_res *res, const char *name)
{
	size_t i;

	for (i = 0; i < res->nfields; i++)
		if (strcasecmp(res->fields[i].name, name) == 0)
			return &res->fields[i];
	return i < RESPONSE_FIELDS ? &res->fields[res->nfields++] : NULL;
}

void
sess_res_header(struct sess_res *res, const char *name, const char *value)
{
	struct response_field *field, copy = { NULL, NULL };

	if (is_decided(res))
		return;
	if (!is_token(name) || ours(name) ||
	    (value != NULL && !is_field_value(value))) {
		fail(res, SESS_EINVAL);
		return;
	}
	copy.name = pool_text(res->pool, name);
	if (value != NULL)
		copy.value = pool_text(res->pool, value);
	if (copy.name == NULL || (value != NULL && copy.value == NULL))
		fail(res, SESS_ENOMEM);
	else if ((field = slot(res, copy.name)) == NULL)
		fail(res, SESS_ELIMIT);
	else
		*field = copy;
}

void
response_default(struct sess_res *res, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < res->nfields; i++)
		if (strcasecmp(res->fields[i].name, name) == 0)
			return;
	sess_res_header(res, name, value);
}

static void
add_cookie(struct sess_res *res, const struct sess_cookie *cookie, bool own)
{
	struct buf line = BUF_INIT(2 * COOKIE_MAX);
	enum sess_err err = cookie_format(&line, cookie);
	size_t i;

	if (err != SESS_OK) {
		fail(res, err == SESS_ELIMIT ? SESS_EINVAL : err);
		goto out;
	}
	for (i = 0; i < res->ncookies; i++)     /* one a name (C 4.1.1) */
		if (strcmp(res->cookies[i].name, cookie->name) == 0)
			break;
	if (i == RESPONSE_FIELDS) {
		fail(res, SESS_ELIMIT);
		goto out;
	}
	res->cookies[i] = (struct response_cookie){
		pool_text(res->pool, cookie->name),
		pool_text(res->pool, line.data), own,
	};
	if (res->cookies[i].name == NULL || res->cookies[i].line == NULL)
		fail(res, SESS_ENOMEM);
	else if (i == res->ncookies)
		res->ncookies++;
out:
	buf_release(&line);
}

void
sess_res_cookie(struct sess_res *res, const struct sess_cookie *cookie)
{
	if (!is_decided(res))
		add_cookie(res, cookie, false);
}

void
response_own_cookie(struct sess_res *res, const struct sess_cookie *cookie)
{
	add_cookie(res, cookie, true);
}

/* ---- the body ---------------------------------------------------------- */

void
sess_res_puts(struct sess_res *res, const char *text)
{
	buf_adds(&res->body, text);
}

void
sess_res_write(struct sess_res *res, const void *bytes, size_t len)
{
	buf_add(&res->body, bytes, len);
}

void
sess_res_html(struct sess_res *res, const char *text)
{
	encode_html(&res->body, text, strlen(text));
}

void
sess_res_url(struct sess_res *res, const char *text)
{
	encode_url(&res->body, text, strlen(text));
}

void
sess_res_json(struct sess_res *res, const void *text, size_t len)
{
	encode_json(&res->body, text, len);
}

void
sess_res_printf(struct sess_res *res, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vaddf(&res->body, format, ap);
	va_end(ap);
}

/* ---- files ------------------------------------------------------------- */

/* Put this in place of a default; what the page itself set stays. */
static void
replace_default(struct sess_res *res, const char *name, const char *value)
{
	size_t i, n = sizeof defaults / sizeof *defaults;

	for (i = 0; i < n; i++)
		if (strcmp(defaults[i].name, name) == 0 &&
		    res->fields[i].value == defaults[i].value)
			res->fields[i].value = value;
}

/*
 * A visitor's file is no page of this site, whatever is in it: it is saved and
 * not shown; where a browser shows it all the same, its type is not guessed,
 * and it has no scripts, no forms and no origin.
 */
void
sess_res_file(struct sess_res *res, int fd, const char *name)
{
	struct buf value = BUF_INIT(RESPONSE_PAGE_HEADER_MAX);
	int64_t size = 0;

	if (is_decided(res)) {
		close(fd);
		return;
	}
	if (res->file >= 0 && res->file != fd)
		close(res->file);
	res->file = fd;                 /* closed with the answer */
	if (file_size(fd, &size) != SESS_OK)
		fail(res, SESS_EINVAL);
	res->file_size = size;
	replace_default(res, "Content-Type", "application/octet-stream");
	replace_default(res, "Content-Security-Policy",
	    "default-src 'none'; frame-ancestors 'none'; sandbox");
	file_disposition(&value, name);
	if (value.err != SESS_OK)
		fail(res, value.err);
	else
		sess_res_header(res, "Content-Disposition", value.data);
	buf_release(&value);
}

/* ---- redirects --------------------------------------------------------- */

bool
sess_same_site_path(const char *where)
{
	const char *c, *colon = strchr(where, ':');

	for (c = where; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c > '~' ||
		    *c == '\\')
			return false;   /* browsers drop or turn these */
	if (where[0] == '/' && where[1] == '/')
		return false;           /* another host */
	/* "x:" is a scheme unless a "/", "?" or "#" stands before it. */
	return colon == NULL || strcspn(where, "/?#") < (size_t)(colon - where);
}

/* A relative name becomes one in the program's own folder. */
static const char *
absolute(const struct sess_res *res, const char *where)
{
	const char *path = sess_req_path(res->req), *slash;

	if (*where == '/')
		return pool_text(res->pool, where);
	slash = strrchr(path, '/');
	return pool_printf(res->pool, "%.*s/%s",
	    slash != NULL ? (int)(slash - path) : 0, path, where);
}

int
sess_res_redirect(struct sess_res *res, const char *where)
{
	const char *location = absolute(res, where);

	if (is_decided(res))
		return 303;
	if (location == NULL)
		fail(res, SESS_ENOMEM);
	/* Also as a whole: SCRIPT_NAME is not ours to trust. */
	else if (!sess_same_site_path(where) || !sess_same_site_path(location))
		fail(res, SESS_EINVAL);
	else
		res->location = location;
	return 303;
}

/* ---- sending ----------------------------------------------------------- */

static void
short_page(const struct sess_req *req, struct sess_res *res,
    const struct sess_refusal *r)
{
	(void)req;
	sess_res_printf(res, "<!doctype html>\n<html lang=\"en\">\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<title>%d %s</title>\n<h1>%s</h1>\n<p>%s</p>\n",
	    res->status, status_text(res->status), status_text(res->status),
	    r->text);
}

/* A list with commas (RFC 9110, 10.2.1) of one with blanks. */
static void
allow_methods(struct sess_res *res, const char *methods)
{
	struct buf list = BUF_INIT(256);

	for (; *methods != '\0'; methods++) {
		if (*methods == ' ')
			buf_addc(&list, ',');
		buf_addc(&list, *methods);
	}
	sess_res_header(res, "Allow", list.data);
	buf_release(&list);
}

void
response_refuse(struct sess_res *res, const struct sess_refusal *r,
    const char *allow, void (*page)(const struct sess_req *,
    struct sess_res *, const struct sess_refusal *))
{
	struct sess_res old = *res;
	size_t i;

	response_release(res);
	response_init(res, old.req, old.body.max);
	for (i = 0; i < old.ncookies; i++)
		if (old.cookies[i].own)
			res->cookies[res->ncookies++] = old.cookies[i];
	res->status = sess_err_status(r->err);
	if (allow != NULL)
		allow_methods(res, allow);
	if (res->status == 503 && r->err != SESS_ECONF)
		sess_res_header(res, "Retry-After", "5");
	response_explain(res, r, page);
}

bool
response_is_bare(const struct sess_res *res)
{
	const struct response_field *type = &res->fields[0];

	return res->body.len == 0 && res->file < 0 &&
	    sess_res_error(res) == SESS_OK && type->value == defaults[0].value;
}

void
response_explain(struct sess_res *res, const struct sess_refusal *r,
    void (*page)(const struct sess_req *, struct sess_res *,
    const struct sess_refusal *))
{
	(page != NULL ? page : short_page)(res->req, res, r);
}

int64_t
response_length(const struct sess_res *res)
{
	return res->file >= 0 ? res->file_size : (int64_t)res->body.len;
}

static void
write_field(struct buf *head, const char *name, const char *value)
{
	buf_adds(head, name);
	buf_adds(head, ": ");
	buf_adds(head, value);
	buf_adds(head, "\r\n");
}

static void
write_head(const struct sess_res *res, struct buf *head)
{
	size_t i;

	buf_addf(head, "Status: %d %s\r\n", res->status,
	    status_text(res->status));
	for (i = 0; i < res->nfields; i++)
		if (res->fields[i].value != NULL)
			write_field(head, res->fields[i].name,
			    res->fields[i].value);
	if (res->location != NULL)
		write_field(head, "Location", res->location);
	for (i = 0; i < res->ncookies; i++)
		write_field(head, "Set-Cookie", res->cookies[i].line);
	if (res->status != 204 && res->status != 304)
		buf_addf(head, "Content-Length: %" PRId64 "\r\n",
		    response_length(res));
	buf_adds(head, "\r\n");
}

enum sess_err
response_check(struct sess_res *res)
{
	struct buf head = BUF_INIT(RESPONSE_PAGE_HEADER_MAX);

	write_head(res, &head);
	if (head.err != SESS_OK)
		fail(res, head.err);
	buf_release(&head);
	if (res->file >= 0 && res->body.len > 0)
		fail(res, SESS_EINVAL);         /* which of the two? */
	return sess_res_error(res);
}

static bool
has_body(const struct sess_res *res)
{
	return strcmp(res->req->method, "HEAD") != 0 && res->status != 204 &&
	    res->status != 304;
}

/* The head is out: what fails now can only be noted. */
static void
send_file(const struct sess_res *res)
{
	enum sess_err err = file_send(res->req->wire, res->file,
	    res->file_size);

	if (err == SESS_ELENGTH)
		log_event(res->req->log, "answer", err,
		    "the file has become shorter");
	else if (err != SESS_OK && err != SESS_EWIRE)
		log_event(res->req->log, "answer", err, "cut short");
}

void
response_send(struct sess_res *res)
{
	struct sess_wire *wire = res->req->wire;
	struct buf out = BUF_INIT(RESPONSE_HEADER_MAX + res->body.max);
	bool sent = false;

	write_head(res, &out);
	if (has_body(res))
		buf_add(&out, res->body.data, res->body.len);
	if (out.err == SESS_OK)
		sent = wire->write(wire, out.data, out.len);
	else
		log_event(res->req->log, "answer", out.err, "not sent");
	buf_release(&out);
	if (sent && res->file >= 0 && has_body(res))
		send_file(res);
}

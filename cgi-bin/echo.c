/*
 * echo.c - what the library parsed from the request, as JSON.  The first
 * thing to ask when a form does not arrive.
 */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "sess.h"

/* Bytes that are no text cannot stand in a JSON string: their hex can. */
static void
hex(struct sess_res *res, const char *bytes, size_t len)
{
	sess_res_puts(res, "{\"x\":\"");
	while (len-- > 0)
		sess_res_printf(res, "%02x", (unsigned)*bytes++ & 0xff);
	sess_res_puts(res, "\"}");
}

static void
string(struct sess_res *res, const char *bytes, size_t len, bool replace)
{
	if (replace || sess_is_text(bytes, len))
		sess_res_json(res, bytes, len);
	else
		hex(res, bytes, len);
}

static void
member(struct sess_res *res, const char *name, const char *text)
{
	sess_res_printf(res, ",\"%s\":", name);
	if (text != NULL)
		string(res, text, strlen(text), false);
	else
		sess_res_puts(res, "null");
}

/*
 * What opens a session is no more than hinted at: a script that reads this page
 * would otherwise have what HttpOnly keeps from it.
 */
static void
masked(struct sess_res *res, const char *bytes, size_t len)
{
	char text[8] = "...";

	if (len >= 16 && sess_is_text(bytes, 4)) {
		memcpy(text, bytes, 4);
		memcpy(text + 4, "...", 4);
	}
	sess_res_json(res, text, strlen(text));
}

static void
cookies(struct sess_res *res, const struct sess_req *req,
    const struct sess *s, bool replace)
{
	size_t i, n;
	const struct sess_pair *p = sess_req_pairs(req, SESS_COOKIE, &n);

	sess_res_puts(res, ",\"cookies\":[");
	for (i = 0; i < n; i++) {
		sess_res_puts(res, i > 0 ? ",[" : "[");
		string(res, p[i].name, p[i].name_len, replace);
		sess_res_puts(res, ",");
		if (sess_is_own_cookie(s, p[i].name))
			masked(res, p[i].value, p[i].value_len);
		else
			string(res, p[i].value, p[i].value_len, replace);
		sess_res_puts(res, "]");
	}
	sess_res_puts(res, "]");
}

static void
pairs(struct sess_res *res, const struct sess_req *req, const char *name,
    enum sess_from from, bool replace)
{
	size_t i, n;
	const struct sess_pair *p = sess_req_pairs(req, from, &n);

	sess_res_printf(res, ",\"%s\":[", name);
	for (i = 0; i < n; i++) {
		sess_res_puts(res, i > 0 ? ",[" : "[");
		string(res, p[i].name, p[i].name_len, replace);
		sess_res_puts(res, ",");
		string(res, p[i].value, p[i].value_len, replace);
		sess_res_puts(res, "]");
	}
	sess_res_puts(res, "]");
}

static void
files(struct sess_res *res, const struct sess_req *req)
{
	size_t i, n;
	const struct sess_upload *file = sess_req_files(req, &n);

	sess_res_puts(res, ",\"files\":[");
	for (i = 0; i < n; i++, file++) {
		sess_res_puts(res, i > 0 ? ",{\"name\":" : "{\"name\":");
		string(res, file->name, strlen(file->name), false);
		member(res, "filename", file->filename);
		member(res, "type", file->type);
		sess_res_printf(res, ",\"size\":%" PRId64 "}", file->size);
	}
	sess_res_puts(res, "]");
}

static int
echo(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *utf8 = sess_req_var(req, "LIBSESS_ECHO_UTF8");
	const char *length = sess_req_header(req, "Content-Length");
	bool replace = utf8 != NULL && strcmp(utf8, "replace") == 0;

	sess_res_header(res, "Content-Type", "application/json");
	sess_res_printf(res, "{\"ok\":true,\"method\":\"%s\"",
	    sess_req_method(req));
	member(res, "ctype", sess_req_header(req, "Content-Type"));
	sess_res_printf(res, ",\"clen\":%" PRIu64, length != NULL ?
	    (uint64_t)strtoull(length, NULL, 10) : 0);
	sess_res_printf(res, ",\"https\":%s",
	    sess_req_https(req) ? "true" : "false");
	member(res, "host", sess_req_host(req));
	member(res, "ip", sess_req_address(req));
	cookies(res, req, s, replace);
	pairs(res, req, "query", SESS_QUERY, replace);
	pairs(res, req, "post", SESS_FIELD, replace);
	files(res, req);
	sess_res_puts(res, "}\n");
	return 200;
}

static void
refused(const struct sess_req *req, struct sess_res *res,
    const struct sess_refusal *r)
{
	(void)req;
	sess_res_header(res, "Content-Type", "application/json");
	sess_res_printf(res, "{\"ok\":false,\"err\":\"%s\"}\n",
	    sess_err_name(r->err));
}

const struct sess_app echo_app = {
	.handle = echo, .refused = refused, .no_session = true,
	.max_files = 20,
};

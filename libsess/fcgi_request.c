/* fcgi_request.c - the requests of a connection, one after another. */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>

#include "fcgi_request.h"
#include "wiped.h"

enum { RESPONDER = 1, AUTHORIZER = 2 };         /* FastCGI 1.0, 6 */

/* ---- what is said at once ---------------------------------------------- */

static void
put(struct outbox *out, unsigned type, unsigned id, const void *content,
    size_t n)
{
	record_header(out->bytes + out->n, type, id, n);
	if (n > 0)
		memcpy(out->bytes + out->n + RECORD_HEADER, content, n);
	out->n += RECORD_HEADER + n;
}

void
outbox_end_stream(struct outbox *out, unsigned type, unsigned id)
{
	put(out, type, id, NULL, 0);
}

void
outbox_end_request(struct outbox *out, unsigned id, unsigned char status)
{
	const unsigned char body[RECORD_HEADER] = { [4] = status };

	put(out, RECORD_END_REQUEST, id, body, sizeof body);
}

/* A record that is looked at as a whole; false: it is not whole yet. */
static bool
gather(struct fcgi_request *r, const struct piece *p)
{
	if (r->record.length <= sizeof r->small) {
		memcpy(r->small + r->nsmall, p->bytes, p->n);
		r->nsmall += p->n;
	}
	return r->record.left == 0;
}

/* 4.1: of what a server may ask, the one answer that is always true. */
static void
tell_values(struct fcgi_request *r, struct outbox *out)
{
	static const char name[] = "FCGI_MPXS_CONNS";
	static const char answer[] = "\017\001FCGI_MPXS_CONNS0";
	const unsigned char *at = r->small, *end = at + r->nsmall;
	struct param p;
	size_t len = 0;

	while (at != end && param_next(&at, end, &p))
		if (p.nlen == sizeof name - 1 &&
		    memcmp(p.name, name, p.nlen) == 0)
			len = sizeof answer - 1;
	put(out, RECORD_GET_VALUES_RESULT, 0, answer, len);
}

static void
manage(struct fcgi_request *r, const struct piece *p, struct outbox *out)
{
	const unsigned char body[RECORD_HEADER] =
	    { (unsigned char)r->record.type };

	if (!gather(r, p))
		return;
	if (r->record.type == RECORD_GET_VALUES)
		tell_values(r, out);
	else
		put(out, RECORD_UNKNOWN_TYPE, 0, body, sizeof body);
	r->nsmall = 0;
}

/* ---- its parameters ---------------------------------------------------- */

/* Room for n bytes, in steps that double. */
static bool
make_room(struct fcgi_request *r, size_t n)
{
	size_t room = 2 * n;
	char *more;

	if (n > FCGI_PARAMS_MAX)
		return false;
	if (n <= r->room)
		return true;
	if ((more = wiped_grow(r->vars, r->vars_len, room)) == NULL)
		return false;
	r->vars = more;
	r->room = room;
	return true;
}

/* What C cannot tell from another variable is no variable. */
static bool
is_variable(const struct param *p)
{
	return p->nlen > 0 && memchr(p->name, '\0', p->nlen) == NULL &&
	    memchr(p->name, '=', p->nlen) == NULL &&
	    (p->vlen == 0 || memchr(p->value, '\0', p->vlen) == NULL);
}

/*
 * The pairs become text where they lie: their lengths took at least two bytes
 * each, and text needs two, a "=" and a NUL.
 */
static bool
make_variables(struct fcgi_request *r)
{
	const unsigned char *at = (unsigned char *)r->vars;
	const unsigned char *end = at + r->vars_len;
	char *to = r->vars;
	struct param p;

	for (r->nvars = 0; at != end; r->nvars++) {
		if (!param_next(&at, end, &p) || !is_variable(&p))
			return false;
		memmove(to, p.name, p.nlen);
		to += p.nlen;
		*to++ = '=';
		memmove(to, p.value, p.vlen);
		to += p.vlen;
		*to++ = '\0';
	}
	return true;
}

static void
take_params(struct fcgi_request *r, const struct piece *p)
{
	if (r->record.length == 0)
		r->state = !make_variables(r) ? FCGI_BAD_PARAMS :
		    r->authorizer ? FCGI_WHOLE : FCGI_BODY;
	else if (!make_room(r, r->vars_len + p->n))
		r->state = FCGI_BAD_PARAMS;
	else {
		memcpy(r->vars + r->vars_len, p->bytes, p->n);
		r->vars_len += p->n;
	}
}

/* ---- its records ------------------------------------------------------- */

static void
begin(struct fcgi_request *r, const struct piece *p, struct outbox *out)
{
	unsigned id = r->record.id, role;

	if (id == r->id || r->record.length != RECORD_HEADER) {
		r->state = FCGI_BROKEN;
		return;
	}
	if (!gather(r, p))
		return;
	r->nsmall = 0;
	role = (unsigned)r->small[0] << 8 | r->small[1];
	if (r->id != 0)
		outbox_end_request(out, id, CANT_MPX_CONN);
	else if (role != RESPONDER && role != AUTHORIZER) {
		outbox_end_request(out, id, UNKNOWN_ROLE);
		r->state = FCGI_BROKEN;
	} else {
		r->id = id;
		r->keep = (r->small[2] & KEEP_CONN) != 0;
		r->authorizer = role == AUTHORIZER;
		r->state = FCGI_HEAD;
	}
}

static void
take_body(struct fcgi_request *r, const struct piece *p)
{
	if (r->record.length == 0)
		r->state = FCGI_WHOLE;
	else if (r->failed == 0 && !spool_add(&r->body, p->bytes, p->n))
		r->failed = errno;
}

/* What is out of order, and FCGI_ABORT_REQUEST, end a request. */
static void
take(struct fcgi_request *r, const struct piece *p)
{
	unsigned type = r->record.type;

	if (r->state == FCGI_HEAD && type == RECORD_PARAMS)
		take_params(r, p);
	else if (r->state == FCGI_BODY && type == RECORD_STDIN)
		take_body(r, p);
	else if (r->state != FCGI_SKIP || type != RECORD_STDIN)
		r->state = FCGI_BROKEN;
	else if (r->record.length == 0) {
		r->state = FCGI_IDLE;
		r->id = 0;
	}
}

/* Of a request that was turned away more may come: it is dropped. */
static void
look_at(struct fcgi_request *r, const struct piece *p, struct outbox *out)
{
	if (r->record.id == 0)
		manage(r, p, out);
	else if (r->record.type == RECORD_BEGIN_REQUEST)
		begin(r, p, out);
	else if (r->record.id == r->id)
		take(r, p);
}

const unsigned char *
fcgi_request_feed(struct fcgi_request *r, const unsigned char *at,
    const unsigned char *end, struct outbox *out)
{
	enum fcgi_state before = r->state;
	enum record_found found;
	struct piece p;

	while (r->state == before && sizeof out->bytes - out->n >=
	    OUTBOX_SPARE) {
		found = record_next(&r->record, &at, end, &p);
		if (found == RECORD_MORE)
			break;
		if (found == RECORD_WRONG)
			r->state = FCGI_BROKEN;
		else
			look_at(r, &p, out);
	}
	return at;
}

/* ---- from the first to the last ---------------------------------------- */

void
fcgi_request_init(struct fcgi_request *r)
{
	memset(r, 0, offsetof(struct fcgi_request, small));
	r->body = (struct spool)SPOOL_INIT;
}

static void
forget(struct fcgi_request *r)
{
	wiped_free(r->vars, r->vars_len);
	r->vars = NULL;
	r->vars_len = r->nvars = r->room = 0;
	r->failed = 0;
	spool_release(&r->body);
}

void
fcgi_request_answered(struct fcgi_request *r)
{
	bool whole = r->state == FCGI_WHOLE;

	forget(r);
	r->state = whole ? FCGI_IDLE : FCGI_SKIP;
	if (whole)
		r->id = 0;
}

void
fcgi_request_release(struct fcgi_request *r)
{
	forget(r);
	fcgi_request_init(r);
}

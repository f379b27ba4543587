/*
 * fcgi_request.c - fuzz target: whatever calls itself a web server.
 *
 * However the bytes are cut, the same requests come of them.
 */
/* SPDX-License-Identifier: ISC */
#include "fcgi_request.h"
#include "fuzz.h"

static uint64_t seen;           /* FNV-1a of all that came of the bytes */

static void
see(const void *bytes, size_t n)
{
	const unsigned char *at = bytes;

	for (; n > 0; n--)
		seen = (seen ^ *at++) * UINT64_C(0x100000001b3);
}

static void
see_outbox(struct outbox *out)
{
	require(out->n <= sizeof out->bytes);
	see(out->bytes, out->n);
	out->n = 0;
}

/* A request as its program would see it. */
static void
see_request(struct fcgi_request *r)
{
	const char *var = r->vars;
	char piece[1000];
	ssize_t got;
	size_t i;

	for (i = 0; i < r->nvars; i++, var += strlen(var) + 1) {
		require(var < r->vars + r->vars_len);
		require(strchr(var, '=') > var);
		see(var, strlen(var) + 1);
	}
	while ((got = spool_read(&r->body, piece, sizeof piece)) > 0)
		see(piece, (size_t)got);
	require(got == 0);
	see(&r->id, sizeof r->id);
	see(&r->keep, sizeof r->keep);
}

/* False: nothing more can come of this connection. */
static bool
take(struct fcgi_request *r, const uint8_t *at, const uint8_t *end)
{
	static struct outbox out;
	const unsigned char *next;

	while (at != end) {
		next = fcgi_request_feed(r, at, end, &out);
		require(next >= at && next <= end);
		at = next;
		see_outbox(&out);
		require(r->vars_len <= FCGI_PARAMS_MAX &&
		    r->body.n <= SPOOL_MEMORY && r->failed == 0);
		if (r->state == FCGI_BROKEN || r->state == FCGI_BAD_PARAMS)
			return false;
		if (r->state == FCGI_WHOLE) {
			see_request(r);
			fcgi_request_answered(r);
		}
	}
	return true;
}

static uint64_t
run(const uint8_t *bytes, size_t n, size_t piece)
{
	static struct fcgi_request r;
	size_t at, len;

	seen = UINT64_C(0xcbf29ce484222325);
	fcgi_request_init(&r);
	for (at = 0; at < n; at += len) {
		len = piece < n - at ? piece : n - at;
		if (!take(&r, bytes + at, bytes + at + len))
			break;
	}
	see(&r.state, sizeof r.state);
	fcgi_request_release(&r);
	return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	uint64_t whole = run(bytes, n, n);

	require(run(bytes, n, 1) == whole);
	require(run(bytes, n, 7) == whole);
	return 0;
}

/* test_peer.c - who asks, under which name, and over https or not. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "peer.h"

static struct pool pool = POOL_INIT(1 << 20);

static void
teardown(void)
{
	pool_release(&pool);
}

TestSuite(peer, .fini = teardown);

#define PROXY "127.0.0.1 ::1"
#define LONG "1234567890123456789012345678901234567890123456"     /* 46 */

static const struct row {
	const char *why, *proxies;
	const char *vars[6];
	const char *address, *host;
	bool https;
} rows[] = {
	{ "nothing is known", PROXY, { NULL }, NULL, NULL, false },
	{ "the server's own word", NULL, { "REMOTE_ADDR=192.0.2.1",
	    "HTTP_HOST=example.org", "HTTPS=on" }, "192.0.2.1",
	    "example.org", true },

	/* https */
	{ "plain", NULL, { "REQUEST_SCHEME=http" }, NULL, NULL, false },
	{ "scheme", NULL, { "REQUEST_SCHEME=https" }, NULL, NULL, true },
	{ "scheme, case", NULL, { "REQUEST_SCHEME=HTTPS" }, NULL, NULL,
	    true },
	{ "HTTPS, case", NULL, { "HTTPS=ON" }, NULL, NULL, true },
	{ "HTTPS empty, as nginx sends it", NULL, { "HTTPS=" }, NULL, NULL,
	    false },
	{ "HTTPS off, as IIS sends it", NULL, { "HTTPS=off" }, NULL, NULL,
	    false },
	{ "HTTPS and something", NULL, { "HTTPS=on,off" }, NULL, NULL,
	    false },
	{ "a port proves nothing", NULL, { "SERVER_PORT=443" }, NULL, NULL,
	    false },
	{ "nor does the host", NULL, { "HTTP_HOST=example.org:443" }, NULL,
	    "example.org:443", false },
	{ "a header field of that name", NULL, { "HTTP_HTTPS=on",
	    "HTTP_REQUEST_SCHEME=https" }, NULL, NULL, false },

	/* spoofed by a client, with no proxy set, or from elsewhere */
	{ "no proxies", NULL, { "REMOTE_ADDR=192.0.2.1",
	    "HTTP_X_FORWARDED_PROTO=https",
	    "HTTP_X_FORWARDED_FOR=203.0.113.9" }, "192.0.2.1", NULL, false },
	{ "not from the proxy", PROXY, { "REMOTE_ADDR=192.0.2.1",
	    "HTTP_X_FORWARDED_PROTO=https",
	    "HTTP_X_FORWARDED_FOR=127.0.0.1" }, "192.0.2.1", NULL, false },
	{ "an address that begins as the proxy's", PROXY,
	    { "REMOTE_ADDR=127.0.0.11", "HTTP_X_FORWARDED_PROTO=https" },
	    "127.0.0.11", NULL, false },
	{ "one that it begins with", PROXY, { "REMOTE_ADDR=127.0.0.",
	    "HTTP_X_FORWARDED_PROTO=https" }, "127.0.0.", NULL, false },
	{ "an empty one", PROXY, { "REMOTE_ADDR=",
	    "HTTP_X_FORWARDED_PROTO=https" }, "", NULL, false },
	{ "a list of them", PROXY, { "REMOTE_ADDR=127.0.0.1 ::1",
	    "HTTP_X_FORWARDED_PROTO=https" }, "127.0.0.1 ::1", NULL, false },
	{ "no address at all", PROXY, { "HTTP_X_FORWARDED_PROTO=https",
	    "HTTP_X_FORWARDED_FOR=203.0.113.9" }, NULL, NULL, false },
	{ "Forwarded is not read", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_FORWARDED=for=203.0.113.9;proto=https;host=evil.example" },
	    "127.0.0.1", NULL, false },
	{ "nor are these", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_REAL_IP=203.0.113.9", "HTTP_CLIENT_IP=203.0.113.9",
	    "HTTP_X_FORWARDED_SSL=on", "HTTP_FRONT_END_HTTPS=on" },
	    "127.0.0.1", NULL, false },
	{ "nor is this", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_HOST=example.org", "HTTP_X_FORWARDED_HOST=evil.example" },
	    "127.0.0.1", "example.org", false },

	/* from the proxy */
	{ "https in front", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_PROTO=https" }, "127.0.0.1", NULL, true },
	{ "https in front, IPv6", PROXY, { "REMOTE_ADDR=::1",
	    "HTTP_X_FORWARDED_PROTO=HTTPS" }, "::1", NULL, true },
	{ "commas between them", "10.0.0.1,127.0.0.1, ::1",
	    { "REMOTE_ADDR=127.0.0.1", "HTTP_X_FORWARDED_PROTO=https" },
	    "127.0.0.1", NULL, true },
	{ "http in front", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_PROTO=http" }, "127.0.0.1", NULL, false },
	{ "two of them", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_PROTO=https,http" }, "127.0.0.1", NULL,
	    false },
	{ "two of them", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_PROTO=http, https" }, "127.0.0.1", NULL,
	    false },
	{ "two of them", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_PROTO=https, https" }, "127.0.0.1", NULL,
	    false },
	{ "something behind", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_PROTO=https " }, "127.0.0.1", NULL, false },
	{ "the client", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=203.0.113.9" }, "203.0.113.9", NULL,
	    false },
	{ "the client, IPv6", PROXY, { "REMOTE_ADDR=::1",
	    "HTTP_X_FORWARDED_FOR=2001:db8::9" }, "2001:db8::9", NULL,
	    false },
	{ "what the client wrote stands in front", PROXY,
	    { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=10.0.0.1, 203.0.113.9" }, "203.0.113.9",
	    NULL, false },
	{ "even when he wrote a proxy's", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=127.0.0.1, 203.0.113.9" }, "203.0.113.9",
	    NULL, false },
	{ "behind two proxies", "127.0.0.1 10.0.0.7",
	    { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=6.6.6.6, 203.0.113.9, 10.0.0.7" },
	    "203.0.113.9", NULL, false },
	{ "blanks and tabs", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=\t6.6.6.6 ,\t203.0.113.9 , " },
	    "203.0.113.9", NULL, false },
	{ "empty", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=" }, "127.0.0.1", NULL, false },
	{ "commas alone", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR= , ,, " }, "127.0.0.1", NULL, false },
	{ "proxies alone", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=::1, 127.0.0.1" }, "127.0.0.1", NULL,
	    false },
	{ "the longest address there is", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=0000:0000:0000:0000:0000:ffff:192.168.100."
	    "228" }, "0000:0000:0000:0000:0000:ffff:192.168.100.228", NULL,
	    false },

	/* host */
	{ "with port", NULL, { "HTTP_HOST=example.org:8080" }, NULL,
	    "example.org:8080", false },
	{ "IPv6", NULL, { "HTTP_HOST=[::1]:3000" }, NULL, "[::1]:3000",
	    false },
	{ "a list", NULL, { "HTTP_HOST=example.org, evil.example" }, NULL,
	    NULL, false },
	{ "a list", NULL, { "HTTP_HOST=example.org,evil.example" }, NULL,
	    NULL, false },
	{ "a user", NULL, { "HTTP_HOST=example.org@evil.example" }, NULL,
	    NULL, false },
	{ "a path", NULL, { "HTTP_HOST=evil.example/" }, NULL, NULL, false },
	{ "a backslash", NULL, { "HTTP_HOST=evil.example\\" }, NULL, NULL,
	    false },
	{ "a query", NULL, { "HTTP_HOST=a?b" }, NULL, NULL, false },
	{ "markup", NULL, { "HTTP_HOST=<script>" }, NULL, NULL, false },
	{ "a blank", NULL, { "HTTP_HOST=a b" }, NULL, NULL, false },
	{ "CR LF", NULL, { "HTTP_HOST=a\r\nX: y" }, NULL, NULL, false },
	{ "not ASCII", NULL, { "HTTP_HOST=\xC3\xBC" }, NULL, NULL, false },
	{ "empty", NULL, { "HTTP_HOST=" }, NULL, NULL, false },
	{ "SERVER_NAME is not asked", NULL, { "SERVER_NAME=x" }, NULL, NULL,
	    false },
};

/* One says so, another says no, or the same: none of them is believed. */
static const struct row doubles[] = {
	{ "the client's, then the proxy's", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=6.6.6.6",
	    "HTTP_X_FORWARDED_FOR=203.0.113.9" }, "127.0.0.1", NULL, false },
	{ "the other way round", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=203.0.113.9",
	    "HTTP_X_FORWARDED_FOR=6.6.6.6" }, "127.0.0.1", NULL, false },
	{ "two that are the same", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=6.6.6.6",
	    "HTTP_X_FORWARDED_FOR=6.6.6.6" }, "127.0.0.1", NULL, false },
	{ "one of them empty", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=6.6.6.6",
	    "HTTP_X_FORWARDED_FOR=" }, "127.0.0.1", NULL, false },
	{ "three", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=6.6.6.6",
	    "HTTP_X_FORWARDED_FOR=6.6.6.7",
	    "HTTP_X_FORWARDED_FOR=6.6.6.8" }, "127.0.0.1", NULL, false },
	{ "not side by side", PROXY, { "HTTP_X_FORWARDED_FOR=6.6.6.6",
	    "REMOTE_ADDR=127.0.0.1", "HTTP_HOST=example.org",
	    "HTTP_X_FORWARDED_FOR=203.0.113.9" }, "127.0.0.1",
	    "example.org", false },
	{ "https, then http", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_PROTO=https",
	    "HTTP_X_FORWARDED_PROTO=http" }, "127.0.0.1", NULL, false },
	{ "https twice", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_PROTO=https",
	    "HTTP_X_FORWARDED_PROTO=https" }, "127.0.0.1", NULL, false },
	{ "only one of them came twice", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_PROTO=https", "HTTP_X_FORWARDED_FOR=6.6.6.6",
	    "HTTP_X_FORWARDED_FOR=203.0.113.9" }, "127.0.0.1", NULL, true },
	{ "a proxy, and somebody else", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "REMOTE_ADDR=192.0.2.1", "HTTP_X_FORWARDED_FOR=6.6.6.6" }, "",
	    NULL, false },
	{ "two hosts", PROXY, { "HTTP_HOST=example.org",
	    "HTTP_HOST=evil.example" }, NULL, NULL, false },
	{ "HTTPS", PROXY, { "HTTPS=on", "HTTPS=off" }, NULL, NULL, false },
	{ "the scheme", PROXY, { "REQUEST_SCHEME=https",
	    "REQUEST_SCHEME=http" }, NULL, NULL, false },
	{ "others that came twice", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=203.0.113.9", "HTTP_ACCEPT=a",
	    "HTTP_ACCEPT=b" }, "203.0.113.9", NULL, false },
	{ "a name that is longer", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=203.0.113.9",
	    "HTTP_X_FORWARDED_FOR_=6.6.6.6" }, "203.0.113.9", NULL, false },
};

static struct sess_req
read_peer(const char *const *vars, const char *proxies)
{
	static char *copy[8];
	static struct sess_wire wire = { .vars = copy };
	struct sess_req req = { .wire = &wire, .pool = &pool };
	size_t i;

	for (i = 0; vars[i] != NULL; i++)
		copy[i] = (char *)(uintptr_t)vars[i];
	copy[i] = NULL;
	peer_read(&req, proxies);
	return req;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
expect_peer(const struct row *row, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct sess_req req = read_peer(row[i].vars,
		    row[i].proxies);

		cr_expect(same(req.address, row[i].address),
		    "row %zu: %s: address %s", i, row[i].why,
		    req.address != NULL ? req.address : "none");
		cr_expect(same(req.host, row[i].host),
		    "row %zu: %s: host %s", i, row[i].why,
		    req.host != NULL ? req.host : "none");
		cr_expect_eq(req.https, row[i].https, "row %zu: %s: https",
		    i, row[i].why);
	}
}

Test(peer, r19_who_is_believed_what)
{
	expect_peer(rows, sizeof rows / sizeof *rows);
}

Test(peer, r73_what_came_twice_counts_as_none)
{
	expect_peer(doubles, sizeof doubles / sizeof *doubles);
}

/*
 * The proxy's own word is the last one.  Where that is no address, what
 * stands before it is still the client's, and no better.
 */
Test(peer, r19_nothing_before_an_odd_last_word_is_believed)
{
	static const char *const last[] = { LONG, LONG LONG, "unknown",
		"_hidden", "<script>", "203.0.113.9:4711x", "-" };
	char var[256];
	const char *vars[] = { "REMOTE_ADDR=127.0.0.1", var, NULL };
	size_t i;

	for (i = 0; i < sizeof last / sizeof *last; i++) {
		struct sess_req req;

		snprintf(var, sizeof var,
		    "HTTP_X_FORWARDED_FOR=6.6.6.6, %s", last[i]);
		req = read_peer(vars, PROXY);
		cr_assert_str_neq(req.address, "6.6.6.6", "<%s>", last[i]);
	}
}

/* What a page gets for an address is one: it goes into logs and limits. */
Test(peer, r19_an_address_is_an_address)
{
	static const char *const odd[] = { "unknown", "_hidden", "<script>",
		"-", "203.0.113", "203.0.113.999", "a:b", "1.2.3.4;x" };
	char var[256];
	const char *vars[] = { "REMOTE_ADDR=127.0.0.1", var, NULL };
	size_t i;

	for (i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct sess_req req;

		snprintf(var, sizeof var, "HTTP_X_FORWARDED_FOR=%s", odd[i]);
		req = read_peer(vars, PROXY);
		cr_assert_str_eq(req.address, "127.0.0.1", "<%s>", odd[i]);
	}
}

Test(peer, r19_every_byte_in_a_host)
{
	char var[] = "HTTP_HOST=a?b";
	const char *vars[] = { var, NULL };
	int c;

	for (c = 1; c < 256; c++) {
		bool ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || strchr("-._:[]", c) != NULL;

		var[11] = (char)c;
		cr_assert_eq(read_peer(vars, NULL).host != NULL, ok,
		    "byte %d", c);
	}
}

static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	sess_set(s, "a", "b");
	sess_res_printf(res, "%s %s %s", sess_req_https(req) ? "https" :
	    "http", sess_req_address(req), sess_req_var(req, "HTTP_PROXY") !=
	    NULL || sess_req_header(req, "Proxy") != NULL ? "proxy" : "-");
	return 200;
}

/* Whatever a client claims, the cookie is Secure, and Proxy: is not there. */
Test(peer, r19_spoofed_fields_change_no_cookie)
{
	static const char *const spoofs[] = { "HTTP_X_FORWARDED_PROTO=http",
		"HTTP_X_FORWARDED_PROTO=https,http", "HTTP_X_FORWARDED_SSL=off",
		"HTTP_FORWARDED=proto=http", "HTTP_PROXY=http://evil.example",
		"HTTP_X_FORWARDED_FOR=6.6.6.6" };
	const struct sess_app app = { .handle = handle };
	struct site *site = site_new(&app, "proxies=10.0.0.1");
	size_t i;

	for (i = 0; i < sizeof spoofs / sizeof *spoofs; i++) {
		struct visitor v = { .site = site, .extra = { spoofs[i] } };
		struct answer *a = get(&v, NULL);
		const char *cookie = field_of(a, "Set-Cookie");

		cr_assert_str_eq(a->body, "https 192.0.2.1 -", "%s",
		    spoofs[i]);
		cr_assert_not_null(cookie);
		cr_assert_not_null(strstr(cookie, "; Secure;"), "%s",
		    spoofs[i]);
		cr_assert_eq(strncmp(cookie, "__Host-sid=", 11), 0);
	}
	site_free(site);
}

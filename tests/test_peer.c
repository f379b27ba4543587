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
	{ "Forwarded is not read unless proxy_header says so", PROXY, { "REMOTE_ADDR=127.0.0.1",
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
	{ "proxies alone: the first of them asks", PROXY,
	    { "REMOTE_ADDR=127.0.0.1",
	    "HTTP_X_FORWARDED_FOR=::1, 127.0.0.1" }, "::1", NULL, false },
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

static struct sess_conf conf;

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
	conf.proxies = proxies;
	peer_read(&req, &conf);
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

/* ---- r100: networks, ports, lists, Forwarded --------------------------- */

#define NETS "10.0.0.0/8 172.17.0.0/16 fd00::/8 2001:db8::/32 192.0.2.128/25"
#define FOR(text) "HTTP_X_FORWARDED_FOR=" text
#define PROTO(text) "HTTP_X_FORWARDED_PROTO=" text
#define FORWARDED(text) "HTTP_FORWARDED=" text
#define C "203.0.113.9"

/* A row whose peer is a proxy, or not, and says that this is the client. */
#define PEER(why, list, peer, client) \
	{ why, list, { "REMOTE_ADDR=" peer, FOR(C) }, client, NULL, false }

static const struct row networks[] = {
	PEER("the first of a network", NETS, "10.0.0.0", C),
	PEER("the last", NETS, "10.255.255.255", C),
	PEER("the one behind", NETS, "11.0.0.0", "11.0.0.0"),
	PEER("the one before", NETS, "9.255.255.255", "9.255.255.255"),
	PEER("another network", NETS, "172.17.3.4", C),
	PEER("its neighbour", NETS, "172.18.0.1", "172.18.0.1"),
	PEER("half a byte", NETS, "192.0.2.128", C),
	PEER("the other half", NETS, "192.0.2.127", "192.0.2.127"),
	PEER("IPv6", NETS, "fdff::1", C),
	PEER("IPv6, beside", NETS, "fe00::1", "fe00::1"),
	PEER("IPv6, 32 bits", NETS, "2001:db8:ffff::1", C),
	PEER("IPv6, 32 bits, beside", NETS, "2001:db9::1", "2001:db9::1"),
	PEER("another text of one address", "::1", "0:0::0001", C),
	PEER("the same in the list", "0:0:0:0:0:0:0:1", "::1", C),
	PEER("capitals", "fd00::ab", "FD00::AB", C),
	PEER("IPv4 in IPv6", "127.0.0.1", "::ffff:127.0.0.1", C),
	PEER("IPv4 in IPv6, in the list", "::ffff:127.0.0.1", "127.0.0.1", C),
	PEER("IPv4 in IPv6, network", "::ffff:10.0.0.0/104", "10.9.9.9", C),
	PEER("a network of IPv6 is none of IPv4", "::/8", "10.0.0.1",
	    "10.0.0.1"),
	PEER("one address is a network, too", "10.0.0.1/32", "10.0.0.1", C),
	PEER("and no more", "10.0.0.1/32", "10.0.0.2", "10.0.0.2"),
	PEER("one bit", "128.0.0.0/1", "203.0.113.1", C),
	{ "a proxy in the list is of the network", NETS,
	    { "REMOTE_ADDR=10.0.0.1", FOR("6.6.6.6, " C ", 10.1.1.1") },
	    C, NULL, false },
	{ "who sits in the network is no proxy's address", "10.0.0.0/8",
	    { "REMOTE_ADDR=10.0.0.1", FOR("10.2.3.4") }, "10.2.3.4", NULL,
	    false },
};

/* What one proxy makes of "client" in the last part of its list. */
static const struct node {
	const char *text, *client;      /* NULL: not believed */
} nodes[] = {
	{ "198.51.100.7:4711", "198.51.100.7" },
	{ "[2001:db8::1]:4711", "2001:db8::1" },
	{ "[2001:db8::1]", "2001:db8::1" },
	{ "2001:db8::1", "2001:db8::1" },
	{ "::ffff:198.51.100.7", "::ffff:198.51.100.7" },
	{ "[2001:db8::1", NULL }, { "[2001:db8::1]4711", NULL },
	{ "[]", NULL }, { "[]:80", NULL }, { "[", NULL }, { ":", NULL },
	{ ":80", NULL }, { "2001:db8::1]:80", NULL },
	{ "[[::1]]", NULL }, { "198.51.100.7::80", NULL },
	{ "unknown", NULL }, { "_hidden", NULL }, { "_hidden:80", NULL },
	{ "198.51.100.7 198.51.100.8", NULL }, { "198.51.100.7/32", NULL },
	{ "fe80::1%eth0", NULL }, { "\"198.51.100.7\"", NULL },
};

static const struct row protocols[] = {
	{ "one", PROXY, { "REMOTE_ADDR=127.0.0.1", PROTO("https ") },
	    "127.0.0.1", NULL, true },
	{ "one proxy: the last is its own", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FOR(C), PROTO("https, http") }, C, NULL, false },
	{ "one proxy: the last is its own", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FOR(C), PROTO("http,https") }, C, NULL, true },
	{ "two proxies: the first is what the browser spoke", NETS,
	    { "REMOTE_ADDR=10.0.0.1", FOR(C ", 10.0.0.2"),
	    PROTO("https, http") }, C, NULL, true },
	{ "two proxies, http in front", NETS, { "REMOTE_ADDR=10.0.0.1",
	    FOR(C ", 10.0.0.2"), PROTO("http, https") }, C, NULL, false },
	{ "two proxies, and what the client planted", NETS,
	    { "REMOTE_ADDR=10.0.0.1", FOR("6.6.6.6, " C ", 10.0.0.2"),
	    PROTO("https, http, http") }, C, NULL, false },
	{ "two proxies, planted the other way", NETS,
	    { "REMOTE_ADDR=10.0.0.1", FOR("6.6.6.6, " C ", 10.0.0.2"),
	    PROTO("http, https, http") }, C, NULL, true },
	{ "two proxies, and one overwrites it", NETS,
	    { "REMOTE_ADDR=10.0.0.1", FOR(C ", 10.0.0.2"), PROTO("https") },
	    C, NULL, true },
	{ "three proxies and two protocols: whose is which?", NETS,
	    { "REMOTE_ADDR=10.0.0.1", FOR(C ", 10.0.0.3, 10.0.0.2"),
	    PROTO("https, http") }, C, NULL, false },
	{ "the same, and both agree", NETS, { "REMOTE_ADDR=10.0.0.1",
	    FOR(C ", 10.0.0.3, 10.0.0.2"), PROTO("https, https") }, C, NULL,
	    false },
	{ "a proxy that is not named hides what is before it", NETS,
	    { "REMOTE_ADDR=10.0.0.1", FOR(C ", 198.51.100.7"),
	    PROTO("https, http") }, "198.51.100.7", NULL, false },
	{ "empty parts", NETS, { "REMOTE_ADDR=10.0.0.1",
	    FOR(C ",, 10.0.0.2,"), PROTO(",https,,http, ") }, C, NULL, true },
	{ "longer words", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    PROTO("https:") }, "127.0.0.1", NULL, false },
};

/* With proxy_header = forwarded. */
static const struct row forwarded[] = {
	{ "address and protocol", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=" C ";proto=https;by=10.0.0.1;host=evil.example"),
	    "HTTP_HOST=example.org" }, C, "example.org", true },
	{ "case and quotes", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("Proto=\"HTTPS\";FOR=\"" C ":4711\"") }, C, NULL,
	    true },
	{ "IPv6", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=\"[2001:db8::9]:4711\"") }, "2001:db8::9", NULL,
	    false },
	{ "blanks", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED(" for=" C " ; proto=https ") }, C, NULL, true },
	{ "what the client wrote stands in front", PROXY,
	    { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=6.6.6.6;proto=https, for=" C ";proto=http") }, C,
	    NULL, false },
	{ "behind two proxies", NETS, { "REMOTE_ADDR=10.0.0.1",
	    FORWARDED("for=6.6.6.6, for=" C ";proto=https, for=10.0.0.2;"
	    "proto=http") }, C, NULL, true },
	{ "an open quote in front", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=\"6.6.6.6, for=" C ";proto=https") }, C, NULL,
	    true },
	{ "an open quote, and IPv6", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("x=\", for=\"[2001:db8::9]\"") }, "2001:db8::9", NULL,
	    false },
	{ "a backslash in front", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("x=\"\\\", for=\"" C "\"") }, C, NULL, false },
	{ "a comma in quotes", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=" C ";x=\"a, for=6.6.6.6\"") }, C, NULL, false },
	{ "a quote in quotes", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=" C ";x=\"a\\\", for=6.6.6.6\"") }, C, NULL,
	    false },
	{ "unknown: the protocol is the proxy's all the same", PROXY,
	    { "REMOTE_ADDR=127.0.0.1", FORWARDED("for=" C
	    ", for=unknown;proto=https") }, "127.0.0.1", NULL, true },
	{ "hidden", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=" C ", for=_a.b-c") }, "127.0.0.1", NULL, false },
	{ "no client", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=" C ", proto=https") }, "127.0.0.1", NULL, true },
	{ "a client twice", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=6.6.6.6;for=" C ";proto=https") }, "127.0.0.1",
	    NULL, false },
	{ "a protocol twice", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=" C ";proto=https;proto=http") }, "127.0.0.1",
	    NULL, false },
	{ "no value", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=;proto=https") }, "127.0.0.1", NULL, false },
	{ "no pair", PROXY, { "REMOTE_ADDR=127.0.0.1", FORWARDED(C) },
	    "127.0.0.1", NULL, false },
	{ "no end", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=\"" C) }, "127.0.0.1", NULL, false },
	{ "something behind quotes", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=\"" C "\"x") }, "127.0.0.1", NULL, false },
	{ "empty", PROXY, { "REMOTE_ADDR=127.0.0.1", FORWARDED("") },
	    "127.0.0.1", NULL, false },
	{ "X-Forwarded-For is not read", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FOR("6.6.6.6"), PROTO("https"), FORWARDED("for=" C) }, C, NULL,
	    false },
	{ "not even alone", PROXY, { "REMOTE_ADDR=127.0.0.1", FOR("6.6.6.6"),
	    PROTO("https") }, "127.0.0.1", NULL, false },
	{ "not from the proxy", PROXY, { "REMOTE_ADDR=192.0.2.1",
	    FORWARDED("for=" C ";proto=https") }, "192.0.2.1", NULL, false },
	{ "it came twice", PROXY, { "REMOTE_ADDR=127.0.0.1",
	    FORWARDED("for=6.6.6.6"), FORWARDED("for=" C ";proto=https") },
	    "127.0.0.1", NULL, false },
};

Test(peer, r100_proxies_are_networks_and_compared_as_addresses)
{
	expect_peer(networks, sizeof networks / sizeof *networks);
}

Test(peer, r100_an_address_may_have_a_port_and_brackets)
{
	char var[256];
	const char *vars[] = { "REMOTE_ADDR=127.0.0.1", var, NULL };
	size_t i;

	for (i = 0; i < sizeof nodes / sizeof *nodes; i++) {
		struct sess_req req;

		snprintf(var, sizeof var, FOR("6.6.6.6, %s"), nodes[i].text);
		req = read_peer(vars, PROXY);
		cr_expect_str_eq(req.address, nodes[i].client != NULL ?
		    nodes[i].client : "127.0.0.1", "<%s>: %s", nodes[i].text,
		    req.address);
		cr_expect(same(req.forwarded, nodes[i].client != NULL ? NULL :
		    "X-Forwarded-For"), "<%s>", nodes[i].text);
	}
}

Test(peer, r100_a_protocol_stands_as_far_from_the_end_as_the_address)
{
	expect_peer(protocols, sizeof protocols / sizeof *protocols);
}

Test(peer, r100_forwarded_is_read_where_the_proxies_write_it)
{
	conf.proxy_header = SESS_FORWARDED;
	expect_peer(forwarded, sizeof forwarded / sizeof *forwarded);
}

/* Which field a client can write is for the operator to say. */
Test(peer, r100_a_client_cannot_hide_behind_the_other_field)
{
	const char *vars[] = { "REMOTE_ADDR=127.0.0.1", FOR(C),
		FORWARDED("for=6.6.6.6;proto=https"), NULL };

	cr_assert_str_eq(read_peer(vars, PROXY).address, C);
	conf.proxy_header = SESS_FORWARDED;
	cr_assert_str_eq(read_peer(vars, PROXY).address, "6.6.6.6");
}

Test(peer, r100_a_field_that_is_not_believed_is_named)
{
	static const struct {
		const char *vars[4], *field;
		bool by_proxy;
	} list[] = {
		{ { "REMOTE_ADDR=127.0.0.1" }, NULL, true },
		{ { "REMOTE_ADDR=127.0.0.1", FOR(C) }, NULL, true },
		{ { "REMOTE_ADDR=127.0.0.1", FOR(C), FOR(C) },
		    "X-Forwarded-For", true },
		{ { "REMOTE_ADDR=127.0.0.1", FORWARDED("for=" C) },
		    "Forwarded", true },
		{ { "REMOTE_ADDR=192.0.2.1", FOR(C) }, "X-Forwarded-For",
		    false },
		{ { "REMOTE_ADDR=192.0.2.1", PROTO("https") },
		    "X-Forwarded-Proto", false },
		{ { "REMOTE_ADDR=192.0.2.1", FORWARDED("for=" C) },
		    "Forwarded", false },
		{ { "REMOTE_ADDR=192.0.2.1", "HTTP_X_FORWARDED=1" }, NULL,
		    false },
	};
	size_t i;

	for (i = 0; i < sizeof list / sizeof *list; i++) {
		struct sess_req req = read_peer(list[i].vars, PROXY);

		const char *field = peer_unbelieved(&req);

		cr_expect(same(field, list[i].field), "row %zu: %s", i,
		    field != NULL ? field : "none");
		cr_expect_eq(req.by_proxy, list[i].by_proxy, "row %zu", i);
		cr_expect_str_eq(req.peer, list[i].vars[0] + 12, "row %zu", i);
	}
}

/* ---- r100: the origin of our own pages --------------------------------- */

#define BEHIND "REMOTE_ADDR=127.0.0.1"
#define DIRECT "REMOTE_ADDR=192.0.2.1"

static const struct own {
	const char *why, *peer, *said, *host, *port;
	const char *origin;     /* what it is, for a log line */
	const char *is[3], *is_not[4];
} owns[] = {
	{ "a host alone", DIRECT, NULL, "shop.test", "443", "https://shop.test",
	    { "https://shop.test", "HTTPS://SHOP.test" },
	    { "http://shop.test", "https://shop.test:8443",
	    "https://shop.test.evil.example" } },
	{ "a port", DIRECT, NULL, "shop.test:8443", "8443",
	    "https://shop.test:8443", { "https://shop.test:8443" },
	    { "https://shop.test", "https://shop.test:84430",
	    "https://shop.test:8443:1" } },
	{ "the server adds its port", DIRECT, NULL, "shop.test", "8443",
	    "https://shop.test:8443", { "https://shop.test:8443" },
	    { "https://shop.test:443", "https://shop.test:8444" } },
	{ "a port that says nothing", DIRECT, NULL, "shop.test:443", "443",
	    "https://shop.test", { "https://shop.test" },
	    { "https://shop.test:80" } },
	{ "behind a proxy the server's port is not the browser's", BEHIND,
	    PROTO("https"), "shop.test", "8621", "https://shop.test",
	    { "https://shop.test" }, { "https://shop.test:8621" } },
	{ "behind a proxy a port in the host is", BEHIND,
	    PROTO("https"), "shop.test:8443",
	    "8621", "https://shop.test:8443", { "https://shop.test:8443" },
	    { "https://shop.test", "https://shop.test:8621" } },
	{ "from the proxy's own machine, and not through it", BEHIND, NULL,
	    "shop.test", "8621", "https://shop.test:8621",
	    { "https://shop.test:8621" }, { "https://shop.test:8622" } },
	{ "IPv6", DIRECT, NULL, "[::1]", "443", "https://[::1]",
	    { "https://[::1]" }, { "https://[::1]:8643", "https://[::2]",
	    "https://::1" } },
	{ "IPv6 with a port", DIRECT, NULL, "[::1]:8643", "8643",
	    "https://[::1]:8643", { "https://[::1]:8643" },
	    { "https://[::1]" } },
	{ "IPv6, and the server adds its port", DIRECT, NULL, "[::1]", "8643",
	    "https://[::1]:8643", { "https://[::1]:8643" },
	    { "https://[::1]:8644", "https://[::2]:8643" } },
	{ "the server took a dot away", DIRECT, NULL, "shop.test", "443",
	    "https://shop.test", { "https://shop.test." },
	    { "https://shop.test..", "https://.shop.test" } },
	{ "the browser took it away", DIRECT, NULL, "shop.test.:8443", "8443",
	    "https://shop.test:8443", { "https://shop.test:8443",
	    "https://shop.test.:8443" }, { "https://shop.test:8444" } },
	{ "no host", DIRECT, NULL, "", "443", NULL, { NULL },
	    { "https://", "null", "" } },
	{ "a dot for a host", DIRECT, NULL, ".", "443", "https://.", { NULL },
	    { "https://", "null", "" } },
};

Test(peer, r100_the_own_origin_knows_ports_proxies_brackets_and_dots)
{
	char host[80], port[40];
	size_t i, k;

	for (i = 0; i < sizeof owns / sizeof *owns; i++) {
		const char *vars[] = { owns[i].peer, host, port, "HTTPS=on",
			owns[i].said, NULL };
		struct sess_req req;
		const char *own;

		snprintf(host, sizeof host, "HTTP_HOST=%s", owns[i].host);
		snprintf(port, sizeof port, "SERVER_PORT=%s", owns[i].port);
		req = read_peer(vars, PROXY);
		own = peer_own_origin(&req, &conf);
		cr_expect(same(own, owns[i].origin), "%s: %s", owns[i].why,
		    own != NULL ? own : "none");
		for (k = 0; k < 3 && owns[i].is[k] != NULL; k++)
			cr_expect(peer_is_own_origin(&req, &conf,
			    owns[i].is[k]), "%s: %s", owns[i].why,
			    owns[i].is[k]);
		for (k = 0; k < 4 && owns[i].is_not[k] != NULL; k++)
			cr_expect_not(peer_is_own_origin(&req, &conf,
			    owns[i].is_not[k]), "%s: %s", owns[i].why,
			    owns[i].is_not[k]);
	}
}

/* ---- whatever comes ----------------------------------------------------- */

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

/* Else nobody would notice that all visitors have one address. */
Test(peer, r100_an_address_that_is_not_believed_is_one_line_in_the_log)
{
	const struct sess_app app = { .handle = handle };
	struct site *site = site_new(&app, "proxies=192.0.2.0/24");
	struct visitor v = { .site = site, .extra = { FOR("unknown") } };

	get(&v, NULL);
	cr_assert_not_null(strstr(site->log, "event=proxy address=192.0.2.1 "
	    "why=\"X-Forwarded-For came from a proxy and gives no address"),
	    "%s", site->log);
	cr_assert_null(strstr(strstr(site->log, "event=proxy") + 1,
	    "event=proxy"), "one line");
	v.extra[0] = FOR(C);
	site->log[0] = '\0';
	get(&v, NULL);
	cr_assert_null(strstr(site->log, "event=proxy"));
	site_free(site);
}

/* peer.c - who asks, under which name, and over https or not. */
/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "forwarded.h"
#include "network.h"
#include "peer.h"

/* ---- what the server says ---------------------------------------------- */

/* A host with or without port; NULL for what could not be one. */
static const char *
host(const struct sess_wire *wire)
{
	const char *h = wire_var(wire, "HTTP_HOST"), *c;

	if (h == NULL || *h == '\0' || strlen(h) > 260)
		return NULL;
	for (c = h; *c != '\0'; c++)
		if (!((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
		    (*c >= 'A' && *c <= 'Z') || strchr("-._:[]", *c) != NULL))
			return NULL;
	return h;
}

static bool
is(const char *value, const char *word)
{
	return value != NULL && strcasecmp(value, word) == 0;
}

/* ---- what the proxies say ---------------------------------------------- */

/* Is this variable, without its "HTTP_", a field of a proxy?  Its name. */
static const char *
field_name(const char *var)
{
	static const struct {
		const char *var, *name;
	} fields[] = {
		{ "X_FORWARDED_FOR=", "X-Forwarded-For" },
		{ "X_FORWARDED_PROTO=", "X-Forwarded-Proto" },
		{ "FORWARDED=", "Forwarded" },
	};
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		if (strncmp(var, fields[i].var, strlen(fields[i].var)) == 0)
			return fields[i].name;
	return NULL;
}

/* The first field of a proxy that came, by its name; NULL: none did. */
static const char *
first_field(const struct sess_wire *w)
{
	const char *name = NULL;
	char *const *v;

	for (v = w->vars; *v != NULL && name == NULL; v++)
		if (strncmp(*v, "HTTP_", 5) == 0)
			name = field_name(*v + 5);
	return name;
}

static bool
is_https(struct forwarded_text proto)
{
	return proto.len == 5 && strncasecmp(proto.at, "https", 5) == 0;
}

/* What a walk over a list has found out so far. */
struct walk {
	struct forwarded_text client;   /* an address, or nothing */
	size_t steps;                   /* parts behind the client's */
};

/*
 * One step, from the end of the list: the first part that is no proxy of ours
 * is the client, if it is an address at all; what stands before it was written
 * by the client.  Where all parts are proxies of ours, the client is the first
 * of them.  false: the walk is over.
 */
static bool
step(struct walk *walk, struct forwarded_text node, const char *proxies)
{
	uint8_t address[NETWORK_ADDRESS];

	node = forwarded_node(node);
	if (!network_address(address, node.at, node.len)) {
		walk->client.len = 0;
		return false;
	}
	walk->client = node;
	return network_list_has(proxies, address);
}

static void
believe(struct sess_req *req, const struct walk *walk)
{
	const char *address = walk->client.len > 0 ? pool_copy(req->pool,
	    walk->client.at, walk->client.len) : NULL;

	if (address != NULL)
		req->address = address;
	else if (wire_first(req->wire, "HTTP_X_FORWARDED_FOR") != NULL)
		req->forwarded = "X-Forwarded-For";
	else if (wire_first(req->wire, "HTTP_FORWARDED") != NULL)
		req->forwarded = "Forwarded";
}

/*
 * A proxy that appends to a list of protocols does so where it appends to that
 * of addresses: the one that the client spoke stands as far from the end as
 * the client's address.  A single one is of a proxy that overwrites it.
 */
static bool
x_forwarded_https(const struct sess_wire *w, size_t steps)
{
	const char *list = wire_var(w, "HTTP_X_FORWARDED_PROTO");
	const char *end = list != NULL ? list + strlen(list) : NULL;
	struct forwarded_text part, last = { NULL, 0 };
	size_t n = 0;

	while (list != NULL && n <= steps &&
	    forwarded_last(&part, list, &end)) {
		last = part;
		n++;
	}
	return (n == 1 || n == steps + 1) && is_https(last);
}

static void
read_x_forwarded(struct sess_req *req, const char *proxies)
{
	const char *list = wire_var(req->wire, "HTTP_X_FORWARDED_FOR");
	const char *end = list != NULL ? list + strlen(list) : NULL;
	struct forwarded_text part;
	struct walk walk = { .client = { NULL, 0 } };
	size_t n;

	for (n = 0; list != NULL && forwarded_last(&part, list, &end); n++) {
		walk.steps = n;
		if (!step(&walk, part, proxies))
			break;
	}
	believe(req, &walk);
	if (x_forwarded_https(req->wire, walk.steps))
		req->https = true;
}

/* Here address and protocol stand in the same part. */
static void
read_forwarded(struct sess_req *req, const char *proxies)
{
	const char *list = wire_var(req->wire, "HTTP_FORWARDED");
	const char *end = list != NULL ? list + strlen(list) : NULL;
	struct forwarded_text part;
	struct forwarded_element e = { .proto = { NULL, 0 } };
	struct walk walk = { .client = { NULL, 0 } };

	while (list != NULL && forwarded_last(&part, list, &end))
		if (!forwarded_element(&e, part)) {
			e.proto.len = walk.client.len = 0;
			break;
		} else if (!step(&walk, e.client, proxies))
			break;
	believe(req, &walk);
	if (is_https(e.proto))
		req->https = true;
}

static bool
is_proxy(const char *proxies, const char *peer)
{
	uint8_t address[NETWORK_ADDRESS];

	return proxies != NULL && peer != NULL &&
	    network_address(address, peer, strlen(peer)) &&
	    network_list_has(proxies, address);
}

void
peer_read(struct sess_req *req, const struct sess_conf *conf)
{
	const struct sess_wire *w = req->wire;

	req->host = host(w);
	req->peer = req->address = wire_var(w, "REMOTE_ADDR");
	/* Nobody's: all who come so share what a network may do. */
	if (wire_twice(w, "REMOTE_ADDR"))
		req->address = "";
	req->https = is(wire_var(w, "HTTPS"), "on") ||
	    is(wire_var(w, "REQUEST_SCHEME"), "https");
	req->by_proxy = is_proxy(conf->proxies, req->peer);
	if (!req->by_proxy)
		return;
	if (conf->proxy_header == SESS_FORWARDED)
		read_forwarded(req, conf->proxies);
	else
		read_x_forwarded(req, conf->proxies);
}

const char *
peer_unbelieved(const struct sess_req *req)
{
	return req->by_proxy ? req->forwarded : first_field(req->wire);
}

/* ---- the origin of our own pages --------------------------------------- */

/* "shop.test.:8443": the name without its last dot, and the port. */
struct authority {
	const char *name;
	size_t len;
	const char *port;       /* NULL: there is none */
};

static struct authority
authority(const char *text)
{
	const char *behind = *text == '[' ? strchr(text, ']') : NULL;
	const char *colon = strchr(behind != NULL ? behind : text, ':');
	struct authority a = { .name = text };

	a.len = colon != NULL ? (size_t)(colon - text) : strlen(text);
	a.port = colon != NULL ? colon + 1 : NULL;
	/* Some servers take the dot of a full name away (RFC 1034, 3.1). */
	if (a.len > 1 && text[a.len - 1] == '.')
		a.len--;
	return a;
}

static const char *
scheme(const struct sess_req *req)
{
	return req->https ? "https" : "http";
}

/* A port that says nothing is none (RFC 6454, 6.2). */
static const char *
said(const struct sess_req *req, const char *port)
{
	return port == NULL || strcmp(port, req->https ? "443" : "80") == 0 ?
	    NULL : port;
}

/*
 * The port that the server adds to a host without one: nginx as Debian sets it
 * up passes the host alone.  Where a proxy hands on a request, that would be
 * the port to which the proxy speaks, and not the browser.
 */
static const char *
server_port(const struct sess_req *req, const struct authority *own)
{
	bool handed_on = req->by_proxy && first_field(req->wire) != NULL;

	return own->port == NULL && !handed_on ?
	    wire_var(req->wire, "SERVER_PORT") : NULL;
}

const char *
peer_own_origin(const struct sess_req *req, const struct sess_conf *conf)
{
	struct authority own;
	const char *port;

	if (conf->origin != NULL)
		return conf->origin;
	if (req->host == NULL)
		return NULL;
	own = authority(req->host);
	port = said(req, own.port != NULL ? own.port :
	    server_port(req, &own));
	return pool_printf(req->pool, "%s://%.*s%s%s", scheme(req),
	    (int)own.len, own.name, port != NULL ? ":" : "",
	    port != NULL ? port : "");
}

static bool
same_name(const struct authority *a, const struct authority *b)
{
	return a->len == b->len && strncasecmp(a->name, b->name, a->len) == 0;
}

bool
peer_is_own_host(const struct sess_req *req, const char *origin)
{
	const char *host = strstr(origin, "://");
	struct authority own, other;

	if (req->host == NULL || host == NULL)
		return false;
	own = authority(req->host);
	other = authority(host + 3);
	return same_name(&own, &other);
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
peer_is_own_origin(const struct sess_req *req, const struct sess_conf *conf,
    const char *origin)
{
	size_t n = strlen(scheme(req));
	struct authority own, other;

	if (conf->origin != NULL)
		return strcmp(origin, conf->origin) == 0;
	if (req->host == NULL || strncasecmp(origin, scheme(req), n) != 0 ||
	    strncmp(origin + n, "://", 3) != 0)
		return false;
	own = authority(req->host);
	other = authority(origin + n + 3);
	if (!same_name(&own, &other))
		return false;
	return same_text(other.port, said(req, own.port)) ||
	    (other.port != NULL && same_text(other.port,
	    server_port(req, &own)));
}

/* ---- networks ---------------------------------------------------------- */

void
peer_network(char network[PEER_NETWORK_MAX], const char *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint8_t in6[16];

	snprintf(network, PEER_NETWORK_MAX, "%s", address);
	if (inet_pton(AF_INET6, address, in6) != 1)
		return;
	if (memcmp(in6, mapped, sizeof mapped) == 0) {  /* RFC 4291, 2.5.5.2 */
		inet_ntop(AF_INET, in6 + 12, network, PEER_NETWORK_MAX);
		return;
	}
	memset(in6 + 8, 0, 8);
	inet_ntop(AF_INET6, in6, network, PEER_NETWORK_MAX);
}

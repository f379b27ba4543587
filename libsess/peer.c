/* peer.c - who asks, under which name, and over https or not. */
/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "peer.h"

static bool
in_proxies(const char *proxies, const char *address, size_t n)
{
	size_t len;

	if (proxies == NULL || n == 0)
		return false;
	for (; *proxies != '\0'; proxies += len + strspn(proxies + len, " ,")) {
		len = strcspn(proxies, " ,");
		if (len == n && memcmp(proxies, address, n) == 0)
			return true;
	}
	return false;
}

static bool
is_address(const char *text)
{
	uint8_t address[16];

	return inet_pton(AF_INET, text, address) == 1 ||
	    inet_pton(AF_INET6, text, address) == 1;
}

/*
 * Each proxy appends the address that it saw, so the list is read from its
 * end: the first word that is no proxy of ours is the client, if it is an
 * address at all.  What stands before it was written by the client.
 */
static const char *
forwarded_for(struct sess_req *req, const char *proxies)
{
	const char *list = wire_var(req->wire, "HTTP_X_FORWARDED_FOR");
	const char *start, *end = list != NULL ? list + strlen(list) : NULL;
	const char *word;

	for (; end != NULL && end > list; end = start) {
		while (end > list && strchr(" ,\t", end[-1]) != NULL)
			end--;
		for (start = end; start > list &&
		    strchr(" ,\t", start[-1]) == NULL; )
			start--;
		if (end == start ||
		    in_proxies(proxies, start, (size_t)(end - start)))
			continue;
		word = pool_copy(req->pool, start, (size_t)(end - start));
		return word != NULL && is_address(word) ? word : NULL;
	}
	return NULL;
}

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

/* The first field of a proxy that came, by its name; NULL: none did. */
static const char *
forwarded(const struct sess_wire *w)
{
	static const struct {
		const char *var, *name;
	} fields[] = {
		{ "X_FORWARDED_FOR=", "X-Forwarded-For" },
		{ "X_FORWARDED_PROTO=", "X-Forwarded-Proto" },
		{ "FORWARDED=", "Forwarded" },
	};
	char *const *v;
	size_t i;

	for (v = w->vars; *v != NULL; v++)
		for (i = 0; strncmp(*v, "HTTP_", 5) == 0 &&
		    i < sizeof fields / sizeof *fields; i++)
			if (strncmp(*v + 5, fields[i].var,
			    strlen(fields[i].var)) == 0)
				return fields[i].name;
	return NULL;
}

void
peer_read(struct sess_req *req, const char *proxies)
{
	const struct sess_wire *w = req->wire;
	const char *client;

	req->host = host(w);
	req->peer = req->address = wire_var(w, "REMOTE_ADDR");
	/* Nobody's: all who come so share what a network may do. */
	if (wire_twice(w, "REMOTE_ADDR"))
		req->address = "";
	req->https = is(wire_var(w, "HTTPS"), "on") ||
	    is(wire_var(w, "REQUEST_SCHEME"), "https");
	req->by_proxy = req->address != NULL &&
	    in_proxies(proxies, req->address, strlen(req->address));
	if (!req->by_proxy) {
		req->forwarded = forwarded(w);
		return;
	}
	if ((client = forwarded_for(req, proxies)) != NULL)
		req->address = client;
	if (is(wire_var(w, "HTTP_X_FORWARDED_PROTO"), "https"))
		req->https = true;
}

/* The length of a host without a port that says nothing (RFC 6454, 6.2). */
static int
host_length(const char *host, bool https)
{
	const char *port = https ? ":443" : ":80";
	size_t n = strlen(host), len = strlen(port);

	return (int)(n > len && strcmp(host + n - len, port) == 0 ?
	    n - len : n);
}

const char *
peer_own_origin(const struct sess_req *req, const struct sess_conf *conf)
{
	if (conf->origin != NULL)
		return conf->origin;
	if (req->host == NULL)
		return NULL;
	return pool_printf(req->pool, "%s://%.*s",
	    req->https ? "https" : "http",
	    host_length(req->host, req->https), req->host);
}

bool
peer_is_own_origin(const struct sess_req *req, const struct sess_conf *conf,
    const char *origin)
{
	const char *port = wire_var(req->wire, "SERVER_PORT");
	const char *own = peer_own_origin(req, conf);

	if (own == NULL || conf->origin != NULL)
		return own != NULL && strcmp(origin, own) == 0;
	if (strcasecmp(origin, own) == 0)
		return true;
	/* nginx as Debian sets it up passes the host without its port. */
	if (port == NULL || strchr(req->host, ':') != NULL)
		return false;
	own = pool_printf(req->pool, "%s://%s:%s",
	    req->https ? "https" : "http", req->host, port);
	return own != NULL && strcasecmp(origin, own) == 0;
}

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

/* teach.c - may a request be shown from the inside? */
/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "network.h"
#include "request.h"
#include "teach.h"
#include "trace.h"

/* 127.0.0.0/8, also as IPv6 writes it (RFC 4291, 2.5.5.2); ::1. */
static bool
is_loopback(const char *text, size_t len)
{
	uint8_t address[NETWORK_ADDRESS];

	return network_address(address, text, len) &&
	    network_list_has("127.0.0.0/8 ::1", address);
}

/* "localhost", and every name below it (RFC 6761, 6.3). */
static bool
is_localhost(const char *name, size_t len)
{
	static const char last[] = "localhost", chars[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-_.";
	size_t n = sizeof last - 1;

	if (strspn(name, chars) < len || len < n ||
	    strncasecmp(name + len - n, last, n) != 0)
		return false;
	return len == n || (len > n + 1 && name[len - n - 1] == '.');
}

/*
 * The Host that the browser was told to go to.  Another name that leads to
 * this machine is that of a site whose scripts are to see nothing (DNS
 * rebinding).
 */
static bool
is_local_host(const char *host)
{
	const char *name = host, *behind;
	size_t len;

	if (*host == '[') {
		name++;
		len = strcspn(name, "]");
		behind = name + len + (name[len] == ']');
	} else {
		len = strcspn(name, ":");
		behind = name + len;
	}
	if (*behind != '\0' &&
	    (*behind != ':' || behind[1 + strspn(behind + 1, "0123456789")] !=
	    '\0'))
		return false;           /* no port is written like that */
	if (*host == '[')
		return memchr(name, ':', len) != NULL &&
		    name[len] == ']' && is_loopback(name, len);
	return is_localhost(name, len) || is_loopback(name, len);
}

/*
 * What shows that a proxy handed the request on.  nginx says nothing of itself,
 * names 127.0.0.1 as Host, and speaks HTTP/1.0, as no browser does.
 */
static bool
is_of_proxy(const char *var)
{
	static const char *const fields[] = { "HTTP_FORWARDED=",
		"HTTP_X_FORWARDED", "HTTP_X_REAL_IP=", "HTTP_VIA=",
		"HTTP_X_CLIENT_IP=", "HTTP_CLIENT_IP=", "HTTP_TRUE_CLIENT_IP=",
		"HTTP_CF_CONNECTING_IP=", "SERVER_PROTOCOL=HTTP/1.0" };
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		if (strncmp(var, fields[i], strlen(fields[i])) == 0)
			return true;
	return false;
}

bool
teach_is_local(const struct sess_wire *wire)
{
	const char *address = wire_var(wire, "REMOTE_ADDR");
	const char *host = wire_var(wire, "HTTP_HOST");
	char *const *v;

	if (address == NULL || !is_loopback(address, strlen(address)) ||
	    host == NULL || !is_local_host(host))
		return false;
	for (v = wire->vars; *v != NULL; v++)
		if (is_of_proxy(*v))
			return false;
	return true;
}

enum sess_teaching
sess_teaching(const struct sess_req *req)
{
	const struct sess_conf *conf = req->log->conf;

	if (conf == NULL || !conf->teach)
		return SESS_TEACH_OFF;
	if (!conf->insecure_dev)
		return SESS_TEACH_NOT_DEV;
	return teach_is_local(req->wire) ? SESS_TEACH_YES : SESS_TEACH_AWAY;
}

const struct sess_trace_step *
sess_trace_steps(const struct sess_req *req, size_t *n)
{
	return trace_kept(req->log, n);
}

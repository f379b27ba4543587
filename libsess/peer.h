/* peer.h - who asks, under which name, and over https or not. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_PEER_H
#define SESS_PEER_H

#include "request.h"

/*
 * Set the request's host, address and https from the server's variables.
 * What a proxy says counts only when REMOTE_ADDR is in `proxies`, and only in
 * the field that `proxy_header` names.  Of what came twice nothing counts.
 */
void peer_read(struct sess_req *, const struct sess_conf *);

/*
 * The name of a proxy's field that came and was not believed, or NULL.  To be
 * asked where it matters: a proxy that is not named costs a look at every
 * variable.
 */
const char *peer_unbelieved(const struct sess_req *);

/*
 * Is this the origin of our own pages?  Where the configuration names none,
 * it is made of https and Host; without a Host there is none.  A Host without
 * a port is that of the server's port, too, unless a proxy stands in between:
 * then its port is not known here, and one that is not https's or http's own
 * needs `origin`.
 */
bool peer_is_own_origin(const struct sess_req *, const struct sess_conf *,
    const char *origin);

/* Is its host ours at least, whatever its scheme and its port? */
bool peer_is_own_host(const struct sess_req *, const char *origin);

/* That origin for a log line: "https://example.org:8443"; NULL: none. */
const char *peer_own_origin(const struct sess_req *,
    const struct sess_conf *);

/*
 * What one person can easily have all of: an IPv4 address, or the /64 of an
 * IPv6 one (RFC 6177).  What is no address is taken as it is.
 */
#define PEER_NETWORK_MAX 64
void peer_network(char network[PEER_NETWORK_MAX], const char *address);

#endif

/* peer.h - who asks, under which name, and over https or not. */
#ifndef SESS_PEER_H
#define SESS_PEER_H

#include "request.h"

/*
 * Set the request's host, address and https from the server's variables.
 * X-Forwarded-For and -Proto count only when REMOTE_ADDR is in `proxies`
 * (addresses, separated by blanks; NULL: none).
 */
void peer_read(struct sess_req *, const char *proxies);

#endif

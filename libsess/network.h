/* network.h - addresses and networks, compared as what they are. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_NETWORK_H
#define SESS_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETWORK_ADDRESS 16      /* bytes; IPv4 as ::ffff:192.0.2.1 */

/*
 * The address that stands in a text of so many bytes, without a port or
 * brackets.  false: there is none.
 */
bool network_address(uint8_t address[NETWORK_ADDRESS], const char *text,
    size_t len);

/*
 * Are these addresses and networks ("10.0.0.7 fd00::/8"), separated by blanks
 * or commas?  A network has no bits behind its prefix, and is not all of IPv4
 * or IPv6.
 */
bool network_list_ok(const char *list);

/* Is the address in such a list?  In no list (NULL) there is none. */
bool network_list_has(const char *list,
    const uint8_t address[NETWORK_ADDRESS]);

#endif

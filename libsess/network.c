/* network.c - addresses and networks, compared as what they are. */
/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>

#include <string.h>

#include "network.h"

#define MAPPED_BITS 96          /* of ::ffff:0:0/96 (RFC 4291, 2.5.5.2) */

struct network {
	uint8_t address[NETWORK_ADDRESS];
	unsigned bits;          /* of its prefix */
};

static const uint8_t mapped[MAPPED_BITS / 8] = { [10] = 0xff, [11] = 0xff };

static bool
is_ipv4(const uint8_t address[NETWORK_ADDRESS])
{
	return memcmp(address, mapped, sizeof mapped) == 0;
}

bool
network_address(uint8_t address[NETWORK_ADDRESS], const char *text,
    size_t len)
{
	char word[INET6_ADDRSTRLEN];

	if (len == 0 || len >= sizeof word)
		return false;
	memcpy(word, text, len);
	word[len] = '\0';
	if (inet_pton(AF_INET6, word, address) == 1)
		return true;
	memcpy(address, mapped, sizeof mapped);
	return inet_pton(AF_INET, word, address + sizeof mapped) == 1;
}

/* Are the first bits of both the same? */
static bool
same_prefix(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned shift = 8 - bits % 8;

	return memcmp(a, b, bits / 8) == 0 &&
	    (bits % 8 == 0 || a[bits / 8] >> shift == b[bits / 8] >> shift);
}

/* "24": a number as it is written, of three digits at most. */
static bool
read_bits(unsigned *bits, const char *text, size_t len)
{
	size_t i;

	*bits = 0;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*bits = *bits * 10 + (unsigned)(text[i] - '0');
	}
	return len >= 1 && len <= 3 && (len == 1 || *text != '0');
}

static bool
read_network(struct network *n, const char *text, size_t len)
{
	const char *slash = memchr(text, '/', len);
	size_t end = slash != NULL ? (size_t)(slash - text) : len;
	unsigned before;

	n->bits = 8 * NETWORK_ADDRESS;
	if (!network_address(n->address, text, end))
		return false;
	if (slash == NULL)
		return true;
	/* IPv4 counts from its own first bit, unless it is written as IPv6. */
	before = memchr(text, ':', end) == NULL ? MAPPED_BITS : 0;
	if (!read_bits(&n->bits, slash + 1, len - end - 1))
		return false;
	n->bits += before;
	return n->bits <= 8 * NETWORK_ADDRESS;
}

static bool
has_bits_behind(const struct network *n)
{
	uint8_t first[NETWORK_ADDRESS] = { 0 };
	unsigned whole = n->bits / 8;

	memcpy(first, n->address, whole);
	if (n->bits % 8 != 0)
		first[whole] = (uint8_t)(n->address[whole] &
		    0xff << (8 - n->bits % 8));
	return memcmp(first, n->address, sizeof first) != 0;
}

/*
 * Everybody: all of IPv4 or IPv6.  If everybody were a proxy, each visitor
 * could write down the address that they are to have.
 */
static bool
is_everybody(const struct network *n)
{
	return n->bits == 0 ||
	    (n->bits == MAPPED_BITS && is_ipv4(n->address));
}

bool
network_list_ok(const char *list)
{
	struct network n;
	size_t len;

	for (; *list != '\0'; list += len + strspn(list + len, " ,")) {
		len = strcspn(list, " ,");
		if (!read_network(&n, list, len) || has_bits_behind(&n) ||
		    is_everybody(&n))
			return false;
	}
	return true;
}

bool
network_list_has(const char *list, const uint8_t address[NETWORK_ADDRESS])
{
	struct network n;
	size_t len;

	if (list == NULL)
		return false;
	for (; *list != '\0'; list += len + strspn(list + len, " ,")) {
		len = strcspn(list, " ,");
		/* ::/8 is a network of IPv6, whatever IPv4 is mapped to. */
		if (read_network(&n, list, len) &&
		    same_prefix(n.address, address, n.bits) &&
		    (n.bits >= MAPPED_BITS || !is_ipv4(address)))
			return true;
	}
	return false;
}

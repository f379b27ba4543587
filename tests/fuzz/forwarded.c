/*
 * forwarded.c - fuzz target: what a client writes in front of a proxy's word
 * changes nothing, and no network of proxies is everybody.
 */
/* SPDX-License-Identifier: ISC */
#include "fuzz.h"
#include "network.h"
#include "peer.h"

#define PROXIES "10.0.0.0/8 fd00::/8"
#define MEMORY (1 << 20)

/* The client that is believed, where a proxy has added `own` to the list. */
static void
check_client(enum sess_proxy_header header, const char *name,
    const char *theirs, const char *own, const char *client, bool https)
{
	const struct sess_conf conf = { .proxies = PROXIES,
		.proxy_header = header };
	struct pool pool = POOL_INIT(MEMORY);
	const struct log log = { .app = NULL };
	char *list = pool_printf(&pool, "%s=%s,%s", name, theirs, own);
	char *vars[] = { (char[]){ "REMOTE_ADDR=10.0.0.1" }, list, NULL };
	struct sess_wire wire = { .vars = vars };
	struct sess_req req;

	if (list != NULL) {
		request_init(&req, &wire, &pool, &log);
		peer_read(&req, &conf);
		require(strcmp(req.address, client) == 0);
		require(req.https == https);
		require(req.forwarded == NULL);
	}
	pool_release(&pool);
}

/* No network that is taken has both of these in it. */
static void
check_network(const char *text)
{
	static const uint8_t a[NETWORK_ADDRESS] = { [0] = 0x20, [15] = 1 };
	static const uint8_t b[NETWORK_ADDRESS] = { [0] = 0xfd, [15] = 1 };

	if (strpbrk(text, " ,") == NULL && network_list_ok(text))
		require(!network_list_has(text, a) ||
		    !network_list_has(text, b));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *text = text_of(bytes, n);

	check_client(SESS_X_FORWARDED_FOR, "HTTP_X_FORWARDED_FOR", text,
	    "198.51.100.7", "198.51.100.7", false);
	check_client(SESS_X_FORWARDED_FOR, "HTTP_X_FORWARDED_FOR", text,
	    "[2001:db8::1]:4711, 10.1.2.3", "2001:db8::1", false);
	check_client(SESS_FORWARDED, "HTTP_FORWARDED", text,
	    "for=198.51.100.7;proto=https", "198.51.100.7", true);
	check_client(SESS_FORWARDED, "HTTP_FORWARDED", text,
	    "for=\"[2001:db8::1]:4711\", for=\"[fd00::1]\"", "2001:db8::1",
	    false);
	check_network(text);
	free(text);
	return 0;
}

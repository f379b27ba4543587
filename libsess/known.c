/*
 * known.c - browsers that an account knows: its owner has logged in there.
 *
 * A cookie says so, bound to the account and its version:
 *
 *	time || HMAC(secret, account || version || time)
 *
 * The version rises with a new password and with a disabling, and then no
 * browser is known any more.  The cookie lets nobody in.  It gives all known
 * browsers together tries beside those of strangers (throttle.c).
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "crypt.h"
#include "encode.h"
#include "exchange.h"

#define COOKIE "device"
#define LIFE (180 * 24 * 3600)          /* s */
#define TIME_LEN 8

_Static_assert(KNOWN_COOKIE == TIME_LEN + SHA256_LEN, "what the cookie holds");

static enum sess_err
sign(struct exchange *x, const uint8_t account[KNOWN_ACCOUNT],
    const uint8_t time[TIME_LEN], uint8_t mac[SHA256_LEN])
{
	uint8_t bytes[KNOWN_ACCOUNT + TIME_LEN];

	memcpy(bytes, account, KNOWN_ACCOUNT);
	memcpy(bytes + KNOWN_ACCOUNT, time, TIME_LEN);
	return service_hmac(x->service, mac, "libsess-device-2", bytes,
	    sizeof bytes);
}

bool
known_cookie(struct exchange *x, uint8_t cookie[KNOWN_COOKIE])
{
	return carry_read(x, COOKIE, cookie, KNOWN_COOKIE);
}

bool
known_read(struct exchange *x, const uint8_t account[KNOWN_ACCOUNT])
{
	uint8_t cookie[KNOWN_COOKIE], mac[SHA256_LEN];
	int64_t made = 0;
	int i;

	if (!known_cookie(x, cookie) ||
	    sign(x, account, cookie, mac) != SESS_OK ||
	    !crypt_equal(mac, cookie + TIME_LEN, SHA256_LEN))
		return false;
	for (i = 0; i < TIME_LEN; i++)
		made = (int64_t)((uint64_t)made << 8 | cookie[i]);
	/* Ahead of the clock: that was ahead when we signed it. */
	return made > x->sess.now || x->sess.now - made < LIFE;
}

enum sess_err
known_send(struct exchange *x, const uint8_t account[KNOWN_ACCOUNT])
{
	char text[BASE64URL_LEN(KNOWN_COOKIE) + 1];
	uint8_t cookie[KNOWN_COOKIE];
	enum sess_err err;
	int i;

	for (i = 0; i < TIME_LEN; i++)
		cookie[i] = (uint8_t)(x->sess.now >> (56 - 8 * i));
	if ((err = sign(x, account, cookie, cookie + TIME_LEN)) != SESS_OK)
		return err;
	encode_base64url(text, cookie, sizeof cookie);
	carry_give(x, COOKIE, text, LIFE);
	return SESS_OK;
}

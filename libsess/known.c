/*
 * known.c - browsers that an account knows: its owner has logged in there.
 *
 * A cookie says so, bound to the account:
 *
 *	nonce || time || HMAC(secret, account || nonce || time)
 *
 * It lets nobody in.  It gives a browser tries of its own (throttle.c).
 */
#include <string.h>

#include "crypt.h"
#include "encode.h"
#include "exchange.h"

#define COOKIE "device"
#define LIFE (180 * 24 * 3600)          /* s */
#define TIME_LEN 8
#define SIGNED_LEN (KNOWN_NONCE + TIME_LEN)
#define COOKIE_LEN (SIGNED_LEN + SHA256_LEN)

static enum sess_err
sign(struct exchange *x, const uint8_t account[SESS_KEY_LEN],
    const uint8_t cookie[SIGNED_LEN], uint8_t mac[SHA256_LEN])
{
	uint8_t bytes[SESS_KEY_LEN + SIGNED_LEN];

	memcpy(bytes, account, SESS_KEY_LEN);
	memcpy(bytes + SESS_KEY_LEN, cookie, SIGNED_LEN);
	return service_hmac(x->service, mac, "libsess-device-1", bytes,
	    sizeof bytes);
}

bool
known_read(struct exchange *x, const uint8_t account[SESS_KEY_LEN],
    uint8_t nonce[KNOWN_NONCE])
{
	uint8_t cookie[COOKIE_LEN], mac[SHA256_LEN];
	int64_t made = 0;
	int i;

	if (!carry_read(x, COOKIE, cookie, sizeof cookie) ||
	    sign(x, account, cookie, mac) != SESS_OK ||
	    !crypt_equal(mac, cookie + SIGNED_LEN, SHA256_LEN))
		return false;
	for (i = KNOWN_NONCE; i < SIGNED_LEN; i++)
		made = (int64_t)((uint64_t)made << 8 | cookie[i]);
	memcpy(nonce, cookie, KNOWN_NONCE);
	/* Ahead of the clock: that was ahead when we signed it. */
	return x->sess.now - made < LIFE;
}

enum sess_err
known_send(struct exchange *x, const uint8_t account[SESS_KEY_LEN])
{
	char text[BASE64URL_LEN(COOKIE_LEN) + 1];
	uint8_t cookie[COOKIE_LEN];
	enum sess_err err;
	int i;

	if ((err = crypt_random(cookie, KNOWN_NONCE)) != SESS_OK)
		return err;
	for (i = 0; i < TIME_LEN; i++)
		cookie[KNOWN_NONCE + i] =
		    (uint8_t)(x->sess.now >> (56 - 8 * i));
	if ((err = sign(x, account, cookie, cookie + SIGNED_LEN)) != SESS_OK)
		return err;
	encode_base64url(text, cookie, sizeof cookie);
	carry_give(x, COOKIE, text, LIFE);
	return SESS_OK;
}

/* once.c - a form that is sent twice has one effect. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "crypt.h"
#include "encode.h"
#include "exchange.h"

#define FORM_ID_LEN 16

/* Each writing of a form has a token of its own, and so that names it. */
static bool
form_id(const struct sess_req *req, uint8_t id[FORM_ID_LEN])
{
	const char *token = csrf_brought(req);
	uint8_t hash[SHA256_LEN];

	if (token == NULL || *token == '\0')
		return false;
	crypt_sha256(hash, "libsess-form-1", token, strlen(token));
	memcpy(id, hash, FORM_ID_LEN);
	return true;
}

const char *
sess_form_id(const struct sess_req *req)
{
	uint8_t id[FORM_ID_LEN];
	char text[BASE64URL_LEN(FORM_ID_LEN) + 1];

	if (!form_id(req, id))
		return NULL;
	encode_base64url(text, id, sizeof id);
	return pool_text(req->pool, text);
}

void
sess_once(struct sess *s, const struct sess_req *req)
{
	uint8_t id[FORM_ID_LEN];

	if (!form_id(req, id))
		return;
	s->once = (const uint8_t *)pool_copy(s->fields.pool, id, sizeof id);
	if (s->once == NULL)
		session_fail(s, SESS_ENOMEM, "once");
}

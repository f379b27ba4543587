/* form.c - fuzz target: urlencoded forms, and back. */
/* SPDX-License-Identifier: ISC */
#include "encode.h"
#include "form.h"
#include "fuzz.h"

#define MAX_PAIRS 64
#define MAX_NAME 256

/* Written as a browser would, it is parsed to the same. */
static void
check_back(const struct pairs *pairs)
{
	struct buf form = BUF_INIT(16 << 20);
	struct pool pool = POOL_INIT(16 << 20);
	struct pairs back;
	size_t i;

	for (i = 0; i < pairs->n; i++) {
		encode_url(&form, pairs->at[i].name, pairs->at[i].name_len);
		buf_addc(&form, '=');
		encode_url(&form, pairs->at[i].value, pairs->at[i].value_len);
		buf_addc(&form, '&');
	}
	require(form_parse(&back, &pool, form.data, form.len, MAX_PAIRS,
	    MAX_NAME) == SESS_OK);
	require(back.n == pairs->n);
	for (i = 0; i < pairs->n; i++) {
		const struct sess_pair *a = &pairs->at[i], *b = &back.at[i];

		require(a->name_len == b->name_len &&
		    memcmp(a->name, b->name, a->name_len) == 0);
		require(a->value_len == b->value_len &&
		    memcmp(a->value, b->value, a->value_len) == 0);
	}
	pool_release(&pool);
	buf_release(&form);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pool pool = POOL_INIT(16 << 20);
	struct pairs pairs = { .n = 0 };
	enum sess_err err = form_parse(&pairs, &pool, (const char *)bytes, n,
	    MAX_PAIRS, MAX_NAME);
	size_t i, sum = 0;

	require(err == SESS_OK || err == SESS_ELIMIT);
	require(pairs.n <= MAX_PAIRS);
	for (i = 0; err == SESS_OK && i < pairs.n; i++) {
		const struct sess_pair *p = &pairs.at[i];

		require(p->name_len <= MAX_NAME);
		require(p->name[p->name_len] == '\0');
		require(p->value[p->value_len] == '\0');
		sum += p->name_len + p->value_len;
	}
	require(sum <= n);              /* decoding never lengthens */
	if (err == SESS_OK)
		check_back(&pairs);
	pool_release(&pool);
	return 0;
}

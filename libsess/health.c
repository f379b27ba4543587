/* health.c - does the store work? */
/* SPDX-License-Identifier: ISC */
#include "exchange.h"

bool
sess_store_ok(struct sess *s)
{
	struct sess_service *sv = s->x->service;

	return service_store(sv) == SESS_OK &&
	    sv->ops->check(sv->store, s->now) == SESS_OK;
}

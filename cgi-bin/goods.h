/*
 * goods.h - what the shop sells, and how many of it are in a cart.
 *
 * A cart is in the session: an integer field "cart.ITEM" for each thing.
 * Prices are here and nowhere else; no form is ever asked for one.
 */
/* SPDX-License-Identifier: ISC */
#ifndef GOODS_H
#define GOODS_H

#include "sess.h"

#define GOODS_MOST 99           /* of one thing in a cart */
#define GOODS_FIELD_MAX 32      /* bytes of "cart.ITEM" with its NUL */

struct good {
	const char *item;       /* in forms, fields, pictures and words */
	int64_t price;          /* cents */
};

extern const struct good goods[];
extern const size_t goods_count;

/* The thing of this name, or NULL; NULL is no thing. */
const struct good *goods_find(const char *item);

/* The name of its field in the session. */
void goods_field(char field[GOODS_FIELD_MAX], const char *item);

/* How many are in the cart: 0 to GOODS_MOST. */
int64_t goods_in_cart(const struct sess *, const struct good *);

#endif

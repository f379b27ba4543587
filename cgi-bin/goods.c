/*
 * goods.c - what the shop sells.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "goods.h"

const struct good goods[] = {
	{ "cookies", 690 },
	{ "key", 1850 },
	{ "hourglass", 2400 },
	{ "notebook", 1290 },
	{ "pen", 3900 },
	{ "teapot", 4450 },
	{ "lantern", 3275 },
	{ "umbrella", 2995 },
};

const size_t goods_count = sizeof(goods) / sizeof(goods[0]);

const struct good *
goods_find(const char *item)
{
	for (size_t i = 0; item != NULL && i < goods_count; i++)
		if (strcmp(goods[i].item, item) == 0)
			return &goods[i];
	return NULL;
}

void
goods_field(char field[GOODS_FIELD_MAX], const char *item)
{
	snprintf(field, GOODS_FIELD_MAX, "cart.%s", item);
}

/*
 * Additions of parallel requests are all counted, and so may go over the
 * limit that each of them looked at; what is too much is never sold.
 */
int64_t
goods_in_cart(const struct sess *s, const struct good *g)
{
	char field[GOODS_FIELD_MAX];
	int64_t n;

	goods_field(field, g->item);
	n = sess_get_int(s, field, 0);
	if (n < 0)
		return 0;
	return n > GOODS_MOST ? GOODS_MOST : n;
}

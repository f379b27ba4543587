/*
 * shop.c - the goods, each with a form that puts it into the cart.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "goods.h"
#include "page.h"

static int
shop(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct page *p = page_new(req, res, s, "shop");
	char key[64];

	for (size_t i = 0; i < goods_count; i++) {
		page_row(p, "goods");
		page_text(p, "item", goods[i].item);
		snprintf(key, sizeof(key), "goods.%s", goods[i].item);
		page_word(p, "label", key);
		snprintf(key, sizeof(key), "goods.%s.about", goods[i].item);
		page_word(p, "about", key);
		page_money(p, "price", goods[i].price);
		page_end(p);
	}
	page_int(p, "most", GOODS_MOST);
	return page_show(p, 200);
}

const struct sess_app shop_app = {
	.handle = shop, .methods = "GET HEAD", .refused = page_refused
};

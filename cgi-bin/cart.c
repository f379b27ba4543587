/*
 * cart.c - what the visitor wants to buy.
 *
 * The cart is in the session, so it needs no login, and it is still there
 * after one.  Two tabs may add at the same time and nothing is lost:
 * sess_add() says "one more", not "now there are two".
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "goods.h"
#include "input.h"
#include "page.h"

/* One line of the cart; returns what it costs. */
static int64_t
line(struct page *p, const struct good *g, int64_t n)
{
	char key[64];

	snprintf(key, sizeof(key), "goods.%s", g->item);
	page_row(p, "lines");
	page_text(p, "item", g->item);
	page_word(p, "label", key);
	page_int(p, "n", n);
	page_money(p, "price", g->price);
	page_money(p, "sum", n * g->price);
	page_end(p);
	return n * g->price;
}

static int
show(struct sess_req *req, struct sess_res *res, struct sess *s,
    const char *note, int status)
{
	struct page *p = page_new(req, res, s, "cart");
	int64_t total = 0;

	for (size_t i = 0; i < goods_count; i++) {
		int64_t n = goods_in_cart(s, &goods[i]);

		if (n > 0)
			total += line(p, &goods[i], n);
	}
	page_bool(p, "any", total > 0);
	page_money(p, "total", total);
	page_int(p, "most", GOODS_MOST);
	page_word(p, "note", note);
	page_bool(p, "before", sess_req_query(req, "before") != NULL);
	return page_show(p, status);
}

/* The word that says why not, or NULL; *n is the number in the form. */
static const char *
refused(struct sess_req *req, const struct sess *s, const struct good *g,
    const char *act, int64_t *n)
{
	if (strcmp(act, "remove") == 0)
		return NULL;
	if (!input_number(sess_req_field(req, "n"), 1, GOODS_MOST, n))
		return "cart.number";
	if (strcmp(act, "add") == 0 && goods_in_cart(s, g) + *n > GOODS_MOST)
		return "cart.most";
	return NULL;
}

/* An addition sent twice, by an impatient finger, counts once; true then. */
static bool
edit(struct sess_req *req, struct sess *s, const char *item, const char *act,
    int64_t n)
{
	char field[GOODS_FIELD_MAX];

	goods_field(field, item);
	if (strcmp(act, "add") == 0) {
		sess_once(s, req);
		sess_add(s, field, n);
		sess_commit(s);
	} else if (strcmp(act, "set") == 0)
		sess_set_int(s, field, n);
	else
		sess_del(s, field);
	return sess_form_repeated(s);
}

static bool
is_act(const char *act)
{
	return act != NULL && (strcmp(act, "add") == 0 ||
	    strcmp(act, "set") == 0 || strcmp(act, "remove") == 0);
}

static int
cart(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *act = sess_req_field(req, "act");
	const struct good *g = goods_find(sess_req_field(req, "item"));
	const char *why;
	int64_t n = 0;

	if (!input_is_post(req))
		return show(req, res, s, NULL, 200);
	if (!is_act(act) || g == NULL)
		return page_sorry(req, res, s, 400);
	why = refused(req, s, g, act, &n);
	if (why != NULL)
		return show(req, res, s, why, 400);
	return go_to(res, s, edit(req, s, g->item, act, n) ? "cart?before=1" :
	    "cart");
}

const struct sess_app cart_app = { .handle = cart, .refused = page_refused };

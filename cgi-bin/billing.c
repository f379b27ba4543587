/*
 * billing.c - order what is in the cart, and show the receipt.
 *
 * No money is moved: this is a demo.  But the order is written as a shop
 * would: by a user who has just given the password, once, however often its
 * form is sent, and with the prices that the server knows.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "data.h"
#include "goods.h"
#include "input.h"
#include "page.h"

#define ADDRESS "name street city"
#define ADDRESS_MAX 200         /* bytes of a line of the address */
#define LINES_MAX 32            /* at least as many as there are goods */

/* One line of the order or of the receipt; returns what it costs. */
static int64_t
show_line(struct page *p, const struct order_line *line)
{
	char key[64];

	snprintf(key, sizeof(key), "goods.%s", line->item);
	page_row(p, "lines");
	page_word(p, "label", key);
	page_int(p, "n", line->n);
	page_money(p, "sum", line->n * line->price);
	page_end(p);
	return line->n * line->price;
}

/* The cart as lines of an order; returns how many. */
static size_t
cart_lines(const struct sess *s, struct order_line lines[LINES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < goods_count && n < LINES_MAX; i++) {
		int64_t count = goods_in_cart(s, &goods[i]);

		if (count > 0)
			lines[n++] = (struct order_line){ goods[i].item, count,
			    goods[i].price };
	}
	return n;
}

/* A field as it was typed: just now, or before the step-up. */
static const char *
typed(const struct sess_req *req, const struct sess *s, const char *field)
{
	const char *text = sess_req_field(req, field);

	return text != NULL ? text : sess_form_kept(s, "billing", field);
}

/* Mark the lines of the address that cannot be taken. */
static void
mark(struct page *p, const struct sess_req *req)
{
	static const char *const fields[] = { "name", "street", "city" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!input_text(sess_req_field(req, fields[i]), ADDRESS_MAX))
			page_bad(p, fields[i]);
}

/* What is to be paid, and the form that asks where to send it. */
static int
form(struct sess_req *req, struct sess_res *res, struct sess *s,
    const char *note, int status)
{
	struct page *p = page_new(req, res, s, "billing");
	struct order_line lines[LINES_MAX];
	size_t n = cart_lines(s, lines);
	int64_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += show_line(p, &lines[i]);
	page_bool(p, "any", n > 0);
	page_money(p, "total", total);
	page_text(p, "name", typed(req, s, "name"));
	page_text(p, "street", typed(req, s, "street"));
	page_text(p, "city", typed(req, s, "city"));
	page_bool(p, "kept", note == NULL && typed(req, s, "name") != NULL);
	page_int(p, "max", ADDRESS_MAX);
	page_wrong(p, note);
	if (note != NULL)
		mark(p, req);
	return page_show(p, status);
}

/* The receipt of one's own order; 404 for any other. */
static int
receipt(struct sess_req *req, struct sess_res *res, struct sess *s,
    struct data *db, const char *number)
{
	struct page *p;
	struct order order;
	struct order_line line;
	int64_t id, total = 0;

	if (!input_number(number, 1, INT64_MAX, &id))
		return page_sorry(req, res, s, 404);
	if (!data_order(db, sess_user(s), id, &order))
		return page_sorry(req, res, s, data_failed(db) ? 503 : 404);
	p = page_new(req, res, s, "billing-receipt");
	page_int(p, "order", order.id);
	page_time(p, "made", order.made);
	page_text(p, "name", order.name);
	page_text(p, "street", order.street);
	page_text(p, "city", order.city);
	for (data_lines(db, sess_user(s), id); data_next_line(db, &line);)
		total += show_line(p, &line);
	page_money(p, "total", total);
	if (data_failed(db)) {
		page_free(p);
		return page_sorry(req, res, s, 503);
	}
	return page_show(p, 200);
}

/* Take exactly what was ordered out of the cart. */
static void
empty_cart(struct sess *s, struct data *db, int64_t order)
{
	char field[GOODS_FIELD_MAX];
	struct order_line line;

	for (data_lines(db, sess_user(s), order); data_next_line(db, &line);) {
		goods_field(field, line.item);
		sess_del(s, field);
	}
}

static bool
is_same_text(const char *typed, const char *there)
{
	return typed != NULL && strcmp(typed, there) == 0;
}

/* Is it to go where the order goes that this form has made? */
static bool
is_same_address(struct data *db, const char *user, const struct order *now)
{
	struct order then;

	return data_order(db, user, now->id, &then) &&
	    is_same_text(now->name, then.name) &&
	    is_same_text(now->street, then.street) &&
	    is_same_text(now->city, then.city);
}

/*
 * Write the order, once for each form: one that was sent before finds its
 * order.  Then empty the cart, also once: if the first request died in
 * between, this one does it; if not, sess_once() drops it, and the cart may
 * hold other things by now.  A visitor who went back and changed the address
 * is told, and gets the form again: the order that was made stays as it is.
 */
static int
pay(struct sess_req *req, struct sess_res *res, struct sess *s,
    struct data *db)
{
	const char *user = sess_user(s), *form_id = sess_form_id(req);
	struct order order = {
		.id = data_order_by(db, user, form_id),
		.name = sess_req_field(req, "name"),
		.street = sess_req_field(req, "street"),
		.city = sess_req_field(req, "city")
	};
	struct order_line lines[LINES_MAX];
	size_t n = cart_lines(s, lines);
	char where[64];

	if (order.id != 0 && !is_same_address(db, user, &order) &&
	    !data_failed(db))
		return form(req, res, s, "billing.before", 409);
	if (order.id == 0 && n == 0 && !data_failed(db))
		return form(req, res, s, NULL, 409);
	if (order.id == 0 && !(input_text(order.name, ADDRESS_MAX) &&
	    input_text(order.street, ADDRESS_MAX) &&
	    input_text(order.city, ADDRESS_MAX)))
		return form(req, res, s, "billing.incomplete", 400);
	if (order.id == 0 && !sess_fresh(s, FRESH)) {
		sess_form_keep(s, req, "billing", ADDRESS);
		return go_confirm(res, s, "billing");
	}
	if (order.id == 0)
		order.id = data_order_new(db, user, form_id, &order, lines, n);
	sess_once(s, req);
	empty_cart(s, db, order.id);
	sess_form_drop(s, "billing", ADDRESS);
	if (data_failed(db))
		return page_sorry(req, res, s, 503);
	snprintf(where, sizeof(where), "billing?order=%" PRId64, order.id);
	return go_to(res, s, where);
}

static int
billing(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *act = sess_req_field(req, "act");
	const char *order = sess_req_query(req, "order");
	struct data *db;
	int status;

	if (sess_user(s) == NULL)
		return go_login(res, s, "billing");
	if (!input_is_post(req) && order == NULL)
		return form(req, res, s, NULL, 200);
	if (input_is_post(req) && (act == NULL || strcmp(act, "pay") != 0))
		return page_sorry(req, res, s, 400);
	db = data_open(req);
	status = input_is_post(req) ? pay(req, res, s, db)
	    : receipt(req, res, s, db, order);
	data_close(db);
	return status;
}

const struct sess_app billing_app = { .handle = billing, .refused = page_refused };

/*
 * data.c - what the pages ask of the demo site's database: users and orders;
 * drafts are in data_drafts.c.  The SQL is in sql/demo-queries.sql.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "ask.h"

/* ---- Users ------------------------------------------------------------- */

enum sess_err
data_old_user(const struct sess_req *req, const char *name,
    struct old_user *old)
{
	struct data *d = data_open(req);
	enum sess_err err = SESS_NONE;

	ask_query(d, USER_OLD, "t", name);
	if (ask_next(d)) {
		snprintf(old->name, sizeof(old->name), "%s", ask_text(d, 0));
		snprintf(old->hash, sizeof(old->hash), "%s", ask_text(d, 1));
		err = SESS_OK;
	}
	if (data_failed(d))
		err = SESS_ESTORE;
	data_close(d);
	return err;
}

void
data_user(struct data *d, const char *user)
{
	ask_query(d, USER_NEW, "t", user);
	ask_done(d);
}

/* ---- Orders ------------------------------------------------------------ */

int64_t
data_order_by(struct data *d, const char *user, const char *form_id)
{
	ask_query(d, ORDER_BY, "tt", user, form_id);
	return ask_one(d);
}

int64_t
data_order_new(struct data *d, const char *user, const char *form_id,
    const struct order *order, const struct order_line *lines, size_t nlines)
{
	int64_t id;
	bool is_new;

	ask_begin(d);
	data_user(d, user);
	ask_query(d, ORDER_NEW, "ttttt", user, form_id, order->name,
	    order->street, order->city);
	is_new = ask_done(d) == 1;
	id = ask_made(d, is_new, ORDER_BY, user, form_id);
	for (size_t i = 0; is_new && i < nlines; i++) {
		ask_query(d, LINE_NEW, "itii", id, lines[i].item, lines[i].n,
		    lines[i].price);
		ask_done(d);
	}
	ask_commit(d);
	return data_failed(d) ? 0 : id;
}

bool
data_order(struct data *d, const char *user, int64_t id, struct order *order)
{
	ask_query(d, ORDER_ONE, "ti", user, id);
	if (!ask_next(d))
		return false;
	*order = (struct order){
		.id = ask_num(d, 0), .made = ask_num(d, 1),
		.name = ask_text(d, 2),
		.street = ask_text(d, 3), .city = ask_text(d, 4)
	};
	return !data_failed(d);
}

void
data_lines(struct data *d, const char *user, int64_t id)
{
	ask_query(d, LINE_LIST, "ti", user, id);
}

bool
data_next_line(struct data *d, struct order_line *line)
{
	if (!ask_next(d))
		return false;
	*line = (struct order_line){
		.item = ask_text(d, 0), .n = ask_num(d, 1),
		.price = ask_num(d, 2)
	};
	return !data_failed(d);
}

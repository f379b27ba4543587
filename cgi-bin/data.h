/*
 * data.h - what the demo site keeps for good: users, drafts, orders.
 *
 * A database of its own (sql/demo.sql), apart from the sessions: these end,
 * and this stays.  What the pages ask for is always asked with the user id
 * that stands in the session, so nobody reaches what belongs to another.
 *
 * The first failure sticks: after it all calls do nothing and find nothing,
 * and data_failed() tells; NULL, from a data_open() that failed, has failed.
 * Texts that come out are borrowed until the next call.
 */
#ifndef DATA_H
#define DATA_H

#include "sess.h"

#define DRAFT_TITLE_MAX 200     /* bytes; sql/demo.sql says the same */
#define DRAFT_TEXT_MAX 16000
#define DRAFTS_MAX 200          /* of one user */

struct data;

/*
 * Open the file named by the variable DEMO_DB of the web server; the first
 * one to come makes it.
 */
struct data *data_open(const struct sess_req *);
void data_close(struct data *);
bool data_failed(const struct data *);

/*
 * SESS_OK if this is the user's password, SESS_NONE if not, and it takes as
 * long if there is no such user.  NULLs are nobody's.
 */
enum sess_err data_password(const struct sess_req *, const char *user,
    const char *password);

struct draft {
	int64_t id, version, changed;
	const char *title, *text;
};

/* Ask for all drafts, the last changed first; then take one by one. */
void data_drafts(struct data *, const char *user);
bool data_next_draft(struct data *, struct draft *);

/* False for a draft of somebody else as for one that never was. */
bool data_draft(struct data *, const char *user, int64_t id, struct draft *);

/*
 * The id of the draft that this form made, now or before, and then perhaps
 * with another text; 0 if there are too many.
 */
int64_t data_draft_new(struct data *, const char *user, const char *form_id,
    const struct draft *);

/*
 * Save over the version that draft->version names.  False if that is not the
 * present one, or there is none.  The same form with the same text again is
 * true again, and has no effect.
 */
bool data_draft_save(struct data *, const char *user, const char *form_id,
    const struct draft *);

bool data_draft_delete(struct data *, const char *user, int64_t id);

struct order {
	int64_t id, made;
	const char *name, *street, *city;
};

struct order_line {
	const char *item;
	int64_t n, price;
};

/* The id of the order that this form made, or 0. */
int64_t data_order_by(struct data *, const char *user, const char *form_id);

/* Write an order; returns its id, also where this form had made it before. */
int64_t data_order_new(struct data *, const char *user, const char *form_id,
    const struct order *, const struct order_line *, size_t nlines);

/* As with drafts: one's own, or none. */
bool data_order(struct data *, const char *user, int64_t id, struct order *);
void data_lines(struct data *, const char *user, int64_t id);
bool data_next_line(struct data *, struct order_line *);

#endif

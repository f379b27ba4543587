/*
 * fields.h - the fields of a session as this request sees them: those that
 * were loaded, with its own edits on top.
 *
 * Edits of one field melt into one, so there is at most one a field; commit
 * hands them to the store, which applies them to the fields as they then are.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_FIELDS_H
#define SESS_FIELDS_H

#include "pool.h"
#include "sess_store.h"

struct field {
	const char *name;
	struct sess_value value;
	bool there;             /* visible to this request */
	bool edited;
	enum sess_edit_kind edit;
	struct sess_value arg;  /* set, append: the text; add: n */
};

struct fields {
	struct pool *pool;
	struct field *at;
	size_t n, size;
	size_t count, bytes;    /* of the visible ones */
	size_t max_count, max_bytes, max_value;
	bool cleared;           /* all that was loaded goes first */
	const char *over;       /* of a SESS_ELIMIT: the setting, in words */
};

/* 1 to 64 of A-Z a-z 0-9 "_" "-" "." */
bool field_name_ok(const char *);

enum sess_err fields_load(struct fields *, const struct sess_field *, size_t);

/* The visible field of this name, or NULL. */
const struct field *fields_find(const struct fields *, const char *name);

/* On an error nothing has changed. */
enum sess_err fields_set(struct fields *, const char *name,
    const struct sess_value *);
enum sess_err fields_del(struct fields *, const char *name);
enum sess_err fields_add(struct fields *, const char *name, int64_t n,
    int64_t *sum);
enum sess_err fields_append(struct fields *, const char *name,
    const char *text);
void fields_clear(struct fields *);

/* What another party changed at once in the store: seen, but no edit. */
enum sess_err fields_saw(struct fields *, const char *name,
    const struct sess_value *);         /* NULL: it is gone */

bool fields_edited(const struct fields *);

/* Taking away from nothing is an edit, but begins no session. */
bool fields_worth_a_session(const struct fields *);

/* The edits, in memory of the pool; room for one more is behind them. */
enum sess_err fields_edits(const struct fields *, struct sess_edit **,
    size_t *);

/* The store has them: what is visible now counts as loaded. */
void fields_committed(struct fields *);

#endif

/* fields.c - a session's fields as one request sees them. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "fields.h"
#include "utf8.h"

#define NAME_MAX_BYTES 64
#define INT_BYTES 8             /* what an integer counts in the quota */

bool
field_name_ok(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

	return n >= 1 && n <= NAME_MAX_BYTES && name[n] == '\0';
}

static size_t
weight(const char *name, const struct sess_value *v)
{
	return strlen(name) + (v->type == SESS_INT ? INT_BYTES : v->len);
}

static struct field *
lookup(const struct fields *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (strcmp(f->at[i].name, name) == 0)
			return &f->at[i];
	return NULL;
}

/* The pool frees nothing, so doubling wastes at most what is in use. */
static enum sess_err
grow(struct fields *f, size_t size)
{
	struct field *at = pool_alloc(f->pool, size * sizeof *at);

	if (at == NULL)
		return SESS_ENOMEM;
	if (f->n > 0)
		memcpy(at, f->at, f->n * sizeof *at);
	f->at = at;
	f->size = size;
	return SESS_OK;
}

/* The field of this name, visible or not; made if it is not there. */
static enum sess_err
obtain(struct fields *f, const char *name, struct field **field)
{
	enum sess_err err;
	char *copy;

	if ((*field = lookup(f, name)) != NULL)
		return SESS_OK;
	if (f->n == f->size &&
	    (err = grow(f, f->size > 0 ? f->size * 2 : 8)) != SESS_OK)
		return err;
	if ((copy = pool_text(f->pool, name)) == NULL)
		return SESS_ENOMEM;
	f->at[f->n] = (struct field){ .name = copy };
	*field = &f->at[f->n++];
	return SESS_OK;
}

enum sess_err
fields_load(struct fields *f, const struct sess_field *from, size_t n)
{
	size_t i;
	enum sess_err err = n > 0 ? grow(f, n) : SESS_OK;

	if (err != SESS_OK)
		return err;
	for (i = 0; i < n; i++) {
		f->at[i] = (struct field){ .name = from[i].name,
		    .value = from[i].value, .there = true };
		f->bytes += weight(from[i].name, &from[i].value);
	}
	f->n = f->count = n;
	return SESS_OK;
}

const struct field *
fields_find(const struct fields *f, const char *name)
{
	const struct field *field = lookup(f, name);

	return field != NULL && field->there ? field : NULL;
}

static void
hide(struct fields *f, struct field *field)
{
	if (!field->there)
		return;
	f->count--;
	f->bytes -= weight(field->name, &field->value);
	field->there = false;
}

static void
show(struct fields *f, struct field *field, const struct sess_value *v)
{
	hide(f, field);
	field->value = *v;
	field->there = true;
	f->count++;
	f->bytes += weight(field->name, v);
}

static enum sess_err
over(struct fields *f, const char *what)
{
	f->over = what;
	return SESS_ELIMIT;
}

/* Would the session still be within its quota with this value? */
static enum sess_err
check_room(struct fields *f, const char *name, const struct sess_value *v)
{
	const struct field *old = fields_find(f, name);
	size_t bytes = f->bytes -
	    (old != NULL ? weight(name, &old->value) : 0);

	if (!field_name_ok(name))
		return SESS_EINVAL;
	if (v->type != SESS_INT && v->len > f->max_value)
		return over(f, "max_value_bytes");
	if (old == NULL && f->count >= f->max_count)
		return over(f, "max_fields");
	if (bytes + weight(name, v) > f->max_bytes)
		return over(f, "max_session_bytes");
	return SESS_OK;
}

static enum sess_err
copy_value(struct fields *f, const struct sess_value *v,
    struct sess_value *copy)
{
	*copy = *v;
	if (v->type == SESS_INT)
		return SESS_OK;
	copy->data = pool_copy(f->pool, v->data, v->len);
	return copy->data != NULL ? SESS_OK : SESS_ENOMEM;
}

static void
edit(struct field *field, enum sess_edit_kind kind,
    const struct sess_value *arg)
{
	field->edited = true;
	field->edit = kind;
	field->arg = *arg;
}

enum sess_err
fields_set(struct fields *f, const char *name, const struct sess_value *v)
{
	struct sess_value copy;
	struct field *field;
	enum sess_err err;

	if ((err = check_room(f, name, v)) != SESS_OK ||
	    (err = copy_value(f, v, &copy)) != SESS_OK ||
	    (err = obtain(f, name, &field)) != SESS_OK)
		return err;
	show(f, field, &copy);
	edit(field, SESS_EDIT_SET, &copy);
	return SESS_OK;
}

enum sess_err
fields_del(struct fields *f, const char *name)
{
	const struct sess_value nothing = { .type = 0 };
	struct field *field;
	enum sess_err err;

	if (!field_name_ok(name))
		return SESS_EINVAL;
	/* Also one that was not loaded: it may have come since. */
	if ((err = obtain(f, name, &field)) != SESS_OK)
		return err;
	hide(f, field);
	edit(field, SESS_EDIT_DEL, &nothing);
	return SESS_OK;
}

/*
 * An addition or an appendix melts with the edit before it: onto a value that
 * this request set (or took away) it makes a SET, else it stays what it is.
 */
static void
edit_onto(struct field *field, enum sess_edit_kind kind,
    const struct sess_value *arg)
{
	if (field->edited && field->edit != kind)
		edit(field, SESS_EDIT_SET, &field->value);
	else
		edit(field, kind, arg);
}

enum sess_err
fields_add(struct fields *f, const char *name, int64_t n, int64_t *sum)
{
	struct sess_value v = { .type = SESS_INT }, arg = v;
	const struct field *old = fields_find(f, name);
	struct field *field;
	enum sess_err err;

	if (old != NULL && old->value.type != SESS_INT)
		return SESS_ETYPE;
	if (__builtin_add_overflow(old != NULL ? old->value.num : 0, n,
	    &v.num))
		return over(f, "the range of a number");
	arg.num = n;
	if (old != NULL && old->edited && old->edit == SESS_EDIT_ADD &&
	    __builtin_add_overflow(old->arg.num, n, &arg.num))
		return over(f, "the range of a number");
	if ((err = check_room(f, name, &v)) != SESS_OK ||
	    (err = obtain(f, name, &field)) != SESS_OK)
		return err;
	show(f, field, &v);
	edit_onto(field, SESS_EDIT_ADD, &arg);
	*sum = v.num;
	return SESS_OK;
}

static enum sess_err
join(struct fields *f, const struct sess_value *a, const char *text,
    struct sess_value *joined)
{
	size_t old = a != NULL ? a->len : 0, n = strlen(text);
	char *data = pool_alloc(f->pool, old + n + 1);

	if (data == NULL)
		return SESS_ENOMEM;
	if (old > 0)
		memcpy(data, a->data, old);
	memcpy(data + old, text, n);
	*joined = (struct sess_value){ .type = SESS_TEXT, .data = data,
	    .len = old + n };
	return SESS_OK;
}

enum sess_err
fields_append(struct fields *f, const char *name, const char *text)
{
	const struct field *old = fields_find(f, name);
	struct sess_value v = { .type = SESS_TEXT, .len = strlen(text) }, arg;
	struct field *field;
	enum sess_err err;
	bool more = old != NULL && old->edited &&
	    old->edit == SESS_EDIT_APPEND;

	if (old != NULL && old->value.type != SESS_TEXT)
		return SESS_ETYPE;
	v.len += old != NULL ? old->value.len : 0;
	if ((err = check_room(f, name, &v)) != SESS_OK ||
	    (err = join(f, old != NULL ? &old->value : NULL, text, &v)) !=
	    SESS_OK ||
	    (err = join(f, more ? &old->arg : NULL, text, &arg)) != SESS_OK ||
	    (err = obtain(f, name, &field)) != SESS_OK)
		return err;
	show(f, field, &v);
	edit_onto(field, SESS_EDIT_APPEND, &arg);
	return SESS_OK;
}

void
fields_clear(struct fields *f)
{
	f->n = f->count = f->bytes = 0;
	f->cleared = true;
}

enum sess_err
fields_saw(struct fields *f, const char *name, const struct sess_value *v)
{
	struct sess_value copy;
	struct field *field;
	enum sess_err err;

	if ((err = obtain(f, name, &field)) != SESS_OK)
		return err;
	if (v == NULL)
		hide(f, field);
	else if ((err = copy_value(f, v, &copy)) == SESS_OK)
		show(f, field, &copy);
	return err;
}

bool
fields_edited(const struct fields *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->at[i].edited)
			return true;
	return f->cleared;
}

bool
fields_worth_a_session(const struct fields *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->at[i].edited && f->at[i].there)
			return true;
	return false;
}

enum sess_err
fields_edits(const struct fields *f, struct sess_edit **edits, size_t *n)
{
	const struct field *field;

	*n = 0;
	*edits = pool_alloc(f->pool, (f->n + 1) * sizeof **edits);
	if (*edits == NULL)
		return SESS_ENOMEM;
	for (field = f->at; field < f->at + f->n; field++)
		if (field->edited)
			(*edits)[(*n)++] = (struct sess_edit){
			    .kind = field->edit, .name = field->name,
			    .value = field->arg };
	return SESS_OK;
}

void
fields_committed(struct fields *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		f->at[i].edited = false;
	f->cleared = false;
}

/* session.c - a session as one request sees it. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "session.h"
#include "trace.h"
#include "utf8.h"

#define USER_MAX 255            /* bytes of a user id */
#define TOUCH_EVERY 60          /* s: how exact "last seen" is */

void
session_fail(struct sess *s, enum sess_err err, const char *why)
{
	if (s->err != SESS_OK || err == SESS_OK)
		return;
	s->err = err;
	log_event(s->log, "session", err, why);
}

bool
session_touch_due(const struct sess *s)
{
	/* A quarter, so that short idle limits are kept as well. */
	int64_t every = s->rec.idle / 4 < TOUCH_EVERY ? s->rec.idle / 4 :
	    TOUCH_EVERY;

	return s->found && s->now - s->rec.seen >= every &&
	    s->now > s->rec.seen;
}

bool
session_rotate_due(const struct sess *s, int64_t rotate)
{
	const struct sess_record *r = &s->rec;
	int64_t age = s->now - r->turned;

	if (!s->found)
		return false;
	if (r->serial == r->newest)
		return rotate >= 0 && age >= rotate;
	/* A successor was sent; it may have been lost on its way. */
	return r->confirmed <= r->serial && age >= SESS_ROTATE_PAUSE;
}

/* ---- fields ------------------------------------------------------------ */

const char *
sess_get(const struct sess *s, const char *name)
{
	const struct field *field = fields_find(&s->fields, name);

	if (field == NULL)
		return NULL;
	if (field->value.type == SESS_INT)
		return pool_printf(s->fields.pool, "%" PRId64,
		    field->value.num);
	if (!utf8_text(field->value.data, field->value.len))
		return NULL;
	return field->value.data;
}

int64_t
sess_get_int(const struct sess *s, const char *name, int64_t dflt)
{
	const struct field *field = fields_find(&s->fields, name);

	return field != NULL && field->value.type == SESS_INT ?
	    field->value.num : dflt;
}

const void *
sess_get_bytes(const struct sess *s, const char *name, size_t *len)
{
	const struct field *field = fields_find(&s->fields, name);

	if (field == NULL || field->value.type == SESS_INT)
		return NULL;
	*len = field->value.len;
	return field->value.data;
}

bool
sess_each(const struct sess *s, size_t *i, const char **name,
    struct sess_value *value)
{
	const struct field *field;

	while (*i < s->fields.n) {
		field = &s->fields.at[(*i)++];
		if (!field->there)
			continue;
		*name = field->name;
		*value = field->value;
		return true;
	}
	return false;
}

/* "set cart: over max_fields"; a name that is not valid is not printed. */
static void
edit_failed(struct sess *s, const char *what, const char *name,
    enum sess_err err)
{
	bool limit = err == SESS_ELIMIT && s->fields.over != NULL;
	char why[160];

	if (!field_name_ok(name)) {
		session_fail(s, err, what);
		return;
	}
	snprintf(why, sizeof why, "%s %s%s%s", what, name,
	    limit ? ": over " : "", limit ? s->fields.over : "");
	session_fail(s, err, why);
}

/* The value is what was given; NULL: nothing was. */
static void
edited(struct sess *s, const char *what, const char *name,
    const struct sess_value *v, enum sess_err err)
{
	if (err != SESS_OK)
		edit_failed(s, what, name, err);
	else
		trace_step(s->log, SESS_STEP_EDIT, TRACE_TEXT("act", what),
		    TRACE_TEXT("name", name), TRACE_VALUE("value", v));
}

void
sess_set(struct sess *s, const char *name, const char *text)
{
	struct sess_value v = { .type = SESS_TEXT, .data = text,
	    .len = strlen(text) };

	edited(s, "set", name, &v, utf8_valid(text, v.len) ?
	    fields_set(&s->fields, name, &v) : SESS_EINVAL);
}

void
sess_set_int(struct sess *s, const char *name, int64_t num)
{
	struct sess_value v = { .type = SESS_INT, .num = num };

	edited(s, "set", name, &v, fields_set(&s->fields, name, &v));
}

void
sess_set_bytes(struct sess *s, const char *name, const void *bytes, size_t len)
{
	struct sess_value v = { .type = SESS_BYTES, .data = bytes,
	    .len = len };

	edited(s, "set", name, &v, fields_set(&s->fields, name, &v));
}

void
sess_del(struct sess *s, const char *name)
{
	edited(s, "del", name, NULL, fields_del(&s->fields, name));
}

void
sess_clear(struct sess *s)
{
	fields_clear(&s->fields);
	edited(s, "clear", NULL, NULL, SESS_OK);
}

int64_t
sess_add(struct sess *s, const char *name, int64_t n)
{
	const struct sess_value v = { .type = SESS_INT, .num = n };
	int64_t sum = 0;

	edited(s, "add", name, &v, fields_add(&s->fields, name, n, &sum));
	return sum;
}

void
sess_append(struct sess *s, const char *name, const char *text)
{
	const struct sess_value v = { .type = SESS_TEXT, .data = text,
		.len = strlen(text) };

	edited(s, "append", name, &v, utf8_valid(text, v.len) ?
	    fields_append(&s->fields, name, text) : SESS_EINVAL);
}

enum sess_err
sess_error(const struct sess *s)
{
	return s->err;
}

/* What comes now has an id and form tokens of its own. */
static void
new_secrets(struct sess *s)
{
	*s->next = '\0';
	memset(s->rec.secret, 0, sizeof s->rec.secret);
}

/* ---- who --------------------------------------------------------------- */

const char *
sess_user(const struct sess *s)
{
	return s->login != NULL ? s->login : s->rec.user;
}

void
sess_login(struct sess *s, const char *user)
{
	size_t len = strlen(user);
	const char *before = sess_user(s);

	if (len < 1 || len > USER_MAX || !utf8_valid(user, len)) {
		session_fail(s, SESS_EINVAL, "login: no user id");
		return;
	}
	/* Nothing of one user's may reach the next. */
	if (before != NULL && strcmp(before, user) != 0)
		sess_logout(s);
	if ((s->login = pool_text(s->fields.pool, user)) == NULL)
		session_fail(s, SESS_ENOMEM, "login");
	new_secrets(s);
	trace_step(s->log, SESS_STEP_EDIT, TRACE_TEXT("act", "login"),
	    TRACE_TEXT("value", user));
}

void
sess_logout(struct sess *s)
{
	/* Said to be done, and it would not be. */
	if (s->rehash != NULL)
		session_fail(s, SESS_EINVAL, "logout: a new password is lost");
	fields_clear(&s->fields);
	s->left = s->rec.user;
	s->login = s->rec.user = NULL;
	s->rec.auth = s->rec.alert = s->rec.alerts_seen = 0;
	s->rec.remembered = false;
	s->renew = s->rotate = s->wanted = s->remember = false;
	s->out = true;
	s->end = s->found;
	new_secrets(s);
	trace_step(s->log, SESS_STEP_EDIT, TRACE_TEXT("act", "logout"));
}

void
sess_remember(struct sess *s)
{
	if (s->login == NULL)
		session_fail(s, SESS_EINVAL, "remember: nobody logs in");
	s->remember = true;
	trace_step(s->log, SESS_STEP_EDIT, TRACE_TEXT("act", "remember"));
}

bool
sess_remembered(const struct sess *s)
{
	return s->returned && s->rec.user != NULL;
}

bool
sess_ended(const struct sess *s)
{
	return s->lost && !s->found;
}

void
sess_renew(struct sess *s)
{
	s->renew = true;
	new_secrets(s);
	trace_step(s->log, SESS_STEP_EDIT, TRACE_TEXT("act", "renew"));
}

void
sess_rotate(struct sess *s)
{
	s->rotate = true;
	trace_step(s->log, SESS_STEP_EDIT, TRACE_TEXT("act", "rotate"));
}

bool
sess_fresh(const struct sess *s, int64_t seconds)
{
	if (s->login != NULL)
		return true;
	/* A time ahead of the clock proves nothing; 0: remembered. */
	return s->rec.user != NULL && s->rec.auth > 0 &&
	    s->rec.auth <= s->now && s->now - s->rec.auth <= seconds;
}

/* Those that were there when it was loaded: no page has shown later ones. */
void
sess_news_read(struct sess *s)
{
	if (s->rec.alert <= s->rec.alerts_seen)
		return;
	s->rec.alerts_seen = s->rec.alert;
	s->news_read = true;
}

int64_t
sess_wait(const struct sess *s)
{
	return s->wait;
}

bool
sess_is_new(const struct sess *s)
{
	return !s->found;
}

int64_t
sess_handle(const struct sess *s)
{
	return s->found ? s->rec.handle : 0;
}

int64_t
sess_created(const struct sess *s)
{
	return s->rec.created;
}

int64_t
sess_seen(const struct sess *s)
{
	return s->rec.seen;
}

int64_t
sess_ends(const struct sess *s)
{
	return s->rec.ends;
}

void
sess_life(struct sess *s, int64_t idle, int64_t absolute)
{
	if (idle < 0 || absolute < 0) {
		session_fail(s, SESS_EINVAL, "life: below zero");
		return;
	}
	s->idle = idle != 0 ? idle : s->idle;
	s->absolute = absolute != 0 ? absolute : s->absolute;
}

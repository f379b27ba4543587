/* take.c - take and cas: what asks the store while the page runs. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "exchange.h"
#include "trace.h"

/* No session is here and none may begin: nobody else can take part. */
static bool
is_alone(const struct sess *s)
{
	return !s->found && (!commit_may_begin(s->x) || (s->login == NULL &&
	    s->x->service->conf.policy == SESS_LOGIN_ONLY));
}

static bool
holds(const struct sess *s, const char *name, const char *text)
{
	const char *now = sess_get(s, name);

	return text == NULL || now == NULL ? text == now :
	    strcmp(text, now) == 0;
}

static bool
at_once(struct sess *s, const struct sess_edit *edit, struct sess_outcome *out)
{
	if (!field_name_ok(edit->name))
		session_fail(s, SESS_EINVAL, "take or cas: no name of a field");
	if (s->late)
		session_fail(s, SESS_EGONE, "the id was replaced by a login");
	if (s->err == SESS_OK)
		s->err = commit_now(s, edit, out);
	return s->err == SESS_OK;
}

const char *
sess_take(struct sess *s, const char *name)
{
	const struct sess_edit take = { .kind = SESS_EDIT_TAKE,
		.name = name };
	struct sess_outcome out;
	const char *text;

	if (fields_find(&s->fields, name) == NULL)
		return NULL;            /* so most pages cost no write */
	if (is_alone(s)) {
		text = sess_get(s, name);
		sess_del(s, name);
		return text;
	}
	if (!at_once(s, &take, &out))
		return NULL;
	trace_step(s->log, SESS_STEP_EDIT, TRACE_TEXT("act", "take"),
	    TRACE_TEXT("name", name), TRACE_VALUE("value",
	    out.taken.type != 0 ? &out.taken : NULL));
	session_fail(s, fields_saw(&s->fields, name, NULL), "take");
	if (out.taken.type == SESS_INT)
		return pool_printf(s->fields.pool, "%" PRId64, out.taken.num);
	return out.taken.type == SESS_TEXT ? out.taken.data : NULL;
}

bool
sess_cas(struct sess *s, const char *name, const char *from, const char *to)
{
	const struct sess_value value = { .type = SESS_TEXT, .data = to,
		.len = strlen(to) };
	const struct sess_edit cas = { .kind = SESS_EDIT_CAS, .name = name,
		.from = from, .value = value };
	struct sess_outcome out;

	if (!s->found && from != NULL && !fields_worth_a_session(&s->fields))
		return false;           /* it can hold nothing */
	if (value.len > s->fields.max_value && field_name_ok(name)) {
		session_fail(s, SESS_ELIMIT, pool_printf(s->fields.pool,
		    "cas %s: over max_value_bytes", name));
		return false;
	}
	if (is_alone(s)) {
		if (!holds(s, name, from))
			return false;
		sess_set(s, name, to);
		return true;
	}
	if (!at_once(s, &cas, &out))
		return false;
	trace_step(s->log, SESS_STEP_EDIT, TRACE_TEXT("act", "cas"),
	    TRACE_TEXT("name", name), TRACE_VALUE("value", &value),
	    TRACE_TEXT("missed", out.swapped ? NULL : "yes"));
	if (!out.swapped)
		return false;
	session_fail(s, fields_saw(&s->fields, name, &value), "cas");
	return true;
}

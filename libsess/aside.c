/* aside.c - what a page puts aside for the next one. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "exchange.h"

#define FLASH "sess.flash"      /* names of fields */
#define NEXT_MAX 1000           /* bytes: every server takes such a field */

void
sess_flash(struct sess *s, const char *text)
{
	sess_set(s, FLASH, text);
}

const char *
sess_flash_take(struct sess *s)
{
	return sess_take(s, FLASH);
}

const char *
sess_next(const struct sess_req *req, const char *dflt)
{
	const char *next = sess_req_field(req, "next");

	if (next == NULL)
		next = sess_req_query(req, "next");
	return next != NULL && *next != '\0' && strlen(next) <= NEXT_MAX &&
	    sess_same_site_path(next) ? next : dflt;
}

/* ---- forms ------------------------------------------------------------- */

/* "" is the name of no field, and so an error where it is set. */
static const char *
field_of(const struct sess *s, const char *form, const char *name, size_t n)
{
	const char *field = pool_printf(s->fields.pool, "sess.form.%s.%.*s",
	    form, (int)n, name);

	return field != NULL ? field : "";
}

/* The next of the words from *names on; 0: that was the last. */
static size_t
word(const char **names)
{
	*names += strspn(*names, " ");
	return strcspn(*names, " ");
}

void
sess_form_keep(struct sess *s, const struct sess_req *req, const char *form,
    const char *names)
{
	const char *name, *value;
	size_t n;

	for (; (n = word(&names)) > 0; names += n) {
		if ((name = pool_copy(s->fields.pool, names, n)) == NULL)
			session_fail(s, SESS_ENOMEM, "form");
		else if ((value = sess_req_field(req, name)) != NULL)
			sess_set(s, field_of(s, form, name, n), value);
	}
}

const char *
sess_form_kept(const struct sess *s, const char *form, const char *name)
{
	return sess_get(s, field_of(s, form, name, strlen(name)));
}

void
sess_form_drop(struct sess *s, const char *form, const char *names)
{
	const char *field;
	size_t n;

	for (; (n = word(&names)) > 0; names += n) {
		field = field_of(s, form, names, n);
		if (sess_get(s, field) != NULL)
			sess_del(s, field);
	}
}

/*
 * credentials.c - users who move, what a form says that was not taken, and
 * where it leads to.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "credentials.h"
#include "data.h"
#include "input.h"

/*
 * A name that is there costs one look into the store more than one that is
 * not, until its owner is moved for good: little beside the hashing.  An
 * account that is there already (SESS_EEXIST) is how most calls end.
 */
bool
credentials_move(const struct sess_req *req, struct sess *s, const char *name)
{
	struct old_user old;
	enum sess_err err = data_old_user(req, name, &old);

	if (err == SESS_OK)
		sess_account_import(s, old.name, old.hash);
	return err == SESS_OK || err == SESS_NONE;
}

/*
 * RFC 9110, 15.5.2: 401 asks a stranger who they are, 403 does not.  The
 * fields that are marked; of the form for another password the new one, since
 * nothing else there can be weak.
 */
static const struct refusal {
	enum sess_err err;
	int status;
	const char *word;
	const char *bad[3];
} refusals[] = {
	{ SESS_OK, 200, NULL, { NULL } },
	{ SESS_NONE, 401, "login.wrong", { "user", "password" } },
	{ SESS_EINVAL, 400, NULL, { NULL } },
	{ SESS_EWEAK, 400, "credentials.weak", { "password", "new" } },
	{ SESS_EEXIST, 409, "credentials.taken", { "user" } },
	{ SESS_ETRIES, 429, "credentials.tries", { NULL } },
	{ SESS_EBUSY, 503, "credentials.busy", { NULL } },
};

static struct refusal
refusal_of(enum sess_err err, const char *known)
{
	if (err == SESS_NONE && known != NULL)
		return (struct refusal){ err, 403, "credentials.not-yours",
		    { known } };
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].err == err)
			return refusals[i];
	return (struct refusal){ err, 503, "sorry.503", { NULL } };
}

/* How long to wait: "1 second", "90 seconds", "15 minutes". */
static void
show_wait(struct page *p, int64_t wait)
{
	bool minutes = wait > 120;

	page_int(p, "wait", minutes ? (wait + 59) / 60 : wait);
	page_word(p, "unit", minutes ? "credentials.minutes" :
	    wait == 1 ? "credentials.second" : "credentials.seconds");
}

int
credentials_show(struct page *p, struct sess *s, enum sess_err err,
    const char *known)
{
	struct refusal r = refusal_of(err, known);

	page_wrong(p, r.word);
	for (size_t i = 0; r.bad[i] != NULL; i++)
		page_bad(p, r.bad[i]);
	show_wait(p, sess_wait(s));
	page_int(p, "min", SESS_PASSWORD_MIN);
	page_int(p, "max", SESS_PASSWORD_MAX);
	page_int(p, "name-max", SESS_NAME_MAX);
	return page_show(p, r.status);
}

void
credentials_why(struct page *p, const char *name, const char *field,
    const char *password)
{
	const char *word = "credentials.name";

	if (password == NULL)
		password = "";
	if (strlen(password) > SESS_PASSWORD_MAX)
		word = "credentials.long";
	else if (sess_password_ok(password, name) == SESS_EINVAL)
		word = "credentials.short";
	else
		field = "user";
	page_wrong(p, word);
	page_bad(p, field);
}

void
credentials_next(struct page *p, const struct sess_req *req, struct sess *s,
    const char *other)
{
	const char *next = sess_next(req, NULL);
	char link[LINK_MAX];

	page_text(p, "next", next);
	page_text(p, other, sess_link(s, input_link(link, other, next)));
}

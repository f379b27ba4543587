/*
 * credentials.h - what the pages have in common that ask for a name and a
 * password, or for a password alone: login, signup, password.
 */
/* SPDX-License-Identifier: ISC */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "page.h"
#include "sess_account.h"

/*
 * This site had users in a table of its own before libsess kept accounts.  Each
 * moves when their name is typed, with the hash that they have, as they would
 * from a site in PHP; users who have moved already stay as they are.  A site
 * with many calls sess_account_import() for all of them instead, and drops the
 * table.  False: the table could not be read.
 */
bool credentials_move(const struct sess_req *, struct sess *,
    const char *name);

/*
 * Show the form with what is wrong with what was typed; SESS_OK: nothing.
 * `known`: the field that asked who is logged in for the password, without a
 * name; NULL on the other forms.
 */
int credentials_show(struct page *, struct sess *, enum sess_err,
    const char *known);

/*
 * Why a new password (of this field), or the name of a new account, is not
 * taken: the word for SESS_EINVAL, which has several reasons.
 */
void credentials_why(struct page *, const char *name, const char *field,
    const char *password);

/* Where to go afterwards: in the form, and in the link to this other page. */
void credentials_next(struct page *, const struct sess_req *, struct sess *,
    const char *other);

#endif

/*
 * sess_account.h - accounts: who may log in, with which password.
 *
 * An optional part.  It keeps accounts in the store of the sessions, and does
 * what a login needs beside a hash: tries are counted before any hashing, an
 * unknown name costs as much as a wrong password and gets the same answer, old
 * hashes are replaced, and what happened is noted.
 *
 *	switch (sess_account_login(s, name, password)) {
 *	case SESS_OK:     return sess_res_redirect(res, sess_next(req, "/"));
 *	case SESS_NONE:   return form(401);     // says not why
 *	case SESS_ETRIES: return form(429);     // with Retry-After
 *	default:          return 503;
 *	}
 *
 * New names are 1 to 64 bytes of text, without outer or double blanks and
 * without characters that are not seen: controls, blanks other than U+0020,
 * marks of direction, joiners, fillers.  (So no two look alike by these.  A
 * name that is there already still logs in.)  Two that differ in ASCII case
 * alone are one.  As it was made, a name is the user id:
 * sess_user().  Any text is taken for a name or password, and NULL as well: it
 * is a wrong one.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_ACCOUNT_H
#define SESS_ACCOUNT_H

#include "sess.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

#define SESS_NAME_MAX 64

/*
 * SESS_EINVAL: no name, or a password that is too short or too long;
 * SESS_EWEAK: one that is tried first; SESS_EEXIST; SESS_EBUSY.
 */
enum sess_err sess_account_create(struct sess *, const char *name,
    const char *password);

/*
 * The same with a hash that was made elsewhere: $argon2id$, $2y$, $2b$, $y$,
 * $7$, $6$ (PHP, htpasswd, /etc/shadow).  It is replaced when its owner logs
 * in.  SESS_EINVAL: of another kind.
 */
enum sess_err sess_account_import(struct sess *, const char *name,
    const char *hash);

/*
 * Is it his password?  SESS_NONE: no such account, another password, disabled,
 * or 100 wrong ones in a row; they look alike and take as long.  SESS_ETRIES:
 * too many tries of this name or from this address: sess_wait() seconds more.
 * SESS_EBUSY: as many passwords as there are cores are being hashed.
 *
 * A browser that its owner has logged in with has a cookie that says so
 * ("__Host-device", 180 days).  All known browsers of an account share tries
 * that are theirs alone: a stranger who guesses cannot lock them out.  A new
 * password and a disabling make all browsers unknown, but for the one in which
 * the password is changed.
 */
enum sess_err sess_account_verify(struct sess *, const char *name,
    const char *password);

/* ... and if so, sess_login(). */
enum sess_err sess_account_login(struct sess *, const char *name,
    const char *password);

/*
 * The same for the user who is logged in: then sess_fresh() is true, the id is
 * new, and both time limits start anew.
 */
enum sess_err sess_account_confirm(struct sess *, const char *password);

/*
 * The user who is logged in changes his password, and all his other sessions
 * end, remembered ones too; this one gets a new id.  SESS_NONE, SESS_ETRIES,
 * SESS_EBUSY: of `current`; SESS_EINVAL, SESS_EWEAK: of `next`.  It is done
 * with this request's commit; to log out before that is SESS_EINVAL.
 */
enum sess_err sess_account_password(struct sess *, const char *current,
    const char *next);

/*
 * Disabled, an account lets nobody in, and all its sessions end now.
 * SESS_NONE: there is no such account.
 */
enum sess_err sess_account_disable(struct sess *, const char *name);
enum sess_err sess_account_enable(struct sess *, const char *name);

/*
 * Its wrong passwords are forgotten, also 100 in a row, by strangers and by
 * known browsers.  SESS_NONE: there is no such account.
 */
enum sess_err sess_account_reset(struct sess *, const char *name);

/* Of the user who is logged in; SESS_NONE: he has no account. */
struct sess_account_info {
	int64_t created, changed;       /* changed: the password */
};

enum sess_err sess_account_info(struct sess *, struct sess_account_info *);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif

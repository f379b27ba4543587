/*
 * sess.h - sessions for CGI and FastCGI programs.
 *
 * A program is one handler.  The library reads the request, finds the
 * visitor's session, calls the handler, commits what the handler changed and
 * only then sends the answer:
 *
 *	static int
 *	visits(struct sess_req *req, struct sess_res *res, struct sess *s)
 *	{
 *		int64_t n = sess_add(s, "visits", 1);
 *
 *		sess_res_printf(res, "<p>Visit %" PRId64 ".\n", n);
 *		return 200;
 *	}
 *
 *	const struct sess_app app = { .handle = visits };
 *
 * Ownership: all that you can reach from a request, an answer or a session
 * is borrowed, and dies when the handler returns.  The library copies every
 * string that you give it.
 *
 * Text: a `const char *` is valid UTF-8 that ends in NUL.  A getter of text
 * returns NULL where the bytes are anything else; the getters of bytes return
 * them as they came.
 *
 * Errors: setters return nothing.  The first failure sticks to the answer or
 * to the session, and a request that failed commits nothing and says so with
 * a 5xx status.  A page may look earlier, with sess_res_error() and
 * sess_error().
 *
 * What is not described here is not part of the interface.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_H
#define SESS_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

#define SESS_VERSION "0.1.0"

/* ---- Errors ------------------------------------------------------------ */

enum sess_err {
	SESS_OK = 0,
	SESS_NONE,      /* no such thing: unknown, expired and forged alike */
	SESS_EINVAL,    /* a call with a senseless argument */
	SESS_ETYPE,     /* the field holds another type of value */
	SESS_ELIMIT,    /* over a limit of struct sess_conf: the page's fault */
	SESS_ENOMEM,    /* no memory */
	SESS_ERANDOM,   /* the system gives no random bytes */
	SESS_EGONE,     /* the session ended while this request was running */
	SESS_ESTORE,    /* the store is locked or full, or failed: it may pass */
	SESS_ECONF,     /* a setting that is not valid, or a store that a person
			   has to mend: another user's, read-only, corrupt */
	SESS_EWIRE,     /* the connection to the web server broke */
	SESS_EUPLOAD,   /* a file cannot be stored: disk full, no folder */
	SESS_EEXIST,    /* the account's name is taken */
	SESS_EACCOUNT,  /* the account was changed or disabled meanwhile */
	SESS_ESESSIONS, /* the user has as many sessions as may be */
	SESS_ETRIES,    /* tried too often; sess_wait() */
	SESS_EBUSY,     /* all cores hash passwords; sess_wait() */
	SESS_EWEAK,     /* a new password that would be tried first */
	SESS_EFULL,     /* max_anonymous sessions without login are there */
	/* refused requests */
	SESS_ESYNTAX,   /* 400: not what the standard allows */
	SESS_ELENGTH,   /* 400: a body that does not match CONTENT_LENGTH */
	SESS_EORIGIN,   /* 403: a form sent from another site */
	SESS_ECSRF,     /* 403: a form without its token */
	SESS_EPATH,     /* 404: no program is mounted there */
	SESS_EMETHOD,   /* 405 */
	SESS_ETIMEOUT,  /* 408: a body that came too slowly */
	SESS_EBODY,     /* 413: the body or its fields are over a limit */
	SESS_EURI,      /* 414: the query is over a limit */
	SESS_EMEDIA,    /* 415: a body of a type that is not a form */
	SESS_EHEADER    /* 431: the cookies are over a limit */
};

const char *sess_err_name(enum sess_err);       /* "E_STORE" */
const char *sess_err_text(enum sess_err);       /* a sentence for a person */
int sess_err_status(enum sess_err);             /* 503 */

/* Valid UTF-8 without NUL: what a text may hold. */
bool sess_is_text(const void *, size_t len);

/* ---- Requests ---------------------------------------------------------- */

struct sess_req;

const char *sess_req_method(const struct sess_req *);   /* "GET" */
const char *sess_req_path(const struct sess_req *);     /* SCRIPT_NAME */
const char *sess_req_path_info(const struct sess_req *); /* or "" */
const char *sess_req_host(const struct sess_req *);     /* as sent, or NULL */
const char *sess_req_address(const struct sess_req *);  /* client IP, or NULL */
bool sess_req_https(const struct sess_req *);

/*
 * The value of a CGI variable (RFC 3875, 4.1), or NULL: it is not there, or
 * came twice.  A program that picks one of two lets the client choose.
 */
const char *sess_req_var(const struct sess_req *, const char *name);

/* The same of a header field, by its HTTP name in any case. */
const char *sess_req_header(const struct sess_req *, const char *name);

/*
 * A line for the operator, in the log of this request.  Never an id,
 * a password or anything else that is the visitor's own.
 */
void sess_log(const struct sess_req *, const char *why);

/*
 * The first value of this name as text, or NULL.  Query, form and cookies
 * are never merged.
 */
const char *sess_req_query(const struct sess_req *, const char *name);
const char *sess_req_field(const struct sess_req *, const char *name);
const char *sess_req_cookie(const struct sess_req *, const char *name);

/* All values, in order, byte-exact, doubles kept. */
enum sess_from { SESS_QUERY, SESS_FIELD, SESS_COOKIE };

struct sess_pair {
	const char *name;       /* NUL-terminated for comfort; may hold NULs */
	size_t name_len;
	const char *value;      /* likewise */
	size_t value_len;
};

/* The list itself; its length goes to *count. */
const struct sess_pair *sess_req_pairs(const struct sess_req *,
    enum sess_from, size_t *count);

/* The next pair of this name after the given one (NULL: the first one). */
const struct sess_pair *sess_req_next(const struct sess_req *,
    enum sess_from, const char *name, const struct sess_pair *after);

size_t sess_req_count(const struct sess_req *, enum sess_from,
    const char *name);

/*
 * The files of a multipart/form-data form (its other parts are SESS_FIELD),
 * where the program takes any: see sess_app.max_files.  Names and types are
 * the browser's words: data to be shown, escaped, and never a path or a proof.
 * An <input type=file> that was left empty is no file.
 */
struct sess_upload {
	const char *name;               /* of the form's field */
	const char *filename;           /* "a.png", "C:\\a.png", "../a", "" */
	const char *type;               /* or "application/octet-stream" */
	int64_t size;
	int fd;                         /* borrowed, at its start; has no name,
					   and is gone when it is closed */
};

/* The first file of this name, or NULL. */
const struct sess_upload *sess_req_file(const struct sess_req *,
    const char *name);

/* All files, in order; how many goes to *count. */
const struct sess_upload *sess_req_files(const struct sess_req *,
    size_t *count);

/*
 * Give the file a name, for good: an absolute path whose folder is there.
 * Mode 0600; file and folder are on the disk when it returns.  What is there
 * already, even as a symbolic link, is not replaced: SESS_EINVAL, as is a path
 * that is none.  SESS_EUPLOAD: the folder takes no file, or the disk is full.
 */
enum sess_err sess_upload_keep(const struct sess_upload *, const char *path);

/* ---- Answers ----------------------------------------------------------- */

struct sess_res;
struct sess;

/*
 * Set a header field, in place of an earlier one of that name.  The defaults
 * (Content-Type, Cache-Control, ...) can be replaced; NULL takes one away.
 * A name that is no token, a value with a control character, and the fields
 * that the library itself writes (Status, Set-Cookie, Location,
 * Content-Length) are SESS_EINVAL.  RFC 9110, 5.1 and 5.5.
 */
void sess_res_header(struct sess_res *, const char *name, const char *value);

/* The body: as it is; escaped for HTML text and quoted attributes; ... */
void sess_res_puts(struct sess_res *, const char *text);
void sess_res_write(struct sess_res *, const void *bytes, size_t len);
void sess_res_html(struct sess_res *, const char *text);
void sess_res_url(struct sess_res *, const char *text); /* RFC 3986, 2.3 */
void sess_res_json(struct sess_res *, const void *text, size_t len);
void sess_res_printf(struct sess_res *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The body is this open, regular file as it is now, from its start; it is sent
 * piece by piece, and max_answer_bytes does not apply.  The library closes the
 * descriptor in every case.  Without a type from the page it is
 * application/octet-stream.  A browser saves it, under this name (text, or
 * NULL) or what is harmless of it (RFC 6266), and never runs it as a page of
 * this site.  Something else in the body as well is SESS_EINVAL.
 */
void sess_res_file(struct sess_res *, int fd, const char *name);

/*
 * Send the visitor to another page of this site; returns 303 to return from
 * the handler.  `where` starts with one "/" or is relative to the program's
 * own folder; anything that a browser could take for another site is
 * SESS_EINVAL.
 */
int sess_res_redirect(struct sess_res *, const char *where);

/* True where a browser takes this redirect target for the same site. */
bool sess_same_site_path(const char *where);

/*
 * A cookie of the page's own; one of the same name takes its place.
 * RFC 6265bis, 4.1.  A cookie over 4096 bytes, or one that a browser would
 * refuse, is SESS_EINVAL: nothing is cut.
 */
enum sess_same_site { SESS_LAX = 0, SESS_STRICT, SESS_CROSS_SITE };

struct sess_cookie {
	const char *name;
	const char *value;              /* RFC 6265 cookie-octets */
	const char *path;               /* NULL: "/" */
	int64_t max_age;                /* seconds; 0: till the browser closes;
					   below 0: remove it */
	enum sess_same_site same_site;
	bool script_readable;           /* leave HttpOnly out */
	bool insecure;                  /* leave Secure out */
};

void sess_res_cookie(struct sess_res *, const struct sess_cookie *);

/*
 * Call this once the answer is decided: after the commit and the cookies, and
 * before the first byte goes out.  It may add to the body, and do nothing
 * else: header fields, cookies, redirects and files are SESS_EINVAL.  The
 * session is as the commit left it.  Content-Length counts what is added; it
 * is called for HEAD as well.  The commit is done, so an error (over
 * max_answer_bytes, too) takes back what was added and not the page, and the
 * log says so.
 *
 * A later call takes the place of an earlier one.  An answer that is a file or
 * an authorizer's has none, and that of a page that is refused after all is
 * forgotten with the page: sess_app.refused may set its own.
 */
void sess_res_at_end(struct sess_res *, void (*)(const struct sess_req *,
    struct sess_res *, const struct sess *));

enum sess_err sess_res_error(const struct sess_res *);

/* ---- Fields ------------------------------------------------------------ */

/*
 * A session is a hash of named fields.  A name is 1 to 64 of A-Z a-z 0-9 and
 * "_", "-", ".".  Setters are edits: they are read back at once, and commit
 * applies them to the fields as they then are: different fields merge, of the
 * same field the last commit wins, and additions are exact.
 */
struct sess;

enum sess_type { SESS_TEXT = 1, SESS_INT, SESS_BYTES };

struct sess_value {
	enum sess_type type;
	int64_t num;                    /* SESS_INT */
	const char *data;               /* SESS_TEXT, SESS_BYTES; NUL follows */
	size_t len;
};

/* Text of a field (of an integer: its digits), or NULL. */
const char *sess_get(const struct sess *, const char *name);
int64_t sess_get_int(const struct sess *, const char *name, int64_t dflt);
const void *sess_get_bytes(const struct sess *, const char *name, size_t *len);

void sess_set(struct sess *, const char *name, const char *text);
void sess_set_int(struct sess *, const char *name, int64_t num);
void sess_set_bytes(struct sess *, const char *name, const void *, size_t);
void sess_del(struct sess *, const char *name);
void sess_clear(struct sess *);

/*
 * Add n to an integer; a missing field counts as 0.  Returns the sum as this
 * request sees it.  Text or an overflow: SESS_ETYPE, SESS_ELIMIT.
 */
int64_t sess_add(struct sess *, const char *name, int64_t n);

/* Lengthen a text; a missing field counts as "". */
void sess_append(struct sess *, const char *name, const char *text);

/*
 * The next two ask the store at once, and commit the edits before them in the
 * same transaction, because their answer depends on what other requests did.
 *
 * take: the text of a field, and the field is gone; of many parallel requests
 * exactly one gets it (flash messages).  NULL: it was not there.
 * cas: set the field to `to` if it holds the text `from` (NULL: if it is not
 * there); true when it was set.
 */
const char *sess_take(struct sess *, const char *name);
bool sess_cas(struct sess *, const char *name, const char *from,
    const char *to);

/*
 * Walk the fields: start with *i = 0; false at the end.  The order is that
 * of the names as loaded, then of setting.
 */
bool sess_each(const struct sess *, size_t *i, const char **name,
    struct sess_value *);

/*
 * Commit now, for a page that wants to act on the result.  The library calls
 * it before it sends the answer, unless the handler returned 5xx.
 */
enum sess_err sess_commit(struct sess *);
enum sess_err sess_error(const struct sess *);  /* the first failure so far */

/*
 * Does the store work: can a session be read and written now?  For the page
 * that a monitor asks, with sess_app.no_session; any other program may call
 * it, too.  False: it is corrupt, full, read-only, locked for longer than
 * `wait`, moved, or not there; the log says which.  It begins no session and
 * commits no edit.  It always reads; it writes once a second, however many ask.
 */
bool sess_store_ok(struct sess *);

/* ---- Uploads ----------------------------------------------------------- */

/*
 * A form whose action has ?upload=NAME, of a visitor who has a session, tells
 * how far its body has come while it arrives: four times a second at most, and
 * at the end.  NAME is like that of a field.  Another request of the session
 * can ask for that: bytes got, and of how many (-1: not known).  False: of
 * such an upload nothing is known, or no more; the newest 8 are.
 */
bool sess_progress(struct sess *, const char *upload, int64_t *got,
    int64_t *total);

/* ---- Who --------------------------------------------------------------- */

const char *sess_user(const struct sess *);     /* user id, or NULL */

/*
 * This visitor has proved to be `user` (1 to 255 bytes).  The session gets a
 * new id, and the old one gets nothing of it.  Fields come along, except
 * from another user's session, which ends.  Both time limits start anew.
 */
void sess_login(struct sess *, const char *user);

/*
 * Keep this visitor logged in when his browser was closed, for
 * sess_conf.remember: after sess_login(), in the same request.  A cookie of its
 * own begins the next session, once; then another takes its place.  One that is
 * used a second time was stolen: it ends what it began, and the user hears of
 * it.  A browser that crashed may send the one before for 10 minutes, if it is
 * known to its account (sess_account.h).  A session begun so is not fresh.
 */
void sess_remember(struct sess *);

/*
 * True if this cookie logged the visitor in by this request: they came without
 * a session, or with an anonymous one, whose fields came along.
 */
bool sess_remembered(const struct sess *);

/*
 * End the session: row, fields and ids are gone, the cookie is removed, and
 * nobody is remembered.  Where no session is left, what the browser is
 * remembered by ends all the same.
 */
void sess_logout(struct sess *);

/*
 * True if the visitor came with an id, and there is no session of it any more:
 * it was over, or somebody ended it.  Not a word on which.
 */
bool sess_ended(const struct sess *);

/* New id; the old one dies now (a change of privilege) ... */
void sess_renew(struct sess *);
/* ... or works on until the new one has arrived, five minutes at most. */
void sess_rotate(struct sess *);

/*
 * True if the user has proved who he is at most this many seconds ago.  Where
 * not, let him do it again (step-up) before what is dangerous: the login page
 * can call sess_login() for him once more, or sess_account_confirm().
 */
bool sess_fresh(const struct sess *, int64_t seconds);

/*
 * The public number of the session, as in struct sess_device: it opens nothing.
 * 0: there is none (yet).
 */
int64_t sess_handle(const struct sess *);

/* Times in seconds since 1970-01-01 UTC; of a new session: now. */
bool sess_is_new(const struct sess *);          /* no session was found */
int64_t sess_created(const struct sess *);
int64_t sess_seen(const struct sess *);         /* before this request */
int64_t sess_ends(const struct sess *);         /* absolute limit */

/* Other limits for this session, in seconds; 0 keeps the present one. */
void sess_life(struct sess *, int64_t idle, int64_t absolute);

/* ---- A user's sessions, and what happened ------------------------------ */

/*
 * A session that this user has somewhere.  The handle is a random number that
 * opens nothing; agent (its User-Agent, cut at 200 bytes) and address are what
 * came with its login, or when it last moved, or NULL: to be shown, escaped.
 */
struct sess_device {
	int64_t handle;                 /* 1 or more */
	bool here;                      /* this session */
	bool remembered;                /* see sess_remember() */
	int64_t since, seen;            /* login; last use, to the minute */
	const char *agent, *address;
};

/* Those of the visitor's user, newest use first; how many goes to *n. */
const struct sess_device *sess_devices(struct sess *, size_t *n);

/*
 * End one of them, and what remembers it; false: there is none, and nothing
 * was done.  Its next request is that of a stranger.
 */
bool sess_device_end(struct sess *, int64_t handle);

/* End all but this one, remembered ones as well; returns how many. */
int64_t sess_devices_end(struct sess *);

/*
 * What happened to the user's sessions, newest first: login, login_failed,
 * logout, expire, revoke, rotate, replay (an id was used after its time),
 * stolen (a remember-me token was used twice), moved (another browser or
 * network), throttle, password, account.  Of each kind the newest 100 of 90
 * days are kept.
 */
struct sess_happening {
	int64_t at;
	const char *kind;
	int64_t session;                /* handle, or 0 */
	const char *address, *agent, *why;      /* or NULL */
	bool alarm;                     /* it may not have been the user:
					   replay, stolen, moved, throttle */
};

const struct sess_happening *sess_happenings(struct sess *, size_t *n);

/*
 * How many alarms this session has not acknowledged.  An alarm is shown in
 * every session of its user until sess_news_read() acknowledges it there, or
 * it is 90 days old; the user's other sessions go on showing it.  What comes
 * while the page runs is not acknowledged by it.
 */
int64_t sess_news(const struct sess *);
void sess_news_read(struct sess *);

/* ---- Not too often ----------------------------------------------------- */

/*
 * Count one use of `what` ("signup") by `who` (NULL: the visitor's address;
 * IPv6: its /64), at most `most` in a period of so many seconds.  0: go on.
 * Above: one too many, and so many seconds to wait; answer 429, which then
 * has a Retry-After.  Exact, however many come at once.
 */
int64_t sess_limit(struct sess *, const char *what, const char *who,
    int64_t most, int64_t period);

/* How long to wait, of the last call that said so; or 0. */
int64_t sess_wait(const struct sess *);

/* ---- For the next page ------------------------------------------------- */

/* A message for the next page that shows one; it is shown once. */
void sess_flash(struct sess *, const char *text);
const char *sess_flash_take(struct sess *);     /* or NULL */

/*
 * Where to go after this: the field "next" of the form or the query, if it is
 * a path of this site of at most 1,000 bytes; else `dflt`.  Text for
 * sess_res_redirect().
 */
const char *sess_next(const struct sess_req *, const char *dflt);

/*
 * Keep these fields of a form that was sent (their names, with blanks
 * between), to fill it in again when the visitor comes back to it.  Never name
 * a password: it would lie in the store.  `form` is like a field's name.
 */
void sess_form_keep(struct sess *, const struct sess_req *, const char *form,
    const char *names);
const char *sess_form_kept(const struct sess *, const char *form,
    const char *name);                          /* or NULL */
void sess_form_drop(struct sess *, const char *form, const char *names);

/* ---- Forms and links --------------------------------------------------- */

/*
 * The hidden fields of a form that changes something, as HTML: the CSRF token
 * and, where the id does not travel by cookie, the id.  Every unsafe request
 * must bring the token back in the field "csrf" or in X-CSRF-Token; the
 * handler is not called otherwise (but see sess_app.csrf_by_page).  For a form
 * that was opened while nobody was logged in, and is sent while nobody is, the
 * browser's word that it is of this site (Sec-Fetch-Site: same-origin) does as
 * well.  An id that came as a bearer needs no token.
 */
const char *sess_form(struct sess *);
const char *sess_csrf(struct sess *);           /* the token alone */

/*
 * For a program with csrf_by_page: is the token right?  False: the log says
 * why not, and so does the page of an answer that is a 403 and no more.
 */
bool sess_csrf_ok(const struct sess *, const struct sess_req *);

/* A link of this site, with the id where the configuration carries it so. */
const char *sess_link(struct sess *, const char *where);

/*
 * Call this in a handler whose edits must not count twice.  If an earlier
 * request has sent the same form with the same values, the commit drops all
 * edits of this request, also those after this call or after sess_commit().
 * An impatient second click has no effect that way.  The same form with other
 * values takes effect: a visitor went back to it, and changed something.  The
 * values are those of all fields in order, and the names and bytes of files.
 * A request without a form's token, such as one with a bearer id, counts.
 */
void sess_once(struct sess *, const struct sess_req *);

/*
 * Were the edits of this request dropped for that reason?  It is known after
 * sess_commit(); before, the answer is false.  Tell the visitor in the answer,
 * or in the address of a redirect: a flash is an edit, and would be dropped.
 */
bool sess_form_repeated(const struct sess *);

/*
 * What names one writing of a form, whatever values are sent with it: each time
 * a page writes a form, that form has another name.  Keep it beside what you
 * write to a database of your own, so that one form writes one thing.  If it is
 * there already with other values, the visitor went back and changed
 * something: show both, and drop neither.  NULL: the request brought no token.
 */
const char *sess_form_id(const struct sess_req *);

/* ---- Passwords --------------------------------------------------------- */

#define SESS_PASSWORD_MIN 8             /* characters of a new password */
#define SESS_PASSWORD_MAX 1024          /* bytes of a password */
#define SESS_HASH_MAX 256               /* bytes of a hash, with its NUL */

/*
 * argon2id, 19 MiB, 2 passes, as PHP's password_hash() writes it.  It knows no
 * settings, so its salt is always the system's.
 */
enum sess_err sess_password_hash(char hash[SESS_HASH_MAX],
    const char *password);

/*
 * SESS_OK or SESS_NONE.  hash NULL: take as long as for a wrong password, and
 * SESS_NONE.  A hash may also be one that others made: bcrypt ("$2y$", "$2b$",
 * "$2a$"), yescrypt ("$y$"), scrypt ("$7$") or sha512crypt ("$6$"), as PHP,
 * htpasswd and /etc/shadow have them.  Of these, bcrypt knows the first 72
 * bytes of a password only, and all take at most 511: a longer one is
 * SESS_NONE.  A hash that is cut or corrupt, of another kind, or that asks
 * for absurd cost is SESS_EINVAL, before any work: more than 256 MiB, bcrypt's
 * cost 14 or 1,000,000 rounds.
 */
enum sess_err sess_password_check(const char *hash, const char *password);

/*
 * True where a hash is not as sess_password_hash() writes them today, but of
 * another kind or with other parameters: replace it at the next login, when
 * the password is at hand.  Each kind takes its own time, so until then a
 * clock tells which names are there.
 */
bool sess_password_old(const char *hash);

/*
 * May this be a new password of this user (a name, or NULL)?  SESS_EINVAL: it
 * is not text of at least SESS_PASSWORD_MIN characters (code points) and at
 * most SESS_PASSWORD_MAX bytes, or NULL.  SESS_EWEAK: it is one that is tried first, such as
 * "Password1", "12121212", "87654321", or the user's own name, once, twice or
 * with up to 4 digits behind; ASCII letters count in any case.  What it is
 * composed of does not matter.  NIST SP 800-63B-4, 3.1.1.2, which wants 15
 * characters where nothing but a password is asked for.
 */
enum sess_err sess_password_ok(const char *password, const char *user);

/* ---- Seeing it --------------------------------------------------------- */

/*
 * The steps of an exchange, as they happen: see sess_trace.h, and
 * sess_conf.trace.
 */
struct sess_trace_step;

/*
 * Is this the name of a cookie that the library sets itself, by this program's
 * settings?  Its value is a secret: a page that shows what arrived masks it, as
 * the trace does.  The call needs no store.
 */
bool sess_is_own_cookie(const struct sess *, const char *name);

/* ---- Settings ---------------------------------------------------------- */

/*
 * Whatever the policy, HEAD and OPTIONS begin no session: monitors, crawlers
 * and preflights send them, and keep no cookie.  Without a session their edits,
 * a login too, last for the request only.  With the id of a session they do
 * what GET does (RFC 9110, 9.3.2), and their edits are committed.
 */
enum sess_policy {
	SESS_LAZY = 0,          /* a session begins with the first edit */
	SESS_ALWAYS,            /* ... with the first visit */
	SESS_LOGIN_ONLY         /* ... with a login; edits of visitors who are
				   not logged in last for the request */
};

enum sess_carry {               /* ways that an id may travel */
	SESS_BY_COOKIE = 1, SESS_BY_QUERY = 2,
	SESS_BY_FIELD = 4, SESS_BY_BEARER = 8
};

/* What happens when ... an id is used after its time; */
enum sess_on_replay { SESS_REPLAY_NOTE = 0, SESS_REPLAY_END };
/* a session is used from another browser or network; */
enum sess_on_move { SESS_MOVE_NOTE = 0, SESS_MOVE_ASK };
/* a user has max_sessions, and logs in. */
enum sess_on_full { SESS_FULL_OLDEST = 0, SESS_FULL_REFUSE };

enum sess_proxy_header { SESS_X_FORWARDED_FOR = 0, SESS_FORWARDED };
enum sess_log_format { SESS_LOG_TEXT = 0, SESS_LOG_JSON };
enum sess_trace_format { SESS_TRACE_OFF = 0, SESS_TRACE_LINES,
	SESS_TRACE_JSON };
enum sess_log_to { SESS_LOG_STDERR = 0, SESS_LOG_SYSLOG };

/*
 * Zero means the default, and the default is the safe one.  Settings come
 * from, last wins: the defaults; this struct; the file named by LIBSESS_CONF,
 * else libsess.conf in the system's configuration folder; variables of the
 * web server, LIBSESS_ and the name in capitals (FastCGI: those of the process
 * win over those of a request, see sess_fcgi.h).  In the file:
 *
 *	# comment
 *	idle = 30m
 *
 * Times are seconds, or take s, m, h, d; sizes are bytes, or take k, m.
 */
struct sess_conf {
	const char *store;              /* "sqlite:/path/sess.db"; from the
					   program alone also "sqlite::memory:",
					   which one service has for itself and
					   which ends with it: for lessons and
					   tests */
	enum sess_policy policy;        /* lazy, always, login-only */
	unsigned carry;                 /* cookie, query, field, bearer: any */
	const char *param;              /* "sid": of query and field */
	const char *cookie_name;        /* "__Host-sid"; a second program on a
					   host needs another, "__Host-two":
					   then the cookies beside it are
					   "__Host-two-remember", -device, -pre */
	const char *cookie_path;        /* "/" */
	int64_t cookie_life;            /* 0: till the browser closes */
	enum sess_same_site same_site;  /* lax, strict, none */
	bool insecure_dev;              /* plain http: cookie "sid", not Secure */
	int64_t hsts;                   /* 365d: Strict-Transport-Security of
					   answers over https; -1: none */
	const char *origin;             /* "https://example.org" */
	const char *proxies;            /* "127.0.0.1 10.0.0.0/8 fd00::/8": they
					   are believed about the client */
	enum sess_proxy_header proxy_header; /* the field that they write:
					   x-forwarded-for (with -proto), or
					   forwarded */

	int64_t idle, absolute;         /* 30m, 8h: of users who are logged in */
	int64_t anon_idle, anon_absolute; /* 30m, 24h: of others */
	int64_t rotate;                 /* 60m: age of an id; -1: never */
	int64_t remember;               /* 30d: see sess_remember(); -1: never */
	enum sess_on_replay replay;     /* note, end: the session */
	enum sess_on_move moved;        /* note, ask: it is no longer fresh */
	enum sess_on_full sessions_full; /* oldest, refuse: one ends, or the
					    login fails */
	int64_t wait;                   /* 5s: for the store, at most */

	size_t max_cookie_bytes, max_cookies;   /* 16k, 128 */
	size_t max_query_bytes, max_body_bytes; /* 16k, 1m */
	size_t max_pairs, max_name_bytes;       /* 1000, 256 */
	const char *upload_dir;                 /* "/var/tmp": till the end of
						   the request, without name */
	size_t max_upload_bytes;                /* 16m: of a multipart body */
	size_t max_parts;                       /* 100: of it */
	size_t max_answer_bytes;                /* 16m */
	size_t max_session_bytes;               /* 64k */
	size_t max_fields, max_value_bytes;     /* 256, 16k */
	size_t max_anonymous;                   /* 100000 rows */
	size_t max_sessions;                    /* 20: of one user */
	size_t max_new;                         /* 100: anonymous ones of one
						   address in a minute */
	size_t max_unknown;                     /* 100: ids that do not exist,
						   of one in ten minutes */
	size_t login_tries;                     /* 5: of one account, then
						   slower and slower */
	size_t device_tries;                    /* 10: from all known browsers
						   of the account together */
	size_t address_tries;                   /* 20: of one address in ten
						   minutes, for any account */

	enum sess_log_format log_format;        /* text, json: a line */
	enum sess_log_to log_to;                /* stderr (FastCGI: see
						   sess_fcgi.h), syslog: authpriv,
						   "libsess" */

	bool teach;                     /* pages show what happens inside: see
					   sess_trace.h; only with
					   insecure_dev, and on loopback */
	enum sess_trace_format trace_format;    /* off, text, json: each step as
					   a masked line of the log, where the
					   same holds; SESS_ECONF without
					   insecure_dev */

	/* not in the file */
	void (*trace)(void *arg, const struct sess_trace_step *);
	void *trace_arg;
	void (*log)(void *arg, const char *line);  /* NULL: see log_to */
	void *log_arg;
	int64_t (*clock)(void *arg);    /* for tests; NULL: the system's */
	void *clock_arg;
	bool (*random)(void *arg, void *bytes, size_t n); /* for tests: all that
					   a service draws; false: there is
					   none.  NULL: the system's */
	void *random_arg;
};

/* ---- Programs ---------------------------------------------------------- */

/*
 * Why a request was refused.  The reason is a word that stays the same in every
 * release, for a page that has texts of its own; "" if the error says it all:
 *
 *	no-cookie	the browser sent no cookie of this program
 *	plain-http	the same, and over http browsers drop them
 *	no-token	the form had no token
 *	other-tab	the form is of another session than the browser has now
 *	session-over	the session of the form is over
 *	form-old	the form was opened over two hours ago
 *	other-site	another site sent the form
 *	wrong-address	the site is not set up for the address it is seen at
 *	too-many	max_new, max_unknown
 *
 * The text is a sentence for the visitor, in English.  The way back is the
 * path of the page that the form was on, to be escaped as any text; NULL if
 * the browser did not tell (Referer), or it is no page of this site.
 */
struct sess_refusal {
	enum sess_err err;      /* SESS_OK: the handler answered with 4xx or
				   5xx, and wrote nothing */
	int status;             /* of the answer */
	const char *reason;     /* "session-over", or "" */
	const char *text;
	const char *back;
};

/*
 * Returns the HTTP status.  After 5xx no edit is committed.  A 4xx or 5xx whose
 * handler wrote nothing gets a page that says why, see sess_app.refused; one
 * that is to stay empty sets a Content-Type, or takes it away.
 */
typedef int sess_handler(struct sess_req *, struct sess_res *, struct sess *);

/*
 * Programs below another: of the request "/site/cart/7" the program mounted
 * as "cart" at "/site" sees the path "/site/cart" and the path info "/7".
 * Settings and store are those of the whole, whose own handler answers for
 * "/site" and "/site/".  A name of NULL ends the list.
 */
struct sess_mount {
	const char *name;
	const struct sess_app *app;
};

struct sess_app {
	sess_handler *handle;
	struct sess_conf conf;
	const struct sess_mount *mounts;
	const char *methods;    /* NULL: "GET HEAD POST" */
	size_t max_files;       /* uploads in one form; 0: none are taken */
	bool no_session;        /* the program asks for none: no store is used */
	bool csrf_by_page;      /* the handler calls sess_csrf_ok() itself */

	/*
	 * The program has a use for sess_req_path_info().  If it has none, a
	 * request with a path info is 404, "/" too: relative links of the page
	 * would lead elsewhere.  Only at the site's root, where the program's
	 * own path is "", "/" is the program itself.
	 */
	bool path_info;

	/*
	 * The program does nothing but sess_logout().  It also takes a form
	 * whose session is over, and with that its token: if nobody is logged
	 * in, and the browser says (Origin, Sec-Fetch-Site) that the form is
	 * of this site.  So a visitor who walks away is not remembered.
	 */
	bool logout;

	/*
	 * The program only decides about a request that another program will
	 * answer (FastCGI's AUTHORIZER, nginx's auth_request).  So the
	 * request is not its own: every method is taken, a body is not read,
	 * though its length may be known, and no form token is asked for.
	 * The answer may never reach the visitor: no Set-Cookie is sent, and
	 * no id is changed or begun, however old it is.  "Last seen" is
	 * noted, and that an id arrived.  To log in or out, to edit, rotate
	 * or take, to set a cookie, is SESS_EINVAL: 500.
	 */
	bool authorizer;

	/*
	 * Writes the page for a request that is refused or failed, or whose
	 * handler returned an error and wrote nothing; the status is set
	 * already.  The request has what could be read of it before that.
	 * NULL: a short page in English.
	 */
	void (*refused)(const struct sess_req *, struct sess_res *,
	    const struct sess_refusal *);
};

/* Answer the one request of this CGI process; returns main()'s status. */
int sess_cgi(const struct sess_app *);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif

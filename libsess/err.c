/* err.c - each error's name, status and sentence. */
/* SPDX-License-Identifier: ISC */
#include "sess.h"

struct row {
	const char *name;
	int status;
	const char *text;
};

static const struct row rows[] = {
	[SESS_OK] = { "OK", 200, "All is well." },
	[SESS_NONE] = { "E_NONE", 404, "There is no such thing." },
	[SESS_EINVAL] = { "E_INVAL", 500, "This page made a mistake." },
	[SESS_ETYPE] = { "E_TYPE", 500, "This page made a mistake." },
	[SESS_ELIMIT] = { "E_LIMIT", 500,
	    "This page has more to keep than there is room for; nothing was "
	    "saved." },
	[SESS_ENOMEM] = { "E_NOMEM", 503, "The server is out of memory." },
	[SESS_ERANDOM] = { "E_RANDOM", 503, "The server cannot work safely." },
	[SESS_EGONE] = { "E_GONE", 503,
	    "Your session ended meanwhile; nothing was saved. "
	    "Load the page again." },
	[SESS_ESTORE] = { "E_STORE", 503,
	    "The server cannot reach its sessions; nothing was saved. "
	    "Try again in a moment." },
	[SESS_ECONF] = { "E_CONF", 503, "The server is not set up right." },
	[SESS_EWIRE] = { "E_WIRE", 503, "The connection broke." },
	[SESS_EUPLOAD] = { "E_UPLOAD", 503,
	    "The server has no room for this file; nothing was saved. "
	    "Try again later." },
	[SESS_EEXIST] = { "E_EXIST", 409, "This name is taken." },
	[SESS_EACCOUNT] = { "E_ACCOUNT", 403,
	    "This account cannot be used now. Load the page again." },
	[SESS_ESESSIONS] = { "E_SESSIONS", 403,
	    "You are logged in on as many devices as may be. "
	    "Log out on one of them first." },
	[SESS_ETRIES] = { "E_TRIES", 429,
	    "That was tried too often. Wait a while." },
	[SESS_EBUSY] = { "E_BUSY", 503,
	    "The server is busy. Try again in a moment." },
	[SESS_EWEAK] = { "E_WEAK", 400,
	    "This password is too easy to guess." },
	[SESS_EFULL] = { "E_FULL", 503,
	    "There is no room for this; nothing was saved. "
	    "Try again later." },
	[SESS_ESYNTAX] = { "E_SYNTAX", 400, "The request is malformed." },
	[SESS_ELENGTH] = { "E_LENGTH", 400,
	    "The request did not arrive whole." },
	[SESS_EORIGIN] = { "E_ORIGIN", 403,
	    "This form was sent from another site." },
	[SESS_ECSRF] = { "E_CSRF", 403,
	    "This form is out of date. Go back, load the page again and "
	    "send it once more." },
	[SESS_EPATH] = { "E_PATH", 404, "There is no page of this name." },
	[SESS_EMETHOD] = { "E_METHOD", 405, "This page cannot do that." },
	[SESS_ETIMEOUT] = { "E_TIMEOUT", 408,
	    "The form took too long to arrive. Send it again." },
	[SESS_EBODY] = { "E_BODY", 413, "The form is too large." },
	[SESS_EURI] = { "E_URI", 414, "The address is too long." },
	[SESS_EMEDIA] = { "E_MEDIA", 415,
	    "This page takes forms, and this is none." },
	[SESS_EHEADER] = { "E_HEADER", 431, "There are too many cookies." },
};

static const struct row *
row(enum sess_err err)
{
	static const struct row unknown = { "E_UNKNOWN", 500,
	    "Something went wrong." };

	if ((size_t)err >= sizeof rows / sizeof *rows)
		return &unknown;
	return &rows[err];
}

const char *
sess_err_name(enum sess_err err)
{
	return row(err)->name;
}

const char *
sess_err_text(enum sess_err err)
{
	return row(err)->text;
}

int
sess_err_status(enum sess_err err)
{
	return row(err)->status;
}

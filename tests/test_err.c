/* test_err.c - each error's name, status and sentence. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <limits.h>
#include <string.h>

#include "sess.h"

static const struct {
	enum sess_err err;
	const char *name;
	int status;
} rows[] = {
	{ SESS_OK, "OK", 200 },
	{ SESS_NONE, "E_NONE", 404 },
	{ SESS_EINVAL, "E_INVAL", 500 },
	{ SESS_ETYPE, "E_TYPE", 500 },
	{ SESS_ELIMIT, "E_LIMIT", 500 },
	{ SESS_ENOMEM, "E_NOMEM", 503 },
	{ SESS_ERANDOM, "E_RANDOM", 503 },
	{ SESS_EGONE, "E_GONE", 503 },
	{ SESS_ESTORE, "E_STORE", 503 },
	{ SESS_ECONF, "E_CONF", 503 },
	{ SESS_EWIRE, "E_WIRE", 503 },
	{ SESS_EUPLOAD, "E_UPLOAD", 503 },
	{ SESS_EEXIST, "E_EXIST", 409 },
	{ SESS_EACCOUNT, "E_ACCOUNT", 403 },
	{ SESS_ESESSIONS, "E_SESSIONS", 403 },
	{ SESS_ETRIES, "E_TRIES", 429 },
	{ SESS_EBUSY, "E_BUSY", 503 },
	{ SESS_EWEAK, "E_WEAK", 400 },
	{ SESS_EFULL, "E_FULL", 503 },
	{ SESS_ESYNTAX, "E_SYNTAX", 400 },
	{ SESS_ELENGTH, "E_LENGTH", 400 },
	{ SESS_EORIGIN, "E_ORIGIN", 403 },
	{ SESS_ECSRF, "E_CSRF", 403 },
	{ SESS_EPATH, "E_PATH", 404 },
	{ SESS_EMETHOD, "E_METHOD", 405 },
	{ SESS_ETIMEOUT, "E_TIMEOUT", 408 },
	{ SESS_EBODY, "E_BODY", 413 },
	{ SESS_EURI, "E_URI", 414 },
	{ SESS_EMEDIA, "E_MEDIA", 415 },
	{ SESS_EHEADER, "E_HEADER", 431 },
};

#define ROWS (sizeof rows / sizeof *rows)

Test(err, each_error_has_its_name_status_and_sentence)
{
	size_t i, j;

	cr_assert_eq(ROWS, (size_t)SESS_EHEADER + 1, "none is left out");
	for (i = 0; i < ROWS; i++) {
		const char *text = sess_err_text(rows[i].err);

		cr_assert_eq((size_t)rows[i].err, i);
		cr_assert_str_eq(sess_err_name(rows[i].err), rows[i].name);
		cr_assert_eq(sess_err_status(rows[i].err), rows[i].status,
		    "%s", rows[i].name);
		cr_assert_eq(text[strlen(text) - 1], '.', "%s: a sentence",
		    rows[i].name);
		cr_assert_eq(strcspn(text, "<>&\""), strlen(text),
		    "%s: it goes into HTML as it is", rows[i].name);
		for (j = 0; j < i; j++)
			cr_assert_str_neq(rows[j].name, rows[i].name);
	}
}

Test(err, what_is_no_error_has_a_name_too)
{
	static const int odd[] = { SESS_EHEADER + 1, 1000, -1, INT_MAX,
		INT_MIN };
	size_t i;

	for (i = 0; i < sizeof odd / sizeof *odd; i++) {
		enum sess_err err = (enum sess_err)odd[i];

		cr_assert_str_eq(sess_err_name(err), "E_UNKNOWN");
		cr_assert_eq(sess_err_status(err), 500);
		cr_assert_neq(*sess_err_text(err), '\0');
	}
}

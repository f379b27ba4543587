/*
 * probe.c - runs the operations that a request names, for the tests.
 *
 * op=get k, set k v, add k n, del k, append k v, take k, cas k a b (a "-":
 * not there), login u, logout, rotate, sleep ms, status n, signup u p, enter
 * u p (401, 429, 503 if not); in the query or the form, in order.  Answers
 * {"new":bool,"results":[...],"user":u}.
 */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sess_account.h"

struct op {
	char line[20000];
	char *word[4];          /* verb, key, value, second value */
};

/*
 * Split at blanks; the last word of "set" and "append" takes the rest.
 * False: it does not fit.
 */
static bool
op_parse(struct op *op, const char *text)
{
	size_t i, words = strncmp(text, "cas ", 4) == 0 ? 4 : 3;
	char *at = op->line;

	if (strlen(text) >= sizeof op->line)
		return false;
	memcpy(op->line, text, strlen(text) + 1);
	for (i = 0; i < 4; i++)
		op->word[i] = op->line + strlen(op->line);
	for (i = 0; i < words && at != NULL; i++) {
		op->word[i] = at;
		if (i + 1 < words && (at = strchr(at, ' ')) != NULL)
			*at++ = '\0';
	}
	return true;
}

static void
print_value(struct sess_res *res, const struct sess_value *v)
{
	size_t i;

	if (v->type == SESS_INT)
		sess_res_printf(res, "%" PRId64, v->num);
	else if (v->type == SESS_TEXT)
		sess_res_json(res, v->data, v->len);
	else {
		sess_res_puts(res, "{\"x\":\"");
		for (i = 0; i < v->len; i++)
			sess_res_printf(res, "%02x",
			    (unsigned)v->data[i] & 0xff);
		sess_res_puts(res, "\"}");
	}
}

static void
print_text(struct sess_res *res, const char *text)
{
	if (text != NULL)
		sess_res_json(res, text, strlen(text));
	else
		sess_res_puts(res, "null");
}

static void
get(struct sess_res *res, const struct sess *s, const char *key)
{
	struct sess_value value;
	const char *name;
	size_t i = 0;

	while (sess_each(s, &i, &name, &value))
		if (strcmp(name, key) == 0) {
			print_value(res, &value);
			return;
		}
	sess_res_puts(res, "null");
}

static void
pause_ms(const char *ms)
{
	long n = strtol(ms, NULL, 10);
	struct timespec t = { n / 1000, n % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* True when the operation answers with nothing but that it was done. */
static bool
plain(struct sess *s, char **word, int *status)
{
	if (strcmp(word[0], "set") == 0)
		sess_set(s, word[1], word[2]);
	else if (strcmp(word[0], "del") == 0)
		sess_del(s, word[1]);
	else if (strcmp(word[0], "append") == 0)
		sess_append(s, word[1], word[2]);
	else if (strcmp(word[0], "login") == 0)
		sess_login(s, word[1]);
	else if (strcmp(word[0], "logout") == 0)
		sess_logout(s);
	else if (strcmp(word[0], "rotate") == 0)
		sess_rotate(s);
	else if (strcmp(word[0], "sleep") == 0)
		pause_ms(word[1]);
	else if (strcmp(word[0], "status") == 0)
		*status = (int)strtol(word[1], NULL, 10);
	else
		return false;
	return true;
}

static enum sess_err
enter(struct sess *s, char **word, int *status)
{
	enum sess_err err = sess_account_login(s, word[1], word[2]);

	if (err != SESS_OK)
		*status = err == SESS_NONE ? 401 : sess_err_status(err);
	return err;
}

static void
run(struct sess_res *res, struct sess *s, const char *text, int *status)
{
	struct op op;
	char **word = op.word;

	if (!op_parse(&op, text)) {
		*status = 400;
		sess_res_puts(res, "null");
	} else if (plain(s, word, status))
		sess_res_puts(res, "true");
	else if (strcmp(word[0], "signup") == 0)
		print_text(res, sess_err_name(sess_account_create(s, word[1],
		    word[2])));
	else if (strcmp(word[0], "enter") == 0)
		print_text(res, sess_err_name(enter(s, word, status)));
	else if (strcmp(word[0], "get") == 0)
		get(res, s, word[1]);
	else if (strcmp(word[0], "add") == 0)
		sess_res_printf(res, "%" PRId64, sess_add(s, word[1],
		    strtoll(word[2], NULL, 10)));
	else if (strcmp(word[0], "take") == 0)
		print_text(res, sess_take(s, word[1]));
	else if (strcmp(word[0], "cas") == 0)
		sess_res_puts(res, sess_cas(s, word[1], strcmp(word[2], "-") ==
		    0 ? NULL : word[2], word[3]) ? "true" : "false");
	else {
		*status = 400;
		sess_res_puts(res, "null");
	}
}

static int
probe(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const enum sess_from places[] = { SESS_QUERY, SESS_FIELD };
	bool is_new = sess_is_new(s), first = true;
	int status = 200;
	size_t i;

	sess_res_header(res, "Content-Type", "application/json");
	sess_res_printf(res, "{\"new\":%s,\"results\":[",
	    is_new ? "true" : "false");
	for (i = 0; i < 2; i++) {
		const struct sess_pair *p = NULL;

		while ((p = sess_req_next(req, places[i], "op", p)) != NULL) {
			if (!first)
				sess_res_puts(res, ",");
			first = false;
			run(res, s, p->value, &status);
		}
	}
	sess_res_puts(res, "],\"user\":");
	print_text(res, sess_user(s));
	sess_res_puts(res, "}\n");
	return status;
}

static void
refused(const struct sess_req *req, struct sess_res *res,
    const struct sess_refusal *r)
{
	(void)req;
	sess_res_header(res, "Content-Type", "application/json");
	sess_res_printf(res, "{\"ok\":false,\"err\":\"%s\"}\n",
	    sess_err_name(r->err));
}

const struct sess_app probe_app = {
	.handle = probe, .refused = refused, .csrf_by_page = true,
	.path_info = true,
};

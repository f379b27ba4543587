/*
 * ops.h - a page that does what the request says, and a crew of processes
 * that send their requests at the same time.
 *
 *	struct site *site = quiet(site_new(&ops, NULL));
 *	struct visitor v = { .site = site };
 *
 *	get(&v, "op=set+k+apple&op=add+n+2&op=get+k");
 *
 * answers "2\napple\n": a line for each operation that has something to say,
 * "-" for nothing.  What an operation does stands beside its name below.
 */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_OPS_H
#define TESTS_OPS_H

#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypt.h"
#include "memory.h"
#include "sess_account.h"

/* ---- the page ---------------------------------------------------------- */

struct op {
	struct sess_req *req;
	struct sess_res *res;
	struct sess *s;
	char *word[4];
	int status;
};

/* What "hook" calls: a test's own act in the middle of a request. */
static void (*ops_hook)(void);

static inline void
say(const struct op *o, const char *text)
{
	sess_res_puts(o->res, text != NULL ? text : "-");
	sess_res_puts(o->res, "\n");
}

static inline int64_t
op_number(const struct op *o, int i)
{
	return strtoll(o->word[i], NULL, 10);
}

static inline void op_set(struct op *o)
{ sess_set(o->s, o->word[1], o->word[2]); }

static inline void op_setint(struct op *o)
{ sess_set_int(o->s, o->word[1], op_number(o, 2)); }

static inline void op_del(struct op *o)
{ sess_del(o->s, o->word[1]); }

static inline void op_clear(struct op *o)
{ sess_clear(o->s); }

static inline void op_append(struct op *o)
{ sess_append(o->s, o->word[1], o->word[2]); }

static inline void op_get(struct op *o)
{ say(o, sess_get(o->s, o->word[1])); }

static inline void op_take(struct op *o)
{ say(o, sess_take(o->s, o->word[1])); }

static inline void op_user(struct op *o)
{ say(o, sess_user(o->s)); }

static inline void op_login(struct op *o)
{ sess_login(o->s, o->word[1]); }

static inline void op_logout(struct op *o)
{ sess_logout(o->s); }

static inline void op_renew(struct op *o)
{ sess_renew(o->s); }

static inline void op_rotate(struct op *o)
{ sess_rotate(o->s); }

static inline void op_once(struct op *o)
{ sess_once(o->s, o->req); }

static inline void op_csrf(struct op *o)
{ say(o, sess_csrf(o->s)); }

static inline void op_form(struct op *o)
{ say(o, sess_form(o->s)); }

static inline void op_link(struct op *o)
{ say(o, sess_link(o->s, o->word[1])); }

static inline void op_new(struct op *o)
{ say(o, sess_is_new(o->s) ? "new" : "known"); }

static inline void op_commit(struct op *o)
{ say(o, sess_err_name(sess_commit(o->s))); }

static inline void op_error(struct op *o)
{ say(o, sess_err_name(sess_error(o->s))); }

static inline void op_status(struct op *o)
{ o->status = (int)op_number(o, 1); }

static inline void op_life(struct op *o)
{ sess_life(o->s, op_number(o, 1), op_number(o, 2)); }

static inline void op_hook(struct op *o)
{ (void)o; ops_hook(); }

static inline void
op_add(struct op *o)
{
	sess_res_printf(o->res, "%" PRId64 "\n",
	    sess_add(o->s, o->word[1], op_number(o, 2)));
}

/* adds k n: add 1, n times */
static inline void
op_adds(struct op *o)
{
	int64_t i;

	for (i = 0; i < op_number(o, 2); i++)
		sess_add(o->s, o->word[1], 1);
}

/* fill k n: a text of n bytes */
static inline void
op_fill(struct op *o)
{
	size_t n = (size_t)op_number(o, 2);
	char *text = calloc(1, n + 1);

	if (text == NULL)
		abort();
	memset(text, 'x', n);
	sess_set(o->s, o->word[1], text);
	free(text);
}

/* cas k from to; from "-": not there */
static inline void
op_cas(struct op *o)
{
	const char *from = o->word[2];

	say(o, sess_cas(o->s, o->word[1], strcmp(from, "-") == 0 ? NULL : from,
	    o->word[3]) ? "swapped" : "kept");
}

static inline void
op_fresh(struct op *o)
{
	say(o, sess_fresh(o->s, op_number(o, 1)) ? "fresh" : "stale");
}

static inline void
op_csrfok(struct op *o)
{
	say(o, sess_csrf_ok(o->s, o->req) ? "ok" : "no");
}

/* ---- of users ---- */

static inline void
say_err(const struct op *o, enum sess_err err)
{
	say(o, sess_err_name(err));
}

static inline void op_repeated(struct op *o)
{ say(o, sess_form_repeated(o->s) ? "repeated" : "first"); }

static inline void op_remember(struct op *o)
{ sess_remember(o->s); }

static inline void op_ended(struct op *o)
{ say(o, sess_ended(o->s) ? "ended" : "not ended"); }

static inline void op_returned(struct op *o)
{ say(o, sess_remembered(o->s) ? "remembered" : "not remembered"); }

static inline void op_signup(struct op *o)
{ say_err(o, sess_account_create(o->s, o->word[1], o->word[2])); }

static inline void op_import(struct op *o)
{ say_err(o, sess_account_import(o->s, o->word[1], o->word[2])); }

static inline void op_verify(struct op *o)
{ say_err(o, sess_account_verify(o->s, o->word[1], o->word[2])); }

static inline void op_enter(struct op *o)
{ say_err(o, sess_account_login(o->s, o->word[1], o->word[2])); }

static inline void op_confirm(struct op *o)
{ say_err(o, sess_account_confirm(o->s, o->word[1])); }

static inline void op_password(struct op *o)
{ say_err(o, sess_account_password(o->s, o->word[1], o->word[2])); }

static inline void op_disable(struct op *o)
{ say_err(o, sess_account_disable(o->s, o->word[1])); }

static inline void op_enable(struct op *o)
{ say_err(o, sess_account_enable(o->s, o->word[1])); }

static inline void op_reset(struct op *o)
{ say_err(o, sess_account_reset(o->s, o->word[1])); }

static inline void op_end(struct op *o)
{ say(o, sess_device_end(o->s, op_number(o, 1)) ? "ended" : "none"); }

static inline void op_readnews(struct op *o)
{ sess_news_read(o->s); }

static inline void op_flash(struct op *o)
{ sess_flash(o->s, o->word[1]); }

static inline void op_takeflash(struct op *o)
{ say(o, sess_flash_take(o->s)); }

static inline void op_next(struct op *o)
{ say(o, sess_next(o->req, o->word[1])); }

/* keep form names-with-commas, kept form name, drop form names */
static inline void
op_keep(struct op *o)
{
	char *c;

	for (c = o->word[2]; *c != '\0'; c++)
		*c = *c == ',' ? ' ' : *c;
	sess_form_keep(o->s, o->req, o->word[1], o->word[2]);
}

static inline void op_kept(struct op *o)
{ say(o, sess_form_kept(o->s, o->word[1], o->word[2])); }

static inline void op_drop(struct op *o)
{ sess_form_drop(o->s, o->word[1], o->word[2]); }

/* limit what most period: how long to wait; it stands in Retry-After, too */
static inline void
op_limit(struct op *o)
{
	if (sess_limit(o->s, o->word[1], NULL, op_number(o, 2),
	    op_number(o, 3)) > 0)
		o->status = 429;
	sess_res_printf(o->res, "%" PRId64 "\n", sess_wait(o->s));
}

static inline void
op_others(struct op *o)
{
	sess_res_printf(o->res, "%" PRId64 "\n", sess_devices_end(o->s));
}

static inline void
op_news(struct op *o)
{
	sess_res_printf(o->res, "%" PRId64 "\n", sess_news(o->s));
}

/* a line each: handle, here or there, remembered or not, address, agent */
static inline void
op_devices(struct op *o)
{
	const struct sess_device *d;
	size_t n;

	for (d = sess_devices(o->s, &n); n > 0; d++, n--)
		sess_res_printf(o->res, "%" PRId64 " %s %s %s %s\n",
		    d->handle, d->here ? "here" : "there",
		    d->remembered ? "remembered" : "-",
		    d->address != NULL ? d->address : "-",
		    d->agent != NULL ? d->agent : "-");
}

/* a line each, newest first: what, why; "!" for an alarm */
static inline void
op_happenings(struct op *o)
{
	const struct sess_happening *h;
	size_t n;

	for (h = sess_happenings(o->s, &n); n > 0; h++, n--)
		sess_res_printf(o->res, "%s%s: %s\n", h->alarm ? "!" : "",
		    h->kind, h->why != NULL ? h->why : "-");
}

/* header n v, cookie n v */
static inline void
op_header(struct op *o)
{
	sess_res_header(o->res, o->word[1], o->word[2]);
}

static inline void
op_cookie(struct op *o)
{
	sess_res_cookie(o->res, &(struct sess_cookie){
		.name = o->word[1], .value = o->word[2] });
}

static const struct op_kind {
	const char *name;
	void (*run)(struct op *);
} op_kinds[] = {
	{ "set", op_set }, { "setint", op_setint }, { "fill", op_fill },
	{ "del", op_del }, { "clear", op_clear }, { "append", op_append },
	{ "add", op_add }, { "adds", op_adds }, { "get", op_get },
	{ "take", op_take }, { "cas", op_cas }, { "once", op_once },
	{ "repeated", op_repeated },
	{ "user", op_user }, { "login", op_login }, { "logout", op_logout },
	{ "renew", op_renew }, { "rotate", op_rotate },
	{ "fresh", op_fresh }, { "life", op_life }, { "new", op_new },
	{ "csrf", op_csrf }, { "csrfok", op_csrfok }, { "form", op_form },
	{ "link", op_link }, { "commit", op_commit }, { "error", op_error },
	{ "status", op_status }, { "hook", op_hook },
	{ "header", op_header }, { "cookie", op_cookie },
	{ "remember", op_remember }, { "ended", op_ended },
	{ "remembered", op_returned },
	{ "signup", op_signup }, { "import", op_import },
	{ "verify", op_verify }, { "enter", op_enter },
	{ "confirm", op_confirm }, { "password", op_password },
	{ "disable", op_disable }, { "enable", op_enable },
	{ "reset", op_reset }, { "devices", op_devices }, { "end", op_end },
	{ "others", op_others }, { "happenings", op_happenings },
	{ "news", op_news }, { "readnews", op_readnews },
	{ "limit", op_limit }, { "flash", op_flash },
	{ "takeflash", op_takeflash }, { "next", op_next },
	{ "keep", op_keep }, { "kept", op_kept }, { "drop", op_drop },
};

/* Split at blanks in place; missing words are "". */
static inline void
op_split(struct op *o, char *line)
{
	size_t i;

	for (i = 0; i < 4; i++) {
		o->word[i] = line;
		line += strcspn(line, " ");
		if (*line != '\0')
			*line++ = '\0';
	}
}

static inline void
op_run(struct op *o, const char *text)
{
	size_t i, n = sizeof op_kinds / sizeof *op_kinds;
	char *line = strdup(text);

	if (line == NULL)
		abort();
	op_split(o, line);
	for (i = 0; i < n && strcmp(op_kinds[i].name, o->word[0]) != 0; i++)
		;
	if (i == n) {
		fprintf(stderr, "ops.h: no operation %s\n", text);
		abort();
	}
	op_kinds[i].run(o);
	free(line);
}

static inline int
ops_page(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	static const enum sess_from places[] = { SESS_QUERY, SESS_FIELD };
	struct op o = { .req = req, .res = res, .s = s, .status = 200 };
	const struct sess_pair *p;
	size_t i;

	for (i = 0; i < 2; i++)
		for (p = NULL; (p = sess_req_next(req, places[i], "op", p)) !=
		    NULL; )
			op_run(&o, p->value);
	return o.status;
}

/* Forms need no token ... */
static const struct sess_app ops __attribute__((unused)) = {
	.handle = ops_page, .csrf_by_page = true, .path_info = true,
};

/* ... or do. */
static const struct sess_app gated __attribute__((unused)) = {
	.handle = ops_page, .methods = "GET HEAD POST PUT DELETE",
};

/* ---- small helps ------------------------------------------------------- */

#define SID "__Host-sid"

/* No trace: it grows with each request.  To be asked before the first one. */
static inline struct site *
quiet(struct site *site)
{
	site->service->log.trace = (struct tracing){ .on = false };
	return site;
}

/* For stores that a test opens itself: random bytes of the system. */
static inline enum sess_err
of_system(void *arg, const char *purpose, void *bytes, size_t n)
{
	(void)arg;
	(void)purpose;
	return crypt_random(bytes, n);
}

/* Drop the answers so far, and the log. */
static inline void
forget(struct site *site)
{
	struct answer *a;

	while ((a = site->answers) != NULL) {
		site->answers = a->older;
		free(a->head);
		free(a->body);
		free(a);
	}
	*site->log = '\0';
}

static inline void
close_store(struct site *site)
{
	if (site->service->store != NULL)
		site->service->ops->close(site->service->store);
	site->service->store = NULL;
}

static inline int
times_in(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

static inline int
logged(const struct site *site, const char *event)
{
	char what[64];

	snprintf(what, sizeof what, " event=%s", event);
	return times_in(site->log, what);
}

/* Another visitor with the same id. */
static inline struct visitor
copy_of(const struct visitor *v)
{
	return *v;
}

static inline int64_t
sessions(const struct site *site)
{
	return sql_int(site, "SELECT count(*) FROM session");
}

static inline int64_t
all_rows(const struct site *site)
{
	return sql_int(site, "SELECT (SELECT count(*) FROM session) + "
	    "(SELECT count(*) FROM token) + (SELECT count(*) FROM field) + "
	    "(SELECT count(*) FROM once)");
}

/* ---- a body that takes its time ---------------------------------------- */

/* Before the form has arrived, `meanwhile` happens. */
struct slow_wire {
	struct sess_wire wire;
	const char *form;
	void (*meanwhile)(void);
	char answer[4000];
	size_t len;
};

static inline ssize_t
slow_read(struct sess_wire *wire, void *to, size_t n)
{
	struct slow_wire *w = (struct slow_wire *)wire;
	size_t len = strlen(w->form);

	if (len > 0 && w->meanwhile != NULL)
		w->meanwhile();
	w->meanwhile = NULL;
	len = len < n ? len : n;
	memcpy(to, w->form, len);
	w->form += len;
	return (ssize_t)len;
}

static inline bool
slow_write(struct sess_wire *wire, const void *bytes, size_t n)
{
	struct slow_wire *w = (struct slow_wire *)wire;

	if (n > sizeof w->answer - w->len - 1)
		abort();
	memcpy(w->answer + w->len, bytes, n);
	w->len += n;
	return true;
}

/* POST this form with this id; the whole answer is in w->answer. */
static inline void
slow_post(struct site *site, const char *id, const char *form,
    void (*meanwhile)(void), struct slow_wire *w)
{
	char cookie[80], length[40];
	char *vars[] = { (char[]){ "REQUEST_METHOD=POST" },
		(char[]){ "CONTENT_TYPE=application/x-www-form-urlencoded" },
		(char[]){ "HTTPS=on" }, length, cookie, NULL };

	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" SID "=%s", id);
	snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", strlen(form));
	*w = (struct slow_wire){ .wire = { vars, slow_read, slow_write },
		.form = form, .meanwhile = meanwhile };
	sess_serve(site->service, &w->wire);
}

/* ---- a crew ------------------------------------------------------------ */

/*
 * Processes of their own on the same store.  A round gives each the same
 * order and gathers what they report.  In it they may meet(): nobody goes on
 * before all are there, or done.
 */
#define CREW_MAX 64

struct order {
	int round;
	int64_t now;
	char text[240];
};

struct report {
	bool done;              /* false: wants to meet */
	int who;
	int64_t value;
	char text[240];
};

typedef void crew_work(struct site *, int who, const struct order *,
    struct report *);

struct crew {
	int n;
	pid_t pid[CREW_MAX];
	int in[CREW_MAX];       /* orders, and the word to go on */
	int out;                /* reports */
	struct site *twin[CREW_MAX];
	struct report report[CREW_MAX];
};

static int crew_in, crew_out, crew_who; /* of a member */

static inline void
crew_write(int fd, const void *bytes, size_t n)
{
	if (write(fd, bytes, n) != (ssize_t)n)
		abort();
}

/* False at the end. */
static inline bool
crew_read(int fd, void *bytes, size_t n)
{
	size_t got = 0;
	ssize_t more;

	while (got < n) {
		more = read(fd, (char *)bytes + got, n - got);
		if (more < 0 && errno == EINTR)
			continue;
		if (more <= 0)
			return false;
		got += (size_t)more;
	}
	return true;
}

static inline void
meet(void)
{
	struct report here = { .who = crew_who };
	char go;

	crew_write(crew_out, &here, sizeof here);
	if (!crew_read(crew_in, &go, 1))
		_exit(2);
}

static inline void
crew_member(struct site *twin, int who, crew_work *work)
{
	struct report report;
	struct order order;

	crew_who = who;
	ops_hook = meet;
	while (crew_read(crew_in, &order, sizeof order)) {
		meet();         /* all have their order */
		report = (struct report){ .done = true, .who = who };
		if (twin != NULL) {
			twin->now = order.now;
			forget(twin);
		}
		work(twin, who, &order, &report);
		crew_write(crew_out, &report, sizeof report);
	}
	_exit(0);
}

/*
 * of, app NULL: they need no site.  The site's store is closed, and opened
 * when next needed: SQLite must not be carried over a fork.
 */
static inline void
crew_start(struct crew *c, int n, struct site *of,
    const struct sess_app *app, const char *settings, crew_work *work)
{
	int i, j, out[2], in[2];

	if (of != NULL)
		close_store(of);
	if (pipe(out) != 0)
		abort();
	*c = (struct crew){ .n = n, .out = out[0] };
	for (i = 0; i < n; i++)
		if (of != NULL)
			c->twin[i] = quiet(site_twin(of, app, settings));
	for (i = 0; i < n; i++) {
		if (pipe(in) != 0 || (c->pid[i] = fork()) < 0)
			abort();
		if (c->pid[i] == 0) {
			for (j = 0; j < i; j++)
				close(c->in[j]);
			close(in[1]);
			close(out[0]);
			crew_in = in[0];
			crew_out = out[1];
			crew_member(c->twin[i], i, work);
		}
		close(in[0]);
		c->in[i] = in[1];
	}
	close(out[1]);
}

/* To all who wait. */
static inline void
crew_go(struct crew *c)
{
	int i;

	for (i = 0; i < c->n; i++)
		if (!c->report[i].done)
			crew_write(c->in[i], "g", 1);
}

/* A request that waits at a meeting goes on when the others are done. */
static inline void
crew_round(struct crew *c, int round, int64_t now, const char *text)
{
	struct order order = { .round = round, .now = now };
	struct report r;
	int i, here, done = 0;

	snprintf(order.text, sizeof order.text, "%s",
	    text != NULL ? text : "");
	for (i = 0; i < c->n; i++) {
		c->report[i].done = false;
		crew_write(c->in[i], &order, sizeof order);
	}
	for (here = 0; done < c->n; ) {
		if (!crew_read(c->out, &r, sizeof r)) {
			fprintf(stderr, "ops.h: the crew is gone\n");
			abort();
		}
		if (r.done)
			c->report[r.who] = r;
		done += r.done;
		here += !r.done;
		if (here > 0 && here + done == c->n) {
			crew_go(c);
			here = 0;
		}
	}
}

/* How many reported this value? */
static inline int
crew_count(const struct crew *c, int64_t value)
{
	int i, n = 0;

	for (i = 0; i < c->n; i++)
		n += c->report[i].value == value;
	return n;
}

/* True when all ended well. */
static inline bool
crew_end(struct crew *c)
{
	bool well = true;
	int i, status;

	for (i = 0; i < c->n; i++)
		close(c->in[i]);
	for (i = 0; i < c->n; i++) {
		waitpid(c->pid[i], &status, 0);
		well &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
		if (c->twin[i] != NULL)
			site_free(c->twin[i]);
	}
	close(c->out);
	return well;
}

#endif

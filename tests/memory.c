/* memory.c - whole exchanges without a server. */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <sqlite3.h>

#include "buf.h"
#include "memory.h"
#include "sess_trace.h"

/* A test has no use for going on without memory. */
static void *
must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static void
join(char **text, const char *a, const char *b, const char *c)
{
	size_t n = strlen(*text);
	size_t more = strlen(a) + strlen(b) + strlen(c) + 1;

	*text = must(realloc(*text, n + more));
	snprintf(*text + n, more, "%s%s%s", a, b, c);
}

/* ---- the site ---------------------------------------------------------- */

static void
on_log(void *arg, const char *line)
{
	join(&((struct site *)arg)->log, line, "\n", "");
}

static void
on_trace(void *arg, const struct sess_trace_step *step)
{
	const struct sess_trace_part *p = step->parts, *end;
	struct site *site = arg;
	struct buf line = BUF_INIT(1 << 20);
	char text[1024];

	for (end = p + step->nparts; p < end; p++)
		if (p->kind == SESS_TRACE_ROW)
			buf_addf(&line, " [%s]", p->name);
		else
			buf_addf(&line, " %s=%s", p->name, sess_trace_text(p,
			    true, text, sizeof text));
	join(&site->trace, step->name, ":", line.data);
	join(&site->trace, "\n", "", "");
	buf_release(&line);
}

static int64_t
on_clock(void *arg)
{
	return ((struct site *)arg)->now;
}

static void
start(struct site *site, const struct sess_app *app, const char *settings)
{
	char conf[128], var[160];
	char *vars[] = { var, NULL };
	struct sess_wire wire = { .vars = vars };
	struct sess_app own = *app;
	FILE *f;

	own.conf.log = on_log;
	own.conf.trace = on_trace;
	own.conf.clock = on_clock;
	own.conf.log_arg = own.conf.trace_arg = own.conf.clock_arg = site;
	snprintf(conf, sizeof conf, "%s/conf", site->folder);
	f = must(fopen(conf, "w"));
	fprintf(f, "store=sqlite:%s/store.db\n%s\n", site->folder,
	    settings != NULL ? settings : "");
	fclose(f);
	snprintf(var, sizeof var, "LIBSESS_CONF=%s", conf);
	site->service = must(sess_open(&own, &wire));
	site->service->app = app;
	if (*site->log != '\0')
		fprintf(stderr, "%s", site->log);
}

struct site *
site_new(const struct sess_app *app, const char *settings)
{
	struct site *site = must(calloc(1, sizeof *site));

	snprintf(site->folder, sizeof site->folder, "/tmp/libsess-XXXXXX");
	must(mkdtemp(site->folder));
	site->now = 1700000000;
	site->log = must(strdup(""));
	site->trace = must(strdup(""));
	start(site, app, settings);
	return site;
}

struct site *
site_twin(const struct site *of, const struct sess_app *app,
    const char *settings)
{
	struct site *site = must(calloc(1, sizeof *site));

	memcpy(site->folder, of->folder, sizeof site->folder);
	site->twin = true;
	site->now = of->now;
	site->log = must(strdup(""));
	site->trace = must(strdup(""));
	start(site, app, settings);
	return site;
}

void
site_free(struct site *site)
{
	static const char *const names[] = { "conf", "store.db",
		"store.db-wal", "store.db-shm", "store.db-lock" };
	struct answer *a;
	char path[128];
	size_t i;

	sess_close(site->service);
	for (i = 0; !site->twin && i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", site->folder, names[i]);
		unlink(path);
	}
	if (!site->twin)
		rmdir(site->folder);
	while ((a = site->answers) != NULL) {
		site->answers = a->older;
		free(a->head);
		free(a->body);
		free(a);
	}
	free(site->log);
	free(site->trace);
	free(site);
}

/* ---- one exchange ------------------------------------------------------ */

struct memory_wire {
	struct sess_wire wire;
	const char *in;
	size_t left;
	int broken;
	struct buf out;
};

static ssize_t
memory_read(struct sess_wire *wire, void *to, size_t n)
{
	struct memory_wire *m = (struct memory_wire *)wire;

	if (m->left == 0 && m->broken != 0) {
		errno = m->broken;
		return -1;
	}
	if (n > m->left)
		n = m->left;
	if (n > 0)
		memcpy(to, m->in, n);
	m->in += n;
	m->left -= n;
	return (ssize_t)n;
}

static bool
memory_write(struct sess_wire *wire, const void *bytes, size_t n)
{
	buf_add(&((struct memory_wire *)wire)->out, bytes, n);
	return true;
}

static struct answer *
answer_new(struct site *site, const struct buf *out)
{
	struct answer *a = must(calloc(1, sizeof *a));
	const char *end = strstr(out->data, "\r\n\r\n");
	size_t head = end != NULL ? (size_t)(end - out->data) + 2 : out->len;
	size_t skip = end != NULL ? head + 2 : out->len;

	a->head = must(strndup(out->data, head));
	a->body_len = out->len - skip;
	a->body = must(calloc(1, a->body_len + 1));
	memcpy(a->body, out->data + skip, a->body_len);
	a->status = (int)strtol(strncmp(a->head, "Status: ", 8) == 0 ?
	    a->head + 8 : "0", NULL, 10);
	a->older = site->answers;
	site->answers = a;
	return a;
}

struct answer *
ask(struct site *site, const char *const *vars, const void *body, size_t len)
{
	char *all[192];
	struct memory_wire m = {
		.wire = { all, memory_read, memory_write },
		.in = body, .left = len, .broken = site->broken,
		.out = BUF_INIT(64 << 20),
	};
	struct answer *a;
	size_t n = 0, i;

	for (i = 0; vars[i] != NULL; i++)
		all[n++] = (char *)(uintptr_t)vars[i];
	for (i = 0; site->vars[i] != NULL; i++)
		all[n++] = site->vars[i];
	all[n] = NULL;
	sess_serve(site->service, &m.wire);
	a = answer_new(site, &m.out);
	buf_release(&m.out);
	return a;
}

/* ---- a visitor --------------------------------------------------------- */

static char *
slot(const struct visitor *v, const char *name, size_t n)
{
	size_t i, count = sizeof v->jar / sizeof *v->jar;
	char *free_one = NULL;

	for (i = 0; i < count; i++) {
		char *at = (char *)(uintptr_t)v->jar[i];

		if (strncmp(at, name, n) == 0 && at[n] == '=')
			return at;
		if (*at == '\0' && free_one == NULL)
			free_one = at;
	}
	return free_one;
}

const char *
jar_get(const struct visitor *v, const char *name)
{
	const char *at = slot(v, name, strlen(name));

	return at != NULL && *at != '\0' ? at + strlen(name) + 1 : NULL;
}

void
jar_set(struct visitor *v, const char *name, const char *value)
{
	snprintf(must(slot(v, name, strlen(name))), sizeof *v->jar, "%s=%s",
	    name, value);
}

/* What a browser does with one Set-Cookie. */
static void
keep(struct visitor *v, const char *line)
{
	size_t n = strcspn(line, ";\r"), name = strcspn(line, "=");
	char *at = must(slot(v, line, name));

	if (strstr(line, "Max-Age=0;") != NULL &&
	    strstr(line, "Max-Age=0;") < line + strcspn(line, "\r"))
		*at = '\0';
	else
		snprintf(at, sizeof *v->jar, "%.*s", (int)n, line);
}

static void
keep_all(struct visitor *v, const struct answer *a)
{
	static const char name[] = "\r\nSet-Cookie: ";
	const char *at = a->head;

	while ((at = strstr(at, name)) != NULL)
		keep(v, at += sizeof name - 1);
}

/* Is there another variable of this one's name? */
static bool
is_named(const char *var, const char *const *others)
{
	size_t n = strcspn(var, "=") + 1;

	for (; *others != NULL; others++)
		if (strncmp(*others, var, n) == 0)
			return true;
	return false;
}

static struct answer *
request(struct visitor *v, const char *method, const char *query,
    const char *form)
{
	struct buf cookie = BUF_INIT(1 << 16), q = BUF_INIT(1 << 20);
	char length[48], verb[32];
	static const char *const same[] = { "HTTPS=on",
		"HTTP_HOST=example.org", "SERVER_PORT=443",
		"REMOTE_ADDR=192.0.2.1", "SCRIPT_NAME=/cgi-bin/page" };
	const char *vars[32];
	struct answer *a;
	size_t n = 0, i;

	for (i = 0; v->extra[i] != NULL; i++)
		vars[n++] = v->extra[i];
	for (i = 0; i < sizeof same / sizeof *same; i++)
		if (!is_named(same[i], v->extra))
			vars[n++] = same[i];
	snprintf(verb, sizeof verb, "REQUEST_METHOD=%s", method);
	if (!is_named(verb, v->extra))
		vars[n++] = verb;
	buf_addf(&q, "QUERY_STRING=%s", query != NULL ? query : "");
	vars[n++] = q.data;
	for (i = 0; i < sizeof v->jar / sizeof *v->jar; i++)
		if (*v->jar[i] != '\0')
			buf_addf(&cookie, "%s%s", cookie.len > 0 ? "; " :
			    "HTTP_COOKIE=", v->jar[i]);
	if (cookie.len > 0 && !v->no_cookies)
		vars[n++] = cookie.data;
	if (form != NULL) {
		snprintf(length, sizeof length, "CONTENT_LENGTH=%zu",
		    strlen(form));
		vars[n++] = length;
		vars[n++] = "CONTENT_TYPE=application/x-www-form-urlencoded";
	}
	vars[n] = NULL;
	a = ask(v->site, vars, form, form != NULL ? strlen(form) : 0);
	if (!v->no_cookies)
		keep_all(v, a);
	buf_release(&cookie);
	buf_release(&q);
	return a;
}

struct answer *
get(struct visitor *v, const char *query)
{
	return request(v, "GET", query, NULL);
}

struct answer *
post(struct visitor *v, const char *form)
{
	return request(v, "POST", NULL, form);
}

const char *
field_of(const struct answer *a, const char *name)
{
	const char *at = a->head;
	size_t n = strlen(name);

	for (; at != NULL && *at != '\0'; at = strstr(at, "\r\n"),
	    at = at != NULL ? at + 2 : NULL)
		if (strncasecmp(at, name, n) == 0 && at[n] == ':')
			return at + n + 2;
	return NULL;
}

int
count_fields(const struct answer *a, const char *name)
{
	const char *at = a->head;
	size_t n = strlen(name);
	int count = 0;

	for (; at != NULL && *at != '\0'; at = strstr(at, "\r\n"),
	    at = at != NULL ? at + 2 : NULL)
		count += strncasecmp(at, name, n) == 0 && at[n] == ':';
	return count;
}

/* ---- the database, from outside ---------------------------------------- */

static sqlite3 *
database(const struct site *site)
{
	char path[128];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/store.db", site->folder);
	if (access(path, F_OK) != 0)
		return NULL;
	if (sqlite3_open(path, &db) != SQLITE_OK)
		abort();
	sqlite3_busy_timeout(db, 10000);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return db;
}

int64_t
sql_int(const struct site *site, const char *select)
{
	sqlite3 *db = database(site);
	sqlite3_stmt *st;
	int64_t n = 0;

	if (db == NULL)
		return 0;               /* no store: nothing was ever stored */
	if (sqlite3_prepare_v2(db, select, -1, &st, NULL) != SQLITE_OK)
		abort();
	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

void
sql_run(const struct site *site, const char *statements)
{
	sqlite3 *db = database(site);

	if (db == NULL || sqlite3_exec(db, statements, NULL, NULL, NULL) !=
	    SQLITE_OK)
		abort();
	sqlite3_close(db);
}

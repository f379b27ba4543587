/* conf.c - the settings: defaults, the program's, a file's, the server's. */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "conf.h"
#include "cookie.h"
#include "origin.h"

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc"
#endif

#define DEFAULT_FILE SYSCONFDIR "/libsess/libsess.conf"
#define LINE_BYTES 4096
#define PREFIX "LIBSESS_"        /* of variables */

#define WHY_MAX 1000
#define REMEDY_MAX 600           /* with a path twice */

/* What is read, and what has come of it so far. */
struct reading {
	struct sess_conf *conf;
	struct pool *pool;
	const struct log *log;
	struct origins from;
};

/* Tell what is wrong, and where. */
__attribute__((format(printf, 2, 3)))
static enum sess_err
wrong(const struct reading *r, const char *format, ...)
{
	struct buf why = BUF_INIT(WHY_MAX);
	va_list ap;

	va_start(ap, format);
	buf_vaddf(&why, format, ap);
	va_end(ap);
	log_event(r->log, "conf", SESS_ECONF, why.data);
	buf_release(&why);
	return SESS_ECONF;
}

/* "where: what", and what the setting of this key takes, if there is one. */
static enum sess_err
wrong_setting(const struct reading *r, const char *where, const char *key,
    const char *what)
{
	const struct setting *s = setting_find(key);
	struct buf takes = BUF_INIT(WHY_MAX);

	if (s != NULL)
		origin_takes(&takes, s);
	wrong(r, "%s: %s%s%s", where, what, s != NULL ? ": it takes " : "",
	    takes.data);
	buf_release(&takes);
	return SESS_ECONF;
}

/* A name of no setting: the setting that it may have been meant for. */
static enum sess_err
wrong_name(const struct reading *r, const char *where, const char *name,
    size_t n, bool variable)
{
	const struct setting *near = origin_near(name, n);
	struct buf meant = BUF_INIT(WHY_MAX);

	if (near != NULL && variable)
		origin_variable(&meant, near);
	else if (near != NULL)
		buf_adds(&meant, near->key);
	if (near != NULL)
		wrong(r, "%s: no such setting: did you mean %s?", where,
		    meant.data);
	else
		wrong(r, "%s: no such setting: they are the members of struct "
		    "sess_conf in sess.h", where);
	buf_release(&meant);
	return SESS_ECONF;
}

/* ---- the file ---------------------------------------------------------- */

static char *
trim(char *s)
{
	char *end = s + strlen(s);

	while (*s == ' ' || *s == '\t')
		s++;
	while (end > s && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	*end = '\0';
	return s;
}

/*
 * What is wrong with a line is told without a word of it: the file may be one
 * of secrets.  The name of a setting is ours.
 */
static enum sess_err
wrong_line(const struct reading *r, const char *path, int n, const char *key,
    const char *what)
{
	const struct setting *s = setting_find(key);
	struct buf where = BUF_INIT(WHY_MAX);

	buf_addf(&where, "%.200s:%d%s%s", path, n, s != NULL ? ": " : "",
	    s != NULL ? s->key : "");
	wrong_setting(r, where.data, key, what);
	buf_release(&where);
	return SESS_ECONF;
}

/* Of a line of the file, whose words are not told. */
static enum sess_err
wrong_key(const struct reading *r, const char *path, int n, const char *key)
{
	struct buf where = BUF_INIT(WHY_MAX);

	buf_addf(&where, "%.200s:%d", path, n);
	wrong_name(r, where.data, key, strlen(key), false);
	buf_release(&where);
	return SESS_ECONF;
}

static enum sess_err
read_line(struct reading *r, const char *path, int n, char *line, size_t len)
{
	const char *what;
	char *equals, *key;

	if (len > LINE_BYTES || memchr(line, '\0', len) != NULL)
		return wrong_line(r, path, n, "",
		    "a line of over 4096 bytes, or with a NUL");
	key = trim(line);
	if (*key == '\0' || *key == '#')
		return SESS_OK;
	if ((equals = strchr(key, '=')) == NULL)
		return wrong_line(r, path, n, "",
		    "a line without =: a line is name = value, or "
		    "begins with #");
	*equals = '\0';
	key = trim(key);
	if (setting_find(key) == NULL)
		return wrong_key(r, path, n, key);
	what = setting_set(r->conf, r->pool, key, trim(equals + 1));
	if (what != NULL)
		return wrong_line(r, path, n, key, what);
	origin_note(&r->from, key, n);
	return SESS_OK;
}

static enum sess_err
read_lines(struct reading *r, const char *path, FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	enum sess_err err = SESS_OK;
	int n;

	for (n = 1; err == SESS_OK && (len = getline(&line, &size, f)) >= 0;
	    n++)
		err = read_line(r, path, n, line, (size_t)len);
	free(line);
	if (err == SESS_OK && ferror(f))
		return wrong(r, "%.200s: cannot be read: %s", path,
		    strerror(errno));
	return err;
}

/* How the user that the program runs as may read it. */
static void
to_be_read(char remedy[REMEDY_MAX], const char *path)
{
	unsigned me = (unsigned)geteuid(), group = (unsigned)getegid();
	struct stat st;

	if (stat(path, &st) != 0)
		snprintf(remedy, REMEDY_MAX, ": user %u may not enter a folder "
		    "on this path: namei -l %.200s shows which", me, path);
	else if (st.st_uid == me)
		snprintf(remedy, REMEDY_MAX, ": user %u must be able to read "
		    "it: chmod u+r %.200s", me, path);
	else
		snprintf(remedy, REMEDY_MAX, ": user %u must be able to read "
		    "it: chgrp %u %.200s && chmod g+r %.200s", me, group, path,
		    path);
}

/* It cannot be opened, for this reason (an errno). */
static enum sess_err
wrong_file(const struct reading *r, const char *path, bool named, int why)
{
	char remedy[REMEDY_MAX] = "";

	if (why == EACCES)
		to_be_read(remedy, path);
	else if (why == ENOENT)
		snprintf(remedy, sizeof remedy, ": make it, or remove "
		    "LIBSESS_CONF; without it " DEFAULT_FILE " is read, if "
		    "it is there");
	return wrong(r, "%s%.200s: cannot be opened: %s%s", named ?
	    "LIBSESS_CONF = " : "", path, strerror(why), remedy);
}

static enum sess_err
from_file(struct reading *r, const struct sess_wire *wire)
{
	const char *named = wire_var(wire, "LIBSESS_CONF");
	const char *path = named != NULL ? named : DEFAULT_FILE;
	enum sess_err err;
	FILE *f;

	if (wire_twice(wire, "LIBSESS_CONF"))
		return wrong(r, "LIBSESS_CONF: set twice: remove one");
	if ((f = fopen(path, "re")) == NULL) {
		if (named == NULL && errno == ENOENT)
			return SESS_OK;         /* the usual case */
		return wrong_file(r, path, named != NULL, errno);
	}
	err = read_lines(r, path, f);
	fclose(f);
	return err;
}

/* ---- the variables ----------------------------------------------------- */

/* LIBSESS_ variables that are no settings, but somebody's own. */
static bool
is_other(const char *name, size_t n)
{
	static const char *const names[] = { "CONF", "ECHO_UTF8",
		"TEST_CLOCK", "TEST_HASTE" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return true;
	return false;
}

/*
 * Its value is told as well, as it is the server's word and no file's; not that
 * of a store, whose address may have a password (a mere path has none).
 */
static enum sess_err
wrong_variable(const struct reading *r, const char *var, const char *key,
    const char *value, const char *what)
{
	size_t n = strcspn(var, "=");
	bool known = setting_find(key) != NULL;
	bool told = known && *value != '\0' &&
	    (strcmp(key, "store") != 0 || *value == '/');
	struct buf where = BUF_INIT(WHY_MAX);

	buf_addf(&where, "%.*s%s%.64s", n < 68 ? (int)n : 68, var,
	    told ? " = " : "", told ? value : "");
	if (known)
		wrong_setting(r, where.data, key, what);
	else
		wrong_name(r, where.data, var, n, true);
	buf_release(&where);
	return SESS_ECONF;
}

/* "LIBSESS_IDLE=9h", of which the prefix has been seen. */
static enum sess_err
from_variable(struct reading *r, const char *var)
{
	const char *name = var + sizeof PREFIX - 1;
	const char *value = strchr(name, '=') + 1;
	char key[64] = "";
	size_t i, n = (size_t)(value - 1 - name);
	const char *what;

	for (i = 0; n < sizeof key && i < n; i++)       /* capitals only */
		key[i] = name[i] >= 'A' && name[i] <= 'Z' ?
		    (char)(name[i] - 'A' + 'a') :
		    name[i] == '_' ? '_' : '?';
	what = setting_set(r->conf, r->pool, key, value);
	if (what != NULL)
		return wrong_variable(r, var, key, value, what);
	origin_note(&r->from, key, ORIGIN_VARIABLE);
	return SESS_OK;
}

static enum sess_err
from_variables(struct reading *r, const struct sess_wire *wire)
{
	const char *name, *equals;
	char *const *v;
	enum sess_err err;

	for (v = wire->vars; *v != NULL; v++) {
		if (strncmp(*v, PREFIX, sizeof PREFIX - 1) != 0)
			continue;
		name = *v + sizeof PREFIX - 1;
		if ((equals = strchr(name, '=')) == NULL ||
		    is_other(name, (size_t)(equals - name)))
			continue;
		if ((err = from_variable(r, *v)) != SESS_OK)
			return err;
	}
	return SESS_OK;
}

/* ---- all together ------------------------------------------------------ */

/* Would a browser take this cookie, and is its name not too long? */
static bool
cookie_ok(const struct sess_conf *conf)
{
	struct buf line = BUF_INIT(COOKIE_MAX);
	struct sess_cookie cookie = {
		.name = conf->cookie_name, .path = conf->cookie_path,
		.value = "x", .same_site = conf->same_site,
		.insecure = conf->insecure_dev,
	};
	bool ok = cookie_format(&line, &cookie) == SESS_OK && line.len <= 400;

	buf_release(&line);
	return ok;
}

/* "a = 1 (LIBSESS_A) <how> b = 2 (the default): <why>" */
static enum sess_err
wrong_together(const struct reading *r, const char *a, const char *how,
    const char *b, const char *why)
{
	struct buf text = BUF_INIT(WHY_MAX);

	origin_show(&text, r->conf, &r->from, a);
	buf_addf(&text, " %s ", how);
	origin_show(&text, r->conf, &r->from, b);
	wrong(r, "%s: %s", text.data, why);
	buf_release(&text);
	return SESS_ECONF;
}

static enum sess_err
wrong_cookie(const struct reading *r)
{
	static const char *const keys[] = { "cookie_name", "cookie_path",
		"same_site", "insecure_dev" };
	struct buf text = BUF_INIT(WHY_MAX);
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++) {
		buf_adds(&text, i > 0 ? ", " : "");
		origin_show(&text, r->conf, &r->from, keys[i]);
	}
	wrong(r, "browsers would drop this cookie: %s", text.data);
	buf_release(&text);
	return SESS_ECONF;
}

/* Times that must not be "never". */
static enum sess_err
check_times(const struct reading *r)
{
	const struct setting *s;
	struct buf text = BUF_INIT(WHY_MAX);
	int64_t t;

	for (s = settings; s < settings + SETTINGS; s++) {
		if (s->kind != SETTING_TIME)
			continue;
		memcpy(&t, (const char *)r->conf + s->offset, sizeof t);
		if (t >= 0)
			continue;
		origin_show(&text, r->conf, &r->from, s->key);
		wrong(r, "%s: it cannot be never; rotate, remember, hsts and "
		    "cookie_life can", text.data);
		buf_release(&text);
		return SESS_ECONF;
	}
	return SESS_OK;
}

/* Do all of them make sense together? */
static enum sess_err
check_together(const struct reading *r)
{
	const struct sess_conf *c = r->conf;

	if (!cookie_ok(c))
		return wrong_cookie(r);
	if (check_times(r) != SESS_OK)
		return SESS_ECONF;
	if (c->idle > c->absolute)
		return wrong_together(r, "idle", "is longer than", "absolute",
		    "lower the first, or raise the second");
	if (c->anon_idle > c->anon_absolute)
		return wrong_together(r, "anon_idle", "is longer than",
		    "anon_absolute", "lower the first, or raise the second");
	if (c->policy == SESS_LOGIN_ONLY && (c->carry & SESS_BY_COOKIE) == 0)
		return wrong_together(r, "policy", "does not go with", "carry",
		    "where only a login begins a session, the login form needs "
		    "a cookie");
	if (c->max_value_bytes > c->max_session_bytes)
		return wrong_together(r, "max_value_bytes", "is over",
		    "max_session_bytes", "lower the first, or raise the "
		    "second");
	if (c->trace_format != SESS_TRACE_OFF && !c->insecure_dev)
		return wrong_together(r, "trace_format", "does not go with",
		    "insecure_dev", "steps are shown only where one tries "
		    "things out: set insecure_dev = yes there, and leave the "
		    "first out elsewhere");
	return SESS_OK;
}

/* `teach` alone is no error, so the log says what is missing. */
static void
tell_without_use(const struct reading *r)
{
	struct buf text = BUF_INIT(WHY_MAX);

	if (!r->conf->teach || r->conf->insecure_dev)
		return;
	origin_show(&text, r->conf, &r->from, "teach");
	buf_adds(&text, " shows nothing without insecure_dev = yes: it is for "
	    "a learner at their own machine");
	log_event(r->log, "conf", SESS_OK, text.data);
	buf_release(&text);
}

static void
test_hooks(struct sess_conf *conf, const struct sess_wire *wire,
    struct pool *pool)
{
#ifdef SESS_TEST_HOOKS
	const char *path = wire_var(wire, "LIBSESS_TEST_CLOCK");

	if (path != NULL && (path = pool_text(pool, path)) != NULL) {
		conf->clock = clock_of_file;
		conf->clock_arg = (void *)(uintptr_t)path;
	}
#else
	(void)pool;
	(void)conf;
	(void)wire;
#endif
}

enum sess_err
conf_read(struct sess_conf *conf, const struct sess_wire *wire, struct pool *pool,
    const struct log *log)
{
	struct reading r = { .conf = conf, .pool = pool, .log = log };
	enum sess_err err;

	origins_begin(&r.from, conf);
	if ((err = from_file(&r, wire)) != SESS_OK ||
	    (err = from_variables(&r, wire)) != SESS_OK)
		return err;
	setting_complete(conf);
	test_hooks(conf, wire, pool);
	if ((err = check_together(&r)) == SESS_OK)
		tell_without_use(&r);
	return err;
}

/* conf.c - the settings: defaults, the program's, a file's, the server's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "conf.h"
#include "cookie.h"
#include "setting.h"

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc"
#endif

#define DEFAULT_FILE SYSCONFDIR "/libsess/libsess.conf"
#define LINE_BYTES 4096

/* ---- the file ---------------------------------------------------------- */

static enum sess_err
wrong(const struct log *log, const char *where, int line, const char *key,
    const char *what)
{
	char why[400];

	if (line > 0)
		snprintf(why, sizeof why, "%s:%d: %.64s: %s", where, line,
		    key, what);
	else
		snprintf(why, sizeof why, "%.64s: %s", where, what);
	log_event(log, "conf", SESS_ECONF, why);
	return SESS_ECONF;
}

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

/* NULL, or what is wrong with this line; *key is what stands at its start. */
static const char *
set_line(struct sess_conf *conf, struct pool *pool, char *line, size_t len,
    char **key)
{
	char *equals;

	*key = NULL;
	if (len > LINE_BYTES || memchr(line, '\0', len) != NULL)
		return "a line of over 4096 bytes, or with a NUL";
	*key = trim(line);
	if (**key == '\0' || **key == '#')
		return NULL;
	if ((equals = strchr(*key, '=')) == NULL)
		return "no \"=\"";
	*equals = '\0';
	line = trim(equals + 1);
	*key = trim(*key);
	return setting_set(conf, pool, *key, line);
}

static enum sess_err
read_file(struct sess_conf *conf, struct pool *pool, const struct log *log,
    const char *path, FILE *f)
{
	char *line = NULL, *key = NULL;
	const char *what = NULL;
	size_t size = 0;
	ssize_t len;
	enum sess_err err = SESS_OK;
	int n;

	for (n = 1; what == NULL && (len = getline(&line, &size, f)) >= 0; n++)
		what = set_line(conf, pool, line, (size_t)len, &key);
	if (what == NULL && ferror(f))
		what = "cannot be read";
	if (what != NULL)
		err = wrong(log, path, n - 1, key != NULL ? key : "-", what);
	free(line);
	return err;
}

static enum sess_err
from_file(struct sess_conf *conf, const struct sess_wire *wire, struct pool *pool,
    const struct log *log)
{
	const char *path = wire_var(wire, "LIBSESS_CONF");
	enum sess_err err;
	FILE *f;

	if ((f = fopen(path != NULL ? path : DEFAULT_FILE, "re")) == NULL) {
		if (path == NULL && errno == ENOENT)
			return SESS_OK;         /* the usual case */
		return wrong(log, path != NULL ? path : DEFAULT_FILE, 0, "",
		    "cannot be opened");
	}
	err = read_file(conf, pool, log, path != NULL ? path : DEFAULT_FILE,
	    f);
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

static enum sess_err
from_variable(struct sess_conf *conf, struct pool *pool,
    const struct log *log, const char *name, const char *equals)
{
	char key[64] = "", var[80];
	size_t i, n = (size_t)(equals - name);
	const char *what = "no such key";

	if (n < sizeof key) {
		for (i = 0; i < n; i++)         /* capitals only */
			key[i] = name[i] >= 'A' && name[i] <= 'Z' ?
			    (char)(name[i] - 'A' + 'a') :
			    name[i] == '_' ? '_' : '?';
		what = setting_set(conf, pool, key, equals + 1);
	}
	if (what == NULL)
		return SESS_OK;
	snprintf(var, sizeof var, "LIBSESS_%.*s", n < 60 ? (int)n : 60, name);
	return wrong(log, var, 0, "", what);
}

static enum sess_err
from_variables(struct sess_conf *conf, const struct sess_wire *wire,
    struct pool *pool, const struct log *log)
{
	static const char prefix[] = "LIBSESS_";
	const char *name, *equals;
	char *const *v;
	enum sess_err err;

	for (v = wire->vars; *v != NULL; v++) {
		if (strncmp(*v, prefix, sizeof prefix - 1) != 0)
			continue;
		name = *v + sizeof prefix - 1;
		if ((equals = strchr(name, '=')) == NULL ||
		    is_other(name, (size_t)(equals - name)))
			continue;
		err = from_variable(conf, pool, log, name, equals);
		if (err != SESS_OK)
			return err;
	}
	return SESS_OK;
}

/* ---- all together ------------------------------------------------------ */

/* What makes no sense together; NULL when all does. */
static const char *
contradiction(const struct sess_conf *conf)
{
	struct buf line = BUF_INIT(COOKIE_MAX);
	struct sess_cookie cookie = {
		.name = conf->cookie_name, .path = conf->cookie_path,
		.value = "x", .same_site = conf->same_site,
		.insecure = conf->insecure_dev,
	};
	enum sess_err err = cookie_format(&line, &cookie);
	size_t len = line.len;

	buf_release(&line);
	if (err != SESS_OK || len > 400)
		return "browsers would drop this cookie: see cookie_name, "
		    "cookie_path, same_site, insecure_dev";
	if (conf->idle < 0 || conf->absolute < 0 || conf->anon_idle < 0 ||
	    conf->anon_absolute < 0 || conf->wait < 0)
		return "only rotate and cookie_life can be \"never\"";
	if (conf->idle > conf->absolute ||
	    conf->anon_idle > conf->anon_absolute)
		return "idle is longer than absolute";
	if (conf->policy == SESS_LOGIN_ONLY &&
	    (conf->carry & SESS_BY_COOKIE) == 0)
		return "a login form needs a cookie where only a login "
		    "begins a session: see policy, carry";
	if (conf->max_value_bytes > conf->max_session_bytes)
		return "max_value_bytes is over max_session_bytes";
	return NULL;
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
	const char *what;
	enum sess_err err;

	if ((err = from_file(conf, wire, pool, log)) != SESS_OK ||
	    (err = from_variables(conf, wire, pool, log)) != SESS_OK)
		return err;
	setting_complete(conf);
	test_hooks(conf, wire, pool);
	if ((what = contradiction(conf)) != NULL)
		return wrong(log, "settings", 0, "", what);
	return SESS_OK;
}

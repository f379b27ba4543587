/* conf.c - the settings: defaults, the program's, a file's, the server's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "conf.h"
#include "cookie.h"

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc"
#endif
#ifndef LOCALSTATEDIR
#define LOCALSTATEDIR "/var"
#endif

#define DEFAULT_FILE SYSCONFDIR "/libsess/libsess.conf"
#define LINE_BYTES 4096
#define YEARS_10 (INT64_C(10) * 366 * 24 * 3600)
#define GIGABYTE (INT64_C(1) << 30)

enum kind { TEXT, TIME, SIZE, BOOL, POLICY, SAME_SITE, CARRY };

struct setting {
	const char *key;
	enum kind kind;
	size_t offset;          /* in struct sess_conf */
	int64_t dflt;           /* of numbers; 0: see complete() */
	const char *text;       /* of texts */
};

#define AT(member) offsetof(struct sess_conf, member)

static const struct setting settings[] = {
	{ "store", TEXT, AT(store), 0,
	    "sqlite:" LOCALSTATEDIR "/lib/libsess/sess.db" },
	{ "policy", POLICY, AT(policy), 0, NULL },
	{ "carry", CARRY, AT(carry), SESS_BY_COOKIE, NULL },
	{ "param", TEXT, AT(param), 0, "sid" },
	{ "cookie_name", TEXT, AT(cookie_name), 0, NULL },
	{ "cookie_path", TEXT, AT(cookie_path), 0, "/" },
	{ "cookie_life", TIME, AT(cookie_life), 0, NULL },
	{ "same_site", SAME_SITE, AT(same_site), 0, NULL },
	{ "insecure_dev", BOOL, AT(insecure_dev), 0, NULL },
	{ "origin", TEXT, AT(origin), 0, NULL },
	{ "proxies", TEXT, AT(proxies), 0, NULL },
	{ "idle", TIME, AT(idle), 30 * 60, NULL },
	{ "absolute", TIME, AT(absolute), 8 * 3600, NULL },
	{ "anon_idle", TIME, AT(anon_idle), 30 * 60, NULL },
	{ "anon_absolute", TIME, AT(anon_absolute), 24 * 3600, NULL },
	{ "rotate", TIME, AT(rotate), 3600, NULL },
	{ "wait", TIME, AT(wait), 5, NULL },
	{ "max_cookie_bytes", SIZE, AT(max_cookie_bytes), 16384, NULL },
	{ "max_cookies", SIZE, AT(max_cookies), 128, NULL },
	{ "max_query_bytes", SIZE, AT(max_query_bytes), 16384, NULL },
	{ "max_body_bytes", SIZE, AT(max_body_bytes), 1 << 20, NULL },
	{ "max_pairs", SIZE, AT(max_pairs), 1000, NULL },
	{ "max_name_bytes", SIZE, AT(max_name_bytes), 256, NULL },
	{ "max_answer_bytes", SIZE, AT(max_answer_bytes), 16 << 20, NULL },
	{ "max_session_bytes", SIZE, AT(max_session_bytes), 65536, NULL },
	{ "max_fields", SIZE, AT(max_fields), 256, NULL },
	{ "max_value_bytes", SIZE, AT(max_value_bytes), 16384, NULL },
	{ "max_anonymous", SIZE, AT(max_anonymous), 100000, NULL },
};

#define SETTINGS (sizeof settings / sizeof *settings)

/* ---- values --------------------------------------------------------------------- */

/* Digits and at most one unit; false for anything else, and for overflow. */
static bool
number(const char *s, const char *units, const int64_t *factors, int64_t max,
    int64_t *n)
{
	const char *unit;
	int64_t factor = 1;

	if (*s < '0' || *s > '9')
		return false;
	for (*n = 0; *s >= '0' && *s <= '9'; s++)
		if ((*n = *n * 10 + (*s - '0')) > max)
			return false;
	if (*s != '\0') {
		if ((unit = strchr(units, *s)) == NULL || s[1] != '\0')
			return false;
		factor = factors[unit - units];
	}
	if (*n > max / factor)
		return false;
	*n *= factor;
	return true;
}

static bool
set_time(const char *value, int64_t *t)
{
	static const int64_t factors[] = { 1, 60, 3600, 86400 };

	if (strcmp(value, "never") == 0) {
		*t = -1;
		return true;
	}
	return number(value, "smhd", factors, YEARS_10, t) && *t > 0;
}

static bool
set_size(const char *value, size_t *size)
{
	static const int64_t factors[] = { 1024, 1024 * 1024 };
	int64_t n;

	if (!number(value, "km", factors, GIGABYTE, &n) || n == 0)
		return false;
	*size = (size_t)n;
	return true;
}

static bool
set_bool(const char *value, bool *b)
{
	*b = strcmp(value, "yes") == 0 || strcmp(value, "1") == 0;
	return *b || strcmp(value, "no") == 0 || strcmp(value, "0") == 0;
}

/* The place of a word of n bytes in a list that ends with NULL, or -1. */
static int
word(const char *value, size_t n, const char *const *words)
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == n && memcmp(words[i], value, n) == 0)
			return i;
	return -1;
}

static bool
set_policy(const char *value, enum sess_policy *policy)
{
	static const char *const words[] = { "lazy", "always", "login-only",
		NULL };
	int i = word(value, strlen(value), words);

	*policy = (enum sess_policy)(i >= 0 ? i : 0);
	return i >= 0;
}

static bool
set_same_site(const char *value, enum sess_same_site *same_site)
{
	static const char *const words[] = { "lax", "strict", "none", NULL };
	int i = word(value, strlen(value), words);

	*same_site = (enum sess_same_site)(i >= 0 ? i : 0);
	return i >= 0;
}

/* "cookie query": any of the ways, separated by blanks or commas. */
static bool
set_carry(const char *value, unsigned *carry)
{
	static const char *const words[] = { "cookie", "query", "field",
		"bearer", NULL };
	size_t n;
	int i;

	for (*carry = 0; *value != '\0'; value += n + strspn(value + n, " ,")) {
		n = strcspn(value, " ,");
		if ((i = word(value, n, words)) < 0)
			return false;
		*carry |= 1u << i;
	}
	return *carry != 0;
}

static bool
set_text(struct pool *pool, const char *value, const char **text)
{
	return (*text = pool_text(pool, value)) != NULL;
}

const char *
conf_set(struct sess_conf *conf, struct pool *pool, const char *key,
    const char *value)
{
	const struct setting *s = settings;
	void *to;
	bool ok = false;

	while (s < settings + SETTINGS && strcmp(s->key, key) != 0)
		s++;
	if (s == settings + SETTINGS)
		return "no such key";
	if (*value == '\0')
		return "no value";
	to = (char *)conf + s->offset;
	switch (s->kind) {
	case TEXT: ok = set_text(pool, value, to); break;
	case TIME: ok = set_time(value, to); break;
	case SIZE: ok = set_size(value, to); break;
	case BOOL: ok = set_bool(value, to); break;
	case POLICY: ok = set_policy(value, to); break;
	case SAME_SITE: ok = set_same_site(value, to); break;
	case CARRY: ok = set_carry(value, to); break;
	}
	return ok ? NULL : "senseless value";
}

/* ---- the file --------------------------------------------------------------------- */

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

static const char *
set_line(struct sess_conf *conf, struct pool *pool, char *line, char **key)
{
	char *equals = strchr(line, '=');

	*key = trim(line);
	if (equals == NULL)
		return "no \"=\"";
	*equals = '\0';
	*key = trim(line);
	return conf_set(conf, pool, *key, trim(equals + 1));
}

static enum sess_err
read_file(struct sess_conf *conf, struct pool *pool, const struct log *log,
    const char *path, FILE *f)
{
	char line[LINE_BYTES], *start, *key;
	const char *what;
	int n;

	for (n = 1; fgets(line, sizeof line, f) != NULL; n++) {
		start = trim(line);
		if (*start == '\0' || *start == '#')
			continue;
		what = set_line(conf, pool, start, &key);
		if (what != NULL)
			return wrong(log, path, n, key, what);
	}
	return ferror(f) ? wrong(log, path, n, "-", "cannot be read") :
	    SESS_OK;
}

static enum sess_err
from_file(struct sess_conf *conf, const struct wire *wire, struct pool *pool,
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

/* ---- the variables ------------------------------------------------------------------ */

/* LIBSESS_ variables that are no settings, but somebody's own. */
static bool
is_other(const char *name, size_t n)
{
	static const char *const names[] = { "CONF", "ECHO_UTF8",
		"TEST_CLOCK", NULL };

	return word(name, n, names) >= 0;
}

static enum sess_err
from_variable(struct sess_conf *conf, struct pool *pool,
    const struct log *log, const char *name, const char *equals)
{
	char key[64] = "", var[80];
	size_t i, n = (size_t)(equals - name);
	const char *what = "no such key";

	if (n < sizeof key) {
		for (i = 0; i < n; i++)
			key[i] = name[i] >= 'A' && name[i] <= 'Z' ?
			    (char)(name[i] - 'A' + 'a') : name[i];
		what = conf_set(conf, pool, key, equals + 1);
	}
	if (what == NULL)
		return SESS_OK;
	snprintf(var, sizeof var, "LIBSESS_%.*s", n < 60 ? (int)n : 60, name);
	return wrong(log, var, 0, "", what);
}

static enum sess_err
from_variables(struct sess_conf *conf, const struct wire *wire,
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

/* ---- all together ---------------------------------------------------------------------- */

/* Zero means the default. */
static void
complete(struct sess_conf *conf)
{
	const struct setting *s;
	void *to;

	for (s = settings; s < settings + SETTINGS; s++) {
		to = (char *)conf + s->offset;
		if (s->kind == TEXT && *(const char **)to == NULL)
			*(const char **)to = s->text;
		if (s->kind == TIME && *(int64_t *)to == 0)
			*(int64_t *)to = s->dflt;
		if (s->kind == SIZE && *(size_t *)to == 0)
			*(size_t *)to = (size_t)s->dflt;
		if (s->kind == CARRY && *(unsigned *)to == 0)
			*(unsigned *)to = (unsigned)s->dflt;
	}
	if (conf->cookie_name == NULL)
		conf->cookie_name = conf->insecure_dev ? "sid" :
		    strcmp(conf->cookie_path, "/") == 0 ? "__Host-sid" :
		    "__Secure-sid";
}

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
test_hooks(struct sess_conf *conf, const struct wire *wire)
{
#ifdef SESS_TEST_HOOKS
	const char *path = wire_var(wire, "LIBSESS_TEST_CLOCK");

	if (path != NULL) {
		conf->clock = clock_of_file;
		conf->clock_arg = (void *)(uintptr_t)path;
	}
#else
	(void)conf;
	(void)wire;
#endif
}

enum sess_err
conf_read(struct sess_conf *conf, const struct wire *wire, struct pool *pool,
    const struct log *log)
{
	const char *what;
	enum sess_err err;

	if ((err = from_file(conf, wire, pool, log)) != SESS_OK ||
	    (err = from_variables(conf, wire, pool, log)) != SESS_OK)
		return err;
	complete(conf);
	test_hooks(conf, wire);
	if ((what = contradiction(conf)) != NULL)
		return wrong(log, "settings", 0, "", what);
	return SESS_OK;
}

/* setting.c - every setting: its key, its type, its default. */
/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <string.h>

#include "network.h"
#include "setting.h"
#include "store.h"

#ifndef LOCALSTATEDIR
#define LOCALSTATEDIR "/var"
#endif

#define YEARS_10 (INT64_C(10) * 366 * 24 * 3600)
#define GIGABYTE (INT64_C(1) << 30)

/* ---- texts that only work in one form ---------------------------------- */

/* It is written into addresses as it is. */
static bool
is_param(const char *s)
{
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] == '\0';
}

static bool
is_store(const char *s)
{
	const char *where;

	return store_of(s, &where) != NULL &&
	    strcmp(s, STORE_IN_MEMORY) != 0;
}

static bool
is_absolute(const char *s)
{
	return *s == '/';
}

static bool
is_port(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n >= 1 && n <= 5 && s[n] == '\0';
}

/* As browsers write it (RFC 6454, 6.2): it is compared byte for byte. */
static bool
is_origin(const char *s)
{
	size_t n;

	if (strncmp(s, "https://", 8) == 0)
		s += 8;
	else if (strncmp(s, "http://", 7) == 0)
		s += 7;
	else
		return false;
	if (*s == '[') {
		n = 1 + strspn(s + 1, ":.0123456789abcdef");
		if (s[n++] != ']')
			return false;
	} else
		n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-");
	return n > 0 && (s[n] == '\0' || (s[n] == ':' && is_port(s + n + 1)));
}

/* ---- words, each for a value of its enum, from 0 ----------------------- */

const char *const setting_ways[] = { "cookie", "query", "field", "bearer",
	NULL };         /* but these are bits */
static const char *const policies[] = { "lazy", "always", "login-only", NULL };
static const char *const same_sites[] = { "lax", "strict", "none", NULL };
static const char *const proxy_headers[] = { "x-forwarded-for", "forwarded",
	NULL };
static const char *const on_replay[] = { "note", "end", NULL };
static const char *const on_move[] = { "note", "ask", NULL };
static const char *const on_full[] = { "oldest", "refuse", NULL };
static const char *const log_formats[] = { "text", "json", NULL };
static const char *const trace_formats[] = { "off", "text", "json", NULL };
static const char *const log_places[] = { "stderr", "syslog", NULL };

#define NUMBER_OF(member, kind, dflt) \
	{ #member, SETTING_##kind, offsetof(struct sess_conf, member), dflt, \
	    NULL, NULL, NULL, NULL }
#define TEXT_OF(member, text, ok, takes) \
	{ #member, SETTING_TEXT, offsetof(struct sess_conf, member), 0, \
	    text, ok, takes, NULL }
#define WORD_OF(member, words) \
	{ #member, SETTING_WORD, offsetof(struct sess_conf, member), 0, \
	    NULL, NULL, NULL, words }

const struct setting settings[] = {
	TEXT_OF(store, "sqlite:" LOCALSTATEDIR "/lib/libsess/sess.db",
	    is_store, STORE_FORM),
	WORD_OF(policy, policies),
	NUMBER_OF(carry, CARRY, SESS_BY_COOKIE),
	TEXT_OF(param, "sid", is_param, "letters, digits, _ and -"),
	TEXT_OF(cookie_name, NULL, NULL, "a name"),
	TEXT_OF(cookie_path, "/", NULL, "a path"),
	NUMBER_OF(cookie_life, TIME_OR_NEVER, 0),
	WORD_OF(same_site, same_sites),
	NUMBER_OF(insecure_dev, BOOL, 0),
	NUMBER_OF(hsts, TIME_OR_NEVER, 365 * 24 * 3600),
	TEXT_OF(origin, NULL, is_origin, "https://example.org, in small "
	    "letters and without a path"),
	TEXT_OF(proxies, NULL, network_list_ok, "addresses and networks such "
	    "as 127.0.0.1 10.0.0.0/8 fd00::/8; no names, no 10.1.2.3/8 (that "
	    "network is 10.0.0.0/8), and not 0.0.0.0/0, which would believe "
	    "everybody"),
	WORD_OF(proxy_header, proxy_headers),
	NUMBER_OF(idle, TIME, 30 * 60),
	NUMBER_OF(absolute, TIME, 8 * 3600),
	NUMBER_OF(anon_idle, TIME, 30 * 60),
	NUMBER_OF(anon_absolute, TIME, 24 * 3600),
	NUMBER_OF(rotate, TIME_OR_NEVER, 3600),
	NUMBER_OF(remember, TIME_OR_NEVER, 30 * 24 * 3600),
	WORD_OF(replay, on_replay),
	WORD_OF(moved, on_move),
	WORD_OF(sessions_full, on_full),
	NUMBER_OF(wait, TIME, 5),
	NUMBER_OF(max_cookie_bytes, SIZE, 16384),
	NUMBER_OF(max_cookies, SIZE, 128),
	NUMBER_OF(max_query_bytes, SIZE, 16384),
	NUMBER_OF(max_body_bytes, SIZE, 1 << 20),
	NUMBER_OF(max_pairs, SIZE, 1000),
	NUMBER_OF(max_name_bytes, SIZE, 256),
	TEXT_OF(upload_dir, "/var/tmp", is_absolute, "an absolute path"),
	NUMBER_OF(max_upload_bytes, SIZE, 16 << 20),
	NUMBER_OF(max_parts, SIZE, 100),
	NUMBER_OF(max_answer_bytes, SIZE, 16 << 20),
	NUMBER_OF(max_session_bytes, SIZE, 65536),
	NUMBER_OF(max_fields, SIZE, 256),
	NUMBER_OF(max_value_bytes, SIZE, 16384),
	NUMBER_OF(max_anonymous, SIZE, 100000),
	NUMBER_OF(max_sessions, SIZE, 20),
	NUMBER_OF(max_new, SIZE, 100),
	NUMBER_OF(max_unknown, SIZE, 100),
	NUMBER_OF(login_tries, SIZE, 5),
	NUMBER_OF(device_tries, SIZE, 10),
	NUMBER_OF(address_tries, SIZE, 20),
	WORD_OF(log_format, log_formats),
	WORD_OF(log_to, log_places),
	NUMBER_OF(teach, BOOL, 0),
	WORD_OF(trace_format, trace_formats),
};

static_assert(sizeof settings / sizeof *settings == SETTINGS, "setting.h");

const struct setting *
setting_find(const char *key)
{
	const struct setting *s;

	for (s = settings; s < settings + SETTINGS; s++)
		if (strcmp(s->key, key) == 0)
			return s;
	return NULL;
}

static bool
is_time(const struct setting *s)
{
	return s->kind == SETTING_TIME || s->kind == SETTING_TIME_OR_NEVER;
}

/* ---- values ------------------------------------------------------------ */

const struct setting_units setting_times = { "smhd", { 1, 60, 3600, 86400 } },
    setting_sizes = { "km", { 1024, 1024 * 1024 } };

/* Digits and at most one unit; false for anything else, and for overflow. */
static bool
number(const char *s, const struct setting_units *units, int64_t max,
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
		if ((unit = strchr(units->letters, *s)) == NULL || s[1] != '\0')
			return false;
		factor = units->factors[unit - units->letters];
	}
	if (*n > max / factor)
		return false;
	*n *= factor;
	return true;
}

/* Zero is a time only where it is the default. */
static bool
set_time(const char *value, int64_t *t, int64_t dflt)
{
	if (strcmp(value, "never") == 0) {
		*t = -1;
		return true;
	}
	return number(value, &setting_times, YEARS_10, t) &&
	    (*t > 0 || dflt == 0);
}

static bool
set_size(const char *value, size_t *size)
{
	int64_t n;

	if (!number(value, &setting_sizes, GIGABYTE, &n) || n == 0)
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
set_word(const char *value, const char *const *words, void *to)
{
	int i = word(value, strlen(value), words);

	if (i >= 0)
		memcpy(to, &i, sizeof i);       /* an enum is an int */
	return i >= 0;
}

/* "cookie query": any of the ways, separated by blanks or commas. */
static bool
set_carry(const char *value, unsigned *carry)
{
	size_t n;
	int i;

	for (*carry = 0; *value != '\0'; value += n + strspn(value + n, " ,")) {
		n = strcspn(value, " ,");
		if ((i = word(value, n, setting_ways)) < 0)
			return false;
		*carry |= 1u << i;
	}
	return *carry != 0;
}

static bool
set_text(struct pool *pool, const char *value, const char **text,
    bool (*ok)(const char *))
{
	if (ok != NULL && !ok(value))
		return false;
	return (*text = pool_text(pool, value)) != NULL;
}

/* Why this value is not valid, where it takes more than these two words. */
static const char *
not_valid(const struct setting *s, const char *value)
{
	return s->ok == is_store && strcmp(value, STORE_IN_MEMORY) == 0 ?
	    STORE_IN_MEMORY " ends with its program, and each process and "
	    "thread would have its own: only a program itself can set it "
	    "(sess_conf.store)" : "not valid";
}

const char *
setting_set(struct sess_conf *conf, struct pool *pool, const char *key,
    const char *value)
{
	const struct setting *s = setting_find(key);
	void *to;
	bool ok = false;

	if (s == NULL)
		return "no such setting: see struct sess_conf in sess.h";
	if (*value == '\0')
		return "no value";
	to = (char *)conf + s->offset;
	switch (s->kind) {
	case SETTING_TEXT: ok = set_text(pool, value, to, s->ok); break;
	case SETTING_TIME:
	case SETTING_TIME_OR_NEVER: ok = set_time(value, to, s->dflt); break;
	case SETTING_SIZE: ok = set_size(value, to); break;
	case SETTING_BOOL: ok = set_bool(value, to); break;
	case SETTING_WORD: ok = set_word(value, s->words, to); break;
	case SETTING_CARRY: ok = set_carry(value, to); break;
	}
	return ok ? NULL : not_valid(s, value);
}

/* Zero means the default. */
void
setting_complete(struct sess_conf *conf)
{
	const struct setting *s;
	void *to;

	for (s = settings; s < settings + SETTINGS; s++) {
		to = (char *)conf + s->offset;
		if (s->kind == SETTING_TEXT && *(const char **)to == NULL)
			*(const char **)to = s->text;
		if (is_time(s) && *(int64_t *)to == 0)
			*(int64_t *)to = s->dflt;
		if (s->kind == SETTING_SIZE && *(size_t *)to == 0)
			*(size_t *)to = (size_t)s->dflt;
		if (s->kind == SETTING_CARRY && *(unsigned *)to == 0)
			*(unsigned *)to = (unsigned)s->dflt;
	}
	if (conf->cookie_name == NULL)
		conf->cookie_name = conf->insecure_dev ? "sid" :
		    strcmp(conf->cookie_path, "/") == 0 ? "__Host-sid" :
		    "__Secure-sid";
}

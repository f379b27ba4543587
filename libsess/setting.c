/* setting.c - every setting: its key, its type, its default. */
#include <arpa/inet.h>

#include <string.h>

#include "setting.h"
#include "store.h"

#ifndef LOCALSTATEDIR
#define LOCALSTATEDIR "/var"
#endif

#define YEARS_10 (INT64_C(10) * 366 * 24 * 3600)
#define GIGABYTE (INT64_C(1) << 30)

enum kind { TEXT, TIME, SIZE, BOOL, POLICY, SAME_SITE, CARRY, LOG_FORMAT,
	LOG_TO };

struct setting {
	const char *key;
	enum kind kind;
	size_t offset;          /* in struct sess_conf */
	int64_t dflt;           /* of numbers; 0: see below */
	const char *text;       /* of texts ... */
	bool (*ok)(const char *);       /* ... and what they must be */
};

#define AT(member) offsetof(struct sess_conf, member)

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

	return store_of(s, &where) != NULL;
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

/* They are compared as texts, so a network or a name would never match. */
static bool
are_addresses(const char *s)
{
	char word[64];
	uint8_t address[16];
	size_t n;

	for (; *s != '\0'; s += n + strspn(s + n, " ,")) {
		n = strcspn(s, " ,");
		if (n == 0 || n >= sizeof word)
			return false;
		memcpy(word, s, n);
		word[n] = '\0';
		if (inet_pton(AF_INET, word, address) != 1 &&
		    inet_pton(AF_INET6, word, address) != 1)
			return false;
	}
	return true;
}

static const struct setting settings[] = {
	{ "store", TEXT, AT(store), 0,
	    "sqlite:" LOCALSTATEDIR "/lib/libsess/sess.db", is_store },
	{ "policy", POLICY, AT(policy), 0, NULL, NULL },
	{ "carry", CARRY, AT(carry), SESS_BY_COOKIE, NULL, NULL },
	{ "param", TEXT, AT(param), 0, "sid", is_param },
	{ "cookie_name", TEXT, AT(cookie_name), 0, NULL, NULL },
	{ "cookie_path", TEXT, AT(cookie_path), 0, "/", NULL },
	{ "cookie_life", TIME, AT(cookie_life), 0, NULL, NULL },
	{ "same_site", SAME_SITE, AT(same_site), 0, NULL, NULL },
	{ "insecure_dev", BOOL, AT(insecure_dev), 0, NULL, NULL },
	{ "hsts", TIME, AT(hsts), 365 * 24 * 3600, NULL, NULL },
	{ "origin", TEXT, AT(origin), 0, NULL, is_origin },
	{ "proxies", TEXT, AT(proxies), 0, NULL, are_addresses },
	{ "idle", TIME, AT(idle), 30 * 60, NULL, NULL },
	{ "absolute", TIME, AT(absolute), 8 * 3600, NULL, NULL },
	{ "anon_idle", TIME, AT(anon_idle), 30 * 60, NULL, NULL },
	{ "anon_absolute", TIME, AT(anon_absolute), 24 * 3600, NULL, NULL },
	{ "rotate", TIME, AT(rotate), 3600, NULL, NULL },
	{ "wait", TIME, AT(wait), 5, NULL, NULL },
	{ "max_cookie_bytes", SIZE, AT(max_cookie_bytes), 16384, NULL, NULL },
	{ "max_cookies", SIZE, AT(max_cookies), 128, NULL, NULL },
	{ "max_query_bytes", SIZE, AT(max_query_bytes), 16384, NULL, NULL },
	{ "max_body_bytes", SIZE, AT(max_body_bytes), 1 << 20, NULL, NULL },
	{ "max_pairs", SIZE, AT(max_pairs), 1000, NULL, NULL },
	{ "max_name_bytes", SIZE, AT(max_name_bytes), 256, NULL, NULL },
	{ "upload_dir", TEXT, AT(upload_dir), 0, "/var/tmp", is_absolute },
	{ "max_upload_bytes", SIZE, AT(max_upload_bytes), 16 << 20, NULL, NULL },
	{ "max_parts", SIZE, AT(max_parts), 100, NULL, NULL },
	{ "max_answer_bytes", SIZE, AT(max_answer_bytes), 16 << 20, NULL, NULL },
	{ "max_session_bytes", SIZE, AT(max_session_bytes), 65536, NULL, NULL },
	{ "max_fields", SIZE, AT(max_fields), 256, NULL, NULL },
	{ "max_value_bytes", SIZE, AT(max_value_bytes), 16384, NULL, NULL },
	{ "max_anonymous", SIZE, AT(max_anonymous), 100000, NULL, NULL },
	{ "log_format", LOG_FORMAT, AT(log_format), 0, NULL, NULL },
	{ "log_to", LOG_TO, AT(log_to), 0, NULL, NULL },
};

#define SETTINGS (sizeof settings / sizeof *settings)

/* ---- values ------------------------------------------------------------ */

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

/* Zero is a time only where it is the default. */
static bool
set_time(const char *value, int64_t *t, int64_t dflt)
{
	static const int64_t factors[] = { 1, 60, 3600, 86400 };

	if (strcmp(value, "never") == 0) {
		*t = -1;
		return true;
	}
	return number(value, "smhd", factors, YEARS_10, t) &&
	    (*t > 0 || dflt == 0);
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

static const char *const policies[] = { "lazy", "always", "login-only", NULL };
static const char *const same_sites[] = { "lax", "strict", "none", NULL };
static const char *const log_formats[] = { "text", "json", NULL };
static const char *const log_places[] = { "stderr", "syslog", NULL };

/* The words stand in the order of their enum, which is an unsigned. */
static bool
set_choice(const char *value, unsigned *choice, const char *const *words)
{
	int i = word(value, strlen(value), words);

	*choice = i >= 0 ? (unsigned)i : 0;
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
set_text(struct pool *pool, const char *value, const char **text,
    bool (*ok)(const char *))
{
	if (ok != NULL && !ok(value))
		return false;
	return (*text = pool_text(pool, value)) != NULL;
}

const char *
setting_set(struct sess_conf *conf, struct pool *pool, const char *key,
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
	case TEXT: ok = set_text(pool, value, to, s->ok); break;
	case TIME: ok = set_time(value, to, s->dflt); break;
	case SIZE: ok = set_size(value, to); break;
	case BOOL: ok = set_bool(value, to); break;
	case POLICY: ok = set_choice(value, to, policies); break;
	case SAME_SITE: ok = set_choice(value, to, same_sites); break;
	case CARRY: ok = set_carry(value, to); break;
	case LOG_FORMAT: ok = set_choice(value, to, log_formats); break;
	case LOG_TO: ok = set_choice(value, to, log_places); break;
	}
	return ok ? NULL : "senseless value";
}

/* Zero means the default. */
void
setting_complete(struct sess_conf *conf)
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

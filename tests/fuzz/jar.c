/*
 * jar.c - fuzz target: a cookie jar and what servers make of it.
 *
 * Each line of the input is one Set-Cookie.  Its first character says from
 * where and when it came, and the rest is the field's value.
 */
/* SPDX-License-Identifier: ISC */
#include <strings.h>

#include "fuzz.h"
#include "lesson/jar.h"
#include "lesson/jar_parse.h"

#define START INT64_C(1800000000)

static const char *const hosts[] = {
	"www.example.com", "example.com", "localhost:80", "127.0.0.1"
};
static const char *const paths[] = { "/", "/a/b?c", "/a/", "" };

/* "P" is https, "@" http; "p" and "`" are scripts there. */
static struct jar_request
request(unsigned char how)
{
	return (struct jar_request){ .host = hosts[how & 3],
		.path = paths[how >> 2 & 3], .secure = how & 16,
		.script = how & 32, .cross_site = (how & 64) == 0 };
}

static bool
is_clean(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
			return false;
	return true;
}

static void
check_cookie(const struct jar_cookie *c, int64_t now)
{
	size_t n = strlen(c->name) + strlen(jar_value(c));

	require(n > 0 && n <= JAR_PAIR_MAX);
	require(strcspn(c->name, ";=") == strlen(c->name));
	require(strchr(jar_value(c), ';') == NULL);
	require(is_clean(c->name) && is_clean(jar_value(c)));
	require(c->path[0] == '/' && strlen(c->path) <= JAR_ATTRIBUTE_MAX);
	require(*c->domain != '\0');
	require(c->expires > now && c->created <= now);
	require(c->persistent == (c->expires != INT64_MAX));
	require(!c->persistent || c->expires <= START * 2);
	require(c->same_site != JAR_NONE || c->secure);
	if (strncasecmp(c->name, "__Host-", 7) == 0)
		require(c->secure && c->host_only && c->path[1] == '\0');
	if (strncasecmp(c->name, "__Secure-", 9) == 0)
		require(c->secure);
}

/* The number of Secure cookies: http must leave it as it is. */
static size_t
check_jar(const struct jar *jar, int64_t now)
{
	size_t i, j, same, secure = 0;

	require(jar->n <= JAR_COOKIES);
	for (i = 0; i < jar->n; i++) {
		check_cookie(&jar->at[i], now);
		secure += jar->at[i].secure;
		for (j = same = 0; j < jar->n; j++)
			same += strcmp(jar->at[i].domain,
			    jar->at[j].domain) == 0;
		require(same <= JAR_DOMAIN_COOKIES);
	}
	return secure;
}

/* What is sent is what is not withheld, and nothing ends the line. */
static void
check_field(struct jar *jar, const struct jar_request *rq, int64_t now)
{
	static char field[JAR_FIELD_MAX];
	size_t i, sent = 0, n = jar_send(jar, rq, now, field, sizeof field);

	require(n < sizeof field && n == strlen(field));
	require(is_clean(field));
	for (i = 0; i < jar->n; i++) {
		const struct jar_cookie *c = &jar->at[i];

		if (jar_withholds(jar, c, rq, now) != NULL)
			continue;
		require(rq->secure || !c->secure);
		require(!rq->script || !c->http_only);
		sent++;
	}
	require((sent == 0) == (n == 0));
}

static void
run_line(struct jar *jar, char *line, int64_t now)
{
	struct jar_request rq = request((unsigned char)*line);
	size_t before, secure;
	const char *why;
	int64_t time;

	jar_expire(jar, now);
	before = jar->n;
	secure = check_jar(jar, now);
	why = jar_receive(jar, &rq, line + 1, now);
	require(why == NULL || jar->n == before);
	require(jar->n + 1 >= before && jar->n <= before + 1);
	before = check_jar(jar, now);
	require(rq.secure || before == secure || jar->n == JAR_COOKIES);
	check_field(jar, &rq, now);
	if (jar_parse_date((struct jar_text){ line, strlen(line) }, &time))
		require(time >= -INT64_C(11644473600) &&
		    time < INT64_C(253402300800));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *text = text_of(bytes, n), *line, *next;
	struct jar *jar = malloc(sizeof *jar);
	int64_t now = START;

	require(jar != NULL);
	jar_init(jar);
	for (line = text; line != NULL && *line != '\0'; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (*line == '\0')
			continue;
		if (*line == '~')
			jar_close_browser(jar);
		now += (unsigned char)*line & 128 ? 60 : 0;
		run_line(jar, line, now);
	}
	free(jar);
	free(text);
	return 0;
}

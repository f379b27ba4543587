/* rules.c - who may see what: rules are read, paths are judged. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "readings.h"
#include "rules.h"
#include "sess.h"

#define BLANKS " \t\r"
#define USER_BYTES 255
#define LOGIN_BYTES 255
#define FRESH_MAX (366 * 86400) /* s; more is no limit */

/* ---- one line ---------------------------------------------------------- */

static char *
trim(char *s)
{
	char *end;

	s += strspn(s, BLANKS);
	end = s + strlen(s);
	while (end > s && strchr(BLANKS, end[-1]) != NULL)
		end--;
	*end = '\0';
	return s;
}

/* The next word, which is cut out of *rest; NULL at the end. */
static char *
word(char **rest)
{
	char *start = *rest + strspn(*rest, BLANKS);
	size_t n = strcspn(start, BLANKS);

	if (n == 0)
		return NULL;
	*rest = start + n;
	if (**rest != '\0')
		*(*rest)++ = '\0';
	return start;
}

/* "15m" in seconds; 0: no such time. */
static int64_t
seconds(const char *text)
{
	static const struct { char unit; int64_t s; } units[] = {
		{ '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 },
		{ 'd', 86400 },
	};
	int64_t n = 0;
	size_t i;

	for (; *text >= '0' && *text <= '9' && n <= FRESH_MAX; text++)
		n = n * 10 + (*text - '0');
	for (i = 0; i < sizeof units / sizeof *units; i++)
		if (*text == units[i].unit && (*text == '\0' ||
		    text[1] == '\0'))
			return n * units[i].s <= FRESH_MAX ?
			    n * units[i].s : 0;
	return 0;
}

static const char *
set_login(struct rules *r, char *value)
{
	if (r->login != NULL)
		return "a second login";
	if (strlen(value) > LOGIN_BYTES || strchr(value, '?') != NULL ||
	    !sess_same_site_path(value) || !readings_agree(value))
		return "login: no path of this site, or one that can be read "
		    "in several ways";
	r->login = value;
	return NULL;
}

/* "-", "_" and "." become one in names of variables; and so do letters. */
static bool
same_name(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++)
		if (strncasecmp(a, b, 1) != 0 &&
		    (strchr("-_.", *a) == NULL || strchr("-_.", *b) == NULL))
			return false;
	return *a == *b;
}

static const char *
add_field(struct rules *r, const char *name)
{
	size_t i, n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-.");

	if (n > 64 || name[n] != '\0')
		return "fields: no name of a field";
	if (r->nfields == RULES_FIELDS)
		return "fields: over 16";
	if (same_name(name, "user"))
		return "fields: \"user\" is the user id";
	for (i = 0; i < r->nfields; i++)
		if (same_name(name, r->field[i]))
			return "fields: two of one name";
	r->field[r->nfields++] = name;
	return NULL;
}

static const char *
set_fields(struct rules *r, char *value)
{
	const char *why = NULL;
	char *name;

	if (r->nfields > 0)
		return "a second fields";
	while (why == NULL && (name = word(&value)) != NULL)
		why = add_field(r, name);
	return why;
}

/* Users up to the end or "fresh"; *next is the word that is none. */
static const char *
set_users(struct rule *rule, const char **user, char **rest, char **next)
{
	rule->user = user;
	while ((*next = word(rest)) != NULL && strcmp(*next, "fresh") != 0) {
		if (rule->nusers == RULES_USERS)
			return "over 64 users in one rule";
		if (!readings_decode(*next) || strlen(*next) > USER_BYTES)
			return "no user id";
		user[rule->nusers++] = *next;
	}
	return rule->nusers == 0 ? "users: none" : NULL;
}

static const char *
set_fresh(struct rule *rule, char *first, char **rest)
{
	char *time = word(rest);

	if (strcmp(first, "fresh") != 0)
		return "after who there is only fresh and a time";
	if (time == NULL || (rule->fresh = seconds(time)) == 0)
		return "fresh: no time such as 15m";
	return word(rest) != NULL ? "nothing follows the time" : NULL;
}

/* Who, and when he must have logged in. */
static const char *
set_who(struct rule *rule, const char **user, char *rest)
{
	char *who = word(&rest), *next = NULL;
	const char *why = NULL;

	if (who != NULL && strcmp(who, "public") == 0) {
		rule->who = RULES_PUBLIC;
		return word(&rest) != NULL ? "public is for everybody" : NULL;
	}
	if (who != NULL && strcmp(who, "signed-in") == 0) {
		rule->who = RULES_SIGNED_IN;
		next = word(&rest);
	} else if (who != NULL && strcmp(who, "users") == 0) {
		rule->who = RULES_NAMED;
		why = set_users(rule, user, &rest, &next);
	} else
		return "neither public, signed-in nor users";
	if (why == NULL && next != NULL)
		why = set_fresh(rule, next, &rest);
	return why;
}

static const char *
set_rule(struct rules *r, char *path, char *value)
{
	struct rule *rule = &r->rule[r->n], *earlier;
	const char *why;

	if (r->n == RULES_MOST)
		return "over 1000 rules";
	if (!readings_prefix(path))
		return "no path that all programs read alike: one with \"//\", "
		    "\"?\", \"#\", \";\", a backslash or an encoded slash, a "
		    "\"/\" at its end, or a segment with a blank at either end "
		    "or a dot at its end";
	for (earlier = r->rule; earlier < rule; earlier++)
		if (strcmp(earlier->path, path) == 0)
			return "a second rule for this path";
	rule->path = path;
	why = set_who(rule, r->next_user, value);
	r->next_user += rule->nusers;
	r->n++;
	return why;
}

/* NULL, or what is wrong.  A key ends in a colon and a blank. */
static const char *
set_line(struct rules *r, char *line)
{
	char *key = trim(line), *colon = key;

	if (*key == '\0' || *key == '#')
		return NULL;
	while ((colon = strchr(colon, ':')) != NULL && colon[1] != ' ' &&
	    colon[1] != '\t')
		colon++;
	if (colon == NULL)
		return "no \": \"";
	*colon = '\0';
	line = trim(colon + 1);
	if (*key == '/')
		return set_rule(r, key, line);
	if (strcmp(key, "login") == 0)
		return set_login(r, line);
	if (strcmp(key, "fields") == 0)
		return set_fields(r, line);
	return "neither a path, login nor fields";
}

/* ---- judging ----------------------------------------------------------- */

static bool
covers(const char *prefix, const char *path)
{
	size_t n = strlen(prefix);

	return n == 1 || (strncmp(path, prefix, n) == 0 &&
	    (path[n] == '/' || path[n] == '\0'));
}

static bool
names(const struct rule *rule, const char *user)
{
	size_t i;

	for (i = 0; i < rule->nusers; i++)
		if (strcmp(rule->user[i], user) == 0)
			return true;
	return false;
}

static enum rules_answer
decide(const struct rule *rule, const char *user)
{
	if (rule == NULL)
		return RULES_REFUSE;
	if (rule->who == RULES_PUBLIC)
		return RULES_LET_IN;
	if (user == NULL)
		return RULES_LOGIN;
	return rule->who != RULES_NAMED || names(rule, user) ?
	    RULES_LET_IN : RULES_REFUSE;
}

/* A visitor passes where this rule, and all that were added before, say so. */
static void
add(struct rules_verdict *v, const struct rule *rule, const char *user)
{
	enum rules_answer answer = decide(rule, user);

	if (answer > v->answer)
		v->answer = answer;
	if (answer == RULES_REFUSE && v->why == NULL)
		v->why = rule == NULL ? "gate: no rule" : "gate: not this user";
	if (rule != NULL && rule->fresh > 0 &&
	    (v->fresh == 0 || rule->fresh < v->fresh))
		v->fresh = rule->fresh;
}

/*
 * The rule that all programs find in the sure beginning, and each longer one
 * that a program might find.
 */
static void
judge(struct rules_verdict *v, const struct rules *r,
    const struct reading *reading, const char *user)
{
	const struct rule *rule, *best = NULL;
	size_t n, longest = 0;

	for (rule = r->rule; rule < r->rule + r->n; rule++) {
		if (!covers(rule->path, reading->path))
			continue;
		n = rule->path[1] != '\0' ? strlen(rule->path) : 0;
		if (n > reading->sure)
			add(v, rule, user);
		else if (best == NULL || n > longest) {
			best = rule;
			longest = n;
		}
	}
	add(v, best, user);
}

struct rules_verdict
rules_judge(const struct rules *r, const char *uri, const char *user)
{
	struct rules_verdict v = { .answer = RULES_LET_IN };
	struct reading reading[READINGS_MOST];
	size_t i, n;

	if ((v.why = readings_refuse(uri)) != NULL) {
		v.answer = RULES_REFUSE;
		return v;
	}
	n = readings_of(reading, uri);
	for (i = 0; i < n; i++)
		judge(&v, r, &reading[i], user);
	return v;
}

/* ---- the whole --------------------------------------------------------- */

/* A login without a rule is in the web server's hands. */
static const char *
check_login(const struct rules *r)
{
	if (r->login == NULL)
		return "no login";
	if (rules_judge(r, r->login, NULL).answer == RULES_LOGIN)
		return "the login is not public: nobody could log in";
	return NULL;
}

static void
parse(struct rules *r, struct rules_wrong *wrong)
{
	char *line = r->text, *end;

	for (; wrong->why == NULL && (end = strchr(line, '\n')) != NULL;
	    line = end + 1) {
		*end = '\0';
		wrong->line++;
		wrong->why = set_line(r, line);
	}
	if (wrong->why != NULL)
		return;
	/* Half a file must not be taken for a whole one. */
	if (*line != '\0') {
		wrong->line++;
		wrong->why = "the last line does not end";
		return;
	}
	wrong->line = 0;
	wrong->why = check_login(r);
}

/* A user takes two bytes of the text at least. */
static struct rules *
new_rules(const char *text, size_t len)
{
	struct rules *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->text = malloc(len + 1);
	r->users = r->next_user = calloc(len / 2 + 1, sizeof *r->users);
	if (r->text == NULL || r->users == NULL) {
		rules_free(r);
		return NULL;
	}
	memcpy(r->text, text, len);
	r->text[len] = '\0';
	return r;
}

struct rules *
rules_parse(const char *text, size_t len, struct rules_wrong *wrong)
{
	struct rules *r = NULL;

	*wrong = (struct rules_wrong){ .line = 0 };
	if (len > RULES_BYTES)
		wrong->why = "over 65536 bytes";
	else if (!sess_is_text(text, len))
		wrong->why = "not UTF-8, or with a NUL";
	else if ((r = new_rules(text, len)) == NULL)
		wrong->why = "no memory";
	else
		parse(r, wrong);
	if (wrong->why == NULL)
		return r;
	rules_free(r);
	return NULL;
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	free(r->users);
	free(r->text);
	free(r);
}

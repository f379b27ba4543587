/* rules.c - who may see what: rules are read, paths are judged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rules.h"
#include "sess.h"

#define BLANKS " \t\r"
#define USER_BYTES 255
#define LOGIN_BYTES 255
#define FRESH_MAX (366 * 86400) /* s; more is no limit */

/* ---- paths ------------------------------------------------------------- */

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that "%XX" stands for; -1: it is no such thing. */
static int
escaped(const char *at)
{
	if (at[0] != '%' || digit(at[1]) < 0 || digit(at[2]) < 0)
		return -1;
	return digit(at[1]) * 16 + digit(at[2]);
}

/* Decode once, in place; false: a "%" that is none, a NUL, no text. */
static bool
decode(char *text)
{
	const char *from = text;
	char *to = text;
	int c;

	while (*from != '\0') {
		c = (unsigned char)*from;
		if (c == '%' && (c = escaped(from)) <= 0)
			return false;
		from += *from == '%' ? 3 : 1;
		*to++ = (char)c;
	}
	*to = '\0';
	return sess_is_text(text, (size_t)(to - text));
}

/*
 * Of "//", "." and ".." (RFC 3986, 5.2.4), in place.  False above the root,
 * and where ".." and "//" meet: who merges first goes up further.
 */
static bool
resolve(char *path)
{
	bool empty = false, up = false;
	char *in = path, *out = path;
	size_t n;

	while (*in == '/') {
		n = strcspn(++in, "/");
		empty |= n == 0 && *in == '/';
		if (n == 2 && strncmp(in, "..", 2) == 0) {
			up = true;
			if (out == path)
				return false;
			while (*--out != '/')
				;
		} else if (n > 1 || (n == 1 && *in != '.')) {
			*out++ = '/';
			memmove(out, in, n);
			out += n;
		}
		in += n;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
	return !(empty && up);
}

/*
 * What some take for something else: a backslash for a slash; ";" for the
 * start of what is cut off; "#" for the end; an escape that is left for one
 * to be decoded once more; controls for anything.
 */
static bool
ambiguous(const char *path)
{
	for (; *path != '\0'; path++)
		if ((unsigned char)*path < ' ' || *path == 0x7f ||
		    strchr("\\;#", *path) != NULL || escaped(path) >= 0)
			return true;
	return false;
}

/* An encoded slash is one to some, and part of a name to others. */
static bool
hides_slash(const char *uri)
{
	for (; *uri != '\0'; uri++)
		if (escaped(uri) == '/')
			return true;
	return false;
}

bool
rules_path(char path[RULES_PATH_MAX], const char *uri)
{
	size_t len = strcspn(uri, "?");

	if (*uri != '/' || len >= RULES_PATH_MAX)
		return false;
	memcpy(path, uri, len);
	path[len] = '\0';
	return !hides_slash(path) && decode(path) && !ambiguous(path) &&
	    resolve(path);
}

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
	char path[RULES_PATH_MAX];

	if (r->login != NULL)
		return "a second login";
	if (strlen(value) > LOGIN_BYTES || !rules_path(path, value) ||
	    strchr(value, '?') != NULL || !sess_same_site_path(value))
		return "login: no path of this site";
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
		if (!decode(*next) || strlen(*next) > USER_BYTES)
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
	char resolved[RULES_PATH_MAX];
	const char *why;

	if (r->n == RULES_MOST)
		return "over 1000 rules";
	if (!rules_path(resolved, path) || !decode(path) ||
	    strcmp(path, resolved) != 0)
		return "no path, or one with \"?\", \"//\", \".\", \"..\" or "
		    "a \"/\" at its end";
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

static const struct rule *
find(const struct rules *r, const char *path)
{
	const struct rule *best = NULL, *rule;

	for (rule = r->rule; rule < r->rule + r->n; rule++)
		if (covers(rule->path, path) && (best == NULL ||
		    strlen(rule->path) > strlen(best->path)))
			best = rule;
	return best;
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

struct rules_verdict
rules_judge(const struct rules *r, const char *uri, const char *user)
{
	struct rules_verdict v = { .answer = RULES_REFUSE };
	char path[RULES_PATH_MAX];
	const struct rule *rule;

	if (!rules_path(path, uri)) {
		v.why = "gate: a path that can be read in several ways";
		return v;
	}
	rule = find(r, path);
	v.answer = decide(rule, user);
	v.fresh = rule != NULL ? rule->fresh : 0;
	if (v.answer == RULES_REFUSE)
		v.why = rule == NULL ? "gate: no rule" : "gate: not this user";
	return v;
}

/* ---- the whole --------------------------------------------------------- */

static const char *
check_login(const struct rules *r)
{
	char path[RULES_PATH_MAX];
	const struct rule *rule;

	if (r->login == NULL)
		return "no login";
	if (!rules_path(path, r->login) ||
	    ((rule = find(r, path)) != NULL &&
	    rule->who != RULES_PUBLIC))
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

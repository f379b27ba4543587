/*
 * readings.c - in how many ways the path of a request can be read.
 *
 * What was met where: GATE.md names the programs.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "readings.h"
#include "sess.h"

/* ---- escapes ----------------------------------------------------------- */

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

bool
readings_decode(char *text)
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

/* WHATWG URL, path percent-encode set: a browser escapes these, always. */
static bool
browser_escapes(unsigned char c)
{
	return c <= ' ' || c >= 0x7f || strchr("\"#<>?`{}", c) != NULL;
}

/*
 * Does a browser write this escape of c by itself?  Then a route of a program
 * that does not decode has it, too.  Any other escape such a program takes for
 * another name.
 */
static bool
browsers_own(const char *at, int c)
{
	return (browser_escapes((unsigned char)c) || c == '%') &&
	    at[1] < 'a' && at[2] < 'a';
}

/* ---- what is refused --------------------------------------------------- */

/* A browser escapes it, so in the URI itself it is from something else. */
static bool
unescaped(const char *path)
{
	for (; *path != '\0'; path++)
		if (browser_escapes((unsigned char)*path))
			return true;
	return false;
}

/* An encoded slash is one to some, and part of a name to others. */
static bool
hides_slash(const char *path)
{
	for (; *path != '\0'; path++)
		if (escaped(path) == '/')
			return true;
	return false;
}

/*
 * What some take for something else, in a decoded path: a backslash for a
 * slash; ";" for the start of what is cut off; "?" and "#" for the end; an
 * escape that is left for one to be decoded once more; controls for anything.
 */
static bool
ambiguous(const char *path)
{
	for (; *path != '\0'; path++)
		if ((unsigned char)*path < ' ' || *path == 0x7f ||
		    strchr("\\;?#", *path) != NULL || escaped(path) >= 0)
			return true;
	return false;
}

/*
 * "." and ".." lead away, and so do others when blanks are trimmed.  "..."
 * and the like are names.
 */
static bool
leads_away(const char *segment, size_t n)
{
	size_t dots = strspn(segment, ".");

	return strspn(segment, ". +") >= n && memchr(segment, '.', n) != NULL &&
	    (dots < n || n <= 2);
}

/* In a decoded path that begins with a slash. */
static bool
has_dots(const char *path)
{
	size_t n;

	while (*path == '/') {
		n = strcspn(++path, "/");
		if (leads_away(path, n))
			return true;
		path += n;
	}
	return false;
}

/* The path alone; false: it does not fit. */
static bool
cut_query(char path[READING_MAX], const char *uri)
{
	size_t len = strcspn(uri, "?");

	if (len >= READING_MAX)
		return false;
	memcpy(path, uri, len);
	path[len] = '\0';
	return true;
}

const char *
readings_refuse(const char *uri)
{
	char path[READING_MAX];

	/* "//host/path": new URL(), parse_url() and urlsplit() drop the host. */
	if (uri[0] != '/' || uri[1] == '/')
		return "gate: the path must begin with one slash";
	if (!cut_query(path, uri))
		return "gate: the path must be below 2048 bytes";
	if (unescaped(path))
		return "gate: the path has a byte that browsers escape";
	if (hides_slash(path))
		return "gate: the path has an encoded slash";
	if (!readings_decode(path))
		return "gate: the path, decoded, must be UTF-8 without NUL";
	if (ambiguous(path))
		return "gate: the path has a backslash, semicolon, encoded "
		    "question mark, hash, control or an escape in an escape";
	if (has_dots(path))
		return "gate: the path has a dot segment, which browsers "
		    "resolve themselves";
	return NULL;
}

/* ---- one reading ------------------------------------------------------- */

/* "+" and "%2B", in a path; decoded as in forms; and decoded so twice. */
enum plus { BOTH_STAY, ONE_IS_BLANK, BOTH_ARE_BLANK };

static char
read_plus(char c, bool escape, enum plus plus)
{
	return c == '+' && (plus == BOTH_ARE_BLANK ||
	    (plus == ONE_IS_BLANK && !escape)) ? ' ' : c;
}

/* Without blanks around it and dots behind; returns its length. */
static size_t
trim(char *segment, size_t n)
{
	size_t before = strspn(segment, " ");

	while (n > before && strchr(". ", segment[n - 1]) != NULL)
		n--;
	n -= before;
	memmove(segment, segment + before, n);
	segment[n] = '\0';
	return n;
}

/*
 * The segment at *from, which moves behind it; returns its length.  *sure
 * becomes false where some program would leave it as it is.
 */
static size_t
read_segment(char *to, const char **from, enum plus plus, bool *sure)
{
	size_t n = 0, left;
	int c;

	while (**from != '/' && **from != '\0') {
		c = escaped(*from);
		*sure &= c < 0 || browsers_own(*from, c);
		to[n++] = read_plus(c < 0 ? **from : (char)c, c >= 0, plus);
		*from += c < 0 ? 1 : 3;
	}
	to[n] = '\0';
	left = trim(to, n);
	/* An empty one is dropped; at the end it says nothing. */
	*sure &= left == n && (n > 0 || **from == '\0');
	return left;
}

/* PHP's parse_url() finds no path at all in "/x:80" and "/x:80/y". */
static bool
like_a_port(const char *path)
{
	size_t n;

	while ((path = strchr(path, ':')) != NULL) {
		n = strspn(++path, "0123456789");
		if (n >= 1 && n <= 5 && (path[n] == '/' || path[n] == '\0'))
			return true;
	}
	return false;
}

static void
read_path(struct reading *r, const char *path, enum plus plus)
{
	size_t n = 0, left;
	bool sure = true;

	r->sure = 0;
	while (*path == '/') {
		path++;
		r->path[n] = '/';
		left = read_segment(r->path + n + 1, &path, plus, &sure);
		n += left > 0 ? 1 + left : 0;
		if (sure)
			r->sure = n;
	}
	r->path[n > 0 ? n : 1] = '\0';
	if (like_a_port(r->path))
		r->sure = 0;
}

size_t
readings_of(struct reading reading[READINGS_MOST], const char *uri)
{
	char path[READING_MAX];
	enum plus plus;

	cut_query(path, uri);
	read_path(&reading[0], path, BOTH_STAY);
	if (strchr(reading[0].path, '+') == NULL)
		return 1;
	for (plus = ONE_IS_BLANK; plus <= BOTH_ARE_BLANK; plus++)
		read_path(&reading[plus], path, plus);
	return READINGS_MOST;
}

bool
readings_agree(const char *uri)
{
	struct reading reading[READINGS_MOST];

	return readings_refuse(uri) == NULL && readings_of(reading, uri) == 1 &&
	    (reading->sure == strlen(reading->path) ||
	    strcmp(reading->path, "/") == 0);
}

bool
readings_prefix(char *path)
{
	char segment[READING_MAX];
	size_t n;

	if (*path != '/' || strlen(path) >= READING_MAX ||
	    hides_slash(path) || !readings_decode(path) || ambiguous(path))
		return false;
	if (path[1] == '\0')
		return true;
	while (*path == '/') {
		n = strcspn(++path, "/");
		memcpy(segment, path, n);
		segment[n] = '\0';
		if (n == 0 || trim(segment, n) != n)
			return false;
		path += n;
	}
	return true;
}

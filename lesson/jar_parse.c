/* jar_parse.c - a Set-Cookie as a browser reads it (RFC 6265bis, 5.6). */
/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "lesson/jar_parse.h"

/* Locale and sign of char play no part here. */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is(struct jar_text t, const char *word)
{
	return t.n == strlen(word) && strncasecmp(t.s, word, t.n) == 0;
}

/* ---- dates ---------------------------------------------------------------- */

/* What a date has so far; the first part of each kind counts. */
struct date {
	bool has_time, has_day, has_month, has_year;
	int hour, minute, second, day, month, year;
};

/* "delimiter" of 5.1.1: all of ASCII but digits, letters, colon, controls. */
static bool
is_delimiter(char c)
{
	return c == '\t' || (c >= ' ' && c <= '/') || (c >= ';' && c <= '@') ||
	    (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/*
 * Read min to max digits at the beginning, and move past them.  False where
 * there are fewer, or more.
 */
static bool
take_number(struct jar_text *t, size_t min, size_t max, int *number)
{
	size_t n = 0;
	int v = 0;

	for (; n < t->n && n <= max && is_digit(t->s[n]); n++)
		v = 10 * v + (t->s[n] - '0');
	if (n < min || n > max)
		return false;
	t->s += n;
	t->n -= n;
	*number = v;
	return true;
}

static bool
take_colon(struct jar_text *t)
{
	if (t->n == 0 || *t->s != ':')
		return false;
	t->s++;
	t->n--;
	return true;
}

static bool
read_time(struct date *d, struct jar_text t)
{
	int h, m, s;

	if (!take_number(&t, 1, 2, &h) || !take_colon(&t) ||
	    !take_number(&t, 1, 2, &m) || !take_colon(&t) ||
	    !take_number(&t, 1, 2, &s))
		return false;
	d->hour = h;
	d->minute = m;
	d->second = s;
	return true;
}

/* From 1; letters behind the third play no part. */
static bool
read_month(struct date *d, struct jar_text t)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	int i;

	if (t.n < 3)
		return false;
	for (i = 0; i < 12; i++)
		if (strncasecmp(t.s, names + 3 * i, 3) == 0)
			break;
	d->month = i + 1;
	return i < 12;
}

/* Two digits are a year from 1970 to 2069. */
static bool
read_year(struct date *d, struct jar_text t)
{
	int year;

	if (!take_number(&t, 2, 4, &year))
		return false;
	if (year < 100)
		year += year >= 70 ? 1900 : 2000;
	d->year = year;
	return true;
}

/* Each part of the date is the first thing that looks like it. */
static void
read_token(struct date *d, struct jar_text t)
{
	struct jar_text rest = t;

	if (!d->has_time && read_time(d, t))
		d->has_time = true;
	else if (!d->has_day && take_number(&rest, 1, 2, &d->day))
		d->has_day = true;
	else if (!d->has_month && read_month(d, t))
		d->has_month = true;
	else if (!d->has_year && read_year(d, t))
		d->has_year = true;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
month_days(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Years from 1601 on: no fraction is rounded the wrong way. */
static int64_t
seconds_of(const struct date *d)
{
	int before = d->year - 1, leaps = before / 4 - before / 100 +
	    before / 400 - 477, month;      /* 477 before 1970 */
	int64_t days = (int64_t)365 * (d->year - 1970) + leaps + d->day - 1;

	for (month = 1; month < d->month; month++)
		days += month_days(d->year, month);
	return ((days * 24 + d->hour) * 60 + d->minute) * 60 + d->second;
}

bool
jar_parse_date(struct jar_text t, int64_t *time)
{
	struct date d = { .has_time = false };
	size_t i, start;

	for (i = 0; i < t.n; ) {
		while (i < t.n && is_delimiter(t.s[i]))
			i++;
		for (start = i; i < t.n && !is_delimiter(t.s[i]); )
			i++;
		read_token(&d, (struct jar_text){ t.s + start, i - start });
	}
	/* a day or a year that is missing is 0 */
	if (!d.has_time || !d.has_month || d.year < 1601 || d.day < 1 ||
	    d.day > month_days(d.year, d.month) || d.hour > 23 ||
	    d.minute > 59 || d.second > 59)
		return false;
	*time = seconds_of(&d);
	return true;
}

/* ---- attributes ----------------------------------------------------------- */

/* Nothing lives longer than 400 days (5.5). */
static int64_t
limited(int64_t expires, int64_t now)
{
	return expires > now + JAR_AGE_MAX ? now + JAR_AGE_MAX : expires;
}

static void
read_expires(struct jar_parsed *p, struct jar_text value, int64_t now)
{
	int64_t time;

	if (!jar_parse_date(value, &time))
		return;
	p->has_expires = true;
	p->expires = limited(time, now);
}

/* Digits, and perhaps a "-" in front of them; any number of them. */
static void
read_max_age(struct jar_parsed *p, struct jar_text value, int64_t now)
{
	bool minus = value.n > 0 && value.s[0] == '-';
	int64_t age = 0;
	size_t i;

	if (value.n == (size_t)minus)
		return;
	for (i = minus; i < value.n; i++) {
		if (!is_digit(value.s[i]))
			return;
		if (age < JAR_AGE_MAX)
			age = 10 * age + (value.s[i] - '0');
	}
	p->has_max_age = true;
	p->max_age = minus ? INT64_MIN : limited(now + age, now);
}

/* A dot in front plays no part: subdomains are always meant. */
static void
read_domain(struct jar_parsed *p, struct jar_text value)
{
	p->domain = value;
	if (value.n > 0 && value.s[0] == '.') {
		p->domain.s++;
		p->domain.n--;
	}
}

static void
read_path(struct jar_parsed *p, struct jar_text value)
{
	p->has_path = true;
	p->path = value;
	if (value.n > 0 && value.s[0] != '/')
		p->path.n = 0;
}

/* A word that is not known is none, and takes back one before it. */
static void
read_same_site(struct jar_parsed *p, struct jar_text value)
{
	p->same_site = is(value, "None") ? JAR_NONE :
	    is(value, "Strict") ? JAR_STRICT :
	    is(value, "Lax") ? JAR_LAX : JAR_DEFAULT;
}

static void
read_attribute(struct jar_parsed *p, struct jar_text name,
    struct jar_text value, int64_t now)
{
	if (value.n > JAR_ATTRIBUTE_MAX)
		return;
	if (is(name, "Expires"))
		read_expires(p, value, now);
	else if (is(name, "Max-Age"))
		read_max_age(p, value, now);
	else if (is(name, "Domain"))
		read_domain(p, value);
	else if (is(name, "Path"))
		read_path(p, value);
	else if (is(name, "Secure"))
		p->secure = true;
	else if (is(name, "HttpOnly"))
		p->http_only = true;
	else if (is(name, "SameSite"))
		read_same_site(p, value);
}

/* ---- the whole ------------------------------------------------------------ */

static struct jar_text
trimmed(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return (struct jar_text){ s, (size_t)(end - s) };
}

/*
 * Cut what stands before the next ";" at its first "=", and return the end of
 * it.  *equals: there was one.
 */
static const char *
cut(const char *s, struct jar_text *name, struct jar_text *value, bool *equals)
{
	const char *end = s + strcspn(s, ";");
	const char *at = memchr(s, '=', (size_t)(end - s));

	*equals = at != NULL;
	*name = trimmed(s, at != NULL ? at : end);
	*value = trimmed(at != NULL ? at + 1 : end, end);
	return end;
}

/* Any control character but the tab, anywhere. */
static bool
has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
			return true;
	return false;
}

const char *
jar_parse(struct jar_parsed *p, const char *set_cookie, int64_t now)
{
	struct jar_text name, value;
	const char *s;
	bool equals;

	*p = (struct jar_parsed){ .same_site = JAR_DEFAULT };
	if (has_control(set_cookie))
		return "control";
	s = cut(set_cookie, &p->name, &p->value, &equals);
	if (!equals) {          /* a value without a name */
		p->value = p->name;
		p->name.n = 0;
	}
	if (p->name.n + p->value.n == 0)
		return "empty";
	if (p->name.n + p->value.n > JAR_PAIR_MAX)
		return "too-long";
	while (*s == ';') {
		s = cut(s + 1, &name, &value, &equals);
		read_attribute(p, name, value, now);
	}
	return NULL;
}

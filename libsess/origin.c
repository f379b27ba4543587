/*
 * origin.c - where each setting comes from, and how a person is told of it.
 *
 * Of a line of a file nothing is told but its number and what we know anyway:
 * LIBSESS_CONF may name a file of secrets.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "origin.h"

/* ---- values, as a person writes them ----------------------------------- */

/* The default of an enum is its first word. */
static void
add_choice(struct buf *b, const char *const *words)
{
	int i;

	buf_addf(b, "%s (the default)", words[0]);
	for (i = 1; words[i] != NULL; i++)
		buf_addf(b, ", %s", words[i]);
}

static void
add_words(struct buf *b, const char *const *words)
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		buf_addf(b, "%s%s", i > 0 ? ", " : "", words[i]);
}

void
origin_takes(struct buf *b, const struct setting *s)
{
	switch (s->kind) {
	case SETTING_TEXT: buf_adds(b, s->takes); break;
	case SETTING_TIME: buf_adds(b, "90, 90s, 30m, 8h, 2d"); break;
	case SETTING_TIME_OR_NEVER:
		buf_adds(b, "90, 90s, 30m, 8h, 2d, never");
		break;
	case SETTING_SIZE: buf_adds(b, "5000, 16k, 1m"); break;
	case SETTING_BOOL: buf_adds(b, "yes, no"); break;
	case SETTING_WORD: add_choice(b, s->words); break;
	case SETTING_CARRY:
		buf_adds(b, "any of ");
		add_words(b, setting_ways);
		break;
	}
}

/* In the largest unit that leaves no rest. */
static void
add_number(struct buf *b, int64_t n, const struct setting_units *units)
{
	int i, best = -1;

	for (i = 0; units->letters[i] != '\0'; i++)
		if (n != 0 && n % units->factors[i] == 0)
			best = i;
	if (best < 0)
		buf_addf(b, "%" PRId64, n);
	else
		buf_addf(b, "%" PRId64 "%c", n / units->factors[best],
		    units->letters[best]);
}

static void
add_ways(struct buf *b, unsigned carry)
{
	const char *before = "";
	int i;

	for (i = 0; setting_ways[i] != NULL; i++)
		if ((carry & 1u << i) != 0) {
			buf_addf(b, "%s%s", before, setting_ways[i]);
			before = " ";
		}
}

/* What a program has put into an enum may be no word at all. */
static const char *
word_of(const struct setting *s, int value)
{
	int i;

	for (i = 0; s->words[i] != NULL; i++)
		if (i == value)
			return s->words[i];
	return "none of its words";
}

static void
add_value(struct buf *b, const struct setting *s, const void *at)
{
	int i;

	switch (s->kind) {
	case SETTING_TEXT:
		buf_addf(b, "%.80s", *(const char *const *)at);
		break;
	case SETTING_TIME:
	case SETTING_TIME_OR_NEVER:
		if (*(const int64_t *)at < 0)
			buf_adds(b, "never");
		else
			add_number(b, *(const int64_t *)at, &setting_times);
		break;
	case SETTING_SIZE:
		add_number(b, *(const size_t *)at < INT64_MAX ?
		    (int64_t)*(const size_t *)at : INT64_MAX, &setting_sizes);
		break;
	case SETTING_BOOL: buf_adds(b, *(const bool *)at ? "yes" : "no"); break;
	case SETTING_WORD:
		memcpy(&i, at, sizeof i);
		buf_adds(b, word_of(s, i));
		break;
	case SETTING_CARRY: add_ways(b, *(const unsigned *)at); break;
	}
}

void
origin_variable(struct buf *b, const struct setting *s)
{
	const char *c;

	buf_adds(b, "LIBSESS_");
	for (c = s->key; *c != '\0'; c++)
		buf_addc(b, *c == '_' ? '_' : (char)(*c - 'a' + 'A'));
}

static void
add_origin(struct buf *b, const struct setting *s, int origin)
{
	switch (origin) {
	case ORIGIN_DEFAULT: buf_adds(b, " (the default)"); break;
	case ORIGIN_PROGRAM: buf_adds(b, " (the program)"); break;
	case ORIGIN_VARIABLE:
		buf_adds(b, " (");
		origin_variable(b, s);
		buf_addc(b, ')');
		break;
	default: buf_addf(b, " (line %d of the file)", origin); break;
	}
}

void
origin_show(struct buf *b, const struct sess_conf *conf,
    const struct origins *origins, const char *key)
{
	const struct setting *s = setting_find(key);
	int origin = origins->at[s - settings];

	buf_adds(b, s->key);
	if (s->kind != SETTING_TEXT || origin <= ORIGIN_DEFAULT) {
		buf_adds(b, " = ");
		add_value(b, s, (const char *)conf + s->offset);
	}
	add_origin(b, s, origin);
}

/* ---- where they come from ---------------------------------------------- */

static bool
is_zero(const struct setting *s, const void *at)
{
	static const struct sess_conf zero;
	static const size_t size[] = {
		[SETTING_TEXT] = sizeof(char *),
		[SETTING_TIME] = sizeof(int64_t),
		[SETTING_TIME_OR_NEVER] = sizeof(int64_t),
		[SETTING_SIZE] = sizeof(size_t),
		[SETTING_BOOL] = sizeof(bool), [SETTING_WORD] = sizeof(int),
		[SETTING_CARRY] = sizeof(unsigned),
	};

	return memcmp(at, (const char *)&zero + s->offset, size[s->kind]) ==
	    0;
}

void
origins_begin(struct origins *origins, const struct sess_conf *conf)
{
	const struct setting *s;

	for (s = settings; s < settings + SETTINGS; s++)
		origins->at[s - settings] =
		    is_zero(s, (const char *)conf + s->offset) ?
		    ORIGIN_DEFAULT : ORIGIN_PROGRAM;
}

void
origin_note(struct origins *origins, const char *key, int origin)
{
	origins->at[setting_find(key) - settings] = origin;
}

/* ---- names of no setting ----------------------------------------------- */

#define PREFIX "LIBSESS_"
#define NAME_MOST 32            /* bytes of a name that is compared */

static int
least(int a, int b)
{
	return a < b ? a : b;
}

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/*
 * How many letters are to be put in, taken out, replaced or changed with their
 * neighbour: the optimal string alignment.
 */
static int
distance(const char *a, size_t na, const char *b, size_t nb)
{
	int d[NAME_MOST + 1][NAME_MOST + 1];
	size_t i, j;

	for (i = 0; i <= na; i++)
		for (j = 0; j <= nb; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = (int)(i + j);
				continue;
			}
			d[i][j] = least(d[i - 1][j - 1] +
			    (small(a[i - 1]) != b[j - 1]),
			    least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && small(a[i - 1]) == b[j - 2] &&
			    small(a[i - 2]) == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[na][nb];
}

const struct setting *
origin_near(const char *name, size_t n)
{
	const struct setting *s, *best = NULL;
	size_t len;
	int d, most;

	if (n > sizeof PREFIX - 1 &&
	    memcmp(name, PREFIX, sizeof PREFIX - 1) == 0) {
		name += sizeof PREFIX - 1;
		n -= sizeof PREFIX - 1;
	}
	if (n < 3 || n > NAME_MOST)
		return NULL;
	most = n < 6 ? 1 : 2;
	for (s = settings; s < settings + SETTINGS; s++) {
		len = strlen(s->key);
		d = len > NAME_MOST ? most + 1 :
		    distance(name, n, s->key, len);
		if (d <= most) {
			most = d - 1;
			best = s;
		}
	}
	return best;
}

/*
 * words.c - find words, and the language to say them in.
 */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "words.h"

#define PAGES_DATA_WORDS
#include "pages_data.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *
words_code(int lang)
{
	if (lang < 0 || (size_t)lang >= COUNT(word_langs))
		return NULL;
	return word_langs[lang];
}

int
words_lang(const char *code)
{
	for (int i = 0; code != NULL && words_code(i) != NULL; i++)
		if (strcmp(words_code(i), code) == 0)
			return i;
	return -1;
}

static int
by_key(const void *key, const void *word)
{
	return strcmp(key, ((const struct word *)word)->key);
}

/* The texts of a key in all languages, or NULL. */
static const char *const *
texts_of(const char *key)
{
	const struct word *w = bsearch(key, words, COUNT(words),
	    sizeof(words[0]), by_key);

	return w != NULL ? w->text : NULL;
}

const char *
words_get(int lang, const char *key)
{
	const char *const *texts = texts_of(key);

	return texts != NULL ? texts[lang] : key;
}

bool
words_has(const char *key)
{
	return texts_of(key) != NULL;
}

/*
 * The quality of a range that goes on with these parameters, as thousandths:
 * ";q=0.8" is 800, nothing is 1000.  What is no quality counts as 0: such a
 * language was not clearly asked for.
 */
static int
quality(const char *q)
{
	int sum, place = 100;

	q += strspn(q, " \t");
	if (*q == ',' || *q == '\0')
		return 1000;
	q += strspn(q, "; \t");
	if (strncasecmp(q, "q=", 2) != 0)
		return 0;
	q += 2;
	if (*q != '0' && *q != '1')
		return 0;
	sum = *q++ == '1' ? 1000 : 0;
	if (*q == '.')
		for (q++; *q >= '0' && *q <= '9' && place > 0; place /= 10)
			sum += (*q++ - '0') * place;
	return sum > 1000 ? 1000 : sum;
}

/* The language of one range such as "de-AT"; -1 if we do not speak it. */
static int
range_lang(const char *range, size_t len)
{
	size_t part = strcspn(range, "-");

	if (part > len)
		part = len;
	for (int i = 0; words_code(i) != NULL; i++)
		if (strlen(words_code(i)) == part &&
		    strncasecmp(words_code(i), range, part) == 0)
			return i;
	return -1;
}

int
words_accepted(const char *accept)
{
	int best = -1, best_q = 0;

	while (*accept != '\0') {
		size_t len;
		int lang, q;

		accept += strspn(accept, ", \t");
		len = strcspn(accept, ";, \t");
		lang = range_lang(accept, len);
		q = quality(accept + len);
		/* the first of equals wins: it was named first */
		if (lang >= 0 && q > best_q) {
			best = lang;
			best_q = q;
		}
		accept += strcspn(accept, ",");
	}
	return best;
}

int
words_choose(const struct sess_req *req, const struct sess *s)
{
	const char *accept = sess_req_header(req, "Accept-Language");
	int lang = s != NULL ? words_lang(sess_get(s, "lang")) : -1;

	if (lang < 0 && accept != NULL)
		lang = words_accepted(accept);
	return lang < 0 ? 0 : lang;
}

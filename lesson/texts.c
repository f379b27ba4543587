/* texts.c - find a text of the lesson. */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "lesson/texts.h"

#include "lesson/lesson_data.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
by_key(const void *key, const void *word)
{
	return strcmp(key, ((const struct lesson_word *)word)->key);
}

/* The key's row of the table, or NULL. */
static const struct lesson_word *
find(const char *key)
{
	return bsearch(key, lesson_words, COUNT(lesson_words),
	    sizeof(lesson_words[0]), by_key);
}

const char *
lesson_text(int lang, const char *key)
{
	const struct lesson_word *word = find(key);

	if (word == NULL)
		return key;
	return word->text[lesson_speaks(lang)];
}

int
lesson_speaks(int lang)
{
	return lang == LESSON_DE ? LESSON_DE : LESSON_EN;
}

bool
lesson_has(const char *key)
{
	return find(key) != NULL;
}

const char *
lesson_key(unsigned int i)
{
	return i < COUNT(lesson_words) ? lesson_words[i].key : NULL;
}

/*
 * words.h - the words of the pages, in the languages of www/words.txt.
 *
 * A language is a small number; 0 is English, the one of last resort.
 */
/* SPDX-License-Identifier: ISC */
#ifndef WORDS_H
#define WORDS_H

#include "sess.h"

#define WORDS_KEY_MAX 64        /* bytes of a key, with its NUL */

/*
 * The visitor's language: what the session remembers (field "lang"; NULL:
 * there is none), else what the browser asks for (RFC 9110, 12.5.4), else
 * English.
 */
int words_choose(const struct sess_req *, const struct sess *);

/* The language best liked by an Accept-Language value, or -1. */
int words_accepted(const char *accept);

/* "de" of a language; NULL past the last one. */
const char *words_code(int lang);

/* The language of a code of exactly these letters, or -1. */
int words_lang(const char *code);

/*
 * The text of a key, already escaped for HTML; the key itself if there is
 * none, so that a gap is seen and nothing breaks.
 */
const char *words_get(int lang, const char *key);

/* Is there one? */
bool words_has(const char *key);

#endif

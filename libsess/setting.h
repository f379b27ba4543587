/* setting.h - every setting: its key, its type, its default. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_SETTING_H
#define SESS_SETTING_H

#include "pool.h"

/* SETTING_TIME_OR_NEVER: -1 is no time. */
enum setting_kind { SETTING_TEXT, SETTING_TIME, SETTING_TIME_OR_NEVER,
	SETTING_SIZE, SETTING_BOOL, SETTING_WORD, SETTING_CARRY };

struct setting {
	const char *key;
	enum setting_kind kind;
	size_t offset;          /* in struct sess_conf */
	int64_t dflt;           /* of numbers; 0: see setting_complete() */
	const char *text;       /* of texts ... */
	bool (*ok)(const char *);       /* ... what they must be ... */
	const char *takes;              /* ... as a person would say it */
	const char *const *words;       /* ... or what words there are */
};

/* All of them, and what their values are made of. */
#define SETTINGS 47
extern const struct setting settings[];

struct setting_units {
	char letters[5];
	int64_t factors[4];
};

extern const struct setting_units setting_times, setting_sizes;
extern const char *const setting_ways[];

/* The one of this key, or NULL. */
const struct setting *setting_find(const char *key);

/* One "key = value" as in the file.  NULL, or what is wrong with it. */
const char *setting_set(struct sess_conf *, struct pool *, const char *key,
    const char *value);

/* Zero means the default: put it there. */
void setting_complete(struct sess_conf *);

#endif

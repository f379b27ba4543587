/*
 * rules.h - who may see what, as a person writes it down.
 *
 *	# the longest prefix wins; nothing else is let through
 *	login: /demo/login
 *	fields: theme lang
 *	/: public
 *	/private: signed-in
 *	/admin: users alice bob
 *	/billing: signed-in fresh 15m
 *
 * A prefix ends where a segment of the path ends: /admin is /admin and
 * /admin/x, and never /administrator.  Paths and users are percent-encoded
 * where they have a blank or the like in them.
 */
/* SPDX-License-Identifier: ISC */
#ifndef RULES_H
#define RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RULES_BYTES (64 * 1024)         /* of the text */
#define RULES_MOST 1000
#define RULES_USERS 64                  /* of one rule */
#define RULES_FIELDS 16

enum rules_who { RULES_PUBLIC, RULES_SIGNED_IN, RULES_NAMED };

struct rule {
	const char *path;
	enum rules_who who;
	const char *const *user;        /* where users are named */
	size_t nusers;
	int64_t fresh;                  /* s since the login; 0: any time */
};

struct rules {
	char *text;                     /* what all strings are parts of */
	const char **users;             /* all of them, and the next one */
	const char **next_user;
	const char *login;
	const char *field[RULES_FIELDS];
	size_t nfields;
	struct rule rule[RULES_MOST];
	size_t n;
};

/* What is wrong with a text, and in which line; line 0: with the whole. */
struct rules_wrong {
	int line;
	const char *why;
};

/* The rules of a text, to be freed; NULL: it is wrong. */
struct rules *rules_parse(const char *text, size_t len,
    struct rules_wrong *);
void rules_free(struct rules *);

enum rules_answer {
	RULES_LET_IN,
	RULES_LOGIN,            /* after a login perhaps */
	RULES_REFUSE
};

/* What the rules say of one request. */
struct rules_verdict {
	enum rules_answer answer;
	int64_t fresh;          /* where let in: s since the login at most,
				   or else it is RULES_LOGIN; 0: any time */
	const char *why;        /* where refused: a line for the log */
};

/*
 * uri: as the client sent it; user: who is logged in, or NULL.  They pass where
 * they pass in all readings of the URI's path, see readings.h.
 */
struct rules_verdict rules_judge(const struct rules *, const char *uri,
    const char *user);

#endif

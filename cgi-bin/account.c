/*
 * account.c - who you are here, and what happened to your account.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "input.h"
#include "sess_account.h"
#include "words.h"

#define HAPPENINGS_MAX 20       /* the newest that are no alarms */

/* Why a session ended, as libsess says it, in words for people. */
static const struct reason {
	const char *why, *word;
} reasons[] = {
	{ "unused for too long", "account.why.idle" },
	{ "its time was up", "account.why.time" },
	{ "the user ended it", "account.why.ended" },
	{ "the user ended all others", "account.why.others" },
	{ "a login more than max_sessions", "account.why.crowd" },
	{ "the password was changed", "account.why.password" },
	{ "the account was disabled", "account.why.disabled" },
	{ "a remember-me token was used twice", "account.why.stolen" },
};

/* What happened to the account itself: one kind, and the reason says what. */
static const struct reason acts[] = {
	{ "created", "account.kind.created" },
	{ "imported", "account.kind.created" },
	{ "disabled", "account.kind.disabled" },
	{ "enabled", "account.kind.enabled" },
	{ "tries forgotten", "account.kind.unlocked" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *
word_of(const struct reason *list, size_t n, const char *why)
{
	for (size_t i = 0; i < n; i++)
		if (why != NULL && strcmp(list[i].why, why) == 0)
			return list[i].word;
	return NULL;
}

static void
happening(struct page *p, const struct sess_happening *h)
{
	const char *act = NULL;
	char key[WORDS_KEY_MAX];

	if (strcmp(h->kind, "account") == 0)
		act = word_of(acts, COUNT(acts), h->why);
	snprintf(key, sizeof(key), "account.kind.%s", h->kind);
	page_row(p, "happenings");
	page_time(p, "at", h->at);
	page_word(p, "what", act != NULL ? act : key);
	page_word(p, "why", word_of(reasons, COUNT(reasons), h->why));
	page_bool(p, "alarm", h->alarm);
	page_text(p, "address", h->address);
	if (h->agent != NULL)
		agent_show(p, h->agent);
	page_end(p);
}

/* A user whom the site knows without an account has no times of one. */
static void
times(struct page *p, struct sess *s)
{
	struct sess_account_info info;

	if (sess_account_info(s, &info) != SESS_OK)
		return;
	page_time(p, "created", info.created);
	page_time(p, "changed", info.changed);
}

/* All alarms, or the page would acknowledge what others have pushed out. */
static void
happenings(struct page *p, struct sess *s)
{
	size_t n, shown = 0;
	const struct sess_happening *all = sess_happenings(s, &n);

	page_int(p, "most", HAPPENINGS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i].kind, "rotate") == 0)
			continue;       /* each hour, and no concern of his */
		if (all[i].alarm || shown++ < HAPPENINGS_MAX)
			happening(p, &all[i]);
	}
}

/* This page shows all alarms, so from then on they are seen. */
static int
show(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct page *p = page_new(req, res, s, "account");

	times(p, s);
	happenings(p, s);
	sess_news_read(s);
	return page_show(p, 200);
}

/* Nobody but the operator of the site can take this back. */
static int
disable(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	if (!sess_fresh(s, FRESH))
		return go_confirm(res, s, "account");
	if (sess_account_disable(s, sess_user(s)) != SESS_OK)
		return page_sorry(req, res, s, 503);
	sess_logout(s);
	return go_out(res);
}

static int
account(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *act = sess_req_field(req, "act");

	if (sess_user(s) == NULL)
		return go_login(res, s, "account");
	if (!input_is_post(req))
		return show(req, res, s);
	if (act == NULL || strcmp(act, "disable") != 0)
		return page_sorry(req, res, s, 400);
	return disable(req, res, s);
}

const struct sess_app account_app = {
	.handle = account, .refused = page_refused
};

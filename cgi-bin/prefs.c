/*
 * prefs.c - language and theme, remembered in the session.
 *
 * The page also shows what the browser itself remembers of the theme
 * (www/prefs.js): that stays when the session is over.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "input.h"
#include "page.h"
#include "words.h"

static const char *const themes[] = { "auto", "light", "dark" };

#define THEMES (sizeof(themes) / sizeof(themes[0]))

static bool
is_theme(const char *name)
{
	for (size_t i = 0; name != NULL && i < THEMES; i++)
		if (strcmp(themes[i], name) == 0)
			return true;
	return false;
}

/* The rows of a list to choose from; the chosen one is marked. */
static void
choices(struct page *p, const char *list, const char *code, bool chosen)
{
	char key[WORDS_KEY_MAX] = "prefs.";

	strcat(strcat(strcat(key, list), "."), code);
	page_row(p, list);
	page_text(p, "code", code);
	page_word(p, "label", key);
	page_bool(p, "chosen", chosen);
	page_end(p);
}

static int
show(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct page *p = page_new(req, res, s, "prefs");
	const char *theme = sess_get(s, "theme");
	int lang = words_choose(req, s);

	for (int i = 0; words_code(i) != NULL; i++)
		choices(p, "langs", words_code(i), i == lang);
	for (size_t i = 0; i < THEMES; i++)
		choices(p, "themes", themes[i],
		    strcmp(theme != NULL ? theme : "auto", themes[i]) == 0);
	page_text(p, "server-lang", sess_get(s, "lang"));
	page_text(p, "server-theme", theme);
	return page_show(p, 200);
}

static int
prefs(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *lang = sess_req_field(req, "lang");
	const char *theme = sess_req_field(req, "theme");

	if (!input_is_post(req))
		return show(req, res, s);
	if (words_lang(lang) < 0 || !is_theme(theme))
		return page_sorry(req, res, s, 400);
	sess_set(s, "lang", lang);
	sess_set(s, "theme", theme);
	return go_to(res, s, "prefs");
}

const struct sess_app prefs_app = { .handle = prefs, .refused = page_refused };

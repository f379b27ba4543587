/*
 * agent.c - which browser, on which system?
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "agent.h"

#define SHOWN_MAX 60            /* bytes of what is not known */

/* What stands in a User-Agent, and what it is called. */
struct sign {
	const char *text, *name;
};

/*
 * Each browser names those that it wants to be taken for, so the first that is
 * found here counts: Edge says Chrome, Chrome says Safari.
 */
static const struct sign browsers[] = {
	{ "Edg/", "Edge" }, { "EdgA/", "Edge" }, { "EdgiOS/", "Edge" },
	{ "OPR/", "Opera" }, { "Vivaldi/", "Vivaldi" },
	{ "SamsungBrowser/", "Samsung Internet" },
	{ "Firefox/", "Firefox" }, { "FxiOS/", "Firefox" },
	{ "Chrome/", "Chrome" }, { "CriOS/", "Chrome" },
	{ "Chromium/", "Chromium" }, { "Epiphany/", "GNOME Web" },
	{ "Safari/", "Safari" }, { "Lynx/", "Lynx" }, { "w3m/", "w3m" },
	{ "curl/", "curl" }, { "Wget/", "Wget" },
};

/* Android says Linux, and an iPhone "like Mac OS X". */
static const struct sign systems[] = {
	{ "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" },
	{ "Windows", "Windows" }, { "Mac OS X", "macOS" },
	{ "CrOS", "ChromeOS" }, { "Linux", "Linux" },
	{ "FreeBSD", "FreeBSD" }, { "OpenBSD", "OpenBSD" },
	{ "NetBSD", "NetBSD" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *
first_of(const struct sign *signs, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(text, signs[i].text) != NULL)
			return signs[i].name;
	return NULL;
}

struct agent
agent_read(const char *user_agent)
{
	struct agent a = {
		.browser = first_of(browsers, COUNT(browsers), user_agent)
	};

	if (a.browser != NULL)
		a.system = first_of(systems, COUNT(systems), user_agent);
	return a;
}

/* Its first bytes, but no half of a character. */
static void
shorten(char shown[SHOWN_MAX + 4], const char *text)
{
	size_t len = strlen(text);
	const char *more = len > SHOWN_MAX ? "\u2026" : "";

	if (len > SHOWN_MAX)
		for (len = SHOWN_MAX; len > 0 &&
		    ((unsigned char)text[len] & 0xc0) == 0x80; len--)
			;
	snprintf(shown, SHOWN_MAX + 4, "%.*s%s", (int)len, text, more);
}

void
agent_show(struct page *p, const char *user_agent)
{
	char shown[SHOWN_MAX + 4];
	struct agent a;

	if (user_agent == NULL || *user_agent == '\0') {
		page_word(p, "agent", "agent.unknown");
		return;
	}
	a = agent_read(user_agent);
	page_text(p, "browser", a.browser);
	page_text(p, "system", a.system);
	if (a.system != NULL) {
		page_word(p, "agent", "agent.on");
		return;
	}
	shorten(shown, user_agent);
	page_text(p, "agent", a.browser != NULL ? a.browser : shown);
}

/*
 * agent.h - a User-Agent, as a person would say it.
 */
/* SPDX-License-Identifier: ISC */
#ifndef AGENT_H
#define AGENT_H

#include "page.h"

/*
 * What calls itself so: "Firefox" on "Linux".  Both NULL where the browser is
 * not known; a system that is not known is NULL alone.  Anybody can call
 * himself anything, so it tells sessions apart, and proves nothing.
 */
struct agent {
	const char *browser, *system;
};

struct agent agent_read(const char *user_agent);

/*
 * The value "agent" of the page, or of its row: "Firefox on Linux" in the
 * visitor's language; of what is not known its own words, shortened.  NULL: it
 * did not say.
 */
void agent_show(struct page *, const char *user_agent);

#endif

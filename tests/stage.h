/*
 * stage.h - one site and one visitor, new for each test:
 *
 *	TestSuite(carry, .init = stage_plain, .fini = stage_clear);
 */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include "ops.h"

static struct site *site;
static struct visitor v;

static inline void
stage_clear(void)
{
	site_free(site);
	site = NULL;
}

/* Another app, or other settings, in place of what was there; with trace. */
static inline void
stage(const struct sess_app *app, const char *settings)
{
	if (site != NULL)
		stage_clear();
	site = site_new(app, settings);
	v = (struct visitor){ .site = site };
}

static inline void
with(const char *settings)
{
	stage(&ops, settings);
	quiet(site);
}

static inline void
stage_plain(void)
{
	with(NULL);
}

#endif

/* steps.c - the steps of the lesson, in order. */
/* SPDX-License-Identifier: ISC */
#include "lesson/steps.h"

const struct step steps[] = {
	{ "stateless", step_stateless, .answers = 3, .switches = 2 },
	{ "create", step_create, .answers = 3 },
	{ "attributes", step_attributes, .answers = 4, .switches = 3 },
	{ "return", step_return, .answers = 3, .switches = 1 },
	{ "unknown", step_unknown, .answers = 4, .minutes = 31 },
	{ "form", step_form, .answers = 3, .switches = 3 },
};

const size_t steps_count = sizeof(steps) / sizeof(steps[0]);

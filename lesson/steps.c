/* steps.c - the steps of the lesson, in order. */
/* SPDX-License-Identifier: ISC */
#include "lesson/steps.h"

const struct step steps[] = {
	{ "stateless", step_stateless, .answers = 3 },
	{ "create", step_create, .answers = 3 },
};

const size_t steps_count = sizeof(steps) / sizeof(steps[0]);

/* steps.c - the steps of the lesson, in order. */
/* SPDX-License-Identifier: ISC */
#include "lesson/steps.h"

const struct step steps[] = {
	{ "stateless", step_stateless, .answers = 3, .switches = 2 },
	{ "create", step_create, .answers = 3 },
	{ "attributes", step_attributes, .answers = 4, .switches = 3 },
	{ "return", step_return, .answers = 3, .switches = 1 },
	{ "unknown", step_unknown, .answers = 4, .minutes = 31 },
	{ "forms", step_form, .answers = 3, .switches = 3 },
	{ "wrong", step_wrong, .answers = 3, .switches = 3 },
	{ "login", step_login, .answers = 3, .switches = 1 },
	{ "drafts", step_drafts, .answers = 3, .switches = 1 },
	{ "cart", step_cart, .answers = 3, .switches = 1 },
	{ "expiry", step_expiry, .answers = 4, .switches = 2, .minutes = 31 },
	{ "rotate", step_rotate, .answers = 3, .switches = 3, .minutes = 1 },
	{ "logout", step_logout, .answers = 3, .switches = 1 },
	{ "remember", step_remember, .answers = 3, .switches = 1,
		.minutes = 2 },
	{ "transport", step_transport, .answers = 3, .switches = 3 },
	{ "places", step_places, .answers = 3, .switches = 1,
		.measured = true },
	{ "devices", step_devices, .answers = 3, .switches = 2 },
};

const size_t steps_count = sizeof(steps) / sizeof(steps[0]);

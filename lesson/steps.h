/*
 * steps.h - the steps of the lesson, in the order in which they are walked.
 *
 * The texts of a step are in www/lesson-*.txt: "visit.ask", "visit.a1" ...,
 * "visit.text", "visit.keep", "visit.claim.NAME", "visit.with1" ...
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_STEPS_H
#define LESSON_STEPS_H

#include "lesson/show.h"

struct step {
	const char *name;               /* of its texts */
	void (*perform)(struct show *);
	int answers;                    /* of its question */
	int switches;                   /* that the reader can turn, 0 to 3 */
	int64_t minutes;                /* its clock goes on by so many where
					   the reader says nothing; 0: it has
					   no clock to turn */
	bool measured;                  /* in the reader's own browser */
};

extern const struct step steps[];
extern const size_t steps_count;

/* steps_begin.c, steps_login.c, steps_end.c */
void step_stateless(struct show *);
void step_create(struct show *);
void step_attributes(struct show *);
void step_return(struct show *);
void step_unknown(struct show *);
void step_form(struct show *);
void step_wrong(struct show *);
void step_login(struct show *);
void step_drafts(struct show *);
void step_cart(struct show *);
void step_expiry(struct show *);
void step_rotate(struct show *);
void step_logout(struct show *);
void step_remember(struct show *);
void step_transport(struct show *);
void step_places(struct show *);
void step_devices(struct show *);

#endif

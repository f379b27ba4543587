/*
 * panel.h - what just happened: the steps of a request, at the foot of a page.
 *
 * Where sess_teaching() is not SESS_TEACH_YES nothing is shown or kept.
 */
/* SPDX-License-Identifier: ISC */
#ifndef PANEL_H
#define PANEL_H

#include "sess.h"

/*
 * This answer is a page: its panel will be added at its end, after the last
 * element, so the page leaves </body> to it.  False: there will be none.
 */
bool panel_follows(const struct sess_req *, struct sess_res *);

/* This answer leads to another page: that one shows the steps of both. */
void panel_keep(struct sess_res *);

#endif

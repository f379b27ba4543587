/*
 * apps.h - the demo pages, one a file of its name.
 */
/* SPDX-License-Identifier: ISC */
#ifndef APPS_H
#define APPS_H

#include "sess.h"

extern const struct sess_app index_app;
extern const struct sess_app lesson_app;
extern const struct sess_app visits_app;
extern const struct sess_app login_app;
extern const struct sess_app logout_app;
extern const struct sess_app drafts_app;
extern const struct sess_app shop_app;
extern const struct sess_app cart_app;
extern const struct sess_app billing_app;
extern const struct sess_app prefs_app;
extern const struct sess_app echo_app;
extern const struct sess_app signup_app;
extern const struct sess_app account_app;
extern const struct sess_app password_app;
extern const struct sess_app devices_app;
extern const struct sess_app health_app;

#endif

/* store.h - the stores that this build knows, by scheme. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_STORE_LIST_H
#define SESS_STORE_LIST_H

#include "sess_store.h"

extern const struct sess_store_ops sqlite_store;

/*
 * The store of "sqlite:/path"; *where becomes "/path".  NULL: there is none
 * of that scheme.
 */
const struct sess_store_ops *store_of(const char *url, const char **where);

#endif

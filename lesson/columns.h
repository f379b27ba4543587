/*
 * columns.h - an exchange in three columns: browser, wire, server.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_COLUMNS_H
#define LESSON_COLUMNS_H

#include "lesson/show.h"
#include "page.h"

void columns_show(struct page *, const struct show *, const struct capture *);

#endif

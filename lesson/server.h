/*
 * server.h - the server's column: rows before and after, and the statements.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_SERVER_H
#define LESSON_SERVER_H

#include "lesson/ids.h"
#include "page.h"

void server_show(struct page *, const struct show *, const struct ids *,
    const struct capture *);

#endif

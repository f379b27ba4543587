/*
 * folder.h - the bytes of files, in a folder beside the demo site's database.
 *
 * A file is named by the number of its row, and by nothing that a visitor
 * said.  It is written before its row is committed and removed after its row
 * is gone; so a row has its bytes, always.
 */
/* SPDX-License-Identifier: ISC */
#ifndef FOLDER_H
#define FOLDER_H

#include "ask.h"

/* Within the transaction that made the row; what goes wrong sticks. */
void folder_keep(struct data *, int64_t id, const struct sess_upload *);

/* For reading; -1: it is not there. */
int folder_open(struct data *, int64_t id);

/* False only where it is still there. */
bool folder_remove(struct data *, int64_t id);

#endif

/*
 * ids.h - which hash in the store belongs to which id on the wire.
 *
 * An id and its hash have nothing in common that a reader could see.  So each
 * id of a step gets a letter, and its hash gets the same one.
 */
/* SPDX-License-Identifier: ISC */
#ifndef LESSON_IDS_H
#define LESSON_IDS_H

#include "lesson/show.h"

#define IDS_MAX 26                      /* A to Z: further ids get none */

struct ids {
	struct {
		const char *id, *key;   /* key: the hash, in hex */
	} at[IDS_MAX];
	size_t n;
};

/* All ids that came or were made, in the order of the exchanges. */
void ids_list(const struct show *, struct ids *);

/* "A" for the first id and for its hash, "" for any other text. */
const char *ids_letter(const struct ids *, const char *text, char letter[2]);

#endif

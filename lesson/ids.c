/* ids.c - which hash in the store belongs to which id on the wire. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lesson/ids.h"

/* A step that names an id and its hash: each pair is listed once. */
static void
add(struct ids *ids, const struct sess_trace_step *s)
{
	const struct sess_trace_part *id = sess_trace_part(s, "id");
	const struct sess_trace_part *key = sess_trace_part(s, "key");
	char letter[2];

	if (id == NULL || key == NULL || id->len == 0 || ids->n == IDS_MAX ||
	    *ids_letter(ids, id->value, letter) != '\0')
		return;
	ids->at[ids->n].id = id->value;
	ids->at[ids->n++].key = key->value;
}

void
ids_list(const struct show *sh, struct ids *ids)
{
	size_t n, i, k;
	const struct capture *c = world_captures(sh->world, &n);

	ids->n = 0;
	for (i = 0; i < n; i++)
		for (k = 0; k < c[i].nsteps; k++)
			if (c[i].steps[k].step == SESS_STEP_TOKEN ||
			    c[i].steps[k].step == SESS_STEP_COMMIT)
				add(ids, &c[i].steps[k]);
}

const char *
ids_letter(const struct ids *ids, const char *text, char letter[2])
{
	size_t i;

	letter[0] = letter[1] = '\0';
	for (i = 0; i < ids->n; i++)
		if (strcmp(ids->at[i].id, text) == 0 ||
		    strcmp(ids->at[i].key, text) == 0)
			letter[0] = (char)('A' + i);
	return letter;
}

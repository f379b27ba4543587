/*
 * drafts.h - the two halves of the drafts page: drafts_look.c shows, drafts.c
 * changes.
 */
/* SPDX-License-Identifier: ISC */
#ifndef DRAFTS_H
#define DRAFTS_H

#include "data.h"

/* One request, with all that it is about. */
struct visit {
	struct sess_req *req;
	struct sess_res *res;
	struct sess *s;
	const char *user;       /* NULL: not logged in, and then no db either */
	struct data *db;
};

/* What a GET of somebody who is logged in shows. */
int drafts_look(struct visit *);

/* How far an upload is, as JSON, to anybody's own. */
int drafts_progress(struct visit *, const char *upload);

/*
 * The editor.  A draft whose id is 0 is new.  The note, a word's key or NULL,
 * says why the text is shown again; `stashed` is for a text that waits in the
 * session; `theirs`, or NULL, is what another tab saved meanwhile.
 */
int drafts_editor(struct visit *, int status, const struct draft *mine,
    const char *note, bool stashed, const struct draft *theirs);

/* How many files came with this form. */
int64_t drafts_files_came(const struct sess_req *);

/* A short page of this status. */
int drafts_sorry(struct visit *, int status);

#endif

/*
 * data_drafts.c - what the pages ask of the demo site's database about drafts
 * and their files.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "picture.h"

#define SWEEP_MAX 100           /* files a request */

/* ---- Looking ------------------------------------------------------------- */

static struct draft
draft_here(struct data *d)
{
	return (struct draft){
		.id = ask_num(d, 0), .version = ask_num(d, 1),
		.changed = ask_num(d, 2),
		.title = ask_text(d, 3), .text = ask_text(d, 4)
	};
}

static struct draft_file
file_here(struct data *d, int column)
{
	return (struct draft_file){
		.id = ask_num(d, column), .size = ask_num(d, column + 1),
		.name = ask_text(d, column + 2),
		.type = ask_text(d, column + 3)
	};
}

void
data_drafts(struct data *d, const char *user)
{
	ask_query(d, DRAFT_LIST, "t", user);
}

bool
data_next_draft(struct data *d, struct draft *row, struct draft_file *file)
{
	if (!ask_next(d))
		return false;
	*row = draft_here(d);
	*file = file_here(d, 5);
	return !data_failed(d);
}

bool
data_draft(struct data *d, const char *user, int64_t id, struct draft *row)
{
	ask_query(d, DRAFT_ONE, "ti", user, id);
	if (!ask_next(d))
		return false;
	*row = draft_here(d);
	return !data_failed(d);
}

void
data_files(struct data *d, const char *user, int64_t draft)
{
	ask_query(d, FILE_LIST, "ti", user, draft);
}

bool
data_next_file(struct data *d, struct draft_file *file)
{
	if (!ask_next(d))
		return false;
	*file = file_here(d, 0);
	return !data_failed(d);
}

bool
data_file(struct data *d, const char *user, int64_t id,
    struct draft_file *file)
{
	ask_query(d, FILE_ONE, "ti", user, id);
	return data_next_file(d, file);
}

int
data_file_open(struct data *d, int64_t id)
{
	return folder_open(d, id);
}

/* ---- Saving -------------------------------------------------------------- */

/* A name that is too long for the table loses its end, between characters. */
static const char *
name_of(char name[FILE_NAME_MAX + 1], const struct sess_upload *u)
{
	const char *given = u->filename != NULL ? u->filename : "";
	size_t len = strlen(given);

	if (len > FILE_NAME_MAX)
		for (len = FILE_NAME_MAX; len > 0 &&
		    ((unsigned char)given[len] & 0xc0) == 0x80; len--)
			;
	snprintf(name, FILE_NAME_MAX + 1, "%.*s", (int)len, given);
	return name;
}

static void
remove_files(struct data *d, const char *user, int64_t draft,
    const struct draft_edit *e)
{
	for (size_t i = 0; i < e->nremoved; i++) {
		ask_query(d, FILE_DELETE, "tii", user, draft, e->removed[i]);
		ask_done(d);
	}
}

/* Is there room for what comes, after what goes? */
static enum draft_saved
check_room(struct data *d, const char *user, int64_t draft,
    const struct draft_edit *e)
{
	int64_t count, bytes;

	ask_query(d, FILE_ROOM, "ti", user, draft);
	if (!ask_next(d))
		return DRAFT_SAVED;             /* failed, and that sticks */
	count = ask_num(d, 0) + (int64_t)e->nfiles;
	bytes = ask_num(d, 1);
	for (size_t i = 0; i < e->nfiles; i++)
		bytes += e->files[i].size;
	if (count > DRAFT_FILES_MAX)
		return DRAFT_MANY_FILES;
	return bytes > USER_FILES_MAX ? DRAFT_NO_SPACE : DRAFT_SAVED;
}

static void
add_files(struct data *d, const char *user, const char *form_id,
    int64_t draft, const struct draft_edit *e)
{
	char name[FILE_NAME_MAX + 1];

	for (size_t i = 0; i < e->nfiles; i++) {
		const struct sess_upload *u = &e->files[i];

		ask_query(d, FILE_NEW, "ittti", draft, form_id,
		    name_of(name, u), picture_type(u->fd), u->size);
		if (ask_done(d) == 1)
			folder_keep(d, ask_made(d, true, DRAFT_BY, user,
			    form_id), u);
	}
}

static enum draft_saved
edit_files(struct data *d, const char *user, const char *form_id,
    int64_t draft, const struct draft_edit *e)
{
	enum draft_saved saved = DRAFT_SAVED;

	remove_files(d, user, draft, e);
	if (e->nfiles > 0)
		saved = check_room(d, user, draft, e);
	if (saved == DRAFT_SAVED)
		add_files(d, user, form_id, draft, e);
	return saved;
}

/* Write the row; false if this form has done so, or is of an old version. */
static bool
write_row(struct data *d, const char *user, const char *form_id,
    struct draft *row)
{
	bool written;

	if (row->id != 0) {
		ask_query(d, DRAFT_SAVE, "ttttii", user, form_id, row->title,
		    row->text, row->id, row->version);
		return ask_done(d) == 1;
	}
	ask_query(d, DRAFT_NEW, "tttti", user, form_id, row->title, row->text,
	    (int64_t)DRAFTS_MAX);
	written = ask_done(d) == 1;
	row->id = ask_made(d, written, DRAFT_BY, user, form_id);
	return written;
}

/* What stands there: is it what this very form has saved? */
static bool
same_text(struct data *d, const char *user, const char *form_id,
    const struct draft *row, bool made)
{
	struct draft there;

	if (made)
		return data_draft(d, user, row->id, &there) &&
		    strcmp(there.title, row->title) == 0 &&
		    strcmp(there.text, row->text) == 0;
	ask_query(d, DRAFT_SAME, "tttti", user, form_id, row->title,
	    row->text, row->id);
	return ask_one(d) == row->id;
}

static bool
same_files(struct data *d, const char *form_id, int64_t draft,
    const struct draft_edit *e)
{
	char name[FILE_NAME_MAX + 1];
	bool same = true;

	for (size_t i = 0; same && i < e->nfiles; i++) {
		ask_query(d, FILE_SENT, "itti", draft, form_id,
		    name_of(name, &e->files[i]), e->files[i].size);
		same = ask_one(d) > 0;
	}
	return same;
}

enum draft_saved
data_draft_save(struct data *d, const char *user, const char *form_id,
    struct draft *row, const struct draft_edit *e)
{
	bool make = row->id == 0;
	enum draft_saved saved;

	ask_begin(d);
	data_user(d, user);
	if (write_row(d, user, form_id, row))
		saved = edit_files(d, user, form_id, row->id, e);
	else if (row->id == 0)
		saved = DRAFT_NO_ROOM;
	else
		saved = same_text(d, user, form_id, row, make) &&
		    same_files(d, form_id, row->id, e) ? DRAFT_SAVED :
		    DRAFT_CONFLICT;
	if (saved == DRAFT_SAVED) {
		ask_commit(d);
		return saved;
	}
	ask_rollback(d);
	if (make && saved != DRAFT_CONFLICT)
		row->id = 0;            /* it was never made */
	return saved;
}

/* ---- Deleting ------------------------------------------------------------ */

bool
data_draft_delete(struct data *d, const char *user, int64_t id)
{
	ask_query(d, DRAFT_DELETE, "ti", user, id);
	return ask_done(d) == 1;
}

void
data_sweep(struct data *d)
{
	int64_t id;

	for (int n = 0; n < SWEEP_MAX; n++) {
		ask_query(d, FILE_GONE, "");
		id = ask_one(d);
		if (id == 0 || !folder_remove(d, id))
			return;
		ask_query(d, FILE_FORGET, "i", id);
		ask_done(d);
	}
}

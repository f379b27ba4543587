/*
 * drafts_look.c - the drafts as pages: the list, the editor, the question
 * before a draft is deleted; and their files.  Nothing here changes anything
 * (r40).
 */
/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>

#include "drafts.h"
#include "input.h"
#include "page.h"

int
drafts_sorry(struct visit *v, int status)
{
	return page_sorry(v->req, v->res, v->s, status);
}

int64_t
drafts_files_came(const struct sess_req *req)
{
	size_t n;

	sess_req_files(req, &n);
	return (int64_t)n;
}

/* ---- The editor ---------------------------------------------------------- */

static void
show_file(struct page *p, const struct draft_file *file)
{
	page_int(p, "file", file->id);
	page_text(p, "name", file->name);
	page_bytes(p, "size", file->size);
	page_bool(p, "picture", *file->type != '\0');
	page_link(p, "get", "drafts?file=%" PRId64, file->id);
}

/* Did the form that is shown again say that this one is to go? */
static bool
is_removed(const struct sess_req *req, int64_t id)
{
	const struct sess_pair *p = NULL;
	int64_t n;

	while ((p = sess_req_next(req, SESS_FIELD, "remove", p)) != NULL)
		if (input_number(p->value, 1, INT64_MAX, &n) && n == id)
			return true;
	return false;
}

static void
show_files(struct visit *v, struct page *p, int64_t draft)
{
	struct draft_file file;

	for (data_files(v->db, v->user, draft); data_next_file(v->db, &file);) {
		page_row(p, "files");
		show_file(p, &file);
		page_bool(p, "gone", is_removed(v->req, file.id));
		page_end(p);
	}
}

static void
show_limits(struct page *p)
{
	page_int(p, "title-max", DRAFT_TITLE_MAX);
	page_int(p, "text-max", DRAFT_TEXT_MAX);
	page_int(p, "files-max", DRAFT_FILES_MAX);
	page_bytes(p, "file-max", DRAFT_FILE_MAX);
	page_bytes(p, "upload-max", UPLOAD_MAX);
	page_bytes(p, "all-max", USER_FILES_MAX);
	page_int(p, "file-bytes", DRAFT_FILE_MAX);
	page_int(p, "upload-bytes", UPLOAD_MAX);
}

/*
 * What is to be told of a text that is not saved.  With a status of success it
 * is no error: a text that had been put aside.
 */
static void
show_note(struct page *p, int status, const struct draft *mine,
    const char *note)
{
	if (status < 400)
		page_word(p, "note", note);
	else
		page_wrong(p, note);
	if (status != 413)
		return;
	if (strlen(mine->title) > DRAFT_TITLE_MAX)
		page_bad(p, "title");
	else if (strlen(mine->text) > DRAFT_TEXT_MAX)
		page_bad(p, "text");
	else if (strcmp(note, "drafts.full") != 0)
		page_bad(p, "files");
}

int
drafts_editor(struct visit *v, int status, const struct draft *mine,
    const char *note, bool stashed, const struct draft *theirs)
{
	struct page *p = page_new(v->req, v->res, v->s, "drafts-edit");

	if (mine->id != 0) {
		page_int(p, "id", mine->id);
		page_int(p, "version", mine->version);
		page_link(p, "delete", "drafts?delete=%" PRId64, mine->id);
	} else
		page_title(p, "drafts.new");
	page_text(p, "heading", mine->title);
	page_text(p, "text", mine->text);
	show_note(p, status, mine, note);
	page_bool(p, "stashed", stashed);
	if (theirs != NULL) {
		page_row(p, "theirs");
		page_text(p, "heading", theirs->title);
		page_text(p, "text", theirs->text);
		page_link(p, "keep", "drafts?id=%" PRId64, theirs->id);
		page_end(p);
	}
	page_bool(p, "files-lost", drafts_files_came(v->req) > 0 || (stashed &&
	    sess_get_int(v->s, "saved.files", 0) > 0));
	if (mine->id != 0)
		show_files(v, p, mine->id);
	show_limits(p);
	return page_show(p, status);
}

/* ---- The list ------------------------------------------------------------ */

static void
list_rows(struct visit *v, struct page *p)
{
	struct draft_file file;
	struct draft row;
	int64_t last = 0;

	data_drafts(v->db, v->user);
	for (; data_next_draft(v->db, &row, &file); last = row.id) {
		if (row.id != last && last != 0)
			page_end(p);
		if (row.id != last) {
			page_row(p, "drafts");
			page_text(p, "heading", row.title);
			page_time(p, "changed", row.changed);
			page_link(p, "edit", "drafts?id=%" PRId64, row.id);
			page_link(p, "delete", "drafts?delete=%" PRId64,
			    row.id);
		}
		if (file.id == 0)
			continue;
		page_row(p, "files");
		show_file(p, &file);
		page_end(p);
	}
	if (last != 0)
		page_end(p);
}

static int
list(struct visit *v)
{
	struct page *p = page_new(v->req, v->res, v->s, "drafts");
	const char *did = sess_req_query(v->req, "done");

	list_rows(v, p);
	page_link(p, "new", "drafts?new=1");
	page_link(p, "restore", "drafts?saved=1");
	page_bool(p, "stashed", sess_get(v->s, "saved.text") != NULL);
	page_bool(p, "saved", did != NULL && strcmp(did, "save") == 0);
	page_bool(p, "deleted", did != NULL && strcmp(did, "delete") == 0);
	if (data_failed(v->db)) {
		page_free(p);
		return drafts_sorry(v, 503);
	}
	return page_show(p, 200);
}

/* "Do you really want to?", with the form that does it. */
static int
ask_delete(struct visit *v, const char *number)
{
	struct draft row;
	struct page *p;
	int64_t id;

	if (!input_number(number, 1, INT64_MAX, &id))
		return drafts_sorry(v, 404);
	if (!data_draft(v->db, v->user, id, &row))
		return drafts_sorry(v, data_failed(v->db) ? 503 : 404);
	p = page_new(v->req, v->res, v->s, "drafts-delete");
	page_int(p, "id", id);
	page_text(p, "heading", row.title);
	return page_show(p, 200);
}

static int
edit(struct visit *v, const char *number)
{
	struct draft row;
	int64_t id;

	if (!input_number(number, 1, INT64_MAX, &id))
		return drafts_sorry(v, 404);
	if (!data_draft(v->db, v->user, id, &row))
		return drafts_sorry(v, data_failed(v->db) ? 503 : 404);
	return drafts_editor(v, 200, &row, NULL, false, NULL);
}

/*
 * The text that was posted when nobody was logged in.  If the draft that it
 * belongs to is not this user's, or not there any more, it is a new one.
 */
static int
restore(struct visit *v)
{
	struct draft mine = {
		.id = sess_get_int(v->s, "saved.id", 0),
		.version = sess_get_int(v->s, "saved.version", 0),
		.title = sess_get(v->s, "saved.title"),
		.text = sess_get(v->s, "saved.text")
	}, row;

	if (mine.text == NULL)
		return go_to(v->res, v->s, "drafts");
	if (mine.id != 0 && !data_draft(v->db, v->user, mine.id, &row))
		mine.id = 0;
	if (data_failed(v->db))
		return drafts_sorry(v, 503);
	return drafts_editor(v, 200, &mine, "drafts.stashed", true, NULL);
}

/* ---- Files --------------------------------------------------------------- */

/*
 * Saved by the browser and not shown, whatever it is: sess_res_file() sees to
 * that.  The type of a picture is what makes <img> show it.
 */
static int
download(struct visit *v, const char *number)
{
	struct draft_file file;
	int64_t id;
	int fd;

	if (!input_number(number, 1, INT64_MAX, &id))
		return drafts_sorry(v, 404);
	if (!data_file(v->db, v->user, id, &file))
		return drafts_sorry(v, data_failed(v->db) ? 503 : 404);
	if ((fd = data_file_open(v->db, id)) < 0)
		return drafts_sorry(v, errno == ENOENT ? 404 : 503);
	if (*file.type != '\0')
		sess_res_header(v->res, "Content-Type", file.type);
	sess_res_file(v->res, fd, file.name);
	return 200;
}

int
drafts_progress(struct visit *v, const char *upload)
{
	int64_t got, total;

	sess_res_header(v->res, "Content-Type", "application/json");
	if (sess_progress(v->s, upload, &got, &total))
		sess_res_printf(v->res, "{\"got\":%" PRId64 ",\"total\":%"
		    PRId64 "}\n", got, total);
	else
		sess_res_puts(v->res, "null\n");
	return 200;
}

int
drafts_look(struct visit *v)
{
	static const struct draft empty = { .title = "", .text = "" };
	const char *id = sess_req_query(v->req, "id");
	const char *gone = sess_req_query(v->req, "delete");
	const char *file = sess_req_query(v->req, "file");

	if (file != NULL)
		return download(v, file);
	if (id != NULL)
		return edit(v, id);
	if (gone != NULL)
		return ask_delete(v, gone);
	if (sess_req_query(v->req, "saved") != NULL)
		return restore(v);
	if (sess_req_query(v->req, "new") != NULL)
		return drafts_editor(v, 200, &empty, NULL, false, NULL);
	return list(v);
}

/*
 * drafts_look.c - the drafts as pages: the list, the editor, the question
 * before a draft is deleted.  Nothing here changes anything (r40).
 */
#include <string.h>

#include "drafts.h"
#include "input.h"
#include "page.h"

int
drafts_sorry(struct visit *v, int status)
{
	return page_sorry(v->req, v->res, v->s, status);
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
	}
	page_text(p, "heading", mine->title);
	page_text(p, "text", mine->text);
	page_word(p, "note", note);
	page_bool(p, "stashed", stashed);
	if (theirs != NULL) {
		page_row(p, "theirs");
		page_text(p, "heading", theirs->title);
		page_text(p, "text", theirs->text);
		page_link(p, "keep", "drafts?id=%" PRId64, theirs->id);
		page_end(p);
	}
	page_int(p, "title-max", DRAFT_TITLE_MAX);
	page_int(p, "text-max", DRAFT_TEXT_MAX);
	return page_show(p, status);
}

static int
list(struct visit *v)
{
	struct page *p = page_new(v->req, v->res, v->s, "drafts");
	const char *did = sess_req_query(v->req, "done");
	struct draft row;

	for (data_drafts(v->db, v->user); data_next_draft(v->db, &row);) {
		page_row(p, "drafts");
		page_text(p, "heading", row.title);
		page_time(p, "changed", row.changed);
		page_link(p, "edit", "drafts?id=%" PRId64, row.id);
		page_link(p, "delete", "drafts?delete=%" PRId64, row.id);
		page_end(p);
	}
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

int
drafts_look(struct visit *v)
{
	static const struct draft empty = { .title = "", .text = "" };
	const char *id = sess_req_query(v->req, "id");
	const char *gone = sess_req_query(v->req, "delete");

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

/*
 * drafts.c - write, change and delete texts of your own.
 *
 * The session says who you are (sess_user()), and that user id is part of
 * every question to the database: the draft of somebody else is not found,
 * whatever number is asked for.
 *
 * What a person wrote is never thrown away: not when the session expired
 * while they were writing, not when the same draft was saved in another tab,
 * not when the text or a file is too long.  Files are another matter: where
 * the text is not saved they are not kept, no browser sends them again by
 * itself, and so the page says that they are to be chosen once more.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "drafts.h"
#include "input.h"
#include "page.h"

/* The draft in the form; false if that is no form of ours. */
static bool
read_form(const struct sess_req *req, struct draft *d)
{
	const char *id = sess_req_field(req, "id");

	*d = (struct draft){
		.title = sess_req_field(req, "title"),
		.text = sess_req_field(req, "text")
	};
	if (d->title == NULL || d->text == NULL)
		return false;
	if (id == NULL || *id == '\0')
		return true;
	return input_number(id, 1, INT64_MAX, &d->id) &&
	    input_number(sess_req_field(req, "version"), 1, INT64_MAX,
	    &d->version);
}

/*
 * Keep the text in the session of a visitor who is not logged in, any more.
 *
 * No token is asked for, because none could be right: the session that it
 * belonged to has expired.  What a forged form could do here is to put a text
 * into the editor, and nobody's draft changes before a person looks at it
 * and sends it with a token.
 */
static int
stash(struct visit *v, const struct draft *mine)
{
	sess_set(v->s, "saved.title", mine->title);
	sess_set(v->s, "saved.text", mine->text);
	sess_set_int(v->s, "saved.id", mine->id);
	sess_set_int(v->s, "saved.version", mine->version);
	sess_set_int(v->s, "saved.files", drafts_files_came(v->req));
	return go_login(v->res, v->s, "drafts?saved=1");
}

static void
forget_stash(struct sess *s)
{
	sess_del(s, "saved.title");
	sess_del(s, "saved.text");
	sess_del(s, "saved.id");
	sess_del(s, "saved.version");
	sess_del(s, "saved.files");
}

/*
 * The draft is not what it was when the form was written: show both texts,
 * and let the person decide.
 */
static int
conflict(struct visit *v, struct draft *mine, bool stashed)
{
	struct draft theirs;

	if (!data_draft(v->db, v->user, mine->id, &theirs))
		return drafts_sorry(v, data_failed(v->db) ? 503 : 404);
	mine->version = theirs.version;
	return drafts_editor(v, 409, mine, "drafts.conflict", stashed,
	    &theirs);
}

/* The numbers of the files that are to go; false if these are none. */
static bool
read_removed(const struct sess_req *req, struct draft_edit *e)
{
	const struct sess_pair *p = NULL;

	while ((p = sess_req_next(req, SESS_FIELD, "remove", p)) != NULL)
		if (e->nremoved == DRAFT_FILES_MAX ||
		    strlen(p->value) != p->value_len ||
		    !input_number(p->value, 1, INT64_MAX,
		    &e->removed[e->nremoved++]))
			return false;
	return true;
}

/* Write it to the database.  The same form sent twice is saved once. */
static int
write_draft(struct visit *v, struct draft *mine, const struct draft_edit *e,
    bool stashed)
{
	static const char *const notes[] = {
		[DRAFT_NO_ROOM] = "drafts.full",
		[DRAFT_MANY_FILES] = "drafts.files-many",
		[DRAFT_NO_SPACE] = "drafts.files-full",
	};
	enum draft_saved saved = data_draft_save(v->db, v->user,
	    sess_form_id(v->req), mine, e);

	if (data_failed(v->db))
		return drafts_editor(v, 503, mine, "sorry.503", stashed, NULL);
	if (saved == DRAFT_CONFLICT)
		return conflict(v, mine, stashed);
	if (saved != DRAFT_SAVED)
		return drafts_editor(v, 413, mine, notes[saved], stashed,
		    NULL);
	if (stashed)
		forget_stash(v->s);
	return go_to(v->res, v->s, "drafts?done=save");
}

/* The note about a form that is too large in some way, or NULL. */
static const char *
too_large(const struct draft *mine, const struct draft_edit *e)
{
	if (strlen(mine->title) > DRAFT_TITLE_MAX ||
	    strlen(mine->text) > DRAFT_TEXT_MAX)
		return "drafts.long";
	for (size_t i = 0; i < e->nfiles; i++)
		if (e->files[i].size > DRAFT_FILE_MAX)
			return "drafts.files-large";
	return NULL;
}

static int
save(struct visit *v)
{
	bool stashed = sess_req_field(v->req, "stashed") != NULL;
	struct draft_edit e = { .nremoved = 0 };
	struct draft mine;
	const char *note;

	e.files = sess_req_files(v->req, &e.nfiles);
	if (!read_form(v->req, &mine) || !read_removed(v->req, &e))
		return drafts_sorry(v, 400);
	if ((note = too_large(&mine, &e)) != NULL)
		return drafts_editor(v, 413, &mine, note, stashed, NULL);
	if (v->user == NULL)
		return stash(v, &mine);
	if (!sess_csrf_ok(v->s, v->req))
		return drafts_editor(v, 403, &mine, "drafts.again", stashed,
		    NULL);
	return write_draft(v, &mine, &e, stashed);
}

/* Delete a draft; or, without an id, the text that waits in the session. */
static int
delete(struct visit *v)
{
	const char *number = sess_req_field(v->req, "id");
	int64_t id;

	if (v->user == NULL)
		return go_login(v->res, v->s, "drafts");
	if (!sess_csrf_ok(v->s, v->req))
		return 403;     /* the library says why */
	if (number == NULL && sess_req_field(v->req, "stashed") != NULL) {
		forget_stash(v->s);
		return go_to(v->res, v->s, "drafts?done=delete");
	}
	if (!input_number(number, 1, INT64_MAX, &id))
		return drafts_sorry(v, 400);
	if (!data_draft_delete(v->db, v->user, id))
		return drafts_sorry(v, data_failed(v->db) ? 503 : 404);
	return go_to(v->res, v->s, "drafts?done=delete");
}

static int
change(struct visit *v)
{
	const char *act = sess_req_field(v->req, "act");

	if (act != NULL && strcmp(act, "save") == 0)
		return save(v);
	if (act != NULL && strcmp(act, "delete") == 0)
		return delete(v);
	return drafts_sorry(v, 400);
}

/* ---- The page ---------------------------------------------------------- */

/*
 * To the login page, and back to where the visitor wanted to go: the query is
 * made anew, of what is known to be good.
 */
static int
login_first(struct visit *v)
{
	static const char *const queries[] = { "id", "delete", "saved", "new",
		"file" };
	char where[64];
	int64_t n;

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		const char *value = sess_req_query(v->req, queries[i]);

		if (!input_number(value, 1, INT64_MAX, &n))
			continue;
		snprintf(where, sizeof(where), "drafts?%s=%" PRId64,
		    queries[i], n);
		return go_login(v->res, v->s, where);
	}
	return go_login(v->res, v->s, "drafts");
}

static int
drafts(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	struct visit v = { req, res, s, sess_user(s), NULL };
	const char *upload = sess_req_query(req, "progress");
	bool post = input_is_post(req);
	int status;

	if (!post && upload != NULL)
		return drafts_progress(&v, upload);
	if (v.user == NULL)
		return post ? change(&v) : login_first(&v);
	v.db = data_open(req);
	status = post ? change(&v) : drafts_look(&v);
	if (post)
		data_sweep(v.db);
	data_close(v.db);
	return status;
}

const struct sess_app drafts_app = {
	.handle = drafts, .csrf_by_page = true, .refused = page_refused,
	.max_files = UPLOAD_FILES_MAX
};

/*
 * drafts.c - write, change and delete texts of your own.
 *
 * The session says who you are (sess_user()), and that user id is part of
 * every question to the database: the draft of somebody else is not found,
 * whatever number is asked for.
 *
 * What a person wrote is never thrown away: not when the session expired
 * while they were writing, not when the same draft was saved in another tab,
 * not when the text is too long.
 */
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
	return go_login(v->res, v->s, "drafts?saved=1");
}

static void
forget_stash(struct sess *s)
{
	sess_del(s, "saved.title");
	sess_del(s, "saved.text");
	sess_del(s, "saved.id");
	sess_del(s, "saved.version");
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

/*
 * Make the draft.  A form sent twice makes one; but if somebody went back to
 * it and wrote something else, that is not thrown away: mine->id is then the
 * draft that is there, and false is returned, as it is by data_draft_save().
 */
static bool
make(struct visit *v, struct draft *mine)
{
	struct draft made;

	mine->id = data_draft_new(v->db, v->user, sess_form_id(v->req), mine);
	return mine->id != 0 &&
	    data_draft(v->db, v->user, mine->id, &made) &&
	    strcmp(made.title, mine->title) == 0 &&
	    strcmp(made.text, mine->text) == 0;
}

/* Write it to the database.  The same form sent twice is saved once. */
static int
write_draft(struct visit *v, struct draft *mine, bool stashed)
{
	bool saved = mine->id == 0 ? make(v, mine) : data_draft_save(v->db,
	    v->user, sess_form_id(v->req), mine);

	if (data_failed(v->db))
		return drafts_sorry(v, 503);
	if (!saved && mine->id == 0)
		return drafts_editor(v, 413, mine, "drafts.full", stashed,
		    NULL);
	if (!saved)
		return conflict(v, mine, stashed);
	if (stashed)
		forget_stash(v->s);
	return go_to(v->res, v->s, "drafts?done=save");
}

static int
save(struct visit *v)
{
	bool stashed = sess_req_field(v->req, "stashed") != NULL;
	struct draft mine;

	if (!read_form(v->req, &mine))
		return drafts_sorry(v, 400);
	if (strlen(mine.title) > DRAFT_TITLE_MAX ||
	    strlen(mine.text) > DRAFT_TEXT_MAX)
		return drafts_editor(v, 413, &mine, "drafts.long", stashed,
		    NULL);
	if (v->user == NULL)
		return stash(v, &mine);
	if (!sess_csrf_ok(v->s, v->req))
		return drafts_editor(v, 403, &mine, "drafts.again", stashed,
		    NULL);
	return write_draft(v, &mine, stashed);
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
		return drafts_sorry(v, 403);
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
	static const char *const queries[] = { "id", "delete", "saved", "new" };
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
	bool post = input_is_post(req);
	int status;

	if (v.user == NULL)
		return post ? change(&v) : login_first(&v);
	v.db = data_open(req);
	status = post ? change(&v) : drafts_look(&v);
	data_close(v.db);
	return status;
}

const struct sess_app drafts_app = {
	.handle = drafts, .csrf_by_page = true, .refused = page_refused
};

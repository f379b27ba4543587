/* steps_login.c - from the wrong password to the change of ids. */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "lesson/pages.h"
#include "lesson/steps.h"

#define SID "__Host-sid"
#define ENTER "user=" PAGES_USER "&password=" PAGES_PASSWORD
#define MINUTE 60

/* ---- the stage --------------------------------------------------------- */

static struct browser *
new_ada(struct show *sh)
{
	return show_browser(sh, &(struct browser)BROWSER_ADA);
}

static struct browser *
new_eve(struct show *sh)
{
	return show_browser(sh, &(struct browser)BROWSER_EVE);
}

/* A page with a form; how it came to the browser is not shown. */
static struct capture
page_of(struct browser *b, const char *target)
{
	const struct capture page = *browser_get(b, target);

	if (b != NULL)
		world_forget(b->world);
	return page;
}

/* Ada has logged in; how is not shown. */
static struct browser *
ada_inside(struct show *sh)
{
	struct browser *ada = new_ada(sh);

	browser_submit(ada, browser_get(ada, "/login"), "/login", ENTER);
	world_forget(sh->world);
	return ada;
}

/* The id in this browser's jar, for good. */
static const char *
id_of(struct show *sh, const struct browser *b)
{
	const char *id = world_printf(sh->world, "%s",
	    browser_cookie(b, SID));

	return id != NULL ? id : "";
}

/* A stranger asks for the page with an id that is not theirs. */
static const struct capture *
try_id(struct show *sh, struct browser *b, const char *id, const char *target)
{
	return browser_send(b, &(struct visit){ .target = target,
	    .typed = true, .cookie = world_printf(sh->world, SID "=%s", id) });
}

/* ---- more questions to a capture --------------------------------------- */

static bool
is(const char *text, const char *expected)
{
	return strcmp(text, expected) == 0;
}

/* Both are there, and they are the same. */
static bool
same(const char *a, const char *b)
{
	return *a != '\0' && is(a, b);
}

/* Both are there, and they differ. */
static bool
differ(const char *a, const char *b)
{
	return *a != '\0' && *b != '\0' && !is(a, b);
}

static int64_t
number(const char *digits)
{
	return strtoll(digits, NULL, 10);
}

static const char *
found(const struct capture *c)
{
	return capture_value(c, SESS_STEP_FIND, "found");
}

/* A column of the session's row, as it was found. */
static const char *
session(const struct capture *c, const char *column)
{
	return capture_cell(c, SESS_STEP_FIND, "session", 0, column);
}

/* The value of a field of the session among the rows of this step, or "". */
static const char *
field(const struct capture *c, enum sess_step step, const char *name)
{
	size_t i, n = capture_rows(c, step, "field");

	for (i = 0; i < n; i++)
		if (is(capture_cell(c, step, "field", i, "name"), name))
			return capture_cell(c, step, "field", i, "value");
	return "";
}

static const char *
part(const struct sess_trace_step *s, const char *name)
{
	const struct sess_trace_part *p = sess_trace_part(s, name);

	return p != NULL ? p->value : "";
}

/* A part of the step that counted such a try, or "". */
static const char *
counted(const struct capture *c, const char *what, const char *name)
{
	const struct sess_trace_step *s;
	size_t i;

	for (i = 0; (s = capture_step(c, SESS_STEP_LIMIT, i)) != NULL; i++)
		if (is(part(s, "what"), what))
			return part(s, name);
	return "";
}

/* ---- 7: a wrong password, an unknown name ------------------------------ */

/* Are the pages equal, but for the tokens, which are drawn for each form? */
static bool
same_page(const char *a, const char *b)
{
	static const char value[] = "value=\"";
	const size_t n = sizeof(value) - 1;

	for (; *a != '\0' && *a == *b; a++, b++)
		if (strncmp(a, value, n) == 0 && strncmp(b, value, n) == 0) {
			a += n + strcspn(a + n, "\"");
			b += n + strcspn(b + n, "\"");
		}
	return *a == *b;
}

static bool
same_answer(const struct capture *a, const struct capture *b)
{
	return a->status != 0 && a->status == b->status &&
	    same_page(a->body, b->body);
}

/* A password was hashed for both: that is nearly all of their time. */
static bool
same_hashing(const struct capture *a, const struct capture *b)
{
	return same(capture_value(a, SESS_STEP_PASSWORD, "scheme"),
	    capture_value(b, SESS_STEP_PASSWORD, "scheme"));
}

/* The same steps, with the same statements. */
static bool
same_work(const struct capture *a, const struct capture *b)
{
	size_t i;

	for (i = 0; i < a->nsteps && i < b->nsteps; i++)
		if (a->steps[i].step != b->steps[i].step ||
		    !is(part(&a->steps[i], "purpose"),
		    part(&b->steps[i], "purpose")))
			return false;
	return a->nsteps > 0 && a->nsteps == b->nsteps;
}

static bool
was_let_in(const struct capture *c)
{
	return c->nsteps == 0 || is(capture_value(c, SESS_STEP_PASSWORD,
	    "outcome"), "right") || *field(c, SESS_STEP_AFTER, "user") != '\0' ||
	    *capture_cell(c, SESS_STEP_AFTER, "session", 0, "user") != '\0';
}

static void
claims_of_wrong(struct show *sh, const struct capture *known,
    const struct capture *unknown, const struct capture *again)
{
	show_claim(sh, "words", same_answer(known, unknown));
	show_claim(sh, "work", same_work(known, unknown) &&
	    same_hashing(known, unknown));
	show_claim(sh, "counted", same(counted(known, "account", "count"),
	    "1") && same(counted(unknown, "account", "count"), "1"));
	show_claim(sh, "nobody", !was_let_in(known) && !was_let_in(unknown));
	show_claim(sh, "open", same(counted(again, "account", "refused"),
	    "no") && capture_step(again, SESS_STEP_PASSWORD, 0) != NULL);
	show_value(sh, "tries.most", counted(known, "account", "most"));
}

/* Of two pages that do it wrong the last one counts. */
static const struct sess_app *
site_of_wrong(const struct show *sh)
{
	return show_with(sh, 2) ? &pages_site_hasty :
	    show_with(sh, 1) ? &pages_site_careless : &pages_site;
}

static const struct capture *
guess(struct browser *b, const struct capture *page, const char *user,
    const char *password)
{
	return browser_submit(b, page, "/login", b == NULL ? "" :
	    world_printf(b->world, "user=%s&password=%s", user, password));
}

void
step_wrong(struct show *sh)
{
	static const struct sess_conf strict = { .login_tries = 2 };
	const struct capture *known, *unknown, *again;
	struct capture page;
	struct browser *ada;

	show_open(sh, site_of_wrong(sh), show_with(sh, 3) ? &strict : NULL);
	show_account(sh);
	ada = new_ada(sh);
	page = page_of(ada, "/login");
	known = guess(ada, &page, PAGES_USER, "coffee-at-noon");
	unknown = guess(ada, &page, "nobody", "coffee-at-noon");
	again = guess(ada, &page, PAGES_USER, "cocoa-at-nine");
	if (show_with(sh, 3))
		again = guess(ada, &page, PAGES_USER, "coffee-at-nine");
	show_key(sh, unknown, SESS_STEP_ANSWER);
	claims_of_wrong(sh, known, unknown, again);
	show_right(sh, !same_answer(known, unknown) ? 1 :
	    !same_hashing(known, unknown) ? 2 : 3);
	show_code(sh, show_with(sh, 2) ? "login_that_hurries" :
	    show_with(sh, 1) ? "login_that_tells" : "login");
	show_code(sh, "check");
}

/* ---- 8: the right password --------------------------------------------- */

/* What the old id leads to: Ada's session, one without a user, or none. */
static int
old_id(const struct capture *c)
{
	if (!is(found(c), "live"))
		return 3;
	return *session(c, "user") != '\0' ||
	    *field(c, SESS_STEP_FIND, "user") != '\0' ? 1 : 2;
}

/* The question's answer: what became of the session and its id? */
static int
what_became(const struct capture *login, const struct capture *thief)
{
	if (old_id(thief) == 3 && !same(capture_cell(login, SESS_STEP_BEFORE,
	    "session", 0, "pk"), capture_cell(login, SESS_STEP_AFTER,
	    "session", 0, "pk")))
		return 0;               /* another session, with a new id */
	return old_id(thief);
}

static void
claims_of_login(struct show *sh, const struct capture *login,
    const struct capture *thief, const char *old, const char *new)
{
	const char *id = capture_value(login, SESS_STEP_COMMIT, "id");

	show_claim(sh, "new-id", differ(id, old) && same(id, new));
	show_claim(sh, "dead", *found(thief) != '\0' && old_id(thief) == 3);
	show_claim(sh, "along", same(field(login, SESS_STEP_BEFORE, "tea"),
	    field(login, SESS_STEP_AFTER, "tea")) &&
	    same(capture_cell(login, SESS_STEP_BEFORE, "session", 0, "pk"),
	    capture_cell(login, SESS_STEP_AFTER, "session", 0, "pk")));
	show_claim(sh, "user", same(capture_cell(login, SESS_STEP_AFTER,
	    "session", 0, "user"), PAGES_USER) && *capture_cell(login,
	    SESS_STEP_BEFORE, "session", 0, "user") == '\0');
	show_claim(sh, "hash", *new != '\0' &&
	    capture_rows(login, SESS_STEP_AFTER, "token") > 0 &&
	    !capture_row_has(login, old) && !capture_row_has(login, new));
}

void
step_login(struct show *sh)
{
	const struct capture *login, *thief;
	struct browser *ada, *eve;
	struct capture page;
	const char *old;

	show_open(sh, show_with(sh, 1) ? &pages_site_old_id : &pages_site,
	    NULL);
	show_account(sh);
	ada = new_ada(sh);
	browser_submit(ada, browser_get(ada, "/cart"), "/cart", NULL);
	page = page_of(ada, "/login");
	old = id_of(sh, ada);
	eve = new_eve(sh);
	login = browser_submit(ada, &page, "/login", ENTER);
	browser_get(ada, "/cart");
	world_wait(sh->world, MINUTE);
	thief = try_id(sh, eve, old, "/cart");
	show_key(sh, login, SESS_STEP_COMMIT);
	claims_of_login(sh, login, thief, old, id_of(sh, ada));
	show_value(sh, "tea.along", field(login, SESS_STEP_AFTER, "tea"));
	show_right(sh, what_became(login, thief));
	show_code(sh, show_with(sh, 1) ? "login_by_hand" : "login");
	if (!show_with(sh, 1))
		show_code(sh, "renew");
}

/* ---- 9: drafts by the session's user ----------------------------------- */

/* Has the page all of this user's drafts?  One who has none has not. */
static bool
has_drafts(const struct capture *c, const char *user)
{
	const char *title;
	size_t n;

	for (n = 0; (title = pages_draft(user, n)) != NULL; n++)
		if (strstr(c->body, title) == NULL)
			return false;
	return n > 0;
}

static void
claims_of_drafts(struct show *sh, const struct capture *own,
    const struct capture *forged, const struct capture *stranger)
{
	show_claim(sh, "nameless", same(session(own, "user"), PAGES_USER) &&
	    *own->request != '\0' && !capture_sent(own, PAGES_USER));
	show_claim(sh, "own", has_drafts(own, session(own, "user")));
	show_claim(sh, "forged", capture_sent(forged, "user=bob") &&
	    has_drafts(forged, session(forged, "user")) &&
	    !has_drafts(forged, "bob"));
	show_claim(sh, "stranger", stranger->status != 0 &&
	    *session(stranger, "user") == '\0' &&
	    !has_drafts(stranger, PAGES_USER));
}

void
step_drafts(struct show *sh)
{
	const struct capture *own, *forged, *stranger;
	struct browser *ada, *eve;

	show_open(sh, show_with(sh, 1) ? &pages_site_careless : &pages_site,
	    NULL);
	show_account(sh);
	ada = ada_inside(sh);
	eve = new_eve(sh);
	own = browser_get(ada, "/drafts");
	forged = browser_submit(ada, own, "/drafts", "user=bob");
	stranger = browser_send(eve, &(struct visit){
	    .target = "/drafts?user=" PAGES_USER, .typed = true });
	show_key(sh, forged, SESS_STEP_FIND);
	claims_of_drafts(sh, own, forged, stranger);
	show_value(sh, "session.user", session(forged, "user"));
	show_right(sh, forged->status >= 400 ? 3 :
	    has_drafts(forged, "bob") ? 1 : 2);
	show_code(sh, show_with(sh, 1) ? "drafts_of_form" : "drafts");
	show_code(sh, "pages_draft");
}

/* ---- 10: the cart, and two tabs at once -------------------------------- */

struct tab {
	struct browser *browser;
	const struct capture *page, *sent;
};

/* The second tab sends its form. */
static void
second_tab(void *arg)
{
	struct tab *tab = arg;

	tab->sent = browser_submit(tab->browser, tab->page, "/cart", NULL);
}

static void
claims_of_cart(struct show *sh, const struct capture *before,
    const struct capture *cart, const struct capture *first,
    const struct capture *second, const struct capture *after)
{
	const char *was = field(first, SESS_STEP_FIND, "tea");

	show_claim(sh, "kept", same(field(before, SESS_STEP_FIND, "tea"),
	    field(cart, SESS_STEP_FIND, "tea")) &&
	    *session(before, "user") == '\0' &&
	    same(session(cart, "user"), PAGES_USER));
	show_claim(sh, "one", same(session(first, "pk"),
	    session(second, "pk")) && same(capture_value(first,
	    SESS_STEP_TOKEN, "id"), capture_value(second, SESS_STEP_TOKEN,
	    "id")));
	show_claim(sh, "both-saw", same(was, field(second, SESS_STEP_FIND,
	    "tea")));
	show_claim(sh, "sum", *was != '\0' && number(field(after,
	    SESS_STEP_FIND, "tea")) == number(was) + 2);
	show_value(sh, "tea.was", was);
	show_value(sh, "tea.now", field(after, SESS_STEP_FIND, "tea"));
}

/* One more was lost, none was, or a tab was sent away. */
static int
how_many(const struct capture *first, const struct capture *second,
    const struct capture *after)
{
	int64_t more = number(field(after, SESS_STEP_FIND, "tea")) -
	    number(field(first, SESS_STEP_FIND, "tea"));

	if (first->status >= 400 || second->status >= 400)
		return 3;
	return more == 2 ? 2 : 1;
}

void
step_cart(struct show *sh)
{
	const struct capture *cart, *first, *after;
	struct tab tab = { .sent = &world_nothing };
	struct capture page, before;
	struct browser *ada;

	show_open(sh, show_with(sh, 1) ? &pages_site_careless : &pages_site,
	    NULL);
	show_account(sh);
	ada = new_ada(sh);
	browser_submit(ada, browser_get(ada, "/cart"), "/cart", NULL);
	before = page_of(ada, "/cart");
	page = page_of(ada, "/login");
	browser_submit(ada, &page, "/login", ENTER);
	world_forget(sh->world);
	cart = browser_get(ada, "/cart");
	tab.browser = ada;
	tab.page = browser_get(ada, "/cart");
	world_meanwhile(sh->world, second_tab, &tab);
	first = browser_submit(ada, cart, "/cart", NULL);
	after = browser_get(ada, "/cart");
	show_key(sh, first, SESS_STEP_COMMIT);
	claims_of_cart(sh, &before, cart, first, tab.sent, after);
	show_right(sh, how_many(first, tab.sent, after));
	show_code(sh, show_with(sh, 1) ? "cart_that_sums" : "cart");
	show_code(sh, "edit");
}

/* ---- 11: idle and absolute --------------------------------------------- */

#define AWAY 31                 /* minutes, where the reader turns no clock */
#define OFTEN 20                /* minutes between two clicks */

/*
 * The last click, after as many minutes as the reader's clock says, or the one
 * in between that finds the session over.  It is shown with the clicks of the
 * hour before it.
 */
static const struct capture *
last_click(struct show *sh, struct browser *ada, int64_t ends)
{
	int64_t left = sh->where->minutes >= 0 ? sh->where->minutes : AWAY;
	const struct capture *c = NULL;
	int64_t end = world_now(sh->world) + left * MINUTE;

	end = end < ends ? end : ends;
	while (show_with(sh, 1) && left > OFTEN && !show_failed(sh)) {
		if (world_now(sh->world) < end - 60 * MINUTE)
			world_forget(sh->world);
		world_wait(sh->world, OFTEN * MINUTE);
		left -= OFTEN;
		c = browser_get(ada, "/cart");
		if (!is(found(c), "live"))
			return c;
	}
	world_wait(sh->world, left * MINUTE);
	return browser_get(ada, "/cart");
}

/* When the time without a click is up, as the row has it. */
static int64_t
idle_ends(const struct capture *c)
{
	return number(session(c, "seen")) + number(session(c, "idle"));
}

/* Both limits may have passed by now: the one that passed first ended it. */
static bool
is_idle(const struct capture *c)
{
	return *session(c, "seen") != '\0' && c->at >= idle_ends(c) &&
	    idle_ends(c) < number(session(c, "ends"));
}

static int
what_ended(const struct capture *c)
{
	if (capture_step(c, SESS_STEP_TOKEN, 0) == NULL)
		return 1;               /* the browser had dropped it */
	if (is(found(c), "live"))
		return 4;
	return is_idle(c) ? 2 : 3;
}

static void
claims_of_expiry(struct show *sh, const struct capture *login,
    const struct capture *last)
{
	show_claim(sh, "sent", *capture_value(last, SESS_STEP_TOKEN, "id") !=
	    '\0' && capture_cookie_has(login, SID, "Path=/") &&
	    !capture_cookie_has(login, SID, "Max-Age") &&
	    !capture_cookie_has(login, SID, "Expires"));
	show_claim(sh, "row", *session(last, "idle") != '\0' &&
	    *session(last, "ends") != '\0' &&
	    !capture_sent(last, session(last, "ends")));
	show_claim(sh, "over", is(found(last), "expired") &&
	    capture_step(last, SESS_STEP_AFTER, 0) != NULL &&
	    capture_rows(last, SESS_STEP_AFTER, "session") == 0);
	show_claim(sh, "idle", is_idle(last));
}

static void
values_of_expiry(struct show *sh, const struct capture *last)
{
	show_value(sh, "idle.minutes", world_printf(sh->world, "%" PRId64,
	    number(session(last, "idle")) / MINUTE));
	show_value(sh, "absolute.hours", world_printf(sh->world, "%" PRId64,
	    (number(session(last, "ends")) - number(session(last, "auth"))) /
	    (60 * MINUTE)));
}

void
step_expiry(struct show *sh)
{
	static const struct sess_conf patient = { .idle = 60 * MINUTE };
	const struct capture *last;
	struct capture page, login;
	struct browser *ada;

	show_open(sh, &pages_site, show_with(sh, 2) ? &patient : NULL);
	show_account(sh);
	ada = new_ada(sh);
	page = page_of(ada, "/login");
	login = *browser_submit(ada, &page, "/login", ENTER);
	world_forget(sh->world);
	browser_get(ada, "/cart");
	last = last_click(sh, ada, number(capture_cell(&login,
	    SESS_STEP_AFTER, "session", 0, "ends")));
	show_key(sh, last, SESS_STEP_FIND);
	claims_of_expiry(sh, &login, last);
	values_of_expiry(sh, last);
	show_right(sh, what_ended(last));
	show_code(sh, "is_over");
	show_code(sh, "limits");
}

/* ---- 12: rotation ------------------------------------------------------ */

#define LATER (10 * MINUTE)     /* the old id is past its grace by then */

/* What Ada does in the hour after her login; it is not shown. */
static void
work_for_an_hour(struct show *sh, struct browser *ada)
{
	world_wait(sh->world, 25 * MINUTE);
	browser_get(ada, "/cart");
	world_wait(sh->world, 25 * MINUTE);
	browser_get(ada, "/cart");
	world_wait(sh->world, 11 * MINUTE);
	world_forget(sh->world);
}

/* A new id was committed, in place of this one. */
static bool
replaces(const struct capture *c, const char *id)
{
	return same(capture_value(c, SESS_STEP_COMMIT, "change"), "rotate") &&
	    differ(capture_value(c, SESS_STEP_COMMIT, "id"), id);
}

struct rotation {
	const char *old;                /* the id from before */
	const struct capture *turned;   /* the answer with the new id */
	const struct capture *next, *thief, *last;
};

static void
claims_of_rotation(struct show *sh, const struct rotation *r)
{
	show_claim(sh, "rotated", replaces(r->turned, r->old));
	show_claim(sh, "grace", is(found(r->next), "live") &&
	    same(session(r->next, "pk"), session(r->turned, "pk")));
	show_claim(sh, "again", replaces(r->next, capture_value(r->turned,
	    SESS_STEP_COMMIT, "id")));
	show_claim(sh, "shut", *found(r->thief) != '\0' &&
	    !is(found(r->thief), "live"));
	show_claim(sh, "replay", is(found(r->thief), "replay") &&
	    strstr(r->thief->log, "event=replay") != NULL);
	show_claim(sh, "goes-on", is(found(r->last), "live") &&
	    same(session(r->last, "pk"), session(r->turned, "pk")));
}

/* For how long the old id counts, as its row has it. */
static const char *
grace(struct show *sh, const struct capture *c)
{
	int64_t until = number(capture_cell(c, SESS_STEP_AFTER, "token", 1,
	    "until"));

	return world_printf(sh->world, "%" PRId64, until > c->at ?
	    (until - c->at) / MINUTE : 0);
}

/* Two requests at one moment get one new id, so Ada still has the old one. */
static bool
needs_one_more(const struct show *sh, const struct rotation *r)
{
	return !show_with(sh, 3) && is(found(r->next), "live") &&
	    capture_sent(r->next, r->old) && !replaces(r->next, r->old);
}

/* Is the old id late, the session over, or the next new id not yet due? */
static const char *
text_of_rotation(const struct show *sh, const struct rotation *r)
{
	if (!is(found(r->next), "live") && !is(found(r->next), "replay"))
		return "over";
	if (sh->where->with != 0)
		return NULL;
	if (is(found(r->next), "replay"))
		return "late";
	return needs_one_more(sh, r) ? "soon" : NULL;
}

static void
click_again(struct show *sh, struct browser *ada)
{
	world_wait(sh->world, MINUTE);
	browser_get(ada, "/cart");
}

/* The question's answer: with which id did Ada come back, and how was it? */
static int
came_back(const struct rotation *r)
{
	if (!is(found(r->next), "live"))
		return 1;
	return capture_sent(r->next, r->old) ? 2 : 3;
}

void
step_rotate(struct show *sh)
{
	const struct sess_conf conf = {
		.replay = show_with(sh, 2) ? SESS_REPLAY_END :
		    SESS_REPLAY_NOTE,
		.rotate = show_with(sh, 3) ? -1 : 0 };
	struct browser *ada, *eve;
	struct rotation r;

	show_open(sh, &pages_site, &conf);
	show_account(sh);
	ada = ada_inside(sh);
	eve = new_eve(sh);
	work_for_an_hour(sh, ada);
	r.old = id_of(sh, ada);
	r.turned = browser_send(ada, &(struct visit){ .target = "/cart",
	    .lost = !show_with(sh, 1) });
	show_wait(sh, 1);
	r.next = browser_get(ada, "/cart");
	if (needs_one_more(sh, &r))
		click_again(sh, ada);
	world_wait(sh->world, show_with(sh, 1) ? MINUTE : LATER);
	r.thief = try_id(sh, eve, r.old, "/cart");
	r.last = browser_get(ada, "/cart");
	show_key(sh, r.turned, SESS_STEP_COMMIT);
	claims_of_rotation(sh, &r);
	show_text(sh, text_of_rotation(sh, &r));
	show_value(sh, "grace.minutes", grace(sh, r.turned));
	show_right(sh, came_back(&r));
	show_code(sh, "session_rotate_due");
	if (!show_with(sh, 3))
		show_code(sh, "rotate");
	show_code(sh, "judge");
}

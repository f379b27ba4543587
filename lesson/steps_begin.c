/* steps_begin.c - from the first request to the first form. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/pages.h"
#include "lesson/steps.h"

#define SID "__Host-sid"

/* Firefox, which takes a cookie without SameSite along everywhere. */
static struct browser *
firefox(struct show *sh)
{
	struct browser *ada = show_browser(sh, &(struct browser)BROWSER_ADA);

	if (ada != NULL)
		ada->jar->unsaid = JAR_AS_NONE;
	return ada;
}

static const struct capture *
type_address(struct browser *b, const char *target)
{
	return browser_send(b, &(struct visit){ .target = target,
	    .typed = true });
}

static void
value_number(struct show *sh, const char *name, int64_t n)
{
	show_value(sh, name, world_printf(sh->world, "%" PRId64, n));
}

static bool
sets_no_cookie(struct show *sh, const struct capture *c)
{
	return c->status != 0 && capture_field(sh, c, "Set-Cookie", 0) == NULL;
}

static bool
writes_no_session(const struct capture *c)
{
	return c->status != 0 &&
	    capture_step(c, SESS_STEP_COMMIT, 0) == NULL &&
	    capture_rows(c, SESS_STEP_AFTER, "session") == 0;
}

static bool
left_nothing(struct show *sh, const struct capture *c)
{
	return sets_no_cookie(sh, c) && writes_no_session(c);
}

static bool
is_equal(const char *a, const char *b)
{
	return *a != '\0' && strcmp(a, b) == 0;
}

/* ---- 1 ----------------------------------------------------------------- */

/* Ben sits beside Ada: the same router, the same program. */
static struct browser *
second_visitor(struct show *sh, struct browser *ada)
{
	struct browser ben = BROWSER_ADA;

	ben.who = "Ben";
	return show_with(sh, 2) ? show_browser(sh, &ben) : ada;
}

static int
one_or_two(const struct capture *first, const struct capture *second)
{
	if (is_equal(capture_value(second, SESS_STEP_FIND, "found"), "live"))
		return 1;
	return is_equal(first->request, second->request) ? 3 : 2;
}

/* Two requests without a cookie: one visitor, or two? */
void
step_stateless(struct show *sh)
{
	const char *target = show_with(sh, 1) ? "/visits" : "/";
	struct browser *ada;
	const struct capture *first, *second;

	show_open(sh, &pages_site, NULL);
	ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	first = type_address(ada, target);
	second = type_address(second_visitor(sh, ada), target);
	show_key(sh, second, SESS_STEP_REQUEST);
	show_claim(sh, "same", is_equal(first->request, second->request));
	show_claim(sh, "one", is_equal(first->who, second->who));
	show_claim(sh, "cookie", sets_no_cookie(sh, first) &&
	    sets_no_cookie(sh, second));
	show_claim(sh, "store", writes_no_session(first) &&
	    writes_no_session(second));
	show_right(sh, one_or_two(first, second));
	show_code(sh, show_with(sh, 1) ? "visits" : "home");
}

/* ---- 2 ----------------------------------------------------------------- */

/* The draw of this purpose, or NULL. */
static const struct sess_trace_step *
drawn_for(const struct capture *c, const char *purpose)
{
	const struct sess_trace_step *s;
	const struct sess_trace_part *p;
	size_t i;

	for (i = 0; (s = capture_step(c, SESS_STEP_RANDOM, i)) != NULL; i++) {
		p = sess_trace_part(s, "purpose");
		if (p != NULL && strcmp(p->value, purpose) == 0)
			return s;
	}
	return NULL;
}

static const char *
part_of(const struct sess_trace_step *s, const char *name)
{
	const struct sess_trace_part *p = s != NULL ?
	    sess_trace_part(s, name) : NULL;

	return p != NULL ? p->value : "";
}

/* The six bits of a character of base64url; -1: it is none (RFC 4648, 5). */
static int
six_bits(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* Are these the bytes, in hex, that the id spells in base64url? */
static bool
is_spelled(const char *hex, const char *id)
{
	unsigned three;         /* digits of hex are two of base64url */

	for (; strlen(hex) >= 3 && sscanf(hex, "%3x", &three) == 1; hex += 3) {
		if (six_bits(id[0]) != (int)(three >> 6) ||
		    six_bits(id[1]) != (int)(three & 63))
			return false;
		id += 2;
	}
	return *hex == '\0' && *id == '\0';
}

/* The row of the id has its hash, and no row has the id. */
static bool
only_hash(const struct capture *c, enum sess_step step, const char *id)
{
	return *capture_cell(c, step, "token", 0, "key") != '\0' &&
	    !capture_row_has(c, id);
}

static int
stored_as(const struct capture *c, const char *id)
{
	if (capture_row_has(c, id))
		return 1;
	return capture_rows(c, SESS_STEP_AFTER, "token") > 0 ? 2 : 3;
}

/* The first value that is set: an id is made, hashed, stored and sent. */
void
step_create(struct show *sh)
{
	struct browser *ada;
	const struct capture *looked, *c;
	const struct sess_trace_step *drawn;
	const char *id;

	show_open(sh, &pages_site, NULL);
	ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	looked = type_address(ada, "/");
	c = browser_get(ada, "/visits");
	id = browser_cookie(ada, SID);
	drawn = drawn_for(c, "id");
	show_key(sh, c, SESS_STEP_COMMIT);
	show_claim(sh, "looked", left_nothing(sh, looked) &&
	    capture_step(looked, SESS_STEP_RANDOM, 0) == NULL);
	show_claim(sh, "random", *id != '\0' &&
	    is_spelled(part_of(drawn, "value"), id));
	show_claim(sh, "hash", only_hash(c, SESS_STEP_AFTER, id));
	show_claim(sh, "field", is_equal(capture_cell(c, SESS_STEP_AFTER,
	    "field", 0, "name"), "visits"));
	value_number(sh, "id.bits", (int64_t)strlen(part_of(drawn, "value")) *
	    4);
	value_number(sh, "id.length", (int64_t)strlen(id));
	show_right(sh, stored_as(c, id));
	show_code(sh, "visits");
	show_code(sh, "token");
	show_code(sh, "key");
}

/* ---- 3 ----------------------------------------------------------------- */

/* What a browser makes of a Set-Cookie that came from the site's own page. */
struct trial {
	struct show *sh;
	struct jar *jar;                /* its own; NULL: no memory */
	const char *cookie;             /* or "" */
};

static const struct jar_request here = { .host = WORLD_HOST, .path = "/",
	.secure = true };
static const struct jar_request script = { .host = WORLD_HOST, .path = "/",
	.secure = true, .script = true };
static const struct jar_request forged = { .host = WORLD_HOST, .path = "/",
	.secure = true, .method = "POST", .cross_site = true,
	.top_level = true };
static const struct jar_request by_http = { .host = WORLD_HOST, .path = "/" };
static const struct jar_request neighbour = { .host = "blog." WORLD_HOST,
	.path = "/", .secure = true };

/* Into a jar with nothing else in it; was it kept? */
static bool
is_kept(const struct trial *t)
{
	if (t->jar == NULL)
		return false;
	jar_init(t->jar);
	t->jar->unsaid = JAR_AS_NONE;
	jar_receive(t->jar, &here, t->cookie, world_now(t->sh->world));
	return t->jar->n > 0;
}

static bool
gets_it(const struct trial *t, const struct jar_request *r)
{
	return is_kept(t) && jar_withholds(t->jar, &t->jar->at[0], r,
	    world_now(t->sh->world)) == NULL;
}

static bool
is_withheld(const struct trial *t, const struct jar_request *r)
{
	return is_kept(t) && !gets_it(t, r);
}

/* The browser is closed: is it gone? */
static bool
goes_at_close(const struct trial *t)
{
	if (!is_kept(t))
		return false;
	jar_close_browser(t->jar);
	return t->jar->n == 0;
}

/* Can no other host of the domain set a cookie of this name? */
static bool
is_host_only(const struct trial *t)
{
	const char *other = is_kept(t) ? world_printf(t->sh->world,
	    "%s=other; Path=/; Secure; Domain=" WORLD_HOST,
	    t->jar->at[0].name) : NULL;

	return other != NULL && jar_receive(t->jar, &neighbour, other,
	    world_now(t->sh->world)) != NULL;
}

/* The same without this attribute, or NULL: it has none. */
static const char *
less(const struct trial *t, const char *attribute)
{
	const char *at = strstr(t->cookie, attribute);

	return at == NULL ? NULL : world_printf(t->sh->world, "%.*s%s",
	    (int)(at - t->cookie), t->cookie, at + strlen(attribute));
}

/* Is the cookie kept from this request, and only by this attribute? */
static bool
prevents(const struct trial *t, const char *attribute,
    const struct jar_request *r)
{
	struct trial other = { t->sh, t->jar, less(t, attribute) };

	return is_withheld(t, r) && other.cookie != NULL && gets_it(&other, r);
}

/* The question's answer: a script, a form, both, or neither. */
static int
http_only_prevents(const struct trial *t)
{
	bool reading = prevents(t, "; HttpOnly", &script);
	bool form = prevents(t, "; HttpOnly", &forged);

	return reading ? form ? 3 : 1 : form ? 2 : 4;
}

static void
claim_attributes(const struct trial *t, const struct capture *evil)
{
	struct show *sh = t->sh;

	show_claim(sh, "httponly", is_withheld(t, &script));
	show_claim(sh, "secure", is_withheld(t, &by_http));
	show_claim(sh, "samesite", is_kept(t) && evil->status != 0 &&
	    !capture_sent(evil, "Cookie:"));
	show_claim(sh, "host", is_host_only(t));
	show_claim(sh, "session", goes_at_close(t));
}

/* The answers lose these on their way to the browser. */
static const char *
lost_attributes(const struct show *sh)
{
	if (show_with(sh, 1))
		return show_with(sh, 2) ? "; HttpOnly; SameSite=Lax" :
		    "; HttpOnly";
	return show_with(sh, 2) ? "; SameSite=Lax" : NULL;
}

/* The cookie's attributes, each tried in a browser. */
void
step_attributes(struct show *sh)
{
	const struct sess_conf conf = {
		.cookie_life = show_with(sh, 3) ? 30 * 86400 : 0 };
	struct trial t = { .sh = sh };
	struct browser *ada;
	const struct capture *c, *evil;

	show_open(sh, &pages_site, &conf);
	ada = firefox(sh);
	if (ada != NULL)
		ada->without = lost_attributes(sh);
	c = type_address(ada, "/visits");
	evil = browser_send(ada, &(struct visit){ .target = "/visits",
	    .form = "", .from = BROWSER_EVIL });
	t.jar = world_alloc(sh->world, sizeof(*t.jar));
	t.cookie = capture_field(sh, c, "Set-Cookie", 0);
	if (t.cookie == NULL)
		t.cookie = "";
	show_key(sh, c, SESS_STEP_ANSWER);
	claim_attributes(&t, evil);
	show_right(sh, http_only_prevents(&t));
	show_code(sh, "cookie");
}

/* ---- 4 ----------------------------------------------------------------- */

/* The number in the row of the visits, or 0. */
static int64_t
visits_of(const struct capture *c, enum sess_step step)
{
	if (!is_equal(capture_cell(c, step, "field", 0, "name"), "visits"))
		return 0;
	return strtoll(capture_cell(c, step, "field", 0, "value"), NULL, 10);
}

/* In a cookie beside the id, in the store, or nowhere that we know of. */
static int
place_of_visits(const struct capture *c, const char *pair)
{
	const char *sent = strstr(c->request, "\r\nCookie: ");

	if (sent == NULL || strncmp(sent + 10, pair, strlen(pair)) != 0 ||
	    strncmp(sent + 10 + strlen(pair), "\r\n", 2) != 0)
		return 1;
	return visits_of(c, SESS_STEP_FIND) > 0 ? 2 : 3;
}

/* Eve has got hold of Ada's cookie. */
static const struct capture *
again(struct show *sh, struct browser *ada, const char *pair)
{
	struct browser *eve;

	if (!show_with(sh, 1))
		return browser_get(ada, "/visits");
	eve = show_browser(sh, &(struct browser)BROWSER_EVE);
	return browser_send(eve, &(struct visit){ .target = "/visits",
	    .cookie = pair, .typed = true });
}

static void
claim_found(struct show *sh, const struct capture *first,
    const struct capture *c, const char *id)
{
	const char *key = capture_value(first, SESS_STEP_COMMIT, "key");

	show_claim(sh, "hashed", only_hash(c, SESS_STEP_FIND, id));
	show_claim(sh, "found", is_equal(capture_value(c, SESS_STEP_FIND,
	    "found"), "live") && is_equal(capture_value(c, SESS_STEP_TOKEN,
	    "key"), key) && is_equal(capture_cell(c, SESS_STEP_FIND, "token",
	    0, "key"), key));
	show_claim(sh, "counted", visits_of(c, SESS_STEP_FIND) > 0 &&
	    visits_of(c, SESS_STEP_AFTER) == visits_of(c, SESS_STEP_FIND) +
	    1);
	show_claim(sh, "same-id", is_equal(capture_value(c, SESS_STEP_COMMIT,
	    "change"), "none") && capture_field(sh, c, "Set-Cookie", 0) ==
	    NULL);
	show_claim(sh, "ada", is_equal(first->who, c->who));
}

/* The browser comes back: its id is found, and with it the fields. */
void
step_return(struct show *sh)
{
	struct browser *ada;
	const struct capture *first, *c;
	const char *id, *pair;

	show_open(sh, &pages_site, NULL);
	ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	first = type_address(ada, "/visits");
	id = browser_cookie(ada, SID);
	pair = world_printf(sh->world, SID "=%s", id);
	if (pair == NULL)
		pair = "";
	c = again(sh, ada, pair);
	show_key(sh, c, SESS_STEP_FIND);
	claim_found(sh, first, c, id);
	value_number(sh, "id.length", (int64_t)strlen(id));
	value_number(sh, "visits.before", visits_of(c, SESS_STEP_FIND));
	value_number(sh, "visits.after", visits_of(c, SESS_STEP_AFTER));
	show_right(sh, place_of_visits(c, pair));
	show_code(sh, "visits");
	show_code(sh, "look-up");
	show_code(sh, "load");
}

/* ---- 5 ----------------------------------------------------------------- */

#define MADE_UP SID "=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* Cookies with an id that opens nothing here. */
struct wrong {
	const char *cut, *other, *own;
};

/* A second shop, with a store of its own, gave this id to its second guest. */
static const char *
id_of_another_shop(struct show *sh)
{
	static const struct sess_conf defaults;
	struct show there = { .where = sh->where, .elsewhere = true };
	const char *id;

	show_open(&there, &pages_site, &defaults);
	type_address(show_browser(&there, &(struct browser)BROWSER_ADA),
	    "/visits");
	type_address(show_browser(&there, &(struct browser)BROWSER_EVE),
	    "/visits");
	id = world_printf(sh->world, SID "=%s", there.nbrowsers < 2 ? "" :
	    browser_cookie(there.browsers[1], SID));
	show_close(&there);
	return id;
}

/* Ada has a session; how she came by it is not shown. */
static struct wrong
wrong_cookies(struct show *sh, struct browser *ada)
{
	struct wrong w;
	const char *id;

	type_address(ada, "/visits");
	world_forget(sh->world);
	id = browser_cookie(ada, SID);
	w.cut = world_printf(sh->world, SID "=%.20s", id);
	w.own = world_printf(sh->world, SID "=%s", id);
	w.other = id_of_another_shop(sh);
	return w;
}

static const struct capture *
try_id(struct browser *b, const char *target, const char *cookie)
{
	return browser_send(b, &(struct visit){ .target = target,
	    .cookie = cookie != NULL ? cookie : "", .typed = true });
}

static bool
same_answer(const struct capture *a, const struct capture *b)
{
	return is_equal(a->answer, b->answer) && is_equal(a->body, b->body);
}

/* An error, another page, what a visitor without an id is told, or this id. */
static int
told(const struct capture *plain, const struct capture *wrong,
    const struct capture *kept)
{
	const char *id = capture_value(kept, SESS_STEP_COMMIT, "id");

	if (wrong->status >= 400)
		return 1;
	if (wrong->status >= 300)
		return 2;
	if (*id == '\0')
		return 0;
	if (strstr(MADE_UP, id) != NULL)
		return 4;
	return same_answer(plain, wrong) ? 3 : 0;
}

/* A session began, and the hash of the id that came is not that of its id. */
static bool
is_own(const struct capture *c)
{
	const char *key = capture_cell(c, SESS_STEP_AFTER, "token", 0, "key");

	return is_equal(capture_value(c, SESS_STEP_COMMIT, "change"),
	    "create") && *key != '\0' &&
	    *capture_value(c, SESS_STEP_TOKEN, "key") != '\0' &&
	    strcmp(capture_value(c, SESS_STEP_TOKEN, "key"), key) != 0;
}

/* What Eve and Ada were told: with no id at all, and with a wrong one. */
static void
claim_wrong(struct show *sh, const struct capture *plain,
    const struct capture *wrong[3])
{
	bool same = true, nothing = true;
	int i;

	for (i = 0; i < 3; i++) {
		same &= same_answer(plain, wrong[i]);
		nothing &= left_nothing(sh, wrong[i]);
	}
	show_claim(sh, "same", same);
	show_claim(sh, "nothing", nothing);
	show_claim(sh, "cut", capture_step(wrong[1], SESS_STEP_TOKEN, 0) !=
	    NULL && capture_step(wrong[1], SESS_STEP_FIND, 0) == NULL);
	show_claim(sh, "expired", is_equal(capture_value(wrong[2],
	    SESS_STEP_FIND, "found"), "expired"));
}

/* Ids of another site, cut, expired, and made up. */
void
step_unknown(struct show *sh)
{
	struct browser *ada, *eve;
	const struct capture *plain, *c[3], *kept;
	struct wrong w;

	show_open(sh, &pages_site, NULL);
	ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	eve = show_browser(sh, &(struct browser)BROWSER_EVE);
	w = wrong_cookies(sh, ada);
	plain = type_address(eve, "/");
	c[0] = try_id(eve, "/", w.other);
	c[1] = try_id(eve, "/", w.cut);
	show_wait(sh, 31);
	c[2] = try_id(ada, "/", w.own);
	kept = try_id(eve, "/visits", MADE_UP);
	show_key(sh, c[0], SESS_STEP_FIND);
	claim_wrong(sh, plain, c);
	show_claim(sh, "own", is_own(kept));
	if (is_equal(capture_value(c[2], SESS_STEP_FIND, "found"), "live"))
		show_text(sh, "live");
	show_right(sh, told(plain, c[0], kept));
	show_code(sh, "home");
	show_code(sh, "shape");
	show_code(sh, "load");
}

/* ---- 6 ----------------------------------------------------------------- */

/* Another site posts this in Ada's browser. */
static const struct capture *
forge(struct show *sh, struct browser *ada, const char *token)
{
	const char *form = show_with(sh, 3) ? world_printf(sh->world,
	    "name=Eve&csrf=%s", token) : "name=Eve";

	if (ada != NULL)
		ada->silent = show_with(sh, 2);
	return browser_send(ada, &(struct visit){ .target = "/name",
	    .form = form, .from = BROWSER_EVIL });
}

/* The token in this form of the site, or "". */
static const char *
token_in(struct show *sh, const struct capture *page)
{
	static const char before[] = "name=\"csrf\" value=\"";
	const char *at = strstr(page->body, before), *token = NULL;

	if (at != NULL)
		token = world_printf(sh->world, "%.*s", (int)strcspn(at +
		    sizeof(before) - 1, "\""), at + sizeof(before) - 1);
	return token != NULL ? token : "";
}

/*
 * Which guard has stopped the form; NULL: the one that looks where it comes
 * from, as no token was looked at.
 */
static const char *
stopped_by(const struct capture *evil)
{
	if (is_equal(capture_value(evil, SESS_STEP_CSRF, "verdict"), "passes"))
		return "passed";
	if (*capture_value(evil, SESS_STEP_CSRF, "token") == '\0')
		return NULL;
	return !capture_sent(evil, SID "=") && is_equal(capture_value(evil,
	    SESS_STEP_CSRF, "token"), "wrong") ? "cookie" : "token";
}

static void
claim_forged(struct show *sh, const struct capture *own,
    const struct capture *evil, const char *token)
{
	show_claim(sh, "own", is_equal(capture_value(own, SESS_STEP_CSRF,
	    "token"), "right") && is_equal(capture_value(own, SESS_STEP_CSRF,
	    "verdict"), "passes"));
	show_claim(sh, "stays", evil->status != 0 &&
	    !capture_sent(evil, SID "="));
	show_claim(sh, "site", is_equal(capture_value(evil, SESS_STEP_CSRF,
	    "site"), "cross-site") && is_equal(capture_value(evil,
	    SESS_STEP_CSRF, "origin"), BROWSER_EVIL));
	show_claim(sh, "token", *token != '\0' && evil->status != 0 &&
	    !capture_sent(evil, token));
	show_claim(sh, "refused", is_equal(capture_value(evil, SESS_STEP_CSRF,
	    "verdict"), "refused") && capture_step(evil, SESS_STEP_HANDLER,
	    0) == NULL);
}

/* A form of the site's own, and the same form posted by another site. */
void
step_form(struct show *sh)
{
	const struct sess_conf conf = { .same_site = show_with(sh, 1) ?
		SESS_CROSS_SITE : SESS_LAX };
	struct browser *ada;
	const struct capture *page, *own, *evil;
	const char *token;

	show_open(sh, &pages_site, &conf);
	ada = firefox(sh);
	type_address(ada, "/visits");
	world_forget(sh->world);
	page = browser_send(ada, &(struct visit){ .target = "/name" });
	token = token_in(sh, page);
	own = browser_submit(ada, page, "/name", "name=Ada");
	evil = forge(sh, ada, token);
	show_key(sh, evil, SESS_STEP_REQUEST);
	claim_forged(sh, own, evil, token);
	show_text(sh, stopped_by(evil));
	show_right(sh, capture_sent(evil, SID "=") ? 1 : 2);
	show_code(sh, "name");
	show_code(sh, "from-here");
	show_code(sh, "prove");
}

/* steps_end.c - from the logout to a session that was stolen. */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "lesson/pages.h"
#include "lesson/steps.h"

#define ID "__Host-sid"
#define REMEMBER "__Host-remember"
#define DAY INT64_C(86400)
#define LOGIN "user=" PAGES_USER "&password=" PAGES_PASSWORD

/* ---- what several steps do ---------------------------------------------- */

/* Ada logs in; how is not shown. */
static void
log_in(struct browser *b)
{
	browser_submit(b, browser_get(b, "/login"), "/login", LOGIN);
}

/* A cookie as it is now, for somebody to copy. */
static const char *
copy_of(const struct browser *b, const char *name)
{
	const char *text = b != NULL ? world_printf(b->world, "%s",
	    browser_cookie(b, name)) : NULL;

	return text != NULL ? text : "";
}

/* Somebody else sends the cookie that they have copied. */
static const struct capture *
send_copy(struct show *sh, struct browser *b, const char *name,
    const char *value, const char *target)
{
	return browser_send(b, &(struct visit){ .target = target,
	    .typed = true, .cookie = world_printf(sh->world, "%s=%s", name,
	    value) });
}

/* ---- questions that only these steps have -------------------------------- */

static bool
was_found(const struct capture *c, const char *found)
{
	return strcmp(capture_value(c, SESS_STEP_FIND, "found"), found) == 0;
}

/* Did this request come to a session of Ada's? */
static bool
is_ada(const struct capture *c)
{
	return was_found(c, "live") && strcmp(capture_cell(c, SESS_STEP_FIND,
	    "session", 0, "user"), PAGES_USER) == 0;
}

/* The step of what the store did for this purpose ("revoke"), or NULL. */
static const struct sess_trace_step *
of_act(const struct capture *c, enum sess_step step, const char *act)
{
	const struct sess_trace_step *s;
	const struct sess_trace_part *p;
	size_t i;

	for (i = 0; (s = capture_step(c, step, i)) != NULL; i++)
		if ((p = sess_trace_part(s, "act")) != NULL &&
		    strcmp(p->value, act) == 0)
			return s;
	return NULL;
}

/* How many rows of this table stand there; -1: the store did no such thing. */
static int
rows_of_act(const struct capture *c, enum sess_step step, const char *act,
    const char *table)
{
	const struct sess_trace_step *s = of_act(c, step, act);
	size_t i;
	int n = 0;

	for (i = 0; s != NULL && i < s->nparts; i++)
		n += s->parts[i].kind == SESS_TRACE_ROW &&
		    strcmp(s->parts[i].name, table) == 0;
	return s != NULL ? n : -1;
}

/* Only an answer over https tells the browser to stay with https. */
static bool
is_https(struct show *sh, const struct capture *c)
{
	return capture_field(sh, c, "Strict-Transport-Security", 0) != NULL;
}

/* Has the store noted something of this kind ("stolen") in this exchange? */
static bool
was_noted(const struct capture *c, const char *kind)
{
	const struct sess_trace_step *s;
	size_t i, k;

	for (i = 0; (s = capture_step(c, SESS_STEP_AFTER, i)) != NULL; i++)
		for (k = 0; k < s->nparts; k++)
			if (strcmp(s->parts[k].name, "kind") == 0 &&
			    strcmp(s->parts[k].value, kind) == 0)
				return true;
	return false;
}

/* ---- 13 ------------------------------------------------------------------ */

/* Ada logs out; somebody has copied her cookie before. */
void
step_logout(struct show *sh)
{
	struct browser *ada, *eve;
	struct capture cart;
	const struct capture *before, *logout, *after;
	const char *id;

	show_open(sh, &pages_site, NULL);
	show_account(sh);
	ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	eve = show_browser(sh, &(struct browser)BROWSER_EVE);
	log_in(ada);
	browser_submit(ada, browser_get(ada, "/cart"), "/cart", NULL);
	cart = *browser_get(ada, "/cart");
	world_forget(sh->world);
	id = copy_of(ada, ID);
	before = send_copy(sh, eve, ID, id, "/cart");
	logout = browser_submit(ada, &cart, show_with(sh, 1) ? "/leave" :
	    "/logout", NULL);
	after = send_copy(sh, eve, ID, id, "/cart");
	show_key(sh, logout, show_with(sh, 1) ? SESS_STEP_ANSWER :
	    SESS_STEP_COMMIT);
	show_claim(sh, "copy", is_ada(before));
	show_claim(sh, "jar", *id != '\0' && logout->status == 303 &&
	    *browser_cookie(ada, ID) == '\0');
	show_claim(sh, "row", rows_of_act(logout, SESS_STEP_BEFORE, "commit",
	    "session") > 0 && rows_of_act(logout, SESS_STEP_AFTER, "commit",
	    "session") == 0);
	show_claim(sh, "dead", was_found(after, "none"));
	show_right(sh, was_found(after, "live") ? 1 : 2);
	show_code(sh, show_with(sh, 1) ? "leave" : "logout");
	if (!show_with(sh, 1))
		show_code(sh, "sess_logout");
}

/* ---- 14 ------------------------------------------------------------------ */

/* A session that lasts as long as being remembered does. */
static const struct sess_conf endless = {
	.cookie_life = 30 * DAY, .idle = 30 * DAY, .absolute = 30 * DAY,
};

/* The days that a cookie was set for, or "". */
static const char *
days_of(struct show *sh, const struct capture *c, const char *cookie)
{
	const struct sess_trace_step *s;
	const struct sess_trace_part *name, *life;
	size_t i;

	for (i = 0; (s = capture_step(c, SESS_STEP_COOKIE, i)) != NULL; i++) {
		name = sess_trace_part(s, "name");
		life = sess_trace_part(s, "life");
		if (name != NULL && life != NULL &&
		    strcmp(name->value, cookie) == 0)
			return world_printf(sh->world, "%lld",
			    strtoll(life->value, NULL, 10) / DAY);
	}
	return "";
}

struct returning {
	const char *name;               /* of the cookie that lasts */
	const char *fields;             /* of the login */
	const struct capture *login, *back, *theft, *last;
	const char *id, *token;         /* as the login set them */
	const char *new_token;          /* as she has it then */
};

/* Her browser is closed and opened; then Eve uses a copy of its cookie. */
static void
come_back(struct show *sh, struct returning *r)
{
	struct browser *ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	struct browser *eve = show_browser(sh, &(struct browser)BROWSER_EVE);
	const struct capture form = *browser_get(ada, "/login");

	world_forget(sh->world);
	r->login = browser_submit(ada, &form, "/login", r->fields);
	r->id = copy_of(ada, ID);
	r->token = copy_of(ada, r->name);
	browser_restart(ada);
	r->back = browser_send(ada, &(struct visit){ .target = "/cart",
	    .typed = true });
	r->new_token = copy_of(ada, r->name);
	show_wait(sh, 2);
	r->theft = send_copy(sh, eve, r->name, r->token, "/cart");
	r->last = browser_get(ada, "/cart");
}

/* Did Eve's copy bring her what she could go on with? */
static const char *
text_of_copy(const struct returning *r, bool long_lived)
{
	if (!is_ada(r->theft))
		return NULL;
	if (!long_lived)
		return "soon";
	return *capture_value(r->theft, SESS_STEP_COMMIT, "id") != '\0' ?
	    "rotated" : NULL;
}

/* Ada is remembered, and her browser is closed. */
void
step_remember(struct show *sh)
{
	const bool long_lived = show_with(sh, 1);
	struct returning r = { .name = long_lived ? ID : REMEMBER,
		.fields = long_lived ? LOGIN : LOGIN "&remember=1" };
	bool replaced;

	show_open(sh, &pages_site, long_lived ? &endless : NULL);
	show_account(sh);
	come_back(sh, &r);
	replaced = *r.token != '\0' && *r.new_token != '\0' &&
	    strcmp(r.token, r.new_token) != 0;
	show_text(sh, text_of_copy(&r, long_lived));
	show_value(sh, "remember.days", days_of(sh, r.login, r.name));
	show_key(sh, r.back, long_lived ? SESS_STEP_FIND : SESS_STEP_AFTER);
	show_claim(sh, "own", capture_cookie_has(r.login, ID, "Path=/") &&
	    !capture_cookie_has(r.login, ID, "Max-Age"));
	show_claim(sh, "new", *r.id != '\0' && !capture_sent(r.back, r.id) &&
	    is_ada(r.back));
	show_claim(sh, "replaced", replaced);
	show_claim(sh, "theft", was_noted(r.theft, "stolen"));
	show_claim(sh, "shut", r.theft->status != 0 && !is_ada(r.theft));
	show_claim(sh, "ended", is_ada(r.back) && (was_found(r.last, "none") ||
	    was_found(r.last, "expired")));
	show_right(sh, replaced ? 2 : 1);
	show_code(sh, "login");
	if (!long_lived)
		show_code(sh, "family_judge");
}

/* ---- 15 ------------------------------------------------------------------ */

/* How the id travels, by the switches; the last one counts. */
static enum sess_carry
way(const struct show *sh)
{
	return show_with(sh, 3) ? SESS_BY_COOKIE :
	    show_with(sh, 2) ? SESS_BY_BEARER :
	    show_with(sh, 1) ? SESS_BY_FIELD : SESS_BY_QUERY;
}

/* The address that an answer leads to. */
static const char *
location(struct show *sh, const struct capture *c)
{
	const char *where = capture_field(sh, c, "Location", 0);

	return where != NULL ? where : "/";
}

/* The address that the form of a page is sent to. */
static const char *
action(struct show *sh, const struct capture *c)
{
	static const char before[] = "action=\"";
	const char *at = strstr(c->body, before);
	const char *to = at != NULL ? world_printf(sh->world, "%.*s",
	    (int)strcspn(at + sizeof(before) - 1, "\""),
	    at + sizeof(before) - 1) : NULL;

	return to != NULL ? to : "/";
}

/* The bytes of the form as the page has it, with this bearer id or none. */
static const char *
form_of(struct show *sh, const struct capture *c)
{
	static const char before[] = "name=\"";
	static const char between[] = "\" value=\"";
	const char *at = c->body, *form = "", *value;

	while (form != NULL && (at = strstr(at, before)) != NULL) {
		at += sizeof(before) - 1;
		if ((value = strstr(at, between)) == NULL)
			break;
		value += sizeof(between) - 1;
		form = world_printf(sh->world, "%s%s%.*s=%.*s", form,
		    *form != '\0' ? "&" : "", (int)strcspn(at, "\""), at,
		    (int)strcspn(value, "\""), value);
	}
	return form != NULL ? form : "";
}

/* Does the request name the page before with this in its address? */
static bool
is_told(const struct capture *c, const char *text)
{
	const char *at = strstr(c->request, "\r\nReferer: ");
	const char *found = at != NULL ? strstr(at, text) : NULL;

	return found != NULL && found < at + 2 + strcspn(at + 2, "\r");
}

/* The session that a request found or, where it made one, made; or "". */
static const char *
session_of(const struct capture *c)
{
	return was_found(c, "live") ? capture_cell(c, SESS_STEP_FIND,
	    "session", 0, "pk") : capture_cell(c, SESS_STEP_AFTER, "session",
	    0, "pk");
}

/* Did this request come to the session of the one before? */
static bool
is_same(const struct capture *c, const struct capture *before)
{
	return was_found(c, "live") && strcmp(session_of(c),
	    session_of(before)) == 0;
}

/* The id that was made for Ada, in the first of these that made one. */
static const char *
made_id(const struct capture *first, const struct capture *second)
{
	const char *id = capture_value(first, SESS_STEP_COMMIT, "id");

	return *id != '\0' ? id : capture_value(second, SESS_STEP_COMMIT,
	    "id");
}

struct carrying {
	const struct capture *add, *cart, *away, *link, *thief;
	const char *id;
	const char *form;               /* that Ada sent */
};

/* Ada puts tea into her cart, looks at it, and goes on to the first page. */
static void
shop(struct show *sh, struct carrying *r)
{
	struct browser *ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	const struct capture *first = browser_get(ada, "/cart");
	const char *id = capture_value(first, SESS_STEP_COMMIT, "id");
	const char *bearer = way(sh) == SESS_BY_BEARER ? id : NULL;

	r->form = form_of(sh, first);
	r->add = browser_send(ada, &(struct visit){ .bearer = bearer,
	    .target = action(sh, first), .form = r->form });
	r->id = made_id(first, r->add);
	r->cart = browser_send(ada, &(struct visit){ .bearer = bearer,
	    .target = location(sh, r->add) });
	r->away = browser_send(ada, &(struct visit){ .bearer = bearer,
	    .target = "/" });
}

/*
 * Eve opens the address of Ada's cart.  Where that has no id, she has got hold
 * of the id in another way, and then sends it as this site takes it.
 */
static void
follow(struct show *sh, struct carrying *r)
{
	struct browser *eve = show_browser(sh, &(struct browser)BROWSER_EVE);

	r->link = browser_send(eve, &(struct visit){ .typed = true,
	    .target = r->cart->target });
	if (way(sh) == SESS_BY_COOKIE)
		r->thief = send_copy(sh, eve, ID, r->id, "/cart");
	else if (way(sh) == SESS_BY_BEARER)
		r->thief = browser_send(eve, &(struct visit){ .typed = true,
		    .target = "/cart", .bearer = r->id });
	else if (way(sh) == SESS_BY_FIELD)
		r->thief = browser_send(eve, &(struct visit){ .typed = true,
		    .target = "/cart", .form = r->form });
	else
		r->thief = r->link;
}

/* The question's answer: what does Eve see? */
static int
what_is_seen(const struct carrying *r)
{
	if (r->link->status >= 400)
		return 3;
	return is_same(r->link, r->add) ? 2 : 1;
}

void
step_transport(struct show *sh)
{
	const struct sess_conf conf = { .carry = way(sh) };
	struct carrying r;

	show_open(sh, &pages_site, &conf);
	shop(sh, &r);
	follow(sh, &r);
	show_key(sh, r.link, SESS_STEP_REQUEST);
	show_claim(sh, "address", *r.id != '\0' && strstr(r.cart->target,
	    r.id) != NULL);
	show_claim(sh, "own", is_same(r.cart, r.add));
	show_claim(sh, "link", is_same(r.link, r.add));
	show_claim(sh, "thief", is_same(r.thief, r.add));
	show_claim(sh, "referer", *r.id != '\0' && *r.away->request != '\0' &&
	    !is_told(r.away, r.id));
	show_right(sh, what_is_seen(&r));
	show_code(sh, "cart");
	if (way(sh) == SESS_BY_QUERY)
		show_code(sh, "sess_link");
	show_code(sh, "carry_find_early");
}

/* ---- 16 ------------------------------------------------------------------ */

/* The visitor opens the tools of the browser, and writes a cookie. */
static void
write_cookie(struct browser *b, const char *cookie)
{
	const struct jar_request r = { .host = WORLD_HOST, .path = "/",
		.secure = true, .top_level = true };

	if (b != NULL && cookie != NULL)
		jar_receive(b->jar, &r, cookie, world_now(b->world));
}

/* Does this jar, which is emptied for it, keep a cookie of so many bytes? */
static bool
is_kept(struct jar *jar, char *room, size_t bytes)
{
	const struct jar_request r = { .host = WORLD_HOST, .path = "/",
		.secure = true, .top_level = true };

	memset(room, 'x', bytes + 1);
	room[4] = '=';                  /* it counts for neither */
	room[bytes + 1] = '\0';
	jar_init(jar);
	return jar_receive(jar, &r, room, WORLD_BEGIN) == NULL && jar->n == 1;
}

/* The most bytes of name and value that a browser keeps, found by trying. */
static size_t
most_bytes(struct show *sh)
{
	size_t low = 5, high = 65536, middle;
	struct jar *jar = world_alloc(sh->world, sizeof(*jar));
	char *room = world_alloc(sh->world, high + 2);

	if (jar == NULL || room == NULL)
		return 0;
	while (high - low > 1) {
		middle = (low + high) / 2;
		if (is_kept(jar, room, middle))
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct changing {
	const struct capture *first, *changed, *longer;
};

/* Ada writes 90 where the server has written 5, and sends the form. */
static void
change(struct show *sh, struct changing *r)
{
	struct browser *ada = show_browser(sh, &(struct browser)BROWSER_ADA);
	const char *form;

	r->first = browser_get(ada, "/offer");
	write_cookie(ada, "discount=90; Path=/; Secure; HttpOnly");
	if (show_with(sh, 1))
		write_cookie(ada, ID "=90909090909090909090909090909090; "
		    "Path=/; Secure; HttpOnly");
	form = form_of(sh, r->first);
	form = world_printf(sh->world, "%.*s&discount=90",
	    (int)strcspn(form, "&"), form);
	r->changed = browser_send(ada, &(struct visit){ .target = "/offer",
	    .form = form != NULL ? form : "" });
	r->longer = browser_get(ada, "/too-long");
}

static bool
has_sent(const struct capture *c)
{
	return strstr(c->request, "discount=90") != NULL &&
	    strstr(c->form, "discount=90") != NULL;
}

/* What the page has read of them is known by its answer only. */
static bool
is_believed(const struct capture *c)
{
	return has_sent(c) && c->status == 200 && *c->log == '\0' &&
	    strstr(c->body, "Cookie: 90.") != NULL &&
	    strstr(c->body, "Form: 90.") != NULL;
}

/* One number in a session, in a cookie and in a form. */
void
step_places(struct show *sh)
{
	struct changing r;
	const char *kept;

	show_open(sh, &pages_site, NULL);
	change(sh, &r);
	kept = capture_cell(r.changed, SESS_STEP_FIND, "field", 0, "value");
	show_value(sh, "discount.sent", has_sent(r.changed) ? "90" : "");
	show_value(sh, "discount.kept", *kept != '\0' ? kept : "-");
	show_value(sh, "cookie.most", world_printf(sh->world, "%zu",
	    most_bytes(sh)));
	show_key(sh, r.changed, SESS_STEP_REQUEST);
	show_claim(sh, "once", strstr(r.first->body, "Session: 5.") != NULL &&
	    !capture_sent(r.first, "discount=") &&
	    strstr(r.changed->request, "discount=") != NULL);
	show_claim(sh, "believed", is_believed(r.changed));
	show_claim(sh, "session", strcmp(kept, capture_value(r.first,
	    SESS_STEP_EDIT, "value")) == 0 && *kept != '\0');
	show_claim(sh, "long", r.longer->status == 500 && capture_field(sh,
	    r.longer, "Set-Cookie", 0) == NULL);
	show_right(sh, strcmp(kept, "90") == 0 ? 1 :
	    has_sent(r.changed) && r.changed->status == 200 ? 2 : 3);
	show_code(sh, "offer");
	show_code(sh, "cookie");
}

/* ---- 17 ------------------------------------------------------------------ */

/* Ada's two browsers are told apart: the picture has one more. */
static const struct browser laptop_like = { .who = "laptop",
	.address = "192.0.2.1",
	.agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" };
static const struct browser phone_like = { .who = "phone",
	.address = "203.0.113.5",
	.agent = "Mozilla/5.0 (Android 16; Mobile) Firefox/140.0" };

/* Ada has two browsers; Eve has copied the id of one of them. */
void
step_devices(struct show *sh)
{
	struct browser *ada, *eve, *phone;
	struct capture before;
	const struct capture *in, *end = &world_nothing, *after;
	const char *id;
	int had, left;
	bool cut;

	show_open(sh, &pages_site, NULL);
	show_account(sh);
	phone = show_browser(sh, &phone_like);
	ada = show_browser(sh, &laptop_like);
	eve = show_browser(sh, &(struct browser)BROWSER_EVE);
	log_in(ada);
	log_in(phone);
	before = *browser_get(ada, "/devices");
	world_forget(sh->world);
	browser_get(phone, "/devices");
	id = copy_of(show_with(sh, 2) ? ada : phone, ID);
	in = send_copy(sh, eve, ID, id, "/devices");
	if (show_with(sh, 1)) {
		browser_restart(phone);
		browser_get(phone, "/devices");
	} else
		end = browser_submit(ada, &before, "/devices", NULL);
	after = send_copy(sh, eve, ID, id, "/devices");
	cut = is_ada(in) && was_found(after, "none");
	had = rows_of_act(end, SESS_STEP_BEFORE, "revoke", "session");
	left = rows_of_act(end, SESS_STEP_AFTER, "revoke", "session");
	show_key(sh, show_with(sh, 1) ? after : end, show_with(sh, 1) ?
	    SESS_STEP_FIND : SESS_STEP_AFTER);
	show_claim(sh, "thief", is_ada(in) && is_https(sh, in));
	show_claim(sh, "noted", was_noted(in, "moved") && in->status == 200);
	show_claim(sh, "list", had == 2 && left == 1);
	show_claim(sh, "cut", cut);
	show_right(sh, !cut ? 3 : had > left && left > 0 ? 2 : 1);
	show_code(sh, "devices");
	show_code(sh, "device_look");
	if (!show_with(sh, 1))
		show_code(sh, "sess_devices_end");
}

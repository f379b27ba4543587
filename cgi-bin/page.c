/*
 * page.c - gather the values of a page, then show it in its frame.
 */
/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fill.h"
#include "page.h"
#include "panel.h"
#include "sess_trace.h"
#include "words.h"

#define PAGES_DATA_TEMPLATES
#include "pages_data.h"

/* Nothing but this site's own files, and no script or style in a page. */
#define POLICY "default-src 'self'; frame-ancestors 'none'; " \
    "form-action 'self'; base-uri 'none'"

#define SORRY(what) "<!doctype html><title>Sorry</title>" \
    "<p>Sorry: the server has " what ".\n"

#define ITEMS_MAX 20000
#define TEXTS_MAX (8 << 20)

struct page {
	struct fill fill;               /* set when the page is shown */
	const char *body;
	struct fill_item *items;
	size_t count, items_cap;
	char *texts;
	size_t len, texts_cap;
	size_t open;                    /* rows that have not ended */
	char title[WORDS_KEY_MAX];      /* the word that is its title */
	const struct sess_req *req;
	bool alone;                     /* no panel follows */
	bool failed;                    /* no memory, or over a maximum */
};

/* The template of this name, or NULL. */
static const char *
template_find(const char *name)
{
	size_t n = sizeof(page_templates) / sizeof(page_templates[0]);

	for (size_t i = 0; i < n; i++)
		if (strcmp(page_templates[i].name, name) == 0)
			return page_templates[i].text;
	return NULL;
}

/*
 * Room for one more thing of this size in a list that has `need` with it;
 * false, and nothing changed, where there is none.
 */
static bool
grow(void **list, size_t *cap, size_t need, size_t max, size_t size)
{
	size_t more = *cap < 64 ? 64 : *cap;
	void *bigger;

	if (need <= *cap)
		return true;
	if (need > max)
		return false;
	while (more < need)
		more *= 2;
	if (more > max)
		more = max;
	bigger = realloc(*list, more * size);
	if (bigger == NULL)
		return false;
	*list = bigger;
	*cap = more;
	return true;
}

/* Keep a copy of the text; returns where it begins. */
static size_t
keep(struct page *p, const char *text)
{
	size_t at = p->len, len = strlen(text) + 1;
	void *texts = p->texts;

	if (p->failed || len > TEXTS_MAX ||
	    !grow(&texts, &p->texts_cap, at + len, TEXTS_MAX, 1)) {
		p->failed = true;
		return 0;
	}
	p->texts = texts;
	memcpy(p->texts + at, text, len);
	p->len += len;
	return at;
}

static void
add(struct page *p, enum fill_kind kind, const char *name, const char *value)
{
	struct fill_item it = { kind, keep(p, name), keep(p, value) };
	void *items = p->items;

	if (p->failed || !grow(&items, &p->items_cap, p->count + 1,
	    ITEMS_MAX, sizeof(it))) {
		p->failed = true;
		return;
	}
	p->items = items;
	p->items[p->count++] = it;
}

void
page_free(struct page *p)
{
	if (p == NULL)
		return;
	free(p->items);
	free(p->texts);
	free(p);
}

/*
 * What the frame shows on each page: who is logged in, where in the menu we
 * are ("drafts-edit" is in "drafts"), language and theme; the lesson only to
 * whom it would not refuse.
 */
static void
frame_values(struct page *p, const struct sess_req *req, const char *name)
{
	struct sess *s = p->fill.s;
	const char *theme = sess_get(s, "theme");
	char text[64];

	snprintf(text, sizeof(text), "at.%.*s", (int)strcspn(name, "-"), name);
	page_bool(p, text, true);
	page_text(p, "user", sess_user(s));
	page_text(p, "theme", theme);
	page_bool(p, "teach", sess_teaching(req) == SESS_TEACH_YES);
}

/*
 * A page without values, or NULL where there is no memory: page_show() has no
 * answer to write to then, so the reason is written here.
 */
static struct page *
blank(const struct sess_req *req, struct sess_res *res, const char *name)
{
	struct page *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		sess_res_puts(res, SORRY("no memory for this page"));
		return NULL;
	}
	p->req = req;
	p->fill.res = res;
	p->fill.words = words_get;
	p->body = template_find(name);
	return p;
}

struct page *
page_new(struct sess_req *req, struct sess_res *res, struct sess *s,
    const char *name)
{
	struct page *p = blank(req, res, name);

	if (p == NULL)
		return NULL;
	p->fill.s = s;
	p->fill.lang = words_choose(req, s);
	snprintf(p->title, sizeof(p->title), "%s.title", name);
	frame_values(p, req, name);
	return p;
}

/* Put this template, filled, into the answer; false: it cannot be filled. */
static bool
put(struct page *p, const char *template)
{
	p->fill.body = p->body;
	p->fill.piece = template_find;
	p->fill.items = p->items;
	p->fill.count = p->count;
	p->fill.texts = p->texts;
	if (p->failed || p->open != 0 || p->body == NULL || template == NULL)
		return false;
	fill_template(&p->fill, template);
	return true;
}

/*
 * A whole page, from this template; free it.  The status, or 500.  Where the
 * panel follows, it is what ends the page, and "panel" says so.
 */
static int
show(struct page *p, const char *template, int status)
{
	struct sess_res *res = p->fill.res;

	page_bool(p, "panel", !p->alone && panel_follows(p->req, res));
	sess_res_header(res, "Content-Language", words_code(p->fill.lang));
	sess_res_header(res, "Content-Security-Policy", POLICY);
	if (!put(p, template)) {
		sess_res_puts(res, SORRY("a page that it cannot make"));
		status = 500;
	}
	page_free(p);
	return status;
}

/* What the frame tells once, and what it tells until somebody looks. */
static void
news_values(struct page *p)
{
	struct sess *s = p->fill.s;

	page_text(p, "flash", sess_flash_take(s));
	page_bool(p, "news", sess_news(s) > 0);
}

/*
 * A form may begin the session, where ids travel in links: before the first
 * link is written, so that all of them have it.
 */
int
page_show(struct page *p, int status)
{
	if (p == NULL)
		return 500;
	if (p->body != NULL && strstr(p->body, "{{csrf}}") != NULL)
		sess_form(p->fill.s);
	page_word(p, "title", p->title);
	page_text(p, "lang", words_code(p->fill.lang));
	news_values(p);
	return show(p, template_find("frame"), status);
}

struct page *
page_piece(const struct sess_req *req, struct sess_res *res,
    const struct sess *s, const char *name)
{
	struct page *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->req = req;
	p->fill.res = res;
	p->fill.words = words_get;
	p->fill.lang = words_choose(req, s);
	p->body = template_find(name);
	return p;
}

bool
page_put(struct page *p)
{
	bool done = p != NULL && put(p, p->body);

	page_free(p);
	return done;
}

/*
 * Where the site begins, seen from a page in its cgi-bin: what is behind the
 * page's name may have any number of slashes.
 */
static void
root_value(struct page *p, const struct sess_req *req)
{
	const char *path = sess_req_path(req), *end = strrchr(path, '/');
	char root[256];
	int n;

	while (end != NULL && end > path && end[-1] != '/')
		end--;
	n = end != NULL ? (int)(end - path) : 0;
	if (n >= (int)sizeof(root) || !sess_same_site_path(path))
		snprintf(root, sizeof(root), "../");
	else
		snprintf(root, sizeof(root), "%.*s", n > 0 ? n : 1,
		    n > 0 ? path : "/");
	page_text(p, "root", root);
}

/* True if there is such a word: it says why. */
static bool
why_word(struct page *p, const char *what, const char *name)
{
	char key[WORDS_KEY_MAX];

	snprintf(key, sizeof(key), "%s.%.40s", what, name);
	if (!words_has(key))
		return false;
	page_word(p, "why", key);
	return true;
}

/*
 * By the reason, by the error, or by the status; else the library's text, in
 * English.
 */
static void
why_value(struct page *p, const struct sess_refusal *r)
{
	char status[16];

	snprintf(status, sizeof(status), "%d", r->status);
	if (!why_word(p, "refused", r->reason) &&
	    !why_word(p, "refused", sess_err_name(r->err)) &&
	    !why_word(p, "sorry", status))
		page_text(p, "why-english", r->text);
}

/* There may be no session and hardly a request, so no link has an id in it. */
void
page_refused(const struct sess_req *req, struct sess_res *res,
    const struct sess_refusal *r)
{
	struct page *p = blank(req, res, "refused");

	if (p == NULL)
		return;
	p->fill.lang = words_choose(req, NULL);
	page_text(p, "lang", words_code(p->fill.lang));
	page_text(p, "reason", r->reason);
	page_text(p, "back", r->back);
	root_value(p, req);
	why_value(p, r);
	show(p, p->body, 0);
}

void
page_text(struct page *p, const char *name, const char *text)
{
	if (p != NULL && text != NULL)
		add(p, FILL_TEXT, name, text);
}

void
page_word(struct page *p, const char *name, const char *key)
{
	if (p != NULL && key != NULL)
		add(p, FILL_WORD, name, key);
}

void
page_int(struct page *p, const char *name, int64_t num)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, num);
	page_text(p, name, text);
}

void
page_bool(struct page *p, const char *name, bool yes)
{
	page_text(p, name, yes ? "yes" : "");
}

void
page_words(struct page *p, const char *(*words)(int, const char *), int lang)
{
	if (p == NULL)
		return;
	p->fill.words = words;
	p->fill.lang = lang;
}

void
page_without_panel(struct page *p)
{
	if (p != NULL)
		p->alone = true;
}

void
page_title(struct page *p, const char *key)
{
	if (p != NULL)
		snprintf(p->title, sizeof(p->title), "%s", key);
}

void
page_wrong(struct page *p, const char *key)
{
	page_word(p, "note", key);
	page_word(p, "wrong", key);
}

void
page_bad(struct page *p, const char *field)
{
	char name[64];

	snprintf(name, sizeof(name), "bad.%s", field);
	page_bool(p, name, true);
}

void
page_time(struct page *p, const char *name, int64_t when)
{
	time_t t = (time_t)when;
	struct tm tm;
	char text[64], iso[64];

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm) == 0)
		return;
	page_text(p, name, text);
	snprintf(iso, sizeof(iso), "%s.iso", name);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	page_text(p, iso, text);
}

/* An amount that is not negative, with the decimal mark of the language. */
void
page_money(struct page *p, const char *name, int64_t cents)
{
	char text[64];

	if (p == NULL)
		return;
	snprintf(text, sizeof(text), "%" PRId64 "%s%02" PRId64 "\u00a0\u20ac",
	    cents / 100, words_get(p->fill.lang, "decimal.mark"), cents % 100);
	page_text(p, name, text);
}

/* So many bytes, in the unit that fits. */
void
page_bytes(struct page *p, const char *name, int64_t count)
{
	const char *unit = count < 1000 ? "bytes.b" : count < 1000000 ?
	    "bytes.kb" : "bytes.mb";
	int64_t tenths = count / 100000;
	char text[64];

	if (p == NULL)
		return;
	unit = words_get(p->fill.lang, unit);
	if (count < 1000000)
		snprintf(text, sizeof(text), "%" PRId64 "\u00a0%s",
		    count < 1000 ? count : count / 1000, unit);
	else if (tenths % 10 == 0)
		snprintf(text, sizeof(text), "%" PRId64 "\u00a0%s",
		    tenths / 10, unit);
	else
		snprintf(text, sizeof(text), "%" PRId64 "%s%" PRId64
		    "\u00a0%s", tenths / 10, words_get(p->fill.lang,
		    "decimal.mark"), tenths % 10, unit);
	page_text(p, name, text);
}

void
page_link(struct page *p, const char *name, const char *format, ...)
{
	char where[128];
	va_list ap;
	int len;

	if (p == NULL)
		return;
	va_start(ap, format);
	len = vsnprintf(where, sizeof(where), format, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= sizeof(where))
		p->failed = true;
	else
		page_text(p, name, sess_link(p->fill.s, where));
}

bool
page_room(const struct page *p, size_t n)
{
	return p != NULL && !p->failed && n <= ITEMS_MAX - p->count;
}

void
page_row(struct page *p, const char *list)
{
	if (p == NULL)
		return;
	add(p, FILL_ROW, list, "");
	p->open++;
}

void
page_end(struct page *p)
{
	if (p == NULL)
		return;
	add(p, FILL_END, "", "");
	p->open--;
}

void
page_flash(const struct sess_req *req, struct sess *s, const char *key)
{
	sess_flash(s, words_get(words_choose(req, s), key));
}

int
page_sorry(struct sess_req *req, struct sess_res *res, struct sess *s,
    int status)
{
	struct page *p = page_new(req, res, s, "sorry");
	char key[32];

	snprintf(key, sizeof(key), "sorry.%d", status);
	page_word(p, "why", key);
	return page_show(p, status);
}

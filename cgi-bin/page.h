/*
 * page.h - fill a page and put it into the answer.
 *
 *	struct page *p = page_new(req, res, s, "visits");
 *
 *	page_text(p, "name", name);
 *	page_int(p, "count", n);
 *	return page_show(p, 200);
 *
 * The pages are www/pages/NAME.html; the build puts them into the program.
 * What stands between double braces is filled in:
 *
 *	{{name}}		the value of that name, HTML-escaped, always
 *	{{#name}}...{{/name}}	once for each row of that name; or once, if
 *				the value is there and not empty
 *	{{^name}}...{{/name}}	if it is not there, or empty
 *	{{@key}}		a word of www/words.txt in the visitor's
 *				language; it may hold {{name}} in its turn
 *	{{>where}}		a link of this site, see sess_link()
 *	{{+piece}}		another of these files, filled in its turn: where
 *				two places are the same, or one is long
 *	{{csrf}}		the hidden fields of a form, see sess_form()
 *	{{body}}		in frame.html: the page itself
 *
 * There is no logic, and no way to insert a value unescaped.  A link with a
 * number in it is made by page_link(), since the id of a session may travel
 * in its query.  Values live in rows: a name is looked up in the present row,
 * then in the ones around it, then in the page.
 *
 * A page is freed by page_show(), or by page_free() if it is not shown.  What
 * is given to it is copied.  NULL, from a page_new() without memory, is taken
 * everywhere; page_show() then answers 500.
 */
/* SPDX-License-Identifier: ISC */
#ifndef PAGE_H
#define PAGE_H

#include "sess.h"

struct page;

struct page *page_new(struct sess_req *, struct sess_res *, struct sess *,
    const char *name);
int page_show(struct page *, int status);
void page_free(struct page *);

/*
 * The values.  NULL as text: as if it had never been given.  A time is two of
 * them: "2025-11-21 03:12" for people, and NAME.iso for <time datetime>; the
 * page says once that it is UTC.
 */
void page_text(struct page *, const char *name, const char *text);
void page_int(struct page *, const char *name, int64_t num);
void page_bool(struct page *, const char *name, bool yes);
void page_time(struct page *, const char *name, int64_t when);  /* UTC */
void page_money(struct page *, const char *name, int64_t cents);
void page_bytes(struct page *, const char *name, int64_t count); /* "34 kB" */
void page_word(struct page *, const char *name, const char *key);
void page_link(struct page *, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The page has its words from here, in place of words_get(), and is in this
 * language, which may be another than the visitor's.
 */
void page_words(struct page *, const char *(*words)(int lang,
    const char *key), int lang);

/* It shows what happens inside in its own way: no panel is added. */
void page_without_panel(struct page *);

/* This word is the page's title, in place of NAME.title. */
void page_title(struct page *, const char *key);

/*
 * The form was not taken: this word is the note that says why, and the title
 * says that there is one.  NULL: it was.
 */
void page_wrong(struct page *, const char *key);

/* ... and this field is why: its value is bad.FIELD, in the present row. */
void page_bad(struct page *, const char *field);

/*
 * This word, on the next page that is shown: one without values, and without
 * a character that HTML escapes, since it is kept as a text.
 */
void page_flash(const struct sess_req *, struct sess *, const char *key);

/* Begin a row of this list; what follows belongs to it, until page_end(). */
void page_row(struct page *, const char *list);
void page_end(struct page *);

/* Is there room for so many more values and rows? */
bool page_room(const struct page *, size_t);

/*
 * A piece of a page, without the frame: values as above, but no link and no
 * form.  page_put() adds it to the answer and frees it; false: nothing was
 * added.
 */
struct page *page_piece(const struct sess_req *, struct sess_res *,
    const struct sess *, const char *name);
bool page_put(struct page *);

/* A short page that says why there is nothing more: 400, 403, 404, 503. */
int page_sorry(struct sess_req *, struct sess_res *, struct sess *,
    int status);

/* The same for what the library refuses: see sess_app.refused. */
void page_refused(const struct sess_req *, struct sess_res *,
    const struct sess_refusal *);

#endif

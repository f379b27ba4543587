/*
 * fill.c - put values into a template.  What a template may say is told in
 * page.h; the build has checked that each section ends.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "fill.h"
#include "words.h"

#define DEPTH_MAX 16     /* sections in sections, words in sections */

/* The rows that are open at one place of the template, the inmost first. */
struct scope {
	size_t from, to;                /* its items: from <= i < to */
	const struct scope *outer;
	int depth;
};

static void fill_range(const struct fill *, const struct scope *,
    const char *t, const char *end);

/* A piece of a template. */
struct piece {
	const char *at;
	size_t len;
};

static bool
piece_is(struct piece p, const char *text)
{
	return strlen(text) == p.len && memcmp(p.at, text, p.len) == 0;
}

/* The index of the FILL_END of the row that begins at i. */
static size_t
row_end(const struct fill *f, size_t i)
{
	size_t open = 0;

	for (; i < f->count; i++) {
		if (f->items[i].kind == FILL_ROW)
			open++;
		else if (f->items[i].kind == FILL_END && --open == 0)
			return i;
	}
	return f->count;
}

/*
 * The next item of this name at or after i, in this scope alone and not in
 * the rows inside it; sc->to if there is none.
 */
static size_t
next_of(const struct fill *f, const struct scope *sc, size_t i,
    struct piece name)
{
	while (i < sc->to) {
		const struct fill_item *it = &f->items[i];

		if (it->kind != FILL_END &&
		    piece_is(name, f->texts + it->name))
			return i;
		i = it->kind == FILL_ROW ? row_end(f, i) + 1 : i + 1;
	}
	return sc->to;
}

/* The innermost item of this name, and the scope that it is in. */
static const struct fill_item *
find(const struct fill *f, const struct scope **sc, struct piece name)
{
	for (; *sc != NULL; *sc = (*sc)->outer) {
		size_t i = next_of(f, *sc, (*sc)->from, name);

		if (i < (*sc)->to)
			return &f->items[i];
	}
	return NULL;
}

/* A word was made safe for HTML by the build: here it is a template. */
static void
fill_word(const struct fill *f, const struct scope *sc, const char *word)
{
	fill_range(f, sc, word, word + strlen(word));
}

static void
fill_key(const struct fill *f, const struct scope *sc, struct piece key)
{
	char name[WORDS_KEY_MAX];

	if (key.len >= sizeof(name))
		return;
	memcpy(name, key.at, key.len);
	name[key.len] = '\0';
	fill_word(f, sc, f->words(f->lang, name));
}

static void
fill_link(const struct fill *f, struct piece where)
{
	char text[128];

	if (where.len >= sizeof(text))
		return;
	memcpy(text, where.at, where.len);
	text[where.len] = '\0';
	sess_res_html(f->res, sess_link(f->s, text));
}

/* The build has checked that there is such a piece. */
static void
fill_piece(const struct fill *f, const struct scope *sc, struct piece called)
{
	char name[WORDS_KEY_MAX];
	const char *text;

	if (called.len >= sizeof(name))
		return;
	memcpy(name, called.at, called.len);
	name[called.len] = '\0';
	text = f->piece(name);
	if (text != NULL)
		fill_word(f, sc, text);
}

static void
fill_value(const struct fill *f, const struct scope *sc, struct piece name)
{
	const struct scope *in = sc;
	const struct fill_item *it;

	if (piece_is(name, "csrf")) {
		sess_res_puts(f->res, sess_form(f->s));
		return;
	}
	if (piece_is(name, "body")) {
		fill_word(f, sc, f->body);
		return;
	}
	it = find(f, &in, name);
	if (it == NULL)
		return;
	if (it->kind == FILL_TEXT)
		sess_res_html(f->res, f->texts + it->value);
	else if (it->kind == FILL_WORD)
		fill_word(f, sc, f->words(f->lang, f->texts + it->value));
}

/* The inside of {{#name}} or {{^name}}. */
static void
fill_section(const struct fill *f, const struct scope *sc, bool wanted,
    struct piece name, const char *t, const char *end)
{
	const struct scope *in = sc;
	const struct fill_item *it = find(f, &in, name);
	bool there = it != NULL && (it->kind == FILL_ROW ||
	    f->texts[it->value] != '\0');

	if (!wanted || !there || it->kind != FILL_ROW) {
		if (wanted == there)
			fill_range(f, sc, t, end);
		return;
	}
	for (size_t i = (size_t)(it - f->items); i < in->to;
	    i = next_of(f, in, i, name)) {
		struct scope row = { i + 1, row_end(f, i), sc, sc->depth + 1 };

		fill_range(f, &row, t, end);
		i = row.to;
	}
}

/* Where text begins at or after t; end if it does not. */
static const char *
seek(const char *t, const char *end, const char *text)
{
	size_t len = strlen(text);

	for (; (size_t)(end - t) >= len; t++)
		if (memcmp(t, text, len) == 0)
			return t;
	return end;
}

/* The {{/name}} that ends the section; end if there is none. */
static const char *
seek_close(const char *t, const char *end, struct piece name)
{
	while ((t = seek(t, end, "{{/")) < end) {
		t += 3;
		if ((size_t)(end - t) >= name.len + 2 &&
		    memcmp(t, name.at, name.len) == 0 &&
		    memcmp(t + name.len, "}}", 2) == 0)
			return t - 3;
	}
	return end;
}

/* A tag on a line of its own leaves no empty line behind. */
static const char *
skip_newline(const char *t, const char *end)
{
	return t < end && *t == '\n' ? t + 1 : t;
}

/* Fill what one tag stands for; returns where the template goes on. */
static const char *
fill_tag(const struct fill *f, const struct scope *sc, struct piece tag,
    const char *after, const char *end)
{
	struct piece name = { tag.at + 1, tag.len - 1 };
	const char *close;

	switch (*tag.at) {
	case '#':
	case '^':
		close = seek_close(after, end, name);
		fill_section(f, sc, *tag.at == '#', name,
		    skip_newline(after, close), close);
		if (close == end)
			return end;
		return skip_newline(close + name.len + 5, end);
	case '@':
		fill_key(f, sc, name);
		return after;
	case '>':
		fill_link(f, name);
		return after;
	case '+':
		fill_piece(f, sc, name);
		return skip_newline(after, end);
	default:
		fill_value(f, sc, tag);
		return after;
	}
}

static void
fill_range(const struct fill *f, const struct scope *sc, const char *t,
    const char *end)
{
	struct scope here = *sc;

	here.depth++;
	if (here.depth > DEPTH_MAX)
		return;
	while (t < end) {
		const char *open = seek(t, end, "{{");
		const char *close = seek(open, end, "}}");

		sess_res_write(f->res, t, (size_t)(open - t));
		if (close == end || close - open < 3)
			return;
		t = fill_tag(f, &here, (struct piece){ open + 2,
		    (size_t)(close - open) - 2 }, close + 2, end);
	}
}

void
fill_template(const struct fill *f, const char *template)
{
	struct scope page = { 0, f->count, NULL, 0 };

	fill_range(f, &page, template, template + strlen(template));
}

/* show.c - what a step shows, and questions to what was captured. */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lesson/pages.h"
#include "lesson/show.h"
#include "lesson/steps.h"

void
show_open(struct show *sh, const struct sess_app *site,
    const struct sess_conf *conf)
{
	static const struct sess_conf defaults;

	sh->world = world_open(site, conf != NULL ? conf : &defaults,
	    (unsigned)(sh->where->step + (int)steps_count * sh->elsewhere));
	browser_get(browser_new(sh->world, &(struct browser)BROWSER_ADA),
	    "/ready");
	world_forget(sh->world);
}

void
show_close(struct show *sh)
{
	world_close(sh->world);
}

bool
show_failed(const struct show *sh)
{
	return world_failed(sh->world);
}

struct browser *
show_browser(struct show *sh, const struct browser *like)
{
	struct browser *b = browser_new(sh->world, like);

	if (b != NULL && sh->nbrowsers < SHOW_BROWSERS)
		sh->browsers[sh->nbrowsers++] = b;
	return b;
}

void
show_account(struct show *sh)
{
	struct browser *b = browser_new(sh->world, &(struct browser)
	    BROWSER_ADA);

	browser_submit(b, browser_get(b, "/login"), "/signup",
	    "user=" PAGES_USER "&password=" PAGES_PASSWORD);
	world_forget(sh->world);
}

bool
show_with(const struct show *sh, int number)
{
	return (sh->where->with >> (number - 1) & 1) != 0;
}

void
show_wait(struct show *sh, int64_t minutes)
{
	world_wait(sh->world, 60 * (sh->where->minutes >= 0 ?
	    sh->where->minutes : minutes));
}

void
show_key(struct show *sh, const struct capture *c, enum sess_step step)
{
	sh->key = c;
	sh->key_step = step;
}

void
show_claim(struct show *sh, const char *name, bool holds)
{
	if (sh->nclaims == SHOW_CLAIMS)
		return;
	sh->claims[sh->nclaims].name = name;
	sh->claims[sh->nclaims++].holds = holds;
}

void
show_value(struct show *sh, const char *name, const char *text)
{
	if (sh->nvalues == SHOW_VALUES)
		return;
	sh->values[sh->nvalues].name = name;
	sh->values[sh->nvalues++].text = text;
}

void
show_text(struct show *sh, const char *name)
{
	sh->text = name;
}

void
show_code(struct show *sh, const char *name)
{
	if (sh->ncodes < SHOW_CODES)
		sh->codes[sh->ncodes++] = name;
}

void
show_right(struct show *sh, int answer)
{
	sh->right = answer;
}

/* ---- questions to a capture -------------------------------------------- */

const struct sess_trace_step *
capture_step(const struct capture *c, enum sess_step step, size_t nth)
{
	size_t i;

	for (i = 0; i < c->nsteps; i++)
		if (c->steps[i].step == step && nth-- == 0)
			return &c->steps[i];
	return NULL;
}

const char *
capture_value(const struct capture *c, enum sess_step step, const char *part)
{
	const struct sess_trace_step *s = capture_step(c, step, 0);
	const struct sess_trace_part *p = s != NULL ?
	    sess_trace_part(s, part) : NULL;

	return p != NULL ? p->value : "";
}

static const struct sess_trace_step *
last_step(const struct capture *c, enum sess_step step)
{
	size_t i;

	for (i = c->nsteps; i > 0; i--)
		if (c->steps[i - 1].step == step)
			return &c->steps[i - 1];
	return NULL;
}

static bool
is_row_of(const struct sess_trace_part *p, const char *table)
{
	return p->kind == SESS_TRACE_ROW && strcmp(p->name, table) == 0;
}

size_t
capture_rows(const struct capture *c, enum sess_step step, const char *table)
{
	const struct sess_trace_step *s = last_step(c, step);
	size_t i, n = 0;

	for (i = 0; s != NULL && i < s->nparts; i++)
		n += is_row_of(&s->parts[i], table);
	return n;
}

const char *
capture_cell(const struct capture *c, enum sess_step step, const char *table,
    size_t nth, const char *column)
{
	const struct sess_trace_step *s = last_step(c, step);
	bool inside = false;
	size_t i;

	for (i = 0; s != NULL && i < s->nparts; i++) {
		if (s->parts[i].kind == SESS_TRACE_ROW)
			inside = is_row_of(&s->parts[i], table) && nth-- == 0;
		else if (inside && strcmp(s->parts[i].name, column) == 0)
			return s->parts[i].value;
	}
	return "";
}

static bool
has_rows(enum sess_step step)
{
	return step == SESS_STEP_FIND || step == SESS_STEP_BEFORE ||
	    step == SESS_STEP_AFTER;
}

bool
capture_row_has(const struct capture *c, const char *text)
{
	const struct sess_trace_step *s;
	char hex[256] = "";
	size_t i, k;

	for (i = 0; text[i] != '\0' && 2 * i + 2 < sizeof(hex); i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)text[i]);
	for (s = c->steps; s < c->steps + c->nsteps; s++)
		for (k = 0; has_rows(s->step) && k < s->nparts; k++)
			if (strstr(s->parts[k].value, text) != NULL ||
			    strstr(s->parts[k].value, hex) != NULL)
				return true;
	return false;
}

const char *
capture_field(struct show *sh, const struct capture *c, const char *name,
    size_t nth)
{
	const char *at = strstr(c->answer, "\r\n");
	size_t n = strlen(name);

	for (; at != NULL && at[2] != '\0'; at = strstr(at + 2, "\r\n"))
		if (strncasecmp(at + 2, name, n) == 0 && at[2 + n] == ':' &&
		    nth-- == 0) {
			at += n + 3 + strspn(at + n + 3, " ");
			return world_printf(sh->world, "%.*s",
			    (int)strcspn(at, "\r"), at);
		}
	return NULL;
}

const char *
capture_from(const struct capture *c)
{
	const char *host = c->from != NULL ? strstr(c->from, "://") : NULL;

	return host != NULL ? host + strlen("://") : "";
}

/*
 * Is the attribute that stands here the wanted one, "Secure" or "Path=/"?  A
 * name counts without case and with any value, where none is wanted.
 */
static bool
is_attribute(const char *at, const char *wanted)
{
	size_t name = strcspn(wanted, "="), n;

	at += strspn(at, " \t");
	if (strncasecmp(at, wanted, name) != 0)
		return false;
	at += name + strspn(at + name, " \t");
	if (strchr("=;\r", *at) == NULL)
		return false;
	if (wanted[name] == '\0' || *at != '=')
		return wanted[name] == '\0';
	at += 1 + strspn(at + 1, " \t");
	for (n = strcspn(at, ";\r"); n > 0; n--)
		if (strchr(" \t", at[n - 1]) == NULL)
			break;
	wanted += name + 1;
	return n == strlen(wanted) && memcmp(at, wanted, n) == 0;
}

bool
capture_cookie_has(const struct capture *c, const char *cookie,
    const char *attribute)
{
	const char *at = c->answer;
	size_t n = strlen(cookie);

	while ((at = strstr(at, "\r\nSet-Cookie: ")) != NULL) {
		at += strlen("\r\nSet-Cookie: ");
		if (strncmp(at, cookie, n) != 0 || at[n] != '=')
			continue;
		for (at += strcspn(at, ";\r"); *at == ';';
		    at += strcspn(at, ";\r"))
			if (is_attribute(++at, attribute))
				return true;
		return false;
	}
	return false;
}

bool
capture_sent(const struct capture *c, const char *text)
{
	return strstr(c->request, text) != NULL ||
	    strstr(c->form, text) != NULL;
}

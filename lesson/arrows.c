/* arrows.c - what was captured, as the messages of a sequence diagram. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lesson/arrows.h"

struct list {
	const struct show *sh;
	struct arrow *at;
	size_t n;
};

static const char *
part(const struct sess_trace_step *s, const char *name)
{
	const struct sess_trace_part *p = sess_trace_part(s, name);

	return p != NULL ? p->value : "";
}

static int
browser_of(const struct show *sh, const struct capture *c)
{
	size_t i;

	for (i = 0; i < sh->nbrowsers; i++)
		if (strcmp(sh->browsers[i]->who, c->who) == 0)
			return (int)i;
	return 0;
}

static void
add(struct list *l, const struct arrow *a)
{
	if (l->n < ARROWS_MAX)
		l->at[l->n++] = *a;
}

/* Between server and store: the question, or what comes of it. */
static void
to_store(struct list *l, const struct capture *c, enum sess_step step,
    const char *word, const char *detail)
{
	add(l, &(struct arrow){ .capture = c, .step = step,
	    .from = ARROW_SERVER, .to = ARROW_STORE, .word = word,
	    .detail = detail });
}

static void
from_store(struct list *l, const struct capture *c, enum sess_step step,
    const char *word, const char *detail)
{
	add(l, &(struct arrow){ .capture = c, .step = step, .back = true,
	    .from = ARROW_STORE, .to = ARROW_SERVER, .word = word,
	    .detail = detail });
}

static bool
is_redeem(const struct sess_trace_step *s)
{
	return s->step == SESS_STEP_AFTER &&
	    strcmp(part(s, "act"), "redeem") == 0;
}

/* What the store does beside a commit, where it is a step of its own. */
static void
act(struct list *l, const struct capture *c, const struct sess_trace_step *s)
{
	if (is_redeem(s)) {
		to_store(l, c, s->step, "arrow.redeem", "");
		from_store(l, c, s->step, "arrow.found", part(s, "found"));
	} else if (strcmp(part(s, "act"), "revoke") == 0) {
		to_store(l, c, s->step, "arrow.revoke", "");
		from_store(l, c, s->step, "arrow.revoked", part(s, "ended"));
	}
}

/* An id that is looked up after a redemption did not come with the request. */
static const char *
find_word(const struct capture *c, const struct sess_trace_step *find)
{
	const struct sess_trace_step *s;

	for (s = c->steps; s < find; s++)
		if (is_redeem(s))
			return "arrow.began";
	return "arrow.find";
}

static void
step(struct list *l, const struct capture *c, const struct sess_trace_step *s)
{
	switch (s->step) {
	case SESS_STEP_FIND:
		to_store(l, c, s->step, find_word(c, s), "");
		from_store(l, c, s->step, "arrow.found", part(s, "found"));
		break;
	case SESS_STEP_LIMIT:
		to_store(l, c, s->step, *part(s, "act") == '\0' ?
		    "arrow.limit" : "arrow.unlimit", part(s, "what"));
		break;
	case SESS_STEP_PASSWORD:
		add(l, &(struct arrow){ .capture = c, .step = s->step,
		    .from = ARROW_SERVER, .to = ARROW_SERVER,
		    .word = "arrow.password", .detail = part(s, "outcome") });
		break;
	case SESS_STEP_AFTER:
		act(l, c, s);
		break;
	case SESS_STEP_COMMIT:
		to_store(l, c, s->step, strcmp(part(s, "change"), "none") == 0 ?
		    "arrow.edits" : "arrow.commit", part(s, "change"));
		break;
	default:
		break;
	}
}

/* "303 See Other", of the first line of the answer. */
static const char *
status_of(const struct show *sh, const struct capture *c)
{
	const char *at = strchr(c->answer, ' ');
	char *text;

	if (at == NULL)
		return "";
	text = world_printf(sh->world, "%.*s", (int)strcspn(at + 1, "\r"),
	    at + 1);
	return text != NULL ? text : "";
}

/* One that came meanwhile stands where the program of the other one runs. */
static void
exchange(struct list *l, const struct capture *c)
{
	int who = browser_of(l->sh, c);
	const char *asked = world_printf(l->sh->world, "%s %s", c->method,
	    c->target);
	size_t i, k;

	add(l, &(struct arrow){ .capture = c, .step = SESS_STEP_REQUEST,
	    .from = who, .to = ARROW_SERVER, .word = c->from != NULL ?
	    "arrow.forged" : "arrow.request",
	    .detail = asked != NULL ? asked : "" });
	for (i = 0; i < c->nsteps; i++) {
		if (c->steps[i].step == SESS_STEP_HANDLER)
			for (k = 1; k <= c->meanwhile; k += 1 + c[k].meanwhile)
				exchange(l, c + k);
		step(l, c, &c->steps[i]);
	}
	add(l, &(struct arrow){ .capture = c, .step = SESS_STEP_ANSWER,
	    .from = ARROW_SERVER, .to = who, .back = true, .lost = c->lost,
	    .word = c->lost ? "arrow.lost" : "arrow.answer",
	    .detail = status_of(l->sh, c) });
}

size_t
arrows_list(const struct show *sh, struct arrow arrows[ARROWS_MAX])
{
	struct list l = { .sh = sh, .at = arrows };
	size_t i, n;
	const struct capture *c = world_captures(sh->world, &n);

	for (i = 0; i < n; i += 1 + c[i].meanwhile)
		exchange(&l, &c[i]);
	return l.n;
}

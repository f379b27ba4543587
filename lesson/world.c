/* world.c - a small world for one step of the lesson. */
/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/world.h"
#include "sess_door.h"

#define MEMORY_MAX (4 << 20)    /* bytes of all captures of a world */
#define BLOCK_BYTES (64 << 10)
#define ANSWER_MAX (64 << 10)   /* bytes of one answer */
#define STEPS_MAX 400           /* of one exchange */
#define VARS_MAX 40

struct block {
	struct block *older;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

/* What one exchange has left so far. */
struct recording {
	struct sess_trace_step steps[STEPS_MAX];
	size_t nsteps;
	char *log;
	char answer[ANSWER_MAX + 1];
	size_t len;
};

struct world {
	struct sess_app site;
	struct sess_service *service;
	struct block *blocks;
	size_t memory;
	int64_t now;
	uint64_t drawn;                 /* state of its random numbers */
	struct capture captures[WORLD_CAPTURES];
	size_t ncaptures;
	size_t exchanges;               /* with those that are forgotten */
	struct recording *recording;    /* of the exchange that runs */
	void (*meanwhile)(void *);      /* see world_meanwhile(), or NULL */
	void *meanwhile_arg;
	bool failed;
};

/* ---- memory ------------------------------------------------------------ */

static struct block *
block_new(struct world *w, size_t n)
{
	size_t size = n > BLOCK_BYTES ? n : BLOCK_BYTES;
	struct block *b = NULL;

	if (size <= MEMORY_MAX - w->memory)
		b = malloc(sizeof(*b) + size);
	if (b == NULL)
		return NULL;
	*b = (struct block){ .older = w->blocks, .size = size };
	w->memory += size;
	w->blocks = b;
	return b;
}

void *
world_alloc(struct world *w, size_t n)
{
	const size_t align = sizeof(max_align_t);
	struct block *b;
	void *p;

	if (w == NULL)
		return NULL;
	if (n > MEMORY_MAX || w->failed) {
		w->failed = true;
		return NULL;
	}
	n = (n + align - 1) / align * align;
	b = w->blocks;
	if (b == NULL || n > b->size - b->used)
		b = block_new(w, n);
	if (b == NULL) {
		w->failed = true;
		return NULL;
	}
	p = b->bytes + b->used;
	b->used += n;
	return memset(p, 0, n);
}

static char *
copy(struct world *w, const char *bytes, size_t len)
{
	char *p = world_alloc(w, len + 1);

	if (p != NULL && len > 0)
		memcpy(p, bytes, len);
	return p;
}

char *
world_printf(struct world *w, const char *format, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n >= 0)
		text = world_alloc(w, (size_t)n + 1);
	if (text == NULL)
		return NULL;
	va_start(ap, format);
	vsnprintf(text, (size_t)n + 1, format, ap);
	va_end(ap);
	return text;
}

/* ---- time, chance, and what is heard ----------------------------------- */

static int64_t
on_clock(void *arg)
{
	return ((struct world *)arg)->now;
}

/* splitmix64: a series that everybody can follow, and so nothing for a site. */
static bool
on_random(void *arg, void *bytes, size_t n)
{
	struct world *w = arg;
	unsigned char *to = bytes;
	uint64_t z;

	while (n-- > 0) {
		z = w->drawn += 0x9e3779b97f4a7c15;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		*to++ = (unsigned char)(z ^ z >> 31);
	}
	return true;
}

static void
copy_part(struct world *w, struct sess_trace_part *to,
    const struct sess_trace_part *from)
{
	*to = *from;
	to->name = copy(w, from->name, strlen(from->name));
	to->value = copy(w, from->value, from->len);
}

/*
 * An exchange within another.  It is the library's moment for it: between
 * finding a session and the commit it holds no lock, and no statement runs.
 */
static void
do_meanwhile(struct world *w)
{
	void (*what)(void *) = w->meanwhile;
	struct recording *outer = w->recording;

	w->meanwhile = NULL;
	what(w->meanwhile_arg);
	w->recording = outer;
}

static void
on_trace(void *arg, const struct sess_trace_step *step)
{
	struct world *w = arg;
	struct recording *r = w->recording;
	struct sess_trace_part *parts;
	size_t i;

	if (step->step == SESS_STEP_HANDLER && w->meanwhile != NULL)
		do_meanwhile(w);
	if (r == NULL || r->nsteps == STEPS_MAX)
		return;
	parts = world_alloc(w, step->nparts * sizeof(*parts));
	for (i = 0; parts != NULL && i < step->nparts; i++)
		copy_part(w, &parts[i], &step->parts[i]);
	if (w->failed)
		return;
	r->steps[r->nsteps] = *step;
	r->steps[r->nsteps++].parts = parts;
}

static void
on_log(void *arg, const char *line)
{
	struct world *w = arg;

	if (w->recording != NULL)
		w->recording->log = world_printf(w, "%s%s\n",
		    w->recording->log != NULL ? w->recording->log : "", line);
}

/* ---- opening ----------------------------------------------------------- */

struct world *
world_open(const struct sess_app *site, const struct sess_conf *conf,
    unsigned number)
{
	static char conf_file[] = "LIBSESS_CONF=/dev/null";
	char *vars[] = { conf_file, NULL };
	struct sess_wire wire = { .vars = vars };
	struct world *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->now = WORLD_BEGIN;
	w->drawn = (uint64_t)number << 32;
	w->site = *site;
	w->site.conf = *conf;
	w->site.conf.store = "sqlite::memory:";
	w->site.conf.clock = on_clock;
	w->site.conf.random = on_random;
	w->site.conf.trace = on_trace;
	w->site.conf.log = on_log;
	w->site.conf.clock_arg = w->site.conf.random_arg = w;
	w->site.conf.trace_arg = w->site.conf.log_arg = w;
	w->service = sess_open(&w->site, &wire);
	w->failed = w->service == NULL;
	return w;
}

void
world_close(struct world *w)
{
	struct block *b;

	if (w == NULL)
		return;
	sess_close(w->service);
	while ((b = w->blocks) != NULL) {
		w->blocks = b->older;
		free(b);
	}
	free(w);
}

bool
world_failed(const struct world *w)
{
	return w == NULL || w->failed;
}

int64_t
world_now(const struct world *w)
{
	return w != NULL ? w->now : 0;
}

void
world_wait(struct world *w, int64_t seconds)
{
	if (w != NULL)
		w->now += seconds;
}

/* ---- one exchange ------------------------------------------------------ */

struct memory_wire {
	struct sess_wire wire;
	struct world *world;
	const char *form;
};

static ssize_t
on_read(struct sess_wire *wire, void *to, size_t n)
{
	struct memory_wire *m = (struct memory_wire *)wire;
	size_t left = strlen(m->form);

	if (n > left)
		n = left;
	memcpy(to, m->form, n);
	m->form += n;
	return (ssize_t)n;
}

static bool
on_write(struct sess_wire *wire, const void *bytes, size_t n)
{
	struct world *w = ((struct memory_wire *)wire)->world;
	struct recording *r = w->recording;

	if (n > ANSWER_MAX - r->len) {
		w->failed = true;
		return false;
	}
	memcpy(r->answer + r->len, bytes, n);
	r->len += n;
	return true;
}

/*
 * "Sec-Fetch-Site" as CGI has it: "HTTP_SEC_FETCH_SITE" (RFC 3875, 4.1.18).
 * What belongs to the body has no prefix.
 */
static char *
field_var(struct world *w, const char *name, const char *value)
{
	char *var = world_printf(w, "%s%s=%s", strncmp(name, "Content-", 8) ==
	    0 ? "" : "HTTP_", name, value), *c;

	for (c = var; c != NULL && *c != '='; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	return var;
}

/* The variables that a web server makes of the request; NULL ends them. */
static void
make_vars(struct world *w, const struct message *m, char *vars[VARS_MAX])
{
	size_t path = strcspn(m->target, "?"), n = 0, i;
	const char *query = m->target[path] == '?' ? m->target + path + 1 : "";

	vars[n++] = world_printf(w, "REQUEST_METHOD=%s", m->method);
	vars[n++] = world_printf(w, "PATH_INFO=%.*s", (int)path, m->target);
	vars[n++] = world_printf(w, "QUERY_STRING=%s", query);
	vars[n++] = world_printf(w, "REMOTE_ADDR=%s", m->address);
	vars[n++] = world_printf(w, "SCRIPT_NAME=");
	vars[n++] = world_printf(w, "HTTPS=on");
	vars[n++] = world_printf(w, "SERVER_PORT=443");
	vars[n++] = world_printf(w, "DEMO_DB=:memory:");
	for (i = 0; i < m->nfields; i++)
		vars[n++] = field_var(w, m->fields[i].name,
		    m->fields[i].value);
	vars[n] = NULL;
	for (i = 0; i < n; i++)
		if (vars[i] == NULL)
			w->failed = true;
}

/* The head of the request, as it goes over the wire. */
static const char *
head_of(struct world *w, const struct message *m)
{
	char *head = world_printf(w, "%s %s HTTP/1.1\r\n", m->method,
	    m->target);
	size_t i;

	for (i = 0; i < m->nfields && head != NULL; i++)
		head = world_printf(w, "%s%s: %s\r\n", head,
		    m->fields[i].name, m->fields[i].value);
	return head;
}

/* The head as it arrives: without each place where this text stands. */
static const char *
less(struct world *w, const char *head, const char *without)
{
	const char *at;

	while (head != NULL && without != NULL &&
	    (at = strstr(head, without)) != NULL)
		head = world_printf(w, "%.*s%s", (int)(at - head), head,
		    at + strlen(without));
	return head;
}

/* CGI's "Status: 303 See Other" is the first line of the answer. */
static void
take_answer(struct world *w, struct capture *c, const struct recording *r,
    const char *without)
{
	static const char status[] = "Status: ";
	const size_t n = sizeof(status) - 1;
	const char *end = strstr(r->answer, "\r\n\r\n");

	if (end == NULL || strncmp(r->answer, status, n) != 0) {
		w->failed = true;
		return;
	}
	c->answer = less(w, world_printf(w, "HTTP/1.1 %.*s",
	    (int)(end + 2 - (r->answer + n)), r->answer + n), without);
	c->body = copy(w, end + 4, strlen(end + 4));
	c->status = (int)strtol(r->answer + n, NULL, 10);
}

static void
take_recording(struct world *w, struct capture *c, const struct recording *r)
{
	struct sess_trace_step *steps = world_alloc(w,
	    r->nsteps * sizeof(*steps));

	if (steps != NULL)
		memcpy(steps, r->steps, r->nsteps * sizeof(*steps));
	c->steps = steps;
	c->nsteps = steps != NULL ? r->nsteps : 0;
	c->log = r->log != NULL ? r->log : "";
}

static void
perform(struct world *w, const struct message *m, struct capture *c)
{
	char *vars[VARS_MAX];
	struct memory_wire wire = {
		.wire = { .vars = vars, .read = on_read, .write = on_write },
		.world = w, .form = m->form != NULL ? m->form : "",
	};

	w->recording = calloc(1, sizeof(*w->recording));
	make_vars(w, m, vars);
	w->failed |= w->recording == NULL;
	if (!w->failed) {
		sess_serve(w->service, &wire.wire);
		take_answer(w, c, w->recording, m->without);
		take_recording(w, c, w->recording);
	}
	free(w->recording);
	w->recording = NULL;
}

const struct capture world_nothing = { .who = "", .method = "",
	.target = "", .request = "", .form = "", .answer = "", .body = "",
	.log = "" };

static const char *
copy_of(struct world *w, const char *text)
{
	return text != NULL ? copy(w, text, strlen(text)) : NULL;
}

/* Who sends it and what it says, all but its head. */
static void
take_message(struct world *w, struct capture *c, const struct message *m)
{
	c->who = copy_of(w, m->who);
	c->method = copy_of(w, m->method);
	c->target = copy_of(w, m->target);
	c->form = m->form != NULL ? copy_of(w, m->form) : "";
	c->from = copy_of(w, m->from);
	c->cookie = copy_of(w, m->cookie);
	c->bearer = copy_of(w, m->bearer);
	c->lost = m->lost;
}

const struct capture *
world_exchange(struct world *w, const struct message *m)
{
	struct capture *c;

	if (w != NULL && w->ncaptures == WORLD_CAPTURES)
		w->failed = true;
	if (world_failed(w))
		return &world_nothing;
	c = &w->captures[w->ncaptures++];
	*c = world_nothing;
	c->number = ++w->exchanges;
	c->at = w->now;
	take_message(w, c, m);
	c->request = head_of(w, m);
	perform(w, m, c);
	c->meanwhile = (size_t)(w->captures + w->ncaptures - (c + 1));
	return w->failed ? &world_nothing : c;
}

void
world_meanwhile(struct world *w, void (*what)(void *), void *arg)
{
	if (w == NULL)
		return;
	w->meanwhile = what;
	w->meanwhile_arg = arg;
}

void
world_forget(struct world *w)
{
	if (w != NULL)
		w->ncaptures = 0;
}

const struct capture *
world_captures(const struct world *w, size_t *n)
{
	*n = world_failed(w) ? 0 : w->ncaptures;
	return *n > 0 ? w->captures : NULL;
}

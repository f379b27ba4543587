/* test_trace.c - what can be seen of an exchange, and what never can. */
/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "encode.h"
#include "statements.h"
#include "trace.h"

TestSuite(trace, .fini = close_site, .timeout = 60);

/* ---- listening --------------------------------------------------------- */

#define HEARD_MAX 400

/* All steps since listen(), as they were: unmasked. */
static struct sess_trace_step heard[HEARD_MAX];
static size_t nheard;
static struct pool heard_pool = POOL_INIT(64 << 20);
static struct tracing before;   /* the listener of memory.c */

static const struct sess_trace_part *
copy_parts(const struct sess_trace_step *step)
{
	struct sess_trace_part *parts = pool_alloc(&heard_pool,
	    step->nparts * sizeof *parts + 1);
	size_t i;

	for (i = 0; i < step->nparts; i++) {
		parts[i] = step->parts[i];
		parts[i].name = pool_text(&heard_pool, parts[i].name);
		parts[i].value = pool_copy(&heard_pool, parts[i].value,
		    parts[i].len);
	}
	return parts;
}

static void
on_step(void *arg, const struct sess_trace_step *step)
{
	cr_assert_eq(arg, &nheard);
	cr_assert_lt(nheard, (size_t)HEARD_MAX);
	heard[nheard] = *step;
	heard[nheard++].parts = copy_parts(step);
	before.call(before.arg, step);
}

/* From now on; what was heard before is forgotten. */
static void
listen(const struct site *site)
{
	struct tracing *t = &site->service->log.trace;

	if (t->call != on_step)
		before = *t;
	t->call = on_step;
	t->arg = &nheard;
	nheard = 0;
	*site->trace = '\0';
}

static struct site *
open_heard(const struct sess_app *app, const char *settings)
{
	struct site *site = open_site(app, settings);

	listen(site);
	return site;
}

static int
count_of(enum sess_step step)
{
	size_t i;
	int n = 0;

	for (i = 0; i < nheard; i++)
		n += heard[i].step == step;
	return n;
}

/* The nth step of this kind, from 0. */
static const struct sess_trace_step *
step_of(enum sess_step step, int n)
{
	size_t i;

	for (i = 0; i < nheard; i++)
		if (heard[i].step == step && n-- == 0)
			return &heard[i];
	cr_assert_fail("step %d did not come so often", (int)step);
	return NULL;
}

/* The value of a part; "" where there is none. */
static const char *
part(const struct sess_trace_step *step, const char *name)
{
	const struct sess_trace_part *p = sess_trace_part(step, name);

	return p != NULL ? p->value : "";
}

static enum sess_trace_kind
kind_of(const struct sess_trace_step *step, const char *name)
{
	const struct sess_trace_part *p = sess_trace_part(step, name);

	cr_assert_not_null(p, "%s has no %s", step->name, name);
	return p->kind;
}

/* The first step of this kind whose part has this value, or NULL. */
static const struct sess_trace_step *
with(enum sess_step step, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < nheard; i++)
		if (heard[i].step == step &&
		    strcmp(part(&heard[i], name), value) == 0)
			return &heard[i];
	return NULL;
}

/* How many rows of this table a step has. */
static int
rows_in(const struct sess_trace_step *step, const char *table)
{
	size_t i;
	int n = 0;

	for (i = 0; i < step->nparts; i++)
		n += step->parts[i].kind == SESS_TRACE_ROW &&
		    strcmp(step->parts[i].name, table) == 0;
	return n;
}

/* A column of the nth row of a table; NULL: there is none. */
static const struct sess_trace_part *
column(const struct sess_trace_step *step, const char *table, int n,
    const char *name)
{
	const struct sess_trace_part *p = step->parts, *end;
	bool in = false;

	for (end = p + step->nparts; p < end; p++) {
		if (p->kind == SESS_TRACE_ROW)
			in = strcmp(p->name, table) == 0 && n-- == 0;
		else if (in && strcmp(p->name, name) == 0)
			return p;
	}
	return NULL;
}

static const char *
cell(const struct sess_trace_step *step, const char *table, int n,
    const char *name)
{
	const struct sess_trace_part *p = column(step, table, n, name);

	return p != NULL ? p->value : "-";
}

/* "act=commit", the nth of them. */
static const struct sess_trace_step *
rows_of(enum sess_step step, const char *act, int n)
{
	size_t i;

	for (i = 0; i < nheard; i++)
		if (heard[i].step == step &&
		    strcmp(part(&heard[i], "act"), act) == 0 && n-- == 0)
			return &heard[i];
	cr_assert_fail("no rows of \"%s\"", act);
	return NULL;
}

static const char *
hex_key(const char *id)
{
	static char hex[2 * SESS_KEY_LEN + 1];
	uint8_t key[SESS_KEY_LEN];
	size_t i;

	token_key(key, id);
	for (i = 0; i < sizeof key; i++)
		snprintf(hex + 2 * i, 3, "%02x", key[i]);
	return hex;
}

/* ---- pages ------------------------------------------------------------- */

/* All that a page can do, with values that nobody else may see. */
static int
busy(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	size_t len;

	sess_set(s, "text", "hush-text");
	sess_set_bytes(s, "bytes", "hush-bytes", 10);
	sess_set_int(s, "number", 271828182);
	sess_append(s, "long", "hush-appendix");
	sess_cas(s, "swapped", NULL, "hush-swap");
	sess_cas(s, "swapped", "hush-swap", "hush-swapped");
	sess_set(s, "flash", "hush-flash");
	sess_commit(s);
	sess_take(s, "flash");
	sess_get_bytes(s, "bytes", &len);
	sess_res_cookie(res, &(struct sess_cookie){ .name = "own",
		.value = "hush-cookie" });
	sess_res_printf(res, "%s %s", sess_form(s), sess_csrf_ok(s, req) ?
	    "form ok" : "no form");
	return 200;
}

static int
nothing(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	sess_res_puts(res, "nothing");
	return 200;
}

/* A login with remember-me. */
static int
enter_and_stay(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const char *password = sess_req_query(req, "password");

	(void)res;
	if (sess_account_login(s, "alice", password) != SESS_OK)
		return 401;
	sess_remember(s);
	return 200;
}

static const struct sess_app busy_app = { .handle = busy };
static const struct sess_app free_app = { .handle = nothing,
	.no_session = true };

/* The token of a form on a page. */
static void
form_of(const struct answer *a, char *form, size_t size)
{
	static const char mark[] = "name=\"csrf\" value=\"";
	const char *at = strstr(a->body, mark);

	cr_assert_not_null(at);
	at += strlen(mark);
	snprintf(form, size, "csrf=%.*s", (int)strcspn(at, "\""), at);
}

#define PASSWORD "hush correct horse"

static void
sign_up(struct visitor *v)
{
	expect_in(get(v, "op=signup alice " PASSWORD)->body, "OK");
}

/* ---- what is seen ------------------------------------------------------ */

Test(trace, every_kind_of_step_appears)
{
	static const char *const names[] = { "request", "carry", "token",
		"find", "csrf", "handler", "edit", "limit", "password",
		"random", "store", "before", "after", "commit", "cookie",
		"answer" };
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	size_t i;

	sign_up(&v);
	get(&v, "op=set drink tea");
	listen(site);
	cr_assert_eq(post(&v, "op=enter alice " PASSWORD)->status, 200);
	for (i = 0; i <= SESS_STEP_ANSWER; i++)
		cr_assert_gt(count_of((enum sess_step)i), 0, "%s", names[i]);
	for (i = 0; i < nheard; i++) {
		cr_assert_str_eq(heard[i].name, names[heard[i].step]);
		cr_assert_geq(heard[i].us, i > 0 ? heard[i - 1].us : 0);
	}
	cr_assert_eq(count_of(SESS_STEP_HANDLER), 1);
	cr_assert_eq(heard[nheard - 1].step, SESS_STEP_ANSWER);
	close_site();
}

Test(trace, an_exchange_can_be_read_from_top_to_bottom)
{
	static const char expected[] =
	    "request: method=GET path=/cgi-bin/page query=2 fields=0 "
	    "cookies=1 files=0\n"
	    "carry: way=cookie name=" SID " count=1\n"
	    "token: id=IIII...\n"
	    "find: found=live\n"
	    "handler:\n"
	    "edit: act=set name=drink value=4 bytes\n"
	    "edit: act=add name=n value=1 byte\n"
	    "before: act=commit\n"
	    "after: act=commit\n"
	    "commit: change=none edits=2\n"
	    "answer: status=200 bytes=45\n";
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	char seen[8192] = "", mask[16], *id;
	const char *line;
	size_t n;

	get(&v, "op=set drink tea");
	*site->trace = '\0';
	cr_assert_str_eq(get(&v, "op=set drink milk&op=add n 1")->body,
	    "{\"new\":false,\"results\":[true,1],\"user\":null}\n");
	for (line = site->trace; *line != '\0'; line += n) {
		n = strcspn(line, "\n");
		if (strncmp(line, "store: ", 7) != 0) {
			size_t rows = strcspn(line, "[\n");
			const char *key = strstr(line, " key=");

			rows -= line[rows] == '[';
			if (key != NULL && key < line + rows)
				rows = (size_t)(key - line);
			strncat(seen, line, rows);
			strcat(seen, "\n");
		}
		n++;
	}
	snprintf(mask, sizeof mask, "%.4s...", id_of(&v).text);
	cr_assert_not_null(id = strstr(seen, mask));
	memcpy(id, "IIII", 4);
	cr_assert_str_eq(seen, expected);
	close_site();
}

Test(trace, a_visitor_who_only_looks_costs_no_store)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=get drink");
	cr_assert_eq(count_of(SESS_STEP_CARRY), 1);
	cr_assert_eq(count_of(SESS_STEP_TOKEN), 0);
	cr_assert_eq(count_of(SESS_STEP_FIND), 0);
	cr_assert_eq(count_of(SESS_STEP_STORE), 0);
	cr_assert_eq(count_of(SESS_STEP_RANDOM), 0);
	cr_assert_eq(count_of(SESS_STEP_COMMIT), 0);
	cr_assert_eq(count_of(SESS_STEP_COOKIE), 0);
	cr_assert_eq(count_of(SESS_STEP_ANSWER), 1);
	site->service->app = &free_app;
	listen(site);
	get(&v, NULL);
	cr_assert_eq(count_of(SESS_STEP_CARRY), 0);
	cr_assert_eq(count_of(SESS_STEP_HANDLER), 1);
	close_site();
}

Test(trace, a_refused_request_has_an_answer_and_no_handler)
{
	struct site *site = open_heard(&busy_app, NULL);
	struct visitor v = { .site = site };

	cr_assert_eq(post(&v, "a=b")->status, 403);
	cr_assert_eq(count_of(SESS_STEP_HANDLER), 0);
	cr_assert_eq(count_of(SESS_STEP_COMMIT), 0);
	cr_assert_str_eq(part(step_of(SESS_STEP_CSRF, 0), "token"), "missing");
	cr_assert_str_eq(part(step_of(SESS_STEP_CSRF, 0), "verdict"),
	    "refused");
	cr_assert_str_eq(part(step_of(SESS_STEP_ANSWER, 0), "status"), "403");
	expect_in(site->log, "err=E_CSRF");
	close_site();
}

/* ---- ids --------------------------------------------------------------- */

Test(trace, the_key_is_the_hash_of_the_id_and_the_row_s)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *token, *find, *commit;
	struct id first;

	get(&v, "op=set drink tea");
	first = id_of(&v);
	commit = step_of(SESS_STEP_COMMIT, 0);
	cr_assert_str_eq(part(commit, "id"), first.text);
	cr_assert_str_eq(part(commit, "key"), hex_key(first.text));
	cr_assert_str_eq(part(step_of(SESS_STEP_COOKIE, 0), "value"),
	    first.text);
	listen(site);
	get(&v, NULL);
	token = step_of(SESS_STEP_TOKEN, 0);
	find = step_of(SESS_STEP_FIND, 0);
	cr_assert_str_eq(part(token, "id"), first.text);
	cr_assert_eq(kind_of(token, "id"), SESS_TRACE_ID);
	cr_assert_str_eq(part(token, "key"), hex_key(first.text));
	cr_assert_str_eq(cell(find, "token", 0, "key"), hex_key(first.text));
	cr_assert_str_eq(cell(find, "session", 0, "created"), "1700000000");
	cr_assert_str_eq(cell(find, "field", 0, "name"), "drink");
	cr_assert_str_eq(cell(find, "field", 0, "value"), "tea");
	cr_assert_eq(column(find, "field", 0, "value")->kind,
	    SESS_TRACE_SECRET);
	cr_assert_eq(column(find, "session", 0, "secret")->kind,
	    SESS_TRACE_SECRET);
	cr_assert_eq(strlen(cell(find, "session", 0, "secret")),
	    2 * (size_t)SESS_SECRET_LEN);
	cr_assert_eq(rows_in(find, "field"), 1);
	close_site();
}

Test(trace, what_was_found_is_told_apart)
{
	struct site *site = open_heard(&probe_app, "anon_idle=5h");
	struct visitor v = { .site = site };
	struct id first, second;

	get(&v, "op=set drink tea");
	first = id_of(&v);
	get(&v, "op=rotate");
	second = id_of(&v);
	get(&v, NULL);
	site->now += 300;
	listen(site);
	bare_id(site, first.text, "");
	cr_assert_str_eq(part(step_of(SESS_STEP_FIND, 0), "found"), "replay");
	cr_assert_str_neq(cell(step_of(SESS_STEP_FIND, 0), "token", 0,
	    "until"), "-");
	get(&v, "op=login alice");
	listen(site);
	bare_id(site, second.text, "");
	cr_assert_str_eq(part(step_of(SESS_STEP_FIND, 0), "found"), "late");
	cr_assert_str_eq(cell(step_of(SESS_STEP_FIND, 0), "token", 0, "void"),
	    "1");
	listen(site);
	bare_id(site, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "");
	cr_assert_str_eq(part(step_of(SESS_STEP_FIND, 0), "found"), "none");
	cr_assert_eq(step_of(SESS_STEP_FIND, 0)->nparts, 1);
	listen(site);
	bare_id(site, "short", "");
	cr_assert_str_eq(part(step_of(SESS_STEP_TOKEN, 0), "bytes"), "5");
	cr_assert_eq(count_of(SESS_STEP_FIND), 0);
	site->now += 9 * 3600;
	listen(site);
	get(&v, NULL);
	cr_assert_str_eq(part(step_of(SESS_STEP_FIND, 0), "found"),
	    "expired");
	cr_assert_eq(rows_in(rows_of(SESS_STEP_BEFORE, "end", 0), "session"),
	    1);
	cr_assert_eq(rows_in(rows_of(SESS_STEP_AFTER, "end", 0), "session"),
	    0);
	cr_assert_str_eq(cell(rows_of(SESS_STEP_AFTER, "end", 0), "event", 0,
	    "kind"), "expire");
	close_site();
}

Test(trace, a_store_that_fails_has_found_nothing_out)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=set drink tea");
	sql_int(site, "ALTER TABLE token RENAME TO gone");
	listen(site);
	cr_assert_eq(get(&v, NULL)->status, 503);
	cr_assert_eq(count_of(SESS_STEP_TOKEN), 1);
	cr_assert_eq(count_of(SESS_STEP_FIND), 0);
	close_site();
}

Test(trace, each_way_that_an_id_may_come_is_looked_at)
{
	static const char *const ways[] = { "cookie", "bearer", "field",
		"query" };
	struct site *site = open_heard(&probe_app,
	    "carry=cookie query field bearer");
	struct visitor v = { .site = site, .extra = {
		"HTTP_AUTHORIZATION=Bearer hush-bearer", NULL } };
	int i;

	get(&v, "sid=hush-query&sid=hush-other");
	cr_assert_eq(count_of(SESS_STEP_CARRY), 4);
	for (i = 0; i < 4; i++)
		cr_assert_str_eq(part(step_of(SESS_STEP_CARRY, i), "way"),
		    ways[i]);
	cr_assert_str_eq(part(step_of(SESS_STEP_CARRY, 0), "count"), "0");
	cr_assert_str_eq(part(step_of(SESS_STEP_CARRY, 1), "count"), "1");
	cr_assert_str_eq(part(step_of(SESS_STEP_CARRY, 3), "count"), "2");
	cr_assert_str_eq(part(step_of(SESS_STEP_CARRY, 3), "name"), "sid");
	expect_unseen(site, "hush-");
	close_site();
}

/* ---- forms ------------------------------------------------------------- */

static void
expect_verdict(const char *site, const char *origin, const char *token,
    const char *verdict)
{
	const struct sess_trace_step *csrf = step_of(SESS_STEP_CSRF, 0);

	cr_assert_str_eq(part(csrf, "site"), site);
	cr_assert_str_eq(part(csrf, "origin"), origin);
	cr_assert_str_eq(part(csrf, "token"), token);
	cr_assert_str_eq(part(csrf, "verdict"), verdict);
}

Test(trace, why_a_form_passes_or_not)
{
	struct site *site = open_heard(&busy_app, NULL);
	struct visitor v = { .site = site };
	char form[512];

	form_of(get(&v, NULL), form, sizeof form);
	listen(site);
	cr_assert_eq(post(&v, form)->status, 200);
	expect_verdict("", "", "right", "passes");
	v.extra[0] = "HTTP_SEC_FETCH_SITE=same-origin";
	v.extra[1] = "HTTP_ORIGIN=https://example.org";
	listen(site);
	form[strlen(form) - 2] ^= 1;
	cr_assert_eq(post(&v, form)->status, 403);
	expect_verdict("same-origin", "https://example.org", "wrong",
	    "refused");
	v.extra[0] = "HTTP_SEC_FETCH_SITE=cross-site";
	listen(site);
	cr_assert_eq(post(&v, form)->status, 403);
	expect_verdict("cross-site", "https://example.org", "", "refused");
	v.extra[0] = NULL;
	listen(site);
	get(&v, NULL);
	/* The page asked; the library does not, of a GET. */
	cr_assert_eq(count_of(SESS_STEP_CSRF), 1);
	expect_verdict("", "", "missing", "refused");
	close_site();
}

Test(trace, a_bearer_needs_no_token)
{
	struct site *site = open_heard(&probe_app, "carry=bearer");
	struct visitor v = { .site = site };
	char bearer[80];

	snprintf(bearer, sizeof bearer, "HTTP_AUTHORIZATION=Bearer %.32s",
	    field_of(get(&v, "op=set drink tea"), "X-Session-Token"));
	v.extra[0] = bearer;
	listen(site);
	cr_assert_eq(post(&v, "op=set drink milk")->status, 200);
	expect_verdict("", "", "not needed", "passes");
	close_site();
}

/* ---- what is drawn, set, counted --------------------------------------- */

Test(trace, what_is_drawn_is_what_is_used)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *id, *after;
	uint8_t bytes[TOKEN_BYTES];
	char hex[2 * TOKEN_BYTES + 1];
	size_t i;

	get(&v, "op=set drink tea");
	id = with(SESS_STEP_RANDOM, "purpose", "id");
	cr_assert_not_null(id);
	cr_assert_str_eq(part(id, "bytes"), "24");
	cr_assert_eq(kind_of(id, "value"), SESS_TRACE_SECRET);
	cr_assert(decode_base64url(bytes, sizeof bytes, id_of(&v).text,
	    TOKEN_LEN));
	for (i = 0; i < sizeof bytes; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	cr_assert_str_eq(part(id, "value"), hex);
	after = rows_of(SESS_STEP_AFTER, "commit", 0);
	cr_assert_str_eq(part(with(SESS_STEP_RANDOM, "purpose",
	    "secret of forms"), "value"), cell(after, "session", 0, "secret"));
	cr_assert_not_null(with(SESS_STEP_RANDOM, "purpose", "public number"));
	close_site();
}

Test(trace, a_form_draws_its_mask_or_a_token_before_a_session)
{
	struct site *site = open_heard(&busy_app, NULL);
	struct visitor v = { .site = site };

	get(&v, NULL);
	cr_assert_not_null(with(SESS_STEP_RANDOM, "purpose",
	    "mask of a form token"));
	close_site();
}

static int
only_form(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_res_puts(res, sess_form(s));
	return 200;
}

Test(trace, a_form_before_a_session_has_a_cookie_of_its_own)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *cookie;

	on_page(&v, only_form, NULL, NULL);
	cr_assert_not_null(with(SESS_STEP_RANDOM, "purpose",
	    "secret of forms before a session"));
	cr_assert_not_null(with(SESS_STEP_RANDOM, "purpose", "form token"));
	cr_assert_eq(count_of(SESS_STEP_COOKIE), 1);
	cookie = with(SESS_STEP_COOKIE, "name", "__Host-pre");
	cr_assert_not_null(cookie);
	cr_assert_str_eq(part(cookie, "value"), jar_get(&v, "__Host-pre"));
	cr_assert_eq(kind_of(cookie, "value"), SESS_TRACE_ID);
	expect_unseen(site, jar_get(&v, "__Host-pre"));
	cr_assert_eq(count_of(SESS_STEP_COMMIT), 0);
	close_site();
}

Test(trace, an_edit_has_its_value)
{
	struct site *site = open_heard(&busy_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *edit;

	get(&v, NULL);
	edit = with(SESS_STEP_EDIT, "name", "text");
	cr_assert_str_eq(part(edit, "act"), "set");
	cr_assert_str_eq(part(edit, "value"), "hush-text");
	cr_assert_eq(kind_of(edit, "value"), SESS_TRACE_SECRET);
	edit = with(SESS_STEP_EDIT, "name", "bytes");
	cr_assert_str_eq(part(edit, "value"), "hush-bytes");
	edit = with(SESS_STEP_EDIT, "name", "number");
	cr_assert_str_eq(part(edit, "value"), "271828182");
	cr_assert_eq(kind_of(edit, "value"), SESS_TRACE_SECRET);
	edit = with(SESS_STEP_EDIT, "act", "append");
	cr_assert_str_eq(part(edit, "value"), "hush-appendix");
	edit = with(SESS_STEP_EDIT, "act", "take");
	cr_assert_str_eq(part(edit, "value"), "hush-flash");
	edit = with(SESS_STEP_EDIT, "act", "cas");
	cr_assert_str_eq(part(edit, "value"), "hush-swap");
	cr_assert_str_eq(part(edit, "missed"), "");
	close_site();
	site = open_heard(&probe_app, NULL);
	v = (struct visitor){ .site = site };
	get(&v, "op=cas drink tea milk&op=set drink tea&op=cas drink a b&"
	    "op=del drink&op=login alice&op=logout&op=rotate");
	edit = with(SESS_STEP_EDIT, "act", "cas");
	cr_assert_str_eq(part(edit, "missed"), "yes");
	cr_assert_not_null(with(SESS_STEP_EDIT, "act", "del"));
	edit = with(SESS_STEP_EDIT, "act", "login");
	cr_assert_str_eq(part(edit, "value"), "alice");
	cr_assert_eq(kind_of(edit, "value"), SESS_TRACE_TEXT);
	cr_assert_not_null(with(SESS_STEP_EDIT, "act", "logout"));
	cr_assert_not_null(with(SESS_STEP_EDIT, "act", "rotate"));
	close_site();
}

static int
limited(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)res;
	return sess_limit(s, "guestbook", NULL, 2, 60) == 0 ? 200 : 429;
}

Test(trace, what_is_counted_is_told_with_its_limit)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *limit;
	int i;

	for (i = 1; i <= 3; i++) {
		char n[4];

		listen(site);
		cr_assert_eq(on_page(&v, limited, NULL, NULL)->status,
		    i < 3 ? 200 : 429);
		cr_assert_eq(count_of(SESS_STEP_LIMIT), 1);
		limit = step_of(SESS_STEP_LIMIT, 0);
		snprintf(n, sizeof n, "%d", i < 3 ? i : 2);
		cr_assert_str_eq(part(limit, "what"), "guestbook");
		cr_assert_str_eq(part(limit, "count"), n);
		cr_assert_str_eq(part(limit, "most"), "2");
		cr_assert_str_eq(part(limit, "refused"), i < 3 ? "no" :
		    "yes");
	}
	/* A refusal is found out by reading: nothing changed. */
	cr_assert_eq(count_of(SESS_STEP_BEFORE), 0);
	listen(site);
	get(&v, "op=set drink tea");
	limit = step_of(SESS_STEP_LIMIT, 0);
	cr_assert_str_eq(part(limit, "what"), "new sessions");
	cr_assert_str_eq(part(limit, "count"), "1");
	cr_assert_str_eq(part(limit, "most"), "100");
	close_site();
}

/* ---- passwords --------------------------------------------------------- */

/* The steps of a try, without what differs from one to the next. */
static void
outline(char *text, size_t size)
{
	size_t i, n = 0;

	for (i = 0; i < nheard; i++)
		if (heard[i].step == SESS_STEP_STORE)
			n += (size_t)snprintf(text + n, size - n, "store %s\n",
			    part(&heard[i], "purpose"));
		else
			n += (size_t)snprintf(text + n, size - n, "%s %s %s\n",
			    heard[i].name, part(&heard[i], "what"),
			    part(&heard[i], "outcome"));
	cr_assert_lt(n, size);
}

Test(trace, a_name_that_does_not_exist_takes_the_same_steps)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site }, w = { .site = site,
		.extra = { "REMOTE_ADDR=192.0.2.2", NULL } };
	static char known[20000], unknown[20000];
	const struct sess_trace_step *hashed;

	sign_up(&v);
	listen(site);
	cr_assert_eq(get(&v, "op=enter alice hush-wrong")->status, 401);
	outline(known, sizeof known);
	hashed = step_of(SESS_STEP_PASSWORD, 0);
	cr_assert_str_eq(part(hashed, "scheme"), "argon2id");
	cr_assert_str_eq(part(hashed, "outcome"), "wrong");
	cr_assert_str_eq(part(hashed, "account"), "known");
	cr_assert_not_null(with(SESS_STEP_LIMIT, "what", "network"));
	cr_assert_not_null(with(SESS_STEP_LIMIT, "what", "account"));
	listen(site);
	cr_assert_eq(get(&w, "op=enter nobody hush-wrong")->status, 401);
	outline(unknown, sizeof unknown);
	cr_assert_str_eq(part(step_of(SESS_STEP_PASSWORD, 0), "account"),
	    "unknown");
	cr_assert_str_eq(known, unknown);
	expect_unseen(site, "hush-");
	close_site();
}

/* The try that slows the account, which its user is told of. */
static void
slow_down(struct visitor *v, const char *query, char *text, size_t size)
{
	int i;

	for (i = 0; i < 3; i++) {
		listen(v->site);
		cr_assert_eq(get(v, query)->status, 401);
	}
	cr_assert_not_null(with(SESS_STEP_AFTER, "act", "note"));
	expect_in(v->site->log, "event=throttle");
	outline(text, size);
}

Test(trace, the_try_that_slows_an_account_is_the_same_for_any_name)
{
	struct site *site = open_heard(&probe_app, "login_tries=3");
	struct visitor v = { .site = site }, w = { .site = site,
		.extra = { "REMOTE_ADDR=192.0.2.2", NULL } };
	static char known[20000], unknown[20000];

	sign_up(&v);
	slow_down(&v, "op=enter alice hush-wrong", known, sizeof known);
	*site->log = '\0';
	slow_down(&w, "op=enter nobody hush-wrong", unknown, sizeof unknown);
	cr_assert_str_eq(known, unknown);
	close_site();
}

Test(trace, a_right_password_gives_back_what_was_counted)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *limit, *rows;

	sign_up(&v);
	cr_assert_str_eq(part(step_of(SESS_STEP_PASSWORD, 0), "outcome"),
	    "made");
	listen(site);
	cr_assert_eq(get(&v, "op=enter alice " PASSWORD)->status, 200);
	cr_assert_str_eq(part(step_of(SESS_STEP_PASSWORD, 0), "outcome"),
	    "right");
	limit = with(SESS_STEP_LIMIT, "act", "given back");
	cr_assert_str_eq(part(limit, "what"), "network");
	limit = with(SESS_STEP_LIMIT, "act", "forgotten");
	cr_assert_str_eq(part(limit, "what"), "account");
	rows = rows_of(SESS_STEP_BEFORE, "count", 0);
	cr_assert_eq(rows_in(rows, "bucket"), 0);
	rows = rows_of(SESS_STEP_AFTER, "count", 0);
	cr_assert_eq(rows_in(rows, "bucket"), 2);
	cr_assert_str_eq(cell(rows, "bucket", 0, "n"), "1");
	rows = rows_of(SESS_STEP_AFTER, "count", 1);
	cr_assert_eq(rows_in(rows, "bucket"), 0);
	/* The browser is known from now on. */
	cr_assert_not_null(with(SESS_STEP_COOKIE, "name", "__Host-device"));
	listen(site);
	get(&v, "op=enter alice hush-wrong");
	cr_assert_str_eq(part(step_of(SESS_STEP_LIMIT, 0), "what"),
	    "known browsers");
	close_site();
}

/* ---- rows before and after --------------------------------------------- */

Test(trace, a_first_value_makes_rows_where_there_were_none)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *rows;

	get(&v, "op=set drink tea&op=add n 3");
	rows = rows_of(SESS_STEP_BEFORE, "commit", 0);
	cr_assert_eq(rows_in(rows, "session"), 0);
	cr_assert_eq(rows_in(rows, "token"), 0);
	cr_assert_eq(rows_in(rows, "field"), 0);
	cr_assert_str_eq(cell(rows, "tally", 0, "anonymous"), "0");
	rows = rows_of(SESS_STEP_AFTER, "commit", 0);
	cr_assert_str_eq(cell(rows, "tally", 0, "anonymous"), "1");
	cr_assert_eq(rows_in(rows, "bucket"), 1);
	cr_assert_eq(rows_in(rows, "session"), 1);
	cr_assert_eq(rows_in(rows, "token"), 1);
	cr_assert_eq(rows_in(rows, "field"), 2);
	cr_assert_str_eq(cell(rows, "token", 0, "key"),
	    hex_key(id_of(&v).text));
	cr_assert_str_eq(cell(rows, "session", 0, "user"), "-");
	cr_assert_str_eq(cell(rows, "session", 0, "idle"), "1800");
	cr_assert_str_eq(cell(rows, "field", 1, "value"), "3");
	cr_assert_eq(column(rows, "field", 1, "value")->kind,
	    SESS_TRACE_SECRET);
	cr_assert_eq(column(rows, "session", 0, "idle")->kind,
	    SESS_TRACE_NUMBER);
	close_site();
}

Test(trace, a_login_leaves_the_old_id_void_and_the_fields_where_they_are)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *b, *a;
	struct id old;

	sign_up(&v);
	get(&v, "op=set cart pen");
	old = id_of(&v);
	listen(site);
	cr_assert_eq(get(&v, "op=enter alice " PASSWORD)->status, 200);
	b = rows_of(SESS_STEP_BEFORE, "commit", 0);
	a = rows_of(SESS_STEP_AFTER, "commit", 0);
	cr_assert_str_eq(cell(b, "session", 0, "user"), "-");
	cr_assert_str_eq(cell(a, "session", 0, "user"), "alice");
	cr_assert_str_eq(cell(a, "session", 0, "pk"),
	    cell(b, "session", 0, "pk"), "the same session");
	cr_assert_str_neq(cell(a, "session", 0, "secret"),
	    cell(b, "session", 0, "secret"));
	cr_assert_eq(rows_in(b, "token"), 1);
	cr_assert_eq(rows_in(a, "token"), 2);
	cr_assert_str_eq(cell(b, "token", 0, "void"), "0");
	cr_assert_str_eq(cell(a, "token", 1, "key"), hex_key(old.text));
	cr_assert_str_eq(cell(a, "token", 1, "void"), "1");
	cr_assert_str_eq(cell(a, "token", 0, "key"),
	    hex_key(id_of(&v).text));
	cr_assert_str_eq(cell(a, "token", 0, "void"), "0");
	cr_assert_str_eq(cell(a, "field", 0, "value"), "pen");
	cr_assert_str_eq(cell(b, "account", 0, "name"), "alice");
	cr_assert_eq(strncmp(cell(a, "account", 0, "hash"), "$argon2id$", 10),
	    0);
	cr_assert_eq(column(a, "account", 0, "hash")->kind,
	    SESS_TRACE_SECRET);
	cr_assert_str_eq(cell(a, "event", 0, "kind"), "login");
	expect_not_in(site->trace, "argon2id$");
	close_site();
}

Test(trace, a_rotation_leaves_both_ids_for_a_while)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *a;

	get(&v, "op=set drink tea");
	listen(site);
	get(&v, "op=rotate");
	cr_assert_str_eq(part(step_of(SESS_STEP_COMMIT, 0), "change"),
	    "rotate");
	cr_assert_eq(rows_in(rows_of(SESS_STEP_BEFORE, "commit", 0),
	    "token"), 1);
	a = rows_of(SESS_STEP_AFTER, "commit", 0);
	cr_assert_eq(rows_in(a, "token"), 2);
	cr_assert_str_eq(cell(a, "token", 0, "serial"), "2");
	cr_assert_str_eq(cell(a, "token", 0, "until"), "-");
	cr_assert_str_eq(cell(a, "token", 1, "until"), "1700000300");
	cr_assert_str_eq(cell(a, "session", 0, "newest"), "2");
	close_site();
}

Test(trace, a_logout_leaves_no_row_but_the_account_and_what_happened)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *b, *a;

	sign_up(&v);
	get(&v, "op=enter alice " PASSWORD "&op=set cart pen");
	listen(site);
	get(&v, "op=logout");
	b = rows_of(SESS_STEP_BEFORE, "commit", 0);
	a = rows_of(SESS_STEP_AFTER, "commit", 0);
	cr_assert_eq(rows_in(b, "session"), 1);
	cr_assert_eq(rows_in(b, "field"), 1);
	cr_assert_eq(rows_in(a, "session"), 0);
	cr_assert_eq(rows_in(a, "token"), 0);
	cr_assert_eq(rows_in(a, "field"), 0);
	cr_assert_str_eq(cell(a, "account", 0, "name"), "alice");
	cr_assert_str_eq(cell(a, "event", 0, "kind"), "logout");
	cr_assert_str_eq(part(step_of(SESS_STEP_COOKIE, 0), "act"),
	    "removed");
	close_site();
}

Test(trace, a_remember_me_token_is_a_row_that_turns)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *b, *a;
	char kept[80];

	sign_up(&v);
	listen(site);
	cr_assert_eq(on_page(&v, enter_and_stay,
	    "password=hush%20correct%20horse", NULL)->status, 200);
	cr_assert_not_null(with(SESS_STEP_RANDOM, "purpose",
	    "remember-me token"));
	cr_assert_not_null(with(SESS_STEP_EDIT, "act", "remember"));
	a = rows_of(SESS_STEP_AFTER, "commit", 0);
	cr_assert_eq(rows_in(a, "family"), 1);
	cr_assert_str_eq(cell(a, "family", 0, "key"),
	    cell(a, "session", 0, "family"));
	cr_assert_eq(column(a, "family", 0, "token")->kind,
	    SESS_TRACE_SECRET);
	cr_assert_not_null(with(SESS_STEP_COOKIE, "name",
	    "__Host-remember"));
	snprintf(kept, sizeof kept, "%s", jar_get(&v, "__Host-remember"));
	memset(v.jar, 0, sizeof v.jar);
	jar_set(&v, "__Host-remember", kept);
	listen(site);
	expect_in(get(&v, NULL)->body, "alice");
	b = rows_of(SESS_STEP_BEFORE, "redeem", 0);
	a = rows_of(SESS_STEP_AFTER, "redeem", 0);
	cr_assert_str_eq(part(a, "found"), "good");
	cr_assert_str_eq(cell(b, "family", 0, "before"), "-");
	cr_assert_str_eq(cell(a, "family", 0, "before"),
	    cell(b, "family", 0, "token"));
	cr_assert_str_neq(cell(a, "family", 0, "token"),
	    cell(b, "family", 0, "token"));
	cr_assert_str_neq(cell(a, "session", 0, "pk"),
	    cell(b, "session", 0, "pk"));
	cr_assert_str_eq(cell(a, "token", 0, "key"), hex_key(id_of(&v).text));
	expect_unseen(site, kept);
	expect_unseen(site, jar_get(&v, "__Host-remember"));
	close_site();
}

static int
end_others(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_res_printf(res, "%" PRId64, sess_devices_end(s));
	return 200;
}

Test(trace, ended_devices_are_rows_that_go)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site }, w = { .site = site };
	const struct sess_trace_step *b, *a;

	get(&v, "op=login alice&op=set cart pen");
	get(&w, "op=login alice&op=set cart tea");
	listen(site);
	cr_assert_str_eq(on_page(&v, end_others, NULL, NULL)->body, "1");
	b = rows_of(SESS_STEP_BEFORE, "revoke", 0);
	a = rows_of(SESS_STEP_AFTER, "revoke", 0);
	cr_assert_eq(rows_in(b, "session"), 2);
	cr_assert_eq(rows_in(b, "token"), 2);
	cr_assert_eq(rows_in(b, "field"), 2);
	cr_assert_eq(rows_in(a, "session"), 1);
	cr_assert_eq(rows_in(a, "token"), 1);
	cr_assert_eq(rows_in(a, "field"), 1);
	cr_assert_str_eq(cell(a, "field", 0, "value"), "pen");
	cr_assert_str_eq(part(a, "ended"), "1");
	close_site();
}

Test(trace, a_token_used_twice_ends_all_that_it_began)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site }, thief = { .site = site };
	const struct sess_trace_step *b, *a;

	sign_up(&v);
	on_page(&v, enter_and_stay, "password=hush%20correct%20horse", NULL);
	jar_set(&thief, "__Host-remember", jar_get(&v, "__Host-remember"));
	memset(&v.jar[0], 0, sizeof v.jar);
	jar_set(&v, "__Host-remember", jar_get(&thief, "__Host-remember"));
	get(&v, "op=set cart pen");
	site->now += 1000;
	listen(site);
	get(&thief, NULL);
	b = rows_of(SESS_STEP_BEFORE, "redeem", 0);
	a = rows_of(SESS_STEP_AFTER, "redeem", 0);
	cr_assert_str_eq(part(a, "found"), "stolen");
	cr_assert_eq(rows_in(b, "family"), 1);
	cr_assert_eq(rows_in(b, "session"), 1);
	cr_assert_eq(rows_in(b, "token"), 1);
	cr_assert_str_eq(cell(b, "field", 0, "name"), "cart");
	cr_assert_eq(rows_in(a, "family"), 0);
	cr_assert_eq(rows_in(a, "session"), 0);
	cr_assert_eq(rows_in(a, "token"), 0);
	cr_assert_eq(rows_in(a, "field"), 0);
	cr_assert_str_eq(cell(a, "event", 0, "kind"), "stolen");
	listen(site);
	get(&v, NULL);
	cr_assert_str_eq(part(rows_of(SESS_STEP_AFTER, "redeem", 0), "found"),
	    "nothing");
	close_site();
}

/* Of a user with more of them than a login lets be. */
Test(trace, a_login_that_ends_another_session_shows_it)
{
	struct site *site = open_heard(&probe_app, "max_sessions=1");
	struct visitor v = { .site = site }, w = { .site = site };
	const struct sess_trace_step *b, *a;

	get(&v, "op=login alice&op=set cart pen");
	listen(site);
	get(&w, "op=login alice");
	b = rows_of(SESS_STEP_BEFORE, "commit", 0);
	a = rows_of(SESS_STEP_AFTER, "commit", 0);
	cr_assert_str_eq(cell(b, "session", 0, "pk"), "1");
	cr_assert_str_eq(cell(b, "field", 0, "value"), "pen");
	cr_assert_eq(rows_in(a, "session"), 1);
	cr_assert_str_eq(cell(a, "session", 0, "pk"), "2");
	cr_assert_eq(rows_in(a, "field"), 0);
	close_site();
}

Test(trace, what_the_store_and_a_form_have_is_masked)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *a;

	get(&v, "op=set drink tea");
	a = rows_of(SESS_STEP_AFTER, "commit", 0);
	cr_assert_eq(column(a, "tally", 0, "secret")->kind,
	    SESS_TRACE_SECRET);
	expect_not_in(site->trace, cell(a, "tally", 0, "secret"));
	sql_run(site, "INSERT INTO once SELECT pk, x'0123456789', 1 "
	    "FROM session");
	listen(site);
	get(&v, "op=set drink milk");
	a = rows_of(SESS_STEP_AFTER, "commit", 0);
	cr_assert_str_eq(cell(a, "once", 0, "form"), "0123456789");
	cr_assert_eq(column(a, "once", 0, "form")->kind, SESS_TRACE_SECRET);
	expect_not_in(site->trace, "0123456789");
	close_site();
}

/* Another program lengthens the field meanwhile: together it is too long. */
static int
too_much(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)res;
	sess_append(s, "a", "6");
	sql_run(opened, "UPDATE field SET value = '1234567890'");
	return 200;
}

/* What was rolled back leaves nothing, and shows nothing. */
Test(trace, a_change_that_fails_has_no_rows_after_it)
{
	struct site *site = open_heard(&probe_app, "max_value_bytes=10");
	struct visitor v = { .site = site };

	get(&v, "op=set a 12345");
	listen(site);
	cr_assert_eq(on_page(&v, too_much, NULL, NULL)->status, 500);
	cr_assert_eq(count_of(SESS_STEP_BEFORE), 1);
	cr_assert_eq(count_of(SESS_STEP_AFTER), 0);
	cr_assert_eq(count_of(SESS_STEP_COMMIT), 0);
	cr_assert_not_null(with(SESS_STEP_STORE, "purpose",
	    "undo all of the change"));
	close_site();
}

/* A session of more than a step holds shows a part of it, in order. */
Test(trace, rows_beyond_all_bounds_are_left_out)
{
	struct site *site = open_heard(&probe_app, "max_fields=2000\n"
	    "max_value_bytes=1m\nmax_session_bytes=4m");
	struct visitor v = { .site = site };
	const struct sess_trace_step *find;

	get(&v, "op=set a b");
	sql_run(site, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
	    "SELECT i + 1 FROM n WHERE i < 1000) "
	    "INSERT INTO field SELECT (SELECT pk FROM session), 'f' || i, i "
	    "FROM n");
	listen(site);
	get(&v, NULL);
	find = step_of(SESS_STEP_FIND, 0);
	cr_assert_eq(rows_in(find, "field"), 256);
	sql_run(site, "DELETE FROM field");
	sql_run(site, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
	    "SELECT i + 1 FROM n WHERE i < 3) "
	    "INSERT INTO field SELECT (SELECT pk FROM session), 'f' || i, "
	    "replace(printf('%.*c', 300000, 'x'), 'x', i) FROM n");
	listen(site);
	cr_assert_eq(get(&v, NULL)->status, 200);
	find = step_of(SESS_STEP_FIND, 0);
	cr_assert_str_eq(part(find, "found"), "live");
	cr_assert_eq(strlen(cell(find, "field", 0, "value")), (size_t)300000);
	cr_assert_str_eq(cell(find, "field", 1, "value"), "-");
	close_site();
}

/* ---- statements -------------------------------------------------------- */

Test(trace, a_statement_has_its_purpose)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	const struct sess_trace_step *s;
	size_t i;
	int n = 0;

	sign_up(&v);
	get(&v, "op=enter alice " PASSWORD "&op=cas drink - hush-milk&op=take t");
	for (i = 0; i < nheard; i++) {
		if (heard[i].step != SESS_STEP_STORE)
			continue;
		n++;
		cr_assert_gt(strlen(part(&heard[i], "purpose")), 10u, "%s",
		    part(&heard[i], "sql"));
		cr_assert_eq(kind_of(&heard[i], "sql"), SESS_TRACE_SQL);
		/* What the trace reads for itself is no step. */
		expect_not_in(part(&heard[i], "sql"), "SELECT * ");
		expect_not_in(part(&heard[i], "sql"), "s.pk, s.user, "
		    "s.family");
	}
	cr_assert_gt(n, 20);
	s = with(SESS_STEP_STORE, "purpose", "write a new session");
	cr_assert_not_null(s);
	cr_assert_eq(strncmp(part(s, "sql"), "INSERT INTO session (", 21), 0);
	cr_assert_not_null(with(SESS_STEP_STORE, "sql", "BEGIN IMMEDIATE; "));
	cr_assert_not_null(with(SESS_STEP_STORE, "sql",
	    "PRAGMA synchronous = NORMAL"));
	close_site();
}

Test(trace, statements_appear_and_their_values_do_not)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=set drink hush-tea&op=add n 271828182&op=append t hush-t");
	get(&v, "op=login alice&op=cas drink hush-tea hush-milk&op=take t");
	expect_in(site->trace, "sql=SELECT t.serial, ");
	expect_in(site->trace, "WHERE t.key = ?1 AND t.void = 0 AND ");
	expect_in(site->trace, "sql=INSERT INTO field VALUES (?1, ?2, ?3)");
	expect_in(site->trace, "sql=UPDATE session SET user = ?2, ");
	expect_in(site->trace, "sql=UPDATE field SET value = ?4 ");
	expect_in(site->trace, "sql=DELETE FROM field WHERE session = ?1 "
	    "AND name = ?2 RETURNING value");
	expect_unseen(site, "hush-");
	expect_unseen(site, "271828182");
	close_site();
}

/* ---- what is not seen -------------------------------------------------- */

Test(trace, ids_are_masked)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	char mask[16], more[16];
	struct id old;

	get(&v, "op=set drink tea");
	old = id_of(&v);
	get(&v, "op=login alice");
	get(&v, "op=add n 1");
	snprintf(mask, sizeof mask, "id=%.4s... ", old.text);
	snprintf(more, sizeof more, "%.5s", old.text);
	expect_in(site->trace, mask);
	expect_not_in(site->trace, more);
	snprintf(mask, sizeof mask, "id=%.4s... ", id_of(&v).text);
	snprintf(more, sizeof more, "%.5s", id_of(&v).text);
	expect_in(site->trace, mask);
	expect_not_in(site->trace, more);
	close_site();
}

Test(trace, no_secret_is_in_the_masked_text)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	size_t i, j;
	int n = 0;

	sign_up(&v);
	get(&v, "op=set own hush-value&op=add n 271828182");
	on_page(&v, enter_and_stay, "password=hush%20correct%20horse", NULL);
	get(&v, "op=set own hush-other");
	on_page(&v, only_form, NULL, NULL);
	get(&v, "op=logout");
	for (i = 0; i < nheard; i++)
		for (j = 0; j < heard[i].nparts; j++) {
			const struct sess_trace_part *p = &heard[i].parts[j];

			if ((p->kind != SESS_TRACE_ID &&
			    p->kind != SESS_TRACE_SECRET) || p->len < 8)
				continue;
			n++;
			expect_unseen(site, p->value);
		}
	cr_assert_gt(n, 50);
	expect_unseen(site, "hush");
	expect_unseen(site, "271828182");
	expect_unseen(site, "$argon2");
	close_site();
}

Test(trace, neither_token_nor_field_nor_cookie_nor_form_is_seen)
{
	struct site *site = open_heard(&busy_app, NULL);
	struct visitor v = { .site = site, .extra = {
		"HTTP_AUTHORIZATION=Bearer hush-bearer",
		"HTTP_USER_AGENT=hush-agent", NULL } };
	char form[512];

	form_of(get(&v, "q=hush-query"), form, sizeof form);
	strcat(form, "&a=hush-form");
	expect_in(post(&v, form)->body, "form ok");
	form[strcspn(form, "&")] = '\0';
	expect_unseen(site, form + 5);
	expect_unseen(site, "hush-");
	expect_unseen(site, "271828182");
	expect_in(site->trace, "edit: act=set name=text "); /* names are */
	/* A wrong token is refused, and not repeated either. */
	cr_assert_eq(post(&v, "csrf=hush-wrong-token")->status, 403);
	expect_unseen(site, "hush-");
	close_site();
}

/* What comes from outside cannot write a line of its own. */
Test(trace, a_step_is_one_line_whatever_the_path)
{
	static const char *const vars[] = { "REQUEST_METHOD=GET", "HTTPS=on",
		"SCRIPT_NAME=/page\nfind: found=live\033[2J\xC2\x9B" "1m"
		"\xE2\x80\xAE", "QUERY_STRING=", NULL };
	struct site *site = open_heard(&probe_app, NULL);

	ask(site, vars, NULL, 0);
	expect_in(site->trace, "request: method=GET path=/page?find: ");
	expect_not_in(site->trace, "\nfind: ");
	expect_not_in(site->trace, "\033");
	expect_not_in(site->trace, "\xC2\x9B");
	expect_not_in(site->trace, "\xE2\x80\xAE");
	close_site();
}

static const char *
text_of(enum sess_trace_kind kind, const char *value, bool masked, size_t size)
{
	static char text[200];
	const struct sess_trace_part p = { "p", kind, value, strlen(value) };

	memset(text, '#', sizeof text);
	text[sizeof text - 1] = '\0';
	return sess_trace_text(&p, masked, text, size);
}

Test(trace, a_value_as_text)
{
	static const struct {
		enum sess_trace_kind kind;
		const char *value;
		bool masked;
		size_t size;
		const char *text;
	} rows[] = {
		{ SESS_TRACE_TEXT, "live", true, 100, "live" },
		{ SESS_TRACE_TEXT, "live", true, 5, "live" },
		{ SESS_TRACE_TEXT, "live", true, 4, "liv" },
		{ SESS_TRACE_TEXT, "live", true, 1, "" },
		{ SESS_TRACE_TEXT, "a\nb\x7f", true, 100, "a?b?" },
		{ SESS_TRACE_TEXT, "a\xFF" "b", true, 100, "a?b" },
		{ SESS_TRACE_TEXT, "\xC3\xA4\xC3\xA4", true, 4, "\xC3\xA4" },
		{ SESS_TRACE_NUMBER, "17", true, 100, "17" },
		{ SESS_TRACE_ID, "AbCdEfGhIjKlMnOp", true, 100, "AbCd..." },
		{ SESS_TRACE_ID, "AbCdEfGhIjKlMnO", true, 100, "..." },
		{ SESS_TRACE_ID, "AbCdEfGhIjKlMnOp", true, 6, "AbCd." },
		{ SESS_TRACE_ID, "AbCdEfGhIjKlMnOp", false, 100,
		    "AbCdEfGhIjKlMnOp" },
		{ SESS_TRACE_SECRET, "hush", true, 100, "4 bytes" },
		{ SESS_TRACE_SECRET, "h", true, 100, "1 byte" },
		{ SESS_TRACE_SECRET, "", true, 100, "0 bytes" },
		{ SESS_TRACE_SECRET, "hush", true, 3, "4 " },
		{ SESS_TRACE_SECRET, "hush", false, 100, "hush" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_assert_str_eq(text_of(rows[i].kind, rows[i].value,
		    rows[i].masked, rows[i].size), rows[i].text, "row %zu", i);
	cr_assert_str_eq(sess_trace_text(&(struct sess_trace_part){ "p",
	    SESS_TRACE_TEXT, "x", 1 }, true, NULL, 0), "");
}

/* ---- lines of the log -------------------------------------------------- */

#define LOCAL "REMOTE_ADDR=127.0.0.1", "HTTP_HOST=localhost"

/* A line for each of them, where nobody else listens. */
static struct site *
open_lines(const char *settings)
{
	struct site *site = open_site(&probe_app, settings);

	site->service->log.trace = (struct tracing){ .on = false };
	return site;
}

/* The first line of the log from this place on. */
static const char *
line_with(const struct site *site, const char *what)
{
	static char line[4000];
	const char *at = strstr(site->log, what), *from = at;

	cr_assert_not_null(at, "%s is not in: %s", what, site->log);
	while (from > site->log && from[-1] != '\n')
		from--;
	snprintf(line, sizeof line, "%.*s", (int)strcspn(from, "\n"), from);
	return line;
}

Test(trace, each_step_is_a_line_of_the_log)
{
	struct site *site = open_lines("insecure_dev=yes\n"
	    "trace_format=text");
	struct visitor v = { .site = site, .extra = { LOCAL, NULL } };
	const char *line;
	char part_of_id[40];

	get(&v, "op=set drink hush-tea&op=login alice");
	*site->log = '\0';
	get(&v, "op=set drink hush-milk");
	line = line_with(site, "step=request");
	cr_assert_eq(strncmp(line, "libsess time=2023-11-14T22:13:20Z "
	    "app=page event=trace step=request us=", 71), 0, "%s", line);
	expect_in(line, " method=\"GET\" path=\"/cgi-bin/page\" query=1 ");
	expect_in(site->log, "event=trace step=find us=");
	line = line_with(site, "found=");
	expect_in(line, " found=\"live\"");
	expect_not_in(line, "row=");
	line = line_with(site, "row=\"session\"");
	expect_in(line, "event=trace step=find ");
	expect_in(line, " user=\"alice\"");
	expect_in(line, " secret=\"64 bytes\"");
	line = line_with(site, "row=\"field\"");
	expect_in(line, " name=\"drink\" value=\"8 bytes\"");
	line = line_with(site, "step=store");
	expect_in(line, " purpose=\"look up the hash of the id");
	expect_in(line, " sql=\"SELECT t.serial, ");
	snprintf(part_of_id, sizeof part_of_id, "id=\"%.4s...\"",
	    jar_get(&v, "sid"));
	expect_in(line_with(site, "step=token"), part_of_id);
	expect_unseen(site, jar_get(&v, "sid"));
	expect_unseen(site, "hush-");
	expect_in(line_with(site, "step=answer"), " status=200 ");
	close_site();
}

Test(trace, in_json_each_line_is_an_object_with_no_key_twice)
{
	struct site *site = open_lines("insecure_dev=yes\n"
	    "trace_format=json");
	struct visitor v = { .site = site, .extra = { LOCAL, NULL } };
	const char *at;
	size_t n;

	get(&v, "op=set drink hush-tea&op=set food rice&op=login alice");
	*site->log = '\0';
	get(&v, "op=set drink hush-milk");
	expect_in(site->log, "{\"time\":\"2023-11-14T22:13:20Z\","
	    "\"app\":\"page\",\"event\":\"trace\",\"step\":\"find\",\"us\":\"");
	expect_in(line_with(site, "\"row\":\"field\""),
	    "\"name\":\"drink\",\"value\":\"8 bytes\",");
	for (at = site->log; *at != '\0'; at += n + 1) {
		n = strcspn(at, "\n");
		cr_assert_eq(at[0], '{', "%.*s", (int)n, at);
		cr_assert_eq(at[n - 1], '}', "%.*s", (int)n, at);
		cr_assert_leq(n, (size_t)LOG_LINE_MAX);
	}
	expect_unseen(site, "hush-");
	close_site();
}

static int
long_edit(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	static char user[256];

	(void)req;
	(void)res;
	memset(user, '"', sizeof user - 1);
	sess_login(s, user);
	return 200;
}

/* JSON makes six bytes of each quote: what has no room is cut or left out. */
Test(trace, a_line_is_whole_however_long_its_parts_are)
{
	struct site *site = open_lines("insecure_dev=yes\n"
	    "trace_format=json\nlog_format=json");
	static char agent[3000];
	struct visitor v = { .site = site, .extra = { LOCAL, agent, NULL } };
	const char *at;
	size_t n, longest = 0;

	strcpy(agent, "HTTP_USER_AGENT=");
	memset(agent + strlen(agent), '\\', 2000);
	on_page(&v, long_edit, NULL, NULL);
	get(&v, NULL);
	for (at = site->log; *at != '\0'; at += n + 1) {
		n = strcspn(at, "\n");
		longest = n > longest ? n : longest;
		cr_assert_leq(n, (size_t)LOG_LINE_MAX);
		cr_assert_eq(at[n - 1], '}', "%.*s", (int)n, at);
	}
	cr_assert_gt(longest, (size_t)LOG_LINE_MAX - 200);
	close_site();
}

Test(trace, lines_are_for_requests_from_this_machine_only)
{
	static const char *const from[][3] = {
		{ "REMOTE_ADDR=192.0.2.1", "HTTP_HOST=localhost" },
		{ "REMOTE_ADDR=127.0.0.1", "HTTP_HOST=example.org" },
		{ "REMOTE_ADDR=127.0.0.1", "HTTP_HOST=localhost",
		    "HTTP_X_FORWARDED_FOR=192.0.2.1" },
	};
	struct site *site = open_lines("insecure_dev=yes\n"
	    "trace_format=text");
	struct visitor v = { .site = site };
	size_t i;

	for (i = 0; i < sizeof from / sizeof *from; i++) {
		memcpy(v.extra, from[i], sizeof from[i]);
		get(&v, "op=set drink tea");
		expect_not_in(site->log, "event=trace");
	}
	v.extra[0] = "REMOTE_ADDR=127.0.0.1";
	v.extra[1] = "HTTP_HOST=localhost";
	v.extra[2] = NULL;
	get(&v, "op=set drink tea");
	expect_in(site->log, "event=trace step=store");
	/* And the next one from elsewhere shows nothing again. */
	*site->log = '\0';
	memcpy(v.extra, from[0], sizeof from[0]);
	get(&v, "op=set drink tea");
	expect_not_in(site->log, "event=trace");
	close_site();
}

Test(trace, lines_are_refused_where_insecure_dev_is_not_set)
{
	struct site *site = open_lines("trace_format=text");
	struct visitor v = { .site = site, .extra = { LOCAL, NULL } };

	cr_assert_eq(site->service->err, SESS_ECONF);
	expect_in(site->log, "trace_format = text");
	expect_in(site->log, "does not go with insecure_dev");
	cr_assert_eq(get(&v, "op=set drink tea")->status, 503);
	expect_not_in(site->log, "event=trace");
	close_site();
}

/* ---- steps that a page shows ------------------------------------------- */

static size_t kept, kept_after;
static char kept_id[80], kept_text[4000];

static void
at_end(const struct sess_req *req, struct sess_res *res, const struct sess *s)
{
	const struct sess_trace_step *steps = sess_trace_steps(req,
	    &kept_after);

	(void)res;
	(void)s;
	if (steps != NULL)
		snprintf(kept_text, sizeof kept_text, "%s",
		    steps[kept_after - 1].name);
}

static int
shows(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	const struct sess_trace_step *steps = sess_trace_steps(req, &kept);
	size_t i;

	*kept_id = *kept_text = '\0';
	kept_after = 0;
	for (i = 0; i < kept; i++)
		if (steps[i].step == SESS_STEP_TOKEN)
			snprintf(kept_id, sizeof kept_id, "%s",
			    part(&steps[i], "id"));
	cr_expect_eq(steps == NULL, kept == 0);
	sess_add(s, "n", 1);
	sess_res_at_end(res, at_end);
	return 200;
}

static const struct sess_app shows_app = { .handle = shows };

Test(trace, a_page_gets_the_steps_of_its_request)
{
	struct site *site = open_site(&shows_app,
	    "insecure_dev=yes\nteach=yes");
	struct visitor v = { .site = site, .extra = { LOCAL, NULL } };

	site->service->log.trace = (struct tracing){ .on = false };
	get(&v, NULL);
	cr_assert_gt(kept, 2u);
	get(&v, NULL);
	cr_assert_str_eq(kept_id, jar_get(&v, "sid"), "unmasked");
	cr_assert_gt(kept_after, kept, "with the commit's");
	cr_assert_str_eq(kept_text, "commit");
	cr_assert_null(site->service->log.trace.kept);
	cr_assert_not(trace_on(&site->service->log));
	expect_not_in(site->log, "event=trace");
	v.extra[0] = "REMOTE_ADDR=192.0.2.1";
	get(&v, NULL);
	cr_assert_eq(kept, 0u);
	cr_assert_eq(kept_after, 0u);
	close_site();
}

Test(trace, without_teach_a_page_gets_none)
{
	struct site *site = open_site(&shows_app, "insecure_dev=yes");
	struct visitor v = { .site = site, .extra = { LOCAL, NULL } };

	get(&v, NULL);
	cr_assert_eq(kept, 0u);
	cr_assert_eq(kept_after, 0u);
	close_site();
}

/* ---- bounds ------------------------------------------------------------ */

Test(trace, at_most_400_steps_are_kept)
{
	struct pool pool = POOL_INIT(1 << 20);
	struct log log = { .app = NULL };
	const struct sess_trace_step *steps;
	size_t n;
	int i;

	trace_begin(&log, false, &pool);
	cr_assert_null(trace_kept(&log, &n));
	for (i = 0; i < 500; i++)
		trace_step(&log, SESS_STEP_LIMIT, TRACE_NUMBER("count", i));
	steps = trace_kept(&log, &n);
	cr_assert_eq(n, 400u);
	cr_assert_str_eq(part(&steps[0], "count"), "0");
	cr_assert_str_eq(part(&steps[399], "count"), "399");
	trace_end(&log);
	cr_assert_null(trace_kept(&log, &n));
	cr_assert_eq(n, 0u);
	pool_release(&pool);
}

Test(trace, at_most_256_KiB_are_kept)
{
	static const char big[60 * 1024] = "x";
	struct pool pool = POOL_INIT(1 << 20);
	struct log log = { .app = NULL };
	size_t left, n;
	int i;

	trace_begin(&log, false, &pool);
	left = pool.left;
	for (i = 0; i < 6; i++)
		trace_step(&log, SESS_STEP_EDIT,
		    TRACE_SECRET("value", big, sizeof big));
	/* Nor is a small one that comes after a gap. */
	trace_step(&log, SESS_STEP_ANSWER, TRACE_NUMBER("status", 200));
	cr_assert_not_null(trace_kept(&log, &n));
	cr_assert_eq(n, 4u);
	cr_assert_leq(left - pool.left, (size_t)256 * 1024 + 64);
	pool_release(&pool);
}

Test(trace, no_memory_means_no_steps)
{
	struct pool none = POOL_INIT(100), little = POOL_INIT(17000);
	struct log log = { .app = NULL };
	static const char big[2000] = "x";
	size_t n;

	trace_begin(&log, false, &none);
	cr_assert_not(trace_on(&log));
	trace_begin(&log, false, &little);
	cr_assert(trace_on(&log));
	trace_step(&log, SESS_STEP_ANSWER, TRACE_NUMBER("status", 200));
	trace_step(&log, SESS_STEP_EDIT, TRACE_SECRET("v", big, sizeof big));
	cr_assert_not_null(trace_kept(&log, &n));
	cr_assert_eq(n, 1u);
	trace_end(&log);
	pool_release(&little);
}

/* ---- what it costs ----------------------------------------------------- */

Test(trace, nobody_looking_costs_no_call)
{
	struct site *site = open_heard(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct log *log = &site->service->log;

	log->trace.on = false;
	get(&v, "op=login alice&op=set drink tea");
	expect_in(get(&v, "op=get drink&op=add n 1")->body, "[\"tea\",1]");
	get(&v, "op=rotate");
	cr_assert_eq(nheard, 0u);
	/* The store is asked at each step, not when it is opened. */
	log->trace.on = true;
	get(&v, "op=set drink milk");
	cr_assert_eq(count_of(SESS_STEP_COMMIT), 1);
	cr_assert_gt(count_of(SESS_STEP_STORE), 3);
	cr_assert_eq(count_of(SESS_STEP_AFTER), 1);
	close_site();
}

static int heard_once;

static void
on_one(void *arg, const struct sess_trace_step *step)
{
	(void)arg;
	heard_once++;
	cr_assert_eq(step->step, SESS_STEP_EDIT);
	cr_assert_str_eq(part(step, "count"), "1");
}

Test(trace, nobody_looking_costs_no_work_on_the_parts)
{
	struct log log = { .trace = { .call = on_one } };
	int worked = 0;

	trace_step(&log, SESS_STEP_EDIT, TRACE_NUMBER("count", ++worked));
	cr_assert_eq(worked, 0);
	cr_assert_eq(heard_once, 0);
	log.trace.on = true;
	trace_step(&log, SESS_STEP_EDIT, TRACE_NUMBER("count", ++worked),
	    TRACE_TEXT("none", NULL));
	cr_assert_eq(worked, 1);
	cr_assert_eq(heard_once, 1);
}

/* test_trace.c - what can be seen of an exchange, and what never can. */
/* SPDX-License-Identifier: ISC */
#include "statements.h"

TestSuite(trace, .fini = close_site);

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

static const struct sess_app busy_app = { .handle = busy };
static const struct sess_app free_app = { .handle = nothing,
	.no_session = true };

/* ---- what is seen ------------------------------------------------------ */

struct count {
	int of[SESS_STEP_ANSWER + 1];
	enum sess_step last;
};

static void
on_step(void *arg, const struct sess_event *event)
{
	static const char *const names[] = { "request", "carry", "token",
		"find", "handler", "edit", "store", "commit", "cookie",
		"answer" };
	struct count *count = arg;

	cr_expect_leq(event->step, SESS_STEP_ANSWER);
	cr_expect_str_eq(event->step_name, names[event->step]);
	cr_expect_gt(strlen(event->text), 0);
	cr_expect_null(strchr(event->text, '\n'), "%s", event->text);
	count->of[event->step]++;
	count->last = event->step;
}

static struct count
counted(struct visitor *v, const char *query)
{
	struct log *log = &v->site->service->log;
	const struct log before = *log;
	struct count count = { .of = { 0 } };

	log->trace = on_step;
	log->trace_arg = &count;
	get(v, query);
	*log = before;
	return count;
}

Test(trace, every_kind_of_step_appears)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct count count;
	size_t i;

	get(&v, "op=set drink tea");
	count = counted(&v, "op=login alice&op=set drink milk");
	for (i = 0; i <= SESS_STEP_ANSWER; i++)
		cr_assert_gt(count.of[i], 0, "step %zu", i);
	cr_assert_eq(count.of[SESS_STEP_EDIT], 2);
	cr_assert_eq(count.of[SESS_STEP_COOKIE], 1);
	cr_assert_eq(count.of[SESS_STEP_HANDLER], 1);
	cr_assert_eq(count.last, SESS_STEP_ANSWER);
	close_site();
}

Test(trace, an_exchange_can_be_read_from_top_to_bottom)
{
	static const char expected[] =
	    "request: GET /cgi-bin/page: 2 query, 0 form, 1 cookie pairs\n"
	    "carry: 1 cookies named " SID "\n"
	    "token: ????... is well-formed; hashed\n"
	    "find: found a live session\n"
	    "handler: the program runs\n"
	    "edit: set drink\n"
	    "edit: add n\n"
	    "commit: 2 edits\n"
	    "answer: 200, 45 bytes\n";
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	char seen[2048] = "", mask[16];
	const char *line;
	char *token;
	size_t n;

	get(&v, "op=set drink tea");
	*site->trace = '\0';
	cr_assert_str_eq(get(&v, "op=set drink milk&op=add n 1")->body,
	    "{\"new\":false,\"results\":[true,1],\"user\":null}\n");
	for (line = site->trace; *line != '\0'; line += n) {
		n = strcspn(line, "\n") + 1;
		if (strncmp(line, "store: ", 7) != 0)
			strncat(seen, line, n);
	}
	snprintf(mask, sizeof mask, "%.4s...", id_of(&v).text);
	cr_assert_not_null(token = strstr(seen, mask));
	memcpy(token, "????", 4);
	cr_assert_str_eq(seen, expected);
	close_site();
}

Test(trace, a_visitor_who_only_looks_costs_no_store)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct count count = counted(&v, "op=get drink");

	cr_assert_eq(count.of[SESS_STEP_CARRY], 1);
	cr_assert_eq(count.of[SESS_STEP_TOKEN], 0);
	cr_assert_eq(count.of[SESS_STEP_FIND], 0);
	cr_assert_eq(count.of[SESS_STEP_STORE], 0);
	cr_assert_eq(count.of[SESS_STEP_COMMIT], 0);
	cr_assert_eq(count.of[SESS_STEP_COOKIE], 0);
	cr_assert_eq(count.of[SESS_STEP_ANSWER], 1);
	site->service->app = &free_app;
	count = counted(&v, NULL);
	cr_assert_eq(count.of[SESS_STEP_CARRY], 0);
	cr_assert_eq(count.of[SESS_STEP_HANDLER], 1);
	close_site();
}

Test(trace, a_refused_request_has_an_answer_and_no_handler)
{
	struct site *site = open_site(&busy_app, NULL);
	struct visitor v = { .site = site };

	cr_assert_eq(post(&v, "a=b")->status, 403);
	expect_not_in(site->trace, "handler: ");
	expect_not_in(site->trace, "commit: ");
	expect_in(site->trace, "answer: 403, ");
	expect_in(site->log, "err=E_CSRF");
	close_site();
}

Test(trace, what_was_found_is_told_apart)
{
	struct site *site = open_site(&probe_app, "anon_idle=5h");
	struct visitor v = { .site = site };
	struct id first, second;

	get(&v, "op=set drink tea");
	first = id_of(&v);
	get(&v, "op=rotate");
	second = id_of(&v);
	get(&v, NULL);
	site->now += 300;
	*site->trace = '\0';
	bare_id(site, first.text, "");
	expect_in(site->trace, "find: found an id used after its end\n");
	get(&v, "op=login alice");
	*site->trace = '\0';
	bare_id(site, second.text, "");
	expect_in(site->trace, "find: found an id replaced by a login\n");
	*site->trace = '\0';
	bare_id(site, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "");
	expect_in(site->trace, "find: found nothing\n");
	close_site();
}

/* What comes from outside cannot write a line of its own. */
Test(trace, a_step_is_one_line_whatever_the_path)
{
	static const char *const vars[] = { "REQUEST_METHOD=GET", "HTTPS=on",
		"SCRIPT_NAME=/page\nfind: found a live session\033[2J",
		"QUERY_STRING=", NULL };
	struct site *site = open_site(&probe_app, NULL);

	ask(site, vars, NULL, 0);
	expect_in(site->trace, "request: GET /page");
	expect_not_in(site->trace, "\nfind: ");
	expect_not_in(site->trace, "\033");
	close_site();
}

/* ---- what is not ------------------------------------------------------- */

Test(trace, ids_are_masked)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	char mask[16], more[16];
	struct id old;

	get(&v, "op=set drink tea");
	old = id_of(&v);
	get(&v, "op=login alice");
	get(&v, "op=add n 1");
	snprintf(mask, sizeof mask, "%.4s... is", old.text);
	snprintf(more, sizeof more, "%.5s", old.text);
	expect_in(site->trace, mask);
	expect_not_in(site->trace, more);
	snprintf(mask, sizeof mask, "%.4s... is", id_of(&v).text);
	snprintf(more, sizeof more, "%.5s", id_of(&v).text);
	expect_in(site->trace, mask);
	expect_not_in(site->trace, more);
	close_site();
}

/* The key of a session is as good as its id for who can write the store. */
Test(trace, neither_hash_nor_secret_is_seen)
{
	struct site *site = open_site(&busy_app, NULL);
	struct visitor v = { .site = site };
	uint8_t key[SESS_KEY_LEN];
	char hex[2][17];
	size_t i;

	get(&v, NULL);
	get(&v, NULL);
	token_key(key, id_of(&v).text);
	for (i = 0; i < 8; i++) {
		snprintf(hex[0] + 2 * i, 3, "%02x", key[i]);
		snprintf(hex[1] + 2 * i, 3, "%02X", key[i]);
	}
	expect_unseen(site, hex[0]);
	expect_unseen(site, hex[1]);
	close_site();
}

Test(trace, statements_appear_and_their_values_do_not)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=set drink hush-tea&op=add n 271828182&op=append t hush-t");
	get(&v, "op=login alice&op=cas drink hush-tea hush-milk&op=take t");
	expect_in(site->trace, "store: SELECT t.serial, ");
	expect_in(site->trace, "WHERE t.key = ?1 AND t.void = 0 AND ");
	expect_in(site->trace, "store: BEGIN IMMEDIATE");
	expect_in(site->trace, "store: INSERT INTO field VALUES (?1, ?2, ?3)");
	expect_in(site->trace, "store: UPDATE session SET user = ?2, ");
	expect_in(site->trace, "store: UPDATE field SET value = ?4 ");
	expect_in(site->trace, "store: DELETE FROM field WHERE session = ?1 "
	    "AND name = ?2 RETURNING value");
	expect_in(site->trace, "store: COMMIT");
	expect_unseen(site, "hush-");
	expect_unseen(site, "271828182");
	expect_not_in(site->trace, "1700000000");
	expect_not_in(site->trace, "alice");    /* the log may say who */
	close_site();
}

Test(trace, neither_token_nor_field_nor_cookie_nor_form_is_seen)
{
	struct site *site = open_site(&busy_app, NULL);
	struct visitor v = { .site = site, .extra = {
		"HTTP_AUTHORIZATION=Bearer hush-bearer",
		"HTTP_USER_AGENT=hush-agent", NULL } };
	struct answer *a = get(&v, "q=hush-query");
	char form[512];
	const char *csrf;

	cr_assert_not_null(csrf = strstr(a->body, "name=\"csrf\" value=\""));
	csrf += strlen("name=\"csrf\" value=\"");
	snprintf(form, sizeof form, "csrf=%.*s&a=hush-form",
	    (int)strcspn(csrf, "\""), csrf);
	expect_in(post(&v, form)->body, "form ok");
	form[5 + strcspn(csrf, "\"")] = '\0';
	expect_unseen(site, form + 5);
	expect_unseen(site, "hush-");
	expect_unseen(site, "271828182");
	expect_in(site->trace, "edit: set text\n");     /* names are */
	/* A wrong token is refused, and not repeated either. */
	cr_assert_eq(post(&v, "csrf=hush-wrong-token")->status, 403);
	expect_unseen(site, "hush-");
	close_site();
}

/* ---- what it costs ----------------------------------------------------- */

Test(trace, nobody_looking_costs_no_call)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct log *log = &site->service->log;
	const struct log before = *log;
	struct count count;

	log->trace = NULL;
	get(&v, "op=login alice&op=set drink tea");
	expect_in(get(&v, "op=get drink&op=add n 1")->body, "[\"tea\",1]");
	get(&v, "op=rotate");
	cr_assert_str_eq(site->trace, "");
	/* The store was opened meanwhile: SQLite was not asked to tell. */
	*log = before;
	count = counted(&v, "op=set drink milk");
	cr_assert_eq(count.of[SESS_STEP_COMMIT], 1);
	cr_assert_eq(count.of[SESS_STEP_STORE], 0);
	close_site();
}

Test(trace, nobody_looking_costs_no_work_on_the_text)
{
	struct count count = { .of = { 0 } };
	struct log log = { .trace = NULL, .trace_arg = &count };
	int worked = 0;

	log_step(&log, SESS_STEP_EDIT, "%d", ++worked);
	cr_assert_eq(worked, 0);
	log.trace = on_step;
	log_step(&log, SESS_STEP_EDIT, "%d", ++worked);
	cr_assert_eq(worked, 1);
	cr_assert_eq(count.of[SESS_STEP_EDIT], 1);
}

/* test_aside.c - r35, r41: what a page puts aside for the next one. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "stage.h"

TestSuite(aside, .init = stage_plain, .fini = stage_clear, .timeout = 60);

/* ---- messages ---------------------------------------------------------- */

Test(aside, a_flash_is_shown_once)
{
	get(&v, "op=flash+saved");
	cr_assert_str_eq(get(&v, "op=user")->body, "-\n", "by who shows one");
	cr_assert_str_eq(get(&v, "op=takeflash&op=takeflash")->body,
	    "saved\n-\n");
	cr_assert_str_eq(get(&v, "op=takeflash")->body, "-\n");
}

Test(aside, the_last_flash_counts_and_any_text_will_do)
{
	get(&v, "op=flash+one&op=flash+%3Cb%3E%C3%A9%26%22");
	cr_assert_str_eq(get(&v, "op=takeflash")->body,
	    "<b>\xc3\xa9&\"\n");
	cr_assert_str_eq(get(&v, "op=flash+now&op=takeflash")->body, "now\n");
	cr_assert_str_eq(get(&v, "op=takeflash")->body, "-\n");
}

Test(aside, a_flash_of_a_login_or_a_logout_arrives)
{
	get(&v, "op=login+alice&op=flash+welcome");
	cr_assert_str_eq(get(&v, "op=takeflash")->body, "welcome\n");
	get(&v, "op=flash+lost&op=logout&op=flash+bye");
	cr_assert_str_eq(get(&v, "op=takeflash&op=user")->body, "bye\n-\n");
}

Test(aside, a_page_that_fails_leaves_no_flash)
{
	get(&v, "op=set+k+v");
	get(&v, "op=flash+saved&op=status+500");
	cr_assert_str_eq(get(&v, "op=takeflash")->body, "-\n");
}

Test(aside, who_has_no_flash_costs_no_write)
{
	cr_assert_str_eq(get(&v, "op=takeflash")->body, "-\n");
	cr_assert_null(jar_get(&v, SID));
	cr_assert_eq(all_rows(site), 0);
}

static void
read_flash(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor w = { .site = twin };

	(void)who;
	jar_set(&w, SID, order->text);
	report->value = strcmp(get(&w, "op=takeflash")->body, "saved\n") == 0;
}

Test(aside, r35_of_32_readers_at_once_one_sees_the_flash)
{
	struct crew crew;
	char id[80];
	int round;

	crew_start(&crew, 32, site, &ops, NULL, read_flash);
	for (round = 0; round < 10; round++) {
		get(&v, "op=flash+saved");
		snprintf(id, sizeof id, "%s", jar_get(&v, SID));
		close_store(site);
		crew_round(&crew, round, site->now, id);
		cr_assert_eq(crew_count(&crew, 1), 1, "round %d", round);
	}
	cr_assert(crew_end(&crew));
}

/* ---- r41: where to go next --------------------------------------------- */

static const char *
next_of(const char *query, const char *form)
{
	static char body[1200];
	char op[3000];

	snprintf(op, sizeof op, "op=next+/home&%s", form != NULL ? form :
	    query);
	snprintf(body, sizeof body, "%s", (form != NULL ? post(&v, op) :
	    get(&v, op))->body);
	body[strcspn(body, "\n")] = '\0';
	return body;
}

static const struct {
	const char *query, *next;
} nexts[] = {
	{ "", "/home" },
	{ "next=", "/home" },
	{ "next=/cart", "/cart" },
	{ "next=/cart/7?a=b%26c%23d", "/cart/7?a=b&c#d" },
	{ "next=cart", "cart" },
	{ "next=./cart", "./cart" },
	{ "next=../cart", "../cart" },
	{ "next=?page=2", "?page=2" },
	{ "next=/%C3%A9", "/home" },
	{ "next=/a%252f%252fb", "/a%2f%2fb" },
	{ "next=/a:b", "/a:b" },
	{ "next=//x", "/home" },
	{ "next=%2f%2fx", "/home" },
	{ "next=///x", "/home" },
	{ "next=/%5Cx", "/home" },
	{ "next=%5C%5Cx", "/home" },
	{ "next=%5C/x", "/home" },
	{ "next=/.//x", "/.//x" },
	{ "next=https://x", "/home" },
	{ "next=https:x", "/home" },
	{ "next=HTTPS://x", "/home" },
	{ "next=javascript:alert(1)", "/home" },
	{ "next=data:,x", "/home" },
	{ "next=%09//x", "/home" },
	{ "next=/%09/x", "/home" },
	{ "next=%20//x", "/home" },
	{ "next=%0A//x", "/home" },
	{ "next=/x%0D%0ASet-Cookie:a=b", "/home" },
	{ "next=/%00/x", "/home" },
	{ "next=/x%FF", "/home" },
	{ "next=//x&next=/cart", "/home" },
	{ "next=/cart&next=//x", "/cart" },
	{ "Next=/cart", "/home" },
};

Test(aside, r41_the_next_page_is_of_this_site)
{
	size_t i;

	for (i = 0; i < sizeof nexts / sizeof *nexts; i++) {
		cr_expect_str_eq(next_of(nexts[i].query, NULL), nexts[i].next,
		    "%s: %s", nexts[i].query, next_of(nexts[i].query, NULL));
		cr_expect_str_eq(next_of(NULL, nexts[i].query), nexts[i].next,
		    "form %s", nexts[i].query);
	}
}

/* What it allows is what a redirect takes. */
static int
go_next(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)s;
	return sess_res_redirect(res, sess_next(req, "/home"));
}

static const struct sess_app go = { .handle = go_next };

Test(aside, r41_a_redirect_takes_all_that_it_allows)
{
	struct answer *a;
	const char *to;
	size_t i;

	site->service->app = &go;
	for (i = 0; i < sizeof nexts / sizeof *nexts; i++) {
		a = get(&v, nexts[i].query);
		cr_assert_eq(a->status, 303, "%s", nexts[i].query);
		cr_assert_not_null(to = field_of(a, "Location"));
		cr_assert(to[0] == '/' && to[1] != '/' && to[1] != '\\',
		    "%s", to);
		if (*nexts[i].next == '/')
			cr_assert_eq(strncmp(to, nexts[i].next,
			    strlen(nexts[i].next)), 0, "%s", to);
		cr_assert_eq(count_fields(a, "Set-Cookie"), 0);
	}
}

Test(aside, r41_1000_bytes_are_enough)
{
	char query[1100] = "next=/";

	memset(query + 6, 'x', 999);
	cr_assert_eq(strlen(next_of(query, NULL)), 1000);
	strcat(query, "x");
	cr_assert_str_eq(next_of(query, NULL), "/home");
}

Test(aside, r41_the_field_of_a_form_goes_before_the_query)
{
	const char *vars[] = { "REQUEST_METHOD=POST", "HTTPS=on",
		"SCRIPT_NAME=/cgi-bin/page", "QUERY_STRING=next=/query"
		"&op=next+/home", NULL, "CONTENT_TYPE="
		"application/x-www-form-urlencoded", NULL };
	static const char *const forms[][2] = {
		{ "next=/form", "/form\n" }, { "next=//x", "/home\n" },
		{ "a=b", "/query\n" },
	};
	char length[40];
	size_t i;

	vars[4] = length;
	for (i = 0; i < 3; i++) {
		snprintf(length, sizeof length, "CONTENT_LENGTH=%zu",
		    strlen(forms[i][0]));
		cr_assert_str_eq(ask(site, vars, forms[i][0],
		    strlen(forms[i][0]))->body, forms[i][1]);
	}
}

/* ---- forms ------------------------------------------------------------- */

Test(aside, what_was_typed_is_there_again_until_it_is_dropped)
{
	post(&v, "op=keep+order+name,town&name=Ann+Lee&town=%C3%85rhus"
	    "&card=4111");
	cr_assert_str_eq(get(&v, "op=kept+order+name&op=kept+order+town"
	    "&op=kept+order+card&op=kept+other+name")->body,
	    "Ann Lee\n\xc3\x85rhus\n-\n-\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 2,
	    "only what was named");
	get(&v, "op=drop+order+name");
	cr_assert_str_eq(get(&v, "op=kept+order+name&op=kept+order+town")
	    ->body, "-\n\xc3\x85rhus\n");
}

Test(aside, what_is_missing_or_no_text_is_not_kept_and_empty_is)
{
	post(&v, "op=keep+f+a,b,c,d&a=&b=x%FF&c=x%00y&op=commit");
	cr_assert_str_eq(get(&v, "op=kept+f+a&op=kept+f+b&op=kept+f+c"
	    "&op=kept+f+d")->body, "\n-\n-\n-\n");
	/* and what was kept before stays */
	post(&v, "op=keep+f+a&a=x");
	post(&v, "op=keep+f+a,b&b=y");
	cr_assert_str_eq(get(&v, "op=kept+f+a&op=kept+f+b")->body, "x\ny\n");
}

Test(aside, names_stand_between_any_blanks)
{
	post(&v, "op=keep+f+,,a,,b,&a=1&b=2");
	cr_assert_str_eq(get(&v, "op=kept+f+a&op=kept+f+b")->body, "1\n2\n");
	post(&v, "op=keep+f+,,&op=keep+f+&op=drop+f+,x,&op=commit");
	cr_assert_str_eq(get(&v, "op=kept+f+a")->body, "1\n");
}

Test(aside, the_first_of_several_is_kept)
{
	post(&v, "op=keep+f+a&a=one&a=two");
	cr_assert_str_eq(get(&v, "op=kept+f+a")->body, "one\n");
}

Test(aside, what_is_too_long_is_an_error_that_sticks)
{
	char form[400] = "op=keep+f+a&op=set+k+v&a=";

	with("max_value_bytes=100");
	memset(form + strlen(form), 'x', 101);
	cr_assert_eq(post(&v, form)->status, sess_err_status(SESS_ELIMIT));
	cr_assert_eq(all_rows(site), 0, "nothing of it was saved");
	form[strlen(form) - 1] = '\0';
	cr_assert_eq(post(&v, form)->status, 200);
	cr_assert_eq(strlen(get(&v, "op=kept+f+a")->body), 101);
}

Test(aside, names_that_are_none_are_errors_where_they_are_kept)
{
	char form[200];

	cr_assert_eq(post(&v, "op=keep+f%2F+a&a=x")->status, 500);
	cr_assert_eq(post(&v, "op=keep+f+%C3%A9&%C3%A9=x")->status, 500);
	snprintf(form, sizeof form, "op=keep+f+%0*d&%0*d=x", 54, 0, 54, 0);
	cr_assert_eq(post(&v, form)->status, 500);
	cr_assert_eq(all_rows(site), 0);
	/* and where they are asked for, there is nothing */
	cr_assert_str_eq(get(&v, "op=kept+f%2F+a&op=drop+f%2F+a&op=error")
	    ->body, "-\nOK\n");
}

/* Of a form sent by somebody who has another form in mind. */
Test(aside, r14_a_form_sets_no_field_but_its_own)
{
	get(&v, "op=login+alice&op=flash+hello");
	post(&v, "op=keep+f+a&a=x&sess.flash=evil&sess.form.g.a=evil"
	    "&user=bob&auth=1");
	cr_assert_str_eq(get(&v, "op=user&op=kept+g+a&op=takeflash")->body,
	    "alice\n-\nhello\n");
}

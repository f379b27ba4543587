/* test_once.c - a form that is sent twice has one effect. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "stage.h"

/* Takes files, too. */
static const struct sess_app taking = {
	.handle = ops_page, .csrf_by_page = true, .max_files = 2,
};

TestSuite(once, .init = stage_plain, .fini = stage_clear);

/* A form of this visitor, to be sent with what comes behind. */
static const char *
written(void)
{
	static char form[160];
	struct answer *r = get(&v, "op=csrf");

	snprintf(form, sizeof form, "csrf=%.*s", (int)strcspn(r->body, "\n"),
	    r->body);
	return form;
}

static const char *
submit(const char *form, const char *what)
{
	char body[400];

	snprintf(body, sizeof body, "%s&%s", form, what);
	return post(&v, body)->body;
}

#define PART "--X\r\nContent-Disposition: form-data; name="
#define OPS PART "\"csrf\"\r\n\r\nt\r\n" \
	PART "\"op\"\r\n\r\nonce\r\n" PART "\"op\"\r\n\r\nadd n 1\r\n"
#define FILE_OF(name, filename, bytes) PART "\"" name "\"; filename=\"" \
	filename "\"\r\n\r\n" bytes "\r\n--X--\r\n"

static void
submit_multipart(const char *body)
{
	char length[48], cookie[120];
	const char *vars[] = { "REQUEST_METHOD=POST", "HTTPS=on",
		"CONTENT_TYPE=multipart/form-data; boundary=X", length, cookie,
		NULL };

	snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", strlen(body));
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" SID "=%s",
	    jar_get(&v, SID));
	ask(site, vars, body, strlen(body));
}

Test(once, r93_a_form_sent_again_with_other_values_takes_effect)
{
	const char *form;

	get(&v, "op=set+k+v");
	form = written();
	submit(form, "op=once&op=add+n+1");
	submit(form, "op=once&op=add+n+5");
	cr_assert_str_eq(get(&v, "op=get+n")->body, "6\n");
}

Test(once, r93_a_form_sent_again_with_the_same_values_counts_once)
{
	const char *form;

	get(&v, "op=set+k+v");
	form = written();
	submit(form, "op=once&op=add+n+5");
	submit(form, "op=once&op=add+n+1");
	submit(form, "op=once&op=add+n+5");
	cr_assert_str_eq(get(&v, "op=get+n")->body, "6\n");
}

Test(once, r93_a_page_can_ask_whether_its_edits_were_dropped)
{
	const char *form, *ask_it = "op=once&op=set+x+1&op=repeated&op=commit&"
	    "op=repeated";

	get(&v, "op=set+k+v");
	form = written();
	cr_assert_str_eq(submit(form, ask_it), "first\nOK\nfirst\n");
	cr_assert_str_eq(submit(form, ask_it), "first\nOK\nrepeated\n");
	cr_assert_str_eq(submit(written(), ask_it), "first\nOK\nfirst\n");
}

Test(once, r93_forms_are_the_same_if_all_their_values_are)
{
	static const char *const forms[] = {
		"x=", "a=b", "a=b&a=b", "ab=", "a=&b=", "=ab", "a=b&c=d",
		"c=d&a=b", "a=bc&d=", "a=b%00", "csrf%00=b",
	};
	size_t i, n = sizeof forms / sizeof *forms;
	char want[16];

	get(&v, "op=set+k+v");
	for (i = 0; i < 2 * n; i++)
		submit("csrf=t&op=once&op=add+n+1", forms[i % n]);
	snprintf(want, sizeof want, "%zu\n", n);
	cr_assert_str_eq(get(&v, "op=get+n")->body, want);
	submit("csrf=another&op=once&op=add+n+1", forms[0]);
	snprintf(want, sizeof want, "%zu\n", n + 1);
	cr_assert_str_eq(get(&v, "op=get+n")->body, want);
}

Test(once, r93_files_are_among_the_values)
{
	static const char *const forms[] = {
		OPS FILE_OF("f", "a.png", "first"),
		OPS FILE_OF("f", "a.png", "secon"),
		OPS FILE_OF("f", "b.png", "first"),
		OPS FILE_OF("g", "a.png", "first"),
	};
	size_t i;

	stage(&taking, NULL);
	get(&v, "op=set+k+v");
	for (i = 0; i < 8; i++)
		submit_multipart(forms[i % 4]);
	cr_assert_str_eq(get(&v, "op=get+n")->body, "4\n");
}

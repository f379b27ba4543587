/* test_transcript.c - the steps of a request as text, and back. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "transcript.h"

static struct site *site;
static char text[4096];
static size_t len, room = sizeof text;
static const struct sess_trace_step *steps;
static size_t nsteps;

static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)res;
	(void)s;
	memset(text, '#', sizeof text);
	len = transcript_write(text, room, req, steps, nsteps);
	return 204;
}

static const struct sess_app app = { .handle = handle, .no_session = true };

static void
setup(void)
{
	site = site_new(&app, NULL);
}

static void
teardown(void)
{
	site_free(site);
}

TestSuite(transcript, .init = setup, .fini = teardown);

#define PART(name, kind, value) \
	{ name, SESS_TRACE_##kind, value, sizeof(value) - 1 }

static const struct sess_trace_part find_parts[] = {
	PART("found", TEXT, "live"), PART("session", ROW, ""),
	PART("user", TEXT, "al\tice\n<b>"), PART("secret", SECRET, "hush"),
	PART("id", ID, "AbCdEfGhIjKlMnOpQrStUvWxYz012345"),
	PART("sql", SQL, "SELECT 1"), PART("n", NUMBER, "12"),
};
static const struct sess_trace_step two[] = {
	{ SESS_STEP_HANDLER, "handler", 5, NULL, 0 },
	{ SESS_STEP_FIND, "find", 1234567, find_parts,
	    sizeof find_parts / sizeof *find_parts },
};

static void
write_steps(const struct sess_trace_step *list, size_t n, size_t size)
{
	const char *vars[] = { "REQUEST_METHOD=GET",
		"SCRIPT_NAME=/cgi-bin/cart", NULL };

	steps = list;
	nsteps = n;
	room = size;
	ask(site, vars, NULL, 0);
}

Test(transcript, a_text_is_masked_when_it_is_written)
{
	write_steps(two, 2, sizeof text);
	cr_expect_str_eq(text, "request\tGET\t/cgi-bin/cart\n"
	    "step\thandler\t5\n"
	    "step\tfind\t1234567\n"
	    "part\t0\tfound\tlive\n"
	    "part\t5\tsession\t\n"
	    "part\t0\tuser\tal?ice?<b>\n"
	    "part\t3\tsecret\t4 bytes\n"
	    "part\t2\tid\tAbCd...\n"
	    "part\t4\tsql\tSELECT 1\n"
	    "part\t1\tn\t12\n");
	cr_expect_eq(len, strlen(text));
}

static const struct sess_trace_part rows_before[] = {
	PART("act", TEXT, "commit"), PART("field", ROW, ""),
	PART("name", TEXT, "visits"), PART("value", SECRET, "1"),
	PART("field", ROW, ""), PART("name", TEXT, "tea"),
	PART("value", SECRET, "1"),
};
static const struct sess_trace_part rows_after[] = {
	PART("act", TEXT, "commit"), PART("field", ROW, ""),
	PART("name", TEXT, "visits"), PART("value", SECRET, "2"),
	PART("field", ROW, ""), PART("name", TEXT, "tea"),
	PART("value", SECRET, "1"),
};

Test(transcript, rows_are_compared_before_they_are_masked)
{
	static const struct sess_trace_step change[] = {
		{ SESS_STEP_BEFORE, "before", 1, rows_before, 7 },
		{ SESS_STEP_AFTER, "after", 2, rows_after, 7 },
	};

	write_steps(change, 2, sizeof text);
	cr_expect_str_eq(strstr(text, "step\tafter"), "step\tafter\t2\n"
	    "part\t0\tact\tcommit\n"
	    "part\t5\tfield\tchanged\n"
	    "part\t0\tname\tvisits\n"
	    "part\t3\tvalue\t1 byte\n"
	    "part\t5\tfield\t\n"
	    "part\t0\tname\ttea\n"
	    "part\t3\tvalue\t1 byte\n");
	cr_expect_gt(strstr(text, "changed"), strstr(text, "step\tafter"));
	write_steps(change + 1, 1, sizeof text);
	cr_expect_not_null(strstr(text, "changed\npart\t0\tname\ttea"),
	    "nothing was found before");
}

Test(transcript, what_was_written_is_read)
{
	struct transcript_reader r;
	struct transcript_step step;

	write_steps(two, 2, sizeof text);
	cr_assert(transcript_read(&r, text));
	cr_expect_str_eq(r.method, "GET");
	cr_expect_str_eq(r.path, "/cgi-bin/cart");
	cr_assert(transcript_next(&r, &step));
	cr_expect_str_eq(step.name, "handler");
	cr_expect_eq(step.us, 5);
	cr_expect_eq(step.nparts, 0);
	cr_assert(transcript_next(&r, &step));
	cr_expect_str_eq(step.name, "find");
	cr_expect_eq(step.us, 1234567);
	cr_assert_eq(step.nparts, 7);
	cr_expect_eq(step.parts[1].kind, SESS_TRACE_ROW);
	cr_expect_str_eq(step.parts[1].name, "session");
	cr_expect_str_eq(transcript_value(&step, "id"), "AbCd...");
	cr_expect_eq(transcript_value(&step, "none"), NULL);
	cr_expect_not(transcript_next(&r, &step));
	cr_expect_not(r.cut);
}

/* Whatever the room is, a whole step ends the text, or the word "cut". */
Test(transcript, what_has_no_room_is_cut_between_steps)
{
	static const char first[] = "request\tGET\t/cgi-bin/cart\n",
	    second[] = "step\thandler\t5\n", cut[] = "cut\n";
	char expected[256];
	size_t whole;

	write_steps(two, 2, sizeof text);
	whole = len;
	for (size_t size = 0; size < whole + 10; size++) {
		write_steps(two, 2, size);
		cr_assert(size == sizeof text || text[size] == '#',
		    "%zu: it keeps to its room", size);
		if (len == 0 || len == whole)
			continue;
		snprintf(expected, sizeof expected, "%s%s%s", first,
		    len > sizeof first + 3 ? second : "", cut);
		cr_assert_str_eq(text, expected, "%zu", size);
	}
	cr_expect_eq(len, whole);
	write_steps(two, 2, 60);
	cr_expect(len > 0 && len < whole);
}

Test(transcript, a_reader_is_told_that_there_were_more)
{
	struct transcript_reader r;
	struct transcript_step step;

	write_steps(two, 2, 60);
	cr_assert(transcript_read(&r, text));
	cr_assert(transcript_next(&r, &step));
	cr_expect_not(r.cut);
	cr_expect_not(transcript_next(&r, &step));
	cr_expect(r.cut);
}

Test(transcript, no_steps_are_no_text)
{
	write_steps(two, 0, sizeof text);
	cr_expect_eq(len, 0);
}

/* ---- damage ------------------------------------------------------------------ */

static const struct {
	const char *text;
	int steps;              /* -1: no such text */
} damaged[] = {
	{ "", -1 }, { "\n", -1 }, { "request\n", -1 },
	{ "request\tGET\n", -1 }, { "request\tGET\t/\tx\n", -1 },
	{ "answer\tGET\t/\n", -1 }, { "request\tGET\t/", -1 },
	{ "request\tGET\t/\n", 0 },
	{ "request\tGET\t/\nstep\tfind\n", 0 },
	{ "request\tGET\t/\nstep\tfind\t1\t2\n", 0 },
	{ "request\tGET\t/\nstep\tfind\t1", 0 },
	{ "request\tGET\t/\npart\t0\ta\tb\n", 0 },
	{ "request\tGET\t/\nstep\tfind\t1\n", 1 },
	{ "request\tGET\t/\nstep\tfind\t1\npart\t0\ta\tb\n", 1 },
	{ "request\tGET\t/\nstep\tfind\t1\npart\t9\ta\tb\n", 0 },
	{ "request\tGET\t/\nstep\tfind\t1\npart\t\ta\tb\n", 0 },
	{ "request\tGET\t/\nstep\tfind\t1\npart\t01\ta\tb\n", 0 },
	{ "request\tGET\t/\nstep\tfind\t1\npart\t0\ta\n", 0 },
	{ "request\tGET\t/\nstep\tfind\t1\npart\t0\ta\tb", 0 },
	{ "request\tGET\t/\nstep\tfind\t1\nstep\thandler\t2\ncut\n", 2 },
	{ "request\tGET\t/\ncut\nstep\tfind\t1\n", 0 },
};

Test(transcript, damage_ends_the_reading)
{
	struct transcript_reader r;
	struct transcript_step step;
	char copy[256];
	int n;

	for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
		snprintf(copy, sizeof copy, "%s", damaged[i].text);
		n = -1;
		if (transcript_read(&r, copy))
			for (n = 0; transcript_next(&r, &step); )
				n++;
		cr_expect_eq(n, damaged[i].steps, "%s", damaged[i].text);
	}
}

Test(transcript, more_parts_than_are_read_are_left_out)
{
	static char much[64 * 1024];
	struct transcript_reader r;
	struct transcript_step step;
	size_t n;

	n = (size_t)snprintf(much, sizeof much,
	    "request\tGET\t/\nstep\tfind\t1\n");
	for (int i = 0; i < TRANSCRIPT_PARTS_MAX + 50; i++)
		n += (size_t)snprintf(much + n, sizeof much - n,
		    "part\t0\tp%d\tv\n", i);
	cr_assert(transcript_read(&r, much));
	cr_assert(transcript_next(&r, &step));
	cr_expect_eq(step.nparts, TRANSCRIPT_PARTS_MAX);
	cr_expect_eq(step.left, 50);
	cr_expect_not(transcript_next(&r, &step));
}

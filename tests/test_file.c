/* test_file.c - a file as an answer: all of it, under a harmless name. */
/* SPDX-License-Identifier: ISC */
#include <sys/resource.h>
#include <sys/stat.h>

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "memory.h"

#define HUGE_FILE (300 << 20)

static struct site *site;
static int fd = -1;             /* what the page answers with ... */
static const char *name;        /* ... and calls it */
static void (*deed)(struct sess_res *);
static int status;

static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	(void)s;
	status = 200;
	sess_res_file(res, fd, name);
	if (deed != NULL)
		deed(res);
	return status;
}

static const struct sess_app app = { .handle = handle, .no_session = true };

static void
setup(void)
{
	site = site_new(&app, "max_answer_bytes=1000");
}

static void
teardown(void)
{
	site_free(site);
}

TestSuite(file, .init = setup, .fini = teardown, .timeout = 60);

/* A file without a name in any folder. */
static int
file_of(const void *bytes, size_t len)
{
	char path[] = "/tmp/libsess-file-XXXXXX";
	int made = mkstemp(path);

	cr_assert_geq(made, 0);
	unlink(path);
	cr_assert_eq(write(made, bytes, len), (ssize_t)len);
	return made;
}

static bool
is_open(int which)
{
	return fcntl(which, F_GETFD) >= 0;
}

static struct answer *
answer_to(const char *method)
{
	char verb[32];
	const char *vars[] = { verb, NULL };

	snprintf(verb, sizeof verb, "REQUEST_METHOD=%s", method);
	return ask(site, vars, NULL, 0);
}

/* ---- the bytes --------------------------------------------------------- */

Test(file, answer_is_the_file_and_not_a_byte_else)
{
	static char bytes[200001];
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 31 >> 3);
	fd = file_of(bytes, sizeof bytes);
	name = "tea.bin";
	a = answer_to("GET");
	cr_assert_str_eq(a->head, "Status: 200 OK\r\n"
	    "Content-Type: application/octet-stream\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Referrer-Policy: same-origin\r\n"
	    "Content-Security-Policy: default-src 'none'; "
	    "frame-ancestors 'none'; sandbox\r\n"
	    "Content-Disposition: attachment; filename=\"tea.bin\"; "
	    "filename*=UTF-8''tea.bin\r\n"
	    "Content-Length: 200001\r\n");
	cr_assert_eq(a->body_len, sizeof bytes);
	cr_assert_arr_eq(a->body, bytes, sizeof bytes);
	cr_assert_not(is_open(fd));
}

Test(file, is_sent_from_its_start)
{
	fd = file_of("Alice", 5);
	cr_assert_eq(lseek(fd, 3, SEEK_SET), 3);
	cr_assert_str_eq(answer_to("GET")->body, "Alice");
}

Test(file, empty_one_is_an_empty_body)
{
	struct answer *a;

	fd = file_of("", 0);
	a = answer_to("GET");
	cr_assert_eq(a->status, 200);
	cr_assert_eq(strtol(field_of(a, "Content-Length"), NULL, 10), 0);
	cr_assert_eq(a->body_len, 0);
	cr_assert_not(is_open(fd));
}

Test(file, head_has_its_length_and_no_body)
{
	struct answer *a;

	fd = file_of("Alice", 5);
	a = answer_to("HEAD");
	cr_assert_eq(strtol(field_of(a, "Content-Length"), NULL, 10), 5);
	cr_assert_eq(a->body_len, 0);
	cr_assert_not(is_open(fd));
}

static void
shorten(struct sess_res *res)
{
	(void)res;
	cr_assert_eq(ftruncate(fd, 3), 0);
}

Test(file, that_shrinks_ends_short_and_is_logged)
{
	struct answer *a;

	fd = file_of("Alice", 5);
	deed = shorten;
	a = answer_to("GET");
	cr_assert_eq(strtol(field_of(a, "Content-Length"), NULL, 10), 5);
	cr_assert_str_eq(a->body, "Ali");
	cr_assert_not_null(strstr(site->log, "event=answer err=E_LENGTH "
	    "why=\"the file has become shorter\""), "%s", site->log);
}

struct counting_wire {
	struct sess_wire wire;
	int64_t bytes;
	size_t largest;
	int64_t breaks_at;      /* 0: never */
};

static bool
count(struct sess_wire *wire, const void *bytes, size_t n)
{
	struct counting_wire *c = (struct counting_wire *)wire;

	(void)bytes;
	c->bytes += (int64_t)n;
	c->largest = n > c->largest ? n : c->largest;
	return c->breaks_at == 0 || c->bytes < c->breaks_at;
}

static int64_t
serve_huge(struct counting_wire *c)
{
	static char get[] = "REQUEST_METHOD=GET";
	char *vars[] = { get, NULL };

	fd = file_of("", 0);
	cr_assert_eq(ftruncate(fd, HUGE_FILE), 0);
	c->wire.vars = vars;
	c->wire.write = count;
	sess_serve(site->service, &c->wire);
	return c->bytes;
}

Test(file, huge_one_costs_no_memory)
{
	struct counting_wire c = { .breaks_at = 0 };
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	cr_assert_geq(serve_huge(&c), HUGE_FILE);
	getrusage(RUSAGE_SELF, &after);
	cr_assert_leq(c.largest, 65536);
	cr_assert_lt(after.ru_maxrss - before.ru_maxrss, 4096, "%ld KiB",
	    after.ru_maxrss - before.ru_maxrss);
	cr_assert_not(is_open(fd));
}

Test(file, nothing_is_read_for_a_visitor_who_went)
{
	struct counting_wire c = { .breaks_at = 200000 };

	cr_assert_lt(serve_huge(&c), 300000);
	cr_assert_not(is_open(fd));
	cr_assert_str_eq(site->log, "");
}

/* ---- refusals ---------------------------------------------------------- */

static void
write_too(struct sess_res *res)
{
	sess_res_puts(res, "and this");
}

static void
fail_then(struct sess_res *res)
{
	sess_res_header(res, "bad name", "x");
}

Test(file, is_closed_where_the_page_failed)
{
	static void (*const deeds[])(struct sess_res *) = { write_too,
		fail_then };
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof deeds / sizeof *deeds; i++) {
		fd = file_of("Alice", 5);
		deed = deeds[i];
		a = answer_to("GET");
		cr_assert_eq(a->status, 500);
		cr_assert_null(strstr(a->body, "Alice"));
		cr_assert_null(field_of(a, "Content-Disposition"));
		cr_assert_not(is_open(fd));
	}
}

Test(file, must_be_open_and_regular)
{
	int ends[2];

	fd = -1;
	cr_assert_eq(answer_to("GET")->status, 500);
	cr_assert_eq(pipe(ends), 0);
	fd = ends[0];
	cr_assert_eq(answer_to("GET")->status, 500);
	cr_assert_not(is_open(fd));
	fd = open("/tmp", O_RDONLY);
	cr_assert_eq(answer_to("GET")->status, 500);
	cr_assert_not(is_open(fd));
}

static int first;

static void
another(struct sess_res *res)
{
	first = fd;
	fd = file_of("Bob", 3);
	sess_res_file(res, fd, NULL);
}

Test(file, the_last_of_two_counts_and_both_are_closed)
{
	fd = file_of("Alice", 5);
	deed = another;
	cr_assert_str_eq(answer_to("GET")->body, "Bob");
	cr_assert_not(is_open(first));
	cr_assert_not(is_open(fd));
}

static void
set_fields(struct sess_res *res)
{
	sess_res_header(res, "Content-Type", "image/png");
	sess_res_header(res, "Content-Security-Policy", "sandbox");
	sess_res_header(res, "Content-Disposition", "inline");
}

Test(file, page_says_what_it_is)
{
	struct answer *a;

	fd = file_of("Alice", 5);
	deed = set_fields;
	a = answer_to("GET");
	cr_assert_eq(strncmp(field_of(a, "Content-Type"), "image/png\r", 10),
	    0);
	cr_assert_eq(strncmp(field_of(a, "Content-Security-Policy"),
	    "sandbox\r", 8), 0);
	cr_assert_eq(strncmp(field_of(a, "Content-Disposition"), "inline\r",
	    7), 0);
}

/* ---- the name ---------------------------------------------------------- */

static const char *
disposition(const char *of)
{
	static char text[2000];
	struct buf b = BUF_INIT(3000);

	file_disposition(&b, of);
	cr_assert_eq(b.err, SESS_OK);
	snprintf(text, sizeof text, "%s", b.data);
	buf_release(&b);
	return text;
}

#define BOTH(ascii, utf8) \
	"attachment; filename=\"" ascii "\"; filename*=UTF-8''" utf8

Test(file, names_cannot_break_out)
{
	static const struct { const char *name, *wanted; } rows[] = {
		{ NULL, "attachment" },
		{ "", "attachment" },
		{ "a b.txt", BOTH("a b.txt", "a%20b.txt") },
		{ "\"; filename=evil", BOTH("_; filename=evil",
		    "_%3B%20filename%3Devil") },
		{ "../../etc/passwd", BOTH("_._.._etc_passwd",
		    "_._.._etc_passwd") },
		{ "..", BOTH("_.", "_.") },
		{ ".profile", BOTH("_profile", "_profile") },
		{ "c:\\x\\y", BOTH("c__x_y", "c__x_y") },
		{ "a\r\nSet-Cookie: sid=x", BOTH("a__Set-Cookie_ sid=x",
		    "a__Set-Cookie_%20sid%3Dx") },
		{ "a\x7f\x01" "b", BOTH("a__b", "a__b") },
		{ "100%41", BOTH("100_41", "100%2541") },
		{ "T\u00e9.png", BOTH("T_.png", "T%C3%A9.png") },
		{ "\U0001f375", BOTH("_", "%F0%9F%8D%B5") },
		{ "\u05e9\u05dc", BOTH("__", "%D7%A9%D7%9C") },
		{ "invoice\u202egpj.exe", BOTH("invoice_gpj.exe",
		    "invoice_gpj.exe") },
		{ "a\xc2\x85" "b\u2028c", BOTH("a_b_c", "a_b_c") },
		{ "\ufeff" "a.txt", BOTH("_a.txt", "_a.txt") },
		{ "9.41\u202fAM.png", BOTH("9.41_AM.png",   /* of a Mac */
		    "9.41%E2%80%AFAM.png") },
		{ "a\xff" "b", BOTH("a_b", "a_b") },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_expect_str_eq(disposition(rows[i].name), rows[i].wanted,
		    "row %zu: %s", i, disposition(rows[i].name));
}

Test(file, long_names_are_cut_between_characters)
{
	char text[600] = "";
	const char *got;
	size_t i;

	for (i = 0; i < 100; i++)               /* 300 bytes */
		memcpy(text + 3 * i, "\u20ac", 4);
	got = strstr(disposition(text), "UTF-8''") + 7;
	cr_assert_eq(strlen(got), 85 * 9);
	cr_assert_str_eq(got + 84 * 9, "%E2%82%AC");
	memset(text, 'a', 255);
	text[255] = '\0';
	cr_assert_not_null(strstr(disposition(text), text));
	memcpy(text + 255, "b", 2);
	cr_assert_null(strchr(strstr(disposition(text), "\"a"), 'b'));
}

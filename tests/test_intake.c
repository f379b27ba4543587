/* test_intake.c - a multipart form: fields become pairs, files uploads. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake.h"

#define D "--X\r\n"
#define N "\r\n--X\r\n"
#define E "\r\n--X--\r\n"
#define F(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_OF(name, filename) "Content-Disposition: form-data; name=\"" \
	name "\"; filename=\"" filename "\"\r\n\r\n"

#define POOL (16 << 20)

static struct pool pool;
static struct buf text;
static struct pairs pairs;
static struct uploads files;
static struct intake in;
static const char *why;

static void
teardown(void)
{
	uploads_release(&files);
	buf_release(&text);
	pool_release(&pool);
}

TestSuite(intake, .fini = teardown);

static void
start(size_t max_pairs, size_t max_name, size_t max_text)
{
	teardown();
	pool = (struct pool)POOL_INIT(POOL);
	text = (struct buf)BUF_INIT(0);
	pairs = (struct pairs){ .n = 0 };
	uploads_init(&files, &pool, "/tmp", 3);
	in = (struct intake){
		.pool = &pool, .text = &text, .field = &pairs, .file = &files,
		.max_pairs = max_pairs, .max_name = max_name,
		.max_text = max_text,
	};
	cr_assert_eq(intake_init(&in, "X", 100), SESS_OK);
}

static enum sess_err
take(const char *body)
{
	enum sess_err err = intake_feed(&in, body, strlen(body), &why);

	return err == SESS_OK ? intake_end(&in, &why) : err;
}

Test(intake, r27_fields_become_pairs_in_their_order)
{
	start(10, 10, 100);
	cr_assert_eq(take(D F("a") "1" N F("b") N F("a") "\r\n" N F("") "4" E),
	    SESS_OK);
	cr_assert_eq(pairs.n, 4);
	cr_assert_str_eq(pairs.at[0].name, "a");
	cr_assert_str_eq(pairs.at[0].value, "1");
	cr_assert_str_eq(pairs.at[1].name, "b");
	cr_assert_str_eq(pairs.at[1].value, "");
	cr_assert_str_eq(pairs.at[2].value, "\r\n");
	cr_assert_eq(pairs.at[2].value_len, 2);
	cr_assert_str_eq(pairs_text(&pairs, ""), "4");
	cr_assert_eq(files.n, 0);
}

Test(intake, r27_bytes_stay_bytes)
{
	static const char body[] = D F("a\xFF") "\0\xFF\0" N F("b") "x" E;

	start(10, 10, 100);
	cr_assert_eq(intake_feed(&in, body, sizeof body - 1, &why), SESS_OK);
	cr_assert_eq(intake_end(&in, &why), SESS_OK);
	cr_assert_eq(pairs.at[0].value_len, 3);
	cr_assert_eq(memcmp(pairs.at[0].value, "\0\xFF\0", 4), 0);
	cr_assert_null(pairs_text(&pairs, "a\xFF"), "it is no text");
	cr_assert_str_eq(pairs_text(&pairs, "b"), "x");
}

Test(intake, r27_each_cap_of_fields_at_n_and_n_plus_1)
{
	static const struct {
		size_t pairs, name, text;
		const char *body;
		enum sess_err err;
		const char *says;
	} rows[] = {
		{ 2, 9, 9, D F("a") N F("a") E, SESS_OK, "" },
		{ 2, 9, 9, D F("a") N F("a") N F("a") E, SESS_EBODY,
		    "form over max_pairs" },
		{ 9, 3, 9, D F("abc") E, SESS_OK, "" },
		{ 9, 3, 9, D F("abcd") E, SESS_EBODY,
		    "form over max_name_bytes" },
		{ 9, 3, 9, D F("a%22b") E, SESS_OK, "" },
		{ 9, 3, 9, D FILE_OF("abc", "longer") "x" E, SESS_OK, "" },
		{ 9, 3, 9, D FILE_OF("abcd", "x") "x" E, SESS_EBODY,
		    "form over max_name_bytes" },
		{ 9, 9, 5, D F("a") "12345" E, SESS_OK, "" },
		{ 9, 9, 5, D F("a") "123456" E, SESS_EBODY,
		    "form: fields over max_body_bytes" },
		{ 9, 9, 5, D F("a") "123" N F("b") "45" E, SESS_OK, "" },
		{ 9, 9, 5, D F("a") "123" N F("b") "456" E, SESS_EBODY,
		    "form: fields over max_body_bytes" },
		{ 9, 9, 5, D FILE_OF("a", "x") "0123456789" E, SESS_OK, "" },
		{ 0, 9, 9, D "\r\n" E, SESS_ESYNTAX, "" },
		{ 0, 9, 9, D F("a") E, SESS_EBODY, "form over max_pairs" },
		{ 0, 9, 9, "--X--", SESS_OK, "" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		start(rows[i].pairs, rows[i].name, rows[i].text);
		cr_assert_eq(take(rows[i].body), rows[i].err, "row %zu: %s",
		    i, why);
		if (rows[i].err == SESS_EBODY)
			cr_assert_str_eq(why, rows[i].says, "row %zu", i);
		if (rows[i].err != SESS_OK)
			cr_assert_eq(pairs.n, 0, "none of them: row %zu", i);
	}
}

/* Nobody can make it take more by sending a field in small pieces. */
Test(intake, r27_memory_is_the_cap_and_64_kib)
{
	const size_t cap = 1 << 20;
	size_t sent = 0;
	enum sess_err err;

	start(1000, 256, cap);
	err = intake_feed(&in, D F("a"), strlen(D F("a")), &why);
	while (err == SESS_OK && ++sent < 2 * cap)
		err = intake_feed(&in, "x", 1, &why);
	cr_assert_eq(err, SESS_EBODY);
	cr_assert_eq(sent, cap + 1);
	cr_assert_leq(text.size + (POOL - pool.left) + sizeof in,
	    cap + 65536);
}

/* A file's bytes go to the disk, not into memory. */
Test(intake, r27_memory_of_a_file_is_64_kib)
{
	static char piece[8192];
	size_t i;

	start(1000, 256, 1 << 20);
	cr_assert_eq(intake_feed(&in, D FILE_OF("f", "x"),
	    strlen(D FILE_OF("f", "x")), &why), SESS_OK);
	for (i = 0; i < 2048; i++)
		cr_assert_eq(intake_feed(&in, piece, sizeof piece, &why),
		    SESS_OK);
	cr_assert_eq(take(E), SESS_OK);
	cr_assert_eq(files.at[0].size, 2048 * 8192);
	cr_assert_leq(text.size + (POOL - pool.left) + sizeof in, 65536);
}

/* An empty file input is neither a field nor a file, and counts as neither. */
Test(intake, r28_an_empty_file_input_is_nothing)
{
	start(1, 9, 9);
	cr_assert_eq(take(D FILE_OF("f", "") N FILE_OF("f", "") N
	    FILE_OF("f", "") N FILE_OF("f", "") N F("a") "1" E), SESS_OK);
	cr_assert_eq(files.n, 0);
	cr_assert_eq(pairs.n, 1);
}

Test(intake, r28_a_file_without_a_name_is_a_file_if_it_has_bytes)
{
	start(1, 9, 9);
	cr_assert_eq(take(D FILE_OF("f", "") "x" N FILE_OF("g", "y") N
	    FILE_OF("h", "") "\r\n" E), SESS_OK);
	cr_assert_eq(files.n, 3);
	cr_assert_str_eq(files.at[0].name, "f");
	cr_assert_str_eq(files.at[0].filename, "");
	cr_assert_eq(files.at[0].size, 1);
	cr_assert_str_eq(files.at[1].filename, "y");
	cr_assert_eq(files.at[1].size, 0, "a file may be empty");
	cr_assert_str_eq(files.at[2].name, "h");
	cr_assert_eq(files.at[2].size, 2);
}

Test(intake, a_pool_too_small_is_no_memory)
{
	start(10, 10, 100);
	pool.left = 100;
	cr_assert_eq(intake_init(&in, "X", 100), SESS_ENOMEM);
	start(10, 10, 100);
	pool.left = 0;
	cr_assert_eq(take(D F("a") "1" E), SESS_ENOMEM);
	start(10, 10, 100);
	pool.left = 1000;
	cr_assert_eq(take(D FILE_OF("a", "b") "1" E), SESS_ENOMEM);
	cr_assert_eq(files.n, 0);
}

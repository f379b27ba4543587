/* test_weak.c - passwords that are tried first. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "guard.h"
#include "sess.h"

static enum sess_err
ask(const char *password, const char *user)
{
	char *in = guard_text(password);
	enum sess_err err = sess_password_ok(in, user);

	unguard_text(in, strlen(password));
	return err;
}

static const struct {
	const char *password;
	enum sess_err err;
	const char *why;
} rows[] = {
	{ "", SESS_EINVAL, "empty" },
	{ "zzqmvkx", SESS_EINVAL, "7 characters" },
	{ "zzqmvkxa", SESS_OK, "8 characters, all small letters" },
	{ "83015926", SESS_OK, "digits alone" },
	{ "ZZQMVKXA", SESS_OK, "capitals alone" },
	{ "%(/&)-;:", SESS_OK, "signs alone" },
	{ "        x", SESS_OK, "blanks count" },
	{ "correct horse battery", SESS_OK, "words" },
	{ "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F\xC3\xA9\xC3\xA8\xC3\xAA",
	    SESS_EINVAL, "7 characters in 14 bytes" },
	{ "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F\xC3\xA9\xC3\xA8\xC3\xAA\xC3\xAB",
	    SESS_OK, "8 characters in 16 bytes" },
	{ "\xF0\x9F\x90\x8E\xF0\x9F\x94\x8B", SESS_EINVAL, "2 characters" },
	{ "\xF0\x9F\x90\x8E\xF0\x9F\x94\x8B" "staple", SESS_OK, "8" },
	{ "zzqmvkxa\xFF", SESS_EINVAL, "no UTF-8" },
	{ "zzqmvkxa\xC3", SESS_EINVAL, "cut UTF-8" },
	{ "zzqmvkxa\xC0\x80", SESS_EINVAL, "a NUL in disguise" },
	{ "zzqmvkxa\xED\xA0\x80", SESS_EINVAL, "a surrogate" },

	{ "password", SESS_EWEAK, "common" },
	{ "Password1", SESS_EWEAK, "common in any case" },
	{ "PASSWORD123!", SESS_EWEAK, "common" },
	{ "P@ssw0rd", SESS_EWEAK, "common" },
	{ "qwertyuiop", SESS_EWEAK, "a row" },
	{ "qwertzuiop", SESS_EWEAK, "a row" },
	{ "azertyuiop", SESS_EWEAK, "a row" },
	{ "asdfghjkl", SESS_EWEAK, "a row" },
	{ "poiuytrewq", SESS_EWEAK, "a row backwards" },
	{ "1qaz2wsx", SESS_EWEAK, "columns" },
	{ "iloveyou", SESS_EWEAK, "love" },
	{ "Ichliebedich", SESS_EWEAK, "love" },
	{ "jetaime123", SESS_EWEAK, "love" },
	{ "tequieromucho", SESS_EWEAK, "love" },
	{ "liverpool1", SESS_EWEAK, "a club" },
	{ "Sommer2024", SESS_EWEAK, "a season" },
	{ "01011990", SESS_EWEAK, "a date" },
	{ "sswordpa", SESS_OK, "no line of the list" },
	{ "feyenoor", SESS_OK, "the start of a line of the list" },
	{ "eyenoord", SESS_OK, "the end of a line of the list" },
	{ "passwor", SESS_EINVAL, "short before it is common" },
	{ "xpassword1", SESS_OK, "more than a line of the list" },
	{ "password1x", SESS_OK, "more than a line of the list" },
	{ "\npassword\n", SESS_OK, "not the list's own line ends" },

	{ "zzzzzzzz", SESS_EWEAK, "one byte" },
	{ "        ", SESS_EWEAK, "one blank" },
	{ "9k9k9k9k", SESS_EWEAK, "two bytes" },
	{ "9k9k9k9k9", SESS_EWEAK, "four times and a half" },
	{ "q7xq7xq7x", SESS_EWEAK, "three bytes" },
	{ "zqxkZQXK", SESS_EWEAK, "four bytes, in any case" },
	{ "zqxkvzqxkv", SESS_OK, "five bytes" },
	{ "9k9k9k9m", SESS_OK, "not to its end" },
	{ "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4",
	    SESS_EWEAK, "one character of two bytes" },
	{ "\xF0\x9F\x90\x8E\xF0\x9F\x90\x8E\xF0\x9F\x90\x8E\xF0\x9F\x90\x8E"
	    "\xF0\x9F\x90\x8E\xF0\x9F\x90\x8E\xF0\x9F\x90\x8E\xF0\x9F\x90\x8E",
	    SESS_EWEAK, "one character of four bytes" },

	{ "abcdefgh", SESS_EWEAK, "up" },
	{ "ghijKLMNop", SESS_EWEAK, "up, in any case" },
	{ "stuvwxyzabc", SESS_EWEAK, "up, around" },
	{ "23456789", SESS_EWEAK, "up" },
	{ "1234567890", SESS_EWEAK, "up, around" },
	{ "67890123", SESS_EWEAK, "up, around" },
	{ "87654321", SESS_EWEAK, "down" },
	{ "43210987", SESS_EWEAK, "down, around" },
	{ "zyxwvuts", SESS_EWEAK, "down" },
	{ "45678765", SESS_OK, "up and down" },
	{ "efghijkm", SESS_OK, "not to its end" },
};

Test(weak, r39_a_new_password)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_assert_eq(ask(rows[i].password, NULL), rows[i].err,
		    "%s: %s", rows[i].password, rows[i].why);
}

static const struct {
	const char *user, *password;
	enum sess_err err;
} names[] = {
	{ "gwendolyn", "gwendolyn", SESS_EWEAK },
	{ "gwendolyn", "GwenDolyn", SESS_EWEAK },
	{ "GWENDOLYN", "gwendolyn", SESS_EWEAK },
	{ "gwendolyn", "gwendolyngwendolyn", SESS_EWEAK },
	{ "gwendolyn", "gwendolyngwendolyngwendolyn", SESS_OK },
	{ "gwendolyn", "gwendolyngwendolym", SESS_OK },
	{ "gwendolyn", "gwendolyn7", SESS_EWEAK },
	{ "gwendolyn", "gwendolyn1990", SESS_EWEAK },
	{ "gwendolyn", "gwendolyn19901", SESS_OK },
	{ "gwendolyn", "gwendolyn199x", SESS_OK },
	{ "gwendolyn", "xgwendolyn", SESS_OK },
	{ "gwendolyn", "gwendoly", SESS_OK },
	{ "alys", "alys2031", SESS_EWEAK },
	{ "alys", "ALYSalys", SESS_EWEAK },
	{ "alys", "alysalys1", SESS_OK },
	{ "zzqm.vkxa@example.org", "ZZQM.vkxa@example.org", SESS_EWEAK },
	{ "J\xC3\xBCrgen-7", "j\xC3\xBCrgen-7", SESS_EWEAK },
	{ "", "zzqmvkxa", SESS_OK },
	{ "", "8301", SESS_EINVAL },
	{ "bob", "password", SESS_EWEAK },
	{ "bob", "zzqmvkxa", SESS_OK },
};

Test(weak, r39_not_the_own_name)
{
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		char *user = guard_text(names[i].user);

		cr_assert_eq(ask(names[i].password, user), names[i].err,
		    "%s of %s", names[i].password, names[i].user);
		unguard_text(user, strlen(names[i].user));
	}
}

/* n bytes that are no pattern; each `width` of them are a character. */
static char *
no_pattern(size_t n, size_t width)
{
	char *password = calloc(1, n + 1);
	size_t i;

	cr_assert_not_null(password);
	for (i = 0; i < n; i += width) {
		password[i] = (char)(width == 1 ? 'a' + i * i % 23 : 0xC3);
		if (width == 2)
			password[i + 1] = (char)(0x80 + i * i % 61);
	}
	return password;
}

Test(weak, r39_length_from_8_characters_to_1024_bytes)
{
	static const struct { size_t n, width; enum sess_err err; } lengths[] = {
		{ 7, 1, SESS_EINVAL }, { 8, 1, SESS_OK }, { 64, 1, SESS_OK },
		{ 65, 1, SESS_OK }, { 1023, 1, SESS_OK }, { 1024, 1, SESS_OK },
		{ 1025, 1, SESS_EINVAL }, { 70000, 1, SESS_EINVAL },
		{ 14, 2, SESS_EINVAL }, { 16, 2, SESS_OK },
		{ 128, 2, SESS_OK }, { 1024, 2, SESS_OK },
		{ 1026, 2, SESS_EINVAL },
	};
	size_t i;

	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		char *in = no_pattern(lengths[i].n, lengths[i].width);

		cr_assert_eq(ask(in, "bob"), lengths[i].err, "%zu bytes of %zu",
		    lengths[i].n, lengths[i].width);
		if (lengths[i].err == SESS_OK)
			cr_assert_eq(ask(in, in), SESS_EWEAK, "own name");
		free(in);
	}
}

/* Sorted and without doubles, in small letters, each long enough to matter. */
Test(weak, r39_the_list_is_in_order_and_refuses_what_is_in_it)
{
	char before[65] = "", line[65], shout[65];
	const char *at = common + 1, *end;
	size_t n, i, count = 0;

	cr_assert_eq(common[0], '\n');
	cr_assert_eq(strlen(common) + 1, sizeof common, "no NUL in it");
	for (; *at != '\0'; at = end + 1, count++) {
		end = strchr(at, '\n');
		cr_assert_not_null(end);
		n = (size_t)(end - at);
		cr_assert(n >= 8 && n <= 64, "%.*s", (int)n, at);
		for (i = 0; i <= n; i++) {
			line[i] = shout[i] = i < n ? at[i] : '\0';
			cr_assert(i == n || (line[i] > ' ' && line[i] <= '~'));
			cr_assert(line[i] < 'A' || line[i] > 'Z', "%s", at);
			if (line[i] >= 'a' && line[i] <= 'z')
				shout[i] = (char)(line[i] - 'a' + 'A');
		}
		cr_assert_lt(strcmp(before, line), 0, "%s, %s", before, line);
		memcpy(before, line, sizeof before);
		cr_assert_eq(sess_password_ok(line, NULL), SESS_EWEAK);
		cr_assert_eq(sess_password_ok(shout, NULL), SESS_EWEAK);
	}
	cr_assert_geq(count, 3000);
}

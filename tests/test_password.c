/* test_password.c - hashes of passwords. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"
#include "sess.h"

/*
 * Known answers: the tests of the reference implementation, P-H-C/phc-winner-
 * argon2, src/test.c, "Test Argon2id version number".
 */
static const struct { const char *password, *hash; } answers[] = {
	{ "password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
	    "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc" },
	{ "password", "$argon2id$v=19$m=262144,t=2,p=1$c29tZXNhbHQ$"
	    "eP4eyR+zqlZX1y5xCFTkw9m5GYx0L5YWwvCFvtlbLow" },
	{ "password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
	    "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4" },
	{ "password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$"
	    "bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc" },
	{ "password", "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$"
	    "9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg" },
	{ "password", "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$"
	    "kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw" },
	{ "differentpassword", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
	    "C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94" },
	{ "password", "$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$"
	    "vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw" },
};

#define CHEAP "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$" \
	"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

Test(password, r38_known_answers)
{
	size_t i;

	for (i = 0; i < sizeof answers / sizeof *answers; i++)
		cr_assert_eq(sess_password_check(answers[i].hash,
		    answers[i].password), SESS_OK, "row %zu", i);
}

Test(password, r38_another_password_is_wrong)
{
	static const char *const wrong[] = { "Password", "passwor",
		"password ", " password", "passwordx", "p", "PASSWORD",
		"pa\xC3\x9Fword", CHEAP };
	size_t i;

	cr_assert_eq(sess_password_check(CHEAP, "password"), SESS_OK);
	for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_assert_eq(sess_password_check(CHEAP, wrong[i]), SESS_NONE,
		    "%s", wrong[i]);
	cr_assert_eq(sess_password_check(CHEAP, ""), SESS_NONE, "empty");
}

Test(password, r38_its_hash_says_how_it_was_made)
{
	static const char head[] = "$argon2id$v=19$m=19456,t=2,p=1$";
	char a[SESS_HASH_MAX], b[SESS_HASH_MAX];

	memset(a, 'x', sizeof a);
	cr_assert_eq(sess_password_hash(a, "secret"), SESS_OK);
	cr_assert_eq(sess_password_hash(b, "secret"), SESS_OK);
	cr_assert_eq(strncmp(a, head, strlen(head)), 0, "%s", a);
	/* 16 bytes of salt, 32 of hash, in base64 without padding. */
	cr_assert_eq(strlen(a), strlen(head) + 22 + 1 + 43, "%s", a);
	cr_assert_eq(a[strlen(head) + 22], '$', "%s", a);
	cr_assert_str_neq(a, b, "the salt is another each time");
	cr_assert_neq(strncmp(a + strlen(head), b + strlen(head), 22), 0);
	cr_assert_eq(sess_password_check(a, "secret"), SESS_OK);
	cr_assert_eq(sess_password_check(b, "secret"), SESS_OK);
	cr_assert_eq(sess_password_check(a, "Secret"), SESS_NONE);
}

/* Nothing is cut: bcrypt, for one, stops at 72 bytes. */
Test(password, r38_each_byte_counts_up_to_the_maximum)
{
	static const struct { size_t n; bool ok; } lengths[] = {
		{ 0, false }, { 1, true }, { 64, true }, { 72, true },
		{ 73, true }, { 1023, true }, { 1024, true },
		{ 1025, false }, { 70000, false },
	};
	static char password[70001];
	char hash[SESS_HASH_MAX];
	size_t i, n;

	for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		char *in;

		n = lengths[i].n;
		memset(password, 'p', n);
		password[n] = '\0';
		in = guard_text(password);
		memset(hash, 0, sizeof hash);
		cr_assert_eq(sess_password_hash(hash, in), lengths[i].ok ?
		    SESS_OK : SESS_EINVAL, "%zu bytes", n);
		cr_assert_eq(*hash != '\0', lengths[i].ok, "%zu bytes", n);
		if (lengths[i].ok) {
			cr_assert_eq(sess_password_check(hash, in), SESS_OK,
			    "%zu bytes", n);
			in[n - 1] = 'q';        /* the last one alone */
			cr_assert_eq(sess_password_check(hash, in),
			    SESS_NONE, "%zu bytes", n);
		} else
			cr_assert_eq(sess_password_check(CHEAP, in),
			    SESS_NONE, "%zu bytes", n);
		unguard_text(in, n);
	}
}

static const struct { const char *hash, *why; } corrupt[] = {
	{ "", "empty" },
	{ "x", "no hash" },
	{ "password", "plain" },
	{ "$", "cut" }, { "$argon2id", "cut" }, { "$argon2id$", "cut" },
	{ "$argon2id$v=19$", "cut" }, { "$argon2id$v=19$m=", "cut" },
	{ "$argon2id$v=19$m=256", "cut" },
	{ "$argon2id$v=19$m=256,t=2", "cut" },
	{ "$argon2id$v=19$m=256,t=2,p=1", "cut" },
	{ "$argon2id$v=19$m=256,t=2,p=1$", "cut" },
	{ "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ", "cut" },
	{ "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$", "no hash" },
	{ "$argon2id$v=19$m=256,t=2,p=1$$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1b"
	    "MCHGi/4", "no salt" },
	{ "$argon2id$v=19$m=256,t=2,p=1$c2E$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu"
	    "9U1bMCHGi/4", "a short salt" },
	{ "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$!!!!", "no base64" },
	{ "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf6-EOgLrQMR_uIPnA4rEsF5h"
	    "7TKyQwu9U1bMCHGi_4", "the other base64" },
	{ CHEAP "=", "padding" }, { CHEAP " ", "a blank behind" },
	{ CHEAP "$", "one more $" }, { " " CHEAP, "a blank in front" },
	{ CHEAP "\n", "line end" },
	{ "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63"
	    "UP2sghkUoHLIUpWRS8", "argon2i" },
	{ "$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$JcTui6RIBUtJ78gE5HiZ2COrv"
	    "Hm9Lp9R1uxABxo6FQ8", "argon2d" },
	{ "$argon2ID$v=19$m=256,t=2,p=1$c29tZXNhbHQ$x", "case" },
	{ "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5"
	    "h7TKyQwu9U1bMCHGi/4", "the old version" },
	{ "$argon2id$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKy"
	    "Qwu9U1bMCHGi/4", "no version" },
	{ "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
	    "bcrypt" },
	{ "$argon2id$v=19$t=2,m=256,p=1$c29tZXNhbHQ$x", "another order" },
	{ "$argon2id$v=19$m=256,t=2,p=1,keyid=a$c29tZXNhbHQ$x", "a key" },
	{ "$argon2id$v=19$m=256 ,t=2,p=1$c29tZXNhbHQ$x", "a blank" },
	{ "$argon2id$v=19$m=0x100,t=2,p=1$c29tZXNhbHQ$x", "0x" },
	{ "$argon2id$v=19$m=+256,t=2,p=1$c29tZXNhbHQ$x", "a sign" },
	{ "$argon2id$v=19$m=-256,t=2,p=1$c29tZXNhbHQ$x", "a sign" },
	{ "$argon2id$v=19$m= 256,t=2,p=1$c29tZXNhbHQ$x", "a blank" },
	{ "$argon2id$v=19$m=0256,t=2,p=1$c29tZXNhbHQ$x", "a zero" },
	{ "$argon2id$v=19$m=,t=2,p=1$c29tZXNhbHQ$x", "no number" },
};

static const struct { const char *cost, *why; } absurd[] = {
	{ "m=262145,t=2,p=1", "memory over 256 MiB" },
	{ "m=4294967295,t=1,p=1", "4 TiB" },
	{ "m=4294967552,t=2,p=1", "2^32 + 256" },
	{ "m=18446744073709551872,t=2,p=1", "2^64 + 256" },
	{ "m=99999999999999999999999999,t=2,p=1", "no number holds it" },
	{ "m=256,t=17,p=1", "passes" },
	{ "m=256,t=4294967295,p=1", "passes" },
	{ "m=256,t=18446744073709551618,p=1", "2^64 + 2" },
	{ "m=256,t=2,p=9", "lanes" },
	{ "m=256,t=2,p=16777215", "lanes" },
	{ "m=256,t=2,p=4294967297", "2^32 + 1" },
	{ "m=7,t=2,p=1", "too little memory" },
	{ "m=8,t=2,p=8", "too little memory for the lanes" },
	{ "m=256,t=0,p=1", "no pass" },
	{ "m=256,t=2,p=0", "no lane" },
};

static void
expect_refused(const char *hash, const char *why)
{
	char *in = guard_text(hash);

	cr_assert_eq(sess_password_check(in, "password"), SESS_EINVAL, "%s",
	    why);
	unguard_text(in, strlen(hash));
}

Test(password, r38_a_corrupt_hash_fails_and_does_not_crash)
{
	static char big[100001];
	char cut[sizeof CHEAP], flipped[sizeof CHEAP];
	size_t i;

	for (i = 0; i < sizeof corrupt / sizeof *corrupt; i++)
		expect_refused(corrupt[i].hash, corrupt[i].why);
	memset(big, '$', sizeof big - 1);
	expect_refused(big, "a long one");
	memset(big, 'A', sizeof big - 1);
	memcpy(big, CHEAP, sizeof CHEAP - 1);
	expect_refused(big, "a long one");
	/* Cut anywhere, or with a bit the other way: never right. */
	for (i = 0; i < sizeof CHEAP - 1; i++) {
		snprintf(cut, sizeof cut, "%.*s", (int)i, CHEAP);
		cr_assert_neq(sess_password_check(cut, "password"), SESS_OK,
		    "cut at %zu", i);
		memcpy(flipped, CHEAP, sizeof CHEAP);
		flipped[i] = (char)(flipped[i] ^ 1);
		cr_assert_neq(sess_password_check(flipped, "password"),
		    SESS_OK, "byte %zu", i);
	}
}

Test(password, r38_an_absurd_cost_is_refused)
{
	char hash[SESS_HASH_MAX];
	size_t i;

	alarm(20);
	for (i = 0; i < sizeof absurd / sizeof *absurd; i++) {
		snprintf(hash, sizeof hash, "$argon2id$v=19$%s$c29tZXNhbHQ$"
		    "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		    absurd[i].cost);
		expect_refused(hash, absurd[i].why);
	}
}

/* Nobody of that name: never right, whatever the password. */
Test(password, r37_nobody_is_nobody)
{
	static const char *const passwords[] = { "", "-", "password", "x" };
	size_t i;

	for (i = 0; i < sizeof passwords / sizeof *passwords; i++)
		cr_assert_eq(sess_password_check(NULL, passwords[i]),
		    SESS_NONE, "<%s>", passwords[i]);
}

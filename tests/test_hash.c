/* test_hash.c - what a hash may look like and cost, before any work. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "hash.h"

#define L22 "abcdefghijklmnopqrstuv"
#define L43 "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcde"
#define L53 L22 "./01234567890ABCDEFGHIJKLMNOPQR"
#define L86 L43 L43

static void
expect(enum hash_kind kind, const char *hash, const char *why)
{
	char *in = guard_text(hash);

	cr_assert_eq(hash_kind(in), kind, "%s: %s", hash, why);
	unguard_text(in, strlen(hash));
}

static const struct {
	const char *hash;
	enum hash_kind kind;
	const char *why;
} rows[] = {
	{ "$argon2id$v=19$m=262144,t=16,p=8$", HASH_ARGON2, "the most" },
	{ "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf+/", HASH_ARGON2,
	    "letters" },
	{ "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf+\xFF", HASH_BAD,
	    "libargon2 takes it for a /" },
	{ "$argon2id$v=19$m=262145,t=2,p=1$", HASH_BAD, "over 256 MiB" },
	{ "$argon2id$v=19$m=19456,t=17,p=1$", HASH_BAD, "passes" },
	{ "$argon2id$v=19$m=19456,t=2,p=9$", HASH_BAD, "lanes" },

	{ "$2y$04$" L53, HASH_CRYPT, "the least" },
	{ "$2b$09$" L53, HASH_CRYPT, "between" },
	{ "$2a$10$" L53, HASH_CRYPT, "between" },
	{ "$2y$14$" L53, HASH_CRYPT, "the most" },
	{ "$2y$03$" L53, HASH_BAD, "too little" },
	{ "$2y$15$" L53, HASH_BAD, "too much" },
	{ "$2y$31$" L53, HASH_BAD, "days" },
	{ "$2y$20$" L53, HASH_BAD, "too much" },
	{ "$2y$1:$" L53, HASH_BAD, "no digit" },
	{ "$2y$4$" L53, HASH_BAD, "one digit" },
	{ "$2y$004$" L53, HASH_BAD, "three digits" },
	{ "$2y$+4$" L53, HASH_BAD, "a sign" },
	{ "$2y$04$" L53 "a", HASH_BAD, "too long" },
	{ "$2y$04$" L53 "$", HASH_BAD, "too long" },
	{ "$2y$04$+" L22 "./0123456789ABCDEFGHIJKLMNOPQR", HASH_BAD, "a +" },
	{ "$2x$04$" L53, HASH_BAD, "the one with the mistake" },
	{ "$2$04$" L53, HASH_BAD, "the first one" },

	{ "$6$s$" L86, HASH_CRYPT, "a short salt" },
	{ "$6$0123456789abcdef$" L86, HASH_CRYPT, "a long salt" },
	{ "$6$0123456789abcdefg$" L86, HASH_BAD, "a longer one" },
	{ "$6$$" L86, HASH_BAD, "no salt" },
	{ "$6$rounds=1000$s$" L86, HASH_CRYPT, "the least" },
	{ "$6$rounds=1000000$s$" L86, HASH_CRYPT, "the most" },
	{ "$6$rounds=999$s$" L86, HASH_BAD, "too little" },
	{ "$6$rounds=1000001$s$" L86, HASH_BAD, "too much" },
	{ "$6$rounds=999999999$s$" L86, HASH_BAD, "minutes" },
	{ "$6$rounds=18446744073709556616$s$" L86, HASH_BAD, "2^64 + 5000" },
	{ "$6$rounds=$s$" L86, HASH_BAD, "no number" },
	{ "$6$rounds=05000$s$" L86, HASH_BAD, "a zero" },
	{ "$6$rounds=-5000$s$" L86, HASH_BAD, "a sign" },
	{ "$6$rounds=5000s$" L86, HASH_BAD, "no $" },
	{ "$6$rounds=5000", HASH_BAD, "cut" },
	{ "$6$rounds=5000$", HASH_BAD, "cut" },
	{ "$6$rounds=5000$rounds=5000$s$" L86, HASH_BAD, "twice" },
	{ "$6$rounds$" L86, HASH_CRYPT, "a salt" },
	{ "$6$s$" L86 "a", HASH_BAD, "too long" },
	{ "$6$s$" L43, HASH_BAD, "too short" },

	{ "$7$CU..../....s$" L43, HASH_CRYPT, "64 MiB" },
	{ "$7$EU..../....s$" L43, HASH_CRYPT, "256 MiB" },
	{ "$7$FU..../....s$" L43, HASH_BAD, "512 MiB" },
	{ "$7$EV..../....s$" L43, HASH_BAD, "264 MiB" },
	{ "$7$EU....0....s$" L43, HASH_BAD, "256 MiB, twice" },
	{ "$7$J/..../....s$" L43, HASH_CRYPT, "256 MiB in small blocks" },
	{ "$7$K/..../....s$" L43, HASH_BAD, "512 MiB in small blocks" },
	{ "$7$z/..../....s$" L43, HASH_BAD, "2^63" },
	{ "$7$//..../....s$" L43, HASH_CRYPT, "the least" },
	{ "$7$./..../....s$" L43, HASH_BAD, "one block" },
	{ "$7$C...../....s$" L43, HASH_BAD, "no r" },
	{ "$7$CU.........s$" L43, HASH_BAD, "no p" },
	{ "$7$Czzzzz/....s$" L43, HASH_BAD, "r of 2^30 - 1" },
	{ "$7$/zzzzzzzzzzs$" L43, HASH_BAD, "r and p of 2^30 - 1" },
	{ "$7$C/../././..s$" L43, HASH_BAD, "r and p of 2^18" },
	{ "$7$CU..+/....s$" L43, HASH_BAD, "no letter" },
	{ "$7$CU..../....$" L43, HASH_BAD, "no salt" },
	{ "$7$CU..../....s" L43, HASH_BAD, "no $" },
	{ "$7$CU..../....s$" L43 "a", HASH_BAD, "too long" },
	{ "$7$CU..../...$s$" L43, HASH_BAD, "four letters" },
	{ "$7$CU..../....s$t$" L43, HASH_BAD, "one more $" },
	{ "$7$CU..../...." L86 "$" L43, HASH_CRYPT, "a long salt" },
	{ "$7$CU..../...." L86 "s$" L43, HASH_BAD, "a longer one" },

	{ "$y$j9T$s$" L43, HASH_CRYPT, "16 MiB" },
	{ "$y$jDT$s$" L43, HASH_CRYPT, "256 MiB" },
	{ "$y$jET$s$" L43, HASH_BAD, "512 MiB" },
	{ "$y$jDU$s$" L43, HASH_BAD, "264 MiB" },
	{ "$y$jI.$s$" L43, HASH_CRYPT, "256 MiB in small blocks" },
	{ "$y$jJ.$s$" L43, HASH_BAD, "512 MiB in small blocks" },
	{ "$y$jzT$s$" L43, HASH_BAD, "2^64" },
	{ "$y$j.j$s$" L43, HASH_CRYPT, "the greatest r of one letter" },
	{ "$y$j.k$s$" L43, HASH_BAD, "one that is cut" },
	{ "$y$j9k.$s$" L43, HASH_BAD, "r of two letters" },
	{ "$y$j9T.$s$" L43, HASH_BAD, "more parameters" },
	{ "$y$.9T$s$" L43, HASH_BAD, "another flavor" },
	{ "$y$j9$s$" L43, HASH_BAD, "no r" },
	{ "$y$$s$" L43, HASH_BAD, "none" },
	{ "$y$j+T$s$" L43, HASH_BAD, "no letter" },
	{ "$y$j9T$$" L43, HASH_BAD, "no salt" },
	{ "$y$j9T$s$" L43 "a", HASH_BAD, "too long" },

	{ "", HASH_BAD, "empty" },
	{ "$", HASH_BAD, "cut" },
	{ "$gy$j9T$s$" L43, HASH_BAD, "another kind" },
};

Test(hash, r38_a_hash_may_cost_so_much)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		expect(rows[i].kind, rows[i].hash, rows[i].why);
}

/* Every prefix of a hash is read no further than its end. */
Test(hash, r38_a_hash_that_is_cut_is_none)
{
	size_t i, n;
	char cut[SESS_HASH_MAX];

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (n = 0; rows[i].kind == HASH_CRYPT &&
		    n < strlen(rows[i].hash); n++) {
			snprintf(cut, sizeof cut, "%.*s", (int)n,
			    rows[i].hash);
			expect(HASH_BAD, cut, "cut");
		}
}

Test(hash, r38_a_hash_is_shorter_than_its_maximum)
{
	char hash[SESS_HASH_MAX + 2] = "$argon2id$v=19$m=19456,t=2,p=1$";

	memset(hash + strlen(hash), 'A', SESS_HASH_MAX - 1 - strlen(hash));
	expect(HASH_ARGON2, hash, "255 bytes");
	hash[SESS_HASH_MAX - 1] = 'A';
	expect(HASH_BAD, hash, "256 bytes");
	hash[SESS_HASH_MAX] = 'A';
	expect(HASH_BAD, hash, "257 bytes");
}

/* test_password.c - hashes of passwords. */
/* SPDX-License-Identifier: ISC */
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

/* Cheap ones of each kind that others write, all of "password". */
#define BCRYPT "$2y$04$PlsXhmUYJLTySp3u05AcVuLYsLfkEHymbT1Vdy0mkzkY0TS3rwPdm"
#define SHA512 "$6$rounds=1000$K.P96Hm92ZqWGK4A$7SnYqB.snB5Ls7NNLsggPz.ydYoyq" \
	"Ovk/gOmNCakhRlKmpaQoQmR/tbOMAdKc02PiZsdsl7ixCWR3y1pSBCpt0"
#define SCRYPT "$7$66..../....saltsalt$kRNBSd9Yy6cC0G742nRdb1Q.xc6C/qc92L7qu" \
	"pMwal9"
#define YESCRYPT "$y$j75$Do09mPat0Ve38GtFQSxJu/$wOvvRi7BE7624xUcgRMR66MvL4R" \
	"uFhfI/K980K8dAh9"

static const struct { const char *hash, *password, *made_by; } old[] = {
	{ BCRYPT, "password", "PHP 8.2: password_hash($p, PASSWORD_BCRYPT, "
	    "['cost' => 4])" },
	{ "$2y$05$ThNWSsTY5LW6CmAuY5xKu.4jhR.GK2w6MMtI9RTdVkLWCSoLedHAi",
	    "pa\xC3\x9Fwort", "PHP, cost 5" },
	{ "$2y$04$R.Tgoq.qBdik.AKDhCD/AuLh5IfHKWOfU6Z2RzfyraAGJJ0.aKpjW",
	    "password", "Apache 2.4: htpasswd -nbB -C 4 u password" },
	{ "$2b$05$oVn5C1EEZH5HbZj6vVJlyeiauoNCo66MUGrLsB1uS3YMtznRa2.F.",
	    "password", "whois 5.5: mkpasswd -m bcrypt" },
	{ "$2a$05$V8NYoFIG/pMFTCdSK6vcIe1VXlDGpcOrU3/NqG.D8uzD1rffkSpna",
	    "password", "mkpasswd -m bcrypt-a" },
	{ SHA512, "password", "mkpasswd -m sha512crypt -R 1000" },
	{ "$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterL"
	    "p8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/", "password",
	    "OpenSSL 3.0: passwd -6 -salt saltsalt" },
	{ "$6$rounds=1000$s$ih15dMz95fxoR4UE4XOx/kI3ZolBYLbZ3tmcD2WkMRpCgMlyl"
	    "VVtTgcBh82GEohTb.qAfqBTNpZChVABAHw8G0", "password",
	    "PHP: crypt($p, '$6$rounds=1000$s$')" },
	{ SCRYPT, "password", "Python 3.11: hashlib.scrypt(n=256, r=8, p=1), "
	    "written in crypt(5)'s base 64 by hand; Perl's crypt() agrees" },
	{ "$7$4/....0....saltsalt$YM1GNWY9veCUxxRFb6MkXlloy9SvNjXhCBvNgRq7tM9",
	    "password", "the same with n=64, r=1, p=2" },
	{ "$7$BU..../....yhhWIILfWN.HIX/2Htacg1$NLAXyTRBXlvIwdciatz5O2jKIRaP8"
	    "I1DzOwTnX0uIy.", "password", "mkpasswd -m scrypt -R 6" },
	{ "$7$C6..../....PxUCte8sep1B.4pTnlqxhFwNIR.XbzENoRx95hk7h63$jsbrq7Rz"
	    "gvoeMyiRzzMhXAB4hPuZV5NO212KxQxVWG0", "password", "PHP, libsodium:"
	    " sodium_crypto_pwhash_scryptsalsa208sha256_str(2^19, 2^24)" },
	{ YESCRYPT, "password", "mkpasswd -m yescrypt -R 1" },
	{ "$y$j9T$S6hMJ/6gb1JkPN7MzkXLQ0$9ri21oikGOkhqtKz/NZM9cvQayBXFo7GH5DU"
	    "XvXO9y3", "password", "mkpasswd -m yescrypt" },
	{ "$argon2id$v=19$m=65536,t=4,p=1$WFo1Yjg0emVIeEJEeEZPaw$PJ9gHSHNNgHs"
	    "S9YRTvC71rXiJCqJdCNPMLfxtBzLsJQ", "password",
	    "PHP: password_hash($p, PASSWORD_ARGON2ID)" },
};

Test(password, r38_hashes_that_others_made)
{
	size_t i;

	for (i = 0; i < sizeof old / sizeof *old; i++) {
		char *in = guard_text(old[i].hash);

		cr_assert_eq(sess_password_check(in, old[i].password),
		    SESS_OK, "%s", old[i].made_by);
		cr_assert_eq(sess_password_check(in, "Password"), SESS_NONE,
		    "%s", old[i].made_by);
		cr_assert_eq(sess_password_check(in, ""), SESS_NONE, "%s",
		    old[i].made_by);
		unguard_text(in, strlen(old[i].hash));
	}
}

Test(password, r38_a_hash_that_is_not_as_today_is_old)
{
	char today[SESS_HASH_MAX];
	size_t i;

	cr_assert_eq(sess_password_hash(today, "password"), SESS_OK);
	cr_assert(!sess_password_old(today));
	for (i = 0; i < sizeof old / sizeof *old; i++)
		cr_assert(sess_password_old(old[i].hash), "%s",
		    old[i].made_by);
	for (i = 0; i < sizeof answers / sizeof *answers; i++)
		cr_assert(sess_password_old(answers[i].hash), "row %zu", i);
	cr_assert(sess_password_old(""));
	today[strlen(today) - 1] = '\0';
	cr_assert(sess_password_old(today), "a shorter one");
}

static void
expect_n(enum sess_err err, const char *hash, size_t n)
{
	char *password = malloc(n + 1);

	cr_assert_not_null(password);
	memset(password, 'p', n);
	password[n] = '\0';
	cr_assert_eq(sess_password_check(hash, password), err, "%zu bytes", n);
	free(password);
}

/* PHP, cost 4, of ""; and its argon2id with 256 KiB of 1025 times "p" */
Test(password, r38_none_and_too_many_bytes_are_never_right)
{
	expect_n(SESS_NONE, "$2y$04$ocQJlAoaSXjnLgbPhiTjSuF64kFAavc.PW9pc3WG08"
	    "my3WwTykjOO", 0);
	expect_n(SESS_NONE, "$argon2id$v=19$m=256,t=1,p=1$bzRmdFBtNURnUWF0L01sUA$iUu"
	    "SkSVkFAXL6du8A8sYYoVTI/LqbpWRazU/2jvUxgY", 1025);
}

/* What the old hash knows; after the upgrade each byte counts. */
Test(password, r38_72_and_73_bytes_of_bcrypt)
{
	/* PHP, cost 4, of 72 and of 600 times "p" */
	static const char *const hashes[] = {
		"$2y$04$EmbHb1smWN4Y5Jf5/xfaJuYCc9pvWUURgiZRUTw7Vi/IE2AyC7pbi",
		"$2y$04$Ti.x5Tfoi1ynoKHDA12Y3uiRg9w.IGVdsBI3G/uChYQoWUHmBffAe",
	};
	char now[SESS_HASH_MAX], password[74];
	size_t i;

	for (i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		expect_n(SESS_NONE, hashes[i], 71);
		expect_n(SESS_OK, hashes[i], 72);
		expect_n(SESS_OK, hashes[i], 73);
		expect_n(SESS_OK, hashes[i], 511);
		expect_n(SESS_NONE, hashes[i], 512);
		expect_n(SESS_NONE, hashes[i], 600);
		expect_n(SESS_NONE, hashes[i], 1024);
		expect_n(SESS_NONE, hashes[i], 1025);
	}
	memset(password, 'p', 73);
	password[73] = '\0';
	cr_assert_eq(sess_password_hash(now, password), SESS_OK);
	expect_n(SESS_OK, now, 73);
	expect_n(SESS_NONE, now, 72);
}

Test(password, r38_511_and_512_bytes_of_the_others)
{
	/* mkpasswd -m yescrypt -R 1 and PHP's crypt(), of 511 times "p" */
	static const char *const hashes[] = {
		"$y$j75$4a8xagwtzBg7wmwvV8hbN/$eyML/XuH9ZTmb8bwGt6xOjFNqGiaBI"
		"/a8jRk8Lq3Rc.",
		"$6$rounds=1000$saltsalt$7FV.ZoAxHUqmPgWVtEDzHDg2KVaD1WYbPTALg"
		"GC57hW6HSY33SjQp0oqoFTytK0p9H.77qL9osn39yd6c/Ybz1",
	};
	size_t i;

	for (i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		expect_n(SESS_NONE, hashes[i], 510);
		expect_n(SESS_OK, hashes[i], 511);
		expect_n(SESS_NONE, hashes[i], 512);
		expect_n(SESS_NONE, hashes[i], 1024);
	}
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
	{ "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/", "md5crypt" },
	{ "$apr1$saltsalt$yAAkm4libquA.ZWLHbSBq/", "Apache's md5crypt" },
	{ "$5$saltsalt$gOjOtoMpVhru2uyjeJSEc/JaLQWOXMNmlOnj6T4AtC.",
	    "sha256crypt" },
	{ "$gy$j75$q6lKMESoRRMprpHz7H.Jl1$p50dWFMoinhV5vpBdSrXGd2bpg5vn0mDh91"
	    "8EeYgYU6", "gost-yescrypt" },
	{ "ab.GFgvPOa9ag", "DES" },
	{ "*", "locked" }, { "!", "locked" },
	{ "!$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9Yter"
	    "Lp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/", "locked" },
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
	size_t i;

	for (i = 0; i < sizeof corrupt / sizeof *corrupt; i++)
		expect_refused(corrupt[i].hash, corrupt[i].why);
	memset(big, '$', sizeof big - 1);
	expect_refused(big, "a long one");
	memset(big, 'A', sizeof big - 1);
	memcpy(big, CHEAP, sizeof CHEAP - 1);
	expect_refused(big, "a long one");
}

static const char *const cheap[] = { CHEAP, BCRYPT, SHA512, SCRYPT, YESCRYPT };

Test(password, r38_a_hash_that_is_cut_anywhere_is_never_right)
{
	size_t i, n;

	for (i = 0; i < sizeof cheap / sizeof *cheap; i++)
		for (n = 0; n < strlen(cheap[i]); n++) {
			char *in = guard(cheap[i], n + 1);
			enum sess_err err;

			in[n] = '\0';
			err = sess_password_check(in, "password");
			/* A shorter argon2 hash is a hash as well. */
			cr_assert(err == SESS_EINVAL || (err == SESS_NONE &&
			    cheap[i][1] == 'a'), "%s", in);
			unguard(in, n + 1);
		}
}

/* But "2a", "2b" and "2y" are names of the same. */
Test(password, r38_a_hash_with_another_byte_is_never_right)
{
	char bytes[] = { 0, 0, '$', '.', 'z', ' ', '\n', '\xFF' };
	char in[SESS_HASH_MAX];
	size_t i, j, k;

	for (i = 0; i < sizeof cheap / sizeof *cheap; i++)
		for (j = 0; j < strlen(cheap[i]); j++) {
			bytes[0] = (char)(cheap[i][j] ^ 1);
			bytes[1] = (char)(cheap[i][j] ^ 32);
			for (k = 0; k < sizeof bytes; k++) {
				if (bytes[k] == cheap[i][j])
					continue;
				snprintf(in, sizeof in, "%s", cheap[i]);
				in[j] = bytes[k];
				cr_assert_neq(sess_password_check(in,
				    "password"), SESS_OK, "%s", in);
			}
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
	static const char *const passwords[] = { "", "-", "password", "x",
		"\xFF", CHEAP };
	size_t i;

	for (i = 0; i < sizeof passwords / sizeof *passwords; i++)
		cr_assert_eq(sess_password_check(NULL, passwords[i]),
		    SESS_NONE, "<%s>", passwords[i]);
	expect_n(SESS_NONE, NULL, 512);
	expect_n(SESS_NONE, NULL, 1024);
	expect_n(SESS_NONE, NULL, 1025);
}

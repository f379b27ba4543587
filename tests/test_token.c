/* test_token.c - session ids: random, unique, and of nobody's making. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "encode.h"
#include "memory.h"
#include "token.h"

#define IDS 1000000
#define FORKS 64
#define FORK_IDS 200

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Settings that leave it to the system. */
static const struct log of_system;

/* The kernel as the tests want it: it stands in for libc's. */
static bool kernel_fails;

ssize_t getrandom(void *, size_t, unsigned);

ssize_t
getrandom(void *to, size_t n, unsigned flags)
{
	if (kernel_fails)
		return errno = EIO, -1;
	return syscall(SYS_getrandom, to, n, flags);
}

/* ---- what they look like ------------------------------------------------- */

Test(token, r04_the_shape_is_checked)
{
	static const struct { const char *token; const char *why; } bad[] = {
		{ "", "empty" }, { "A", "1 byte" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcde", "31 bytes" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", "33 bytes" },
		{ "../../../../../../../etc/passwd\n", "a path" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcde.", "a dot" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcde/", "a slash" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcde+", "a plus" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcd==", "padding" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcde*", "a star" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcd\r\n", "CR LF" },
		{ "' OR 1=1 -- ABCDEFGHIJKLMNOPQRST", "SQL" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcd\xC3\xBC", "not ASCII" },
		{ "12345", "S57" },
	};
	char token[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";
	size_t i;
	int c;

	cr_assert(token_shape_ok(token, 32));
	cr_assert_not(token_shape_ok(token, 31));
	cr_assert_not(token_shape_ok(token, 33));
	cr_assert_not(token_shape_ok(token, 0));
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_assert_not(token_shape_ok(bad[i].token,
		    strlen(bad[i].token)), "%s", bad[i].why);
	for (i = 0; i < 32; i++) {
		for (c = 0; c < 256; c++) {
			token[i] = (char)c;
			cr_assert_eq(token_shape_ok(token, 32),
			    c != 0 && strchr(alphabet, c) != NULL,
			    "byte %d at %zu", c, i);
		}
		token[i] = 'A';
	}
}

Test(token, S28_ids_are_safe_in_cookies_and_addresses)
{
	char token[TOKEN_LEN + 1];
	int i;

	for (i = 0; i < 1000; i++) {
		memset(token, 'x', sizeof token);
		cr_assert_eq(token_new(&of_system, token), SESS_OK);
		cr_assert_eq(strlen(token), 32);
		cr_assert_eq(strspn(token, alphabet), 32, "%s", token);
		cr_assert(token_shape_ok(token, 32));
	}
}

/* Computed with Python's hashlib. */
Test(token, r02_the_key_is_a_labelled_hash)
{
	static const uint8_t expected[SESS_KEY_LEN] = {
		0x57, 0x6c, 0x96, 0xfd, 0x2d, 0xe2, 0xd9, 0x1b,
		0x18, 0xd0, 0x2f, 0xb7, 0x9e, 0x9c, 0x55, 0xe0,
		0xf4, 0xa8, 0x94, 0xe2, 0x1c, 0x5a, 0x47, 0x85,
		0xeb, 0x7e, 0x75, 0x5d, 0x43, 0x73, 0xc4, 0x98,
	};
	static const char token[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	uint8_t key[SESS_KEY_LEN];

	token_key(key, token);
	cr_assert_eq(memcmp(key, expected, sizeof key), 0);
}

/* ---- randomness ---------------------------------------------------------- */

static char (*ids)[TOKEN_LEN + 1];

static void
make_ids(void)
{
	size_t i;

	ids = malloc(IDS * sizeof *ids);
	cr_assert_not_null(ids);
	for (i = 0; i < IDS; i++)
		if (token_new(&of_system, ids[i]) != SESS_OK)
			cr_assert_fail("id %zu", i);
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, TOKEN_LEN);
}

/*
 * Each of the 32 positions: 64 characters, 15625 times each.  63 degrees of
 * freedom: 16 and 160 are six standard deviations off (Wilson and Hilferty),
 * so that a good generator fails once in ten million runs.  Too even is no
 * more random than too uneven.
 */
static void
expect_even(size_t position, const unsigned counts[256])
{
	const double each = IDS / 64.0;
	double chi2 = 0, off;
	size_t i;

	for (i = 0; i < 64; i++) {
		off = counts[(unsigned char)alphabet[i]] - each;
		chi2 += off * off / each;
	}
	cr_assert(chi2 > 16 && chi2 < 160, "position %zu: chi-square %.1f",
	    position, chi2);
}

Test(token, r01_a_million_ids_are_unique_and_even)
{
	static unsigned counts[TOKEN_LEN][256];
	size_t i, j;

	make_ids();
	for (i = 0; i < IDS; i++)
		for (j = 0; j < TOKEN_LEN; j++)
			counts[j][(unsigned char)ids[i][j]]++;
	for (j = 0; j < TOKEN_LEN; j++)
		expect_even(j, counts[j]);
	qsort(ids, IDS, sizeof *ids, compare);
	for (i = 1; i < IDS; i++)
		if (memcmp(ids[i - 1], ids[i], TOKEN_LEN) == 0)
			cr_assert_fail("%s twice", ids[i]);
	free(ids);
}

#define BITS (TOKEN_BYTES * 8)
#define SAMPLE 100000

static uint64_t words[SAMPLE][3];

static void
make_words(void)
{
	uint8_t bytes[TOKEN_BYTES];
	char token[TOKEN_LEN + 1];
	size_t i, j;

	for (i = 0; i < SAMPLE; i++) {
		cr_assert_eq(token_new(&of_system, token), SESS_OK);
		cr_assert(decode_base64url(bytes, sizeof bytes, token,
		    TOKEN_LEN));
		for (j = 0; j < TOKEN_BYTES; j++)
			words[i][j / 8] = words[i][j / 8] << 8 | bytes[j];
	}
}

/* Of n fair coins: how many deviations from the half?  Below 6, ever. */
static void
expect_half(double ones, double n, const char *what, size_t i)
{
	double off = ones - n / 2;

	cr_assert_lt(off * off / (n / 4), 6 * 6, "%s %zu: %.0f of %.0f",
	    what, i, ones, n);
}

/* Bit i of an id, and of the next ids: there are no seams. */
static unsigned
bit_at(size_t i)
{
	return words[i / BITS][i % BITS / 64] >> (63 - i % 64) & 1;
}

/* 192 bits, each of them a coin: far more than the 128 asked for. */
Test(token, S40_each_of_192_bits_is_a_coin)
{
	static unsigned ones[BITS];
	size_t i, j;

	cr_assert_geq(BITS, 128);
	make_words();
	for (i = 0; i < SAMPLE; i++)
		for (j = 0; j < BITS; j++)
			ones[j] += (unsigned)(words[i][j / 64] >> (63 - j % 64)
			    & 1);
	for (j = 0; j < BITS; j++)
		expect_half(ones[j], SAMPLE, "bit", j);
}

/*
 * Serial: no bit tells anything about one that comes up to three ids later,
 * and all runs of 8 bits are as frequent.
 */
Test(token, r01_bits_tell_nothing_about_later_bits)
{
	const size_t n = 2000000;
	static unsigned runs[256];
	unsigned char *bits = malloc(n + 3 * BITS);
	double chi2 = 0, off, each = (double)(n - 7) / 256;
	size_t i, lag;
	unsigned equal, run = 0;

	cr_assert_not_null(bits);
	make_words();
	for (i = 0; i < n + 3 * BITS; i++)
		bits[i] = (unsigned char)bit_at(i);
	for (lag = 1; lag <= 3 * BITS; lag += lag < 64 ? 1 : 32) {
		for (i = equal = 0; i < n; i++)
			equal += bits[i] == bits[i + lag];
		expect_half(equal, (double)n, "lag", lag);
	}
	for (i = 0; i < n; i++) {
		run = (run << 1 | bits[i]) & 255;
		runs[run] += i >= 7;
	}
	for (i = 0; i < 256; i++) {
		off = runs[i] - each;
		chi2 += off * off / each;
	}
	/* Overlapping runs are not independent: wide bounds. */
	cr_assert(chi2 > 60 && chi2 < 700, "runs: chi-square %.1f", chi2);
	free(bits);
}

static void
child_writes(int to)
{
	char token[TOKEN_LEN + 1];
	int i;

	for (i = 0; i < FORK_IDS; i++)
		if (token_new(&of_system, token) != SESS_OK ||
		    write(to, token, TOKEN_LEN) != TOKEN_LEN)
			_exit(1);
	_exit(0);
}

static void
read_all(int from, char *to, size_t n)
{
	ssize_t got;

	for (; n > 0; n -= (size_t)got, to += got) {
		got = read(from, to, n);
		cr_assert_gt(got, 0);
	}
}

Test(token, r01_64_forks_of_one_parent_share_no_id)
{
	static char all[FORKS * FORK_IDS][TOKEN_LEN];
	char warm[TOKEN_LEN + 1];
	int ends[FORKS][2], status;
	size_t i;

	cr_assert_eq(token_new(&of_system, warm), SESS_OK, "a state to inherit");
	for (i = 0; i < FORKS; i++) {
		cr_assert_eq(pipe(ends[i]), 0);
		if (fork() == 0)
			child_writes(ends[i][1]);
		close(ends[i][1]);
	}
	for (i = 0; i < FORKS; i++) {
		read_all(ends[i][0], all[i * FORK_IDS],
		    sizeof all / FORKS);
		cr_assert_gt(wait(&status), 0);
		cr_assert_eq(status, 0);
	}
	qsort(all, FORKS * FORK_IDS, sizeof *all, compare);
	for (i = 1; i < FORKS * FORK_IDS; i++)
		cr_assert_neq(memcmp(all[i - 1], all[i], TOKEN_LEN), 0);
}

/* ---- when there is none -------------------------------------------------- */

static enum { SET, LOGIN, RENEW, ROTATE, FORM, LOOK } deed;

static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	switch (deed) {
	case SET: sess_set(s, "a", "b"); break;
	case LOGIN: sess_login(s, "alice"); break;
	case RENEW: sess_renew(s); sess_set(s, "a", "new"); break;
	case ROTATE: sess_rotate(s); sess_set(s, "a", "new"); break;
	case FORM: sess_res_puts(res, sess_form(s)); break;
	case LOOK: break;
	}
	sess_res_printf(res, "saved %s %s", sess_get(s, "a") != NULL ?
	    sess_get(s, "a") : "-", sess_user(s) != NULL ? sess_user(s) : "-");
	return 200;
}

static const struct sess_app app = { .handle = handle };
static struct site *site;

static struct site *
start(void)
{
	return site = site_new(&app, NULL);
}

static void
teardown(void)
{
	if (site != NULL)
		site_free(site);
}

TestSuite(token, .fini = teardown);

Test(token, r01_no_randomness_is_no_id)
{
	char token[TOKEN_LEN + 1] = "untouched";

	kernel_fails = true;
	cr_assert_eq(token_new(&of_system, token), SESS_ERANDOM);
	cr_assert_not(token_shape_ok(token, strlen(token)));
}

/* Whatever a page of a new visitor wants that needs an id. */
Test(token, r01_without_randomness_503_and_nothing_is_stored)
{
	struct visitor v = { .site = start() };
	struct answer *a;
	int i;

	kernel_fails = true;
	for (i = SET; i <= LOGIN; i++) {
		deed = i;
		a = get(&v, NULL);
		cr_assert_eq(a->status, 503, "deed %d", i);
		cr_assert_null(field_of(a, "Set-Cookie"), "deed %d", i);
		cr_assert_null(strstr(a->body, "saved"), "deed %d", i);
		cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"),
		    0, "deed %d", i);
		cr_assert_eq(sql_int(site, "SELECT count(*) FROM token"), 0);
	}
	deed = LOOK;
	cr_assert_eq(get(&v, NULL)->status, 200, "who wants no id");
	kernel_fails = false;
	deed = SET;
	cr_assert_eq(get(&v, NULL)->status, 200, "it recovers");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 1);
}

/* What was there before stays as it was, under the id it had. */
Test(token, r01_without_randomness_a_session_stays_as_it_was)
{
	struct visitor v = { .site = start() };
	struct answer *a;
	int i;

	deed = SET;
	cr_assert_eq(get(&v, NULL)->status, 200);
	kernel_fails = true;
	for (i = LOGIN; i <= ROTATE; i++) {
		site->now += 60;
		deed = i;
		a = get(&v, NULL);
		cr_assert_eq(a->status, 503, "deed %d", i);
		cr_assert_null(field_of(a, "Set-Cookie"), "deed %d", i);
		deed = LOOK;
		cr_assert_str_eq(get(&v, NULL)->body, "saved b -", "deed %d",
		    i);
	}
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM token"), 1);
}

Test(token, r01_without_randomness_no_form_is_written)
{
	struct visitor v = { .site = start() };
	struct answer *a;

	deed = FORM;
	kernel_fails = true;
	a = get(&v, NULL);
	cr_assert_eq(a->status, 503);
	cr_assert_null(strstr(a->body, "csrf"));
	cr_assert_null(field_of(a, "Set-Cookie"));
}

/* The operator must learn why each of these answers is a 503. */
Test(token, r01_without_randomness_the_log_names_the_cause)
{
	struct visitor v = { .site = start() };
	int i;

	kernel_fails = true;
	for (i = SET; i <= FORM; i++) {
		*site->log = '\0';
		deed = i;
		cr_assert_eq(get(&v, NULL)->status, 503, "deed %d", i);
		cr_assert_not_null(strstr(site->log, "E_RANDOM"),
		    "deed %d: <%s>", i, site->log);
	}
}

/* ---- unique, and of nobody's making -------------------------------------- */

static void *
on_alloc(void *arg, size_t n)
{
	return pool_alloc(arg, n);
}

Test(token, S41_the_store_refuses_an_id_that_exists)
{
	static const uint8_t next[SESS_KEY_LEN] = { 1, 2, 3 },
	    secret[SESS_SECRET_LEN] = { 4 };
	struct pool pool = POOL_INIT(1 << 16);
	const struct sess_memory memory = { on_alloc, &pool };
	struct sess_edit edit = { .kind = SESS_EDIT_SET, .name = "a",
	    .value = { .type = SESS_TEXT, .data = "first", .len = 5 } };
	struct sess_change c = { .now = 1700000000, .turn = SESS_TURN_CREATE,
	    .next = next, .secret = secret, .idle = 100, .ends =
	    INT64_MAX, .edits = &edit, .nedits = 1, .max_fields = 10,
	    .max_bytes = 100, .max_value = 100, .max_anonymous = 10 };
	struct sess_outcome out;
	struct sess_service *sv = start()->service;

	cr_assert_eq(service_store(sv), SESS_OK);
	cr_assert_eq(sv->ops->commit(sv->store, &c, &memory, &out), SESS_OK);
	edit.value.data = "other";
	c.user = "mallory";
	cr_assert_neq(sv->ops->commit(sv->store, &c, &memory, &out), SESS_OK);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM token"), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field WHERE value ="
	    " 'first'"), 1);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session WHERE user "
	    "IS NOT NULL"), 0);
	pool_release(&pool);
}

/* The longest text that stands in both, anywhere. */
static size_t
shared(const char *a, const char *b)
{
	size_t longest = 0, n;
	const char *p, *q;

	for (p = a; *p != '\0'; p++)
		for (q = b; *q != '\0'; q++) {
			for (n = 0; p[n] != '\0' && p[n] == q[n]; n++)
				continue;
			longest = n > longest ? n : longest;
		}
	return longest;
}

/* By chance two ids share six characters once in 10^8 pairs. */
Test(token, S42_ids_of_one_user_share_nothing)
{
	static char tokens[20][TOKEN_LEN + 1];
	uint8_t key[SESS_KEY_LEN];
	char derived[2 * TOKEN_LEN];
	size_t i, j;

	start();
	deed = LOGIN;
	for (i = 0; i < 20; i++) {
		struct visitor v = { .site = site };

		cr_assert_str_eq(get(&v, NULL)->body, "saved - alice");
		snprintf(tokens[i], sizeof *tokens, "%s",
		    jar_get(&v, "__Host-sid"));
		cr_assert_lt(shared(tokens[i], "alice"), 5, "%s", tokens[i]);
		for (j = 0; j < i; j++)
			cr_assert_lt(shared(tokens[i], tokens[j]), 7,
			    "%s and %s", tokens[i], tokens[j]);
	}
	/* Nor is it the store's key, in any part. */
	for (i = 0; i < 20; i++) {
		token_key(key, tokens[i]);
		encode_base64url(derived, key, sizeof key);
		cr_assert_lt(shared(tokens[i], derived), 7);
	}
}

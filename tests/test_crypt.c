/* test_crypt.c - randomness, hashes and comparison of secrets. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "crypt.h"
#include "encode.h"
#include "guard.h"
#include "steps.h"

/* ---- randomness ---------------------------------------------------------- */

/* The kernel as the tests want it: it stands in for libc's. */
static enum { GIVES, FAILS, INTERRUPTED, GIVES_LITTLE, GIVES_NOTHING } kernel;
static int asked;

ssize_t getrandom(void *, size_t, unsigned);

ssize_t
getrandom(void *to, size_t n, unsigned flags)
{
	asked++;
	if (kernel == FAILS)
		return errno = ENOSYS, -1;
	if (kernel == GIVES_NOTHING)
		return 0;
	if (kernel == INTERRUPTED && asked % 2 == 1)
		return errno = EINTR, -1;
	if (kernel == GIVES_LITTLE && n > 3)
		n = 3;
	return syscall(SYS_getrandom, to, n, flags);
}

/* Bits of all that came in 64 draws of 64 bytes: a byte left out stays 0. */
static void
expect_random(const char *why)
{
	uint8_t bytes[66], seen[64] = { 0 };
	int i, j;

	for (i = 0; i < 64; i++) {
		memset(bytes, 0, sizeof bytes);
		cr_assert_eq(crypt_random(bytes + 1, 64), SESS_OK, "%s", why);
		cr_assert_eq(bytes[0], 0, "%s: before", why);
		cr_assert_eq(bytes[65], 0, "%s: behind", why);
		for (j = 0; j < 64; j++)
			seen[j] |= bytes[j + 1];
	}
	for (j = 0; j < 64; j++)
		cr_assert_eq(seen[j], 0xFF, "%s: byte %d", why, j);
}

Test(crypt, r01_all_bytes_come_from_the_kernel)
{
	expect_random("as it is");
	cr_assert_eq(asked, 64);
	kernel = INTERRUPTED;
	expect_random("interrupted");
	kernel = GIVES_LITTLE;
	expect_random("three bytes at a time");
	cr_assert_eq(crypt_random(NULL, 0), SESS_OK);
}

Test(crypt, r01_no_randomness_is_an_error)
{
	uint8_t bytes[16];

	kernel = FAILS;
	cr_assert_eq(crypt_random(bytes, sizeof bytes), SESS_ERANDOM);
	kernel = GIVES_NOTHING;
	cr_assert_eq(crypt_random(bytes, sizeof bytes), SESS_ERANDOM);
}

/* ---- hashes -------------------------------------------------------------- */

static void
expect_hex(const uint8_t *hash, const char *expected, size_t row)
{
	struct buf hex = BUF_INIT(64);

	encode_hex(&hex, hash, SHA256_LEN);
	cr_assert_str_eq(hex.data, expected, "row %zu", row);
	buf_release(&hex);
}

/* Computed with Python's hashlib and hmac. */
Test(crypt, hashes_are_sha256_and_rfc_2104_of_label_nul_and_bytes)
{
	static const struct {
		const char *label, *bytes, *sha256, *hmac;
	} rows[] = {
		{ "", "", "6e340b9cffb37a989ca544e6bb780a2c"
		    "78901d3fb33738768511a30617afa01d",
		    "e711546e3faad4c7c4aa756bc26cad6a"
		    "bea8241984a0f6b0839c70ca61c4ef88" },
		{ "label", "abc", "c6905ca8d56d0c7ce13b44f7faed0f1f"
		    "ce8136e8aae3249ecbd8bcc1a9a2c1bc", NULL },
		{ "label", "what do ya want for nothing?", NULL,
		    "9eff43966c959f172b00cc597c882bed"
		    "3d48c792784a69b33267e0b7147699c2" },
	};
	uint8_t key[SHA256_LEN], out[SHA256_LEN];
	size_t i;

	for (i = 0; i < sizeof key; i++)
		key[i] = (uint8_t)i;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *bytes = rows[i].bytes;

		crypt_sha256(out, rows[i].label, bytes, strlen(bytes));
		if (rows[i].sha256 != NULL)
			expect_hex(out, rows[i].sha256, i);
		crypt_hmac(out, key, rows[i].label, bytes, strlen(bytes));
		if (rows[i].hmac != NULL)
			expect_hex(out, rows[i].hmac, i);
	}
}

Test(crypt, a_label_cannot_be_taken_for_the_bytes)
{
	uint8_t a[SHA256_LEN], b[SHA256_LEN];
	const uint8_t key[SHA256_LEN] = { 1 };

	crypt_sha256(a, "label", "x", 1);
	crypt_sha256(b, "labelx", "", 0);
	cr_assert_neq(memcmp(a, b, sizeof a), 0);
	crypt_hmac(a, key, "label", "x", 1);
	crypt_hmac(b, key, "labelx", "", 0);
	cr_assert_neq(memcmp(a, b, sizeof a), 0);
}

/* ---- comparison ---------------------------------------------------------- */

#define SECRET 32

struct pair {
	uint8_t a[SECRET], b[SECRET];
};

static volatile bool result;

static void
compare(void *arg)
{
	const struct pair *pair = arg;

	result = crypt_equal(pair->a, pair->b, SECRET);
}

/* Equal but for the bits of `with` at byte i; i SECRET: equal. */
static struct pair
pair_of(size_t i, uint8_t with)
{
	struct pair pair;
	size_t j;

	for (j = 0; j < SECRET; j++)
		pair.a[j] = pair.b[j] = (uint8_t)(j * 37);
	if (i < SECRET)
		pair.b[i] ^= with;
	return pair;
}

Test(crypt, r03_one_bit_makes_a_difference)
{
	struct pair pair = pair_of(SECRET, 0);
	size_t i, bit;

	cr_assert(crypt_equal(pair.a, pair.b, SECRET));
	cr_assert(crypt_equal("a", "b", 0));
	for (i = 0; i < SECRET; i++)
		for (bit = 0; bit < 8; bit++) {
			pair = pair_of(i, (uint8_t)(1u << bit));
			cr_assert_not(crypt_equal(pair.a, pair.b, SECRET));
			cr_assert(crypt_equal(pair.a, pair.b, i));
		}
}

static char *fence;
static volatile sig_atomic_t crossed;

static void
on_fence(int sig)
{
	(void)sig;
	crossed = 1;
	if (mprotect(fence, guard_size(1), PROT_READ) != 0)
		_exit(1);
}

/* Was anything behind the first `before` bytes looked at? */
static bool
looks_behind(const struct pair *pair, size_t before)
{
	size_t page = guard_size(1);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(map, MAP_FAILED);
	fence = map + page;
	memcpy(fence - before, pair->b, SECRET);
	cr_assert_eq(mprotect(fence, page, PROT_NONE), 0);
	crossed = 0;
	result = crypt_equal(pair->a, fence - before, SECRET);
	cr_assert_eq(munmap(map, 2 * page), 0);
	return crossed;
}

/* A difference found early is no reason to stop. */
Test(crypt, r03_every_byte_is_looked_at_wherever_they_differ)
{
	struct sigaction action = { .sa_handler = on_fence };
	struct pair pair;
	size_t i, before;

	cr_assert_eq(sigaction(SIGSEGV, &action, NULL), 0);
	for (i = 0; i <= SECRET; i++)
		for (before = 0; before < SECRET; before++) {
			pair = pair_of(i, 0xFF);
			cr_assert(looks_behind(&pair, before),
			    "difference at %zu, bytes from %zu on", i, before);
			cr_assert_eq(result, i == SECRET);
		}
}

/* The same number of instructions for each place of the difference. */
Test(crypt, r03_the_work_is_the_same_wherever_they_differ)
{
	struct pair equal = pair_of(SECRET, 0), pair;
	long n = steps(compare, &equal, 1000000), m;
	size_t i;

	cr_assert_gt(n, SECRET);
	for (i = 0; i < SECRET; i++) {
		pair = pair_of(i, i % 2 == 0 ? 0xFF : 1);
		m = steps(compare, &pair, 1000000);
		cr_assert_eq(m, n, "difference at %zu: %ld instead of %ld",
		    i, m, n);
	}
}

/* The test above sees it when a comparison stops early. */
static void
compare_badly(void *arg)
{
	const struct pair *pair = arg;
	size_t i = 0;

	while (i < SECRET && pair->a[i] == pair->b[i])
		i++;
	result = i == SECRET;
}

Test(crypt, r03_the_measure_sees_a_comparison_that_stops_early)
{
	struct pair first = pair_of(0, 1), last = pair_of(SECRET - 1, 1);
	long n = steps(compare_badly, &first, 1000000);

	cr_assert_gt(steps(compare_badly, &last, 1000000), n + SECRET);
}

Test(crypt, wiped_bytes_are_gone)
{
	uint8_t bytes[40];
	size_t i;

	memset(bytes, 0x5A, sizeof bytes);
	crypt_wipe(bytes + 4, 32);
	for (i = 0; i < sizeof bytes; i++)
		cr_assert_eq(bytes[i], i < 4 || i >= 36 ? 0x5A : 0);
}

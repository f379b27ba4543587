/*
 * test_r37.c - a clock does not tell which accounts there are.
 *
 * 2,000 logins of each class, in random order, each a whole exchange with
 * argon2id as it is shipped.  What is taken is the time of the processor that
 * the thread used.  Compared with "wrong": the medians, and by Kolmogorov and
 * Smirnov whether both samples may be of one distribution.
 *
 * Three comparisons at p = 0.01: chance alone fails at most 3 rounds of 100.
 * A round that fails is done again with fresh samples, three at most, so that
 * a false alarm is one of 37,000 runs (0.03 ^ 3).
 */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <math.h>
#include <time.h>

#include "ops.h"

#define SAMPLES 2000
#define PROCESSES 2             /* half of them each */
#define ROUNDS 3

enum { WRONG, UNKNOWN, LOCKED, DISABLED, CLASSES };

static const char *const classes[] = { "wrong", "unknown", "locked",
	"disabled" };

struct samples {
	double s[CLASSES][SAMPLES];
};

static struct site *site;

/* Names of the classes are as long as each other. */
static void
account_names(const char *first, int disabled, const char *hash)
{
	char sql[600];

	snprintf(sql, sizeof sql, "INSERT INTO account "
	    "SELECT printf('%s%%05d', value), '%s', 1, %d, 1, 1 FROM "
	    "(WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL "
	    "SELECT value + 1 FROM n WHERE value < %d) SELECT value FROM n)",
	    first, hash, disabled, ROUNDS * SAMPLES);
	sql_run(site, sql);
}

static struct answer *
guess(struct site *at, int class, int i)
{
	struct visitor v = { .site = at };
	char query[80];

	snprintf(query, sizeof query, "op=enter+%c%05d+wrong-one",
	    "wuld"[class], class == LOCKED ? 0 : i);
	return get(&v, query);
}

static void
setup(void)
{
	char hash[SESS_HASH_MAX];
	int i;

	site = quiet(site_new(&ops, "address_tries=1000000\n"
	    "login_tries=100"));
	cr_assert_eq(sess_password_hash(hash, "wonderland-1865"), SESS_OK);
	guess(site, UNKNOWN, 99999);
	account_names("w", 0, hash);
	account_names("l", 0, hash);
	account_names("d", 1, hash);
	for (i = 0; i < 100; i++) {
		cr_assert_str_eq(guess(site, LOCKED, 0)->body, "E_NONE\n");
		forget(site);
	}
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM bucket "
	    "WHERE until = 9223372036854775807"), 1);
}

static void
teardown(void)
{
	site_free(site);
}

TestSuite(r37, .init = setup, .fini = teardown, .timeout = 1800);

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- taking them ------------------------------------------------------- */

/* Each number below n once, in an order of no meaning (Fisher, Yates). */
static void
shuffle(int *order, int n, unsigned seed)
{
	int i, j, swap;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (i = n - 1; i > 0; i--) {
		j = rand_r(&seed) % (i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
}

/* Process `who` takes the samples first ... first + n - 1 of each class. */
static void
take(struct site *at, struct samples *to, int round, int first, int n)
{
	int order[CLASSES * SAMPLES], i, class, k;
	struct answer *r;
	double before;

	shuffle(order, CLASSES * n, (unsigned)(7 * round + first));
	for (i = 0; i < CLASSES * n; i++) {
		class = order[i] % CLASSES;
		k = first + order[i] / CLASSES;
		before = cpu_seconds();
		r = guess(at, class, round * SAMPLES + k);
		to->s[class][k] = cpu_seconds() - before;
		if (strcmp(r->body, "E_NONE\n") != 0)
			abort();
		forget(at);
	}
}

static void
take_all(struct samples *shared, int round)
{
	int who, n = SAMPLES / PROCESSES, status;
	struct site *twin;

	close_store(site);
	for (who = 0; who < PROCESSES; who++) {
		if (fork() != 0)
			continue;
		twin = quiet(site_twin(site, &ops, "address_tries=1000000\n"
		    "login_tries=100"));
		guess(twin, UNKNOWN, 90000 + who);      /* opens the store */
		take(twin, shared, round, who * n, n);
		_exit(0);
	}
	for (who = 0; who < PROCESSES; who++) {
		cr_assert_gt(wait(&status), 0);
		cr_assert_eq(status, 0);
	}
}

/* ---- comparing them ---------------------------------------------------- */

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The greatest distance of the two distributions; both are sorted. */
static double
distance(const double *a, const double *b)
{
	double far = 0;
	int i = 0, j = 0;

	while (i < SAMPLES && j < SAMPLES) {
		double at = a[i] < b[j] ? a[i] : b[j];

		while (i < SAMPLES && a[i] <= at)
			i++;
		while (j < SAMPLES && b[j] <= at)
			j++;
		far = fmax(far, abs(i - j) / (double)SAMPLES);
	}
	return far;
}

/* How often two samples of one distribution are as far apart, or more. */
static double
likely(double d)
{
	double n = sqrt(SAMPLES / 2.0), x = (n + 0.12 + 0.11 / n) * d, p = 0;
	int k;

	for (k = 1; k <= 100; k++)
		p += (k % 2 == 1 ? 2 : -2) * exp(-2 * k * k * x * x);
	return x < 0.2 ? 1 : fmin(1, fmax(0, p));
}

static bool
alike(const struct samples *t, int class)
{
	const double *a = t->s[class], *b = t->s[WRONG];
	double ratio = a[SAMPLES / 2] / b[SAMPLES / 2];
	double p = likely(distance(a, b));

	fprintf(stderr, "# %s: median %.3f ms, %.4f of wrong, p = %.4f\n",
	    classes[class], 1e3 * a[SAMPLES / 2], ratio, p);
	return fabs(ratio - 1) < 0.02 && p > 0.01;
}

static bool
all_alike(struct samples *t)
{
	bool yes = true;
	int class;

	for (class = 0; class < CLASSES; class++)
		qsort(t->s[class], SAMPLES, sizeof **t->s, by_size);
	for (class = 0; class < CLASSES; class++)
		yes &= alike(t, class);
	return yes;
}

Test(r37, r37_unknown_wrong_locked_and_disabled_take_as_long)
{
	struct samples *shared = mmap(NULL, sizeof *shared,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool yes = false;
	int round;

	cr_assert_neq(shared, MAP_FAILED);
	for (round = 0; round < ROUNDS && !yes; round++) {
		take_all(shared, round);
		yes = all_alike(shared);
	}
	cr_assert(yes, "in none of %d rounds", ROUNDS);
	munmap(shared, sizeof *shared);
}

/* ---- the comparison itself --------------------------------------------- */

/* Else it might find everything alike. */
Test(r37, a_difference_of_a_tenth_of_the_noise_is_seen)
{
	static struct samples t;
	unsigned seed = 1;
	int class, i;

	for (class = 0; class < CLASSES; class++)
		for (i = 0; i < SAMPLES; i++)
			t.s[class][i] = 0.025 + 1e-3 * rand_r(&seed) /
			    RAND_MAX;
	cr_assert(all_alike(&t));
	for (i = 0; i < SAMPLES; i++)
		t.s[LOCKED][i] += 1e-4;
	cr_assert_not(all_alike(&t));
}

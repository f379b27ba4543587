/* test_db.c - the database below the store. */
/* SPDX-License-Identifier: ISC */
#include <sys/resource.h>
#include <sys/stat.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "crypt.h"
#include "pool.h"
#include "store.h"

#define PROCESSES 300
#define PAGE 4096

static char folder[] = "/tmp/libsess-db-XXXXXX";

static void
path_of(char path[64], const char *tail)
{
	snprintf(path, 64, "%s/s.db%s", folder, tail);
}

static void
setup(void)
{
	cr_assert_not_null(mkdtemp(folder));
}

static void
teardown(void)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-lock" };
	char path[64];
	size_t i;

	for (i = 0; i < sizeof tails / sizeof *tails; i++) {
		path_of(path, tails[i]);
		unlink(path);
	}
	rmdir(folder);
}

TestSuite(db, .init = setup, .fini = teardown);

/* Told what went wrong; where nothing may, that fails the test. */
static int faults_wanted, faults;

static void
on_fault(void *arg, const char *why)
{
	(void)arg;
	cr_assert_lt(faults++, faults_wanted, "%s", why);
}

static void *
on_alloc(void *arg, size_t n)
{
	return pool_alloc(arg, n);
}

/* One more session in the store. */
static enum sess_err
make_session(struct sess_store *store, int i)
{
	struct pool pool = POOL_INIT(1 << 16);
	const struct sess_memory memory = { on_alloc, &pool };
	uint8_t next[SESS_KEY_LEN], secret[SESS_SECRET_LEN] = { 1 };
	const struct sess_change change = {
		.turn = SESS_TURN_CREATE, .now = 1000, .next = next,
		.secret = secret, .idle = 60, .ends = 2000, .max_fields = 10,
		.max_bytes = 100, .max_value = 100, .max_anonymous = 10000,
	};
	struct sess_outcome out;
	enum sess_err err;

	crypt_sha256(next, "test", &i, sizeof i);
	err = sqlite_store.commit(store, &change, &memory, &out);
	pool_release(&pool);
	return err;
}

static bool
is_there(struct sess_store *store, int i)
{
	struct pool pool = POOL_INIT(1 << 16);
	const struct sess_memory memory = { on_alloc, &pool };
	struct sess_record rec;
	enum sess_found found;
	uint8_t key[SESS_KEY_LEN];

	crypt_sha256(key, "test", &i, sizeof i);
	cr_assert_eq(sqlite_store.find(store, key, 1001, &memory, &found,
	    &rec), SESS_OK);
	pool_release(&pool);
	return found == SESS_FOUND_LIVE;
}

static struct sess_store *
open_store(void)
{
	const struct sess_store_env env = { .wait = 5, .fault = on_fault };
	struct sess_store *store = NULL;
	char path[64];

	path_of(path, "");
	cr_assert_eq(sqlite_store.open(&store, path, &env), SESS_OK);
	return store;
}

/* What a plain CGI process does. */
static void
one_process(int i)
{
	struct sess_store *store = open_store();

	cr_assert_eq(make_session(store, i), SESS_OK);
	sqlite_store.close(store);
}

/* Each of them finds the database alone and has to read the whole log. */
Test(db, log_stays_short_where_processes_come_and_go)
{
	struct stat st;
	char path[64];
	off_t longest = 0;
	int i;

	path_of(path, "-wal");
	for (i = 0; i < PROCESSES; i++) {
		one_process(i);
		cr_assert_eq(stat(path, &st), 0);
		longest = st.st_size > longest ? st.st_size : longest;
	}
	cr_assert_lt(longest, 150 * PAGE, "the log grew to %ld pages",
	    (long)(longest / PAGE));
}

/* The limit of a file's size stands for a disk that is full. */
Test(db, full_disk_is_an_error_and_loses_nothing)
{
	struct sess_store *store = open_store();
	struct rlimit limit;
	struct stat st;
	char path[64];
	rlim_t roomy;
	int i;

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(make_session(store, 0), SESS_OK);
	path_of(path, "-wal");
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	roomy = limit.rlim_cur;
	limit.rlim_cur = (rlim_t)st.st_size;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	faults_wanted = 10;
	for (i = 1; i <= 5; i++)
		cr_expect_eq(make_session(store, i), SESS_ESTORE);
	limit.rlim_cur = roomy;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	faults_wanted = faults;
	cr_expect(is_there(store, 0));
	for (i = 1; i <= 5; i++)
		cr_expect_not(is_there(store, i), "%d was refused", i);
	cr_expect_eq(make_session(store, 6), SESS_OK);
	cr_expect(is_there(store, 6));
	sqlite_store.close(store);
}

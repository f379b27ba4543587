/* test_db.c - the database below the store. */
#include <sys/stat.h>

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

static void
on_fault(void *arg, const char *why)
{
	(void)arg;
	cr_assert_fail("%s", why);
}

static void *
on_alloc(void *arg, size_t n)
{
	return pool_alloc(arg, n);
}

/* What a plain CGI process does: open, make a session, close. */
static void
one_process(int i)
{
	const struct sess_store_env env = { .wait = 5, .fault = on_fault };
	struct pool pool = POOL_INIT(1 << 16);
	const struct sess_memory memory = { on_alloc, &pool };
	uint8_t next[SESS_KEY_LEN], secret[SESS_SECRET_LEN] = { 1 };
	const struct sess_change change = {
		.turn = SESS_TURN_CREATE, .now = 1000, .next = next,
		.secret = secret, .idle = 60, .ends = 2000, .max_fields = 10,
		.max_bytes = 100, .max_anonymous = 10000,
	};
	struct sess_outcome out;
	struct sess_store *store;
	char path[64];

	path_of(path, "");
	crypt_sha256(next, "test", &i, sizeof i);
	cr_assert_eq(sqlite_store.open(&store, path, &env), SESS_OK);
	cr_assert_eq(sqlite_store.commit(store, &change, &memory, &out),
	    SESS_OK);
	sqlite_store.close(store);
	pool_release(&pool);
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

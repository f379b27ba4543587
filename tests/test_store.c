/*
 * test_store.c - the contract of a store (sess_store.h), asked of SQLite's.
 *
 * Directly, with keys that the test makes up: no requests, no ids.  What does
 * not need a file is asked of a store in memory as well.
 */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>

#include <sqlite3.h>

#include "gate.h"
#include "handle.h"
#include "ops.h"
#include "store.h"
#define SQL_TEXTS
#include "sql.h"

#define NOW INT64_C(1700000000)
#define SCHEMA ((int)(sizeof sql_upgrades / sizeof *sql_upgrades))

static char folder[] = "/tmp/libsess-store-XXXXXX";
static char path[128];
static struct sess_store *store;
static struct pool pool;
static struct sess_outcome out;
static struct sess_record rec;
static char faults[4000], steps[60000];

/* ---- set-up ------------------------------------------------------------ */

static void *
from_pool(void *arg, size_t n)
{
	return pool_alloc(arg, n);
}

static const struct sess_memory memory = { from_pool, &pool };

static void
note(char *to, size_t size, const char *line)
{
	size_t n = strlen(to);

	snprintf(to + n, size - n, "%s\n", line);
}

static void
on_fault(void *arg, const char *why)
{
	(void)arg;
	note(faults, sizeof faults, why);
}

/* The statements; rows are looked at in test_trace.c. */
static void
on_step(void *arg, enum sess_step step, const struct sess_trace_part *parts,
    size_t n)
{
	(void)arg;
	if (step == SESS_STEP_STORE)
		note(steps, sizeof steps, parts[n - 1].value);
}

static const bool yes = true;
static const struct sess_store_env env = { .wait = 1, .fault = on_fault,
	.step = on_step, .traced = &yes, .random = of_system };

static enum sess_err
open_store(void)
{
	return sqlite_store.open(&store, path, &env);
}

static void
close_it(void)
{
	sqlite_store.close(store);
	store = NULL;
}

static void
setup(void)
{
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/store.db", folder);
	pool = (struct pool)POOL_INIT(64 << 20);
	cr_assert_eq(open_store(), SESS_OK);
}

static void
clean(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s/store.db*", folder);
	cr_assert_eq(system(command), 0);
}

static void
teardown(void)
{
	close_it();
	pool_release(&pool);
	clean();
	rmdir(folder);
}

TestSuite(store, .init = setup, .fini = teardown, .timeout = 60);

/* ---- the same in memory ------------------------------------------------ */

static void
setup_memory(void)
{
	snprintf(path, sizeof path, ":memory:");
	pool = (struct pool)POOL_INIT(64 << 20);
	handle_watch();
	cr_assert_eq(open_store(), SESS_OK);
}

static void
teardown_memory(void)
{
	close_it();
	pool_release(&pool);
}

TestSuite(memory, .init = setup_memory, .fini = teardown_memory,
    .timeout = 60);

/* A test that both pass. */
#define BOTH(name) \
	static void name(void); \
	Test(store, name) { name(); } \
	Test(memory, name) { name(); } \
	static void name(void)

/*
 * The database as others see it; nobody but the store itself sees one in
 * memory.
 */
static sqlite3 *
database(void)
{
	sqlite3 *db;

	if (strcmp(path, ":memory:") == 0)
		return newest;
	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return db;
}

static void
leave_database(sqlite3 *db)
{
	if (db != newest)
		sqlite3_close(db);
}

/* Key number n; no two are alike. */
static const uint8_t *
key(int n)
{
	static uint8_t keys[16][SESS_KEY_LEN];
	static int next;
	uint8_t *k = keys[next++ % 16];

	memset(k, 0, SESS_KEY_LEN);
	memcpy(k, &n, sizeof n);
	return k;
}

static const uint8_t *
secret(int n)
{
	static uint8_t secrets[4][SESS_SECRET_LEN];
	static int next;
	uint8_t *s = secrets[next++ % 4];

	memset(s, n, SESS_SECRET_LEN);
	return s;
}

static enum sess_err
change(struct sess_change c)
{
	c.now = c.now != 0 ? c.now : NOW;
	c.max_fields = c.max_fields != 0 ? c.max_fields : 100;
	c.max_bytes = c.max_bytes != 0 ? c.max_bytes : 100000;
	c.max_value = c.max_value != 0 ? c.max_value : 100000;
	c.max_anonymous = c.max_anonymous != 0 ? c.max_anonymous : 1000000;
	return sqlite_store.commit(store, &c, &memory, &out);
}

#define CHANGE(...) change((struct sess_change){ __VA_ARGS__ })

static enum sess_err
create(int n)
{
	return CHANGE(.turn = SESS_TURN_CREATE, .next = key(n),
	    .secret = secret(7), .idle = 100, .ends = NOW + 1000);
}

static enum sess_found
find(int n, int64_t now)
{
	enum sess_found found = SESS_FOUND_LIVE;

	memset(&rec, 0, sizeof rec);
	cr_assert_eq(sqlite_store.find(store, key(n), now, &memory, &found,
	    &rec), SESS_OK);
	return found;
}

static struct sess_edit
text_edit(enum sess_edit_kind kind, const char *name, const char *text)
{
	return (struct sess_edit){ .kind = kind, .name = name, .value = {
	    .type = SESS_TEXT, .data = text, .len = strlen(text) } };
}

static enum sess_err
set(int n, const char *name, const char *text)
{
	struct sess_edit e = text_edit(SESS_EDIT_SET, name, text);

	return CHANGE(.key = key(n), .edits = &e, .nedits = 1);
}

/* The number that a SELECT answers with. */
static int64_t
number(const char *select)
{
	sqlite3 *db = database();
	sqlite3_stmt *st;
	int64_t n;

	cr_assert_eq(sqlite3_prepare_v2(db, select, -1, &st, NULL), SQLITE_OK,
	    "%s", select);
	n = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;
	sqlite3_finalize(st);
	leave_database(db);
	return n;
}

static void
run_sql(const char *sql)
{
	sqlite3 *db = database();

	cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	leave_database(db);
}

static enum sess_err
mark_at(int n, int64_t now, const char *name, int64_t got, int64_t total)
{
	const struct sess_mark m = { name, got, total };

	return sqlite_store.mark(store, key(n), now, &m);
}

static enum sess_err
mark(int n, const char *name, int64_t got, int64_t total)
{
	return mark_at(n, NOW, name, got, total);
}

static struct sess_mark marked;

static enum sess_err
find_mark(int n, int64_t now, const char *name)
{
	marked = (struct sess_mark){ name, -7, -7 };
	return sqlite_store.find_mark(store, key(n), now, &marked);
}

/* ---- marks of uploads -------------------------------------------------- */

BOTH(a_mark_is_found_and_moved_on)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(find_mark(1, NOW, "up"), SESS_NONE);
	cr_assert_eq(mark(1, "up", 10, -1), SESS_OK);
	cr_assert_eq(find_mark(1, NOW, "up"), SESS_OK);
	cr_assert(marked.got == 10 && marked.total == -1);
	cr_assert_eq(mark(1, "up", 20, 1 << 30), SESS_OK);
	cr_assert_eq(find_mark(1, NOW, "up"), SESS_OK);
	cr_assert(marked.got == 20 && marked.total == 1 << 30);
	cr_assert_eq(find_mark(1, NOW, "other"), SESS_NONE);
}

BOTH(a_mark_is_its_session_s_own)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(create(2), SESS_OK);
	cr_assert_eq(mark(1, "up", 10, 20), SESS_OK);
	cr_assert_eq(find_mark(2, NOW, "up"), SESS_NONE);
	cr_assert_eq(mark(2, "up", 1, 2), SESS_OK);
	cr_assert_eq(find_mark(1, NOW, "up"), SESS_OK);
	cr_assert_eq(marked.got, 10);
}

/* An upload may be longer than an id lives. */
BOTH(a_mark_is_found_by_the_next_id_and_not_after_a_login)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(CHANGE(.turn = SESS_TURN_ROTATE, .key = key(1),
	    .next = key(2)), SESS_OK);
	cr_assert_eq(mark(1, "up", 10, 20), SESS_OK);
	cr_assert_eq(find_mark(2, NOW, "up"), SESS_OK);
	cr_assert_eq(CHANGE(.turn = SESS_TURN_RENEW, .key = key(2),
	    .next = key(3), .secret = secret(1), .user = "alice",
	    .idle = 100, .ends = NOW + 1000), SESS_OK);
	cr_assert_eq(mark(2, "up", 11, 20), SESS_EGONE);
	cr_assert_eq(find_mark(2, NOW, "up"), SESS_NONE);
	cr_assert_eq(find_mark(3, NOW, "up"), SESS_OK);
	cr_assert_eq(marked.got, 10);
}

BOTH(a_mark_makes_no_session_and_asks_for_a_live_one)
{
	*steps = '\0';
	cr_assert_eq(mark(1, "up", 10, 20), SESS_EGONE);
	cr_assert_null(strstr(steps, "BEGIN"), "nobody waits: %s", steps);
	cr_assert_eq(number("SELECT count(*) FROM session"), 0);
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(mark_at(1, NOW + 99, "up", 1, 2), SESS_OK);
	cr_assert_eq(find_mark(1, NOW + 99, "up"), SESS_OK);
	cr_assert_eq(mark_at(1, NOW + 100, "up", 10, 20), SESS_EGONE);
	cr_assert_eq(find_mark(1, NOW + 100, "up"), SESS_NONE);
	cr_assert_eq(find_mark(1, NOW, "up"), SESS_OK);
	cr_assert_eq(marked.got, 1);
	cr_assert_eq(number("SELECT count(*) FROM progress"), 1);
	cr_assert_str_empty(faults);
}

BOTH(a_mark_leaves_all_else_of_the_session_as_it_was)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(set(1, "up", "a field"), SESS_OK);
	cr_assert_eq(mark_at(1, NOW + 50, "up", 1, 2), SESS_OK);
	cr_assert_eq(find(1, NOW + 50), SESS_FOUND_LIVE);
	cr_assert_eq(rec.seen, NOW);
	cr_assert_eq(rec.nfields, 1);
	cr_assert_str_eq(rec.fields[0].value.data, "a field");
}

BOTH(the_newest_marks_are_kept)
{
	char name[16];
	int i;

	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(create(2), SESS_OK);
	cr_assert_eq(mark(2, "other", 1, 1), SESS_OK);
	for (i = 0; i < SESS_MARKS; i++) {
		snprintf(name, sizeof name, "z%d", i);
		cr_assert_eq(mark_at(1, NOW + i, name, i, 9), SESS_OK);
	}
	cr_assert_eq(find_mark(1, NOW, "z0"), SESS_OK);
	cr_assert_eq(mark_at(1, NOW + 20, "z0", 1, 9), SESS_OK);
	cr_assert_eq(mark_at(1, NOW + 5, "a", 1, 9), SESS_OK);
	cr_assert_eq(find_mark(1, NOW, "a"), SESS_OK);
	cr_assert_eq(find_mark(1, NOW, "z0"), SESS_OK);
	cr_assert_eq(find_mark(1, NOW, "z1"), SESS_NONE);
	cr_assert_eq(number("SELECT count(*) FROM progress"), SESS_MARKS + 1);
}

BOTH(a_mark_goes_with_its_session)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(mark(1, "up", 1, 2), SESS_OK);
	cr_assert_eq(CHANGE(.turn = SESS_TURN_END, .key = key(1)), SESS_OK);
	cr_assert_eq(number("SELECT count(*) FROM progress"), 0);
}

/* ---- create, find, end ------------------------------------------------- */

BOTH(what_was_created_is_found)
{
	struct sess_edit edits[] = {
		text_edit(SESS_EDIT_SET, "text", "apple"),
		{ .kind = SESS_EDIT_ADD, .name = "int",
		    .value = { .type = SESS_INT, .num = INT64_MIN } },
		{ .kind = SESS_EDIT_SET, .name = "bytes",
		    .value = { .type = SESS_BYTES, .data = "\0\xff", .len = 2 } },
		text_edit(SESS_EDIT_SET, "empty", ""),
	};

	cr_assert_eq(find(1, NOW), SESS_FOUND_NONE);
	cr_assert_eq(CHANGE(.turn = SESS_TURN_CREATE, .next = key(1),
	    .user = "alice", .secret = secret(9), .idle = 100,
	    .ends = NOW + 1000, .edits = edits, .nedits = 4), SESS_OK);
	cr_assert(out.turned);
	cr_assert_eq(find(1, NOW + 1), SESS_FOUND_LIVE);
	cr_assert_str_eq(rec.user, "alice");
	cr_assert_eq(rec.created, NOW);
	cr_assert_eq(rec.seen, NOW);
	cr_assert_eq(rec.auth, NOW);
	cr_assert_eq(rec.idle, 100);
	cr_assert_eq(rec.ends, NOW + 1000);
	cr_assert_eq(memcmp(rec.secret, secret(9), SESS_SECRET_LEN), 0);
	cr_assert(rec.serial == 1 && rec.newest == 1 && rec.confirmed == 1);
	cr_assert_eq(rec.turned, NOW);
	cr_assert_eq(rec.nfields, 4);
	/* by name */
	cr_assert_str_eq(rec.fields[0].name, "bytes");
	cr_assert_eq(rec.fields[0].value.type, SESS_BYTES);
	cr_assert_eq(rec.fields[0].value.len, 2);
	cr_assert_eq(memcmp(rec.fields[0].value.data, "\0\xff", 3), 0);
	cr_assert_str_eq(rec.fields[1].name, "empty");
	cr_assert_eq(rec.fields[1].value.type, SESS_TEXT);
	cr_assert_str_eq(rec.fields[1].value.data, "");
	cr_assert_eq(rec.fields[2].value.num, INT64_MIN);
	cr_assert_str_eq(rec.fields[3].value.data, "apple");
	cr_assert_eq(rec.fields[3].value.len, 5);
	cr_assert_eq(find(2, NOW), SESS_FOUND_NONE);
}

BOTH(a_session_without_fields_or_user)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
	cr_assert_null(rec.user);
	cr_assert_eq(rec.auth, 0);
	cr_assert_eq(rec.nfields, 0);
	cr_assert_eq(number("SELECT anonymous FROM tally"), 1);
}

BOTH(many_fields_come_back_in_order)
{
	struct sess_edit edits[100];
	char names[100][8];
	int i;

	for (i = 0; i < 100; i++) {
		snprintf(names[i], sizeof names[i], "f%02d", 99 - i);
		edits[i] = text_edit(SESS_EDIT_SET, names[i], names[i]);
	}
	cr_assert_eq(CHANGE(.turn = SESS_TURN_CREATE, .next = key(1),
	    .secret = secret(1), .idle = 9, .ends = NOW + 9, .edits = edits,
	    .nedits = 100), SESS_OK);
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
	cr_assert_eq(rec.nfields, 100);
	for (i = 0; i < 100; i++) {
		cr_assert_str_eq(rec.fields[i].name, names[99 - i]);
		cr_assert_str_eq(rec.fields[i].value.data, names[99 - i]);
	}
}

/* The old one goes as the new one comes, in one step. */
BOTH(a_session_may_begin_in_place_of_another)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(set(1, "k", "old"), SESS_OK);
	cr_assert_eq(CHANGE(.turn = SESS_TURN_CREATE, .key = key(1),
	    .next = key(2), .secret = secret(1), .idle = 9, .ends = NOW + 9),
	    SESS_OK);
	cr_assert_eq(find(1, NOW), SESS_FOUND_NONE);
	cr_assert_eq(find(2, NOW), SESS_FOUND_LIVE);
	cr_assert_eq(rec.nfields, 0);
	cr_assert_eq(number("SELECT count(*) FROM session"), 1);
	/* it does not matter if it is gone already */
	cr_assert_eq(CHANGE(.turn = SESS_TURN_CREATE, .key = key(1),
	    .next = key(3), .secret = secret(1), .idle = 9, .ends = NOW + 9),
	    SESS_OK);
	cr_assert_eq(number("SELECT count(*) FROM session"), 2);
	cr_assert_eq(number("SELECT anonymous FROM tally"), 2);
}

BOTH(end_takes_all_and_leaves_others)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(create(2), SESS_OK);
	cr_assert_eq(set(1, "k", "v"), SESS_OK);
	cr_assert_eq(set(2, "k", "v"), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .once = secret(3)), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .turn = SESS_TURN_END), SESS_OK);
	cr_assert_eq(find(1, NOW), SESS_FOUND_NONE);
	cr_assert_eq(CHANGE(.key = key(1), .turn = SESS_TURN_END), SESS_EGONE);
	cr_assert_eq(set(1, "k", "v"), SESS_EGONE);
	cr_assert_eq(find(2, NOW), SESS_FOUND_LIVE);
	cr_assert_eq(rec.nfields, 1);
	cr_assert_eq(number("SELECT (SELECT count(*) FROM session) * 1000 + "
	    "(SELECT count(*) FROM token) * 100 + (SELECT count(*) FROM field)"
	    " * 10 + (SELECT count(*) FROM once)"), 1110);
	cr_assert_eq(number("SELECT anonymous FROM tally"), 1);
}

/* What a logout brings where no session is left. */
BOTH(r76_a_family_is_forgotten_without_a_session_and_nothing_else_is)
{
	const struct sess_family begins = { .key = key(21),
		.token = key(22), .until = NOW + 100 };
	struct sess_forget f = { .family = key(20), .token = key(22),
		.note = { .at = NOW, .kind = "stolen" } };

	cr_assert_eq(CHANGE(.turn = SESS_TURN_CREATE, .next = key(1),
	    .secret = secret(1), .idle = 9, .ends = NOW + 9, .handle = 1,
	    .user = "alice", .family = &begins), SESS_OK);
	cr_assert_eq(CHANGE(.forget = NULL), SESS_EGONE);
	cr_assert_eq(CHANGE(.forget = &f, .touch = true), SESS_OK,
	    "no such family");
	cr_assert_eq(number("SELECT count(*) FROM family"), 1);
	f.family = key(21);
	cr_assert_eq(CHANGE(.forget = &f), SESS_OK);
	cr_assert_eq(number("SELECT count(*) FROM family"), 0);
	cr_assert_eq(number("SELECT count(*) FROM session"), 0);
	cr_assert_eq(number("SELECT count(*) FROM event WHERE told = 0"), 0);
}

BOTH(nothing_applies_to_a_session_that_is_not_there)
{
	static const enum sess_turn turns[] = { SESS_TURN_NONE,
		SESS_TURN_ROTATE, SESS_TURN_RENEW, SESS_TURN_END };
	struct sess_edit e = text_edit(SESS_EDIT_SET, "k", "v");
	size_t i;

	for (i = 0; i < 4; i++)
		cr_assert_eq(CHANGE(.key = key(1), .turn = turns[i],
		    .next = key(2), .secret = secret(1), .user = "alice",
		    .idle = 9, .ends = NOW + 9, .touch = true,
		    .confirm = true, .edits = &e, .nedits = 1), SESS_EGONE);
	cr_assert_eq(number("SELECT count(*) FROM session"), 0);
	cr_assert_eq(number("SELECT count(*) FROM token"), 0);
	cr_assert_eq(number("SELECT count(*) FROM field"), 0);
	cr_assert_str_empty(faults, "nobody's fault: %s", faults);
}

/* ---- limits, touch, confirm -------------------------------------------- */

BOTH(limits_are_kept_to_the_second)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(find(1, NOW + 99), SESS_FOUND_LIVE);
	cr_assert_eq(find(1, NOW + 100), SESS_FOUND_EXPIRED);
	cr_assert_eq(CHANGE(.key = key(1), .touch = true, .now = NOW + 100),
	    SESS_EGONE);
	cr_assert_eq(CHANGE(.key = key(1), .touch = true, .now = NOW + 99),
	    SESS_OK);
	cr_assert_eq(find(1, NOW + 198), SESS_FOUND_LIVE);
	cr_assert_eq(rec.seen, NOW + 99);
	cr_assert_eq(find(1, NOW + 199), SESS_FOUND_EXPIRED);
	cr_assert_eq(CHANGE(.key = key(1), .touch = true, .now = NOW + 50),
	    SESS_OK);
	cr_assert_eq(find(1, NOW + 198), SESS_FOUND_LIVE, "never back");
	cr_assert_eq(CHANGE(.key = key(1), .idle = 5000), SESS_OK);
	cr_assert_eq(find(1, NOW + 999), SESS_FOUND_LIVE);
	cr_assert_eq(find(1, NOW + 1000), SESS_FOUND_EXPIRED);
	cr_assert_eq(CHANGE(.key = key(1), .ends = NOW + 2000), SESS_OK);
	cr_assert_eq(find(1, NOW + 1999), SESS_FOUND_LIVE);
	cr_assert_eq(rec.idle, 5000);
	cr_assert_eq(find(1, NOW + 2000), SESS_FOUND_EXPIRED);
}

static enum sess_err
rotate(int from, int to, int64_t now)
{
	return CHANGE(.key = key(from), .turn = SESS_TURN_ROTATE,
	    .next = key(to), .secret = secret(1), .now = now);
}

BOTH(rotate_adds_an_id_and_keeps_the_old_one)
{
	cr_assert_eq(CHANGE(.turn = SESS_TURN_CREATE, .next = key(1),
	    .secret = secret(7), .idle = 1000, .ends = NOW + 1000), SESS_OK);
	cr_assert_eq(rotate(1, 2, NOW + 10), SESS_OK);
	cr_assert(out.turned);
	cr_assert_eq(rotate(1, 3, NOW + 19), SESS_OK);
	cr_assert_not(out.turned, "it has one");
	cr_assert_eq(find(3, NOW + 19), SESS_FOUND_NONE);
	cr_assert_eq(rotate(1, 3, NOW + 20), SESS_OK);
	cr_assert(out.turned, "10 s later it may need another");
	cr_assert_eq(find(1, NOW + 20), SESS_FOUND_LIVE);
	cr_assert(rec.serial == 1 && rec.newest == 3 && rec.confirmed == 1);
	cr_assert_eq(find(2, NOW + 20), SESS_FOUND_LIVE);
	cr_assert_eq(rec.serial, 2);
	cr_assert_eq(find(3, NOW + 20), SESS_FOUND_LIVE);
	cr_assert_eq(rec.serial, 3);
	cr_assert_eq(memcmp(rec.secret, secret(7), SESS_SECRET_LEN), 0,
	    "forms work on");
	cr_assert_eq(find(1, NOW + 309), SESS_FOUND_LIVE);
	cr_assert_eq(find(1, NOW + 310), SESS_FOUND_REPLAY);
	cr_assert_eq(CHANGE(.key = key(1), .touch = true, .now = NOW + 310),
	    SESS_EGONE);
}

BOTH(confirm_retires_those_before)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(rotate(1, 2, NOW), SESS_OK);
	cr_assert_eq(rotate(2, 3, NOW + 20), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(2), .confirm = true, .now = NOW + 30),
	    SESS_OK);
	cr_assert_eq(find(1, NOW + 39), SESS_FOUND_LIVE);
	cr_assert_eq(rec.confirmed, 2);
	cr_assert_eq(find(1, NOW + 40), SESS_FOUND_REPLAY);
	cr_assert_eq(find(2, NOW + 40), SESS_FOUND_LIVE);
	cr_assert_eq(find(3, NOW + 40), SESS_FOUND_LIVE);
	/* an older one that comes later takes nothing back */
	cr_assert_eq(CHANGE(.key = key(3), .confirm = true, .now = NOW + 50),
	    SESS_OK);
	cr_assert_eq(CHANGE(.key = key(2), .confirm = true, .now = NOW + 51),
	    SESS_OK);
	cr_assert_eq(find(3, NOW + 51), SESS_FOUND_LIVE);
	cr_assert_eq(rec.confirmed, 3);
	cr_assert_eq(find(2, NOW + 60), SESS_FOUND_REPLAY);
	cr_assert_eq(find(3, NOW + 60), SESS_FOUND_LIVE);
}

BOTH(renew_voids_at_once_and_says_late_for_ten_seconds)
{
	cr_assert_eq(CHANGE(.turn = SESS_TURN_CREATE, .next = key(1),
	    .secret = secret(7), .idle = 1000, .ends = NOW + 1000), SESS_OK);
	cr_assert_eq(set(1, "k", "v"), SESS_OK);
	cr_assert_eq(rotate(1, 2, NOW), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(2), .turn = SESS_TURN_RENEW,
	    .next = key(3), .secret = secret(8), .user = "alice", .idle = 50,
	    .ends = NOW + 500, .now = NOW + 20), SESS_OK);
	cr_assert_eq(find(1, NOW + 20), SESS_FOUND_LATE);
	cr_assert_eq(find(2, NOW + 20), SESS_FOUND_LATE);
	cr_assert_null(rec.user);
	cr_assert_eq(rec.nfields, 0);
	cr_assert_eq(find(1, NOW + 29), SESS_FOUND_LATE);
	cr_assert_eq(find(1, NOW + 30), SESS_FOUND_NONE);
	cr_assert_eq(CHANGE(.key = key(1), .touch = true, .now = NOW + 20),
	    SESS_EGONE);
	cr_assert_eq(CHANGE(.key = key(2), .touch = true, .now = NOW + 20),
	    SESS_EGONE);
	cr_assert_eq(find(3, NOW + 20), SESS_FOUND_LIVE);
	cr_assert_str_eq(rec.user, "alice");
	cr_assert_str_eq(rec.fields[0].value.data, "v");
	cr_assert(rec.auth == NOW + 20 && rec.seen == NOW + 20);
	cr_assert(rec.idle == 50 && rec.ends == NOW + 500);
	cr_assert_eq(rec.confirmed, rec.newest);
	cr_assert_eq(memcmp(rec.secret, secret(8), SESS_SECRET_LEN), 0);
	cr_assert_eq(number("SELECT anonymous FROM tally"), 0);
}

/* A request from before the login, or with a clock set back, is late too. */
BOTH(r06_what_a_login_voided_is_void_at_any_time)
{
	int64_t then;

	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .turn = SESS_TURN_RENEW,
	    .next = key(2), .secret = secret(8), .user = "alice", .idle = 100,
	    .ends = NOW + 500, .now = NOW + 20), SESS_OK);
	for (then = NOW; then < NOW + 20; then++) {
		cr_assert_eq(find(1, then), SESS_FOUND_LATE, "%" PRId64
		    " s before", NOW + 20 - then);
		cr_assert_eq(CHANGE(.key = key(1), .touch = true,
		    .now = then), SESS_EGONE);
	}
}

/* An id that had been replaced before the login is a replay, not late. */
BOTH(an_id_that_was_over_before_the_login_is_a_replay)
{
	cr_assert_eq(CHANGE(.turn = SESS_TURN_CREATE, .next = key(1),
	    .secret = secret(7), .idle = 1000, .ends = NOW + 1000), SESS_OK);
	cr_assert_eq(rotate(1, 2, NOW), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(2), .confirm = true), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(2), .turn = SESS_TURN_RENEW,
	    .next = key(3), .secret = secret(8), .now = NOW + 20), SESS_OK);
	cr_assert_eq(find(1, NOW + 20), SESS_FOUND_REPLAY);
	cr_assert_eq(find(2, NOW + 20), SESS_FOUND_LATE);
}

/* ---- edits ------------------------------------------------------------- */

BOTH(one_bad_edit_and_nothing_is_applied)
{
	struct sess_edit edits[] = {
		text_edit(SESS_EDIT_SET, "a", "new"),
		{ .kind = SESS_EDIT_ADD, .name = "t",
		    .value = { .type = SESS_INT, .num = 1 } },
	};

	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(set(1, "t", "text"), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .touch = true, .now = NOW + 9,
	    .edits = edits, .nedits = 2), SESS_ETYPE);
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
	cr_assert_eq(rec.nfields, 1);
	cr_assert_eq(rec.seen, NOW);
	/* the same with an overflow, an append to an integer, the quota */
	edits[1].name = "n";
	edits[1].value.num = INT64_MAX;
	cr_assert_eq(CHANGE(.key = key(1), .edits = edits + 1, .nedits = 1),
	    SESS_OK);
	cr_assert_neq(CHANGE(.key = key(1), .edits = edits, .nedits = 2),
	    SESS_OK);
	edits[1] = text_edit(SESS_EDIT_APPEND, "n", "x");
	cr_assert_eq(CHANGE(.key = key(1), .edits = edits, .nedits = 2),
	    SESS_ETYPE);
	cr_assert_eq(CHANGE(.key = key(1), .edits = edits, .nedits = 1,
	    .max_fields = 2), SESS_ELIMIT);
	cr_assert_eq(CHANGE(.key = key(1), .edits = edits, .nedits = 1,
	    .max_bytes = 1 + 4 + 1 + 8 + 1 + 3 - 1), SESS_ELIMIT);
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
	cr_assert_eq(rec.nfields, 2);
	cr_assert_eq(CHANGE(.key = key(1), .edits = edits, .nedits = 1,
	    .max_fields = 3, .max_bytes = 1 + 4 + 1 + 8 + 1 + 3), SESS_OK);
	cr_assert_str_empty(faults);
}

BOTH(take_hands_out_once_and_cas_compares)
{
	struct sess_edit take = { .kind = SESS_EDIT_TAKE, .name = "k" };
	struct sess_edit cas = text_edit(SESS_EDIT_CAS, "c", "one");

	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(set(1, "k", "v"), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .edits = &take, .nedits = 1),
	    SESS_OK);
	cr_assert_eq(out.taken.type, SESS_TEXT);
	cr_assert_str_eq(out.taken.data, "v");
	cr_assert_eq(CHANGE(.key = key(1), .edits = &take, .nedits = 1),
	    SESS_OK);
	cr_assert_eq(out.taken.type, 0);

	cr_assert_eq(CHANGE(.key = key(1), .edits = &cas, .nedits = 1),
	    SESS_OK);
	cr_assert(out.swapped);
	cr_assert_eq(CHANGE(.key = key(1), .edits = &cas, .nedits = 1),
	    SESS_OK);
	cr_assert_not(out.swapped);
	cas = text_edit(SESS_EDIT_CAS, "c", "two");
	cas.from = "none";
	cr_assert_eq(CHANGE(.key = key(1), .edits = &cas, .nedits = 1),
	    SESS_OK);
	cr_assert_not(out.swapped);
	cas.from = "one";
	cr_assert_eq(CHANGE(.key = key(1), .edits = &cas, .nedits = 1),
	    SESS_OK);
	cr_assert(out.swapped);
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
	cr_assert_str_eq(rec.fields[0].value.data, "two");
}

BOTH(once_drops_the_edits_of_a_repetition)
{
	struct sess_edit add = { .kind = SESS_EDIT_ADD, .name = "n",
		.value = { .type = SESS_INT, .num = 1 } };
	int i;

	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(create(2), SESS_OK);
	for (i = 0; i < 5; i++) {
		cr_assert_eq(CHANGE(.key = key(1), .once = secret(3),
		    .edits = &add, .nedits = 1), SESS_OK);
		cr_assert_eq(out.repeated, i > 0);
	}
	cr_assert_eq(CHANGE(.key = key(2), .once = secret(3), .edits = &add,
	    .nedits = 1), SESS_OK);
	cr_assert_not(out.repeated, "another session's");
	cr_assert_eq(number("SELECT sum(value) FROM field"), 2);
	for (i = 10; i < 250; i++)
		cr_assert_eq(CHANGE(.key = key(1), .once = secret(i),
		    .now = NOW + i / 10), SESS_OK);
	cr_assert_leq(number("SELECT count(*) FROM once"), 102,
	    "they do not pile up");
}

/* ---- durability -------------------------------------------------------- */

/* What synchronous was when the last transaction was committed. */
static const char *
synchronous(void)
{
	static const char *now = "FULL";        /* SQLite's own default */
	const char *line;

	for (line = steps; (line = strstr(line, "synchronous = ")) != NULL;
	    line++)
		now = strncmp(line + 14, "FULL", 4) == 0 ? "FULL" : "NORMAL";
	*steps = '\0';
	return now;
}

Test(store, r54_durable_changes_are_synced_and_others_are_not)
{
	int i;

	cr_assert_eq(sqlite3_compileoption_used("DEFAULT_WAL_SYNCHRONOUS=1"),
	    0, "the store counts on FULL");
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_str_eq(synchronous(), "NORMAL");
	for (i = 0; i < 3; i++) {
		cr_assert_eq(CHANGE(.key = key(1), .touch = true,
		    .durable = true), SESS_OK);
		cr_assert_str_eq(synchronous(), "FULL");
		cr_assert_eq(CHANGE(.key = key(1), .touch = true), SESS_OK);
		cr_assert_str_eq(synchronous(), "NORMAL");
	}
	close_it();
	cr_assert_eq(open_store(), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .touch = true, .durable = true),
	    SESS_OK);
	cr_assert_null(strstr(steps, "NORMAL"));
}

/* What a person would miss after a power cut, and nothing else. */
Test(store, r54_which_changes_are_durable)
{
	static const struct {
		const char *query;
		bool durable;
	} rows[] = {
		{ "op=set+k+v", false }, { "op=login+alice", true },
		{ "op=set+k+w", false }, { "op=rotate", true },
		{ "op=add+n+1", false }, { "op=renew", true },
		{ "op=take+k", false }, { "op=logout", true },
		{ "op=login+bob", true },
	};
	struct site *site = site_new(&ops, NULL);
	struct visitor v = { .site = site };
	const char *line, *last = "NORMAL";
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		*site->trace = '\0';
		cr_assert_eq(get(&v, rows[i].query)->status, 200);
		for (line = site->trace; (line = strstr(line,
		    "synchronous = ")) != NULL; line++)
			last = line[14] == 'F' ? "FULL" : "NORMAL";
		cr_assert_str_eq(last, rows[i].durable ? "FULL" : "NORMAL",
		    "%s", rows[i].query);
	}
	site_free(site);
}

/* ---- sweep ------------------------------------------------------------- */

BOTH(sweep_drops_what_is_over_in_steps)
{
	int i, dropped = -1, sum = 0;

	for (i = 0; i < 100; i++)
		cr_assert_eq(create(i), SESS_OK);
	cr_assert_eq(sqlite_store.sweep(store, NOW + 99, 1000, &dropped),
	    SESS_OK);
	cr_assert_eq(dropped, 0);
	for (i = 0; i < 5; i++) {
		cr_assert_eq(sqlite_store.sweep(store, NOW + 100, 30,
		    &dropped), SESS_OK);
		cr_assert_leq(dropped, 30);
		sum += dropped;
	}
	cr_assert_eq(sum, 100);
	cr_assert_eq(number("SELECT count(*) FROM session"), 0);
	cr_assert_eq(number("SELECT count(*) FROM token"), 0);
	cr_assert_eq(number("SELECT anonymous FROM tally"), 0);
	cr_assert_eq(sqlite_store.sweep(store, NOW + 100, 30, &dropped),
	    SESS_OK);
	cr_assert_eq(dropped, 0);
}

static enum sess_err
from_nowhere(void *arg, const char *purpose, void *bytes, size_t n)
{
	(void)arg;
	(void)purpose;
	memset(bytes, 0, n);
	return SESS_ERANDOM;
}

BOTH(without_random_bytes_there_is_no_sweep_and_no_secret)
{
	const struct sess_store_env none = { .wait = 1, .fault = on_fault,
		.random = from_nowhere };
	uint8_t of_all[SESS_KEY_LEN];
	int dropped = -1;

	close_it();
	cr_assert_eq(sqlite_store.open(&store, path, &none), SESS_OK);
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(sqlite_store.sweep(store, NOW + 100, 9, &dropped),
	    SESS_ERANDOM);
	cr_assert_eq(number("SELECT count(*) FROM session"), 1);
	cr_assert_eq(sqlite_store.secret(store, of_all), SESS_ERANDOM);
	cr_assert_eq(number("SELECT secret IS NULL FROM tally"), 1);
	cr_assert_eq(create(2), SESS_OK, "nobody waits for its gate");
}

/* ---- opening ----------------------------------------------------------- */

static void
open_anew(struct site *none, int who, const struct order *order,
    struct report *report)
{
	struct sess_store *mine = NULL;
	struct sess_change c = { .turn = SESS_TURN_CREATE, .now = NOW,
		.secret = secret(1), .idle = 9, .ends = NOW + 9,
		.max_fields = 9, .max_bytes = 99, .max_value = 99,
		.max_anonymous = 99 };

	(void)none;
	(void)order;
	c.next = key(who);
	if (sqlite_store.open(&mine, path, &env) == SESS_OK &&
	    sqlite_store.commit(mine, &c, &memory, &out) == SESS_OK)
		report->value = 1;
	snprintf(report->text, sizeof report->text, "%.200s", faults);
	sqlite_store.close(mine);
}

Test(store, r57_two_that_find_an_empty_file_both_get_a_store)
{
	struct crew crew;
	int round, i;

	close_it();
	crew_start(&crew, 4, NULL, NULL, NULL, open_anew);
	for (round = 0; round < 50; round++) {
		clean();
		crew_round(&crew, round, 0, NULL);
		for (i = 0; i < 4; i++)
			cr_assert_eq(crew.report[i].value, 1, "round %d: %s",
			    round, crew.report[i].text);
		cr_assert_eq(number("PRAGMA user_version"), SCHEMA);
		cr_assert_eq(number("SELECT count(*) FROM session"), 4);
		cr_assert_eq(number("SELECT count(*) FROM tally"), 1);
	}
	cr_assert(crew_end(&crew));
	cr_assert_eq(number("SELECT count(*) FROM pragma_journal_mode "
	    "WHERE journal_mode = 'wal'"), 1);
	cr_assert_eq(open_store(), SESS_OK);
}

static void
expect_unusable(const char *say)
{
	*faults = '\0';
	store = NULL;
	cr_assert_eq(open_store(), SESS_ECONF);
	cr_assert_null(store);
	cr_assert_not_null(strstr(faults, say), "%s", faults);
	cr_assert_null(strchr(strchr(faults, '\n') + 1, '\n'),
	    "told once: %s", faults);
}

Test(store, r57_a_newer_schema_is_refused)
{
	cr_assert_eq(create(1), SESS_OK);
	close_it();
	run_sql("PRAGMA user_version = 6");
	expect_unusable("newer");
	run_sql("PRAGMA user_version = 5");
	cr_assert_eq(open_store(), SESS_OK);
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
}

static void
write_file(const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	cr_assert_eq(write(fd, bytes, n), (ssize_t)n);
	close(fd);
}

Test(store, r57_what_is_no_database_is_refused)
{
	char rubbish[8192];

	close_it();
	clean();
	memset(rubbish, 'x', sizeof rubbish);
	write_file(rubbish, sizeof rubbish);
	expect_unusable("not a database");
	write_file(rubbish, 2);         /* SQLite takes one byte for none */
	expect_unusable("not a database");
	memcpy(rubbish, "SQLite format 3", 16);
	write_file(rubbish, sizeof rubbish);
	expect_unusable("SQLite ");
	clean();
	cr_assert_eq(open_store(), SESS_OK);
}

/* Somebody else's database has no session table, and a version of its own. */
Test(store, r57_a_database_of_somebody_else_is_refused)
{
	char version[40];
	enum sess_err err;
	int i;

	close_it();
	clean();
	write_file("", 0);
	run_sql("CREATE TABLE session (mine TEXT)");
	for (i = 0; i < SCHEMA; i++) {
		snprintf(version, sizeof version, "PRAGMA user_version = %d",
		    i);
		run_sql(version);
		*faults = '\0';
		cr_assert_eq(open_store(), SESS_ECONF, "%d", i);
		cr_assert_str_not_empty(faults);
		cr_assert_eq(number("SELECT count(*) FROM sqlite_schema"), 1);
		cr_assert_eq(number("PRAGMA user_version"), i);
	}
	run_sql("PRAGMA user_version = 5");
	*faults = '\0';
	err = open_store();
	if (err == SESS_OK) {
		cr_assert_eq(create(1), SESS_ECONF);
		cr_assert_str_not_empty(faults);
	}
}

Test(store, r98_a_newer_schema_is_told_with_both_numbers)
{
	char said[256];

	close_it();
	run_sql("PRAGMA user_version = 99");
	snprintf(said, sizeof said, "%s has schema 99, and this program knows "
	    "those up to %d: ", path, SCHEMA);
	expect_unusable(said);
	expect_unusable("install that libsess and restart the program");
}

/* An upgrade takes tables away from a program that stays. */
Test(store, r98_a_schema_that_became_newer_is_told_as_that)
{
	cr_assert_eq(create(1), SESS_OK);
	run_sql("DROP TABLE field; PRAGMA user_version = 99");
	*faults = '\0';
	cr_assert_eq(set(1, "k", "v"), SESS_ECONF);
	cr_assert_not_null(strstr(faults, "has schema 99"), "%s", faults);
}

/* Its tables have other names, so that ours would fit in. */
Test(store, r98_a_database_of_another_program_gets_no_tables_of_ours)
{
	close_it();
	clean();
	write_file("", 0);
	run_sql("CREATE TABLE mine (a TEXT)");
	expect_unusable("is the database of another program: it has "
	    "tables, and none of libsess: leave it, and set store = sqlite:"
	    "/PATH/sess.db (variable LIBSESS_STORE), a new file");
	cr_assert_eq(number("SELECT count(*) FROM sqlite_schema"), 1);
}

Test(store, r98_a_missing_table_is_named)
{
	cr_assert_eq(create(1), SESS_OK);
	run_sql("DROP TABLE field");
	*faults = '\0';
	cr_assert_eq(set(1, "k", "v"), SESS_ECONF);
	cr_assert_not_null(strstr(faults, "it has the schema number of libsess "
	    "and not all of its tables (SQLite 1: no such table: field)"), "%s", faults);
}

/* What hangs on a session that is not there. */
static const char left[] = "SELECT count(*) FROM (SELECT session FROM token "
    "UNION ALL SELECT session FROM field UNION ALL SELECT session FROM once "
    "UNION ALL SELECT session FROM progress) "
    "WHERE session NOT IN (SELECT pk FROM session)";

/* ---- from earlier versions --------------------------------------------- */

/*
 * Sessions 1 to 50, every second one logged in; all that hangs on them; and
 * of a session 60 all but itself, as other programs leave it.
 */
static const char of_version_1[] =
    "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i "
    "WHERE n < 50) INSERT INTO session (pk, user, created, seen, auth, idle, "
    "ends, secret, newest, turned, confirmed) SELECT n, "
    "iif(n % 2, NULL, 'user' || (n % 4)), 1700000000, 1700000000, "
    "iif(n % 2, 0, 1700000000), 100, 1700001000, "
    "CAST(printf('%032d', n) AS BLOB), 2, 1700000000, 2 FROM i;"
    /* ids 1 to 50 are the newest, 101 to 150 those before them */
    "INSERT INTO token (key, session, serial, made, until, void) SELECT "
    "CAST(unhex8(pk) || zeroblob(28) AS BLOB), pk, 2, 1700000000, NULL, 0 "
    "FROM session;"
    "INSERT INTO token (key, session, serial, made, until, void) SELECT "
    "CAST(unhex8(pk + 100) || zeroblob(28) AS BLOB), pk, 1, 1700000000, "
    "1700000005, 0 FROM session;"
    "INSERT INTO field SELECT pk, 'a', 'apple' FROM session;"
    "INSERT INTO field SELECT pk, 'n', pk FROM session;"
    "INSERT INTO field SELECT pk, 'x', X'00FF' FROM session;"
    "INSERT INTO once SELECT pk, zeroblob(16), 1700000000 FROM session;"
    "INSERT INTO token (key, session, serial, made) VALUES "
    "(CAST(unhex8(60) || zeroblob(28) AS BLOB), 60, 1, 1700000000);"
    "INSERT INTO field VALUES (60, 'a', 'left');"
    "INSERT INTO field VALUES (9000000000000000000, 'a', 'left');"
    "INSERT INTO once VALUES (60, zeroblob(16), 1700000000);";

static const char of_version_2[] =
    "INSERT INTO progress SELECT pk, 'up', 3, 4, 1700000000 FROM session;"
    "INSERT INTO progress VALUES (61, 'up', 3, 4, 1700000000);";

/* An alert of each user, of which nobody has heard, and one told of. */
static const char of_version_3[] =
    "UPDATE session SET agent = 'Lynx', address = '192.0.2.1', news = 7 "
    "WHERE user = 'user2';"
    "INSERT INTO event (id, at, kind, user, session, why, told) VALUES "
    "(3, 1700000000, 'login', 'user2', 0, NULL, 1), "
    "(4, 1700000000, 'stolen', 'user2', 0, 'w', 2), "
    "(7, 1700000000, 'replay', 'user2', 0, 'w', 0), "
    "(8, 1700000000, 'throttle', NULL, 0, 'w', 1), "
    "(9, 1700000000, 'login', 'user2', 0, NULL, 1);";

/* A remembered browser, whose token has been used once: key 21, 23 after 22. */
static const char of_version_4[] =
    "INSERT INTO family (key, user, token, before, turned, until) VALUES "
    "(CAST(unhex8(21) || zeroblob(28) AS BLOB), 'user2', "
    "CAST(unhex8(23) || zeroblob(28) AS BLOB), "
    "CAST(unhex8(22) || zeroblob(28) AS BLOB), 1700000000, 1700001000);";

/* A number as key() writes it. */
static void
unhex8(sqlite3_context *to, int argc, sqlite3_value **argv)
{
	int n = sqlite3_value_int(*argv);

	(void)argc;
	sqlite3_result_blob(to, &n, sizeof n, SQLITE_TRANSIENT);
}

static void
exec(sqlite3 *db, const char *sql)
{
	cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s",
	    sqlite3_errmsg(db));
}

static void
make_version(int version)
{
	static const char *const rows[] = { of_version_1, of_version_2,
		of_version_3, of_version_4 };
	sqlite3 *db;
	int i;

	clean();
	write_file("", 0);
	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	exec(db, "PRAGMA journal_mode = WAL");
	cr_assert_eq(sqlite3_create_function(db, "unhex8", 1, SQLITE_UTF8,
	    NULL, unhex8, NULL, NULL), SQLITE_OK);
	for (i = 0; i < version; i++) {
		exec(db, sql_upgrades[i]);
		exec(db, rows[i]);
	}
	sqlite3_close(db);
}

/* One of the sessions, whatever version it is of. */
static void
expect_kept(int i, int version)
{
	char user[16];

	cr_assert_eq(find(i + 100, NOW + 6), SESS_FOUND_REPLAY);
	cr_assert_eq(find(i, NOW), SESS_FOUND_LIVE);
	snprintf(user, sizeof user, "user%d", i % 4);
	if (i % 2)
		cr_assert_null(rec.user);
	else
		cr_assert_str_eq(rec.user, user);
	cr_assert_eq(rec.auth, i % 2 ? 0 : NOW);
	cr_assert(rec.serial == 2 && rec.newest == 2 && rec.confirmed == 2);
	cr_assert(rec.idle == 100 && rec.ends == NOW + 1000);
	cr_assert_gt(rec.handle, 0);
	cr_assert(!rec.remembered && rec.alerts_seen == 0);
	if (version >= 3 && i % 4 == 2) {
		cr_assert_str_eq(rec.agent, "Lynx");
		cr_assert_str_eq(rec.address, "192.0.2.1");
		cr_assert_eq(rec.alert, 7);
	} else
		cr_assert(rec.agent == NULL && rec.address == NULL &&
		    rec.alert == 0);
	cr_assert_eq(rec.nfields, 3);
	cr_assert_str_eq(rec.fields[0].value.data, "apple");
	cr_assert_eq(rec.fields[1].value.num, i);
	cr_assert_eq(rec.fields[2].value.len, 2);
	if (version > 1) {
		cr_assert_eq(find_mark(i, NOW, "up"), SESS_OK);
		cr_assert(marked.got == 3 && marked.total == 4);
	}
}

static void
expect_all_kept(int version)
{
	struct sess_edit e = text_edit(SESS_EDIT_SET, "more", "pear");
	int i;

	cr_assert_eq(number("PRAGMA user_version"), SCHEMA);
	cr_assert_eq(number("SELECT count(*) FROM session"), 50);
	cr_assert_eq(number("SELECT anonymous FROM tally"), 25);
	cr_assert_eq(number("SELECT count(DISTINCT handle) FROM session "
	    "WHERE handle > 0"), 50);
	cr_assert_eq(number("SELECT count(*) FROM once"), 50);
	cr_assert_eq(number("SELECT count(*) FROM progress"),
	    version > 1 ? 50 : 0);
	cr_assert_eq(number("SELECT count(*) FROM event"),
	    version >= 3 ? 5 : 0);
	cr_assert_eq(number(left), 0);
	for (i = 1; i <= 50; i++) {
		expect_kept(i, version);
		cr_assert_eq(CHANGE(.key = key(i), .edits = &e, .nedits = 1),
		    SESS_OK);
	}
	cr_assert_str_empty(faults);
}

static void
expect_upgrade_from(int version)
{
	close_it();
	make_version(version);
	cr_assert_eq(open_store(), SESS_OK, "%s", faults);
	expect_all_kept(version);
}

Test(store, a_database_of_version_1_is_upgraded_and_keeps_all)
{
	expect_upgrade_from(1);
}

Test(store, a_database_of_version_2_is_upgraded_and_keeps_all)
{
	expect_upgrade_from(2);
}

Test(store, a_database_of_version_3_is_upgraded_and_keeps_all)
{
	int64_t n;

	expect_upgrade_from(3);
	/* those that were eaten at a login are told again */
	cr_assert_eq(sqlite_store.alerts(store, "user2", NOW, 0, &n), SESS_OK);
	cr_assert_eq(n, 2);
}

static enum sess_redeemed
redeem(int token, int next, const uint8_t *browser, int64_t now)
{
	static int n = 900;             /* a session each */
	struct sess_redeem r = { .family = key(21), .token = key(token),
		.next = key(next), .browser = browser,
		.begin = { .turn = SESS_TURN_CREATE, .next = key(++n),
			.secret = secret(1), .now = now, .idle = 500,
			.ends = now + 1000, .handle = n,
			.stale = true, .max_fields = 9, .max_bytes = 999,
			.max_value = 99 },
		.note = { .at = now, .kind = "login" } };
	struct sess_redemption o;

	cr_assert_eq(sqlite_store.redeem(store, &r, now, &memory, &o),
	    SESS_OK);
	return o.how;
}

/* What used its token is not known, and so has a minute like any other. */
Test(store, r96_a_database_of_version_4_is_upgraded_and_keeps_its_families)
{
	expect_upgrade_from(4);
	cr_assert_eq(number("SELECT count(*) FROM family "
	    "WHERE browser IS NULL"), 1);
	cr_assert_eq(redeem(22, 23, key(30), NOW + 59), SESS_REDEEMED_JOINED);
	cr_assert_eq(redeem(23, 24, key(30), NOW + 70), SESS_REDEEMED);
	cr_assert_eq(redeem(23, 24, key(30), NOW + 170), SESS_REDEEMED_JOINED);
	cr_assert_eq(redeem(23, 24, key(31), NOW + 170), SESS_REDEEMED_STOLEN);
}

/* alice is remembered by family 21, whose token is 22. */
static void
remember_alice(void)
{
	const struct sess_family f = { .key = key(21), .token = key(22),
		.until = NOW + 1000 };

	cr_assert_eq(CHANGE(.turn = SESS_TURN_CREATE, .next = key(1),
	    .secret = secret(1), .idle = 9, .ends = NOW + 9, .handle = 1,
	    .user = "alice", .family = &f), SESS_OK);
}

/* Its session of nobody's was there when it was looked for, and is not now. */
BOTH(r95_where_the_session_of_nobodys_is_gone_one_begins)
{
	struct sess_redeem r = { .family = key(21), .token = key(22),
		.next = key(23),
		.begin = { .turn = SESS_TURN_RENEW, .key = key(77),
			.next = key(2), .secret = secret(1), .now = NOW,
			.idle = 500, .ends = NOW + 1000, .handle = 5,
			.stale = true, .max_fields = 9, .max_bytes = 999,
			.max_value = 99 },
		.note = { .at = NOW, .kind = "login" } };
	struct sess_redemption o;

	remember_alice();
	cr_assert_eq(sqlite_store.redeem(store, &r, NOW, &memory, &o),
	    SESS_OK);
	cr_assert(o.how == SESS_REDEEMED && o.session == 5);
	cr_assert_eq(o.until, NOW + 1000);
	cr_assert_eq(find(2, NOW), SESS_FOUND_LIVE);
	cr_assert_str_eq(rec.user, "alice");
	cr_assert(rec.remembered && rec.auth == 0 && rec.handle == 5);
	cr_assert_eq(number("SELECT count(*) FROM session"), 1);
}

/* A request whose id a login has replaced must not turn that session's token. */
BOTH(r95_a_late_one_joins_or_changes_nothing)
{
	struct sess_redeem r = { .family = key(21), .token = key(22),
		.next = key(23), .join = true,
		.begin = { .turn = SESS_TURN_CREATE, .next = key(2),
			.secret = secret(1), .now = NOW, .idle = 500,
			.ends = NOW + 1000, .handle = 5, .max_fields = 9,
			.max_bytes = 999, .max_value = 99 },
		.note = { .at = NOW, .kind = "login" } };
	struct sess_redemption o;

	remember_alice();
	cr_assert_eq(sqlite_store.redeem(store, &r, NOW, &memory, &o),
	    SESS_OK);
	cr_assert_eq(o.how, SESS_REDEEMED_NOT);
	r.token = key(99);
	cr_assert_eq(sqlite_store.redeem(store, &r, NOW, &memory, &o),
	    SESS_OK);
	cr_assert_eq(o.how, SESS_REDEEMED_NOT);
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
	cr_assert_eq(number("SELECT count(*) FROM family"), 1);
	cr_assert_eq(redeem(22, 23, NULL, NOW), SESS_REDEEMED);
	r.token = key(22);
	r.next = key(23);
	cr_assert_eq(sqlite_store.redeem(store, &r, NOW, &memory, &o),
	    SESS_OK);
	cr_assert_eq(o.how, SESS_REDEEMED_JOINED);
	cr_assert_eq(find(2, NOW), SESS_FOUND_LIVE);
}

/* Of each version, by four at once. */
static void
open_old(struct site *none, int who, const struct order *order,
    struct report *report)
{
	struct sess_store *mine = NULL;

	(void)none;
	(void)who;
	(void)order;
	*faults = '\0';
	report->value = sqlite_store.open(&mine, path, &env);
	snprintf(report->text, sizeof report->text, "%.200s", faults);
	sqlite_store.close(mine);
}

Test(store, four_that_find_an_old_version_all_get_a_store)
{
	struct crew crew;
	int round, i;

	close_it();
	crew_start(&crew, 4, NULL, NULL, NULL, open_old);
	for (round = 0; round < 30; round++) {
		make_version(round % 4 + 1);
		crew_round(&crew, round, 0, NULL);
		for (i = 0; i < 4; i++)
			cr_assert_eq(crew.report[i].value, SESS_OK, "%d: %s",
			    round, crew.report[i].text);
		cr_assert_eq(number("PRAGMA user_version"), SCHEMA);
		cr_assert_eq(number("SELECT count(DISTINCT handle) "
		    "FROM session"), 50);
	}
	cr_assert(crew_end(&crew));
	cr_assert_eq(open_store(), SESS_OK);
	expect_all_kept(2);
}

/* What a version has, and the one before it has not. */
static void
expect_whole(int version)
{
	cr_assert_eq(number("SELECT count(*) FROM sqlite_schema WHERE "
	    "name IN ('account', 'family', 'bucket', 'event')"),
	    version >= 3 ? 4 : 0);
	cr_assert_eq(number("SELECT count(*) FROM pragma_table_info("
	    "'session') WHERE name = 'handle'"), version >= 3);
	cr_assert_eq(number("SELECT count(*) FROM sqlite_schema WHERE "
	    "name GLOB 'session_new' OR name GLOB '*_4'"), version >= 4);
	cr_assert_eq(number("SELECT count(*) FROM sqlite_schema WHERE "
	    "name GLOB 'tally_*'"), version >= 4 ? 0 : 3);
	cr_assert_eq(number("SELECT count(*) FROM pragma_table_info("
	    "'family') WHERE name = 'browser'"), version >= 5);
	cr_assert_eq(number("SELECT (SELECT count(*) FROM session) * 1000 + "
	    "(SELECT count(*) FROM field)"), version >= 4 ? 50150 : 50152);
	cr_assert_eq(number("SELECT count(*) FROM "
	    "pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
}

/* A transaction each is all there is between two versions. */
Test(store, r53_killed_during_an_upgrade_it_is_of_one_version_or_the_next)
{
	int i, from, status, version, before = 0;
	pid_t pid;

	close_it();
	for (i = 0; i < 80; i++) {
		from = i % 3 + 2;
		make_version(from);
		if ((pid = fork()) == 0) {
			open_store();
			_exit(0);
		}
		usleep((useconds_t)(i * 250));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		version = (int)number("PRAGMA user_version");
		cr_assert(version >= from && version <= SCHEMA, "%d", version);
		before += version < SCHEMA;
		expect_whole(version);
		cr_assert_eq(open_store(), SESS_OK);
		cr_assert_eq(number("PRAGMA user_version"), SCHEMA);
		expect_whole(SCHEMA);
		close_it();
	}
	cr_assert_gt(before, 0, "some were killed before it was done");
	cr_assert_eq(open_store(), SESS_OK);
	expect_all_kept(3);
}

/* ---- r82: other programs write ----------------------------------------- */

/* 60 and 61 are gone, and rows had their numbers; one had an absurd one. */
Test(store, r82_after_an_upgrade_the_next_key_is_above_all_that_were_named)
{
	int version;

	for (version = 1; version <= 4; version++) {
		close_it();
		make_version(version);
		cr_assert_eq(open_store(), SESS_OK);
		cr_assert_eq(create(200), SESS_OK);
		cr_assert_gt(number("SELECT max(pk) FROM session"), 61);
		cr_assert_eq(find(200, NOW), SESS_FOUND_LIVE);
		cr_assert_eq(rec.nfields, 0);
		cr_assert_eq(find(60, NOW), SESS_FOUND_NONE);
	}
}

BOTH(r82_a_key_is_never_used_twice)
{
	int64_t last = 0, pk;
	int i;

	for (i = 1; i <= 20; i++) {
		cr_assert_eq(create(i), SESS_OK);
		pk = number("SELECT max(pk) FROM session");
		cr_assert_gt(pk, last);
		last = pk;
		if (i % 2)
			run_sql("DELETE FROM session");
		else
			cr_assert_eq(CHANGE(.key = key(i),
			    .turn = SESS_TURN_END), SESS_OK);
	}
}

/* Nor where even what SQLite has noted of it is gone. */
BOTH(r82_a_key_that_comes_again_finds_nothing)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(set(1, "k", "hers"), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .once = secret(3)), SESS_OK);
	cr_assert_eq(mark(1, "up", 1, 2), SESS_OK);
	run_sql("DELETE FROM session; DELETE FROM sqlite_sequence");
	cr_assert_eq(number(left), 4);
	cr_assert_eq(create(2), SESS_OK);
	cr_assert_eq(number("SELECT max(pk) FROM session"), 1);
	cr_assert_eq(find(1, NOW), SESS_FOUND_NONE);
	cr_assert_eq(find(2, NOW), SESS_FOUND_LIVE);
	cr_assert_eq(rec.nfields, 0);
	cr_assert_eq(find_mark(2, NOW, "up"), SESS_NONE);
	cr_assert_eq(CHANGE(.key = key(2), .once = secret(3)), SESS_OK);
	cr_assert_not(out.repeated);
}

static int
sweeps_until(const char *select, int64_t n)
{
	int i, dropped;

	for (i = 0; i < 1000 && number(select) != n; i++)
		cr_assert_eq(sqlite_store.sweep(store, NOW, 16, &dropped),
		    SESS_OK);
	return i;
}

/* What is left of sessions that others have deleted is of no use to anybody. */
BOTH(r82_what_others_left_behind_goes_with_the_sweep)
{
	int i;

	for (i = 1; i <= 100; i++) {
		cr_assert_eq(create(i), SESS_OK);
		cr_assert_eq(set(i, "k", "v"), SESS_OK);
		cr_assert_eq(CHANGE(.key = key(i), .once = secret(3)),
		    SESS_OK);
		cr_assert_eq(mark(i, "up", 1, 2), SESS_OK);
	}
	run_sql("DELETE FROM session WHERE pk % 2 OR pk > 90");
	cr_assert_eq(number("SELECT count(*) FROM token"), 100);
	cr_assert_lt(sweeps_until("SELECT (SELECT count(*) FROM token) * "
	    "1000000 + (SELECT count(*) FROM field) * 10000 + (SELECT "
	    "count(*) FROM once) * 100 + (SELECT count(*) FROM progress)",
	    45454545), 1000);
	for (i = 1; i <= 100; i++) {
		cr_assert_eq(find(i, NOW), i % 2 || i > 90 ?
		    SESS_FOUND_NONE : SESS_FOUND_LIVE);
		if (i % 2 == 0 && i <= 90)
			cr_assert_eq(rec.nfields, 1);
	}
	cr_assert_eq(number(left), 0);
}

/* ---- r82: the number of sessions without user is a cap, not an account -- */

static const char tally[] = "SELECT anonymous FROM tally";

BOTH(r82_the_sweep_puts_a_wrong_number_right)
{
	int i;

	for (i = 1; i <= 100; i++)
		cr_assert_eq(create(i), SESS_OK);
	cr_assert_eq(number(tally), 100);
	run_sql("DELETE FROM session WHERE pk % 4");
	cr_assert_eq(number(tally), 100, "nobody counts what others do");
	cr_assert_lt(sweeps_until(tally, 25), 20);
	run_sql("UPDATE tally SET anonymous = -7");
	cr_assert_lt(sweeps_until(tally, 25), 20);
	run_sql("UPDATE session SET user = 'alice' WHERE pk <= 8");
	cr_assert_lt(sweeps_until(tally, 23), 20);
	run_sql("DELETE FROM session");
	cr_assert_lt(sweeps_until(tally, 0), 20);
}

/* A visitor who comes at the cap must not be kept out for long. */
BOTH(r82_after_others_deleted_all_there_is_room_again)
{
	int i, refused = 0;

	for (i = 1; i <= 100; i++)
		cr_assert_eq(create(i), SESS_OK);
	run_sql("DELETE FROM session");
	while (CHANGE(.turn = SESS_TURN_CREATE, .next = key(i++),
	    .secret = secret(7), .idle = 100, .ends = NOW + 1000,
	    .max_anonymous = 100) != SESS_OK)
		cr_assert_lt(++refused, 20);
	cr_assert_lt(sweeps_until(tally, 1), 20);
}

/* Ends, logins and sweeps in any order: with nobody else it is exact. */
BOTH(r82_the_number_is_exact_where_nobody_else_writes)
{
	uint64_t dice = 88172645463325252;
	int i, n, dropped;

	for (i = 1; i <= 600; i++) {
		dice ^= dice << 13;
		dice ^= dice >> 7;
		dice ^= dice << 17;
		n = (int)(dice % (uint64_t)i) + 1;
		if (i % 2)
			cr_assert_eq(create(i), SESS_OK);
		else if (dice >> 60 < 8)
			CHANGE(.key = key(n), .turn = SESS_TURN_END);
		else if (dice >> 60 < 12)
			CHANGE(.key = key(n), .turn = SESS_TURN_RENEW,
			    .next = key(n + 1000), .secret = secret(1),
			    .user = "alice", .idle = 50, .ends = NOW + 50);
		else
			cr_assert_eq(sqlite_store.sweep(store, NOW, 7,
			    &dropped), SESS_OK);
		cr_assert_eq(number(tally), number("SELECT count(*) FROM "
		    "session WHERE user IS NULL"), "%d", i);
	}
}

/* ---- r74: alerts ------------------------------------------------------- */

static void
alert(const char *user, const char *kind, int64_t at)
{
	const struct sess_note n = { .at = at, .kind = kind, .user = user,
		.alarm = true };

	cr_assert_eq(sqlite_store.note(store, &n), SESS_OK);
}

static int64_t
alerts(const char *user, int64_t now, int64_t seen)
{
	int64_t n = -1;

	cr_assert_eq(sqlite_store.alerts(store, user, now, seen, &n),
	    SESS_OK);
	return n;
}

static enum sess_err
login(int n, const char *user)
{
	return CHANGE(.turn = SESS_TURN_CREATE, .next = key(n), .user = user,
	    .secret = secret(7), .idle = 100, .ends = NOW + 1000);
}

BOTH(r74_an_alert_reaches_each_session_of_its_user)
{
	int64_t first;

	cr_assert_eq(login(1, "alice"), SESS_OK);
	cr_assert_eq(login(2, "bob"), SESS_OK);
	cr_assert_eq(create(3), SESS_OK);
	alert("alice", "stolen", NOW);
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
	first = rec.alert;
	cr_assert(first > 0 && rec.alerts_seen == 0);
	cr_assert(find(2, NOW) == SESS_FOUND_LIVE && rec.alert == 0);
	cr_assert(find(3, NOW) == SESS_FOUND_LIVE && rec.alert == 0);
	cr_assert_eq(login(4, "alice"), SESS_OK);
	cr_assert_eq(out.alert, first);
	cr_assert(find(4, NOW) == SESS_FOUND_LIVE && rec.alert == first);
	alert("alice", "replay", NOW);
	cr_assert(find(1, NOW) == SESS_FOUND_LIVE && rec.alert > first);
	cr_assert_eq(alerts("alice", NOW, 0), 2);
	cr_assert_eq(alerts("alice", NOW, first), 1);
	cr_assert_eq(alerts("alice", NOW, rec.alert), 0);
	cr_assert_eq(alerts("bob", NOW, 0), 0);
}

/* A request that was slow takes nothing back. */
BOTH(r74_what_was_acknowledged_stays_so)
{
	cr_assert_eq(login(1, "alice"), SESS_OK);
	cr_assert_eq(login(2, "alice"), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .alerts_seen = 7), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .alerts_seen = 5), SESS_OK);
	cr_assert_eq(CHANGE(.key = key(1), .touch = true), SESS_OK);
	cr_assert(find(1, NOW) == SESS_FOUND_LIVE && rec.alerts_seen == 7);
	cr_assert(find(2, NOW) == SESS_FOUND_LIVE && rec.alerts_seen == 0);
}

BOTH(r74_alerts_of_90_days_count)
{
	alert("alice", "stolen", NOW);
	cr_assert_eq(alerts("alice", NOW + SESS_EVENT_LIFE - 1, 0), 1);
	cr_assert_eq(alerts("alice", NOW + SESS_EVENT_LIFE, 0), 0);
}

Test(store, r57_a_missing_folder_or_file_is_an_error)
{
	close_it();
	clean();
	rmdir(folder);
	snprintf(path, sizeof path, "/tmp/libsess-no/such/folder/store.db");
	expect_unusable("folder");
	snprintf(path, sizeof path, "store.db");
	expect_unusable("absolute");
	snprintf(path, sizeof path, "%s/store.db", folder);
	cr_assert_eq(open_store(), SESS_OK, "made");
}

/* As a process that is not root: who is may write everywhere. */
static int
as_nobody(int (*act)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (getuid() == 0 && (setgid(65534) != 0 ||
		    setuid(65534) != 0))
			_exit(99);
		_exit(act());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

static int
try_to_open(void)
{
	enum sess_err err = open_store();
	int n = err == SESS_OK ? (int)create(2) : (int)err;

	return *faults != '\0' ? n : n + 50;
}

static void
own(uid_t uid, mode_t folder_mode, mode_t file_mode)
{
	static const char *const ends[] = { "", "-lock" };
	char name[160];
	size_t i;

	cr_assert_eq(chmod(folder, folder_mode), 0);
	for (i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		if (chmod(name, file_mode) != 0)
			continue;
		if (getuid() == 0)
			cr_assert_eq(chown(name, uid, uid), 0);
	}
	if (getuid() == 0)
		cr_assert_eq(chown(folder, uid, uid), 0);
}

Test(store, r57_a_read_only_place_is_an_error)
{
	close_it();
	run_sql("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE;"
	    "PRAGMA journal_mode=WAL");
	own(65534, 0500, 0600);
	cr_assert_eq(as_nobody(try_to_open), SESS_ECONF, "the folder");
	own(65534, 0700, 0400);
	cr_assert_eq(as_nobody(try_to_open), SESS_ECONF, "the file");
	own(65534, 0700, 0600);
	cr_assert_eq(as_nobody(try_to_open), 50 + SESS_OK, "the test");
	own(getuid(), 0700, 0600);
	own(65534, 0500, 0600);
	clean();
	cr_assert_eq(as_nobody(try_to_open), SESS_ECONF, "nothing there");
	own(getuid(), 0700, 0600);
	*faults = '\0';
	cr_assert_eq(open_store(), SESS_OK);
}

/* ---- corruption -------------------------------------------------------- */

static void
spoil(off_t at, size_t n, int with)
{
	uint8_t bytes[4096];
	int fd = open(path, O_WRONLY);

	memset(bytes, with, sizeof bytes);
	cr_assert_eq(pwrite(fd, bytes, n, at), (ssize_t)n);
	close(fd);
}

/* Everything is in the file, and nothing in the log. */
static void
settle(void)
{
	int i;

	for (i = 0; i < 200; i++) {
		cr_assert_eq(create(i), SESS_OK);
		cr_assert_eq(set(i, "k", "a value of some length"), SESS_OK);
	}
	close_it();
	run_sql("PRAGMA wal_checkpoint(TRUNCATE)");
}

Test(store, r57_a_spoilt_database_is_an_error_and_no_crash)
{
	enum sess_found found = SESS_FOUND_LIVE;
	enum sess_err err;
	struct stat st;

	settle();
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_gt(st.st_size, 8 * 4096);
	spoil(4096, 4096, 0xff);        /* the first page of a table */
	spoil(2 * 4096, 4096, 0xff);
	spoil(3 * 4096, 4096, 0xff);
	spoil(4 * 4096, 4096, 0xff);
	*faults = '\0';
	cr_assert_eq(open_store(), SESS_OK, "its head is whole");
	err = sqlite_store.find(store, key(5), NOW, &memory, &found, &rec);
	cr_assert_eq(err, SESS_ECONF);
	cr_assert_eq(found, SESS_FOUND_NONE);
	cr_assert_not_null(strstr(faults, "malformed"), "%s", faults);
	*faults = '\0';
	cr_assert_eq(create(1000), SESS_ECONF);
	cr_assert_str_not_empty(faults);
}

Test(store, r57_a_cut_database_is_an_error_and_no_crash)
{
	enum sess_found found = SESS_FOUND_LIVE;
	enum sess_err err;

	settle();
	cr_assert_eq(truncate(path, 2 * 4096), 0);
	*faults = '\0';
	err = open_store();
	if (err == SESS_OK)
		err = sqlite_store.find(store, key(5), NOW, &memory, &found,
		    &rec);
	cr_assert_eq(err, SESS_ECONF);
	cr_assert_str_not_empty(faults);
}

/* A flipped byte may hit anything: an answer that is right, or an error. */
Test(store, r57_flipped_bytes_never_crash)
{
	uint64_t dice = 88172645463325252;
	enum sess_found found;
	enum sess_err err;
	uint8_t *whole;
	struct stat st;
	int i, j, fd;

	settle();
	cr_assert_eq(stat(path, &st), 0);
	whole = malloc((size_t)st.st_size);
	fd = open(path, O_RDONLY);
	cr_assert_eq(read(fd, whole, (size_t)st.st_size), st.st_size);
	close(fd);
	for (i = 0; i < 300; i++) {
		clean();
		write_file(whole, (size_t)st.st_size);
		for (j = 0; j < 3; j++) {
			dice ^= dice << 13;
			dice ^= dice >> 7;
			dice ^= dice << 17;
			spoil((off_t)(dice % (uint64_t)st.st_size), 1,
			    (int)(dice >> 56));
		}
		*faults = *steps = '\0';
		err = open_store();
		for (j = 0; err == SESS_OK && j < 20; j++) {
			err = sqlite_store.find(store, key(j * 10), NOW,
			    &memory, &found, &rec);
			if (err == SESS_OK && found == SESS_FOUND_LIVE)
				cr_assert_null(rec.user);
		}
		if (err == SESS_OK)
			err = create(1000 + i);
		cr_assert(err == SESS_OK || err == SESS_ESTORE ||
		    err == SESS_ECONF || err == SESS_EINVAL, "%d", (int)err);
		if (store != NULL)
			close_it();
		pool_release(&pool);
		pool = (struct pool)POOL_INIT(64 << 20);
	}
	free(whole);
	clean();
	cr_assert_eq(open_store(), SESS_OK);
}

/* A secret of another length: written by somebody, or spoilt. */
BOTH(r57_a_senseless_row_is_an_error_that_is_told)
{
	enum sess_found found = SESS_FOUND_NONE;

	cr_assert_eq(create(1), SESS_OK);
	run_sql("UPDATE session SET secret = x'00'");
	*faults = '\0';
	cr_assert_eq(sqlite_store.find(store, key(1), NOW, &memory, &found,
	    &rec), SESS_ESTORE);
	cr_assert_str_not_empty(faults);
	run_sql("UPDATE session SET secret = zeroblob(32)");
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE, "and it goes on");
}

/* ---- others who hold on to it ------------------------------------------ */

/* The gate, or SQLite's own lock, in the hands of another process. */
static void
hold_gate(void)
{
	struct gate g = GATE_INIT;
	char name[160];

	snprintf(name, sizeof name, "%s-lock", path);
	if (gate_open(&g, open(name, O_RDWR)) != SESS_OK ||
	    gate_enter(&g, 5) != SESS_OK)
		_exit(1);
}

static void
hold_sqlite(void)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK || sqlite3_exec(db,
	    "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		_exit(1);
}

static pid_t
start_holder(void (*hold)(void), int *tell)
{
	int in[2], ready[2];
	pid_t pid;
	char c;

	cr_assert(pipe(in) == 0 && pipe(ready) == 0);
	if ((pid = fork()) == 0) {
		close(in[1]);
		hold();
		crew_write(ready[1], "r", 1);
		crew_read(in[0], &c, 1);
		_exit(0);
	}
	close(in[0]);
	close(ready[1]);
	cr_assert(crew_read(ready[0], &c, 1));
	close(ready[0]);
	*tell = in[1];
	return pid;
}

static void
expect_locked(void (*hold)(void))
{
	int tell, dropped;
	pid_t pid;

	close_it();             /* SQLite must not be carried over a fork */
	pid = start_holder(hold, &tell);
	cr_assert_eq(open_store(), SESS_OK);
	*faults = '\0';
	cr_assert_eq(set(1, "k", "w"), SESS_ESTORE);
	cr_assert_not_null(strstr(faults, "locked"), "%s", faults);
	cr_assert_eq(sqlite_store.sweep(store, NOW, 9, &dropped),
	    SESS_ESTORE);
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE, "readers do not wait");
	cr_assert_str_eq(rec.fields[0].value.data, "v");
	close(tell);
	waitpid(pid, NULL, 0);
	cr_assert_eq(set(1, "k", "w"), SESS_OK, "and on");
	cr_assert_eq(set(1, "k", "v"), SESS_OK);
}

Test(store, r98_who_has_the_lock_is_told)
{
	char said[80];
	pid_t pid;
	int tell;

	close_it();
	pid = start_holder(hold_sqlite, &tell);
	cr_assert_eq(open_store(), SESS_OK);
	*faults = '\0';
	cr_assert_eq(create(1), SESS_ESTORE);
	cr_expect_not_null(strstr(faults, "was locked for longer than 1 s: "
	    ), "%s", faults);
	snprintf(said, sizeof said, "process %ld had the lock (ps -fp %ld ",
	    (long)pid, (long)pid);
	cr_expect_not_null(strstr(faults, said), "%s", faults);
	close(tell);
	waitpid(pid, NULL, 0);
}

Test(store, r98_a_gate_that_is_held_is_told_with_how_to_find_the_holder)
{
	pid_t pid;
	int tell;

	close_it();
	pid = start_holder(hold_gate, &tell);
	cr_assert_eq(open_store(), SESS_OK);
	*faults = '\0';
	cr_assert_eq(create(1), SESS_ESTORE);
	cr_expect_not_null(strstr(faults, "was locked for longer than 1 s: "
	    ), "%s", faults);
	cr_expect_not_null(strstr(faults, "store.db-lock shows those"), "%s",
	    faults);
	close(tell);
	waitpid(pid, NULL, 0);
}

Test(store, r60_locked_past_the_deadline_is_an_error)
{
	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(set(1, "k", "v"), SESS_OK);
	expect_locked(hold_gate);
	expect_locked(hold_sqlite);
}

Test(store, r60_to_the_visitor_it_is_a_503)
{
	struct site *site = site_new(&ops, "wait=1");
	struct visitor v = { .site = site };
	struct answer *a;
	pid_t pid;
	int tell;

	get(&v, "op=set+k+v");
	close_store(site);
	snprintf(path, sizeof path, "%s/store.db", site->folder);
	pid = start_holder(hold_gate, &tell);
	a = get(&v, "op=set+k+w");
	cr_assert_eq(a->status, 503);
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(logged(site, "store err=E_STORE"), 1);
	cr_assert_str_eq(get(&v, "op=get+k")->body, "v\n");
	close(tell);
	waitpid(pid, NULL, 0);
	cr_assert_eq(get(&v, "op=set+k+w")->status, 200);
	snprintf(path, sizeof path, "%s/store.db", folder);
	site_free(site);
}

/* ---- does it work? ----------------------------------------------------- */

static enum sess_err
check(int64_t now)
{
	*faults = *steps = '\0';
	return sqlite_store.check(store, now);
}

static int
check_wrote(int64_t now)
{
	cr_assert_eq(check(now), SESS_OK, "%s", faults);
	return times_in(steps, "INSERT INTO bucket");
}

Test(store, r101_a_check_writes_once_a_second_whoever_asks)
{
	struct sess_store *first = store;

	cr_assert_eq(check_wrote(NOW), 1);
	cr_assert_eq(check_wrote(NOW), 0);
	cr_assert_eq(open_store(), SESS_OK);
	cr_assert_eq(check_wrote(NOW), 0, "another process");
	cr_assert_eq(check_wrote(NOW + 1), 1);
	sqlite_store.close(first);
}

BOTH(r101_a_check_leaves_one_row_of_its_own)
{
	int i;

	cr_assert_eq(create(1), SESS_OK);
	for (i = 0; i < 100; i++)
		cr_assert_eq(check(NOW + i), SESS_OK);
	cr_assert_eq(number("SELECT count(*) FROM bucket"), 1);
	cr_assert_eq(number("SELECT count(*) FROM session"), 1);
	cr_assert_eq(number("SELECT count(*) FROM token"), 1);
}

Test(store, r101_a_check_sees_a_lock_past_the_deadline)
{
	int tell;
	pid_t pid;

	close_it();
	pid = start_holder(hold_gate, &tell);
	cr_assert_eq(open_store(), SESS_OK);
	cr_assert_eq(check(NOW), SESS_ESTORE);
	cr_assert_not_null(strstr(faults, "locked"), "%s", faults);
	close(tell);
	waitpid(pid, NULL, 0);
	cr_assert_eq(check(NOW), SESS_OK);
}

Test(store, r101_a_check_sees_a_disk_that_is_full)
{
	struct rlimit limit, none;

	cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	none = (struct rlimit){ 0, limit.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	cr_expect_eq(check(NOW), SESS_ESTORE);
	cr_expect_str_neq(faults, "");
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_assert_eq(check(NOW), SESS_OK, "%s", faults);
}

Test(store, r101_a_check_sees_a_spoilt_database)
{
	settle();
	spoil(4096, 4096, 0xaa);
	spoil(8192, 4096, 0xaa);
	spoil(12288, 4096, 0xaa);
	cr_assert_eq(open_store(), SESS_OK, "its first page is whole");
	cr_assert_eq(check(NOW), SESS_ECONF);
	cr_assert_str_neq(faults, "");
}

Test(store, r101_a_check_sees_that_the_file_was_moved_or_replaced)
{
	char moved[160];

	snprintf(moved, sizeof moved, "%s-moved", path);
	cr_assert_eq(rename(path, moved), 0);
	cr_assert_eq(check(NOW), SESS_ESTORE);
	cr_assert_not_null(strstr(faults, path), "%s", faults);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	cr_assert_eq(check(NOW), SESS_ESTORE);
	cr_assert_not_null(strstr(faults, "restart"), "%s", faults);
	cr_assert_eq(rename(moved, path), 0);
	cr_assert_eq(check(NOW), SESS_OK, "%s", faults);
}

/* ---- fork, and death in the middle ------------------------------------- */

static int
use_inherited(void)
{
	enum sess_found found;
	int dropped;

	*faults = '\0';
	if (sqlite_store.find(store, key(1), NOW, &memory, &found, &rec) !=
	    SESS_ESTORE || found != SESS_FOUND_NONE)
		return 1;
	if (strstr(faults, "fork") == NULL)
		return 2;
	if (set(1, "k", "child") != SESS_ESTORE)
		return 3;
	return sqlite_store.sweep(store, NOW, 9, &dropped) != SESS_ESTORE ?
	    4 : 0;
}

BOTH(r62_a_handle_does_not_survive_fork)
{
	pid_t pid;
	int status;

	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(set(1, "k", "v"), SESS_OK);
	if ((pid = fork()) == 0)
		_exit(use_inherited());
	waitpid(pid, &status, 0);
	cr_assert(WIFEXITED(status));
	cr_assert_eq(WEXITSTATUS(status), 0);
	cr_assert_eq(set(1, "k", "parent"), SESS_OK, "the parent's is good");
	cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
	cr_assert_str_eq(rec.fields[0].value.data, "parent");
}

/* Killed between two statements of a transaction, with the gate held. */
static const char *die_at;

static void
on_step_die(void *arg, enum sess_step step,
    const struct sess_trace_part *parts, size_t n)
{
	(void)arg;
	if (step == SESS_STEP_STORE &&
	    strstr(parts[n - 1].value, die_at) != NULL)
		raise(SIGKILL);
}

static void
change_and_die(void)
{
	const struct sess_store_env deadly = { .wait = 1, .fault = on_fault,
		.step = on_step_die, .traced = &yes, .random = of_system };
	struct sess_edit edits[] = {
		text_edit(SESS_EDIT_SET, "k", "half"),
		text_edit(SESS_EDIT_SET, "l", "half"),
	};

	if (sqlite_store.open(&store, path, &deadly) != SESS_OK)
		_exit(1);
	CHANGE(.key = key(1), .touch = true, .now = NOW + 50, .edits = edits,
	    .nedits = 2);
	_exit(2);
}

Test(store, r53_who_is_killed_in_a_transaction_changes_nothing)
{
	static const char *const where[] = { "BEGIN IMMEDIATE",
		"UPDATE session SET seen", "INSERT INTO field",
		"SELECT count(*), coalesce", "COMMIT" };
	int status, i;
	pid_t pid;

	cr_assert_eq(create(1), SESS_OK);
	cr_assert_eq(set(1, "k", "whole"), SESS_OK);
	for (i = 0; i < 5; i++) {
		close_it();
		die_at = where[i];
		if ((pid = fork()) == 0)
			change_and_die();
		waitpid(pid, &status, 0);
		cr_assert(WIFSIGNALED(status), "%s never ran", where[i]);
		cr_assert_eq(WTERMSIG(status), SIGKILL);
		cr_assert_eq(open_store(), SESS_OK);
		cr_assert_eq(find(1, NOW), SESS_FOUND_LIVE);
		cr_assert_eq(rec.seen, NOW);
		cr_assert_eq(rec.nfields, 1);
		cr_assert_str_eq(rec.fields[0].value.data, "whole");
		cr_assert_eq(set(1, "k", "whole"), SESS_OK, "the next one");
	}
	cr_assert_eq(number("SELECT count(*) FROM pragma_integrity_check "
	    "WHERE integrity_check = 'ok'"), 1);
}

Test(store, close_of_nothing_does_nothing)
{
	sqlite_store.close(NULL);
	cr_assert_not_null(store);
}

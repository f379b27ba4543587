/*
 * test_random.c - all that is drawn asks conf.random, and a store in memory.
 *
 * A world is a service with a store of its own, a clock and a source of random
 * bytes.  The same visit in two worlds of one seed is the same to the byte.
 */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/syscall.h>

#include <dirent.h>

#include <sqlite3.h>

#include "handle.h"
#include "ops.h"

#define MEMORY "sqlite::memory:"
#define ALL "true"              /* tables: all of them, or ... */
#define IDS "name IN ('session', 'token', 'family')"

#define PASSWORD "wonderland-1865"
/* "password", with cost 4 */
#define BCRYPT "$2y$04$PlsXhmUYJLTySp3u05AcVuLYsLfkEHymbT1Vdy0mkzkY0TS3rwPdm"

/* ---- sources ----------------------------------------------------------- */

/* Draws of the kernel: this stands in for libc's. */
static int kernel_draws;

ssize_t getrandom(void *, size_t, unsigned);

ssize_t
getrandom(void *to, size_t n, unsigned flags)
{
	kernel_draws++;
	return syscall(SYS_getrandom, to, n, flags);
}

struct source {
	uint64_t seed, draws;
	uint64_t bad;           /* this draw, of 1 and more, gives nothing */
};

/* Repeatable, and no two draws are alike. */
static bool
draw(void *arg, void *bytes, size_t n)
{
	struct source *s = arg;
	uint8_t hash[SHA256_LEN];

	if (++s->draws == s->bad)
		return false;
	cr_assert_leq(n, 2 * sizeof hash, "a draw of %zu bytes", n);
	crypt_sha256(hash, "one", s, sizeof *s);
	memcpy(bytes, hash, n < sizeof hash ? n : sizeof hash);
	crypt_sha256(hash, "two", s, sizeof *s);
	if (n > sizeof hash)
		memcpy((uint8_t *)bytes + sizeof hash, hash, n - sizeof hash);
	return true;
}

/* ---- worlds ------------------------------------------------------------ */

TestSuite(random, .init = handle_watch, .timeout = 120);
TestSuite(memory, .init = handle_watch, .timeout = 60);

struct world {
	struct site *site;
	struct visitor v;
	struct source source;
	sqlite3 *db;
	struct buf said;        /* all answers so far */
};

static int64_t
on_clock(void *arg)
{
	return ((struct site *)arg)->now;
}

static void
on_log(void *arg, const char *line)
{
	struct site *site = arg;
	size_t n = strlen(site->log);

	site->log = realloc(site->log, n + strlen(line) + 2);
	cr_assert_not_null(site->log);
	sprintf(site->log + n, "%s\n", line);
}

/* `var` is one more variable of its settings, or NULL. */
static void
open_world(struct world *w, const char *store, bool own_source,
    const char *var)
{
	char *vars[] = { (char[]){ "LIBSESS_CONF=/dev/null" },
		(char[]){ "LIBSESS_CARRY=cookie query" },
		(char *)(uintptr_t)var, NULL };
	struct sess_wire wire = { .vars = vars };
	struct sess_app app = ops;

	newest = NULL;
	w->site = calloc(1, sizeof *w->site);
	cr_assert_not_null(w->site);
	*w->site = (struct site){ .twin = true, .now = 1700000000,
		.log = strdup(""), .trace = strdup("") };
	app.conf.store = store;
	app.conf.clock = on_clock;
	app.conf.log = on_log;
	app.conf.clock_arg = app.conf.log_arg = w->site;
	app.conf.random = own_source ? draw : NULL;
	app.conf.random_arg = &w->source;
	w->site->service = sess_open(&app, &wire);
	cr_assert_not_null(w->site->service);
	w->site->service->app = &ops;
	w->v = (struct visitor){ .site = w->site,
		.extra = { "HTTP_USER_AGENT=Lynx" } };
	w->said = (struct buf)BUF_INIT(1 << 20);
}

static void
world(struct world *w, uint64_t seed)
{
	*w = (struct world){ .source = { .seed = seed } };
	open_world(w, MEMORY, true, NULL);
}

static void
end_world(struct world *w)
{
	buf_release(&w->said);
	site_free(w->site);
}

static struct answer *
visit(struct world *w, const char *query)
{
	struct answer *a = get(&w->v, query);

	if (newest != NULL)
		w->db = newest;
	newest = NULL;
	buf_addf(&w->said, "%s\n\n%s\n", a->head, a->body);
	return a;
}

/* Each row of a table, its values as SQL. */
static void
dump_table(struct buf *to, sqlite3 *db, const char *table)
{
	char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", table);
	sqlite3_stmt *st;
	int i, j;

	cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		buf_addf(to, "%s:", table);
		for (i = 0; i < sqlite3_column_count(st); i++) {
			const uint8_t *at = sqlite3_column_blob(st, i);

			buf_addf(to, " %d/", sqlite3_column_type(st, i));
			for (j = 0; j < sqlite3_column_bytes(st, i); j++)
				buf_addf(to, "%02x", at[j]);
		}
		buf_adds(to, "\n");
	}
	sqlite3_finalize(st);
	sqlite3_free(sql);
}

/* All rows of some tables, to be released; no store was opened: none. */
static struct buf
dump(sqlite3 *db, const char *tables)
{
	struct buf all = BUF_INIT(1 << 20);
	sqlite3_stmt *st;
	char *sql;

	buf_adds(&all, "rows:\n");
	if (db == NULL)
		return all;
	sql = sqlite3_mprintf("SELECT name FROM sqlite_schema WHERE "
	    "type = 'table' AND %s ORDER BY name", tables);
	cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW)
		dump_table(&all, db, (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_free(sql);
	return all;
}

static int
count(const struct world *w, const char *rows)
{
	char *sql = sqlite3_mprintf("SELECT count(*) FROM %s", rows);
	sqlite3_stmt *st;
	int n;

	cr_assert_eq(sqlite3_prepare_v2(w->db, sql, -1, &st, NULL), SQLITE_OK);
	cr_assert_eq(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	sqlite3_free(sql);
	return n;
}

/* ---- one visit, which draws in every place ----------------------------- */

#define STEPS (sizeof script / sizeof *script)

static const struct step {
	int64_t later;          /* s, before it */
	const char *query;
	uint64_t draws;
	const char *says;       /* or NULL: whatever it is */
} script[] = {
	{ 0, "op=csrf", 2, NULL },      /* the visitor's secret, and a nonce */
	/* the secret of forms, a mask; id, number, the store's secret */
	{ 0, "op=set+k+v&op=csrf", 5, NULL },
	{ 0, "op=csrf&op=form", 2, NULL },    /* a mask each */
	{ 0, "op=limit+mail+3+60", 0, NULL },
	{ 0, "op=signup+alice+" PASSWORD, 1, "OK\n" }, /* a salt */
	{ 0, "op=enter+alice+" PASSWORD "&op=remember", 3, "OK\n" },
	{ 0, "op=rotate", 1, NULL },
	{ 20, "op=renew", 2, NULL },
	{ 20, "op=renew&op=link+/x", 2, NULL },
	{ 0, "op=take+k&op=devices&op=happenings", 0, NULL },
	{ 9 * 3600, "op=user", 3, NULL },     /* remembered: id, secret, number */
	{ 0, "op=confirm+" PASSWORD, 2, "OK\n" },
	{ 0, "op=password+" PASSWORD "+looking-glass-1871", 3,
	    "OK\n" },
	{ 0, "op=logout", 0, NULL },
	{ 0, "op=user", 0, NULL },
	{ 0, "op=login+bob", 3, NULL },
};

static struct answer *
take_step(struct world *w, const struct step *step)
{
	w->site->now += step->later;
	return visit(w, step->query);
}

static void
run_script(struct world *w, size_t n)
{
	const struct step *step;
	struct answer *a;

	for (step = script; step < script + n; step++) {
		a = take_step(w, step);
		cr_assert_eq(a->status, 200, "%s: %s", step->query, a->body);
		if (step->says != NULL)
			cr_assert_str_eq(a->body, step->says, "%s",
			    step->query);
	}
}

/* ---- the source -------------------------------------------------------- */

Test(random, two_services_of_one_source_give_the_same_answers_and_rows)
{
	struct buf rows[3];
	struct world w[3];
	int i;

	for (i = 0; i < 3; i++) {
		world(&w[i], i < 2 ? 7 : 8);
		run_script(&w[i], STEPS);
		rows[i] = dump(w[i].db, ALL);
	}
	cr_assert_not_null(strstr(rows[0].data, "\nsession: "));
	cr_assert_not_null(strstr(w[0].said.data, "__Host-remember="));
	cr_expect_str_eq(w[0].said.data, w[1].said.data);
	cr_expect_str_eq(rows[0].data, rows[1].data);
	cr_expect_str_neq(w[0].said.data, w[2].said.data, "another seed");
	cr_expect_str_neq(rows[0].data, rows[2].data);
	for (i = 0; i < 3; i++) {
		buf_release(&rows[i]);
		end_world(&w[i]);
	}
}

Test(random, each_step_draws_what_it_needs_and_all_of_it_from_the_source)
{
	const struct step *step;
	struct world w;
	uint64_t before;

	world(&w, 7);
	kernel_draws = 0;
	for (step = script; step < script + STEPS; step++) {
		before = w.source.draws;
		take_step(&w, step);
		cr_expect_eq(w.source.draws - before, step->draws,
		    "%s: %" PRIu64, step->query, w.source.draws - before);
	}
	cr_assert_eq(kernel_draws, 0);
	end_world(&w);
}

Test(random, without_a_source_it_is_the_system_s)
{
	char hash[SESS_HASH_MAX];
	struct world w = { .site = NULL };
	int n = 0;
	size_t i;

	for (i = 0; i < STEPS; i++)
		n += (int)script[i].draws;
	kernel_draws = 0;
	open_world(&w, MEMORY, false, NULL);
	run_script(&w, STEPS);
	cr_expect_eq(kernel_draws, n);
	cr_expect_eq(w.source.draws, 0);
	kernel_draws = 0;
	cr_assert_eq(sess_password_hash(hash, PASSWORD), SESS_OK);
	cr_expect_eq(kernel_draws, 1, "it has no settings");
	end_world(&w);
}

/* A session that was over may be gone. */
static void
expect_no_new_rows(const struct buf *before, const struct buf *after,
    const char *query)
{
	const char *row = after->data;
	char *one;

	for (; *row != '\0'; row += strcspn(row, "\n") + 1) {
		one = strndup(row, strcspn(row, "\n"));
		cr_expect_not_null(strstr(before->data, one),
		    "%s: a new row: %s", query, one);
		free(one);
	}
}

/*
 * Draw number k of this step gives nothing: 503 or, of a call about accounts,
 * its error; no session begins, and none has another id.
 */
static void
expect_failure(size_t i, uint64_t k)
{
	const struct step *step = &script[i];
	struct buf before, after;
	struct answer *a;
	struct world w;

	world(&w, 7);
	run_script(&w, i);
	before = dump(w.db, IDS);
	w.source.bad = w.source.draws + k;
	a = take_step(&w, step);
	cr_expect(a->status == 503 || strstr(a->body, "E_RANDOM") != NULL,
	    "%s, draw %d: %d %s", step->query, (int)k, a->status, a->body);
	cr_expect_not_null(strstr(w.site->log, "E_RANDOM"),
	    "%s, draw %d: %s", step->query, (int)k, w.site->log);
	cr_expect_null(strstr(a->head, "Set-Cookie: __Host-sid="),
	    "%s, draw %d: %s", step->query, (int)k, a->head);
	after = dump(w.db, IDS);
	expect_no_new_rows(&before, &after, step->query);
	cr_expect_eq(take_step(&w, &script[i])->status, 200,
	    "%s, draw %d: it recovers", step->query, (int)k);
	buf_release(&before);
	buf_release(&after);
	end_world(&w);
}

Test(random, a_source_that_fails_is_a_503_and_no_session)
{
	uint64_t k;
	size_t i;

	for (i = 0; i < STEPS; i++)
		for (k = 1; k <= script[i].draws; k++)
			expect_failure(i, k);
}

/* No 503 here: the password was right, and the old hash is good until then. */
Test(random, a_salt_that_is_not_drawn_leaves_the_hash_of_before)
{
	static const char query[] = "op=enter+carol+password";
	struct world w;

	world(&w, 7);
	visit(&w, "op=import+carol+" BCRYPT);
	w.source.bad = w.source.draws + 1;
	cr_assert_str_eq(visit(&w, query)->body, "OK\n");
	cr_expect_not_null(strstr(w.site->log, "password err=E_RANDOM"),
	    "%s", w.site->log);
	cr_expect_eq(count(&w, "account WHERE hash LIKE '$2y$%'"), 1);
	cr_assert_str_eq(visit(&w, query)->body, "OK\n");
	cr_expect_eq(count(&w, "account WHERE hash LIKE '$argon2id$%'"), 1);
	end_world(&w);
}

Test(random, the_source_is_no_setting)
{
	struct world w = { .site = NULL };

	open_world(&w, MEMORY, true, "LIBSESS_RANDOM=zero");
	cr_assert_eq(visit(&w, "op=set+k+v")->status, 503);
	cr_assert_not_null(strstr(w.site->log, "LIBSESS_RANDOM: no such "
	    "setting"), "%s", w.site->log);
	end_world(&w);
}

/* ---- the store in memory ----------------------------------------------- */

Test(memory, it_holds_the_same_rows_as_a_file)
{
	char folder[] = "/tmp/libsess-random-XXXXXX", store[80], command[80];
	struct world file = { .source = { .seed = 7 } }, mem;
	struct buf a, b;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(store, sizeof store, "sqlite:%s/store.db", folder);
	world(&mem, 7);
	run_script(&mem, STEPS);
	a = dump(mem.db, ALL);
	open_world(&file, store, true, NULL);
	run_script(&file, STEPS);
	b = dump(file.db, ALL);
	cr_expect_str_eq(a.data, b.data);
	cr_expect_str_eq(mem.said.data, file.said.data);
	buf_release(&a);
	buf_release(&b);
	end_world(&mem);
	end_world(&file);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	cr_assert_eq(system(command), 0);
}

Test(memory, two_services_share_nothing)
{
	struct world a, b;

	world(&a, 7);
	world(&b, 8);
	visit(&b, "op=set+k+b");
	visit(&a, "op=set+k+a");
	cr_expect_eq(count(&a, "session"), 1);
	cr_expect_eq(count(&b, "session"), 1);
	jar_set(&b.v, SID, jar_get(&a.v, SID));
	cr_expect_str_eq(get(&a.v, "op=get+k")->body, "a\n");
	cr_expect_str_eq(get(&b.v, "op=get+k&op=new")->body, "-\nnew\n");
	end_world(&a);
	end_world(&b);
}

static int
entries(const char *folder)
{
	DIR *d = opendir(folder);
	int n = 0;

	cr_assert_not_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
fill_store(struct world *w, int sessions)
{
	int i;

	for (i = 0; i < sessions; i++) {
		*w->v.jar[0] = '\0';
		cr_assert_eq(get(&w->v, "op=fill+a+16000&op=fill+b+16000&"
		    "op=fill+c+16000")->status, 200);
	}
}

/* More than SQLite's cache holds, so that what can be in a file would be. */
Test(memory, nothing_of_it_is_a_file)
{
	char folder[] = "/tmp/libsess-random-XXXXXX";
	struct sess_service *sv;
	struct world w;
	int fds, dropped, i;

	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	cr_assert_eq(setenv("TMPDIR", folder, 1), 0);
	cr_assert_eq(unsetenv("SQLITE_TMPDIR"), 0);
	fds = entries("/proc/self/fd");
	world(&w, 7);
	fill_store(&w, 90);
	visit(&w, "op=user");
	cr_assert_eq(count(&w, "session"), 90);
	sv = w.site->service;
	cr_expect_eq(sv->ops->check(sv->store, w.site->now), SESS_OK);
	for (i = 0; i < 3; i++)         /* it walks on from where it stands */
		cr_assert_eq(sv->ops->sweep(sv->store, INT64_C(1) << 40, 1000,
		    &dropped), SESS_OK);
	cr_assert_eq(count(&w, "session"), 0);
	cr_expect_eq(entries(folder), 2, ". and ..");
	cr_expect_eq(entries("/proc/self/fd"), fds);
	end_world(&w);
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rmdir(folder), 0);
}

/* A file of that name in the working folder is neither read nor written. */
Test(memory, a_file_of_its_name_is_another_thing)
{
	char folder[] = "/tmp/libsess-random-XXXXXX", text[8] = "";
	struct world w;
	FILE *f;

	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	f = fopen(":memory:", "w+");
	cr_assert_not_null(f);
	fputs("hers", f);
	fflush(f);
	world(&w, 7);
	cr_expect_eq(visit(&w, "op=set+k+v")->status, 200, "%s", w.site->log);
	rewind(f);
	cr_expect_not_null(fgets(text, sizeof text, f));
	cr_expect_str_eq(text, "hers");
	fclose(f);
	end_world(&w);
	unlink(":memory:");
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rmdir(folder), 0);
}

/* One thread, one password at a time: so there is always room for it. */
Test(memory, there_is_a_slot_for_each_password)
{
	struct sess_service *sv;
	struct world w;
	int i;

	world(&w, 7);
	sv = w.site->service;
	visit(&w, "op=set+k+v");
	for (i = 0; i < 1000; i++)
		cr_assert_eq(sv->ops->slot_take(sv->store), SESS_OK);
	sv->ops->slot_leave(sv->store);
	end_world(&w);
}

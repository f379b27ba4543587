/*
 * test_races.c - requests that meet: nothing is lost, nothing comes back.
 *
 * Most of these do not hope for a race: the one request is stopped in its
 * middle (ops_hook), and the other one runs.
 */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sqlite3.h>

#include "ops.h"
#include "store.h"

static struct site *site, *other;
static struct visitor a, b;     /* one browser, two tabs */

static void
setup(void)
{
	site = quiet(site_new(&ops, NULL));
	other = quiet(site_twin(site, &ops, NULL));
	a = (struct visitor){ .site = site };
}

static void
teardown(void)
{
	site_free(other);
	site_free(site);
}

TestSuite(races, .init = setup, .fini = teardown, .timeout = 120);

/* The second tab, served by another process. */
static void
second_tab(void)
{
	b = copy_of(&a);
	b.site = other;
	other->now = site->now;
}

static const char *meanwhile;
static int meanwhile_status;

static void
run_meanwhile(void)
{
	meanwhile_status = get(&b, meanwhile)->status;
}

/* `slow` with "op=hook" in it; there `quick` runs in the other tab. */
static struct answer *
while_running(const char *slow, const char *quick)
{
	second_tab();
	meanwhile = quick;
	ops_hook = run_meanwhile;
	return get(&a, slow);
}

/* ---- r10: what has ended stays ended ----------------------------------- */

static const char *const endings[] = { "op=logout", "op=login+bob" };

Test(races, r10_a_slow_request_cannot_undo_a_logout)
{
	static const char *const edits[] = { "op=set+k+v", "op=add+n+1",
		"op=append+t+x", "op=del+k", "op=clear", "op=login+alice",
		"op=renew", "op=rotate", "op=life+60+120", "op=take+k",
		"op=cas+k+old+new" };
	char slow[64];
	struct answer *r;
	size_t i;

	for (i = 0; i < sizeof edits / sizeof *edits; i++) {
		a = (struct visitor){ .site = site };
		get(&a, "op=set+k+old&op=login+alice");
		snprintf(slow, sizeof slow, "op=hook&%s", edits[i]);
		r = while_running(slow, "op=logout");
		cr_assert_eq(meanwhile_status, 200);
		if (strcmp(edits[i], "op=login+alice") == 0) {
			/* a login once more gets a new session */
			cr_assert_eq(r->status, 200);
			cr_assert_str_eq(get(&a, "op=get+k")->body, "-\n");
			get(&a, "op=logout");
		} else {
			cr_assert_eq(r->status, 503, "%s: %d", edits[i],
			    r->status);
			cr_assert_null(field_of(r, "Set-Cookie"), "%s",
			    edits[i]);
		}
		cr_assert_eq(all_rows(site), 0, "%s", edits[i]);
	}
}

Test(races, r10_a_slow_reader_is_answered_and_revives_nothing)
{
	struct answer *r;

	/* "last seen", a first sight of a new id and a rotation are due */
	get(&a, "op=set+k+v&op=login+alice");
	get(&a, "op=rotate");
	site->now += 120;
	r = while_running("op=hook&op=get+k", "op=logout");
	cr_assert_eq(r->status, 200);
	cr_assert_str_eq(r->body, "v\n");
	cr_assert_null(field_of(r, "Set-Cookie"));
	cr_assert_eq(all_rows(site), 0);

	a = (struct visitor){ .site = site };
	get(&a, "op=set+k+v&op=login+alice");
	get(&a, "op=life+10000+20000");
	site->now += 3600;
	r = while_running("op=hook&op=get+k", "op=logout");
	cr_assert_eq(r->status, 200);
	cr_assert_null(field_of(r, "Set-Cookie"), "a rotation was due");
	cr_assert_eq(all_rows(site), 0);
}

static int64_t pause_s;

static void
run_clock(void)
{
	site->now += pause_s;
}

Test(races, r10_a_slow_request_cannot_outlive_its_session)
{
	get(&a, "op=set+k+old");
	ops_hook = run_clock;
	pause_s = 1799;
	cr_assert_eq(get(&a, "op=hook&op=set+k+new")->status, 200);
	pause_s = 1800;
	cr_assert_eq(get(&a, "op=hook&op=set+k+late")->status, 503);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field "
	    "WHERE value = 'new'"), 1);
	site->now -= 1800;
	cr_assert_str_eq(get(&a, "op=get+k")->body, "new\n");
}

static void
run_revoke(void)
{
	sql_run(site, "DELETE FROM session");
}

Test(races, r10_a_revoked_session_stays_revoked)
{
	get(&a, "op=set+k+old&op=login+alice");
	ops_hook = run_revoke;
	cr_assert_eq(get(&a, "op=hook&op=set+k+new")->status, 503);
	cr_assert_eq(sessions(site), 0);
	cr_assert_str_eq(get(&a, "op=user&op=get+k")->body, "-\n-\n");
	cr_assert_eq(sessions(site), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field "
	    "WHERE value = 'new'"), 0);
}

/* Its row number may go to the next session: that must not get the edits. */
Test(races, r10_a_slow_request_does_not_write_into_the_next_session)
{
	size_t i;

	for (i = 0; i < sizeof endings / sizeof *endings; i++) {
		struct visitor next = { .site = other };
		char quick[64];

		a = (struct visitor){ .site = site };
		get(&a, "op=set+k+old&op=login+alice");
		snprintf(quick, sizeof quick, "%s&op=set+k+next", endings[i]);
		cr_assert_eq(while_running("op=hook&op=set+k+late", quick)
		    ->status, 503);
		jar_set(&next, SID, jar_get(&b, SID));
		cr_assert_str_eq(get(&next, "op=get+k")->body, "next\n");
		cr_assert_eq(sql_int(site, "SELECT count(*) FROM field "
		    "WHERE value = 'late'"), 0);
		get(&next, "op=logout");
	}
}

/*
 * Store operations of three processes in a random order.  A model knows which
 * session should be there; its row number is used again at once.
 */
#define HANDLES 3
#define TRIALS 10000

static struct sess_store *handle[HANDLES];
static uint8_t ids[4][SESS_KEY_LEN];    /* of the session under test */
static size_t nids;
static uint64_t dice_state = 0x9e3779b97f4a7c15;
static struct pool pool = POOL_INIT(8 << 20);
static struct sess_outcome outcome;

static unsigned
dice(unsigned n)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return (unsigned)(dice_state >> 33) % n;
}

static void *
from_pool(void *arg, size_t n)
{
	return pool_alloc(arg, n);
}

static const struct sess_memory memory = { from_pool, &pool };

static void
on_fault(void *arg, const char *why)
{
	(void)arg;
	fprintf(stderr, "fault: %s\n", why);
}

/* In memory, if the system has such a folder: nothing here is about disks. */
static char handles_at[80];

static void
open_handles(void)
{
	const struct sess_store_env env = { .wait = 5, .fault = on_fault,
		.random = of_system };
	char folder[] = "/dev/shm/libsess-XXXXXX";
	int i;

	snprintf(handles_at, sizeof handles_at, "%s/store.db",
	    mkdtemp(folder) != NULL ? folder : site->folder);
	for (i = 0; i < HANDLES; i++)
		cr_assert_eq(sqlite_store.open(&handle[i], handles_at, &env),
		    SESS_OK);
}

static void
close_handles(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-lock" };
	char name[90];
	size_t i;

	for (i = 0; i < HANDLES; i++)
		sqlite_store.close(handle[i]);
	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof name, "%s%s", handles_at, ends[i]);
		unlink(name);
	}
	*strrchr(handles_at, '/') = '\0';
	if (strcmp(handles_at, site->folder) != 0)
		rmdir(handles_at);
}

static void
new_key(uint8_t key[SESS_KEY_LEN])
{
	size_t i;

	for (i = 0; i < SESS_KEY_LEN; i++)
		key[i] = (uint8_t)dice(256);
}

static enum sess_err
change(struct sess_change *c)
{
	static const uint8_t secret[SESS_SECRET_LEN] = { 1 };

	c->now = 1700000000;
	c->secret = secret;
	c->max_fields = 100;
	c->max_bytes = c->max_value = 10000;
	c->max_anonymous = 100;
	return sqlite_store.commit(handle[dice(HANDLES)], c, &memory,
	    &outcome);
}

static enum sess_err
create(uint8_t key[SESS_KEY_LEN], const char *value)
{
	const struct sess_edit edit = { .kind = SESS_EDIT_SET, .name = "k",
		.value = { .type = SESS_TEXT, .data = value,
		.len = strlen(value) } };

	new_key(key);
	return change(&(struct sess_change){ .turn = SESS_TURN_CREATE,
	    .next = key, .idle = 100, .ends = 1700001000, .edits = &edit,
	    .nedits = 1 });
}

/* One random change by a request that came with one of the ids. */
static enum sess_err
any_change(void)
{
	static const enum sess_edit_kind kinds[] = { SESS_EDIT_SET,
		SESS_EDIT_ADD, SESS_EDIT_APPEND, SESS_EDIT_DEL,
		SESS_EDIT_TAKE, SESS_EDIT_CAS };
	struct sess_edit edit = { .kind = kinds[dice(6)], .name = "e",
		.value = { .type = SESS_TEXT, .data = "late", .len = 4 } };
	struct sess_change c = { .key = ids[dice((unsigned)nids)],
		.turn = SESS_TURN_NONE, .touch = dice(2) == 0,
		.confirm = dice(4) == 0, .clear = dice(8) == 0,
		.edits = &edit, .nedits = dice(4) > 0 };
	uint8_t next[SESS_KEY_LEN];
	enum sess_err err;

	new_key(next);
	c.next = next;
	if (edit.kind == SESS_EDIT_ADD) {
		edit.name = "n";
		edit.value = (struct sess_value){ .type = SESS_INT,
			.num = 1 };
	} else if (edit.kind == SESS_EDIT_APPEND)
		edit.name = "t";
	if (nids < 4 && dice(3) == 0)
		c.turn = dice(2) == 0 ? SESS_TURN_ROTATE : SESS_TURN_RENEW;
	err = change(&c);
	if (err == SESS_OK && outcome.turned)
		memcpy(ids[nids++], next, sizeof next);
	return err;
}

static enum sess_found
look(const uint8_t key[SESS_KEY_LEN])
{
	struct sess_record rec;
	enum sess_found found = SESS_FOUND_LIVE;

	cr_assert_eq(sqlite_store.find(handle[dice(HANDLES)], key, 1700000000,
	    &memory, &found, &rec), SESS_OK);
	if (found == SESS_FOUND_LIVE && rec.nfields == 1)
		cr_assert_str_eq(rec.fields[0].name, "k");
	return found;
}

static void
one_interleaving(void)
{
	uint8_t next[SESS_KEY_LEN];
	unsigned before = dice(4), after = 1 + dice(4);
	enum sess_err err;
	unsigned i;

	cr_assert_eq(create(ids[0], "first"), SESS_OK);
	nids = 1;
	for (i = 0; i < before; i++)
		cr_assert_neq(any_change(), SESS_ESTORE);
	/* Each of its ids that is live may end it; the newest always is. */
	err = change(&(struct sess_change){ .turn = SESS_TURN_END,
	    .key = ids[nids - 1] });
	cr_assert_eq(err, SESS_OK);
	if (dice(2) == 0)
		cr_assert_eq(create(next, "next"), SESS_OK);
	else
		memset(next, 0, sizeof next);
	for (i = 0; i < after; i++)
		cr_assert_eq(any_change(), SESS_EGONE);
	for (i = 0; i < nids; i++)
		cr_assert_eq(look(ids[i]), SESS_FOUND_NONE);
	if (*next == 0 && look(next) == SESS_FOUND_NONE)
		return;
	cr_assert_eq(look(next), SESS_FOUND_LIVE);
	cr_assert_eq(change(&(struct sess_change){ .turn = SESS_TURN_END,
	    .key = next }), SESS_OK);
}

Test(races, r10_ten_thousand_interleavings_revive_nothing)
{
	sqlite3_stmt *st;
	sqlite3 *db;
	int i;

	open_handles();
	cr_assert_eq(sqlite3_open(handles_at, &db), SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	cr_assert_eq(sqlite3_prepare_v2(db, "SELECT "
	    "(SELECT count(*) FROM session), (SELECT count(*) FROM token), "
	    "(SELECT count(*) FROM field), (SELECT anonymous FROM tally)",
	    -1, &st, NULL), SQLITE_OK);
	for (i = 0; i < TRIALS; i++) {
		one_interleaving();
		pool_release(&pool);
		pool = (struct pool)POOL_INIT(8 << 20);
		cr_assert_eq(sqlite3_step(st), SQLITE_ROW);
		cr_assert_eq(sqlite3_column_int(st, 0), 0, "a session");
		cr_assert_eq(sqlite3_column_int(st, 1), 0, "an id");
		cr_assert_eq(sqlite3_column_int(st, 2), 0, "a field");
		cr_assert_eq(sqlite3_column_int(st, 3), 0, "the tally");
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	close_handles();
}

/* ---- r34: no lost update ----------------------------------------------- */

#define CREW 16

static struct visitor
as(struct site *twin, const struct order *order)
{
	struct visitor v = { .site = twin };
	char id[33];

	snprintf(id, sizeof id, "%.32s", order->text);
	jar_set(&v, SID, id);
	return v;
}

static void
thousand_adds(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor v = as(twin, order);
	int i;

	(void)who;
	for (i = 0; i < 1000; i++) {
		report->value += get(&v, "op=add+n+1")->status == 200;
		if (i % 50 == 0)
			forget(twin);
	}
}

Test(races, r34_sixteen_processes_add_a_thousand_times_each)
{
	struct crew crew;

	get(&a, "op=set+k+v");
	crew_start(&crew, CREW, site, &ops, NULL, thousand_adds);
	crew_round(&crew, 0, site->now, jar_get(&a, SID));
	cr_assert_eq(crew_count(&crew, 1000), CREW);
	cr_assert(crew_end(&crew));
	cr_assert_eq(sql_int(site, "SELECT value FROM field "
	    "WHERE name = 'n'"), 16000);
	cr_assert_str_eq(get(&a, "op=get+n")->body, "16000\n");
}

/* All have loaded the session before the first one commits. */
static void
own_key_and_piece(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor v = as(twin, order);
	char query[128];

	snprintf(query, sizeof query, "op=hook&op=set+k%d+%d&"
	    "op=append+t+%%5b%d.%d%%5d", who, order->round, who, order->round);
	report->value = get(&v, query)->status;
}

Test(races, r34_disjoint_fields_and_all_appendices_survive)
{
	struct crew crew;
	char what[32];
	struct answer *r;
	int round, i;

	get(&a, "op=set+k+v");
	crew_start(&crew, CREW, site, &ops, NULL, own_key_and_piece);
	for (round = 0; round < 10; round++) {
		crew_round(&crew, round, site->now, jar_get(&a, SID));
		cr_assert_eq(crew_count(&crew, 200), CREW);
		cr_assert_eq(sql_int(site, "SELECT count(*) FROM field "
		    "WHERE name GLOB 'k[0-9]*'"), CREW);
	}
	cr_assert(crew_end(&crew));
	r = get(&a, "op=get+t");
	for (i = 0; i < CREW * 10; i++) {
		snprintf(what, sizeof what, "[%d.%d]", i / 10, i % 10);
		cr_assert_eq(times_in(r->body, what), 1, "%s", what);
	}
	cr_assert_eq(times_in(r->body, "["), CREW * 10);
}

Test(races, r34_of_delete_and_set_the_last_commit_wins)
{
	get(&a, "op=set+k+old");
	cr_assert_eq(while_running("op=del+k&op=hook", "op=set+k+new")->status,
	    200);
	cr_assert_str_eq(get(&a, "op=get+k")->body, "-\n");

	get(&a, "op=set+k+old");
	cr_assert_eq(while_running("op=set+k+new&op=hook", "op=del+k")->status,
	    200);
	cr_assert_str_eq(get(&a, "op=get+k")->body, "new\n");

	while_running("op=set+k+first&op=hook", "op=set+k+second");
	cr_assert_str_eq(get(&a, "op=get+k")->body, "first\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 1);
}

Test(races, r34_edits_apply_to_the_fields_as_they_are_at_commit)
{
	get(&a, "op=setint+n+1&op=set+t+a");
	while_running("op=hook&op=add+n+10&op=append+t+c",
	    "op=add+n+100&op=append+t+b");
	cr_assert_str_eq(get(&a, "op=get+n&op=get+t")->body, "111\nabc\n");

	/* deleted meanwhile: they begin from nothing */
	while_running("op=hook&op=add+n+10&op=append+t+c",
	    "op=del+n&op=del+t");
	cr_assert_str_eq(get(&a, "op=get+n&op=get+t")->body, "10\nc\n");

	/* clear takes what it did not see as well */
	while_running("op=clear&op=set+own+1&op=hook", "op=set+new+1");
	cr_assert_str_eq(get(&a, "op=get+n&op=get+new&op=get+own")->body,
	    "-\n-\n1\n");
}

Test(races, r34_an_addition_to_what_became_a_text_saves_nothing)
{
	struct answer *r;

	get(&a, "op=setint+n+1&op=set+k+old");
	r = while_running("op=hook&op=set+k+new&op=add+n+1", "op=set+n+text");
	cr_assert(r->status >= 500);
	cr_assert_str_eq(get(&a, "op=get+n&op=get+k")->body, "text\nold\n");
}

/* ---- r35: exactly once ------------------------------------------------- */

static void
take_flash(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor v = as(twin, order);
	struct answer *r = get(&v, "op=hook&op=take+flash");

	(void)who;
	report->value = r->status != 200 ? -1 :
	    strcmp(r->body, "saved\n") == 0;
}

Test(races, r35_of_32_parallel_takers_one_gets_it)
{
	struct crew crew;
	int round;

	get(&a, "op=set+k+v");
	crew_start(&crew, 32, site, &ops, NULL, take_flash);
	for (round = 0; round < 20; round++) {
		get(&a, "op=set+flash+saved");
		crew_round(&crew, round, site->now, jar_get(&a, SID));
		cr_assert_eq(crew_count(&crew, 1), 1, "round %d: %d", round,
		    crew_count(&crew, 1));
		cr_assert_eq(crew_count(&crew, 0), 31);
		cr_assert_eq(sql_int(site, "SELECT count(*) FROM field "
		    "WHERE name = 'flash'"), 0);
	}
	cr_assert(crew_end(&crew));
}

Test(races, r35_take_sees_own_edits_and_takes_them_away)
{
	cr_assert_str_eq(get(&a, "op=take+flash")->body, "-\n");
	cr_assert_eq(all_rows(site), 0, "nothing to take: no session");
	cr_assert_str_eq(get(&a, "op=set+flash+x&op=take+flash&op=take+flash&"
	    "op=get+flash")->body, "x\n-\n-\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 0);
	get(&a, "op=setint+n+7");
	cr_assert_str_eq(get(&a, "op=take+n&op=get+n")->body, "7\n-\n");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM field"), 0);
}

static void
swap_in(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor v = as(twin, order);
	struct answer *r;
	char query[64];

	if (order->round == 0)
		snprintf(query, sizeof query, "op=hook&op=cas+k+-+w%d", who);
	else
		snprintf(query, sizeof query, "op=hook&op=cas+k+r%d+w%d",
		    order->round, who);
	r = get(&v, query);
	report->value = r->status != 200 ? -1 :
	    strcmp(r->body, "swapped\n") == 0;
}

Test(races, r35_cas_has_one_winner)
{
	struct crew crew;
	char want[32], set[32];
	int round, i;

	get(&a, "op=set+other+v");
	crew_start(&crew, CREW, site, &ops, NULL, swap_in);
	for (round = 0; round < 20; round++) {
		snprintf(set, sizeof set, "op=set+k+r%d", round);
		if (round > 0)
			get(&a, set);
		crew_round(&crew, round, site->now, jar_get(&a, SID));
		cr_assert_eq(crew_count(&crew, 1), 1, "round %d", round);
		cr_assert_eq(crew_count(&crew, 0), CREW - 1);
		for (i = 0; crew.report[i].value != 1; i++)
			;
		snprintf(want, sizeof want, "w%d\n", i);
		cr_assert_str_eq(get(&a, "op=get+k")->body, want);
	}
	cr_assert(crew_end(&crew));
}

Test(races, r35_cas_compares_with_what_is_there_now)
{
	get(&a, "op=set+k+old");
	cr_assert_str_eq(while_running("op=hook&op=cas+k+old+mine",
	    "op=set+k+theirs")->body, "kept\n");
	cr_assert_str_eq(get(&a, "op=get+k&op=cas+k+-+x&op=cas+k+theirs+y&"
	    "op=get+k")->body, "theirs\nkept\nswapped\ny\n");
	cr_assert_str_eq(get(&a, "op=get+k")->body, "y\n");
}

/* A form of this visitor's, as the field and its value. */
static void
form_token(struct visitor *v, char form[160])
{
	struct answer *r = get(v, "op=csrf");

	snprintf(form, 160, "csrf=%.*s", (int)strcspn(r->body, "\n"), r->body);
}

static struct answer *
submit(struct visitor *v, const char *form, const char *what)
{
	char body[400];

	snprintf(body, sizeof body, "%s&%s", form, what);
	return post(v, body);
}

Test(races, r35_a_form_sent_ten_times_has_one_effect)
{
	char form[160], second[160];
	int i;

	get(&a, "op=set+k+v");
	form_token(&a, form);
	form_token(&a, second);
	for (i = 0; i < 10; i++)
		cr_assert_eq(submit(&a, form, "op=once&op=add+n+1&"
		    "op=append+t+x")->status, 200);
	cr_assert_str_eq(get(&a, "op=get+n&op=get+t")->body, "1\nx\n");
	/* another writing of the same form is another form */
	submit(&a, second, "op=once&op=add+n+1");
	cr_assert_str_eq(get(&a, "op=get+n")->body, "2\n");
}

/* Whatever else the page asks for at once. */
Test(races, r35_a_repeated_form_with_take_or_commit_has_one_effect)
{
	static const char *const pages[] = {
		"op=set+flash+x&op=once&op=take+flash&op=add+n+1",
		"op=set+flash+x&op=once&op=add+n+1&op=take+flash",
		"op=once&op=set+x+1&op=commit&op=add+n+1",
		"op=once&op=cas+x+y+z&op=add+n+1",
	};
	char form[160];
	size_t i;
	int sent;

	for (i = 0; i < sizeof pages / sizeof *pages; i++) {
		a = (struct visitor){ .site = site };
		get(&a, "op=set+k+v");
		form_token(&a, form);
		for (sent = 0; sent < 3; sent++)
			cr_assert_eq(submit(&a, form, pages[i])->status, 200);
		cr_expect_str_eq(get(&a, "op=get+n")->body, "1\n", "%s: %s",
		    pages[i], get(&a, "op=get+n")->body);
	}
}

Test(races, r35_a_form_whose_request_failed_can_be_sent_again)
{
	char form[160];

	get(&a, "op=set+k+v");
	form_token(&a, form);
	cr_assert_eq(submit(&a, form, "op=once&op=add+n+1&op=status+500")
	    ->status, 500);
	cr_assert_eq(submit(&a, form, "op=once&op=add+n+1")->status, 200);
	cr_assert_eq(submit(&a, form, "op=once&op=add+n+1")->status, 200);
	cr_assert_str_eq(get(&a, "op=get+n")->body, "1\n");
}

static char shared_form[160];

static void
send_form(struct site *twin, int who, const struct order *order,
    struct report *report)
{
	struct visitor v = as(twin, order);

	(void)who;
	/* the form comes behind the id */
	report->value = submit(&v, order->text + 33,
	    "op=hook&op=once&op=add+n+1")->status;
}

Test(races, r35_a_form_sent_ten_times_at_once_has_one_effect)
{
	struct crew crew;
	char text[240];
	int round;

	get(&a, "op=setint+n+0");
	crew_start(&crew, 10, site, &ops, NULL, send_form);
	for (round = 1; round <= 20; round++) {
		form_token(&a, shared_form);
		snprintf(text, sizeof text, "%s %s", jar_get(&a, SID),
		    shared_form);
		crew_round(&crew, round, site->now, text);
		cr_assert_eq(crew_count(&crew, 200), 10);
		cr_assert_eq(sql_int(site, "SELECT value FROM field "
		    "WHERE name = 'n'"), round);
	}
	cr_assert(crew_end(&crew));
}

/* test_gate.c - one writer at a time, in turn, whatever becomes of others. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/file.h>
#include <sys/stat.h>

#include <fcntl.h>

#include "gate.h"
#include "ops.h"

static char folder[] = "/tmp/libsess-gate-XXXXXX";
static char path[64];

static struct shared {
	volatile int64_t inside;        /* processes behind the gate */
	volatile int64_t total;         /* not atomic, on purpose */
	volatile int64_t clashes;
	volatile int64_t here;          /* processes that had a turn */
} *shared;

static void
setup(void)
{
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/lock", folder);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(shared, MAP_FAILED);
}

static void
teardown(void)
{
	unlink(path);
	rmdir(folder);
	munmap(shared, sizeof *shared);
}

TestSuite(gate, .init = setup, .fini = teardown, .timeout = 60);

static int
lock_file(void)
{
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

/* A process that holds the gate, until told: "l" leave, end: exit in it. */
struct holder {
	pid_t pid;
	int tell, hear;
};

static void
hold_and_wait(int tell, int hear)
{
	struct gate g = GATE_INIT;
	char c;

	if (gate_open(&g, lock_file()) != SESS_OK ||
	    gate_enter(&g, 5) != SESS_OK)
		_exit(1);
	crew_write(hear, "i", 1);
	if (!crew_read(tell, &c, 1))
		_exit(0);
	gate_leave(&g);
	crew_write(hear, "o", 1);
	_exit(crew_read(tell, &c, 1));
}

static struct holder
holder_start(void)
{
	struct holder h;
	int tell[2], hear[2];
	char c = '\0';

	cr_assert(pipe(tell) == 0 && pipe(hear) == 0);
	if ((h.pid = fork()) == 0) {
		close(tell[1]);
		close(hear[0]);
		hold_and_wait(tell[0], hear[1]);
	}
	close(tell[0]);
	close(hear[1]);
	h.tell = tell[1];
	h.hear = hear[0];
	cr_assert(crew_read(h.hear, &c, 1));
	cr_assert_eq(c, 'i');
	return h;
}

static void
holder_leave(const struct holder *h)
{
	char c = '\0';

	crew_write(h->tell, "l", 1);
	cr_assert(crew_read(h->hear, &c, 1));
	cr_assert_eq(c, 'o');
}

static void
holder_end(const struct holder *h)
{
	close(h->tell);
	close(h->hear);
	waitpid(h->pid, NULL, 0);
}

Test(gate, r60_a_held_gate_is_waited_for_and_no_longer_than_asked)
{
	struct gate g = GATE_INIT;
	struct holder h = holder_start();

	cr_assert_eq(gate_open(&g, lock_file()), SESS_OK);
	cr_assert_eq(gate_enter(&g, 1), SESS_ESTORE);
	cr_assert_eq(gate_enter(&g, 0), SESS_ESTORE);
	holder_leave(&h);
	cr_assert_eq(gate_enter(&g, 1), SESS_OK);
	gate_leave(&g);
	cr_assert_eq(gate_enter(&g, 0), SESS_OK);
	gate_leave(&g);
	gate_close(&g);
	holder_end(&h);
}

/* Once, and again: nobody is left to make the lock anew. */
Test(gate, r60_a_killed_holder_hands_over)
{
	struct gate g = GATE_INIT;
	struct holder h;
	int i;

	cr_assert_eq(gate_open(&g, lock_file()), SESS_OK);
	for (i = 0; i < 20; i++) {
		h = holder_start();
		cr_assert_eq(gate_enter(&g, 0), SESS_ESTORE, "it is held");
		kill(h.pid, SIGKILL);
		holder_end(&h);
		cr_assert_eq(gate_enter(&g, 1), SESS_OK, "kill %d", i);
		gate_leave(&g);
	}
	gate_close(&g);
}

/* It dies while others wait for it. */
static void
enter_and_count(struct site *none, int who, const struct order *order,
    struct report *report)
{
	struct gate g = GATE_INIT;

	(void)none;
	(void)order;
	if (gate_open(&g, lock_file()) != SESS_OK)
		return;
	if (who == 0) {         /* waits for the others to wait */
		kill((pid_t)order->now, SIGKILL);
		report->value = 1;
		gate_close(&g);
		return;
	}
	if (gate_enter(&g, 20) == SESS_OK) {
		report->value = 1;
		shared->total++;
		gate_leave(&g);
	}
	gate_close(&g);
}

Test(gate, r60_a_killed_holder_hands_over_to_all_who_wait)
{
	struct holder h;
	struct crew crew;
	int i;

	crew_start(&crew, 8, NULL, NULL, NULL, enter_and_count);
	for (i = 0; i < 10; i++) {
		shared->total = 0;
		h = holder_start();
		crew_round(&crew, i, h.pid, NULL);
		holder_end(&h);
		cr_assert_eq(crew_count(&crew, 1), 8);
		cr_assert_eq(shared->total, 7);
	}
	cr_assert(crew_end(&crew));
}

Test(gate, r60_a_stopped_holder_costs_a_timeout_and_then_all_goes_on)
{
	struct gate g = GATE_INIT;
	struct holder h = holder_start();
	int status;

	cr_assert_eq(gate_open(&g, lock_file()), SESS_OK);
	kill(h.pid, SIGSTOP);
	cr_assert_eq(waitpid(h.pid, &status, WUNTRACED), h.pid);
	cr_assert(WIFSTOPPED(status));
	crew_write(h.tell, "l", 1);
	cr_assert_eq(gate_enter(&g, 1), SESS_ESTORE);
	cr_assert_eq(gate_enter(&g, 1), SESS_ESTORE);
	kill(h.pid, SIGCONT);
	cr_assert_eq(gate_enter(&g, 10), SESS_OK);
	gate_leave(&g);
	gate_close(&g);
	holder_end(&h);
}

/* ---- in turn ----------------------------------------------------------- */

#define WORKERS 8
#define TURNS 8000

/* As long as a small transaction. */
static void
work(void)
{
	volatile int i;

	for (i = 0; i < 5000; i++)
		;
}

/* Turns count from when all have had one: they do not start together. */
static void
take_turns(struct site *none, int who, const struct order *order,
    struct report *report)
{
	struct gate g = GATE_INIT;
	bool more = true, here = false;

	(void)none;
	(void)who;
	(void)order;
	if (gate_open(&g, lock_file()) != SESS_OK)
		return;
	while (more && gate_enter(&g, 20) == SESS_OK) {
		shared->clashes += ++shared->inside != 1;
		shared->here += !here;
		here = true;
		work();
		more = shared->total < TURNS;
		if (more && shared->here == WORKERS) {
			shared->total++;
			report->value++;
		}
		shared->inside--;
		gate_leave(&g);
	}
	gate_close(&g);
}

Test(gate, r55_only_one_is_behind_it_and_nobody_starves)
{
	int64_t least = TURNS, sum = 0;
	struct crew crew;
	int i;

	crew_start(&crew, WORKERS, NULL, NULL, NULL, take_turns);
	crew_round(&crew, 0, 0, NULL);
	for (i = 0; i < WORKERS; i++) {
		sum += crew.report[i].value;
		if (crew.report[i].value < least)
			least = crew.report[i].value;
	}
	cr_assert(crew_end(&crew));
	cr_assert_eq(shared->clashes, 0);
	cr_assert_eq(sum, TURNS, "each turn was somebody's own");
	/* an equal share would be TURNS / WORKERS */
	cr_assert_geq(least, TURNS / WORKERS / 4, "the least: %" PRId64,
	    least);
}

/* All open a lock that is not there yet, and use it at once. */
static void
open_and_enter(struct site *none, int who, const struct order *order,
    struct report *report)
{
	struct gate g = GATE_INIT;
	int i;

	(void)none;
	(void)who;
	(void)order;
	for (i = 0; i < 50; i++) {
		if (gate_open(&g, lock_file()) != SESS_OK ||
		    gate_enter(&g, 20) != SESS_OK)
			return;
		shared->clashes += ++shared->inside != 1;
		shared->total++;
		shared->inside--;
		gate_leave(&g);
		gate_close(&g);
	}
	report->value = 1;
}

Test(gate, r55_opened_by_all_at_once_it_is_one_gate)
{
	struct crew crew;
	int round;

	crew_start(&crew, WORKERS, NULL, NULL, NULL, open_and_enter);
	for (round = 0; round < 20; round++) {
		shared->total = 0;
		crew_round(&crew, round, 0, NULL);
		cr_assert_eq(crew_count(&crew, 1), WORKERS);
		cr_assert_eq(shared->total, WORKERS * 50);
		unlink(path);
	}
	cr_assert(crew_end(&crew));
	cr_assert_eq(shared->clashes, 0);
}

/* ---- its file ---------------------------------------------------------- */

/* What a crash or a restart of the machine left behind. */
Test(gate, r60_a_file_of_rubbish_is_made_anew)
{
	static const size_t sizes[] = { 0, 1, 39, 40, 4096 };
	struct gate g = GATE_INIT;
	uint8_t rubbish[4096];
	size_t i;
	int fd;

	memset(rubbish, 0xff, sizeof rubbish);
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
		cr_assert_eq(write(fd, rubbish, sizes[i]), (ssize_t)sizes[i]);
		close(fd);
		cr_assert_eq(gate_open(&g, lock_file()), SESS_OK);
		cr_assert_eq(gate_enter(&g, 1), SESS_OK);
		gate_leave(&g);
		gate_close(&g);
	}
}

Test(gate, r60_no_file_is_an_error_and_no_crash)
{
	struct gate g = GATE_INIT;

	cr_assert_eq(gate_open(&g, -1), SESS_ESTORE);
	gate_close(&g);
	cr_assert_eq(gate_open(&g, open(folder, O_RDONLY)), SESS_ESTORE,
	    "a folder");
	cr_assert_eq(g.fd, -1, "it is closed");
}

/* ---- slots ------------------------------------------------------------- */

static int
cores(void)
{
	return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

Test(gate, r36_there_are_as_many_slots_as_cores)
{
	struct gate g[CREW_MAX];
	int i, n = cores() + 1;

	cr_assert_leq(n, CREW_MAX);
	for (i = 0; i < n; i++)
		cr_assert_eq(gate_open(&g[i], lock_file()), SESS_OK);
	for (i = 0; i < n - 1; i++)
		cr_assert_eq(gate_slot_take(&g[i]), SESS_OK);
	cr_assert_eq(gate_slot_take(&g[n - 1]), SESS_EBUSY);
	cr_assert_eq(gate_enter(&g[n - 1], 1), SESS_OK, "the gate is open");
	gate_leave(&g[n - 1]);
	gate_slot_leave(&g[0]);
	cr_assert_eq(gate_slot_take(&g[n - 1]), SESS_OK);
	cr_assert_eq(gate_slot_take(&g[0]), SESS_EBUSY);
	gate_close(&g[1]);
	cr_assert_eq(gate_slot_take(&g[0]), SESS_OK, "it was closed");
	for (i = 0; i < n; i++)
		gate_close(&g[i]);
}

/* Takes a slot and waits to be killed. */
static pid_t
slot_holder(void)
{
	struct gate g = GATE_INIT;
	int ready[2];
	pid_t pid;
	char c;

	cr_assert_eq(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		if (gate_open(&g, lock_file()) == SESS_OK &&
		    gate_slot_take(&g) == SESS_OK)
			crew_write(ready[1], "i", 1);
		pause();
		_exit(1);
	}
	close(ready[1]);
	cr_assert(crew_read(ready[0], &c, 1));
	close(ready[0]);
	return pid;
}

Test(gate, r36_a_slot_comes_back_when_its_process_is_killed)
{
	struct gate g = GATE_INIT;
	pid_t pid[CREW_MAX];
	int i;

	for (i = 0; i < cores(); i++)
		pid[i] = slot_holder();
	cr_assert_eq(gate_open(&g, lock_file()), SESS_OK);
	cr_assert_eq(gate_slot_take(&g), SESS_EBUSY);
	for (i = 0; i < cores(); i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	cr_assert_eq(gate_slot_take(&g), SESS_OK);
	gate_close(&g);
}

static void
crew_slots(struct site *none, int who, const struct order *o,
    struct report *r)
{
	struct gate g = GATE_INIT;
	int i;

	(void)none;
	(void)who;
	(void)o;
	if (gate_open(&g, lock_file()) != SESS_OK)
		return;
	for (i = 0; i < 50; i++) {
		if (gate_slot_take(&g) != SESS_OK)
			continue;
		if (__atomic_add_fetch(&shared->inside, 1,
		    __ATOMIC_SEQ_CST) > cores())
			shared->clashes++;
		usleep(100);
		__atomic_sub_fetch(&shared->inside, 1, __ATOMIC_SEQ_CST);
		gate_slot_leave(&g);
		r->value++;
	}
	gate_close(&g);
}

Test(gate, r36_never_more_are_in_slots_than_there_are)
{
	struct crew crew;
	int i, took = 0;

	crew_start(&crew, 16, NULL, NULL, NULL, crew_slots);
	crew_round(&crew, 0, 0, NULL);
	for (i = 0; i < 16; i++)
		took += crew.report[i].value > 0;
	cr_assert_eq(shared->clashes, 0);
	cr_assert_geq(took, cores());
	cr_assert(crew_end(&crew));
}

/* crew.c - several processes that do the same, and one that looks after them. */
/* SPDX-License-Identifier: ISC */
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "crew.h"

#define YOUNG 1         /* s: an earlier death has a reason that will last */
#define PATIENCE 60     /* s: for the requests in hand, at the end */

struct member {
	pid_t pid;              /* 0: none */
	time_t born;
	bool old;               /* to be replaced, see SIGHUP */
};

struct crew {
	struct member *members;
	int n;
	int (*work)(void *);
	void *arg;
	bool ending;
};

static void
signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGHUP);
}

int
crew_told_to_end(void)
{
	sigset_t set;

	signals(&set);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

void
crew_hold_signals(void)
{
	sigset_t set;

	signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static time_t
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* A child that loses its parent has nobody to end it: it ends. */
static void
child(const struct crew *c, pid_t parent, unsigned delay)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	sleep(delay);
	_exit(c->work(c->arg));
}

/* Where there can be no new process now, watch() tries again. */
static void
begin(const struct crew *c, struct member *m, unsigned delay)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		child(c, parent, delay);
	*m = (struct member){ .pid = pid > 0 ? pid : 0,
		.born = seconds() + (time_t)delay };
}

static void
tell_all(const struct crew *c, int signal)
{
	int i;

	for (i = 0; i < c->n; i++)
		if (c->members[i].pid > 0)
			kill(c->members[i].pid, signal);
}

/* The next of those that SIGHUP wants replaced, one at a time. */
static void
renew(const struct crew *c)
{
	int i;

	for (i = 0; i < c->n; i++)
		if (c->members[i].old) {
			if (c->members[i].pid > 0)
				kill(c->members[i].pid, SIGTERM);
			return;
		}
}

/* Note who ended; replace them, at once if they did as they were told. */
static void
reap(struct crew *c)
{
	bool willing;
	int i, status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < c->n; i++) {
			if (c->members[i].pid != pid)
				continue;
			c->members[i].pid = 0;
			willing = (WIFEXITED(status) && WEXITSTATUS(status) ==
			    0) || seconds() - c->members[i].born >= YOUNG;
			if (!c->ending)
				begin(c, &c->members[i], willing ? 0 : YOUNG);
		}
}

static bool
anybody(const struct crew *c)
{
	int i;

	for (i = 0; i < c->n; i++)
		if (c->members[i].pid > 0)
			return true;
	return false;
}

static void
finish(struct crew *c)
{
	const struct timespec second = { .tv_sec = 1 };
	time_t since = seconds();
	sigset_t set;

	c->ending = true;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	tell_all(c, SIGTERM);
	for (reap(c); anybody(c); reap(c)) {
		if (seconds() - since > PATIENCE)
			tell_all(c, SIGKILL);
		sigtimedwait(&set, NULL, &second);
	}
}

static void
watch(struct crew *c)
{
	const struct timespec second = { .tv_sec = 1 };
	sigset_t set;
	int i, signal;

	signals(&set);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		signal = sigtimedwait(&set, NULL, &second);
		if (signal == SIGTERM || signal == SIGINT || signal == SIGUSR1)
			return;
		for (i = 0; signal == SIGHUP && i < c->n; i++)
			c->members[i].old = true;
		reap(c);
		for (i = 0; i < c->n; i++)
			if (c->members[i].pid == 0)
				begin(c, &c->members[i], YOUNG);
		renew(c);
	}
}

int
crew_run(int n, int (*work)(void *), void *arg)
{
	struct crew c = { .n = n, .work = work, .arg = arg };
	sigset_t set;
	int i;

	if ((c.members = calloc((size_t)n, sizeof *c.members)) == NULL)
		return EXIT_FAILURE;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (i = 0; i < n; i++)
		begin(&c, &c.members[i], 0);
	watch(&c);
	finish(&c);
	free(c.members);
	return EXIT_SUCCESS;
}

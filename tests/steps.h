/*
 * steps.h - how much work is it?  Counted, not timed: a child does the work
 * one machine instruction at a time, so the count is the same in each run
 * and on a busy machine.
 */
/* SPDX-License-Identifier: ISC */
#ifndef TESTS_STEPS_H
#define TESTS_STEPS_H

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include <criterion/criterion.h>

#define STEPS_REFUSED (-1)      /* no ptrace here */
#define STEPS_TOO_MANY (-2)

static inline void
steps_child(void (*work)(void *), void *arg)
{
	pid_t self = getpid();

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		_exit(1);
	kill(self, SIGSTOP);
	work(arg);
	kill(self, SIGSTOP);
	_exit(0);
}

/* From the child's first stop to its second; at most so many. */
static inline long
steps_count(pid_t child, long most)
{
	long n = 0;
	int status;

	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return STEPS_REFUSED;
	do
		if (n++ == most)
			return STEPS_TOO_MANY;
	while (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) == 0 &&
	    waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
	    WSTOPSIG(status) == SIGTRAP);
	return WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP ? n :
	    STEPS_REFUSED;
}

/* The instructions of work(arg), and a few of our own, always as many. */
static inline long
steps(void (*work)(void *), void *arg, long most)
{
	pid_t child;
	long n;

	work(arg);      /* so that the linker's work is done before */
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0)
		steps_child(work, arg);
	n = steps_count(child, most);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	cr_assert_neq(n, STEPS_REFUSED, "ptrace is refused here");
	return n;
}

/* The same, without what the allocator does now and then: the less of two. */
static inline long
steps_least(void (*work)(void *), void *arg, long most)
{
	long a = steps(work, arg, most), b = steps(work, arg, most);

	return a < b ? a : b;
}

/*
 * Does work(text) grow with the length of the text, and no faster?  Three
 * lengths, so that what is the same for all of them falls out; the slack is
 * for where in memory things come to lie.  The text is cut.
 */
static inline bool
steps_linear(void (*work)(void *), char *text, size_t len, long most)
{
	long n[3];
	int i;

	for (i = 0; i < 3; i++, len /= 2) {
		text[len] = '\0';
		if ((n[i] = steps_least(work, text, most)) < 0)
			return false;
	}
	return 10 * (n[0] - n[1]) < 23 * (n[1] - n[2]) + 20000;
}

#endif

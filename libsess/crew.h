/* crew.h - several processes that do the same, and one that looks after them. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_CREW_H
#define SESS_CREW_H

/*
 * From now on SIGTERM, SIGINT, SIGUSR1 and SIGHUP interrupt nothing; they make
 * the descriptor of crew_told_to_end() readable, and nobody reads it: so all
 * threads see it, and none can miss it.  -1: there is no descriptor to be had.
 */
void crew_hold_signals(void);
int crew_told_to_end(void);

/*
 * Run n processes of work(arg), which returns its exit status when it is told
 * to end.  Replace those that end; replace all, one at a time, on SIGHUP; end
 * them when one of the other signals comes.  Returns main()'s status.
 */
int crew_run(int n, int (*work)(void *), void *arg);

#endif

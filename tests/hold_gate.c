/*
 * hold_gate.c - takes a store's gate, and lets a signal happen to it.
 *
 *	hold_gate FILE SIGNAL
 */
/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "gate.h"

int
main(int argc, char **argv)
{
	struct gate gate = GATE_INIT;

	if (argc != 3 ||
	    gate_open(&gate, open(argv[1], O_RDWR)) != SESS_OK ||
	    gate_enter(&gate, 10) != SESS_OK)
		return 2;
	puts("held");
	fflush(stdout);
	signal(SIGSEGV, SIG_DFL);       /* not for the sanitizer */
	raise((int)strtol(argv[2], NULL, 10));
	return 0;
}

/*
 * banned.h - calls that this code does not make, as compile errors.
 *
 * Included by the compiler's command line in front of every file of libsess.
 * They know no maximum, keep state behind the caller's back, or guess.
 */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_BANNED_H
#define SESS_BANNED_H

/* First, so that their own declarations are not touched. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* With clang and _FORTIFY_SOURCE these are macros of the C library. */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat strncpy strncat stpcpy
#pragma GCC poison sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll
#pragma GCC poison gmtime localtime ctime asctime
#pragma GCC poison rand srand srandom drand48
#pragma GCC poison system popen mktemp tmpnam

/*
 * Not a poisoned word: sess_conf has a member of that name.  A warning, as clang
 * knows no error for what was declared before.
 */
long random(void) __attribute__((deprecated("guessable: see random_bytes()")));

#endif

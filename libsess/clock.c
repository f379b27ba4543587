/* clock.c - what time is it? */
/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"

int64_t
clock_now(const struct sess_conf *conf)
{
	if (conf->clock != NULL)
		return conf->clock(conf->clock_arg);
	return (int64_t)time(NULL);
}

/* How many times faster than others a program under test lives. */
static int64_t
haste(void)
{
#ifdef SESS_TEST_HOOKS
	const char *times = getenv("LIBSESS_TEST_HASTE");

	return times != NULL ? strtol(times, NULL, 10) : 1;
#else
	return 1;
#endif
}

int64_t
clock_ms(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return ((int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000) * haste();
}

int64_t
clock_us(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int
clock_left(int64_t end)
{
	int64_t left = end - clock_ms();

	if (left <= 0)
		return 0;
	left = (left - 1) / haste() + 1;
	return left < INT_MAX ? (int)left : INT_MAX;
}

#ifdef SESS_TEST_HOOKS
int64_t
clock_of_file(void *path)
{
	FILE *f = fopen(path, "re");
	int64_t n = 0;
	int sign;

	if (f == NULL)
		return (int64_t)time(NULL);
	sign = getc(f);
	ungetc(sign, f);
	if (fscanf(f, "%" SCNd64, &n) != 1)
		n = 0;
	fclose(f);
	return sign == '+' || sign == '-' ? (int64_t)time(NULL) + n : n;
}
#endif

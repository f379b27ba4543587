/* clock.c - what time is it? */
#include <stdio.h>
#include <time.h>

#include "clock.h"

int64_t
clock_now(const struct sess_conf *conf)
{
	if (conf->clock != NULL)
		return conf->clock(conf->clock_arg);
	return (int64_t)time(NULL);
}

int64_t
clock_ms(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
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

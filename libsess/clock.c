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

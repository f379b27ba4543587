/* test_setting.c - the settings, and the example file that names them all. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setting.h"

static struct pool pool = POOL_INIT(1 << 20);

static void
teardown(void)
{
	pool_release(&pool);
}

TestSuite(setting, .fini = teardown);

static FILE *
example_open(void)
{
	const char *dir = getenv("top_builddir");
	char path[4096];
	FILE *f;

	cr_assert_not_null(dir, "make check sets top_builddir");
	snprintf(path, sizeof path, "%s/libsess/libsess.conf", dir);
	f = fopen(path, "r");
	cr_assert_not_null(f, "%s: cannot be opened", path);
	return f;
}

/* "#idle = 30m": a setting that is switched off; a remark has a blank first. */
static bool
example_next(FILE *f, char *line, size_t size, char **value)
{
	char *equals;

	while (fgets(line, (int)size, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		cr_assert(*line == '\0' || *line == '#', "switched on: %s",
		    line);
		if (*line == '\0' || line[1] == ' ' || line[1] == '\0')
			continue;
		equals = strstr(line, " = ");
		cr_assert_not_null(equals, "neither a remark nor a setting: %s",
		    line);
		*equals = '\0';
		*value = equals + 3;
		return true;
	}
	return false;
}

/* Do both hold the same value of this setting?  A text without default does. */
static bool
is_same(const struct setting *s, const struct sess_conf *a,
    const struct sess_conf *b)
{
	const char *x = (const char *)a + s->offset;
	const char *y = (const char *)b + s->offset;

	switch (s->kind) {
	case SETTING_TEXT:
		return *(const char *const *)y == NULL ||
		    strcmp(*(const char *const *)x,
		    *(const char *const *)y) == 0;
	case SETTING_TIME:
	case SETTING_TIME_OR_NEVER:
		return *(const int64_t *)x == *(const int64_t *)y;
	case SETTING_SIZE:
		return *(const size_t *)x == *(const size_t *)y;
	case SETTING_BOOL:
		return *(const bool *)x == *(const bool *)y;
	case SETTING_WORD:
		return *(const int *)x == *(const int *)y;
	case SETTING_CARRY:
		return *(const unsigned *)x == *(const unsigned *)y;
	}
	return false;
}

Test(setting, r103_the_example_file_has_the_default_of_each_setting)
{
	struct sess_conf dflt = { .store = NULL };
	char line[256], *value;
	const char *key, *what;
	FILE *f = example_open();

	setting_complete(&dflt);
	while (example_next(f, line, sizeof line, &value)) {
		struct sess_conf conf = { .store = NULL };

		key = line + 1;
		what = setting_set(&conf, &pool, key, value);
		cr_assert_null(what, "%s = %s: %s", key, value, what);
		cr_expect(is_same(setting_find(key), &conf, &dflt),
		    "%s = %s is not the default", key, value);
	}
	fclose(f);
}

Test(setting, r103_the_example_file_has_each_setting_once)
{
	int found[SETTINGS] = { 0 };
	char line[256], *value;
	const struct setting *s;
	FILE *f = example_open();
	int i;

	while (example_next(f, line, sizeof line, &value)) {
		s = setting_find(line + 1);
		cr_assert_not_null(s, "%s is no setting", line + 1);
		found[s - settings]++;
	}
	fclose(f);
	for (i = 0; i < SETTINGS; i++)
		cr_expect_eq(found[i], 1, "%s: %d times", settings[i].key,
		    found[i]);
}

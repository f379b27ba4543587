/* test_echo.c - the page that shows what arrived shows no secret. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "apps.h"
#include "stage.h"

#define ID "AbCdEfGhIjKlMnOpQrStUvWxYz012345"

TestSuite(echo, .init = stage_plain, .fini = stage_clear, .timeout = 60);

/* What echo makes of this cookie. */
static const char *
shown(const char *settings, const char *name)
{
	char header[200];

	stage(&echo_app, settings);
	snprintf(header, sizeof header, "HTTP_COOKIE=a=1; %s=" ID "; b=2",
	    name);
	v.extra[0] = header;
	return get(&v, NULL)->body;
}

static void
expect_masked(const char *settings, const char *name)
{
	const char *body = shown(settings, name);

	cr_expect_null(strstr(body, ID), "%s: %s", name, body);
	cr_expect_not_null(strstr(body, "AbCd..."), "%s: %s", name, body);
	cr_expect_not_null(strstr(body, "[\"a\",\"1\"]"), "%s", body);
	cr_expect_not_null(strstr(body, "[\"b\",\"2\"]"), "%s", body);
}

Test(echo, r102_the_library_s_own_cookies_are_masked)
{
	expect_masked(NULL, "__Host-sid");
	expect_masked(NULL, "__Host-pre");
	expect_masked(NULL, "__Host-device");
	expect_masked(NULL, "__Host-remember");
}

Test(echo, r102_they_are_masked_by_the_names_of_the_settings)
{
	static const char path[] = "cookie_path=/a\ncookie_name=__Secure-x";

	expect_masked("insecure_dev=yes", "sid");
	expect_masked("insecure_dev=yes", "pre");
	expect_masked("insecure_dev=yes", "remember");
	expect_masked("cookie_name=__Host-mine", "__Host-mine");
	expect_masked(path, "__Secure-x");
	expect_masked(path, "__Secure-device");
}

Test(echo, r102_one_that_came_twice_is_masked_twice)
{
	stage(&echo_app, NULL);
	v.extra[0] = "HTTP_COOKIE=__Host-sid=" ID "; __Host-sid=" ID;
	cr_assert_eq(times_in(get(&v, NULL)->body, "AbCd..."), 2);
	cr_assert_eq(times_in(get(&v, NULL)->body, ID), 0);
}

Test(echo, r102_of_a_short_value_nothing_is_shown)
{
	stage(&echo_app, NULL);
	v.extra[0] = "HTTP_COOKIE=__Host-sid=abcde";
	cr_assert_not_null(strstr(get(&v, NULL)->body,
	    "[\"__Host-sid\",\"...\"]"));
}

Test(echo, r102_other_cookies_are_shown)
{
	cr_assert_not_null(strstr(shown(NULL, "mine"), ID));
}

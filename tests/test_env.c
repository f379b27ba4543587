/* test_env.c - which variables a program sees. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"

static struct env env;
static char **seen;

static void
own(bool over_tcp)
{
	clearenv();
	setenv("LIBSESS_STORE", "sqlite:/own", 1);
	setenv("GATE_RULES", "/own/rules", 1);
	setenv("PATH", "/bin", 1);
	setenv("HTTP_X", "of another request", 1);
	setenv("QUERY_STRING", "a=b", 1);
	setenv("LISTEN_FDS", "1", 1);
	setenv("FCGI_WEB_SERVER_ADDRS", "127.0.0.1", 1);
	cr_assert(env_init(&env, over_tcp));
}

static void
request(char *vars, size_t n)
{
	seen = env_of_request(&env, "FCGI_ROLE=RESPONDER", vars, n);
	cr_assert_not_null(seen);
}

static const char *
get(const char *name)
{
	size_t len = strlen(name);
	char **v;

	for (v = seen; *v != NULL; v++)
		if (strncmp(*v, name, len) == 0 && (*v)[len] == '=')
			return *v + len + 1;
	return NULL;
}

static void
teardown(void)
{
	free(seen);
	env_release(&env);
}

TestSuite(env, .fini = teardown);

Test(env, r75_the_process_s_own_win)
{
	char vars[] = "LIBSESS_STORE=sqlite:/theirs\0GATE_RULES=/theirs\0"
	    "LIBSESS_CONF=/theirs\0HTTP_X=y";

	own(false);
	request(vars, 4);
	cr_assert_str_eq(get("LIBSESS_STORE"), "sqlite:/own");
	cr_assert_str_eq(get("GATE_RULES"), "/own/rules");
	cr_assert_str_eq(get("LIBSESS_CONF"), "/theirs");
	cr_assert_str_eq(get("HTTP_X"), "y");
}

Test(env, r75_over_tcp_nothing_comes_but_what_cgi_has)
{
	char vars[] = "LIBSESS_CONF=/theirs\0DEMO_DB=/theirs\0LD_PRELOAD=x\0"
	    "SESS_USER=bob\0REMOTE_ADDR=192.0.2.1\0HTTPS=on\0HTTP_X=y\0"
	    "HTTPX=no";

	own(true);
	request(vars, 8);
	cr_assert_null(get("LIBSESS_CONF"));
	cr_assert_null(get("DEMO_DB"));
	cr_assert_null(get("LD_PRELOAD"));
	cr_assert_null(get("SESS_USER"));
	cr_assert_null(get("HTTPX"));
	cr_assert_str_eq(get("REMOTE_ADDR"), "192.0.2.1");
	cr_assert_str_eq(get("HTTPS"), "on");
	cr_assert_str_eq(get("HTTP_X"), "y");
	cr_assert_str_eq(get("LIBSESS_STORE"), "sqlite:/own");
}

/* What was there when the program started belongs to no request. */
Test(env, nothing_of_a_request_comes_from_the_process)
{
	own(false);
	request((char[]){ "X=y" }, 1);
	cr_assert_null(get("HTTP_X"));
	cr_assert_null(get("QUERY_STRING"));
	cr_assert_null(get("LISTEN_FDS"));
	cr_assert_null(get("FCGI_WEB_SERVER_ADDRS"));
	cr_assert_str_eq(get("PATH"), "/bin");
}

Test(env, the_role_is_what_the_server_s_record_says)
{
	own(false);
	request((char[]){ "FCGI_ROLE=AUTHORIZER" }, 1);
	cr_assert_str_eq(get("FCGI_ROLE"), "RESPONDER");
}

Test(env, a_length_that_nobody_knows_is_none)
{
	own(false);
	request((char[]){ "CONTENT_LENGTH=-1" }, 1);
	cr_assert_str_eq(get("CONTENT_LENGTH"), "");
}

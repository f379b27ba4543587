/* test_teach.c - who is shown what happens inside a request. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "sess_trace.h"
#include "teach.h"

static struct site *site;
static enum sess_teaching teaching;
static bool local;

static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)res;
	(void)s;
	teaching = sess_teaching(req);
	local = teach_is_local(req->wire);
	return 204;
}

static const struct sess_app app = { .handle = handle, .no_session = true };

static void
teardown(void)
{
	site_free(site);
}

TestSuite(teach, .fini = teardown);

static void
begin(const char *settings)
{
	site = site_new(&app, settings);
}

/* A request with these variables, of which the last is NULL. */
static void
request(const char *const *vars)
{
	const char *all[16] = { "REQUEST_METHOD=GET", "SCRIPT_NAME=/page" };
	size_t n = 2;

	while (*vars != NULL)
		all[n++] = *vars++;
	all[n] = NULL;
	ask(site, all, NULL, 0);
}

#define ADDRESS "REMOTE_ADDR=127.0.0.1"
#define HOST "HTTP_HOST=localhost"

/* ---- the settings -------------------------------------------------------- */

static const struct {
	const char *settings;
	enum sess_teaching teaching;
} settings[] = {
	{ "", SESS_TEACH_OFF },
	{ "insecure_dev=yes", SESS_TEACH_OFF },
	{ "teach=no\ninsecure_dev=yes", SESS_TEACH_OFF },
	{ "teach=yes", SESS_TEACH_NOT_DEV },
	{ "teach=yes\ninsecure_dev=no", SESS_TEACH_NOT_DEV },
	{ "teach=yes\ninsecure_dev=yes", SESS_TEACH_YES },
};

Test(teach, needs_both_settings)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		if (site != NULL)
			site_free(site);
		begin(settings[i].settings);
		request((const char *[]){ ADDRESS, HOST, NULL });
		cr_expect_eq(teaching, settings[i].teaching, "%s",
		    settings[i].settings);
		cr_expect(local, "the judge does not look at settings");
	}
}

Test(teach, the_first_reason_that_is_missing_is_told)
{
	begin("teach=yes");
	request((const char *[]){ "REMOTE_ADDR=192.0.2.1", HOST, NULL });
	cr_expect_eq(teaching, SESS_TEACH_NOT_DEV);
	cr_expect_not(local);
}

static size_t
lines_of(const char *word)
{
	const char *at = site->log;
	size_t n = 0;

	while ((at = strstr(at, word)) != NULL) {
		at++;
		n++;
	}
	return n;
}

Test(teach, without_insecure_dev_one_line_says_so_for_all_requests)
{
	begin("teach=yes");
	for (int i = 0; i < 3; i++)
		request((const char *[]){ ADDRESS, HOST, NULL });
	cr_expect_eq(lines_of("insecure_dev = yes"), 1, "%s", site->log);
	cr_expect_neq(strstr(site->log, "teach = yes"), NULL, "%s",
	    site->log);
	cr_expect_eq(lines_of("\n"), 1, "%s", site->log);
}

Test(teach, where_it_counts_no_line_is_written)
{
	begin("teach=yes\ninsecure_dev=yes");
	request((const char *[]){ ADDRESS, HOST, NULL });
	request((const char *[]){ "REMOTE_ADDR=192.0.2.1", HOST, NULL });
	cr_expect_str_empty(site->log);
}

/* ---- the request ----------------------------------------------------------- */

static const struct row {
	const char *vars[6];
	bool local;
	const char *why;
} rows[] = {
	{ { ADDRESS, HOST }, true, "this machine" },

	/* the client's address */
	{ { HOST }, false, "no address" },
	{ { "REMOTE_ADDR=", HOST }, false, "an empty address" },
	{ { "REMOTE_ADDR=127.8.9.1", HOST }, true, "all of 127.0.0.0/8" },
	{ { "REMOTE_ADDR=::1", HOST }, true, "IPv6" },
	{ { "REMOTE_ADDR=0:0:0:0:0:0:0:1", HOST }, true, "IPv6, in full" },
	{ { "REMOTE_ADDR=::ffff:127.0.0.1", HOST }, true, "mapped" },
	{ { "REMOTE_ADDR=::ffff:192.0.2.1", HOST }, false, "mapped, away" },
	{ { "REMOTE_ADDR=::127.0.0.1", HOST }, false, "not mapped like that" },
	{ { "REMOTE_ADDR=::2", HOST }, false, "beside ::1" },
	{ { "REMOTE_ADDR=::", HOST }, false, "no address of anybody" },
	{ { "REMOTE_ADDR=0.0.0.0", HOST }, false, "likewise" },
	{ { "REMOTE_ADDR=126.255.255.255", HOST }, false, "below 127/8" },
	{ { "REMOTE_ADDR=128.0.0.1", HOST }, false, "above it" },
	{ { "REMOTE_ADDR=192.0.2.1", HOST }, false, "another machine" },
	{ { "REMOTE_ADDR=10.0.0.1", HOST }, false, "of this network" },
	{ { "REMOTE_ADDR=fe80::1", HOST }, false, "of this link" },
	{ { "REMOTE_ADDR=localhost", HOST }, false, "a name" },
	{ { "REMOTE_ADDR=127.1", HOST }, false, "an address in short" },
	{ { "REMOTE_ADDR=127.0.0.1:80", HOST }, false, "with a port" },
	{ { "REMOTE_ADDR=127.0.0.1 ", HOST }, false, "with a blank" },
	{ { "REMOTE_ADDR=127.0.0.1,192.0.2.1", HOST }, false, "a list" },
	{ { "REMOTE_ADDR=unix:", HOST }, false, "a socket" },
	{ { ADDRESS, ADDRESS, HOST }, false, "an address twice" },

	/* the Host */
	{ { ADDRESS }, false, "no Host" },
	{ { ADDRESS, "HTTP_HOST=" }, false, "an empty one" },
	{ { ADDRESS, "HTTP_HOST=localhost:8080" }, true, "with a port" },
	{ { ADDRESS, "HTTP_HOST=localhost:" }, true, "a port left out" },
	{ { ADDRESS, "HTTP_HOST=LocalHost:1" }, true, "in any case" },
	{ { ADDRESS, "HTTP_HOST=shop.localhost" }, true, "below localhost" },
	{ { ADDRESS, "HTTP_HOST=a.b.localhost:1" }, true, "far below it" },
	{ { ADDRESS, "HTTP_HOST=127.0.0.1:8080" }, true, "an address" },
	{ { ADDRESS, "HTTP_HOST=127.3.2.1" }, true, "of 127.0.0.0/8" },
	{ { ADDRESS, "HTTP_HOST=[::1]" }, true, "IPv6" },
	{ { ADDRESS, "HTTP_HOST=[::1]:8080" }, true, "IPv6 with a port" },
	{ { ADDRESS, "HTTP_HOST=[::ffff:7f00:1]" }, true, "IPv6, mapped" },
	{ { ADDRESS, "HTTP_HOST=::1" }, false, "IPv6 without brackets" },
	{ { ADDRESS, "HTTP_HOST=[::1" }, false, "half in brackets" },
	{ { ADDRESS, "HTTP_HOST=[127.0.0.1]" }, false, "IPv4 in brackets" },
	{ { ADDRESS, "HTTP_HOST=[localhost]" }, false, "a name in brackets" },
	{ { ADDRESS, "HTTP_HOST=[::1].example.org" }, false, "goes on" },
	{ { ADDRESS, "HTTP_HOST=[::2]" }, false, "IPv6, away" },
	{ { ADDRESS, "HTTP_HOST=[]" }, false, "brackets alone" },
	{ { ADDRESS, "HTTP_HOST=example.org" }, false, "another name" },
	{ { ADDRESS, "HTTP_HOST=192.0.2.1" }, false, "another address" },
	{ { ADDRESS, "HTTP_HOST=127.0.0.1.example.org" }, false,
	    "a name that begins like an address" },
	{ { ADDRESS, "HTTP_HOST=127.example.org" }, false, "likewise" },
	{ { ADDRESS, "HTTP_HOST=localhost.example.org" }, false, "likewise" },
	{ { ADDRESS, "HTTP_HOST=notlocalhost" }, false,
	    "a name that ends like it" },
	{ { ADDRESS, "HTTP_HOST=.localhost" }, false, "no name before it" },
	{ { ADDRESS, "HTTP_HOST=localhost." }, false, "another spelling" },
	{ { ADDRESS, "HTTP_HOST=localhost:80:80" }, false, "two ports" },
	{ { ADDRESS, "HTTP_HOST=localhost:http" }, false, "a port's name" },
	{ { ADDRESS, "HTTP_HOST=me@localhost" }, false, "with a user" },
	{ { ADDRESS, "HTTP_HOST=example.org/.localhost" }, false, "a path" },
	{ { ADDRESS, "HTTP_HOST=a, b.localhost" }, false, "a list" },
	{ { ADDRESS, HOST, HOST }, false, "a Host twice" },
	{ { ADDRESS, HOST, "HTTP_HOST=example.org" }, false, "two Hosts" },

	/* what proxies write */
	{ { ADDRESS, HOST, "HTTP_FORWARDED=for=127.0.0.1" }, false,
	    "Forwarded" },
	{ { ADDRESS, HOST, "HTTP_FORWARDED=" }, false, "an empty one" },
	{ { ADDRESS, HOST, "HTTP_X_FORWARDED_FOR=127.0.0.1" }, false,
	    "X-Forwarded-For" },
	{ { ADDRESS, HOST, "HTTP_X_FORWARDED_FOR=1", "HTTP_X_FORWARDED_FOR=2"
	    }, false, "X-Forwarded-For twice" },
	{ { ADDRESS, HOST, "HTTP_X_FORWARDED_PROTO=http" }, false,
	    "X-Forwarded-Proto" },
	{ { ADDRESS, HOST, "HTTP_X_FORWARDED_HOST=localhost" }, false,
	    "X-Forwarded-Host" },
	{ { ADDRESS, HOST, "HTTP_X_FORWARDED_SERVER=x" }, false,
	    "X-Forwarded-Server" },
	{ { ADDRESS, HOST, "HTTP_X_REAL_IP=127.0.0.1" }, false, "X-Real-IP" },
	{ { ADDRESS, HOST, "HTTP_VIA=1.1 proxy" }, false, "Via" },
	{ { ADDRESS, HOST, "HTTP_CF_CONNECTING_IP=192.0.2.1" }, false,
	    "CF-Connecting-IP" },
	{ { ADDRESS, HOST, "SERVER_PROTOCOL=HTTP/1.0" }, false,
	    "nginx's proxy_pass" },
	{ { ADDRESS, HOST, "SERVER_PROTOCOL=HTTP/1.1" }, true, "a browser" },
	{ { ADDRESS, HOST, "SERVER_PROTOCOL=HTTP/2.0" }, true, "a browser" },
	{ { ADDRESS, HOST, "HTTP_VIABLE=1" }, true, "another field" },
	{ { ADDRESS, HOST, "HTTP_USER_AGENT=Via" }, true, "likewise" },
};

Test(teach, only_a_request_of_the_machine_itself)
{
	begin("teach=yes\ninsecure_dev=yes");
	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows;
	    r++) {
		request(r->vars);
		cr_expect_eq(local, r->local, "%s", r->why);
		cr_expect_eq(teaching, r->local ? SESS_TEACH_YES :
		    SESS_TEACH_AWAY, "%s", r->why);
	}
}

/* A proxy that is believed is one all the same. */
Test(teach, not_behind_a_proxy_that_is_believed)
{
	begin("teach=yes\ninsecure_dev=yes\nproxies=192.0.2.1");
	request((const char *[]){ "REMOTE_ADDR=192.0.2.1", HOST,
	    "HTTP_X_FORWARDED_FOR=127.0.0.1", NULL });
	cr_expect_eq(teaching, SESS_TEACH_AWAY);
	request((const char *[]){ ADDRESS, HOST, NULL });
	cr_expect_eq(teaching, SESS_TEACH_YES);
}

/* test_statements_id.c - S: what an id is, what it opens, when it changes. */
/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include <unistd.h>

#include <openssl/sha.h>

#include "encode.h"
#include "statements.h"

TestSuite(id, .fini = close_site);

/* ---- pages ------------------------------------------------------------- */

static int
renew(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)req;
	sess_renew(s);
	sess_res_puts(res, "renewed");
	return 200;
}

/* ---- the id is the way in ---------------------------------------------- */

Test(id, s03_the_id_and_nothing_else_gives_access)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct id id;
	size_t i;

	get(&v, "op=login alice&op=set drink tea");
	id = id_of(&v);
	expect_in(bare_id(site, id.text, "op=get drink")->body,
	    "\"new\":false,\"results\":[\"tea\"],\"user\":\"alice\"");
	for (i = 0; i < TOKEN_LEN; i++) {       /* each neighbour is wrong */
		struct id wrong = id;

		wrong.text[i] = wrong.text[i] == 'A' ? 'B' : 'A';
		expect_in(bare_id(site, wrong.text, "op=get drink")->body,
		    "\"new\":true,\"results\":[null],\"user\":null");
	}
	expect_in(bare(site, NULL, "op=get drink")->body, "\"new\":true");
	expect_in(bare(site, "user=alice", "op=get drink")->body,
	    "\"new\":true");
	expect_in(bare_id(site, "1", "op=get drink")->body, "\"new\":true");
	expect_in(bare_id(site, "alice", "op=get drink")->body,
	    "\"new\":true");
	close_site();
}

Test(id, s71_the_id_is_the_only_link)
{
	static const char *const other_browser[] = { "REQUEST_METHOD=GET",
		"HTTPS=on", "HTTP_HOST=www.example.net:8443",
		"SERVER_PORT=8443", "REMOTE_ADDR=2001:db8::7",
		"HTTP_USER_AGENT=another", "HTTP_ACCEPT_LANGUAGE=ja",
		"SCRIPT_NAME=/other/page", "QUERY_STRING=op=get drink", NULL,
		NULL };
	const char *vars[sizeof other_browser / sizeof *other_browser];
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	char cookie[128];

	get(&v, "op=login alice&op=set drink tea");
	memcpy(vars, other_browser, sizeof vars);
	expect_in(ask(site, vars, NULL, 0)->body, "\"new\":true");
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=" SID "=%s",
	    id_of(&v).text);
	vars[9] = cookie;
	expect_in(ask(site, vars, NULL, 0)->body,
	    "\"new\":false,\"results\":[\"tea\"],\"user\":\"alice\"");
	close_site();
}

Test(id, s04_the_first_answer_has_the_page_and_the_id)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a = get(&v, "op=add n 1");
	uint8_t bytes[TOKEN_BYTES];
	struct id id;

	cr_assert_eq(a->status, 200);
	cr_assert_str_eq(a->body,
	    "{\"new\":true,\"results\":[1],\"user\":null}\n");
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	id = id_of(&v);
	cr_assert(decode_base64url(bytes, sizeof bytes, id.text, TOKEN_LEN));
	cr_assert_eq(count_by_id(site, id.text, "WHERE"), 1);
	close_site();
}

Test(id, s05_without_the_cookie_two_requests_are_not_linked)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site, .no_cookies = true };

	get(&v, "op=add n 1");
	*site->trace = '\0';
	expect_in(get(&v, "op=add n 1")->body, "\"new\":true,\"results\":[1]");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 2);
	expect_in(site->trace, "carry: way=cookie name=" SID " count=0\n");
	expect_not_in(site->trace, "token: ");
	expect_not_in(site->trace, "find: ");
	close_site();
}

Test(id, s06_the_same_id_is_the_same_session)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a = get(&v, "op=add n 1");
	struct id first = id_of(&v);
	char expected[16];
	int i;

	for (i = 2; i <= 6; i++) {
		a = get(&v, "op=add n 1");
		snprintf(expected, sizeof expected, "[%d]", i);
		expect_in(a->body, expected);
		cr_assert_null(field_of(a, "Set-Cookie"));
	}
	cr_assert_str_eq(id_of(&v).text, first.text);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 1);
	close_site();
}

/* ---- from the id to the entry ------------------------------------------ */

/* Each stands behind the one before. */
static void
expect_order(const char *trace, const char *const *steps)
{
	const char *at = trace, *next;

	for (; *steps != NULL; steps++, at = next)
		if ((next = strstr(at, *steps)) == NULL)
			cr_assert_fail("\"%s\" is not there, or too early, "
			    "in: %s", *steps, trace);
}

Test(id, s12_first_the_id_then_the_entry_then_the_program)
{
	static const char *const steps[] = { "request: ", "\ncarry: ",
		"\ntoken: ", "\nstore: purpose=look up the hash of the id",
		"\nfind: found=live ", "\nhandler:\n", "\nedit: act=add "
		"name=n ", NULL };
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	get(&v, "op=add n 1");
	*site->trace = '\0';
	/* The program has the entry in its hands. */
	expect_in(get(&v, "op=add n 1")->body, "[2]");
	expect_order(site->trace, steps);
	close_site();
}

Test(id, s32_read_the_cookie_examine_the_id_return_the_data)
{
	static const char *const bad[] = { "x", "../../etc/passwd",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*" };
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	size_t i;

	get(&v, "op=set drink tea");
	expect_in(get(&v, "op=get drink")->body, "[\"tea\"]");
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		*site->trace = '\0';
		expect_in(bare_id(site, bad[i], "op=get drink")->body,
		    "\"new\":true,\"results\":[null]");
		expect_in(site->trace, "\ntoken: bytes=");
		/* What has not the shape of an id costs no look-up. */
		expect_not_in(site->trace, "store: ");
	}
	close_site();
}

/* ---- what an id tells -------------------------------------------------- */

Test(id, s31_the_cookie_has_no_personal_information)
{
	static const char user[] = "ada.lovelace@example.org";
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site }, again = { .site = site };
	struct answer *a = get(&v, "op=login ada.lovelace@example.org&"
	    "op=set email ada.lovelace@example.org&op=set language fr");
	const char *line = field_of(a, "Set-Cookie");
	uint8_t hash[SHA256_DIGEST_LENGTH];
	char text[64];

	SHA256((const uint8_t *)user, sizeof user - 1, hash);
	encode_base64url(text, hash, TOKEN_BYTES);
	cr_assert_str_neq(id_of(&v).text, text);
	encode_base64url(text, (const uint8_t *)user, 12);
	expect_not_in(line, text);
	expect_not_in(line, "lovelace");
	expect_not_in(line, "192.0.2.1");
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	/* The same user, a moment later: nothing in common. */
	get(&again, "op=login ada.lovelace@example.org");
	cr_assert_neq(strncmp(id_of(&v).text, id_of(&again).text, 8), 0);
	close_site();
}

static void
expect_no_number(const uint8_t *bytes, uint32_t n)
{
	uint8_t big[4], little[4];
	int i;

	for (i = 0; i < 4; i++)
		big[3 - i] = little[i] = (uint8_t)(n >> (8 * i));
	cr_assert_null(memmem(bytes, TOKEN_BYTES, big, 4));
	cr_assert_null(memmem(bytes, TOKEN_BYTES, little, 4));
}

/* Users of all lengths, at all times: ids of one length without structure. */
Test(id, s46_a_cookie_alone_reveals_nothing)
{
	enum { IDS = 64 };
	struct site *site = open_site(&probe_app, NULL);
	struct id ids[IDS];
	uint8_t bytes[TOKEN_BYTES];
	char query[400] = "";
	size_t i, at, same, len = 0;
	struct answer *a;

	for (i = 0; i < IDS; i++) {
		struct visitor v = { .site = site };

		snprintf(query, sizeof query, "op=login %.*s&op=set f %.*s",
		    (int)(1 + 3 * i), "aliceali"
		    "cealicealicealicealicealicealicealicealicealicealice"
		    "cealicealicealicealicealicealicealicealicealicealice"
		    "cealicealicealicealicealicealicealicealicealicealice"
		    "cealicealicealicealicealicealicealicealicealicealice",
		    (int)i, "milkmilkmilkmilkmilkmilkmilkmilkmilkmilkmilk"
		    "milkmilkmilkmilkmilk");
		a = get(&v, query);
		ids[i] = id_of(&v);
		len = i > 0 ? len : strcspn(field_of(a, "Set-Cookie"), "\r");
		cr_assert_eq(strcspn(field_of(a, "Set-Cookie"), "\r"), len);
		cr_assert(decode_base64url(bytes, sizeof bytes, ids[i].text,
		    TOKEN_LEN));
		expect_no_number(bytes, (uint32_t)site->now);
		cr_assert_null(memmem(bytes, sizeof bytes, "alice", 5));
		site->now += (int64_t)(i % 2);
	}
	for (at = 0; at < TOKEN_LEN; at++) {
		for (i = 1, same = 1; i < IDS; i++)
			same += ids[i].text[at] == ids[0].text[at];
		cr_assert_lt(same, 20, "place %zu hardly changes", at);
	}
	close_site();
}

/* ---- what the server keeps --------------------------------------------- */

static void
expect_mode(const char *folder, const char *name, unsigned mode)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	cr_assert_eq(stat(path, &st), 0, "%s", path);
	cr_assert_eq(st.st_mode & 07777, mode, "%s is %o", path,
	    (unsigned)st.st_mode & 07777);
}

static void
remove_store(const char *folder)
{
	static const char *const names[] = { "sess.db", "sess.db-wal",
		"sess.db-shm", "sess.db-lock" };
	char path[256];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	cr_assert_eq(rmdir(folder), 0, "%s has other files", folder);
}

Test(id, s47_the_files_are_the_owners_alone_whatever_the_umask)
{
	struct site *site = open_site(&probe_app, NULL), *twin;
	char folder[128], settings[256];
	struct visitor v;

	umask(0);
	snprintf(folder, sizeof folder, "%s/made", site->folder);
	snprintf(settings, sizeof settings, "store=sqlite:%s/sess.db",
	    folder);
	twin = site_twin(site, &probe_app, settings);
	v = (struct visitor){ .site = twin };
	cr_assert_eq(get(&v, "op=set drink tea")->status, 200);
	expect_mode(folder, ".", 0700);
	expect_mode(folder, "sess.db", 0600);
	expect_mode(folder, "sess.db-wal", 0600);
	expect_mode(folder, "sess.db-shm", 0600);
	expect_mode(folder, "sess.db-lock", 0600);
	remove_store(folder);
	site_free(twin);
	close_site();
}

Test(id, s47_a_folder_that_others_can_write_to_is_refused)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };

	cr_assert_eq(chmod(site->folder, 0770), 0);
	cr_assert_eq(get(&v, "op=set drink tea")->status, 503);
	expect_in(site->log, "err=E_STORE");
	close_site();
}

/* Worked out without the library's own code. */
Test(id, s47_the_key_is_the_hash_of_the_id)
{
	static const char label[] = "libsess-sid-1";    /* with its NUL */
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	uint8_t text[sizeof label + TOKEN_LEN], hash[SHA256_DIGEST_LENGTH];
	char sql[160] = "SELECT count(*) FROM token WHERE key = x'";
	size_t i;

	get(&v, "op=set drink tea");
	memcpy(text, label, sizeof label);
	memcpy(text + sizeof label, id_of(&v).text, TOKEN_LEN);
	SHA256(text, sizeof text, hash);
	for (i = 0; i < sizeof hash; i++)
		snprintf(sql + strlen(sql), 3, "%02x", hash[i]);
	strcat(sql, "'");
	cr_assert_eq(sql_int(site, sql), 1);
	close_site();
}

Test(id, s47_the_id_itself_is_in_no_file)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	uint8_t bytes[TOKEN_BYTES];
	struct id ids[3];
	size_t i;

	get(&v, "op=set drink tea");
	ids[0] = id_of(&v);
	get(&v, "op=login alice");
	ids[1] = id_of(&v);
	site->now += 10;
	get(&v, "op=rotate");
	ids[2] = id_of(&v);
	for (i = 0; i < 3; i++) {
		cr_assert(decode_base64url(bytes, sizeof bytes, ids[i].text,
		    TOKEN_LEN));
		cr_assert_not(folder_has(site, ids[i].text, TOKEN_LEN));
		cr_assert_not(folder_has(site, bytes, sizeof bytes));
	}
	cr_assert(folder_has(site, "tea", 3), "the search finds nothing");
	close_site();
}

/* ---- hijacking --------------------------------------------------------- */

Test(id, s64_cookies_are_secure_and_http_only_by_default)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	const char *line = field_of(get(&v, "op=set drink tea"),
	    "Set-Cookie");
	char expected[160];

	snprintf(expected, sizeof expected, SID "=%s; Path=/; Secure; "
	    "HttpOnly; SameSite=Lax\r\n", id_of(&v).text);
	cr_assert_eq(strncmp(line, expected, strlen(expected)), 0, "%s",
	    line);
	close_site();
}

Test(id, s65_a_login_changes_the_id_and_the_old_one_dies)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a;
	struct id old;

	get(&v, "op=set drink tea");
	old = id_of(&v);
	get(&v, "op=login alice");
	cr_assert_str_neq(id_of(&v).text, old.text);
	a = bare_id(site, old.text, "op=get drink");
	expect_in(a->body, "\"new\":true,\"results\":[null],\"user\":null");
	cr_assert_null(field_of(a, "Set-Cookie"));
	expect_in(get(&v, "op=get drink")->body,
	    "[\"tea\"],\"user\":\"alice\"");
	close_site();
}

Test(id, s65_a_renewal_changes_the_id_and_the_old_one_dies)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a;
	struct id old;

	get(&v, "op=set drink tea&op=login alice");
	old = id_of(&v);
	a = on_page(&v, renew, NULL, NULL);
	cr_assert_eq(count_fields(a, "Set-Cookie"), 1);
	cr_assert_str_neq(id_of(&v).text, old.text);
	expect_in(bare_id(site, old.text, "op=get drink")->body,
	    "\"new\":true,\"results\":[null],\"user\":null");
	expect_in(get(&v, "op=get drink")->body,
	    "[\"tea\"],\"user\":\"alice\"");
	close_site();
}

Test(id, s65_an_id_changes_with_its_age_and_the_old_one_dies)
{
	struct site *site = open_site(&probe_app, "anon_idle=5h\nrotate=60m\n");
	struct visitor v = { .site = site };
	struct id old;

	get(&v, "op=set drink tea");
	old = id_of(&v);
	site->now = T0 + 3599;
	cr_assert_null(field_of(get(&v, "op=get drink"), "Set-Cookie"));
	site->now = T0 + 3600;
	expect_in(get(&v, "op=get drink")->body, "[\"tea\"]");
	cr_assert_str_neq(id_of(&v).text, old.text);
	/* The answer may have been lost: the old one works on ... */
	site->now = T0 + 3605;
	expect_in(bare_id(site, old.text, "op=get drink")->body, "[\"tea\"]");
	/* ... till the new one was seen, and ten seconds more. */
	expect_in(get(&v, "op=get drink")->body, "[\"tea\"]");
	site->now = T0 + 3614;
	expect_in(bare_id(site, old.text, "op=get drink")->body, "[\"tea\"]");
	expect_not_in(site->log, "event=replay");
	site->now = T0 + 3615;
	expect_in(bare_id(site, old.text, "op=get drink")->body,
	    "\"new\":true,\"results\":[null]");
	expect_in(site->log, "event=replay");
	expect_in(get(&v, "op=get drink")->body, "[\"tea\"]");
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 1);
	close_site();
}

/* A page in a slow answer must not put the old id back into the jar. */
Test(id, s65_an_old_id_is_never_sent_again)
{
	struct site *site = open_site(&probe_app, "anon_idle=5h\ncookie_life=30d\n");
	struct visitor v = { .site = site };
	struct answer *a;
	struct id old;

	get(&v, "op=set drink tea");
	old = id_of(&v);
	site->now = T0 + 3600;
	get(&v, "op=get drink");                /* the new one goes out ... */
	cr_assert_str_neq(id_of(&v).text, old.text);
	site->now = T0 + 3655;
	get(&v, "op=get drink");                /* ... and has arrived */
	site->now = T0 + 3661;
	a = bare_id(site, old.text, "op=get drink");
	expect_in(a->body, "[\"tea\"]");
	expect_not_in(a->head, old.text);
	close_site();
}

Test(id, s67_an_id_planted_before_the_login_is_useless_after_it)
{
	struct site *site = open_site(&probe_app, NULL);
	struct visitor thief = { .site = site }, victim = { .site = site };
	struct id planted;

	get(&thief, "op=set drink water");
	planted = id_of(&thief);
	jar_set(&victim, SID, planted.text);
	get(&victim, "op=login alice&op=set card 4929");
	cr_assert_str_neq(id_of(&victim).text, planted.text);
	expect_in(get(&thief, "op=get card")->body,
	    "\"new\":true,\"results\":[null],\"user\":null");
	get(&thief, "op=set card 0000");
	site->now += 60;
	get(&thief, "op=set card 0000&op=login mallory");
	expect_in(get(&victim, "op=get card")->body,
	    "[\"4929\"],\"user\":\"alice\"");
	cr_assert_eq(count_by_id(site, planted.text,
	    "WHERE until IS NULL AND"), 0);
	close_site();
}

Test(id, s67_an_id_that_the_server_did_not_issue_is_refused)
{
	static const char made_up[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct site *site = open_site(&probe_app, NULL);
	struct visitor v = { .site = site };
	struct answer *a;

	jar_set(&v, SID, made_up);
	a = get(&v, "op=get drink");
	expect_in(a->body, "\"new\":true");
	cr_assert_null(field_of(a, "Set-Cookie"));
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM session"), 0);
	get(&v, "op=set drink tea");
	cr_assert_str_neq(id_of(&v).text, made_up);
	cr_assert_eq(count_by_id(site, made_up, "WHERE"), 0);
	cr_assert_eq(sql_int(site, "SELECT count(*) FROM token"), 1);
	close_site();
}

/*
 * fcgi_client.c - a FastCGI client that no web server would be.
 *
 *	fcgi_client SOCKET	do each act to the program there, and say "NAME"
 *				or "NAME what was wrong"
 *	fcgi_client SOCKET NAME	that act only
 *	fcgi_client SOCKET stop N	say the first N bytes of a request, and
 *				wait until the program hangs up
 *
 * After each one a plain request must be answered right.
 */
/* SPDX-License-Identifier: ISC */
#include <sys/socket.h>
#include <sys/un.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE 20000          /* ms: then there is no answer */

enum { BEGIN = 1, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA, ASK, TOLD,
	UNKNOWN };

static const char *where;
static int fd;
static bool slow;               /* one byte a write */

/* What came: the answer's text, and of other records how many. */
static struct {
	char text[70000];
	size_t len, records[12];
	int status[3];          /* protocol status, by request id */
	unsigned char told[64];
	bool ended, closed;
} got;

/* ---- what is said ------------------------------------------------------ */

static void
dial(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	memset(&got, 0, sizeof got);
	memset(got.status, -1, sizeof got.status);
	snprintf(at.sun_path, sizeof at.sun_path, "%s", where);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
		puts("connect nobody listens");
		exit(1);
	}
}

/* Where the program has hung up, that is seen when its answer is read. */
static void
say(const void *bytes, size_t n)
{
	const char *at = bytes;
	ssize_t sent;

	for (; n > 0; at += sent, n -= (size_t)sent)
		if ((sent = write(fd, at, slow ? 1 : n)) <= 0)
			return;
}

static void
record(int type, int id, const void *content, size_t n, int padding)
{
	static const char zeros[255];
	unsigned char h[8] = { 1, (unsigned char)type, (unsigned char)(id >> 8),
		(unsigned char)id, (unsigned char)(n >> 8), (unsigned char)n,
		(unsigned char)padding };

	say(h, sizeof h);
	say(content, n);
	say(zeros, (size_t)padding);
}

static void
begin(int id, int role, int flags)
{
	const char body[8] = { 0, (char)role, (char)flags };

	record(BEGIN, id, body, sizeof body, 0);
}

/* A name and value, short or long, behind what is in `to`. */
static size_t
pair_n(char *to, const char *name, size_t n, const char *value, size_t v)
{
	size_t i = 0;

	to[i++] = (char)n;
	if (v >= 128) {
		to[i++] = (char)(v >> 24 | 0x80);
		to[i++] = (char)(v >> 16);
		to[i++] = (char)(v >> 8);
	}
	to[i++] = (char)v;
	memcpy(to + i, name, n);
	memcpy(to + i + n, value, v);
	return i + n + v;
}

static size_t
pair(char *to, const char *name, const char *value)
{
	return pair_n(to, name, strlen(name), value, strlen(value));
}

/* Those of a plain request; to be followed by others, or the end. */
static size_t
plain(char *to, const char *method, const char *length)
{
	size_t n = 0;

	n += pair(to + n, "GATEWAY_INTERFACE", "CGI/1.1");
	n += pair(to + n, "REQUEST_METHOD", method);
	n += pair(to + n, "SCRIPT_NAME", "/fcgi/probe");
	n += pair(to + n, "SERVER_PROTOCOL", "HTTP/1.1");
	n += pair(to + n, "SERVER_NAME", "localhost");
	n += pair(to + n, "SERVER_PORT", "80");
	n += pair(to + n, "REMOTE_ADDR", "127.0.0.1");
	n += pair(to + n, "HTTP_HOST", "localhost");
	n += pair(to + n, "CONTENT_LENGTH", length);
	if (strcmp(method, "POST") == 0)
		n += pair(to + n, "CONTENT_TYPE",
		    "application/x-www-form-urlencoded");
	return n;
}

static void
params(int id, const char *method, const char *length)
{
	char p[1000];

	record(PARAMS, id, p, plain(p, method, length), 0);
	record(PARAMS, id, NULL, 0, 0);
}

static void
head(const char *method, const char *length)
{
	begin(1, 1, 0);
	params(1, method, length);
}

static void
body(const char *text)
{
	record(STDIN, 1, text, strlen(text), 0);
	record(STDIN, 1, NULL, 0, 0);
}

/* ---- what is heard ----------------------------------------------------- */

static bool
hear(void *to, size_t n)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char *at = to;
	ssize_t some;

	for (; n > 0; at += some, n -= (size_t)some)
		if (poll(&p, 1, PATIENCE) != 1 || (some = read(fd, at, n)) <= 0)
			return false;
	return true;
}

static void
hear_record(void)
{
	unsigned char h[8], content[65535], padding[255];
	size_t n;

	if (!hear(h, sizeof h) ||
	    !hear(content, n = (size_t)h[4] << 8 | h[5]) ||
	    !hear(padding, h[6])) {
		got.closed = true;
		return;
	}
	got.records[h[1] < 12 ? h[1] : 0]++;
	if (h[1] == STDOUT && n < sizeof got.text - got.len) {
		memcpy(got.text + got.len, content, n);
		got.len += n;
	} else if (h[1] == END && h[3] < 3) {
		got.status[h[3]] = content[4];
		got.ended |= h[3] == 1;
	} else if ((h[1] == TOLD || h[1] == UNKNOWN) && n <= sizeof got.told)
		memcpy(got.told, content, n);
}

static void
hear_answer(void)
{
	while (!got.ended && !got.closed)
		hear_record();
}

static void
hear_all(void)
{
	while (!got.closed)
		hear_record();
}

static bool
answered(const char *text)
{
	hear_answer();
	return got.ended && got.status[1] == 0 &&
	    strstr(got.text, text) != NULL;
}

#define OK "Status: 200"

/* ---- the acts ---------------------------------------------------------- */

static bool
plain_request(void)
{
	head("GET", "");
	record(STDIN, 1, NULL, 0, 0);
	return answered("\"results\":[]") && strstr(got.text, OK) != NULL;
}

static bool
only_opens_and_closes(void)
{
	return true;
}

static bool
cut_header(void)
{
	say("\1\1\0", 3);
	return true;
}

static bool
cut_params(void)
{
	begin(1, 1, 0);
	say("\1\4\0\1\1\0\0\0\17\3REQUEST", 17);
	return true;
}

static bool
cut_pair(void)
{
	begin(1, 1, 0);
	record(PARAMS, 1, "\17\3REQUEST", 9, 0);
	record(PARAMS, 1, NULL, 0, 0);
	return answered("Status: 400");
}

/* A pair that says it is longer than all that there will ever be. */
static bool
length_of(const char *lengths, size_t n)
{
	begin(1, 1, 0);
	record(PARAMS, 1, lengths, n, 0);
	record(PARAMS, 1, NULL, 0, 0);
	return answered("Status: 400");
}

static bool
lengths_7fffffff(void)
{
	return length_of("\377\377\377\377\377\377\377\377", 8);
}

static bool
lengths_7ffffffe(void)
{
	return length_of("\377\377\377\376\377\377\377\376", 8);
}

static bool
name_of_7ffffff0(void)
{
	return length_of("\377\377\377\360\0xyz", 8);
}

static bool
params_without_end(void)
{
	static char much[65535];
	int i;

	begin(1, 1, 0);
	for (i = 0; i < 40; i++)
		record(PARAMS, 1, much, sizeof much, 0);
	return answered("Status: 400");
}

static bool
nul_in(const char *name, size_t n, const char *value, size_t v)
{
	char p[1000];
	size_t len = plain(p, "GET", "");

	len += pair_n(p + len, name, n, value, v);
	begin(1, 1, 0);
	record(PARAMS, 1, p, len, 0);
	record(PARAMS, 1, NULL, 0, 0);
	record(STDIN, 1, NULL, 0, 0);
	return answered("Status: 400");
}

static bool
nul_in_a_name(void)
{
	return nul_in("HTTP_\0X", 7, "v", 1);
}

static bool
nul_in_a_value(void)
{
	return nul_in("QUERY_STRING", 12, "op=get\0k", 8);
}

static bool
equals_in_a_name(void)
{
	return nul_in("HTTP_COOKIE=a", 13, "v", 1);
}

static bool
no_name(void)
{
	return nul_in("", 0, "v", 1);
}

static bool
a_long_value(void)
{
	static char p[5000], value[3000];
	size_t len = plain(p, "GET", "");

	memset(value, 'x', sizeof value - 1);
	len += pair(p + len, "HTTP_X", value);
	begin(1, 1, 0);
	record(PARAMS, 1, p, len, 0);
	record(PARAMS, 1, NULL, 0, 0);
	record(STDIN, 1, NULL, 0, 0);
	return answered(OK);
}

static bool
abort_before_stdin(void)
{
	head("POST", "9");
	record(ABORT, 1, NULL, 0, 0);
	hear_answer();
	return got.ended;
}

static bool
abort_within_stdin(void)
{
	head("POST", "9");
	record(STDIN, 1, "op=get", 6, 0);
	record(ABORT, 1, NULL, 0, 0);
	hear_answer();
	return got.ended && strstr(got.text, OK) == NULL;
}

static bool
abort_within_params(void)
{
	begin(1, 1, 0);
	record(ABORT, 1, NULL, 0, 0);
	hear_answer();
	return got.ended;
}

static bool
values_are_told(void)
{
	char p[100];

	record(ASK, 0, p, pair(p, "FCGI_MPXS_CONNS", ""), 0);
	hear_record();
	return memcmp(got.told, "\17\1FCGI_MPXS_CONNS0", 18) == 0 &&
	    plain_request();
}

/* What libfcgi 2.4.2 writes beyond its stack with. */
static bool
values_are_asked_often(void)
{
	char p[400];
	size_t i, len = 0;

	begin(1, 1, 0);
	for (i = 0; i < 20; i++)
		len += pair(p + len, "FCGI_MPXS_CONNS", "");
	record(ASK, 0, p, len, 0);
	params(1, "GET", "");
	record(STDIN, 1, NULL, 0, 0);
	return answered(OK) && got.records[TOLD] == 1;
}

static bool
values_65535(void)
{
	static char p[65535];

	record(ASK, 0, p, sizeof p, 255);
	return plain_request() && got.records[TOLD] == 1;
}

static bool
unknown_management_record(void)
{
	record(77, 0, "\16\3REQUEST_METHODPUT", 19, 5);
	hear_record();
	return got.told[0] == 77 && plain_request();
}

static bool
unknown_record_of_the_request(void)
{
	begin(1, 1, 0);
	record(78, 1, "x", 1, 0);
	hear_answer();
	return got.ended && got.len == 0;
}

static bool
wrong_version(void)
{
	say("\2\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0", 16);
	hear_all();
	return got.len == 0;
}

static bool
padding_255(void)
{
	char p[1000];

	begin(1, 1, 0);
	record(PARAMS, 1, p, plain(p, "POST", "8"), 255);
	record(PARAMS, 1, NULL, 0, 255);
	record(STDIN, 1, "op=g", 4, 255);
	record(STDIN, 1, "et+k", 4, 255);
	record(STDIN, 1, NULL, 0, 255);
	return answered("\"results\":[null]");
}

static bool
one_byte_writes(void)
{
	bool right;

	slow = true;
	head("POST", "8");
	body("op=get+k");
	right = answered("\"results\":[null]");
	slow = false;
	return right;
}

static bool
one_byte_records(void)
{
	char p[1000];
	size_t i, n = plain(p, "GET", "");

	begin(1, 1, 0);
	for (i = 0; i < n; i++)
		record(PARAMS, 1, p + i, 1, (int)i % 8);
	record(PARAMS, 1, NULL, 0, 0);
	record(STDIN, 1, NULL, 0, 0);
	return answered(OK);
}

static bool
stdin_before_params(void)
{
	begin(1, 1, 0);
	record(STDIN, 1, "x", 1, 0);
	hear_answer();
	return got.ended && got.len == 0;
}

static bool
params_within_stdin(void)
{
	head("POST", "8");
	record(PARAMS, 1, "x", 1, 0);
	hear_answer();
	return got.ended && strstr(got.text, OK) == NULL;
}

static bool
no_begin(void)
{
	params(1, "GET", "");
	record(STDIN, 1, NULL, 0, 0);
	begin(0, 1, 0);
	shutdown(fd, SHUT_WR);
	hear_all();
	return got.len == 0 && got.records[UNKNOWN] == 1;
}

static bool
begin_twice(void)
{
	begin(1, 1, 0);
	begin(1, 1, 0);
	hear_answer();
	return got.ended && got.len == 0;
}

static bool
short_begin(void)
{
	record(BEGIN, 1, "\0\1\0", 3, 0);
	hear_all();
	return got.len == 0;
}

/* Empty records of the other request must not touch ours. */
static bool
two_requests_at_once(void)
{
	begin(1, 1, 0);
	begin(2, 1, 0);
	record(PARAMS, 2, "\1\1ab", 4, 3);
	params(1, "POST", "8");
	record(PARAMS, 2, NULL, 0, 0);
	record(STDIN, 2, NULL, 0, 0);
	body("op=get+k");
	return answered("\"results\":[null]") && got.status[2] == 1;
}

static bool
role_is_unknown(int role)
{
	begin(1, role, 0);
	params(1, "GET", "");
	hear_answer();
	return got.status[1] == 3 && got.len == 0;
}

static bool
role_filter(void)
{
	return role_is_unknown(3);
}

static bool
role_77(void)
{
	return role_is_unknown(77);
}

/* It is sent no body; that it decides is the program's affair. */
static bool
role_authorizer(void)
{
	begin(1, 2, 0);
	params(1, "GET", "");
	return answered(OK);
}

static bool
content_length_65535(void)
{
	static char text[65535];

	memset(text, '&', sizeof text);
	memcpy(text, "op=get+k", 8);
	head("POST", "65535");
	record(STDIN, 1, text, sizeof text, 0);
	record(STDIN, 1, NULL, 0, 0);
	hear_answer();
	return got.ended && strstr(got.text, "Status: ") == got.text;
}

static bool
stdin_longer_than_told(void)
{
	head("POST", "8");
	body("op=get+k&op=get+j");
	return answered("\"results\":[null]");
}

static bool
stdin_shorter_than_told(void)
{
	head("POST", "20");
	body("op=get+k");
	return answered("Status: 400");
}

static bool
stdin_is_refused_while_sent(void)
{
	static char text[65535];
	int i;

	head("POST", "99999999");
	for (i = 0; i < 100; i++)
		record(STDIN, 1, text, sizeof text, 0);
	return answered("Status: 413");
}

static bool
goes_before_the_answer(void)
{
	head("GET", "");
	record(STDIN, 1, NULL, 0, 0);
	return true;
}

/* One connection, three requests; the second is sent with the first. */
static bool
kept_connection(void)
{
	int i;

	begin(1, 1, 1);
	params(1, "GET", "");
	record(STDIN, 1, NULL, 0, 0);
	for (i = 0; i < 2; i++) {
		begin(1, 1, 1);
		params(1, "POST", "8");
		body("op=get+k");
		if (!answered(OK))
			return false;
		got.ended = false;
		got.len = 0;
		memset(got.text, 0, sizeof got.text);
	}
	return answered("\"results\":[null]");
}

/* ---- all of them ------------------------------------------------------- */

#define ACT(name) { #name, name }

static const struct {
	const char *name;
	bool (*run)(void);
} acts[] = {
	ACT(plain_request), ACT(only_opens_and_closes), ACT(cut_header),
	ACT(cut_params), ACT(cut_pair), ACT(lengths_7fffffff),
	ACT(lengths_7ffffffe), ACT(name_of_7ffffff0), ACT(params_without_end),
	ACT(nul_in_a_name), ACT(nul_in_a_value), ACT(equals_in_a_name),
	ACT(no_name), ACT(a_long_value), ACT(abort_before_stdin),
	ACT(abort_within_stdin), ACT(abort_within_params),
	ACT(values_are_told), ACT(values_are_asked_often), ACT(values_65535),
	ACT(unknown_management_record), ACT(unknown_record_of_the_request),
	ACT(wrong_version), ACT(padding_255), ACT(one_byte_writes),
	ACT(one_byte_records), ACT(stdin_before_params),
	ACT(params_within_stdin), ACT(no_begin), ACT(begin_twice),
	ACT(short_begin), ACT(two_requests_at_once), ACT(role_filter),
	ACT(role_77), ACT(role_authorizer), ACT(content_length_65535),
	ACT(stdin_longer_than_told), ACT(stdin_shorter_than_told),
	ACT(stdin_is_refused_while_sent), ACT(goes_before_the_answer),
	ACT(kept_connection),
};

static bool
act(bool (*run)(void))
{
	bool right;

	dial();
	right = run();
	close(fd);
	return right;
}

static int
stop(size_t n)
{
	char p[1000] = { 1, BEGIN, 0, 1, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
		1, PARAMS, 0, 1, 3 };

	dial();
	say(p, n < sizeof p ? n : sizeof p);
	hear_all();
	return 0;
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		return 2;
	where = argv[1];
	signal(SIGPIPE, SIG_IGN);
	if (argc > 3 && strcmp(argv[2], "stop") == 0)
		return stop(strtoul(argv[3], NULL, 10));
	for (i = 0; i < sizeof acts / sizeof *acts; i++) {
		if (argc > 2 && strcmp(argv[2], acts[i].name) != 0)
			continue;
		printf("%s", acts[i].name);
		if (!act(acts[i].run))
			printf(" answered wrong: %.60s", got.text);
		if (!act(plain_request))
			printf(" and nothing afterwards");
		puts("");
		fflush(stdout);
	}
	return 0;
}

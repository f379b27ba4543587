/* talk.c - fuzz target: whatever calls itself a web server. */
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"
#include "talk.h"

#define MOST 150000     /* bytes: what a pair of sockets holds at once */

static const char answer[] = "Status: 200 OK\r\n\r\nhello\n";

/* One request, answered as the door does it; false: it was the last. */
static bool
one(struct talk *t, struct fcgx *fcgx)
{
	char piece[1000], **v;
	ssize_t got;
	size_t body = 0;

	if (!talk_begin(t, fcgx))
		return false;
	for (v = t->vars; *v != NULL; v++)
		require(strchr(*v, '=') > *v);
	require(strncmp(t->vars[0], "FCGI_ROLE=", 10) == 0);
	while ((got = talk_read(t, piece, sizeof piece)) > 0 && body < MOST)
		body += (size_t)got;
	require(got <= (ssize_t)sizeof piece && body <= MOST);
	talk_log(t, "a line");
	talk_write(t, answer, sizeof answer - 1);
	return talk_end(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct talk t;
	static struct fcgx *fcgx;       /* as long as its thread */
	int ends[2], end = eventfd(0, 0);

	if (fcgx == NULL)
		require(fcgx_init() && (fcgx = fcgx_new()) != NULL);
	require(end >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	require(write(ends[0], bytes, n < MOST ? n : MOST) >= 0);
	require(shutdown(ends[0], SHUT_WR) == 0 &&
	    fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
	talk_init(&t, ends[1], end, 10);
	while (one(&t, fcgx))
		continue;
	talk_hang_up(&t);
	require(t.fd == -1);
	close(ends[0]);
	close(end);
	return 0;
}

/* conf.c - fuzz target: the file of settings. */
/* SPDX-License-Identifier: ISC */
#include <sys/mman.h>

#include <unistd.h>

#include "conf.h"
#include "fuzz.h"
#include "utf8.h"

static void
on_line(void *arg, const char *line)
{
	++*(int *)arg;
	require(strlen(line) <= LOG_LINE_MAX);
	require(utf8_valid(line, strlen(line)));
	require(strcspn(line, "\r\n\x1B") == strlen(line));
}

/* What was taken makes sense. */
static void
check(const struct sess_conf *c)
{
	require(c->store != NULL && c->param != NULL);
	require(c->cookie_name != NULL && *c->cookie_path == '/');
	require(c->idle > 0 && c->idle <= c->absolute);
	require(c->anon_idle > 0 && c->anon_idle <= c->anon_absolute);
	require(c->wait > 0 && c->carry > 0 && c->carry <= 15);
	require(c->max_pairs > 0 && c->max_body_bytes <= 1u << 30);
	require(c->max_value_bytes <= c->max_session_bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct pool pool = POOL_INIT(1 << 20);
	struct sess_conf conf = { .idle = 0 };
	int lines = 0, fd = memfd_create("conf", MFD_CLOEXEC);
	const struct log log = { .conf = &conf, .line = on_line,
	    .line_arg = &lines };
	char var[64];
	char *vars[] = { var, NULL };
	const struct sess_wire wire = { .vars = vars };

	require(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	snprintf(var, sizeof var, "LIBSESS_CONF=/proc/self/fd/%d", fd);
	if (conf_read(&conf, &wire, &pool, &log) == SESS_OK) {
		require(lines == 0);
		check(&conf);
	} else
		require(lines == 1);
	close(fd);
	pool_release(&pool);
	return 0;
}

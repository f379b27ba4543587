/* door.c - what every door does first. */
/* SPDX-License-Identifier: ISC */
#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "sess_door.h"

/* Whatever the server left closed must not become a database's handle. */
static bool
sane_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	return fd >= 0;
}

bool
sess_prepare(void)
{
	/* A core file would keep passwords and ids of the requests in hand. */
	const struct rlimit no_core = { 0, 0 };

	/* A reader that went, a disk that is full: errors, not our death. */
	if (!sane_descriptors() || signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR ||
	    setrlimit(RLIMIT_CORE, &no_core) != 0)
		return false;
	unsetenv("HTTP_PROXY");         /* httpoxy: for programs we start */
	umask(077);
	return true;
}

/* listen.c - the socket on which a FastCGI program is called. */
/* SPDX-License-Identifier: ISC */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "listen.h"

#define BACKLOG 1024
#define SYSTEMD_FD 3    /* SD_LISTEN_FDS_START */

/* ---- a socket that is there -------------------------------------------- */

static bool
is_listening(int fd)
{
	int yes = 0;
	socklen_t len = sizeof yes;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 &&
	    yes != 0;
}

/* A variable of sd_listen_fds(3); 0: it is not there. */
static long
number(const char *name)
{
	const char *value = getenv(name);

	return value != NULL ? strtol(value, NULL, 10) : 0;
}

int
listen_given(void)
{
	if (number("LISTEN_PID") == (long)getpid() &&
	    number("LISTEN_FDS") > 0 && is_listening(SYSTEMD_FD))
		return SYSTEMD_FD;
	return is_listening(STDIN_FILENO) ? STDIN_FILENO : -1;
}

/* ---- a socket of our own ----------------------------------------------- */

/* Nobody answers there any more: what a crash left behind. */
static bool
is_stale(const struct sockaddr_un *at)
{
	struct stat st;
	bool stale;
	int fd;

	if (lstat(at->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode) ||
	    (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return false;
	stale = connect(fd, (const struct sockaddr *)at, sizeof *at) != 0 &&
	    errno == ECONNREFUSED;
	close(fd);
	return stale;
}

static int
listen_unix(const char *path, const char **why)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	mode_t mask;
	bool bound;
	int fd;

	*why = "the path of the socket is too long";
	if (strlen(path) >= sizeof at.sun_path)
		return -1;
	memcpy(at.sun_path, path, strlen(path) + 1);
	*why = "the socket cannot be made";
	if (is_stale(&at))
		unlink(path);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return -1;
	mask = umask(0117);             /* the web server is in our group */
	bound = bind(fd, (const struct sockaddr *)&at, sizeof at) == 0;
	umask(mask);
	if (!bound || listen(fd, BACKLOG) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
is_loopback(const struct sockaddr *at)
{
	const struct sockaddr_in *v4 = (const void *)at;
	const struct sockaddr_in6 *v6 = (const void *)at;

	return at->sa_family == AF_INET6 ?
	    IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) :
	    ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

/* Addresses elsewhere that may call, with commas in between; NULL: none. */
static const char *
web_servers(void)
{
	const char *list = getenv("FCGI_WEB_SERVER_ADDRS");

	return list != NULL && *list != '\0' ? list : NULL;
}

/* A client that reaches the socket can name any user's address and cookies. */
static int
listen_address(const struct addrinfo *at, const char **why)
{
	const int yes = 1;
	int fd;

	*why = "only a loopback address may be without FCGI_WEB_SERVER_ADDRS";
	if (!is_loopback(at->ai_addr) && web_servers() == NULL)
		return -1;
	*why = "the address cannot be listened at";
	if ((fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(fd, at->ai_addr, at->ai_addrlen) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* getaddrinfo(3) takes 65537 for 1, and nothing for any. */
static bool
is_port(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= 5 && text[n] == '\0' &&
	    strtol(text, NULL, 10) > 0 && strtol(text, NULL, 10) <= 65535;
}

/* "9000", "127.0.0.1:9000", "[::1]:9000" */
static int
listen_tcp(const char *where, const char **why)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	const char *colon = strrchr(where, ':');
	size_t n = colon != NULL ? (size_t)(colon - where) : 0;
	const char *port = colon != NULL ? colon + 1 : where;
	char host[64] = "127.0.0.1";
	struct addrinfo *found;
	int fd;

	*why = "no path, port or address with port";
	if (n >= sizeof host || !is_port(port))
		return -1;
	if (n > 2 && *where == '[' && where[n - 1] == ']') {
		memcpy(host, where + 1, n - 2);
		host[n - 2] = '\0';
	} else if (n > 0) {
		memcpy(host, where, n);
		host[n] = '\0';
	}
	if (getaddrinfo(host, port, &hints, &found) != 0)
		return -1;
	fd = listen_address(found, why);
	freeaddrinfo(found);
	return fd;
}

int
listen_at(const char *where, const char **why)
{
	return *where == '/' ? listen_unix(where, why) :
	    listen_tcp(where, why);
}

void
listen_remove(const char *where)
{
	if (*where == '/')
		unlink(where);
}

/* ---- connections ------------------------------------------------------- */

/* An IPv4 address of an IPv6 socket is written as the IPv4 one that it is. */
static bool
is_listed(const char *list, const struct sockaddr *at, socklen_t len)
{
	char name[64];
	const char *host = name;
	size_t n;

	if (list == NULL || getnameinfo(at, len, name, sizeof name, NULL, 0,
	    NI_NUMERICHOST) != 0)
		return false;
	if (strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.') != NULL)
		host += 7;
	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (strlen(host) == n && memcmp(host, list, n) == 0)
			return true;
		if (list[n] == '\0')
			return false;
	}
}

/* A list counts for this machine's own addresses, too (F 3.2). */
static bool
may_call(const struct sockaddr *at, socklen_t len)
{
	const char *list = web_servers();

	if (at->sa_family != AF_INET && at->sa_family != AF_INET6)
		return true;
	return list == NULL ? is_loopback(at) : is_listed(list, at, len);
}

int
listen_accept(int socket)
{
	struct sockaddr_storage from = { .ss_family = AF_UNIX };
	struct sockaddr *at = (struct sockaddr *)&from;
	socklen_t len = sizeof from;
	const int yes = 1;
	int fd = accept4(socket, at, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0 && !may_call(at, len)) {
		close(fd);
		errno = ECONNABORTED;
		return -1;
	}
	if (fd >= 0 && at->sa_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	return fd;
}

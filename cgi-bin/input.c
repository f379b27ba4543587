/*
 * input.c - what a form sent, checked; and where to go from there.
 */
/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "input.h"
#include "panel.h"

bool
input_number(const char *text, int64_t min, int64_t max, int64_t *num)
{
	int64_t n = 0;

	if (text == NULL || *text == '\0' ||
	    (text[0] == '0' && text[1] != '\0'))
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' ||
		    n > (INT64_MAX - (*text - '0')) / 10)
			return false;
		n = n * 10 + (*text - '0');
	}
	*num = n;
	return n >= min && n <= max;
}

bool
input_text(const char *text, size_t max)
{
	if (text == NULL || strlen(text) > max)
		return false;
	return text[strspn(text, " \t\r\n")] != '\0';
}

bool
input_is_post(const struct sess_req *req)
{
	return strcmp(sess_req_method(req), "POST") == 0;
}

int
go_to(struct sess_res *res, struct sess *s, const char *where)
{
	panel_keep(res);
	return sess_res_redirect(res, sess_link(s, where));
}

int
go_out(struct sess_res *res)
{
	panel_keep(res);
	return sess_res_redirect(res, "login?bye=1");
}

/* RFC 3986, 2.3: all but these characters could mean something. */
static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

const char *
input_link(char link[LINK_MAX], const char *page, const char *next)
{
	const char *mark = strchr(page, '?') != NULL ? "&" : "?";
	size_t without = strlen(page), len;

	len = (size_t)snprintf(link, LINK_MAX, "%s%snext=", page, mark);
	for (; next != NULL && *next != '\0' && len + 4 <= LINK_MAX; next++) {
		if (strchr(plain, *next) != NULL)
			link[len++] = *next;
		else
			len += (size_t)snprintf(link + len, 4, "%%%02X",
			    (unsigned char)*next);
	}
	link[next == NULL || *next != '\0' ? without : len] = '\0';
	return link;
}

int
go_login(struct sess_res *res, struct sess *s, const char *where)
{
	char link[LINK_MAX];

	return go_to(res, s, input_link(link, "login", where));
}

int
go_confirm(struct sess_res *res, struct sess *s, const char *where)
{
	char link[LINK_MAX];

	return go_to(res, s, input_link(link, "login?again=1", where));
}

/* ctype.c - the type of a body: the Content-Type header field. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "ctype.h"
#include "http.h"

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
}

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

/* Append a token; the place behind it, or NULL. */
static const char *
take_token(const char *s, char *to, size_t size)
{
	size_t n = strlen(to);

	if (!is_token_char(*s))
		return NULL;
	for (; is_token_char(*s); s++) {
		if (n + 1 >= size)
			return NULL;
		to[n++] = *s;
	}
	to[n] = '\0';
	return s;
}

/* The same for a quoted string (RFC 9110, 5.6.4). */
static const char *
take_quoted(const char *s, char *to, size_t size)
{
	size_t n = 0;

	for (s++; *s != '"'; s++) {
		if (*s == '\\')
			s++;
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f ||
		    n + 1 >= size)
			return NULL;    /* no qdtext, nor quoted-pair */
		to[n++] = *s;
	}
	to[n] = '\0';
	return s + 1;
}

/* Bytes that a boundary is made of; a blank is not its last (RFC 2046, 5.1.1). */
static bool
is_boundary(const char *s)
{
	size_t n = strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ");

	return s[n] == '\0' && n > 0 && s[n - 1] != ' ';
}

/* Each can be given once; *to is empty until it is. */
static bool
keep(char *to, size_t size, const char *value)
{
	size_t n = strlen(value);

	if (*to != '\0' || n == 0 || n >= size)
		return false;
	memcpy(to, value, n + 1);
	return true;
}

static bool
keep_parameter(struct ctype *ct, const char *name, char *value)
{
	if (strcmp(name, "boundary") == 0)
		return is_boundary(value) &&
		    keep(ct->boundary, sizeof ct->boundary, value);
	if (strcmp(name, "charset") != 0)
		return true;
	lower(value);
	return keep(ct->charset, sizeof ct->charset, value);
}

/* One name=value, without blanks around the "=". */
static const char *
take_parameter(const char *s, struct ctype *ct)
{
	char name[32] = "", value[128] = "";

	if ((s = take_token(s, name, sizeof name)) == NULL || *s++ != '=')
		return NULL;
	s = *s == '"' ? take_quoted(s, value, sizeof value) :
	    take_token(s, value, sizeof value);
	lower(name);
	return s != NULL && keep_parameter(ct, name, value) ? s : NULL;
}

bool
ctype_parse(struct ctype *ct, const char *s)
{
	memset(ct, 0, sizeof *ct);
	s = take_token(skip_blanks(s), ct->essence, sizeof ct->essence - 1);
	if (s == NULL || *s != '/')
		return false;
	ct->essence[strlen(ct->essence)] = '/';         /* room was left */
	s = take_token(s + 1, ct->essence, sizeof ct->essence);
	lower(ct->essence);
	while (s != NULL && *(s = skip_blanks(s)) == ';') {
		s = skip_blanks(s + 1);
		if (*s != ';' && *s != '\0')    /* an empty one is allowed */
			s = take_parameter(s, ct);
	}
	return s != NULL && *s == '\0';
}

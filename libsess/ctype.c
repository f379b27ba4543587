/* ctype.c - the type of a body: the Content-Type header field. */
#include <string.h>

#include "ctype.h"
#include "http.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

/* Append a token in lower case; the place behind it, or NULL. */
static const char *
take_token(const char *s, char *to, size_t size)
{
	size_t n = strlen(to);

	if (!is_token_char(*s))
		return NULL;
	for (; is_token_char(*s); s++) {
		if (n + 1 >= size)
			return NULL;
		to[n++] = lower(*s);
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
		to[n++] = lower(*s);
	}
	to[n] = '\0';
	return s + 1;
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
	if (s == NULL || strcmp(name, "charset") != 0)
		return s;
	if (*ct->charset != '\0' || *value == '\0' ||
	    strlen(value) >= sizeof ct->charset)
		return NULL;
	memcpy(ct->charset, value, strlen(value) + 1);
	return s;
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
	while (s != NULL && *(s = skip_blanks(s)) == ';') {
		s = skip_blanks(s + 1);
		if (*s != ';' && *s != '\0')    /* an empty one is allowed */
			s = take_parameter(s, ct);
	}
	return s != NULL && *s == '\0';
}

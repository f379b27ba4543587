/* part.c - the header of one part of a multipart form (RFC 7578, 4). */
/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "http.h"
#include "part.h"

static char *
skip_blanks(char *s)
{
	return s + strspn(s, " \t");
}

static size_t
token_len(const char *s)
{
	size_t n = 0;

	while (is_token_char(s[n]))
		n++;
	return n;
}

static bool
is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

/* ---- Content-Disposition ----------------------------------------------- */

/* What browsers make of the three bytes that would end a quoted name. */
static char
escaped(const char *s)
{
	return strncmp(s, "%22", 3) == 0 ? '"' :
	    strncmp(s, "%0D", 3) == 0 ? '\r' :
	    strncmp(s, "%0A", 3) == 0 ? '\n' : '\0';
}

/* Decode where it stands; the new length. */
static size_t
decode(char *s, size_t n)
{
	char *to = s, *end = s + n, c;

	for (char *from = s; from < end; to++) {
		c = *from == '%' ? escaped(from) : '\0';
		*to = c != '\0' ? c : *from;
		from += c != '\0' ? 3 : 1;
	}
	return (size_t)(to - s);
}

/* A token or a quoted string; the place behind it, or NULL. */
static char *
take_value(char *s, const char **value, size_t *len)
{
	char *end;

	if (*s != '"') {
		*value = s;
		*len = token_len(s);
		return *len > 0 ? s + *len : NULL;
	}
	if ((end = strchr(++s, '"')) == NULL)
		return NULL;
	*value = s;
	*len = decode(s, (size_t)(end - s));
	return end + 1;
}

/* One name=value. */
static char *
take_parameter(struct part *part, char *s)
{
	const char *name = s, *value;
	size_t n = token_len(s), len;

	if (n == 0 || s[n] != '=' ||
	    (s = take_value(s + n + 1, &value, &len)) == NULL)
		return NULL;
	if (is_word(name, n, "name")) {
		if (part->name != NULL)
			return NULL;
		part->name = value;
		part->name_len = len;
	} else if (is_word(name, n, "filename")) {
		if (part->filename != NULL)
			return NULL;
		part->filename = value;
		part->filename_len = len;
	}
	return s;
}

static bool
take_disposition(struct part *part, char *s)
{
	size_t n = token_len(s);

	if (part->name != NULL || !is_word(s, n, "form-data"))
		return false;
	for (s += n; *(s = skip_blanks(s)) == ';';) {
		s = skip_blanks(s + 1);
		if (*s != ';' && *s != '\0' &&
		    (s = take_parameter(part, s)) == NULL)
			return false;
	}
	return *s == '\0' && part->name != NULL;
}

/* ---- header fields ----------------------------------------------------- */

static bool
take_type(struct part *part, const char *s)
{
	if (part->type != NULL || !is_field_value(s))
		return false;
	part->type = s;
	return true;
}

/* Encodings that change nothing; the others are of mail (RFC 7578, 4.7). */
static bool
is_plain(const char *s)
{
	return strcasecmp(s, "7bit") == 0 || strcasecmp(s, "8bit") == 0 ||
	    strcasecmp(s, "binary") == 0;
}

static const char *
take_known(struct part *part, const char *name, size_t n, char *value)
{
	if (is_word(name, n, "Content-Disposition"))
		return take_disposition(part, value) ? NULL :
		    "form: a part's Content-Disposition";
	if (is_word(name, n, "Content-Type"))
		return take_type(part, value) ? NULL :
		    "form: a part's Content-Type";
	if (is_word(name, n, "Content-Transfer-Encoding"))
		return is_plain(value) ? NULL :
		    "form: a part's Content-Transfer-Encoding";
	return NULL;
}

/* The value without the blanks around it; it ends in NUL where `end` was. */
static char *
trim(char *s, char *end)
{
	s = skip_blanks(s);
	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	return s;
}

/* A line without its end; a folded one starts with no name. */
static const char *
take_line(struct part *part, char *s, size_t len)
{
	size_t n;

	s[len] = '\0';
	n = token_len(s);
	if (n == 0 || s[n] != ':' || strlen(s) < len || strchr(s, '\r') != NULL)
		return "form: a part's header is malformed";
	return take_known(part, s, n, trim(s + n + 1, s + len));
}

enum sess_err
part_parse(struct part *part, char *s, size_t n, const char **why)
{
	char *stop, *end = s + n;
	size_t fields = 0;

	*part = (struct part){ .name = NULL };
	for (; s < end; s = stop + 1) {
		stop = memchr(s, '\n', (size_t)(end - s));
		*why = "form: a part has too many header fields";
		if (++fields > PART_FIELDS_MAX)
			return SESS_EBODY;
		*why = "form: a part's header is malformed";
		if (stop == NULL || stop == s || stop[-1] != '\r')
			return SESS_ESYNTAX;
		*why = take_line(part, s, (size_t)(stop - s) - 1);
		if (*why != NULL)
			return SESS_ESYNTAX;
	}
	*why = "form: a part without Content-Disposition";
	return part->name != NULL ? SESS_OK : SESS_ESYNTAX;
}

/* weak.c - is this password one that is tried first? */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "common.h"
#include "crypt.h"
#include "sess.h"
#include "utf8.h"

#define UNIT_MAX 4              /* bytes that are repeated */
#define DIGITS_MAX 4            /* behind the user's name: a year */

/* Where a text of n bytes has at least this many characters. */
static bool
has_chars(const char *s, size_t n, size_t min)
{
	size_t i, chars = 0;

	for (i = 0; i < n; i++)
		chars += ((unsigned char)s[i] & 0xC0) != 0x80;
	return chars >= min;
}

/* ASCII letters in lower case. */
static void
fold(char *out, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ?
		    s[i] - 'A' + 'a' : s[i]);
}

/* `line` is the password between two "\n", as the list has it. */
static bool
is_common(const char *line)
{
	return strstr(common, line) != NULL;
}

/* "aaaaaaaa", "abcabcabc": each byte is that of one unit before. */
static bool
is_repeated(const char *s, size_t n)
{
	size_t unit;

	for (unit = 1; unit <= UNIT_MAX; unit++)
		if (memcmp(s, s + unit, n - unit) == 0)
			return true;
	return false;
}

static bool
follows(char before, char after)
{
	return after == before + 1 || (before == '9' && after == '0') ||
	    (before == 'z' && after == 'a');
}

/* "abcdefgh", "1234567890", "87654321". */
static bool
is_sequence(const char *s, size_t n)
{
	size_t i, up = 1, down = 1;

	for (i = 1; i < n; i++) {
		up += follows(s[i - 1], s[i]);
		down += follows(s[i], s[i - 1]);
	}
	return up == n || down == n;
}

/* "gwendolyn", "alicealice", "alice1990"; the password is folded already. */
static bool
is_name(const char *s, size_t n, const char *user)
{
	char name[SESS_PASSWORD_MAX];
	size_t rest, len = strnlen(user, sizeof name);

	fold(name, user, len);
	if (len > n || memcmp(s, name, len) != 0)
		return false;
	rest = n - len;
	return (rest == len && memcmp(s + len, name, len) == 0) ||
	    (rest <= DIGITS_MAX && strspn(s + len, "0123456789") == rest);
}

enum sess_err
sess_password_ok(const char *password, const char *user)
{
	char line[1 + SESS_PASSWORD_MAX + 2] = "\n", *s = line + 1;
	size_t n = password == NULL ? 0 :
	    strnlen(password, SESS_PASSWORD_MAX + 1);
	bool weak;

	if (n == 0 || n > SESS_PASSWORD_MAX || !utf8_text(password, n) ||
	    !has_chars(password, n, SESS_PASSWORD_MIN))
		return SESS_EINVAL;
	fold(s, password, n);
	s[n] = '\n';
	weak = is_common(line) || is_repeated(s, n) || is_sequence(s, n) ||
	    (user != NULL && is_name(s, n, user));
	crypt_wipe(line, sizeof line);
	return weak ? SESS_EWEAK : SESS_OK;
}

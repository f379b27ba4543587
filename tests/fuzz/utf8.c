/* utf8.c - fuzz target: UTF-8, and what is escaped on its way out. */
/* SPDX-License-Identifier: ISC */
#include "encode.h"
#include "fuzz.h"
#include "utf8.h"

static bool
step_through(const char *s, size_t n)
{
	bool valid = true;
	int step;

	while (n > 0) {
		step = utf8_step(s, n);
		require(step != 0 && step >= -3 && step <= 4);
		valid = valid && step > 0;
		require((size_t)abs(step) <= n);
		s += abs(step);
		n -= (size_t)abs(step);
	}
	return valid;
}

static void
check_html(const char *s, size_t n)
{
	struct buf b = BUF_INIT(16 << 20);

	encode_html(&b, s, n);
	require(b.err == SESS_OK);
	require(strlen(b.data) == b.len);
	require(strcspn(b.data, "<>\"'") == b.len);
	require(utf8_valid(b.data, b.len));
	buf_release(&b);
}

static void
check_json(const char *s, size_t n)
{
	struct buf b = BUF_INIT(16 << 20);
	size_t i;

	encode_json(&b, s, n);
	require(b.err == SESS_OK && b.len >= 2);
	require(utf8_valid(b.data, b.len));
	require(b.data[0] == '"' && b.data[b.len - 1] == '"');
	for (i = 1; i + 1 < b.len; i++) {
		require((unsigned char)b.data[i] >= ' ');
		require(b.data[i] != '"' && b.data[i] != '<');
		if (b.data[i] == '\\')
			i++;
	}
	require(i + 1 == b.len);        /* the last quote is not escaped */
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *s = (const char *)bytes;
	bool valid = step_through(s, n);

	require(utf8_valid(s, n) == valid);
	require(utf8_text(s, n) == (valid && (n == 0 ||
	    memchr(s, '\0', n) == NULL)));
	check_html(s, n);
	check_json(s, n);
	return 0;
}

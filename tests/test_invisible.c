/* test_invisible.c - characters that nobody sees, and what some of them do. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include "invisible.h"

/* All code points that `is` holds for. */
static int
count(bool (*is)(uint32_t))
{
	uint32_t c;
	int n = 0;

	for (c = 0; c <= 0x10FFFF; c++)
		n += is(c);
	return n;
}

/*
 * As many as the Unicode Character Database has.  perl 5.36 knows its version
 * 14, and
 *
 *	perl -e 'for (0 .. 0x10FFFF) { $n++ if $_ != 32 && chr =~
 *	    /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{DI}]/ } print $n'
 *
 * prints 4282; node 20, with the same expression, knows version 17 and says
 * 4289 (U+13439 to U+1343F are new).  Five are blank by their names alone.
 */
Test(invisible, r79_the_table_is_that_of_unicode)
{
	cr_assert_eq(count(invisible), 4289 + 5);
}

/* Cc is 65, direction 12, ends of lines 2, the byte order mark 1. */
Test(invisible, some_act_on_a_terminal_or_a_line)
{
	cr_assert_eq(count(invisible_acts), 65 + 12 + 2 + 1);
}

/* One of each property, and what stands beside them. */
static const struct {
	uint32_t c;
	bool invisible, acts;
	const char *what;
} rows[] = {
	{ 0x00, true, true, "NUL" }, { 0x0A, true, true, "line feed" },
	{ 0x1B, true, true, "escape" }, { 0x1F, true, true, "Cc" },
	{ 0x20, false, false, "the blank" }, { 0x21, false, false, "!" },
	{ 0x7E, false, false, "~" }, { 0x7F, true, true, "delete" },
	{ 0x85, true, true, "next line" }, { 0x9F, true, true, "Cc" },
	{ 0xA0, true, false, "no-break space" }, { 0xA1, false, false, "!" },
	{ 0xAC, false, false, "not" }, { 0xAD, true, false, "soft hyphen" },
	{ 0xE9, false, false, "e acute" }, { 0x301, false, false, "acute" },
	{ 0x34F, true, false, "grapheme joiner" },
	{ 0x61C, true, true, "Arabic letter mark" },
	{ 0x2009, true, false, "thin space" },
	{ 0x200B, true, false, "zero width space" },
	{ 0x200D, true, false, "zero width joiner" },
	{ 0x200E, true, true, "left-to-right mark" },
	{ 0x2010, false, false, "hyphen" },
	{ 0x2028, true, true, "line separator" },
	{ 0x202E, true, true, "right-to-left override" },
	{ 0x202F, true, false, "narrow no-break space" },
	{ 0x2030, false, false, "per mille" },
	{ 0x2066, true, true, "left-to-right isolate" },
	{ 0x206A, true, false, "deprecated" },
	{ 0x2800, true, false, "Braille blank" },
	{ 0x2801, false, false, "Braille dot 1" },
	{ 0x3000, true, false, "ideographic space" },
	{ 0x674E, false, false, "Li" },
	{ 0xFE0F, true, false, "variation selector 16" },
	{ 0xFEFF, true, true, "byte order mark" },
	{ 0xFFFC, false, false, "object replacement" },
	{ 0x1F407, false, false, "rabbit" },
	{ 0xE0041, true, false, "tag A" }, { 0xE0FFF, true, false, "DI" },
	{ 0xE1000, false, false, "not assigned" },
	{ 0x10FFFF, false, false, "the last" },
};

Test(invisible, r79_each_is_what_its_property_says)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_expect_eq(invisible(rows[i].c), rows[i].invisible, "%s",
		    rows[i].what);
		cr_expect_eq(invisible_acts(rows[i].c), rows[i].acts, "%s",
		    rows[i].what);
	}
}

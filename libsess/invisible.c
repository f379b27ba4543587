/*
 * invisible.c - characters that nobody sees, and what some of them do.
 *
 * The table is the Unicode Character Database's, version 17.0: all of the
 * general categories Cc, Cf, Zl, Zp and Zs but U+0020, all of the property
 * Default_Ignorable_Code_Point (DI), and five that are blank by their names
 * alone.  RFC 8264, 9.13 keeps DI out of identifiers for the same reason.
 */
/* SPDX-License-Identifier: ISC */
#include <stddef.h>

#include "invisible.h"

static const struct range {
	uint32_t first, last;
	bool acts;
} ranges[] = {
	{ 0x0000, 0x001F, true },       /* Cc */
	{ 0x007F, 0x009F, true },       /* Cc */
	{ 0x00A0, 0x00A0, false },      /* Zs: no-break space */
	{ 0x00AD, 0x00AD, false },      /* DI: soft hyphen */
	{ 0x034F, 0x034F, false },      /* DI: combining grapheme joiner */
	{ 0x0600, 0x0605, false },      /* Cf: signs around Arabic numbers */
	{ 0x061C, 0x061C, true },       /* DI: a mark of direction */
	{ 0x06DD, 0x06DD, false },      /* Cf */
	{ 0x070F, 0x070F, false },      /* Cf */
	{ 0x0890, 0x0891, false },      /* Cf */
	{ 0x08E2, 0x08E2, false },      /* Cf */
	{ 0x115F, 0x1160, false },      /* DI: Hangul fillers */
	{ 0x1680, 0x1680, false },      /* Zs: Ogham */
	{ 0x17B4, 0x17B5, false },      /* DI: Khmer vowels */
	{ 0x180B, 0x180F, false },      /* DI: Mongolian */
	{ 0x2000, 0x200A, false },      /* Zs */
	{ 0x200B, 0x200D, false },      /* DI: of no width, (non-)joiners */
	{ 0x200E, 0x200F, true },       /* DI: marks of direction */
	{ 0x2028, 0x2029, true },       /* Zl, Zp */
	{ 0x202A, 0x202E, true },       /* DI: embeddings, overrides */
	{ 0x202F, 0x202F, false },      /* Zs */
	{ 0x205F, 0x205F, false },      /* Zs */
	{ 0x2060, 0x2065, false },      /* DI: word joiner, operators */
	{ 0x2066, 0x2069, true },       /* DI: isolates */
	{ 0x206A, 0x206F, false },      /* DI: deprecated */
	{ 0x2800, 0x2800, false },      /* Braille without a dot */
	{ 0x3000, 0x3000, false },      /* Zs: ideographic */
	{ 0x3164, 0x3164, false },      /* DI: Hangul filler */
	{ 0xFE00, 0xFE0F, false },      /* DI: variation selectors */
	{ 0xFEFF, 0xFEFF, true },       /* DI: the byte order mark */
	{ 0xFFA0, 0xFFA0, false },      /* DI: Hangul filler */
	{ 0xFFF0, 0xFFFB, false },      /* DI, Cf: annotations */
	{ 0x110BD, 0x110BD, false },    /* Cf: Kaithi number sign */
	{ 0x110CD, 0x110CD, false },    /* Cf */
	{ 0x13430, 0x1343F, false },    /* Cf: of hieroglyphs, ... */
	{ 0x13441, 0x13442, false },    /* ... and their blanks */
	{ 0x16FE4, 0x16FE4, false },    /* Khitan filler */
	{ 0x1BCA0, 0x1BCA3, false },    /* DI: of shorthand */
	{ 0x1D159, 0x1D159, false },    /* a note without a head */
	{ 0x1D173, 0x1D17A, false },    /* DI: of music */
	{ 0xE0000, 0xE0FFF, false },    /* DI: tags, variation selectors */
};

static const struct range *
find(uint32_t c)
{
	size_t i;

	for (i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c <= ranges[i].last)
			return c >= ranges[i].first ? &ranges[i] : NULL;
	return NULL;
}

bool
invisible(uint32_t c)
{
	return find(c) != NULL;
}

bool
invisible_acts(uint32_t c)
{
	const struct range *r = find(c);

	return r != NULL && r->acts;
}

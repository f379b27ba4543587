/* invisible.h - characters that nobody sees, and what some of them do. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_INVISIBLE_H
#define SESS_INVISIBLE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Is this character nothing to see, or a blank other than U+0020?  Two texts
 * that differ by such characters alone look the same.
 */
bool invisible(uint32_t c);

/*
 * Is it one of those that a terminal, an editor or a reader of lines acts on:
 * a control, a mark of direction, an end of a line, the byte order mark?
 */
bool invisible_acts(uint32_t c);

#endif

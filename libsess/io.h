/* io.h - all bytes, to a descriptor that may take them in pieces. */
/* SPDX-License-Identifier: ISC */
#ifndef SESS_IO_H
#define SESS_IO_H

#include <stdbool.h>
#include <stddef.h>

/* False: it took no more; see errno. */
bool io_write(int fd, const void *, size_t n);

#endif

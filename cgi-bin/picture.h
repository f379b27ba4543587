/*
 * picture.h - is it a picture?
 */
/* SPDX-License-Identifier: ISC */
#ifndef PICTURE_H
#define PICTURE_H

/*
 * The type of a picture, as its first bytes tell and nobody else: its name and
 * the type that was sent with it are words of their sender.  "" for all that
 * is none of PNG, JPEG, GIF, WebP, and so for what could hold a script (SVG).
 */
const char *picture_type(int fd);

#endif

/*
 * intake.c - a multipart form as it comes: fields become pairs, files uploads.
 *
 * A part with a filename is a file.  For an <input type=file> that was left
 * empty, browsers send an empty filename and no bytes: that is nothing.
 */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "intake.h"

/* ---- fields ------------------------------------------------------------ */

static enum sess_err
field_begin(struct intake *in, const struct part *part, const char **why)
{
	struct sess_pair *pair;

	*why = "form over max_pairs";
	if (in->pairs.n == in->max_pairs)
		return SESS_EBODY;
	pair = &in->pairs.at[in->pairs.n];
	pair->name = pool_copy(in->pool, part->name, part->name_len);
	if (pair->name == NULL)
		return SESS_ENOMEM;
	pair->name_len = part->name_len;
	in->pairs.n++;
	return SESS_OK;
}

static enum sess_err
field_add(struct intake *in, const char *s, size_t n, const char **why)
{
	*why = "form: fields over max_body_bytes";
	if (n > in->max_text - in->got)
		return SESS_EBODY;
	in->got += n;
	in->pairs.at[in->pairs.n - 1].value_len += n;
	buf_add(in->text, s, n);
	return in->text->err;
}

/* Now that they will not move any more. */
static void
place_values(struct intake *in)
{
	const char *at = in->text->data;
	size_t i;

	for (i = 0; i < in->pairs.n; i++) {
		in->pairs.at[i].value = at;
		at += in->pairs.at[i].value_len + 1;
	}
	*in->field = in->pairs;
}

/* ---- files ------------------------------------------------------------- */

/* An upload without a name is one when its first byte comes. */
static enum sess_err
file_begin(struct intake *in, const struct part *part, const char **why)
{
	if (part->filename_len > 0) {
		in->kind = INTAKE_FILE;
		return upload_begin(in->file, part, why);
	}
	in->kind = INTAKE_NO_FILE;
	in->part = *part;
	in->part.name = pool_copy(in->pool, part->name, part->name_len);
	in->part.filename = "";
	if (part->type != NULL)
		in->part.type = pool_text(in->pool, part->type);
	return in->part.name != NULL &&
	    (part->type == NULL || in->part.type != NULL) ? SESS_OK :
	    SESS_ENOMEM;
}

static enum sess_err
file_add(struct intake *in, const char *s, size_t n, const char **why)
{
	enum sess_err err = SESS_OK;

	if (in->kind == INTAKE_NO_FILE)
		err = upload_begin(in->file, &in->part, why);
	in->kind = INTAKE_FILE;
	return err == SESS_OK ? upload_add(in->file, s, n, why) : err;
}

/* ---- parts ------------------------------------------------------------- */

static enum sess_err
on_part(void *arg, const struct part *part, const char **why)
{
	struct intake *in = arg;

	*why = "form over max_name_bytes";
	if (part->name_len > in->max_name)
		return SESS_EBODY;
	if (part->filename != NULL)
		return file_begin(in, part, why);
	in->kind = INTAKE_FIELD;
	return field_begin(in, part, why);
}

static enum sess_err
on_bytes(void *arg, const char *s, size_t n, const char **why)
{
	struct intake *in = arg;

	return in->kind == INTAKE_FIELD ? field_add(in, s, n, why) :
	    file_add(in, s, n, why);
}

static enum sess_err
on_end(void *arg, const char **why)
{
	struct intake *in = arg;

	if (in->kind == INTAKE_FILE)
		return upload_end(in->file, why);
	if (in->kind == INTAKE_FIELD)
		buf_addc(in->text, '\0');
	return in->text->err;
}

/* ---- all together ------------------------------------------------------ */

enum sess_err
intake_init(struct intake *in, const char *boundary, size_t max_parts)
{
	in->to = (struct multipart_to){ on_part, on_bytes, on_end, in };
	multipart_init(&in->parser, boundary, max_parts, &in->to);
	if (in->max_pairs > max_parts)
		in->max_pairs = max_parts;
	in->got = 0;
	in->text->max = in->max_text + in->max_pairs;   /* each with a NUL */
	in->pairs.n = 0;
	in->pairs.at = pool_alloc(in->pool,
	    in->max_pairs * sizeof *in->pairs.at);
	return in->pairs.at != NULL ? SESS_OK : SESS_ENOMEM;
}

enum sess_err
intake_feed(struct intake *in, const char *s, size_t n, const char **why)
{
	enum sess_err err = multipart_feed(&in->parser, s, n);

	*why = in->parser.why;
	return err;
}

enum sess_err
intake_end(struct intake *in, const char **why)
{
	enum sess_err err = multipart_end(&in->parser);

	*why = in->parser.why;
	if (err == SESS_OK)
		place_values(in);
	return err;
}

/* random.c - random bytes, from the settings' source. */
/* SPDX-License-Identifier: ISC */
#include "crypt.h"
#include "random.h"
#include "trace.h"

enum sess_err
random_bytes(const struct log *log, const char *purpose, void *bytes,
    size_t n)
{
	const struct sess_conf *conf = log->conf;
	enum sess_err err;

	if (conf == NULL || conf->random == NULL)
		err = crypt_random(bytes, n);
	else
		err = conf->random(conf->random_arg, bytes, n) ? SESS_OK :
		    SESS_ERANDOM;
	if (err == SESS_OK)
		trace_step(log, SESS_STEP_RANDOM, TRACE_TEXT("purpose", purpose),
		    TRACE_NUMBER("bytes", n),
		    TRACE_HEX("value", SESS_TRACE_SECRET, bytes, n));
	return err;
}

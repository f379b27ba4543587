/* random.c - random bytes, from the settings' source. */
/* SPDX-License-Identifier: ISC */
#include "crypt.h"
#include "random.h"

enum sess_err
random_bytes(const struct sess_conf *conf, void *bytes, size_t n)
{
	if (conf->random == NULL)
		return crypt_random(bytes, n);
	return conf->random(conf->random_arg, bytes, n) ? SESS_OK :
	    SESS_ERANDOM;
}

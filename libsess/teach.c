/* teach.c - may a request be shown from the inside, and its steps so far. */
/* SPDX-License-Identifier: ISC */
#include "request.h"
#include "trace.h"

enum sess_teaching
sess_teaching(const struct sess_req *req)
{
	const struct sess_conf *conf = req->log->conf;

	if (conf == NULL || !conf->teach)
		return SESS_TEACH_OFF;
	if (!conf->insecure_dev)
		return SESS_TEACH_NOT_DEV;
	if (req->peer == NULL || strcmp(req->peer, "127.0.0.1") != 0)
		return SESS_TEACH_AWAY;
	return SESS_TEACH_YES;
}

const struct sess_trace_step *
sess_trace_steps(const struct sess_req *req, size_t *n)
{
	(void)req;
	*n = 0;
	return NULL;
}

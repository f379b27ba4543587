/* mount.c - of several programs below one path, the one that is asked. */
/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "exchange.h"

static const struct sess_app *
mounted(const struct sess_mount *mounts, const char *name, size_t len)
{
	for (; mounts->name != NULL; mounts++)
		if (strlen(mounts->name) == len &&
		    memcmp(mounts->name, name, len) == 0)
			return mounts->app;
	return NULL;
}

static bool
is_var(const char *var, const char *name)
{
	size_t n = strlen(name);

	return strncmp(var, name, n) == 0 && var[n] == '=';
}

/* The variables, with these two in place of the server's; NULL: no memory. */
static char **
replace(struct exchange *x, char *script, char *info)
{
	char *const *v = x->req.wire->vars;
	size_t n = 0, kept = 0;
	char **vars;

	while (v[n] != NULL)
		n++;
	vars = pool_alloc(&x->pool, (n + 3) * sizeof *vars);
	if (vars == NULL || script == NULL || info == NULL)
		return NULL;
	vars[kept++] = script;
	vars[kept++] = info;
	for (; *v != NULL; v++)
		if (!is_var(*v, "SCRIPT_NAME") && !is_var(*v, "PATH_INFO"))
			vars[kept++] = *v;
	return vars;
}

/*
 * Apache's mod_proxy_fcgi and an nginx that was not told better put the whole
 * path into SCRIPT_NAME: then what is before the first mount's name is ours.
 */
static const char *
hidden_info(const struct sess_mount *mounts, const char *path)
{
	const char *slash;

	for (slash = strchr(path, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/'))
		if (mounted(mounts, slash + 1, strcspn(slash + 1, "/")) !=
		    NULL)
			return slash;
	return "";
}

/*
 * Has the program a use for what is behind its name?  Else its relative links
 * would lead elsewhere, and each page would have any number of addresses.
 */
static enum sess_err
check_info(const struct exchange *x)
{
	const char *info = sess_req_path_info(&x->req);
	bool root = *sess_req_path(&x->req) == '\0' && strcmp(info, "/") == 0;

	if (*info == '\0' || root || x->app->path_info || x->app->authorizer)
		return SESS_OK;
	/* What is behind it is the visitor's, and may be an id. */
	log_event(x->sess.log, "refuse", SESS_EPATH, "the address goes on "
	    "behind the program's name, and this program takes no PATH_INFO: "
	    "mostly a wrong link; else the web server splits the path in "
	    "another place, or the program's author must set .path_info");
	return SESS_EPATH;
}

enum sess_err
mount_find(struct exchange *x)
{
	const struct sess_app *whole = x->service->app, *app;
	const char *path = sess_req_path(&x->req);
	const char *info = sess_req_path_info(&x->req);
	size_t own = strlen(path), len;
	char **vars;

	if (whole->mounts == NULL)
		return check_info(x);
	if (*info == '\0' && *(info = hidden_info(whole->mounts, path)) != '\0')
		own = (size_t)(info - path);
	if (*info == '\0' || strcmp(info, "/") == 0)
		return whole->handle != NULL ? SESS_OK : SESS_EPATH;
	len = strcspn(++info, "/");
	if ((app = mounted(whole->mounts, info, len)) == NULL)
		return SESS_EPATH;
	vars = replace(x, pool_printf(&x->pool, "SCRIPT_NAME=%.*s/%.*s",
	    (int)own, path, (int)len, info),
	    pool_printf(&x->pool, "PATH_INFO=%s", info + len));
	if (vars == NULL)
		return SESS_ENOMEM;
	x->app = app;
	x->req.wire->vars = vars;
	x->service->log.app = wire_app(x->req.wire);
	return check_info(x);
}

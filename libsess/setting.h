/* setting.h - every setting: its key, its type, its default. */
#ifndef SESS_SETTING_H
#define SESS_SETTING_H

#include "pool.h"

/* One "key = value" as in the file.  NULL, or what is wrong with it. */
const char *setting_set(struct sess_conf *, struct pool *, const char *key,
    const char *value);

/* Zero means the default: put it there. */
void setting_complete(struct sess_conf *);

#endif

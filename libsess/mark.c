/* mark.c - how far uploads are, in the database. */
/* SPDX-License-Identifier: ISC */
#include "mark.h"
#include "sql.h"

static enum sess_err
session_of(struct db *db, const uint8_t key[SESS_KEY_LEN], int64_t now,
    int64_t *pk)
{
	enum sess_err err = db_query(db, SQL_HOLD, "ki", key, now);

	if (err != SESS_OK)
		return err == SESS_NONE ? SESS_EGONE : err;
	*pk = db_int(db, SQL_HOLD, 0);
	db_done(db, SQL_HOLD);
	return SESS_OK;
}

enum sess_err
mark_put(struct db *db, const uint8_t key[SESS_KEY_LEN], int64_t now,
    const struct sess_mark *m)
{
	int64_t pk;
	enum sess_err err;

	if ((err = session_of(db, key, now, &pk)) != SESS_OK ||
	    (err = db_run(db, SQL_MARK, "itiii", pk, m->name, m->got,
	    m->total, now)) != SESS_OK)
		return err;
	return db_run(db, SQL_MARK_TRIM, "iti", pk, m->name,
	    (int64_t)SESS_MARKS - 1);
}

enum sess_err
mark_find(struct db *db, const uint8_t key[SESS_KEY_LEN], int64_t now,
    struct sess_mark *m)
{
	enum sess_err err = db_query(db, SQL_MARK_FIND, "kit", key, now,
	    m->name);

	if (err != SESS_OK)
		return err;
	m->got = db_int(db, SQL_MARK_FIND, 0);
	m->total = db_int(db, SQL_MARK_FIND, 1);
	db_done(db, SQL_MARK_FIND);
	return SESS_OK;
}

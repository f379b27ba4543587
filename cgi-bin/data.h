/*
 * data.h - what the demo site keeps for good: users, drafts, orders.
 *
 * A database of its own (sql/demo.sql), apart from the sessions: these end,
 * and this stays.  What the pages ask for is always asked with the user id
 * that stands in the session, so nobody reaches what belongs to another.
 *
 * The first failure sticks: after it all calls do nothing and find nothing,
 * and data_failed() tells; NULL, from a data_open() that failed, has failed.
 * Texts that come out are borrowed until the next call.
 */
/* SPDX-License-Identifier: ISC */
#ifndef DATA_H
#define DATA_H

#include "sess.h"

#define DRAFT_TITLE_MAX 200     /* bytes; sql/demo.sql says the same */
#define DRAFT_TEXT_MAX 16000
#define DRAFTS_MAX 200          /* of one user */

#define DRAFT_FILES_MAX 8       /* of one draft */
#define DRAFT_FILE_MAX 5000000  /* bytes; sql/demo_files.sql says the same */
#define FILE_NAME_MAX 255       /* so does it here */
#define USER_FILES_MAX 20000000 /* bytes of all files of one user */
#define UPLOAD_MAX 16000000     /* bytes of files at once: max_upload_bytes */
#define UPLOAD_FILES_MAX 16     /* that are looked at, to say kindly no */

struct data;

/*
 * Open the file named by the variable DEMO_DB of the web server; the first
 * one to come makes it.
 */
struct data *data_open(const struct sess_req *);

/* The name of that file, for what lies beside it. */
const char *data_path(const struct sess_req *);

void data_close(struct data *);
bool data_failed(const struct data *);

/*
 * A user of the time before accounts, by his name in any case.  SESS_NONE:
 * there is none, or an account was made first and has the name since.
 */
struct old_user {
	char name[256];                 /* longer than any account's */
	char hash[SESS_HASH_MAX];
};

enum sess_err data_old_user(const struct sess_req *, const char *name,
    struct old_user *);

/*
 * Drafts and orders belong to a user of this database: within the transaction
 * that writes one, see to it that he is there.
 */
void data_user(struct data *, const char *user);

struct draft {
	int64_t id, version, changed;   /* id 0: new */
	const char *title, *text;
};

struct draft_file {
	int64_t id, size;               /* id 0: none */
	const char *name;               /* as the visitor gave it */
	const char *type;               /* of a picture: "image/png"; or "" */
};

/*
 * Ask for all drafts, the last changed first; then take one by one: each file
 * with its draft, and a draft without files once.  Their texts are left out.
 */
void data_drafts(struct data *, const char *user);
bool data_next_draft(struct data *, struct draft *, struct draft_file *);

/* False for a draft of somebody else as for one that never was. */
bool data_draft(struct data *, const char *user, int64_t id, struct draft *);

/* What a form does to the files of a draft. */
struct draft_edit {
	const struct sess_upload *files;        /* these are added ... */
	size_t nfiles;
	int64_t removed[DRAFT_FILES_MAX];       /* ... and these go */
	size_t nremoved;
};

enum draft_saved {
	DRAFT_SAVED,
	DRAFT_CONFLICT,         /* it is not what the form was written for */
	DRAFT_NO_ROOM,          /* too many drafts */
	DRAFT_MANY_FILES,       /* ... or files in this one */
	DRAFT_NO_SPACE          /* ... or bytes in all files */
};

/*
 * Save the draft, all of it or nothing: a new one, which gets its id, or over
 * the version that draft->version names.  The same form with the same text
 * and files again is saved again, and has no effect; with others it is a
 * conflict with what it made, and draft->id is that.
 */
enum draft_saved data_draft_save(struct data *, const char *user,
    const char *form_id, struct draft *, const struct draft_edit *);

/* With its files. */
bool data_draft_delete(struct data *, const char *user, int64_t id);

/* The files of a draft; one file; its bytes, as a descriptor, or -1. */
void data_files(struct data *, const char *user, int64_t draft);
bool data_next_file(struct data *, struct draft_file *);
bool data_file(struct data *, const char *user, int64_t id,
    struct draft_file *);
int data_file_open(struct data *, int64_t id);

/* Remove the bytes of files that are gone; nothing depends on it. */
void data_sweep(struct data *);

struct order {
	int64_t id, made;
	const char *name, *street, *city;
};

struct order_line {
	const char *item;
	int64_t n, price;
};

/* The id of the order that this form made, or 0. */
int64_t data_order_by(struct data *, const char *user, const char *form_id);

/* Write an order; returns its id, also where this form had made it before. */
int64_t data_order_new(struct data *, const char *user, const char *form_id,
    const struct order *, const struct order_line *, size_t nlines);

/* As with drafts: one's own, or none. */
bool data_order(struct data *, const char *user, int64_t id, struct order *);
void data_lines(struct data *, const char *user, int64_t id);
bool data_next_line(struct data *, struct order_line *);

#endif

/* test_upload.c - the files of a request, from the wire to a name for good. */
/* SPDX-License-Identifier: ISC */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

#define D "--X\r\n"
#define N "\r\n--X\r\n"
#define E "\r\n--X--\r\n"
#define F(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_OF(name, filename) "Content-Disposition: form-data; name=\"" \
	name "\"; filename=\"" filename "\"\r\nContent-Type: text/x\r\n\r\n"
#define BYTES(text) text, sizeof text - 1

/* ---- a program that takes files, a folder for them ----------------------- */

static char folder[] = "/tmp/libsess-upload-XXXXXX";
static char other[] = "/dev/shm/libsess-upload-XXXXXX"; /* file system */
static struct site *site;
static int ran;
static void (*look)(struct sess_req *);         /* from inside the handler */

static int
handle(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	(void)s;
	ran++;
	if (look != NULL)
		look(req);
	sess_res_puts(res, "done");
	return 200;
}

static const struct sess_app app = { .handle = handle, .no_session = true,
	.max_files = 3 };
static const struct sess_app no_files = { .handle = handle,
	.no_session = true };

static void
start_app(const struct sess_app *of, const char *settings)
{
	char lines[256];

	if (site != NULL)
		site_free(site);
	snprintf(lines, sizeof lines, "upload_dir=%s\n%s", folder, settings);
	site = site_new(of, lines);
	ran = 0;
}

static void
start(const char *settings)
{
	start_app(&app, settings);
}

static void
setup(void)
{
	cr_assert_not_null(mkdtemp(folder));
	umask(077);
	start("");
}

static void
teardown(void)
{
	char command[128];

	site_free(site);
	snprintf(command, sizeof command, "rm -rf '%s' '%s'", folder, other);
	cr_assert_eq(system(command), 0);
}

TestSuite(upload, .init = setup, .fini = teardown);

/* Of a length that was said, or of SIZE_MAX: of none. */
static struct answer *
send_length(const char *body, size_t n, size_t length)
{
	char var[48];
	const char *vars[] = { "REQUEST_METHOD=POST",
		"CONTENT_TYPE=multipart/form-data; boundary=X", var, NULL };

	if (length == SIZE_MAX)
		vars[2] = NULL;
	else
		snprintf(var, sizeof var, "CONTENT_LENGTH=%zu", length);
	return ask(site, vars, body, n);
}

static struct answer *
post_form(const char *body, size_t n)
{
	return send_length(body, n, n);
}

/* A form with one file of so many bytes; the whole length goes to *n. */
static const char *
file_of(size_t size, size_t *n)
{
	static char body[1 << 20];
	static const char head[] = D FILE_OF("f", "x");

	*n = sizeof head - 1 + size + sizeof E - 1;
	cr_assert_lt(*n, sizeof body);
	memcpy(body, head, sizeof head);
	memset(body + sizeof head - 1, 'x', size);
	memcpy(body + sizeof head - 1 + size, E, sizeof E);
	return body;
}

static int
entries(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int n = 0;

	cr_assert_not_null(dir, "%s", path);
	while ((entry = readdir(dir)) != NULL)
		n += strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0;
	closedir(dir);
	return n;
}

/* Of this process, that lead into the folder. */
static int
open_there(void)
{
	char path[300], target[300];
	ssize_t len;
	int fd, n = 0;

	for (fd = 0; fd < 256; fd++) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		len = readlink(path, target, sizeof target - 1);
		n += len > 0 && strncmp(target, folder, strlen(folder)) == 0;
	}
	return n;
}

static void
expect_refused(const struct answer *a, int status, const char *says)
{
	cr_assert_eq(a->status, status, "%d: %s", a->status, site->log);
	cr_assert_eq(ran, 0);
	cr_assert_not_null(strstr(site->log, says), "%s", site->log);
	cr_assert_eq(open_there(), 0);
	cr_assert_eq(entries(folder), 0);
}

/* ---- what a program gets ------------------------------------------------- */

static void
look_three(struct sess_req *req)
{
	size_t n, pairs;
	const struct sess_upload *f = sess_req_files(req, &n);

	cr_assert_eq(n, 3);
	cr_assert_str_eq(f[0].name, "f");
	cr_assert_str_eq(f[0].filename, "one.txt");
	cr_assert_str_eq(f[0].type, "text/x");
	cr_assert_eq(f[0].size, 5);
	cr_assert_str_eq(f[1].name, "g");
	cr_assert_str_eq(f[1].type, "application/octet-stream");
	cr_assert_eq(f[1].size, 0);
	cr_assert_str_eq(f[2].filename, "two.txt");
	cr_assert_eq(sess_req_file(req, "f"), &f[0], "the first one");
	cr_assert_eq(sess_req_file(req, "g"), &f[1]);
	cr_assert_null(sess_req_file(req, "a"), "a field is no file");
	cr_assert_null(sess_req_field(req, "f"), "nor a file a field");
	cr_assert_str_eq(sess_req_field(req, "a"), "1");
	sess_req_pairs(req, SESS_FIELD, &pairs);
	cr_assert_eq(pairs, 2);
}

Test(upload, r26_files_and_fields_are_never_merged)
{
	look = look_three;
	cr_assert_eq(post_form(BYTES(D F("a") "1" N FILE_OF("f", "one.txt")
	    "bytes" N "Content-Disposition: form-data; name=\"g\"; "
	    "filename=\"e\"\r\n\r\n" N F("b") "2" N FILE_OF("f", "two.txt")
	    "x" E))->status, 200);
	cr_assert_eq(ran, 1);
}

/* Whole, at its start, for its owner alone, and nowhere to be found. */
static void
look_private(struct sess_req *req)
{
	const struct sess_upload *f = sess_req_file(req, "f");
	struct stat st, where;
	char byte;
	off_t i;

	cr_assert_eq(fstat(f->fd, &st), 0);
	cr_assert(S_ISREG(st.st_mode));
	cr_assert_eq(st.st_mode & 07777, 0600);
	cr_assert_eq(st.st_nlink, 0);
	cr_assert_eq(st.st_size, 100000);
	cr_assert_eq(f->size, 100000);
	cr_assert_eq(stat(folder, &where), 0);
	cr_assert_eq(st.st_dev, where.st_dev);
	cr_assert_eq(entries(folder), 0);
	cr_assert_eq(open_there(), 1);
	cr_assert_neq(fcntl(f->fd, F_GETFD) & FD_CLOEXEC, 0);
	for (i = 0; read(f->fd, &byte, 1) == 1; i++)
		cr_assert_eq(byte, 'x');
	cr_assert_eq(i, 100000);
}

Test(upload, r28_a_file_is_private_and_has_no_name)
{
	size_t n;
	const char *body = file_of(100000, &n);

	look = look_private;
	cr_assert_eq(post_form(body, n)->status, 200);
	cr_assert_eq(send_length(body, n, SIZE_MAX)->status, 200);
	cr_assert_eq(ran, 2);
	cr_assert_eq(open_there(), 0, "closed when the handler is done");
}

static char expected[8192];

static void
look_name(struct sess_req *req)
{
	cr_assert_str_eq(sess_req_file(req, "f")->filename, expected);
	cr_assert_eq(entries(folder), 0);
}

Test(upload, r28_a_file_name_is_data_and_nothing_else)
{
	static const char *const names[] = { "../", "../../etc/passwd",
		"/etc/passwd", ".", "..", "C:\\", "C:\\a\\b.txt", "a/b",
		"con", "|id", "$(id)", "`id`", "a;b", "-rf", " ", "a\tb",
		"%2e%2e%2f", "\xC3\xBC\xE2\x82\xAC", "<script>", ".htaccess",
		"a%00b" };
	char body[8192], name[4097];
	size_t i;
	int n;

	look = look_name;
	memset(name, 'n', 4096);
	name[4096] = '\0';
	for (i = 0; i <= sizeof names / sizeof *names; i++) {
		const char *as = i < sizeof names / sizeof *names ? names[i] :
		    name;

		snprintf(expected, sizeof expected, "%s", as);
		n = snprintf(body, sizeof body, D "Content-Disposition: "
		    "form-data; name=\"f\"; filename=\"%s\"\r\n\r\nx" E, as);
		cr_assert_eq(post_form(body, (size_t)n)->status, 200, "<%s>",
		    as);
		cr_assert_eq(ran, (int)i + 1);
	}
}

Test(upload, r28_a_name_that_is_no_text_is_refused)
{
	start("");
	expect_refused(post_form(BYTES(D FILE_OF("f", "a\0b") "x" E)), 400,
	    "malformed");
	start("");
	expect_refused(post_form(BYTES(D FILE_OF("f", "\xFF") "x" E)), 400,
	    "no text");
	start("");
	expect_refused(post_form(BYTES(D FILE_OF("\xFF", "f") "x" E)), 400,
	    "no text");
	start("");
	expect_refused(post_form(BYTES(D "Content-Disposition: form-data; "
	    "name=\"f\"; filename=\"x\"\r\nContent-Type: \xFF\r\n\r\nx" E)),
	    400, "no text");
}

/* ---- quotas -------------------------------------------------------------- */

#define ONE FILE_OF("f", "x") "y"

Test(upload, r28_as_many_files_as_allowed_and_not_one_more)
{
	cr_assert_eq(post_form(BYTES(D ONE N ONE N ONE E))->status, 200);
	cr_assert_eq(post_form(BYTES(D ONE N FILE_OF("e", "") N ONE N ONE E))
	    ->status, 200, "an empty input is no file");
	start("");
	expect_refused(post_form(BYTES(D ONE N ONE N ONE N ONE E)), 413,
	    "max_files");
	start("max_parts=2");
	cr_assert_eq(post_form(BYTES(D ONE N ONE E))->status, 200);
	ran = 0;
	expect_refused(post_form(BYTES(D ONE N ONE N ONE E)), 413,
	    "max_parts");
}

static void
look_none(struct sess_req *req)
{
	size_t n;

	sess_req_files(req, &n);
	cr_assert_eq(n, 0);
	cr_assert_null(sess_req_file(req, "f"));
	cr_assert_str_eq(sess_req_field(req, "a"), "1");
}

/* Before a byte is stored: where nothing could be, it is the same. */
Test(upload, r28_a_program_that_takes_no_files_stores_none)
{
	start_app(&no_files, "upload_dir=/nonexistent");
	look = look_none;
	cr_assert_eq(post_form(BYTES(D F("a") "1" N FILE_OF("f", "") E))
	    ->status, 200);
	ran = 0;
	expect_refused(post_form(BYTES(D ONE E)), 413, "no file is taken");
	expect_refused(post_form(BYTES(D FILE_OF("f", "x") E)), 413,
	    "no file is taken");
	expect_refused(post_form(BYTES(D FILE_OF("f", "") "y" E)), 413,
	    "no file is taken");
}

Test(upload, r28_as_many_bytes_as_allowed_and_not_one_more)
{
	size_t n;
	const char *body = file_of(40000, &n);
	char settings[64];

	snprintf(settings, sizeof settings, "max_upload_bytes=%zu", n);
	start(settings);
	cr_assert_eq(post_form(body, n)->status, 200);
	cr_assert_eq(send_length(body, n, SIZE_MAX)->status, 200);
	snprintf(settings, sizeof settings, "max_upload_bytes=%zu", n - 1);
	start(settings);
	expect_refused(post_form(body, n), 413, "max_upload_bytes");
	expect_refused(send_length(body, n, SIZE_MAX), 413,
	    "max_upload_bytes");
	/* Nothing was sent, and nothing was waited for: it would be short. */
	expect_refused(send_length("", 0, n), 413, "max_upload_bytes");
}

/* The cap of a form without files stands beside it. */
Test(upload, r27_fields_obey_the_caps_of_fields)
{
	start("max_body_bytes=5\nmax_value_bytes=5");
	cr_assert_eq(post_form(BYTES(D F("a") "12" N F("b") "345" N ONE E))
	    ->status, 200);
	ran = 0;
	expect_refused(post_form(BYTES(D ONE N F("a") "12" N F("b") "3456" E)),
	    413, "max_body_bytes");
}

/* ---- ends that are none -------------------------------------------------- */

Test(upload, r28_nothing_is_left_when_the_body_is_cut_anywhere)
{
	static const char body[] = D F("a") "1" N ONE N FILE_OF("g", "x")
	    "yy" N FILE_OF("h", "") "z\r\n--X--";
	size_t n;

	for (n = 0; n < sizeof body - 1; n++) {
		cr_assert_eq(post_form(body, n)->status, 400, "%zu", n);
		cr_assert_eq(send_length(body, n, sizeof body - 1)->status,
		    400, "%zu", n);
		cr_assert_eq(open_there(), 0, "%zu", n);
		cr_assert_eq(ran, 0, "%zu", n);
	}
	cr_assert_eq(post_form(body, n)->status, 200);
	cr_assert_eq(entries(folder), 0);
}

/* A wire that gives a part of a file, and then kills who reads it. */
struct killer {
	struct sess_wire wire;
	int reads, tell;
};

static ssize_t
killer_read(struct sess_wire *wire, void *to, size_t n)
{
	static const char head[] = D FILE_OF("f", "x");
	struct killer *k = (struct killer *)wire;
	int there;

	if (k->reads++ == 0) {
		memcpy(to, head, sizeof head - 1);
		return sizeof head - 1;
	}
	if (k->reads == 20) {
		there = open_there();
		if (write(k->tell, &there, sizeof there) != sizeof there)
			abort();
		kill(getpid(), SIGKILL);
	}
	memset(to, 'x', n);
	return (ssize_t)n;
}

Test(upload, r28_a_kill_in_mid_upload_leaves_no_name)
{
	char *vars[] = { (char[]){ "REQUEST_METHOD=POST" },
		(char[]){ "CONTENT_TYPE=multipart/form-data; boundary=X" },
		NULL };
	struct killer k = { .wire = { .vars = vars, .read = killer_read } };
	int ends[2], status, there = 0;
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	k.tell = ends[1];
	cr_assert_geq(child = fork(), 0);
	if (child == 0) {
		sess_serve(site->service, &k.wire);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	cr_assert_eq(read(ends[0], &there, sizeof there), sizeof there);
	cr_assert_eq(there, 1, "it was in the middle of a file");
	cr_assert_eq(entries(folder), 0);
	close(ends[0]);
	close(ends[1]);
}

/* ---- no room ------------------------------------------------------------- */

static void
files_of_at_most(rlim_t bytes)
{
	struct rlimit limit;

	cr_assert_neq(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
	cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(upload, r28_a_full_disk_is_503_and_nothing_is_left)
{
	size_t n;
	const char *body = file_of(200000, &n);

	files_of_at_most(100000);
	expect_refused(post_form(body, n), 503, "err=E_UPLOAD");
	cr_assert_not_null(strstr(site->log, "upload_dir: full"));
	body = file_of(100000, &n);
	cr_assert_eq(post_form(body, n)->status, 200, "there is room again");
	files_of_at_most(RLIM_INFINITY);
}

Test(upload, r28_a_folder_that_is_not_there_is_503)
{
	start("upload_dir=/nonexistent");
	expect_refused(post_form(BYTES(D ONE E)), 503, "err=E_UPLOAD");
	look = look_none;
	cr_assert_eq(post_form(BYTES(D F("a") "1" E))->status, 200,
	    "forms without files need none");
}

/* ---- file systems that know no file without a name ----------------------- */

/* From now on the call fails so, if its argument has one of these bits. */
static void
forbid(unsigned call, unsigned argument, unsigned bits, unsigned error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, args) + 8 * argument),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof filter / sizeof *filter,
		filter };

	cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	cr_assert_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

/* open(2) says what it says there (open(2), ERRORS). */
static void
forbid_tmpfile(void)
{
	forbid(SYS_openat, 2, O_TMPFILE & ~O_DIRECTORY, EOPNOTSUPP);
	cr_assert_eq(open(folder, O_TMPFILE | O_RDWR, 0600), -1);
	cr_assert_eq(errno, EOPNOTSUPP);
}

Test(upload, r28_without_o_tmpfile_it_is_private_and_has_no_name)
{
	size_t n;
	const char *body = file_of(100000, &n);

	forbid_tmpfile();
	look = look_private;
	cr_assert_eq(post_form(body, n)->status, 200);
	cr_assert_eq(ran, 1);
	cr_assert_eq(open_there(), 0);
}

/* ---- a name for good ----------------------------------------------------- */

static const char *kept;                /* the path to keep it under */
static enum sess_err keep_err;

static void
look_keep(struct sess_req *req)
{
	const struct sess_upload *f = sess_req_file(req, "f");
	char byte;

	cr_assert_eq(read(f->fd, &byte, 1), 1);
	keep_err = sess_upload_keep(f, kept);
	cr_assert_eq(lseek(f->fd, 0, SEEK_CUR), 1, "where the page left it");
}

static enum sess_err
keep(const char *path)
{
	size_t n;
	const char *body = file_of(100000, &n);

	kept = path;
	look = look_keep;
	cr_assert_eq(post_form(body, n)->status, 200);
	cr_assert_eq(open_there(), 0);
	return keep_err;
}

static const char *
in(const char *where, const char *name)
{
	static char path[8][300];
	static int i;

	i = (i + 1) % 8;
	snprintf(path[i], sizeof *path, "%s/%s", where, name);
	return path[i];
}

static void
expect_file(const char *path, off_t size)
{
	struct stat st;

	cr_assert_eq(lstat(path, &st), 0, "%s", path);
	cr_assert(S_ISREG(st.st_mode));
	cr_assert_eq(st.st_mode & 07777, 0600);
	cr_assert_eq(st.st_nlink, 1);
	cr_assert_eq(st.st_size, size);
}

Test(upload, r28_a_file_that_is_kept_stays)
{
	const char *path = in(folder, "kept");

	cr_assert_eq(keep(path), SESS_OK);
	expect_file(path, 100000);
	cr_assert_eq(entries(folder), 1);
}

static void
expect_other_file_system(void)
{
	struct stat a, b;

	cr_assert_not_null(mkdtemp(other));
	cr_assert_eq(stat(folder, &a), 0);
	cr_assert_eq(stat(other, &b), 0);
	cr_assert_neq(a.st_dev, b.st_dev, "/tmp and /dev/shm are one");
}

Test(upload, r28_a_file_is_kept_on_another_file_system)
{
	const char *path;

	expect_other_file_system();
	path = in(other, "kept");
	cr_assert_eq(keep(path), SESS_OK);
	expect_file(path, 100000);
	cr_assert_eq(entries(other), 1, "and nothing beside it");
	cr_assert_eq(keep(path), SESS_EINVAL, "nor is it replaced there");
	cr_assert_eq(entries(other), 1);
}

Test(upload, r28_a_file_is_kept_without_o_tmpfile)
{
	const char *path = in(folder, "kept");

	forbid_tmpfile();
	cr_assert_eq(keep(path), SESS_OK);
	expect_file(path, 100000);
	cr_assert_eq(entries(folder), 1, "and nothing beside it");
	cr_assert_eq(keep(path), SESS_EINVAL);
	cr_assert_eq(entries(folder), 1);
}

/* Where /proc is not mounted, it is copied: that replaces nothing either. */
Test(upload, r28_a_file_is_kept_without_proc)
{
	const char *path = in(folder, "kept");

	forbid(SYS_linkat, 4, AT_SYMLINK_FOLLOW, ENOENT);
	cr_assert_eq(keep(path), SESS_OK);
	expect_file(path, 100000);
	cr_assert_eq(keep(path), SESS_EINVAL);
	cr_assert_eq(symlink(in(folder, "aim"), in(folder, "dangling")), 0);
	cr_assert_eq(keep(in(folder, "dangling")), SESS_EINVAL);
	cr_assert_eq(entries(folder), 2, "and nothing beside them");
}

static void
look_keep_full(struct sess_req *req)
{
	files_of_at_most(50000);
	look_keep(req);
	files_of_at_most(RLIM_INFINITY);
}

Test(upload, r28_a_disk_that_is_full_while_a_file_is_copied_leaves_nothing)
{
	size_t n;
	const char *body = file_of(100000, &n);

	expect_other_file_system();
	kept = in(other, "kept");
	look = look_keep_full;
	cr_assert_eq(post_form(body, n)->status, 200);
	cr_assert_eq(keep_err, SESS_EUPLOAD);
	cr_assert_eq(entries(other), 0);
}

static void
write_file(const char *path, const char *bytes)
{
	FILE *f = fopen(path, "w");

	cr_assert_not_null(f);
	fputs(bytes, f);
	fclose(f);
}

Test(upload, r28_what_is_there_is_neither_followed_nor_replaced)
{
	const char *precious = in(folder, "precious"), *aim = in(folder, "aim");
	struct stat st;

	write_file(precious, "mine");
	cr_assert_eq(symlink(precious, in(folder, "to")), 0);
	cr_assert_eq(symlink(aim, in(folder, "dangling")), 0);
	cr_assert_eq(mkdir(in(folder, "folder"), 0700), 0);
	cr_assert_eq(keep(precious), SESS_EINVAL);
	cr_assert_eq(keep(in(folder, "to")), SESS_EINVAL);
	cr_assert_eq(keep(in(folder, "dangling")), SESS_EINVAL);
	cr_assert_eq(keep(in(folder, "folder")), SESS_EINVAL);
	cr_assert_eq(lstat(aim, &st), -1, "nothing was made there");
	cr_assert_eq(stat(precious, &st), 0);
	cr_assert_eq(st.st_size, 4);
	cr_assert_eq(entries(folder), 4);
}

Test(upload, r28_a_path_is_absolute_and_names_a_file)
{
	static const char *const paths[] = { "", "kept", "./kept", "../kept",
		"/", "//", "/tmp/", "/tmp/.", "/tmp/.." };
	static char deep[5000];
	size_t i;

	for (i = 0; i < sizeof paths / sizeof *paths; i++)
		cr_assert_eq(keep(paths[i]), SESS_EINVAL, "<%s>", paths[i]);
	memset(deep, '/', sizeof deep - 2);
	deep[sizeof deep - 2] = 'a';
	cr_assert_eq(keep(deep), SESS_EINVAL);
	cr_assert_eq(keep(in(folder, "no/kept")), SESS_EUPLOAD);
	cr_assert_eq(entries(folder), 0);
}

/* ---- with a session ------------------------------------------------------ */

static int
page(struct sess_req *req, struct sess_res *res, struct sess *s)
{
	size_t n;

	ran += sess_req_field(req, "csrf") != NULL;
	sess_req_files(req, &n);
	sess_res_printf(res, "%zu %s", n, sess_csrf(s));
	return 200;
}

static const struct sess_app with_session = { .handle = page,
	.max_files = 1 };

Test(upload, r28_a_form_with_files_needs_its_token_like_any_other)
{
	char body[1024], cookie[300], length[48];
	struct visitor v = { .site = NULL };
	const char *token;
	int n;

	start_app(&with_session, "");
	v.site = site;
	token = strchr(get(&v, NULL)->body, ' ') + 1;
	snprintf(cookie, sizeof cookie, "HTTP_COOKIE=__Host-pre=%s",
	    jar_get(&v, "__Host-pre"));
	n = snprintf(body, sizeof body, D F("csrf") "%s" N ONE E, token);
	snprintf(length, sizeof length, "CONTENT_LENGTH=%d", n);
	{
		const char *vars[] = { "REQUEST_METHOD=POST", "HTTPS=on",
			"HTTP_HOST=example.org", length, cookie,
			"CONTENT_TYPE=multipart/form-data; boundary=X", NULL };

		cr_assert_eq(ask(site, vars, body, (size_t)n)->status, 200,
		    "%s", site->log);
		cr_assert_eq(ran, 1);
		memcpy(strstr(body, token), "AAAA", 4);
		ran = 0;
		expect_refused(ask(site, vars, body, (size_t)n), 403,
		    "err=E_CSRF");
	}
}

/* ---- how far it is ------------------------------------------------------- */

static int64_t seen_got, seen_total, calls;

static void
on_progress(void *arg, int64_t got, int64_t total)
{
	cr_assert(arg == &calls && got > seen_got);
	seen_got = got;
	seen_total = total;
	calls++;
}

struct slow {
	struct sess_wire wire;
	const char *at;
	size_t left;
};

static ssize_t
slow_read(struct sess_wire *wire, void *to, size_t n)
{
	struct slow *s = (struct slow *)wire;

	n = n < 1000 ? n : 1000;
	n = n < s->left ? n : s->left;
	memcpy(to, s->at, n);
	s->at += n;
	s->left -= n;
	return (ssize_t)n;
}

static enum sess_err
read_slowly(char *length)
{
	char *vars[] = { (char[]){ "REQUEST_METHOD=POST" },
		(char[]){ "CONTENT_TYPE=multipart/form-data; boundary=X" },
		length, NULL };
	struct pool pool = POOL_INIT(1 << 20);
	const struct log log = { .app = NULL };
	struct slow slow = { .wire = { .vars = vars, .read = slow_read } };
	struct sess_req req;
	enum sess_err err;

	slow.at = file_of(9000, &slow.left);
	seen_got = calls = 0;
	request_init(&req, &slow.wire, &pool, &log);
	req.progress = on_progress;
	req.progress_arg = &calls;
	err = request_read(&req, &site->service->conf, "POST", 1);
	request_release(&req);
	pool_release(&pool);
	return err;
}

Test(upload, progress_is_told_after_each_piece)
{
	char length[48];
	size_t n;

	file_of(9000, &n);
	snprintf(length, sizeof length, "CONTENT_LENGTH=%zu", n);
	cr_assert_eq(read_slowly(length), SESS_OK);
	cr_assert_eq(seen_total, (int64_t)n);
	cr_assert_eq(seen_got, (int64_t)n);
	cr_assert_eq(calls, 10);
	cr_assert_eq(read_slowly(NULL), SESS_OK);
	cr_assert_eq(seen_total, -1);
	cr_assert_eq(seen_got, (int64_t)n);
}

/* test_place.c - r48: the store lies where nobody else can see or touch it. */
/* SPDX-License-Identifier: ISC */
#include <criterion/criterion.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>

#include "ops.h"
#include "place.h"
#include "store.h"

static char root[] = "/tmp/libsess-place-XXXXXX";
static struct place place;
static char said[1024];

static void
setup(void)
{
	cr_assert_not_null(mkdtemp(root));
	cr_assert_eq(chdir(root), 0);
}

static void
teardown(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s", root);
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(system(command), 0);
}

TestSuite(place, .init = setup, .fini = teardown, .timeout = 30);

/* A path below the test's folder; good till the eighth next one. */
static const char *
at(const char *name)
{
	static char paths[8][128];
	static int i;
	char *path = paths[i++ % 8];

	snprintf(path, sizeof *paths, "%s/%s", root, name);
	return path;
}

static int
mode(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? (int)(st.st_mode & 07777) : -1;
}

static void
touch(const char *path, mode_t m)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(fchmod(fd, m), 0);
	close(fd);
}

static void
expect_taken(const char *path, const char *document_root)
{
	cr_assert_eq(place_open(&place, path, document_root), SESS_OK, "%s",
	    place.why);
	place_close(&place);
}

static void
expect_refused(const char *path, const char *document_root, const char *say)
{
	cr_assert_eq(place_open(&place, path, document_root), SESS_ECONF,
	    "%s", path);
	cr_assert_eq(place.folder, -1, "it is not held");
	cr_assert_not_null(strstr(place.why, say), "%s: %s", path, place.why);
}

Test(place, r48_private_whatever_the_umask)
{
	static const mode_t masks[] = { 0, 022, 077 };
	size_t i;
	char name[32];

	for (i = 0; i < sizeof masks / sizeof *masks; i++) {
		snprintf(name, sizeof name, "new%zu/store.db", i);
		umask(masks[i]);
		expect_taken(at(name), NULL);
		umask(022);
		cr_assert_eq(mode(at(name)), 0600);
		*strchr(name, '/') = '\0';
		cr_assert_eq(mode(at(name)), 0700);
	}
}

/* All that SQLite and the gate make beside it. */
Test(place, r48_all_files_of_a_store_in_use_are_private)
{
	static const char *const names[] = { "store.db", "store.db-wal",
		"store.db-shm", "store.db-lock" };
	struct site *site = site_new(&ops, NULL);
	struct visitor v = { .site = site };
	struct stat st;
	char path[128];
	size_t i;

	umask(0);
	cr_assert_eq(get(&v, "op=set+k+v&op=login+alice")->status, 200);
	umask(022);
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", site->folder, names[i]);
		cr_assert_eq(stat(path, &st), 0, "%s", names[i]);
		cr_assert_eq(st.st_mode & 07777, 0600, "%s: %o", names[i],
		    (unsigned)st.st_mode);
	}
	site_free(site);
}

Test(place, r48_what_is_there_already_is_kept)
{
	int fd;

	expect_taken(at("d/store.db"), NULL);
	fd = open(at("d/store.db"), O_WRONLY);
	cr_assert_eq(write(fd, "x", 1), 1);
	close(fd);
	expect_taken(at("d/store.db"), NULL);
	fd = open(at("d/store.db"), O_RDONLY);
	cr_assert_eq(lseek(fd, 0, SEEK_END), 1);
	close(fd);
}

Test(place, r48_a_symbolic_link_is_refused)
{
	cr_assert_eq(mkdir("d", 0700), 0);
	touch(at("d/target"), 0600);
	cr_assert_eq(symlink("target", "d/store.db"), 0);
	expect_refused(at("d/store.db"), NULL, "symbolic link");
	cr_assert_eq(symlink("nothing", "d/dangling.db"), 0);
	expect_refused(at("d/dangling.db"), NULL, "symbolic link");
	cr_assert_eq(mode(at("d/nothing")), -1, "nor is its target made");
}

Test(place, r48_what_is_no_file_is_refused)
{
	cr_assert_eq(mkdir("d", 0700), 0);
	cr_assert_eq(mkdir("d/folder.db", 0700), 0);
	cr_assert_eq(mkfifo("d/fifo.db", 0600), 0);
	expect_refused(at("d/folder.db"), NULL, "store: ");
	expect_refused(at("d/fifo.db"), NULL, "not a regular file");
	expect_refused("/dev/null", NULL, "store: ");
}

Test(place, r48_a_file_that_others_can_use_is_refused)
{
	static const mode_t modes[] = { 0604, 0640, 0660, 0606, 0666, 0601,
		0610 };
	size_t i;

	cr_assert_eq(mkdir("d", 0700), 0);
	touch(at("d/store.db"), 0600);
	expect_taken(at("d/store.db"), NULL);
	for (i = 0; i < sizeof modes / sizeof *modes; i++) {
		touch(at("d/store.db"), modes[i]);
		expect_refused(at("d/store.db"), NULL, "is open to more");
	}
}

Test(place, r48_a_folder_that_others_can_write_to_is_refused)
{
	static const mode_t bad[] = { 0777, 0770, 0720, 0702, 01777 };
	static const mode_t good[] = { 0700, 0750, 0755 };
	size_t i;

	cr_assert_eq(mkdir("d", 0700), 0);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		cr_assert_eq(chmod("d", bad[i]), 0);
		expect_refused(at("d/store.db"), NULL, i < 4 ?
		    "is writable for" : "is everybody's");
		cr_assert_eq(mode(at("d/store.db")), -1, "nothing was made");
	}
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		cr_assert_eq(chmod("d", good[i]), 0);
		expect_taken(at("d/store.db"), NULL);
	}
	expect_refused("/tmp/libsess-store.db", NULL, "is everybody's");
}

Test(place, r48_below_the_document_root_is_refused)
{
	cr_assert_eq(mkdir("www", 0755), 0);
	cr_assert_eq(mkdir("www/sub", 0755), 0);
	cr_assert_eq(mkdir("www-data", 0700), 0);
	cr_assert_eq(symlink("www/sub", "way-in"), 0);
	cr_assert_eq(symlink("www", "htdocs"), 0);

	expect_refused(at("www/store.db"), at("www"), "document root");
	expect_refused(at("www/sub/store.db"), at("www"), "document root");
	expect_refused(at("www/new/store.db"), at("www"), "document root");
	expect_refused(at("www-data/../www/store.db"), at("www"),
	    "document root");
	expect_refused(at("way-in/new/store.db"), at("www"), "document root");
	expect_refused(at("www/sub/store.db"), at("htdocs"), "document root");
	expect_refused(at("www/store.db"), at("www/"), "document root");
	expect_refused(at("www/store.db"), "/", "document root");
	cr_assert_eq(mode(at("www/store.db")), -1, "nothing was made");

	expect_taken(at("www-data/store.db"), at("www"));
	expect_refused(at("out/../www-data/b.db"), at("www"), "is not there");
	expect_taken(at("www-data/c.db"), at("no-such"));
	expect_taken(at("www-data/d.db"), "");
}

Test(place, r48_a_path_that_is_none)
{
	char long_path[6000];

	expect_refused("", NULL, "absolute");
	expect_refused("store.db", NULL, "absolute");
	expect_refused("./d/store.db", NULL, "absolute");
	expect_refused("../store.db", NULL, "absolute");
	expect_refused("/store.db", NULL, "absolute");
	memset(long_path, 'a', sizeof long_path);
	long_path[0] = '/';
	long_path[5000] = '/';
	long_path[sizeof long_path - 1] = '\0';
	expect_refused(long_path, NULL, "too long");
	long_path[200] = '/';
	long_path[3000] = '\0';
	expect_refused(long_path, NULL, "store: ");
	expect_refused(at("no/such/store.db"), NULL, "is not there");
	touch(at("file"), 0600);
	expect_refused(at("file/store.db"), NULL, "not a folder");
	expect_refused(at("d/"), NULL, "store: ");
}

/* A program whose store is badly placed answers 503 and says why. */
Test(place, r48_a_badly_placed_store_serves_nobody)
{
	struct site *site = site_new(&ops, NULL);
	struct visitor v = { .site = site };

	cr_assert_eq(chmod(site->folder, 0777), 0);
	cr_assert_eq(get(&v, "op=set+k+v")->status, 503);
	cr_assert_not_null(strstr(site->log, "is writable for"));
	cr_assert_eq(get(&v, "op=get+k")->status, 200, "no store is needed");
	cr_assert_eq(chmod(site->folder, 0700), 0);
	cr_assert_eq(get(&v, "op=set+k+v")->status, 200, "and recovers");
	site_free(site);
}

/* ---- whose it is (r77) ------------------------------------------------- */

#define OTHER 4242              /* a user who is nobody here */

static void
on_fault(void *arg, const char *text)
{
	(void)arg;
	snprintf(said, sizeof said, "%s", text);
}

/* Open the store there, and close it; what is wrong with it is in `said`. */
static enum sess_err
open_store(const char *path)
{
	const struct sess_store_env env = { .wait = 5, .fault = on_fault };
	struct sess_store *st;
	enum sess_err err;

	*said = '\0';
	if ((err = sqlite_store.open(&st, path, &env)) == SESS_OK)
		sqlite_store.close(st);
	return err;
}

static void
expect_closed(const char *path, const char *say)
{
	cr_assert_eq(open_store(path), SESS_ECONF, "%s: %s", path, say);
	cr_assert_not_null(strstr(said, say), "%s: %s", path, said);
}

static void
give(const char *path, uid_t user)
{
	cr_assert_eq(geteuid(), 0, "only root can give files to others");
	cr_assert_eq(lchown(path, user, user), 0);
}

/* As if the program had been started by this user. */
static void
become(uid_t user)
{
	cr_assert_eq(seteuid(user), 0);
}

Test(place, r77_a_folder_of_another_user_is_refused)
{
	cr_assert_eq(mkdir("d", 0700), 0);
	give("d", OTHER);
	expect_closed(at("d/store.db"), "belongs to user 4242");
	cr_assert_eq(mode("d/store.db"), -1, "nothing was made");
	give("d", 0);
	cr_assert_eq(open_store(at("d/store.db")), SESS_OK);
}

Test(place, r77_files_of_another_user_are_refused)
{
	static const char *const names[] = { "d/store.db",
		"d/store.db-lock" };
	size_t i;

	cr_assert_eq(open_store(at("d/store.db")), SESS_OK);
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		give(names[i], OTHER);
		expect_closed(at("d/store.db"), "belongs to user 4242");
		cr_assert_not_null(strstr(said, names[i]), "%s", said);
		give(names[i], 0);
	}
	cr_assert_eq(open_store(at("d/store.db")), SESS_OK);
}

/* What is not root's business either: to serve from the files of others. */
Test(place, r77_a_store_of_its_own_user_is_opened_by_them_alone)
{
	cr_assert_eq(chmod(root, 0755), 0);
	cr_assert_eq(mkdir("d", 0700), 0);
	give("d", OTHER);
	become(OTHER);
	cr_assert_eq(open_store(at("d/store.db")), SESS_OK, "%s", said);
	become(0);
	expect_closed(at("d/store.db"), "belongs to user 4242");
}

Test(place, r77_a_folder_of_root_holds_the_store_of_a_user)
{
	cr_assert_eq(chmod(root, 0755), 0);
	cr_assert_eq(mkdir("d", 0755), 0);
	touch("d/store.db", 0600);
	give("d/store.db", OTHER);
	become(OTHER);
	expect_taken(at("d/store.db"), NULL);
	become(0);
}

Test(place, r77_a_lock_that_others_can_use_or_that_is_no_file_is_refused)
{
	cr_assert_eq(open_store(at("d/store.db")), SESS_OK);
	cr_assert_eq(chmod("d/store.db-lock", 0606), 0);
	expect_closed(at("d/store.db"), "is open to more");
	cr_assert_eq(unlink("d/store.db-lock"), 0);
	cr_assert_eq(mkfifo("d/store.db-lock", 0600), 0);
	expect_closed(at("d/store.db"), "not a regular file");
	cr_assert_eq(unlink("d/store.db-lock"), 0);
	cr_assert_eq(symlink("victim", "d/store.db-lock"), 0);
	expect_closed(at("d/store.db"), "symbolic link");
	cr_assert_eq(mode("d/victim"), -1, "it is not followed");
	cr_assert_eq(unlink("d/store.db-lock"), 0);
	cr_assert_eq(mkdir("d/store.db-lock", 0700), 0);
	expect_closed(at("d/store.db"), "not a regular file");
}

/* However it is written: a path that ends in a slash follows the link. */
Test(place, r77_a_folder_that_is_a_symbolic_link_is_refused)
{
	static const char *const paths[] = { "way/store.db", "way//store.db",
		"way///store.db", "./way/store.db", "aim/../way/store.db" };
	static const char *const dots[] = { "way/./store.db",
		"way/../store.db", "way/.//store.db" };
	size_t i;

	cr_assert_eq(mkdir("aim", 0700), 0);
	cr_assert_eq(symlink("aim", "way"), 0);
	for (i = 0; i < sizeof paths / sizeof *paths; i++)
		expect_closed(at(paths[i]), "symbolic link");
	for (i = 0; i < sizeof dots / sizeof *dots; i++)
		expect_closed(at(dots[i]), "is written as");
	cr_assert_eq(unlink("way"), 0);
	cr_assert_eq(symlink("nothing", "way"), 0);
	expect_closed(at("way/store.db"), "symbolic link");
	cr_assert_eq(rmdir("aim"), 0, "nothing was made");
	cr_assert_eq(mode("nothing"), -1, "nor there");
}

Test(place, r77_links_before_the_folder_are_the_machine_s_own)
{
	cr_assert_eq(mkdir("real", 0755), 0);
	cr_assert_eq(symlink("real", "srv"), 0);
	cr_assert_eq(open_store(at("srv/d/store.db")), SESS_OK, "%s", said);
	cr_assert_eq(open_store(at("srv//d//store.db")), SESS_OK, "%s", said);
	cr_assert_eq(mode("real/d/store.db"), 0600);
}

/* Its lock is another file, whatever a short buffer would make of the name. */
Test(place, r77_a_name_that_leaves_no_room_for_the_lock_s_is_refused)
{
	char path[128 + NAME_MAX];
	int fd;

	cr_assert_eq(mkdir("d", 0700), 0);
	snprintf(path, sizeof path, "%s%0250d", at("d/"), 1);
	cr_assert_eq(place_open(&place, path, NULL), SESS_OK);
	cr_assert_eq(place_open_beside(&place, "-lock", &fd), SESS_OK);
	close(fd);
	place_close(&place);
	snprintf(path, sizeof path, "%s%0254d", at("d/"), 1);
	expect_closed(path, "too long");
}

/* ---- what is to be done (r98) ------------------------------------------ */

/* The words, with the path of this test in the place of each "@". */
static void
expect_remedy(const char *path, const char *words)
{
	char said_with[1000] = "";
	const char *at;

	cr_assert_eq(open_store(path), SESS_ECONF, "%s", path);
	for (at = words; *at != '\0'; at++)
		snprintf(said_with + strlen(said_with), sizeof said_with -
		    strlen(said_with), "%.*s", *at == '@' ? 200 : 1,
		    *at == '@' ? path : at);
	cr_expect_not_null(strstr(said, said_with), "%s: %s", said, said_with);
}

Test(place, r98_what_others_can_use_is_told_with_its_chmod)
{
	cr_assert_eq(mkdir("d", 0700), 0);
	touch("d/store.db", 0644);
	expect_remedy(at("d/store.db"), "@ is open to more than its owner "
	    "(mode 0644): chmod 600 @");
}

Test(place, r98_a_folder_is_told_with_who_can_write_to_it)
{
	static const struct { mode_t mode; const char *says; } rows[] = {
		{ 0770, "/d is writable for its group (mode 0770): chmod go-w "
		    "/" },
		{ 0702, "/d is writable for everybody (mode 0702): chmod go-w "
		    "/" },
	};
	size_t i;

	cr_assert_eq(mkdir("d", 0700), 0);
	for (i = 0; i < 2; i++) {
		cr_assert_eq(chmod("d", rows[i].mode), 0);
		cr_assert_eq(open_store(at("d/store.db")), SESS_ECONF);
		cr_expect_not_null(strstr(said, rows[i].says), "%s", said);
	}
}

/* Nobody is told to change the mode of /tmp. */
Test(place, r98_a_folder_of_everybody_is_to_be_left)
{
	expect_remedy("/tmp/libsess-store.db", "the folder /tmp is everybody's "
	    "(mode 1777): as root: install -d -o 0 -m 700 /var/lib/libsess, "
	    "and set store = sqlite:/var/lib/libsess/sess.db (variable "
	    "LIBSESS_STORE)");
	cr_expect_null(strstr(said, "chmod"), "%s", said);
}

Test(place, r98_what_belongs_to_another_is_told_with_its_chown)
{
	cr_assert_eq(chmod(root, 0755), 0);
	cr_assert_eq(mkdir("d", 0700), 0);
	give("d", OTHER);
	touch("d/store.db", 0600);
	become(OTHER);
	expect_remedy(at("d/store.db"), "@ belongs to root, and the program "
	    "runs as user 4242: chown 4242 @");
	cr_expect_null(strchr(said, '*'), "the shell of a user finds nothing");
	become(0);
	give("d/store.db", OTHER);
	expect_remedy(at("d/store.db"), "/d belongs to user 4242, and the "
	    "program runs as root: start it as user 4242");
}

Test(place, r98_a_folder_that_we_may_not_enter_or_fill_is_told_with_its_chown)
{
	static const mode_t modes[] = { 0700, 0755 };
	size_t i;

	cr_assert_eq(chmod(root, 0755), 0);
	cr_assert_eq(mkdir("d", 0700), 0);
	for (i = 0; i < 2; i++) {
		cr_assert_eq(chmod("d", modes[i]), 0);
		become(OTHER);
		expect_remedy(at("d/store.db"), i == 0 ?
		    "@ cannot be opened: Permission denied" :
		    "@ cannot be made: Permission denied");
		cr_expect_not_null(strstr(said, i == 0 ?
		    "its folder belongs to root (mode 0700)" :
		    "its folder belongs to root (mode 0755)"), "%s", said);
		cr_expect_not_null(strstr(said, "the program runs as user "
		    "4242: if only this store is in it, chown 4242 /"), "%s",
		    said);
		cr_expect_not_null(strstr(said, "/d; else set store = sqlite:/"
		    "PATH/sess.db (variable LIBSESS_STORE)"), "%s", said);
		become(0);
	}
}

Test(place, r98_a_mode_of_our_own_is_told_with_its_chmod)
{
	cr_assert_eq(chmod(root, 0755), 0);
	cr_assert_eq(mkdir("d", 0500), 0);
	give("d", OTHER);
	become(OTHER);
	cr_assert_eq(open_store(at("d/store.db")), SESS_ECONF);
	cr_expect_not_null(strstr(said, "/d/store.db cannot be made: "
	    "Permission denied, though it belongs to the user that the "
	    "program runs as: chmod 700 /"), "%s", said);
	become(0);
	cr_assert_eq(chmod("d", 0700), 0);
	touch("d/store.db-lock", 0400);
	give("d/store.db-lock", OTHER);
	become(OTHER);
	cr_assert_eq(open_store(at("d/store.db")), SESS_ECONF);
	become(0);
	cr_expect_not_null(strstr(said, "chmod 600 /"), "%s", said);
}

Test(place, r98_a_folder_that_is_missing_is_told_with_how_to_make_it)
{
	cr_assert_eq(chmod(root, 0755), 0);
	become(OTHER);
	cr_assert_eq(open_store(at("new/store.db")), SESS_ECONF);
	become(0);
	cr_expect_not_null(strstr(said, "/new is not there and cannot be made "
	    "by user 4242: Permission denied: as root: install -d -o 4242 -m "
	    "700 /"), "%s", said);
}

Test(place, r98_a_folder_whose_parent_is_missing_is_told_so)
{
	cr_assert_eq(open_store(at("new/er/store.db")), SESS_ECONF);
	cr_expect_not_null(strstr(said, "/new/er is not there, nor is the one "
	    "above it: as root: install -d -o 0 -m 700 /"), "%s", said);
}

/* SQLite would say that it cannot open the database, and not why. */
Test(place, r98_a_log_of_another_user_is_named)
{
	cr_assert_eq(chmod(root, 0755), 0);
	cr_assert_eq(mkdir("d", 0700), 0);
	give("d", OTHER);
	touch("d/store.db-wal", 0600);
	become(OTHER);
	cr_assert_eq(open_store(at("d/store.db")), SESS_ECONF);
	become(0);
	cr_expect_not_null(strstr(said, "store.db-wal belongs to root, and "
	    "the program runs as user 4242: chown 4242 "), "%s", said);
	cr_expect_null(strchr(said, '*'), "%s", said);
}

Test(place, r98_what_passes_by_itself_is_another_error)
{
	struct rlimit limit;

	cr_assert_eq(mkdir("d", 0700), 0);
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 0;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	cr_expect_eq(open_store("/tmp/d/store.db"), SESS_ESTORE);
	limit.rlim_cur = limit.rlim_max;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	cr_expect_not_null(strstr(said, "Too many open files: raise the limit "
	    "of open files (ulimit -n)"), "%s", said);
}

/* A person who mends it needs one line, and not what came of it. */
Test(place, r98_one_fault_is_one_line_of_a_request)
{
	struct site *site = site_new(&ops, NULL);
	struct visitor v = { .site = site };

	cr_assert_eq(chmod(site->folder, 0777), 0);
	cr_assert_eq(get(&v, "op=set+k+v&op=login+alice")->status, 503);
	cr_expect_eq(strchr(site->log, '\n'), strrchr(site->log, '\n'), "%s",
	    site->log);
	cr_assert_eq(chmod(site->folder, 0700), 0);
	site_free(site);
}

Test(place, r98_nobody_is_told_to_wait_for_what_a_person_must_mend)
{
	struct site *site = site_new(&ops, NULL);
	struct visitor v = { .site = site };
	struct answer *a;

	cr_assert_eq(chmod(site->folder, 0777), 0);
	a = get(&v, "op=set+k+v");
	cr_assert_eq(a->status, 503);
	cr_expect_null(field_of(a, "Retry-After"));
	cr_assert_eq(chmod(site->folder, 0700), 0);
	site_free(site);
}

static int
open_without_proc(void)
{
	if (chroot(root) != 0 || chdir("/") != 0)
		return 2;
	return open_store("/d/store.db") == SESS_ECONF &&
	    strstr(said, "mount /proc") != NULL ? 0 : 1;
}

/* By its name it could be opened, and would be whatever is there by then. */
Test(place, r77_without_proc_it_is_refused_and_not_opened_by_name)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(open_without_proc());
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status));
	cr_assert_neq(WEXITSTATUS(status), 2, "root can go into a folder without /proc");
	cr_assert_eq(WEXITSTATUS(status), 0);
}

/* Puts a link to another folder in the place of ours, and back again. */
static pid_t
start_swapper(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	for (;;)
		renameat2(AT_FDCWD, "d", AT_FDCWD, "way", RENAME_EXCHANGE);
}

/* The folder is checked once, and files are opened in what was checked. */
Test(place, r77_what_was_checked_is_what_is_opened)
{
	int i, opened = 0;
	pid_t swapper;

	cr_assert_eq(mkdir("d", 0700), 0);
	cr_assert_eq(mkdir("aim", 0700), 0);
	touch("aim/store.db", 0600);
	cr_assert_eq(symlink("aim", "way"), 0);
	cr_assert_eq(open_store(at("d/store.db")), SESS_OK);
	cr_assert_gt(swapper = start_swapper(), 0);
	for (i = 0; i < 2000; i++)
		opened += open_store(at("d/store.db")) == SESS_OK;
	kill(swapper, SIGKILL);
	waitpid(swapper, NULL, 0);
	cr_assert_gt(opened, 0, "now and then it was there");
	cr_assert_eq(unlink("aim/store.db"), 0);
	cr_assert_eq(rmdir("aim"), 0, "nothing was made beside it");
}

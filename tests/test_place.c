/* test_place.c - r48: the store lies where nobody else can see or touch it. */
#include <criterion/criterion.h>

#include <sys/stat.h>

#include <fcntl.h>

#include "ops.h"
#include "place.h"

static char root[] = "/tmp/libsess-place-XXXXXX";
static const char *why;

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
expect_refused(const char *path, const char *document_root, const char *say)
{
	why = NULL;
	cr_assert_eq(place_make(path, document_root, &why), SESS_ESTORE, "%s",
	    path);
	cr_assert_not_null(why, "%s", path);
	cr_assert_not_null(strstr(why, say), "%s: %s", path, why);
}

Test(place, r48_private_whatever_the_umask)
{
	static const mode_t masks[] = { 0, 022, 077 };
	size_t i;
	char name[32];

	for (i = 0; i < sizeof masks / sizeof *masks; i++) {
		snprintf(name, sizeof name, "new%zu/store.db", i);
		umask(masks[i]);
		cr_assert_eq(place_make(at(name), NULL, &why), SESS_OK);
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

	cr_assert_eq(place_make(at("d/store.db"), NULL, &why), SESS_OK);
	fd = open(at("d/store.db"), O_WRONLY);
	cr_assert_eq(write(fd, "x", 1), 1);
	close(fd);
	cr_assert_eq(place_make(at("d/store.db"), NULL, &why), SESS_OK);
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
	expect_refused(at("d/fifo.db"), NULL, "no file");
	expect_refused("/dev/null", NULL, "store: ");
}

Test(place, r48_a_file_that_others_can_use_is_refused)
{
	static const mode_t modes[] = { 0604, 0640, 0660, 0606, 0666, 0601,
		0610 };
	size_t i;

	cr_assert_eq(mkdir("d", 0700), 0);
	touch(at("d/store.db"), 0600);
	cr_assert_eq(place_make(at("d/store.db"), NULL, &why), SESS_OK);
	for (i = 0; i < sizeof modes / sizeof *modes; i++) {
		touch(at("d/store.db"), modes[i]);
		expect_refused(at("d/store.db"), NULL, "others can read");
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
		expect_refused(at("d/store.db"), NULL, "others can write");
		cr_assert_eq(mode(at("d/store.db")), -1, "nothing was made");
	}
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		cr_assert_eq(chmod("d", good[i]), 0);
		cr_assert_eq(place_make(at("d/store.db"), NULL, &why),
		    SESS_OK);
	}
	expect_refused("/tmp/libsess-store.db", NULL, "others can write");
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
	expect_refused(at("way-in/store.db"), at("www"), "document root");
	expect_refused(at("www/sub/store.db"), at("htdocs"), "document root");
	expect_refused(at("www/store.db"), at("www/"), "document root");
	expect_refused(at("www/store.db"), "/", "document root");
	cr_assert_eq(mode(at("www/store.db")), -1, "nothing was made");

	cr_assert_eq(place_make(at("www-data/store.db"), at("www"), &why),
	    SESS_OK, "%s", why);
	cr_assert_eq(place_make(at("out/../www-data/b.db"), at("www"), &why),
	    SESS_ESTORE, "no such folder on the way");
	cr_assert_eq(place_make(at("www-data/c.db"), at("no-such"), &why),
	    SESS_OK);
	cr_assert_eq(place_make(at("www-data/d.db"), "", &why), SESS_OK);
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
	expect_refused(at("no/such/store.db"), NULL, "cannot be made");
	touch(at("file"), 0600);
	expect_refused(at("file/store.db"), NULL, "no folder");
	expect_refused(at("d/"), NULL, "store: ");
}

/* A program whose store is badly placed answers 503 and says why. */
Test(place, r48_a_badly_placed_store_serves_nobody)
{
	struct site *site = site_new(&ops, NULL);
	struct visitor v = { .site = site };

	cr_assert_eq(chmod(site->folder, 0777), 0);
	cr_assert_eq(get(&v, "op=set+k+v")->status, 503);
	cr_assert_not_null(strstr(site->log, "others can write"));
	cr_assert_eq(get(&v, "op=get+k")->status, 200, "no store is needed");
	cr_assert_eq(chmod(site->folder, 0700), 0);
	cr_assert_eq(get(&v, "op=set+k+v")->status, 200, "and recovers");
	site_free(site);
}

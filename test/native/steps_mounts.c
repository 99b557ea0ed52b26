/* steps_mounts.c: steps that change what is mounted, and where the root directory is; in mount namespaces of the
 * children's own. */
#define _GNU_SOURCE
#include "steps.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define APART CI_STEP_namespaces, 1, CLONE_NEWNS, CI_STEP_mounts_slave, 0
#define TAKE(slot, text, recursive) CI_STEP_tree_take, 3, slot, text, recursive
#define PUT(slot, text, make) CI_STEP_tree_put, 3, slot, text, make
#define SET(slot, set, clear) CI_STEP_tree_attributes, 3, slot, set, clear
#define POINT(slot, text) CI_STEP_tree_point, 2, slot, text
#define HIDE(text) CI_STEP_tree_hide, 1, text
#define NEW(slot, type, options, flags) CI_STEP_tree_new, 4, slot, type, options, flags
enum { READ_ONLY = 1, NO_EXEC = 8 };

static void make_folder(const char *path) { CHECK(mkdir(path, 0755) == 0); }

/* A script that runs in the case's folder. */
static const char *in_folder(const char *script) {
    static char text[4096];
    snprintf(text, sizeof text, "exec 2>/dev/null; cd %s; %s", folder(), script);
    return text;
}

/* Nothing that these cases mount is seen by anybody else, whatever goes wrong. */
static struct ci_core *core_apart(void) {
    need_root();
    CHECK(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    return core_of_addon();
}

TEST(puts_copies, "puts a copy of a directory or a file in another place, where nobody else sees it") {
    int out = capture(1);
    struct ci_core *core = core_apart();
    make_folder(path_in("from"));
    write_text(path_in("from/file"), "x\n");
    make_folder(path_in("to"));
    const struct ci_ints *steps = INTS(APART, TAKE(0, 0, 1), TAKE(1, 1, 0), SET(0, READ_ONLY, 0), PUT(0, 2, 0),
                                       PUT(1, 3, 1));
    const char *const *texts =
        LIST(path_in("from"), path_in("from/file"), path_in("to"), path_in("made/new"));
    CHECK_TEXT(say_after(core, out, steps, texts,
                         in_folder("cat to/file made/new; true > to/a || echo fixed; true > from/a && echo free")),
               "x\nx\nfixed\nfree\n");
    struct stat status;
    CHECK(stat(path_in("to/file"), &status) < 0);
    /* The mount point for a file is a file. */
    CHECK(stat(path_in("made/new"), &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0);
    ci_core_free(core);
}

TEST(keeps_attributes, "leaves what is below something read-only as it was, where a copy was taken before") {
    int out = capture(1);
    struct ci_core *core = core_apart();
    make_folder(path_in("all"));
    make_folder(path_in("all/free"));
    make_folder(path_in("all/mounted"));
    CHECK(mount("none", path_in("all/mounted"), "tmpfs", MS_RDONLY, NULL) == 0);
    CHECK(mount(path_in("all"), path_in("all"), NULL, MS_BIND | MS_REC, NULL) == 0);
    const struct ci_ints *steps =
        INTS(APART, TAKE(0, 1, 1), TAKE(1, 2, 1), CI_STEP_mount_attributes, 4, 0, READ_ONLY | NO_EXEC, 0, 1, PUT(0, 1, 0),
             PUT(1, 2, 0));
    CHECK_TEXT(say_after(core, out, steps, LIST(path_in("all"), path_in("all/free"), path_in("all/mounted")),
                         in_folder("for i in all all/free all/mounted; do true > $i/a && echo $i; done; cp /bin/true all/free; "
                                   "all/free/true && echo runs")),
               "all/free\nruns\n");
    CHECK(umount2(path_in("all"), MNT_DETACH) == 0 && umount2(path_in("all/mounted"), MNT_DETACH) == 0);
    ci_core_free(core);
}

TEST(makes_file_systems, "makes a file system with its options and attributes") {
    int out = capture(1);
    struct ci_core *core = core_apart();
    make_folder(path_in("new"));
    const struct ci_ints *steps = INTS(APART, NEW(0, 1, 2, NO_EXEC), PUT(0, 0, 0));
    CHECK_TEXT(say_after(core, out, steps, LIST(path_in("new"), "tmpfs", "mode=0711,,size=64k,"),
                         in_folder("stat -c %a new; df -k --output=size new | tail -1 | tr -d ' '; cp /bin/true new; "
                                   "head -c 1 /bin/true > new/x; chmod +x new/x; new/x; echo $?")),
               "711\n64\n126\n");
    check_fails(core, INTS(APART, NEW(0, 0, 1, 0)), LIST("no-such-file-system", ""), 2, ENODEV);
    check_fails(core, INTS(APART, NEW(0, 0, 1, 0)), LIST("tmpfs", "nonsense=1"), 2, EINVAL);
    check_fails(core, INTS(APART, NEW(0, 0, 1, 1 << 30)), LIST("tmpfs", ""), 2, EINVAL);
    ci_core_free(core);
}

TEST(hides, "hides a directory behind an empty one and a file behind an empty file, both nobody's to change") {
    int out = capture(1);
    struct ci_core *core = core_apart();
    make_folder(path_in("secret"));
    write_text(path_in("secret/file"), "x\n");
    write_text(path_in("file"), "x\n");
    const struct ci_ints *steps = INTS(APART, HIDE(0), HIDE(1));
    const char *const *texts = LIST(path_in("secret"), path_in("file"));
    CHECK_TEXT(say_after(core, out, steps, texts,
                         in_folder("stat -c '%a %s' secret file; ls secret; cat file; true > secret/a || echo fixed; "
                                   "(echo > file) || echo fixed; ls -d /proc/1")),
               "0 40\n0 0\nfixed\nfixed\n/proc/1\n");
    /* Not even to be looked at by anybody but root. */
    CHECK_TEXT(say_after(core, out, INTS(APART, HIDE(0), HIDE(1), CI_STEP_user, 1, 1500), texts,
                         in_folder("ls secret || echo closed; cat file || echo closed")),
               "closed\nclosed\n");
    CHECK_TEXT(read_text(path_in("file")), "x\n");
    check_fails(core, INTS(APART, HIDE(0)), LIST("/no/such"), 2, ENOENT);
    ci_core_free(core);
}

TEST(changes_the_root, "changes the root directory, and the old one is not to be had from there") {
    struct ci_core *core = core_apart();
    make_folder(path_in("root"));
    make_folder(path_in("root/inner"));
    write_text(path_in("root/marker"), "");
#define MARK CI_STEP_write_file, 2, 1, 2
    const char *const *texts = LIST(path_in("root"), "/marker", "x", "/../marker", "/proc");
    check_done(core, INTS(CI_STEP_root, 2, 0, 0, MARK, CI_STEP_write_file, 2, 3, 2), texts);
    CHECK_TEXT(read_text(path_in("root/marker")), "x");
    write_text(path_in("root/marker"), "");
    check_done(core, INTS(APART, TAKE(0, 0, 1), PUT(0, 0, 0), CI_STEP_root, 2, 0, 1, MARK), texts);
    CHECK_TEXT(read_text(path_in("root/marker")), "x");
    check_fails(core, INTS(APART, TAKE(0, 0, 1), PUT(0, 0, 0), CI_STEP_root, 2, 0, 1, CI_STEP_directory, 2, 4, 0), texts, 5,
                ENOENT);
    check_fails(core, INTS(CI_STEP_root, 2, 0, 0), LIST("/no/such"), 0, ENOENT);
    check_fails(core, INTS(APART, TAKE(0, 0, 1), PUT(0, 0, 0), CI_STEP_root, 2, 1, 1),
                LIST(path_in("root"), path_in("root/inner")), 4, EINVAL);
    ci_core_free(core);
}

TEST(has_slots, "does nothing with a slot that is empty, and says so of one past the last") {
    struct ci_core *core = core_apart();
    make_folder(path_in("a"));
    check_done(core, INTS(APART, SET(3, READ_ONLY, 0), PUT(3, 0, 1), POINT(3, 0), SET(-1, 1, 0), PUT(100000, 0, 1)),
               LIST(path_in("never/made")));
    struct stat status;
    CHECK(stat(path_in("never"), &status) < 0);
    check_fails(core, INTS(APART, TAKE(100000, 0, 0)), LIST("/"), 2, E2BIG);
    check_fails(core, INTS(APART, TAKE(-1, 0, 0)), LIST("/"), 2, E2BIG);
    check_fails(core, INTS(APART, TAKE(0, 0, 0)), LIST("/no/such"), 2, ENOENT);
    check_fails(core, INTS(APART, TAKE(0, 0, 0), SET(0, 1 << 30, 0)), LIST("/"), 3, EINVAL);
    check_fails(core, INTS(APART, TAKE(0, 0, 0), PUT(0, 1, 0)), LIST("/", path_in("gone")), 3, ENOENT);
    check_fails(core, INTS(CI_STEP_mount_attributes, 4, 0, READ_ONLY, 0, 0), LIST("/no/such"), 0, ENOENT);
    check_fails(core, INTS(CI_STEP_user, 1, 1500, CI_STEP_mounts_slave, 0), NULL, 1, EPERM);
    ci_core_free(core);
}

TEST(makes_points, "makes a missing mount point of the kind of what comes there, and leaves one that is there") {
    struct ci_core *core = core_apart();
    struct stat status;
    write_text(path_in("file"), "kept");
    check_done(core, INTS(TAKE(0, 0, 0), POINT(0, 1), TAKE(1, 2, 0), POINT(1, 3), POINT(1, 2)),
               LIST(folder(), path_in("a/directory"), path_in("file"), path_in("b/file")));
    CHECK(stat(path_in("a/directory"), &status) == 0 && S_ISDIR(status.st_mode));
    CHECK(stat(path_in("b/file"), &status) == 0 && S_ISREG(status.st_mode));
    CHECK_TEXT(read_text(path_in("file")), "kept");
    check_fails(core, INTS(TAKE(0, 0, 0), POINT(0, 1)), LIST(folder(), path_in("file/x")), 1, ENOTDIR);
    ci_core_free(core);
}

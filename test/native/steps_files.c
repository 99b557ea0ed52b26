/* steps_files.c: steps that make and remove files. */
#define _GNU_SOURCE
#include "steps.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* `MODE UID GID` of what is at a path, of a link itself. */
static const char *status_of(const char *path) {
    static char text[64];
    struct stat status;
    if (lstat(path, &status) < 0) return "nothing";
    snprintf(text, sizeof text, "%04o %d %d", status.st_mode & 07777, (int)status.st_uid, (int)status.st_gid);
    return text;
}

static bool is_there(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

static void make_folder(const char *path) { CHECK(mkdir(path, 0755) == 0); }

#define MAKE_DIRECTORY(text, mode, uid, gid, flags) CI_STEP_make_directory, 5, text, mode, uid, gid, flags
enum { OWNER_BELOW = 1, LEAVE_EXISTING = 2 };

TEST(makes_directories, "makes a directory with those above it, whatever the umask") {
    need_root();
    umask(0777);
    struct ci_core *core = core_of_addon();
    check_done(core, INTS(MAKE_DIRECTORY(0, 02750, 1500, 1600, 0)), LIST(path_in("a/b/c")));
    CHECK_TEXT(status_of(path_in("a")), "0755 0 0");
    CHECK_TEXT(status_of(path_in("a/b")), "0755 0 0");
    CHECK_TEXT(status_of(path_in("a/b/c")), "2750 1500 1600");
    /* One that is there gets both, too; or keeps them; or has no owner to get. */
    check_done(core, INTS(MAKE_DIRECTORY(0, 0700, -1, 1700, 0)), LIST(path_in("a/b/c")));
    CHECK_TEXT(status_of(path_in("a/b/c")), "0700 1500 1700");
    check_done(core, INTS(MAKE_DIRECTORY(0, 0755, 1, 1, LEAVE_EXISTING)), LIST(path_in("a/b/c")));
    CHECK_TEXT(status_of(path_in("a/b/c")), "0700 1500 1700");
    umask(022);
    write_text(path_in("file"), "x");
    check_fails(core, INTS(MAKE_DIRECTORY(0, 0755, -1, -1, 0)), LIST(path_in("file")), 0, ENOTDIR);
    check_fails(core, INTS(MAKE_DIRECTORY(0, 0755, -1, -1, 0)), LIST(path_in("file/x/y")), 0, ENOTDIR);
    ci_core_free(core);
}

TEST(gives_what_is_below, "gives what is in a directory its new owner, never what a link in it leads to") {
    need_root();
    struct ci_core *core = core_of_addon();
    make_folder(path_in("state"));
    make_folder(path_in("state/inner"));
    make_folder(path_in("outside"));
    write_text(path_in("state/inner/file"), "x");
    write_text(path_in("outside/file"), "x");
    CHECK(symlink(path_in("outside"), path_in("state/link")) == 0);
    CHECK(symlink(path_in("outside/file"), path_in("state/inner/link")) == 0);
    const struct ci_ints *give = INTS(MAKE_DIRECTORY(0, 0755, 1500, 1500, OWNER_BELOW));
    check_done(core, give, LIST(path_in("state")));
    const char *const given[] = {"state/inner", "state/inner/file", "state/link", "state/inner/link", "state"};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        CHECK(strstr(status_of(path_in(given[i])), " 1500 1500") != NULL);
    CHECK_TEXT(status_of(path_in("outside")), "0755 0 0");
    CHECK_TEXT(status_of(path_in("outside/file")), "0644 0 0");
    /* What came later stays somebody else's, where the directory itself is right. */
    write_text(path_in("state/later"), "x");
    check_done(core, give, LIST(path_in("state")));
    CHECK_TEXT(status_of(path_in("state/later")), "0644 0 0");
    ci_core_free(core);
}

TEST(follows_links_of_root, "follows root's links to a directory, nobody else's, and none out of what files are in") {
    need_root();
    struct ci_core *core = core_of_addon();
    make_folder(path_in("outside"));
    make_folder(path_in("state"));
    CHECK(symlink("outside", path_in("link")) == 0);
    check_done(core, INTS(MAKE_DIRECTORY(0, 0755, 1500, 1500, 0)), LIST(path_in("link/made")));
    CHECK_TEXT(status_of(path_in("outside/made")), "0755 1500 1500");
    /* Of another's, or of root's in a directory of another's, as if it had been moved there. */
    CHECK(symlink("../outside", path_in("outside/made/link")) == 0);
    CHECK(symlink("../outside", path_in("state/link")) == 0);
    CHECK(lchown(path_in("state/link"), 1500, 1500) == 0);
    const char *const links[] = {"outside/made/link", "outside/made/link/x", "state/link", "state/link/x"};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        const char *const *path = LIST(path_in(links[i]), "x");
        check_fails(core, INTS(MAKE_DIRECTORY(0, 0755, 1500, 1500, OWNER_BELOW)), path, 0, ENOLINK);
        if (i % 2 == 0) continue;
        check_fails(core, INTS(CI_STEP_make_link, 2, 1, 0), path, 0, ENOLINK);
        check_fails(core, INTS(CI_STEP_make_file, 5, 0, 0644, -1, -1, 0), path, 0, ENOLINK);
        check_fails(core, INTS(CI_STEP_remove_tree, 1, 0), path, 0, ENOLINK);
    }
    CHECK_TEXT(status_of(path_in("outside")), "0755 0 0");
    /* In a root of its own `/` and `..` are that. */
    CHECK(symlink("/a/../../b", path_in("state/inner")) == 0);
    CHECK(symlink("inner", path_in("state/loop")) == 0 && symlink("again", path_in("state/again")) == 0);
    const struct ci_ints *in =
        INTS(CI_STEP_files_in, 1, 0, MAKE_DIRECTORY(1, 0700, -1, -1, 0), MAKE_DIRECTORY(2, 0711, -1, -1, 0));
    check_done(core, in, LIST(path_in("state"), "/../a", "/loop/c"));
    CHECK_TEXT(status_of(path_in("state/b/c")), "0711 0 0");
    check_fails(core, in, LIST(path_in("state"), "/a", "/again/c"), 2, ELOOP);
    check_fails(core, in, LIST(path_in("none"), "/a", "/c"), 0, ENOENT);
    ci_core_free(core);
}

TEST(makes_links, "makes a link, in the place of one that leads elsewhere, but of nothing else") {
    struct ci_core *core = core_of_addon();
    char target[64] = "";
    const struct ci_ints *link = INTS(CI_STEP_make_link, 2, 0, 1);
    check_done(core, link, LIST("first", path_in("a/link")));
    check_done(core, link, LIST("first", path_in("a/link")));
    check_done(core, link, LIST("second", path_in("a/link")));
    CHECK_INT(readlink(path_in("a/link"), target, sizeof target), 6);
    CHECK_TEXT(target, "second");
    check_fails(core, link, LIST("second", path_in("a")), 0, EEXIST);
    ci_core_free(core);
}

TEST(makes_files, "makes a file of bytes, in the place of one that is there, but not through a link") {
    need_root();
    struct ci_core *core = core_of_addon();
    const struct ci_ints *file = INTS(CI_STEP_make_file, 7, 0, 0400, 1500, 1600, 5, 0x64636261, 0x65);
    write_text(path_in("other"), "kept");
    CHECK(symlink(path_in("other"), path_in("file")) == 0);
    check_done(core, file, LIST(path_in("file")));
    CHECK_TEXT(status_of(path_in("file")), "0400 1500 1600");
    CHECK_TEXT(read_text(path_in("file")), "abcde");
    CHECK_TEXT(read_text(path_in("other")), "kept");
    check_done(core, INTS(CI_STEP_make_file, 5, 0, 0644, -1, -1, 0), LIST(path_in("file")));
    CHECK_TEXT(status_of(path_in("file")), "0644 0 0");
    check_fails(core, file, LIST(path_in("gone/file")), 0, ENOENT);
    check_fails(core, INTS(CI_STEP_make_file, 6, 0, 0400, -1, -1, 5, 0), LIST(path_in("file")), 0, EINVAL);
    check_fails(core, INTS(CI_STEP_make_file, 6, 0, 0400, -1, -1, -1, 0), LIST(path_in("file")), 0, EINVAL);
    ci_core_free(core);
}

#define COPY(limit) INTS(CI_STEP_copy_file, 6, 0, 1, 0400, 1500, -1, limit)

TEST(copies_files, "copies a file up to its limit, and not a byte more") {
    need_root();
    struct ci_core *core = core_of_addon();
    static char text[10001];
    memset(text, 'x', sizeof text - 1);
    write_text(path_in("from"), text);
    check_done(core, COPY(10000), LIST(path_in("from"), path_in("to")));
    CHECK_TEXT(read_text(path_in("to")), text);
    CHECK_TEXT(status_of(path_in("to")), "0400 1500 0");
    check_fails(core, COPY(9999), LIST(path_in("from"), path_in("to")), 0, EFBIG);
    check_fails(core, COPY(1), LIST(path_in("gone"), path_in("to")), 0, ENOENT);
    check_fails(core, COPY(1), LIST(folder(), path_in("to")), 0, EISDIR);
    ci_core_free(core);
}

TEST(copies_answers, "copies what a socket answers, as if it were a file") {
    need_root();
    struct ci_core *core = core_of_addon();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    CHECK(chdir(folder()) == 0);
    strcpy(address.sun_path, "socket");
    const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 5) == 0);
    const pid_t server = fork();
    if (server == 0) {
        for (int i = 0; i < 2; i++) {
            const int peer = accept(listener, NULL, NULL);
            if (peer < 0 || write(peer, "sec", 3) != 3) _exit(1);
            sleep_ms(20);
            if (write(peer, "ret", 3) != 3) _exit(1);
            close(peer);
        }
        _exit(0);
    }
    close(listener);
    char place[512];
    snprintf(place, sizeof place, "/proc/%d/cwd/socket", (int)getpid());
    check_done(core, COPY(6), LIST(place, path_in("to")));
    CHECK_TEXT(read_text(path_in("to")), "secret");
    check_fails(core, COPY(5), LIST(place, path_in("to")), 0, EFBIG);
    CHECK(unlink("socket") == 0);
    ci_core_free(core);
}

#define REMOVE(text) INTS(CI_STEP_remove_tree, 1, text)

TEST(removes_trees, "removes a directory with all that is in it, never what a link in it leads to") {
    struct ci_core *core = core_of_addon();
    char name[64];
    make_folder(path_in("outside"));
    write_text(path_in("outside/file"), "kept");
    make_folder(path_in("tree"));
    CHECK(symlink("../outside", path_in("tree/link")) == 0);
    CHECK(symlink("nowhere", path_in("tree/loose")) == 0);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "tree/a-name-of-some-length-%d", i);
        if (i % 10 == 0) make_folder(path_in(name));
        else write_text(path_in(name), "");
    }
    check_done(core, REMOVE(0), LIST(path_in("tree")));
    CHECK(!is_there(path_in("tree")));
    CHECK_TEXT(read_text(path_in("outside/file")), "kept");
    /* A link is removed itself, as is a file; what is not there is no failure. */
    CHECK(symlink("outside", path_in("link")) == 0);
    check_done(core, REMOVE(0), LIST(path_in("link")));
    check_done(core, REMOVE(0), LIST(path_in("outside/file")));
    check_done(core, REMOVE(0), LIST(path_in("outside/file")));
    CHECK(is_there(path_in("outside")) && !is_there(path_in("link")) && !is_there(path_in("outside/file")));
    check_fails(core, REMOVE(0), LIST("/proc/self"), 0, EPERM);
    ci_core_free(core);
}

TEST(leaves_deep_trees, "leaves a tree alone that is deeper than it can follow, and says so") {
    struct ci_core *core = core_of_addon();
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/deep", folder());
    make_folder(path);
    for (int i = 0; i < 600; i++) {
        length += snprintf(path + length, sizeof path - (size_t)length, "/d");
        make_folder(path);
        if (i == 400) check_done(core, REMOVE(0), LIST(path));
        if (i == 400) make_folder(path);
    }
    check_fails(core, REMOVE(0), LIST(path_in("deep")), 0, ENOTEMPTY);
    CHECK(is_there(path));
    ci_core_free(core);
}

TEST(stays_on_its_mount, "removes and gives nothing that is mounted in a directory, be it from the same file system") {
    need_root();
    CHECK(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    struct ci_core *core = core_of_addon();
    make_folder(path_in("volume"));
    write_text(path_in("volume/file"), "kept");
    make_folder(path_in("tree"));
    make_folder(path_in("tree/same"));
    make_folder(path_in("tree/other"));
    write_text(path_in("tree/file"), "x");
    CHECK(mount(path_in("volume"), path_in("tree/same"), NULL, MS_BIND, NULL) == 0);
    CHECK(mount("none", path_in("tree/other"), "tmpfs", 0, NULL) == 0);
    write_text(path_in("tree/other/file"), "kept");
    check_done(core, INTS(MAKE_DIRECTORY(0, 0755, 1500, 1500, OWNER_BELOW)), LIST(path_in("tree")));
    CHECK_TEXT(status_of(path_in("tree/file")), "0644 1500 1500");
    CHECK_TEXT(status_of(path_in("volume/file")), "0644 0 0");
    CHECK_TEXT(status_of(path_in("tree/other/file")), "0644 0 0");
    check_fails(core, REMOVE(0), LIST(path_in("tree")), 0, ENOTEMPTY);
    CHECK(!is_there(path_in("tree/file")));
    CHECK_TEXT(read_text(path_in("volume/file")), "kept");
    CHECK_TEXT(read_text(path_in("tree/other/file")), "kept");
    CHECK(umount(path_in("tree/same")) == 0 && umount(path_in("tree/other")) == 0);
    ci_core_free(core);
}

/* stat.c: what is said of files, and touching them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "check.h"

/* Without the device, which is whatever it is. */
static void check_status(struct ci_core *core, const char *path, int follow, const char *wanted) {
    int64_t error;
    char *text = op_text(core, &error, NULL, "file_status", path, follow);
    if (!text) FAIL("%s: %lld", path, (long long)error);
    char *device = strrchr(text, ' ');
    CHECK(device != NULL && atoll(device + 1) > 0);
    *device = 0;
    CHECK_TEXT(text, wanted);
    free(text);
}

TEST(says, "says kind, mode, size, owner and time of what is there") {
    struct ci_core *core = core_of_host();
    char wanted[128];
    write_text(path_in("file"), "12345");
    CHECK(chmod(path_in("file"), 04751) == 0);
    CHECK_INT(op(core, "file_touch", path_in("file"), 1234567), 0);
    CHECK(symlink("file", path_in("link")) == 0);
    snprintf(wanted, sizeof wanted, "1 %u 5 %u %u 1234567", 04751u, (unsigned)getuid(), (unsigned)getgid());
    check_status(core, path_in("file"), 0, wanted);
    check_status(core, path_in("link"), 1, wanted);
    int64_t error;
    char *text = op_text(core, &error, NULL, "file_status", path_in("link"), 0);
    CHECK(text != NULL && strncmp(text, "3 511 4 ", 8) == 0);
    free(text);
    CHECK(op_text(core, &error, NULL, "file_status", path_in("nothing"), 0) == NULL);
    CHECK_INT(error, -ENOENT);
    CHECK(op_text(core, &error, NULL, "file_status", "/proc/self/exe/x", 1) == NULL);
    CHECK_INT(error, -ENOTDIR);
    ci_core_free(core);
}

TEST(device, "says the numbers of the device that a file is on") {
    struct ci_core *core = core_of_host();
    struct stat status;
    int64_t error;
    char wanted[64];
    CHECK(stat(folder(), &status) == 0);
    snprintf(wanted, sizeof wanted, "%u:%u", major(status.st_dev), minor(status.st_dev));
    char *text = op_text(core, &error, NULL, "file_device", folder());
    CHECK_TEXT(text, wanted);
    free(text);
    text = op_text(core, &error, NULL, "file_device", "/proc");
    CHECK(text != NULL && strncmp(text, "0:", 2) == 0);
    free(text);
    CHECK(op_text(core, &error, NULL, "file_device", path_in("nothing")) == NULL);
    CHECK_INT(error, -ENOENT);
    ci_core_free(core);
}

TEST(block_device, "says the numbers of a block device itself") {
    struct ci_core *core = core_of_host();
    need_root();
    int64_t error;
    CHECK(mknod(path_in("disk"), S_IFBLK | 0600, makedev(7, 300)) == 0);
    char *text = op_text(core, &error, NULL, "file_device", path_in("disk"));
    CHECK_TEXT(text, "7:300");
    free(text);
    ci_core_free(core);
}

TEST(owner, "gives a file to another user and group, or to one of them") {
    struct ci_core *core = core_of_host();
    need_root();
    struct stat status;
    write_text(path_in("file"), "");
    CHECK_INT(op(core, "file_own", path_in("file"), 1500, 1600), 0);
    CHECK_INT(op(core, "file_own", path_in("file"), -1, 1700), 0);
    CHECK(stat(path_in("file"), &status) == 0);
    CHECK_INT(status.st_uid, 1500);
    CHECK_INT(status.st_gid, 1700);
    CHECK_INT(op(core, "file_own", path_in("nothing"), 0, 0), -ENOENT);
    ci_core_free(core);
}

TEST(touches, "makes an empty file with the time it is told, or leaves what is there but its time") {
    struct ci_core *core = core_of_host();
    struct stat status;
    CHECK_INT(op(core, "file_touch", path_in("new"), 1999), 0);
    CHECK(stat(path_in("new"), &status) == 0);
    CHECK_INT(status.st_size, 0);
    CHECK_INT(status.st_mtim.tv_sec, 1);
    CHECK_INT(status.st_mtim.tv_nsec, 999000000);
    write_text(path_in("new"), "text");
    CHECK_INT(op(core, "file_touch", path_in("new"), -500), 0);
    CHECK_TEXT(read_text(path_in("new")), "text");
    CHECK(stat(path_in("new"), &status) == 0);
    CHECK_INT(status.st_mtim.tv_sec, -1);
    CHECK_INT(status.st_mtim.tv_nsec, 500000000);
    CHECK_INT(op(core, "file_touch", folder(), 0), -EISDIR);
    CHECK_INT(op(core, "file_touch", path_in("no/such"), 0), -ENOENT);
    /* A FIFO that nobody reads must not make anybody wait. */
    CHECK(mkfifo(path_in("fifo"), 0600) == 0);
    CHECK_INT(op(core, "file_touch", path_in("fifo"), 0), -ENXIO);
    ci_core_free(core);
}

TEST(directory_mode, "makes a directory with the mode it is told, whatever our umask") {
    struct ci_core *core = core_of_host();
    struct stat status;
    umask(077);
    CHECK_INT(op(core, "directory_make", path_in("shared"), 01777), 0);
    CHECK(stat(path_in("shared"), &status) == 0);
    CHECK_INT(status.st_mode & 07777, 01777);
    CHECK_INT(op(core, "directory_make", path_in("shared"), 0700), -EEXIST);
    CHECK_INT(op(core, "directory_make", path_in("own"), 0755), 0);
    CHECK(stat(path_in("own"), &status) == 0);
    CHECK_INT(status.st_mode & 07777, 0755);
    ci_core_free(core);
}

/* ci_stat.c: what is said of files, and what is set of it: stat(2), chown(2), utimensat(2). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ci_internal.h"

static int kind_of(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG: return 1;
        case S_IFDIR: return 2;
        case S_IFLNK: return 3;
        case S_IFSOCK: return 4;
        case S_IFIFO: return 5;
        case S_IFCHR: return 6;
        case S_IFBLK: return 7;
        default: return 0;
    }
}

static int look(const union ci_argument *a, struct stat *ret) {
    return (a[1].number ? stat(a[0].string.text, ret) : lstat(a[0].string.text, ret)) < 0 ? -errno : 0;
}

void ci_op_file_kind(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    struct stat status;
    const int error = look(a, &status);
    result->number = error == 0 ? kind_of(status.st_mode) : error == -ENOENT || error == -ENOTDIR ? 0 : error;
}

void ci_op_file_status(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    struct stat status;
    result->number = look(a, &status);
    if (result->number < 0) return;
    char text[192];
    /* Rounded down, before 1970 as well. */
    const long long modified = (long long)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000;
    const int length = snprintf(text, sizeof text, "%d %u %lld %u %u %lld %llu", kind_of(status.st_mode),
                                (unsigned)status.st_mode & 07777u, (long long)status.st_size, (unsigned)status.st_uid,
                                (unsigned)status.st_gid, modified, (unsigned long long)status.st_dev);
    ci_result_text(result, text, (size_t)length);
}

void ci_op_file_device(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    struct stat status;
    if (stat(a[0].string.text, &status) < 0) {
        result->number = -errno;
        return;
    }
    const dev_t device = S_ISBLK(status.st_mode) ? status.st_rdev : status.st_dev;
    char text[32];
    const int length = snprintf(text, sizeof text, "%u:%u", major(device), minor(device));
    ci_result_text(result, text, (size_t)length);
}

void ci_op_file_own(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const int done = chown(a[0].string.text, (uid_t)a[1].number, (gid_t)a[2].number);
    result->number = done < 0 ? -errno : 0;
}

static struct timespec from_millis(int64_t millis) {
    int64_t seconds = millis / 1000, rest = millis % 1000;
    if (rest < 0) {
        seconds--;
        rest += 1000;
    }
    return (struct timespec){.tv_sec = (time_t)seconds, .tv_nsec = (long)rest * 1000000};
}

void ci_op_file_touch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const int fd = open(a[0].string.text, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0644);
    if (fd < 0) {
        result->number = -errno;
        return;
    }
    const struct timespec time = from_millis(a[1].number), times[2] = {time, time};
    result->number = futimens(fd, times) < 0 ? -errno : 0;
    close(fd);
}

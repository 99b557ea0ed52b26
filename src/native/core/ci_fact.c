/* ci_fact.c: what conditions of units ask the kernel and no file of /proc says in one piece, systemd.unit(5). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "ci_internal.h"
#include "ci_raw.h"

/* The mount that a descriptor is on, proc_pid_fdinfo(5); negative where nobody says. */
static long mount_of(int fd) {
    char name[16], text[1024];
    snprintf(name, sizeof name, "%d", fd);
    ssize_t length = ci_read_file("/proc/self/fdinfo", name, text, sizeof text);
    if (length < 0) return -1;
    const char *line = strstr(text, "mnt_id:");
    return line ? strtol(line + strlen("mnt_id:"), NULL, 10) : -1;
}

/* The directory that holds what is open: of a directory its "..", of anything else what is ahead of its name. */
static int open_parent(int fd, bool directory) {
    const int flags = O_PATH | O_CLOEXEC | O_DIRECTORY;
    if (directory) {
        int parent = openat(fd, "..", flags);
        return parent < 0 ? -errno : parent;
    }
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return -errno;
    path[length] = 0;
    char *slash = strrchr(path, '/');
    if (path[0] != '/' || !slash) return -ENOENT;
    slash[slash == path ? 1 : 0] = 0;
    int parent = open(path, flags);
    return parent < 0 ? -errno : parent;
}

void ci_op_mount_point(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    int fd = open(a[0].string.text, O_PATH | O_CLOEXEC);
    if (fd < 0) {
        result->number = -errno;
        return;
    }
    struct stat own, above;
    int parent = -1;
    if (fstat(fd, &own) < 0)
        result->number = -errno;
    else if ((parent = open_parent(fd, S_ISDIR(own.st_mode))) < 0)
        result->number = parent;
    else if (fstat(parent, &above) < 0)
        result->number = -errno;
    else if (own.st_dev == above.st_dev && own.st_ino == above.st_ino)
        result->number = 1; /* the root is its own parent */
    else {
        long mount = mount_of(fd), mount_above = mount_of(parent);
        result->number = mount < 0 || mount_above < 0 ? own.st_dev != above.st_dev : mount != mount_above;
    }
    if (parent >= 0) close(parent);
    close(fd);
}

void ci_op_read_only(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const char *path = a[0].string.text;
    struct statvfs system;
    if (statvfs(path, &system) < 0)
        result->number = -errno;
    else if (system.f_flag & ST_RDONLY)
        result->number = 1;
    else
        result->number = access(path, W_OK) < 0 && errno == EROFS;
}

void ci_op_kernel_name(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    struct utsname name;
    if (uname(&name) < 0) {
        result->number = -errno;
        return;
    }
    const size_t release = strlen(name.release) + 1, machine = strlen(name.machine) + 1;
    result->text = malloc(release + machine);
    if (!result->text) {
        result->number = -ENOMEM;
        return;
    }
    memcpy(result->text, name.release, release);
    memcpy(result->text + release, name.machine, machine);
    result->length = release + machine;
    result->number = 0;
}

void ci_op_landlock_version(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    const unsigned of_version = 1;
    result->number = CI_RAW_3(landlock_create_ruleset, NULL, 0, of_version);
}

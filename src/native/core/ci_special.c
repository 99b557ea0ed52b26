/* ci_special.c: listeners that are no sockets: files and devices, and message queues. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ci_internal.h"

int ci_special_open(const char *path, bool writable) {
    struct stat status;
    const int fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0) return -errno;
    int error = fstat(fd, &status) < 0 ? -errno : 0;
    if (error == 0 && !S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) error = -EINVAL;
    if (error == 0 && fcntl(fd, F_SETFL, 0) < 0) error = -errno;
    if (error == 0) return fd;
    close(fd);
    return error;
}

/* The kernel's struct mq_attr, mq_open(2). */
struct attributes {
    long flags, messages, size, now, reserved[4];
};
enum { MESSAGES = 28, MESSAGE_SIZE = 29 };

/* The system call has no slash: that is the C library's. */
static const char *kernel_name(const char *name) { return name + (name[0] == '/'); }

int ci_queue_open(const char *name, mode_t mode, uid_t uid, gid_t gid, struct ci_ints options) {
    struct attributes attributes = {0};
    for (size_t i = 0; i + 1 < options.count; i += 2) {
        if (options.items[i] == MESSAGES) attributes.messages = options.items[i + 1];
        if (options.items[i] == MESSAGE_SIZE) attributes.size = options.items[i + 1];
    }
    /* The kernel wants both or none. */
    const bool sized = attributes.messages > 0 && attributes.size > 0;
    const int fd = (int)syscall(SYS_mq_open, kernel_name(name), O_RDONLY | O_CREAT | O_CLOEXEC, 0600,
                                sized ? &attributes : NULL);
    if (fd < 0) return -errno;
    int error = (uid != (uid_t)-1 || gid != (gid_t)-1) && fchown(fd, uid, gid) < 0 ? -errno : 0;
    if (error == 0 && fchmod(fd, mode) < 0) error = -errno;
    if (error == 0) return fd;
    close(fd);
    return error;
}

void ci_op_queue_remove(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    result->number = syscall(SYS_mq_unlink, kernel_name(a[0].string.text)) < 0 ? -errno : 0;
}

/* ci_step_mounts.c: steps in namespaces(7): mounts of the child's own, another root, a network with nothing but lo.
 *
 * A mount is taken as a copy before anything is changed (open_tree), given its attributes while nobody sees it
 * (mount_setattr), and then put at its place (move_mount): so a path that stays writable below one that does not is what
 * it was before, whatever the order, and a mount that was read-only outside stays so. Linux 5.12 has all of it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "ci_internal.h"
#include "ci_raw.h"

/* From the kernel's mount.h, which the C library's does not go together with. */
#define TREE_CLONE 1
#define TREE_CLOEXEC O_CLOEXEC
#define RECURSIVE 0x8000
#define EMPTY_PATH 0x1000
#define FROM_EMPTY_PATH 0x4
#define FS_CLOEXEC 1
#define CONFIG_FLAG 0
#define CONFIG_STRING 1
#define CONFIG_CREATE 6

#define READ_ONLY 1
#define NO_SUID 2
#define NO_DEVICES 4
#define NO_EXEC 8

struct attributes {
    uint64_t set, clear, propagation, user_namespace;
};

long ci_step_namespaces(const struct ci_step_call *call) { return CI_RAW_1(unshare, call->operands[0]); }

long ci_step_mounts_slave(const struct ci_step_call *call) {
    (void)call;
    return CI_RAW_5(mount, NULL, "/", NULL, MS_REC | MS_SLAVE, NULL);
}

/* NULL for one past the last: nothing was kept there. */
static int *slot(const struct ci_step_call *call) {
    const uint32_t number = (uint32_t)call->operands[0];
    return number < CI_TREES_MAX ? &call->state->trees[number] : NULL;
}

static bool is_empty(const int *tree) { return !tree || *tree < 0; }

static long keep(const struct ci_step_call *call, long fd) {
    int *tree = slot(call);
    if (fd < 0) return fd;
    if (!tree) {
        CI_RAW_1(close, fd);
        return -E2BIG;
    }
    if (*tree >= 0) CI_RAW_1(close, *tree);
    *tree = (int)fd;
    return 0;
}

long ci_step_tree_take(const struct ci_step_call *call) {
    const unsigned flags = TREE_CLONE | TREE_CLOEXEC | (call->operands[2] ? RECURSIVE : 0);
    return keep(call, CI_RAW_3(open_tree, AT_FDCWD, ci_step_text(call, 1), flags));
}

/* One of the options of fsconfig(2), `name` or `name=value`. */
static long configure(long fs, const char *option, size_t length) {
    char text[256];
    if (length >= sizeof text) return -ENAMETOOLONG;
    memcpy(text, option, length);
    text[length] = 0;
    char *value = strchr(text, '=');
    if (!value) return CI_RAW_5(fsconfig, fs, CONFIG_FLAG, text, NULL, 0);
    *value++ = 0;
    return CI_RAW_5(fsconfig, fs, CONFIG_STRING, text, value, 0);
}

long ci_step_tree_new(const struct ci_step_call *call) {
    const long fs = CI_RAW_2(fsopen, ci_step_text(call, 1), FS_CLOEXEC);
    if (fs < 0) return fs;
    long error = 0;
    for (const char *at = ci_step_text(call, 2); *at && error >= 0;) {
        const size_t length = strcspn(at, ",");
        if (length) error = configure(fs, at, length);
        at += length;
        if (*at) at++;
    }
    if (error >= 0) error = CI_RAW_5(fsconfig, fs, CONFIG_CREATE, NULL, NULL, 0);
    if (error >= 0) error = CI_RAW_3(fsmount, fs, FS_CLOEXEC, call->operands[3]);
    CI_RAW_1(close, fs);
    return keep(call, error);
}

long ci_step_tree_attributes(const struct ci_step_call *call) {
    const int *tree = slot(call);
    struct attributes attributes = {(uint32_t)call->operands[1], (uint32_t)call->operands[2], 0, 0};
    if (is_empty(tree)) return 0;
    return CI_RAW_5(mount_setattr, *tree, "", EMPTY_PATH | RECURSIVE, &attributes, sizeof attributes);
}

long ci_step_mount_attributes(const struct ci_step_call *call) {
    struct attributes attributes = {(uint32_t)call->operands[1], (uint32_t)call->operands[2], 0, 0};
    const unsigned flags = call->operands[3] ? RECURSIVE : 0;
    return CI_RAW_5(mount_setattr, AT_FDCWD, ci_step_text(call, 0), flags, &attributes, sizeof attributes);
}

/* A directory or an empty file, as what is to be mounted there. */
static long make_mount_point(const char *path, int tree) {
    char above[PATH_MAX];
    struct stat status;
    const size_t length = strlen(path);
    if (length >= sizeof above) return -ENAMETOOLONG;
    memcpy(above, path, length + 1);
    for (char *at = above + 1; (at = strchr(at, '/')); at++) {
        *at = 0;
        CI_RAW_3(mkdirat, AT_FDCWD, above, 0755);
        *at = '/';
    }
    if (fstat(tree, &status) < 0) return -EIO;
    long made = S_ISDIR(status.st_mode) ? CI_RAW_3(mkdirat, AT_FDCWD, path, 0755)
                                        : CI_RAW_4(mknodat, AT_FDCWD, path, S_IFREG | 0644, 0);
    return made == -EEXIST ? 0 : made;
}

long ci_step_tree_put(const struct ci_step_call *call) {
    const char *path = ci_step_text(call, 1);
    int *tree = slot(call);
    if (is_empty(tree)) return 0;
    long error = CI_RAW_5(move_mount, *tree, "", AT_FDCWD, path, FROM_EMPTY_PATH);
    if (error == -ENOENT && call->operands[2]) {
        error = make_mount_point(path, *tree);
        if (error >= 0) error = CI_RAW_5(move_mount, *tree, "", AT_FDCWD, path, FROM_EMPTY_PATH);
    }
    CI_RAW_1(close, *tree);
    *tree = -1;
    return error;
}

long ci_step_tree_point(const struct ci_step_call *call) {
    const int *tree = slot(call);
    const char *path = ci_step_text(call, 1);
    struct stat status;
    if (is_empty(tree) || CI_RAW_4(newfstatat, AT_FDCWD, path, &status, 0) == 0) return 0;
    return make_mount_point(path, *tree);
}

/* An empty file system that nobody can change; its root directory is nobody's to enter, but root's. */
static long make_nothing(unsigned flags) {
    const long fs = CI_RAW_2(fsopen, "tmpfs", FS_CLOEXEC);
    if (fs < 0) return fs;
    static const char mode[] = "mode=000";
    long error = configure(fs, mode, sizeof mode - 1);
    if (error >= 0) error = CI_RAW_5(fsconfig, fs, CONFIG_CREATE, NULL, NULL, 0);
    if (error >= 0) error = CI_RAW_3(fsmount, fs, FS_CLOEXEC, flags | NO_SUID | NO_DEVICES | NO_EXEC);
    CI_RAW_1(close, fs);
    return error;
}

/* An empty file of mode 000 as a mount of its own. A mount can only be taken from one that is mounted itself: over the
 * root directory, where nobody looks, while the file is made. */
static long make_empty_file(void) {
    const long directory = make_nothing(0);
    if (directory < 0) return directory;
    long error = CI_RAW_5(move_mount, directory, "", AT_FDCWD, "/", FROM_EMPTY_PATH);
    if (error >= 0) {
        long file = CI_RAW_4(mknodat, directory, "file", S_IFREG, 0);
        if (file >= 0) file = CI_RAW_3(open_tree, directory, "file", TREE_CLONE | TREE_CLOEXEC);
        error = CI_RAW_1(fchdir, directory);
        if (error >= 0) error = CI_RAW_2(umount2, ".", MNT_DETACH);
        CI_RAW_1(chdir, "/");
        if (file >= 0 && error < 0) CI_RAW_1(close, file);
        if (file < 0 || error >= 0) error = file;
    }
    CI_RAW_1(close, directory);
    if (error < 0) return error;
    struct attributes attributes = {READ_ONLY, 0, 0, 0};
    const long closed = CI_RAW_5(mount_setattr, error, "", EMPTY_PATH, &attributes, sizeof attributes);
    if (closed < 0) CI_RAW_1(close, error);
    return closed < 0 ? closed : error;
}

long ci_step_tree_hide(const struct ci_step_call *call) {
    const char *path = ci_step_text(call, 0);
    struct stat status;
    const long there = CI_RAW_4(newfstatat, AT_FDCWD, path, &status, 0);
    if (there < 0) return there;
    const long tree = S_ISDIR(status.st_mode) ? make_nothing(READ_ONLY) : make_empty_file();
    if (tree < 0) return tree;
    const long error = CI_RAW_5(move_mount, tree, "", AT_FDCWD, path, FROM_EMPTY_PATH);
    CI_RAW_1(close, tree);
    return error;
}

long ci_step_root(const struct ci_step_call *call) {
    long error = CI_RAW_1(chdir, ci_step_text(call, 0));
    if (error < 0) return error;
    if (call->operands[1]) {
        /* The old root lies over the new one then, and is taken off. */
        error = CI_RAW_2(pivot_root, ".", ".");
        if (error >= 0) error = CI_RAW_2(umount2, ".", MNT_DETACH);
    } else {
        error = CI_RAW_1(chroot, ".");
    }
    return error < 0 ? error : CI_RAW_1(chdir, "/");
}

long ci_step_hostname(const struct ci_step_call *call) {
    const char *name = ci_step_text(call, 0);
    return CI_RAW_2(sethostname, name, strlen(name));
}

long ci_step_loopback(const struct ci_step_call *call) {
    (void)call;
    struct ifreq request = {.ifr_name = "lo"};
    const long fd = CI_RAW_3(socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return fd;
    request.ifr_flags = IFF_UP;
    const long error = CI_RAW_3(ioctl, fd, SIOCSIFFLAGS, &request);
    CI_RAW_1(close, fd);
    return error;
}

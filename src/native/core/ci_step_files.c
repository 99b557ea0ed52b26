/* ci_step_files.c: steps that make and remove files: directories of a service, credentials. What lies in a directory may
 * be somebody else's: no link below one is followed, and those on the way to it as ci_folder.c has it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "ci_internal.h"
#include "ci_raw.h"

#define DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
/* Deeper trees are left alone: the walk needs a piece of stack for each. */
#define DEPTH_MAX 512
/* How often a directory is looked at again for what a listing has passed over while it changed. */
#define PASSES_MAX 16

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#define RESOLVE_NO_CROSSING 1
/* The kernel's struct open_how. */
struct how {
    uint64_t flags, mode, resolve;
};

enum directory_flags { OWNER_BELOW = 1, LEAVE_EXISTING = 2 };

/* The kernel's struct linux_dirent64. */
struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

typedef long visit(int directory, const char *name, bool is_directory, const void *data);

static bool is_dots(const char *name) {
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* Opens a directory that is on the same mount: by the kernel's word, or where it does not know, by the device. */
static long open_below(int directory, const char *name, uint64_t device) {
    const struct how how = {(uint64_t)DIRECTORY_FLAGS, 0, RESOLVE_NO_CROSSING};
    const long within = CI_RAW_4(openat2, directory, name, &how, sizeof how);
    if (within != -ENOSYS && within != -EPERM && within != -EAGAIN) return within;
    const long inner = CI_RAW_4(openat, directory, name, DIRECTORY_FLAGS, 0);
    struct stat status;
    if (inner < 0 || (fstat((int)inner, &status) == 0 && status.st_dev == device)) return inner;
    CI_RAW_1(close, inner);
    return -EXDEV;
}

static long walk(int directory, uint64_t device, int depth, visit *visit, const void *data);

/* What is in `directory` under this name, with all below. Answers 1 if it was visited. */
static long walk_entry(int directory, const char *name, uint64_t device, int depth, visit *visit, const void *data) {
    long error = 0;
    const long inner = open_below(directory, name, device);
    if (inner == -EXDEV) return 0;
    if (inner >= 0 && depth >= DEPTH_MAX) {
        CI_RAW_1(close, inner);
        error = -ELOOP;
    } else if (inner >= 0) {
        error = walk((int)inner, device, depth + 1, visit, data);
    }
    const long mine = visit(directory, name, inner >= 0, data);
    if (mine == -ENOENT) return error < 0 ? error : 0;
    return mine < 0 ? mine : error < 0 ? error : 1;
}

/* Calls `visit` for all that is in a directory and on its mount, the inner ones first. Closes the descriptor. */
static long walk(int directory, uint64_t device, int depth, visit *visit, const void *data) {
    _Alignas(struct entry) char buffer[1024];
    long length, error = 0;
    while ((length = CI_RAW_3(getdents64, directory, buffer, sizeof buffer)) > 0) {
        for (long at = 0; at < length;) {
            const struct entry *entry = (const struct entry *)(const void *)(buffer + at);
            at += entry->length;
            if (is_dots(entry->name)) continue;
            const long one = walk_entry(directory, entry->name, device, depth, visit, data);
            if (one < 0) error = one;
        }
    }
    CI_RAW_1(close, directory);
    return length < 0 ? length : error;
}

struct owner {
    int32_t uid, gid;
};

static long give(int directory, const char *name, bool is_directory, const void *data) {
    const struct owner *owner = data;
    (void)is_directory;
    return CI_RAW_5(fchownat, directory, name, owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW);
}

/* Gives a directory its mode and owner. */
static long settle(int fd, const struct ci_step_call *call, bool made) {
    const struct owner owner = {call->operands[2], call->operands[3]};
    const int flags = call->operands[4];
    struct stat status;
    if (!made && (flags & LEAVE_EXISTING)) return 0;
    if (fstat(fd, &status) < 0) return -EIO;
    const bool is_owned = (owner.uid < 0 || status.st_uid == (uid_t)owner.uid) &&
                          (owner.gid < 0 || status.st_gid == (gid_t)owner.gid);
    long error = 0;
    if (!is_owned && !made && (flags & OWNER_BELOW)) {
        /* Its own opening: the walk moves along it and closes it. */
        const long again = CI_RAW_4(openat, fd, ".", DIRECTORY_FLAGS, 0);
        error = again < 0 ? again : walk((int)again, status.st_dev, 0, give, &owner);
    }
    if (!is_owned && error >= 0) error = CI_RAW_3(fchown, fd, owner.uid, owner.gid);
    /* After the owner: a change of that takes set-id bits away. */
    if (error >= 0 && (!is_owned || (status.st_mode & 07777) != (mode_t)call->operands[1]))
        error = CI_RAW_2(fchmod, fd, call->operands[1]);
    return error;
}

long ci_step_files_in(const struct ci_step_call *call) {
    bool made;
    const char *path = ci_step_text(call, 0);
    const long root = path[0] ? ci_folder_open(-1, path, -1, &made) : -1;
    if (root < 0 && path[0]) return root;
    if (call->state->root >= 0) CI_RAW_1(close, call->state->root);
    call->state->root = (int)root;
    return 0;
}

long ci_step_make_directory(const struct ci_step_call *call) {
    bool made = false;
    const long mask = CI_RAW_1(umask, 0);
    const long place = ci_folder_open(call->state->root, ci_step_text(call, 0), call->operands[1] & 0777, &made);
    CI_RAW_1(umask, mask);
    if (place < 0) return place;
    const long fd = CI_RAW_4(openat, place, ".", DIRECTORY_FLAGS, 0);
    CI_RAW_1(close, place);
    if (fd < 0) return fd;
    const long error = settle((int)fd, call, made);
    CI_RAW_1(close, fd);
    return error;
}

long ci_step_make_link(const struct ci_step_call *call) {
    const char *target = ci_step_text(call, 0), *name;
    char there[PATH_MAX];
    const long folder = ci_folder_of(call->state->root, ci_step_text(call, 1), true, &name);
    if (folder < 0) return folder;
    const long length = CI_RAW_4(readlinkat, folder, name, there, sizeof there);
    long error = 0;
    if (length < 0 || (size_t)length != strlen(target) || memcmp(there, target, (size_t)length) != 0) {
        if (length >= 0) CI_RAW_3(unlinkat, folder, name, 0);
        error = CI_RAW_3(symlinkat, target, folder, name);
    }
    CI_RAW_1(close, folder);
    return error;
}

/* A new file at a path, nobody else's until it is whole. */
static long open_new(const struct ci_step_call *call, size_t operand) {
    const char *name;
    const long folder = ci_folder_of(call->state->root, ci_step_text(call, operand), false, &name);
    if (folder < 0) return folder;
    CI_RAW_3(unlinkat, folder, name, 0);
    const long fd = CI_RAW_4(openat, folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    CI_RAW_1(close, folder);
    return fd;
}

static long write_all(long fd, const char *bytes, size_t length) {
    while (length) {
        const long written = CI_RAW_3(write, fd, bytes, length);
        if (written < 0 && written != -EINTR) return written;
        if (written <= 0) continue;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

static long finish(long fd, long error, const int32_t *mode_and_owner) {
    if (error >= 0 && (mode_and_owner[1] >= 0 || mode_and_owner[2] >= 0))
        error = CI_RAW_3(fchown, fd, mode_and_owner[1], mode_and_owner[2]);
    if (error >= 0) error = CI_RAW_2(fchmod, fd, mode_and_owner[0]);
    CI_RAW_1(close, fd);
    return error;
}

long ci_step_make_file(const struct ci_step_call *call) {
    const size_t length = (size_t)call->operands[4];
    if (length > (call->count - 5) * 4) return -EINVAL;
    const long fd = open_new(call, 0);
    if (fd < 0) return fd;
    return finish(fd, write_all(fd, (const char *)(call->operands + 5), length), call->operands + 1);
}

/* What a service behind a socket of the file system answers is read like a file. */
static long open_source(const char *path) {
    const long fd = CI_RAW_4(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY, 0);
    if (fd != -ENXIO) return fd;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = strlen(path);
    if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
    memcpy(address.sun_path, path, length + 1);
    const long peer = CI_RAW_3(socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer < 0) return peer;
    const long error = CI_RAW_3(connect, peer, &address, offsetof(struct sockaddr_un, sun_path) + length + 1);
    if (error >= 0) return peer;
    CI_RAW_1(close, peer);
    return error;
}

long ci_step_copy_file(const struct ci_step_call *call) {
    const long from = open_source(ci_step_text(call, 0));
    if (from < 0) return from;
    const long to = open_new(call, 1);
    long error = to;
    char buffer[4096];
    while (error >= 0) {
        const long length = CI_RAW_3(read, from, buffer, sizeof buffer);
        if (length == -EINTR) continue;
        if (length <= 0) {
            error = length;
            break;
        }
        const bool fits = length <= call->operands[5] - call->state->copied;
        if (fits) call->state->copied += (int32_t)length;
        error = fits ? write_all(to, buffer, (size_t)length) : -EFBIG;
    }
    CI_RAW_1(close, from);
    return to < 0 ? to : finish(to, error, call->operands + 2);
}

static long take_away(int directory, const char *name, bool is_directory, const void *data) {
    size_t *const *taken = data;
    long error = CI_RAW_3(unlinkat, directory, name, is_directory ? AT_REMOVEDIR : 0);
    /* One that could not be opened may be empty. */
    if (error == -EISDIR) error = CI_RAW_3(unlinkat, directory, name, AT_REMOVEDIR);
    if (error >= 0) (**taken)++;
    return error;
}

static long remove_tree(int folder, const char *name) {
    long error = 0;
    for (int pass = 0; pass < PASSES_MAX; pass++) {
        size_t count = 0, *const taken = &count;
        const long fd = CI_RAW_4(openat, folder, name, DIRECTORY_FLAGS, 0);
        if (fd == -ENOENT) return error;
        if (fd < 0) {
            error = CI_RAW_3(unlinkat, folder, name, 0);
            return error == -ENOENT ? 0 : error;
        }
        struct stat status;
        if (fstat((int)fd, &status) < 0) status.st_dev = 0;
        error = walk((int)fd, status.st_dev, 0, take_away, &taken);
        const long gone = CI_RAW_3(unlinkat, folder, name, AT_REMOVEDIR);
        if (gone >= 0 || gone == -ENOENT) return 0;
        if (error >= 0) error = gone;
        if (count == 0) break;
    }
    return error;
}

long ci_step_remove_tree(const struct ci_step_call *call) {
    const char *name;
    const long folder = ci_folder_of(call->state->root, ci_step_text(call, 0), false, &name);
    if (folder < 0) return folder == -ENOENT ? 0 : folder;
    const long error = remove_tree((int)folder, name);
    CI_RAW_1(close, folder);
    return error;
}

/* ci_folder.c: the way to a directory that a step makes, or makes or opens something in. Root walks it, and a part of it may be a
 * service's own: what that has put there, such as a link to /etc in place of a directory, must not lead root anywhere.
 *
 * So links are read here, not by the kernel: one is followed if it is root's, in a directory of root's. Nobody else can
 * make that, nor move it there. Who is not root gains nothing by his own links, and follows them all.
 *
 * It is also called in the child that shares our memory: raw system calls only. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "ci_internal.h"
#include "ci_raw.h"

/* As the kernel has it. */
#define LINKS_MAX 40
#define PLACE_FLAGS (O_PATH | O_CLOEXEC | O_NOFOLLOW)

struct way {
    int root; /* where a path begins and `..` ends; -1 for the machine's own */
    int at;
    struct stat status; /* of `at` */
    int links;
    char *rest; /* in `text` */
    char text[PATH_MAX];
};

static long stand(struct way *way, long fd) {
    if (fd < 0) return fd;
    if (way->at >= 0) CI_RAW_1(close, way->at);
    way->at = (int)fd;
    return fstat(way->at, &way->status) < 0 ? -EIO : 0;
}

static long stand_at_root(struct way *way) {
    return stand(way, way->root < 0 ? CI_RAW_4(openat, AT_FDCWD, "/", PLACE_FLAGS | O_DIRECTORY, 0)
                                    : CI_RAW_4(openat, way->root, ".", PLACE_FLAGS | O_DIRECTORY, 0));
}

static bool is_at_root(const struct way *way) {
    struct stat root;
    return way->root >= 0 && fstat(way->root, &root) == 0 && root.st_dev == way->status.st_dev &&
           root.st_ino == way->status.st_ino;
}

/* What the link says comes ahead of the rest of the way. */
static long follow(struct way *way, int link, const struct stat *status, const char *behind) {
    char target[PATH_MAX];
    if (CI_RAW_1(geteuid, 0) == 0 && (status->st_uid != 0 || way->status.st_uid != 0)) return -ENOLINK;
    if (++way->links > LINKS_MAX) return -ELOOP;
    const long length = CI_RAW_4(readlinkat, link, "", target, sizeof target);
    if (length < 0) return length;
    const size_t left = strlen(behind), before = (size_t)length;
    if (length == 0 || before + 1 + left >= sizeof way->text) return -ENAMETOOLONG;
    memmove(way->text + before + 1, behind, left + 1);
    memcpy(way->text, target, before);
    way->text[before] = '/';
    way->rest = way->text;
    return target[0] == '/' ? stand_at_root(way) : 0;
}

/* One step on the way. */
static long enter(struct way *way, const char *name, const char *behind, long mode, bool *ret_made) {
    if (strcmp(name, "..") == 0 && is_at_root(way)) return 0;
    long fd = CI_RAW_4(openat, way->at, name, PLACE_FLAGS, 0);
    if (fd == -ENOENT && mode >= 0) {
        const long made = CI_RAW_3(mkdirat, way->at, name, mode);
        if (made < 0 && made != -EEXIST) return made;
        *ret_made = made >= 0;
        fd = CI_RAW_4(openat, way->at, name, PLACE_FLAGS, 0);
    }
    if (fd < 0) return fd;
    struct stat status;
    if (fstat((int)fd, &status) == 0 && S_ISDIR(status.st_mode)) return stand(way, fd);
    const long error = S_ISLNK(status.st_mode) ? follow(way, (int)fd, &status, behind) : -ENOTDIR;
    CI_RAW_1(close, fd);
    return error;
}

static long walk(struct way *way, long mode, bool *ret_made) {
    long error = stand_at_root(way);
    while (error >= 0) {
        way->rest += strspn(way->rest, "/");
        if (!*way->rest) break;
        char name[NAME_MAX + 1];
        const size_t length = strcspn(way->rest, "/");
        if (length > NAME_MAX) return -ENAMETOOLONG;
        memcpy(name, way->rest, length);
        name[length] = 0;
        way->rest += length;
        const bool is_last = !way->rest[strspn(way->rest, "/")];
        *ret_made = false;
        error = enter(way, name, way->rest, mode < 0 || is_last ? mode : 0755, ret_made);
    }
    return error;
}

static long find(int root, const char *path, size_t length, long mode, bool *ret_made) {
    struct way way = {.root = root, .at = -1};
    if (length >= sizeof way.text) return -ENAMETOOLONG;
    memcpy(way.text, path, length);
    way.text[length] = 0;
    way.rest = way.text;
    const long error = walk(&way, mode, ret_made);
    if (error >= 0) return way.at;
    if (way.at >= 0) CI_RAW_1(close, way.at);
    return error;
}

long ci_folder_open(int root, const char *path, long mode, bool *ret_made) {
    return find(root, path, strlen(path), mode, ret_made);
}

long ci_folder_of(int root, const char *path, bool make, const char **ret_name) {
    bool made;
    const char *name = strrchr(path, '/');
    *ret_name = name ? name + 1 : path;
    return find(root, path, (size_t)(*ret_name - path), make ? 0755 : -1, &made);
}

/* Of the file itself the kernel reads the link: one of /proc leads where no text does. */
static bool is_trusted(int folder, const char *name) {
    struct stat above, link;
    return fstat(folder, &above) == 0 && above.st_uid == 0 &&
           CI_RAW_4(newfstatat, folder, name, &link, AT_SYMLINK_NOFOLLOW) == 0 && link.st_uid == 0;
}

long ci_folder_file(const char *path, long flags, long permissions) {
    const char *name;
    if (CI_RAW_1(geteuid, 0) != 0) return CI_RAW_4(openat, AT_FDCWD, path, flags, permissions);
    const long folder = ci_folder_of(-1, path, false, &name);
    if (folder < 0) return folder;
    long fd = CI_RAW_4(openat, folder, name, flags | O_NOFOLLOW, permissions);
    if (fd == -ELOOP)
        fd = is_trusted((int)folder, name) ? CI_RAW_4(openat, folder, name, flags, permissions) : -ENOLINK;
    CI_RAW_1(close, folder);
    return fd;
}

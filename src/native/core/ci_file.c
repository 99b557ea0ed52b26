/* ci_file.c: the few file operations of the supervisor. None waits: a FIFO or a device is refused, not read. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ci_internal.h"

int ci_path_join(char *ret, size_t size, const char *directory, const char *name) {
    int length = snprintf(ret, size, "%s%s%s", directory, name[0] ? "/" : "", name);
    return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : 0;
}

int ci_write_file(const char *directory, const char *name, const char *text) {
    char path[PATH_MAX];
    int error = ci_path_join(path, sizeof path, directory, name);
    if (error < 0) return error;
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    error = write(fd, text, strlen(text)) < 0 ? -errno : 0;
    close(fd);
    return error;
}

ssize_t ci_read_file(const char *directory, const char *name, char *ret, size_t size) {
    char path[PATH_MAX];
    int error = ci_path_join(path, sizeof path, directory, name);
    if (error < 0) return error;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    ssize_t length = read(fd, ret, size - 1);
    error = -errno;
    close(fd);
    if (length < 0) return error;
    ret[length] = 0;
    return length;
}

/* An ordinary file ends where its size says. Files of /proc say size 0 and hold text: the buffer grows as long as something
 * comes. */
static int read_all(int fd, size_t hint, size_t limit, char **ret_text, size_t *ret_length) {
    size_t capacity = hint > 0 ? hint + 1 : 4096, length = 0;
    char *text = malloc(capacity);
    if (!text) return -ENOMEM;
    for (;;) {
        ssize_t got = read(fd, text + length, capacity - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            int error = -errno;
            free(text);
            return error;
        }
        if (got == 0) break;
        length += (size_t)got;
        if (length > limit) {
            free(text);
            return -EFBIG;
        }
        if (length == hint) break;
        if (length < capacity) continue;
        capacity *= 2;
        char *grown = realloc(text, capacity);
        if (!grown) {
            free(text);
            return -ENOMEM;
        }
        text = grown;
    }
    *ret_text = text;
    *ret_length = length;
    return 0;
}

void ci_op_file_read(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const size_t limit = (size_t)a[1].number;
    int fd = open(a[0].string.text, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        result->number = -errno;
        return;
    }
    struct stat status;
    int error = fstat(fd, &status) < 0 ? -errno : !S_ISREG(status.st_mode) ? -EINVAL : 0;
    if (error == 0 && status.st_size > (off_t)limit) error = -EFBIG;
    if (error == 0) error = read_all(fd, (size_t)status.st_size, limit, &result->text, &result->length);
    close(fd);
    result->number = error;
}

void ci_op_file_write(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const int64_t wish = a[3].number;
    int flags = O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    if (wish & 1) flags |= O_CREAT;
    if (wish & 2) flags |= O_TRUNC;
    if (wish & 4) flags |= O_APPEND;
    if (wish & 8) flags |= O_EXCL;
    int fd = open(a[0].string.text, flags, (mode_t)a[2].number);
    if (fd < 0) {
        result->number = -errno;
        return;
    }
    size_t done = 0;
    result->number = 0;
    while (done < a[1].string.length) {
        ssize_t written = write(fd, a[1].string.text + done, a[1].string.length - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            result->number = -errno;
            break;
        }
        done += (size_t)written;
    }
    close(fd);
}

void ci_op_file_remove(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    result->number = unlink(a[0].string.text) < 0 ? -errno : 0;
}

void ci_op_file_rename(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    result->number = rename(a[0].string.text, a[1].string.text) < 0 ? -errno : 0;
}

void ci_op_link_make(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    result->number = symlink(a[0].string.text, a[1].string.text) < 0 ? -errno : 0;
}

void ci_op_link_read(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    char target[PATH_MAX];
    ssize_t length = readlink(a[0].string.text, target, sizeof target);
    if (length < 0) {
        result->number = -errno;
        return;
    }
    result->text = malloc((size_t)length + 1);
    if (!result->text) {
        result->number = -ENOMEM;
        return;
    }
    memcpy(result->text, target, (size_t)length);
    result->length = (size_t)length;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Directories end in a slash and links in a slash and an at sign, as ls -F has it: no name holds a slash. */
static const char *mark_of(DIR *directory, const struct dirent *entry) {
    unsigned char type = entry->d_type;
    if (type == DT_UNKNOWN) {
        struct stat status;
        if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0) return "";
        type = S_ISDIR(status.st_mode) ? DT_DIR : S_ISLNK(status.st_mode) ? DT_LNK : DT_REG;
    }
    return type == DT_DIR ? "/" : type == DT_LNK ? "/@" : "";
}

/* The name, and behind its NUL the mark: so marks do not change the order. */
static char *marked_name(const char *name, const char *mark) {
    const size_t length = strlen(name) + 1, size = strlen(mark) + 1;
    char *entry = malloc(length + size);
    if (!entry) return NULL;
    memcpy(entry, name, length);
    memcpy(entry + length, mark, size);
    return entry;
}

/* Joins the names, each with its mark and a NUL, into one text. */
static int join_names(char **names, size_t count, size_t total, struct ci_result *result) {
    char *text = malloc(total + 1);
    if (!text) return -ENOMEM;
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t size = strlen(names[i]);
        const char *mark = names[i] + size + 1;
        memcpy(text + length, names[i], size);
        length += size;
        const size_t rest = strlen(mark) + 1;
        memcpy(text + length, mark, rest);
        length += rest;
    }
    result->text = text;
    result->length = length;
    return 0;
}

void ci_op_directory_read(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    DIR *directory = opendir(a[0].string.text);
    if (!directory) {
        result->number = -errno;
        return;
    }
    char **names = NULL;
    size_t count = 0, capacity = 0, total = 0;
    int error = 0;
    struct dirent *entry;
    while (error == 0 && (errno = 0, entry = readdir(directory))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            char **grown = realloc(names, capacity * sizeof *names);
            if (!grown) {
                error = -ENOMEM;
                break;
            }
            names = grown;
        }
        const char *mark = a[1].number ? mark_of(directory, entry) : "";
        names[count] = marked_name(entry->d_name, mark);
        if (!names[count]) {
            error = -ENOMEM;
            break;
        }
        total += strlen(names[count++]) + strlen(mark) + 1;
    }
    if (error == 0 && errno) error = -errno;
    closedir(directory);
    if (count) qsort(names, count, sizeof *names, by_name);
    result->number = error < 0 ? error : join_names(names, count, total, result);
    for (size_t i = 0; i < count; i++) free(names[i]);
    free(names);
}

void ci_op_directory_make(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const mode_t mode = (mode_t)a[1].number;
    struct stat status;
    result->number = mkdir(a[0].string.text, mode) < 0 ? -errno : 0;
    if (result->number < 0) return;
    /* Our own umask is not the caller's wish. */
    const int fd = open(a[0].string.text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return;
    if (fstat(fd, &status) == 0 && (status.st_mode & 07777) != mode && fchmod(fd, mode) < 0) result->number = -errno;
    close(fd);
}

void ci_op_directory_remove(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    result->number = rmdir(a[0].string.text) < 0 ? -errno : 0;
}

/* ci_inherited.c: listeners that were open when we started: LISTEN_FDS= of sd_listen_fds(3), for PID 1 itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "ci_internal.h"

/* linux/magic.h, which not every C library has. */
#define PIPE_FILE_SYSTEM 0x50495045

static int number_of(int fd, int name) {
    int value;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, name, &value, &size) < 0 ? -errno : value;
}

/* A named pipe: one without a name was made for two who know each other. */
static bool is_fifo(int fd) {
    struct stat status;
    struct statfs system;
    return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode) && fstatfs(fd, &system) == 0 &&
           system.f_type != PIPE_FILE_SYSTEM;
}

/* The kind as of listener_open; -ENOTSOCK for what nobody can come to. */
static int kind_of(int fd) {
    if (is_fifo(fd)) return 0;
    const int type = number_of(fd, SO_TYPE);
    if (type == SOCK_DGRAM) return type;
    if (type < 0) return type;
    return (type == SOCK_STREAM || type == SOCK_SEQPACKET) && number_of(fd, SO_ACCEPTCONN) == 1 ? type : -ENOTSOCK;
}

static int address_of(int fd, union ci_address *ret, socklen_t *ret_length) {
    memset(ret, 0, sizeof *ret);
    *ret_length = sizeof *ret;
    return getsockname(fd, &ret->any, ret_length) < 0 ? -errno : 0;
}

/* Nobody who is started here gets it by accident. */
void ci_op_inherited_describe(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const int fd = (int)a[0].number, kind = kind_of(fd);
    char answer[PATH_MAX + 16], where[PATH_MAX] = "";
    if (kind < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        result->number = kind < 0 ? kind : -errno;
        return;
    }
    if (kind == 0) {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t length = readlink(link, where, sizeof where - 1);
        if (length > 0) where[length] = 0;
    } else {
        union ci_address address;
        socklen_t length;
        if ((result->number = address_of(fd, &address, &length)) < 0) return;
        ci_address_format(&address, length, where, sizeof where);
    }
    const int length = snprintf(answer, sizeof answer, "%d %s", kind, where);
    ci_result_text(result, answer, (size_t)length);
}

static bool is_same_file(int fd, const char *path) {
    struct stat own, other;
    return fstat(fd, &own) == 0 && stat(path, &other) == 0 && own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

void ci_op_inherited_matches(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    static const struct ci_string all[] = {{"::", 2}, {"0.0.0.0", 7}};
    (void)core;
    const int fd = (int)a[0].number, kind = (int)a[1].number;
    const int64_t port = a[3].number;
    const struct ci_string *text = &a[2].string;
    union ci_address address, wanted;
    socklen_t length;
    result->number = 0;
    if (kind_of(fd) != kind) return;
    if (kind == 0) {
        result->number = is_same_file(fd, text->text);
        return;
    }
    if (address_of(fd, &address, &length) < 0) return;
    const bool any = !strcmp(text->text, "*");
    for (size_t i = 0; i < (any ? 2 : 1) && !result->number; i++) {
        const int count = ci_address_parse(any ? &all[i] : text, port, &wanted);
        result->number = count > 0 && ci_address_equals(&address, length, &wanted, (socklen_t)count);
    }
}

void ci_op_inherited_adopt(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    char answer[CI_LISTENER_ANSWER_MAX], refused[CI_LISTENER_ANSWER_MAX - 16] = "";
    const int kind = kind_of((int)a[0].number), family = kind > 0 ? number_of((int)a[0].number, SO_DOMAIN) : AF_UNSPEC;
    int fd = kind < 0 ? kind : fcntl((int)a[0].number, F_DUPFD_CLOEXEC, 3);
    if (kind >= 0 && fd < 0) fd = -errno;
    if (fd >= 0) {
        int error = ci_socket_options(fd, family, kind, a[1].ints, refused, sizeof refused);
        if (error == 0) error = ci_socket_texts(fd, family, kind, &a[2].list, refused, sizeof refused);
        if (error < 0) {
            close(fd);
            fd = error;
        }
    }
    result->number = fd;
    if (fd < 0) return;
    const int length = snprintf(answer, sizeof answer, "%d%s", fd, refused);
    ci_result_text(result, answer, (size_t)length);
    if (!result->text) close(fd);
}

/* ci_socket.c: listeners: bind, and listen. They are never accepted from here; a service gets the descriptor itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ci_internal.h"

#define REFUSED_MAX (CI_LISTENER_ANSWER_MAX - 16)

/* What is asked for. */
struct wish {
    int kind, protocol, backlog;
    struct ci_ints options;
    const struct ci_strings *texts;
    mode_t mode;
    uid_t uid;
    gid_t gid;
};

/* Whatever happens to the path meanwhile, no link is followed: the owner may be somebody who could make one. */
static int publish(const char *path, const struct wish *wish) {
    if ((wish->uid != (uid_t)-1 || wish->gid != (gid_t)-1) && lchown(path, wish->uid, wish->gid) < 0) return -errno;
    if (fchmodat(AT_FDCWD, path, wish->mode, AT_SYMLINK_NOFOLLOW) == 0) return 0;
    if (errno != EOPNOTSUPP && errno != ENOSYS) return -errno;
    /* The C library needs /proc for that. */
    struct stat status;
    if (lstat(path, &status) < 0) return -errno;
    if (S_ISLNK(status.st_mode)) return -ELOOP;
    return chmod(path, wish->mode) < 0 ? -errno : 0;
}

/* What an earlier run has left behind makes way; anything else is somebody's. */
static int make_way(const char *path) {
    struct stat status;
    if (lstat(path, &status) < 0) return errno == ENOENT ? 0 : -errno;
    if (!S_ISSOCK(status.st_mode) && !S_ISLNK(status.st_mode)) return -EEXIST;
    return unlink(path) < 0 ? -errno : 0;
}

/* A node is made without any permission, and gets them with its owner: until then nobody can connect or send. Its name is
 * the one that the socket is bound to, so there is no renaming: getsockname(2) tells the service where it listens. */
static int bind_node(int fd, const union ci_address *address, int length, const struct wish *wish) {
    const char *path = address->local.sun_path;
    int error = make_way(path);
    if (error < 0) return error;
    if (fchmod(fd, 0) < 0 || bind(fd, &address->any, (socklen_t)length) < 0) return -errno;
    error = publish(path, wish);
    if (error == 0 && wish->kind != SOCK_DGRAM && listen(fd, wish->backlog) < 0) error = -errno;
    if (error < 0) unlink(path);
    return error;
}

static int bind_and_listen(int fd, const union ci_address *address, int length, const struct wish *wish) {
    const int on = 1;
    if (address->any.sa_family == AF_UNIX && address->local.sun_path[0]) return bind_node(fd, address, length, wish);
    /* A port whose last connections linger is free; of datagrams two sockets would share it. */
    if ((address->any.sa_family == AF_INET || address->any.sa_family == AF_INET6) && wish->kind != SOCK_DGRAM &&
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
        return -errno;
    if (bind(fd, &address->any, (socklen_t)length) < 0) return -errno;
    const bool listens = wish->kind == SOCK_STREAM || wish->kind == SOCK_SEQPACKET;
    return listens && listen(fd, wish->backlog) < 0 ? -errno : 0;
}

static int open_socket(const union ci_address *address, int length, const struct wish *wish, char *ret_refused) {
    int fd = socket(address->any.sa_family, wish->kind | SOCK_CLOEXEC, wish->protocol);
    if (fd < 0) return -errno;
    int error = ci_socket_options(fd, address->any.sa_family, wish->kind, wish->options, ret_refused, REFUSED_MAX);
    if (error == 0)
        error = ci_socket_texts(fd, address->any.sa_family, wish->kind, wish->texts, ret_refused, REFUSED_MAX);
    if (error == 0) error = bind_and_listen(fd, address, length, wish);
    if (error == 0) return fd;
    close(fd);
    return error;
}

/* One that is there goes on, with whoever waits at its other end. */
static int open_fifo(const char *path, const struct wish *wish, char *ret_refused) {
    struct stat status;
    const bool made = mkfifo(path, 0600) == 0;
    if (!made && errno != EEXIST) return -errno;
    /* For reading and writing: so there is no end of file when a writer goes. */
    int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK), error = fd < 0 ? -errno : 0;
    if (error == 0 && fstat(fd, &status) < 0) error = -errno;
    if (error == 0 && !S_ISFIFO(status.st_mode)) error = -EEXIST;
    if (error == 0 && (wish->uid != (uid_t)-1 || wish->gid != (gid_t)-1) && fchown(fd, wish->uid, wish->gid) < 0)
        error = -errno;
    if (error == 0 && fchmod(fd, wish->mode) < 0) error = -errno;
    if (error == 0 && fcntl(fd, F_SETFL, O_RDWR) < 0) error = -errno;
    if (error == 0) error = ci_socket_options(fd, AF_UNSPEC, 0, wish->options, ret_refused, REFUSED_MAX);
    if (error == 0) return fd;
    if (fd >= 0) close(fd);
    if (made) unlink(path);
    return error;
}

/* Every address: of IPv6, and of IPv4 with it; of IPv4 alone where the kernel has no IPv6. */
static int open_any(int64_t port, const struct wish *wish, char *ret_refused) {
    static const struct ci_string all[] = {{"::", 2}, {"0.0.0.0", 7}};
    int fd = -EAFNOSUPPORT;
    for (size_t i = 0; i < 2 && (fd == -EAFNOSUPPORT || fd == -EADDRNOTAVAIL); i++) {
        union ci_address address;
        const int length = ci_address_parse(&all[i], port, &address);
        fd = length < 0 ? length : open_socket(&address, length, wish, ret_refused);
    }
    return fd;
}

void ci_op_listener_open(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const struct ci_string *text = &a[1].string;
    const int kind = (int)a[0].number;
    const int64_t port = a[2].number;
    const struct wish wish = {.kind = kind,
                              .protocol = (int)a[3].number,
                              .backlog = (int)a[4].number,
                              .options = a[5].ints,
                              .texts = &a[6].list,
                              .mode = (mode_t)a[7].number,
                              .uid = (uid_t)a[8].number,
                              .gid = (gid_t)a[9].number};
    char answer[CI_LISTENER_ANSWER_MAX], refused[REFUSED_MAX] = "";
    union ci_address address;
    int fd;
    switch (kind) {
    case CI_LISTENER_FIFO:
        fd = open_fifo(text->text, &wish, refused);
        break;
    case CI_LISTENER_SPECIAL:
    case CI_LISTENER_SPECIAL_WRITABLE:
        fd = ci_special_open(text->text, kind == CI_LISTENER_SPECIAL_WRITABLE);
        break;
    case CI_LISTENER_QUEUE:
        fd = ci_queue_open(text->text, wish.mode, wish.uid, wish.gid, wish.options);
        break;
    default:
        if (!strcmp(text->text, "*")) {
            fd = open_any(port, &wish, refused);
        } else {
            const int length = ci_address_parse(text, port, &address);
            fd = length < 0 ? length : open_socket(&address, length, &wish, refused);
        }
    }
    result->number = fd;
    if (fd < 0) return;
    const int length = snprintf(answer, sizeof answer, "%d%s", fd, refused);
    ci_result_text(result, answer, (size_t)length);
    if (!result->text) close(fd);
}

void ci_op_listener_port(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    union ci_address address;
    socklen_t length = sizeof address;
    if (getsockname((int)a[0].number, &address.any, &length) < 0)
        result->number = -errno;
    else if (address.any.sa_family == AF_INET)
        result->number = ntohs(address.v4.sin_port);
    else if (address.any.sa_family == AF_INET6)
        result->number = ntohs(address.v6.sin6_port);
    else
        result->number = -EAFNOSUPPORT;
}

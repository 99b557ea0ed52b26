/* ci_socket.c: listeners: bind, listen, and one look at a time whether somebody knocks. They are never accepted from
 * here; a service gets the descriptor itself. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ci_internal.h"

int ci_address_parse(const struct ci_string *text, int port, union ci_address *ret) {
    memset(ret, 0, sizeof *ret);
    if (text->length && (text->text[0] == '/' || text->text[0] == '@')) {
        if (text->length >= sizeof ret->local.sun_path) return -ENAMETOOLONG;
        ret->local.sun_family = AF_UNIX;
        memcpy(ret->local.sun_path, text->text, text->length);
        if (text->text[0] == '@') ret->local.sun_path[0] = 0;
        return (int)(offsetof(struct sockaddr_un, sun_path) + text->length + (text->text[0] == '/' ? 1 : 0));
    }
    if (port < 0 || port > 65535) return -EINVAL;
    if (inet_pton(AF_INET, text->text, &ret->v4.sin_addr) == 1) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons((uint16_t)port);
        return (int)sizeof ret->v4;
    }
    if (inet_pton(AF_INET6, text->text, &ret->v6.sin6_addr) == 1) {
        ret->v6.sin6_family = AF_INET6;
        ret->v6.sin6_port = htons((uint16_t)port);
        return (int)sizeof ret->v6;
    }
    return -EINVAL;
}

static int bind_and_listen(int fd, const union ci_address *address, int length, int kind, int backlog, int flags) {
    const int on = 1, only = flags & 1;
    if (address->any.sa_family != AF_UNIX && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
        return -errno;
    if (address->any.sa_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) < 0)
        return -errno;
    if (bind(fd, &address->any, (socklen_t)length) < 0) return -errno;
    if (kind != SOCK_DGRAM && listen(fd, backlog) < 0) return -errno;
    return 0;
}

void ci_op_listener_open(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const int kind = a[0].number == 2 ? SOCK_DGRAM : a[0].number == 5 ? SOCK_SEQPACKET : SOCK_STREAM;
    union ci_address address;
    int length = ci_address_parse(&a[1].string, (int)a[2].number, &address);
    if (length < 0) {
        result->number = length;
        return;
    }
    int fd = socket(address.any.sa_family, kind | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        result->number = -errno;
        return;
    }
    int error = bind_and_listen(fd, &address, length, kind, (int)a[3].number, (int)a[4].number);
    if (error < 0) close(fd);
    result->number = error < 0 ? error : fd;
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

/* The source does not own the descriptor: a duplicate is watched, so that a closed number never wakes anybody. */
struct ci_watch {
    struct ci_source source;
    struct ci_watch *next;
    int descriptor;
    bool hang_up; /* waits for the other end to go, not for something to read */
};

static struct ci_watch **find(struct ci_core *core, int descriptor) {
    struct ci_watch **at = &core->watches;
    while (*at && (*at)->descriptor != descriptor) at = &(*at)->next;
    return at;
}

static void drop(struct ci_core *core, struct ci_watch **at) {
    struct ci_watch *watch = *at;
    *at = watch->next;
    ci_source_retire(core, &watch->source);
}

static void knocked(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct ci_watch **at = find(core, ((struct ci_watch *)source)->descriptor);
    ci_emit(core, CI_EVENT_READABLE, (*at)->descriptor, (*at)->hang_up, 0);
    drop(core, at);
}

void ci_watch_look(struct ci_core *core) {
    for (struct ci_watch **at = &core->watches; *at;) {
        struct pollfd poll_fd = {.fd = (*at)->source.fd, .events = POLLIN};
        if ((*at)->hang_up || poll(&poll_fd, 1, 0) <= 0) {
            at = &(*at)->next;
            continue;
        }
        ci_emit(core, CI_EVENT_READABLE, (*at)->descriptor, 0, 0);
        drop(core, at);
    }
}

void ci_op_descriptor_watch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const int descriptor = (int)a[0].number;
    result->number = 0;
    if (*find(core, descriptor)) return;
    struct ci_watch *watch = calloc(1, sizeof *watch);
    if (!watch) {
        result->number = -ENOMEM;
        return;
    }
    watch->descriptor = descriptor;
    watch->hang_up = a[1].number != 0;
    watch->source.ready = knocked;
    watch->source.fd = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    int error = watch->source.fd < 0 ? -errno : ci_source_watch(core, &watch->source, watch->hang_up ? 0 : EPOLLIN);
    if (error < 0) {
        if (watch->source.fd >= 0) close(watch->source.fd);
        free(watch);
        result->number = error;
        return;
    }
    watch->next = core->watches;
    core->watches = watch;
}

void ci_op_descriptor_unwatch(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_watch **at = find(core, (int)a[0].number);
    result->number = *at ? 0 : -ENOENT;
    if (*at) drop(core, at);
}

void ci_op_descriptor_close(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    struct ci_watch **at = find(core, (int)a[0].number);
    if (*at) drop(core, at);
    result->number = close((int)a[0].number) < 0 ? -errno : 0;
}

void ci_watch_free_all(struct ci_core *core) {
    while (core->watches) drop(core, &core->watches);
}

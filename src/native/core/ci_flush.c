/* ci_flush.c: what waits at a listener is thrown away, FlushPending= of systemd.socket(5). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ci_internal.h"

/* Whoever sends without end does not keep us here. */
#define MOST 1024

static int type_of(int fd) {
    int type;
    socklen_t size = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 ? -errno : type;
}

/* Negative errno once there is nothing more. */
static int take_one(int fd, int type) {
    char byte[4096];
    if (type == SOCK_STREAM || type == SOCK_SEQPACKET) {
        const int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        /* One that is gone already was one, too. */
        if (connection < 0) return errno == ECONNABORTED ? 0 : -errno;
        return close(connection) < 0 ? -errno : 0;
    }
    const ssize_t length = type < 0 ? read(fd, byte, sizeof byte) : recv(fd, byte, sizeof byte, MSG_DONTWAIT | MSG_TRUNC);
    return length < 0 ? -errno : length == 0 && type < 0 ? -EAGAIN : 0;
}

void ci_op_listener_flush(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const int fd = (int)a[0].number, type = type_of(fd), flags = fcntl(fd, F_GETFL);
    if (flags < 0) {
        result->number = -errno;
        return;
    }
    /* The service shares the flags, and wants them as they were. */
    const bool blocks = !(flags & O_NONBLOCK) && type != SOCK_DGRAM;
    if (blocks && fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        result->number = -errno;
        return;
    }
    int count = 0, error = 0;
    while (count < MOST && (error = take_one(fd, type)) != -EAGAIN) {
        if (error < 0 && error != -EINTR) break;
        count += error == 0;
    }
    if (blocks) fcntl(fd, F_SETFL, flags);
    result->number = count > 0 || error == -EAGAIN ? count : error;
}

/* ci_flush.c: what waits at a listener is thrown away, FlushPending= of systemd.socket(5). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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
static int take_one(struct ci_core *core, int fd, int type) {
    if (type == SOCK_STREAM || type == SOCK_SEQPACKET) {
        const int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        /* One that is gone already was one, too. */
        if (connection < 0) return errno == ECONNABORTED ? 0 : -errno;
        return close(connection) < 0 ? -errno : 0;
    }
    char *into = core->scratch;
    const size_t size = sizeof core->scratch;
    if (type < 0) {
        /* Only a queue takes this. */
        if (syscall(SYS_mq_timedreceive, fd, into, size, NULL, NULL) >= 0) return 0;
        if (errno != EBADF) return -errno;
    }
    const ssize_t length = type < 0 ? read(fd, into, size) : recv(fd, into, size, MSG_DONTWAIT | MSG_TRUNC);
    return length < 0 ? -errno : length == 0 && type < 0 ? -EAGAIN : 0;
}

void ci_op_listener_flush(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
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
    while (count < MOST && (error = take_one(core, fd, type)) != -EAGAIN) {
        if (error < 0 && error != -EINTR) break;
        count += error == 0;
    }
    if (blocks) fcntl(fd, F_SETFL, flags);
    result->number = count > 0 || error == -EAGAIN ? count : error;
}

/* ci_step_streams.c: steps that open standard streams in the child itself, which may have to wait for somebody at the
 * other end: files, FIFOs, devices, Unix sockets. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "ci_internal.h"
#include "ci_raw.h"

long ci_stream_place(long fd, int stream) {
    if (fd == stream) return CI_RAW_3(fcntl, stream, F_SETFD, 0);
    const long error = CI_RAW_3(dup3, fd, stream, 0);
    CI_RAW_1(close, fd);
    return error < 0 ? error : 0;
}

long ci_step_blocking(const struct ci_step_call *call) {
    for (int fd = 3; fd < 3 + call->operands[0]; fd++) {
        const long flags = CI_RAW_2(fcntl, fd, F_GETFL);
        if (flags < 0) return flags;
        const long wanted = call->operands[1] ? flags | O_NONBLOCK : flags & ~(long)O_NONBLOCK;
        const long error = wanted == flags ? 0 : CI_RAW_3(fcntl, fd, F_SETFL, wanted);
        if (error < 0) return error;
    }
    return 0;
}

/* open(2) of a Unix socket gives ENXIO. A FIFO that nobody reads gives the same only to those who do not wait. */
static long dial(const char *path, int flags) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = strlen(path);
    if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
    memcpy(address.sun_path, path, length + 1);
    const long fd = CI_RAW_3(socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return fd;
    const long error = CI_RAW_3(connect, fd, &address, sizeof address);
    if (error < 0) {
        CI_RAW_1(close, fd);
        return error;
    }
    /* What the stream is not for ends at once, so that the other side can tell. */
    if ((flags & O_ACCMODE) != O_RDWR) CI_RAW_2(shutdown, fd, (flags & O_ACCMODE) == O_RDONLY ? SHUT_WR : SHUT_RD);
    return fd;
}

long ci_step_stream_open(const struct ci_step_call *call) {
    const char *path = ci_step_text(call, 1);
    const int flags = call->operands[2];
    long fd = ci_folder_file(path, flags | O_NOCTTY | O_CLOEXEC, call->operands[3]);
    if (fd == -ENXIO) fd = dial(path, flags);
    return fd < 0 ? fd : ci_stream_place(fd, call->operands[0]);
}

long ci_step_stream_copy(const struct ci_step_call *call) {
    const long error = CI_RAW_3(dup3, call->operands[0], call->operands[1], 0);
    return error < 0 ? error : 0;
}

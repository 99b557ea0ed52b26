/* ci_step_streams.c: steps that open standard streams in the child itself, which may have to wait for somebody at the
 * other end: files, FIFOs, devices, Unix sockets, terminals. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>

#include "ci_internal.h"
#include "ci_raw.h"

/* Puts a descriptor in its place, without the original. */
static long place(long fd, int stream) {
    if (fd == stream) return CI_RAW_3(fcntl, stream, F_SETFD, 0);
    const long error = CI_RAW_3(dup3, fd, stream, 0);
    CI_RAW_1(close, fd);
    return error < 0 ? error : 0;
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
    long fd = CI_RAW_4(openat, AT_FDCWD, path, flags | O_NOCTTY | O_CLOEXEC, call->operands[3]);
    if (fd == -ENXIO) fd = dial(path, flags);
    return fd < 0 ? fd : place(fd, call->operands[0]);
}

long ci_step_stream_copy(const struct ci_step_call *call) {
    const long error = CI_RAW_3(dup3, call->operands[0], call->operands[1], 0);
    return error < 0 ? error : 0;
}

/* The kernel's struct termios, which is not the C library's. */
struct modes {
    uint32_t input, output, control, local;
    uint8_t line, characters[19];
};

static void pause_a_little(void) {
    const struct timespec pause = {0, 50000000};
    CI_RAW_2(nanosleep, &pause, NULL);
}

/* A terminal whose other end is just being closed answers EIO for a moment. */
static long open_terminal(const char *path, int flags) {
    long fd = -EIO;
    for (int tries = 0; fd == -EIO && tries < 20; tries++) {
        if (tries) pause_a_little();
        fd = CI_RAW_4(openat, AT_FDCWD, path, flags | O_NOCTTY | O_CLOEXEC, 0);
    }
    if (fd < 0) return fd;
    struct modes modes;
    if (CI_RAW_3(ioctl, fd, TCGETS, &modes) == 0) return fd;
    CI_RAW_1(close, fd);
    return -ENOTTY;
}

enum { HOW_OUTPUT, HOW_WAIT, HOW_FORCE, HOW_FAIL, HOW_SHARED = 4 };

/* TIOCSCTTY gives EPERM while the terminal is that of another session. */
static long control(const char *path, int how) {
    const bool force = (how & 3) == HOW_FORCE;
    for (;;) {
        const long fd = open_terminal(path, O_RDWR);
        if (fd < 0) return fd;
        const long error = CI_RAW_3(ioctl, fd, TIOCSCTTY, force);
        if (error >= 0 || (how & HOW_SHARED)) return fd;
        CI_RAW_1(close, fd);
        if (error != -EPERM || (how & 3) != HOW_WAIT) return error;
        pause_a_little();
    }
}

long ci_step_terminal(const struct ci_step_call *call) {
    const char *path = ci_step_text(call, 1);
    const int how = call->operands[2];
    const long fd = how == HOW_OUTPUT ? open_terminal(path, O_WRONLY) : control(path, how);
    return fd < 0 ? fd : place(fd, call->operands[0]);
}

/* As after `stty sane`. */
static long put_right(long fd) {
    static const uint8_t characters[] = {3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22};
    struct modes modes;
    long error = CI_RAW_3(ioctl, fd, TCGETS, &modes);
    if (error < 0) return error;
    CI_RAW_2(ioctl, fd, TIOCNXCL);
    modes.input = (modes.input & ~(uint32_t)(IGNBRK | ISTRIP | INLCR | IGNCR | IUCLC)) | BRKINT | ICRNL | IMAXBEL | IXON;
    modes.output |= OPOST | ONLCR;
    modes.control |= CREAD;
    modes.local = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
    memcpy(modes.characters, characters, sizeof characters);
    error = CI_RAW_3(ioctl, fd, TCSETS, &modes);
    CI_RAW_3(ioctl, fd, TCFLSH, TCIOFLUSH);
    return error;
}

long ci_step_terminal_reset(const struct ci_step_call *call) {
    const char *path = ci_step_text(call, 0);
    long error = 0;
    if (call->operands[1]) {
        const long fd = open_terminal(path, O_RDWR);
        if (fd < 0) return fd;
        error = CI_RAW_2(ioctl, fd, TIOCVHANGUP);
        CI_RAW_1(close, fd);
        if (error < 0) return error;
    }
    if (call->operands[2] == 0) return 0;
    const long fd = open_terminal(path, O_RDWR);
    if (fd < 0) return fd;
    error = put_right(fd);
    CI_RAW_1(close, fd);
    return error;
}

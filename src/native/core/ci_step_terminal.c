/* ci_step_terminal.c: terminals as standard streams, and what is done to them before and after. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "ci_internal.h"
#include "ci_raw.h"

/* The kernel's struct termios, which is not the C library's. */
struct modes {
    uint32_t input, output, control, local;
    uint8_t line, characters[19];
};

static void pause_a_little(void) {
    const struct timespec pause = {0, 50000000};
    CI_RAW_2(nanosleep, &pause, NULL);
}

static long open_once(const char *path, int flags) {
    const long fd = CI_RAW_4(openat, AT_FDCWD, path, flags | O_NOCTTY | O_CLOEXEC, 0);
    if (fd < 0) return fd;
    struct modes modes;
    if (CI_RAW_3(ioctl, fd, TCGETS, &modes) == 0) return fd;
    CI_RAW_1(close, fd);
    return -ENOTTY;
}

/* A terminal whose other end is just being closed answers EIO for a moment. */
static long open_terminal(const char *path, int flags) {
    long fd = -EIO;
    for (int tries = 0; fd == -EIO && tries < 20; tries++) {
        if (tries) pause_a_little();
        fd = open_once(path, flags);
    }
    return fd;
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
    return fd < 0 ? fd : ci_stream_place(fd, call->operands[0]);
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
    /* What was typed before is not for whoever comes now. What is about to be shown may be anybody's. */
    CI_RAW_3(ioctl, fd, TCFLSH, TCIFLUSH);
    return error;
}

/* Each with an opening of its own: a hang-up ends the one that it was asked through. */
static long reset(const char *path, bool hangup, bool modes) {
    long first = 0;
    for (int what = 0; what < 2; what++) {
        if (what == 0 ? !hangup : !modes) continue;
        const long fd = open_once(path, O_RDWR | O_NONBLOCK);
        if (fd < 0) return first < 0 ? first : fd;
        const long error = what == 0 ? CI_RAW_2(ioctl, fd, TIOCVHANGUP) : put_right(fd);
        CI_RAW_1(close, fd);
        if (first == 0 && error < 0) first = error;
    }
    return first;
}

long ci_step_terminal_reset(const struct ci_step_call *call) {
    const long error = reset(ci_step_text(call, 0), call->operands[1], call->operands[2]);
    /* What is no terminal, or has lost its other end, is as good as not there. */
    return error == -ENOTTY || error == -EIO || error == -ENXIO ? -ENOENT : error;
}

void ci_op_terminal_reset(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    result->number = reset(a[0].string.text, a[1].number == 1, a[2].number == 1);
}

void ci_op_terminal_is_own(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    pid_t session = -1;
    const long fd = open_once(a[0].string.text, O_RDWR | O_NONBLOCK);
    /* Of a terminal that is not ours we are not told. */
    const bool is_own = fd >= 0 && CI_RAW_3(ioctl, fd, TIOCGSID, &session) == 0 && session == getsid(0);
    if (fd >= 0) CI_RAW_1(close, fd);
    result->number = is_own;
}

/* ci_signal.c: signals sent to us, as events. A single-threaded host reads a signalfd; among threads of others, where
 * blocking cannot be trusted, a handler writes the signal's number into a pipe. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ci_internal.h"

/* A handler has no argument of its own: the one global of the core. */
static volatile int handler_pipe = -1;

static void handler(int signal, siginfo_t *info, void *context) {
    (void)context;
    const int saved = errno;
    const int32_t message[2] = {signal, info ? info->si_pid : 0};
    if (handler_pipe >= 0 && write(handler_pipe, message, sizeof message) < 0) {
        /* A full pipe already wakes us, and whoever is woken looks for dead children, too. */
    }
    errno = saved;
}

static void deliver(struct ci_core *core, int signal, pid_t sender) {
    if (signal == SIGCHLD && core->reaps_all) {
        ci_reap(core);
        return;
    }
    ci_emit(core, CI_EVENT_SIGNAL, signal, sender, 1);
}

static void signalfd_ready(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    struct signalfd_siginfo info[16];
    for (;;) {
        ssize_t length = read(source->fd, info, sizeof info);
        if (length <= 0) return;
        size_t count = (size_t)length / sizeof *info;
        for (size_t i = 0; i < count; i++) deliver(core, (int)info[i].ssi_signo, (pid_t)info[i].ssi_pid);
        if (count < 16) return;
    }
}

static void pipe_ready(struct ci_core *core, struct ci_source *source, uint32_t events) {
    (void)events;
    int32_t messages[64][2];
    for (;;) {
        ssize_t length = read(source->fd, messages, sizeof messages);
        if (length <= 0) break;
        size_t count = (size_t)length / sizeof *messages;
        for (size_t i = 0; i < count; i++) deliver(core, messages[i][0], messages[i][1]);
        if (count < 64) break;
    }
    /* SIGCHLD itself may not have found room in the pipe. */
    if (core->reaps_all) ci_reap(core);
}

static int open_pipe(struct ci_core *core) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0) return -errno;
    core->signals.fd = fds[0];
    core->signals.ready = pipe_ready;
    handler_pipe = core->signal_pipe_write = fds[1];
    return ci_source_watch(core, &core->signals, EPOLLIN);
}

static int take_by_handler(struct ci_core *core, const struct ci_ints *signals) {
    if (core->signals.fd < 0) {
        int error = open_pipe(core);
        if (error < 0) return error;
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_RESTART | SA_SIGINFO;
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < signals->count; i++) {
        if (sigaction(signals->items[i], &action, NULL) < 0) return -errno;
        sigaddset(&core->signals_taken, signals->items[i]);
    }
    return 0;
}

static int take_by_signalfd(struct ci_core *core, const struct ci_ints *signals) {
    for (size_t i = 0; i < signals->count; i++) sigaddset(&core->signals_taken, signals->items[i]);
    int fd = signalfd(core->signals.fd, &core->signals_taken, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) return -errno;
    core->signals.fd = fd;
    core->signals.ready = signalfd_ready;
    return core->signals.watched ? 0 : ci_source_watch(core, &core->signals, EPOLLIN);
}

void ci_op_signals_take(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    result->number = core->flags & CI_CORE_SIGNALFD ? take_by_signalfd(core, &a[0].ints)
                                                    : take_by_handler(core, &a[0].ints);
}

void ci_signal_close(struct ci_core *core) {
    if (core->signals.fd < 0) return;
    if (core->signal_pipe_write >= 0) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = SIG_DFL;
        for (int signal = 1; signal < 65; signal++)
            if (sigismember(&core->signals_taken, signal) == 1) sigaction(signal, &action, NULL);
        handler_pipe = -1;
        close(core->signal_pipe_write);
    }
    ci_source_unwatch(core, &core->signals);
    close(core->signals.fd);
    core->signals.fd = -1;
}
